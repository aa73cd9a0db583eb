//! Opening keys: who a file is sealed to, and (feature `open`) who can open it (`docs/keys.md`).
//!
//! Two suites, both native to age v1 (C2SP `age.md`) and never mixed in one item: **hybrid**
//! (`mlkem768x25519`: X-Wing, so that a recording made today stays closed to a quantum computer) and
//! **classic** (`X25519`). Unwrapping and everything that names a secret stands behind the feature `open`,
//! which the relay is built without.

mod classic;
mod hpke;
mod hybrid;
mod wrap;
#[cfg(feature = "open")]
mod xwing;

use core::fmt;
use core::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use thiserror::Error;
#[cfg(feature = "open")]
use zeroize::Zeroizing;

use crate::key_id::{KeyId, KeyKind};
use crate::secret::FileKey;

use crate::key_text as text;
pub use crate::key_text::KeyTextError;

/// The body of every recipient stanza: a file key and its tag, in bytes.
pub const WRAP_LEN: usize = FileKey::LEN + 16;

/// The family of recipient stanzas in one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Suite {
    /// `mlkem768x25519` stanzas: ML-KEM-768 and X25519 together. The default.
    Hybrid,
    /// `X25519` stanzas: readable by every age program, open to a later quantum computer.
    Classic,
}

impl Suite {
    /// The first argument of this suite's stanzas.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Hybrid => hybrid::TAG,
            Self::Classic => classic::TAG,
        }
    }

    /// The kind of key this suite wraps for.
    pub const fn kind(self) -> KeyKind {
        match self {
            Self::Hybrid => KeyKind::OpeningHybrid,
            Self::Classic => KeyKind::OpeningClassic,
        }
    }

    /// The suite whose stanzas begin with `tag`.
    pub fn of_tag(tag: &str) -> Option<Self> {
        [Self::Hybrid, Self::Classic].into_iter().find(|suite| suite.tag() == tag)
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hybrid => "hybrid",
            Self::Classic => "classic",
        })
    }
}

/// One stanza of an age header: its arguments (the first names its type) and its decoded body.
///
/// The one stanza type of the workspace. It promises nothing about its content; reading and writing its
/// bytes is the header's work.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Stanza {
    /// One or more arguments, each of visible ASCII characters.
    pub args: Vec<String>,
    /// The decoded body; may be empty.
    pub body: Vec<u8>,
}

impl Stanza {
    /// The stanza's type: its first argument, or nothing where there is none.
    pub fn tag(&self) -> &str {
        self.args.first().map_or("", String::as_str)
    }

    /// The suite this stanza belongs to, if it is a recipient stanza this program knows.
    pub fn suite(&self) -> Option<Suite> {
        Suite::of_tag(self.tag())
    }
}

/// A public opening key: what a file key is wrapped for.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recipient {
    /// A hybrid key, 1,216 bytes; `age1pq1…`.
    Hybrid(HybridRecipient),
    /// A classic key, 32 bytes; `age1…`.
    Classic(ClassicRecipient),
}

pub use classic::ClassicRecipient;
pub use hybrid::HybridRecipient;

impl Recipient {
    /// Checks the raw public bytes of an opening key of this kind.
    pub fn from_public(kind: KeyKind, bytes: &[u8]) -> Result<Self, PublicKeyError> {
        match kind {
            KeyKind::OpeningHybrid => HybridRecipient::from_bytes(bytes).map(Self::Hybrid),
            KeyKind::OpeningClassic => ClassicRecipient::from_bytes(bytes).map(Self::Classic),
            _ => Err(PublicKeyError::Kind { kind }),
        }
    }

    /// The kind this key has in the directory.
    pub fn kind(&self) -> KeyKind {
        self.suite().kind()
    }

    /// The key's full id.
    pub fn key_id(&self) -> KeyId {
        KeyId::of(self.kind(), &self.public_bytes())
    }

    /// The suite this key belongs to.
    pub fn suite(&self) -> Suite {
        match self {
            Self::Hybrid(_) => Suite::Hybrid,
            Self::Classic(_) => Suite::Classic,
        }
    }

    /// The raw public key: 1,216 bytes (ML-KEM-768, then X25519) or 32.
    pub fn public_bytes(&self) -> Vec<u8> {
        match self {
            Self::Hybrid(key) => key.to_bytes().to_vec(),
            Self::Classic(key) => key.as_bytes().to_vec(),
        }
    }

