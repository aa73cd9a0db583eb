//! Publishing: the signed next directory becomes the organisation file.

use vault_keys::directory::{Draft, Organisation};
use vault_keys::note::OfficeName;
use vault_keys::time::Time;

use super::{DIRECTORY_DAYS, NextDirectory, keys, ours};
use crate::error::{Failure, Outcome};
use crate::home::Home;
use crate::msg;
use crate::trust;

/// Signs the next directory and takes it into use here.
///
/// # Errors
/// The passphrase is wrong, the draft does not pass verification, or the disk refuses.
pub fn publish(home: &Home, passphrase: &str, now: Time) -> Outcome<Organisation> {
    let draft = NextDirectory::open(home)?;
    let known = trust::load(home)?;
    let current = &known.organisation;
    let keys = keys::unlock(home, passphrase)?;
    let office: OfficeName = keys.name.parse().map_err(|error| ours(&error))?;
    let next = Draft {
        // Never before its predecessor, whatever this machine's clock says.
        made: now.max(current.directory().made()),
        expires: now.max(current.directory().made()).plus_days(DIRECTORY_DAYS),
        policy: current.directory().policy(),
        stop: current.directory().value().stop,
        persons: draft.persons,
        units: draft.units,
    };
    let directory = next
        .sign(current.root(), Some(current.directory()), &[(&office, &keys.key)])
        .map_err(|error| Failure::failed(msg!("publish-unfit")).because(&error))?;
    let mut earlier = current.earlier().to_vec();
    earlier.push(current.directory().head().clone());
    let organisation =
        Organisation::new(current.roots().to_vec(), current.policy().clone(), directory, earlier)
            .map_err(|error| ours(&error))?;
    trust::accept(home, &organisation)?;
    NextDirectory::clear(home)?;
    Ok(organisation)
}
