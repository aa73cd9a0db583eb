//! Where a person's things live: one folder, `VAULT_HOME` or `--home`, private to its owner.
//!
//! Every file in it is written whole beside its place, synced and renamed; files that hold keys are
//! refused when others can read them; a home of a newer schema is refused. Design sections 11 and 12.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::{Failure, Outcome};
use crate::msg;

/// The schema this program writes. Newer homes are refused, older ones migrated after a copy.
pub const SCHEMA: u32 = 1;

/// Files of our own are small; whatever is larger was not written by us.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A checked home.
#[derive(Clone, Debug)]
pub struct Home {
    root: PathBuf,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Card {
    format: String,
    schema: u32,
}

impl Home {
    /// Where the home is: as asked, or the user's data folder.
    ///
    /// # Errors
    /// The user has no home folder.
    pub fn place(asked: Option<&Path>) -> Outcome<PathBuf> {
        if let Some(path) = asked {
            return std::path::absolute(path).map_err(|error| Failure::io(path, &error));
        }
        etcetera::choose_base_strategy()
            .map(|base| base.data_dir().join("vault"))
            .map_err(|_| Failure::usage(msg!("home-nowhere")))
    }

    /// Opens an existing home.
    ///
    /// # Errors
    /// There is none, it is newer than this program, or others can read it.
    pub fn open(place: &Path) -> Outcome<Self> {
        let home = Self { root: place.to_owned() };
        let bytes = match home.read("home.json") {
            Ok(bytes) => bytes,
            Err(_) if !place.join("home.json").exists() => {
                return Err(Failure::failed(msg!("home-none", path = place.display().to_string()))
                    .hint(msg!("home-none-next")));
            }
            Err(failure) => return Err(failure),
        };
        let card: Card =
            serde_json::from_slice(&bytes).map_err(|error| home.damaged("home.json").because(&error))?;
        if card.format != "vault-home" {
            return Err(home.damaged("home.json"));
        }
        if card.schema > SCHEMA {
            return Err(Failure::failed(msg!("home-newer", path = place.display().to_string()))
                .hint(msg!("home-newer-next")));
        }
        private(place)?;
        Ok(home)
    }

    /// Opens the home, making it first if there is none.
    ///
    /// # Errors
    /// As [`Home::open`], and the folder could not be made.
    pub fn open_or_create(place: &Path) -> Outcome<Self> {
        if place.join("home.json").exists() {
            return Self::open(place);
        }
        make_private_folder(place)?;
        let home = Self { root: place.to_owned() };
        let card = Card { format: "vault-home".to_owned(), schema: SCHEMA };
        home.write_json("home.json", &card)?;
        Self::open(place)
    }

    /// The path of something in the home.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Whether something is there.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// Reads a small file.
    ///
    /// # Errors
    /// It cannot be read or is far too large.
    pub fn read(&self, name: &str) -> Outcome<Vec<u8>> {
        read_limited(&self.path(name), FILE_BYTES_MAX)
    }

    /// Reads a file that holds keys, which nobody else may be able to read.
    ///
    /// # Errors
    /// Others can read it, or it cannot be read.
    pub fn read_secret(&self, name: &str) -> Outcome<Zeroizing<Vec<u8>>> {
        let path = self.path(name);
        private(&path)?;
        read_limited(&path, 1024 * 1024).map(Zeroizing::new)
    }

    /// Reads JSON of our own.
    ///
    /// # Errors
    /// It cannot be read or is not what we write.
    pub fn read_json<T: for<'de> Deserialize<'de>>(&self, name: &str) -> Outcome<T> {
        let bytes = self.read(name)?;
        serde_json::from_slice(&bytes).map_err(|error| self.damaged(name).because(&error))
    }

    /// Writes a file whole: private, synced, then in its place.
    ///
    /// # Errors
    /// The disk refuses; then the old file stands as it was.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Outcome {
        write_whole(&self.path(name), bytes, Existing::Replace)
    }

    /// Moves a file of the home to another name in the same folder, in place of what has it.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn rename(&self, from: &str, to: &str) -> Outcome {
        let path = self.path(to);
        let fail = |error: io::Error| Failure::io(&path, &error);
        fs::rename(self.path(from), &path).map_err(fail)?;
        sync_folder(&path).map_err(fail)
    }

    /// Takes a file away, if it is there.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn remove(&self, name: &str) -> Outcome {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure::io(&path, &error)),
            _ => Ok(()),
        }
    }

    /// Writes JSON of our own.
    ///
    /// # Errors
    /// As [`Home::write`].
    pub fn write_json<T: Serialize>(&self, name: &str, value: &T) -> Outcome {
        let mut bytes =
            serde_json::to_vec_pretty(value).map_err(|error| self.damaged(name).because(&error))?;
        bytes.push(b'\n');
        self.write(name, &bytes)
    }

    /// A private folder in the home, made when first needed.
    ///
    /// # Errors
    /// It could not be made.
    pub fn folder(&self, name: &str) -> Outcome<PathBuf> {
        let path = self.path(name);
        make_private_folder(&path)?;
        Ok(path)
    }

    /// Keeps other `vault` processes from changing this home until the guard is dropped.
    ///
    /// # Errors
    /// Another process is at work in it.
    pub fn lock(&self) -> Outcome<File> {
        self.lock_if_free()?.ok_or_else(|| Failure::failed(msg!("home-busy")).hint(msg!("home-busy-next")))
    }

    /// As [`Home::lock`]; `None` while another process is at work in it.
    ///
    /// # Errors
    /// The lock file cannot be opened or locked.
    pub fn lock_if_free(&self) -> Outcome<Option<File>> {
        let path = self.path("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|error| Failure::io(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(Failure::io(&path, &error)),
        }
    }

    /// A file of ours that is not what we write.
    #[must_use]
    pub fn damaged(&self, name: &str) -> Failure {
        Failure::failed(msg!("home-damaged", path = self.path(name).display().to_string()))
    }
}

