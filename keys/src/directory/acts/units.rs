//! Acts over units.

use rand_core::CryptoRng;

use super::{ActError, Done, NewUnit, salt};
use crate::digest::OrgId;
use crate::directory::compose::Draft;
use crate::directory::entry::{RecoveryKey, UnitEntry, UnitType};
use crate::directory::rules;
use crate::numbers::{PersonNo, UnitNo};

impl Draft {
    pub(super) fn add_unit(
        &mut self,
        unit: NewUnit,
        org: OrgId,
        rng: &mut dyn CryptoRng,
    ) -> Result<Done, ActError> {
        let number = match unit.number {
            Some(number) if self.known_unit(number).is_ok() => {
                return Err(ActError::NumberTaken { holder: number.into() });
            }
            Some(number) => number,
            None => {
                let last = self.units.iter().map(|entry| entry.number.value()).max().unwrap_or(0);
                UnitNo::new(last.saturating_add(1)).map_err(|_| ActError::NoNumber)?
            }
        };
        let entry = UnitEntry {
            tag: UnitType,
            org,
            number,
            salt: salt(rng),
            name: unit.name,
            parent: unit.parent,
            max_level: unit.max_level,
            clerks: sorted(unit.clerks),
            recovery: None,
        };
        self.check_unit(&entry)?;
        self.units.push(entry);
        Ok(Done { holder: number.into(), cautions: Vec::new() })
    }

    pub(super) fn change_unit(
        &mut self,
        unit: UnitNo,
        rng: &mut dyn CryptoRng,
        change: impl FnOnce(&mut UnitEntry),
    ) -> Result<Done, ActError> {
        let mut entry = self.known_unit(unit)?.clone();
        change(&mut entry);
        self.check_unit(&entry)?;
        entry.salt = salt(rng);
        if let Some(slot) = self.units.iter_mut().find(|entry| entry.number == unit) {
            *slot = entry;
        }
        Ok(Done { holder: unit.into(), cautions: Vec::new() })
    }

    pub(super) fn set_clerks(
        &mut self,
        unit: UnitNo,
        clerks: Vec<PersonNo>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Done, ActError> {
        clerks.iter().try_for_each(|clerk| self.known(*clerk).map(|_| ()))?;
        self.change_unit(unit, rng, |entry| entry.clerks = sorted(clerks))
    }

    pub(super) fn set_recovery(
        &mut self,
        unit: UnitNo,
        key: Option<RecoveryKey>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Done, ActError> {
        if let Some(key) = &key {
            self.check_free(&key.key.0)?;
        }
        self.change_unit(unit, rng, |entry| entry.recovery = key)
    }

    /// A unit that is known, and a person who is: both were checked.
    pub(super) fn add_clerk(&mut self, unit: UnitNo, person: PersonNo, rng: &mut dyn CryptoRng) {
        if let Some(entry) = self.units.iter_mut().find(|entry| entry.number == unit) {
            entry.clerks.push(person);
            entry.clerks = sorted(std::mem::take(&mut entry.clerks));
            entry.salt = salt(rng);
        }
    }

    pub(super) fn drop_clerk(&mut self, unit: UnitNo, person: PersonNo, rng: &mut dyn CryptoRng) {
        if let Some(entry) = self.units.iter_mut().find(|entry| entry.number == unit) {
            entry.clerks.retain(|clerk| *clerk != person);
            entry.salt = salt(rng);
        }
    }

    fn check_unit(&self, entry: &UnitEntry) -> Result<(), ActError> {
        rules::check_unit(entry)?;
        entry.clerks.iter().try_for_each(|clerk| self.known(*clerk).map(|_| ()))?;
        entry.parent.map_or(Ok(()), |parent| self.known_unit(parent).map(|_| ()))
    }
}

fn sorted(mut clerks: Vec<PersonNo>) -> Vec<PersonNo> {
    clerks.sort_unstable();
    clerks.dedup();
    clerks
}
