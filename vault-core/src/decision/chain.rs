//! The chain of an item's leaves, from its label to its release: that no decision was left out (docs/register.md, "The
//! chain of an item").
//!
//! Each leaf names the one before it, and everybody who is shown an item is given all of them up to `released`. So the
//! leaf that releases speaks for every leaf before it: whoever leaves out a refusal or a withdrawal, or puts leaves into
//! another order, has no chain. Of an item that waits the newest leaf may be kept back; which one that is, nobody can say
//! before it is released.

use thiserror::Error;
use vault_keys::directory::Place;
use vault_keys::note::{KeyName, Signed};
use vault_keys::time::Time;

use super::note::{DecisionNote, DecisionType};
use crate::admission::Entered;
use crate::item::{AccessHash, Label, LabelHash};
use crate::register::event::EventKind;
use crate::register::leaf::{Leaf, LeafBody, LeafHash};

/// The decisions on one item in the order of their leaves, proved by the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    decisions: Vec<OnLeaf>,
    released: Option<Released>,
}

/// One decision, and where the register has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnLeaf {
    /// The note, signature unproved as yet.
    pub note: Signed<DecisionNote>,
    /// The time of its leaf.
    pub time: Time,
    /// Its place in the register.
    pub place: Place,
}

/// The leaf by which an item was released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Released {
    /// The time of the leaf.
    pub time: Time,
    /// The access note it was released with.
    pub access: AccessHash,
}

/// Why leaves are no chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChainError {
    /// The first leaf does not carry the item's label.
    #[error("the chain does not begin with the item's label")]
    Beginning,
    /// The second leaf is not the acceptance of the item whose label is the first.
    #[error("the label is not followed by the item's acceptance")]
    Acceptance,
    /// A leaf does not name the one before it: something between is missing.
    #[error("leaf {index} does not follow leaf {before}: something was left out")]
    Gap {
        /// Index of the leaf before, as they were given.
        before: u64,
        /// Index of the leaf that does not follow it.
        index: u64,
    },
    /// The leaves do not stand in the register in this order.
    #[error("leaf {index} stands in the register before the one it follows")]
    Order {
        /// Index of that leaf.
        index: u64,
    },
}

impl Chain {
    /// Proves the chain of an item with this label. `leaves` are the item's, each proved to stand in the register of this
    /// origin at its index, oldest first; those behind the release are not looked at.
    ///
    /// # Errors
    /// [`ChainError`] where one leaf is not the very next of the one before.
    pub fn prove<'a>(
        label: LabelHash,
        origin: &KeyName,
        leaves: impl IntoIterator<Item = (u64, &'a Leaf)>,
    ) -> Result<Self, ChainError> {
        let mut leaves = leaves.into_iter();
        let carries =
            |leaf: &Leaf| leaf.signed::<Label>().is_ok_and(|note| LabelHash::of_note(note.hash()) == label);
        let (index, first) = leaves.next().ok_or(ChainError::Beginning)?;
        if !carries(first) || first.head().previous.is_some() {
            return Err(ChainError::Beginning);
        }
        let mut chain = Self { decisions: Vec::new(), released: None };
        let mut before = (index, first.hash());
        let mut accepted = false;
        for (index, leaf) in leaves {
            follows(before, index, leaf)?;
            let event = leaf.event().filter(|event| event.label == Some(label));
            if !accepted {
                accepted = event.is_some_and(|event| event.kind == EventKind::Accepted);
                if !accepted {
                    return Err(ChainError::Acceptance);
                }
            }
            before = (index, leaf.hash());
            if let Some(note) = decision(leaf) {
                let place = Place { origin: origin.clone(), index };
                chain.decisions.push(OnLeaf { note, time: leaf.head().time, place });
            } else if let Some(event) = event
                && let (EventKind::Released, Some(access)) = (event.kind, event.access)
            {
                // From here on leaves about one copy are its holder's and the sender's.
                chain.released = Some(Released { time: leaf.head().time, access });
                break;
            }
        }
        if accepted { Ok(chain) } else { Err(ChainError::Acceptance) }
    }

    /// Every decision, oldest first.
    #[must_use]
    pub fn decisions(&self) -> &[OnLeaf] {
        &self.decisions
    }

    /// The same as the check takes them ([`crate::admission::Reader`]).
    #[must_use]
    pub fn entered(&self) -> Vec<Entered<'_>> {
        self.decisions.iter().map(OnLeaf::entered).collect()
    }

    /// The release, if the chain reaches it. Without it the newest decision may not have been shown.
    #[must_use]
    pub const fn released(&self) -> Option<Released> {
        self.released
    }
}

impl OnLeaf {
    /// As the check takes it.
    #[must_use]
    pub fn entered(&self) -> Entered<'_> {
        Entered { note: &self.note, time: self.time, place: Some(&self.place) }
    }
}

/// The decision a leaf carries.
#[must_use]
pub fn decision(leaf: &Leaf) -> Option<Signed<DecisionNote>> {
    match leaf.body() {
        // Cheap before anything is parsed: of an item's leaves few are decisions.
        LeafBody::Note(note) if note.text().contains(DecisionType::NAME) => leaf.signed().ok(),
        _ => None,
    }
}

fn follows((before, hash): (u64, LeafHash), index: u64, leaf: &Leaf) -> Result<(), ChainError> {
    if leaf.head().previous != Some(hash) {
        return Err(ChainError::Gap { before, index });
    }
    if index <= before { Err(ChainError::Order { index }) } else { Ok(()) }
}
