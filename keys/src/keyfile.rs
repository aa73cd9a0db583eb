//! Key files: a person's or officer's secret keys, locked by a passphrase (`docs/keys.md`).
//!
//! A key file is an ordinary age file with one `scrypt` stanza, so `age -d` opens a backup without this program,
//! and what it prints is an ordinary age identity file:
//!
//! ```text
//! # vault-keys/1
//! # org: 64 hexadecimal digits          (once the person has joined an organisation)
//! # person: p3                          (likewise)
//! # signing: base64url of the Ed25519 seed
//! # earlier: AGE-SECRET-KEY-…           (one line per retired opening key, newest first)
//! AGE-SECRET-KEY-PQ-1…
//! ```
//!
//! An officer's file begins with `# vault-officer/1` and has comment lines only. Bytes in, bytes out: where
//! the file lies and who may read it is the program's affair. The `age` crate does the locking, and draws its
//! own randomness from the system for it; it is the one exception to this crate's rule.

use core::fmt;
use std::io::Read as _;
use std::iter;

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, scrypt};
use rand_core::CryptoRng;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::bytes::Bytes;
use crate::digest::OrgId;
use crate::numbers::PersonNo;
use crate::opening::{Identity, Suite};
use crate::plugin::Message;
use crate::secret::{FileKey, Secret};
use crate::signing::{OfficeKey, SigningKey};

mod text;
mod token;

pub use token::ByTokenError;

/// The largest key file that is read, in bytes: room for hundreds of retired keys.
pub const KEY_FILE_MAX: usize = 64 * 1024;

/// The largest work factor that is accepted: 2^20 takes 1 GiB of memory and a few seconds.
///
/// The factor stands in the file, so without a bound a planted file could exhaust the machine.
pub const WORK_FACTOR_MAX: u8 = 20;

/// How much work one guess at the passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cost {
    /// 2^18, what `age -p` uses: 256 MiB of memory and about a second.
    Standard,
    /// 2^4, for tests.
    #[cfg(any(test, feature = "test-hooks"))]
    Cheap,
}

impl Cost {
    const fn log_n(self) -> u8 {
        match self {
            Self::Standard => 18,
            #[cfg(any(test, feature = "test-hooks"))]
            Self::Cheap => 4,
        }
    }
}

/// Everything a person needs to open and to sign.
pub struct PersonKeys {
    /// The organisation these keys were enrolled in.
    pub org: Option<OrgId>,
    /// The person's permanent number there.
    pub person: Option<PersonNo>,
    /// The opening key in use.
    pub opening: Identity,
    /// The signing key.
    pub signing: SigningKey,
    /// Retired opening keys, newest first: they open old items and get no new wraps.
    pub earlier: Vec<Identity>,
}

impl PersonKeys {
    /// Draws the keys of someone who has not joined yet.
    pub fn generate(suite: Suite, rng: &mut dyn CryptoRng) -> Self {
        Self {
            org: None,
            person: None,
            opening: Identity::generate(suite, rng),
            signing: SigningKey::generate(rng),
            earlier: Vec::new(),
        }
    }

    /// Puts a new opening key into use and retires the present one.
    pub fn replace_opening(&mut self, new: Identity) {
        let old = core::mem::replace(&mut self.opening, new);
        self.earlier.insert(0, old);
    }

    /// Every opening key, the one in use first.
    pub fn identities(&self) -> impl Iterator<Item = &Identity> {
        iter::once(&self.opening).chain(&self.earlier)
    }

    /// Locks the keys. The bytes of `passphrase` are used as they are, as `age` does.
    pub fn lock(&self, passphrase: &str, cost: Cost) -> Result<Vec<u8>, LockError> {
        lock(&text::encode_person(self), passphrase, cost)
    }

    /// Unlocks a person's key file.
    pub fn unlock(file: &[u8], passphrase: &str) -> Result<Self, UnlockError> {
        Ok(text::decode_person(&unlock(file, passphrase)?)?)
    }

    /// Locks the keys by tokens: `wrap` has a plugin wrap the file key.
    ///
    /// # Errors
    /// The tokens did not, or the file could not be made.
    pub fn lock_by<E>(
        &self,
        wrap: impl FnOnce(&FileKey) -> Result<Vec<Message>, E>,
    ) -> Result<Vec<u8>, ByTokenError<E, LockError>> {
        token::lock(&text::encode_person(self), wrap)
    }

    /// Unlocks a key file by tokens: `unwrap` has plugins look at the stanzas, and gives the file key if one of them
    /// knows it.
    ///
    /// # Errors
    /// The tokens did not, or the file does not open with what they gave.
    pub fn unlock_by<E>(
        file: &[u8],
        unwrap: impl FnOnce(&[Message]) -> Result<Option<FileKey>, E>,
    ) -> Result<Self, ByTokenError<E, UnlockError>> {
        let opened = token::unlock(file, unwrap)?;
        text::decode_person(&opened).map_err(|error| ByTokenError::File(error.into()))
    }

    /// The opened text of the key file, for the kernel's keyring. It never goes to a disk.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<Vec<u8>> {
        text::encode_person(self)
    }

    /// Takes back what [`PersonKeys::to_text`] gave.
    pub fn from_text(text: &[u8]) -> Result<Self, ContentError> {
        text::decode_person(text)
    }
}

impl fmt::Debug for PersonKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let opening = self.opening.to_recipient().key_id();
        write!(f, "PersonKeys({:?}, opening {opening}, ..)", self.person)
    }
}

/// What an officer signs with.
pub struct OfficerKeys {
    /// The organisation, once its first root exists.
    pub org: Option<OrgId>,
    /// The officer's name in the root, such as `o1`.
    pub name: String,
    /// The two signing keys.
    pub key: OfficeKey,
}

