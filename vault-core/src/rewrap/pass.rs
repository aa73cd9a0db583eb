//! Passing a copy on 传阅: the holder's own note, with a wrap for the next reader (docs/decisions.md, "Circulation").

use rand_core::CryptoRng;
use vault_keys::note::Signed;
use vault_keys::numbers::Holder;

use super::{RewrapError, Rewrapped, Rewrapper};
use crate::admission::NextRows;
use crate::item::build::Place;
use crate::item::{Access, AccessHash, Line, Right, Row, shared_in};
use crate::opening::UnlockedItem;
use crate::register::event::Event;

impl Rewrapper<'_> {
    /// The header with which a copy goes on: wraps for this holder and for the person named in `passed`, which stands with
    /// the shared note and the statements before it among the notes. Whether the next may have it is for the check to say.
    ///
    /// # Errors
    /// [`RewrapError`]; nothing was signed.
    pub fn pass(
        &self,
        item: &UnlockedItem,
        passed: &Signed<Event>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Rewrapped, RewrapError> {
        let header = item.header();
        let (label, access) = (header.label().value(), header.access().value());
        let (Some(to), Some(copy)) = (passed.value().to.and_then(|to| to.person()), passed.value().copy)
        else {
            return Err(RewrapError::OtherBasis);
        };
        let shared: Signed<Access> = match access.line {
            Line::Shared => header.access().clone(),
            Line::Own => shared_in(header).ok_or(RewrapError::OtherBasis)?,
        };
        let own = |row: &Row| row.holder == Holder::Person(self.person);
        let kept: Vec<usize> = access.rows.iter().position(own).into_iter().collect();
        if kept.is_empty() {
            return Err(RewrapError::NotHeld { person: self.person });
        }
        let added = self.row(label, to, Right::Copy(copy)).ok_or(RewrapError::NotHeld { person: to })?;
        let dropped = access.rows.iter().enumerate().filter(|(index, _)| !kept.contains(index));
        let dropped = dropped.map(|(_, row)| row.clone()).collect();
        let rows = NextRows { kept, added: vec![added], dropped, withheld: Vec::new() };
        let place = Place::Own { shared: AccessHash::of_note(shared.hash()) };
        let notes = [shared.note().clone(), passed.note().clone()];
        self.write((header, item.file_key()), place, rows, notes, rng)
    }
}
