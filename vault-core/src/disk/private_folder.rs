//! Output folders that appear whole or not at all.
//!
//! A [`PrivateFolder`] is filled under a hidden temporary name beside its target and renamed at the end; it never
//! takes the place of anything that is there. Dropped before that, it is removed with all it holds.

use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags};
use rustix::io::Errno;
use tempfile::TempDir;

use super::durable::{Disk, RealDisk};
use super::private::folder_of;
use crate::item::FileName;

/// A folder with mode 0700 that nobody looks for until [`PrivateFolder::finish`].
#[derive(Debug)]
pub struct PrivateFolder {
    folder: TempDir,
    target: PathBuf,
}

impl PrivateFolder {
    /// Begins a folder that will be called `target`; [`io::ErrorKind::AlreadyExists`] if something is there already.
    pub fn new(target: &Path) -> io::Result<Self> {
        if target.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let folder = tempfile::Builder::new()
            .prefix(".vault-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(folder_of(target))?;
        Ok(Self { folder, target: target.to_owned() })
    }

    /// Makes an empty file with mode 0600 in the folder; [`io::ErrorKind::AlreadyExists`] if the name is taken.
    pub fn create(&self, name: &FileName) -> io::Result<File> {
        RealDisk.create_new(&self.folder.path().join(name.as_str()))
    }

    /// Gives the folder its name; [`io::ErrorKind::AlreadyExists`] if something took it meanwhile.
    pub fn finish(self) -> io::Result<()> {
        let from = self.folder.path();
        match rustix::fs::renameat_with(CWD, from, CWD, &self.target, RenameFlags::NOREPLACE) {
            Ok(()) => {}
            // The file system cannot promise it in one step. A plain rename replaces an empty folder at worst.
            Err(Errno::INVAL | Errno::NOSYS) => {
                if self.target.symlink_metadata().is_ok() {
                    return Err(io::ErrorKind::AlreadyExists.into());
                }
                rustix::fs::rename(from, &self.target)?;
            }
            Err(error) => return Err(error.into()),
        }
        // It has its own name now and is not to be removed with the temporary one.
        drop(self.folder.keep());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::fs;

    use super::*;

    fn private(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn appears_whole_and_private() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("out");
        let folder = PrivateFolder::new(&target).unwrap();
        let name = "通知.docx".parse().unwrap();
        io::Write::write_all(&mut folder.create(&name).unwrap(), b"text").unwrap();
        assert_eq!(folder.create(&name).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert!(!target.exists());
        folder.finish().unwrap();
        let file = target.join("通知.docx");
        assert_eq!(fs::read(&file).unwrap(), b"text");
        assert_eq!((private(&target), private(&file)), (0o700, 0o600));
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn dropped_or_refused_folder_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("out");
        let folder = PrivateFolder::new(&target).unwrap();
        folder.create(&"a".parse().unwrap()).unwrap();
        drop(folder);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
        let late = PrivateFolder::new(&target).unwrap();
        fs::create_dir(&target).unwrap();
        assert_eq!(PrivateFolder::new(&target).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(late.finish().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }
}
