//! Taking into use, in this home, what officers have finished.

use vault_keys::directory::{From, Organisation};

use crate::error::Outcome;
use crate::home::Home;
use crate::trust;

/// The organisation that this home knows; `None` before it knows one.
///
/// # Errors
/// What is kept here is damaged, or older than what was seen.
pub fn known(home: &Home) -> Outcome<Option<Organisation>> {
    match trust::load(home) {
        Ok(known) => Ok(Some(known.organisation)),
        Err(failure) if failure.message.key() == "org-none" => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Takes the next organisation into use here, or the first one.
///
/// # Errors
/// It does not follow what was seen, or the disk refuses.
pub fn take_into_use(home: &Home, next: &Organisation) -> Outcome {
    if known(home)?.is_none() {
        return trust::pin(home, next);
    }
    trust::accept(home, next, From::File).map(|_| ())
}
