//! The manifest 内封 (`vault-manifest/1`): title, file names and what else only holders may know.
//!
//! docs/item.md "Manifest". It is sealed once in the header, under a key derived from the file key, and copied
//! byte for byte when an item is re-wrapped.

use core::fmt;

use serde::{Deserialize, Serialize};
use vault_keys::bytes::Bytes;
use vault_keys::digest::OrgId;
use vault_keys::json;
use vault_keys::note::{Text, TextError};
use zeroize::Zeroize;

use super::file_name::FileName;
use super::id::ItemId;
use super::word::Word;
use crate::limits::{FILES_MAX, LIST_MAX, REASON_MAX, TITLE_MAX};

vault_keys::text_type! {
    /// The type of a manifest.
    pub struct ManifestType = "vault-manifest/1";
}

/// What only holders may know about an item besides its content.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `vault-manifest/1`.
    #[serde(rename = "type")]
    pub tag: ManifestType,
    /// The organisation.
    pub org: OrgId,
    /// The item's id.
    pub item: ItemId,
    /// The title.
    pub title: String,
    /// Whether the payload is one file or a tar of several.
    pub form: PayloadForm,
    /// The files, in the order of the tar.
    pub files: Vec<FileEntry>,
    /// 密点: which points of the content are the secret ones.
    pub points: Vec<String>,
    /// Free reasons to fields of the label.
    pub reasons: Vec<FieldReason>,
    /// In a resealed item, what re-seals the content to the first label's hashes.
    pub resealed: Option<Resealed>,
}

/// Silent: titles and names are secret.
impl fmt::Debug for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Manifest({}, ..)", self.item)
    }
}

impl Text for Manifest {
    const TYPE: &'static str = ManifestType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        text("title", &self.title, TITLE_MAX)?;
        let count = match self.form {
            PayloadForm::File => 1..=1,
            PayloadForm::Tar => 1..=FILES_MAX,
        };
        if !count.contains(&self.files.len()) {
            return Err(TextError::new("files", "not as many as the form of the payload has"));
        }
        let mut names: Vec<String> = self.files.iter().map(|file| file.name.folded()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
            return Err(TextError::new("files", "two names differ in nothing but case"));
        }
        for file in &self.files {
            check_media(&file.media)?;
        }
        if self.points.len() > LIST_MAX || self.reasons.len() > LIST_MAX {
            return Err(TextError::new("points", format!("more than {LIST_MAX} entries")));
        }
        self.points.iter().try_for_each(|point| text("points", point, REASON_MAX))?;
        self.reasons.iter().try_for_each(|reason| text("reasons", &reason.text, REASON_MAX))
    }
}

fn text(field: &'static str, value: &str, max: usize) -> Result<(), TextError> {
    if value.is_empty() || value.len() > max {
        return Err(TextError::new(field, format!("not 1 to {max} bytes")));
    }
    json::check_str(value).map_err(|error| TextError::new(field, error.to_string()))
}

/// A media type such as `application/pdf`: two tokens, no parameters.
fn check_media(media: &str) -> Result<(), TextError> {
    let token = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$&-^_.+".contains(&b))
    };
    let fits =
        media.len() <= 127 && media.split_once('/').is_some_and(|(kind, name)| token(kind) && token(name));
    if fits { Ok(()) } else { Err(TextError::new("files", "not a media type")) }
}

/// What the payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PayloadForm {
    /// The one file, byte for byte.
    File,
    /// A tar of the files.
    Tar,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its name.
    pub name: FileName,
    /// Its length in bytes.
    pub size: u64,
    /// Its media type; `application/octet-stream` where nothing better is known.
    pub media: String,
}

/// A reason for one field of the label.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldReason {
    /// The field.
    pub field: FieldName,
    /// The reason.
    pub text: String,
}

/// Silent: reasons are secret.
impl fmt::Debug for FieldReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FieldReason(..)")
    }
}

/// The name of a field of the label: a [`Word`] in which `_` may stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FieldName(String);

impl TryFrom<String> for FieldName {
    type Error = super::word::BadWord;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.replace('_', "-").parse::<Word>().map(|_| Self(text))
    }
}

impl From<FieldName> for String {
    fn from(name: FieldName) -> Self {
        name.0
    }
}

/// The old keys of a resealed item: re-sealing the plaintext with them gives the first label's content hash.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resealed {
    /// The old file key.
    pub file_key: Bytes<16>,
    /// The old payload nonce.
    pub nonce: Bytes<16>,
}

impl fmt::Debug for Resealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Resealed(..)")
    }
}

impl Drop for Resealed {
    fn drop(&mut self) {
        self.file_key.0.zeroize();
    }
}