    /// Wraps `file_key` for this key alone.
    pub fn wrap(&self, file_key: &FileKey, rng: &mut dyn CryptoRng) -> Result<Stanza, WrapError> {
        match self {
            Self::Hybrid(key) => key.wrap(file_key, rng),
            Self::Classic(key) => key.wrap(file_key, rng),
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::Hybrid(key) => text::encode_lower(hybrid::RECIPIENT, &key.to_bytes()),
            Self::Classic(key) => text::encode_lower(classic::RECIPIENT, key.as_bytes()),
        })
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.to_string();
        let head: String = text.chars().take(20).collect();
        write!(f, "Recipient({head}…)")
    }
}

impl FromStr for Recipient {
    type Err = KeyTextError;

    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        match text::prefix_of(text) {
            Some(hybrid::RECIPIENT) => {
                let bytes = text::decode_lower::<{ hybrid::PUBLIC_LEN }>(hybrid::RECIPIENT, text)?;
                Ok(Self::from_public(KeyKind::OpeningHybrid, bytes.as_slice())?)
            }
            Some(classic::RECIPIENT) => {
                let bytes = text::decode_lower::<{ classic::LEN }>(classic::RECIPIENT, text)?;
                Ok(Self::from_public(KeyKind::OpeningClassic, bytes.as_slice())?)
            }
            Some(_) => Err(KeyTextError::Kind),
            None => Err(KeyTextError::Checksum),
        }
    }
}

/// Why bytes are no usable public opening key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PublicKeyError {
    /// The kind is not that of an opening key.
    #[error("a key of kind {kind} opens nothing")]
    Kind {
        /// The kind that was named.
        kind: KeyKind,
    },
    /// Not 1,216 bytes (hybrid) or 32 (classic).
    #[error("an opening key of this kind has {expected} bytes, not {found}")]
    Length {
        /// Bytes a key of this kind has.
        expected: usize,
        /// Bytes there were.
        found: usize,
    },
    /// The X25519 part is of low order, so that its shared secret would be known to everyone.
    #[error("the X25519 part of the opening key is of low order")]
    LowOrder,
    /// The key has a second spelling; only the reduced one is accepted, so that a key has one id.
    #[error("the opening key is not in its one canonical form")]
    NotCanonical,
}

/// Why a file key could not be wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WrapError {
    /// The shared secret came out as zero; a checked key makes this practically impossible.
    #[error("the recipient's key gives a shared secret that everyone knows")]
    LowOrder,
}

/// A secret opening key: what a file key is unwrapped with.
#[cfg(feature = "open")]
#[non_exhaustive]
pub enum Identity {
    /// A hybrid seed, 32 bytes; `AGE-SECRET-KEY-PQ-1…`.
    Hybrid(HybridIdentity),
    /// A classic secret, 32 bytes; `AGE-SECRET-KEY-1…`.
    Classic(ClassicIdentity),
}

#[cfg(feature = "open")]
pub use classic::ClassicIdentity;
#[cfg(feature = "open")]
pub use hybrid::HybridIdentity;

#[cfg(feature = "open")]
impl Identity {
    /// Draws a new key of this suite.
    pub fn generate(suite: Suite, rng: &mut dyn CryptoRng) -> Self {
        Self::from_secret(suite, crate::secret::Secret::generate(rng))
    }

    /// The suite this key belongs to.
    pub fn suite(&self) -> Suite {
        match self {
            Self::Hybrid(_) => Suite::Hybrid,
            Self::Classic(_) => Suite::Classic,
        }
    }

    /// The public half.
    pub fn to_recipient(&self) -> Recipient {
        match self {
            Self::Hybrid(identity) => Recipient::Hybrid(identity.to_recipient()),
            Self::Classic(identity) => Recipient::Classic(identity.to_recipient()),
        }
    }

    /// The secret text, as age programs write it into identity files.
    pub fn to_text(&self) -> Zeroizing<String> {
        match self {
            Self::Hybrid(identity) => text::encode_upper(hybrid::IDENTITY, identity.expose()),
            Self::Classic(identity) => text::encode_upper(classic::IDENTITY, identity.expose()),
        }
    }

    /// Reads a secret text.
    pub fn parse(text: &str) -> Result<Self, KeyTextError> {
        let (suite, prefix) = match text::prefix_of(text) {
            Some(hybrid::IDENTITY) => (Suite::Hybrid, hybrid::IDENTITY),
            Some(classic::IDENTITY) => (Suite::Classic, classic::IDENTITY),
            Some(_) => return Err(KeyTextError::Kind),
            None => return Err(KeyTextError::Checksum),
        };
        Ok(Self::from_secret(suite, text::decode_upper(prefix, text)?))
    }

