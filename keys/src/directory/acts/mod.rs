//! What officers do to the next directory: pure acts over a draft, each with its refusals (docs/directory.md,
//! "Acts").
//!
//! An act changes the draft or refuses and leaves it as it was. Words for people are made by the caller from
//! the typed act, and once more from [`changes`](super::changes) between the directory in force and the
//! proposed one, which shows what is signed and not what someone says is signed.
//!
//! Nothing here revokes: revocations go through a stop list, which has a place in the register, and the draft
//! folds it.

mod persons;
mod units;

use rand_core::CryptoRng;

use super::compose::Draft;
use super::entry::{
    Affiliation, Clearance, Deputy, KeyState, LevelWord, PersonEntry, PersonState, Post, RecoveryKey,
    RoleGrant, UnitEntry,
};
use super::in_force::{InForce, Inactive, apply as apply_stop};
use super::personnel::{Absence, Category, Paper, StationClass, StationFacts};
use super::stop::{Stop, StopAct, StopKind, StopText};
use crate::bytes::Bytes;
use crate::joining::{Request, RequestError};
use crate::key_id::KeyId;
use crate::note::TextError;
use crate::numbers::{Holder, PersonNo, UnitNo};
use crate::time::{Day, Time};

/// One act over the next directory.
#[derive(Clone, Debug)]
pub enum Act {
    /// Enters a new member.
    Enrol(Box<Enrolment>),
    /// Takes back, under the same number, someone who had left.
    Return {
        /// Who.
        person: PersonNo,
        /// His new keys.
        request: Box<Request>,
    },
    /// Adds another machine.
    AddStation {
        /// The request, signed by the person's present key.
        request: Box<Request>,
        /// What the machine may be used for, if the entry says so.
        class: Option<StationClass>,
    },
    /// Puts a machine out of use. Nothing is revoked: that takes a stop list.
    RetireStation {
        /// Whose.
        person: PersonNo,
        /// The station's key.
        key: KeyId,
    },
    /// Replaces opening or signing key by new ones; the old are retired, and still open what is old.
    Rotate {
        /// The request, signed by the person's present key.
        request: Box<Request>,
    },
    /// New keys for someone who can no longer use the old: a forgotten passphrase, a lost token. The old are
    /// retired. If they may be in other hands, a stop list comes first.
    Replace {
        /// Who.
        person: PersonNo,
        /// The new keys.
        request: Box<Request>,
    },
    /// Changes posts, and roles with them.
    ChangePosts {
        /// Who.
        person: PersonNo,
        /// The posts, the main one first.
        posts: Vec<Post>,
        /// The roles.
        roles: Vec<RoleGrant>,
    },
    /// Changes name or clearance.
    ChangePerson {
        /// Who.
        person: PersonNo,
        /// The name and its sound, if they change.
        name: Option<(String, String)>,
        /// The clearance, if it changes.
        clearance: Option<Clearance>,
    },
    /// Names who acts in a person's place, with dates. Replaces the former list.
    SetDeputies {
        /// Whose place.
        person: PersonNo,
        /// The deputies.
        deputies: Vec<Deputy>,
    },
    /// Records class, validity and hash of papers, category, absence.
    SetPapers {
        /// Who.
        person: PersonNo,
        /// The papers.
        papers: Box<Papers>,
    },
    /// Lifts a suspension. Stopped keys stay stopped.
    Resume {
        /// Who.
        person: PersonNo,
    },
    /// Ends someone's service, once everything on the list is done.
    EndService {
        /// Who.
        person: PersonNo,
        /// What was checked.
        checklist: Checklist,
    },
    /// Makes a unit.
    AddUnit(Box<NewUnit>),
    /// Changes a unit's name, place or level.
    ChangeUnit {
        /// Which.
        unit: UnitNo,
        /// The name, if it changes.
        name: Option<String>,
        /// The unit above, if it changes; `Some(None)` for none.
        parent: Option<Option<UnitNo>>,
        /// The highest level, if it changes.
        max_level: Option<LevelWord>,
    },
    /// Names who receives for a unit. Replaces the former list.
    SetClerks {
        /// Which unit.
        unit: UnitNo,
        /// The clerks, in any order.
        clerks: Vec<PersonNo>,
    },
    /// Gives a unit a recovery key, another one, or none.
    SetRecovery {
        /// Which unit.
        unit: UnitNo,
        /// The key.
        key: Option<RecoveryKey>,
    },
}

