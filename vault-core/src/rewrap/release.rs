//! Releasing 放行: the header that lets an item's copies be opened, by whoever gives the completing decision
//! (docs/decisions.md, "Release").

use rand_core::CryptoRng;
use vault_keys::note::Note;

use super::{RewrapError, Rewrapped, Rewrapper};
use crate::admission::plan_release;
use crate::item::{Right, Row};
use crate::opening::UnlockedItem;

impl Rewrapper<'_> {
    /// The finished header: the copies' wraps under the directory in force, and among the notes every decision so far,
    /// the completing one included. Whether they do complete it is for the check to say, here and at the relay.
    ///
    /// # Errors
    /// [`RewrapError`]; nothing was signed.
    pub fn release(
        &self,
        item: &UnlockedItem,
        decisions: impl IntoIterator<Item = Note>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Rewrapped, RewrapError> {
        let header = item.header();
        let (label, access) = (header.label().value(), header.access().value());
        let decides = |row: &Row| row.holder == self.person.into() && matches!(row.right, Right::Decider(_));
        if !access.rows.iter().any(decides) {
            return Err(RewrapError::NotDecider { person: self.person });
        }
        let place = Self::place_after(header)?;
        let rows = plan_release(label, access, self.in_force);
        self.write((header, item.file_key()), place, rows, decisions, rng)
    }
}
