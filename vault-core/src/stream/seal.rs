//! Sealing a payload: read, encrypt, hash and write in one parallel pass (`docs/item.md`, "Payload").
//!
//! Every input byte is read once and every chunk is sealed once, so that a file changing underneath can spoil the
//! item but never make one key and nonce encrypt two texts. Memory is fixed: a buffer per thread.

use std::io;

use thiserror::Error;
use vault_keys::secret::FileKey;
use zeroize::Zeroizing;

use super::at::{ReadAt, WriteAt};
use super::chunk::ChunkCipher;
use super::joint::{Joints, Span};
use super::layout::{CHUNK_LEN, ContentLen, NONCE_LEN, PlaintextLen, SEALED_CHUNK_LEN, TAG_LEN};
use super::nonce::{PayloadNonce, Position};
use super::parts::{ContentHash, PartError, PartHasher, PartValue, Told};
use super::progress::Work;
use super::workers::{Pass, Stopped, for_each_span};

/// A payload that was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Bytes written: nonce, chunks and tags.
    pub length: ContentLen,
    /// BLAKE3 of all of them.
    pub blake3: ContentHash,
    /// The value of each part, in order.
    pub parts: Vec<PartValue>,
}

/// Why nothing was sealed. What was written to the output by then is worthless and to be removed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SealError {
    /// The input cannot be read.
    #[error("the input cannot be read")]
    Input(#[source] io::Error),
    /// The input ended before its length: it was cut while it was sealed.
    #[error(
        "the input became shorter while it was sealed: it was {expected} bytes long and ends before byte {at}"
    )]
    InputShrank {
        /// Its length when sealing began.
        expected: PlaintextLen,
        /// Where the chunk that could not be filled ends.
        at: u64,
    },
    /// The input goes on behind its length: it was added to while it was sealed.
    #[error("the input became longer while it was sealed: it was {expected} bytes long")]
    InputGrew {
        /// Its length when sealing began.
        expected: PlaintextLen,
    },
    /// The output cannot be written: disk full, quota, or worse.
    #[error("the sealed payload cannot be written")]
    Output(#[source] io::Error),
    /// [`Progress::cancel`](super::Progress::cancel) was called.
    #[error("sealing was cancelled")]
    Cancelled,
    /// Our own parts do not add up: a fault of this program.
    #[error("the parts of the payload do not add up; this is a fault of the program")]
    Parts(#[from] PartError),
}

impl From<Stopped> for SealError {
    fn from(Stopped: Stopped) -> Self {
        Self::Cancelled
    }
}

/// Seals the first `length` bytes of `input`, which must be all of it, into `output` from position 0 on.
///
/// `file_key` with `nonce` seals this one input and never another; the nonce is therefore used up. To write behind a
/// header, hand in [`Shifted`](super::at::Shifted).
pub fn seal(
    input: &(impl ReadAt + ?Sized),
    length: PlaintextLen,
    file_key: &FileKey,
    nonce: PayloadNonce,
    output: &(impl WriteAt + ?Sized),
    work: &Work<'_>,
) -> Result<Sealed, SealError> {
    seal_telling(input, length, file_key, nonce, output, work, &|_, _| {})
}

/// The same, and `told` hears of each part as soon as the output has it.
pub fn seal_telling(
    input: &(impl ReadAt + ?Sized),
    length: PlaintextLen,
    file_key: &FileKey,
    nonce: PayloadNonce,
    output: &(impl WriteAt + ?Sized),
    work: &Work<'_>,
    told: &Told<'_>,
) -> Result<Sealed, SealError> {
    let sealing =
        Sealing { input, output, plaintext: length, cipher: ChunkCipher::new(file_key, &nonce), nonce };
    let joints = Joints::new(length.content(), told);
    for_each_span(length.content(), work, Buffer::new, |pass, buffer, span| {
        sealing.span(pass, buffer, &joints, &span)
    })?;
    if !input.ends_at(length.bytes()).map_err(SealError::Input)? {
        return Err(SealError::InputGrew { expected: length });
    }
    let (parts, blake3) = joints.finish()?;
    Ok(Sealed { length: length.content(), blake3, parts })
}

/// Bytes are hashed and written in pieces that end at multiples of this: BLAKE3 is fast on whole subtrees only.
const ALIGNMENT: u64 = 64 * 1024;
/// A piece is at least this long; small enough to stay in a core's own cache between read, seal, hash and write.
const PIECE_LEN: usize = 4 * SEALED_CHUNK_LEN;

struct Sealing<'a, I: ?Sized, O: ?Sized> {
    input: &'a I,
    output: &'a O,
    plaintext: PlaintextLen,
    cipher: ChunkCipher,
    nonce: PayloadNonce,
}

