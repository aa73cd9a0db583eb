//! The item 密件: an age v1 file whose header also carries a label, a manifest, an access note and notes.
//!
//! docs/item.md is the specification. This room turns bytes into types and back, canonical form only: it asks
//! whether an item is well formed and of one piece, never whether anyone was allowed to make it. That is
//! [`crate::admission`]'s question. A header is checked without its payload.
//!
//! | module | what it holds |
//! |---|---|
//! | [`header`], [`stanza`] | any age v1 header: bytes to stanzas, and the MAC |
//! | [`item_header`] | the strict form of an item's header, and what must agree inside it |
//! | [`label`], [`access`], [`notes`] | the signed texts in it |
//! | [`manifest`], [`file_name`] | the encrypted part; sealing and opening it stand behind feature `open` |
//! | [`build`] | making and re-wrapping headers (feature `open`) |

pub mod access;
#[cfg(feature = "open")]
pub mod build;
pub mod file_name;
pub mod hashes;
pub mod header;
pub mod id;
pub mod item_header;
pub mod label;
pub mod manifest;
pub mod notes;
pub mod stanza;
pub mod word;

pub use access::{Access, AccessType, Line, Right, Row};
pub use file_name::{FileName, FileNameError};
pub use hashes::{AccessHash, Commitment, ContentHash, LabelHash, ManifestHash, StanzasHash};
pub use header::{Header, HeaderError};
pub use id::ItemId;
pub use item_header::{FileKeyError, ItemError, ItemHeader, ManifestStanza, Part};
pub use label::{
    Approval, ApprovalKind, Content, Copying, Decider, DirectoryRef, Flag, Label, LabelType, NumberedCopy,
    Origin, OriginKind, Parent, Sender, Starts, StartsBy, Urgency,
};
pub use manifest::{FieldName, FieldReason, FileEntry, Manifest, ManifestType, PayloadForm, Resealed};
pub use stanza::Stanza;
pub use vault_keys::digest::PolicyHash;
pub use word::Word;

use vault_keys::note::Signed;

/// The shared access note that an item's own note rests on, from among the notes; its signature is judged by the rules.
#[must_use]
pub fn shared_in(item: &ItemHeader) -> Option<Signed<Access>> {
    let basis = item.access().value().previous.filter(|_| item.access().value().line == Line::Own)?;
    let note = item.notes().iter().find(|note| AccessHash::of_note(note.hash()) == basis)?;
    Signed::from_note(note.clone(), item.org()).ok()
}
