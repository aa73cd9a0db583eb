//! One process per folder: a lock file that the system releases when its holder ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use thiserror::Error;

/// A folder held by this process until it is dropped.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// Why a folder was not taken.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LockError {
    /// Another process, or another part of this one, holds it.
    #[error("another process is using this folder")]
    Held,
    /// The lock file could not be made or locked.
    #[error("the folder could not be locked")]
    Disk(#[from] io::Error),
}

impl FolderLock {
    /// Takes the folder by locking the file `lock` in it, which stays there empty.
    ///
    /// # Errors
    /// When somebody else holds it, or the disk fails.
    pub fn take(folder: &Path) -> Result<Self, LockError> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(folder.join("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Held),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn two_processes_at_once_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let held = FolderLock::take(folder.path()).unwrap();
        assert!(matches!(FolderLock::take(folder.path()), Err(LockError::Held)));
        drop(held);
        FolderLock::take(folder.path()).unwrap();
    }
}
