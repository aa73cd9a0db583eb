//! The header of any age v1 file: a strict, linear, byte-exact parser, the writer, and the MAC.
//!
//! C2SP age.md "Header" and "Header MAC"; docs/item.md "Header". Relay and reader must see the same bytes,
//! so exactly one spelling is accepted: no CR, canonical base64, a short last body line, no byte more.
//! What the stanzas mean is no matter of this file; [`super::ItemHeader`] asks that.
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use core::ops::Range;

use vault_keys::derive::{self, HeaderMacError};
use vault_keys::secret::FileKey;

use super::stanza::{self, COLUMNS, Stanza};
use crate::limits::{AGE_HEADER_MAX, AGE_STANZAS_MAX};

/// The line every age v1 file begins with, LF included.
pub const VERSION_LINE: &[u8] = b"age-encryption.org/v1\n";

/// Length of the MAC line, `--- ` and LF included, in bytes.
pub const MAC_LINE_LEN: usize = 48;

/// A parsed header with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    bytes: Vec<u8>,
    stanzas: Vec<Stanza>,
    spans: Vec<Range<usize>>,
    mac: [u8; 32],
}

impl Header {
    /// Reads the header at the beginning of `bytes`; what follows it is not looked at.
    ///
    /// # Errors
    /// [`HeaderError::Incomplete`] if the bytes end before the header does (hand in more, or call it
    /// truncated); every other error is final.
    pub fn parse(bytes: &[u8]) -> Result<Self, HeaderError> {
        let mut lines = Lines { bytes, at: 0, number: 0 };
        lines.version()?;
        let mut stanzas = Vec::new();
        let mut spans = Vec::new();
        loop {
            let start = lines.at;
            let line = lines.next()?;
            if let Some(arguments) = line.strip_prefix(b"-> ") {
                if stanzas.len() >= AGE_STANZAS_MAX {
                    return Err(HeaderError::TooManyStanzas);
                }
                stanzas.push(lines.stanza(arguments)?);
                spans.push(start..lines.at);
            } else if let Some(mac) = line.strip_prefix(b"--- ") {
                let mac = stanza::from_base64(mac).and_then(|mac| mac.try_into().ok());
                let mac = mac.ok_or(HeaderError::MacLine { line: lines.number })?;
                if stanzas.is_empty() {
                    return Err(HeaderError::NoStanza);
                }
                let bytes = bytes.get(..lines.at).unwrap_or_default().to_vec();
                return Ok(Self { bytes, stanzas, spans, mac });
            } else {
                return Err(HeaderError::Line { line: lines.number });
            }
        }
    }

    /// Writes a header over the given stanzas and closes it with the MAC of this file key.
    ///
    /// # Errors
    /// [`HeaderError`] if the stanzas do not make a header that [`Header::parse`] would take.
    pub fn write(stanzas: &[Stanza], file_key: &FileKey) -> Result<Self, HeaderError> {
        let mut bytes = VERSION_LINE.to_vec();
        for stanza in stanzas {
            stanza::encode(stanza, &mut bytes);
        }
        bytes.extend_from_slice(b"---");
        let mac = derive::header_mac(file_key, &bytes);
        bytes.push(b' ');
        bytes.extend_from_slice(stanza::to_base64(&mac).as_bytes());
        bytes.push(b'\n');
        Self::parse(&bytes)
    }

    /// The header's bytes, from the version line to the LF of the MAC line.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The number of those bytes; the payload nonce begins there.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Never true: a header has at least its version and MAC lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The stanzas in their order.
    #[must_use]
    pub fn stanzas(&self) -> &[Stanza] {
        &self.stanzas
    }

