//! Opening 拆封: from bytes to a fully verified item, in two steps that cannot be skipped (feature `open`).
//!
//! ```text
//! ItemHeader --AdmittedItem::new--> AdmittedItem --unlock--> UnlockedItem --open_payload--> plaintext
//!             every rule judged                   file key, MAC, commitment,   length, hash, every chunk
//!             as a reader                         manifest
//! ```
//!
//! Only a stanza whose row names the reader's own key is tried: a wrap without an accepted row opens nothing here, even
//! if it would. The plaintext goes to a private sink and counts only once the pass returns `Ok`.

#[cfg(feature = "disk")]
pub mod files;
mod own_keys;
mod resealed;
mod source;
#[cfg(test)]
mod tests;

pub use own_keys::OwnKeys;
pub use resealed::ResealedError;
pub use source::{ItemSource, SourceError};

use std::fmt;
use std::io::Write;

use thiserror::Error;
use vault_keys::numbers::Holder;
use vault_keys::opening::{Identity, UnwrapError};
use vault_keys::secret::FileKey;
use vault_keys::time::Time;

use crate::admission::{self, Decision, Facts, Published, Reader, Refused, Remark, Side, Subject};
use crate::bundle::{Layout, LayoutError};
use crate::item::manifest::ManifestOpenError;
use crate::item::{FileKeyError, ItemError, ItemHeader, Label, Manifest, PayloadForm, Row};
use crate::recovery::{Restored, RestoredError};
use crate::stream::at::{ReadAt, WriteAt};
use crate::stream::nonce::PayloadNonce;
use crate::stream::open::{self, Content};
use crate::stream::plain::PlaintextAt;
use crate::stream::seek::SealedReader;
use crate::stream::{ContentLen, PlaintextLen, Work};

/// An item that every rule lets this reader have; still locked.
#[derive(Debug)]
pub struct AdmittedItem {
    header: ItemHeader,
    remarks: Vec<Remark>,
}

/// An item whose header is proved and whose manifest is open.
pub struct UnlockedItem {
    header: ItemHeader,
    file_key: FileKey,
    manifest: Manifest,
    row: usize,
    content: Content,
    remarks: Vec<Remark>,
}

