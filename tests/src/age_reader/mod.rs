//! A reader of whole age v1 files, put together from the product's own parts: the header from `vault_core::item`,
//! identities from `vault_keys::opening`, the payload from `vault_core::stream`.
//!
//! The product itself reads items, which are neither armored nor locked by a passphrase. So that **every** public age
//! vector can be run, two pieces stand here and only here: [`armor`] and [`passphrase`].

pub mod armor;
pub mod passphrase;

use std::sync::Mutex;

use vault_core::item::header::Header;
use vault_core::stream::open::Content;
use vault_core::stream::{ContentLen, Progress, Work, open};
use vault_keys::opening::Identity;
use vault_keys::secret::FileKey;

/// How a file failed, in the words of the age test vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The armor is malformed.
    Armor,
    /// The header is malformed, a stanza of a known type is, or the payload nonce is cut off.
    Header,
    /// No identity fits.
    NoMatch,
    /// The header's MAC does not hold.
    Hmac,
    /// A chunk does not open, or there are too many or too few bytes.
    Payload,
}

/// Everything a reader may try.
#[derive(Debug, Default)]
pub struct Keys {
    /// Opening keys.
    pub identities: Vec<Identity>,
    /// Passphrases.
    pub passphrases: Vec<String>,
}

impl From<Identity> for Keys {
    fn from(identity: Identity) -> Self {
        Self { identities: vec![identity], passphrases: Vec::new() }
    }
}

/// A file that opened.
#[derive(Debug)]
pub struct Opened {
    /// Its header.
    pub header: Header,
    /// Its file key.
    pub file_key: FileKey,
    /// Its plaintext.
    pub plaintext: Vec<u8>,
}

/// Opens a file that is not armored.
///
/// # Errors
/// [`Failure`], in the order a reader meets them: header, match, MAC, payload.
pub fn decrypt(file: &[u8], keys: &Keys) -> Result<Opened, Failure> {
    let header = Header::parse(file).map_err(|_| Failure::Header)?;
    let file_key = unwrap(&header, keys)?;
    header.verify_mac(&file_key).map_err(|_| Failure::Hmac)?;
    let content = file.get(header.len()..).unwrap_or_default();
    let plaintext = open_content(content, &file_key)?;
    Ok(Opened { header, file_key, plaintext })
}

/// Opens what follows the header.
///
/// # Errors
/// [`Failure::Header`] if the nonce is cut off, [`Failure::Payload`] otherwise. Nothing is given out then.
pub fn open_content(content: &[u8], file_key: &FileKey) -> Result<Vec<u8>, Failure> {
    if content.len() < 16 {
        return Err(Failure::Header);
    }
    let length = ContentLen::new(content.len() as u64).map_err(|_| Failure::Payload)?;
    let output = Mutex::new(Vec::new());
    let progress = Progress::new();
    let wanted = Content { length, blake3: None };
    open::open(content, &wanted, file_key, &output, &Work::new(&progress)).map_err(|_| Failure::Payload)?;
    output.into_inner().map_err(|_| Failure::Payload)
}

fn unwrap(header: &Header, keys: &Keys) -> Result<FileKey, Failure> {
    let stanzas = header.stanzas();
    if stanzas.iter().any(|stanza| stanza.tag() == passphrase::TAG) {
        let [only] = stanzas else { return Err(Failure::Header) };
        for text in &keys.passphrases {
            if let Some(file_key) = passphrase::unwrap(only, text)? {
                return Ok(file_key);
            }
        }
    }
    for identity in &keys.identities {
        if let Some((_, file_key)) = identity.unwrap_any(stanzas).map_err(|_| Failure::Header)? {
            return Ok(file_key);
        }
    }
    Err(Failure::NoMatch)
}
