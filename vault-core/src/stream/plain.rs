//! A sealed payload read as its plaintext by several threads at once: what sealing it anew reads from.
//!
//! Every read opens the chunk it lies in, so reads should be whole chunks, as those of [`seal`](super::seal::seal) are.
//! Each chunk's own tag is checked; the content hash is not, which whoever seals anew proves by the outcome.

use std::io;

use vault_keys::secret::FileKey;
use zeroize::Zeroizing;

use super::at::ReadAt;
use super::chunk::ChunkCipher;
use super::layout::{CHUNK_LEN, ContentLen, SEALED_CHUNK_LEN, TAG_LEN};
use super::open::{OpenError, position, read_nonce};
use super::seek::into_io;

/// The plaintext of a content, at any offset.
///
/// Errors come as [`io::ErrorKind::InvalidData`] around an [`OpenError`], or as the source's own error.
pub struct PlaintextAt<R> {
    input: R,
    length: ContentLen,
    cipher: ChunkCipher,
}

impl<R: ReadAt> PlaintextAt<R> {
    /// The plaintext of the content of `length` bytes that begins at position 0 of `input`.
    ///
    /// # Errors
    /// [`OpenError`] if its nonce cannot be read.
    pub fn new(input: R, length: ContentLen, file_key: &FileKey) -> Result<Self, OpenError> {
        let nonce = read_nonce(&input, length)?;
        Ok(Self { cipher: ChunkCipher::new(file_key, &nonce), input, length })
    }

    fn open(&self, index: u64, plaintext: &mut [u8]) -> Result<(), OpenError> {
        let range = self.length.chunk(index);
        let mut sealed = [0; SEALED_CHUNK_LEN];
        let sealed = &mut sealed[..plaintext.len() + TAG_LEN];
        if self.input.read_full_at(sealed, range.start).map_err(OpenError::Input)? < sealed.len() {
            return Err(OpenError::Truncated { expected: self.length, at: range.end });
        }
        let opened = self.cipher.open(index, position(self.length, index), sealed, plaintext);
        opened.map_err(|_| OpenError::Chunk { index })
    }
}

impl<R: ReadAt> ReadAt for PlaintextAt<R> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let length = self.length.plaintext();
        if buffer.is_empty() || offset >= length.bytes() {
            return Ok(0);
        }
        let index = offset / CHUNK_LEN as u64;
        let range = length.chunk(index);
        let chunk_len = usize::try_from(range.end - range.start).expect("a chunk is small");
        if offset == range.start && buffer.len() >= chunk_len {
            self.open(index, &mut buffer[..chunk_len]).map_err(into_io)?;
            return Ok(chunk_len);
        }
        let mut chunk = Zeroizing::new(vec![0; chunk_len]);
        self.open(index, &mut chunk).map_err(into_io)?;
        let within = usize::try_from(offset - range.start).expect("a chunk is small");
        let rest = &chunk[within..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

impl<R> std::fmt::Debug for PlaintextAt<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlaintextAt").field("length", &self.length).finish_non_exhaustive()
    }
}
