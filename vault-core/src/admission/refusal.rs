//! What the check answers: refusals, all of them, and remarks that do not refuse.

use std::fmt;

use super::code::Code;

/// One rule that was broken, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// Which rule.
    pub code: Code,
    /// The number, row, hash or time concerned, in language-neutral words such as `copy 2 p17` or
    /// `row 4`; empty where the code says it all. Never a title, never a file name.
    pub about: String,
}

impl Refusal {
    /// A refusal that names what it is about.
    #[must_use]
    pub fn new(code: Code, about: impl fmt::Display) -> Self {
        Self { code, about: about.to_string() }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self { code, about: String::new() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.code.words().meaning)?;
        if self.about.is_empty() { Ok(()) } else { write!(f, " ({})", self.about) }
    }
}

/// Something the reader should be told although nothing is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Remark {
    /// The newest directory known has expired; reading goes on.
    DirectoryExpired,
    /// The directory named is not at hand; the next one known judged in its place.
    JudgedByLaterDirectory,
    /// The sender's signing key has been stopped since: nothing at hand proves that the label was signed before.
    SenderKeyStoppedSince,
    /// The same of the key that signed the access note.
    WriterKeyStoppedSince,
    /// The same of the key that signed a decision.
    DeciderKeyStoppedSince,
    /// The decisions came with the item by file: that no refusal or withdrawal was left out is not proved.
    DecisionsByFile,
    /// A row was left out whose key is not stopped as far as is known here: the news may not have come yet.
    RowDropped,
    /// The term has ended (保密期限届满): the item awaits a release review, it is not free.
    TermEnded,
    /// `not_before` has not been reached by the clock here.
    NotYet,
}

impl Remark {
    /// The stable word used in `--json`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DirectoryExpired => "directory-expired",
            Self::JudgedByLaterDirectory => "judged-by-later-directory",
            Self::SenderKeyStoppedSince => "sender-key-stopped-since",
            Self::WriterKeyStoppedSince => "writer-key-stopped-since",
            Self::DeciderKeyStoppedSince => "decider-key-stopped-since",
            Self::DecisionsByFile => "decisions-by-file",
            Self::RowDropped => "row-dropped",
            Self::TermEnded => "term-ended",
            Self::NotYet => "not-yet",
        }
    }
}

/// The answer of [`check`](super::check::check).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    refusals: Vec<Refusal>,
    remarks: Vec<Remark>,
}

impl Decision {
    /// True if no rule refuses.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.refusals.is_empty()
    }

    /// Every refusal in the order in which the families are judged; `top-secret` always stands first.
    #[must_use]
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// What is to be told without refusing.
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The first refusal's code: what a reply or an event names when it has room for one.
    #[must_use]
    pub fn first(&self) -> Option<Code> {
        self.refusals.first().map(|refusal| refusal.code)
    }

    /// `Ok` with the remarks if accepted.
    ///
    /// # Errors
    /// [`Refused`] with every refusal.
    pub fn accepted(self) -> Result<Vec<Remark>, Refused> {
        if self.refusals.is_empty() { Ok(self.remarks) } else { Err(self.into_refused()) }
    }

    pub(crate) fn into_refused(self) -> Refused {
        Refused { refusals: self.refusals }
    }

    /// Adds what another judgement found.
    pub(crate) fn join(&mut self, other: Self) {
        other.refusals.into_iter().for_each(|refusal| self.refuse(refusal));
        other.remarks.into_iter().for_each(|remark| self.remark(remark));
    }

    /// Takes back refusals that another one says better.
    #[cfg(feature = "open")]
    pub(crate) fn retract(&mut self, code: Code) {
        self.refusals.retain(|refusal| refusal.code != code);
    }

    pub(crate) fn refuse(&mut self, refusal: impl Into<Refusal>) {
        let refusal = refusal.into();
        #[cfg(feature = "test-hooks")]
        if super::hooks::is_off(refusal.code) {
            return;
        }
        if !self.refusals.contains(&refusal) {
            self.refusals.push(refusal);
        }
    }

    pub(crate) fn remark(&mut self, remark: Remark) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// Puts the refusals into the order of the code list, and `top-secret` before all of them.
    pub(crate) fn settle(mut self) -> Self {
        self.refusals.sort_by_key(|refusal| (refusal.code != Code::TopSecret, refusal.code));
        self
    }
}

/// The check refused: exit code 3 (4 for signatures and form) on the command line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("refused: {}", self.summary())]
pub struct Refused {
    /// Every refusal; never empty.
    pub refusals: Vec<Refusal>,
}

impl Refused {
    fn summary(&self) -> String {
        self.refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { refusals: vec![refusal] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn top_secret_always_stands_first() {
        let mut decision = Decision::default();
        decision.refuse(Code::Malformed);
        decision.refuse(Refusal::new(Code::TimePassed, "read_by"));
        decision.refuse(Code::TopSecret);
        decision.refuse(Code::TopSecret);
        let decision = decision.settle();
        assert_eq!(decision.first(), Some(Code::TopSecret));
        assert_eq!(decision.refusals().len(), 3);
    }
}
