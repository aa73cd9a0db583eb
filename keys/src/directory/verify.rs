//! A verified directory: every signature, count, order, hash and rule checked once (docs/directory.md,
//! "Verification").

use std::collections::BTreeMap;
use std::sync::Arc;

use super::changes::ContinuityError;
use super::entry::{Key, PersonEntry, RecoveryKey, UnitEntry};
use super::head::DirectoryText;
use super::root::{Root, ThresholdError};
use super::root_text::Task;
use super::rules::{self, EntryError};
use super::{ENTRY_MAX, HEAD_MAX};
use crate::digest::{DirectoryHash, EntryHash, OrgId, PolicyHash, RootHash};
use crate::key_id::{KeyId, KeyKind};
use crate::merkle::{self, ProofError};
use crate::note::{Note, NoteError, Signed, Text, parse_text};
use crate::numbers::{Holder, PersonNo, UnitNo};
use crate::time::Time;

/// A directory in which everything has been verified.
#[derive(Clone, Debug)]
pub struct Directory {
    head: Signed<DirectoryText>,
    /// Shared with the same directory as it stands under stop lists.
    texts: Arc<[Box<[u8]>]>,
    leaves: Arc<[merkle::Hash]>,
    persons: Vec<PersonEntry>,
    units: Vec<UnitEntry>,
    /// Where each person's key stands: index of the person, index of the key.
    keys: BTreeMap<KeyId, (usize, usize)>,
}

/// Why a directory is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DirectoryError {
    /// No well-formed head.
    #[error("the directory's head is malformed")]
    Head(#[source] NoteError),
    /// It rests on another root than the one in hand.
    #[error("the directory rests on root {found}, not on root {wanted}")]
    Root {
        /// Number of the root it names.
        found: u32,
        /// Number of the root in hand; the same number means another root under it.
        wanted: u32,
    },
    /// It was made when its root had expired.
    #[error("the directory was made at {made}, when its root had expired ({expired})")]
    RootExpired {
        /// When it was made.
        made: Time,
        /// When the root expired.
        expired: Time,
    },
    /// Not enough officers signed.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
    /// Another number of entries than the head says.
    #[error("the head counts {wanted} entries, there are {found}")]
    Count {
        /// Entries found.
        found: usize,
        /// Entries the head counts.
        wanted: usize,
    },
    /// The entries are not those that were signed.
    #[error("the entries have Merkle root {found}, the head says {wanted}")]
    Merkle {
        /// The root computed from the entries.
        found: EntryHash,
        /// The root in the head.
        wanted: EntryHash,
    },
    /// An entry is malformed or breaks a rule of its own.
    #[error("entry {index} is refused")]
    Entry {
        /// Counted from 0.
        index: usize,
        /// What is wrong with it.
        #[source]
        reason: NoteError,
    },
    /// Entries stand out of order, or a number stands twice.
    #[error("entry {index}: {holder} does not come after the entry before it")]
    Order {
        /// Counted from 0.
        index: usize,
        /// Whose entry it is.
        holder: Holder,
    },
    /// It drops or rewrites what the directory before it said.
    #[error(transparent)]
    Continuity(ContinuityError),
    /// A rule between entries is broken.
    #[error(transparent)]
    Rules(#[from] EntryError),
}

/// Why a directory does not follow the one in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SuccessionError {
    /// Of another organisation.
    #[error("a directory of another organisation")]
    Org,
    /// The very same directory.
    #[error("directory {number} is already in hand")]
    Same {
        /// Its number.
        number: u32,
    },
    /// Older than the one in hand: someone serves what is outdated.
    #[error("rollback: directory {found} is older than directory {have} in hand")]
    Rollback {
        /// The number in hand.
        have: u32,
        /// The number found.
        found: u32,
    },
    /// Directories between are missing.
    #[error("gap: directory {found} does not follow directory {have} directly")]
    Gap {
        /// The number in hand.
        have: u32,
        /// The number found.
        found: u32,
    },
    /// Two directories under one number: the officers signed both. Keep both as evidence.
    #[error("fork: there are two directories {number}")]
    Fork {
        /// The number that two directories share.
        number: u32,
    },
    /// Made before its predecessor, or resting on an older root.
    #[error("directory {found} is dated before, or rests on an older root than, directory {have}")]
    Backdated {
        /// The number in hand.
        have: u32,
        /// The number found.
        found: u32,
    },
}

/// The way from one entry to the Merkle root in a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryProof {
    /// The entry's place, counted from 0.
    pub index: u32,
    /// Hashes from the entry to the root.
    pub path: Vec<merkle::Hash>,
}

impl Directory {
    /// Verifies a head and all entries against the root it rests on.
    pub fn verify(root: &Root, note: &[u8], entries: &[impl AsRef<[u8]>]) -> Result<Self, DirectoryError> {
        Self::with_head(root, verify_head(root, note)?, entries)
    }