/// What officers decide about a new member.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The request, with proof that the member holds the signing key.
    pub request: Request,
    /// The number; `None` for the next free one.
    pub number: Option<PersonNo>,
    /// The name as it is entered.
    pub name: String,
    /// Its sound.
    pub pinyin: String,
    /// Posts, the main one first.
    pub posts: Vec<Post>,
    /// Roles with dates.
    pub roles: Vec<RoleGrant>,
    /// The highest level the person may read.
    pub clearance: Clearance,
    /// Whose employee the person is.
    pub affiliation: Affiliation,
    /// Units for which the person receives.
    pub clerk_of: Vec<UnitNo>,
    /// Papers, where they are kept.
    pub papers: Option<Papers>,
}

/// What is recorded of papers that are kept elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Papers {
    /// The class of secrecy staff.
    pub category: Option<Category>,
    /// Vetting and its last valid day.
    pub vetting: Option<(Paper, Day)>,
    /// Training and its last valid day.
    pub training: Option<(Paper, Day)>,
    /// The secrecy letter and its last valid day.
    pub letter: Option<(Paper, Day)>,
    /// Days abroad.
    pub abroad: Option<Absence>,
    /// Classes of stations.
    pub stations: Vec<StationFacts>,
}

/// What must be settled before someone leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist {
    /// Items and copies that relay, register and archive still show with the person.
    pub held: u32,
    /// Decisions that still wait for the person.
    pub pending: u32,
    /// The leaver's secrecy letter and its last valid day.
    pub letter: Option<(Paper, Day)>,
    /// The last day of the cooling-off time.
    pub cooling_off: Option<Day>,
}

/// A unit to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUnit {
    /// The number; `None` for the next free one.
    pub number: Option<UnitNo>,
    /// The name.
    pub name: String,
    /// The unit above.
    pub parent: Option<UnitNo>,
    /// The highest level it may hold.
    pub max_level: LevelWord,
    /// Who receives for it.
    pub clerks: Vec<PersonNo>,
}

/// What an act did, and what to point out before anyone signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Whose entry it made or changed first.
    pub holder: Holder,
    /// What to point out.
    pub cautions: Vec<Caution>,
}

/// Something to point out. It does not block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Caution {
    /// Cleared for state secrets without a valid vetting.
    NoVetting,
    /// Cleared for state secrets without a valid training.
    NoTraining,
    /// Cleared for state secrets without a valid letter.
    NoLetter,
    /// Another person bears the same name.
    SameName {
        /// Who.
        person: PersonNo,
    },
    /// Wraps for the old key open old items; whatever it could read stays readable by whoever holds it.
    OldKeyStillOpens,
}

