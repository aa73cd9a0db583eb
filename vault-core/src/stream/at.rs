//! Positional reads and writes: what the stream needs of a file, and no more.
//!
//! The crate names no file outside `disk/`; there `std::fs::File` implements both traits. Positions are absolute, so
//! several workers share one source and one sink without a lock or a cursor.

use std::io;
use std::sync::{Mutex, PoisonError};

/// A source of bytes that can be read at any offset, by several threads at once.
pub trait ReadAt: Sync {
    /// Reads up to `buffer.len()` bytes from `offset`; 0 means that the source ends at or before `offset`.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Reads until `buffer` is full or the source ends, and says how many bytes came.
    fn read_full_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read_at(&mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// Whether the source ends exactly at `length` or before: nothing follows it.
    fn ends_at(&self, length: u64) -> io::Result<bool> {
        Ok(self.read_full_at(&mut [0], length)? == 0)
    }
}

/// A sink of bytes that can be written at any offset, by several threads at once.
pub trait WriteAt: Sync {
    /// Writes all of `bytes` at `offset`.
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
}

/// The same source or sink, seen from `offset` on: a content behind a header.
#[derive(Debug, Clone, Copy)]
pub struct Shifted<T> {
    inner: T,
    offset: u64,
}

impl<T> Shifted<T> {
    /// Position 0 of the result is `offset` of `inner`.
    pub const fn new(inner: T, offset: u64) -> Self {
        Self { inner, offset }
    }

    fn shift(&self, offset: u64) -> io::Result<u64> {
        self.offset.checked_add(offset).ok_or_else(|| io::ErrorKind::InvalidInput.into())
    }
}

impl<T: ReadAt> ReadAt for Shifted<T> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.inner.read_at(buffer, self.shift(offset)?)
    }

    fn ends_at(&self, length: u64) -> io::Result<bool> {
        self.inner.ends_at(self.shift(length)?)
    }
}

impl<T: WriteAt> WriteAt for Shifted<T> {
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.inner.write_all_at(bytes, self.shift(offset)?)
    }
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buffer, offset)
    }

    fn ends_at(&self, length: u64) -> io::Result<bool> {
        (**self).ends_at(length)
    }
}

impl<T: WriteAt + ?Sized> WriteAt for &T {
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        (**self).write_all_at(bytes, offset)
    }
}

impl ReadAt for [u8] {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|offset| self.get(offset..)).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.as_slice().read_at(buffer, offset)
    }
}

/// Memory as a sink: it grows with zero bytes up to the highest position written.
impl WriteAt for Mutex<Vec<u8>> {
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let too_far = || io::Error::from(io::ErrorKind::FileTooLarge);
        let start = usize::try_from(offset).map_err(|_| too_far())?;
        let end = start.checked_add(bytes.len()).ok_or_else(too_far)?;
        let mut memory = self.lock().unwrap_or_else(PoisonError::into_inner);
        if memory.len() < end {
            memory.resize(end, 0);
        }
        memory[start..end].copy_from_slice(bytes);
        drop(memory);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn shifted_source_sees_the_rest() {
        let source = Shifted::new(b"header and content".to_vec(), 11);
        let mut buffer = [0; 16];
        assert_eq!(source.read_full_at(&mut buffer, 0).unwrap(), 7);
        assert_eq!(&buffer[..7], b"content");
        assert!(source.ends_at(7).unwrap());
        assert!(!source.ends_at(6).unwrap());
        assert!(source.read_at(&mut buffer, u64::MAX).is_err());
    }

    #[test]
    fn memory_grows_to_the_highest_position() {
        let sink = Mutex::new(Vec::new());
        Shifted::new(&sink, 2).write_all_at(b"cd", 0).unwrap();
        sink.write_all_at(b"ab", 0).unwrap();
        assert_eq!(sink.into_inner().unwrap(), b"abcd");
    }
}
