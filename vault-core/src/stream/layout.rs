//! Where chunks and parts lie in a content: arithmetic only (`docs/item.md`, "Payload").
//!
//! ```text
//! content = payload nonce (16) || chunk 0 || chunk 1 || … || last chunk
//! chunk   = ciphertext (65,536; the last 0..65,536) || tag (16)
//! part i  = content bytes i * 4 MiB ..
//! ```
//!
//! The last chunk is empty only if the whole plaintext is empty (age v1, "Payload"); so every plaintext length
//! belongs to exactly one content length, and the other way round.

use std::fmt;
use std::ops::Range;

use thiserror::Error;

/// Bytes of plaintext in every chunk but the last.
pub const CHUNK_LEN: usize = 64 * 1024;
/// Bytes of the Poly1305 tag that ends every chunk.
pub const TAG_LEN: usize = 16;
/// Bytes of a whole chunk as it stands in the content.
pub const SEALED_CHUNK_LEN: usize = CHUNK_LEN + TAG_LEN;
/// Bytes of the payload nonce before the first chunk.
pub const NONCE_LEN: usize = 16;
/// The longest plaintext that is sealed or opened: 1 TiB.
pub const PLAINTEXT_LEN_MAX: u64 = 1 << 40;

/// The length of a plaintext in bytes, at most [`PLAINTEXT_LEN_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaintextLen(u64);

/// The length of a content in bytes: nonce, chunks and tags. Only lengths that some plaintext has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentLen(u64);

/// A length that no payload can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LengthError {
    /// Longer than 1 TiB of plaintext.
    #[error("the payload is longer than 1 TiB")]
    TooLong,
    /// No plaintext seals to this many bytes: the content was cut, or something follows it.
    #[error("no payload is {0} bytes long: it was cut short, or something was added")]
    Impossible(u64),
}

impl PlaintextLen {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Checks a plaintext length against the limit.
    pub const fn new(bytes: u64) -> Result<Self, LengthError> {
        if bytes > PLAINTEXT_LEN_MAX { Err(LengthError::TooLong) } else { Ok(Self(bytes)) }
    }

    /// The length in bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// How many chunks hold this plaintext: at least one.
    pub const fn chunks(self) -> u64 {
        if self.0 == 0 { 1 } else { self.0.div_ceil(CHUNK_LEN as u64) }
    }

    /// The length of the content that holds this plaintext.
    pub const fn content(self) -> ContentLen {
        ContentLen(NONCE_LEN as u64 + self.0 + self.chunks() * TAG_LEN as u64)
    }

    /// The plaintext bytes of chunk `index`; empty past the end.
    pub fn chunk(self, index: u64) -> Range<u64> {
        let start = index.saturating_mul(CHUNK_LEN as u64).min(self.0);
        start..start.saturating_add(CHUNK_LEN as u64).min(self.0)
    }
}

impl ContentLen {
    /// Checks that some plaintext seals to exactly this many bytes.
    pub const fn new(bytes: u64) -> Result<Self, LengthError> {
        let Some(chunked) = bytes.checked_sub(NONCE_LEN as u64) else {
            return Err(LengthError::Impossible(bytes));
        };
        let chunks = chunked.div_ceil(SEALED_CHUNK_LEN as u64);
        let Some(plaintext) = chunked.checked_sub(chunks * TAG_LEN as u64) else {
            return Err(LengthError::Impossible(bytes));
        };
        if plaintext > PLAINTEXT_LEN_MAX {
            return Err(LengthError::TooLong);
        }
        // One equation for every way a length can be wrong: no chunk at all, a last chunk shorter than its
        // tag, and an empty last chunk behind full ones.
        let content = PlaintextLen(plaintext).content();
        if content.0 == bytes { Ok(content) } else { Err(LengthError::Impossible(bytes)) }
    }

    /// The length in bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// The length of the plaintext inside.
    pub const fn plaintext(self) -> PlaintextLen {
        let chunked = self.0 - NONCE_LEN as u64;
        PlaintextLen(chunked - chunked.div_ceil(SEALED_CHUNK_LEN as u64) * TAG_LEN as u64)
    }

    /// Where chunk `index` lies in the content; the last may be short.
    pub fn chunk(self, index: u64) -> Range<u64> {
        let start =
            (NONCE_LEN as u64).saturating_add(index.saturating_mul(SEALED_CHUNK_LEN as u64)).min(self.0);
        start..start.saturating_add(SEALED_CHUNK_LEN as u64).min(self.0)
    }
}

impl fmt::Display for PlaintextLen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ContentLen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const CHUNK: u64 = CHUNK_LEN as u64;

    #[test]
    fn content_lengths_at_the_edges_of_chunks() {
        for (plaintext, content, chunks) in [
            (0, 32, 1),
            (1, 33, 1),
            (CHUNK - 1, CHUNK + 31, 1),
            (CHUNK, CHUNK + 32, 1),
            (CHUNK + 1, CHUNK + 49, 2),
            (2 * CHUNK, 2 * CHUNK + 48, 2),
        ] {
            let length = PlaintextLen::new(plaintext).unwrap();
            assert_eq!(length.content().bytes(), content);
            assert_eq!(length.chunks(), chunks);
            assert_eq!(ContentLen::new(content).unwrap().plaintext(), length);
        }
    }

    #[test]
    fn lengths_no_payload_has_are_refused() {
        for bytes in [0, 15, 16, 31, CHUNK + 33, CHUNK + 47, CHUNK + 48] {
            assert_eq!(ContentLen::new(bytes), Err(LengthError::Impossible(bytes)), "{bytes}");
        }
        assert_eq!(PlaintextLen::new(PLAINTEXT_LEN_MAX + 1), Err(LengthError::TooLong));
        let longest = PlaintextLen::new(PLAINTEXT_LEN_MAX).unwrap().content();
        assert_eq!(ContentLen::new(longest.bytes()).unwrap(), longest);
        assert_eq!(ContentLen::new(longest.bytes() + 17), Err(LengthError::TooLong));
        assert_eq!(ContentLen::new(u64::MAX), Err(LengthError::TooLong));
    }
}
