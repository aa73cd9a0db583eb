//! The next directory while it is being written: a draft beside the officer's key.

use serde::{Deserialize, Serialize};
use vault_core::policy::Policy;
use vault_core::weak_unit::{WeakUnit, weak_units};
use vault_keys::bytes::Bytes;
use vault_keys::digest::DirectoryHash;
use vault_keys::directory::{
    Act, Caution, Done, Draft, Enrolment, LevelWord, NewUnit, Organisation, PersonEntry, Post, Proposal,
    Role, RoleGrant, StopRef, UnitEntry,
};
use vault_keys::joining::Request;
use vault_keys::json;
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::note::parse_text;
use vault_keys::numbers::{Holder, PersonNo, UnitNo};
use vault_keys::time::Time;

use super::refusals::{act_failure, proposal_failure};
use super::{DIRECTORY_DAYS, Planned, keys};
use crate::clock;
use crate::error::{Failure, Kind, Outcome};
use crate::home::Home;
use crate::msg;
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
    /// The policy it will put into force, as its text, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
}

/// What entering someone led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// The person's number.
    pub person: PersonNo,
    /// The unit's number.
    pub unit: UnitNo,
    /// Whether the unit was made for this.
    pub new_unit: bool,
    /// What to point out.
    pub cautions: Vec<Caution>,
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
                policy: None,
            });
        }
        let draft: Self = home.read_json(DRAFT_FILE)?;
        if draft.base == directory.hash() { Ok(draft) } else { Err(overtaken()) }
    }

    /// What the draft would have brought upon the directory it was begun on, where another has been published since,
    /// with that directory; `None` if it was not overtaken.
    ///
    /// The draft holds entries, not acts: to carry them over by machine could undo what the other officers published.
    ///
    /// # Errors
    /// The draft is damaged, or the directory it was begun on is not known here any more.
    pub fn overtaken(home: &Home, now: Time) -> Outcome<Option<(Proposal, Organisation)>> {
        let known = trust::load(home)?;
        Self::settle(home, &known.organisation)?;
        if !home.has(DRAFT_FILE) {
            return Ok(None);
        }
        let draft: Self = home.read_json(DRAFT_FILE)?;
        let directory = known.organisation.directory();
        if draft.base == directory.hash() {
            return Ok(None);
        }
        let begun_on = (1..directory.number())
            .rev()
            .filter_map(|number| known.earlier(number))
            .find(|earlier| earlier.directory().hash() == draft.base)
            .ok_or_else(overtaken)?;
        let made = now.max(begun_on.directory().made());
        let proposal = draft.proposed_on(&begun_on, made)?;
        Ok(Some((proposal, begun_on)))
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

    /// Enters a new member as planned; makes the unit if there is none of that name and the plan allows it.
    ///
    /// # Errors
    /// An act is refused; the draft is as it was.
    pub fn enrol(&mut self, home: &Home, request: Request, plan: &Planned) -> Outcome<Enrolled> {
        let mut next = self.clone();
        let (unit, new_unit) = next.unit(home, plan)?;
        let mut roles = plan.roles.clone();
        if plan.clerk {
            roles.push(Role::Clerk);
        }
        roles.sort();
        roles.dedup();
        let from = clock::now().day();
        let grants = roles.into_iter().map(|role| RoleGrant { role, unit: role.scope(unit), from, to: None });
        let station = request.value().station.map(|key| KeyId::of(KeyKind::Station, &key.0));
        let enrolment = Enrolment {
            request,
            number: None,
            name: plan.name.clone(),
            pinyin: plan.pinyin.clone(),
            posts: vec![Post { unit, title: plan.post.clone() }],
            roles: grants.collect(),
            clearance: plan.clearance,
            affiliation: plan.affiliation,
            clerk_of: if plan.clerk { vec![unit] } else { Vec::new() },
            papers: plan.papers(station),
        };
        let done = next.apply(home, Act::Enrol(Box::new(enrolment)))?;
        let Holder::Person(person) = done.holder else { return Err(internal()) };
        *self = next;
        Ok(Enrolled { person, unit, new_unit, cautions: done.cautions })
    }

    fn unit(&mut self, home: &Home, plan: &Planned) -> Outcome<(UnitNo, bool)> {
        let found = self.unit_named(&plan.unit).map(|entry| (entry.number, entry.max_level));
        if let Some((unit, level)) = found {
            if let Some(max_level) = plan.unit_level.filter(|wanted| *wanted != level) {
                let max_level = Some(max_level);
                self.apply(home, Act::ChangeUnit { unit, name: None, parent: None, max_level })?;
            }
            return Ok((unit, false));
        }
        if !plan.new_unit {
            return Err(Failure::usage(msg!("act-unit", word = plan.unit.as_str()))
                .code("unit-unknown")
                .hint(msg!("act-unit-next", word = plan.unit.as_str())));
        }
        let unit = NewUnit {
            number: None,
            name: plan.unit.clone(),
            parent: None,
            max_level: plan.unit_level.unwrap_or(LevelWord::Internal),
            clerks: Vec::new(),
        };
        match self.apply(home, Act::AddUnit(Box::new(unit)))?.holder {
            Holder::Unit(unit) => Ok((unit, true)),
            Holder::Person(_) => Err(internal()),
        }
    }

    /// Takes a policy into the draft, in the place of one that was there.
    pub fn set_policy(&mut self, policy: &Policy) {
        self.policy = Some(String::from_utf8_lossy(&json::to_line(policy)).into_owned());
        self.proposed = None;
    }

    /// The policy that the draft would put into force.
    ///
    /// # Errors
    /// The draft is damaged.
    pub fn policy(&self, current: &Organisation) -> Outcome<Option<Policy>> {
        let read = |text: &String| parse_text::<Policy>(text.as_bytes(), current.org());
        self.policy.as_ref().map(read).transpose().map_err(|error| unfit(&error))
    }

    /// The unit of this name or number, as drafted.
    #[must_use]
    pub fn unit_named(&self, word: &str) -> Option<&UnitEntry> {
        self.units.iter().find(|entry| entry.name == word || entry.number.to_string() == word)
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
        let proposal = self.proposed_on(&current, now.max(current.directory().made()))?;
        proposal.preview(current.in_force()).map_err(|error| unfit(&error))?;
        Ok(proposal)
    }

    fn proposed_on(&self, current: &Organisation, made: Time) -> Outcome<Proposal> {
        let (draft, root, previous) = (self.draft(current, made), current.root(), current.directory());
        let proposal = match self.policy(current)? {
            None => Proposal::directory(draft, root, previous),
            Some(policy) => Proposal::directory_with_policy(draft, &policy, root, previous),
        };
        proposal.map_err(|error| proposal_failure(&error))
    }

    /// Units that would be weak if the draft were in force, by the policy it brings or keeps.
    ///
    /// # Errors
    /// That policy cannot be read.
    pub fn weak_units(&self, current: &Organisation) -> Outcome<Vec<WeakUnit>> {
        let weak = |policy: &Policy| weak_units(policy, &self.persons, &self.units);
        match self.policy(current)? {
            Some(policy) => Ok(weak(&policy)),
            None => Ok(weak(trust::policy(current)?.value())),
        }
    }

    /// Whether both say the same of policy, every person and unit, whatever the random bytes of their entries.
    #[must_use]
    pub fn says_what(&self, other: &Self) -> bool {
        let person = |entry: &PersonEntry| PersonEntry { salt: Bytes([0; 16]), ..entry.clone() };
        let unit = |entry: &UnitEntry| UnitEntry { salt: Bytes([0; 16]), ..entry.clone() };
        self.policy == other.policy
            && self.persons.iter().map(person).eq(other.persons.iter().map(person))
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

    /// Whether there is a draft, and what was proposed of it is in force, or was.
    ///
    /// # Errors
    /// The draft is damaged.
    pub fn is_published(home: &Home, organisation: &Organisation) -> Outcome<bool> {
        if !home.has(DRAFT_FILE) {
            return Ok(false);
        }
        let proposed = home.read_json::<Self>(DRAFT_FILE)?.proposed;
        let heads = organisation.earlier().iter().chain([organisation.directory().head()]);
        Ok(heads.into_iter().any(|head| Some(DirectoryHash::of_note(head.hash())) == proposed))
    }

    /// Drops the draft if what was proposed of it is in force, or was.
    ///
    /// # Errors
    /// The draft is damaged, or the disk refuses.
    pub fn settle(home: &Home, organisation: &Organisation) -> Outcome {
        if Self::is_published(home, organisation)? { Self::clear(home) } else { Ok(()) }
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

fn unfit(error: &dyn std::error::Error) -> Failure {
    Failure::new(Kind::Refused, msg!("publish-unfit"))
        .code("draft-unfit")
        .hint(msg!("publish-unfit-next"))
        .because(error)
}

fn overtaken() -> Failure {
    Failure::new(Kind::Refused, msg!("officer-draft-old"))
        .code("draft-overtaken")
        .hint(msg!("officer-draft-old-next"))
}

fn internal() -> Failure {
    Failure::failed(msg!("officer-internal"))
}