    /// As [`Self::verify`], for a proposal that not enough officers have signed yet. For showing only.
    pub(super) fn unsigned(
        root: &Root,
        note: Note,
        entries: &[impl AsRef<[u8]>],
    ) -> Result<Self, DirectoryError> {
        let head = Signed::from_note(note, root.org()).map_err(DirectoryError::Head)?;
        Self::with_head(root, check_base(root, head)?, entries)
    }

    fn with_head(
        root: &Root,
        head: Signed<DirectoryText>,
        entries: &[impl AsRef<[u8]>],
    ) -> Result<Self, DirectoryError> {
        let value = head.value();
        let (person_count, unit_count) = (value.persons as usize, value.units as usize);
        let wanted = person_count + unit_count;
        if entries.len() != wanted {
            return Err(DirectoryError::Count { found: entries.len(), wanted });
        }
        // The Merkle root first: nothing that the officers did not sign is parsed.
        let leaves: Vec<merkle::Hash> =
            entries.iter().map(|entry| merkle::leaf_hash(entry.as_ref())).collect();
        let found = EntryHash::from_bytes(merkle::root(&leaves));
        if found != value.merkle {
            return Err(DirectoryError::Merkle { found, wanted: value.merkle });
        }
        let (person_texts, unit_texts) = entries.split_at(person_count);
        let persons = parse_entries::<PersonEntry>(person_texts, 0, root.org(), |entry| entry.number.into())?;
        let units =
            parse_entries::<UnitEntry>(unit_texts, person_count, root.org(), |entry| entry.number.into())?;
        rules::check_together(root, &persons, &units)?;
        let keys = persons.iter().enumerate().flat_map(|(person, entry)| {
            entry.keys.iter().enumerate().map(move |(place, key)| (key.id, (person, place)))
        });
        let keys = keys.collect();
        let texts = entries.iter().map(|entry| entry.as_ref().into()).collect();
        Ok(Self { head, texts, leaves: leaves.into(), persons, units, keys })
    }

    /// The directory with persons changed by stop lists. Head, texts and proofs stay those that were signed.
    pub(super) fn with_persons(&self, mut change: impl FnMut(&mut PersonEntry)) -> Self {
        let mut changed = self.clone();
        changed.persons.iter_mut().for_each(&mut change);
        changed
    }

    /// Accepts this directory as the direct successor of `older`, or names what is wrong.
    pub fn successor_of(&self, older: &Self) -> Result<(), SuccessionError> {
        check_succession(&self.head, &older.head)
    }

    /// The organisation.
    pub fn org(&self) -> OrgId {
        self.value().org
    }

    /// The directory's number.
    pub fn number(&self) -> u32 {
        self.value().number
    }

    /// SHA-256 of the head's text.
    pub fn hash(&self) -> DirectoryHash {
        DirectoryHash::of_note(self.head.hash())
    }

    /// When it was made.
    pub fn made(&self) -> Time {
        self.value().made
    }

    /// From when on nothing may be sealed by it.
    pub fn expires(&self) -> Time {
        self.value().expires
    }

    /// Whether nothing may be sealed by it at `now`. Reading is never blocked.
    pub fn is_expired(&self, now: Time) -> bool {
        now >= self.expires()
    }

    /// Hash of the policy in force.
    pub fn policy(&self) -> PolicyHash {
        self.value().policy
    }

    /// What the head says.
    pub fn value(&self) -> &DirectoryText {
        self.head.value()
    }

    /// The signed head.
    pub fn head(&self) -> &Signed<DirectoryText> {
        &self.head
    }

    /// The entries' texts, persons ascending, then units ascending.
    pub fn entry_texts(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.texts.iter().map(AsRef::as_ref)
    }

    /// All persons, ascending.
    pub fn persons(&self) -> &[PersonEntry] {
        &self.persons
    }

    /// All units, ascending.
    pub fn units(&self) -> &[UnitEntry] {
        &self.units
    }

    /// The person with this number.
    pub fn person(&self, person: PersonNo) -> Option<&PersonEntry> {
        self.persons.get(self.person_index(person)?)
    }

    /// Whether a person is this holder, or as a clerk receives for it.
    pub fn acts_for(&self, holder: Holder, person: PersonNo) -> bool {
        match holder {
            Holder::Person(number) => number == person,
            Holder::Unit(unit) => self.unit(unit).is_some_and(|unit| unit.clerks.contains(&person)),
        }
    }

    /// The unit with this number.
    pub fn unit(&self, unit: UnitNo) -> Option<&UnitEntry> {
        self.units.get(self.unit_index(unit)?)
    }

    /// The person's key with this id, whatever its state, and whose it is.
    pub fn key(&self, id: &KeyId) -> Option<(PersonNo, &Key)> {
        let (person, place) = *self.keys.get(id)?;
        let entry = self.persons.get(person)?;
        Some((entry.number, entry.keys.get(place)?))
    }

    /// The station key with this id, whatever its state, and whose it is.
    pub fn station(&self, id: &KeyId) -> Option<(PersonNo, &Key)> {
        self.key(id).filter(|(_, key)| key.kind == KeyKind::Station)
    }

