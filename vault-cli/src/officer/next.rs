//! The next directory while it is being written: a draft beside the officer's key.

use serde::{Deserialize, Serialize};
use vault_keys::bytes::Bytes;
use vault_keys::digest::DirectoryHash;
use vault_keys::directory::{
    Act, Affiliation, Clearance, Done, Draft, Key, LevelWord, Organisation, PersonEntry, PersonState,
    PersonType, Post, Proposal, Role, RoleGrant, StopRef, UnitEntry, UnitType,
};
use vault_keys::key_id::KeyKind;
use vault_keys::numbers::{PersonNo, UnitNo};
use vault_keys::time::Time;

use super::refusals::{act_failure, proposal_failure};
use super::{DIRECTORY_DAYS, keys, ours};
use crate::clock;
use crate::error::{Failure, Outcome};
use crate::home::Home;
use crate::msg;
use crate::request::JoinText;
use crate::trust;

const DRAFT_FILE: &str = "officer/draft.json";

/// The next directory while it is being written.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NextDirectory {
    format: String,
    base: DirectoryHash,
    /// The last stop list folded in.
    stop: Option<StopRef>,
    /// The directory that was last proposed of it, unless it was changed since.
    proposed: Option<DirectoryHash>,
    /// All persons it will have.
    pub persons: Vec<PersonEntry>,
    /// All units it will have.
    pub units: Vec<UnitEntry>,
}

/// What the officer decides about a new member.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The request, verified.
    pub request: JoinText,
    /// The name as it is entered.
    pub name: String,
    /// Its sound.
    pub pinyin: String,
    /// The unit's name; made if there is none.
    pub unit: String,
    /// The post held there.
    pub post: String,
    /// The highest level the person may see.
    pub clearance: Clearance,
    /// Roles held in the unit from today on.
    pub roles: Vec<Role>,
    /// Whose employee the person is.
    pub affiliation: Affiliation,
    /// Whether the person receives for the unit.
    pub clerk: bool,
    /// The highest level the unit may handle, where it is new or changed.
    pub unit_level: Option<LevelWord>,
}

/// What entering someone led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// The person's number.
    pub person: PersonNo,
    /// The unit's number.
    pub unit: UnitNo,
    /// Whether the unit was made for this.
    pub new_unit: bool,
}

impl NextDirectory {
    /// The draft in this home, or a new one upon the directory in force.
    ///
    /// # Errors
    /// This is no officer's home, or the directory in force has changed since the draft was begun.
    pub fn open(home: &Home) -> Outcome<Self> {
        if !keys::present(home) {
            return Err(Failure::failed(msg!("officer-none")).hint(msg!("officer-none-next")));
        }
        let known = trust::load(home)?;
        let directory = known.organisation.directory();
        // Another officer may have published what was drafted here.
        Self::settle(home, &known.organisation)?;
        if !home.has(DRAFT_FILE) {
            let in_force = known.organisation.in_force();
            let (made, expires) = (directory.made(), directory.expires());
            let draft = Draft::over(in_force, made, expires, &mut clock::randomness());
            return Ok(Self {
                format: "vault-draft/1".to_owned(),
                base: directory.hash(),
                stop: draft.stop,
                proposed: None,
                persons: draft.persons,
                units: draft.units,
            });
        }
        let draft: Self = home.read_json(DRAFT_FILE)?;
        if draft.base == directory.hash() {
            Ok(draft)
        } else {
            Err(Failure::failed(msg!("officer-draft-old")).hint(msg!("officer-draft-old-next")))
        }
    }

    /// Whether something would change.
    #[must_use]
    pub fn is_pending(home: &Home) -> bool {
        home.has(DRAFT_FILE)
    }

