//! What is on its way out, and what was sent.
//!
//! An item being sent lies whole and synced in `outbox/<item>.age` until the relay's evidence is here: a
//! resumed send reads this file and never the original again (design section 5). Then header and evidence
//! move to `sent/` and the payload goes; where an item lies is its whole state, so that a crash between
//! two steps leaves it in one of the two.

use std::fs;
use std::path::{Path, PathBuf};

use vault_core::item::{ItemHeader, ItemId};

use crate::error::{Failure, Outcome};
use crate::evidence::Kept;
use crate::home::{Existing, Home, write_whole};
use crate::itemfile::ItemFile;
use crate::msg;

const OUTBOX: &str = "outbox";
const SENT: &str = "sent";

/// Both folders of a home.
#[derive(Debug)]
pub struct Outbox {
    waiting: PathBuf,
    sent: PathBuf,
}

impl Outbox {
    /// Opens the folders, making them when first needed.
    ///
    /// # Errors
    /// They cannot be made.
    pub fn open(home: &Home) -> Outcome<Self> {
        Ok(Self { waiting: home.folder(OUTBOX)?, sent: home.folder(SENT)? })
    }

    /// Where the sealed bytes of an item go.
    #[must_use]
    pub fn spool(&self, item: ItemId) -> PathBuf {
        self.waiting.join(format!("{item}.age"))
    }

    /// Items the relay has not accepted yet, oldest first.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn waiting(&self) -> Outcome<Vec<ItemId>> {
        items_in(&self.waiting, ".age")
    }

    /// Items the relay has accepted, oldest first.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn sent(&self) -> Outcome<Vec<ItemId>> {
        items_in(&self.sent, ".json")
    }

    /// Opens the spool of an item.
    ///
    /// # Errors
    /// There is none, or it is damaged.
    pub fn spooled(&self, item: ItemId) -> Outcome<ItemFile> {
        ItemFile::open(&self.spool(item))
    }

    /// Opens the header of an item that was sent.
    ///
    /// # Errors
    /// There is none, or it is damaged.
    pub fn sent_header(&self, item: ItemId) -> Outcome<ItemFile> {
        ItemFile::open(&self.sent.join(format!("{item}.header")))
    }

    /// Headers of a sent item that later ones replaced, oldest first: whoever kept one opens the item by its rows.
    ///
    /// # Errors
    /// One is damaged.
    pub fn earlier_headers(&self, item: ItemId) -> Outcome<Vec<ItemHeader>> {
        let paths = (1..).map(|seq: u32| self.earlier(item, seq)).take_while(|path| path.exists());
        paths.map(|path| ItemFile::open(&path).map(|file| file.header)).collect()
    }

    /// A next header of a sent item that was written here and perhaps not handed in.
    ///
    /// # Errors
    /// It is damaged.
    pub fn next_header(&self, item: ItemId) -> Outcome<Option<ItemHeader>> {
        let path = self.next(item);
        if path.exists() { ItemFile::open(&path).map(|file| Some(file.header)) } else { Ok(None) }
    }

    /// Keeps the next header of a sent item before it is handed in: after a lost answer the very same one is handed in
    /// again, as the relay knows two at one place for evidence.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn keep_next(&self, item: ItemId, header: &ItemHeader) -> Outcome {
        write_whole(&self.next(item), header.bytes(), Existing::Replace)
    }

    /// The relay has taken the next header of an item: the one before is kept beside it.
    ///
    /// # Errors
    /// The disk refuses; then the next header stays and can be handed in again for the same answer.
    pub fn replaced(&self, item: ItemId, before: &ItemHeader, evidence: &Kept) -> Outcome {
        let seq = before.access().value().seq.unwrap_or_default();
        write_whole(&self.earlier(item, seq), before.bytes(), Existing::Replace)?;
        self.keep(item, evidence)?;
        let (from, to) = (self.next(item), self.sent.join(format!("{item}.header")));
        fs::rename(&from, &to).map_err(|error| Failure::io(&to, &error))?;
        let synced = fs::File::open(&self.sent).and_then(|folder| folder.sync_all());
        synced.map_err(|error| Failure::io(&self.sent, &error))
    }

    /// Forgets a next header that the relay will not take.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn forget_next(&self, item: ItemId) -> Outcome {
        let path = self.next(item);
        fs::remove_file(&path).map_err(|error| Failure::io(&path, &error))
    }

    fn next(&self, item: ItemId) -> PathBuf {
        self.sent.join(format!("{item}.next"))
    }

    fn earlier(&self, item: ItemId, seq: u32) -> PathBuf {
        self.sent.join(format!("{item}.header-{seq}"))
    }

    /// The evidence of an item that was sent.
    ///
    /// # Errors
    /// There is none, or it is damaged.
    pub fn evidence(&self, item: ItemId) -> Outcome<Kept> {
        Kept::read(&self.sent.join(format!("{item}.json")))
    }

    /// Keeps evidence beside an item that was sent.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn keep(&self, item: ItemId, evidence: &Kept) -> Outcome {
        evidence.write(&self.sent.join(format!("{item}.json")))
    }

    /// The relay has accepted an item: its header and evidence are kept, the spool goes.
    ///
    /// # Errors
    /// The disk refuses; then the spool stays and the same send can be resumed for the same answer.
    pub fn accepted(&self, item: ItemId, header: &[u8], evidence: &Kept) -> Outcome {
        write_whole(&self.sent.join(format!("{item}.header")), header, Existing::Replace)?;
        self.keep(item, evidence)?;
        let spool = self.spool(item);
        fs::remove_file(&spool).map_err(|error| Failure::io(&spool, &error))
    }

    /// Gives up an item that was not accepted.
    ///
    /// # Errors
    /// There is none.
    pub fn discard(&self, item: ItemId) -> Outcome {
        let spool = self.spool(item);
        fs::remove_file(&spool).map_err(|error| Failure::io(&spool, &error))
    }
}