    /// Tries one stanza.
    ///
    /// `Ok(None)` means it is not for this key: of another type, or its tag does not verify, which is all that
    /// age lets a reader know. An error means that it is of this key's type and malformed, by which the whole
    /// header is.
    pub fn unwrap(&self, stanza: &Stanza) -> Result<Option<FileKey>, UnwrapError> {
        match self {
            Self::Hybrid(identity) => identity.unwrap(stanza),
            Self::Classic(identity) => identity.unwrap(stanza),
        }
    }

    /// Tries the stanzas in order and returns the first file key found, with its stanza's position.
    ///
    /// A malformed stanza of this key's type before it ends the search.
    pub fn unwrap_any(&self, stanzas: &[Stanza]) -> Result<Option<(usize, FileKey)>, UnwrapError> {
        for (position, stanza) in stanzas.iter().enumerate() {
            if let Some(file_key) = self.unwrap(stanza)? {
                return Ok(Some((position, file_key)));
            }
        }
        Ok(None)
    }

    /// The 32 secret bytes, for splitting a recovery key.
    pub(crate) fn expose_secret(&self) -> &[u8; 32] {
        match self {
            Self::Hybrid(identity) => identity.expose(),
            Self::Classic(identity) => identity.expose(),
        }
    }

    pub(crate) fn from_secret(suite: Suite, secret: crate::secret::Secret<32>) -> Self {
        match suite {
            Suite::Hybrid => Self::Hybrid(HybridIdentity::from_seed(secret)),
            Suite::Classic => Self::Classic(ClassicIdentity::from_secret(secret)),
        }
    }
}

#[cfg(feature = "open")]
impl FromStr for Identity {
    type Err = KeyTextError;

    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        Self::parse(text)
    }
}

#[cfg(feature = "open")]
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({}, ..)", self.suite())
    }
}

/// How a recipient stanza of a known type breaks age's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UnwrapError {
    /// Not exactly two arguments.
    #[error("a {tag} stanza has two arguments, not {found}")]
    Arguments {
        /// The stanza's type.
        tag: &'static str,
        /// Arguments there were.
        found: usize,
    },
    /// The share is not canonical unpadded base64 of the right length.
    #[error("the share of a {tag} stanza is not {expected} bytes in canonical base64")]
    Share {
        /// The stanza's type.
        tag: &'static str,
        /// Bytes a share of this type has.
        expected: usize,
    },
    /// The body is not exactly a wrapped 16-byte file key.
    #[error("the body of a {tag} stanza has {WRAP_LEN} bytes, not {found}")]
    Body {
        /// The stanza's type.
        tag: &'static str,
        /// Bytes there were.
        found: usize,
    },
    /// The X25519 share is of low order: the shared secret would be all zero, known to everyone.
    #[error("the share of a {tag} stanza is of low order")]
    LowOrder {
        /// The stanza's type.
        tag: &'static str,
    },
}

/// The share and the body of a stanza that has exactly `tag`, one share of `N` bytes and a wrapped file key.
///
/// The body's length is checked before any decryption, as age.md demands: the wrap's AEAD does not commit to
/// its key, and one fixed length leaves no room to serve several keys at once.
#[cfg(feature = "open")]
fn share_and_body<'a, const N: usize>(
    tag: &'static str,
    stanza: &'a Stanza,
) -> Result<(Box<[u8; N]>, &'a [u8; WRAP_LEN]), UnwrapError> {
    let [_, share] = stanza.args.as_slice() else {
        let found = stanza.args.len();
        return Err(UnwrapError::Arguments { tag, found });
    };
    let bad_share = UnwrapError::Share { tag, expected: N };
    // The engine refuses padding, white space and trailing bits that are not zero.
    let share = STANDARD_NO_PAD.decode(share).map_err(|_| bad_share)?;
    let share = share.into_boxed_slice().try_into().map_err(|_| bad_share)?;
    let body = stanza.body.as_slice().try_into();
    let body = body.map_err(|_| UnwrapError::Body { tag, found: stanza.body.len() })?;
    Ok((share, body))
}

fn stanza(tag: &str, share: &[u8], body: &[u8]) -> Stanza {
    Stanza { args: vec![tag.to_owned(), STANDARD_NO_PAD.encode(share)], body: body.to_vec() }
}

#[cfg(all(test, feature = "open"))]
mod tests;
