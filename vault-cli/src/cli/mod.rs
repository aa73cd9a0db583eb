//! The command line as types. Help texts stand in the language files and are put in by
//! [`help::localise`] before anything is parsed; here is only the grammar. Design section 11.

pub mod acts;
pub mod approvals;
pub mod help;
pub mod items;
pub mod officer;
pub mod policy;
pub mod record;
pub mod recovery;
pub mod renewing;
pub mod requests;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use acts::{ChangeArgs, DeputyArgs, DraftActArgs, LeaveArgs, PapersArgs, UnitArgs};
pub use approvals::{ApproveArgs, DecideArgs, RefuseArgs};
pub use items::{
    CheckArgs, CirculateArgs, DraftArgs, ExportArgs, MarkArgs, OpenArgs, ReadArgs, RecallArgs, ReceiveArgs,
    ReturnArgs, ReturnWord, SealArgs, SendArgs, WatchArgs,
};
pub use officer::{
    EnrolArgs, FreshArgs, InitArgs, InviteArgs, OfficerArgs, OfficersArgs, PublishArgs, SignArgs, StopArgs,
    SyncArgs,
};
pub use policy::{PolicyAct, PolicySignArgs};
pub use recovery::{AskArgs, DealArgs, GiveArgs, ReasonWord, RecoverArgs, RecoveryAct, ShareArgs};
pub use renewing::{ReplaceArgs, RestoreArgs, RotateArgs};
pub use requests::{ChangeAsk, ForItems, FormArgs, RequestAct, WidenArgs};

/// `vault`.
#[derive(Debug, Parser)]
#[command(name = "vault", version, disable_help_flag = true, disable_help_subcommand = true)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// Nothing: what waits for me.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options every command takes.
#[derive(Args, Clone, Debug)]
pub struct Global {
    /// Where identity, outbox and inbox live.
    #[arg(long, global = true, env = "VAULT_HOME", value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// The language; the locale decides otherwise.
    #[arg(long, global = true, value_enum)]
    pub lang: Option<LangWord>,
    /// One JSON document instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// First line of this file instead of a question.
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Takes questions that want a yes as answered.
    #[arg(long, short = 'y', global = true)]
    pub yes: bool,
    /// Says only what was asked for.
    #[arg(long, short = 'q', global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Says technical causes too.
    #[arg(long, short = 'v', global = true)]
    pub verbose: bool,
}

