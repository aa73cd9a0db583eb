//! Sealing 密封: from a draft to an item, in one pass over the input (design section 5; feature `open`).
//!
//! ```text
//! Draft --ReadyDraft::new--> ReadyDraft --begin--> Sealing --seal--> SealedItem
//!        every rule judged         file key drawn      payload sealed once, header signed
//! ```
//!
//! Nothing is drawn, wrapped or written before every rule has been asked. A [`Sealing`] holds the one file key and is
//! used up by the one payload it seals: a failed pass needs a new item. Where bytes go is the caller's choice; `files`,
//! behind feature `disk`, writes them behind the room for their header into an item file.

mod draft;
#[cfg(feature = "disk")]
pub mod files;
mod ready;
mod reseal;
#[cfg(test)]
mod reseal_tests;
#[cfg(all(test, feature = "disk"))]
mod tests;

pub use draft::{Draft, Payload, RecoveryChoice};
pub use ready::{Author, ReadyDraft};
pub use reseal::ResealError;

use std::fmt;

use rand_core::CryptoRng;
use thiserror::Error;
use vault_keys::note::KeyName;
use vault_keys::signing::SigningKey;

use crate::admission::Refused;
use crate::item::ItemHeader;
use crate::item::build::{BuildError, Plan, Writer};
use crate::stream::at::{ReadAt, WriteAt};
use crate::stream::layout::ContentLen;
use crate::stream::nonce::PayloadNonce;
use crate::stream::parts::{PartValue, Told};
use crate::stream::{PlaintextLen, Work, seal};

/// An item whose file key is drawn and wrapped, and whose payload is still to be sealed.
pub struct Sealing<'a> {
    plan: Plan,
    nonce: PayloadNonce,
    plaintext: PlaintextLen,
    name: KeyName,
    key: &'a SigningKey,
}

/// A sealed item: its header, and what was written as its content.
#[derive(Debug)]
pub struct SealedItem {
    /// The header, to stand before the content.
    pub header: ItemHeader,
    /// The value of each part of the content, in order, as the relay will compute them.
    pub parts: Vec<PartValue>,
}

/// Why an item was not sealed. What was written by then is worthless and to be removed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SealError {
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The key handed in is not the one the label names.
    #[error("the signing key is not the one the draft was judged with")]
    OtherKey,
    /// The header cannot be made.
    #[error("the header cannot be made")]
    Header(#[from] BuildError),
    /// The payload cannot be sealed.
    #[error(transparent)]
    Payload(#[from] seal::SealError),
}

impl ReadyDraft {
    /// Draws file key and nonce, wraps the key for every recipient, and seals the manifest.
    ///
    /// # Errors
    /// [`SealError::OtherKey`] if `key` is not the author's; [`SealError::Header`] if readers would refuse the header.
    pub fn begin<'a>(
        self,
        plaintext: PlaintextLen,
        key: &'a SigningKey,
        rng: &mut dyn CryptoRng,
    ) -> Result<Sealing<'a>, SealError> {
        if key.key_id() != self.label.sender.key {
            return Err(SealError::OtherKey);
        }
        let name = KeyName::person(&self.label.org, self.label.sender.person);
        let writer = Writer { name: &name, key };
        let plan = Plan::new(self.label, &self.manifest, &self.wraps, self.notes, plaintext, writer, rng)?;
        Ok(Sealing { plan, nonce: PayloadNonce::generate(rng), plaintext, name, key })
    }
}

impl Sealing<'_> {
    /// The length in bytes the header will have: where the content begins in an item file.
    #[must_use]
    pub const fn header_len(&self) -> usize {
        self.plan.header_len()
    }

    /// The length the content will have.
    #[must_use]
    pub const fn content_len(&self) -> ContentLen {
        self.plaintext.content()
    }

    /// Seals all of `input` into `output` from position 0 on, and signs label and access note over the outcome.
    ///
    /// # Errors
    /// [`SealError::Payload`] if the input changed meanwhile, or a disk failed; the item is lost, its key never used
    /// again.
    pub fn seal(
        self,
        input: &impl ReadAt,
        output: &impl WriteAt,
        work: &Work<'_>,
    ) -> Result<SealedItem, SealError> {
        self.seal_telling(input, output, work, &|_, _| {})
    }

    /// The same, and `told` hears of each part as soon as the output has it.
    ///
    /// # Errors
    /// As [`Sealing::seal`]; the parts told of by then belong to no item.
    pub fn seal_telling(
        self,
        input: &impl ReadAt,
        output: &impl WriteAt,
        work: &Work<'_>,
        told: &Told<'_>,
    ) -> Result<SealedItem, SealError> {
        let Self { plan, nonce, plaintext, name, key } = self;
        let sealed = seal::seal_telling(input, plaintext, plan.file_key(), nonce, output, work, told)?;
        let header = plan.finish(sealed.blake3, Writer { name: &name, key })?;
        Ok(SealedItem { header, parts: sealed.parts })
    }
}

impl fmt::Debug for Sealing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealing({}, ..)", self.plan.label().item)
    }
}
