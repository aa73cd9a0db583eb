//! A folder of immutable blobs: the parts of payloads, each checked again whenever it is read.
//!
//! ```text
//! FOLDER/incoming/.unfinished-…     being written; emptied on start
//! FOLDER/<owner, 64 hex>/<index>    one blob
//! FOLDER/damaged/<owner>-<index>    what is left of one that was found damaged, for whoever wants to look
//!
//! blob   = bytes || sum of each 64 KiB block (32 bytes, BLAKE3) || length of bytes (8, big-endian) || "vblob/1\n"
//! ```
//!
//! Order of a write: bytes under a temporary name, sync, rename, sync the owner's folder and the one above. When
//! [`Blobs::put`] returns, the blob survives a power cut; a blob that is there was whole before it got its name. The
//! sums find what the disk lost later; whether the bytes are the ones a label names, only the content hash says.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use thiserror::Error;

use super::durable::{Disk, DiskFile, RealDisk, ensure_folder, write_temporary};
use crate::stream::PART_LEN;
use crate::stream::at::ReadAt;

/// Longest blob in bytes: one part of a content.
pub const BLOB_LEN_MAX: u64 = PART_LEN;

/// A folder of blobs. Any number of threads may use one; two processes must not.
#[derive(Debug)]
pub struct Blobs<D = RealDisk> {
    disk: D,
    folder: PathBuf,
    /// Held while a blob gets its name.
    naming: Mutex<()>,
}

/// Whom a blob belongs to: the label hash of its item, as bytes.
pub type Owner = [u8; 32];

/// Why a blob was not stored or not read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BlobError {
    /// There is no such blob.
    #[error("there is no blob {index} of {}", hex(.owner))]
    Missing {
        /// Whose.
        owner: Owner,
        /// Its number.
        index: u64,
    },
    /// A blob with other bytes has this name; blobs never change.
    #[error("blob {index} of {} is there already with other bytes", hex(.owner))]
    Conflict {
        /// Whose.
        owner: Owner,
        /// Its number.
        index: u64,
    },
    /// What the disk holds is not what was stored.
    #[error("blob {index} of {} is damaged on the disk", hex(.owner))]
    Damaged {
        /// Whose.
        owner: Owner,
        /// Its number.
        index: u64,
    },
    /// Longer than [`BLOB_LEN_MAX`].
    #[error("a blob of {0} bytes is too long")]
    TooLong(u64),
    /// The disk failed: full, read-only, or worse.
    #[error("the folder of blobs failed")]
    Disk(#[from] io::Error),
}

impl<D: Disk> Blobs<D> {
    /// Opens a folder of blobs, makes it if it is not there, and removes what was never finished.
    pub fn open(disk: D, folder: &Path) -> io::Result<Self> {
        ensure_folder(&disk, folder)?;
        let incoming = folder.join(INCOMING);
        ensure_folder(&disk, &incoming)?;
        for name in disk.list(&incoming)? {
            disk.remove(&incoming.join(name))?;
        }
        Ok(Self { disk, folder: folder.to_owned(), naming: Mutex::default() })
    }

