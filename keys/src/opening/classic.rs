//! Classic recipients: the `X25519` stanza (C2SP `age.md`, "The X25519 recipient type").
//!
//! ```text
//! share    = X25519(ephemeral secret, basepoint)
//! shared   = X25519(ephemeral secret, recipient)           all zero: refused
//! wrap key = HKDF-SHA-256(shared, salt = share || recipient, info = "age-encryption.org/v1/X25519", 32)
//! body     = ChaCha20-Poly1305(wrap key, nonce = 12 zero bytes, file key)
//! ```

use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::Sha256;
use x25519_dalek::{EphemeralSecret, PublicKey, SharedSecret};

use super::{PublicKeyError, Stanza, WrapError, wrap};
use crate::curve25519;
use crate::secret::{FileKey, Secret};

pub(super) const TAG: &str = "X25519";
pub(super) const RECIPIENT: &str = "age";
#[cfg(feature = "open")]
pub(super) const IDENTITY: &str = "AGE-SECRET-KEY-";
/// Length of a public key, a share and a secret, in bytes.
pub(super) const LEN: usize = 32;

const INFO: &[u8] = b"age-encryption.org/v1/X25519";
/// The wrap key is used once, so its nonce may be fixed.
const NONCE: [u8; 12] = [0; 12];

/// A checked classic public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClassicRecipient(PublicKey);

impl ClassicRecipient {
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, PublicKeyError> {
        let bytes: [u8; LEN] =
            bytes.try_into().map_err(|_| PublicKeyError::Length { expected: LEN, found: bytes.len() })?;
        checked_point(bytes).map(Self)
    }

    pub(super) fn as_bytes(&self) -> &[u8; LEN] {
        self.0.as_bytes()
    }

    pub(super) fn wrap(&self, file_key: &FileKey, rng: &mut dyn CryptoRng) -> Result<Stanza, WrapError> {
        let ephemeral = EphemeralSecret::random_from_rng(rng);
        let share = PublicKey::from(&ephemeral);
        let shared = ephemeral.diffie_hellman(&self.0);
        if !shared.was_contributory() {
            return Err(WrapError::LowOrder);
        }
        let body = wrap::seal(&wrap_key(&shared, &share, &self.0), &NONCE, file_key);
        Ok(super::stanza(TAG, share.as_bytes(), &body))
    }
}

/// A public X25519 value that is in its one reduced form and not of low order.
pub(super) fn checked_point(bytes: [u8; LEN]) -> Result<PublicKey, PublicKeyError> {
    if !curve25519::is_reduced(&bytes) {
        return Err(PublicKeyError::NotCanonical);
    }
    if curve25519::is_low_order(&bytes) {
        return Err(PublicKeyError::LowOrder);
    }
    Ok(PublicKey::from(bytes))
}

fn wrap_key(shared: &SharedSecret, share: &PublicKey, recipient: &PublicKey) -> Secret<32> {
    let mut salt = [0; 2 * LEN];
    let (left, right) = salt.split_at_mut(LEN);
    left.copy_from_slice(share.as_bytes());
    right.copy_from_slice(recipient.as_bytes());
    Secret::filled_by(|key: &mut [u8; 32]| {
        Hkdf::<Sha256>::new(Some(&salt), shared.as_bytes())
            .expand(INFO, key)
            .expect("32 bytes are far below HKDF's limit of 255 blocks");
    })
}

#[cfg(feature = "open")]
pub use identity::ClassicIdentity;

#[cfg(feature = "open")]
mod identity {
    use core::fmt;

    use x25519_dalek::StaticSecret;

    use super::*;
    use crate::opening::{UnwrapError, share_and_body};

    /// A classic secret key.
    pub struct ClassicIdentity {
        secret: Box<StaticSecret>,
        recipient: PublicKey,
    }

    impl ClassicIdentity {
        pub(in crate::opening) fn from_secret(secret: Secret<LEN>) -> Self {
            let secret = Box::new(StaticSecret::from(*secret.expose()));
            let recipient = PublicKey::from(secret.as_ref());
            Self { secret, recipient }
        }

        pub(in crate::opening) fn expose(&self) -> &[u8; LEN] {
            self.secret.as_bytes()
        }

        pub(in crate::opening) fn to_recipient(&self) -> ClassicRecipient {
            ClassicRecipient(self.recipient)
        }

        pub(in crate::opening) fn unwrap(&self, stanza: &Stanza) -> Result<Option<FileKey>, UnwrapError> {
            if stanza.tag() != TAG {
                return Ok(None);
            }
            let (share, body) = share_and_body::<LEN>(TAG, stanza)?;
            let share = PublicKey::from(*share);
            let shared = self.secret.diffie_hellman(&share);
            if !shared.was_contributory() {
                return Err(UnwrapError::LowOrder { tag: TAG });
            }
            let key = wrap_key(&shared, &share, &self.recipient);
            Ok(wrap::open(&key, &NONCE, body))
        }
    }

    impl fmt::Debug for ClassicIdentity {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("ClassicIdentity(..)")
        }
    }
}
