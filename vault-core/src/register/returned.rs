//! Why a copy is given back instead of signed for: a closed list, so that no leaf carries what somebody typed in a hurry
//! (docs/register.md, "Kinds").

/// Why a copy is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReturnReason {
    /// It is meant for somebody else.
    NotForMe,
    /// Something is missing.
    Incomplete,
    /// Level, term or scope look wrong.
    WrongMark,
    /// It came twice.
    Twice,
    /// What the sender hears by another way.
    Other,
}

impl ReturnReason {
    /// All reasons.
    pub const ALL: [Self; 5] = [Self::NotForMe, Self::Incomplete, Self::WrongMark, Self::Twice, Self::Other];

    /// The word on the line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotForMe => "not-for-me",
            Self::Incomplete => "incomplete",
            Self::WrongMark => "wrong-mark",
            Self::Twice => "twice",
            Self::Other => "other",
        }
    }

    /// The reason of this word; `None` for any other text.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }
}
