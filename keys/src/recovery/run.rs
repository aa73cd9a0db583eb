//! What a run leaves behind: its own key, locked until it is used, and the record of what was done
//! (docs/recovery.md, "Run").

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{RecoveryRequest, SetId};
use crate::digest::{NoteHash, OrgId};
use crate::key_id::KeyId;
use crate::keyfile::{self, ContentError, Cost, LockError, UnlockError};
use crate::note::{Text, TextError};
use crate::numbers::{PersonNo, UnitNo};
use crate::opening::Identity;
use crate::text_type;
use crate::time::Time;

text_type! {
    /// The type of a record.
    pub struct RunRecordType = "vault-recovery-run/1";
}

/// What a run did: one line, unsigned. It says nothing that request and items do not prove.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunRecord {
    /// Always `vault-recovery-run/1`.
    #[serde(rename = "type")]
    pub tag: RunRecordType,
    /// The organisation.
    pub org: OrgId,
    /// The request it rests on.
    pub request: NoteHash,
    /// The unit whose key was joined.
    pub unit: UnitNo,
    /// The set.
    pub set: SetId,
    /// The numbers of the shares that were joined, ascending.
    pub shares: Vec<u8>,
    /// Who reads again.
    pub person: PersonNo,
    /// With which key.
    pub key: KeyId,
    /// Hashes of the labels of the items opened, ascending.
    pub items: Vec<NoteHash>,
    /// When.
    pub made: Time,
}

impl RunRecord {
    /// The record of a run of this request.
    pub fn new(request: &RecoveryRequest, shares: Vec<u8>, mut items: Vec<NoteHash>, made: Time) -> Self {
        let value = request.value();
        items.sort_unstable();
        items.dedup();
        Self {
            tag: RunRecordType,
            org: value.org,
            request: request.hash(),
            unit: value.unit,
            set: value.set,
            shares,
            person: value.person,
            key: value.key,
            items,
            made,
        }
    }
}

impl Text for RunRecord {
    const TYPE: &'static str = RunRecordType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        if !self.shares.is_sorted_by(|one, next| one < next) {
            return Err(TextError::new("shares", "not ascending"));
        }
        if !self.items.is_sorted_by(|one, next| one < next) {
            return Err(TextError::new("items", "not ascending"));
        }
        Ok(())
    }
}

/// Locks a run's own key by a passphrase until the run: an age file of one identity line.
pub fn lock_run_key(key: &Identity, passphrase: &str, cost: Cost) -> Result<Vec<u8>, LockError> {
    let line = Zeroizing::new(format!("{}\n", *key.to_text()));
    keyfile::lock(line.as_bytes(), passphrase, cost)
}

/// Unlocks a run's own key.
pub fn unlock_run_key(file: &[u8], passphrase: &str) -> Result<Identity, UnlockError> {
    let text = keyfile::unlock(file, passphrase)?;
    let line = std::str::from_utf8(&text).ok().and_then(|text| text.strip_suffix('\n'));
    let key = line.and_then(|line| Identity::parse(line).ok());
    key.ok_or(UnlockError::Content(ContentError::Line { line: 1 }))
}
