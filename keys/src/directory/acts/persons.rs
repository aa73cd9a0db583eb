//! Acts over persons.

use rand_core::CryptoRng;

use super::{Act, ActError, Caution, Checklist, Done, Enrolment, Papers, salt};
use crate::directory::compose::Draft;
use crate::directory::entry::{Clearance, Key, KeyState, LevelWord, PersonEntry, PersonState, PersonType};
use crate::directory::in_force::InForce;
use crate::directory::personnel::{Category, StationClass, StationFacts};
use crate::directory::rules;
use crate::joining::{Purpose, Request};
use crate::key_id::{KeyId, KeyKind};
use crate::numbers::{PersonNo, UnitNo};
use crate::time::{Day, Time};

impl Draft {
    pub(super) fn enrol(&mut self, enrolment: Enrolment, rng: &mut dyn CryptoRng) -> Result<Done, ActError> {
        let request = &enrolment.request;
        request.is_for(Purpose::Join).then_some(()).ok_or(ActError::Purpose)?;
        let number = match enrolment.number {
            Some(number) if self.person(number).is_some() => {
                return Err(ActError::NumberTaken { holder: number.into() });
            }
            Some(number) => number,
            None => self.next_person()?,
        };
        let mut keys = self.new_keys(request)?;
        keys.sort_by_key(|key| key.id);
        let mut entry = PersonEntry {
            tag: PersonType,
            org: request.value().org,
            number,
            salt: salt(rng),
            name: enrolment.name,
            pinyin: enrolment.pinyin,
            state: PersonState::Active,
            posts: enrolment.posts,
            roles: enrolment.roles,
            clearance: enrolment.clearance,
            affiliation: enrolment.affiliation,
            keys,
            deputies: Vec::new(),
            vetting: None,
            training: None,
            letter: None,
            personnel: None,
        };
        if let Some(papers) = enrolment.papers {
            set_papers(&mut entry, papers);
        }
        rules::check_person(&entry)?;
        let named = entry.posts.iter().map(|post| post.unit);
        let named = named.chain(entry.roles.iter().filter_map(|grant| grant.unit));
        named
            .chain(enrolment.clerk_of.iter().copied())
            .try_for_each(|unit| self.known_unit(unit).map(|_| ()))?;
        let mut cautions = paper_cautions(&entry, self.made.day());
        let twin =
            self.persons.iter().find(|other| other.name == entry.name && other.state != PersonState::Closed);
        cautions.extend(twin.map(|other| Caution::SameName { person: other.number }));
        self.persons.push(entry);
        for unit in enrolment.clerk_of {
            self.add_clerk(unit, number, rng);
        }
        Ok(Done { holder: number.into(), cautions })
    }

    pub(super) fn take_back(
        &mut self,
        person: PersonNo,
        request: &Request,
        rng: &mut dyn CryptoRng,
    ) -> Result<Done, ActError> {
        let entry = self.person(person).ok_or_else(|| ActError::Unknown { holder: person.into() })?;
        if entry.state != PersonState::Closed {
            return Err(ActError::NotClosed { person });
        }
        let until = entry.personnel.as_ref().and_then(|facts| facts.cooling_off);
        if let Some(until) = until.filter(|until| *until >= self.made.day()) {
            return Err(ActError::CoolingOff { until });
        }
        for_person(request, person, Purpose::Replace)?;
        let keys = self.new_keys(request)?;
        self.edit(person, rng, |entry, _| {
            entry.state = PersonState::Active;
            if let Some(facts) = &mut entry.personnel {
                facts.cooling_off = None;
            }
            add_keys(entry, keys);
            Ok(())
        })
    }

    pub(super) fn add_station(
        &mut self,
        request: &Request,
        class: Option<StationClass>,
        in_force: &InForce,
        rng: &mut dyn CryptoRng,
    ) -> Result<Done, ActError> {
        request.is_for(Purpose::Station).then_some(()).ok_or(ActError::Purpose)?;
        let person = request.authorised(in_force)?;
        self.known(person)?;
        let keys = self.new_keys(request)?;
        self.edit(person, rng, |entry, _| {
            let station = keys.first().map(|key| key.id);
            add_keys(entry, keys);
            if let Some((key, class)) = station.zip(class) {
                let facts = entry.personnel_mut();
                facts.stations.push(StationFacts { key, class, inspected: None });
                facts.stations.sort_by_key(|station| station.key);
            }
            Ok(())
        })
    }

    pub(super) fn retire_station(
        &mut self,
        person: PersonNo,
        key: KeyId,
        rng: &mut dyn CryptoRng,
    ) -> Result<Done, ActError> {
        self.known(person)?;
        self.edit(person, rng, |entry, made| {
            let station =
                |known: &&mut Key| known.id == key && known.kind == KeyKind::Station && known.is_active();
            let known = entry.keys.iter_mut().find(station).ok_or(ActError::NoSuchKey { person })?;
            known.end(KeyState::Retired, made);
            Ok(())
        })
    }