    /// Keeps the draft until it is published.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn save(&self, home: &Home) -> Outcome {
        home.write_json(DRAFT_FILE, self)
    }

    /// Enters a new member.
    ///
    /// # Errors
    /// A key of the request is in the directory already.
    pub fn enrol(&mut self, enrolment: &Enrolment, now: Time) -> Outcome<Enrolled> {
        let request = &enrolment.request;
        let keys = [
            Key::active(request.opening.kind, &request.opening.key.0, now),
            Key::active(KeyKind::Sign, &request.signing.0, now),
            Key::active(KeyKind::Station, &request.station.0, now),
        ];
        let mut taken = self.persons.iter().flat_map(|person| &person.keys);
        if taken.any(|known| keys.iter().any(|key| key.id == known.id)) {
            return Err(Failure::failed(msg!("enrol-twice")));
        }
        let person = next_person(&self.persons)?;
        let (unit, new_unit) = self.unit(enrolment)?;
        self.proposed = None;
        let mut keys = keys.to_vec();
        keys.sort_by_key(|key| key.id);
        let mut roles = enrolment.roles.clone();
        if enrolment.clerk {
            roles.push(Role::Clerk);
        }
        roles.sort();
        roles.dedup();
        self.persons.push(PersonEntry {
            tag: PersonType,
            org: request.org,
            number: person,
            salt: salt(),
            name: enrolment.name.clone(),
            pinyin: enrolment.pinyin.clone(),
            state: PersonState::Active,
            posts: vec![Post { unit, title: enrolment.post.clone() }],
            roles: roles
                .into_iter()
                .map(|role| RoleGrant { role, unit: Some(unit), from: now.day(), to: None })
                .collect(),
            clearance: enrolment.clearance,
            affiliation: enrolment.affiliation,
            keys,
            deputies: Vec::new(),
            vetting: None,
            training: None,
            letter: None,
            personnel: None,
        });
        if enrolment.clerk
            && let Some(entry) = self.units.iter_mut().find(|entry| entry.number == unit)
        {
            entry.clerks.push(person);
            entry.clerks.sort();
            entry.salt = salt();
        }
        Ok(Enrolled { person, unit, new_unit })
    }

    fn unit(&mut self, enrolment: &Enrolment) -> Outcome<(UnitNo, bool)> {
        let found = self
            .units
            .iter_mut()
            .find(|entry| entry.name == enrolment.unit || entry.number.to_string() == enrolment.unit);
        if let Some(entry) = found {
            if let Some(level) = enrolment.unit_level
                && entry.max_level != level
            {
                entry.max_level = level;
                entry.salt = salt();
            }
            return Ok((entry.number, false));
        }
        let highest = self.units.iter().map(|entry| entry.number.value()).max().unwrap_or(0);
        let number = UnitNo::new(highest + 1).map_err(|error| ours(&error))?;
        self.units.push(UnitEntry {
            tag: UnitType,
            org: enrolment.request.org,
            number,
            salt: salt(),
            name: enrolment.unit.clone(),
            parent: None,
            max_level: enrolment.unit_level.unwrap_or(LevelWord::Internal),
            clerks: Vec::new(),
            recovery: None,
        });
        Ok((number, true))
    }

    /// Applies one act to the draft, or refuses it and leaves the draft as it was.
    ///
    /// # Errors
    /// The act is refused.
    pub fn apply(&mut self, home: &Home, act: Act) -> Outcome<Done> {
        let current = trust::load(home)?.organisation;
        let rng = &mut clock::randomness();
        // Roles and keys that an act ends, end today; never before the directory in force was made.
        let mut draft = self.draft(&current, clock::now().max(current.directory().made()));
        let done = draft.apply(act, current.in_force(), rng).map_err(|error| act_failure(&error))?;
        (self.stop, self.proposed) = (draft.stop, None);
        (self.persons, self.units) = (draft.persons, draft.units);
        Ok(done)
    }

    /// The draft as a proposal for officers to sign. Stop lists in force are folded in.
    ///
    /// # Errors
    /// What it would make breaks a rule of directories.
    pub fn propose(&self, home: &Home, now: Time) -> Outcome<Proposal> {
        let proposal = self.proposal(home, now)?;
        if home.has(DRAFT_FILE) {
            // By this the draft is known again once the proposal was published, here or elsewhere.
            let proposed = Some(DirectoryHash::of_note(proposal.hash()));
            Self { proposed, ..self.clone() }.save(home)?;
        }
        Ok(proposal)
    }

    /// The proposal that the draft would make, for showing; nothing is kept.
    ///
    /// # Errors
    /// What it would make breaks a rule of directories.
    pub fn proposal(&self, home: &Home, now: Time) -> Outcome<Proposal> {
        let current = trust::load(home)?.organisation;
        // Never before its predecessor, whatever this machine's clock says.
        let draft = self.draft(&current, now.max(current.directory().made()));
        let proposal = Proposal::directory(draft, current.root(), current.directory())
            .map_err(|error| proposal_failure(&error))?;
        proposal
            .preview(current.in_force())
            .map_err(|error| Failure::failed(msg!("publish-unfit")).because(&error))?;
        Ok(proposal)
    }

    /// Whether both say the same of every person and unit, whatever the random bytes of their entries.
    #[must_use]
    pub fn says_what(&self, other: &Self) -> bool {
        let person = |entry: &PersonEntry| PersonEntry { salt: Bytes([0; 16]), ..entry.clone() };
        let unit = |entry: &UnitEntry| UnitEntry { salt: Bytes([0; 16]), ..entry.clone() };
        self.persons.iter().map(person).eq(other.persons.iter().map(person))
            && self.units.iter().map(unit).eq(other.units.iter().map(unit))
    }

    /// The draft with every stop list folded in that came since it was begun.
    fn draft(&self, current: &Organisation, made: Time) -> Draft {
        let mut draft = Draft {
            made,
            expires: made.plus_days(DIRECTORY_DAYS),
            policy: current.directory().policy(),
            stop: self.stop,
            persons: self.persons.clone(),
            units: self.units.clone(),
        };
        draft.fold(current.in_force(), &mut clock::randomness());
        draft
    }

    /// Drops the draft if what was proposed of it is in force, or was.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn settle(home: &Home, organisation: &Organisation) -> Outcome {
        if !home.has(DRAFT_FILE) {
            return Ok(());
        }
        let proposed = home.read_json::<Self>(DRAFT_FILE)?.proposed;
        let heads = organisation.earlier().iter().chain([organisation.directory().head()]);
        let published = heads.into_iter().any(|head| Some(DirectoryHash::of_note(head.hash())) == proposed);
        if published { Self::clear(home) } else { Ok(()) }
    }

    /// Drops the draft: it is published.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn clear(home: &Home) -> Outcome {
        if home.has(DRAFT_FILE) {
            let path = home.path(DRAFT_FILE);
            std::fs::remove_file(&path).map_err(|error| Failure::io(&path, &error))?;
        }
        Ok(())
    }
}

fn next_person(persons: &[PersonEntry]) -> Outcome<PersonNo> {
    // Numbers are never reused: entries of those who left stay in the directory.
    let highest = persons.iter().map(|entry| entry.number.value()).max().unwrap_or(0);
    PersonNo::new(highest + 1).map_err(|error| ours(&error))
}

fn salt() -> Bytes<16> {
    use rand_core::Rng as _;
    let mut bytes = [0; 16];
    clock::randomness().fill_bytes(&mut bytes);
    Bytes(bytes)
}
