//! A register as files, in the layout of C2SP tlog-tiles: any web server can hand it out, outside tools can read it.
//!
//! ```text
//! FOLDER/checkpoint
//! FOLDER/tile/0/x001/234        256 hashes
//! FOLDER/tile/0/x001/235.p/17   17 hashes, until the tile is full
//! FOLDER/tile/entries/...       leaves likewise; of a partial bundle only the widest form is kept
//! FOLDER/incoming/              files being written; emptied on start
//! FOLDER/lock                   one writer
//! ```
//! Every file appears by rename, so it is whole or not there. Tile texts and leaf texts lie apart because leaves are
//! for their parties only (design section 9): publish `checkpoint` and `tile/0` upwards, never `tile/entries`.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::checkpoint::CHECKPOINT_LEN_MAX;
use super::sequencer::{LastCheckpoint, LogStore};
use super::tiles::{LEAF_LEN_MAX, TileId, TileKind};
use super::tree::ReadTiles;
use crate::disk::durable::{self, Disk, RealDisk, begin_temporary, ensure_folder};
use crate::disk::lock::{FolderLock, LockError};

/// Longest file of the layout: a full bundle of the longest leaves.
const FILE_LEN_MAX: usize = 256 * (LEAF_LEN_MAX + 2);

/// A partial tile grows at most 255 times.
const LOOKS_MAX: usize = 256;

const INCOMING: &str = "incoming";
const CHECKPOINT: &str = "checkpoint";

/// A register's folder, for one writer or any number of readers.
#[derive(Debug)]
pub struct LogFolder<D = RealDisk> {
    disk: D,
    path: PathBuf,
    /// Folders known to be there, durably.
    known: Mutex<BTreeSet<PathBuf>>,
    _lock: Option<FolderLock>,
}

impl<D: Disk> LogFolder<D> {
    /// Takes the folder for writing, makes it if it is not there, and sweeps what was never finished.
    ///
    /// # Errors
    /// When another process writes to it, or the disk fails.
    pub fn take(disk: D, path: &Path) -> Result<Self, LockError> {
        ensure_folder(&disk, path)?;
        let lock = FolderLock::take(path)?;
        let folder = Self::open(disk, path)?;
        Ok(Self { _lock: Some(lock), ..folder })
    }

    /// Opens a folder for reading only; somebody else may be writing to it.
    #[must_use]
    pub fn reader(disk: D, path: &Path) -> Self {
        Self { disk, path: path.to_owned(), known: Mutex::default(), _lock: None }
    }

    /// Opens a folder on any disk without locking it.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn open(disk: D, path: &Path) -> io::Result<Self> {
        ensure_folder(&disk, path)?;
        let incoming = path.join(INCOMING);
        ensure_folder(&disk, &incoming)?;
        for name in disk.list(&incoming)? {
            disk.remove(&incoming.join(name))?;
        }
        Ok(Self { disk, path: path.to_owned(), known: Mutex::default(), _lock: None })
    }

    fn path_of(&self, tile: TileId) -> PathBuf {
        self.path.join(tile.to_string())
    }

    /// The folder of a tile's partial forms.
    fn partials_of(&self, tile: TileId) -> PathBuf {
        self.path.join(format!("{}.p", tile.full()))
    }

    /// Makes all folders above a file, from the register's folder down.
    fn make_folders(&self, file: &Path) -> io::Result<()> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(parent) = file.parent() else { return Ok(()) };
        let Ok(below) = parent.strip_prefix(&self.path) else { return Ok(()) };
        let mut folder = self.path.clone();
        for part in below {
            folder.push(part);
            if !known.contains(&folder) {
                ensure_folder(&self.disk, &folder)?;
                known.insert(folder.clone());
            }
        }
        Ok(())
    }

    fn read_file(&self, path: &Path, len_max: usize) -> io::Result<Option<Vec<u8>>> {
        absent_is_none(durable::read(&self.disk, path, len_max))
    }

    /// The widths in which a partial tile is stored.
    fn widths(&self, tile: TileId) -> io::Result<Vec<(usize, PathBuf)>> {
        let folder = self.partials_of(tile);
        let names = absent_is_none(self.disk.list(&folder))?.unwrap_or_default();
        let width = |name: &std::ffi::OsString| Some((name.to_str()?.parse().ok()?, folder.join(name)));
        Ok(names.iter().filter_map(width).collect())
    }
}

