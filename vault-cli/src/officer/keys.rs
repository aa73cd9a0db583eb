//! Officers' key files: the one in this home, and those that others bring to this machine.

use std::path::{Path, PathBuf};

use vault_keys::directory::OfficerCard;
use vault_keys::keyfile::{KEY_FILE_MAX, OfficerKeys};
use vault_keys::signing::OfficeKey;
use vault_keys::time::Time;
use zeroize::Zeroizing;

use super::ours;
use crate::clock;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::{Existing, Home, private, read_limited, write_whole};
use crate::{key_lock, msg};

const FOLDER: &str = "officer";
const KEY_FILE: &str = "officer/officer.age";
/// What stands in a key file before a root gives its holder an office. The root decides by the key alone.
const UNNAMED: &str = "officer";

/// Whether this home has an officer's key.
#[must_use]
pub fn present(home: &Home) -> bool {
    home.has(KEY_FILE)
}

/// Makes an officer's key in this home; answers the card for the other officers.
///
/// # Errors
/// There is one already, the name is unfit, or the disk refuses.
pub fn make(home: &Home, holder: &str, passphrase: &str, now: Time) -> Outcome<OfficerCard> {
    if present(home) {
        return Err(Failure::failed(msg!("officer-key-exists")).hint(msg!("officer-key-exists-next")));
    }
    let key = OfficeKey::generate(&mut clock::randomness());
    let card = OfficerCard::sign(holder, now, &key)
        .map_err(|error| Failure::usage(msg!("officer-name-unfit")).because(&error))?;
    write(home, &OfficerKeys { org: None, name: UNNAMED.to_owned(), key }, passphrase)?;
    Ok(card)
}

/// Takes a key file that was made elsewhere into this home, after it opened with its passphrase.
///
/// # Errors
/// There is a key already, the file does not open, or the disk refuses.
pub fn take(context: &Context, home: &Home, file: &Path) -> Outcome {
    if present(home) {
        return Err(Failure::failed(msg!("officer-key-exists")).hint(msg!("officer-key-exists-next")));
    }
    let bytes = read(file)?;
    unlock(context, &bytes, Some(file))?;
    home.folder(FOLDER)?;
    home.write(KEY_FILE, &bytes)
}

/// Locks a key and keeps it in this home.
pub(super) fn write(home: &Home, keys: &OfficerKeys, passphrase: &str) -> Outcome {
    home.folder(FOLDER)?;
    home.write(KEY_FILE, &lock(keys, passphrase)?)
}

/// Locks a key into a file for its holder to take away.
pub(super) fn hand_out(path: &Path, keys: &OfficerKeys, passphrase: &str) -> Outcome {
    write_whole(path, &lock(keys, passphrase)?, Existing::Keep)
}

/// The keys of the officers at this machine, unlocked one after another.
#[derive(Debug)]
pub struct Hands(Vec<OfficeKey>);

impl Hands {
    /// Unlocks the key of this home, if there is one, then those that others have brought.
    ///
    /// # Errors
    /// There is none at all, or one does not open.
    pub fn unlock(context: &Context, home: &Home, brought: &[PathBuf]) -> Outcome<Self> {
        if !present(home) && brought.is_empty() {
            return Err(Failure::failed(msg!("officer-none")).hint(msg!("officer-none-next")));
        }
        let mut keys = Vec::new();
        if present(home) {
            keys.push(unlock(context, &home.read_secret(KEY_FILE)?, None)?);
        }
        for file in brought {
            keys.push(unlock(context, &read(file)?, Some(file))?);
        }
        Ok(Self(keys))
    }

    /// The keys, in the order in which they were unlocked.
    pub fn keys(&self) -> impl Iterator<Item = &OfficeKey> {
        self.0.iter()
    }
}

impl From<Vec<OfficeKey>> for Hands {
    fn from(keys: Vec<OfficeKey>) -> Self {
        Self(keys)
    }
}

fn read(file: &Path) -> Outcome<Zeroizing<Vec<u8>>> {
    private(file)?;
    read_limited(file, KEY_FILE_MAX as u64).map(Zeroizing::new)
}

fn unlock(context: &Context, bytes: &[u8], file: Option<&Path>) -> Outcome<OfficeKey> {
    let question = match file {
        None => msg!("passphrase-officer"),
        Some(file) => msg!("passphrase-officer-of", path = file.display().to_string()),
    };
    let passphrase = context.passphrase.existing(&context.ui, &question)?;
    let keys = OfficerKeys::unlock(bytes, &passphrase).map_err(|error| key_lock::unlock_failure(&error))?;
    Ok(keys.key)
}

fn lock(keys: &OfficerKeys, passphrase: &str) -> Outcome<Vec<u8>> {
    keys.lock(passphrase, key_lock::cost()).map_err(|error| ours(&error))
}