/// The word of `--lang`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LangWord {
    /// 中文.
    Zh,
    /// English.
    En,
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Seals files to people and hands them to the relay.
    Send(SendArgs),
    /// What is on its way out.
    Outbox {
        #[command(subcommand)]
        act: Option<OutboxAct>,
    },
    /// What came in, here and at the relay.
    Inbox {
        #[command(subcommand)]
        act: Option<InboxAct>,
    },
    /// Fetches what waits and signs for it.
    Receive(ReceiveArgs),
    /// Opens a received item to look at.
    Read(ReadArgs),
    /// Writes the content of a received item elsewhere.
    Export(ExportArgs),
    /// Where the copies of an item are.
    Status {
        /// The item; without it, everything sent from here.
        #[arg(value_name = "ITEM")]
        item: Option<String>,
        #[arg(long, requires = "item")]
        opinions: bool,
    },
    /// What waits for my decision.
    Pending,
    /// Agrees at one's step.
    Approve(ApproveArgs),
    /// Refuses at one's step.
    Refuse(RefuseArgs),
    /// Takes an item back before its release, or one's own agreement.
    Withdraw {
        #[arg(value_name = "ITEM")]
        item: String,
        #[arg(long, short = 'o', value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Passes a received copy along its scope.
    Circulate(CirculateArgs),
    /// Gives a waiting copy back instead of receiving it.
    Return(ReturnArgs),
    /// Calls copies back that nobody has fetched.
    Recall(RecallArgs),
    /// Says when something comes, while it happens.
    Watch(WatchArgs),
    /// Says of whom a sent item waits.
    Chase {
        #[arg(value_name = "ITEM")]
        item: Option<String>,
    },
    /// Asks one more person to decide on a proposed item.
    Ask {
        #[arg(value_name = "ITEM")]
        item: String,
        #[arg(value_name = "STEP=NAME", required = true, num_args = 1..)]
        who: Vec<String>,
    },
    /// Seals into a file, without a relay.
    Seal(SealArgs),
    /// Opens a sealed file, without a relay.
    Open(OpenArgs),
    /// Shows the label of a sealed file; needs no key.
    Inspect {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[arg(long, value_name = "NOTE", num_args = 1..)]
        with: Vec<PathBuf>,
    },
    /// Asks leave for any act but sending.
    Request {
        #[command(subcommand)]
        act: RequestAct,
    },
    /// Lets somebody into the scope, by leave.
    Widen(WidenArgs),
    /// Asks for another level or term.
    Change(ChangeAsk),
    /// Asks to declassify.
    Declassify(ForItems),
    /// Asks to release for publication.
    Release(ForItems),
    /// Prints the form of an item or request.
    Form(FormArgs),
    /// Prints every refusal that `send` would meet.
    Check(CheckArgs),
    /// Reads and prints marks.
    Mark(MarkArgs),
    /// The keys of this person.
    Identity {
        #[command(subcommand)]
        act: IdentityAct,
    },
    /// Keeps the identity open for a while.
    Unlock {
        #[arg(long = "for", default_value = "8h", value_name = "TIME")]
        time: String,
        #[arg(long, conflicts_with = "time")]
        status: bool,
    },
    /// Ends `unlock`.
    Lock,
    /// The organisation: its root, directory and people.
    Keys {
        #[command(subcommand)]
        act: KeysAct,
    },
    /// Evidence as files.
    Register {
        #[command(subcommand)]
        act: RegisterAct,
    },
    /// The organisation's policy.
    Policy {
        #[command(subcommand)]
        act: PolicyAct,
    },
    /// Joins an organisation.
    Join {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[arg(value_name = "CODE")]
        code: Option<String>,
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[arg(long, value_name = "PINYIN")]
        pinyin: Option<String>,
        #[arg(long, value_name = "NUMBER")]
        fingerprint: Option<String>,
        #[arg(long, short = 'o', value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Looks for what is wrong here.
    Doctor,
    /// Prints completions for a shell.
    Completions {
        #[arg(value_enum, value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Shows everything once, on this machine.
    #[cfg(feature = "demo")]
    Demo {
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
        #[arg(long)]
        keep: bool,
    },
}

/// `vault outbox …`.
#[derive(Debug, Subcommand)]
pub enum OutboxAct {
    /// What is on its way.
    List,
    /// Goes on where it stopped.
    Resume {
        #[arg(value_name = "ITEM")]
        item: Option<String>,
    },
    /// Gives an unsent item up.
    Discard {
        #[arg(value_name = "ITEM")]
        item: String,
    },
    /// Wraps sent items, whose copies still wait, for present keys.
    Rewrap {
        #[arg(value_name = "ITEM")]
        item: Option<String>,
    },
}

/// `vault register …`.
#[derive(Debug, Subcommand)]
pub enum RegisterAct {
    /// Judges evidence without the relay.
    Verify {
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        #[arg(long, value_name = "FILE")]
        org: Option<PathBuf>,
    },
    /// Writes the evidence kept here of an item.
    Export {
        #[arg(value_name = "ITEM")]
        item: String,
        #[arg(long, short = 'o', value_name = "FILE")]
        output: PathBuf,
    },
}

/// `vault inbox …`.
#[derive(Debug, Subcommand)]
pub enum InboxAct {
    /// What came in.
    List,
    /// Seals a received item anew.
    Reseal {
        #[arg(value_name = "ITEM")]
        item: String,
    },
    /// Wraps received items for present keys.
    Rekey {
        #[arg(value_name = "ITEM")]
        item: Option<String>,
    },
}

/// `vault identity …`.
#[derive(Debug, Subcommand)]
pub enum IdentityAct {
    /// Takes what a recovery run gave back.
    Recovered {
        #[arg(value_name = "PATH", required = true)]
        files: Vec<PathBuf>,
    },
    /// Makes keys.
    New(TokenArgs),
    /// Shows who this is.
    Show,
    /// Copies the locked key file.
    Backup {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// New keys in place of present ones.
    Rotate(RotateArgs),
    /// New keys for someone who can no longer use the old.
    Replace(ReplaceArgs),
    /// The keys on another machine, from a backup.
    Restore(RestoreArgs),
    /// Changes the passphrase.
    Passphrase {
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Locks the key file by a hardware token.
    Token {
        #[command(flatten)]
        args: TokenArgs,
        #[arg(long, conflicts_with_all = ["recipient", "identity"])]
        remove: bool,
        #[arg(long, value_name = "FILE", requires = "remove")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Writes the public keys.
    Export {
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
}

/// Hardware tokens, by what their plugins' own programs say of them.
#[derive(Debug, Args)]
pub struct TokenArgs {
    #[arg(long, value_name = "RECIPIENT", requires = "identity")]
    pub recipient: Vec<String>,
    #[arg(long, value_name = "FILE", requires = "recipient")]
    pub identity: Option<PathBuf>,
}

/// `vault keys …`.
#[derive(Debug, Subcommand)]
pub enum KeysAct {
    /// Recovery keys of units: dealt, looked at, asked for, handed over.
    Recovery {
        #[command(subcommand)]
        act: RecoveryAct,
    },
    /// Runs an approved recovery.
    Recover(RecoverArgs),
    /// Founds an organisation.
    Init(InitArgs),
    /// Draws one-time codes for people.
    Invite(InviteArgs),
    /// Admits a person.
    Enrol(EnrolArgs),
    /// Makes an officer's key.
    Officer(OfficerArgs),
    /// Signs what other officers, or this home, propose.
    Sign(SignArgs),
    /// Puts into force what enough officers have signed.
    Publish(PublishArgs),
    /// Takes keys or rights away at once.
    Stop(StopArgs),
    /// Lifts a suspension with the next directory.
    Resume {
        #[arg(value_name = "WHO")]
        who: String,
    },
    /// Changes name, clearance, post, unit or roles.
    Change(ChangeArgs),
    /// Names who acts in a person's place.
    Deputy(DeputyArgs),
    /// Records papers that are kept elsewhere.
    Papers(PapersArgs),
    /// Makes or changes a unit.
    Unit(UnitArgs),
    /// Ends someone's service.
    Leave(LeaveArgs),
    /// Shows what is drafted here.
    Draft(DraftActArgs),
    /// Shows and changes officers and thresholds.
    Officers(OfficersArgs),
    /// Says, as the notary, what is newest.
    Fresh(FreshArgs),
    /// Prints what was signed here.
    Transcript,
    /// Lists people and units.
    List,
    /// Shows one person or unit.
    Show {
        #[arg(value_name = "WHO")]
        who: String,
    },
    /// Lists what a person's keys could open.
    WhoCouldRead {
        #[arg(value_name = "WHO")]
        who: String,
        #[arg(long, value_name = "DIGITS")]
        key: Option<String>,
    },
    /// Fetches the newest directory.
    Sync(SyncArgs),
}
