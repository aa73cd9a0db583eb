//! Stop lists, `vault-stop/1`: what is taken away before the next directory says so (docs/directory.md,
//! "Stop list").
//!
//! A stop list can only take away. It is signed by the lower stop threshold, so that a stolen laptop does not
//! wait for a quorum; in exchange it gives nothing back, and it reaches no further than its own leaf in the
//! register: a `since` needs the enrol threshold. Lists form a chain, and a directory names the last one it
//! folds; all later ones stay in force over it.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use super::entry::{WordError, words};
use super::head::{RootRef, StopRef, check_sequence};
use super::position::Position;
use super::root::{Root, ThresholdError, signers};
use super::root_text::Task;
use super::verify::is_root;
use crate::digest::{OrgId, StopHash};
use crate::key_id::KeyId;
use crate::note::{Note, NoteError, OfficeName, Signed, Text, TextError};
use crate::numbers::{PersonNo, text_forms};
use crate::signing::OfficeKey;
use crate::text_type;
use crate::time::Time;

/// The largest stop list in bytes.
pub const STOP_MAX: usize = 256 * 1024;
/// The most acts of one stop list.
pub const STOP_ACTS_MAX: usize = 256;

text_type! {
    /// The type of a stop list.
    pub struct StopType = "vault-stop/1";
}

words! {
    /// What a stop list can do. Both take away; no word gives back.
    StopKind {
        /// The person may not act until a directory says otherwise.
        Suspend = "suspend",
        /// The key, or every key of the person, is stopped for good.
        Revoke = "revoke",
    }
}

words! {
    /// Why, by class. Reasons in words stay with the officers.
    StopReason {
        /// Mislaid: key file, token or machine.
        Lost = "lost",
        /// Taken by someone.
        Stolen = "stolen",
        /// The secret is, or may be, known to others.
        Compromised = "compromised",
        /// The person has left or leaves.
        Left = "left",
        /// Pending an inquiry.
        Inquiry = "inquiry",
        /// Requirements (vetting, training, letter) have lapsed.
        Lapsed = "lapsed",
        /// Any other.
        Other = "other",
    }
}

/// The text of a stop list, `vault-stop/1`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopText {
    /// Always `vault-stop/1`.
    #[serde(rename = "type")]
    pub tag: StopType,
    /// The organisation.
    pub org: OrgId,
    /// 1 for the first, then one more each time.
    pub number: u32,
    /// When it was made.
    pub made: Time,
    /// The root whose officers sign it.
    pub root: RootRef,
    /// The last stop list folded by the directory upon which this one was made.
    pub folded: Option<StopRef>,
    /// The stop list before; null in stop list 1.
    pub previous: Option<StopHash>,
    /// All acts not yet folded, in the order in which they were first listed.
    pub acts: Vec<StopAct>,
}

/// One thing taken away.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopAct {
    /// Number of the stop list that listed it first.
    pub stop: u32,
    /// Who is concerned.
    pub person: PersonNo,
    /// The key that is revoked; null for the whole person.
    pub key: Option<KeyId>,
    /// Suspension or revocation.
    pub kind: StopKind,
    /// From where in the register on; null for the leaf of the list that listed it first.
    pub since: Option<Position>,
    /// Why, by class.
    pub reason: StopReason,
}

/// A verified stop list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stop(Signed<StopText>);

/// Why a stop list is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StopError {
    /// No well-formed stop list.
    #[error("the stop list is malformed")]
    Note(#[from] NoteError),
    /// It rests on another root than the one in hand.
    #[error("the stop list rests on root {found}, not on root {wanted}")]
    Root {
        /// Number of the root it names.
        found: u32,
        /// Number of the root in hand; the same number means another root under it.
        wanted: u32,
    },
    /// The root it rests on had expired when it was made.
    #[error("root {number} had expired when the stop list was made")]
    RootExpired {
        /// Number of the root.
        number: u32,
    },
    /// Not enough officers signed.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
    /// It reaches back before its own leaf, which takes the enrol threshold.
    #[error("the stop list reaches back in the register, which takes the enrol threshold")]
    Since(#[source] ThresholdError),
}

/// Why a stop list does not follow the one in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StopSuccessionError {
    /// Of another organisation.
    #[error("a stop list of another organisation")]
    Org,
    /// The very same stop list.
    #[error("stop list {number} is already in hand")]
    Same {
        /// Its number.
        number: u32,
    },
    /// Older than the one in hand.
    #[error("rollback: stop list {found} is older than stop list {have} in hand")]
    Rollback {
        /// The number in hand.
        have: u32,
        /// The number found.
        found: u32,
    },
    /// Stop lists between are missing.
    #[error("gap: stop list {found} does not follow stop list {have} directly")]
    Gap {
        /// The number in hand.
        have: u32,
        /// The number found.
        found: u32,
    },
    /// Two stop lists under one number: officers signed both. Keep both as evidence.
    #[error("fork: there are two stop lists {number}")]
    Fork {
        /// The number that two stop lists share.
        number: u32,
    },
    /// Resting on an older root, or on an older directory, than its predecessor.
    #[error("stop list {found} rests on an older root or directory than stop list {have}")]
    Backdated {
        /// The number in hand.
        have: u32,
        /// The number found.
        found: u32,
    },
    /// It leaves out, or changes, what its predecessor took and no directory has folded: that would grant.
    #[error("stop list {found} gives back what stop list {have} took; only a directory does")]
    Grants {
        /// The number in hand.
        have: u32,
        /// The number found.
        found: u32,
    },
}

