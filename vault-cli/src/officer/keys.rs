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
use crate::home::{Home, private, read_limited};
use crate::{key_lock, msg};

pub(super) const FOLDER: &str = "officer";
/// The card as it was first made: asked for again, the same goes out.
const CARD_FILE: &str = "officer/card.note";
pub(super) const KEY_FILE: &str = "officer/officer.age";
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
    let file = lock(&OfficerKeys { org: None, name: UNNAMED.to_owned(), key }, passphrase)?;
    home.folder(FOLDER)?;
    // First: a card without its key is made anew, a key whose card is lost would be of no use.
    home.write(CARD_FILE, &card.encode())?;
    home.write(KEY_FILE, &file)?;
    Ok(card)
}

/// The card that was made with the key of this home; `None` if there is no key, or it was not made here for this holder.
///
/// # Errors
/// The card is damaged.
pub fn card(home: &Home, holder: &str) -> Outcome<Option<OfficerCard>> {
    if !present(home) || !home.has(CARD_FILE) {
        return Ok(None);
    }
    let card = OfficerCard::parse(&home.read(CARD_FILE)?)
        .map_err(|error| home.damaged(CARD_FILE).because(&error))?;
    Ok(Some(card).filter(|card| card.holder() == holder))
}

/// Takes a key file that was made elsewhere into this home, after it opened with its passphrase. Taken again, it is
/// there already.
///
/// # Errors
/// There is another key already, the file does not open, or the disk refuses.
pub fn take(context: &Context, home: &Home, file: &Path) -> Outcome {
    let bytes = read(file)?;
    if present(home) {
        if *home.read_secret(KEY_FILE)? == *bytes {
            return Ok(());
        }
        return Err(Failure::failed(msg!("officer-key-exists")).hint(msg!("officer-key-exists-next")));
    }
    unlock(context, &bytes, Some(file))?;
    keep(home, &bytes)
}

/// Keeps a locked key file in this home. A card that lies there is of another key.
pub(super) fn keep(home: &Home, file: &[u8]) -> Outcome {
    home.folder(FOLDER)?;
    home.remove(CARD_FILE)?;
    home.write(KEY_FILE, file)
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

pub(super) fn lock(keys: &OfficerKeys, passphrase: &str) -> Outcome<Vec<u8>> {
    keys.lock(passphrase, key_lock::cost()).map_err(|error| ours(&error))
}
