//! Received items: the sealed file as it came and the evidence beside it. They stay sealed on disk;
//! reading decrypts into memory-backed storage only.
//!
//! A transfer under way lies in `inbox/partial/` with the demand it was signed for, so that an interrupted
//! one goes on under the same demand; it moves to `inbox/` once every byte is verified and synced.

use std::fs;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use vault_core::item::{ItemHeader, ItemId};
use vault_core::recovery::RESTORED_MAX;

use crate::error::{Failure, Outcome};
use crate::evidence::Kept;
use crate::home::{Existing, Home, read_limited, write_whole};
use crate::itemfile::ItemFile;
use crate::msg;
use crate::outbox::{find_item, items_in};
use crate::sealing::storage_full;

const INBOX: &str = "inbox";
const PARTIAL: &str = "inbox/partial";

/// The folders of received items.
#[derive(Debug)]
pub struct Inbox {
    stored: PathBuf,
    partial: PathBuf,
}

impl Inbox {
    /// Opens the folders, making them when first needed.
    ///
    /// # Errors
    /// They cannot be made.
    pub fn open(home: &Home) -> Outcome<Self> {
        Ok(Self { stored: home.folder(INBOX)?, partial: home.folder(PARTIAL)? })
    }

    /// Items that are here, oldest first.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn items(&self) -> Outcome<Vec<ItemId>> {
        items_in(&self.stored, ".age")
    }

    /// Items whose transfer was begun and is not complete, oldest first.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn begun(&self) -> Outcome<Vec<ItemId>> {
        items_in(&self.partial, ".age")
    }

    /// The item a person means: by its number, or by either end of its id.
    ///
    /// # Errors
    /// None fits, or several do.
    pub fn find(&self, word: &str) -> Outcome<ItemId> {
        let items = self.items()?;
        if let Ok(number) = word.trim().parse::<u64>()
            && word.trim().len() < 6
        {
            for item in &items {
                if self.evidence(*item)?.number == Some(number) {
                    return Ok(*item);
                }
            }
        }
        find_item(&items, word)
    }

    /// Opens a received item.
    ///
    /// # Errors
    /// It is not here, or damaged.
    pub fn item(&self, item: ItemId) -> Outcome<ItemFile> {
        ItemFile::open(&self.path(item))
    }

    /// Where a received item lies.
    #[must_use]
    pub fn path(&self, item: ItemId) -> PathBuf {
        self.stored.join(format!("{item}.age"))
    }

    /// The evidence beside a received item.
    ///
    /// # Errors
    /// It is not here, or damaged.
    pub fn evidence(&self, item: ItemId) -> Outcome<Kept> {
        Kept::read(&self.stored.join(format!("{item}.json")))
    }

    /// Keeps evidence beside a received item.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn keep(&self, item: ItemId, evidence: &Kept) -> Outcome {
        evidence.write(&self.stored.join(format!("{item}.json")))
    }

    /// What a recovery run gave back for a received item, if anything.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn restored(&self, item: ItemId) -> Outcome<Option<Vec<u8>>> {
        let path = self.restored_path(item);
        if !path.exists() {
            return Ok(None);
        }
        read_limited(&path, RESTORED_MAX as u64).map(Some)
    }

    /// Keeps what a recovery run gave back beside its item.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn keep_restored(&self, item: ItemId, bytes: &[u8]) -> Outcome {
        write_whole(&self.restored_path(item), bytes, Existing::Replace)
    }

    fn restored_path(&self, item: ItemId) -> PathBuf {
        self.stored.join(format!("{item}.restored"))
    }

    /// The header with the reader's own access note for a received item, if he wrote one. The file as it came stays: its
    /// shared note is what the own one rests on.
    ///
    /// # Errors
    /// It cannot be read, or is no header.
    pub fn own(&self, item: ItemId) -> Outcome<Option<ItemHeader>> {
        let path = self.own_path(item);
        if !path.exists() {
            return Ok(None);
        }
        ItemFile::open(&path).map(|file| Some(file.header))
    }

    /// Keeps the reader's own header of a received item.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn keep_own(&self, item: ItemId, header: &ItemHeader) -> Outcome {
        write_whole(&self.own_path(item), header.bytes(), Existing::Replace)
    }

    fn own_path(&self, item: ItemId) -> PathBuf {
        self.stored.join(format!("{item}.own"))
    }

    /// The header with which a copy is being passed on, until the relay's answer is here.
    ///
    /// # Errors
    /// It cannot be read, or is no header.
    pub fn passing(&self, item: ItemId) -> Outcome<Option<ItemHeader>> {
        let path = self.passing_path(item);
        if !path.exists() {
            return Ok(None);
        }
        ItemFile::open(&path).map(|file| Some(file.header))
    }

    /// Keeps it.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn keep_passing(&self, item: ItemId, header: &ItemHeader) -> Outcome {
        write_whole(&self.passing_path(item), header.bytes(), Existing::Replace)
    }

    /// The answer is here.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn forget_passing(&self, item: ItemId) -> Outcome {
        let path = self.passing_path(item);
        fs::remove_file(&path).map_err(|error| Failure::io(&path, &error))
    }

    fn passing_path(&self, item: ItemId) -> PathBuf {
        self.stored.join(format!("{item}.passing"))
    }

    /// Where the bytes of a transfer under way go.
    #[must_use]
    pub fn partial(&self, item: ItemId) -> PathBuf {
        self.partial.join(format!("{item}.age"))
    }

    /// The demand a transfer under way was signed for.
    #[must_use]
    pub fn partial_evidence(&self, item: ItemId) -> PathBuf {
        self.partial.join(format!("{item}.json"))
    }

    /// Gives a verified and synced transfer its place.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn complete(&self, item: ItemId, evidence: &Kept) -> Outcome {
        self.keep(item, evidence)?;
        let (from, to) = (self.partial(item), self.path(item));
        fs::rename(&from, &to).map_err(|error| Failure::io(&to, &error))?;
        for folder in [&self.stored, &self.partial] {
            fs::File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(|error| Failure::io(folder, &error))?;
        }
        self.forget_partial(item);
        Ok(())
    }

    /// Takes an item that came by file, once `verify` has found the copy here to be whole: the file itself may change
    /// under somebody's hands.
    ///
    /// # Errors
    /// A transfer of this item is under way, the file cannot be copied, or `verify` refuses it; nothing is left then.
    pub fn take_file(
        &self,
        item: ItemId,
        file: &Path,
        evidence: &Kept,
        verify: impl FnOnce(&Path) -> Outcome,
    ) -> Outcome {
        let copy = self.partial(item);
        if copy.exists() || self.partial_evidence(item).exists() {
            return Err(Failure::failed(msg!("inbox-begun"))
                .code("inbox-begun")
                .hint(msg!("inbox-begun-next")));
        }
        let taken = copy_private(file, &copy).and_then(|()| verify(&copy));
        if let Err(failure) = taken {
            self.forget_partial(item);
            return Err(failure);
        }
        self.complete(item, evidence)
    }

    /// Removes what is left of a transfer.
    pub fn forget_partial(&self, item: ItemId) {
        for path in [self.partial(item), self.partial_evidence(item)] {
            // Absent is as good as removed, and what cannot be removed is written over next time.
            drop(fs::remove_file(path));
        }
    }
}

/// Copies a file to a new one that nobody else can read, synced.
fn copy_private(from: &Path, to: &Path) -> Outcome {
    let mut source = fs::File::open(from).map_err(|error| Failure::io(from, &error))?;
    let fail = |error: io::Error| storage_full(&error).unwrap_or_else(|| Failure::io(to, &error));
    let mut target = fs::File::options().write(true).create_new(true).mode(0o600).open(to).map_err(fail)?;
    io::copy(&mut source, &mut target).map_err(fail)?;
    target.sync_all().map_err(fail)
}
