//! A holder's own access note: for his present keys, those of his fellow clerks, and for recovery.

use rand_core::CryptoRng;
use vault_keys::note::Signed;
use vault_keys::secret::FileKey;

use super::{NextRows, RewrapError, Rewrapped, Rewrapper};
use crate::admission::plan_own;
use crate::item::build::Place;
use crate::item::{Access, AccessHash, ItemHeader, Line, Row};
use crate::opening::AdmittedItem;

impl Rewrapper<'_> {
    /// This person's own header of an item he holds, for present keys only. `shared` is the shared note in force for
    /// the item: the header's own, or the one its own note rests on, or a newer one. `None` if nothing would change.
    ///
    /// # Errors
    /// [`RewrapError`]; nothing was signed.
    pub fn own(
        &self,
        item: &AdmittedItem,
        shared: &Signed<Access>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Option<Rewrapped>, RewrapError> {
        let header = item.header();
        let Some(rows) = self.own_rows(header, shared)? else { return Ok(None) };
        let (_, file_key) = self.opening.unwrap(header)?;
        self.write_own(header, &file_key, shared, rows, rng).map(Some)
    }

    /// The same with a file key that a recovery run gave back (docs/recovery.md, "Restored").
    ///
    /// # Errors
    /// [`RewrapError`]; nothing was signed.
    pub fn own_restored(
        &self,
        item: &AdmittedItem,
        file_key: &FileKey,
        shared: &Signed<Access>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Option<Rewrapped>, RewrapError> {
        let header = item.header();
        let Some(rows) = self.own_rows(header, shared)? else { return Ok(None) };
        self.write_own(header, file_key, shared, rows, rng).map(Some)
    }

    fn own_rows(
        &self,
        header: &ItemHeader,
        shared: &Signed<Access>,
    ) -> Result<Option<NextRows>, RewrapError> {
        let (label, access, basis) = (header.label().value(), header.access().value(), shared.value());
        if basis.line != Line::Shared || basis.item != label.item || basis.label != header.label_hash() {
            return Err(RewrapError::OtherBasis);
        }
        let wanted = plan_own(label, basis, self.in_force, self.person);
        if wanted.is_empty() {
            return Err(RewrapError::NotHeld { person: self.person });
        }
        let place = |row: &Row| access.rows.iter().position(|old| old == row);
        let kept: Vec<usize> = wanted.iter().filter_map(place).collect();
        let dropped: Vec<Row> = access.rows.iter().filter(|row| !wanted.contains(row)).cloned().collect();
        let added: Vec<Row> = wanted.into_iter().filter(|row| place(row).is_none()).collect();
        let rows = NextRows { kept, added, dropped, withheld: Vec::new() };
        let rests_on =
            access.line == Line::Own && access.previous == Some(AccessHash::of_note(shared.hash()));
        // A shared header whose rows are all in order needs no own one, though it has others' rows too.
        let serves = access.line == Line::Shared && rows.added.is_empty() && !self.has_ended_row(&rows);
        let is_same = serves || (rests_on && rows.is_same());
        Ok((!is_same).then_some(rows))
    }

    /// Whether a row that would go is one of a stopped key.
    fn has_ended_row(&self, rows: &NextRows) -> bool {
        rows.dropped.iter().any(|row| crate::admission::has_ended(self.in_force, row))
    }

    fn write_own(
        &self,
        header: &ItemHeader,
        file_key: &FileKey,
        shared: &Signed<Access>,
        rows: NextRows,
        rng: &mut dyn CryptoRng,
    ) -> Result<Rewrapped, RewrapError> {
        let place = Place::Own { shared: AccessHash::of_note(shared.hash()) };
        self.write((header, file_key), place, rows, None, rng)
    }
}
