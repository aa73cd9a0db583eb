//! Where two parts meet in the middle of a chunk.
//!
//! Chunks (65,552 bytes) and parts (4 MiB) do not line up. Every chunk is read and sealed by one worker only: the one
//! whose part holds the chunk's last byte. So a chunk that begins in part *i* and ends in part *i* + 1 is made by the
//! worker of *i* + 1, and its first bytes, the *spill*, complete the hash of part *i*. Whichever of the two workers
//! comes second puts them together; a spill is shorter than a chunk, and at most one per worker waits.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::layout::{ContentLen, NONCE_LEN, SEALED_CHUNK_LEN};
use super::parts::{ContentHash, PartError, PartHasher, PartValue, Told, fold};

/// What one worker does in one go: whole chunks, and the bytes of the content they cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    /// The part that holds the last byte of each of these chunks.
    pub(crate) part: u64,
    /// The chunks, at least one.
    pub(crate) chunks: Range<u64>,
    /// The content bytes they cover; the span of part 0 begins with the payload nonce.
    pub(crate) bytes: Range<u64>,
    /// How many of the first bytes belong to the part before.
    pub(crate) spill: usize,
}

impl Span {
    /// The span of part `part`, which the content must have.
    pub(crate) fn of(length: ContentLen, part: u64) -> Self {
        let chunks = first_chunk(length, part)..first_chunk(length, part + 1);
        let start = if part == 0 { 0 } else { length.chunk(chunks.start).start };
        let end = length.chunk(chunks.end - 1).end;
        let part_start = part * super::parts::PART_LEN;
        let spill = usize::try_from(part_start - start).expect("a spill is shorter than a chunk");
        Self { part, chunks, bytes: start..end, spill }
    }
}

/// The first chunk whose last byte lies in `part` or behind it.
fn first_chunk(length: ContentLen, part: u64) -> u64 {
    if part >= length.parts() {
        length.plaintext().chunks()
    } else {
        (part * super::parts::PART_LEN).saturating_sub(NONCE_LEN as u64) / SEALED_CHUNK_LEN as u64
    }
}

/// Collects the values of all parts, and the halves of those that wait for a spill.
pub(crate) struct Joints<'a> {
    length: ContentLen,
    /// Hears of each part once it is whole.
    told: &'a Told<'a>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    values: Vec<Option<PartValue>>,
    waiting: BTreeMap<u64, Half>,
}

/// Half of a part whose other half another worker still has.
enum Half {
    Hashed(Box<PartHasher>),
    Spill(Vec<u8>),
}

impl<'a> Joints<'a> {
    pub(crate) fn new(length: ContentLen, told: &'a Told<'a>) -> Self {
        Self { length, told, state: Mutex::default() }
    }

    /// Hands over the first bytes of the span of `part`, which end the part before it.
    pub(crate) fn spill(&self, part: u64, bytes: &[u8]) -> Result<(), PartError> {
        let Some(before) = part.checked_sub(1) else { return Ok(()) };
        let mut state = self.state();
        match state.waiting.remove(&before) {
            Some(Half::Hashed(mut hasher)) => {
                drop(state);
                hasher.update(bytes)?;
                self.settle(before, hasher.finish()?);
            }
            _ => {
                state.waiting.insert(before, Half::Spill(bytes.to_vec()));
            }
        }
        Ok(())
    }

    /// Hands over the hash of all bytes of `part` that its own span holds.
    pub(crate) fn hashed(&self, part: u64, mut hasher: PartHasher) -> Result<(), PartError> {
        let mut state = self.state();
        if part + 1 < self.length.parts() {
            match state.waiting.remove(&part) {
                Some(Half::Spill(bytes)) => {
                    drop(state);
                    hasher.update(&bytes)?;
                }
                _ => {
                    state.waiting.insert(part, Half::Hashed(Box::new(hasher)));
                    return Ok(());
                }
            }
        } else {
            drop(state);
        }
        self.settle(part, hasher.finish()?);
        Ok(())
    }

    fn settle(&self, part: u64, value: PartValue) {
        self.state().settle(part, value);
        (self.told)(part, value);
    }

    /// The values of all parts and the content hash, once every span has been handed over.
    pub(crate) fn finish(self) -> Result<(Vec<PartValue>, ContentHash), PartError> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let values: Vec<_> = state.values.into_iter().flatten().collect();
        let hash = fold(self.length, &values)?;
        Ok((values, hash))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn settle(&mut self, part: u64, value: PartValue) {
        let index = usize::try_from(part).expect("1 TiB has 262,145 parts");
        if self.values.len() <= index {
            self.values.resize(index + 1, None);
        }
        self.values[index] = Some(value);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]
    use super::super::layout::PlaintextLen;
    use super::super::parts::PART_LEN;
    use super::*;

    fn lengths() -> impl Iterator<Item = ContentLen> {
        let part = PART_LEN;
        [0, 1, 65_535, 65_536, 65_537, 131_072, part - 40, part, part + 1, 3 * part, 65 * part + 7]
            .into_iter()
            .chain((1..40).map(move |step| 64 * 65_536 * step - 700))
            // Contents that end within a few bytes of the border of a part.
            .chain((2 * part - 1100..2 * part - 900).step_by(1))
            .map(|bytes| PlaintextLen::new(bytes).unwrap().content())
    }

    #[test]
    fn spans_cover_every_chunk_and_byte_once() {
        for length in lengths() {
            let (mut chunk, mut byte) = (0, 0);
            for part in 0..length.parts() {
                let span = Span::of(length, part);
                let range = length.part(part).unwrap();
                assert_eq!((span.chunks.start, span.bytes.start), (chunk, byte));
                assert!(span.chunks.start < span.chunks.end);
                assert!(span.bytes.end <= range.end && span.bytes.end > range.start);
                assert_eq!(span.bytes.start + span.spill as u64, range.start);
                assert!(span.spill < SEALED_CHUNK_LEN);
                (chunk, byte) = (span.chunks.end, span.bytes.end);
            }
            assert_eq!((chunk, byte), (length.plaintext().chunks(), length.bytes()));
        }
    }

    #[test]
    fn halves_meet_in_either_order() {
        let length = PlaintextLen::new(3 * PART_LEN).unwrap().content();
        let content: Vec<u8> = (0..length.bytes()).map(|byte| (byte % 251) as u8).collect();
        let bytes = |range: Range<u64>| &content[range.start as usize..range.end as usize];
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
            let told = Mutex::new(Vec::new());
            let tell = |part, value| told.lock().unwrap().push((part, value));
            let joints = Joints::new(length, &tell);
            for part in order {
                let span = Span::of(length, part);
                let (spill, own) = bytes(span.bytes).split_at(span.spill);
                joints.spill(part, spill).unwrap();
                let mut hasher = PartHasher::new(length, part).unwrap();
                hasher.update(own).unwrap();
                joints.hashed(part, hasher).unwrap();
            }
            let (values, hash) = joints.finish().unwrap();
            assert_eq!(values.len(), 4);
            let mut told = told.into_inner().unwrap();
            told.sort_by_key(|(part, _)| *part);
            assert_eq!(told, (0..).zip(values).collect::<Vec<_>>());
            assert_eq!(hash.as_bytes(), blake3::hash(&content).as_bytes());
        }
    }
}
