//! Recovery runs over items: what a unit's joined key opens is wrapped to the person's new key, and nothing else
//! comes of it (docs/recovery.md, "Run"; feature `open`).
//!
//! A run judges every item as a reader would, opens its file key and looks no further: neither title nor content is
//! opened. It holds no signing key. What it gives is a [`Restored`] file per item; the person completes it on his own
//! machine.

mod restored;
#[cfg(test)]
mod tests;

use rand_core::CryptoRng;
use vault_keys::directory::Directory;
use vault_keys::numbers::{Holder, PersonNo, UnitNo};
use vault_keys::opening::{Identity, Recipient, Suite, WrapError};
use vault_keys::recovery::{Cover, RecoveryRequest, RecoverySet};
use vault_keys::time::Time;

use crate::admission::{Arrival, Published, Reader, Refused};
use crate::item::{HeaderError, ItemHeader, LabelHash, Right};
use crate::opening::{AdmittedItem, OpenError};

pub use restored::{RESTORED_MAX, Restored, RestoredError, RestoredText, RestoredType};

/// One run: an approved request, the set it names, and the key that the shares gave.
#[derive(Debug)]
pub struct Run<'a> {
    /// The request, which [`RecoveryRequest::allows`] let through.
    pub request: &'a RecoveryRequest,
    /// The set.
    pub set: &'a RecoverySet,
    /// The unit's whole key.
    pub key: &'a Identity,
    /// The person's key.
    pub to: &'a Recipient,
    /// What the organisation has published.
    pub published: Published<'a>,
    /// Now.
    pub now: Time,
}

/// Why a run does not restore an item.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The request lists other items.
    #[error("the request does not cover this item")]
    NotCovered,
    /// The item is wrapped to the recovery key of other units.
    #[error("the item was wrapped to the recovery key of {found}, not of {wanted}")]
    OtherUnit {
        /// The unit found.
        found: UnitNo,
        /// The unit whose key this run has.
        wanted: UnitNo,
    },
    /// The item is wrapped to an earlier or later recovery key of the unit.
    #[error("the item was wrapped to another recovery key of {unit}: it takes the shares of that set")]
    OtherKey {
        /// The unit.
        unit: UnitNo,
    },
    /// No recovery key is among the recipients.
    #[error("no recovery key is among the item's recipients")]
    NoRecoveryRow,
    /// The person holds no copy of the item and is not asked to decide on it.
    #[error("{person} holds no copy of this item")]
    NotHeld {
        /// Who.
        person: PersonNo,
    },
    /// The person's key is of another suite than the item.
    #[error("the item is of suite {wanted}, the person's key is not")]
    OtherSuite {
        /// The item's suite.
        wanted: Suite,
    },
    /// A rule refuses the item to a reader.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The item does not open with the unit's key, or not as it says.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The file key could not be wrapped.
    #[error(transparent)]
    Wrap(#[from] WrapError),
    /// The file could not be written.
    #[error(transparent)]
    Header(#[from] HeaderError),
}

impl Run<'_> {
    /// Wraps one item to the person's key.
    ///
    /// # Errors
    /// [`RunError`]; nothing is opened that the request does not cover.
    pub fn restore(&self, item: ItemHeader, rng: &mut dyn CryptoRng) -> Result<Restored, RunError> {
        let request = self.request.value();
        let label_hash = item.label_hash();
        let listed = |hash: LabelHash| request.items.iter().any(|item| LabelHash::of_note(*item) == hash);
        if request.cover == Cover::Items && !listed(label_hash) {
            return Err(RunError::NotCovered);
        }
        self.check_row(&item)?;
        if held_by(&item, self.published.present(), request.person).is_none() {
            return Err(RunError::NotHeld { person: request.person });
        }
        if self.to.suite() != item.suite() {
            return Err(RunError::OtherSuite { wanted: item.suite() });
        }
        let keys = [self.set.value().key.id];
        // The item lies in the store of someone who accepted it long ago; its leaf is not at hand here.
        let reader = Reader { arrival: Arrival::Before, ..Reader::new(&keys) };
        let admitted = AdmittedItem::new(item, &self.published, reader, self.now)?;
        let file_key = admitted.file_key(&[self.key])?;
        let item = admitted.header();
        Restored::write(item, &file_key, self.request, self.to, rng)
    }

    /// The item has a row of this very key.
    fn check_row(&self, item: &ItemHeader) -> Result<(), RunError> {
        let dealt = self.set.value();
        let rows = &item.access().value().rows;
        let mut recovery = rows.iter().filter(|row| row.right == Right::Recovery).peekable();
        let Some(first) = recovery.peek() else { return Err(RunError::NoRecoveryRow) };
        let found = first.holder.unit().unwrap_or(dealt.unit);
        let mut of_unit = recovery.filter(|row| row.holder == Holder::Unit(dealt.unit)).peekable();
        if of_unit.peek().is_none() {
            return Err(RunError::OtherUnit { found, wanted: dealt.unit });
        }
        if of_unit.any(|row| row.key == dealt.key.id) {
            Ok(())
        } else {
            Err(RunError::OtherKey { unit: dealt.unit })
        }
    }
}

/// By what right the person holds the item: by a row, by the label where the row was lost with a stopped key, or as a
/// present clerk of a unit that holds a copy.
#[must_use]
pub fn held_by(item: &ItemHeader, directory: &Directory, person: PersonNo) -> Option<Right> {
    let (label, own) = (item.label().value(), Holder::Person(person));
    let by_row = || {
        let rows = &item.access().value().rows;
        rows.iter().find(|row| row.holder == own).map(|row| row.right.clone())
    };
    let by_copy = |holds: &dyn Fn(Holder) -> bool| {
        label.copies.iter().find(|copy| holds(copy.holder)).map(|copy| Right::Copy(copy.no))
    };
    let by_step = || {
        let asked = label.deciders.iter().find(|decider| decider.asked.has(&person));
        asked.map(|decider| Right::Decider(decider.step.clone()))
    };
    let clerk = |holder: Holder| {
        let unit = holder.unit().and_then(|unit| directory.unit(unit));
        unit.is_some_and(|unit| unit.clerks.contains(&person))
    };
    by_row().or_else(|| by_copy(&|holder| holder == own)).or_else(by_step).or_else(|| by_copy(&clerk))
}
