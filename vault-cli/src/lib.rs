//! The command line for staff and key officers: commands, prompts, languages, outbox.
//!
//! [`main`] is the whole program. Inside, `cli` is the grammar, `commands` holds one file per command,
//! `ui` is the only place that prints, `lang` the only place that holds sentences.

pub mod approval;
pub mod basis_offer;
pub mod cli;
pub mod clock;
mod commands;
pub mod content;
pub mod context;
pub mod custody;
pub mod delivery;
#[cfg(feature = "demo")]
mod demo;
pub mod deriving;
pub mod desk;
pub mod drafting;
pub mod entries;
pub mod error;
pub mod everything;
pub mod evidence;
pub mod evidence_file;
pub mod flush;
pub mod form;
pub mod history;
pub mod home;
pub mod identity;
pub mod inbox;
pub mod interrupt;
pub mod item_words;
pub mod itemfile;
pub mod key_lock;
pub mod keyring;
pub mod label_words;
pub mod lang;
pub mod leave;
pub mod names;
pub mod officer;
pub mod opening;
pub mod outbox;
pub mod own_entry;
pub mod passphrase;
pub mod payload;
pub mod people;
pub mod policy_file;
pub mod policy_words;
pub mod reading;
pub mod receiving;
pub mod recording;
pub mod recovery;
pub mod refusals;
pub mod relay;
pub mod renewal;
pub mod request;
pub mod resealing;
pub mod restating;
pub mod rewrapping;
pub mod sealing;
pub mod statement;
pub mod tidings;
pub mod token;
pub mod trust;
pub mod ui;
pub mod waiting;
pub mod weak_units;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use crate::cli::{Cli, Global, LangWord, help};
use crate::context::Context;
use crate::lang::{Lang, Texts};
use crate::ui::{Loudness, Manner, Ui};

/// The program.
#[must_use]
pub fn main() -> ExitCode {
    // Before a secret is read and before there are threads. What could be had, `vault doctor` asks again and says.
    let _could_be_had = vault_relay::memory::guard();
    run(std::env::args_os())
}

/// Runs one command line and gives its exit code.
#[must_use]
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    // The bare tree first: help texts are put in only where they will be read, which keeps `inspect` quick.
    let cli = match Cli::command().try_get_matches_from(&args).and_then(|found| Cli::from_arg_matches(&found))
    {
        Ok(cli) => cli,
        Err(_) => match localised(&args) {
            Ok(cli) => cli,
            Err(code) => return code,
        },
    };
    let ui = Ui::standard(manner(&cli.global));
    let context = Context::new(ui, &cli.global);
    match commands::run(&context, cli.command).and_then(|()| context.ui.finish()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            context.ui.fail(&failure);
            ExitCode::from(failure.kind.exit_code())
        }
    }
}

/// Parses again with texts, to show help or say what was wrong.
fn localised(args: &[OsString]) -> Result<Cli, ExitCode> {
    let words: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let manner = Manner {
        lang: spoken(&words),
        json: words.iter().any(|word| word == "--json"),
        loudness: Loudness::Normal,
        yes: false,
    };
    let ui = Ui::standard(manner);
    let tree = help::localise(Cli::command(), ui.texts());
    let error = match tree.try_get_matches_from(args).and_then(|found| Cli::from_arg_matches(&found)) {
        Ok(cli) => return Ok(cli),
        Err(error) => error,
    };
    Err(match help::parse_failure(&error) {
        Some(failure) => {
            ui.fail(&failure);
            ExitCode::from(failure.kind.exit_code())
        }
        None => {
            // Asked-for help is a result; help in place of a missing command is not.
            drop(ui.bytes(error.render().to_string().as_bytes()));
            if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
        }
    })
}

fn manner(global: &Global) -> Manner {
    let lang = match global.lang {
        Some(LangWord::Zh) => Lang::Zh,
        Some(LangWord::En) => Lang::En,
        None => Lang::from_locale(|name| std::env::var(name).ok()),
    };
    let loudness = match (global.quiet, global.verbose) {
        (true, _) => Loudness::Quiet,
        (_, true) => Loudness::Verbose,
        _ => Loudness::Normal,
    };
    Manner { lang, json: global.json, loudness, yes: global.yes }
}

/// The language of help and parse errors, read before anything is parsed.
fn spoken(words: &[String]) -> Lang {
    let mut asked =
        words.iter().zip(words.iter().skip(1)).filter(|(flag, _)| *flag == "--lang").map(|(_, word)| word);
    let joined = words.iter().find_map(|word| word.strip_prefix("--lang="));
    asked
        .next()
        .map(String::as_str)
        .or(joined)
        .and_then(Lang::from_word)
        .unwrap_or_else(|| Lang::from_locale(|name| std::env::var(name).ok()))
}

/// Texts in a language, for callers that print by themselves.
#[must_use]
pub fn texts(lang: Lang) -> Texts {
    Texts::load(lang)
}
