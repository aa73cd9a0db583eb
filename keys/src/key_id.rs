//! Full ids of public keys and the forms people compare (docs/notes.md, "Key ids").
//!
//! A key id binds the raw public key to the one use it is for: the same bytes under another kind have another id.

use std::fmt;
use std::str::FromStr;

use crate::digest::sha256_of;
use crate::digest_type;
use crate::numbers::text_forms;

digest_type! {
    /// SHA-256(kind || 0x00 || raw public key).
    pub struct KeyId;
}

/// What a public key is for: a closed list, one kind per use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// A person's or unit's hybrid opening key, 1,216 bytes.
    OpeningHybrid,
    /// A person's or unit's classic opening key, 32 bytes.
    OpeningClassic,
    /// A person's signing key.
    Sign,
    /// A machine's TLS key.
    Station,
    /// The register's Ed25519 key.
    LogEd25519,
    /// The register's ML-DSA-44 key.
    LogMlDsa44,
    /// A key officer's Ed25519 key.
    OfficerEd25519,
    /// A key officer's ML-DSA-44 key.
    OfficerMlDsa44,
    /// The notary's Ed25519 key.
    NotaryEd25519,
    /// The notary's ML-DSA-44 key.
    NotaryMlDsa44,
    /// A relay's TLS key.
    Relay,
    /// A witness's Ed25519 key.
    WitnessEd25519,
    /// A witness's ML-DSA-44 key.
    WitnessMlDsa44,
}

/// A text that names no kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known kind of key")]
pub struct KeyKindError;

impl KeyKind {
    /// Every kind, in the order of the specification.
    pub const ALL: [Self; 13] = [
        Self::OpeningHybrid,
        Self::OpeningClassic,
        Self::Sign,
        Self::Station,
        Self::LogEd25519,
        Self::LogMlDsa44,
        Self::OfficerEd25519,
        Self::OfficerMlDsa44,
        Self::NotaryEd25519,
        Self::NotaryMlDsa44,
        Self::Relay,
        Self::WitnessEd25519,
        Self::WitnessMlDsa44,
    ];

    /// The kind's fixed text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpeningHybrid => "mlkem768x25519",
            Self::OpeningClassic => "x25519",
            Self::Sign => "ed25519/sign",
            Self::Station => "ed25519/station",
            Self::LogEd25519 => "ed25519/log",
            Self::LogMlDsa44 => "ml-dsa-44/log",
            Self::OfficerEd25519 => "ed25519/officer",
            Self::OfficerMlDsa44 => "ml-dsa-44/officer",
            Self::NotaryEd25519 => "ed25519/notary",
            Self::NotaryMlDsa44 => "ml-dsa-44/notary",
            Self::Relay => "ed25519/relay",
            Self::WitnessEd25519 => "ed25519/witness",
            Self::WitnessMlDsa44 => "ml-dsa-44/witness",
        }
    }

    /// Length of the raw public key in bytes.
    pub const fn public_len(self) -> usize {
        match self {
            Self::OpeningHybrid => 1216,
            Self::LogMlDsa44 | Self::OfficerMlDsa44 | Self::NotaryMlDsa44 | Self::WitnessMlDsa44 => 1312,
            _ => 32,
        }
    }

    /// Whether keys of this kind are Ed25519 points.
    pub const fn is_ed25519(self) -> bool {
        self.public_len() == 32 && !matches!(self, Self::OpeningClassic)
    }

    /// Whether keys of this kind open items.
    pub const fn is_opening(self) -> bool {
        matches!(self, Self::OpeningHybrid | Self::OpeningClassic)
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for KeyKind {
    type Err = KeyKindError;

    fn from_str(text: &str) -> Result<Self, KeyKindError> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(KeyKindError)
    }
}

text_forms!(KeyKind);

impl KeyId {
    /// The id of a raw public key used as `kind`.
    pub fn of(kind: KeyKind, public: &[u8]) -> Self {
        Self::from_bytes(sha256_of(&[kind.as_str().as_bytes(), &[0], public]))
    }

    /// The form people see: the first 20 hexadecimal digits in groups of four. Display only; never parsed.
    pub fn groups(&self) -> String {
        let hex = self.to_string();
        let groups: Vec<&str> = (0..5).filter_map(|group| hex.get(group * 4..group * 4 + 4)).collect();
        groups.join(" ")
    }
}

/// The form people read to each other to pin a root: 30 decimal digits in six groups of five.
///
/// Group i is the big-endian value of bytes 5i to 5i+4 of SHA-256("vault/fingerprint/1" || 0x00 || hash),
/// modulo 100,000. It carries 99 bits.
pub fn fingerprint(hash: &[u8; 32]) -> String {
    let digest = sha256_of(&[b"vault/fingerprint/1", &[0], hash]);
    let groups: Vec<String> = digest
        .chunks_exact(5)
        .map(|chunk| {
            let value = chunk.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
            format!("{:05}", value % 100_000)
        })
        .collect();
    groups.join(" ")
}

/// The digits by which people compare the keys of an officer, a relay, the register, the notary or a witness: the
/// [`fingerprint`] form of SHA-256("vault/office-keys/1" || 0x00 || Ed25519 key || ML-DSA-44 key), the second where the
/// office has one.
pub fn office_digits(ed25519: &[u8; 32], ml_dsa_44: Option<&[u8; 1312]>) -> String {
    let second = ml_dsa_44.map_or(&[][..], |key| key.as_slice());
    fingerprint(&sha256_of(&[b"vault/office-keys/1", &[0], ed25519, second]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::sha256;

    #[test]
    fn the_same_bytes_under_another_kind_have_another_id() {
        let public = [7; 32];
        let mut ids: Vec<KeyId> = KeyKind::ALL.into_iter().map(|kind| KeyId::of(kind, &public)).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), KeyKind::ALL.len());
        let by_hand = sha256(&[b"ed25519/sign".as_slice(), &[0], &public].concat());
        assert_eq!(KeyId::of(KeyKind::Sign, &public).as_bytes(), &by_hand);
    }

    #[test]
    fn kinds_have_one_text_each() {
        for kind in KeyKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("ed25519".parse::<KeyKind>(), Err(KeyKindError));
        assert_eq!("Ed25519/sign".parse::<KeyKind>(), Err(KeyKindError));
    }

    #[test]
    fn forms_for_people_have_fixed_shapes() {
        assert_eq!(KeyId::from_bytes([0xab; 32]).groups(), "abab abab abab abab abab");
        let digits = fingerprint(&[1; 32]);
        assert_eq!(digits.len(), 35);
        assert!(
            digits
                .split(' ')
                .all(|group| group.len() == 5 && group.bytes().all(|byte| byte.is_ascii_digit()))
        );
        assert_ne!(digits, fingerprint(&[2; 32]));
    }
}
