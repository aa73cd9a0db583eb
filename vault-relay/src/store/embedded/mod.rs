//! The default store: one folder with an SQLite database and a folder of parts. For one relay on one machine.
//!
//! ```text
//! DATA/relay.sqlite   everything but payload bytes
//! DATA/parts/         payload bytes, in immutable parts with checksums
//! DATA/lock           one process at a time
//! ```
//! One connection writes, one transaction at a time, and those that meet share a commit (`group`); each reader has a
//! connection of its own and sees what was committed when it began. Commits are synced to the disk (WAL,
//! `synchronous=FULL`).

mod change;
#[cfg(test)]
mod flips;
mod group;
mod organisation;
mod parts;
mod rows;
mod schema;
mod sums;
#[cfg(test)]
mod tests;
mod view;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};
use vault_core::disk::durable::{Disk as _, ensure_folder};
use vault_core::disk::lock::{FolderLock, LockError};

use super::disk::StoreDisk;
use super::{End, Metadata, StoreError, Transaction, View};
use rows::failed;

pub use parts::PartsFolder;

const DATABASE: &str = "relay.sqlite";

/// Readers kept open when idle; more are opened while they are needed.
const READERS_KEPT: usize = 8;

/// The relay's data folder, held by this process alone.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    disk: StoreDisk,
    _lock: FolderLock,
}

/// Why a data folder was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataFolderError {
    /// Another process uses it.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// It cannot be made.
    #[error("the data folder cannot be used")]
    Disk(#[from] std::io::Error),
}

impl DataFolder {
    /// Takes the folder, which is made if it is not there (its parent must be).
    pub fn take(disk: StoreDisk, path: &Path) -> Result<Self, DataFolderError> {
        ensure_folder(&disk, path)?;
        Ok(Self { path: path.to_owned(), disk, _lock: FolderLock::take(path)? })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens its folder of parts.
    pub fn parts(&self) -> Result<PartsFolder, StoreError> {
        PartsFolder::open(self.disk.clone(), &self.path)
    }
}

/// Metadata in SQLite.
#[derive(Debug)]
pub struct Database {
    writer: group::Writer,
    readers: Mutex<Vec<Connection>>,
    path: PathBuf,
    _folder: DataFolder,
}

impl Database {
    /// Opens the database of a data folder, making it if there is none.
    pub fn open(folder: DataFolder) -> Result<Self, StoreError> {
        let path = folder.path().join(DATABASE);
        let mut writer =
            Connection::open_with_flags(&path, flags(Access::Write)).map_err(failed("opening"))?;
        schema::configure(&writer, schema::WRITER_CACHE)?;
        schema::prepare(&mut writer, &path)?;
        schema::check_length(&writer, &path)?;
        sums::check_reads(&writer)?;
        // The file's own name must survive a power cut as its content does.
        folder
            .disk
            .sync_folder(folder.path())
            .map_err(|source| StoreError::Database { context: "opening", source: Box::new(source) })?;
        Ok(Self {
            writer: group::Writer::new(writer, folder.disk.clone()),
            readers: Mutex::default(),
            path,
            _folder: folder,
        })
    }

    fn reader(&self) -> Result<Connection, StoreError> {
        if let Some(reader) = lock(&self.readers).pop() {
            return Ok(reader);
        }
        let reader = self.plain_reader()?;
        sums::check_reads(&reader)?;
        Ok(reader)
    }

    /// One that reads rows as they lie there.
    fn plain_reader(&self) -> Result<Connection, StoreError> {
        let reader =
            Connection::open_with_flags(&self.path, flags(Access::Read)).map_err(failed("opening"))?;
        schema::configure(&reader, schema::READER_CACHE)?;
        Ok(reader)
    }

    fn give_back(&self, reader: Connection) {
        let mut readers = lock(&self.readers);
        if readers.len() < READERS_KEPT {
            readers.push(reader);
        }
    }
}

impl Metadata for Database {
    fn read(&self, work: &mut dyn FnMut(&dyn View)) -> Result<(), StoreError> {
        let mut reader = self.reader()?;
        let transaction = reader.transaction().map_err(failed("reading"))?;
        work(&Session { db: &transaction });
        transaction.finish().map_err(failed("reading"))?;
        self.give_back(reader);
        Ok(())
    }

    fn write(&self, work: &mut dyn FnMut(&mut dyn Transaction) -> End) -> Result<(), StoreError> {
        self.writer.write(work)
    }

    fn verify(&self) -> Result<Vec<String>, StoreError> {
        let reader = self.reader()?;
        let collect = |sql: &str| -> rusqlite::Result<Vec<String>> {
            let mut statement = reader.prepare(sql)?;
            statement.query_map([], |row| row.get(0))?.collect()
        };
        let mut findings = collect("PRAGMA integrity_check").map_err(failed("verifying"))?;
        findings.retain(|finding| finding != "ok");
        let orphans = "SELECT \"table\" || ' row without its ' || parent FROM pragma_foreign_key_check";
        findings.extend(collect(orphans).map_err(failed("verifying"))?);
        let counted = "SELECT 'what ' || coalesce(kept.sender, own.sender) || ' has here is counted wrong' FROM main.kept FULL JOIN \
            (SELECT coalesce(brought_by, sender) AS sender, count(*) AS items, sum(length) AS bytes FROM main.item \
            WHERE payload = 1 GROUP BY 1) AS own \
            USING (sender) WHERE coalesce(kept.items, 0) <> coalesce(own.items, 0) \
            OR coalesce(kept.bytes, 0) <> coalesce(own.bytes, 0)";
        findings.extend(collect(counted).map_err(failed("verifying"))?);
        findings.extend(sums::verify(&reader)?);
        self.give_back(reader);
        Ok(findings)
    }

    fn snapshot(&self, to: &Path) -> Result<(), StoreError> {
        // `VACUUM` looks names up as everybody does, and would find the views.
        let reader = self.plain_reader()?;
        let target = to.to_str().ok_or(StoreError::Damaged { what: "path of the snapshot" })?;
        reader.execute("VACUUM INTO ?1", [target]).map_err(failed("taking a snapshot"))?;
        let synced = std::fs::File::open(to).and_then(|file| file.sync_all());
        synced
            .map_err(|source| StoreError::Database { context: "taking a snapshot", source: Box::new(source) })
    }
}

/// For tests that change the file behind the relay's back.
#[cfg(feature = "test-hooks")]
pub mod hooks {
    use rusqlite::Connection;

    use super::{StoreError, sums};

    /// Rows that this connection writes are summed up as if the relay had written them.
    pub fn as_the_relay(db: &Connection) -> Result<(), StoreError> {
        sums::teach(db)
    }

    /// Rows that `work` writes keep the sums of before, as if the disk had changed them.
    pub fn as_the_disk(db: &Connection, work: impl FnOnce(&Connection)) -> Result<(), StoreError> {
        sums::teach(db)?;
        sums::keep_no_more(db)?;
        work(db);
        sums::keep(db)
    }
}

/// What a view or transaction runs on.
struct Session<'a> {
    db: &'a Connection,
}

#[derive(Clone, Copy)]
enum Access {
    Read,
    Write,
}

fn flags(access: Access) -> OpenFlags {
    // Each connection stays within one thread at a time; the locks above see to that.
    let common = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    common
        | match access {
            // Not SQLITE_OPEN_READ_ONLY: a WAL reader must be able to join the shared index.
            Access::Read => OpenFlags::SQLITE_OPEN_READ_WRITE,
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        }
}

/// A panic under these locks leaves no half-done work: SQLite undoes it.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
