//! The header of an item: exactly our stanzas in their order, and everything inside it that must agree.
//!
//! docs/item.md "Stanzas" and "What must agree". A header that parses here is of one piece: its access note is
//! about its label and its very recipient stanzas, its label about its very manifest. Signatures, directory and
//! policy are judged by [`crate::admission`]; MAC and commitment by [`ItemHeader::verify_file_key`], once somebody
//! has the file key.
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use core::fmt;
use core::ops::Range;

use serde::Deserialize;
use subtle::ConstantTimeEq as _;
use vault_keys::derive;
use vault_keys::digest::{OrgId, sha256};
use vault_keys::note::{Note, NoteError, Signed};
use vault_keys::opening::{Suite, WRAP_LEN};
use vault_keys::secret::FileKey;

use super::access::Access;
use super::hashes::{AccessHash, Commitment, LabelHash, ManifestHash, StanzasHash};
use super::header::{Header, HeaderError};
use super::label::{Label, OriginKind};
use super::notes::{self, NotesError};
use super::stanza::{self, Stanza};
use crate::level::TopSecret;
use crate::limits::{
    ACCESS_MAX, HEADER_MAX, LABEL_MAX, MANIFEST_SIZES, NOTES_MAX, NOTES_STANZAS_MAX, RECIPIENTS_MAX,
};

/// First argument of the label stanza.
pub const LABEL: &str = "vault-label";
/// First argument of the manifest stanza.
pub const MANIFEST: &str = "vault-manifest";
/// First argument of the access stanza.
pub const ACCESS: &str = "vault-access";
/// First argument of notes stanzas.
pub const NOTES: &str = "vault-notes";
/// Second argument of each of ours: the version of its form.
pub const VERSION: &str = "1";

/// Length of the tag that ends a manifest stanza's body, in bytes.
pub const MANIFEST_TAG_LEN: usize = 16;

/// A part of an item's header, in the order in which parts must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The recipient stanzas.
    Recipients,
    /// The label stanza.
    Label,
    /// The manifest stanza.
    Manifest,
    /// The access stanza.
    Access,
    /// The notes stanzas.
    Notes,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Recipients => "recipients",
            Self::Label => "label",
            Self::Manifest => "manifest",
            Self::Access => "access note",
            Self::Notes => "notes",
        })
    }
}

/// A checked item header with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemHeader {
    header: Header,
    recipients: usize,
    label: Signed<Label>,
    manifest: ManifestStanza,
    access: Signed<Access>,
    notes: Vec<Note>,
}

/// The manifest as it stands in the header: sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestStanza {
    /// The salt its key is derived with.
    pub salt: [u8; 16],
    /// Ciphertext and tag.
    pub body: Vec<u8>,
}

