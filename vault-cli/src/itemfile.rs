//! An item on disk: its header read and checked for form, its length compared with what the label says.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;

use vault_core::admission::Code;
use vault_core::disk::private::PrivateFile;
use vault_core::item::header::HeaderError;
use vault_core::item::{ItemError, ItemHeader};
use vault_core::limits::AGE_HEADER_MAX;
use vault_core::stream::ContentLen;
use vault_relay::client::Payload;

use crate::error::{Failure, Kind, Outcome};
use crate::msg;
use crate::sealing::storage_full;

/// A file that begins with an item's header.
#[derive(Debug)]
pub struct ItemFile {
    /// The open file.
    pub file: File,
    /// Its header.
    pub header: ItemHeader,
    /// Bytes after the header.
    pub content_bytes: u64,
}

impl ItemFile {
    /// Opens a file and reads the header; the content is not touched.
    ///
    /// # Errors
    /// It cannot be read or is no item.
    pub fn open(path: &Path) -> Outcome<Self> {
        let fail = |error: io::Error| Failure::io(path, &error);
        let mut file = File::open(path).map_err(fail)?;
        let length = file.metadata().map_err(fail)?.len();
        let mut bytes = Vec::new();
        // Most headers are a few KiB: read that much first, and more only where it does not suffice.
        for wanted in [16 * 1024, AGE_HEADER_MAX as u64 + 1] {
            let have = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            (&mut file).take(wanted.saturating_sub(have)).read_to_end(&mut bytes).map_err(fail)?;
            match ItemHeader::parse(&bytes) {
                Err(ItemError::Header(HeaderError::Incomplete)) => {}
                Err(error) => return Err(item_failure(&error)),
                Ok(header) => {
                    let content_bytes = length.saturating_sub(header.len() as u64);
                    return Ok(Self { file, header, content_bytes });
                }
            }
        }
        Err(item_failure(&ItemError::Header(HeaderError::Incomplete)))
    }

    /// Whether as many bytes follow the header as the label says.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.content_bytes == self.header.label().value().content.length
    }

    /// The content behind the header, as it is handed to the relay.
    ///
    /// # Errors
    /// The file is not whole.
    pub fn into_payload(self) -> Outcome<Payload> {
        let changed = || {
            Failure::new(Kind::Integrity, msg!("spool-changed"))
                .code("spool-changed")
                .hint(msg!("spool-changed-next"))
        };
        if !self.is_whole() {
            return Err(changed());
        }
        let length = ContentLen::new(self.content_bytes).map_err(|error| changed().because(&error))?;
        Ok(Payload { spool: Arc::new(self.file), offset: self.header.len() as u64, length })
    }

    /// Writes the item with another header: the content behind it is copied as it is.
    ///
    /// # Errors
    /// Something is there already, the disk refuses, or the file is not whole.
    pub fn write_with(mut self, header: &ItemHeader, to: &Path) -> Outcome {
        if !self.is_whole() {
            return Err(Failure::new(Kind::Integrity, msg!("item-length"))
                .code("content-length")
                .hint(msg!("item-cut-next")));
        }
        let fail = |error: io::Error| storage_full(&error).unwrap_or_else(|| Failure::io(to, &error));
        let target = PrivateFile::new(to).map_err(fail)?;
        let mut out = target.file();
        out.write_all(header.bytes()).map_err(fail)?;
        self.file.seek(SeekFrom::Start(self.header.len() as u64)).map_err(fail)?;
        let copied = io::copy(&mut self.file, &mut out).map_err(fail)?;
        if copied != self.content_bytes {
            return Err(Failure::new(Kind::Integrity, msg!("spool-changed")).code("spool-changed"));
        }
        target.finish_durable().map(drop).map_err(fail)
    }
}

/// Whether a file begins like an age file.
#[must_use]
pub fn looks_sealed(path: &Path) -> bool {
    let mut start = [0; 18];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && &start == b"age-encryption.org"
}

/// Bytes that are no item, in words.
#[must_use]
pub fn item_failure(error: &ItemError) -> Failure {
    let mut failure = match error {
        ItemError::TopSecret(_) => return Failure::rule(Code::TopSecret),
        ItemError::NotAnItem => return Failure::rule(Code::NotAnItem),
        ItemError::Header(HeaderError::NotAge) => return Failure::failed(msg!("item-not-age")),
        ItemError::Header(HeaderError::Incomplete) => {
            Failure::failed(msg!("item-cut")).code("truncated").hint(msg!("item-cut-next"))
        }
        ItemError::SuiteMixed => Failure::rule(Code::SuiteMixed),
        ItemError::TooLarge { .. } => Failure::rule(Code::TooLarge),
        ItemError::AccessOtherItem => Failure::rule(Code::AccessOtherItem),
        ItemError::AccessOtherLabel => Failure::rule(Code::AccessOtherLabel),
        ItemError::AccessOtherStanzas => Failure::rule(Code::AccessStanzas),
        ItemError::AccessRows { .. } => Failure::rule(Code::AccessRows),
        _ => Failure::rule(Code::Malformed),
    };
    failure.kind = Kind::Integrity;
    failure.because(error)
}
