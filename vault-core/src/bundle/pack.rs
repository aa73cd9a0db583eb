//! Files read as the one tar they make; the tar itself never exists in the clear.

use std::io;

use super::{Kind, Layout};
use crate::stream::at::ReadAt;

/// The tar of several files, as a source to seal. Nothing is copied or kept: reads go to the files by position.
#[derive(Debug)]
pub struct Bundle<S> {
    layout: Layout,
    files: Vec<S>,
}

impl<S> Bundle<S> {
    /// `files` in the order of `layout`; `None` if they are not as many.
    pub fn new(layout: Layout, files: Vec<S>) -> Option<Self> {
        (layout.files == files.len()).then_some(Self { layout, files })
    }

    /// The layout.
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }
}

impl<S: ReadAt> ReadAt for Bundle<S> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let Some(piece) = self.layout.pieces_from(offset).first() else { return Ok(0) };
        let within = offset - piece.bytes.start;
        let rest = usize::try_from(piece.bytes.end - offset).unwrap_or(usize::MAX);
        let count = rest.min(buffer.len());
        let buffer = &mut buffer[..count];
        match &piece.kind {
            Kind::Header { bytes, .. } => bytes.as_slice().read_at(buffer, within),
            // A file that shrank reads as nothing here, and so as an input that shrank.
            Kind::File { file } => self.files[*file].read_at(buffer, within),
            Kind::Zeros => {
                buffer.fill(0);
                Ok(count)
            }
        }
    }

    /// Whether `length` is the length of the tar, and none of its files has grown.
    fn ends_at(&self, length: u64) -> io::Result<bool> {
        if length < self.layout.length.bytes() {
            return Ok(false);
        }
        for piece in &self.layout.pieces {
            if let Kind::File { file } = piece.kind
                && !self.files[file].ends_at(piece.bytes.end - piece.bytes.start)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
