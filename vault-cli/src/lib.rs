//! The command line for staff and key officers: commands, prompts, languages, outbox.
//!
//! [`main`] is the whole program. Inside, `cli` is the grammar, `commands` holds one file per command,
//! `ui` is the only place that prints, `lang` the only place that holds sentences.

pub mod cli;
pub mod clock;
pub mod error;
pub mod home;
pub mod interrupt;
pub mod keyring;
pub mod lang;
pub mod passphrase;
pub mod people;
pub mod ui;

use std::process::ExitCode;

/// The program.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
