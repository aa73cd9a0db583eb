//! Writes that survive a power cut, over the few calls a disk must keep its word on.
//!
//! The order is always the same: write under a temporary name, sync the file, rename, sync the folder. Before the
//! last step the new name may vanish at a power cut; after it, name and bytes stay. What a [`Disk`] promises:
//!
//! - bytes of a file are safe once [`DiskFile::sync`] returned, not before;
//! - a new folder, a rename or a removal is safe once [`Disk::sync_folder`] of the folder that holds the name
//!   returned, not before; until then it may be undone, but never half done.
//!
//! `disk::power_cut`, a test double, forgets exactly what these sentences do not promise.

use std::ffi::OsString;
use std::fmt::Debug;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::together;
use crate::stream::at::{ReadAt, WriteAt};

/// What durable storage asks of a disk.
pub trait Disk: Debug + Send + Sync {
    /// An open file of this disk.
    type File: DiskFile;

    /// Makes an empty file, readable by its owner only; [`io::ErrorKind::AlreadyExists`] if the name is taken.
    fn create_new(&self, path: &Path) -> io::Result<Self::File>;

    /// Opens a file for reading.
    fn open(&self, path: &Path) -> io::Result<Self::File>;

    /// Makes a folder for its owner only; [`io::ErrorKind::AlreadyExists`] if the name is taken.
    fn create_folder(&self, path: &Path) -> io::Result<()>;

    /// Gives a file another name on the same disk; what had that name is gone in the same step.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Removes an empty folder.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;

    /// The names in a folder, in no order.
    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>>;

    /// Makes the names in a folder survive a power cut.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// Syncs these files, in no order.
    fn sync_files(&self, files: &[Self::File]) -> io::Result<()> {
        files.iter().try_for_each(DiskFile::sync)
    }

    /// Makes the names in these folders survive a power cut, in no order.
    fn sync_folders(&self, folders: &[&Path]) -> io::Result<()> {
        folders.iter().try_for_each(|folder| self.sync_folder(folder))
    }

    /// A step of a database that keeps files of its own beside these: nothing on a real disk, a place to fail on others.
    fn step(&self, _step: Step) -> io::Result<()> {
        Ok(())
    }
}

/// What a database is about to do, or has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It makes a transaction durable next.
    Commit,
    /// The transaction is durable; nobody was told yet.
    Committed,
}

/// An open file of a [`Disk`].
pub trait DiskFile: ReadAt + WriteAt + Debug + Send {
    /// The length in bytes.
    fn length(&self) -> io::Result<u64>;

    /// Makes the bytes written so far survive a power cut.
    fn sync(&self) -> io::Result<()>;
}

/// The machine's own file systems. Not `Copy`: it stands where a test puts another disk.
#[derive(Debug, Clone, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    type File = File;

    fn create_new(&self, path: &Path) -> io::Result<File> {
        OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        File::open(path)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        DirBuilder::new().mode(0o700).create(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<OsString>> {
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect()
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        File::open(folder)?.sync_all()
    }

    fn sync_files(&self, files: &[File]) -> io::Result<()> {
        together::all(files.iter().map(|file| || file.sync()))
    }

    fn sync_folders(&self, folders: &[&Path]) -> io::Result<()> {
        together::all(folders.iter().map(|folder| || self.sync_folder(folder)))
    }
}

impl DiskFile for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}

/// Puts `bytes` under the name `path`, in place of what was there, and returns once they survive a power cut.
///
/// On an error the old file stands, and nothing else remains unless the process was killed.
pub fn replace(disk: &impl Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path)?;
    let temporary = write_temporary(disk, folder, &[bytes])?;
    if let Err(error) = disk.rename(&temporary, path) {
        // The first error is the one that tells; a leftover is swept by whoever owns the folder.
        disk.remove(&temporary).ok();
        return Err(error);
    }
    disk.sync_folder(folder)
}

/// Makes a folder if it is not there, and returns once its name survives a power cut.
pub fn ensure_folder(disk: &impl Disk, path: &Path) -> io::Result<()> {
    match disk.create_folder(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        // Also when it was there: whoever made it may not have lived to sync it.
        _ => disk.sync_folder(folder_of(path)?),
    }
}

/// Reads a whole file of at most `bytes_max` bytes; [`io::ErrorKind::FileTooLarge`] if it is longer.
pub fn read(disk: &impl Disk, path: &Path, bytes_max: usize) -> io::Result<Vec<u8>> {
    let file = disk.open(path)?;
    let length = usize::try_from(file.length()?).unwrap_or(usize::MAX);
    if length > bytes_max {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut bytes = vec![0; length];
    if file.read_full_at(&mut bytes, 0)? < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(bytes)
}

/// How the names of unfinished files begin; on start a folder's owner may remove all of them.
pub const TEMPORARY_PREFIX: &str = ".unfinished-";

/// Writes and syncs `pieces`, one behind the other, under a fresh temporary name in `folder`.
pub(crate) fn write_temporary(disk: &impl Disk, folder: &Path, pieces: &[&[u8]]) -> io::Result<PathBuf> {
    let (path, file) = begin_temporary(disk, folder, pieces)?;
    match file.sync() {
        Ok(()) => Ok(path),
        Err(error) => {
            disk.remove(&path).ok();
            Err(error)
        }
    }
}

/// The same without the sync, which is the caller's to do before the file gets its name.
pub(crate) fn begin_temporary<D: Disk>(
    disk: &D,
    folder: &Path,
    pieces: &[&[u8]],
) -> io::Result<(PathBuf, D::File)> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{TEMPORARY_PREFIX}{}-{number}", std::process::id()));
        let file = match disk.create_new(&path) {
            // Left by an earlier process of the same number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            made => made?,
        };
        let mut end = 0;
        let written = pieces.iter().try_for_each(|piece| {
            let at = end;
            end += piece.len() as u64;
            file.write_all_at(piece, at)
        });
        return match written {
            Ok(()) => Ok((path, file)),
            Err(error) => {
                drop(file);
                disk.remove(&path).ok();
                Err(error)
            }
        };
    }
}

fn folder_of(path: &Path) -> io::Result<&Path> {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Ok(Path::new(".")),
        Some(folder) => Ok(folder),
        None => Err(io::ErrorKind::InvalidInput.into()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn replace_leaves_one_whole_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("checkpoint");
        replace(&RealDisk, &path, b"one").unwrap();
        replace(&RealDisk, &path, b"two").unwrap();
        assert_eq!(read(&RealDisk, &path, 3).unwrap(), b"two");
        assert_eq!(read(&RealDisk, &path, 2).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(RealDisk.list(folder.path()).unwrap(), ["checkpoint"]);
    }

    #[test]
    fn failed_replace_leaves_the_old_file_only() {
        let folder = tempfile::tempdir().unwrap();
        // A folder has the name: renaming a file onto it fails after the bytes were written.
        let path = folder.path().join("taken");
        ensure_folder(&RealDisk, &path).unwrap();
        ensure_folder(&RealDisk, &path).unwrap();
        assert!(replace(&RealDisk, &path, b"one").is_err());
        assert_eq!(RealDisk.list(folder.path()).unwrap(), ["taken"]);
    }
}
