//! An officer's key file in this home.

use vault_keys::keyfile::OfficerKeys;

use crate::error::{Failure, Outcome};
use crate::home::Home;
use crate::identity;
use crate::msg;

const FOLDER: &str = "officer";
const KEY_FILE: &str = "officer/officer.age";

/// Whether this home has an officer's key.
pub(super) fn present(home: &Home) -> bool {
    home.has(KEY_FILE)
}

/// Locks the key and keeps it.
pub(super) fn write(home: &Home, keys: &OfficerKeys, passphrase: &str) -> Outcome {
    let file = keys
        .lock(passphrase, identity::cost())
        .map_err(|error| Failure::failed(msg!("identity-not-locked")).because(&error))?;
    home.folder(FOLDER)?;
    home.write(KEY_FILE, &file)
}

/// Unlocks the key of this home.
pub(super) fn unlock(home: &Home, passphrase: &str) -> Outcome<OfficerKeys> {
    OfficerKeys::unlock(&home.read_secret(KEY_FILE)?, passphrase)
        .map_err(|error| identity::unlock_failure(&error))
}
