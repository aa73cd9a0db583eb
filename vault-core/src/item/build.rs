//! Making headers: sealing a new item, and re-wrapping one that exists.
//!
//! docs/item.md "Making an item". The payload is written first and the header, whose length is known beforehand,
//! in place: only the content hash is missing then, and it has a fixed width.

use rand_core::CryptoRng;
use vault_keys::digest::sha256;
use vault_keys::key_id::KeyId;
use vault_keys::note::{KeyName, Note, NoteError, Signed, Signer};
use vault_keys::numbers::Holder;
use vault_keys::opening::{Recipient, WrapError};
use vault_keys::secret::FileKey;

use super::access::{Access, AccessType, Line, Right, Row};
use super::hashes::{AccessHash, ContentHash, LabelHash, ManifestHash, StanzasHash};
use super::header::{Header, HeaderError};
use super::item_header::{ACCESS, FileKeyError, ItemError, ItemHeader, LABEL, NOTES, VERSION, commitment};
use super::label::{DirectoryRef, Label};
use super::manifest::{Manifest, ManifestSealError};
use super::notes::{self, NotesError};
use super::stanza::{self, Stanza};
use crate::stream::PlaintextLen;

/// A wrap to be made: for which key, and by what right.
#[derive(Clone, Debug)]
pub struct Wrap {
    /// The opening key.
    pub recipient: Recipient,
    /// Who holds it.
    pub holder: Holder,
    /// By what right.
    pub right: Right,
}

/// Who signs label and access note.
#[derive(Clone, Copy)]
pub struct Writer<'a> {
    /// The name on the signature lines.
    pub name: &'a KeyName,
    /// The key.
    pub key: &'a dyn Signer,
}

impl core::fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Writer({})", self.name)
    }
}

/// Where an access note stands in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The first of the shared line.
    First,
    /// The next of the shared line.
    Next {
        /// Its number.
        seq: u32,
        /// The note before.
        previous: AccessHash,
    },
    /// A holder's own note.
    Own {
        /// The shared note it rests on.
        shared: AccessHash,
    },
}

/// What a re-wrap replaces.
#[derive(Clone, Debug)]
pub struct NewWraps<'a> {
    /// Rows of the header before whose stanzas stay byte for byte, by their place there. They come first.
    pub kept: &'a [usize],
    /// The wraps to be made. Rows neither kept nor named here are gone.
    pub wraps: &'a [Wrap],
    /// The new access note's place in its line.
    pub place: Place,
    /// The directory the keys are from.
    pub directory: DirectoryRef,
    /// The notes the item carries from now on.
    pub notes: Vec<Note>,
}

/// A new item between the wrapping of its file key and the hash of its content.
///
/// The file key in it seals one payload, ever; [`Plan::finish`] uses the plan up.
#[derive(Debug)]
pub struct Plan {
    label: Label,
    recipients: Vec<Stanza>,
    rows: Vec<Row>,
    manifest: Stanza,
    notes: Vec<Stanza>,
    file_key: FileKey,
    header_len: usize,
}

