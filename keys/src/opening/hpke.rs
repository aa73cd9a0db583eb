//! HPKE in base mode for one message (RFC 9180, sections 4 and 5.1), for the one suite age uses: KEM X-Wing
//! (0x647A, draft-ietf-hpke-pq), KDF HKDF-SHA-256 (0x0001), AEAD ChaCha20-Poly1305 (0x0003).
//!
//! The KEM stands in `hybrid.rs`. Here its shared secret becomes the AEAD's key and first nonce:
//!
//! ```text
//! context    = 0x00 || LabeledExtract("", "psk_id_hash", "") || LabeledExtract("", "info_hash", info)
//! secret     = LabeledExtract(shared secret, "secret", "")
//! key        = LabeledExpand(secret, "key",        context, 32)
//! base nonce = LabeledExpand(secret, "base_nonce", context, 12)
//! ```

use hkdf::{Hkdf, HkdfExtract};
use sha2::Sha256;

use crate::secret::Secret;

/// `"HPKE"`, then the KEM's, the KDF's and the AEAD's number.
const SUITE: &[u8] = b"HPKE\x64\x7a\x00\x01\x00\x03";
const VERSION: &[u8] = b"HPKE-v1";
const MODE_BASE: u8 = 0;
const HASH_LEN: usize = 32;

/// The key and the nonce of a context's only message.
pub(super) struct Schedule {
    pub(super) key: Secret<32>,
    pub(super) nonce: [u8; 12],
}

/// `KeySchedule(mode_base, shared_secret, info, "", "")`.
pub(super) fn schedule(shared_secret: &[u8], info: &[u8]) -> Schedule {
    let (psk_id_hash, _) = labeled_extract(&[], b"psk_id_hash", &[]);
    let (info_hash, _) = labeled_extract(&[], b"info_hash", info);
    let mut context = [0; 1 + 2 * HASH_LEN];
    let (mode, hashes) = context.split_at_mut(1);
    let (left, right) = hashes.split_at_mut(HASH_LEN);
    mode.copy_from_slice(&[MODE_BASE]);
    left.copy_from_slice(psk_id_hash.expose());
    right.copy_from_slice(info_hash.expose());

    let (_, secret) = labeled_extract(shared_secret, b"secret", &[]);
    let key = Secret::filled_by(|out: &mut [u8; 32]| labeled_expand(&secret, b"key", &context, out));
    let mut nonce = [0; 12];
    labeled_expand(&secret, b"base_nonce", &context, &mut nonce);
    Schedule { key, nonce }
}

fn labeled_extract(salt: &[u8], label: &[u8], ikm: &[u8]) -> (Secret<HASH_LEN>, Hkdf<Sha256>) {
    let mut extract = HkdfExtract::<Sha256>::new(Some(salt));
    for part in [VERSION, SUITE, label, ikm] {
        extract.input_ikm(part);
    }
    let (mut key, hkdf) = extract.finalize();
    let secret = Secret::filled_by(|out: &mut [u8; HASH_LEN]| out.copy_from_slice(&key));
    zeroize::Zeroize::zeroize(key.as_mut_slice());
    (secret, hkdf)
}

fn labeled_expand(secret: &Hkdf<Sha256>, label: &[u8], context: &[u8], out: &mut [u8]) {
    let length = u16::try_from(out.len()).expect("at most 32 bytes are asked for");
    secret
        .expand_multi_info(&[&length.to_be_bytes(), VERSION, SUITE, label, context], out)
        .expect("at most 32 bytes are far below HKDF's limit of 255 blocks");
}