/// What becomes of a file that is already there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// The new one takes its place.
    Replace,
    /// It stays, and writing fails.
    Keep,
}

/// Refuses what others can read or write.
///
/// # Errors
/// They can, or it cannot be looked at.
pub fn private(path: &Path) -> Outcome {
    let meta = fs::metadata(path).map_err(|error| Failure::io(path, &error))?;
    let shown = path.display().to_string();
    if meta.mode() & 0o077 != 0 {
        let mode = if meta.is_dir() { "700" } else { "600" };
        return Err(Failure::failed(msg!("file-open-to-others", path = shown.clone()))
            .code("file-open-to-others")
            .hint(msg!("file-open-to-others-next", mode = mode, path = shown)));
    }
    Ok(())
}

/// Reads a file of at most `max` bytes.
///
/// # Errors
/// It cannot be read or is larger.
pub fn read_limited(path: &Path, max: u64) -> Outcome<Vec<u8>> {
    let file = File::open(path).map_err(|error| Failure::io(path, &error))?;
    let mut bytes = Vec::new();
    file.take(max + 1).read_to_end(&mut bytes).map_err(|error| Failure::io(path, &error))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > max {
        return Err(Failure::failed(msg!("file-too-large", path = path.display().to_string())));
    }
    Ok(bytes)
}

/// Makes a folder that only its owner can enter; one that is there must be such a folder.
///
/// # Errors
/// It could not be made, or others can enter it.
pub fn make_private_folder(path: &Path) -> Outcome {
    if path.is_dir() {
        return private(path);
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| Failure::io(path, &error))
}

/// Writes a whole file: beside its place, private, synced, then moved there, then the folder synced.
///
/// # Errors
/// The disk refuses, or the file exists and is to be kept.
pub fn write_whole(path: &Path, bytes: &[u8], existing: Existing) -> Outcome {
    let fail = |error: io::Error| Failure::io(path, &error);
    let mut beside = tempfile::Builder::new()
        .prefix(".vault-")
        .permissions(fs::Permissions::from_mode(0o600))
        .tempfile_in(folder_of(path))
        .map_err(fail)?;
    beside.write_all(bytes).map_err(fail)?;
    beside.as_file().sync_all().map_err(fail)?;
    match existing {
        Existing::Replace => beside.persist(path).map_err(|error| fail(error.error))?,
        Existing::Keep => beside.persist_noclobber(path).map_err(|error| fail(error.error))?,
    };
    sync_folder(path).map_err(fail)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use super::{Existing, Home, write_whole};

    #[test]
    fn a_home_is_private_and_knows_its_schema() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("a/b");
        let none = Home::open(&place).unwrap_err();
        assert_eq!(none.message.key(), "home-none");
        let home = Home::open_or_create(&place).unwrap();
        assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::metadata(home.path("home.json")).unwrap().permissions().mode() & 0o777, 0o600);

        home.write("home.json", br#"{"format":"vault-home","schema":2}"#).unwrap();
        assert_eq!(Home::open(&place).unwrap_err().message.key(), "home-newer");
        home.write("home.json", b"{").unwrap();
        assert_eq!(Home::open(&place).unwrap_err().message.key(), "home-damaged");
    }

    #[test]
    fn key_files_that_others_can_read_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open_or_create(&dir.path().join("home")).unwrap();
        home.write("identity.age", b"secret").unwrap();
        assert_eq!(home.read_secret("identity.age").unwrap().as_slice(), b"secret");
        fs::set_permissions(home.path("identity.age"), fs::Permissions::from_mode(0o640)).unwrap();
        let refused = home.read_secret("identity.age").unwrap_err();
        assert_eq!(refused.code.as_deref(), Some("file-open-to-others"));
    }

    #[test]
    fn only_one_process_changes_a_home() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::open_or_create(&dir.path().join("home")).unwrap();
        let first = home.lock().unwrap();
        assert_eq!(home.lock().unwrap_err().message.key(), "home-busy");
        drop(first);
        home.lock().unwrap();
    }

    #[test]
    fn what_is_to_be_kept_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out");
        write_whole(&path, b"first", Existing::Keep).unwrap();
        assert_eq!(write_whole(&path, b"second", Existing::Keep).unwrap_err().message.key(), "io-exists");
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left beside it");
        write_whole(Path::new(&path), b"second", Existing::Replace).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
    }
}
