//! Arguments of the commands that decide.

use std::path::PathBuf;

use clap::Args;

/// `vault approve`.
#[derive(Args, Clone, Debug)]
pub struct ApproveArgs {
    /// The item, or a sealed file.
    #[arg(value_name = "ITEM")]
    pub item: String,
    /// What is added to the yes.
    #[arg(long, value_name = "TEXT")]
    pub opinion: Option<String>,
    /// Where and how it is decided.
    #[command(flatten)]
    pub place: DecideArgs,
}

/// `vault refuse`.
#[derive(Args, Clone, Debug)]
pub struct RefuseArgs {
    /// The item, or a sealed file.
    #[arg(value_name = "ITEM")]
    pub item: String,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Where and how it is decided.
    #[command(flatten)]
    pub place: DecideArgs,
}

/// What both have.
#[derive(Args, Clone, Debug, Default)]
pub struct DecideArgs {
    /// In whose place.
    #[arg(long = "for", value_name = "NAME")]
    pub principal: Option<String>,
    /// At which step.
    #[arg(long, value_name = "STEP")]
    pub step: Option<String>,
    /// Decisions that came as files.
    #[arg(long, value_name = "NOTE", num_args = 1..)]
    pub with: Vec<PathBuf>,
    /// The file to write.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
}
