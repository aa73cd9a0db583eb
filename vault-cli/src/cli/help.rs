//! Puts the chosen language into the command tree before it is parsed, and says parse errors in it.
//!
//! Keys follow the tree: `help-send`, `help-send-to`, `help-keys-init`; options that every command
//! takes stand once, as `help-global-home`.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

use crate::error::Failure;
use crate::lang::Texts;
use crate::msg;

const GLOBAL: [&str; 7] = ["home", "lang", "json", "passphrase_file", "yes", "quiet", "verbose"];

/// The same tree with texts in the chosen language.
#[must_use]
pub fn localise(root: Command, texts: &Texts) -> Command {
    let root = root
        .arg(Arg::new("help").long("help").short('h').action(ArgAction::Help).global(true))
        .disable_version_flag(true)
        .arg(Arg::new("version").long("version").short('V').action(ArgAction::Version));
    branch(root, "help", "vault", texts)
}

fn branch(command: Command, path: &str, typed: &str, texts: &Texts) -> Command {
    let mut command = command
        .about(texts.find(path).unwrap_or_default())
        .subcommand_help_heading(texts.text("clap-commands"))
        .subcommand_value_name(texts.text("clap-command"));
    if let Some(more) = texts.find(&format!("{path}-more")) {
        command = command.after_help(more);
    }
    let usage = command.clone().bin_name(typed).render_usage().to_string();
    let usage = usage
        .trim_start_matches("Usage: ")
        .replace("[OPTIONS]", &texts.text("clap-options-slot"))
        .replace("<COMMAND>", &format!("<{}>", texts.text("clap-command")));
    let lead = texts.text("clap-usage");
    command = command.help_template(format!("{{about}}\n\n{lead}{usage}\n\n{{all-args}}{{after-help}}\n"));
    command = command.mut_args(|arg| argument(arg, path, texts));
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let (path, typed) = (format!("{path}-{name}"), format!("{typed} {name}"));
        command = command.mut_subcommand(name, |sub| branch(sub, &path, &typed, texts));
    }
    command
}

fn argument(arg: Arg, path: &str, texts: &Texts) -> Arg {
    let key = argument_key(&arg, path);
    let heading = if arg.is_positional() { "clap-arguments" } else { "clap-options" };
    let heading = if GLOBAL.contains(&arg.get_id().as_str()) { "clap-everywhere" } else { heading };
    let heading = texts.find(heading).unwrap_or_default();
    let arg = arg.help(texts.find(&key).unwrap_or(key)).help_heading(heading);
    if !arg.get_action().takes_values() {
        return arg;
    }
    // Choices and defaults are said in the text itself; the environment's values are nobody's business.
    arg.hide_possible_values(true).hide_default_value(true).hide_env(true)
}

/// The key of an argument's text.
#[must_use]
pub fn argument_key(arg: &Arg, path: &str) -> String {
    let id = arg.get_id().as_str();
    if GLOBAL.contains(&id) || matches!(id, "help" | "version") {
        return format!("help-global-{}", id.replace('_', "-"));
    }
    // `send`, `seal` and `check` share the options that make a label.
    let draft = ["help-send", "help-seal", "help-check"].contains(&path)
        && !matches!(id, "files" | "output" | "with" | "opinions");
    // So do the requests for every other act.
    let asking = ["help-widen", "help-change", "help-declassify", "help-release"].contains(&path)
        || path.starts_with("help-request-")
            && !["help-request-show", "help-request-use", "help-request-back"].contains(&path);
    let path = match (draft, asking) {
        (true, _) => "help-draft",
        (_, true) => "help-asking",
        _ => path,
    };
    format!("{path}-{}", id.replace('_', "-"))
}

