//! Levels, terms and other label values in words.

use vault_core::admission::Code;
use vault_core::level::Level;
use vault_core::mark::{Mark, MarkError, TypedMark};
use vault_core::term::TermError;

use crate::error::Failure;
use crate::lang::{Lang, Msg};
use crate::msg;
use crate::ui::Ui;

/// A level: the Chinese word, in English with its ASCII word beside it.
#[must_use]
pub fn level(ui: &Ui, level: Level) -> String {
    match ui.manner().lang {
        Lang::Zh => level.name().to_owned(),
        Lang::En => format!("{} ({})", level.name(), level.word()),
    }
}

/// A typed mark in its printed form: nothing for unclassified, and no ★ before the term is known.
#[must_use]
pub fn printed(typed: &TypedMark) -> String {
    match (typed.level, &typed.term) {
        (Level::Unclassified, _) => String::new(),
        (Level::Internal, _) => "内部".to_owned(),
        (level, None) => level.name().to_owned(),
        (level, Some(term)) => {
            Mark::new(level, term.clone()).map_or_else(|_| level.name().to_owned(), |mark| mark.to_string())
        }
    }
}

/// What a mark that names no term leaves open.
#[must_use]
pub fn open_term(level: Level) -> Msg {
    match level {
        Level::Unclassified => msg!("term-none"),
        _ => msg!("term-to-be-declared"),
    }
}

/// A typed mark that is not taken.
#[must_use]
pub fn mark_failure(error: &MarkError) -> Failure {
    match error {
        MarkError::TopSecret(_) => Failure::rule(Code::TopSecret),
        MarkError::English { level } => {
            let mut failure = Failure::rule(Code::MarkUnreadable);
            failure.hints.insert(0, msg!("mark-english", mark = level.name()));
            failure
        }
        MarkError::StarOnWorkSecret => {
            let mut failure = Failure::rule(Code::MarkUnreadable);
            failure.hints = vec![msg!("mark-star-on-internal")];
            failure
        }
        MarkError::Released => {
            let mut failure = Failure::rule(Code::MarkUnreadable);
            failure.hints = vec![msg!("mark-released")];
            failure
        }
        MarkError::Term(error) => term_failure(*error),
        _ => Failure::rule(Code::MarkUnreadable),
    }
}

/// A term that the level cannot have.
#[must_use]
pub fn term_failure(error: TermError) -> Failure {
    match error {
        TermError::TooLong { .. } => Failure::rule(Code::TermTooLong),
        TermError::Years | TermError::Months | TermError::Condition | TermError::Over => {
            let mut failure = Failure::rule(Code::TermUnfit);
            failure.hints = vec![msg!("term-forms")];
            failure.because(&error)
        }
        _ => Failure::rule(Code::TermUnfit),
    }
}
