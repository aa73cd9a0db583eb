//! A signed text of one type: read once at the border, then a value with its exact bytes.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{KeyName, Note, NoteError, SignatureError, Signer, Verifier};
use crate::digest::{NoteHash, OrgId};
use crate::json;

/// A type of signed text. Its first two fields are its tag (`"type"`) and its organisation (`"org"`).
pub trait Text: Serialize + DeserializeOwned {
    /// The type's name and version, such as `vault-label/1`.
    const TYPE: &'static str;

    /// Earlier versions of the type that are still read.
    const EARLIER: &'static [&'static str] = &[];

    /// The organisation the text was signed for.
    fn org(&self) -> OrgId;

    /// Rules between and within fields that the field types alone do not enforce.
    fn check_form(&self) -> Result<(), TextError> {
        Ok(())
    }
}

/// A field whose value breaks a rule of its text's type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct TextError {
    /// The field, as named in the specification.
    pub field: &'static str,
    /// The rule, in words.
    pub reason: String,
}

impl TextError {
    /// An error about `field`.
    pub fn new(field: &'static str, reason: impl Into<String>) -> Self {
        Self { field, reason: reason.into() }
    }
}

/// A text of type `T` with the note it was read from or signed into.
///
/// It is well-formed, of the right type and organisation; who signed it is known only through
/// [`Self::verified_by`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signed<T> {
    value: T,
    note: Note,
}

impl<T: Text> Signed<T> {
    /// Signs `value` under `name`. Refuses a value that readers would refuse.
    pub fn sign(value: T, name: &KeyName, signer: &dyn Signer) -> Result<Self, NoteError> {
        Self::sign_all(value, &[(name.clone(), signer)])
    }

    /// Signs `value` with several keys. Refuses a value that readers would refuse, and no signer at all.
    pub fn sign_all(value: T, signers: &[(KeyName, &dyn Signer)]) -> Result<Self, NoteError> {
        let line = json::encode_line(&value)?;
        value.check_form()?;
        let text = String::from_utf8(line)
            .map_err(|error| NoteError::Utf8 { at: error.utf8_error().valid_up_to() })?;
        let ((name, signer), others) = signers.split_first().ok_or(NoteError::NoLines)?;
        let mut note = Note::sign(text, name, *signer)?;
        for (name, signer) in others {
            note.cosign(name, *signer)?;
        }
        Ok(Self { value, note })
    }

    /// Reads a note of at most `max` bytes that holds a text of this type for organisation `org`.
    pub fn parse(bytes: &[u8], org: OrgId, max: usize) -> Result<Self, NoteError> {
        Self::from_note(Note::parse(bytes, max)?, org)
    }

    /// Reads the text of a parsed note.
    pub fn from_note(note: Note, org: OrgId) -> Result<Self, NoteError> {
        let value = parse_text(note.text().as_bytes(), org)?;
        Ok(Self { value, note })
    }

    /// Adds another key's lines over the same text.
    pub fn cosign(&mut self, name: &KeyName, signer: &dyn Signer) -> Result<(), NoteError> {
        self.note.cosign(name, signer)
    }

    /// The value. Not verified: see [`Self::verified_by`].
    pub fn value(&self) -> &T {
        &self.value
    }

    /// The note with its signature lines.
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// SHA-256 of the text.
    pub fn hash(&self) -> NoteHash {
        self.note.hash()
    }

    /// The signed text, its line feed included.
    pub fn text(&self) -> &str {
        self.note.text()
    }

    /// The bytes of the whole note.
    pub fn encode(&self) -> Vec<u8> {
        self.note.encode()
    }

    /// The value, if `verifier` signed the note.
    pub fn verified_by(&self, verifier: &Verifier) -> Result<&T, SignatureError> {
        self.note.verified_by(verifier)?;
        Ok(&self.value)
    }

    /// The value and the note, parted.
    pub fn into_parts(self) -> (T, Note) {
        (self.value, self.note)
    }
}

/// Reads a text of type `T` for organisation `org` from its line, signed or not.
///
/// Purpose and organisation are named before any other field is judged.
pub fn parse_text<T: Text>(line: &[u8], org: OrgId) -> Result<T, NoteError> {
    #[derive(Deserialize)]
    struct Head {
        #[serde(rename = "type")]
        tag: String,
    }
    let text = json::check_line(line)?;
    let head: Head =
        serde_json::from_str(text).map_err(|error| json::JsonError::Form { reason: error.to_string() })?;
    if head.tag != T::TYPE && !T::EARLIER.contains(&head.tag.as_str()) {
        return Err(NoteError::Type { found: head.tag, wanted: T::TYPE });
    }
    let value: T = json::from_line(line)?;
    if value.org() != org {
        return Err(NoteError::Org { found: value.org(), wanted: org });
    }
    value.check_form()?;
    Ok(value)
}
