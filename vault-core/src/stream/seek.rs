//! Reading in the middle of a sealed payload: one chunk at a time, each checked before a byte of it is given out.
//!
//! Making a reader opens the last chunk, which proves the length (age v1, "Payload": seeking to the end must check the
//! last chunk). It does not prove the content hash: whoever needs that calls [`verify`](super::open::verify) first.

use std::io::{self, Read, Seek, SeekFrom};

use vault_keys::secret::FileKey;
use zeroize::Zeroizing;

use super::at::ReadAt;
use super::chunk::ChunkCipher;
use super::layout::{CHUNK_LEN, ContentLen, SEALED_CHUNK_LEN, TAG_LEN};
use super::open::{OpenError, position, read_nonce};

/// The plaintext of a content, as [`Read`] and [`Seek`].
///
/// Errors come as [`io::ErrorKind::InvalidData`] around an [`OpenError`], or as the source's own error.
pub struct SealedReader<R> {
    input: R,
    length: ContentLen,
    cipher: ChunkCipher,
    offset: u64,
    held: Option<u64>,
    sealed: Vec<u8>,
    plaintext: Zeroizing<Vec<u8>>,
}

impl<R: ReadAt> SealedReader<R> {
    /// A reader of the content of `length` bytes that begins at position 0 of `input`, set to its beginning.
    pub fn new(input: R, length: ContentLen, file_key: &FileKey) -> Result<Self, OpenError> {
        let nonce = read_nonce(&input, length)?;
        let mut reader = Self {
            input,
            length,
            cipher: ChunkCipher::new(file_key, &nonce),
            offset: 0,
            held: None,
            sealed: vec![0; SEALED_CHUNK_LEN],
            plaintext: Zeroizing::new(vec![0; CHUNK_LEN]),
        };
        reader.load(length.plaintext().chunks() - 1)?;
        Ok(reader)
    }

    /// The length of the plaintext in bytes.
    pub const fn plaintext_len(&self) -> u64 {
        self.length.plaintext().bytes()
    }

    /// Reads, opens and keeps chunk `index`; returns its plaintext.
    fn load(&mut self, index: u64) -> Result<&[u8], OpenError> {
        let range = self.length.chunk(index);
        let sealed_len = usize::try_from(range.end - range.start).expect("a chunk is small");
        let plaintext_len = sealed_len - TAG_LEN;
        if self.held != Some(index) {
            self.held = None;
            let sealed = &mut self.sealed[..sealed_len];
            if self.input.read_full_at(sealed, range.start).map_err(OpenError::Input)? < sealed_len {
                return Err(OpenError::Truncated { expected: self.length, at: range.end });
            }
            self.cipher
                .open(index, position(self.length, index), sealed, &mut self.plaintext[..plaintext_len])
                .map_err(|_| OpenError::Chunk { index })?;
            self.held = Some(index);
        }
        Ok(&self.plaintext[..plaintext_len])
    }
}

impl<R: ReadAt> Read for SealedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.offset >= self.plaintext_len() {
            return Ok(0);
        }
        let offset = self.offset;
        let chunk = self.load(offset / CHUNK_LEN as u64).map_err(into_io)?;
        let within = usize::try_from(offset % CHUNK_LEN as u64).expect("a chunk is small");
        let rest = &chunk[within..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.offset += count as u64;
        Ok(count)
    }
}

impl<R: ReadAt> Seek for SealedReader<R> {
    fn seek(&mut self, target: SeekFrom) -> io::Result<u64> {
        let offset = match target {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(distance) => self.plaintext_len().checked_add_signed(distance),
            SeekFrom::Current(distance) => self.offset.checked_add_signed(distance),
        };
        self.offset = offset.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.offset)
    }
}

impl<R> std::fmt::Debug for SealedReader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedReader").field("length", &self.length).field("offset", &self.offset).finish()
    }
}

pub(super) fn into_io(error: OpenError) -> io::Error {
    match error {
        OpenError::Input(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other),
    }
}
