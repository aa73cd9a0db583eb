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
    /// Which use of the label's standing approval it was, where it names one.
    pub use_no: Option<u32>,
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
        let (index, first) = leaves.next().ok_or(ChainError::Beginning)?;
        let note = first.signed::<Label>().ok().filter(|note| LabelHash::of_note(note.hash()) == label);
        let approval = match note {
            Some(note) if first.head().previous.is_none() => note.value().approval.request,
            _ => return Err(ChainError::Beginning),
        };
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
                let use_no = event.use_no.filter(|_| event.approval.is_some() && event.approval == approval);
                let use_no = use_no.and_then(|number| u32::try_from(number).ok());
                chain.released = Some(Released { time: leaf.head().time, access, use_no });
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

#[cfg(all(test, feature = "open"))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use vault_keys::digest::NoteHash;

    use super::*;
    use crate::decision::{About, Answer};
    use crate::item::DirectoryRef;
    use crate::register::event::{Event, InForce};
    use crate::register::leaf::LeafHead;
    use crate::test_world::{SealedBytes, World};

    /// Leaves of an item, each behind the one before.
    struct Register {
        world: World,
        item: SealedBytes,
        leaves: Vec<Leaf>,
    }

    impl Register {
        fn new() -> Self {
            let world = World::with_deciders();
            let item = world.seal(&world.draft(&[3]), b"content", 1);
            Self { world, item, leaves: Vec::new() }
        }

        /// Label, acceptance, two answers, something shown between, release, and what is about a copy.
        fn released() -> Self {
            let mut register = Self::new();
            register.label();
            register.event(EventKind::Accepted, |_| {});
            register.decision(8, Answer::Agree);
            register.event(EventKind::Shown, |_| {});
            register.decision(9, Answer::Refuse);
            register.event(EventKind::Released, |_| {});
            register.event(EventKind::Available, |_| {});
            register
        }

        fn hash(&self) -> LabelHash {
            self.item.header.label_hash()
        }

        fn head(&self) -> LeafHead {
            let previous = self.leaves.last().map(Leaf::hash);
            let time = self.world.now().plus_seconds(i64::try_from(self.leaves.len()).unwrap());
            LeafHead::new(self.item.header.org(), time, previous, "relay-1".parse().unwrap(), [7; 16])
        }

        fn label(&mut self) {
            self.leaves.push(Leaf::of_note(&self.head(), self.item.header.label().note()).unwrap());
        }

        fn event(&mut self, kind: EventKind, change: impl FnOnce(&mut Event)) {
            let (head, item) = (self.head(), &self.item.header);
            let mut event = Event {
                item: Some(item.label().value().item),
                label: Some(item.label_hash()),
                access: Some(item.access_hash()),
                content: Some(item.label().value().content.blake3),
                copy: Some(1),
                number: Some(1),
                person: Some(self.world.member(3).person),
                station: Some(self.world.member(3).station.key_id()),
                policy: Some(self.world.directory().policy()),
                directory: Some(InForce { number: 2, hash: NoteHash::from_bytes([1; 32]) }),
                refers: head.previous,
                ..Event::of_relay(item.org(), kind, head.time)
            };
            change(&mut event);
            self.leaves.push(Leaf::of_event(&head, &event).unwrap());
        }

        fn decision(&mut self, number: u32, answer: Answer) {
            let (member, directory) = (self.world.member(number), self.world.directory());
            let note = DecisionNote {
                tag: DecisionType,
                org: self.item.header.org(),
                about: About::label(self.hash()),
                step: "review".parse().unwrap(),
                person: member.person,
                key: member.signing.key_id(),
                station: member.station.key_id(),
                principal: None,
                answer,
                opened: true,
                previous: None,
                directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
                made: self.world.now(),
                not_after: None,
                opinion: None,
            };
            let name = KeyName::person(&note.org, note.person);
            let note = Signed::sign(note, &name, &member.signing).unwrap();
            self.leaves.push(Leaf::of_note(&self.head(), note.note()).unwrap());
        }

        fn prove<'a>(&self, leaves: impl IntoIterator<Item = (u64, &'a Leaf)>) -> Result<Chain, ChainError> {
            Chain::prove(self.hash(), self.world.root.log_origin(), leaves)
        }

        /// At every third place of the register.
        fn numbered(&self) -> Vec<(u64, &Leaf)> {
            (100..).step_by(3).zip(&self.leaves).collect()
        }
    }

    #[test]
    fn every_decision_stands_at_its_leaf() {
        let register = Register::released();
        let chain = register.prove(register.numbered()).unwrap();
        let found: Vec<_> =
            chain.decisions().iter().map(|one| (one.note.value().answer, one.place.index)).collect();
        assert_eq!(found, [(Answer::Agree, 106), (Answer::Refuse, 112)]);
        assert_eq!(chain.decisions()[1].time, register.leaves[4].head().time);
        let released = chain.released().unwrap();
        assert_eq!((released.access, released.use_no), (register.item.header.access_hash(), None));
        // What waits ends where it ends.
        let waiting = register.prove(register.numbered().into_iter().take(4)).unwrap();
        assert_eq!((waiting.decisions().len(), waiting.released()), (1, None));
    }

    #[test]
    fn a_leaf_left_out_or_in_another_order() {
        let register = Register::released();
        let leaves = register.numbered();
        for missing in 0..6 {
            let mut shorter = leaves.clone();
            shorter.remove(missing);
            let error = register.prove(shorter).unwrap_err();
            let expected = match missing {
                0 => ChainError::Beginning,
                _ => ChainError::Gap { before: leaves[missing - 1].0, index: leaves[missing + 1].0 },
            };
            assert_eq!(error, expected);
        }
        // The right leaves, said to stand in the register in another order.
        let mut swapped = leaves.clone();
        (swapped[2].0, swapped[3].0) = (leaves[3].0, leaves[2].0);
        assert_eq!(register.prove(swapped).unwrap_err(), ChainError::Order { index: 106 });
        let mut twice = leaves.clone();
        twice.insert(3, leaves[2]);
        assert!(matches!(register.prove(twice).unwrap_err(), ChainError::Gap { .. }));
        // Behind the release leaves about copies are missing for whoever holds others.
        register.prove(leaves.into_iter().take(6)).unwrap();
    }

    #[test]
    fn the_chain_of_another_item_or_none() {
        let register = Register::released();
        let other = register.world.seal(&register.world.draft(&[3]), b"other", 2).header.label_hash();
        let origin = register.world.root.log_origin();
        assert_eq!(Chain::prove(other, origin, register.numbered()), Err(ChainError::Beginning));
        assert_eq!(register.prove([]), Err(ChainError::Beginning));
        // A label alone was accepted by nobody; nor is what follows it the acceptance of something else.
        assert_eq!(register.prove(register.numbered().into_iter().take(1)), Err(ChainError::Acceptance));
        let mut register = Register::new();
        register.label();
        register.event(EventKind::Accepted, |event| event.label = Some(other));
        assert_eq!(register.prove(register.numbered()), Err(ChainError::Acceptance));
        // A release of something else releases nothing here.
        let mut register = Register::new();
        register.label();
        register.event(EventKind::Accepted, |_| {});
        register.event(EventKind::Released, |event| event.label = Some(other));
        assert_eq!(register.prove(register.numbered()).unwrap().released(), None);
    }

    #[test]
    fn a_use_counts_for_the_approval_that_the_label_names() {
        let mut register = Register::new();
        register.label();
        register.event(EventKind::Accepted, |_| {});
        register.event(EventKind::Released, |event| {
            (event.approval, event.use_no) = (Some(NoteHash::from_bytes([9; 32])), Some(1));
        });
        assert_eq!(register.prove(register.numbered()).unwrap().released().unwrap().use_no, None);
    }
}
