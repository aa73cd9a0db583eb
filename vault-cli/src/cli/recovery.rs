//! Arguments of the commands around recovery keys.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// `vault keys recovery …`.
#[derive(Clone, Debug, Subcommand)]
pub enum RecoveryAct {
    /// Deals a unit's key.
    New(DealArgs),
    /// The sets this machine knows.
    List,
    /// Looks at one's own share.
    Check(ShareArgs),
    /// Asks for a run.
    Ask(AskArgs),
    /// Hands one's share over to a run.
    Give(GiveArgs),
}

/// `vault keys recovery new`.
#[derive(Args, Clone, Debug)]
pub struct DealArgs {
    /// Whose key.
    #[arg(value_name = "UNIT")]
    pub unit: String,
    /// Who holds a share.
    #[arg(long, value_name = "WHO", value_delimiter = ',', required = true)]
    pub holders: Vec<String>,
    /// How many shares it takes.
    #[arg(long, value_name = "COUNT")]
    pub need: u8,
    /// A new folder for set and shares.
    #[arg(long, short = 'o', value_name = "FOLDER")]
    pub output: PathBuf,
}

/// `vault keys recovery check`.
#[derive(Args, Clone, Debug)]
pub struct ShareArgs {
    /// The share.
    #[arg(value_name = "SHARE")]
    pub share: PathBuf,
    /// The signed set.
    #[arg(long, value_name = "FILE")]
    pub set: PathBuf,
}

/// `vault keys recovery ask`.
#[derive(Args, Clone, Debug)]
pub struct AskArgs {
    /// Who is to read again.
    #[arg(value_name = "WHO")]
    pub who: String,
    /// The signed set whose shares it takes.
    #[arg(long, value_name = "FILE")]
    pub set: PathBuf,
    /// Why.
    #[arg(long, value_enum)]
    pub reason: ReasonWord,
    /// Label hashes of the items; everything that the person holds otherwise.
    #[arg(long, value_name = "HASH", value_delimiter = ',')]
    pub label: Vec<String>,
    /// For how many days the request may be used.
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    pub days: u32,
    /// The request, to be signed.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: PathBuf,
}

/// `--reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReasonWord {
    /// 忘记口令.
    Forgotten,
    /// 密钥丢失.
    Lost,
    /// 人员离岗.
    Departed,
    /// 依令调取.
    Ordered,
}

/// `vault keys recovery give`.
#[derive(Args, Clone, Debug)]
pub struct GiveArgs {
    /// The approved request.
    #[arg(value_name = "REQUEST")]
    pub request: PathBuf,
    /// One's own share.
    #[arg(value_name = "SHARE")]
    pub share: PathBuf,
    /// The signed set.
    #[arg(long, value_name = "FILE")]
    pub set: PathBuf,
    /// The share, sealed to the run.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: PathBuf,
}

/// `vault keys recover`.
#[derive(Args, Clone, Debug)]
pub struct RecoverArgs {
    /// The approved request.
    #[arg(value_name = "REQUEST")]
    pub request: PathBuf,
    /// The signed set.
    #[arg(long, value_name = "FILE")]
    pub set: PathBuf,
    /// Shares handed over to this run.
    #[arg(long, value_name = "FILE", required = true)]
    pub share: Vec<PathBuf>,
    /// Items, or folders of items.
    #[arg(long, value_name = "PATH", required = true)]
    pub items: Vec<PathBuf>,
    /// A new folder for what comes of it.
    #[arg(long, short = 'o', value_name = "FOLDER")]
    pub output: PathBuf,
}
