//! Letting somebody in by leave: the next shared note, by the leave's custodian (docs/decisions.md, "Leaves").

use rand_core::CryptoRng;
use vault_keys::note::{Note, Signed};
use vault_keys::numbers::{Holder, PersonNo};

use super::{RewrapError, Rewrapped, Rewrapper};
use crate::admission::{NextRows, fit_clerks};
use crate::decision::Request;
use crate::item::build::{NewWraps, Place, Wrap, Writer, rewrap};
use crate::item::{AccessHash, Line, Right, Row};
use crate::opening::UnlockedItem;

impl Rewrapper<'_> {
    /// The header in which those whom a leave names have a wrap, and the leave and the decisions on it stand among the
    /// notes. Whether they allow it is for the check to say, here and at the relay.
    ///
    /// # Errors
    /// [`RewrapError`]; nothing was signed.
    pub fn widen(
        &self,
        item: &UnlockedItem,
        leave: &Signed<Request>,
        decisions: impl IntoIterator<Item = Note>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Rewrapped, RewrapError> {
        let header = item.header();
        let (label, access) = (header.label().value(), header.access().value());
        let (Line::Shared, Some(seq)) = (access.line, access.seq) else {
            return Err(RewrapError::NotShared);
        };
        let right = Right::Leave(leave.hash());
        let mut added: Vec<Row> = Vec::new();
        let mut withheld: Vec<Row> = Vec::new();
        for person in leave.value().holders.iter().flat_map(|holder| self.persons(*holder, label.level)) {
            let key = self.in_force.person(person).and_then(|it| it.opening_key(label.suite.kind()));
            let Some(key) = key else { continue };
            let row = Row { key: key.id, holder: person.into(), right: right.clone() };
            let reads = access.rows.iter().chain(&added).any(|known| known.key == row.key);
            if !reads && self.may_hold(person, label.level) {
                added.push(row);
            } else if !reads {
                withheld.push(row);
            }
        }
        let kept: Vec<usize> = (0..access.rows.len()).collect();
        let wraps: Vec<Wrap> = added.iter().filter_map(|row| self.wrap(row)).collect();
        let mut notes = header.notes().to_vec();
        for note in std::iter::once(leave.note().clone()).chain(decisions) {
            if !notes.iter().any(|known| known.hash() == note.hash()) {
                notes.push(note);
            }
        }
        let new = NewWraps {
            kept: &kept,
            wraps: &wraps,
            place: Place::Next {
                seq: seq.saturating_add(1),
                previous: AccessHash::of_note(header.access().hash()),
            },
            directory: self.directory(),
            notes,
        };
        let name = self.name(label);
        let header = rewrap(header, item.file_key(), new, Writer { name: &name, key: self.signing }, rng)?;
        Ok(Rewrapped { header, rows: NextRows { kept, added, dropped: Vec::new(), withheld } })
    }

    /// A person, or the clerks of a unit who may receive something of this level.
    fn persons(&self, holder: Holder, level: crate::level::Level) -> Vec<PersonNo> {
        match holder {
            Holder::Person(person) => vec![person],
            Holder::Unit(unit) => {
                let unit = self.in_force.unit(unit).into_iter();
                unit.flat_map(|unit| fit_clerks(self.in_force, unit, level)).map(|it| it.number).collect()
            }
        }
    }

    fn may_hold(&self, person: PersonNo, level: crate::level::Level) -> bool {
        self.in_force.person(person).is_some_and(|person| crate::admission::may_hold(person, level))
    }
}
