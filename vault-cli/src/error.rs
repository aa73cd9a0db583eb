//! How a command ends badly: a kind with its exit code, a message and hints, all of them texts
//! that the language files hold. Design section 11.
//!
//! Library errors know nothing of flags or languages; they become a [`Failure`] here, at the edge.

use std::fmt;
use std::io;
use std::ops::{Deref, DerefMut};
use std::path::Path;

use vault_core::admission::Code;

use crate::lang::Msg;
use crate::msg;

/// What a command returns.
pub type Outcome<T = ()> = Result<T, Failure>;

/// Why a command ended badly, in the order of the documented exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something did not work: a file, the disk, a passphrase.
    Failed,
    /// The command was not understood or lacked an answer.
    Usage,
    /// A rule refuses; the code names it.
    Refused,
    /// A signature, hash or tag does not hold.
    Integrity,
    /// The relay could not be reached or broke off.
    Network,
}

impl Kind {
    /// The exit code of the process.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Refused => 3,
            Self::Integrity => 4,
            Self::Network => 5,
        }
    }

    /// The word that `--json` carries.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Refused => "refused",
            Self::Integrity => "integrity",
            Self::Network => "network",
        }
    }
}

/// A command that ended badly. Boxed, so that results stay small where all goes well.
#[derive(Debug)]
pub struct Failure(Box<Parts>);

/// What happened, the rule if one refused, and what to do next.
#[derive(Debug)]
pub struct Parts {
    /// Decides the exit code.
    pub kind: Kind,
    /// The stable code of the rule or reply that refused, where there is one.
    pub code: Option<String>,
    /// One sentence for people.
    pub message: Msg,
    /// What the refusal is about: numbers with their names, never a title or file name.
    pub about: Option<String>,
    /// Technical cause, in the words of the library that found it; never a name or a title.
    pub detail: Option<String>,
    /// What to do next, one sentence each.
    pub hints: Vec<Msg>,
    /// Further refusals of the same attempt.
    pub also: Vec<Failure>,
}

impl Failure {
    /// A failure with nothing but its message.
    #[must_use]
    pub fn new(kind: Kind, message: Msg) -> Self {
        Self(Box::new(Parts {
            kind,
            code: None,
            message,
            about: None,
            detail: None,
            hints: Vec::new(),
            also: Vec::new(),
        }))
    }

    /// The command lacked something.
    #[must_use]
    pub fn usage(message: Msg) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Something did not work.
    #[must_use]
    pub fn failed(message: Msg) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// A rule refused: its texts are found by its code.
    #[must_use]
    pub fn rule(code: Code) -> Self {
        let mut failure = Self::new(Kind::Refused, Msg::rule(code));
        failure.code = Some(code.as_str().to_owned());
        failure.hints.push(Msg::rule_next(code));
        failure
    }

    /// Whether a rule of admission refused, which the same item will not pass later either.
    #[must_use]
    pub fn is_by_rule(&self) -> bool {
        let code = self.code.as_deref().and_then(|code| code.parse::<Code>().ok());
        self.kind == Kind::Refused && code.is_some()
    }

    /// A file operation failed; the path is named, what was in the file is not.
    #[must_use]
    pub fn io(path: &Path, error: &io::Error) -> Self {
        let path = path.display().to_string();
        match error.kind() {
            io::ErrorKind::NotFound => Self::failed(msg!("io-not-found", path = path)),
            io::ErrorKind::PermissionDenied => Self::failed(msg!("io-denied", path = path)),
            io::ErrorKind::AlreadyExists => {
                Self::failed(msg!("io-exists", path = path)).hint(msg!("io-exists-next"))
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::failed(msg!("io-full", path = path)).hint(msg!("io-full-next"))
            }
            io::ErrorKind::IsADirectory => Self::failed(msg!("io-is-folder", path = path)),
            _ => Self::failed(msg!("io-other", path = path)).because(error),
        }
    }

    /// Adds a failure to those of the same command; the first of them leads.
    pub fn gather(failed: &mut Option<Self>, failure: Self) {
        match failed {
            None => *failed = Some(failure),
            Some(first) => first.also.push(failure),
        }
    }

    /// Names the item it is about, unless something narrower is named.
    #[must_use]
    pub fn on_item(mut self, item: &str) -> Self {
        self.about.get_or_insert_with(|| item.to_owned());
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: Msg) -> Self {
        self.hints.push(hint);
        self
    }

    /// Adds the technical cause.
    #[must_use]
    pub fn because(mut self, cause: &dyn std::error::Error) -> Self {
        let mut words = cause.to_string();
        let mut next = cause.source();
        while let Some(inner) = next {
            let more = inner.to_string();
            if !words.contains(&more) {
                words.push_str(": ");
                words.push_str(&more);
            }
            next = inner.source();
        }
        self.detail = Some(words);
        self
    }

    /// Adds the technical cause as words.
    #[must_use]
    pub fn detail(mut self, words: impl Into<String>) -> Self {
        self.detail = Some(words.into());
        self
    }

    /// Adds a code.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }
}

impl Deref for Failure {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl DerefMut for Failure {
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.0
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message.key())
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use vault_core::admission::Code;

    use super::{Failure, Kind};

    #[test]
    fn exit_codes_are_the_documented_ones() {
        let codes = [Kind::Failed, Kind::Usage, Kind::Refused, Kind::Integrity, Kind::Network];
        assert_eq!(codes.map(Kind::exit_code), [1, 2, 3, 4, 5]);
    }

    /// Decides whether the outbox gives an item up: only what the same item can never pass.
    #[test]
    fn only_rules_of_admission_refuse_for_good() {
        assert!(Failure::rule(Code::ScopeMissing).is_by_rule());
        assert!(
            !Failure::new(Kind::Refused, crate::msg!("relay-refused")).code("parts-missing").is_by_rule()
        );
        assert!(!Failure::failed(crate::msg!("io-full", path = "x")).is_by_rule());
        assert!(!Failure::new(Kind::Integrity, crate::msg!("relay-evidence")).is_by_rule());
    }
}
