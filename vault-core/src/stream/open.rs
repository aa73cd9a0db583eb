//! Opening a payload: read, hash, decrypt and write in one parallel pass (`docs/item.md`, "Payload").
//!
//! The whole content is proved, by its hash and by every chunk's tag, before [`open`] returns; until then the caller
//! keeps the output private, and removes it when an error comes. A pipe cannot take back what it was given, so
//! [`open_to`] proves everything first and decrypts a second time while it writes.

use std::io::{self, Read, Write};

use thiserror::Error;
use vault_keys::secret::FileKey;
use zeroize::Zeroizing;

use super::at::{ReadAt, WriteAt};
use super::chunk::ChunkCipher;
use super::joint::{Joints, Span};
use super::layout::{CHUNK_LEN, ContentLen, NONCE_LEN, PlaintextLen, SEALED_CHUNK_LEN, TAG_LEN};
use super::nonce::{PayloadNonce, Position};
use super::parts::{ContentHash, PartError, PartHasher};
use super::progress::Work;
use super::seek::SealedReader;
use super::workers::{Pass, Stopped, for_each_span};

/// What the content must be, as the label says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// Its length; the source must end there.
    pub length: ContentLen,
    /// Its hash; `None` for a plain age file, which names none.
    pub blake3: Option<ContentHash>,
}