/// Content bytes on their way from the input to the output; plaintext until sealed, hence wiped.
struct Buffer(Zeroizing<Vec<u8>>);

impl Buffer {
    fn new() -> Self {
        // Room for a spill, a rest below the alignment, a piece, and the chunk that overfills it.
        Self(Zeroizing::new(vec![0; PIECE_LEN + 3 * SEALED_CHUNK_LEN]))
    }
}

impl<I: ReadAt + ?Sized, O: WriteAt + ?Sized> Sealing<'_, I, O> {
    fn span(
        &self,
        pass: &Pass<'_>,
        buffer: &mut Buffer,
        joints: &Joints<'_>,
        span: &Span,
    ) -> Result<(), SealError> {
        let buffer = buffer.0.as_mut_slice();
        let mut hasher = PartHasher::new(self.plaintext.content(), span.part)?;
        let (mut start, mut filled, mut spill) = (span.bytes.start, 0, span.spill);
        if span.part == 0 {
            buffer[..NONCE_LEN].copy_from_slice(self.nonce.as_bytes());
            filled = NONCE_LEN;
        }
        for index in span.chunks.clone() {
            let chunk_len = self.chunk(index, &mut buffer[filled..])?;
            filled += chunk_len + TAG_LEN;
            pass.advance(chunk_len as u64)?;
            let last = index + 1 == span.chunks.end;
            if filled < PIECE_LEN && !last {
                continue;
            }
            let ready = if last { filled } else { filled - rest_below_alignment(start, filled) };
            self.output.write_all_at(&buffer[..ready], start).map_err(SealError::Output)?;
            if start == span.bytes.start {
                // Also when it is empty: the part before waits for it.
                joints.spill(span.part, &buffer[..spill])?;
            }
            hasher.update(&buffer[spill..ready])?;
            spill = 0;
            buffer.copy_within(ready..filled, 0);
            start += ready as u64;
            filled -= ready;
        }
        joints.hashed(span.part, hasher)?;
        Ok(())
    }

    /// Reads and seals chunk `index` at the front of `buffer`; returns its plaintext length.
    fn chunk(&self, index: u64, buffer: &mut [u8]) -> Result<usize, SealError> {
        let range = self.plaintext.chunk(index);
        let chunk_len = usize::try_from(range.end - range.start).unwrap_or(CHUNK_LEN);
        let (chunk, rest) = buffer.split_at_mut(chunk_len);
        let count = self.input.read_full_at(chunk, range.start).map_err(SealError::Input)?;
        if count < chunk_len {
            return Err(SealError::InputShrank { expected: self.plaintext, at: range.end });
        }
        let position = if index + 1 == self.plaintext.chunks() { Position::Last } else { Position::Inner };
        rest[..TAG_LEN].copy_from_slice(&self.cipher.seal(index, position, chunk));
        Ok(chunk_len)
    }
}

/// How many of the last of `filled` bytes, the first of them at `start`, lie behind the last aligned position.
fn rest_below_alignment(start: u64, filled: usize) -> usize {
    usize::try_from((start + filled as u64) % ALIGNMENT).expect("the alignment is small")
}
