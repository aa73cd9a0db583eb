//! Output files that appear whole or not at all.
//!
//! A [`PrivateFile`] has no name while it is written (`O_TMPFILE`), so a failure, Ctrl-C, `kill -9` or a power cut
//! leaves nothing; it gets its name at the end, and never takes the place of a file that is there. Where the file
//! system has no nameless files it stands under a hidden temporary name in the same folder instead, which is removed
//! on any failure short of being killed.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use tempfile::TempPath;

use super::early::synced_early;

/// A file with mode 0600 that nobody sees until [`PrivateFile::finish`].
#[derive(Debug)]
pub struct PrivateFile {
    file: File,
    target: PathBuf,
    name: Name,
    failed: Option<io::Error>,
}

#[derive(Debug)]
enum Name {
    None,
    Temporary(TempPath),
}

impl PrivateFile {
    /// Begins a file that will be called `target`; [`io::ErrorKind::AlreadyExists`] if something is there already.
    pub fn new(target: &Path) -> io::Result<Self> {
        // Asked again, without a gap, when the name is given; asking now spares the work.
        if target.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let folder = folder_of(target);
        let (file, name) = match nameless(folder) {
            Some(file) => (file, Name::None),
            None => {
                let (file, path) =
                    tempfile::Builder::new().prefix(".vault-").tempfile_in(folder)?.into_parts();
                (file, Name::Temporary(path))
            }
        };
        Ok(Self { file, target: target.to_owned(), name, failed: None })
    }

    /// The file to write to.
    pub const fn file(&self) -> &File {
        &self.file
    }

    /// Does `work`, which writes to the file for a while: what it has written is synced meanwhile ([`synced_early`]). A sync that
    /// fails then fails [`PrivateFile::finish_durable`].
    pub fn fill<T>(&mut self, work: impl FnOnce(&File) -> T) -> T {
        let (result, synced) = synced_early(&self.file, || work(&self.file));
        self.failed = self.failed.take().or_else(|| synced.err());
        result
    }

    /// Gives the file its name; [`io::ErrorKind::AlreadyExists`] if something took it meanwhile.
    pub fn finish(self) -> io::Result<File> {
        match self.name {
            Name::None => rustix::fs::linkat(
                CWD,
                descriptor_path(&self.file),
                CWD,
                &self.target,
                AtFlags::SYMLINK_FOLLOW,
            )?,
            Name::Temporary(path) => path.persist_noclobber(&self.target).map_err(|error| error.error)?,
        }
        Ok(self.file)
    }

    /// As [`PrivateFile::finish`], and returns only once file and name survive a power cut.
    pub fn finish_durable(mut self) -> io::Result<File> {
        self.failed.take().map_or(Ok(()), Err)?;
        self.file.sync_all()?;
        let folder = File::open(folder_of(&self.target))?;
        let file = self.finish()?;
        folder.sync_all()?;
        Ok(file)
    }
}

pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A file without a name, if the file system has them and `/proc` lets us name it later.
fn nameless(folder: &Path) -> Option<File> {
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::openat(CWD, folder, flags, Mode::RUSR | Mode::WUSR).ok()?);
    descriptor_path(&file).exists().then_some(file)
}

fn descriptor_path(file: &File) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::stream::at::WriteAt;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn appears_whole_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        let private = PrivateFile::new(&target).unwrap();
        private.file().write_all_at(b"text", 0).unwrap();
        assert!(!target.exists());
        private.finish_durable().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"text");
        assert_eq!(target.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names(folder.path()), ["out"]);
    }

    #[test]
    fn a_write_that_failed_meanwhile_gives_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        let mut private = PrivateFile::new(&target).unwrap();
        private.fill(|file| file.write_all_at(b"text", 0)).unwrap();
        private.failed = Some(io::ErrorKind::StorageFull.into());
        assert_eq!(private.finish_durable().unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn dropped_file_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let private = PrivateFile::new(&folder.path().join("out")).unwrap();
        private.file().write_all_at(b"text", 0).unwrap();
        drop(private);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn output_that_exists_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        let late = PrivateFile::new(&target).unwrap();
        fs::write(&target, "mine").unwrap();
        assert_eq!(PrivateFile::new(&target).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(late.finish().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&target).unwrap(), b"mine");
        assert_eq!(names(folder.path()), ["out"]);
    }

    #[test]
    fn dangling_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), &target).unwrap();
        assert_eq!(PrivateFile::new(&target).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }
}
