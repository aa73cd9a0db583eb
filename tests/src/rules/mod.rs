//! The rules of the trade, each with one case that is refused and its nearest neighbour that is not (`docs/rules.md`).
//!
//! A case is one function that is asked twice: the two answers differ in one thing, and a refusal code tells them
//! apart. `cargo xtask rules` runs all of them; `tests/tests/rules.rs` also switches every check off in turn.

mod access;
mod decisions;
mod drafts;
mod form;
mod keys;
mod labels;
mod lazy;
mod leaves;
mod officers;
mod passing;
mod people;
mod proposal;
mod relay;
pub mod report;
mod revoked;
pub mod table;
mod world;

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use vault_core::admission::{Code, hooks};
use vault_relay::proto::codes::RelayCode;

/// Which of a case's two sides is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one that breaks the rule.
    Refused,
    /// Its neighbour, which differs in one thing and breaks none.
    Accepted,
}

impl Which {
    /// `wrong` on the refused side, `right` on the accepted one.
    pub fn of<T>(self, wrong: T, right: T) -> T {
        match self {
            Self::Refused => wrong,
            Self::Accepted => right,
        }
    }

    /// Whether this is the refused side.
    #[must_use]
    pub fn is_refused(self) -> bool {
        self == Self::Refused
    }
}

/// What refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// The admission check or the drafting before it: the tool, and the relay where it judges as well.
    Tool(Code),
    /// The relay, beside the admission check.
    Relay(RelayCode),
    /// Another part of the tool, by the word it shows: what cannot be written, what key officers cannot sign.
    Word(&'static str),
    /// A key that does not fit: nobody has to refuse anything.
    Cryptography(&'static str),
}

impl Check {
    /// The refusal code.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Tool(code) => code.as_str(),
            Self::Relay(code) => code.as_str(),
            Self::Word(word) | Self::Cryptography(word) => word,
        }
    }
}

/// What a case's side was refused for, in order; nothing if it was accepted.
pub type Refusals = Vec<String>;

/// One side of a case, ready to be judged as often as wanted.
pub type Judge = Box<dyn Fn() -> Refusals>;

/// A refused case and its accepted neighbour.
#[derive(Clone, Copy)]
pub struct Case {
    /// Its name in `docs/rules.md`.
    pub name: &'static str,
    /// The rules it belongs to.
    pub rules: &'static [u16],
    /// What refuses it.
    pub check: Check,
    /// Codes that cannot but come with the refusal.
    pub with: &'static [Code],
    prepare: fn(Which) -> Judge,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {}", self.name, self.rules, self.check.word())
    }
}

impl Case {
    const fn tool(
        name: &'static str,
        rules: &'static [u16],
        code: Code,
        prepare: fn(Which) -> Judge,
    ) -> Self {
        Self { name, rules, check: Check::Tool(code), with: &[], prepare }
    }

    const fn relay(
        name: &'static str,
        rules: &'static [u16],
        code: RelayCode,
        prepare: fn(Which) -> Judge,
    ) -> Self {
        Self { name, rules, check: Check::Relay(code), with: &[], prepare }
    }

    const fn word(
        name: &'static str,
        rules: &'static [u16],
        word: &'static str,
        prepare: fn(Which) -> Judge,
    ) -> Self {
        Self { name, rules, check: Check::Word(word), with: &[], prepare }
    }

    const fn crypto(
        name: &'static str,
        rules: &'static [u16],
        word: &'static str,
        prepare: fn(Which) -> Judge,
    ) -> Self {
        Self { name, rules, check: Check::Cryptography(word), with: &[], prepare }
    }

    const fn with(mut self, with: &'static [Code]) -> Self {
        self.with = with;
        self
    }

    /// Makes both sides ready.
    #[must_use]
    pub fn prepare(&self) -> Prepared {
        Prepared {
            case: *self,
            refused: (self.prepare)(Which::Refused),
            accepted: (self.prepare)(Which::Accepted),
        }
    }
}

/// A case whose two sides were made and can be judged again and again.
pub struct Prepared {
    /// The case.
    pub case: Case,
    refused: Judge,
    accepted: Judge,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.case.fmt(f)
    }
}

impl Prepared {
    /// Judges both sides: nothing, or what came out wrong.
    ///
    /// # Errors
    /// What was said instead of what the case promises.
    pub fn run(&self) -> Result<(), String> {
        let case = &self.case;
        let mut wanted: Vec<&str> = case.with.iter().map(|code| code.as_str()).collect();
        wanted.push(case.check.word());
        wanted.sort_unstable();
        let refused = (self.refused)();
        let mut found: Vec<&str> = refused.iter().map(String::as_str).collect();
        found.sort_unstable();
        if found != wanted {
            return Err(format!("{}: refused for {found:?}, not for {wanted:?}", case.name));
        }
        let accepted = (self.accepted)();
        if !accepted.is_empty() {
            return Err(format!("{}: its neighbour is refused for {accepted:?}", case.name));
        }
        Ok(())
    }

    /// Whether the case still holds while one check is switched off: its own code refuses the one side. The other, which
    /// nothing refuses, cannot be refused by leaving a check out.
    #[must_use]
    pub fn holds_without(&self, code: Code) -> bool {
        let _off = hooks::without(code);
        let own = self.case.check.word();
        (self.refused)().iter().any(|word| word == own)
    }
}

/// Codes of the admission check without a case, each with the reason.
pub const WITHOUT_A_CASE: &[(Code, &str)] = &[];

/// All cases, in the order of their files.
#[must_use]
pub fn cases() -> Vec<Case> {
    [&local_cases(), relay::CASES].concat()
}

/// The cases that need no relay: those on which switching a check off can show.
#[must_use]
pub fn local_cases() -> Vec<Case> {
    [
        drafts::CASES,
        people::CASES,
        labels::CASES,
        access::CASES,
        decisions::CASES,
        leaves::CASES,
        passing::CASES,
        revoked::CASES,
        form::CASES,
        officers::CASES,
        keys::CASES,
    ]
    .concat()
}

/// Does the same with each case, on as many threads as the machine has; the answers stand in the cases' order.
///
/// # Panics
/// If `act` does.
pub fn each<T: Send>(cases: &[Case], act: impl Fn(&Case) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((at, case)) = take(cases, &next) {
                    let answer = act(case);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, answer));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, answer)| answer).collect()
}

fn take<'a>(cases: &'a [Case], next: &AtomicUsize) -> Option<(usize, &'a Case)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    Some((at, cases.get(at)?))
}
