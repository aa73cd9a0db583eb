//! An item as one run of bytes: the header read from its front, the content behind it.

use std::io;

use thiserror::Error;

use crate::item::{HeaderError, ItemError, ItemHeader};
use crate::limits::HEADER_MAX;
use crate::stream::at::{ReadAt, Shifted};

/// An item file: its header, and its content as a source of its own.
#[derive(Debug)]
pub struct ItemSource<R> {
    /// The header; parsed, nothing verified.
    pub header: ItemHeader,
    /// Every byte behind it.
    pub content: Shifted<R>,
}

/// Why no header could be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The bytes cannot be read.
    #[error("the item cannot be read")]
    Input(#[source] io::Error),
    /// They do not begin with the header of an item.
    #[error(transparent)]
    Item(#[from] ItemError),
}

impl<R: ReadAt> ItemSource<R> {
    /// Reads the header at the front of `input`; the content is not touched.
    ///
    /// # Errors
    /// [`SourceError::Item`] with [`HeaderError::Incomplete`] inside if the file ends within its header.
    pub fn read(input: R) -> Result<Self, SourceError> {
        let header = read_header(&input)?;
        let content = Shifted::new(input, header.len() as u64);
        Ok(Self { header, content })
    }
}

/// Most headers are a few KiB: read that much first, and the most a header may have only where it does not suffice.
fn read_header(input: &impl ReadAt) -> Result<ItemHeader, SourceError> {
    let mut bytes = Vec::new();
    for wanted in [FIRST_READ, HEADER_MAX + 1] {
        let have = bytes.len();
        bytes.resize(wanted, 0);
        let count = input.read_full_at(&mut bytes[have..], have as u64).map_err(SourceError::Input)?;
        bytes.truncate(have + count);
        match ItemHeader::parse(&bytes) {
            Err(ItemError::Header(HeaderError::Incomplete))
                if bytes.len() == wanted && wanted == FIRST_READ => {}
            Err(ItemError::Header(HeaderError::Incomplete)) if bytes.len() > HEADER_MAX => {
                return Err(ItemError::TooLarge { part: None, found: bytes.len(), max: HEADER_MAX }.into());
            }
            other => return Ok(other?),
        }
    }
    Err(ItemError::Header(HeaderError::Incomplete).into())
}

const FIRST_READ: usize = 16 * 1024;
