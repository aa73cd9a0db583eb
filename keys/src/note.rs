//! Signed notes: a text, a blank line, signature lines (docs/notes.md; C2SP signed-note).
//!
//! The text is what is signed and hashed. Signature lines prove who signed it and nothing else: anyone may
//! append lines, so no hash or id covers them, and lines by unknown keys are kept and ignored.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::digest::{NoteHash, OrgId, sha256, sha256_of};
use crate::numbers::PersonNo;
use crate::signing::{OfficePublic, VerifyingKey};

pub use error::{LineError, NoteError, SignatureError};
pub use name::{KeyName, NameError, OfficeName};
pub use signed::{Signed, Text, TextError, parse_text};

mod error;
mod name;
mod signed;
#[cfg(test)]
mod tests;

/// The most signature lines a note may have: 16 offices with both their lines.
pub const LINES_MAX: usize = 32;

/// A text with its signature lines. Parsing checks the form only; nothing is verified yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    text: String,
    lines: Vec<NoteLine>,
}

/// One signature line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteLine {
    name: KeyName,
    key_hash: [u8; 4],
    signature: Vec<u8>,
}

/// The algorithm of a signature line, with the bytes that name it in the key hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineKind {
    /// Ed25519 over the text: type 0x01.
    Ed25519,
    /// ML-DSA-44 over the text, empty context: type 0xff and `vault/ml-dsa-44`.
    MlDsa44,
}

/// Whoever can sign a note: a person's key makes one line, an office's key two.
pub trait Signer {
    /// The signature lines of this key over `text`, under `name`.
    fn sign_lines(&self, name: &KeyName, text: &str) -> Vec<NoteLine>;
}

/// A known key: its name and public half.
#[derive(Clone, Debug)]
pub struct Verifier {
    /// The name its lines carry.
    pub name: KeyName,
    /// What verifies them.
    pub keys: VerifierKeys,
}

/// What a known key's lines are verified with.
#[derive(Clone, Debug)]
pub enum VerifierKeys {
    /// One Ed25519 line.
    Person(VerifyingKey),
    /// An Ed25519 line and an ML-DSA-44 line, both needed.
    Office(OfficePublic),
}

impl Note {
    /// Signs `text`, which ends with a line feed and holds no other control character.
    pub fn sign(text: String, name: &KeyName, signer: &dyn Signer) -> Result<Self, NoteError> {
        check_characters(&text)?;
        if !text.ends_with('\n') {
            return Err(NoteError::NoBlankLine);
        }
        let lines = signer.sign_lines(name, &text);
        Ok(Self { text, lines })
    }

    /// A text without any line yet, which no reader takes for a note: the beginning of a proposal.
    pub(crate) fn unsigned(text: String) -> Result<Self, NoteError> {
        check_characters(&text)?;
        if !text.ends_with('\n') {
            return Err(NoteError::NoBlankLine);
        }
        Ok(Self { text, lines: Vec::new() })
    }

    /// Adds another key's lines over the same text.
    pub fn cosign(&mut self, name: &KeyName, signer: &dyn Signer) -> Result<(), NoteError> {
        let lines = signer.sign_lines(name, &self.text);
        self.add_lines(lines)
    }

    /// Adds lines made elsewhere, leaving out those already there.
    pub fn add_lines(&mut self, lines: impl IntoIterator<Item = NoteLine>) -> Result<(), NoteError> {
        for line in lines {
            if self.lines.contains(&line) {
                continue;
            }
            if self.lines.len() == LINES_MAX {
                return Err(NoteError::TooManyLines);
            }
            self.lines.push(line);
        }
        Ok(())
    }

    /// Reads a note of at most `max` bytes. Encoding it again gives the same bytes.
    pub fn parse(bytes: &[u8], max: usize) -> Result<Self, NoteError> {
        if bytes.len() > max {
            return Err(NoteError::TooLong { found: bytes.len(), max });
        }
        let whole =
            std::str::from_utf8(bytes).map_err(|error| NoteError::Utf8 { at: error.valid_up_to() })?;
        check_characters(whole)?;
        // The text may hold empty lines, signature lines cannot: the last blank line divides.
        let blank = whole.rfind("\n\n").ok_or(NoteError::NoBlankLine)?;
        let (text, rest) = whole.split_at_checked(blank + 1).ok_or(NoteError::NoBlankLine)?;
        let rest = rest.strip_prefix('\n').ok_or(NoteError::NoBlankLine)?;
        if rest.is_empty() {
            return Err(NoteError::NoLines);
        }
        let mut lines = Vec::new();
        for (index, line) in rest.split_inclusive('\n').enumerate() {
            if index == LINES_MAX {
                return Err(NoteError::TooManyLines);
            }
            let line =
                NoteLine::parse(line).map_err(|reason| NoteError::Line { number: index + 1, reason })?;
            lines.push(line);
        }
        Ok(Self { text: text.to_owned(), lines })
    }

    /// The bytes of the note.
    pub fn encode(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }

    /// The signed text, its line feed included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature lines, known and unknown, as they stand.
    pub fn lines(&self) -> &[NoteLine] {
        &self.lines
    }

    /// SHA-256 of the text.
    pub fn hash(&self) -> NoteHash {
        NoteHash::from_bytes(sha256(self.text.as_bytes()))
    }

