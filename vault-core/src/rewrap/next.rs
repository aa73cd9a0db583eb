//! The next shared access note, by the item's sender, who holds copy 0.

use rand_core::CryptoRng;

use super::{RewrapError, Rewrapped, Rewrapper};
use crate::admission::plan_next;
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
        let place = Self::place_after(header)?;
        let rows = plan_next(label, access, self.in_force);
        if rows.is_same() {
            return Ok(None);
        }
        let (_, file_key) = self.opening.unwrap(header)?;
        self.write((header, &file_key), place, rows, None, rng).map(Some)
    }
}
