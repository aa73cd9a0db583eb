//! `std::fs::File` as a positional source and sink; no cursor is used or moved.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use crate::stream::at::{ReadAt, WriteAt};

impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        FileExt::read_at(self, buffer, offset)
    }
}

impl WriteAt for File {
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        FileExt::write_all_at(self, bytes, offset)
    }
}
