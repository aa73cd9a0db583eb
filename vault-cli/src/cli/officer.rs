//! Arguments of the key officer's commands.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `vault keys init`.
#[derive(Args, Clone, Debug)]
pub struct InitArgs {
    /// The organisation's name.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The officer's name, as it stands in the root.
    #[arg(long, value_name = "NAME")]
    pub officer: Option<String>,
    /// What `vault-relay init` wrote.
    #[arg(long, value_name = "FILE")]
    pub relay_card: PathBuf,
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
    /// What `vault join` wrote.
    #[arg(value_name = "REQUEST")]
    pub request: PathBuf,
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

/// `vault keys publish`.
#[derive(Args, Clone, Debug)]
pub struct PublishArgs {
    /// The organisation file.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Also hands it to the relay.
    #[arg(long)]
    pub relay: bool,
}

/// `vault keys sync`.
#[derive(Args, Clone, Debug)]
pub struct SyncArgs {
    /// An organisation file instead of the relay.
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
}
