//! A plugin of age programs in a folder of its own, with tokens that are files.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

/// The plugin's program.
pub const PLUGIN: &str = "age-plugin-vaulttest";

/// A folder with the plugin in it, and one token.
#[derive(Debug)]
pub struct Tray {
    /// Where everything lies.
    pub folder: tempfile::TempDir,
    /// Whom to wrap for.
    pub recipient: String,
}

impl Tray {
    /// A copy of this program, and a token.
    #[must_use]
    pub fn new(plugin: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("plugins-").tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let program = folder.path().join(PLUGIN);
        // By another process: a program that is open for writing cannot be started, and a thread beside this one that
        // starts a process at this very moment would keep it open.
        assert!(Command::new("cp").arg(plugin).arg(&program).status().unwrap().success());
        fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        let mut tray = Self { folder, recipient: String::new() };
        tray.recipient = tray.another("token");
        tray
    }

    /// Makes another token; answers its recipient.
    #[must_use]
    pub fn another(&self, name: &str) -> String {
        let made = Command::new(self.program()).arg("--generate").arg(self.path(name)).output().unwrap();
        assert!(made.status.success());
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    }

    /// A file in the folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file in the folder, as text.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// The plugin.
    #[must_use]
    pub fn program(&self) -> PathBuf {
        self.path(PLUGIN)
    }

    /// Has the plugin do one thing wrong from now on; nothing if empty.
    pub fn misbehave(&self, how: &str) {
        fs::write(self.path("misbehave"), how).unwrap();
    }
}