impl ItemHeader {
    /// Reads the header of an item at the beginning of `bytes`; the payload is not looked at.
    ///
    /// # Errors
    /// [`ItemError`]; [`HeaderError::Incomplete`] inside it asks for more bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, ItemError> {
        Self::from_header(Header::parse(bytes)?)
    }

    /// Takes a header that was already read as an age header.
    ///
    /// # Errors
    /// [`ItemError`] names the rule broken.
    pub fn from_header(header: Header) -> Result<Self, ItemError> {
        at_most(None, header.len(), HEADER_MAX)?;
        let form = Form::of(&header)?;
        let label = parse_label(form.label)?;
        let org = label.value().org;
        at_most(Some(Part::Access), form.access.len(), ACCESS_MAX)?;
        let access = Signed::<Access>::parse(form.access, org, ACCESS_MAX)
            .map_err(|error| ItemError::Note { part: Part::Access, error })?;
        let notes = notes::parse(form.notes.iter().copied())?;
        let Form { suite, recipients, manifest, .. } = form;
        let item = Self { recipients, label, manifest, access, notes, header };
        item.check_agreement(suite)?;
        Ok(item)
    }

    /// What the parts say about each other (docs/item.md "What must agree").
    fn check_agreement(&self, suite: Suite) -> Result<(), ItemError> {
        let (label, access) = (self.label.value(), self.access.value());
        if label.suite != suite || access.suite != suite {
            return Err(ItemError::SuiteMixed);
        }
        if label.manifest != self.manifest_hash() {
            return Err(ItemError::OtherManifest);
        }
        if access.item != label.item {
            return Err(ItemError::AccessOtherItem);
        }
        if access.label != self.label_hash() {
            return Err(ItemError::AccessOtherLabel);
        }
        if access.stanzas != StanzasHash::from_bytes(sha256(self.recipient_bytes())) {
            return Err(ItemError::AccessOtherStanzas);
        }
        if access.rows.len() != self.recipients {
            return Err(ItemError::AccessRows { rows: access.rows.len(), stanzas: self.recipients });
        }
        Ok(())
    }

    /// The header's bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.header.bytes()
    }

    /// The number of those bytes; the content begins there.
    #[must_use]
    pub fn len(&self) -> usize {
        self.header.len()
    }

    /// Never true.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.header.is_empty()
    }

    /// The header as an age header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The recipient stanzas.
    #[must_use]
    pub fn recipients(&self) -> &[Stanza] {
        self.header.stanzas().get(..self.recipients).unwrap_or_default()
    }

    /// The bytes of the recipient stanzas.
    #[must_use]
    pub fn recipient_bytes(&self) -> &[u8] {
        self.header.stanza_bytes(0..self.recipients)
    }

    /// The family of the recipient stanzas.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.label.value().suite
    }

    /// The label. Its signature is checked with [`Signed::verified_by`].
    #[must_use]
    pub const fn label(&self) -> &Signed<Label> {
        &self.label
    }

    /// The hash by which other texts name the label.
    #[must_use]
    pub fn label_hash(&self) -> LabelHash {
        LabelHash::of_note(self.label.hash())
    }

    /// The manifest, sealed.
    #[must_use]
    pub const fn manifest(&self) -> &ManifestStanza {
        &self.manifest
    }

    /// SHA-256 of the manifest stanza's bytes.
    #[must_use]
    pub fn manifest_hash(&self) -> ManifestHash {
        let at = self.recipients.saturating_add(1);
        ManifestHash::from_bytes(sha256(self.header.stanza_bytes(one(at))))
    }

    /// The access note. Its signature is checked with [`Signed::verified_by`].
    #[must_use]
    pub const fn access(&self) -> &Signed<Access> {
        &self.access
    }

    /// The hash by which other texts name the access note.
    #[must_use]
    pub fn access_hash(&self) -> AccessHash {
        AccessHash::of_note(self.access.hash())
    }

    /// The notes the item carries, ascending by hash.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The first label of a resealed item, from among the notes; `None` for any other item, or where it is missing. Its
    /// signature is judged by the rules.
    #[must_use]
    pub fn first_label(&self) -> Option<Signed<Label>> {
        let origin = &self.label.value().origin;
        let parent = origin.parents.first().filter(|_| origin.kind == OriginKind::Resealed)?;
        let mut labels =
            self.notes.iter().filter_map(|note| Signed::<Label>::from_note(note.clone(), self.org()).ok());
        labels.find(|first| {
            LabelHash::of_note(first.hash()) == parent.label && first.value().item == parent.item
        })
    }

    /// The organisation the label was signed for.
    #[must_use]
    pub fn org(&self) -> OrgId {
        self.label.value().org
    }

    /// Checks that this header was written with this file key, and the label made for it.
    ///
    /// # Errors
    /// [`FileKeyError`]: the header was changed, the stanza was wrapped around the key of another file, or the
    /// label was lifted from one.
    pub fn verify_file_key(&self, file_key: &FileKey) -> Result<(), FileKeyError> {
        self.header.verify_mac(file_key).map_err(|_| FileKeyError::Mac)?;
        let label = self.label.value();
        let commit = derive::commit(file_key, label.item.as_bytes());
        if bool::from(commit.ct_eq(label.content.commit.as_bytes())) {
            Ok(())
        } else {
            Err(FileKeyError::Commit)
        }
    }
}

#[cfg(feature = "open")]
impl ItemHeader {
    /// Opens the manifest, after [`ItemHeader::verify_file_key`].
    ///
    /// # Errors
    /// [`super::manifest::ManifestOpenError`].
    pub fn open_manifest(
        &self,
        file_key: &FileKey,
    ) -> Result<super::manifest::Manifest, super::manifest::ManifestOpenError> {
        super::manifest::Manifest::open(&self.manifest, self.org(), self.label.value().item, file_key)
    }
}

/// The commitment of a file key to an item.
#[must_use]
pub fn commitment(file_key: &FileKey, item: super::ItemId) -> Commitment {
    Commitment::from_bytes(derive::commit(file_key, item.as_bytes()))
}

