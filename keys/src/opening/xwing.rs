//! X-Wing with the seed expanded once (draft-connolly-cfrg-xwing-kem, sections 5.2 and 5.4; feature `open`).
//!
//! ```text
//! expanded = SHAKE-256(seed, 96)                      64 bytes: ML-KEM-768 seed d || z; 32 bytes: X25519 secret
//! shared   = SHA3-256(ML-KEM secret || X25519 secret || X25519 share || X25519 public || "\./" "/^\")
//! ```
//!
//! The primitives are those of the `x_wing` crate; a test holds the two against each other.

use ml_kem::{Decapsulate as _, KeyExport as _, ml_kem_768};
use sha3::{Digest as _, Sha3_256};
use shake::Shake256;
use shake::digest::{ExtendableOutput as _, Update as _, XofReader as _};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::{Zeroize as _, Zeroizing};

use crate::secret::Secret;

/// Length of a share in bytes: ML-KEM-768 ciphertext, then X25519.
pub(super) const CIPHERTEXT_LEN: usize = ML_KEM_CIPHERTEXT_LEN + 32;

const ML_KEM_CIPHERTEXT_LEN: usize = 1088;
const ML_KEM_PUBLIC_LEN: usize = 1184;
const PUBLIC_LEN: usize = ML_KEM_PUBLIC_LEN + 32;
const LABEL: &[u8; 6] = br"\.//^\";

/// The two secret keys, and the public X25519 key that the combiner takes. All wiped when dropped.
pub(super) struct Expanded {
    ml_kem: ml_kem_768::DecapsulationKey,
    x25519: StaticSecret,
    x25519_public: PublicKey,
}

impl Expanded {
    pub(super) fn of(seed: &Secret<32>) -> Self {
        let mut shake = Shake256::default();
        shake.update(seed.expose());
        let mut stream = shake.finalize_xof();
        let mut ml_kem_seed = ml_kem::Seed::default();
        stream.read(&mut ml_kem_seed);
        let mut x25519 = Zeroizing::new([0; 32]);
        stream.read(x25519.as_mut_slice());
        let ml_kem = ml_kem_768::DecapsulationKey::from_seed(ml_kem_seed);
        ml_kem_seed.as_mut_slice().zeroize();
        let x25519 = StaticSecret::from(*x25519);
        let x25519_public = PublicKey::from(&x25519);
        Self { ml_kem, x25519, x25519_public }
    }

    /// The public key: ML-KEM-768, then X25519.
    pub(super) fn public(&self) -> [u8; PUBLIC_LEN] {
        let mut public = [0; PUBLIC_LEN];
        let (ml_kem, x25519) = public.split_at_mut(ML_KEM_PUBLIC_LEN);
        ml_kem.copy_from_slice(&self.ml_kem.encapsulation_key().to_bytes());
        x25519.copy_from_slice(self.x25519_public.as_bytes());
        public
    }

    /// The shared secret of a share; `None` if its X25519 part is of low order.
    pub(super) fn decapsulate(&self, share: &[u8; CIPHERTEXT_LEN]) -> Option<Secret<32>> {
        let (ml_kem_share, x25519_share) = share.split_last_chunk::<32>()?;
        let x25519_share = PublicKey::from(*x25519_share);
        let by_x25519 = self.x25519.diffie_hellman(&x25519_share);
        if !by_x25519.was_contributory() {
            return None;
        }
        let ml_kem_share: &[u8; ML_KEM_CIPHERTEXT_LEN] = ml_kem_share.try_into().ok()?;
        let mut by_ml_kem = self.ml_kem.decapsulate(&(*ml_kem_share).into());
        let mut hash = Sha3_256::new();
        sha3::Digest::update(&mut hash, by_ml_kem);
        sha3::Digest::update(&mut hash, by_x25519.as_bytes());
        sha3::Digest::update(&mut hash, x25519_share.as_bytes());
        sha3::Digest::update(&mut hash, self.x25519_public.as_bytes());
        sha3::Digest::update(&mut hash, LABEL);
        by_ml_kem.as_mut_slice().zeroize();
        let mut shared = hash.finalize();
        let secret = Secret::filled_by(|bytes: &mut [u8; 32]| bytes.copy_from_slice(&shared));
        shared.as_mut_slice().zeroize();
        Some(secret)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use rand::rngs::StdRng;
    use rand::{Rng as _, SeedableRng as _};
    use x_wing::{
        DecapsulationKeyRejectNonContrib, Decapsulator as _, Encapsulate as _, KeyExport as _,
        TryDecapsulate as _,
    };

    use super::*;

    #[test]
    fn it_is_the_x_wing_of_the_crate() {
        let mut rng = StdRng::seed_from_u64(7);
        for _ in 0..64 {
            let mut seed = [0; 32];
            rng.fill_bytes(&mut seed);
            let theirs = DecapsulationKeyRejectNonContrib::from(seed);
            let ours = Expanded::of(&Secret::copied_from(&seed));
            let public: [u8; PUBLIC_LEN] = theirs.encapsulation_key().to_bytes().into();
            assert_eq!(ours.public(), public);
            let (share, shared) = theirs.encapsulation_key().encapsulate_with_rng(&mut rng);
            let mut share: [u8; CIPHERTEXT_LEN] = share.into();
            assert_eq!(ours.decapsulate(&share).unwrap().expose().as_slice(), shared.as_slice());
            // A changed share gives both another secret, and the same (implicit rejection).
            share[usize::from(seed[0])] ^= 1;
            let other = theirs.try_decapsulate(&share.into()).unwrap();
            assert_ne!(other.as_slice(), shared.as_slice());
            assert_eq!(ours.decapsulate(&share).unwrap().expose().as_slice(), other.as_slice());
            share[ML_KEM_CIPHERTEXT_LEN..].fill(0);
            assert!(ours.decapsulate(&share).is_none() && theirs.try_decapsulate(&share.into()).is_err());
        }
    }
}