#[cfg(feature = "open")]
mod sealing {
    use chacha20poly1305::aead::{Aead as _, Payload};
    use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _};
    use rand_core::CryptoRng;
    use vault_keys::derive;
    use vault_keys::note::{NoteError, parse_text};
    use vault_keys::secret::FileKey;
    use zeroize::Zeroizing;

    use super::*;
    use crate::item::{ManifestStanza, stanza};
    use crate::limits::MANIFEST_SIZES;

    /// The key is used once, so its nonce may be fixed.
    const NONCE: [u8; 12] = [0; 12];

    /// Why a manifest cannot be sealed.
    #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
    #[non_exhaustive]
    pub enum ManifestSealError {
        /// A field breaks a rule of the manifest.
        #[error("the manifest cannot be written")]
        Text(#[from] NoteError),
        /// More text than the largest size holds.
        #[error("title, file names and reasons take {bytes} bytes, more than an item can carry")]
        TooLong {
            /// The length of the manifest's line.
            bytes: usize,
        },
    }

    /// Why a manifest cannot be read.
    #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
    #[non_exhaustive]
    pub enum ManifestOpenError {
        /// It was sealed under another file key or for another item, or was changed.
        #[error("the manifest does not belong to this item and file key, or was changed")]
        Seal,
        /// It is padded to another length than its text asks for, or with something else than LF.
        #[error("the manifest is not padded as it must be")]
        Padding,
        /// It names another item inside.
        #[error("the manifest is that of item {item}")]
        OtherItem {
            /// The item it names.
            item: ItemId,
        },
        /// Its text breaks a rule.
        #[error("the manifest is malformed")]
        Text(#[from] NoteError),
    }

    impl Manifest {
        /// Seals the manifest under a fresh salt.
        ///
        /// # Errors
        /// [`ManifestSealError`] if a reader would refuse it.
        pub fn seal(
            &self,
            file_key: &FileKey,
            rng: &mut dyn CryptoRng,
        ) -> Result<ManifestStanza, ManifestSealError> {
            let mut line = Zeroizing::new(json::to_line(self));
            parse_text::<Self>(&line, self.org)?;
            let bytes = line.len();
            let length = padded_len(bytes).ok_or(ManifestSealError::TooLong { bytes })?;
            // Growing would leave a copy of the old buffer behind.
            let mut padded = Zeroizing::new(Vec::with_capacity(length));
            padded.append(&mut line);
            padded.resize(length, b'\n');
            let mut salt = [0; 16];
            rng.fill_bytes(&mut salt);
            let message = Payload { msg: &padded, aad: self.item.as_bytes() };
            #[expect(clippy::expect_used, reason = "16 KiB is far below the cipher's limit of 256 GiB")]
            let body = cipher(file_key, &salt).encrypt(&NONCE.into(), message).expect("16 KiB can be sealed");
            Ok(ManifestStanza { salt, body })
        }

        /// Opens the manifest of an item.
        ///
        /// # Errors
        /// [`ManifestOpenError`]; nothing of it is shown.
        pub fn open(
            stanza: &ManifestStanza,
            org: OrgId,
            item: ItemId,
            file_key: &FileKey,
        ) -> Result<Self, ManifestOpenError> {
            let message = Payload { msg: &stanza.body, aad: item.as_bytes() };
            let padded = cipher(file_key, &stanza.salt).decrypt(&NONCE.into(), message);
            let padded = Zeroizing::new(padded.map_err(|_| ManifestOpenError::Seal)?);
            let end = padded.iter().position(|byte| *byte == b'\n').ok_or(ManifestOpenError::Padding)?;
            let (line, padding) =
                padded.split_at_checked(end.saturating_add(1)).ok_or(ManifestOpenError::Padding)?;
            if padded_len(line.len()) != Some(padded.len()) || padding.iter().any(|byte| *byte != b'\n') {
                return Err(ManifestOpenError::Padding);
            }
            let manifest: Self = parse_text(line, org)?;
            if manifest.item != item {
                return Err(ManifestOpenError::OtherItem { item: manifest.item });
            }
            Ok(manifest)
        }
    }

    /// The smallest size that holds a line of this many bytes.
    fn padded_len(line: usize) -> Option<usize> {
        MANIFEST_SIZES.into_iter().find(|size| line <= *size)
    }

    fn cipher(file_key: &FileKey, salt: &[u8; 16]) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(derive::manifest_key(file_key, salt).expose().into())
    }

    impl ManifestStanza {
        /// The stanza as it stands in the header.
        #[must_use]
        pub fn to_stanza(&self) -> stanza::Stanza {
            let args = vec![
                crate::item::item_header::MANIFEST.to_owned(),
                "1".to_owned(),
                stanza::to_base64(&self.salt),
            ];
            stanza::Stanza { args, body: self.body.clone() }
        }
    }
}

#[cfg(feature = "open")]
pub use sealing::{ManifestOpenError, ManifestSealError};
