//! Which program is a plugin: one that only the administrator of the machine can have put where it lies (ADR 0021).
//!
//! Never what `PATH` says: whoever can write to a folder of it could put a program there that keeps what it is given.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use thiserror::Error;
use vault_keys::plugin::PluginName;

use crate::error::{Failure, Kind};
use crate::msg;

/// The folders that are looked in, first to last.
pub const FOLDERS: [&str; 3] = ["/usr/libexec/vault/plugins", "/usr/lib/age-plugins", "/usr/bin"];

/// Who may have written programs, and how far up the folders are looked at.
struct Trust<'a> {
    folders: Vec<&'a Path>,
    owner: u32,
    top: &'a Path,
}

/// The full path of a plugin.
///
/// # Errors
/// No listed folder holds it, or others than root could have put it there or changed it.
pub fn find(name: &PluginName) -> Result<PathBuf, PlaceError> {
    #[cfg(feature = "test-hooks")]
    if let Some(folder) = std::env::var_os("VAULT_TEST_PLUGINS") {
        let folder = PathBuf::from(folder);
        let owner = rustix::process::geteuid().as_raw();
        return Trust { folders: vec![&folder], owner, top: &folder }.find(name);
    }
    Trust { folders: FOLDERS.map(Path::new).to_vec(), owner: 0, top: Path::new("/") }.find(name)
}

impl Trust<'_> {
    fn find(&self, name: &PluginName) -> Result<PathBuf, PlaceError> {
        let found = self.folders.iter().map(|folder| folder.join(name.program()));
        let path = found.into_iter().find(|path| path.symlink_metadata().is_ok());
        let path = path.ok_or_else(|| PlaceError::Missing {
            program: name.program(),
            folders: self.folders.iter().map(|folder| folder.display().to_string()).collect(),
        })?;
        self.check(&path)?;
        Ok(path)
    }

    fn check(&self, path: &Path) -> Result<(), PlaceError> {
        let bad = |at: &Path, why| PlaceError::Unsafe { path: at.to_owned(), why };
        let program = fs::symlink_metadata(path).map_err(|_| bad(path, Unsafe::Kind))?;
        // A link would lead to where nobody has looked.
        if !program.is_file() || program.mode() & 0o111 == 0 {
            return Err(bad(path, Unsafe::Kind));
        }
        let folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(self.top));
        for at in std::iter::once(path).chain(folders) {
            let found = fs::symlink_metadata(at).map_err(|_| bad(at, Unsafe::Kind))?;
            if at != path && !found.is_dir() {
                return Err(bad(at, Unsafe::Kind));
            }
            if found.uid() != self.owner {
                return Err(bad(at, Unsafe::Owner));
            }
            if found.mode() & 0o022 != 0 {
                return Err(bad(at, Unsafe::Writable));
            }
        }
        Ok(())
    }
}

/// Why no program was found.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// It is in none of the folders.
    #[error("{program} is in none of the listed folders")]
    Missing {
        /// Its name.
        program: String,
        /// Where it was looked for.
        folders: Vec<String>,
    },
    /// It is there, and somebody else could have put it there or changed it.
    #[error("{path}: {why}")]
    Unsafe {
        /// The program, or the folder above it that lies open.
        path: PathBuf,
        /// What is wrong with it.
        why: Unsafe,
    },
}

/// What makes a program unsafe to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unsafe {
    /// A link, a folder, a device, or a file that is not executable.
    #[error("not an ordinary program in an ordinary folder")]
    Kind,
    /// It belongs to somebody else than root.
    #[error("does not belong to root")]
    Owner,
    /// Group or others may write to it.
    #[error("others than root may write to it")]
    Writable,
}

impl PlaceError {
    pub(super) fn failure(&self) -> Failure {
        match self {
            Self::Missing { program, folders } => {
                Failure::failed(msg!("token-no-program", program = program.as_str()))
                    .code("token-no-program")
                    .hint(msg!("token-no-program-next", folders = folders.join(", ")))
            }
            Self::Unsafe { path, .. } => {
                Failure::new(Kind::Refused, msg!("token-unsafe", path = path.display().to_string()))
                    .code("token-unsafe")
                    .because(self)
                    .hint(msg!("token-unsafe-next"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::{Path, PathBuf};

    use super::{PlaceError, Trust, Unsafe};

    const NAME: &str = "age-plugin-probe";

    /// A folder of this user in a folder of this user; the rules are the same, with another owner than root.
    fn with(change: impl FnOnce(&Path, &Path)) -> Result<PathBuf, PlaceError> {
        with_owner(rustix::process::geteuid().as_raw(), change)
    }

    fn with_owner(owner: u32, change: impl FnOnce(&Path, &Path)) -> Result<PathBuf, PlaceError> {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("plugins");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        let program = folder.join(NAME);
        fs::write(&program, "").unwrap();
        fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        change(&folder, &program);
        let folders = vec![Path::new("/nowhere"), &folder];
        Trust { folders, owner, top: top.path() }.find(&"probe".parse().unwrap())
    }

    fn why(found: Result<PathBuf, PlaceError>) -> Unsafe {
        match found {
            Err(PlaceError::Unsafe { why, .. }) => why,
            other => panic!("{other:?}"),
        }
    }

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_program_that_nobody_else_can_change_is_found() {
        assert!(with(|_, _| {}).unwrap().ends_with(NAME));
    }

    #[test]
    fn a_program_in_no_listed_folder_is_missing() {
        let found = with(|_, program| fs::remove_file(program).unwrap());
        assert!(matches!(found, Err(PlaceError::Missing { .. })), "{found:?}");
    }

    #[test]
    fn a_program_that_others_could_have_changed_is_refused() {
        for bits in [0o775, 0o757, 0o777] {
            assert_eq!(why(with(|_, program| mode(program, bits))), Unsafe::Writable);
            assert_eq!(why(with(|folder, _| mode(folder, bits))), Unsafe::Writable);
            // Every folder above counts: who may write there may put another one in its place.
            assert_eq!(why(with(|folder, _| mode(folder.parent().unwrap(), bits))), Unsafe::Writable);
        }
    }

    #[test]
    fn a_program_of_somebody_else_is_refused() {
        let another = rustix::process::geteuid().as_raw() + 1;
        assert_eq!(why(with_owner(another, |_, _| {})), Unsafe::Owner);
    }

    #[test]
    fn a_link_out_of_the_folder_is_refused() {
        let found = with(|_, program| {
            fs::remove_file(program).unwrap();
            symlink("/bin/sh", program).unwrap();
        });
        assert_eq!(why(found), Unsafe::Kind);
        let found = with(|folder, _| {
            let real = folder.with_file_name("real");
            fs::rename(folder, &real).unwrap();
            symlink(&real, folder).unwrap();
        });
        assert_eq!(why(found), Unsafe::Kind);
    }

    #[test]
    fn what_is_no_program_is_refused() {
        assert_eq!(why(with(|_, program| mode(program, 0o644))), Unsafe::Kind);
        let folder = with(|_, program| {
            fs::remove_file(program).unwrap();
            fs::create_dir(program).unwrap();
        });
        assert_eq!(why(folder), Unsafe::Kind);
    }
}