/// The items whose files with this ending lie in a folder, oldest first.
pub(crate) fn items_in(folder: &Path, ending: &str) -> Outcome<Vec<ItemId>> {
    let fail = |error: std::io::Error| Failure::io(folder, &error);
    let mut items = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let name = entry.map_err(fail)?.file_name();
        let item: Option<ItemId> =
            name.to_str().and_then(|name| name.strip_suffix(ending)).and_then(|stem| stem.parse().ok());
        items.extend(item);
    }
    // Version 7 ids begin with the time they were made.
    items.sort_unstable();
    Ok(items)
}

/// The item a person means: its id, or the beginning or end of it.
///
/// # Errors
/// None fits, or several do.
pub fn find_item(items: &[ItemId], word: &str) -> Outcome<ItemId> {
    let word = word.trim().to_ascii_lowercase();
    let long_enough = word.len() >= 4;
    let fits = |item: &&ItemId| {
        let id = item.to_string();
        long_enough && (id.starts_with(&word) || id.ends_with(&word))
    };
    let found: Vec<&ItemId> = items.iter().filter(fits).collect();
    match found.as_slice() {
        [one] => Ok(**one),
        [] => Err(Failure::usage(msg!("item-none", word = &word)).hint(msg!("item-none-next"))),
        several => {
            let failure = Failure::usage(msg!("item-several", word = &word));
            Err(several
                .iter()
                .fold(failure, |failure, item| failure.hint(msg!("who-candidate", line = item.to_string()))))
        }
    }
}

/// The short form in which items are shown and typed: the random end of the id.
#[must_use]
pub fn short(item: ItemId) -> String {
    let id = item.to_string();
    id.rsplit('-').next().unwrap_or(&id).to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use vault_core::item::ItemId;

    use super::{find_item, items_in, short};

    fn items() -> Vec<ItemId> {
        ["0197a1b2-c3d4-7000-8000-00000000aaaa", "0197a1b2-c3d4-7000-8000-00000000bbbb"]
            .map(|id| id.parse().unwrap())
            .to_vec()
    }

    #[test]
    fn items_are_found_by_either_end() {
        let items = items();
        assert_eq!(find_item(&items, "0000aaaa").unwrap(), items[0]);
        assert_eq!(find_item(&items, &items[1].to_string()).unwrap(), items[1]);
        assert_eq!(find_item(&items, &short(items[1])).unwrap(), items[1]);
        assert_eq!(find_item(&items, "0197a1b2").unwrap_err().message.key(), "item-several");
        for word in ["", "aaa", "zzzz"] {
            assert_eq!(find_item(&items, word).unwrap_err().message.key(), "item-none");
        }
    }

    #[test]
    fn other_files_in_a_folder_are_no_items() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["0197a1b2-c3d4-7000-8000-00000000bbbb.age", "note.age", "0197a1b2.age", "x"] {
            std::fs::write(dir.path().join(name), b"").unwrap();
        }
        assert_eq!(items_in(dir.path(), ".age").unwrap(), [items()[1]]);
    }
}
