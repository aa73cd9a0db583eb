//! The item's own life at a relay: proposed, then released, refused, withdrawn or lapsed.
//!
//! From release on the copies carry on (`transfer::copy`); the item's state never changes again.

use thiserror::Error;
use vault_keys::time::Time;

use super::copy::CopyState;
use crate::item::hashes::LabelHash;

/// Where an item stands at its relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemState {
    /// Held for decision: only sender and deciders can open it.
    Proposed,
    /// Every demanded decision is made; the copies travel.
    Released,
    /// A decider refused it. Final.
    Refused,
    /// The sender took it back before release. Final.
    Withdrawn,
    /// `decide_by` passed without release. Final.
    Lapsed,
}

/// Why an item cannot take this step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ItemRefusal {
    /// It was decided before; nothing leads back.
    #[error("the item is {} already", .0.word())]
    Decided(ItemState),
    /// The time to decide is over.
    #[error("the time to decide ended at {decide_by}")]
    TooLate {
        /// The label's `decide_by`.
        decide_by: Time,
    },
    /// The time to decide is not over, or there is none.
    #[error("the time to decide is not over")]
    TooEarly,
}

impl ItemState {
    /// All states, in the order of the design.
    pub const ALL: [Self; 5] = [Self::Proposed, Self::Released, Self::Refused, Self::Withdrawn, Self::Lapsed];

    /// The stable word for storage, replies and `--json`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Released => "released",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
        }
    }

    /// The state of a stored word; `None` for any other text.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether the item ended without being released.
    #[must_use]
    pub fn is_dead(self) -> bool {
        matches!(self, Self::Refused | Self::Withdrawn | Self::Lapsed)
    }

    /// The completing decision, or acceptance itself where none is demanded.
    ///
    /// # Errors
    /// Unless the item is proposed and `decide_by`, where there is one, has not passed.
    pub fn release(self, decide_by: Option<Time>, now: Time) -> Result<Self, ItemRefusal> {
        self.undecided()?;
        match decide_by {
            Some(decide_by) if now > decide_by => Err(ItemRefusal::TooLate { decide_by }),
            _ => Ok(Self::Released),
        }
    }

    /// A decider refuses; any change is a new item.
    ///
    /// # Errors
    /// Unless the item is proposed.
    pub fn refuse(self) -> Result<Self, ItemRefusal> {
        self.undecided().map(|()| Self::Refused)
    }

    /// The sender takes it back. After release this is a recall of its copies instead.
    ///
    /// # Errors
    /// Unless the item is proposed.
    pub fn withdraw(self) -> Result<Self, ItemRefusal> {
        self.undecided().map(|()| Self::Withdrawn)
    }

    /// The relay finds `decide_by` passed.
    ///
    /// # Errors
    /// Unless the item is proposed and its `decide_by` has passed.
    pub fn lapse(self, decide_by: Option<Time>, now: Time) -> Result<Self, ItemRefusal> {
        self.undecided()?;
        match decide_by {
            Some(decide_by) if now > decide_by => Ok(Self::Lapsed),
            _ => Err(ItemRefusal::TooEarly),
        }
    }

    /// Whether the header may be shown to this viewer now.
    #[must_use]
    pub fn shows_header_to(self, viewer: Viewer, not_before: Option<Time>, now: Time) -> bool {
        match viewer {
            Viewer::Sender => true,
            Viewer::Decider => !self.is_dead(),
            Viewer::Holder => self == Self::Released && not_before.is_none_or(|time| now >= time),
        }
    }

    /// Whether the relay may remove the payload: nobody can or does fetch it any more.
    #[must_use]
    pub fn lets_payload_go(
        self,
        mut copies: impl Iterator<Item = CopyState>,
        transfers: TransfersRunning,
    ) -> bool {
        let over = match self {
            Self::Proposed => false,
            Self::Released => copies.all(CopyState::is_final),
            Self::Refused | Self::Withdrawn | Self::Lapsed => true,
        };
        over && transfers == TransfersRunning::No
    }

    fn undecided(self) -> Result<(), ItemRefusal> {
        if self == Self::Proposed { Ok(()) } else { Err(ItemRefusal::Decided(self)) }
    }
}

/// In what capacity somebody asks for a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// The label's sender (copy 0).
    Sender,
    /// Somebody the label asks for a decision.
    Decider,
    /// The holder of a copy, or a clerk of the unit that holds it.
    Holder,
}