    /// Stores a blob; returns once it survives a power cut. The same bytes again are fine.
    pub fn put(&self, owner: Owner, index: u64, bytes: &[u8]) -> Result<(), BlobError> {
        if bytes.len() as u64 > BLOB_LEN_MAX {
            return Err(BlobError::TooLong(bytes.len() as u64));
        }
        let folder = self.owner_folder(owner);
        let path = blob_path(&folder, index);
        if self.has(owner, index, bytes)? {
            // It was synced before it was named; its name may have been given just before a crash.
            return Ok(self.sync_names(&folder)?);
        }
        match self.disk.create_folder(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
        let temporary = write_temporary(&self.disk, &self.folder.join(INCOMING), &[bytes, &sums(bytes)])?;
        // Of two put at once the second finds the first, so that no name changes hands.
        let naming = self.naming.lock().unwrap_or_else(PoisonError::into_inner);
        let named = match self.has(owner, index, bytes) {
            Ok(false) => self.disk.rename(&temporary, &path).map(|()| true).map_err(BlobError::from),
            other => other.map(|_| false),
        };
        drop(naming);
        if !matches!(named, Ok(true)) {
            self.disk.remove(&temporary).ok();
        }
        named?;
        Ok(self.sync_names(&folder)?)
    }

    /// Whether a blob with these very bytes is there. A damaged one is as good as none: somebody has the right bytes again.
    fn has(&self, owner: Owner, index: u64, bytes: &[u8]) -> Result<bool, BlobError> {
        match self.read(owner, index) {
            Ok(there) if there == bytes => Ok(true),
            Ok(_) => Err(BlobError::Conflict { owner, index }),
            Err(BlobError::Missing { .. } | BlobError::Damaged { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Reads a whole blob.
    pub fn read(&self, owner: Owner, index: u64) -> Result<Vec<u8>, BlobError> {
        self.read_at(owner, index, 0, usize::MAX)
    }

    /// Reads up to `length` bytes from `offset`; fewer only at the blob's end. Every block they touch is checked.
    pub fn read_at(
        &self,
        owner: Owner,
        index: u64,
        offset: u64,
        length: usize,
    ) -> Result<Vec<u8>, BlobError> {
        let file = match self.disk.open(&blob_path(&self.owner_folder(owner), index)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(BlobError::Missing { owner, index });
            }
            opened => opened?,
        };
        let damaged = || BlobError::Damaged { owner, index };
        let blob_len = blob_len(&file)?.ok_or_else(damaged)?;
        let end = offset.saturating_add(length as u64).min(blob_len);
        if offset >= end {
            return Ok(Vec::new());
        }
        // Whole blocks around what was asked for, then trimmed.
        let blocks = offset / BLOCK_LEN..end.div_ceil(BLOCK_LEN);
        let (start, stop) = (blocks.start * BLOCK_LEN, (blocks.end * BLOCK_LEN).min(blob_len));
        let mut bytes = vec![0; small(stop - start)];
        let mut sums = vec![0; small(blocks.end - blocks.start) * SUM_LEN];
        let sums_start = blob_len + blocks.start * SUM_LEN as u64;
        if file.read_full_at(&mut bytes, start)? < bytes.len()
            || file.read_full_at(&mut sums, sums_start)? < sums.len()
            || !bytes
                .chunks(small(BLOCK_LEN))
                .zip(sums.chunks(SUM_LEN))
                .all(|(block, sum)| blake3::hash(block).as_bytes() == sum)
        {
            return Err(damaged());
        }
        bytes.truncate(small(end - start));
        bytes.drain(..small(offset - start));
        Ok(bytes)
    }

    /// Whether a whole blob of this length is there. Its bytes are not looked at: that is for [`Blobs::read_at`].
    pub fn holds(&self, owner: Owner, index: u64, length: u64) -> Result<bool, BlobError> {
        match self.disk.open(&blob_path(&self.owner_folder(owner), index)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            opened => Ok(blob_len(&opened?)? == Some(length)),
        }
    }

    /// Puts a damaged blob aside: from now on it is missing. Fine if it is missing already.
    pub fn set_aside(&self, owner: Owner, index: u64) -> Result<(), BlobError> {
        let (folder, aside) = (self.owner_folder(owner), self.folder.join(DAMAGED));
        ensure_folder(&self.disk, &aside)?;
        match self.disk.rename(&blob_path(&folder, index), &aside.join(format!("{}-{index}", hex(&owner)))) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            renamed => renamed?,
        }
        self.disk.sync_folder(&aside)?;
        Ok(self.disk.sync_folder(&folder)?)
    }

    /// Removes all blobs of an owner; fine if there are none. Returns once they stay away after a power cut.
    pub fn remove(&self, owner: Owner) -> Result<(), BlobError> {
        let folder = self.owner_folder(owner);
        let names = match self.disk.list(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            listed => listed?,
        };
        for name in names {
            self.disk.remove(&folder.join(name))?;
        }
        self.disk.remove_folder(&folder)?;
        Ok(self.disk.sync_folder(&self.folder)?)
    }

    /// Everybody who has blobs, in no order.
    pub fn owners(&self) -> Result<Vec<Owner>, BlobError> {
        Ok(self.disk.list(&self.folder)?.iter().filter_map(|name| unhex(name.to_str()?)).collect())
    }

    /// The numbers of an owner's blobs, ascending.
    pub fn indices(&self, owner: Owner) -> Result<Vec<u64>, BlobError> {
        let names = match self.disk.list(&self.owner_folder(owner)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            listed => listed?,
        };
        let mut indices: Vec<u64> = names.iter().filter_map(|name| name.to_str()?.parse().ok()).collect();
        indices.sort_unstable();
        Ok(indices)
    }

    /// Makes the names of an owner's blobs durable, and the owner's own: whoever made it may not have synced it yet.
    fn sync_names(&self, folder: &Path) -> io::Result<()> {
        self.disk.sync_folders(&[folder, &self.folder])
    }

    fn owner_folder(&self, owner: Owner) -> PathBuf {
        self.folder.join(hex(&owner))
    }
}

const INCOMING: &str = "incoming";
const DAMAGED: &str = "damaged";
const BLOCK_LEN: u64 = 64 * 1024;
const SUM_LEN: usize = 32;
const TRAILER: &[u8; 8] = b"vblob/1\n";
const TRAILER_LEN: u64 = 16;

fn blob_path(folder: &Path, index: u64) -> PathBuf {
    folder.join(index.to_string())
}

/// What stands behind the bytes of a blob: the checksum of each block, their length, the mark.
fn sums(bytes: &[u8]) -> Vec<u8> {
    let mut sums = Vec::new();
    for block in bytes.chunks(small(BLOCK_LEN)) {
        sums.extend_from_slice(blake3::hash(block).as_bytes());
    }
    sums.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    sums.extend_from_slice(TRAILER);
    sums
}

/// How many bytes a blob file holds beside its sums; `None` if it is none.
fn blob_len(file: &impl DiskFile) -> io::Result<Option<u64>> {
    let file_len = file.length()?;
    let Some(trailer_start) = file_len.checked_sub(TRAILER_LEN) else { return Ok(None) };
    let (mut length, mut mark) = ([0; 8], [0; 8]);
    let whole = file.read_full_at(&mut length, trailer_start)? == 8
        && file.read_full_at(&mut mark, trailer_start + 8)? == 8;
    let length = u64::from_be_bytes(length);
    let fits = length <= BLOB_LEN_MAX
        && length + length.div_ceil(BLOCK_LEN) * SUM_LEN as u64 + TRAILER_LEN == file_len;
    Ok((whole && mark == *TRAILER && fits).then_some(length))
}

/// A length that [`BLOB_LEN_MAX`] bounds.
fn small(length: u64) -> usize {
    usize::try_from(length).expect("a blob fits in memory")
}

fn hex(owner: &Owner) -> String {
    owner.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("text grows");
        text
    })
}

fn unhex(name: &str) -> Option<Owner> {
    let mut owner = [0; 32];
    let digits = name.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in owner.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    (hex(&owner) == name).then_some(owner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]
    use std::fs;

    use proptest::prelude::*;

    use super::*;

    const OWNER: Owner = [0xab; 32];

    fn folder() -> (tempfile::TempDir, Blobs) {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(RealDisk, &folder.path().join("parts")).unwrap();
        (folder, blobs)
    }

    fn bytes(len: usize) -> Vec<u8> {
        (0..len).map(|byte| (byte % 241) as u8).collect()
    }

    fn path(folder: &tempfile::TempDir, index: u64) -> PathBuf {
        folder.path().join("parts").join("ab".repeat(32)).join(index.to_string())
    }

    #[test]
    fn blobs_come_back_from_any_offset() {
        let (_folder, blobs) = folder();
        for (index, len) in [0, 1, 65_535, 65_536, 65_537, 200_000].into_iter().enumerate() {
            let (index, bytes) = (index as u64, bytes(len));
            blobs.put(OWNER, index, &bytes).unwrap();
            assert_eq!(blobs.read(OWNER, index).unwrap(), bytes);
            for (offset, length) in
                [(0, 1), (1, 70_000), (65_535, 2), (65_536, 65_536), (199_999, 9), (300_000, 1)]
            {
                let start = offset.min(len);
                let end = (offset + length).min(len);
                assert_eq!(blobs.read_at(OWNER, index, offset as u64, length).unwrap(), bytes[start..end]);
            }
        }
        assert_eq!(blobs.indices(OWNER).unwrap(), [0, 1, 2, 3, 4, 5]);
        assert_eq!(blobs.owners().unwrap(), [OWNER]);
    }

    #[test]
    fn what_is_held_is_there_and_has_its_length() {
        let (folder, blobs) = folder();
        blobs.put(OWNER, 0, &bytes(70_000)).unwrap();
        assert!(blobs.holds(OWNER, 0, 70_000).unwrap());
        assert!(!blobs.holds(OWNER, 0, 69_999).unwrap());
        assert!(!blobs.holds(OWNER, 1, 70_000).unwrap());
        assert!(!blobs.holds([1; 32], 0, 70_000).unwrap());
        let file = fs::read(path(&folder, 0)).unwrap();
        fs::write(path(&folder, 0), &file[..file.len() - 1]).unwrap();
        assert!(!blobs.holds(OWNER, 0, 70_000).unwrap());
    }

    #[test]
    fn same_bytes_again_are_fine_and_others_are_refused() {
        let (_folder, blobs) = folder();
        blobs.put(OWNER, 0, b"one").unwrap();
        blobs.put(OWNER, 0, b"one").unwrap();
        assert!(matches!(blobs.put(OWNER, 0, b"two"), Err(BlobError::Conflict { index: 0, .. })));
        assert_eq!(blobs.read(OWNER, 0).unwrap(), b"one");
    }

    #[test]
    fn longer_than_a_part_is_refused() {
        let (_folder, blobs) = folder();
        let long = vec![0; BLOB_LEN_MAX as usize + 1];
        assert!(matches!(blobs.put(OWNER, 0, &long), Err(BlobError::TooLong(_))));
        blobs.put(OWNER, 0, &long[1..]).unwrap();
    }

    #[test]
    fn removal_leaves_nothing_and_may_be_repeated() {
        let (folder, blobs) = folder();
        blobs.put(OWNER, 7, b"one").unwrap();
        blobs.remove(OWNER).unwrap();
        blobs.remove(OWNER).unwrap();
        assert!(matches!(blobs.read(OWNER, 7), Err(BlobError::Missing { index: 7, .. })));
        assert_eq!(RealDisk.list(&folder.path().join("parts")).unwrap(), ["incoming"]);
    }

    #[test]
    fn unfinished_files_are_swept_on_start() {
        let (folder, blobs) = folder();
        drop(blobs);
        let incoming = folder.path().join("parts/incoming");
        fs::write(incoming.join(".unfinished-1-1"), "half").unwrap();
        let _blobs = Blobs::open(RealDisk, &folder.path().join("parts")).unwrap();
        assert!(RealDisk.list(&incoming).unwrap().is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn any_flipped_bit_on_the_disk_is_noticed_and_mended(len in 0_usize..140_000, at: u64) {
            let (folder, blobs) = folder();
            blobs.put(OWNER, 0, &bytes(len)).unwrap();
            let mut file = fs::read(path(&folder, 0)).unwrap();
            let bit = at % (file.len() as u64 * 8);
            file[(bit / 8) as usize] ^= 1 << (bit % 8);
            fs::write(path(&folder, 0), file).unwrap();
            let damaged = matches!(blobs.read(OWNER, 0), Err(BlobError::Damaged { .. }));
            prop_assert!(damaged);
            blobs.put(OWNER, 0, &bytes(len)).unwrap();
            prop_assert_eq!(blobs.read(OWNER, 0).unwrap(), bytes(len));
        }
    }

    #[test]
    fn a_damaged_blob_is_put_aside_and_the_others_stay() {
        let (folder, blobs) = folder();
        blobs.put(OWNER, 0, b"zero").unwrap();
        blobs.put(OWNER, 1, b"one").unwrap();
        fs::write(path(&folder, 1), "other").unwrap();
        blobs.set_aside(OWNER, 1).unwrap();
        blobs.set_aside(OWNER, 1).unwrap();
        assert!(matches!(blobs.read(OWNER, 1), Err(BlobError::Missing { index: 1, .. })));
        assert_eq!((blobs.read(OWNER, 0).unwrap(), blobs.owners().unwrap()), (b"zero".to_vec(), vec![OWNER]));
        let aside = folder.path().join("parts/damaged").join(format!("{}-1", "ab".repeat(32)));
        assert_eq!(fs::read(aside).unwrap(), b"other");
        blobs.put(OWNER, 1, b"one").unwrap();
        assert_eq!(blobs.read(OWNER, 1).unwrap(), b"one");
    }

    #[test]
    fn of_two_put_at_once_one_stays_and_the_other_hears_of_it() {
        let (_folder, blobs) = folder();
        let both = [vec![1; 100_000], vec![2; 100_000]];
        for index in 0..50 {
            let begin = std::sync::Barrier::new(2);
            let put = |bytes: &[u8]| {
                begin.wait();
                blobs.put(OWNER, index, bytes)
            };
            let stored = std::thread::scope(|scope| {
                let (one, two) = (scope.spawn(|| put(&both[0])), scope.spawn(|| put(&both[1])));
                [one.join().unwrap(), two.join().unwrap()]
            });
            let kept = blobs.read(OWNER, index).unwrap();
            for (bytes, stored) in both.iter().zip(stored) {
                match stored {
                    Ok(()) => assert!(kept == *bytes, "blob {index} was stored, and is another now"),
                    Err(error) => assert!(matches!(error, BlobError::Conflict { .. }), "{error:?}"),
                }
            }
        }
    }

    #[test]
    fn truncated_blob_is_damaged() {
        let (folder, blobs) = folder();
        blobs.put(OWNER, 0, &bytes(70_000)).unwrap();
        let file = fs::read(path(&folder, 0)).unwrap();
        for len in [0, 15, 16, 65_536, file.len() - 1] {
            fs::write(path(&folder, 0), &file[..len]).unwrap();
            assert!(matches!(blobs.read(OWNER, 0), Err(BlobError::Damaged { .. })), "{len}");
        }
    }
}
