//! The form of an item: every way in which bytes fail to be one, as a code.
//!
//! The parser has the last word on form; this file only names its findings. A header without a label has no
//! level, and a missing level counts as top secret.

use vault_keys::note::NoteError;

use super::code::Code;
use super::refusal::Refusal;
use crate::item::{HeaderError, ItemError, Part};

/// The refusal that a parse error stands for.
pub(super) fn refusal(error: &ItemError) -> Refusal {
    Refusal::new(code(error), error)
}

fn code(error: &ItemError) -> Code {
    match error {
        ItemError::TopSecret(_) | ItemError::Missing { part: Part::Label } => Code::TopSecret,
        ItemError::NotAnItem | ItemError::Missing { .. } | ItemError::Header(HeaderError::NotAge) => {
            Code::NotAnItem
        }
        ItemError::Header(HeaderError::TooLong | HeaderError::TooManyStanzas)
        | ItemError::TooLarge { .. } => Code::TooLarge,
        ItemError::SuiteMixed => Code::SuiteMixed,
        ItemError::OtherManifest => Code::OtherManifest,
        ItemError::AccessOtherItem => Code::AccessOtherItem,
        ItemError::AccessOtherLabel => Code::AccessOtherLabel,
        ItemError::AccessOtherStanzas => Code::AccessStanzas,
        ItemError::AccessRows { .. } => Code::AccessRows,
        ItemError::Note { error, .. } => match error {
            NoteError::Type { .. } => Code::WrongType,
            NoteError::Org { .. } => Code::WrongOrg,
            NoteError::TooLong { .. } => Code::TooLarge,
            _ => Code::Malformed,
        },
        _ => Code::Malformed,
    }
}
