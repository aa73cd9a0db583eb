//! Re-wrapping 换封: new access notes for items that exist, after keys were replaced, stopped or restored
//! (docs/item.md, "Re-wrapping"; design sections 5 and 6; feature `open`).
//!
//! Label, manifest, notes and payload stay byte for byte; only recipient stanzas and access note change, and with them
//! the header's MAC. Nothing here fetches, stores or sends, and nothing takes back what a stopped key could read
//! before: whoever holds it and a copy of the header opens that copy for ever.
//!
//! | module | what it makes |
//! |---|---|
//! | `ask` | the note that asks somebody else to decide, while an item is proposed |
//! | `next` | the next shared note, by the item's sender |
//! | `pass` | a holder's own note that passes his copy on |
//! | `release` | the note that releases a proposed item, by whoever gives the completing decision |
//! | `widen` | the note that lets somebody in by leave, by the leave's custodian |
//! | `own` | a holder's own note, for himself and his unit |
//! | [`mod@many`] | either of them for a whole archive: in parallel, in order, one failure stopping no other |
//! | [`reach`] | which items a key could open, and since which note |

mod ask;
pub mod many;
mod next;
mod own;
mod pass;
pub mod reach;
mod release;
#[cfg(test)]
mod tests;
mod widen;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use rand_core::CryptoRng;
use thiserror::Error;
use vault_keys::directory::Directory;
use vault_keys::key_id::KeyId;
use vault_keys::note::{KeyName, Note};
use vault_keys::numbers::PersonNo;
use vault_keys::opening::{Identity, Recipient};
use vault_keys::secret::FileKey;
use vault_keys::signing::SigningKey;

pub use crate::admission::NextRows;
use crate::item::build::{BuildError, NewWraps, Place, Wrap, Writer, rewrap};
use crate::item::{AccessHash, DirectoryRef, ItemHeader, Label, Line, Right, Row};
use crate::opening::{OpenError, OwnKeys};

/// One person with unlocked keys who re-wraps under the directory in force. Shared between threads.
pub struct Rewrapper<'a> {
    person: PersonNo,
    signing: &'a SigningKey,
    opening: OwnKeys<'a>,
    in_force: &'a Directory,
    /// Public keys checked once: reading one costs as much as half a wrap.
    recipients: RwLock<BTreeMap<KeyId, Option<Arc<Recipient>>>>,
}

/// A header that was made, and what became of the rows.
#[derive(Debug, Clone)]
pub struct Rewrapped {
    /// The new header; the payload behind it stays.
    pub header: ItemHeader,
    /// The rows against those before.
    pub rows: NextRows,
}

/// Why an item is not re-wrapped.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RewrapError {
    /// Only the label's sender writes shared notes.
    #[error("only {sender}, who sent the item, writes its next shared access note")]
    NotSender {
        /// Who sent it.
        sender: PersonNo,
    },
    /// Only a decider of the item releases it.
    #[error("{person} is no decider of this item")]
    NotDecider {
        /// Who.
        person: PersonNo,
    },
    /// The header carries a holder's own note, which no shared one follows.
    #[error("the header carries a holder's own access note, no shared one")]
    NotShared,
    /// The shared note handed in is not the one the header rests on, or that of another item.
    #[error("the shared access note at hand is not the one this header rests on")]
    OtherBasis,
    /// The person does not hold the item, or has no active key of its suite.
    #[error("{person} does not hold this item, or has no active key of its suite")]
    NotHeld {
        /// Who.
        person: PersonNo,
    },
    /// The item does not open with the keys at hand.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The header cannot be made.
    #[error("the header cannot be made")]
    Build(#[from] BuildError),
}

impl<'a> Rewrapper<'a> {
    /// `in_force` is the directory with the stop lists applied; `signing` is the person's active key, `opening` are the
    /// keys that still open, retired ones too.
    #[must_use]
    pub fn new(
        person: PersonNo,
        signing: &'a SigningKey,
        opening: &[&'a Identity],
        in_force: &'a Directory,
    ) -> Self {
        let opening = OwnKeys::new(opening.iter().copied());
        Self { person, signing, opening, in_force, recipients: RwLock::default() }
    }

    /// The place after this shared note.
    fn place_after(header: &ItemHeader) -> Result<Place, RewrapError> {
        let access = header.access();
        let (Line::Shared, Some(seq)) = (access.value().line, access.value().seq) else {
            return Err(RewrapError::NotShared);
        };
        Ok(Place::Next { seq: seq.saturating_add(1), previous: AccessHash::of_note(access.hash()) })
    }

    /// Writes the header with these rows in this place, and these notes beside those it has.
    fn write(
        &self,
        (header, file_key): (&ItemHeader, &FileKey),
        place: Place,
        rows: NextRows,
        more: impl IntoIterator<Item = Note>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Rewrapped, RewrapError> {
        let wraps: Vec<Wrap> = rows.added.iter().filter_map(|row| self.wrap(row)).collect();
        let mut notes = header.notes().to_vec();
        for note in more {
            if !notes.iter().any(|known| known.hash() == note.hash()) {
                notes.push(note);
            }
        }
        let new = NewWraps { kept: &rows.kept, wraps: &wraps, place, directory: self.directory(), notes };
        let name = KeyName::person(&header.org(), self.person);
        let header = rewrap(header, file_key, new, Writer { name: &name, key: self.signing }, rng)?;
        Ok(Rewrapped { header, rows })
    }

    /// The row of somebody's present key for an item of this label; none without a key of its suite.
    fn row(&self, label: &Label, person: PersonNo, right: Right) -> Option<Row> {
        let key = self.in_force.person(person)?.opening_key(label.suite.kind())?;
        Some(Row { key: key.id, holder: person.into(), right })
    }

    fn directory(&self) -> DirectoryRef {
        DirectoryRef { version: self.in_force.number(), hash: self.in_force.hash() }
    }

    /// The wrap a row of this directory stands for. The directory refused keys that are no keys, so none is lost.
    fn wrap(&self, row: &Row) -> Option<Wrap> {
        let recipient = self.recipient(row)?;
        Some(Wrap { recipient: (*recipient).clone(), holder: row.holder, right: row.right.clone() })
    }

    fn recipient(&self, row: &Row) -> Option<Arc<Recipient>> {
        let known = self.recipients.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(recipient) = known.get(&row.key) {
            return recipient.clone();
        }
        drop(known);
        let recipient = match self.in_force.key(&row.key) {
            Some((_, key)) => key.recipient(),
            None => self.in_force.recovery_key(&row.key).and_then(|(_, key)| key.recipient()),
        };
        let recipient = recipient.map(Arc::new);
        let mut known = self.recipients.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(row.key, recipient.clone());
        recipient
    }
}

/// Silent about keys.
impl std::fmt::Debug for Rewrapper<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rewrapper({}, directory {})", self.person, self.in_force.number())
    }
}