/// Why an item does not open.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// What a recovery run gave back does not serve this item.
    #[error(transparent)]
    Restored(#[from] RestoredError),
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// None of the keys at hand is the one a row was accepted for.
    #[error("none of the opening keys at hand has a row in this item")]
    NoKey,
    /// The stanza of the reader's row does not open with the key the row names: whoever wrote the header did not wrap
    /// the file key for it. To be reported as damaged.
    #[error("row {row} names this key, but its wrap does not open with it: report the item as damaged")]
    FalseWrap {
        /// The row, from 0.
        row: usize,
    },
    /// The stanza of the reader's row breaks the rules of its type.
    #[error("the wrap of row {row} is malformed")]
    MalformedWrap {
        /// The row, from 0.
        row: usize,
        /// What is wrong with it.
        #[source]
        error: UnwrapError,
    },
    /// The file key is not that of the header or of the label.
    #[error(transparent)]
    FileKey(#[from] FileKeyError),
    /// The manifest does not open.
    #[error(transparent)]
    Manifest(#[from] ManifestOpenError),
    /// The manifest names files that cannot be one tar.
    #[error(transparent)]
    Bundle(#[from] LayoutError),
    /// The manifest names other lengths than the content has.
    #[error("the files the manifest names take {named} bytes, the content holds {found}")]
    OtherLength {
        /// Bytes by the manifest, of the one file or of the tar.
        named: u64,
        /// Bytes in the content.
        found: u64,
    },
    /// A resealed item is not what its first sender sealed.
    #[error(transparent)]
    Resealed(#[from] ResealedError),
    /// The payload does not open, or is not the one the label names.
    #[error(transparent)]
    Payload(#[from] open::OpenError),
}

impl AdmittedItem {
    /// Asks every rule on the reader's side.
    ///
    /// # Errors
    /// [`Refused`] with every refusal.
    pub fn new(
        header: ItemHeader,
        published: &Published<'_>,
        reader: Reader<'_>,
        now: Time,
    ) -> Result<Self, Refused> {
        let side = Side::Reader(reader);
        let facts = Facts { published: *published, subject: Subject::Sealed(&header), side };
        let remarks = admission::check(&facts, now).accepted()?;
        Ok(Self { header, remarks })
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> &ItemHeader {
        &self.header
    }

    /// What the reader is to be told.
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The file key alone, unwrapped with the identity a row names and proved by header and label; the manifest
    /// stays closed.
    pub(crate) fn file_key(&self, identities: &[&Identity]) -> Result<FileKey, OpenError> {
        let (_, file_key) = OwnKeys::new(identities.iter().copied()).unwrap(&self.header)?;
        Ok(file_key)
    }

    /// Unwraps the file key with the identity a row names, proves header and label by it, and opens the manifest.
    ///
    /// # Errors
    /// [`OpenError`]; nothing of the manifest is shown.
    pub fn unlock(self, identities: &[&Identity]) -> Result<UnlockedItem, OpenError> {
        let (row, file_key) = OwnKeys::new(identities.iter().copied()).unwrap(&self.header)?;
        self.opened(row, file_key)
    }

    /// The same by what a recovery run gave back for this item (docs/recovery.md, "Restored"), for a reader whose
    /// present keys no row names.
    ///
    /// # Errors
    /// [`OpenError`]; nothing of the manifest is shown.
    pub fn unlock_restored(
        self,
        restored: &Restored,
        identities: &[&Identity],
    ) -> Result<UnlockedItem, OpenError> {
        let file_key = restored.file_key(&self.header, identities)?;
        let holder = Holder::Person(restored.text().person);
        let rows = &self.header.access().value().rows;
        let row = rows.iter().position(|row| row.holder == holder).unwrap_or(rows.len());
        self.opened(row, file_key)
    }

    /// Opens the manifest with a file key that was proved.
    fn opened(self, row: usize, file_key: FileKey) -> Result<UnlockedItem, OpenError> {
        let manifest = self.header.open_manifest(&file_key)?;
        let label = self.header.label().value();
        let mut decision = Decision::default();
        admission::judge_names(Some(label.level), &manifest, &mut decision);
        decision.settle().accepted()?;
        resealed::check_manifest(label, &manifest)?;
        // The rules admitted the length, so it is one that a payload can have.
        let length = ContentLen::new(label.content.length).map_err(|_| open::OpenError::OtherContent)?;
        check_length(&manifest, length)?;
        let content = Content { length, blake3: Some(label.content.blake3) };
        Ok(UnlockedItem { header: self.header, file_key, manifest, row, content, remarks: self.remarks })
    }
}

fn check_length(manifest: &Manifest, length: ContentLen) -> Result<(), OpenError> {
    let found = length.plaintext().bytes();
    let named = match manifest.form {
        PayloadForm::File => manifest.files.iter().map(|file| file.size).sum(),
        PayloadForm::Tar => Layout::of_manifest(manifest)?.length().bytes(),
    };
    if named == found { Ok(()) } else { Err(OpenError::OtherLength { named, found }) }
}

impl UnlockedItem {
    /// The header.
    #[must_use]
    pub const fn header(&self) -> &ItemHeader {
        &self.header
    }

    /// The label, signed by its sender.
    #[must_use]
    pub fn label(&self) -> &Label {
        self.header.label().value()
    }

    /// Title, file names and what else only holders may know.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The row that lets this reader in; none where a recovery run gave the item back.
    #[must_use]
    pub fn row(&self) -> Option<&Row> {
        self.header.access().value().rows.get(self.row)
    }

    /// What the reader is to be told.
    #[must_use]
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The length of the plaintext.
    #[must_use]
    pub const fn plaintext_len(&self) -> PlaintextLen {
        self.content.length.plaintext()
    }

    /// The file key: for re-wrapping, and for opinions sealed under it.
    #[must_use]
    pub const fn file_key(&self) -> &FileKey {
        &self.file_key
    }

    /// Opens the content that `input` is from position 0 to its end. `output` must be private, and removed unless this
    /// returns `Ok`.
    ///
    /// # Errors
    /// [`OpenError::Payload`].
    pub fn open_payload(
        &self,
        input: &impl ReadAt,
        output: &impl WriteAt,
        work: &Work<'_>,
    ) -> Result<PlaintextLen, OpenError> {
        Ok(open::open(input, &self.content, &self.file_key, output, work)?)
    }

    /// Opens into a pipe: proves the whole content first, then decrypts it again while writing.
    ///
    /// # Errors
    /// [`OpenError::Payload`]; nothing is written unless the whole content was proved.
    pub fn open_payload_to(
        &self,
        input: &impl ReadAt,
        output: impl Write,
        work: &Work<'_>,
    ) -> Result<PlaintextLen, OpenError> {
        Ok(open::open_to(input, &self.content, &self.file_key, output, work)?)
    }

    /// Proves the content and keeps nothing of it.
    ///
    /// # Errors
    /// [`OpenError::Payload`].
    pub fn verify_payload(&self, input: &impl ReadAt, work: &Work<'_>) -> Result<PlaintextLen, OpenError> {
        Ok(open::verify(input, &self.content, &self.file_key, work)?)
    }

    /// The plaintext of the content that `input` is, to be sealed anew; each chunk is proved when it is read.
    ///
    /// # Errors
    /// [`OpenError::Payload`] if the nonce cannot be read.
    pub fn plaintext<R: ReadAt>(&self, input: R) -> Result<PlaintextAt<R>, OpenError> {
        Ok(PlaintextAt::new(input, self.content.length, &self.file_key)?)
    }

    /// The nonce at the front of the content that `input` is.
    pub(crate) fn nonce(&self, input: &impl ReadAt) -> Result<PayloadNonce, OpenError> {
        Ok(open::read_nonce(input, self.content.length)?)
    }

    /// Reads anywhere in a content proved before by [`Self::verify_payload`].
    ///
    /// # Errors
    /// [`OpenError::Payload`] if the nonce cannot be read.
    pub fn reader<R: ReadAt>(&self, input: R) -> Result<SealedReader<R>, OpenError> {
        Ok(SealedReader::new(input, self.content.length, &self.file_key)?)
    }
}

/// Silent: title and file key are secret.
impl fmt::Debug for UnlockedItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnlockedItem({}, ..)", self.label().item)
    }
}

/// The rules' answer about an unreadable header, for whoever only has the parse error.
#[must_use]
pub fn refusal_of_form(error: &ItemError, published: &Published<'_>, now: Time) -> Decision {
    let side = Side::Reader(Reader::default());
    admission::check(&Facts { published: *published, subject: Subject::Unreadable(error), side }, now)
}
