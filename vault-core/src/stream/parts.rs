//! Parts: a content in pieces of 4 MiB that can be hashed, moved and checked each by itself (`docs/item.md`, "Content hash").
//!
//! ```text
//! value of part i = BLAKE3 chaining value of content bytes i * 4 MiB ..   (two parts or more)
//! value of part 0 = BLAKE3 hash of the content                            (one part)
//! content hash    = the values folded as BLAKE3's tree folds subtrees     = BLAKE3(content)
//! ```
//!
//! 4 MiB is a power of two of BLAKE3's 1 KiB leaves, so every part is one subtree. Values must be folded to the hash
//! that the label signs before a part counts as the item's: by itself a value proves nothing.

use std::ops::Range;

use blake3::hazmat::{HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root};
use thiserror::Error;

use super::layout::ContentLen;

/// Bytes of every part but the last: 4 MiB.
pub const PART_LEN: u64 = 4 << 20;

vault_keys::digest_type! {
    /// BLAKE3 of a content: every byte after the header, payload nonce included.
    pub struct ContentHash;
}

vault_keys::digest_type! {
    /// What BLAKE3's tree holds for one part of a content.
    pub struct PartValue;
}

/// Bytes that are not the part they claim to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PartError {
    /// The content has no part of this number.
    #[error("a content of {content} bytes has no part {index}")]
    NoSuchPart {
        /// The part asked for.
        index: u64,
        /// Length of the content in bytes.
        content: u64,
    },
    /// More or fewer bytes than the part holds.
    #[error("part {index} holds {expected} bytes, not {actual}")]
    Length {
        /// The part.
        index: u64,
        /// Bytes it holds.
        expected: u64,
        /// Bytes given; one more than `expected` stands for any excess.
        actual: u64,
    },
    /// More or fewer values than the content has parts.
    #[error("the content has {expected} parts, not {actual}")]
    Count {
        /// Parts it has.
        expected: u64,
        /// Values given.
        actual: u64,
    },
}

impl ContentLen {
    /// How many parts the content has: at least one.
    pub const fn parts(self) -> u64 {
        self.bytes().div_ceil(PART_LEN)
    }

    /// The content bytes of part `index`.
    pub fn part(self, index: u64) -> Result<Range<u64>, PartError> {
        if index >= self.parts() {
            return Err(PartError::NoSuchPart { index, content: self.bytes() });
        }
        let start = index * PART_LEN;
        Ok(start..(start + PART_LEN).min(self.bytes()))
    }
}

/// Hashes one part as its bytes arrive.
#[derive(Debug, Clone)]
pub struct PartHasher {
    hasher: blake3::Hasher,
    index: u64,
    expected: u64,
    alone: bool,
}

impl PartHasher {
    /// Begins part `index` of a content of `length` bytes.
    pub fn new(length: ContentLen, index: u64) -> Result<Self, PartError> {
        let range = length.part(index)?;
        let mut hasher = blake3::Hasher::new();
        hasher.set_input_offset(range.start);
        Ok(Self { hasher, index, expected: range.end - range.start, alone: length.parts() == 1 })
    }

    /// Adds bytes; those past the part's end are refused and nothing is added.
    pub fn update(&mut self, bytes: &[u8]) -> Result<(), PartError> {
        if bytes.len() as u64 > self.expected - self.hasher.count() {
            return Err(self.wrong_length(self.expected + 1));
        }
        self.hasher.update(bytes);
        Ok(())
    }

    /// The part's value; refused unless every byte of the part came.
    pub fn finish(self) -> Result<PartValue, PartError> {
        if self.hasher.count() != self.expected {
            return Err(self.wrong_length(self.hasher.count()));
        }
        Ok(PartValue::from_bytes(if self.alone {
            *self.hasher.finalize().as_bytes()
        } else {
            self.hasher.finalize_non_root()
        }))
    }

    const fn wrong_length(&self, actual: u64) -> PartError {
        PartError::Length { index: self.index, expected: self.expected, actual }
    }
}

/// Whoever hears of each part of a content once all its bytes are written: its number and value, in any order, from any of the
/// threads that seal.
pub type Told<'a> = dyn Fn(u64, PartValue) + Sync + 'a;