    pub(super) fn rotate(
        &mut self,
        request: &Request,
        in_force: &InForce,
        rng: &mut dyn CryptoRng,
    ) -> Result<Done, ActError> {
        request.is_for(Purpose::Rotate).then_some(()).ok_or(ActError::Purpose)?;
        let person = request.authorised(in_force)?;
        self.known(person)?;
        self.renew(person, request, rng)
    }

    pub(super) fn replace(
        &mut self,
        person: PersonNo,
        request: &Request,
        rng: &mut dyn CryptoRng,
    ) -> Result<Done, ActError> {
        self.known(person)?;
        for_person(request, person, Purpose::Replace)?;
        self.renew(person, request, rng)
    }

    /// Enters the new keys; active ones of the same use, classic or hybrid, are retired.
    fn renew(
        &mut self,
        person: PersonNo,
        request: &Request,
        rng: &mut dyn CryptoRng,
    ) -> Result<Done, ActError> {
        let keys = self.new_keys(request)?;
        let mut done = self.edit(person, rng, |entry, made| {
            for old in entry.keys.iter_mut().filter(|key| key.is_active()) {
                let same_use = |new: &Key| {
                    let opening = new.kind.is_opening() && old.kind.is_opening();
                    opening || (new.kind == old.kind && old.kind != KeyKind::Station)
                };
                if keys.iter().any(same_use) {
                    old.end(KeyState::Retired, made);
                }
            }
            add_keys(entry, keys);
            Ok(())
        })?;
        done.cautions.push(Caution::OldKeyStillOpens);
        Ok(done)
    }

