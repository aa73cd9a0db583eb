//! The programs as they are released.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::project_root;
use crate::recipes::Failure;

/// Builds both programs as they are released, and says where they lie.
pub(super) fn build() -> Result<[PathBuf; 2], Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--release", "-p", "vault", "-p", "vault-relay", "--bins"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(project_root())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("the programs do not build".into());
    }
    let messages = String::from_utf8(output.stdout)?;
    let executable = |name: &str| {
        messages
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .filter(|message| message["target"]["name"] == name)
            .find_map(|message| message["executable"].as_str().map(PathBuf::from))
            .ok_or_else(|| format!("cargo named no executable `{name}`"))
    };
    Ok([executable("vault")?, executable("vault-relay")?])
}
