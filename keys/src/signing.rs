//! Signing keys: Ed25519 for persons, Ed25519 with ML-DSA-44 for offices (docs/notes.md, "Signature lines").
//!
//! An *office* is whoever signs for the organisation: officers, log, notary, witnesses. An office signs every
//! note twice, and its signature counts only when both lines verify, so it stands when either algorithm falls.
//! Signing is deterministic: it draws no randomness.

use std::fmt;

use ml_dsa::{
    EncodedVerifyingKey, Keypair as _, MlDsa44, SignatureEncoding as _, Signer as _, Verifier as _,
};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::bytes::Bytes;
use crate::curve25519;
use crate::key_id::{KeyId, KeyKind};
use crate::note::{KeyName, LineKind, NoteLine, Signer};

/// Length of a raw Ed25519 public key in bytes.
pub const ED25519_PUBLIC_LEN: usize = 32;
/// Length of an Ed25519 signature in bytes.
pub const ED25519_SIGNATURE_LEN: usize = 64;
/// Length of a raw ML-DSA-44 public key in bytes.
pub const ML_DSA_44_PUBLIC_LEN: usize = 1312;
/// Length of an ML-DSA-44 signature in bytes.
pub const ML_DSA_44_SIGNATURE_LEN: usize = 2420;

/// A person's signing key (Ed25519, RFC 8032), made from a 32-byte seed and wiped when dropped.
pub struct SigningKey(ed25519_dalek::SigningKey);

/// An Ed25519 public key: canonically encoded and of large order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

/// An office's two signing keys, from two independent 32-byte seeds and wiped when dropped.
pub struct OfficeKey {
    ed25519: SigningKey,
    ml_dsa: Box<ml_dsa::SigningKey<MlDsa44>>,
}

/// An office's two public keys.
#[derive(Clone, PartialEq, Eq)]
pub struct OfficePublic {
    ed25519: VerifyingKey,
    ml_dsa: Box<[u8; ML_DSA_44_PUBLIC_LEN]>,
}

/// Why bytes are not a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublicKeyError {
    /// Another length than the kind has.
    #[error("a public key of this kind has {wanted} bytes, not {found}")]
    Length {
        /// Bytes the kind has.
        wanted: usize,
        /// Bytes found.
        found: usize,
    },
    /// No point of the curve, or not its canonical encoding.
    #[error("not the canonical encoding of a point of the curve")]
    Point,
    /// A point of small order, under which one signature verifies for many texts.
    #[error("a point of small order")]
    SmallOrder,
}

impl SigningKey {
    /// A fresh key.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *seed);
        Self::from_seed(&seed)
    }

    /// The key of this seed.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The secret seed, for the key file.
    pub fn expose_seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The public key.
    pub fn public(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    /// The full id of the public key, used as a person's signing key.
    pub fn key_id(&self) -> KeyId {
        KeyId::of(KeyKind::Sign, self.public().as_bytes())
    }

    /// Signs raw bytes. Notes are signed through [`Signer::sign_lines`].
    pub fn sign_bytes(&self, message: &[u8]) -> [u8; ED25519_SIGNATURE_LEN] {
        ed25519_dalek::Signer::sign(&self.0, message).to_bytes()
    }

    /// One Ed25519 line over a note's text.
    pub fn sign_note(&self, name: &KeyName, text: &str) -> NoteLine {
        let signature = self.sign_bytes(text.as_bytes()).to_vec();
        NoteLine::new(name.clone(), LineKind::Ed25519, self.public().as_bytes(), signature)
    }
}

