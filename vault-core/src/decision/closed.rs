//! Closed texts: reasons of requests, and opinions on them, readable by requester and deciders (docs/decisions.md,
//! "Closed texts").
//!
//! An age file, so that stock `age` opens it, whose plaintext is a 16-byte salt and the text, padded.

use std::sync::{Mutex, PoisonError};

use rand_core::CryptoRng;
use thiserror::Error;
use vault_keys::bytes::ByteString;
use vault_keys::digest::{NoteHash, sha256_of};
use vault_keys::opening::{Identity, Recipient};
use vault_keys::secret::FileKey;
use zeroize::Zeroizing;

use super::note::{Closed, OPINION_SIZES};
use super::opinion::is_fit;
use crate::item::Header;
use crate::stream::nonce::PayloadNonce;
use crate::stream::open::{self, Content};
use crate::stream::{ContentLen, PlaintextLen, Progress, Work, seal};

const SALT: usize = 16;

/// Why a closed text cannot be sealed or read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ClosedError {
    /// Empty, too long, or with characters that no text of ours may hold.
    #[error("the text is empty, too long, or holds control characters")]
    Text,
    /// A recipient's key cannot be wrapped to, or there are too many.
    #[error("the text cannot be sealed to these people")]
    Recipients,
    /// None of the keys at hand is among the recipients.
    #[error("the text is not for this key")]
    NoKey,
    /// It was changed, or is not what was signed.
    #[error("the text was changed, or is not the one that was signed")]
    Changed,
}

impl Closed {
    /// Seals a text to these people.
    ///
    /// # Errors
    /// [`ClosedError::Text`], [`ClosedError::Recipients`].
    pub fn seal(text: &str, to: &[Recipient], rng: &mut dyn CryptoRng) -> Result<Self, ClosedError> {
        if !is_fit(text) {
            return Err(ClosedError::Text);
        }
        let size = OPINION_SIZES.into_iter().find(|size| text.len() < *size).ok_or(ClosedError::Text)?;
        let mut plain = Zeroizing::new(vec![0; SALT]);
        rng.fill_bytes(&mut plain);
        plain.extend_from_slice(text.as_bytes());
        let hash = NoteHash::from_bytes(sha256_of(&[&plain]));
        plain.resize(SALT.saturating_add(size), b'\n');
        let file_key = FileKey::generate(rng);
        let mut stanzas = Vec::with_capacity(to.len());
        for recipient in to {
            stanzas.push(recipient.wrap(&file_key, rng).map_err(|_| ClosedError::Recipients)?);
        }
        let header = Header::write(&stanzas, &file_key).map_err(|_| ClosedError::Recipients)?;
        let length = PlaintextLen::new(plain.len() as u64).map_err(|_| ClosedError::Text)?;
        let content = Mutex::new(Vec::new());
        let (progress, nonce) = (Progress::new(), PayloadNonce::generate(rng));
        seal::seal(&plain.as_slice(), length, &file_key, nonce, &content, &Work::new(&progress))
            .map_err(|_| ClosedError::Text)?;
        let mut sealed = header.bytes().to_vec();
        sealed.extend_from_slice(&content.into_inner().unwrap_or_else(PoisonError::into_inner));
        let closed = Self { hash, sealed: ByteString(sealed) };
        closed.check_form().map_err(|_| ClosedError::Recipients)?;
        Ok(closed)
    }

    /// Reads the text with whichever of these keys is among the recipients.
    ///
    /// # Errors
    /// [`ClosedError::NoKey`], [`ClosedError::Changed`].
    pub fn open(&self, identities: &[&Identity]) -> Result<String, ClosedError> {
        let header = Header::parse(&self.sealed.0).map_err(|_| ClosedError::Changed)?;
        let mut keys = header.stanzas().iter().flat_map(|stanza| {
            identities.iter().filter_map(move |identity| identity.unwrap(stanza).ok().flatten())
        });
        let file_key = keys.next().ok_or(ClosedError::NoKey)?;
        header.verify_mac(&file_key).map_err(|_| ClosedError::Changed)?;
        let content = self.sealed.0.get(header.len()..).ok_or(ClosedError::Changed)?;
        let length = ContentLen::new(content.len() as u64).map_err(|_| ClosedError::Changed)?;
        let plain = Mutex::new(Vec::new());
        let progress = Progress::new();
        open::open(&content, &Content { length, blake3: None }, &file_key, &plain, &Work::new(&progress))
            .map_err(|_| ClosedError::Changed)?;
        let plain = Zeroizing::new(plain.into_inner().unwrap_or_else(PoisonError::into_inner));
        let end = plain.iter().rposition(|byte| *byte != b'\n').ok_or(ClosedError::Changed)?;
        let text = plain.get(..=end).ok_or(ClosedError::Changed)?;
        if NoteHash::from_bytes(sha256_of(&[text])) != self.hash {
            return Err(ClosedError::Changed);
        }
        let text = text.get(SALT..).and_then(|text| core::str::from_utf8(text).ok());
        text.filter(|text| is_fit(text)).map(str::to_owned).ok_or(ClosedError::Changed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::test_world::{SeededRng, World};

    #[test]
    fn a_closed_text_is_for_those_it_was_sealed_to() {
        let world = World::new();
        let to: Vec<Recipient> = [1, 3].map(|number| world.member(number).opening.to_recipient()).into();
        let text = "因工作需要，请准予知悉。\n理由见附件。";
        let closed = Closed::seal(text, &to, &mut SeededRng::new(5)).unwrap();
        for reader in [1, 3] {
            assert_eq!(closed.open(&[&world.member(reader).opening]).unwrap(), text);
        }
        assert!(matches!(closed.open(&[&world.member(4).opening]), Err(ClosedError::NoKey)));
        let mut changed = closed.clone();
        *changed.sealed.0.last_mut().unwrap() ^= 1;
        assert!(matches!(changed.open(&[&world.member(3).opening]), Err(ClosedError::Changed)));
        let mut other = closed;
        other.hash = NoteHash::from_bytes([0; 32]);
        assert!(matches!(other.open(&[&world.member(3).opening]), Err(ClosedError::Changed)));
    }
}
