//! Every key derivation of the workspace, and the one table of their labels (`docs/item.md`, "Derivations").
//!
//! All are HKDF-SHA-256 (RFC 5869) over the 16-byte file key:
//!
//! ```text
//! header MAC key = HKDF(file key, salt = none,           info = "header",           32)   age v1
//! payload key    = HKDF(file key, salt = payload nonce,  info = "payload",          32)   age v1
//! manifest key   = HKDF(file key, salt = manifest salt,  info = "vault/manifest/1", 32)
//! opinion key    = HKDF(file key, salt = opinion salt,   info = "vault/opinion/1",  32)
//! commitment     = HKDF(file key, salt = item id,        info = "vault/commit/1",   32)   public
//! ```
//!
//! Over a one-time code of 16 random bytes (`docs/joining.md`), salt = the organisation's 32 bytes:
//!
//! ```text
//! invitation id   = HKDF(code, salt = org, info = "vault/invitation/id/1",  16)   public
//! invitation seed = HKDF(code, salt = org, info = "vault/invitation/key/1", 32)   Ed25519
//! ```
//!
//! The labels differ, so no two uses share a key. The schedule of the hybrid recipients (RFC 9180) is not
//! over a file key and stands in [`crate::opening`].

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;

use crate::digest::OrgId;
use crate::secret::{FileKey, Secret};

const HEADER: &[u8] = b"header";
const PAYLOAD: &[u8] = b"payload";
const MANIFEST: &[u8] = b"vault/manifest/1";
const OPINION: &[u8] = b"vault/opinion/1";
const COMMIT: &[u8] = b"vault/commit/1";
const INVITATION_ID: &[u8] = b"vault/invitation/id/1";
const INVITATION_KEY: &[u8] = b"vault/invitation/key/1";

/// The key of the header's MAC (age v1, "Header MAC").
pub fn header_mac_key(file_key: &FileKey) -> Secret<32> {
    secret(file_key, &[], HEADER)
}

/// The key of the payload's chunks; `nonce` is the 16 bytes before the first chunk (age v1, "Payload").
pub fn payload_key(file_key: &FileKey, nonce: &[u8; 16]) -> Secret<32> {
    secret(file_key, nonce, PAYLOAD)
}

/// The key of the manifest. It seals once under an all-zero nonce, so every manifest needs a fresh salt.
pub fn manifest_key(file_key: &FileKey, salt: &[u8; 16]) -> Secret<32> {
    secret(file_key, salt, MANIFEST)
}

/// The key of one decision's opinion. It seals once under an all-zero nonce, so every opinion needs a fresh salt.
pub fn opinion_key(file_key: &FileKey, salt: &[u8; 16]) -> Secret<32> {
    secret(file_key, salt, OPINION)
}

/// The label's public commitment to the file key; `item` is the item id's 16 raw bytes.
///
/// ChaCha20-Poly1305 does not commit to its key: without this, a label could be lifted onto another file.
pub fn commit(file_key: &FileKey, item: &[u8; 16]) -> [u8; 32] {
    let mut commitment = [0; 32];
    fill(file_key, item, COMMIT, &mut commitment);
    commitment
}

/// The public name of a one-time code.
pub fn invitation_id(code: &Secret<16>, org: &OrgId) -> Secret<16> {
    Secret::filled_by(|id| expand(code.expose(), org.as_bytes(), INVITATION_ID, id))
}

/// The Ed25519 seed of a one-time code. The code has 128 random bits, so plain HKDF suffices.
pub fn invitation_seed(code: &Secret<16>, org: &OrgId) -> Secret<32> {
    Secret::filled_by(|seed| expand(code.expose(), org.as_bytes(), INVITATION_KEY, seed))
}

/// The MAC over `header`: its bytes from the version line up to and including `---` (age v1, "Header MAC").
pub fn header_mac(file_key: &FileKey, header: &[u8]) -> [u8; 32] {
    mac_of(file_key, header).finalize().into_bytes().into()
}

/// Checks a header's MAC in constant time; `header` as for [`header_mac`].
pub fn verify_header_mac(file_key: &FileKey, header: &[u8], mac: &[u8; 32]) -> Result<(), HeaderMacError> {
    mac_of(file_key, header).verify_slice(mac).map_err(|_| HeaderMacError)
}

/// The header was changed by someone who does not hold the file key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the header does not match its MAC")]
pub struct HeaderMacError;

fn mac_of(file_key: &FileKey, header: &[u8]) -> Hmac<Sha256> {
    let key = header_mac_key(file_key);
    Hmac::<Sha256>::new_from_slice(key.expose()).expect("HMAC takes a key of any length").chain_update(header)
}

fn secret(file_key: &FileKey, salt: &[u8], info: &[u8]) -> Secret<32> {
    Secret::filled_by(|key| fill(file_key, salt, info, key))
}

fn fill(file_key: &FileKey, salt: &[u8], info: &[u8], out: &mut [u8; 32]) {
    expand(file_key.expose(), salt, info, out);
}

fn expand(key: &[u8], salt: &[u8], info: &[u8], out: &mut [u8]) {
    Hkdf::<Sha256>::new(Some(salt), key)
        .expand(info, out)
        .expect("at most 32 bytes are far below HKDF's limit of 255 blocks");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file_key() -> FileKey {
        FileKey::from_bytes(b"YELLOW SUBMARINE")
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Computed once with Python's `hmac` and `hashlib`.
    #[test]
    fn known_answers() {
        let salt: [u8; 16] = core::array::from_fn(|i| u8::try_from(i).expect("below 16"));
        check(
            header_mac_key(&file_key()).expose(),
            "a4bf3b9f4e908993e678eb71e558faedac5829d1d632c50225217c066fec77d2",
        );
        check(
            payload_key(&file_key(), &salt).expose(),
            "4a110fa16dcea155c86d253602606e9eb4d6e2adcc402cf0e5b381eb62944568",
        );
        check(
            manifest_key(&file_key(), &salt).expose(),
            "6afffb0a4c2dab2318e03596c487a11e3702d390763ad30c3dc838c7350a7ff8",
        );
        check(
            opinion_key(&file_key(), &salt).expose(),
            "098816070b8c737cdfe5e6d061f9760bda803c7cb56b2df46d9afd329da20188",
        );
        check(
            &commit(&file_key(), &salt),
            "0f22e4791a85b89114e72db90d9aaa51829f95fc69e6e53e604d88567953a75d",
        );
    }

    fn check(actual: &[u8; 32], expected: &str) {
        assert_eq!(hex(actual), expected);
    }

    #[test]
    fn header_mac_sees_every_bit() {
        let header = *b"age-encryption.org/v1\n---";
        let mac = header_mac(&file_key(), &header);
        assert_eq!(verify_header_mac(&file_key(), &header, &mac), Ok(()));
        for bit in 0..header.len() * 8 {
            let mut changed = header;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(verify_header_mac(&file_key(), &changed, &mac), Err(HeaderMacError));
        }
    }
}