impl Signer for SigningKey {
    fn sign_lines(&self, name: &KeyName, text: &str) -> Vec<NoteLine> {
        vec![self.sign_note(name, text)]
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

impl VerifyingKey {
    /// Reads a raw public key; refuses every encoding but the canonical one, and points of small order.
    pub fn from_bytes(bytes: &[u8; ED25519_PUBLIC_LEN]) -> Result<Self, PublicKeyError> {
        // dalek also takes y coordinates of p and above; one key must have one encoding, hence one id. The top bit
        // is the sign of x, free where x is not zero; the two points where it is are of small order.
        let mut y = *bytes;
        y[31] &= 0x7f;
        if !curve25519::is_reduced(&y) {
            return Err(PublicKeyError::Point);
        }
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| PublicKeyError::Point)?;
        if key.is_weak() {
            return Err(PublicKeyError::SmallOrder);
        }
        Ok(Self(key))
    }

    /// Reads a raw public key from a slice.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, PublicKeyError> {
        Self::from_bytes(bytes.try_into().map_err(|_| length_error(ED25519_PUBLIC_LEN, bytes))?)
    }

    /// The 32 raw bytes.
    pub fn as_bytes(&self) -> &[u8; ED25519_PUBLIC_LEN] {
        self.0.as_bytes()
    }

    /// Verifies a signature over raw bytes with the strict rules (no cofactor, no malleable form).
    pub fn verify_bytes(&self, message: &[u8], signature: &[u8]) -> Option<()> {
        let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
        self.0.verify_strict(message, &signature).ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", Bytes(*self.as_bytes()))
    }
}

impl OfficeKey {
    /// Two fresh keys.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut seeds = Zeroizing::new([[0; 32]; 2]);
        seeds.iter_mut().for_each(|seed| rng.fill_bytes(seed));
        let [ed25519, ml_dsa] = &*seeds;
        Self::from_seeds(ed25519, ml_dsa)
    }

    /// The keys of these two independent seeds (for ML-DSA the seed ξ of FIPS 204).
    pub fn from_seeds(ed25519: &[u8; 32], ml_dsa: &[u8; 32]) -> Self {
        let seed = Zeroizing::new(ml_dsa::Seed::from(*ml_dsa));
        Self {
            ed25519: SigningKey::from_seed(ed25519),
            ml_dsa: Box::new(ml_dsa::SigningKey::from_seed(&seed)),
        }
    }

    /// The two secret seeds, Ed25519 first, for the key file.
    pub fn expose_seeds(&self) -> (&[u8; 32], &[u8; 32]) {
        (self.ed25519.expose_seed(), self.ml_dsa.as_seed().as_ref())
    }

    /// The two public keys.
    pub fn public(&self) -> OfficePublic {
        let mut ml_dsa = Box::new([0; ML_DSA_44_PUBLIC_LEN]);
        ml_dsa.copy_from_slice(&self.ml_dsa.verifying_key().encode());
        OfficePublic { ed25519: self.ed25519.public(), ml_dsa }
    }

    /// The Ed25519 half alone, for formats that sign other bytes than a note's text.
    pub fn ed25519(&self) -> &SigningKey {
        &self.ed25519
    }

    /// Signs raw bytes with the ML-DSA-44 half (deterministic variant, empty context).
    pub fn sign_bytes_ml_dsa(&self, message: &[u8]) -> Vec<u8> {
        self.ml_dsa.sign(message).to_vec()
    }

    /// Both lines over a note's text.
    pub fn sign_note(&self, name: &KeyName, text: &str) -> [NoteLine; 2] {
        let signature = self.sign_bytes_ml_dsa(text.as_bytes());
        let public = self.public();
        let second = NoteLine::new(name.clone(), LineKind::MlDsa44, public.ml_dsa(), signature);
        [self.ed25519.sign_note(name, text), second]
    }
}

impl Signer for OfficeKey {
    fn sign_lines(&self, name: &KeyName, text: &str) -> Vec<NoteLine> {
        self.sign_note(name, text).into()
    }
}

impl fmt::Debug for OfficeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OfficeKey(..)")
    }
}

impl OfficePublic {
    /// Reads both raw public keys.
    pub fn from_bytes(ed25519: &[u8], ml_dsa: &[u8]) -> Result<Self, PublicKeyError> {
        let ed25519 = VerifyingKey::from_slice(ed25519)?;
        // Every string of this length decodes to one ML-DSA-44 key, and back to itself.
        let ml_dsa = ml_dsa
            .to_vec()
            .into_boxed_slice()
            .try_into()
            .map_err(|bytes: Box<[u8]>| length_error(ML_DSA_44_PUBLIC_LEN, &bytes))?;
        Ok(Self { ed25519, ml_dsa })
    }