impl OfficerKeys {
    /// Locks the keys. The bytes of `passphrase` are used as they are, as `age` does.
    pub fn lock(&self, passphrase: &str, cost: Cost) -> Result<Vec<u8>, LockError> {
        lock(&text::encode_officer(self), passphrase, cost)
    }

    /// Unlocks an officer's key file.
    pub fn unlock(file: &[u8], passphrase: &str) -> Result<Self, UnlockError> {
        Ok(text::decode_officer(&unlock(file, passphrase)?)?)
    }
}

impl fmt::Debug for OfficerKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OfficerKeys({}, ..)", self.name)
    }
}

/// Why keys could not be locked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LockError {
    /// The passphrase is empty.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// The `age` crate failed, for example for want of memory or randomness.
    #[error("the key file could not be made")]
    Age(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why a key file could not be unlocked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UnlockError {
    /// The passphrase does not fit. A file damaged in just the wrapped key looks the same, by design of age.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// An age file was expected.
    #[error("this is not a key file")]
    NotAKeyFile,
    /// An age file, but sealed to a key and not locked by a passphrase.
    #[error("this age file is not locked by a passphrase")]
    NotLocked,
    /// The file is larger than any key file.
    #[error("a key file has at most {KEY_FILE_MAX} bytes")]
    TooLarge,
    /// The file demands more work than is accepted; nothing was computed.
    #[error("the key file demands 2^{found} work, more than 2^{WORK_FACTOR_MAX}")]
    ExcessiveWork {
        /// The exponent in the file.
        found: u8,
    },
    /// The file was cut off or changed after it was locked.
    #[error("the key file is damaged")]
    Damaged,
    /// It opened, and holds something else than these keys.
    #[error(transparent)]
    Content(#[from] ContentError),
}

/// Why the opened text of a key file was refused. It never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ContentError {
    /// It begins with another line.
    #[error("the key file does not hold {expected} keys")]
    Type {
        /// The first line asked for.
        expected: &'static str,
    },
    /// It was written by a newer program.
    #[error("the key file was written by a newer version of this program")]
    Newer,
    /// A line is missing, unknown, out of order or malformed.
    #[error("line {line} of the opened key file is not as its format says")]
    Line {
        /// Counted from 1; one past the end where something is missing.
        line: usize,
    },
}

/// Locks any text of ours.
pub(crate) fn lock(text: &[u8], passphrase: &str, cost: Cost) -> Result<Vec<u8>, LockError> {
    use std::io::Write as _;

    if passphrase.is_empty() {
        return Err(LockError::EmptyPassphrase);
    }
    let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase));
    recipient.set_work_factor(cost.log_n());
    let recipients = iter::once(&recipient as &dyn age::Recipient);
    let encryptor =
        Encryptor::with_recipients(recipients).map_err(|error| LockError::Age(Box::new(error)))?;
    let mut file = Vec::new();
    let mut writer = encryptor.wrap_output(&mut file).map_err(|error| LockError::Age(Box::new(error)))?;
    writer.write_all(text).and_then(|()| writer.finish()).map_err(|error| LockError::Age(Box::new(error)))?;
    Ok(file)
}

/// What opens a key file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockedBy {
    /// A passphrase.
    Passphrase,
    /// One of the tokens of the list beside it.
    Token,
}

impl LockedBy {
    /// Reads it from the file's header.
    ///
    /// # Errors
    /// This is no key file, or its header is damaged.
    pub fn of(file: &[u8]) -> Result<Self, UnlockError> {
        Ok(if header(file)?.is_scrypt() { Self::Passphrase } else { Self::Token })
    }
}

/// Reads the header of a key file.
fn header(file: &[u8]) -> Result<Decryptor<&[u8]>, UnlockError> {
    if file.len() > KEY_FILE_MAX {
        return Err(UnlockError::TooLarge);
    }
    if !file.starts_with(b"age-encryption.org/") {
        return Err(UnlockError::NotAKeyFile);
    }
    Decryptor::new_buffered(file).map_err(|_| UnlockError::Damaged)
}

/// Unlocks any text of ours.
pub(crate) fn unlock(file: &[u8], passphrase: &str) -> Result<Zeroizing<Vec<u8>>, UnlockError> {
    let decryptor = header(file)?;
    if !decryptor.is_scrypt() {
        return Err(UnlockError::NotLocked);
    }
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase));
    identity.set_max_work_factor(WORK_FACTOR_MAX);
    let mut reader =
        decryptor.decrypt(iter::once(&identity as &dyn age::Identity)).map_err(|error| match error {
            DecryptError::DecryptionFailed
            | DecryptError::KeyDecryptionFailed
            | DecryptError::NoMatchingKeys => UnlockError::WrongPassphrase,
            DecryptError::ExcessiveWork { required, .. } => UnlockError::ExcessiveWork { found: required },
            _ => UnlockError::Damaged,
        })?;
    // Reserved once, so that no growing leaves secrets behind in freed memory.
    let mut text = Zeroizing::new(Vec::with_capacity(file.len()));
    reader.read_to_end(&mut text).map_err(|_| UnlockError::Damaged)?;
    Ok(text)
}

/// A 32-byte seed as base64url, wiped when dropped.
fn seed_text(seed: &[u8; 32]) -> Zeroizing<String> {
    Zeroizing::new(Bytes(*seed).to_string())
}

fn seed_of(text: &str) -> Option<Secret<32>> {
    let bytes: Bytes<32> = text.parse().ok()?;
    let bytes = Zeroizing::new(bytes.0);
    Some(Secret::copied_from(&bytes))
}

#[cfg(test)]
mod tests;
