//! The hashes of an item, each a type of its own.

vault_keys::digest_type! {
    /// SHA-256 of a label's text: the item as others name it.
    pub struct LabelHash;
    /// SHA-256 of an access note's text.
    pub struct AccessHash;
    /// SHA-256 of a manifest stanza's bytes.
    pub struct ManifestHash;
    /// SHA-256 of the bytes of all recipient stanzas.
    pub struct StanzasHash;
    /// The public commitment to an item's file key.
    pub struct Commitment;
}

pub use crate::stream::ContentHash;
