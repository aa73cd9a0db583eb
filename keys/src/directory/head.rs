//! The signed head of a directory, `vault-directory/1` (docs/directory.md, "Directory").

use serde::{Deserialize, Serialize};

use super::ENTRIES_MAX;
use crate::digest::{DirectoryHash, EntryHash, OrgId, PolicyHash, RootHash, StopHash};
use crate::note::{Text, TextError};
use crate::text_type;
use crate::time::Time;

text_type! {
    /// The type of a directory's head.
    pub struct DirectoryType = "vault-directory/1";
}

/// What the officers sign: the Merkle root of the entries and what they rest on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryText {
    /// Always `vault-directory/1`.
    #[serde(rename = "type")]
    pub tag: DirectoryType,
    /// The organisation.
    pub org: OrgId,
    /// 1 for the first, then one more each time.
    pub number: u32,
    /// When it was made.
    pub made: Time,
    /// From when on nothing may be sealed by it.
    pub expires: Time,
    /// The root whose officers sign it.
    pub root: RootRef,
    /// How many persons it has.
    pub persons: u32,
    /// How many units it has.
    pub units: u32,
    /// RFC 6962 root over the entries: persons ascending, then units ascending.
    pub merkle: EntryHash,
    /// The policy in force.
    pub policy: PolicyHash,
    /// The last stop list folded in, if any.
    pub stop: Option<StopRef>,
    /// The directory before; null in directory 1.
    pub previous: Option<DirectoryHash>,
}

/// A root, by number and hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootRef {
    /// The root's number.
    pub number: u32,
    /// The root's hash.
    pub hash: RootHash,
}

/// A stop list, by number and hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopRef {
    /// The stop list's number.
    pub number: u32,
    /// The stop list's hash.
    pub hash: StopHash,
}

impl Text for DirectoryText {
    const TYPE: &'static str = DirectoryType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        check_sequence(self.number, self.previous.is_some())?;
        check_lifetime(self.made, self.expires)?;
        if self.root.number == 0 {
            return Err(TextError::new("root", "roots are numbered from 1"));
        }
        if self.stop.is_some_and(|stop| stop.number == 0) {
            return Err(TextError::new("stop", "stop lists are numbered from 1"));
        }
        if u64::from(self.persons) + u64::from(self.units) > ENTRIES_MAX as u64 {
            return Err(TextError::new("persons", "more than 200000 entries"));
        }
        Ok(())
    }
}

/// Number 1 has no predecessor; every later number has one.
pub(super) fn check_sequence(number: u32, has_previous: bool) -> Result<(), TextError> {
    match (number, has_previous) {
        (0, _) => Err(TextError::new("number", "numbers begin at 1")),
        (1, true) => Err(TextError::new("previous", "number 1 has no predecessor")),
        (2.., false) => Err(TextError::new("previous", "every number above 1 names its predecessor")),
        _ => Ok(()),
    }
}

/// What expires does so after it was made.
pub(super) fn check_lifetime(made: Time, expires: Time) -> Result<(), TextError> {
    if made < expires { Ok(()) } else { Err(TextError::new("expires", "not after made")) }
}
