//! `vault completions`: a script for the shell, from the same tree that is parsed.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::msg;

pub(super) fn run(context: &Context, shell: Shell) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "vault", &mut script);
    context.ui.bytes(&script).map_err(|error| Failure::failed(msg!("output-broken")).because(&error))
}
