//! Where passphrases come from: the first line of `--passphrase-file`, or a question without echo.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::{Failure, Outcome};
use crate::home::{private, read_limited};
use crate::lang::Msg;
use crate::msg;
use crate::ui::Ui;

/// Shorter new passphrases are refused: they are what stands between a lost laptop and its keys.
const NEW_CHARS_MIN: usize = 8;
const BYTES_MAX: u64 = 4096;

/// The chosen source.
#[derive(Clone, Debug, Default)]
pub struct Source {
    file: Option<PathBuf>,
    /// What to name where nobody can be asked.
    option: Option<&'static str>,
}

impl Source {
    /// From a file if one is named, by question otherwise.
    #[must_use]
    pub fn new(file: Option<PathBuf>) -> Self {
        Self { file, option: None }
    }

    /// As [`Source::new`], for a passphrase that takes the place of another.
    #[must_use]
    pub fn of_new(file: Option<PathBuf>) -> Self {
        Self { file, option: Some("--new-passphrase-file") }
    }

    /// Whether a file was named: then nobody has to be asked.
    #[must_use]
    pub const fn is_given(&self) -> bool {
        self.file.is_some()
    }

    fn option(&self) -> &'static str {
        self.option.unwrap_or("--passphrase-file")
    }

    /// A passphrase that was chosen before.
    ///
    /// # Errors
    /// Nobody can be asked, or the file cannot be used.
    pub fn existing(&self, ui: &Ui, question: &Msg) -> Outcome<Zeroizing<String>> {
        match &self.file {
            Some(path) => first_line(path),
            None => ui.ask_secret(question, self.option()),
        }
    }

    /// A new passphrase, asked for twice.
    ///
    /// # Errors
    /// It is too short, the two differ, or nobody can be asked.
    pub fn fresh(&self, ui: &Ui, question: &Msg) -> Outcome<Zeroizing<String>> {
        let first = self.existing(ui, question)?;
        if first.chars().count() < NEW_CHARS_MIN {
            return Err(Failure::usage(msg!("passphrase-short", count = NEW_CHARS_MIN))
                .hint(msg!("passphrase-short-next")));
        }
        if self.file.is_none() {
            let again = ui.ask_secret(&msg!("passphrase-again"), self.option())?;
            if *again != *first {
                return Err(Failure::usage(msg!("passphrase-differs")));
            }
        }
        Ok(first)
    }
}

fn first_line(path: &Path) -> Outcome<Zeroizing<String>> {
    // A pipe such as /dev/stdin or <(…) has no mode worth checking; a file on disk does.
    if path.is_file() {
        private(path)?;
    }
    let bytes = Zeroizing::new(read_limited(path, BYTES_MAX)?);
    let words = std::str::from_utf8(&bytes)
        .map_err(|_| Failure::failed(msg!("passphrase-file-text", path = path.display().to_string())))?;
    let line = words.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(Failure::failed(msg!("passphrase-file-empty", path = path.display().to_string())));
    }
    Ok(Zeroizing::new(line.to_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::first_line;

    #[test]
    fn the_first_line_counts_and_the_file_must_be_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pass");
        fs::write(&path, "春眠不觉晓 处处闻啼鸟\r\nsecond\n").unwrap();
        assert_eq!(first_line(&path).unwrap_err().code.as_deref(), Some("file-open-to-others"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(first_line(&path).unwrap().as_str(), "春眠不觉晓 处处闻啼鸟");
        fs::write(&path, "\n").unwrap();
        assert_eq!(first_line(&path).unwrap_err().message.key(), "passphrase-file-empty");
    }
}
