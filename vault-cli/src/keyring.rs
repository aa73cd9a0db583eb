//! `vault unlock` and `vault lock`: the opened key file in the kernel's keyring for a while.
//!
//! The kernel forgets it when the time is over, keeps it out of swap and core dumps, and hands it to
//! processes of the same user only. Linux only; elsewhere the passphrase is asked for each time.

use std::time::Duration;

use linux_keyutils::{Key, KeyError, KeyPermissionsBuilder, KeyRing, KeyRingIdentifier, Permission};
use zeroize::Zeroizing;

use crate::error::{Failure, Outcome};
use crate::msg;

/// One entry of the keyring, named after the key it opens so that several homes do not mix.
#[derive(Clone, Debug)]
pub struct Entry {
    name: String,
}

impl Entry {
    /// The entry for a key file, named by something public about it.
    #[must_use]
    pub fn new(public_name: &str) -> Self {
        Self { name: format!("vault:{public_name}") }
    }

    /// Keeps the secret for `time`.
    ///
    /// # Errors
    /// The kernel refuses, as it does in some containers.
    pub fn keep(&self, secret: &[u8], time: Duration) -> Outcome {
        self.try_keep(secret, time)
            .map_err(|error| Failure::failed(msg!("keyring-refused")).detail(format!("{error:?}")))
    }

    fn try_keep(&self, secret: &[u8], time: Duration) -> Result<(), KeyError> {
        let ring = KeyRing::from_special_id(KeyRingIdentifier::User, true)?;
        let key = ring.add_key(&self.name, secret)?;
        // Any process of this user may find and read it: a login has several sessions.
        let all = KeyPermissionsBuilder::builder()
            .posessor(Permission::ALL)
            .user(
                Permission::VIEW
                    | Permission::READ
                    | Permission::SEARCH
                    | Permission::WRITE
                    | Permission::SETATTR,
            )
            .build();
        let guarded = key
            .set_perms(all)
            .and_then(|()| key.set_timeout(usize::try_from(time.as_secs()).unwrap_or(usize::MAX)));
        if guarded.is_err() {
            // Without its time limit it must not stay.
            let _gone = key.invalidate();
        }
        guarded
    }

    /// The secret, if it is there.
    #[must_use]
    pub fn find(&self) -> Option<Zeroizing<Vec<u8>>> {
        self.key()?.read_to_vec().ok().map(Zeroizing::new)
    }

    /// Forgets the secret; true if there was one.
    #[must_use]
    pub fn forget(&self) -> bool {
        self.key().is_some_and(|key| key.invalidate().is_ok())
    }

    fn key(&self) -> Option<Key> {
        KeyRing::from_special_id(KeyRingIdentifier::User, false).ok()?.search(&self.name).ok()
    }
}

/// Whether the kernel lets this program keep something, as some containers do not.
#[must_use]
pub fn works() -> bool {
    let probe = Entry::new("probe");
    probe.keep(b"probe", Duration::from_secs(1)).is_ok() && probe.forget()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Entry;

    #[test]
    fn what_is_kept_is_found_and_forgotten() {
        let entry = Entry::new(&format!("test-{}", std::process::id()));
        if entry.keep(b"secret", Duration::from_secs(60)).is_err() {
            // Some containers forbid the keyring; then `unlock` says so, and that is all to test.
            assert!(entry.find().is_none());
            return;
        }
        assert_eq!(entry.find().as_deref().map(Vec::as_slice), Some(b"secret".as_slice()));
        assert!(entry.forget());
        assert!(entry.find().is_none());
        assert!(!entry.forget());
    }

    #[test]
    fn what_is_kept_expires_by_itself() {
        let entry = Entry::new(&format!("test-expiry-{}", std::process::id()));
        if entry.keep(b"secret", Duration::from_secs(1)).is_err() {
            return;
        }
        // The kernel counts whole seconds; asked again and again, with a bound.
        let asked = std::time::Instant::now();
        while entry.find().is_some() {
            assert!(asked.elapsed() < Duration::from_secs(20), "it never expired");
            std::thread::yield_now();
        }
    }
}
