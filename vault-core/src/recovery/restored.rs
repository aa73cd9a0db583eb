//! What a run gives for one item: an age header with one wrap for the person and a stanza that says what it is
//! (docs/recovery.md, "Restored").
//!
//! Its MAC is by the item's file key, so nobody without that key changed it; and being an age header, it opens the
//! item's content with stock tools once that content follows it.

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use vault_keys::digest::{NoteHash, OrgId};
use vault_keys::key_id::KeyId;
use vault_keys::note::{NoteError, Text, parse_text};
use vault_keys::numbers::{PersonNo, UnitNo};
use vault_keys::opening::{Identity, Recipient, UnwrapError};
use vault_keys::recovery::RecoveryRequest;
use vault_keys::secret::FileKey;
use vault_keys::{json, text_type};

use super::RunError;
use crate::item::{
    AccessHash, FileKeyError, Header, HeaderError, ItemHeader, ItemId, LabelHash, Stanza, item_header,
};

/// The largest file in bytes.
pub const RESTORED_MAX: usize = 16 * 1024;
/// First argument of the stanza that says what it is.
const TAG: &str = "vault-restored";

text_type! {
    /// The type of the text inside.
    pub struct RestoredType = "vault-restored/1";
}

/// What was restored to whom: the body of the stanza, one line of strict JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoredText {
    /// Always `vault-restored/1`.
    #[serde(rename = "type")]
    pub tag: RestoredType,
    /// The organisation.
    pub org: OrgId,
    /// The item.
    pub item: ItemId,
    /// Its label.
    pub label: LabelHash,
    /// The access note whose recovery row was used.
    pub access: AccessHash,
    /// The request it rests on.
    pub request: NoteHash,
    /// The unit whose key was used.
    pub unit: UnitNo,
    /// Who reads again.
    pub person: PersonNo,
    /// The key it is wrapped to.
    pub key: KeyId,
}

impl Text for RestoredText {
    const TYPE: &'static str = RestoredType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }
}

/// One item's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    text: RestoredText,
    header: Header,
}

/// Why a file does not restore an item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RestoredError {
    /// Longer than any such file.
    #[error("longer than {RESTORED_MAX} bytes")]
    TooLong,
    /// No age header.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// Not one wrap and one stanza of ours, and nothing behind them.
    #[error("not a file that a recovery run wrote")]
    Form,
    /// What it says of itself is malformed.
    #[error("the file does not say what it restores")]
    Text(#[from] NoteError),
    /// It belongs to another item.
    #[error("the file restores item {found}, not {wanted}")]
    OtherItem {
        /// The item it names.
        found: ItemId,
        /// The item at hand.
        wanted: ItemId,
    },
    /// It belongs to another label under the same item id.
    #[error("the file was made for another label of this item")]
    OtherLabel,
    /// It is wrapped to none of these keys.
    #[error("the file is wrapped to another key")]
    NotForThisKey,
    /// The wrap breaks the rules of its type.
    #[error(transparent)]
    Wrap(#[from] UnwrapError),
    /// The file was changed, or its key is not that of the item.
    #[error(transparent)]
    FileKey(#[from] FileKeyError),
}

impl Restored {
    pub(super) fn write(
        item: &ItemHeader,
        file_key: &FileKey,
        request: &RecoveryRequest,
        to: &Recipient,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, RunError> {
        let value = request.value();
        let text = RestoredText {
            tag: RestoredType,
            org: value.org,
            item: item.label().value().item,
            label: item.label_hash(),
            access: item.access_hash(),
            request: request.hash(),
            unit: value.unit,
            person: value.person,
            key: to.key_id(),
        };
        let args = vec![TAG.to_owned(), item_header::VERSION.to_owned()];
        let stanzas = [to.wrap(file_key, rng)?, Stanza { args, body: json::to_line(&text) }];
        Ok(Self { text, header: Header::write(&stanzas, file_key)? })
    }

    /// Reads a file. Nothing in it is proved before [`Restored::file_key`].
    ///
    /// # Errors
    /// [`RestoredError`].
    pub fn parse(bytes: &[u8], org: OrgId) -> Result<Self, RestoredError> {
        if bytes.len() > RESTORED_MAX {
            return Err(RestoredError::TooLong);
        }
        let header = Header::parse(bytes)?;
        let [wrap, ours] = header.stanzas() else { return Err(RestoredError::Form) };
        let named = ours.args.iter().map(String::as_str).eq([TAG, item_header::VERSION]);
        if !named || wrap.suite().is_none() || header.len() != bytes.len() {
            return Err(RestoredError::Form);
        }
        Ok(Self { text: parse_text(&ours.body, org)?, header })
    }

    /// The bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.header.bytes()
    }

    #[cfg(test)]
    pub(super) const fn header_for_tests(&self) -> &Header {
        &self.header
    }

    /// What it says of itself.
    #[must_use]
    pub const fn text(&self) -> &RestoredText {
        &self.text
    }

    /// The item's file key: unwrapped with one of the person's keys, proved by this file's MAC, the item's own and
    /// the commitment in its label.
    ///
    /// # Errors
    /// [`RestoredError`].
    pub fn file_key(&self, item: &ItemHeader, identities: &[&Identity]) -> Result<FileKey, RestoredError> {
        let wanted = item.label().value().item;
        if self.text.item != wanted {
            return Err(RestoredError::OtherItem { found: self.text.item, wanted });
        }
        if self.text.label != item.label_hash() {
            return Err(RestoredError::OtherLabel);
        }
        let own = identities.iter().find(|identity| identity.to_recipient().key_id() == self.text.key);
        let identity = own.ok_or(RestoredError::NotForThisKey)?;
        let wrap = self.header.stanzas().first().ok_or(RestoredError::Form)?;
        let file_key = identity.unwrap(wrap)?.ok_or(RestoredError::NotForThisKey)?;
        self.header.verify_mac(&file_key).map_err(|_| FileKeyError::Mac)?;
        item.verify_file_key(&file_key)?;
        Ok(file_key)
    }
}
