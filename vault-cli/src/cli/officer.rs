//! Arguments of the key officer's commands.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `vault keys init`.
#[derive(Args, Clone, Debug)]
pub struct InitArgs {
    /// The organisation's name.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The officers' names, each of whom types a passphrase at this terminal.
    #[arg(long, value_name = "NAME", value_delimiter = ',', conflicts_with = "card")]
    pub officer: Vec<String>,
    /// The officers' cards, where they sit at different machines.
    #[arg(long, value_name = "FILE")]
    pub card: Vec<PathBuf>,
    /// How many officers a root, a directory and a stop list take.
    #[arg(long, value_name = "ROOT,ENROL,STOP", value_delimiter = ',', num_args = 1..=3)]
    pub thresholds: Vec<u8>,
    /// The offices, by name.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub unit: Vec<String>,
    /// The highest level they may handle.
    #[arg(long, value_name = "LEVEL")]
    pub unit_level: Option<String>,
    /// What `vault-relay init` wrote.
    #[arg(long, value_name = "FILE")]
    pub relay_card: Option<PathBuf>,
    /// Whether 内部 goes out without a decision.
    #[arg(long, value_enum)]
    pub internal: Option<InternalWord>,
    /// The organisation file.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `--internal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum InternalWord {
    /// One approval, as the built-in policy has it.
    Decide,
    /// No decision for 内部.
    Free,
}

/// `vault keys enrol`.
#[derive(Args, Clone, Debug)]
pub struct EnrolArgs {
    /// A request file; what waits at the relay otherwise.
    #[arg(value_name = "REQUEST", required_unless_present = "pending")]
    pub request: Option<PathBuf>,
    /// Takes what waits at the relay.
    #[arg(long, conflicts_with = "request")]
    pub pending: bool,
    /// The number that the person read out; with `--pending` one for each person.
    #[arg(long, value_name = "NUMBER")]
    pub number: Vec<String>,
    /// The unit; made if there is none of this name.
    #[arg(long, value_name = "NAME")]
    pub unit: Option<String>,
    /// The post held there.
    #[arg(long, value_name = "TITLE")]
    pub post: Option<String>,
    /// The highest level the person may see.
    #[arg(long, value_name = "LEVEL")]
    pub clearance: Option<String>,
    /// Roles held in the unit.
    #[arg(long, value_name = "ROLE", value_delimiter = ',')]
    pub role: Vec<String>,
    /// Own staff, from outside, or foreign.
    #[arg(long, value_enum)]
    pub affiliation: Option<AffiliationWord>,
    /// Corrects the name in the request.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Corrects the pinyin in the request.
    #[arg(long, value_name = "PINYIN")]
    pub pinyin: Option<String>,
    /// Receives what is addressed to the unit.
    #[arg(long)]
    pub clerk: bool,
    /// The highest level the unit may make.
    #[arg(long, value_name = "LEVEL")]
    pub unit_level: Option<String>,
}

/// `--affiliation`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AffiliationWord {
    /// 本单位.
    Own,
    /// 外单位.
    Outside,
    /// 境外.
    Foreign,
}

/// `vault keys invite`.
#[derive(Args, Clone, Debug)]
pub struct InviteArgs {
    /// Someone enrolled who lost his keys.
    #[arg(value_name = "WHO", conflicts_with_all = ["from", "name"])]
    pub who: Option<String>,
    /// People as a table.
    #[arg(long, value_name = "FILE", conflicts_with = "name")]
    pub from: Option<PathBuf>,
    /// Units of the table that do not exist are made on enrolment.
    #[arg(long, requires = "from")]
    pub new_units: bool,
    /// Someone new.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// For how many days the codes are good.
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    pub days: u32,
    /// Shows the codes that are open.
    #[arg(long, conflicts_with_all = ["who", "from", "name", "output", "relay", "withdraw"])]
    pub list: bool,
    /// Takes open codes back.
    #[arg(long, value_name = "WHO", conflicts_with_all = ["who", "from", "name"])]
    pub withdraw: Option<String>,
    /// A new folder for the sheets, the organisation file and the list; on withdrawing, the list alone.
    #[arg(long, short = 'o', value_name = "FOLDER", required_unless_present_any = ["list", "withdraw"])]
    pub output: Option<PathBuf>,
    /// Also hands the list to the relay.
    #[arg(long)]
    pub relay: bool,
}

