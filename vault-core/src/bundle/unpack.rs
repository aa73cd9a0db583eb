//! A tar taken apart while it is opened: every byte goes to its file, or must be the one the layout says.

use std::io;

use thiserror::Error;

use super::{Kind, Layout, header};
use crate::stream::at::WriteAt;

/// A sink for an opened tar. Each file's bytes go to a sink of their own.
///
/// It checks what it is given; that everything was given, the caller knows from the length of the payload, which must
/// be [`Layout::length`]. An error is an [`io::ErrorKind::InvalidData`] around a [`BundleError`], or a sink's own.
#[derive(Debug)]
pub struct Unbundle<W> {
    layout: Layout,
    files: Vec<W>,
}

/// A payload that is not the tar of the files its manifest names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BundleError {
    /// A header says something else: another name or size, a link, a device, a mode, whatever.
    #[error("entry {entry} of the bundle is not the file the manifest names: its {field} differs")]
    Header {
        /// The entry, counted from 1.
        entry: usize,
        /// The field that differs first.
        field: &'static str,
    },
    /// Something stands where only zero bytes may stand.
    #[error("something is hidden between or behind the files of the bundle, at byte {at}")]
    Hidden {
        /// Where in the plaintext.
        at: u64,
    },
    /// More bytes than the files make.
    #[error("the bundle is longer than its files")]
    TooLong,
}

impl<W> Unbundle<W> {
    /// `files` in the order of `layout`, each empty; `None` if they are not as many.
    pub fn new(layout: Layout, files: Vec<W>) -> Option<Self> {
        (layout.files == files.len()).then_some(Self { layout, files })
    }

    /// The sinks, in order.
    pub fn into_files(self) -> Vec<W> {
        self.files
    }
}

impl<W: WriteAt> WriteAt for Unbundle<W> {
    fn write_all_at(&self, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
        for piece in self.layout.pieces_from(offset) {
            if bytes.is_empty() {
                return Ok(());
            }
            let within = offset - piece.bytes.start;
            let rest = usize::try_from(piece.bytes.end - offset).unwrap_or(usize::MAX);
            let (here, behind) = bytes.split_at(rest.min(bytes.len()));
            match &piece.kind {
                Kind::Header { file, bytes } => same_header(*file, bytes, here, within)?,
                Kind::File { file } => self.files[*file].write_all_at(here, within)?,
                Kind::Zeros => {
                    if let Some(position) = here.iter().position(|byte| *byte != 0) {
                        return Err(refused(BundleError::Hidden { at: offset + position as u64 }));
                    }
                }
            }
            offset += here.len() as u64;
            bytes = behind;
        }
        if bytes.is_empty() { Ok(()) } else { Err(refused(BundleError::TooLong)) }
    }
}

/// Holds bytes from position `within` of a file's headers against the ones they must be.
fn same_header(file: usize, expected: &[u8], found: &[u8], within: u64) -> io::Result<()> {
    let start = usize::try_from(within).unwrap_or(usize::MAX);
    // The last block is the file's own; what stands before it is the pax record of its name.
    let own = expected.len() - 512;
    let mut differing = found
        .iter()
        .enumerate()
        .filter(|(at, byte)| expected.get(start + at) != Some(byte))
        .map(|(at, _)| (start + at).checked_sub(own).map_or("name", header::field_at))
        .peekable();
    let Some(&first) = differing.peek() else { return Ok(()) };
    // The checksum follows from the other fields: it is named only if they are right.
    let field = differing.find(|field| *field != header::CHECKSUM).unwrap_or(first);
    Err(refused(BundleError::Header { entry: file + 1, field }))
}

fn refused(error: BundleError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
