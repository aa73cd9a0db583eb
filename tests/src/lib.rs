//! What the tests share: temporary homes, people, a relay as a real process, and the recipes of `cargo xtask`.

pub mod recipes;
pub mod require;

use std::path::PathBuf;

/// The folder that holds the workspace's `Cargo.toml`.
#[must_use]
pub fn project_root() -> PathBuf {
    let manifest = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}