    /// The Ed25519 key.
    pub fn ed25519(&self) -> &VerifyingKey {
        &self.ed25519
    }

    /// The raw ML-DSA-44 key.
    pub fn ml_dsa(&self) -> &[u8; ML_DSA_44_PUBLIC_LEN] {
        &self.ml_dsa
    }

    /// Verifies an ML-DSA-44 signature over raw bytes (empty context).
    pub fn verify_bytes_ml_dsa(&self, message: &[u8], signature: &[u8]) -> Option<()> {
        let encoded = EncodedVerifyingKey::<MlDsa44>::try_from(self.ml_dsa.as_slice()).ok()?;
        let signature = ml_dsa::Signature::<MlDsa44>::try_from(signature).ok()?;
        ml_dsa::VerifyingKey::<MlDsa44>::decode(&encoded).verify(message, &signature).ok()
    }
}

impl fmt::Debug for OfficePublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OfficePublic").field("ed25519", &self.ed25519).finish_non_exhaustive()
    }
}

fn length_error(wanted: usize, bytes: &[u8]) -> PublicKeyError {
    PublicKeyError::Length { wanted, found: bytes.len() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use rand::SeedableRng as _;

    #[test]
    fn debug_shows_no_secret() {
        let key = SigningKey::from_seed(&[7; 32]);
        assert_eq!(format!("{key:?}"), "SigningKey(..)");
        assert_eq!(format!("{:?}", OfficeKey::from_seeds(&[7; 32], &[8; 32])), "OfficeKey(..)");
    }

    #[test]
    fn seeds_make_the_same_key_again() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(1);
        let key = OfficeKey::generate(&mut rng);
        let (ed25519, ml_dsa) = key.expose_seeds();
        assert_ne!(ed25519, ml_dsa);
        assert_eq!(OfficeKey::from_seeds(ed25519, ml_dsa).public(), key.public());
    }

    #[test]
    fn key_with_small_order_is_refused() {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert_eq!(VerifyingKey::from_bytes(&neutral), Err(PublicKeyError::SmallOrder));
        assert_eq!(VerifyingKey::from_bytes(&[0; 32]), Err(PublicKeyError::SmallOrder));
    }

    #[test]
    fn key_in_other_encoding_is_refused() {
        // y = p + 1 is the neutral element again; y = p + 3 is a point of large order with two encodings.
        for low in 0xed..=0xff_u8 {
            let mut bytes = [0xff; 32];
            bytes[0] = low;
            bytes[31] = 0x7f;
            assert_eq!(VerifyingKey::from_bytes(&bytes), Err(PublicKeyError::Point), "{low:x}");
        }
        assert_eq!(VerifyingKey::from_slice(&[1; 31]), Err(PublicKeyError::Length { wanted: 32, found: 31 }));
    }

    #[test]
    fn both_halves_sign_and_verify() {
        let key = OfficeKey::from_seeds(&[1; 32], &[2; 32]);
        let public = key.public();
        let mut signature = key.sign_bytes_ml_dsa(b"text");
        assert_eq!(signature.len(), ML_DSA_44_SIGNATURE_LEN);
        assert!(public.verify_bytes_ml_dsa(b"text", &signature).is_some());
        assert!(public.verify_bytes_ml_dsa(b"texT", &signature).is_none());
        assert!(public.verify_bytes_ml_dsa(b"text", &signature[1..]).is_none());
        signature[100] ^= 1;
        assert!(public.verify_bytes_ml_dsa(b"text", &signature).is_none());
        let signature = key.ed25519().sign_bytes(b"text");
        assert!(public.ed25519().verify_bytes(b"text", &signature).is_some());
        assert!(public.ed25519().verify_bytes(b"text", &signature[..63]).is_none());
    }
}