/// Why a header is not the header of an item.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ItemError {
    /// The bytes are no age header.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// The label's level is top secret, or must be taken for it.
    #[error(transparent)]
    TopSecret(#[from] TopSecret),
    /// An age file without any stanza of ours.
    #[error("an age file, but not an item")]
    NotAnItem,
    /// A stanza that has no place in an item.
    #[error("stanza {index} has no place in an item")]
    Foreign {
        /// Its place, from 0.
        index: usize,
    },
    /// One of ours in a version this program does not know.
    #[error("the {part} stanza is of a version this program does not know")]
    Version {
        /// Which part.
        part: Part,
    },
    /// One of ours with other arguments than it must have.
    #[error("the {part} stanza has wrong arguments")]
    Arguments {
        /// Which part.
        part: Part,
    },
    /// A part is missing.
    #[error("the header has no {part}")]
    Missing {
        /// Which part.
        part: Part,
    },
    /// A part stands there twice, or too often.
    #[error("the {part} stanza stands there too often")]
    Repeated {
        /// Which part.
        part: Part,
    },
    /// The parts stand in another order.
    #[error("stanza {index} ({part}) is out of order")]
    Order {
        /// Its place, from 0.
        index: usize,
        /// Which part.
        part: Part,
    },
    /// Stanzas of two suites, or of another than label or access note names.
    #[error("the suites of label, access note and recipient stanzas are not one and the same")]
    SuiteMixed,
    /// A recipient stanza whose lengths are not those of its type.
    #[error("recipient stanza {index} is malformed")]
    Recipient {
        /// Its place, from 0.
        index: usize,
    },
    /// A part is longer than it may be; `None` is the header as a whole.
    #[error("{} has {found}, more than {max}", .part.map_or_else(|| "the header".to_owned(), |part| part.to_string()))]
    TooLarge {
        /// Which part.
        part: Option<Part>,
        /// Bytes, or stanzas of the recipients and notes.
        found: usize,
        /// The limit.
        max: usize,
    },
    /// The label or the access note is malformed.
    #[error("the {part} is malformed")]
    Note {
        /// Which of the two.
        part: Part,
        /// What is wrong with it.
        #[source]
        error: NoteError,
    },
    /// The notes are malformed.
    #[error(transparent)]
    Notes(#[from] NotesError),
    /// The label names another manifest than stands here.
    #[error("the label names another manifest")]
    OtherManifest,
    /// The access note names another item.
    #[error("the access note is that of another item")]
    AccessOtherItem,
    /// The access note names another label.
    #[error("the access note is that of another label")]
    AccessOtherLabel,
    /// The access note was written for other recipient stanzas.
    #[error("the access note was written for other recipient stanzas")]
    AccessOtherStanzas,
    /// The access note has another number of rows than there are stanzas.
    #[error("the access note has {rows} rows for {stanzas} recipient stanzas")]
    AccessRows {
        /// Rows.
        rows: usize,
        /// Recipient stanzas.
        stanzas: usize,
    },
}

/// Why a file key is not the one of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileKeyError {
    /// The header's MAC does not fit: it was changed, or this stanza wraps another key than the others.
    #[error("the header was changed, or this wrap is not that of the file")]
    Mac,
    /// The label commits to another file key: it was lifted from another file.
    #[error("the label belongs to another file")]
    Commit,
}

/// The stanzas of an item, sorted out; nothing inside them is read yet.
struct Form<'a> {
    suite: Suite,
    recipients: usize,
    label: &'a [u8],
    manifest: ManifestStanza,
    access: &'a [u8],
    notes: Vec<&'a [u8]>,
}

impl<'a> Form<'a> {
    fn of(header: &'a Header) -> Result<Self, ItemError> {
        let stanzas = header.stanzas();
        if !stanzas.iter().any(|stanza| part_of(stanza).is_some_and(|part| part != Part::Recipients)) {
            return Err(ItemError::NotAnItem);
        }
        let mut parts = Vec::new();
        for (index, stanza) in stanzas.iter().enumerate() {
            let part = part_of(stanza).ok_or(ItemError::Foreign { index })?;
            check_arguments(part, stanza, index)?;
            parts.push(part);
        }
        let count = |part| parts.iter().filter(|it| **it == part).count();
        for part in [Part::Recipients, Part::Label, Part::Manifest, Part::Access] {
            match (part, count(part)) {
                (_, 0) => return Err(ItemError::Missing { part }),
                (Part::Recipients, found) => at_most(Some(part), found, RECIPIENTS_MAX)?,
                (_, 1) => {}
                (_, _) => return Err(ItemError::Repeated { part }),
            }
        }
        if count(Part::Notes) > NOTES_STANZAS_MAX {
            return Err(ItemError::Repeated { part: Part::Notes });
        }
        let pairs = parts.iter().zip(parts.iter().skip(1)).enumerate();
        if let Some((index, part)) =
            pairs.filter(|(_, (one, next))| one > next).map(|(i, (_, next))| (i, *next)).next()
        {
            return Err(ItemError::Order { index: index.saturating_add(1), part });
        }
        let recipients = count(Part::Recipients);
        let mut suites = stanzas.iter().filter_map(Stanza::suite);
        let suite = suites.next().ok_or(ItemError::Missing { part: Part::Recipients })?;
        if suites.any(|other| other != suite) {
            return Err(ItemError::SuiteMixed);
        }
        let body =
            |offset: usize| stanzas.get(recipients.saturating_add(offset)).map_or(&[][..], |it| &it.body);
        for (part, length, max) in
            [(Part::Label, body(0).len(), LABEL_MAX), (Part::Access, body(2).len(), ACCESS_MAX)]
        {
            at_most(Some(part), length, max)?;
        }
        let manifest = manifest_of(stanzas.get(recipients.saturating_add(1)))?;
        let notes: Vec<&[u8]> =
            stanzas.iter().skip(recipients.saturating_add(3)).map(|it| it.body.as_slice()).collect();
        notes.iter().try_for_each(|body| at_most(Some(Part::Notes), body.len(), NOTES_MAX))?;
        Ok(Self { suite, recipients, label: body(0), manifest, access: body(2), notes })
    }
}