impl Plan {
    /// Wraps a new file key and seals the manifest. In the label `manifest` and `content` are filled in here,
    /// whatever stands there.
    ///
    /// # Errors
    /// [`BuildError`] if readers would refuse the item.
    pub fn new(
        mut label: Label,
        manifest: &Manifest,
        wraps: &[Wrap],
        notes: Vec<Note>,
        plaintext: PlaintextLen,
        writer: Writer<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, BuildError> {
        let file_key = FileKey::generate(rng);
        let (recipients, rows) = wrap(&file_key, wraps, rng)?;
        let manifest = manifest.seal(&file_key, rng)?.to_stanza();
        label.manifest = ManifestHash::from_bytes(sha256(&stanza::to_bytes(&manifest)));
        label.content.length = plaintext.content().bytes();
        label.content.blake3 = ContentHash::from_bytes([0; 32]);
        label.content.commit = commitment(&file_key, label.item);
        let notes = notes::pack(notes)?.into_iter().map(|body| ours(NOTES, body)).collect();
        let mut plan = Self { label, recipients, rows, manifest, notes, file_key, header_len: 0 };
        // A header over a hash of zeros shows every refusal before any byte is sealed, and the length.
        plan.header_len = plan.header(writer)?.len();
        Ok(plan)
    }

    /// The key to seal the payload with.
    #[must_use]
    pub const fn file_key(&self) -> &FileKey {
        &self.file_key
    }

    /// The length of the finished header in bytes: where the payload nonce goes.
    #[must_use]
    pub const fn header_len(&self) -> usize {
        self.header_len
    }

    /// The label as it stands so far.
    #[must_use]
    pub const fn label(&self) -> &Label {
        &self.label
    }

    /// Signs label and access note over the hash of the sealed content, and closes the header.
    ///
    /// # Errors
    /// [`BuildError::Length`] if the header does not have the length foretold; others as before.
    pub fn finish(mut self, content: ContentHash, writer: Writer<'_>) -> Result<ItemHeader, BuildError> {
        self.label.content.blake3 = content;
        let header = self.header(writer)?;
        if header.len() == self.header_len { Ok(header) } else { Err(BuildError::Length) }
    }

    fn header(&self, writer: Writer<'_>) -> Result<ItemHeader, BuildError> {
        let label = Signed::sign(self.label.clone(), writer.name, writer.key)?;
        let access = Access {
            tag: AccessType,
            org: self.label.org,
            item: self.label.item,
            label: LabelHash::of_note(label.hash()),
            line: Line::Shared,
            seq: Some(1),
            previous: None,
            directory: self.label.directory,
            suite: self.label.suite,
            stanzas: hash_of(&self.recipients),
            rows: self.rows.clone(),
        };
        let access = Signed::sign(access, writer.name, writer.key)?;
        let mut stanzas = self.recipients.clone();
        stanzas.push(ours(LABEL, label.encode()));
        stanzas.push(self.manifest.clone());
        stanzas.push(ours(ACCESS, access.encode()));
        stanzas.extend(self.notes.iter().cloned());
        Ok(ItemHeader::from_header(Header::write(&stanzas, &self.file_key)?)?)
    }
}

/// Re-wraps an item: new recipient stanzas, access note and notes; label, manifest and payload as they are.
///
/// # Errors
/// [`BuildError::FileKey`] if the key is not that of the old header; others as for a new item.
pub fn rewrap(
    old: &ItemHeader,
    file_key: &FileKey,
    new: NewWraps<'_>,
    writer: Writer<'_>,
    rng: &mut dyn CryptoRng,
) -> Result<ItemHeader, BuildError> {
    old.verify_file_key(file_key)?;
    let mut recipients = Vec::with_capacity(new.kept.len() + new.wraps.len());
    let mut rows = Vec::with_capacity(recipients.capacity());
    let standing = || old.recipients().iter().zip(&old.access().value().rows);
    for (stanza, row) in new.kept.iter().filter_map(|index| standing().nth(*index)) {
        recipients.push(stanza.clone());
        rows.push(row.clone());
    }
    let (made, made_rows) = wrap(file_key, new.wraps, rng)?;
    recipients.extend(made);
    rows.extend(made_rows);
    let (line, seq, previous) = match new.place {
        Place::First => (Line::Shared, Some(1), None),
        Place::Next { seq, previous } => (Line::Shared, Some(seq), Some(previous)),
        Place::Own { shared } => (Line::Own, None, Some(shared)),
    };
    let label = old.label().value();
    let access = Access {
        tag: AccessType,
        org: label.org,
        item: label.item,
        label: old.label_hash(),
        line,
        seq,
        previous,
        directory: new.directory,
        suite: label.suite,
        stanzas: hash_of(&recipients),
        rows,
    };
    let access = Signed::sign(access, writer.name, writer.key)?;
    let mut stanzas = recipients;
    stanzas.push(ours(LABEL, old.label().encode()));
    stanzas.push(old.manifest().to_stanza());
    stanzas.push(ours(ACCESS, access.encode()));
    stanzas.extend(notes::pack(new.notes)?.into_iter().map(|body| ours(NOTES, body)));
    Ok(ItemHeader::from_header(Header::write(&stanzas, file_key)?)?)
}

/// Why a header cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The file key could not be wrapped.
    #[error(transparent)]
    Wrap(#[from] WrapError),
    /// The manifest cannot be sealed.
    #[error(transparent)]
    Manifest(#[from] ManifestSealError),
    /// Label or access note cannot be signed as they are.
    #[error("the label or the access note cannot be signed")]
    Text(#[from] NoteError),
    /// The notes do not fit.
    #[error(transparent)]
    Notes(#[from] NotesError),
    /// The stanzas make no age header.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// Readers would refuse the header.
    #[error("readers would refuse this header")]
    Item(#[from] ItemError),
    /// The file key is not that of the item to be re-wrapped.
    #[error(transparent)]
    FileKey(#[from] FileKeyError),
    /// A header of another length than foretold: the writer is not the one the plan was made with.
    #[error("the header came out in another length than planned; this is a fault of the program")]
    Length,
}

fn wrap(
    file_key: &FileKey,
    wraps: &[Wrap],
    rng: &mut dyn CryptoRng,
) -> Result<(Vec<Stanza>, Vec<Row>), BuildError> {
    let mut stanzas = Vec::with_capacity(wraps.len());
    let mut rows = Vec::with_capacity(wraps.len());
    for wrap in wraps {
        stanzas.push(wrap.recipient.wrap(file_key, rng)?);
        let key: KeyId = wrap.recipient.key_id();
        rows.push(Row { key, holder: wrap.holder, right: wrap.right.clone() });
    }
    Ok((stanzas, rows))
}

/// A stanza of ours with a version and a body.
fn ours(tag: &str, body: Vec<u8>) -> Stanza {
    Stanza { args: vec![tag.to_owned(), VERSION.to_owned()], body }
}

fn hash_of(stanzas: &[Stanza]) -> StanzasHash {
    let mut bytes = Vec::new();
    for stanza in stanzas {
        stanza::encode(stanza, &mut bytes);
    }
    StanzasHash::from_bytes(sha256(&bytes))
}