    /// The bytes of consecutive stanzas, from the first `->` to the last LF; empty if there are no such
    /// stanzas.
    #[must_use]
    pub fn stanza_bytes(&self, stanzas: Range<usize>) -> &[u8] {
        let spans = self.spans.get(stanzas).unwrap_or_default();
        match (spans.first(), spans.last()) {
            (Some(first), Some(last)) => self.bytes.get(first.start..last.end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The MAC as it stands in the header.
    #[must_use]
    pub const fn mac(&self) -> &[u8; 32] {
        &self.mac
    }

    /// Checks the MAC: whoever wrote this header knew the file key.
    ///
    /// # Errors
    /// [`HeaderMacError`] if the header was changed, or the key is that of another file.
    pub fn verify_mac(&self, file_key: &FileKey) -> Result<(), HeaderMacError> {
        let covered = self.bytes.len().saturating_sub(MAC_LINE_LEN.saturating_sub(3));
        let covered = self.bytes.get(..covered).unwrap_or_default();
        derive::verify_header_mac(file_key, covered, &self.mac)
    }
}

/// Why bytes are no age header. Lines count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeaderError {
    /// The bytes end before the header does.
    #[error("the header is cut off")]
    Incomplete,
    /// The first line is another one.
    #[error("this is not an age v1 file")]
    NotAge,
    /// No end of the header within [`AGE_HEADER_MAX`] bytes.
    #[error("the header is longer than {AGE_HEADER_MAX} bytes")]
    TooLong,
    /// More than [`AGE_STANZAS_MAX`] stanzas.
    #[error("the header has more than {AGE_STANZAS_MAX} stanzas")]
    TooManyStanzas,
    /// A header without any stanza.
    #[error("the header has no stanza")]
    NoStanza,
    /// A carriage return stands in the header.
    #[error("header line {line} holds a carriage return")]
    CarriageReturn {
        /// The line, from 1.
        line: usize,
    },
    /// A line that begins neither a stanza nor the MAC.
    #[error("header line {line} begins neither a stanza nor the MAC line")]
    Line {
        /// The line, from 1.
        line: usize,
    },
    /// An empty argument, or one with a character that is not visible ASCII.
    #[error("header line {line} holds an argument that is empty or not visible ASCII")]
    Argument {
        /// The line, from 1.
        line: usize,
    },
    /// A body line is longer than 64 characters or not canonical base64.
    #[error("header line {line} is no body line of canonical base64")]
    Body {
        /// The line, from 1.
        line: usize,
    },
    /// The MAC is not 32 bytes of canonical base64.
    #[error("header line {line} is no MAC line")]
    MacLine {
        /// The line, from 1.
        line: usize,
    },
}

/// Walks the lines of a header, each byte once.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    number: usize,
}

impl<'a> Lines<'a> {
    /// The version line; bytes that cannot become one are told apart from bytes that just end early.
    fn version(&mut self) -> Result<(), HeaderError> {
        if self.bytes.starts_with(VERSION_LINE) {
            self.at = VERSION_LINE.len();
            self.number = 1;
            Ok(())
        } else if VERSION_LINE.starts_with(self.bytes) {
            Err(HeaderError::Incomplete)
        } else {
            Err(HeaderError::NotAge)
        }
    }

    /// The next line without its LF.
    fn next(&mut self) -> Result<&'a [u8], HeaderError> {
        self.number = self.number.saturating_add(1);
        let within = self.bytes.len().min(AGE_HEADER_MAX);
        let rest = self.bytes.get(self.at..within).unwrap_or_default();
        let Some(length) = rest.iter().position(|byte| *byte == b'\n') else {
            let full = self.bytes.len() >= AGE_HEADER_MAX;
            return Err(if full { HeaderError::TooLong } else { HeaderError::Incomplete });
        };
        let line = rest.get(..length).unwrap_or_default();
        if line.contains(&b'\r') {
            return Err(HeaderError::CarriageReturn { line: self.number });
        }
        self.at = self.at.saturating_add(length).saturating_add(1);
        Ok(line)
    }

    /// A stanza whose first line, without its arrow, is given.
    fn stanza(&mut self, arguments: &[u8]) -> Result<Stanza, HeaderError> {
        let line = self.number;
        let args =
            arguments.split(|byte| *byte == b' ').map(|argument| match core::str::from_utf8(argument) {
                Ok(text) if stanza::is_argument(argument) => Ok(text.to_owned()),
                _ => Err(HeaderError::Argument { line }),
            });
        let args = args.collect::<Result<Vec<_>, _>>()?;
        let mut body = Vec::new();
        loop {
            let text = self.next()?;
            let line = self.number;
            if text.len() > COLUMNS {
                return Err(HeaderError::Body { line });
            }
            body.extend(stanza::from_base64(text).ok_or(HeaderError::Body { line })?);
            if text.len() < COLUMNS {
                return Ok(Stanza { args, body });
            }
        }
    }
}
