//! The files of a bench, below one folder.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::recipes::Failure;

/// A folder of files.
#[derive(Debug)]
pub(super) struct Files {
    folder: PathBuf,
}

impl Files {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    pub(super) fn at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Random bytes, so that no program gains from their pattern.
    pub(super) fn random(&self, name: &str, mib: u64) -> Result<PathBuf, Failure> {
        let path = self.at(name);
        let mut file = BufWriter::new(File::create(&path)?);
        let mut rng = StdRng::seed_from_u64(1);
        let mut block = vec![0; 1 << 20];
        for _ in 0..mib {
            rng.fill_bytes(&mut block);
            file.write_all(&block)?;
        }
        file.flush()?;
        Ok(path)
    }
}

/// Removes a file that may not be there.
pub(super) fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Whether two files hold the same bytes.
pub(super) fn same(one: &Path, other: &Path) -> Result<bool, Failure> {
    Ok(Command::new("cmp").arg("-s").args([one, other]).status()?.success())
}