    /// The recovery key with this id, and which unit's it is.
    pub fn recovery_key(&self, id: &KeyId) -> Option<(UnitNo, &RecoveryKey)> {
        let of_unit = |entry: &'_ UnitEntry| entry.recovery.as_ref().is_some_and(|key| key.id == *id);
        let entry = self.units.iter().find(|entry| of_unit(entry))?;
        Some((entry.number, entry.recovery.as_ref()?))
    }

    /// An entry's text with the path that proves it stands under this head.
    pub fn entry_path(&self, holder: Holder) -> Option<(&[u8], EntryProof)> {
        let place = match holder {
            Holder::Person(person) => self.person_index(person)?,
            Holder::Unit(unit) => self.persons.len() + self.unit_index(unit)?,
        };
        let path = merkle::inclusion_path(place, &self.leaves)?;
        Some((self.texts.get(place)?, EntryProof { index: u32::try_from(place).ok()?, path }))
    }

    fn person_index(&self, person: PersonNo) -> Option<usize> {
        self.persons.binary_search_by_key(&person, |entry| entry.number).ok()
    }

    fn unit_index(&self, unit: UnitNo) -> Option<usize> {
        self.units.binary_search_by_key(&unit, |entry| entry.number).ok()
    }
}

impl EntryProof {
    /// Accepts `entry` as one that stands under `head`.
    pub fn verify(&self, head: &DirectoryText, entry: &[u8]) -> Result<(), ProofError> {
        let size = u64::from(head.persons) + u64::from(head.units);
        let leaf = merkle::leaf_hash(entry);
        merkle::verify_inclusion(&leaf, self.index.into(), size, &self.path, head.merkle.as_bytes())
    }
}

/// Verifies a head alone: its form, the root it rests on, its signatures.
pub(super) fn verify_head(root: &Root, note: &[u8]) -> Result<Signed<DirectoryText>, DirectoryError> {
    let head = Signed::<DirectoryText>::parse(note, root.org(), HEAD_MAX).map_err(DirectoryError::Head)?;
    let head = check_base(root, head)?;
    root.check_threshold(head.note(), Task::Enrol)?;
    Ok(head)
}

/// The head rests on this root, which had not expired when it was made.
fn check_base(root: &Root, head: Signed<DirectoryText>) -> Result<Signed<DirectoryText>, DirectoryError> {
    let named = head.value().root;
    if named.hash != root.hash() || named.number != root.number() {
        return Err(DirectoryError::Root { found: named.number, wanted: root.number() });
    }
    let made = head.value().made;
    if root.is_expired(made) {
        return Err(DirectoryError::RootExpired { made, expired: root.value().expires });
    }
    Ok(head)
}

/// Accepts `newer` as the direct successor of `older`.
pub(super) fn check_succession(
    newer: &Signed<DirectoryText>,
    older: &Signed<DirectoryText>,
) -> Result<(), SuccessionError> {
    let (next, have) = (newer.value(), older.value());
    if next.org != have.org {
        return Err(SuccessionError::Org);
    }
    if next.number == have.number {
        let same = newer.hash() == older.hash();
        let number = have.number;
        return Err(if same { SuccessionError::Same { number } } else { SuccessionError::Fork { number } });
    }
    if next.number < have.number {
        return Err(SuccessionError::Rollback { have: have.number, found: next.number });
    }
    if next.number - have.number > 1 {
        return Err(SuccessionError::Gap { have: have.number, found: next.number });
    }
    if next.previous != Some(DirectoryHash::of_note(older.hash())) {
        return Err(SuccessionError::Fork { number: have.number });
    }
    if next.made < have.made || next.root.number < have.root.number {
        return Err(SuccessionError::Backdated { have: have.number, found: next.number });
    }
    Ok(())
}

/// Whether a root of this number and hash is `root`.
pub(super) fn is_root(root: &Root, number: u32, hash: RootHash) -> bool {
    root.number() == number && root.hash() == hash
}

/// Reads entries of one kind and holds them to strictly ascending numbers.
fn parse_entries<T: Text>(
    texts: &[impl AsRef<[u8]>],
    first_index: usize,
    org: OrgId,
    holder: impl Fn(&T) -> Holder,
) -> Result<Vec<T>, DirectoryError> {
    let mut entries: Vec<T> = Vec::with_capacity(texts.len());
    for (offset, text) in texts.iter().enumerate() {
        let (index, text) = (first_index + offset, text.as_ref());
        let too_long = NoteError::TooLong { found: text.len(), max: ENTRY_MAX };
        if text.len() > ENTRY_MAX {
            return Err(DirectoryError::Entry { index, reason: too_long });
        }
        let entry: T = parse_text(text, org).map_err(|reason| DirectoryError::Entry { index, reason })?;
        if entries.last().is_some_and(|before| holder(before) >= holder(&entry)) {
            return Err(DirectoryError::Order { index, holder: holder(&entry) });
        }
        entries.push(entry);
    }
    Ok(entries)
}