/// Why an act is refused. The draft is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ActError {
    /// The number belongs to someone, or did: numbers are never reused.
    #[error("{holder} is taken, and numbers are never reused")]
    NumberTaken {
        /// The number.
        holder: Holder,
    },
    /// There is no number left.
    #[error("no number is left")]
    NoNumber,
    /// Not in the directory.
    #[error("{holder} is not in the directory")]
    Unknown {
        /// Who or which unit.
        holder: Holder,
    },
    /// The person has left.
    #[error("{person} has left")]
    Closed {
        /// Who.
        person: PersonNo,
    },
    /// The person has not left.
    #[error("{person} has not left")]
    NotClosed {
        /// Who.
        person: PersonNo,
    },
    /// The person has no active key: all are revoked, and revoked keys are never revived.
    #[error("{person} has no key left; revoked keys are never revived")]
    NoKeyLeft {
        /// Who.
        person: PersonNo,
    },
    /// The person is not suspended.
    #[error("{person} is not suspended")]
    NotSuspended {
        /// Who.
        person: PersonNo,
    },
    /// The person is suspended already.
    #[error("{person} is suspended already")]
    Suspended {
        /// Who.
        person: PersonNo,
    },
    /// The public key has a place already: with another person, in another kind, with this very person.
    #[error("a key of the request already belongs to {owner}")]
    KeyTaken {
        /// Whose it is.
        owner: Holder,
    },
    /// The person has no such key, or not in that state.
    #[error("{person} has no such key in use")]
    NoSuchKey {
        /// Who.
        person: PersonNo,
    },
    /// The key is stopped already.
    #[error("the key is stopped already")]
    AlreadyStopped,
    /// The request is for something else.
    #[error("the request is for another act")]
    Purpose,
    /// The request does not prove what it must.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The person still holds something.
    #[error("{held} items and copies are still held, {pending} decisions still wait")]
    StillHolds {
        /// Items and copies.
        held: u32,
        /// Decisions.
        pending: u32,
    },
    /// The leaver's letter is missing.
    #[error("the leaver's secrecy letter is missing")]
    NoLetter,
    /// The cooling-off date is missing.
    #[error("the end of the cooling-off time is missing")]
    NoCoolingOff,
    /// The cooling-off time has not passed.
    #[error("the cooling-off time lasts until {until}")]
    CoolingOff {
        /// Its last day.
        until: Day,
    },
    /// A field would break its rules.
    #[error(transparent)]
    Text(#[from] TextError),
}

impl Draft {
    /// The draft of the directory after the one in force, with every stop list folded in.
    pub fn over(in_force: &InForce, made: Time, expires: Time, rng: &mut dyn CryptoRng) -> Self {
        let (signed, now) = (in_force.signed_directory(), in_force.directory());
        let mut draft = Self {
            made,
            expires,
            policy: signed.policy(),
            stop: in_force.last_stop(),
            persons: now.persons().to_vec(),
            units: now.units().to_vec(),
        };
        for entry in &mut draft.persons {
            if signed.person(entry.number) != Some(&*entry) {
                entry.salt = salt(rng);
            }
        }
        draft
    }

    /// Applies one act, or refuses it and leaves the draft as it was.
    ///
    /// `in_force` is what requests by present keys are verified against.
    pub fn apply(&mut self, act: Act, in_force: &InForce, rng: &mut dyn CryptoRng) -> Result<Done, ActError> {
        match act {
            Act::Enrol(enrolment) => self.enrol(*enrolment, rng),
            Act::Return { person, request } => self.take_back(person, &request, rng),
            Act::AddStation { request, class } => self.add_station(&request, class, in_force, rng),
            Act::RetireStation { person, key } => self.retire_station(person, key, rng),
            Act::Rotate { request } => self.rotate(&request, in_force, rng),
            Act::Replace { person, request } => self.replace(person, &request, rng),
            Act::ChangePosts { person, posts, roles } => self.change(person, rng, |entry| {
                (entry.posts, entry.roles) = (posts, roles);
                Ok(())
            }),
            Act::ChangePerson { person, name, clearance } => self.change_person(person, name, clearance, rng),
            Act::SetDeputies { person, deputies } => {
                deputies.iter().try_for_each(|deputy| self.known(deputy.person).map(|_| ()))?;
                self.change(person, rng, |entry| {
                    entry.deputies = deputies;
                    Ok(())
                })
            }
            Act::SetPapers { person, papers } => self.change(person, rng, |entry| {
                persons::set_papers(entry, *papers);
                Ok(())
            }),
            Act::Resume { person } => self.change(person, rng, |entry| {
                if entry.state != PersonState::Suspended {
                    return Err(ActError::NotSuspended { person });
                }
                // Whose every key is stopped could do nothing all the same: new keys come first.
                if !entry.keys.iter().any(|key| key.is_active()) {
                    return Err(ActError::NoKeyLeft { person });
                }
                entry.state = PersonState::Active;
                Ok(())
            }),
            Act::EndService { person, checklist } => self.end_service(person, checklist, rng),
            Act::AddUnit(unit) => self.add_unit(*unit, in_force.org(), rng),
            Act::ChangeUnit { unit, name, parent, max_level } => self.change_unit(unit, rng, |entry| {
                entry.name = name.unwrap_or_else(|| entry.name.clone());
                entry.parent = parent.unwrap_or(entry.parent);
                entry.max_level = max_level.unwrap_or(entry.max_level);
            }),
            Act::SetClerks { unit, clerks } => self.set_clerks(unit, clerks, rng),
            Act::SetRecovery { unit, key } => self.set_recovery(unit, key, rng),
        }
    }

