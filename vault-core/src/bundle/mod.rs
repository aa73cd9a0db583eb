//! Several files as one payload: a tar of one exact form (`docs/bundle.md`).
//!
//! The manifest names every file and its size, and with them every byte of the tar that is not a file's own: order,
//! headers, padding, end. The writer makes these bytes, and the reader demands them. So nothing else can be in it (no
//! link, device, folder, path, second entry of a name, set-id bit, hidden tail), and there is no tar to parse: reading
//! and writing both go by position, in the same parallel pass as any payload.
//!
//! Stock `tar` reads the result; a tar made elsewhere is an ordinary single file to us.

mod header;
mod pack;
mod unpack;

#[cfg(test)]
mod tests;

use std::ops::Range;

use thiserror::Error;

pub use pack::Bundle;
pub use unpack::{BundleError, Unbundle};

use crate::item::{FileName, Manifest};
use crate::limits::FILES_MAX;
use crate::stream::PlaintextLen;

/// Where everything lies in the tar of certain files.
#[derive(Debug, Clone)]
pub struct Layout {
    pieces: Vec<Piece>,
    files: usize,
    length: PlaintextLen,
}

#[derive(Debug, Clone)]
struct Piece {
    bytes: Range<u64>,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// The headers before file `file`.
    Header { file: usize, bytes: Vec<u8> },
    /// File `file` itself.
    File { file: usize },
    /// Zero bytes up to the next block, or the end mark.
    Zeros,
}

/// Files that cannot be put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// None, or more than a manifest holds.
    #[error("{0} files cannot be put together; 1 to {FILES_MAX} can")]
    Count(usize),
    /// Two names are the same, or differ in case only.
    #[error("files {first} and {second} have the same name")]
    SameName {
        /// One of them, counted from 1.
        first: usize,
        /// The other.
        second: usize,
    },
    /// Together longer than a payload may be.
    #[error("the files together are longer than 1 TiB")]
    TooLong,
}

impl Layout {
    /// The layout of files with these names and sizes in bytes, in this order.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a FileName, u64)>) -> Result<Self, LayoutError> {
        let mut layout = Self { pieces: Vec::new(), files: 0, length: PlaintextLen::ZERO };
        let mut names = std::collections::BTreeMap::new();
        for (name, size) in files {
            let file = layout.files;
            if let Some(first) = names.insert(name.folded(), file) {
                return Err(LayoutError::SameName { first: first + 1, second: file + 1 });
            }
            let bytes = header::headers(file, name, size);
            layout.add(bytes.len() as u64, Kind::Header { file, bytes })?;
            layout.add(size, Kind::File { file })?;
            layout.add(size.next_multiple_of(header::BLOCK_LEN) - size, Kind::Zeros)?;
            layout.files += 1;
        }
        if layout.files == 0 || layout.files > FILES_MAX {
            return Err(LayoutError::Count(layout.files));
        }
        layout.add(2 * header::BLOCK_LEN, Kind::Zeros)?;
        Ok(layout)
    }

    /// The layout of the files a manifest names. A manifest of one plain file has none: it is not a tar.
    pub fn of_manifest(manifest: &Manifest) -> Result<Self, LayoutError> {
        Self::new(manifest.files.iter().map(|file| (&file.name, file.size)))
    }

    /// The layout of one file that stands for itself: no header, no padding.
    pub fn of_plain_file(length: PlaintextLen) -> Self {
        let piece = Piece { bytes: 0..length.bytes(), kind: Kind::File { file: 0 } };
        Self { pieces: vec![piece], files: 1, length }
    }

    /// The length of the tar in bytes: what the payload's plaintext must have.
    pub const fn length(&self) -> PlaintextLen {
        self.length
    }

    fn add(&mut self, len: u64, kind: Kind) -> Result<(), LayoutError> {
        let start = self.length.bytes();
        self.length =
            start.checked_add(len).and_then(|end| PlaintextLen::new(end).ok()).ok_or(LayoutError::TooLong)?;
        // Empty pieces are kept: an empty file may grow while it is read.
        self.pieces.push(Piece { bytes: start..self.length.bytes(), kind });
        Ok(())
    }

    /// The pieces from the one that holds `offset` on.
    fn pieces_from(&self, offset: u64) -> &[Piece] {
        &self.pieces[self.pieces.partition_point(|piece| piece.bytes.end <= offset)..]
    }
}
