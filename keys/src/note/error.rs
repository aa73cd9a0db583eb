//! Why a note is refused: by form, by purpose, by signature.

use super::{KeyName, LineKind, TextError};
use crate::digest::OrgId;

/// Why bytes are not a signed note, or not the one expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// Longer than this place allows.
    #[error("the note has {found} bytes, more than the {max} allowed here")]
    TooLong {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// Not UTF-8.
    #[error("not UTF-8 at byte {at}")]
    Utf8 {
        /// Offset of the first bad byte.
        at: usize,
    },
    /// An ASCII control character other than line feed (a carriage return, for one).
    #[error("control character U+{:04X} at byte {at}", u32::from(*character))]
    Control {
        /// Offset of the character.
        at: usize,
        /// The character.
        character: char,
    },
    /// No blank line between text and signature lines.
    #[error("no blank line between text and signature lines")]
    NoBlankLine,
    /// No signature line.
    #[error("no signature line")]
    NoLines,
    /// More than [`LINES_MAX`](super::LINES_MAX) signature lines.
    #[error("more than 32 signature lines")]
    TooManyLines,
    /// A line after the blank line that is no signature line.
    #[error("signature line {number}: {reason}")]
    Line {
        /// Counted from 1.
        number: usize,
        /// What is wrong with it.
        reason: LineError,
    },
    /// The text breaks a rule of the strict JSON.
    #[error(transparent)]
    Json(#[from] crate::json::JsonError),
    /// A text of another purpose.
    #[error("this is {found:?}, not {wanted:?}")]
    Type {
        /// The type found.
        found: String,
        /// The type expected.
        wanted: &'static str,
    },
    /// A text of another organisation.
    #[error("this was signed for organisation {found}, not {wanted}")]
    Org {
        /// The organisation found.
        found: OrgId,
        /// The organisation expected.
        wanted: OrgId,
    },
    /// A field's value breaks a rule of its type.
    #[error(transparent)]
    Text(#[from] TextError),
}

/// What is wrong with a signature line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// Not an em dash, a space, a name, a space and base64.
    #[error("not of the form \"— name base64\"")]
    Form,
    /// A key name that is empty or contains a space or plus.
    #[error("not a key name")]
    Name,
    /// Not canonical base64.
    #[error("not canonical base64")]
    Base64,
    /// Too short for a key hash and a signature.
    #[error("too short")]
    Short,
}

/// Why a note does not count as signed by a known key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The key has no line here.
    #[error("not signed by {name}")]
    Missing {
        /// The key's name.
        name: KeyName,
    },
    /// An office signed with one of its two keys only.
    #[error("{name} signed with one of its two keys only; the {missing} line is missing")]
    Half {
        /// The office's name.
        name: KeyName,
        /// The line that is missing.
        missing: LineKind,
    },
    /// A line claims the key and does not verify.
    #[error("the {kind} signature by {name} is wrong")]
    Wrong {
        /// The key's name.
        name: KeyName,
        /// The algorithm of the wrong line.
        kind: LineKind,
    },
}