/// The value of part `index`, whose bytes are all of `bytes`.
pub fn part_value(length: ContentLen, index: u64, bytes: &[u8]) -> Result<PartValue, PartError> {
    let mut hasher = PartHasher::new(length, index)?;
    hasher.update(bytes)?;
    hasher.finish()
}

/// Folds the values of all parts, in order, to the content hash.
pub fn fold(length: ContentLen, values: &[PartValue]) -> Result<ContentHash, PartError> {
    let (expected, actual) = (length.parts(), values.len() as u64);
    if expected != actual {
        return Err(PartError::Count { expected, actual });
    }
    Ok(ContentHash::from_bytes(match values {
        [only] => *only.as_bytes(),
        _ => {
            let (left, right) = values.split_at(left_parts(values.len()));
            *merge_subtrees_root(&subtree(left), &subtree(right), Mode::Hash).as_bytes()
        }
    }))
}

/// BLAKE3 section 2.1: the left subtree is the largest power of two of leaves that leaves something to the right.
const fn left_parts(parts: usize) -> usize {
    (parts.div_ceil(2)).next_power_of_two()
}

fn subtree(values: &[PartValue]) -> [u8; 32] {
    match values {
        [only] => *only.as_bytes(),
        _ => {
            let (left, right) = values.split_at(left_parts(values.len()));
            merge_subtrees_non_root(&subtree(left), &subtree(right), Mode::Hash)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]
    use super::super::layout::PlaintextLen;
    use super::*;

    /// A content of about `plaintext` bytes, and the same with the values of its parts.
    fn content(plaintext: u64) -> (ContentLen, Vec<u8>) {
        let length = PlaintextLen::new(plaintext).unwrap().content();
        (length, (0..length.bytes()).map(|byte| (byte * 7 % 253) as u8).collect())
    }

    fn values(length: ContentLen, content: &[u8]) -> Vec<PartValue> {
        (0..length.parts())
            .map(|index| {
                let range = length.part(index).unwrap();
                part_value(length, index, &content[range.start as usize..range.end as usize]).unwrap()
            })
            .collect()
    }

    #[test]
    fn values_fold_to_the_hash_of_the_content() {
        // Contents of 1, 1, 1, 2, 2, 3, 4, 5 and 7 parts; 4,193,264 seals to 4 MiB exactly.
        for plaintext in
            [0, 1, 4_193_264, 4_193_265, 4_194_304, 9_000_000, 16_000_000, 20_000_000, 29_000_000]
        {
            let (length, content) = content(plaintext);
            let hash = fold(length, &values(length, &content)).unwrap();
            assert_eq!(hash.as_bytes(), blake3::hash(&content).as_bytes(), "{plaintext}");
        }
    }

    #[test]
    fn any_split_of_a_part_gives_the_same_value() {
        let (length, content) = content(5_000_000);
        for (index, step) in [(0, 1000), (0, 65_553), (1, 1), (1, 4096)] {
            let range = length.part(index).unwrap();
            let bytes = &content[range.start as usize..range.end as usize];
            let mut hasher = PartHasher::new(length, index).unwrap();
            for piece in bytes.chunks(step) {
                hasher.update(piece).unwrap();
            }
            assert_eq!(hasher.finish().unwrap(), part_value(length, index, bytes).unwrap());
        }
    }

    #[test]
    fn wrong_part_and_wrong_length_are_refused() {
        let (length, content) = content(5_000_000);
        assert_eq!(length.parts(), 2);
        assert!(matches!(PartHasher::new(length, 2), Err(PartError::NoSuchPart { index: 2, .. })));
        let last = length.part(1).unwrap();
        let bytes = &content[last.start as usize..];
        let short = part_value(length, 1, &bytes[1..]);
        assert!(matches!(short, Err(PartError::Length { index: 1, .. })));
        let long = part_value(length, 1, &[bytes, b"x"].concat());
        assert!(matches!(long, Err(PartError::Length { index: 1, .. })));
        let values = values(length, &content);
        assert!(matches!(fold(length, &values[..1]), Err(PartError::Count { expected: 2, actual: 1 })));
    }
}