impl Stop {
    /// Verifies a stop list against the root it rests on.
    pub fn verify(root: &Root, note: &[u8]) -> Result<Self, StopError> {
        Self::checked(root, Signed::parse(note, root.org(), STOP_MAX)?)
    }

    /// Signs a stop list. The outcome passes the same verification as anyone else's.
    pub fn sign(
        text: StopText,
        root: &Root,
        officers: &[(&OfficeName, &OfficeKey)],
    ) -> Result<Self, StopError> {
        let signed = Signed::sign_all(text, &signers(&root.org(), officers))?;
        Self::verify(root, &signed.encode())
    }

    /// The text of the stop list that follows this chain: what is not yet folded, and `acts`.
    ///
    /// `last` is the newest stop list there is, `folded` what the directory in force folds. The acts' `stop`
    /// is set here.
    pub fn next_text(
        root: &Root,
        folded: Option<StopRef>,
        last: Option<&Self>,
        made: Time,
        acts: impl IntoIterator<Item = StopAct>,
    ) -> StopText {
        // Where no list is in hand, the chain goes on from the one that the directory folds.
        let before = last.map(Self::reference).or(folded);
        let number = before.map_or(1, |before| before.number.saturating_add(1));
        let first_open = folded.map_or(1, |folded| folded.number.saturating_add(1));
        let carried = last.into_iter().flat_map(|last| last.acts()).filter(|act| act.stop >= first_open);
        let mut all: Vec<StopAct> = carried.cloned().collect();
        let mut new: Vec<StopAct> = acts.into_iter().map(|act| StopAct { stop: number, ..act }).collect();
        new.sort_by_key(StopAct::order);
        new.dedup_by_key(|act| act.order());
        all.append(&mut new);
        StopText {
            tag: StopType,
            org: root.org(),
            number,
            made,
            root: RootRef { number: root.number(), hash: root.hash() },
            folded,
            previous: before.map(|before| before.hash),
            acts: all,
        }
    }

    /// Accepts this stop list as the direct successor of `older`, or names what is wrong.
    pub fn successor_of(&self, older: &Self) -> Result<(), StopSuccessionError> {
        let (next, have) = (self.value(), older.value());
        if next.org != have.org {
            return Err(StopSuccessionError::Org);
        }
        let (found, number) = (next.number, have.number);
        if found == number {
            let same = self.hash() == older.hash();
            return Err(if same {
                StopSuccessionError::Same { number }
            } else {
                StopSuccessionError::Fork { number }
            });
        }
        if found < number {
            return Err(StopSuccessionError::Rollback { have: number, found });
        }
        if found - number > 1 {
            return Err(StopSuccessionError::Gap { have: number, found });
        }
        if next.previous != Some(older.hash()) {
            return Err(StopSuccessionError::Fork { number });
        }
        let folded = |text: &StopText| text.folded.map_or(0, |folded| folded.number);
        // Not by `made`: one officer who dates a list ahead must not end the chain.
        if folded(next) < folded(have) || next.root.number < have.root.number {
            return Err(StopSuccessionError::Backdated { have: number, found });
        }
        let open = have.acts.iter().filter(|act| act.stop > folded(next));
        let carried = next.acts.iter().filter(|act| act.stop < found);
        if open.eq(carried) { Ok(()) } else { Err(StopSuccessionError::Grants { have: number, found }) }
    }

    /// The organisation.
    pub fn org(&self) -> OrgId {
        self.value().org
    }

    /// The stop list's number.
    pub fn number(&self) -> u32 {
        self.value().number
    }

