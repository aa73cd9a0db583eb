//! The one AEAD call of both suites: a file key under a key that is used once.
//!
//! ChaCha20-Poly1305 (RFC 8439), 32-byte body. The nonce may be fixed because each wrapping key comes from a
//! fresh share and seals exactly one file key.

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Nonce};

use super::WRAP_LEN;
use crate::secret::{FileKey, Secret};

pub(super) fn seal(key: &Secret<32>, nonce: &[u8; 12], file_key: &FileKey) -> [u8; WRAP_LEN] {
    let mut body = [0; WRAP_LEN];
    let (text, tag) = body.split_at_mut(FileKey::LEN);
    text.copy_from_slice(file_key.expose());
    let sealed = cipher(key)
        .encrypt_inout_detached(&Nonce::from(*nonce), &[], text.into())
        .expect("16 bytes are below the cipher's limit");
    tag.copy_from_slice(&sealed);
    body
}

/// `None` if the tag does not verify: the stanza is for another key, or was changed.
#[cfg(feature = "open")]
pub(super) fn open(key: &Secret<32>, nonce: &[u8; 12], body: &[u8; WRAP_LEN]) -> Option<FileKey> {
    let (text, tag) = body.split_at(FileKey::LEN);
    let tag = chacha20poly1305::Tag::try_from(tag).ok()?;
    let mut opened = false;
    let file_key = Secret::filled_by(|bytes: &mut [u8; FileKey::LEN]| {
        bytes.copy_from_slice(text);
        opened = cipher(key)
            .decrypt_inout_detached(&Nonce::from(*nonce), &[], bytes.as_mut_slice().into(), &tag)
            .is_ok();
    });
    opened.then(|| FileKey::from(file_key))
}

fn cipher(key: &Secret<32>) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(key.expose().into())
}