    /// Folds in the stop lists made since the draft was begun: what they took, the draft does not keep.
    pub fn fold(&mut self, in_force: &InForce, rng: &mut dyn CryptoRng) {
        let have = self.stop.map_or(0, |stop| stop.number);
        for stop in in_force.stops().iter().filter(|stop| stop.number() > have) {
            for act in stop.own_acts() {
                if let Some(entry) = self.persons.iter_mut().find(|entry| entry.number == act.person) {
                    apply_stop(entry, act, stop.made());
                    entry.salt = salt(rng);
                }
            }
            self.stop = Some(stop.reference());
        }
        // What is revoked beside the chain stays revoked, whichever side this directory folds.
        for (stop, act) in
            in_force.beside().iter().flat_map(|stop| stop.own_acts().map(move |act| (stop, act)))
        {
            let person = self.persons.iter_mut().find(|entry| entry.number == act.person);
            let Some(entry) = person.filter(|_| act.kind == StopKind::Revoke) else { continue };
            let before = entry.clone();
            apply_stop(entry, act, stop.made());
            if *entry != before {
                entry.salt = salt(rng);
            }
        }
    }

    fn person(&self, person: PersonNo) -> Option<&PersonEntry> {
        self.persons.iter().find(|entry| entry.number == person)
    }

    /// The person, who has not left.
    fn known(&self, person: PersonNo) -> Result<&PersonEntry, ActError> {
        let entry = self.person(person).ok_or_else(|| ActError::Unknown { holder: person.into() })?;
        if entry.state == PersonState::Closed { Err(ActError::Closed { person }) } else { Ok(entry) }
    }

    fn known_unit(&self, unit: UnitNo) -> Result<&UnitEntry, ActError> {
        let entry = self.units.iter().find(|entry| entry.number == unit);
        entry.ok_or_else(|| ActError::Unknown { holder: unit.into() })
    }
}

impl InForce {
    /// The text of the next stop list with these acts, or why one of them would take nothing.
    pub fn stop_text(&self, made: Time, acts: Vec<StopAct>) -> Result<StopText, ActError> {
        for act in &acts {
            self.check_stop(act)?;
        }
        let folded = self.signed_directory().value().stop;
        Ok(Stop::next_text(self.root(), folded, self.stops().last(), made, acts))
    }

    fn check_stop(&self, act: &StopAct) -> Result<(), ActError> {
        let person = act.person;
        let entry =
            self.directory().person(person).ok_or_else(|| ActError::Unknown { holder: person.into() })?;
        if let Some(id) = act.key {
            let key = entry.key(&id).ok_or(ActError::NoSuchKey { person })?;
            // What is stopped already may still be found to have been in other hands earlier.
            let nothing = key.state == KeyState::Stopped && act.since.is_none();
            return if nothing { Err(ActError::AlreadyStopped) } else { Ok(()) };
        }
        match (act.kind, self.person_now(person)) {
            (_, Err(Inactive::Closed)) => Err(ActError::Closed { person }),
            (StopKind::Suspend, Err(Inactive::Suspended)) => Err(ActError::Suspended { person }),
            _ => Ok(()),
        }
    }
}

fn salt(rng: &mut dyn CryptoRng) -> Bytes<16> {
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    Bytes(salt)
}
