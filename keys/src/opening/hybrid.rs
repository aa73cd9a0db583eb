//! Hybrid recipients: the `mlkem768x25519` stanza (C2SP `age.md`, "The mlkem768x25519 recipient type").
//!
//! ```text
//! shared, share = X-Wing.Encapsulate(recipient)            share: 1,088 bytes ML-KEM-768, then 32 bytes X25519
//! key, nonce    = HPKE base schedule(shared, info = "age-encryption.org/mlkem768x25519")
//! body          = ChaCha20-Poly1305(key, nonce, file key)
//! ```
//!
//! X-Wing is draft-connolly-cfrg-xwing-kem; where its drafts leave it open, age rejects an all-zero X25519
//! secret, and so do we. The `x_wing` crate wraps; for unwrapping it would expand the seed anew each time, which costs
//! as much as the rest, so that half stands in `xwing.rs` with the seed expanded once.

use rand_core::CryptoRng;
use x_wing::{Encapsulate, EncapsulationKey, KeyExport};

use super::{PublicKeyError, Stanza, WrapError, classic, hpke, wrap};
use crate::secret::FileKey;

pub(super) const TAG: &str = "mlkem768x25519";
pub(super) const RECIPIENT: &str = "age1pq";
#[cfg(feature = "open")]
pub(super) const IDENTITY: &str = "AGE-SECRET-KEY-PQ-";
/// Length of a public key in bytes: ML-KEM-768 (1,184), then X25519 (32).
pub(super) const PUBLIC_LEN: usize = x_wing::ENCAPSULATION_KEY_SIZE;

const INFO: &[u8] = b"age-encryption.org/mlkem768x25519";

/// A checked hybrid public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HybridRecipient(Box<EncapsulationKey>);

impl HybridRecipient {
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, PublicKeyError> {
        let length = PublicKeyError::Length { expected: PUBLIC_LEN, found: bytes.len() };
        if bytes.len() != PUBLIC_LEN {
            return Err(length);
        }
        let (_, x25519) = bytes.split_last_chunk().ok_or(length)?;
        // A sender does not notice a low-order X25519 part, but the holder could never open the file.
        classic::checked_point(*x25519)?;
        // The length is right, so this fails only where ML-KEM's coefficients are not reduced (FIPS 203, 7.2).
        let key = EncapsulationKey::try_from(bytes).map_err(|_| PublicKeyError::NotCanonical)?;
        Ok(Self(Box::new(key)))
    }

    pub(super) fn to_bytes(&self) -> [u8; PUBLIC_LEN] {
        self.0.to_bytes().into()
    }

    pub(super) fn wrap(&self, file_key: &FileKey, rng: &mut dyn CryptoRng) -> Result<Stanza, WrapError> {
        let (share, mut shared) = self.0.encapsulate_with_rng(rng);
        let schedule = hpke::schedule(&shared, INFO);
        zeroize::Zeroize::zeroize(shared.as_mut_slice());
        let body = wrap::seal(&schedule.key, &schedule.nonce, file_key);
        Ok(super::stanza(TAG, &share, &body))
    }
}

#[cfg(feature = "open")]
pub use identity::HybridIdentity;

#[cfg(feature = "open")]
mod identity {
    use core::fmt;

    use super::super::xwing::{CIPHERTEXT_LEN, Expanded};
    use super::*;
    use crate::opening::{UnwrapError, share_and_body};
    use crate::secret::Secret;

    /// A hybrid secret key: the 32-byte seed, and the two keys it expands to.
    pub struct HybridIdentity {
        seed: Secret<32>,
        expanded: Box<Expanded>,
    }

    impl HybridIdentity {
        pub(in crate::opening) fn from_seed(seed: Secret<32>) -> Self {
            let expanded = Box::new(Expanded::of(&seed));
            Self { seed, expanded }
        }

        pub(in crate::opening) fn expose(&self) -> &[u8; 32] {
            self.seed.expose()
        }

        #[expect(clippy::expect_used, reason = "a key just derived is canonical")]
        pub(in crate::opening) fn to_recipient(&self) -> HybridRecipient {
            let public = self.expanded.public();
            HybridRecipient(Box::new(EncapsulationKey::try_from(&public[..]).expect("our own public key")))
        }

        pub(in crate::opening) fn unwrap(&self, stanza: &Stanza) -> Result<Option<FileKey>, UnwrapError> {
            if stanza.tag() != TAG {
                return Ok(None);
            }
            let (share, body) = share_and_body::<CIPHERTEXT_LEN>(TAG, stanza)?;
            let shared = self.expanded.decapsulate(&share).ok_or(UnwrapError::LowOrder { tag: TAG })?;
            let schedule = hpke::schedule(shared.expose(), INFO);
            Ok(wrap::open(&schedule.key, &schedule.nonce, body))
        }
    }

    impl fmt::Debug for HybridIdentity {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("HybridIdentity(..)")
        }
    }
}
