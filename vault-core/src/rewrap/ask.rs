//! Asking somebody else to decide, while an item is proposed: the next shared note, by its sender or by who decides at that
//! step (docs/decisions.md, "Wraps before release").

use rand_core::CryptoRng;
use vault_keys::numbers::PersonNo;

use super::{RewrapError, Rewrapped, Rewrapper};
use crate::admission::NextRows;
use crate::item::{Right, Row, Word};
use crate::opening::UnlockedItem;

impl Rewrapper<'_> {
    /// The header in which these persons have a wrap to decide at `step`. Whether they may have one is for the check to say.
    /// Whoever reads it already keeps the row he has.
    ///
    /// # Errors
    /// [`RewrapError`]; nothing was signed.
    pub fn ask(
        &self,
        item: &UnlockedItem,
        step: &Word,
        persons: &[PersonNo],
        rng: &mut dyn CryptoRng,
    ) -> Result<Rewrapped, RewrapError> {
        let header = item.header();
        let (label, access) = (header.label().value(), header.access().value());
        let place = Self::place_after(header)?;
        let mut added: Vec<Row> = Vec::new();
        for person in persons {
            let row = self.row(label, *person, Right::Decider(step.clone()));
            let row = row.ok_or(RewrapError::NotHeld { person: *person })?;
            if !access.rows.iter().chain(&added).any(|known| known.key == row.key) {
                added.push(row);
            }
        }
        let kept = (0..access.rows.len()).collect();
        let rows = NextRows { kept, added, dropped: Vec::new(), withheld: Vec::new() };
        self.write((header, item.file_key()), place, rows, [], rng)
    }
}
