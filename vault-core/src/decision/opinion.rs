//! The opinion beside a decision on an item: one ciphertext for all who hold it, also later (docs/decisions.md,
//! "Opinions").

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _};
use rand_core::CryptoRng;
use thiserror::Error;
use vault_keys::bytes::{ByteString, Bytes};
use vault_keys::derive;
use vault_keys::secret::FileKey;
use zeroize::Zeroizing;

use super::note::{OPINION_SIZES, Opinion};
use crate::item::{LabelHash, Word};

/// Longest opinion, in bytes of UTF-8: the larger size and one LF at its end.
pub const OPINION_MAX: usize = 4095;

/// The key seals once, under a salt of its own, so its nonce may be fixed.
const NONCE: [u8; 12] = [0; 12];

/// Why an opinion cannot be sealed or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum OpinionError {
    /// Empty, too long, or with characters that no text of ours may hold.
    #[error("an opinion has 1 to {OPINION_MAX} bytes without control characters")]
    Text,
    /// Sealed for another item, step or file key, or changed.
    #[error("the opinion does not belong to this item and step, or was changed")]
    Seal,
}

impl Opinion {
    /// Seals an opinion on an item.
    ///
    /// # Errors
    /// [`OpinionError::Text`].
    pub fn seal(
        text: &str,
        file_key: &FileKey,
        label: LabelHash,
        step: &Word,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, OpinionError> {
        if !is_fit(text) {
            return Err(OpinionError::Text);
        }
        let size = OPINION_SIZES.into_iter().find(|size| text.len() < *size).ok_or(OpinionError::Text)?;
        let mut padded = Zeroizing::new(Vec::with_capacity(size));
        padded.extend_from_slice(text.as_bytes());
        padded.resize(size, b'\n');
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let aad = associated(label, step);
        let message = Payload { msg: &padded, aad: &aad };
        let sealed =
            cipher(file_key, &salt).encrypt(&NONCE.into(), message).map_err(|_| OpinionError::Text)?;
        Ok(Self { salt: Some(Bytes(salt)), hash: None, sealed: ByteString(sealed) })
    }

    /// Reads an opinion on an item.
    ///
    /// # Errors
    /// [`OpinionError::Seal`] if it was made for something else; [`OpinionError::Text`] if no client of ours wrote it.
    pub fn open(&self, file_key: &FileKey, label: LabelHash, step: &Word) -> Result<String, OpinionError> {
        let salt = self.salt.ok_or(OpinionError::Seal)?;
        let aad = associated(label, step);
        let message = Payload { msg: &self.sealed.0, aad: &aad };
        let padded = cipher(file_key, &salt.0).decrypt(&NONCE.into(), message);
        let padded = Zeroizing::new(padded.map_err(|_| OpinionError::Seal)?);
        let text = core::str::from_utf8(&padded).map_err(|_| OpinionError::Text)?.trim_end_matches('\n');
        if is_fit(text) { Ok(text.to_owned()) } else { Err(OpinionError::Text) }
    }
}

/// Whether a text may stand as an opinion: one or more lines, none of them able to steer a terminal.
pub(super) fn is_fit(text: &str) -> bool {
    let lines = || text.split('\n');
    let plain = lines().all(|line| vault_keys::json::check_str(line).is_ok());
    (1..=OPINION_MAX).contains(&text.len()) && !text.trim().is_empty() && !text.ends_with('\n') && plain
}

fn associated(label: LabelHash, step: &Word) -> Vec<u8> {
    [label.as_bytes().as_slice(), step.as_str().as_bytes()].concat()
}

fn cipher(file_key: &FileKey, salt: &[u8; 16]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(derive::opinion_key(file_key, salt).expose().into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::test_world::SeededRng;

    #[test]
    fn an_opinion_belongs_to_its_item_step_and_key() {
        let (key, other) = (FileKey::from_bytes(&[1; 16]), FileKey::from_bytes(&[2; 16]));
        let (label, step): (_, Word) = (LabelHash::from_bytes([3; 32]), "review".parse().unwrap());
        let text = "同意。\n第二段请再核对数字。";
        let sealed = Opinion::seal(text, &key, label, &step, &mut SeededRng::new(1)).unwrap();
        assert_eq!(sealed.sealed.0.len(), 1024 + 16);
        assert_eq!(sealed.open(&key, label, &step).unwrap(), text);
        assert_eq!(sealed.open(&other, label, &step), Err(OpinionError::Seal));
        assert_eq!(sealed.open(&key, LabelHash::from_bytes([4; 32]), &step), Err(OpinionError::Seal));
        assert_eq!(sealed.open(&key, label, &"approval".parse().unwrap()), Err(OpinionError::Seal));
    }

    #[test]
    fn two_sizes_and_no_more() {
        let key = FileKey::from_bytes(&[1; 16]);
        let (label, step): (_, Word) = (LabelHash::from_bytes([3; 32]), "review".parse().unwrap());
        let seal = |length: usize| {
            let text = "x".repeat(length);
            Opinion::seal(&text, &key, label, &step, &mut SeededRng::new(1)).map(|it| it.sealed.0.len())
        };
        assert_eq!(seal(1), Ok(1040));
        assert_eq!(seal(1023), Ok(1040));
        assert_eq!(seal(1024), Ok(4112));
        assert_eq!(seal(4095), Ok(4112));
        assert_eq!(seal(4096), Err(OpinionError::Text));
        for bad in ["", "\n", "a\u{1b}[31m", "a\n"] {
            let sealed = Opinion::seal(bad, &key, label, &step, &mut SeededRng::new(1));
            assert_eq!(sealed, Err(OpinionError::Text), "{bad:?}");
        }
    }
}
