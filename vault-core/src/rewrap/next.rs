//! The next shared access note, by the item's sender, who holds copy 0.

use rand_core::CryptoRng;

use super::{RewrapError, Rewrapped, Rewrapper};
use crate::admission::plan_next;
use crate::item::build::{NewWraps, Place, Wrap, Writer, rewrap};
use crate::item::{AccessHash, Line};
use crate::opening::AdmittedItem;

impl Rewrapper<'_> {
    /// The next header of an item this person sent: rows of stopped keys are left out, the present keys of its holders
    /// added, all other stanzas stay as they are. `None` if nothing would change.
    ///
    /// # Errors
    /// [`RewrapError`]; nothing was signed.
    pub fn next(
        &self,
        item: &AdmittedItem,
        rng: &mut dyn CryptoRng,
    ) -> Result<Option<Rewrapped>, RewrapError> {
        let header = item.header();
        let (label, access) = (header.label().value(), header.access().value());
        if label.sender.person != self.person {
            return Err(RewrapError::NotSender { sender: label.sender.person });
        }
        let (Line::Shared, Some(seq)) = (access.line, access.seq) else {
            return Err(RewrapError::NotShared);
        };
        let rows = plan_next(label, access, self.in_force);
        if rows.is_same() {
            return Ok(None);
        }
        let (_, file_key) = self.opening.unwrap(header)?;
        let wraps: Vec<Wrap> = rows.added.iter().filter_map(|row| self.wrap(row)).collect();
        let new = NewWraps {
            kept: &rows.kept,
            wraps: &wraps,
            place: Place::Next {
                seq: seq.saturating_add(1),
                previous: AccessHash::of_note(header.access().hash()),
            },
            directory: self.directory(),
            notes: header.notes().to_vec(),
        };
        let name = self.name(label);
        let header = rewrap(header, &file_key, new, Writer { name: &name, key: self.signing }, rng)?;
        Ok(Some(Rewrapped { header, rows }))
    }
}