/// The part a stanza belongs to, by its first argument.
fn part_of(stanza: &Stanza) -> Option<Part> {
    match stanza.tag() {
        LABEL => Some(Part::Label),
        MANIFEST => Some(Part::Manifest),
        ACCESS => Some(Part::Access),
        NOTES => Some(Part::Notes),
        _ => stanza.suite().map(|_| Part::Recipients),
    }
}

/// Arguments, and for recipients also the lengths, so that relay and reader call the same stanzas malformed.
fn check_arguments(part: Part, stanza: &Stanza, index: usize) -> Result<(), ItemError> {
    let arguments: Vec<&str> = stanza.args.iter().skip(1).map(String::as_str).collect();
    if part == Part::Recipients {
        let share_len = match stanza.suite() {
            Some(Suite::Hybrid) => 1120,
            _ => 32,
        };
        let fits = match arguments.as_slice() {
            [share] => stanza::from_base64(share.as_bytes()).is_some_and(|share| share.len() == share_len),
            _ => false,
        };
        return if fits && stanza.body.len() == WRAP_LEN {
            Ok(())
        } else {
            Err(ItemError::Recipient { index })
        };
    }
    match arguments.as_slice() {
        [VERSION, _] if part == Part::Manifest => Ok(()),
        [VERSION] if part != Part::Manifest => Ok(()),
        [VERSION, ..] | [] => Err(ItemError::Arguments { part }),
        [_, ..] => Err(ItemError::Version { part }),
    }
}

fn manifest_of(stanza: Option<&Stanza>) -> Result<ManifestStanza, ItemError> {
    let part = Part::Manifest;
    let stanza = stanza.ok_or(ItemError::Missing { part })?;
    let salt = stanza.args.get(2).and_then(|salt| stanza::from_base64(salt.as_bytes()));
    let salt = salt.and_then(|salt| salt.try_into().ok()).ok_or(ItemError::Arguments { part })?;
    let padded = stanza.body.len().checked_sub(MANIFEST_TAG_LEN);
    if !padded.is_some_and(|padded| MANIFEST_SIZES.contains(&padded)) {
        let max = MANIFEST_SIZES.into_iter().max().unwrap_or_default().saturating_add(MANIFEST_TAG_LEN);
        at_most(Some(part), stanza.body.len(), max)?;
        return Err(ItemError::Arguments { part });
    }
    Ok(ManifestStanza { salt, body: stanza.body.clone() })
}

/// Reads the label for whatever organisation it names; admission asks whether that is ours.
fn parse_label(bytes: &[u8]) -> Result<Signed<Label>, ItemError> {
    #[derive(Deserialize)]
    struct Peek {
        org: OrgId,
    }
    let malformed = |error| ItemError::Note { part: Part::Label, error };
    let note = Note::parse(bytes, LABEL_MAX).map_err(malformed)?;
    Label::refuse_top_secret(note.text().as_bytes())?;
    // Where no organisation can be read, the text is malformed for any, and the reader says how.
    let org = serde_json::from_str::<Peek>(note.text()).map_or(OrgId::ZERO, |peek| peek.org);
    Signed::from_note(note, org).map_err(malformed)
}

fn at_most(part: Option<Part>, found: usize, max: usize) -> Result<(), ItemError> {
    if found > max { Err(ItemError::TooLarge { part, found, max }) } else { Ok(()) }
}

const fn one(index: usize) -> Range<usize> {
    index..index.saturating_add(1)
}
