//! Making the next directory from entries (docs/directory.md, "Publishing").

use super::entry::{PersonEntry, UnitEntry};
use super::head::{DirectoryText, DirectoryType, RootRef, StopRef};
use super::root::{Root, signers};
use super::verify::{Directory, DirectoryError};
use crate::digest::{EntryHash, PolicyHash};
use crate::json;
use crate::merkle;
use crate::note::{OfficeName, Signed};
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
        mut self,
        root: &Root,
        previous: Option<&Directory>,
        officers: &[(&OfficeName, &OfficeKey)],
    ) -> Result<Directory, DirectoryError> {
        self.persons.sort_by_key(|entry| entry.number);
        self.units.sort_by_key(|entry| entry.number);
        let entries: Vec<Vec<u8>> =
            self.persons.iter().map(json::to_line).chain(self.units.iter().map(json::to_line)).collect();
        let text = self.head(root, previous, &entries);
        let head = Signed::sign_all(text, &signers(&root.org(), officers)).map_err(DirectoryError::Head)?;
        Directory::verify(root, &head.encode(), &entries)
    }

    fn head(&self, root: &Root, previous: Option<&Directory>, entries: &[Vec<u8>]) -> DirectoryText {
        let leaves: Vec<merkle::Hash> = entries.iter().map(|entry| merkle::leaf_hash(entry)).collect();
        // A count that does not fit is far beyond the limit, which the text's own check enforces.
        let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        DirectoryText {
            tag: DirectoryType,
            org: root.org(),
            number: previous.map_or(1, |previous| previous.number().saturating_add(1)),
            made: self.made,
            expires: self.expires,
            root: RootRef { number: root.number(), hash: root.hash() },
            persons: count(self.persons.len()),
            units: count(self.units.len()),
            merkle: EntryHash::from_bytes(merkle::root(&leaves)),
            policy: self.policy,
            stop: self.stop,
            previous: previous.map(Directory::hash),
        }
    }
}
