//! What a proposed directory would change, read from the texts themselves (docs/directory.md, "Changes").
//!
//! Whoever signs is shown this, and not what someone says was changed. It also finds what no directory may do:
//! drop an entry, forget a key, bring back a revoked one.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{
    Clearance, Deputy, Key, KeyState, LevelWord, PersonEntry, PersonState, Post, RoleGrant, UnitEntry,
};
use super::head::StopRef;
use super::verify::Directory;
use crate::digest::PolicyHash;
use crate::key_id::{KeyId, KeyKind};
use crate::numbers::{Holder, PersonNo, UnitNo};
use crate::time::Time;

/// One change from a directory to a later one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A person is new.
    Enrolled {
        /// Who.
        person: PersonNo,
    },
    /// A person's state is another: suspended, resumed, left, returned.
    State {
        /// Who.
        person: PersonNo,
        /// The state before.
        from: PersonState,
        /// The state after.
        to: PersonState,
    },
    /// A key is new.
    KeyAdded {
        /// Whose.
        person: PersonNo,
        /// Its id.
        key: KeyId,
        /// What it is for.
        kind: KeyKind,
    },
    /// A key is retired or stopped.
    KeyEnded {
        /// Whose.
        person: PersonNo,
        /// Its id.
        key: KeyId,
        /// What it is for.
        kind: KeyKind,
        /// Retired or stopped.
        to: KeyState,
    },
    /// A key that had ended is said to have ended at another time.
    KeyEnd {
        /// Whose.
        person: PersonNo,
        /// Its id.
        key: KeyId,
        /// The time before.
        from: Option<Time>,
        /// The time after.
        to: Option<Time>,
    },
    /// The name is another.
    Renamed {
        /// Who.
        person: PersonNo,
        /// The name before.
        from: String,
        /// The name after.
        to: String,
    },
    /// The name's sound is another.
    Sound {
        /// Who.
        person: PersonNo,
        /// The sound before.
        from: String,
        /// The sound after.
        to: String,
    },
    /// Posts are others.
    Posts {
        /// Who.
        person: PersonNo,
        /// Before.
        from: Vec<Post>,
        /// After.
        to: Vec<Post>,
    },
    /// Roles are others.
    Roles {
        /// Who.
        person: PersonNo,
        /// Given.
        added: Vec<RoleGrant>,
        /// Taken.
        removed: Vec<RoleGrant>,
    },
    /// The clearance is another.
    Clearance {
        /// Who.
        person: PersonNo,
        /// Before.
        from: Clearance,
        /// After.
        to: Clearance,
    },
    /// Deputies are others.
    Deputies {
        /// In whose place.
        person: PersonNo,
        /// Named.
        added: Vec<Deputy>,
        /// No longer named.
        removed: Vec<Deputy>,
    },
    /// Affiliation, papers, category, absence or classes of stations are others.
    Papers {
        /// Who.
        person: PersonNo,
    },
    /// A unit is new.
    UnitAdded {
        /// Which.
        unit: UnitNo,
    },
    /// A unit's name, place or level is another.
    Unit {
        /// Which.
        unit: UnitNo,
        /// Name, unit above and level before.
        from: (String, Option<UnitNo>, LevelWord),
        /// The same after.
        to: (String, Option<UnitNo>, LevelWord),
    },
    /// Clerks are others.
    Clerks {
        /// Of which unit.
        unit: UnitNo,
        /// Who receives from now on.
        added: Vec<PersonNo>,
        /// Who no longer does.
        removed: Vec<PersonNo>,
    },
    /// A unit's recovery key is another.
    Recovery {
        /// Which unit.
        unit: UnitNo,
        /// Before.
        from: Option<KeyId>,
        /// After.
        to: Option<KeyId>,
    },
    /// The policy is another.
    Policy {
        /// Before.
        from: PolicyHash,
        /// After.
        to: PolicyHash,
    },
    /// It rests on another root.
    Root {
        /// Number before.
        from: u32,
        /// Number after.
        to: u32,
    },
    /// It folds another stop list.
    Folds {
        /// Before.
        from: Option<StopRef>,
        /// After.
        to: Option<StopRef>,
    },
    /// It expires at another time.
    Expires {
        /// Before.
        from: Time,
        /// After.
        to: Time,
    },
}

