//! What the tests share: temporary homes, people, a relay as a real process, and the recipes of `cargo xtask`.

pub mod age_reader;
pub mod bench;
pub mod fixtures;
pub mod forger;
pub mod items;
pub mod office;
pub mod recipes;
pub mod require;
pub mod rules;
pub mod shortcut;
pub mod tray;

use std::path::PathBuf;

/// The folder that holds the workspace's `Cargo.toml`.
#[must_use]
pub fn project_root() -> PathBuf {
    let manifest = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// The folder of the other programs of the interop tests, as `tests/interop/install.sh` fills it.
#[must_use]
pub fn interop_dir() -> PathBuf {
    let named = std::env::var_os("VAULT_INTEROP_DIR").map(PathBuf::from);
    // Tests run in their crate's folder, `.ci/run` in the project's: a relative path means the latter.
    project_root().join(named.unwrap_or_else(|| "target/interop".into()))
}

/// Lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
