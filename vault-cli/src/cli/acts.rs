//! Arguments of the acts on persons and units.

use clap::Args;

/// `vault keys change`.
#[derive(Args, Clone, Debug)]
pub struct ChangeArgs {
    /// Who is concerned.
    #[arg(value_name = "WHO")]
    pub who: String,
    /// The new name.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Its sound.
    #[arg(long, value_name = "PINYIN", requires = "name")]
    pub pinyin: Option<String>,
    /// The highest level the person may see.
    #[arg(long, value_name = "LEVEL")]
    pub clearance: Option<String>,
    /// The unit of the main post.
    #[arg(long, value_name = "NAME")]
    pub unit: Option<String>,
    /// The title of the main post.
    #[arg(long, value_name = "TITLE")]
    pub post: Option<String>,
    /// All roles held in that unit from now on, or `none`.
    #[arg(long, value_name = "ROLE", value_delimiter = ',')]
    pub role: Vec<String>,
}

/// `vault keys deputy`.
#[derive(Args, Clone, Debug)]
pub struct DeputyArgs {
    /// Whose place it is.
    #[arg(value_name = "WHO")]
    pub who: String,
    /// The role.
    #[arg(long = "for", value_name = "ROLE")]
    pub role: String,
    /// Who acts in it.
    #[arg(long, value_name = "WHO")]
    pub by: String,
    /// The first day.
    #[arg(long, value_name = "DAY", required_unless_present = "end")]
    pub from: Option<String>,
    /// The last day.
    #[arg(long, value_name = "DAY", required_unless_present = "end")]
    pub to: Option<String>,
    /// Takes the deputy out of the list.
    #[arg(long, conflicts_with_all = ["from", "to"])]
    pub end: bool,
}

/// `vault keys papers`.
#[derive(Args, Clone, Debug)]
pub struct PapersArgs {
    /// Who is concerned.
    #[arg(value_name = "WHO")]
    pub who: String,
    /// The class of secrecy staff.
    #[arg(long, value_name = "WORD")]
    pub category: Option<String>,
    /// The vetting, as `CLASS:DAY[:FILE]`, or `none`.
    #[arg(long, value_name = "CLASS:DAY[:FILE]")]
    pub vetting: Option<String>,
    /// The training.
    #[arg(long, value_name = "CLASS:DAY[:FILE]")]
    pub training: Option<String>,
    /// The secrecy letter.
    #[arg(long, value_name = "CLASS:DAY[:FILE]")]
    pub letter: Option<String>,
    /// Days abroad.
    #[arg(long, value_name = "DAY:DAY")]
    pub abroad: Option<String>,
}

/// `vault keys unit`.
#[derive(Args, Clone, Debug)]
pub struct UnitArgs {
    /// Which unit, by name or number.
    #[arg(value_name = "UNIT")]
    pub unit: String,
    /// Makes it.
    #[arg(long, conflicts_with = "rename")]
    pub new: bool,
    /// Its new name.
    #[arg(long, value_name = "NAME")]
    pub rename: Option<String>,
    /// The unit above, or `none`.
    #[arg(long, value_name = "UNIT")]
    pub parent: Option<String>,
    /// The highest level it may handle.
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<String>,
    /// All its clerks from now on, or `none`.
    #[arg(long, value_name = "WHO", value_delimiter = ',')]
    pub clerk: Vec<String>,
}

/// `vault keys leave`.
#[derive(Args, Clone, Debug)]
pub struct LeaveArgs {
    /// Who leaves.
    #[arg(value_name = "WHO")]
    pub who: String,
    /// Items and copies still with the person.
    #[arg(long, value_name = "COUNT")]
    pub held: Option<u32>,
    /// Decisions that still wait for the person.
    #[arg(long, value_name = "COUNT")]
    pub pending: Option<u32>,
    /// The leaver's secrecy letter.
    #[arg(long, value_name = "CLASS:DAY[:FILE]")]
    pub letter: Option<String>,
    /// The last day of the cooling-off time.
    #[arg(long, value_name = "DAY")]
    pub cooling_off: Option<String>,
}

/// `vault keys draft`.
#[derive(Args, Clone, Copy, Debug)]
pub struct DraftActArgs {
    /// Takes back everything drafted.
    #[arg(long)]
    pub drop: bool,
}