/// What no directory may do to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContinuityError {
    /// An entry was dropped: its number would be free for someone else.
    #[error("{holder} was dropped; entries stay, and numbers are never reused")]
    Dropped {
        /// Whose.
        holder: Holder,
    },
    /// A key was forgotten, or put under another person: the number was given to someone else, or the past
    /// was rewritten.
    #[error("a key of {person} was forgotten: {}", key.groups())]
    KeyForgotten {
        /// Whose.
        person: PersonNo,
        /// Its id.
        key: KeyId,
    },
    /// A retired or stopped key was brought back, or a stopped one made a retired one.
    #[error("a key of {person} that had ended was brought back: {}", key.groups())]
    KeyRevived {
        /// Whose.
        person: PersonNo,
        /// Its id.
        key: KeyId,
    },
}

impl Directory {
    /// Everything that this directory changes, seen from `older`.
    pub fn changes_since(&self, older: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        for entry in self.persons() {
            match older.person(entry.number) {
                None => enrolled(entry, &mut changes),
                Some(before) if before == entry => {}
                Some(before) => person(before, entry, &mut changes),
            }
        }
        for entry in self.units() {
            match older.unit(entry.number) {
                None => added(entry, &mut changes),
                Some(before) => unit(before, entry, &mut changes),
            }
        }
        let (from, to) = (older.value(), self.value());
        if from.policy != to.policy {
            changes.push(Change::Policy { from: from.policy, to: to.policy });
        }
        if from.root != to.root {
            changes.push(Change::Root { from: from.root.number, to: to.root.number });
        }
        if from.stop != to.stop {
            changes.push(Change::Folds { from: from.stop, to: to.stop });
        }
        if from.expires != to.expires {
            changes.push(Change::Expires { from: from.expires, to: to.expires });
        }
        changes
    }

    /// Everything in a first directory, which is all new.
    pub(super) fn first_changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        self.persons().iter().for_each(|entry| enrolled(entry, &mut changes));
        self.units().iter().for_each(|entry| added(entry, &mut changes));
        changes
    }

    /// Refuses a directory that drops an entry, forgets a key or brings one back.
    pub fn check_continuity(&self, older: &Self) -> Result<(), ContinuityError> {
        for before in older.persons() {
            let person = before.number;
            let entry =
                self.person(person).ok_or_else(|| ContinuityError::Dropped { holder: person.into() })?;
            let now: BTreeMap<KeyId, &Key> = entry.keys.iter().map(|key| (key.id, key)).collect();
            for key in &before.keys {
                let found = now.get(&key.id).ok_or(ContinuityError::KeyForgotten { person, key: key.id })?;
                let revived = match key.state {
                    KeyState::Active => false,
                    KeyState::Retired => found.state == KeyState::Active,
                    KeyState::Stopped => found.state != KeyState::Stopped,
                };
                if revived || found.from != key.from {
                    return Err(ContinuityError::KeyRevived { person, key: key.id });
                }
            }
        }
        for before in older.units() {
            self.unit(before.number)
                .ok_or_else(|| ContinuityError::Dropped { holder: before.number.into() })?;
        }
        Ok(())
    }
}

fn enrolled(entry: &PersonEntry, changes: &mut Vec<Change>) {
    changes.push(Change::Enrolled { person: entry.number });
    let keys = entry.keys.iter();
    changes.extend(keys.map(|key| key_added(entry.number, key)));
}

fn key_added(person: PersonNo, key: &Key) -> Change {
    Change::KeyAdded { person, key: key.id, kind: key.kind }
}

