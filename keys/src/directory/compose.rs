//! Making the next directory from entries (docs/directory.md, "Publishing").

use std::collections::BTreeMap;

use super::entry::{PersonEntry, UnitEntry};
use super::head::{DirectoryText, DirectoryType, RootRef, StopRef};
use super::root::{Root, signers};
use super::verify::{Directory, DirectoryError};
use crate::digest::{EntryHash, OrgId, PolicyHash};
use crate::json;
use crate::merkle;
use crate::note::{NoteError, OfficeName, Signed, parse_text};
use crate::numbers::Holder;
use crate::signing::OfficeKey;
use crate::time::Time;

/// What the next directory is to say.
#[derive(Clone, Debug)]
pub struct Draft {
    /// When it is made.
    pub made: Time,
    /// From when on nothing may be sealed by it.
    pub expires: Time,
    /// The policy in force.
    pub policy: PolicyHash,
    /// The last stop list folded in, if any.
    pub stop: Option<StopRef>,
    /// All persons, in any order.
    pub persons: Vec<PersonEntry>,
    /// All units, in any order.
    pub units: Vec<UnitEntry>,
}

impl Draft {
    /// Signs the directory that follows `previous`, or the first one.
    ///
    /// The outcome passes the same verification as anyone else's, so no directory leaves here that readers
    /// would refuse.
    pub fn sign(
        self,
        root: &Root,
        previous: Option<&Directory>,
        officers: &[(&OfficeName, &OfficeKey)],
    ) -> Result<Directory, DirectoryError> {
        let (text, entries) = self.compose(root.org(), root.reference(), previous);
        let head = Signed::sign_all(text, &signers(&root.org(), officers)).map_err(DirectoryError::Head)?;
        let directory = Directory::verify(root, &head.encode(), &entries)?;
        if let Some(previous) = previous {
            directory.check_continuity(previous).map_err(DirectoryError::Continuity)?;
        }
        Ok(directory)
    }

    /// The head's text and all entries, in order.
    pub(super) fn compose(
        mut self,
        org: OrgId,
        root: RootRef,
        previous: Option<&Directory>,
    ) -> (DirectoryText, Vec<Vec<u8>>) {
        self.persons.sort_by_key(|entry| entry.number);
        self.units.sort_by_key(|entry| entry.number);
        let persons = self.persons.iter().map(json::to_line);
        let entries: Vec<Vec<u8>> = persons.chain(self.units.iter().map(json::to_line)).collect();
        (self.head(org, root, previous, &entries), entries)
    }

    fn head(
        &self,
        org: OrgId,
        root: RootRef,
        previous: Option<&Directory>,
        entries: &[Vec<u8>],
    ) -> DirectoryText {
        let leaves: Vec<merkle::Hash> = entries.iter().map(|entry| merkle::leaf_hash(entry)).collect();
        // A count that does not fit is far beyond the limit, which the text's own check enforces.
        let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        DirectoryText {
            tag: DirectoryType,
            org,
            number: previous.map_or(1, |previous| previous.number().saturating_add(1)),
            made: self.made,
            expires: self.expires,
            root,
            persons: count(self.persons.len()),
            units: count(self.units.len()),
            merkle: EntryHash::from_bytes(merkle::root(&leaves)),
            policy: self.policy,
            stop: self.stop,
            previous: previous.map(Directory::hash),
        }
    }
}

/// The entries of the next directory, in order: those changed, and the others of `previous`.
pub(super) fn merge_entries<'a>(
    org: OrgId,
    previous: &Directory,
    changed: impl Iterator<Item = &'a [u8]>,
) -> Result<Vec<Vec<u8>>, NoteError> {
    let holders = previous.persons().iter().map(|entry| Holder::from(entry.number));
    let holders = holders.chain(previous.units().iter().map(|entry| entry.number.into()));
    let mut entries: BTreeMap<Holder, Vec<u8>> =
        holders.zip(previous.entry_texts().map(<[u8]>::to_vec)).collect();
    for text in changed {
        let holder = match parse_text::<PersonEntry>(text, org) {
            Ok(entry) => entry.number.into(),
            Err(NoteError::Type { .. }) => parse_text::<UnitEntry>(text, org)?.number.into(),
            Err(error) => return Err(error),
        };
        entries.insert(holder, text.to_vec());
    }
    // Persons sort before units, as in the tree.
    Ok(entries.into_values().collect())
}
