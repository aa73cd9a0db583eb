//! The files of one item: opened once, before anything is asked or sealed.

use std::path::PathBuf;

use vault_core::sealing::files::{InputError, Inputs};

use crate::error::{Failure, Outcome};
use crate::msg;

/// Opens the files.
///
/// # Errors
/// One cannot be read, is no regular file, or has a name that cannot travel.
pub fn open(paths: &[PathBuf]) -> Outcome<Inputs> {
    Inputs::open(paths).map_err(|error| match &error {
        InputError::Open { path, error } => Failure::io(path, error),
        InputError::NotAFile { path } if path.is_dir() => {
            Failure::failed(msg!("io-is-folder", path = path.display().to_string())).hint(msg!("folder-next"))
        }
        InputError::NotAFile { path } => {
            Failure::failed(msg!("not-a-file", path = path.display().to_string()))
        }
        InputError::Name { path, .. } => Failure::failed(msg!("file-name-unfit", path = format!("{path:?}")))
            .hint(msg!("file-name-unfit-next"))
            .because(&error),
        other => Failure::failed(msg!("files-unfit")).because(other),
    })
}

/// The first file's name without its ending: the title nobody typed.
#[must_use]
pub fn stem(inputs: &Inputs) -> String {
    let name = inputs.payload().files.first().map(|entry| entry.name.as_str()).unwrap_or_default();
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem.to_owned(),
        _ => name.to_owned(),
    }
}

/// Whether content of this kind can be shown as text.
#[must_use]
pub fn is_text(media: &str) -> bool {
    media.starts_with("text/") || matches!(media, "application/json" | "application/xml")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{open, stem};

    #[test]
    fn files_are_named_and_measured() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("关于值班的通知.DOCX");
        std::fs::write(&path, b"text").unwrap();
        let inputs = open(std::slice::from_ref(&path)).unwrap();
        assert_eq!((stem(&inputs).as_str(), inputs.plaintext_len().bytes()), ("关于值班的通知", 4));
        assert_eq!(open(&[dir.path().to_owned()]).unwrap_err().message.key(), "io-is-folder");
    }

    #[test]
    fn names_that_mislead_do_not_travel() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a\u{202e}txt.exe", "line\nbreak", "con"] {
            let path = dir.path().join(name);
            std::fs::write(&path, b"").unwrap();
            assert_eq!(open(&[path]).unwrap_err().message.key(), "file-name-unfit", "{name:?}");
        }
    }
}
