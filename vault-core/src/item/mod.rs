//! The item 密件: an age v1 file whose header also carries a label, a manifest, an access note and notes.
//!
//! docs/item.md is the specification. This room turns bytes into types and back, canonical form only: it asks
//! whether an item is well formed and of one piece, never whether anyone was allowed to make it. That is
//! [`crate::admission`]'s question.

pub mod hashes;
pub mod header;
pub mod id;
pub mod stanza;
