//! The item that a word means: a sealed file, one received here, or one sent from here.

use std::path::{Path, PathBuf};

use vault_core::item::{ItemId, Label};

use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::inbox::Inbox;
use crate::itemfile::{ItemFile, looks_sealed};
use crate::outbox::{Outbox, find_item};

/// An item by its header.
#[derive(Debug)]
pub struct Subject {
    /// Header, and the content where it is here.
    pub file: ItemFile,
    /// Where it lies.
    pub place: Place,
}

/// Where an item lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A sealed file.
    File(PathBuf),
    /// Received here.
    Received(ItemId),
    /// Sent from here: header and evidence; the content is at the relay.
    Sent(ItemId),
}

impl Subject {
    /// Finds it: a path first, then what was received, then what was sent.
    ///
    /// # Errors
    /// There is none, or several fit.
    pub fn find(desk: &Desk, word: &str) -> Outcome<Self> {
        let path = Path::new(word);
        // A word with an ending or a folder in it is a path, even if nothing is there: then the file is what is missing.
        let is_path = word.contains('/') || path.extension().is_some_and(|ending| ending == "age");
        if is_path || path.is_file() && looks_sealed(path) {
            return Ok(Self { file: ItemFile::open(path)?, place: Place::File(path.to_owned()) });
        }
        let inbox = Inbox::open(&desk.home)?;
        let unknown = match inbox.find(word) {
            Ok(item) => return Ok(Self { file: inbox.item(item)?, place: Place::Received(item) }),
            Err(failure) => failure,
        };
        let outbox = Outbox::open(&desk.home)?;
        match find_item(&outbox.sent()?, word) {
            Ok(item) => Ok(Self { file: outbox.sent_header(item)?, place: Place::Sent(item) }),
            Err(failure) => Err(Self::nearest(unknown, failure)),
        }
    }

    /// An ambiguous word is worth more telling than an unknown one.
    fn nearest(received: Failure, sent: Failure) -> Failure {
        if received.message.key() == "item-none" { sent } else { received }
    }

    /// Its label.
    #[must_use]
    pub fn label(&self) -> &Label {
        self.file.header.label().value()
    }

    /// Where sealed bytes with the whole content lie, if they are here.
    #[must_use]
    pub fn whole(&self, desk: &Desk) -> Option<PathBuf> {
        match &self.place {
            Place::File(path) => Some(path.clone()),
            Place::Received(item) => Inbox::open(&desk.home).ok().map(|inbox| inbox.path(*item)),
            Place::Sent(_) => None,
        }
    }
}