/// What a parse error says, in the chosen language; `None` for help and version, which are no errors.
#[must_use]
pub fn parse_failure(error: &clap::Error) -> Option<Failure> {
    let context = |kind| error.get(kind).map(context_words).unwrap_or_default();
    let message = match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        ErrorKind::UnknownArgument => msg!("usage-unknown-option", what = context(ContextKind::InvalidArg)),
        ErrorKind::InvalidSubcommand => {
            msg!("usage-unknown-command", what = context(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => msg!("usage-missing", what = context(ContextKind::InvalidArg)),
        ErrorKind::MissingSubcommand => msg!("usage-missing-command"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation | ErrorKind::NoEquals => {
            let value = context(ContextKind::InvalidValue);
            let what = context(ContextKind::InvalidArg);
            if value.is_empty() {
                msg!("usage-no-value", what = what)
            } else {
                msg!("usage-bad-value", value = value, what = what)
            }
        }
        ErrorKind::ArgumentConflict => {
            let (what, other) = (context(ContextKind::InvalidArg), context(ContextKind::PriorArg));
            if what == other {
                msg!("usage-twice", what = what)
            } else {
                msg!("usage-conflict", what = what, other = other)
            }
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            msg!("usage-count", what = context(ContextKind::InvalidArg))
        }
        ErrorKind::InvalidUtf8 => msg!("usage-not-utf8"),
        _ => msg!("usage-other"),
    };
    let mut failure = Failure::usage(message);
    let near = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::ValidValue];
    for kind in near {
        let words = context(kind);
        if !words.is_empty() {
            failure = failure.hint(msg!("usage-near", what = words));
        }
    }
    Some(failure.hint(msg!("usage-help")))
}

fn context_words(value: &ContextValue) -> String {
    match value {
        ContextValue::String(word) => word.clone(),
        ContextValue::Strings(words) => words.join(", "),
        ContextValue::StyledStr(words) => StyledStr::to_string(words),
        ContextValue::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// Unused keys would be dead weight: a test walks the tree and compares.
#[cfg(test)]
fn keys_of(command: &Command, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    found.extend(command.get_arguments().map(|arg| argument_key(arg, path)));
    for sub in command.get_subcommands() {
        keys_of(sub, &format!("{path}-{}", sub.get_name()), found);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use clap::CommandFactory as _;

    use super::{keys_of, localise, parse_failure};
    use crate::cli::Cli;
    use crate::lang::{Lang, Texts};

    #[test]
    fn every_command_and_option_has_its_text() {
        let mut keys = Vec::new();
        keys_of(&Cli::command(), "help", &mut keys);
        let texts = Texts::load(Lang::En);
        let missing: Vec<_> = keys.into_iter().filter(|key| !texts.has(key)).collect();
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn the_tree_is_sound_and_help_speaks_the_language() {
        Cli::command().debug_assert();
        let mut zh = localise(Cli::command(), &Texts::load(Lang::Zh));
        zh.build();
        let help = zh.find_subcommand_mut("send").unwrap().render_long_help().to_string();
        assert!(help.contains("用法"), "{help}");
        assert!(!help.contains("Usage") && !help.contains("Options"), "{help}");
    }

    #[test]
    fn help_is_no_error_and_slips_are() {
        let parse = |words: &[&str]| {
            let error =
                localise(Cli::command(), &Texts::load(Lang::En)).try_get_matches_from(words).unwrap_err();
            parse_failure(&error).map(|failure| failure.message.key().to_owned())
        };
        assert_eq!(parse(&["vault", "--help"]), None);
        assert_eq!(parse(&["vault", "sned"]).unwrap(), "usage-unknown-command");
        assert_eq!(parse(&["vault", "send"]).unwrap(), "usage-missing");
        assert_eq!(parse(&["vault", "send", "a", "--nonsense"]).unwrap(), "usage-unknown-option");
        assert_eq!(parse(&["vault", "--lang", "fr"]).unwrap(), "usage-bad-value");
        assert_eq!(parse(&["vault", "inbox", "--yes", "--yes"]).unwrap(), "usage-twice");
    }
}
