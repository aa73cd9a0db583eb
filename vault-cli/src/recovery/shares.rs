//! A holder's own share: looked at, and handed over for one run.

use std::path::Path;

use vault_keys::keyfile::PersonKeys;
use vault_keys::recovery::{self, RecoveryRequest, RecoverySet, Share, ShareError};

use super::refusals;
use crate::clock;
use crate::error::{Failure, Outcome};
use crate::home::read_limited;
use crate::msg;

/// More than any share's file.
const SHARE_MAX: u64 = 16 * 1024;

/// Opens a share with the holder's keys and holds it against the set; answers its number.
///
/// # Errors
/// It is damaged, sealed to another key, of another set, or not the one signed for.
pub fn inspect(file: &Path, keys: &PersonKeys, set: &RecoverySet) -> Outcome<u8> {
    open(file, keys, set).map(|share| share.number())
}

/// Seals a share to the own key of the run that the request names.
///
/// # Errors
/// As [`inspect`].
pub fn hand_over(
    file: &Path,
    keys: &PersonKeys,
    set: &RecoverySet,
    request: &RecoveryRequest,
) -> Outcome<(u8, Vec<u8>)> {
    let share = open(file, keys, set)?;
    let handed = recovery::hand_over(&share, set, &request.run_recipient(), &mut clock::randomness())
        .map_err(|error| Failure::failed(msg!("officer-internal")).because(&error))?;
    Ok((share.number(), handed))
}

/// Opens a share with any of the holder's keys: it may be sealed to one that was replaced since.
fn open(file: &Path, keys: &PersonKeys, set: &RecoverySet) -> Outcome<Share> {
    let bytes = read_limited(file, SHARE_MAX)?;
    let mut failure = ShareError::NotForThisKey;
    for identity in keys.identities() {
        match recovery::open_share(&bytes, identity, set) {
            Ok(share) => return Ok(share),
            Err(ShareError::NotForThisKey) => {}
            Err(error) => failure = error,
        }
    }
    Err(refusals::share(&failure, &file.display().to_string()))
}
