//! The committed items of `tests/fixtures/items`, made from fixed seeds and kept for ever.

use std::fs;

use serde::Deserialize;
use vault_keys::opening::Suite;

/// One committed item and what a reader must find in it.
#[derive(Debug, Deserialize)]
pub struct Fixture {
    /// Its file in the folder.
    pub file: String,
    /// The family of its recipient stanzas.
    pub suite: Suite,
    /// The identity text of a recipient.
    pub identity: String,
    /// The identity text of the sender.
    pub sender_identity: String,
    /// The sender's signing key as base64url.
    pub sender_public: String,
    /// The organisation's hash.
    pub org: String,
    /// The label's hash.
    pub label: String,
    /// The access note's hash.
    pub access: String,
    /// The title in the manifest.
    pub title: String,
    /// SHA-256 of the plaintext.
    pub plaintext_sha256: String,
}

impl Fixture {
    /// The item's bytes.
    ///
    /// # Panics
    /// If the file is missing: it is part of the project.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        fs::read(folder().join(&self.file)).expect("a committed item")
    }
}

/// All of them.
///
/// # Panics
/// If the list is missing or malformed: it is part of the project.
#[must_use]
pub fn all() -> Vec<Fixture> {
    let list = fs::read(folder().join("items.json")).expect("the list of committed items");
    serde_json::from_slice(&list).expect("the list of committed items")
}

fn folder() -> std::path::PathBuf {
    crate::project_root().join("tests/fixtures/items")
}