    /// SHA-256 of the text.
    pub fn hash(&self) -> StopHash {
        StopHash::of_note(self.0.hash())
    }

    /// When it was made.
    pub fn made(&self) -> Time {
        self.value().made
    }

    /// Number and hash.
    pub fn reference(&self) -> StopRef {
        StopRef { number: self.number(), hash: self.hash() }
    }

    /// What the text says.
    pub fn value(&self) -> &StopText {
        self.0.value()
    }

    /// The signed note.
    pub fn signed(&self) -> &Signed<StopText> {
        &self.0
    }

    /// All acts: those of earlier lists that no directory had folded, then its own.
    pub fn acts(&self) -> &[StopAct] {
        &self.value().acts
    }

    /// The acts that this list was the first to list.
    pub fn own_acts(&self) -> impl Iterator<Item = &StopAct> {
        self.acts().iter().filter(|act| act.stop == self.number())
    }

    /// A stop list with whatever lines it has. For showing a proposal only.
    pub(super) fn unsigned(root: &Root, note: Note) -> Result<Self, StopError> {
        Self::check_base(root, Signed::from_note(note, root.org())?)
    }

    fn check_base(root: &Root, signed: Signed<StopText>) -> Result<Self, StopError> {
        let value = signed.value();
        if !is_root(root, value.root.number, value.root.hash) {
            return Err(StopError::Root { found: value.root.number, wanted: root.number() });
        }
        if root.is_expired(value.made) {
            return Err(StopError::RootExpired { number: root.number() });
        }
        Ok(Self(signed))
    }

    fn checked(root: &Root, signed: Signed<StopText>) -> Result<Self, StopError> {
        let Self(signed) = Self::check_base(root, signed)?;
        let value = signed.value();
        root.check_threshold(signed.note(), Task::Stop)?;
        // Acts carried over were judged in the list that listed them first; readers hold the chain.
        let reaches_back = value.acts.iter().any(|act| act.stop == value.number && act.since.is_some());
        if reaches_back {
            root.check_threshold(signed.note(), Task::Enrol).map_err(StopError::Since)?;
        }
        Ok(Self(signed))
    }
}

impl StopAct {
    /// A revocation of one key, from the list's own leaf on.
    pub fn revoke_key(person: PersonNo, key: KeyId, reason: StopReason) -> Self {
        Self { stop: 0, person, key: Some(key), kind: StopKind::Revoke, since: None, reason }
    }

    /// A revocation of every key of a person, from the list's own leaf on.
    pub fn revoke_person(person: PersonNo, reason: StopReason) -> Self {
        Self { stop: 0, person, key: None, kind: StopKind::Revoke, since: None, reason }
    }

    /// A suspension.
    pub fn suspend(person: PersonNo, reason: StopReason) -> Self {
        Self { stop: 0, person, key: None, kind: StopKind::Suspend, since: None, reason }
    }

    /// The same act reaching back to a position of the register. It takes the enrol threshold.
    #[must_use]
    pub fn since(self, since: Position) -> Self {
        Self { since: Some(since), ..self }
    }

    fn order(&self) -> (u32, PersonNo, Option<KeyId>, StopKind) {
        (self.stop, self.person, self.key, self.kind)
    }
}

impl Text for StopText {
    const TYPE: &'static str = StopType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        check_sequence(self.number, self.previous.is_some())?;
        if self.root.number == 0 {
            return Err(TextError::new("root", "roots are numbered from 1"));
        }
        let folded = self.folded.map(|folded| folded.number);
        if folded.is_some_and(|folded| folded == 0 || folded >= self.number) {
            return Err(TextError::new("folded", "not a stop list before this one"));
        }
        if self.acts.len() > STOP_ACTS_MAX {
            return Err(TextError::new("acts", "more than 256"));
        }
        if !self.acts.is_sorted_by(|one, next| one.order() < next.order()) {
            return Err(TextError::new("acts", "not ascending by stop, person, key and kind, or one twice"));
        }
        if self.acts.last().is_none_or(|act| act.stop != self.number) {
            return Err(TextError::new("acts", "a stop list lists something new, and nothing of later ones"));
        }
        if self.acts.first().is_some_and(|act| act.stop <= folded.unwrap_or(0)) {
            return Err(TextError::new("acts", "an act that the directory has folded, or without a number"));
        }
        for act in &self.acts {
            if act.kind == StopKind::Suspend && act.key.is_some() {
                return Err(TextError::new("acts", "a person is suspended, a key is revoked"));
            }
        }
        Ok(())
    }
}