impl<D: Disk> ReadTiles for LogFolder<D> {
    fn read_tile(&self, tile: TileId) -> io::Result<Option<Vec<u8>>> {
        // While the writer is at work, a file that was just seen may be gone for a wider one; then look again.
        for _ in 0..LOOKS_MAX {
            for path in [self.path_of(tile), self.path_of(tile.full())] {
                if let Some(bytes) = self.read_file(&path, FILE_LEN_MAX)? {
                    return Ok(Some(bytes));
                }
            }
            let wider = self.widths(tile)?.into_iter().filter(|(width, _)| *width > tile.width()).min();
            let path = match &wider {
                Some((_, path)) => path,
                // It may have become full between the two looks.
                None => &self.path_of(tile.full()),
            };
            match self.read_file(path, FILE_LEN_MAX)? {
                None if wider.is_some() => {}
                found => return Ok(found),
            }
        }
        Ok(None)
    }
}

impl<D: Disk> LogStore for LogFolder<D> {
    fn write_tiles(&self, tiles: &[(TileId, Vec<u8>)]) -> io::Result<()> {
        let incoming = self.path.join(INCOMING);
        let (mut temporaries, mut files) = (Vec::new(), Vec::new());
        let written = tiles.iter().try_for_each(|(_, bytes)| {
            let (temporary, file) = begin_temporary(&self.disk, &incoming, &[bytes])?;
            temporaries.push(temporary);
            files.push(file);
            Ok(())
        });
        // All bytes are safe before the first of them has a name.
        let named = written.and_then(|()| self.disk.sync_files(&files)).and_then(|()| {
            let mut folders = BTreeSet::new();
            for ((tile, _), temporary) in tiles.iter().zip(&temporaries) {
                let path = self.path_of(*tile);
                self.make_folders(&path)?;
                self.disk.rename(temporary, &path)?;
                folders.extend(path.parent().map(Path::to_owned));
            }
            let folders: Vec<&Path> = folders.iter().map(PathBuf::as_path).collect();
            self.disk.sync_folders(&folders)
        });
        if named.is_err() {
            // The first error is the one that tells; what is left is swept on start.
            temporaries.iter().for_each(|temporary| drop(self.disk.remove(temporary)));
        }
        named
    }

    fn read_checkpoint(&self) -> io::Result<Option<Vec<u8>>> {
        self.read_file(&self.path.join(CHECKPOINT), CHECKPOINT_LEN_MAX)
    }

    fn write_checkpoint(&self, checkpoint: &[u8]) -> io::Result<()> {
        durable::replace(&self.disk, &self.path.join(CHECKPOINT), checkpoint)
    }

    fn retire(&self, tiles: &[TileId]) -> io::Result<()> {
        for tile in tiles {
            // Partial hash tiles stay while a reader of an older checkpoint may ask for them.
            if !tile.is_full() && tile.kind() != TileKind::Entries {
                continue;
            }
            let mut left = 0;
            for (width, path) in self.widths(*tile)? {
                if width < tile.width() {
                    self.disk.remove(&path)?;
                } else {
                    left += 1;
                }
            }
            if tile.is_full() && left == 0 {
                let folder = self.partials_of(*tile);
                absent_is_none(self.disk.remove_folder(&folder))?;
                self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&folder);
            }
        }
        Ok(())
    }
}

impl<T: ReadTiles + ?Sized> ReadTiles for Arc<T> {
    fn read_tile(&self, tile: TileId) -> io::Result<Option<Vec<u8>>> {
        (**self).read_tile(tile)
    }
}

impl<T: LogStore + ?Sized> LogStore for Arc<T> {
    fn write_tiles(&self, tiles: &[(TileId, Vec<u8>)]) -> io::Result<()> {
        (**self).write_tiles(tiles)
    }

    fn read_checkpoint(&self) -> io::Result<Option<Vec<u8>>> {
        (**self).read_checkpoint()
    }

    fn write_checkpoint(&self, checkpoint: &[u8]) -> io::Result<()> {
        (**self).write_checkpoint(checkpoint)
    }

    fn retire(&self, tiles: &[TileId]) -> io::Result<()> {
        (**self).retire(tiles)
    }
}

/// The last checkpoint as one file, which belongs on another disk than the register, or at least into another backup.
#[derive(Debug)]
pub struct CheckpointFile<D = RealDisk> {
    disk: D,
    path: PathBuf,
}

impl<D: Disk> CheckpointFile<D> {
    /// The file at `path`, which need not be there yet.
    pub fn new(disk: D, path: &Path) -> Self {
        Self { disk, path: path.to_owned() }
    }
}

impl<D: Disk> LastCheckpoint for CheckpointFile<D> {
    fn read(&self) -> io::Result<Option<Vec<u8>>> {
        absent_is_none(durable::read(&self.disk, &self.path, CHECKPOINT_LEN_MAX))
    }

    fn write(&self, checkpoint: &[u8]) -> io::Result<()> {
        durable::replace(&self.disk, &self.path, checkpoint)
    }
}

fn absent_is_none<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
