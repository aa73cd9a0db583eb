//! Key files locked by tokens: the same age file, with the stanzas of plugins in place of the passphrase's.
//!
//! The `age` crate asks a recipient and an identity; ours hand the question on and keep the answer's error, which
//! would not pass through the crate's own.

use core::cell::RefCell;
use std::collections::HashSet;
use std::io::{Read as _, Write as _};
use std::iter;

use age::secrecy::ExposeSecret as _;
use age::{DecryptError, EncryptError, Encryptor};
use age_core::format::{FileKey as AgeFileKey, Stanza};
use thiserror::Error;
use zeroize::Zeroizing;

use super::{LockError, UnlockError, header};
use crate::plugin::Message;
use crate::secret::FileKey;

/// Why tokens did not lock or unlock a key file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ByTokenError<E, F> {
    /// A plugin failed.
    #[error("the token did not do its part")]
    Token(E),
    /// None of the tokens belongs to this file.
    #[error("the key file is locked by another token")]
    OtherToken,
    /// The plugin gave a file key that does not fit: it is not the file's.
    #[error("the token gave a wrong file key")]
    WrongFileKey,
    /// The file itself could not be made or read.
    #[error(transparent)]
    File(F),
}

pub(super) fn lock<E>(
    text: &[u8],
    wrap: impl FnOnce(&FileKey) -> Result<Vec<Message>, E>,
) -> Result<Vec<u8>, ByTokenError<E, LockError>> {
    let asked = Once::new(wrap);
    let crate_failed =
        |error: Box<dyn std::error::Error + Send + Sync>| ByTokenError::File(LockError::Age(error));
    let encryptor = match Encryptor::with_recipients(iter::once(&asked as &dyn age::Recipient)) {
        Ok(encryptor) => encryptor,
        Err(error) => {
            let failed = asked.failed.into_inner();
            return Err(failed.map_or_else(|| crate_failed(Box::new(error)), ByTokenError::Token));
        }
    };
    let mut file = Vec::new();
    let mut writer = encryptor.wrap_output(&mut file).map_err(|error| crate_failed(Box::new(error)))?;
    writer.write_all(text).and_then(|()| writer.finish()).map_err(|error| crate_failed(Box::new(error)))?;
    Ok(file)
}

pub(super) fn unlock<E>(
    file: &[u8],
    unwrap: impl FnOnce(&[Message]) -> Result<Option<FileKey>, E>,
) -> Result<Zeroizing<Vec<u8>>, ByTokenError<E, UnlockError>> {
    let decryptor = header(file).map_err(ByTokenError::File)?;
    let asked = Once::new(unwrap);
    let opened = decryptor.decrypt(iter::once(&asked as &dyn age::Identity));
    if let Some(error) = asked.failed.into_inner() {
        return Err(ByTokenError::Token(error));
    }
    let mut reader = opened.map_err(|error| match error {
        DecryptError::NoMatchingKeys => ByTokenError::OtherToken,
        // The header's authentication code is the first thing that a file key must fit.
        DecryptError::InvalidMac => ByTokenError::WrongFileKey,
        _ => ByTokenError::File(UnlockError::Damaged),
    })?;
    let mut text = Zeroizing::new(Vec::with_capacity(file.len()));
    reader.read_to_end(&mut text).map_err(|_| ByTokenError::File(UnlockError::Damaged))?;
    Ok(text)
}

/// A question that the crate asks once.
struct Once<F, E> {
    ask: RefCell<Option<F>>,
    failed: RefCell<Option<E>>,
}

impl<F, E> Once<F, E> {
    fn new(ask: F) -> Self {
        Self { ask: RefCell::new(Some(ask)), failed: RefCell::new(None) }
    }
}

impl<F, E> age::Recipient for Once<F, E>
where
    F: FnOnce(&FileKey) -> Result<Vec<Message>, E>,
{
    fn wrap_file_key(&self, key: &AgeFileKey) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let broken = || EncryptError::Io(std::io::ErrorKind::Other.into());
        let ask = self.ask.take().ok_or_else(broken)?;
        match ask(&FileKey::from_bytes(key.expose_secret())) {
            Ok(stanzas) => Ok((stanzas.into_iter().map(to_age).collect(), HashSet::new())),
            Err(error) => {
                *self.failed.borrow_mut() = Some(error);
                Err(broken())
            }
        }
    }
}

impl<F, E> age::Identity for Once<F, E>
where
    F: FnOnce(&[Message]) -> Result<Option<FileKey>, E>,
{
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<AgeFileKey, DecryptError>> {
        self.unwrap_stanzas(core::slice::from_ref(stanza))
    }

    fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Option<Result<AgeFileKey, DecryptError>> {
        let ask = self.ask.take()?;
        let stanzas: Vec<Message> = stanzas.iter().map(of_age).collect();
        match ask(&stanzas) {
            Ok(found) => found.map(|key| Ok(AgeFileKey::init_with_mut(|own| *own = *key.expose()))),
            Err(error) => {
                *self.failed.borrow_mut() = Some(error);
                Some(Err(DecryptError::KeyDecryptionFailed))
            }
        }
    }
}

fn to_age(stanza: Message) -> Stanza {
    Stanza { tag: stanza.tag, args: stanza.args, body: stanza.body.to_vec() }
}

fn of_age(stanza: &Stanza) -> Message {
    Message { tag: stanza.tag.clone(), args: stanza.args.clone(), body: Zeroizing::new(stanza.body.clone()) }
}
