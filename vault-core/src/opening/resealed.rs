//! What a resealed item must prove to whoever stores it: its plaintext, sealed again with the old keys that its manifest
//! holds, is the content that the first label names (docs/item.md, "Resealing").
//!
//! The old keys seal nothing that goes anywhere: only the hash of it is compared.

use thiserror::Error;
use vault_keys::secret::FileKey;

use super::{OpenError, UnlockedItem};
use crate::item::item_header::commitment;
use crate::item::{Label, Manifest, OriginKind};
use crate::stream::Work;
use crate::stream::at::ReadAt;
use crate::stream::nonce::PayloadNonce;
use crate::stream::open::Nowhere;
use crate::stream::plain::PlaintextAt;
use crate::stream::seal::{SealError, seal};

/// How a resealed item is not what its first sender sealed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ResealedError {
    /// A resealed item without old keys in its manifest, or another item with some.
    #[error("old keys stand in a manifest if and only if the item was resealed")]
    Manifest,
    /// The first label is not among the notes.
    #[error("the label of the first item is missing")]
    NoLabel,
    /// The old file key is not the one the first label commits to.
    #[error("the old file key in the manifest is not that of the first item")]
    OtherKey,
    /// Sealed with the old keys, the plaintext gives another content than the first label names.
    #[error("the content is not the one the first sender sealed")]
    OtherContent,
    /// The content cannot be read, or the work was cancelled.
    #[error("the content cannot be sealed again to compare it")]
    Payload(#[source] SealError),
}

/// Whether manifest and label agree about whether the item was resealed.
pub(super) fn check_manifest(label: &Label, manifest: &Manifest) -> Result<(), ResealedError> {
    let is_resealed = label.origin.kind == OriginKind::Resealed;
    if is_resealed == manifest.resealed.is_some() { Ok(()) } else { Err(ResealedError::Manifest) }
}

impl UnlockedItem {
    /// Proves that a resealed item is what its first sender sealed; nothing to prove for any other. To be asked once,
    /// when the item is stored: it reads the whole content.
    ///
    /// # Errors
    /// [`OpenError::Resealed`].
    pub fn prove_resealed(&self, input: &impl ReadAt, work: &Work<'_>) -> Result<(), OpenError> {
        let Some(old_keys) = &self.manifest.resealed else { return Ok(()) };
        let old = self.header.first_label().ok_or(ResealedError::NoLabel)?;
        let (old, file_key) = (old.value(), FileKey::from_bytes(&old_keys.file_key.0));
        if commitment(&file_key, old.item) != old.content.commit {
            return Err(ResealedError::OtherKey.into());
        }
        let plaintext = PlaintextAt::new(input, self.content.length, &self.file_key)?;
        let nonce = PayloadNonce::from_bytes(old_keys.nonce.0);
        let sealed = seal(&plaintext, self.plaintext_len(), &file_key, nonce, &Nowhere, work)
            .map_err(ResealedError::Payload)?;
        if (sealed.length.bytes(), sealed.blake3) == (old.content.length, old.content.blake3) {
            Ok(())
        } else {
            Err(ResealedError::OtherContent.into())
        }
    }
}