    pub(super) fn change_person(
        &mut self,
        person: PersonNo,
        name: Option<(String, String)>,
        clearance: Option<Clearance>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Done, ActError> {
        self.change(person, rng, |entry| {
            if let Some((name, pinyin)) = name {
                (entry.name, entry.pinyin) = (name, pinyin);
            }
            entry.clearance = clearance.unwrap_or(entry.clearance);
            Ok(())
        })
    }

    pub(super) fn end_service(
        &mut self,
        person: PersonNo,
        checklist: Checklist,
        rng: &mut dyn CryptoRng,
    ) -> Result<Done, ActError> {
        let entry = self.known(person)?;
        let Checklist { held, pending, letter, cooling_off } = checklist;
        if held > 0 || pending > 0 {
            return Err(ActError::StillHolds { held, pending });
        }
        let knows_secrets = holds_secrets(entry)
            || entry.personnel.as_ref().is_some_and(|facts| facts.category != Category::None);
        if knows_secrets && letter.is_none() {
            return Err(ActError::NoLetter);
        }
        if knows_secrets && cooling_off.is_none() {
            return Err(ActError::NoCoolingOff);
        }
        let units: Vec<UnitNo> =
            self.units.iter().filter(|unit| unit.clerks.contains(&person)).map(|unit| unit.number).collect();
        let done = self.edit(person, rng, |entry, made| {
            entry.state = PersonState::Closed;
            // Retired, not stopped: what he signed in his time stays signed.
            entry
                .keys
                .iter_mut()
                .filter(|key| key.is_active())
                .for_each(|key| key.end(KeyState::Retired, made));
            end_roles(entry, made.day());
            entry.deputies.clear();
            if letter.is_some() || cooling_off.is_some() {
                entry.personnel_mut().cooling_off = cooling_off;
            }
            if let Some((paper, until)) = letter {
                entry.personnel_mut().letter = Some(paper);
                entry.letter = Some(until);
            }
            Ok(())
        })?;
        for unit in units {
            self.drop_clerk(unit, person, rng);
        }
        let others: Vec<PersonNo> = self
            .persons
            .iter()
            .filter(|entry| entry.deputies.iter().any(|deputy| deputy.person == person))
            .map(|entry| entry.number)
            .collect();
        for other in others {
            self.edit(other, rng, |entry, _| {
                entry.deputies.retain(|deputy| deputy.person != person);
                Ok(())
            })?;
        }
        Ok(done)
    }

    /// Changes a person who has not left.
    pub(super) fn change(
        &mut self,
        person: PersonNo,
        rng: &mut dyn CryptoRng,
        change: impl FnOnce(&mut PersonEntry) -> Result<(), ActError>,
    ) -> Result<Done, ActError> {
        self.known(person)?;
        self.edit(person, rng, |entry, _| change(entry))
    }

    /// Changes a copy of the entry and puts it back only if it keeps the rules.
    fn edit(
        &mut self,
        person: PersonNo,
        rng: &mut dyn CryptoRng,
        change: impl FnOnce(&mut PersonEntry, Time) -> Result<(), ActError>,
    ) -> Result<Done, ActError> {
        let place = self.persons.iter().position(|entry| entry.number == person);
        let place = place.ok_or_else(|| ActError::Unknown { holder: person.into() })?;
        let mut entry =
            self.persons.get(place).cloned().ok_or_else(|| ActError::Unknown { holder: person.into() })?;
        change(&mut entry, self.made)?;
        rules::check_person(&entry)?;
        let named = entry.posts.iter().map(|post| post.unit);
        let named = named.chain(entry.roles.iter().filter_map(|grant| grant.unit));
        named.into_iter().try_for_each(|unit| self.known_unit(unit).map(|_| ()))?;
        entry.salt = salt(rng);
        let cautions = if entry.is_active() { paper_cautions(&entry, self.made.day()) } else { Vec::new() };
        if let Some(slot) = self.persons.get_mut(place) {
            *slot = entry;
        }
        Ok(Done { holder: person.into(), cautions })
    }

    /// The request's keys as active ones, none of which has a place yet.
    fn new_keys(&self, request: &Request) -> Result<Vec<Key>, ActError> {
        let keys: Vec<Key> =
            request.keys().map(|(kind, public)| Key::active(kind, public, self.made)).collect();
        for key in &keys {
            self.check_free(&key.key.0)?;
        }
        Ok(keys)
    }

    /// Refuses a public key that already has a place, whatever its kind there.
    pub(super) fn check_free(&self, public: &[u8]) -> Result<(), ActError> {
        let of_persons = self
            .persons
            .iter()
            .flat_map(|entry| entry.keys.iter().map(move |key| (key.key.0.as_slice(), entry.number.into())));
        let of_units = self
            .units
            .iter()
            .filter_map(|entry| Some((entry.recovery.as_ref()?.key.0.as_slice(), entry.number.into())));
        match of_persons.chain(of_units).find(|(known, _)| *known == public) {
            Some((_, owner)) => Err(ActError::KeyTaken { owner }),
            None => Ok(()),
        }
    }

    /// The number after the highest there ever was: entries are never dropped, so none comes again.
    fn next_person(&self) -> Result<PersonNo, ActError> {
        let last = self.persons.iter().map(|entry| entry.number.value()).max().unwrap_or(0);
        PersonNo::new(last.saturating_add(1)).map_err(|_| ActError::NoNumber)
    }
}

impl Act {
    /// Whom the act concerns, where that is a person already entered.
    pub fn person(&self) -> Option<PersonNo> {
        match self {
            Self::Return { person, .. }
            | Self::RetireStation { person, .. }
            | Self::Replace { person, .. }
            | Self::ChangePosts { person, .. }
            | Self::ChangePerson { person, .. }
            | Self::SetDeputies { person, .. }
            | Self::SetPapers { person, .. }
            | Self::Resume { person }
            | Self::EndService { person, .. } => Some(*person),
            Self::AddStation { request, .. } | Self::Rotate { request } => request.value().person,
            _ => None,
        }
    }
}

fn for_person(request: &Request, person: PersonNo, purpose: Purpose) -> Result<(), ActError> {
    let fits = request.is_for(purpose) && request.value().person == Some(person);
    if fits { Ok(()) } else { Err(ActError::Purpose) }
}

fn add_keys(entry: &mut PersonEntry, keys: Vec<Key>) {
    entry.keys.extend(keys);
    entry.keys.sort_by_key(|key| key.id);
}

/// Roles end with the last day of service; those not begun are dropped.
fn end_roles(entry: &mut PersonEntry, day: Day) {
    entry.roles.retain(|grant| grant.from <= day);
    for grant in &mut entry.roles {
        grant.to = Some(grant.to.map_or(day, |to| to.min(day)));
    }
    let mut kept = Vec::with_capacity(entry.roles.len());
    for grant in entry.roles.drain(..) {
        if !kept.contains(&grant) {
            kept.push(grant);
        }
    }
    entry.roles = kept;
}

pub(super) fn set_papers(entry: &mut PersonEntry, papers: Papers) {
    let part = |valid: Option<(super::Paper, Day)>| match valid {
        Some((paper, until)) => (Some(until), Some(paper)),
        None => (None, None),
    };
    let (vetting, vetting_paper) = part(papers.vetting);
    let (training, training_paper) = part(papers.training);
    let (letter, letter_paper) = part(papers.letter);
    (entry.vetting, entry.training, entry.letter) = (vetting, training, letter);
    let facts = entry.personnel_mut();
    facts.category = papers.category.unwrap_or(facts.category);
    (facts.vetting, facts.training, facts.letter) = (vetting_paper, training_paper, letter_paper);
    (facts.abroad, facts.stations) = (papers.abroad, papers.stations);
    facts.stations.sort_by_key(|station| station.key);
}

fn holds_secrets(entry: &PersonEntry) -> bool {
    entry.clearance.level() >= Some(LevelWord::Confidential)
}

/// Rules 125 to 128 of the trade: vetted, trained, letter signed.
fn paper_cautions(entry: &PersonEntry, day: Day) -> Vec<Caution> {
    if !holds_secrets(entry) {
        return Vec::new();
    }
    let lapsed = |until: Option<Day>| until.is_none_or(|until| until < day);
    let papers = [
        (entry.vetting, Caution::NoVetting),
        (entry.training, Caution::NoTraining),
        (entry.letter, Caution::NoLetter),
    ];
    papers.into_iter().filter(|(until, _)| lapsed(*until)).map(|(_, caution)| caution).collect()
}
