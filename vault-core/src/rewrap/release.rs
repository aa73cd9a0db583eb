//! Releasing 放行: the header that lets an item's copies be opened, by whoever gives the completing decision
//! (docs/decisions.md, "Release").

use rand_core::CryptoRng;
use vault_keys::note::Note;

use super::{RewrapError, Rewrapped, Rewrapper};
use crate::admission::plan_release;
use crate::item::build::{NewWraps, Place, Wrap, Writer, rewrap};
use crate::item::{AccessHash, Line, Right};
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
        let decides = |row: &&crate::item::Row| {
            row.holder == self.person.into() && matches!(row.right, Right::Decider(_))
        };
        if !access.rows.iter().any(|row| decides(&row)) {
            return Err(RewrapError::NotDecider { person: self.person });
        }
        let (Line::Shared, Some(seq)) = (access.line, access.seq) else {
            return Err(RewrapError::NotShared);
        };
        let rows = plan_release(label, access, self.in_force);
        let wraps: Vec<Wrap> = rows.added.iter().filter_map(|row| self.wrap(row)).collect();
        let mut notes = header.notes().to_vec();
        for note in decisions {
            if !notes.iter().any(|known| known.hash() == note.hash()) {
                notes.push(note);
            }
        }
        let new = NewWraps {
            kept: &rows.kept,
            wraps: &wraps,
            place: Place::Next {
                seq: seq.saturating_add(1),
                previous: AccessHash::of_note(header.access().hash()),
            },
            directory: self.directory(),
            notes,
        };
        let name = self.name(label);
        let writer = Writer { name: &name, key: self.signing };
        let header = rewrap(header, item.file_key(), new, writer, rng)?;
        Ok(Rewrapped { header, rows })
    }
}
