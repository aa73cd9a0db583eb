//! The keys of machines: one Ed25519 key per station or relay, for TLS with raw public keys (RFC 7250) and for
//! nothing else (`docs/keys.md`, "Key files of machines").
//!
//! A station key lies in a file of mode 0600 without a passphrase, so that inbox, watch and status run
//! unattended. It opens nothing and signs no text: whoever steals it can connect as that machine until the
//! next stop, and sees what the relay shows that machine.
//!
//! File: one line, `VAULT-STATION-KEY-1…` or `VAULT-RELAY-KEY-1…` (Bech32 of the 32-byte seed), and one LF.

use core::fmt;

use ed25519_dalek::SigningKey;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::key_id::{KeyId, KeyKind};
use crate::key_text::{self, KeyTextError};
use crate::secret::Secret;

const STATION: &str = "VAULT-STATION-KEY-";
const RELAY: &str = "VAULT-RELAY-KEY-";

/// `PrivateKeyInfo` of an Ed25519 seed up to the seed (RFC 8410, section 7).
const PKCS8_PREFIX: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
/// `SubjectPublicKeyInfo` of an Ed25519 key up to the key (RFC 8410, section 4).
const SPKI_PREFIX: [u8; 12] = *b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00";

/// The secret TLS key of a station or a relay.
pub struct StationKey {
    kind: KeyKind,
    // Boxed so that moving the key leaves no copy behind; wiped by its own drop.
    key: Box<SigningKey>,
}

impl StationKey {
    /// Draws the key of a new station.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self::from_seed(KeyKind::Station, &Secret::generate(rng))
    }

    /// Draws the TLS key of a new relay.
    pub fn generate_for_relay(rng: &mut dyn CryptoRng) -> Self {
        Self::from_seed(KeyKind::Relay, &Secret::generate(rng))
    }

    /// Reads the text of a key file; a final LF may be missing. The text says which kind of machine it is for.
    pub fn parse(text: &str) -> Result<Self, KeyTextError> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        match key_text::prefix_of(text) {
            Some(STATION) => Ok(Self::from_seed(KeyKind::Station, &key_text::decode_upper(STATION, text)?)),
            Some(RELAY) => Ok(Self::from_seed(KeyKind::Relay, &key_text::decode_upper(RELAY, text)?)),
            Some(_) => Err(KeyTextError::Kind),
            None => Err(KeyTextError::Checksum),
        }
    }

    /// The text of the key file, without the final LF.
    pub fn to_text(&self) -> Zeroizing<String> {
        let prefix = if self.kind == KeyKind::Relay { RELAY } else { STATION };
        key_text::encode_upper(prefix, self.key.as_bytes())
    }

    /// [`KeyKind::Station`] or [`KeyKind::Relay`].
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The raw public key.
    pub fn public(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// The public key's full id.
    pub fn key_id(&self) -> KeyId {
        KeyId::of(self.kind, &self.public())
    }

    /// The secret key as PKCS#8 DER (RFC 5958, version 1), for the TLS library.
    pub fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        let mut der = Zeroizing::new(Vec::with_capacity(PKCS8_PREFIX.len() + 32));
        der.extend_from_slice(&PKCS8_PREFIX);
        der.extend_from_slice(self.key.as_bytes());
        der
    }

    /// The public key as SubjectPublicKeyInfo DER, which is what TLS carries.
    pub fn to_spki(&self) -> [u8; 44] {
        spki(&self.public())
    }

    fn from_seed(kind: KeyKind, seed: &Secret<32>) -> Self {
        Self { kind, key: Box::new(SigningKey::from_bytes(seed.expose())) }
    }
}

impl fmt::Debug for StationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StationKey({}, {})", self.kind, self.key_id())
    }
}

/// SubjectPublicKeyInfo DER of a raw Ed25519 public key.
pub fn spki(public: &[u8; 32]) -> [u8; 44] {
    let mut der = [0; 44];
    let (prefix, key) = der.split_at_mut(SPKI_PREFIX.len());
    prefix.copy_from_slice(&SPKI_PREFIX);
    key.copy_from_slice(public);
    der
}

/// The raw Ed25519 public key in SubjectPublicKeyInfo DER; `None` if it is anything else.
pub fn public_of_spki(der: &[u8]) -> Option<[u8; 32]> {
    der.strip_prefix(&SPKI_PREFIX)?.try_into().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey};
    use ed25519_dalek::{SigningKey, VerifyingKey};
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    fn both() -> [StationKey; 2] {
        let rng = &mut StdRng::seed_from_u64(1);
        [StationKey::generate(rng), StationKey::generate_for_relay(rng)]
    }

    #[test]
    fn the_text_says_which_machine_it_is_for() {
        for key in both() {
            let text = key.to_text();
            let again = StationKey::parse(&format!("{}\n", text.as_str())).unwrap();
            assert_eq!((again.kind(), again.public()), (key.kind(), key.public()));
            assert_eq!(again.to_text(), text);
            assert_eq!(again.key_id(), KeyId::of(key.kind(), &key.public()));
        }
        let [station, relay] = both();
        assert!(station.to_text().starts_with("VAULT-STATION-KEY-1"));
        assert!(relay.to_text().starts_with("VAULT-RELAY-KEY-1"));
    }

    #[test]
    fn other_texts_are_refused() {
        let text = both()[0].to_text().to_string();
        assert_eq!(StationKey::parse("").unwrap_err(), KeyTextError::Checksum);
        assert_eq!(StationKey::parse(&text.to_lowercase()).unwrap_err(), KeyTextError::Kind);
        assert_eq!(StationKey::parse(&format!("{text}\n\n")).unwrap_err(), KeyTextError::Checksum);
        let relabelled = text.replace("STATION", "RELAY");
        assert_eq!(StationKey::parse(&relabelled).unwrap_err(), KeyTextError::Checksum);
        let age = key_text::encode_upper("AGE-SECRET-KEY-", &[1; 32]);
        assert_eq!(StationKey::parse(&age).unwrap_err(), KeyTextError::Kind);
        let short = key_text::encode_upper(STATION, &[1; 31]);
        assert_eq!(StationKey::parse(&short).unwrap_err(), KeyTextError::Length);
    }

    #[test]
    fn der_forms_are_those_of_rfc_8410() {
        let [key, _] = both();
        let secret = SigningKey::from_pkcs8_der(&key.to_pkcs8()).unwrap();
        assert_eq!(secret.verifying_key().to_bytes(), key.public());
        let public = VerifyingKey::from_public_key_der(&key.to_spki()).unwrap();
        assert_eq!(public.to_bytes(), key.public());
        assert_eq!(public_of_spki(&key.to_spki()), Some(key.public()));
        assert_eq!(public_of_spki(&key.to_spki()[..43]), None);
        assert_eq!(public_of_spki(&[0; 44]), None);
    }

    #[test]
    fn debug_shows_the_public_half_only() {
        let [key, _] = both();
        assert_eq!(format!("{key:?}"), format!("StationKey(ed25519/station, {})", key.key_id()));
    }
}