/// Whether somebody is fetching the payload at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransfersRunning {
    /// At least one fetch is open.
    Yes,
    /// None.
    No,
}

/// What a commit under (sender, item id) means, given the label this pair belongs to for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The pair is free: this label takes it.
    New,
    /// The same label again: give the same answer.
    Same,
    /// Another label under a taken pair: refuse, and keep the attempt as evidence.
    Other {
        /// The label the pair belongs to.
        bound: LabelHash,
    },
}

impl Claim {
    /// Judges an offered label against the one the pair is bound to.
    #[must_use]
    pub fn judge(bound: Option<LabelHash>, offered: LabelHash) -> Self {
        match bound {
            None => Self::New,
            Some(bound) if bound == offered => Self::Same,
            Some(bound) => Self::Other { bound },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u32) -> Time {
        Time::from_unix(i64::from(seconds)).expect("a small time")
    }

    type Step = fn(ItemState, Option<Time>, Time) -> Result<ItemState, ItemRefusal>;

    const STEPS: [(&str, Step); 4] = [
        ("release", |state, by, now| state.release(by, now)),
        ("refuse", |state, _, _| state.refuse()),
        ("withdraw", |state, _, _| state.withdraw()),
        ("lapse", |state, by, now| state.lapse(by, now)),
    ];

    #[test]
    fn only_proposed_leads_anywhere() {
        for state in ItemState::ALL {
            for by in [None, Some(at(10))] {
                for now in [at(9), at(10), at(11)] {
                    for (name, step) in STEPS {
                        let passed = by.is_some_and(|by| now > by);
                        let expected = match (state, name) {
                            (ItemState::Proposed, "release") if !passed => Ok(ItemState::Released),
                            (ItemState::Proposed, "release") => {
                                Err(ItemRefusal::TooLate { decide_by: at(10) })
                            }
                            (ItemState::Proposed, "refuse") => Ok(ItemState::Refused),
                            (ItemState::Proposed, "withdraw") => Ok(ItemState::Withdrawn),
                            (ItemState::Proposed, "lapse") if passed => Ok(ItemState::Lapsed),
                            (ItemState::Proposed, _) => Err(ItemRefusal::TooEarly),
                            _ => Err(ItemRefusal::Decided(state)),
                        };
                        assert_eq!(step(state, by, now), expected, "{state:?} {name} {by:?} {now:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn words_come_back() {
        for state in ItemState::ALL {
            assert_eq!(ItemState::from_word(state.word()), Some(state));
        }
        assert_eq!(ItemState::from_word("Released"), None);
    }

    #[test]
    fn headers_wait_for_release_and_not_before() {
        let holder = |state: ItemState, now| state.shows_header_to(Viewer::Holder, Some(at(10)), now);
        assert!(!holder(ItemState::Proposed, at(11)));
        assert!(!holder(ItemState::Released, at(9)));
        assert!(holder(ItemState::Released, at(10)));
        assert!(!holder(ItemState::Withdrawn, at(11)));
        assert!(ItemState::Proposed.shows_header_to(Viewer::Decider, Some(at(10)), at(0)));
        assert!(!ItemState::Lapsed.shows_header_to(Viewer::Decider, None, at(0)));
        assert!(ItemState::Refused.shows_header_to(Viewer::Sender, None, at(0)));
    }

    #[test]
    fn payload_stays_while_anybody_can_fetch_it() {
        let go = |state: ItemState, copies: &[CopyState], running| {
            state.lets_payload_go(copies.iter().copied(), running)
        };
        assert!(!go(ItemState::Proposed, &[], TransfersRunning::No));
        assert!(!go(ItemState::Released, &[CopyState::Received, CopyState::Available], TransfersRunning::No));
        assert!(!go(ItemState::Released, &[CopyState::Received], TransfersRunning::Yes));
        assert!(go(ItemState::Released, &[CopyState::Received, CopyState::Withheld], TransfersRunning::No));
        assert!(go(ItemState::Refused, &[], TransfersRunning::No));
    }

    #[test]
    fn an_item_id_belongs_to_one_label_for_ever() {
        let (one, two) = (LabelHash::from_bytes([1; 32]), LabelHash::from_bytes([2; 32]));
        assert_eq!(Claim::judge(None, one), Claim::New);
        assert_eq!(Claim::judge(Some(one), one), Claim::Same);
        assert_eq!(Claim::judge(Some(one), two), Claim::Other { bound: one });
    }
}
