//! Letting somebody in by leave: the next shared note, by the leave's custodian (docs/decisions.md, "Leaves").

use rand_core::CryptoRng;
use vault_keys::note::{Note, Signed};
use vault_keys::numbers::{Holder, PersonNo};

use super::{RewrapError, Rewrapped, Rewrapper};
use crate::admission::{NextRows, fit_clerks};
use crate::decision::Request;
use crate::item::{Right, Row};
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
        let place = Self::place_after(header)?;
        let right = Right::Leave(leave.hash());
        let (mut added, mut withheld): (Vec<Row>, Vec<Row>) = (Vec::new(), Vec::new());
        for person in leave.value().holders.iter().flat_map(|holder| self.persons(*holder, label.level)) {
            let Some(row) = self.row(label, person, right.clone()) else { continue };
            let reads = access.rows.iter().chain(&added).any(|known| known.key == row.key);
            if !reads && self.may_hold(person, label.level) {
                added.push(row);
            } else if !reads {
                withheld.push(row);
            }
        }
        let kept: Vec<usize> = (0..access.rows.len()).collect();
        let rows = NextRows { kept, added, dropped: Vec::new(), withheld };
        let notes = std::iter::once(leave.note().clone()).chain(decisions);
        self.write((header, item.file_key()), place, rows, notes, rng)
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