/// `vault keys officer`.
#[derive(Args, Clone, Debug)]
pub struct OfficerArgs {
    /// Who holds the key.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The card for the other officers.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Takes a key file that was made elsewhere.
    #[arg(long, value_name = "FILE", conflicts_with = "name")]
    pub take: Option<PathBuf>,
    /// Takes the organisation into use here.
    #[arg(long, value_name = "FILE")]
    pub organisation: Option<PathBuf>,
    /// The 30 digits that another officer told.
    #[arg(long, value_name = "NUMBER", requires = "organisation")]
    pub fingerprint: Option<String>,
}

/// `vault keys sign`.
#[derive(Args, Clone, Debug)]
pub struct SignArgs {
    /// What to sign; without any, the next directory as it is drafted here.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Other copies of the same file, whose signatures are taken over.
    #[arg(long, value_name = "FILE")]
    pub merge: Vec<PathBuf>,
    /// Key files of other officers who sit at this machine.
    #[arg(long, value_name = "KEYFILE")]
    pub at_terminal: Vec<PathBuf>,
    /// Where a newly proposed directory goes.
    #[arg(long, short = 'o', value_name = "FILE", conflicts_with = "files")]
    pub output: Option<PathBuf>,
}

/// `vault keys publish`.
#[derive(Args, Clone, Debug)]
pub struct PublishArgs {
    /// What was signed, in one copy or several; without any, the next directory as it is drafted here.
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Key files of other officers who sit at this machine.
    #[arg(long, value_name = "KEYFILE", conflicts_with = "files")]
    pub at_terminal: Vec<PathBuf>,
    /// The organisation file.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Also hands it to the relay.
    #[arg(long)]
    pub relay: bool,
}

/// `vault keys stop`.
#[derive(Args, Clone, Debug)]
pub struct StopArgs {
    /// Who is concerned.
    #[arg(value_name = "WHO")]
    pub who: String,
    /// One key, by the beginning of its number.
    #[arg(long, value_name = "KEY", conflicts_with_all = ["station", "suspend"])]
    pub key: Option<String>,
    /// The person's machines.
    #[arg(long, conflicts_with = "suspend")]
    pub station: bool,
    /// The person for a while.
    #[arg(long)]
    pub suspend: bool,
    /// Why, by class.
    #[arg(long, value_name = "WORD")]
    pub reason: String,
    /// From this size of the register on.
    #[arg(long, value_name = "SIZE")]
    pub since: Option<u64>,
    /// Key files of other officers who sit at this machine.
    #[arg(long, value_name = "KEYFILE")]
    pub at_terminal: Vec<PathBuf>,
    /// The organisation file, or the proposal where one officer is not enough.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Also hands it to the relay.
    #[arg(long)]
    pub relay: bool,
}

/// `vault keys fresh`.
#[derive(Args, Clone, Debug)]
pub struct FreshArgs {
    /// The organisation file with the note.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Asks the relay what is newest, and hands it the note.
    #[arg(long)]
    pub relay: bool,
}

/// `vault keys officers`.
#[derive(Args, Clone, Debug)]
pub struct OfficersArgs {
    /// Cards of new officers.
    #[arg(long, value_name = "CARD")]
    pub add: Vec<PathBuf>,
    /// Officers who cease to be ones, by office or name.
    #[arg(long, value_name = "WHO")]
    pub remove: Vec<String>,
    /// How many officers a root takes.
    #[arg(long, value_name = "COUNT")]
    pub root: Option<u8>,
    /// How many officers a directory takes.
    #[arg(long, value_name = "COUNT")]
    pub enrol: Option<u8>,
    /// How many officers a stop list takes.
    #[arg(long, value_name = "COUNT")]
    pub stop: Option<u8>,
    /// The relay's new card.
    #[arg(long, value_name = "FILE")]
    pub relay_card: Option<PathBuf>,
    /// The card of a notary that is not the relay.
    #[arg(long, value_name = "CARD", conflicts_with_all = ["relay_card", "no_notary"])]
    pub notary: Option<PathBuf>,
    /// Without a notary from now on.
    #[arg(long)]
    pub no_notary: bool,
    /// Changes nothing but the dates.
    #[arg(long)]
    pub renew: bool,
    /// Key files of other officers who sit at this machine.
    #[arg(long, value_name = "KEYFILE")]
    pub at_terminal: Vec<PathBuf>,
    /// Where the new root goes.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `vault keys sync`.
#[derive(Args, Clone, Debug)]
pub struct SyncArgs {
    /// An organisation file instead of the relay.
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Stays connected and takes newer versions as they come.
    #[arg(long, conflicts_with = "from")]
    pub watch: bool,
}