    /// The text, if `verifier` signed it. Every line that names the key must verify, and an office needs both.
    pub fn verified_by(&self, verifier: &Verifier) -> Result<&str, SignatureError> {
        match &verifier.keys {
            VerifierKeys::Person(key) => {
                self.verify_person(&verifier.name, key)?;
            }
            VerifierKeys::Office(public) => self.verify_office(&verifier.name, public)?,
        }
        Ok(&self.text)
    }

    fn verify_person(&self, name: &KeyName, key: &VerifyingKey) -> Result<(), SignatureError> {
        let found = self.verify_kind(name, LineKind::Ed25519, key.as_bytes(), |text, signature| {
            key.verify_bytes(text, signature)
        })?;
        found.ok_or_else(|| SignatureError::Missing { name: name.clone() })
    }

    fn verify_office(&self, name: &KeyName, public: &OfficePublic) -> Result<(), SignatureError> {
        let ed25519 = public.ed25519();
        let first = self.verify_kind(name, LineKind::Ed25519, ed25519.as_bytes(), |text, signature| {
            ed25519.verify_bytes(text, signature)
        })?;
        let second = self.verify_kind(name, LineKind::MlDsa44, public.ml_dsa(), |text, signature| {
            public.verify_bytes_ml_dsa(text, signature)
        })?;
        let half = |missing| SignatureError::Half { name: name.clone(), missing };
        match (first, second) {
            (Some(()), Some(())) => Ok(()),
            (Some(()), None) => Err(half(LineKind::MlDsa44)),
            (None, Some(())) => Err(half(LineKind::Ed25519)),
            (None, None) => Err(SignatureError::Missing { name: name.clone() }),
        }
    }

    /// Verifies every line of one key and kind; `None` if there is none.
    fn verify_kind(
        &self,
        name: &KeyName,
        kind: LineKind,
        public: &[u8],
        verify: impl Fn(&[u8], &[u8]) -> Option<()>,
    ) -> Result<Option<()>, SignatureError> {
        let key_hash = key_hash(name, kind.type_bytes(), public);
        let mut found = None;
        for line in self.lines.iter().filter(|line| line.name == *name && line.key_hash == key_hash) {
            verify(self.text.as_bytes(), &line.signature)
                .ok_or_else(|| SignatureError::Wrong { name: name.clone(), kind })?;
            found = Some(());
        }
        Ok(found)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl NoteLine {
    /// A line by the key `public` of this name and kind.
    pub fn new(name: KeyName, kind: LineKind, public: &[u8], signature: Vec<u8>) -> Self {
        let key_hash = key_hash(&name, kind.type_bytes(), public);
        Self { name, key_hash, signature }
    }

    /// A line of a kind this module does not know, such as a cosignature.
    pub fn with_key_hash(name: KeyName, key_hash: [u8; 4], signature: Vec<u8>) -> Self {
        Self { name, key_hash, signature }
    }

    /// The name of the key that claims to have signed.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// The key hash the line carries: a hint, not a proof.
    pub fn key_hash(&self) -> [u8; 4] {
        self.key_hash
    }

    /// The signature's bytes, after the key hash.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    fn parse(line: &str) -> Result<Self, LineError> {
        line.strip_suffix('\n').ok_or(LineError::Form)?.parse()
    }
}

impl std::str::FromStr for NoteLine {
    type Err = LineError;

    /// Reads a line without its line feed.
    fn from_str(line: &str) -> Result<Self, LineError> {
        let line = line.strip_prefix("— ").ok_or(LineError::Form)?;
        let (name, base64) = line.rsplit_once(' ').ok_or(LineError::Form)?;
        let name = name.parse().map_err(|_| LineError::Name)?;
        let bytes = STANDARD.decode(base64).map_err(|_| LineError::Base64)?;
        let (key_hash, signature) = bytes.split_first_chunk::<4>().ok_or(LineError::Short)?;
        if signature.is_empty() {
            return Err(LineError::Short);
        }
        Ok(Self { name, key_hash: *key_hash, signature: signature.to_vec() })
    }
}

impl fmt::Display for NoteLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.key_hash.to_vec();
        bytes.extend_from_slice(&self.signature);
        write!(f, "— {} {}", self.name, STANDARD.encode(bytes))
    }
}

/// The first four bytes of SHA-256(name || 0x0A || type || public key).
pub fn key_hash(name: &KeyName, type_bytes: &[u8], public: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = sha256_of(&[name.as_str().as_bytes(), b"\n", type_bytes, public]);
    [a, b, c, d]
}

impl LineKind {
    /// The type bytes in the key hash.
    pub const fn type_bytes(self) -> &'static [u8] {
        match self {
            Self::Ed25519 => b"\x01",
            Self::MlDsa44 => b"\xffvault/ml-dsa-44",
        }
    }
}

impl fmt::Display for LineKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ed25519 => "Ed25519",
            Self::MlDsa44 => "ML-DSA-44",
        })
    }
}

impl Verifier {
    /// A person of the organisation.
    pub fn person(org: &OrgId, person: PersonNo, key: VerifyingKey) -> Self {
        Self { name: KeyName::person(org, person), keys: VerifierKeys::Person(key) }
    }

    /// An office of the organisation.
    pub fn office(org: &OrgId, office: &OfficeName, public: OfficePublic) -> Self {
        Self { name: KeyName::office(org, office), keys: VerifierKeys::Office(public) }
    }
}

fn check_characters(text: &str) -> Result<(), NoteError> {
    match text.char_indices().find(|(_, character)| *character < ' ' && *character != '\n') {
        Some((at, character)) => Err(NoteError::Control { at, character }),
        None => Ok(()),
    }
}