fn person(before: &PersonEntry, after: &PersonEntry, changes: &mut Vec<Change>) {
    // Every field by name: one that is added later does not compile until somebody says what its change is. The salt
    // says nothing; organisation, number and type are those of the entry.
    let PersonEntry {
        tag: _,
        org: _,
        number: person,
        salt: _,
        name,
        pinyin,
        state,
        posts,
        roles,
        clearance,
        affiliation,
        keys,
        deputies,
        vetting,
        training,
        letter,
        personnel,
    } = after;
    let person = *person;
    if before.state != *state {
        changes.push(Change::State { person, from: before.state, to: *state });
    }
    for key in keys {
        // What a key is and since when, nobody may change: `check_continuity`.
        let (id, kind) = (key.id, key.kind);
        match before.key(&id) {
            None => changes.push(key_added(person, key)),
            Some(old) if old.state != key.state => {
                changes.push(Change::KeyEnded { person, key: id, kind, to: key.state });
            }
            Some(old) if old.to != key.to => {
                changes.push(Change::KeyEnd { person, key: id, from: old.to, to: key.to });
            }
            Some(_) => {}
        }
    }
    if before.name != *name {
        changes.push(Change::Renamed { person, from: before.name.clone(), to: name.clone() });
    }
    if before.pinyin != *pinyin {
        changes.push(Change::Sound { person, from: before.pinyin.clone(), to: pinyin.clone() });
    }
    if before.posts != *posts {
        changes.push(Change::Posts { person, from: before.posts.clone(), to: posts.clone() });
    }
    let (added, removed) = difference(&before.roles, roles);
    if !added.is_empty() || !removed.is_empty() {
        changes.push(Change::Roles { person, added, removed });
    }
    if before.clearance != *clearance {
        changes.push(Change::Clearance { person, from: before.clearance, to: *clearance });
    }
    let (added, removed) = difference(&before.deputies, deputies);
    if !added.is_empty() || !removed.is_empty() {
        changes.push(Change::Deputies { person, added, removed });
    }
    let papers = (&before.vetting, &before.training, &before.letter, &before.personnel);
    if before.affiliation != *affiliation || papers != (vetting, training, letter, personnel) {
        changes.push(Change::Papers { person });
    }
}

fn added(entry: &UnitEntry, changes: &mut Vec<Change>) {
    let unit = entry.number;
    changes.push(Change::UnitAdded { unit });
    if !entry.clerks.is_empty() {
        changes.push(Change::Clerks { unit, added: entry.clerks.clone(), removed: Vec::new() });
    }
    if let Some(key) = &entry.recovery {
        changes.push(Change::Recovery { unit, from: None, to: Some(key.id) });
    }
}

fn unit(before: &UnitEntry, after: &UnitEntry, changes: &mut Vec<Change>) {
    let unit = after.number;
    let facts = |entry: &UnitEntry| (entry.name.clone(), entry.parent, entry.max_level);
    if facts(before) != facts(after) {
        changes.push(Change::Unit { unit, from: facts(before), to: facts(after) });
    }
    let old: BTreeSet<PersonNo> = before.clerks.iter().copied().collect();
    let new: BTreeSet<PersonNo> = after.clerks.iter().copied().collect();
    if old != new {
        let (added, removed) = (new.difference(&old).copied(), old.difference(&new).copied());
        changes.push(Change::Clerks { unit, added: added.collect(), removed: removed.collect() });
    }
    let key = |entry: &UnitEntry| entry.recovery.as_ref().map(|key| key.id);
    if key(before) != key(after) {
        changes.push(Change::Recovery { unit, from: key(before), to: key(after) });
    }
}

/// What is new, and what is gone.
fn difference<T: Clone + PartialEq>(before: &[T], after: &[T]) -> (Vec<T>, Vec<T>) {
    let lacking = |list: &[T], from: &[T]| from.iter().filter(|one| !list.contains(one)).cloned().collect();
    (lacking(before, after), lacking(after, before))
}
