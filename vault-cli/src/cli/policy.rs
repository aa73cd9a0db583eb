//! The grammar of `vault policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::PublishArgs;

/// `vault policy …`.
#[derive(Debug, Subcommand)]
pub enum PolicyAct {
    /// Says in words what a file means.
    Check {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[arg(long)]
        clauses: bool,
    },
    /// Takes a policy into the next directory and signs it.
    Sign(PolicySignArgs),
    /// Puts it into force.
    Publish(PublishArgs),
    /// Shows the one in force.
    Show {
        #[arg(long)]
        clauses: bool,
    },
}

/// `vault policy sign`.
#[derive(Args, Clone, Debug)]
pub struct PolicySignArgs {
    /// The policy's file, or what another officer passed on.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Other copies of what another officer passed on.
    #[arg(long, value_name = "FILE")]
    pub merge: Vec<PathBuf>,
    /// Key files of other officers who sit at this machine.
    #[arg(long, value_name = "KEYFILE")]
    pub at_terminal: Vec<PathBuf>,
    /// Where the proposal goes.
    #[arg(long, short = 'o', value_name = "FILE")]
    pub output: Option<PathBuf>,
}