/// Why nothing was opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The sealed payload cannot be read.
    #[error("the sealed payload cannot be read")]
    Input(#[source] io::Error),
    /// The source ends before the content does.
    #[error("the payload was cut short: it should be {expected} bytes long and ends before byte {at}")]
    Truncated {
        /// The length it should have.
        expected: ContentLen,
        /// Where the piece that could not be read ends.
        at: u64,
    },
    /// The source goes on behind the content.
    #[error("something was added behind the payload of {expected} bytes")]
    TrailingBytes {
        /// The length the content should have.
        expected: ContentLen,
    },
    /// A chunk does not open: damaged, moved, cut, or sealed under another file key.
    #[error("chunk {index} of the payload does not open: it was changed, or belongs to another file")]
    Chunk {
        /// Counted from 0; the lowest-numbered damaged one is not promised.
        index: u64,
    },
    /// Every chunk opens, yet this is not the content the label names: another holder of the file key swapped it.
    #[error("the payload is not the one the label names")]
    OtherContent,
    /// The output cannot be written: disk full, quota, closed pipe, or worse.
    #[error("the opened file cannot be written")]
    Output(#[source] io::Error),
    /// [`Progress::cancel`](super::Progress::cancel) was called.
    #[error("opening was cancelled")]
    Cancelled,
    /// Our own parts do not add up: a fault of this program.
    #[error("the parts of the payload do not add up; this is a fault of the program")]
    Parts(#[from] PartError),
}

impl From<Stopped> for OpenError {
    fn from(Stopped: Stopped) -> Self {
        Self::Cancelled
    }
}

/// Opens the content that `input` is from position 0 to its end, and writes the plaintext to `output`.
///
/// `output` must be private, and removed unless this returns `Ok`: chunks are written as soon as their own tag holds,
/// before the content hash is known.
pub fn open(
    input: &(impl ReadAt + ?Sized),
    content: &Content,
    file_key: &FileKey,
    output: &(impl WriteAt + ?Sized),
    work: &Work<'_>,
) -> Result<PlaintextLen, OpenError> {
    let length = content.length;
    if !input.ends_at(length.bytes()).map_err(OpenError::Input)? {
        return Err(OpenError::TrailingBytes { expected: length });
    }
    let nonce = read_nonce(input, length)?;
    let opening = Opening { input, output, length, cipher: ChunkCipher::new(file_key, &nonce), nonce };
    let joints = Joints::new(length, &|_, _| {});
    for_each_span(length, work, Buffers::new, |pass, buffers, span| {
        opening.span(pass, buffers, &joints, &span)
    })?;
    let (_, hash) = joints.finish()?;
    if content.blake3.is_some_and(|expected| expected != hash) {
        return Err(OpenError::OtherContent);
    }
    Ok(length.plaintext())
}

/// Proves a content as [`open`] does, and keeps nothing of the plaintext.
pub fn verify(
    input: &(impl ReadAt + ?Sized),
    content: &Content,
    file_key: &FileKey,
    work: &Work<'_>,
) -> Result<PlaintextLen, OpenError> {
    open(input, content, file_key, &Nowhere, work)
}

/// Opens into a pipe: proves the whole content first, then decrypts it again chunk by chunk while writing.
///
/// Each chunk's tag is checked again: a source that is damaged in between ends the stream with an error. Whoever knows
/// the file key could make other bytes open, so nobody else may write to the source meanwhile.
pub fn open_to(
    input: &(impl ReadAt + ?Sized),
    content: &Content,
    file_key: &FileKey,
    mut output: impl Write,
    work: &Work<'_>,
) -> Result<PlaintextLen, OpenError> {
    let length = verify(input, content, file_key, work)?;
    let mut reader = SealedReader::new(input, content.length, file_key)?;
    let mut chunk = Zeroizing::new(vec![0; CHUNK_LEN]);
    loop {
        let count = reader.read(&mut chunk).map_err(OpenError::Input)?;
        if count == 0 {
            break;
        }
        output.write_all(&chunk[..count]).map_err(OpenError::Output)?;
        if work.progress.is_cancelled() {
            return Err(OpenError::Cancelled);
        }
    }
    output.flush().map_err(OpenError::Output)?;
    Ok(length)
}

/// Reads the payload nonce at the front of a content.
pub(crate) fn read_nonce(
    input: &(impl ReadAt + ?Sized),
    length: ContentLen,
) -> Result<PayloadNonce, OpenError> {
    let mut nonce = [0; NONCE_LEN];
    if input.read_full_at(&mut nonce, 0).map_err(OpenError::Input)? < NONCE_LEN {
        return Err(OpenError::Truncated { expected: length, at: NONCE_LEN as u64 });
    }
    Ok(PayloadNonce::from_bytes(nonce))
}

/// Which nonce ending chunk `index` of a content must have.
pub(crate) const fn position(length: ContentLen, index: u64) -> Position {
    if index + 1 == length.plaintext().chunks() { Position::Last } else { Position::Inner }
}

/// Ciphertext is read and hashed in pieces that end at multiples of this, counted from the start of the part: BLAKE3
/// is fast on whole subtrees only, and a piece stays in a core's own cache until it is decrypted.
const PIECE_LEN: usize = 256 * 1024;

struct Opening<'a, I: ?Sized, O: ?Sized> {
    input: &'a I,
    output: &'a O,
    length: ContentLen,
    cipher: ChunkCipher,
    nonce: PayloadNonce,
}

/// How many bytes of whole chunks went in, and how many came out.
struct Opened {
    sealed: usize,
    plaintext: usize,
}

struct Buffers {
    sealed: Vec<u8>,
    plaintext: Zeroizing<Vec<u8>>,
}

impl Buffers {
    fn new() -> Self {
        // A piece behind the rest of a chunk; and the chunks that can be whole in that.
        let sealed = PIECE_LEN + SEALED_CHUNK_LEN;
        Self {
            sealed: vec![0; sealed],
            plaintext: Zeroizing::new(vec![0; sealed.div_ceil(SEALED_CHUNK_LEN) * CHUNK_LEN]),
        }
    }
}

impl<I: ReadAt + ?Sized, O: WriteAt + ?Sized> Opening<'_, I, O> {
    fn span(
        &self,
        pass: &Pass<'_>,
        buffers: &mut Buffers,
        joints: &Joints<'_>,
        span: &Span,
    ) -> Result<(), OpenError> {
        let Buffers { sealed, plaintext } = buffers;
        let mut hasher = PartHasher::new(self.length, span.part)?;
        let mut chunks = span.chunks.clone();
        // `sealed[..filled]` holds content bytes up to `end`; those not yet part of a whole chunk come first.
        let (mut end, mut filled) = (span.bytes.start, 0);
        let mut piece_end = span.bytes.start + (span.spill + PIECE_LEN) as u64;
        while end < span.bytes.end {
            piece_end = piece_end.min(span.bytes.end);
            let piece_len = usize::try_from(piece_end - end).expect("a piece is small");
            let piece = &mut sealed[filled..filled + piece_len];
            if self.input.read_full_at(piece, end).map_err(OpenError::Input)? < piece_len {
                return Err(OpenError::Truncated { expected: self.length, at: piece_end });
            }
            let mut own = &*piece;
            let mut consumed = 0;
            if end == span.bytes.start {
                if span.part == 0 {
                    // What is hashed here must be what the payload key was derived from.
                    piece[..NONCE_LEN].copy_from_slice(self.nonce.as_bytes());
                    own = piece;
                    consumed = NONCE_LEN;
                } else {
                    let (spill, rest) = own.split_at(span.spill);
                    joints.spill(span.part, spill)?;
                    own = rest;
                }
            }
            hasher.update(own)?;
            end = piece_end;
            filled += piece_len;
            piece_end += PIECE_LEN as u64;
            let opened = self.chunks(&sealed[consumed..filled], &mut chunks, plaintext)?;
            consumed += opened.sealed;
            sealed.copy_within(consumed..filled, 0);
            filled -= consumed;
            pass.advance(opened.plaintext as u64)?;
        }
        joints.hashed(span.part, hasher)?;
        Ok(())
    }

    /// Opens the whole chunks at the front of `sealed`, writes them, and says how long they were.
    fn chunks(
        &self,
        sealed: &[u8],
        chunks: &mut std::ops::Range<u64>,
        plaintext: &mut [u8],
    ) -> Result<Opened, OpenError> {
        let first = chunks.start;
        let (mut consumed, mut opened) = (0, 0);
        while !chunks.is_empty() {
            let index = chunks.start;
            let range = self.length.chunk(index);
            let chunk_len = usize::try_from(range.end - range.start).expect("a chunk is small");
            let Some(chunk) = sealed.get(consumed..consumed + chunk_len) else { break };
            let opened_end = opened + chunk_len - TAG_LEN;
            self.cipher
                .open(index, position(self.length, index), chunk, &mut plaintext[opened..opened_end])
                .map_err(|_| OpenError::Chunk { index })?;
            consumed += chunk_len;
            opened = opened_end;
            chunks.start += 1;
        }
        if opened > 0 {
            let start = self.length.plaintext().chunk(first).start;
            self.output.write_all_at(&plaintext[..opened], start).map_err(OpenError::Output)?;
        }
        Ok(Opened { sealed: consumed, plaintext: opened })
    }
}

/// A sink that keeps nothing.
pub(crate) struct Nowhere;

impl WriteAt for Nowhere {
    fn write_all_at(&self, _: &[u8], _: u64) -> io::Result<()> {
        Ok(())
    }
}
