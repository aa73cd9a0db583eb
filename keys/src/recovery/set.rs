//! The signed set, `vault-recovery/1` (docs/recovery.md, "Set").

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::Plan;
use crate::bytes::ByteString;
use crate::digest::{DigestError, OrgId, parse_hex, write_hex};
use crate::digest_type;
use crate::directory::{RecoveryKey, Root, Task, ThresholdError, UnitEntry};
use crate::key_id::{KeyId, KeyKind};
use crate::note::{NoteError, Signed, Text, TextError};
use crate::numbers::{PersonNo, UnitNo, text_forms};
use crate::opening::Recipient;
use crate::text_type;
use crate::time::Time;

/// The largest set in bytes.
pub const RECOVERY_MAX: usize = 128 * 1024;
/// The most shares of one set.
pub const SHARES_MAX: usize = 16;

text_type! {
    /// The type of a recovery set.
    pub struct RecoverySetType = "vault-recovery/1";
}

digest_type! {
    /// The digest by which an opened share is recognised.
    pub struct ShareCheck;
}

/// The id of a set: 32 lower-case hexadecimal digits, random.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetId([u8; 16]);

/// The text of a set, `vault-recovery/1`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoverySetText {
    /// Always `vault-recovery/1`.
    #[serde(rename = "type")]
    pub tag: RecoverySetType,
    /// The organisation.
    pub org: OrgId,
    /// The set's id.
    pub set: SetId,
    /// The unit whose key it is.
    pub unit: UnitNo,
    /// When it was made.
    pub made: Time,
    /// The public half, as in the unit's entry.
    pub key: RecoveryPublic,
    /// How many shares it takes.
    pub threshold: u8,
    /// The shares, ascending by number.
    pub shares: Vec<ShareEntry>,
}

/// A recovery key's public half, or that of a run's own key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryPublic {
    /// Its id.
    pub id: KeyId,
    /// One of the two opening kinds.
    pub kind: KeyKind,
    /// The raw public key.
    pub key: ByteString,
}

/// One share: who holds it, and how it is recognised.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareEntry {
    /// Its number, from 1.
    pub number: u8,
    /// Who holds it.
    pub person: PersonNo,
    /// The opening key it is sealed to.
    pub key: KeyId,
    /// Its digest.
    pub check: ShareCheck,
}

/// A set that the enrol threshold signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecoverySet(Signed<RecoverySetText>);

/// Why a set is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoverySetError {
    /// No well-formed set.
    #[error("the recovery set is malformed")]
    Note(#[from] NoteError),
    /// Not enough officers of any root in hand signed.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
}

impl RecoverySet {
    /// Verifies a set against a root: the one in force when it was made.
    pub fn verify(root: &Root, note: &[u8]) -> Result<Self, RecoverySetError> {
        let signed = Signed::<RecoverySetText>::parse(note, root.org(), RECOVERY_MAX)?;
        root.check_threshold(signed.note(), Task::Enrol)?;
        Ok(Self(signed))
    }

    /// What the text says.
    pub fn value(&self) -> &RecoverySetText {
        self.0.value()
    }

    /// The signed note.
    pub fn signed(&self) -> &Signed<RecoverySetText> {
        &self.0
    }

    /// Whether this is the set of the unit's present recovery key.
    pub fn is_of(&self, unit: &UnitEntry) -> bool {
        let value = self.value();
        value.unit == unit.number && unit.recovery.as_ref().is_some_and(|key| key.id == value.key.id)
    }
}

impl RecoveryPublic {
    /// The public half of an opening key.
    pub fn of(key: &Recipient) -> Self {
        Self { id: key.key_id(), kind: key.kind(), key: ByteString(key.public_bytes()) }
    }

    /// It is an opening key, and the id is its own.
    pub(super) fn check_form(&self, field: &'static str) -> Result<(), TextError> {
        let key = Recipient::from_public(self.kind, &self.key.0)
            .map_err(|error| TextError::new(field, error.to_string()))?;
        if key.key_id() == self.id {
            Ok(())
        } else {
            Err(TextError::new(field, "the id is not that of the key"))
        }
    }

    /// The key as it stands in the unit's entry.
    pub fn to_entry(&self) -> RecoveryKey {
        RecoveryKey { id: self.id, kind: self.kind, key: self.key.clone() }
    }
}

impl Text for RecoverySetText {
    const TYPE: &'static str = RecoverySetType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        self.key.check_form("key")?;
        check_sizes(self.threshold, self.shares.len())?;
        if !self.shares.iter().zip(1_u8..).all(|(share, number)| share.number == number) {
            return Err(TextError::new("shares", "not numbered from 1"));
        }
        check_holders(self.shares.iter().map(|share| share.person))
    }
}

/// The rules that a plan can break, before anything secret is touched.
pub(super) fn check_plan(plan: &Plan<'_>) -> Result<(), TextError> {
    check_sizes(plan.threshold, plan.holders.len())?;
    check_holders(plan.holders.iter().map(|(person, _)| *person))
}

fn check_sizes(threshold: u8, shares: usize) -> Result<(), TextError> {
    if shares > SHARES_MAX {
        return Err(TextError::new("shares", "more than 16"));
    }
    // With a threshold of one every share would be the key.
    if threshold < 2 || usize::from(threshold) > shares {
        return Err(TextError::new("threshold", "below 2 or above the number of shares"));
    }
    Ok(())
}

fn check_holders(mut persons: impl Iterator<Item = PersonNo>) -> Result<(), TextError> {
    let mut seen = BTreeSet::new();
    if persons.all(|person| seen.insert(person)) {
        Ok(())
    } else {
        Err(TextError::new("shares", "one person with two shares"))
    }
}

impl SetId {
    /// The id with these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for SetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

impl FromStr for SetId {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, DigestError> {
        parse_hex(text).map(Self).ok_or(DigestError)
    }
}

text_forms!(SetId);
