//! Which rows an item needs: the sender's side of the rules in [`super::rows`].

use std::collections::BTreeSet;

use vault_keys::directory::Directory;
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::numbers::{Holder, PersonNo};

use super::{clearance, deciding, own, rows};
use crate::item::{Access, Label, Right, Row};

/// The rows of a new item's first access note: all of [`plan`], but where decisions are demanded none for the copies that
/// travel. Who decides comes before who receives: a key stands in one row.
pub(crate) fn plan_first(label: &Label, directory: &Directory) -> Vec<Row> {
    if label.deciders.is_empty() {
        return plan(label, directory);
    }
    let own = label.copies.iter().take(1).copied().collect();
    plan(&Label { copies: own, ..label.clone() }, directory)
}

/// The rows an item planned under this directory needs: copy 0 first, then the copies in order, then deciders,
/// then recovery. Each key once: a clerk who has a copy of his own leaves his unit's to the others. Who has no key, or
/// none of the suite, gets no row, which the check refuses.
pub(crate) fn plan(label: &Label, directory: &Directory) -> Vec<Row> {
    let kind = label.suite.kind();
    let mut planned = Planned { rows: Vec::new(), keys: BTreeSet::new() };
    for copy in label.copies.iter() {
        match copy.holder {
            Holder::Person(person) => planned.person(directory, person, kind, &Right::Copy(copy.no)),
            Holder::Unit(unit) => {
                let clerks = directory.unit(unit).into_iter();
                let clerks = clerks.flat_map(|unit| clearance::fit_clerks(directory, unit, label.level));
                let own = |clerk: PersonNo| label.copies.iter().any(|copy| copy.holder == clerk.into());
                for clerk in clerks.filter(|clerk| !own(clerk.number)) {
                    planned.person(directory, clerk.number, kind, &Right::Copy(copy.no));
                }
            }
        }
    }
    for decider in label.deciders.iter() {
        let right = Right::Decider(decider.step.clone());
        for asked in decider.asked.iter() {
            planned.person(directory, *asked, kind, &right);
        }
        // Deputies too, at once: whoever is away does not have to come back to let them read.
        let apart = [label.sender.person, label.handler];
        let deputies = deciding::deputies(directory, decider, label.made.day());
        for deputy in deputies.filter(|deputy| !apart.contains(deputy)) {
            let cleared = |person| clearance::may_hold(person, label.level);
            if directory.person(deputy).is_some_and(cleared) {
                planned.person(directory, deputy, kind, &right);
            }
        }
    }
    for unit in label.recovery.iter() {
        if let Some(key) = directory.unit(*unit).and_then(|unit| unit.recovery.as_ref())
            && key.kind == kind
        {
            planned.row(key.id, Holder::Unit(*unit), Right::Recovery);
        }
    }
    planned.rows
}

/// What becomes of an item's rows under the directory in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextRows {
    /// Rows that stay, by their place in the note before.
    pub kept: Vec<usize>,
    /// Rows for keys that have none yet.
    pub added: Vec<Row>,
    /// Rows that go: their keys are stopped, or were a unit's recovery key before the present one.
    pub dropped: Vec<Row>,
    /// Rows that would be added, were their holders active and cleared.
    pub withheld: Vec<Row>,
}

impl NextRows {
    /// Whether the note that stands says the same already.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.added.is_empty() && self.dropped.is_empty()
    }
}

/// The rows of the next shared note: those that stand, without stopped keys, and the present keys of whoever holds
/// the item by its label.
pub(crate) fn plan_next(label: &Label, access: &Access, in_force: &Directory) -> NextRows {
    let has_copy = |row: &Row| matches!(row.right, Right::Copy(no) if no > 0);
    // Before the decision, copies have no rows: re-wrapping does not release.
    if label.deciders.is_empty() || access.rows.iter().any(has_copy) {
        next(plan(label, in_force), label, access, in_force)
    } else {
        next(plan_first(label, in_force), label, access, in_force)
    }
}

/// The rows of the note that releases an item: those that stand, and now the copies'.
pub(crate) fn plan_release(label: &Label, access: &Access, in_force: &Directory) -> NextRows {
    next(plan(label, in_force), label, access, in_force)
}

fn next(planned: Vec<Row>, label: &Label, access: &Access, in_force: &Directory) -> NextRows {
    let ended = |row: &Row| rows::has_ended(in_force, row);
    let (dropped, stay): (Vec<_>, Vec<_>) = access.rows.iter().enumerate().partition(|(_, row)| ended(row));
    let is_new = |row: &Row| !stay.iter().any(|(_, stays)| stays.key == row.key);
    // Whoever was let in by a leave keeps that right with the key he has now.
    let let_in = access.rows.iter().filter_map(|row| match (&row.right, row.holder) {
        (Right::Leave(_), Holder::Person(person)) => {
            let key = in_force.person(person)?.opening_key(label.suite.kind())?;
            Some(Row { key: key.id, ..row.clone() })
        }
        _ => None,
    });
    let mut wanted: Vec<Row> = Vec::new();
    for row in planned.into_iter().chain(let_in).filter(is_new) {
        if !wanted.iter().any(|known| known.key == row.key) {
            wanted.push(row);
        }
    }
    let may_hold = |row: &Row| match row.holder {
        Holder::Unit(_) => true,
        Holder::Person(person) => {
            in_force.person(person).is_some_and(|person| clearance::may_hold(person, label.level))
        }
    };
    let (added, withheld) = wanted.into_iter().partition(may_hold);
    let kept = stay.into_iter().map(|(index, _)| index).collect();
    let dropped = dropped.into_iter().map(|(_, row)| row.clone()).collect();
    NextRows { kept, added, dropped, withheld }
}

/// The rows of a holder's own note: the present keys of himself, of his fellow clerks where his unit holds the copy,
/// and of the units that the label names for recovery. None if he does not hold the item, or has no key for it.
pub(crate) fn plan_own(label: &Label, shared: &Access, in_force: &Directory, person: PersonNo) -> Vec<Row> {
    let rights = own::rights(label, shared, in_force, person);
    let is_mine = |row: &Row| row.holder == Holder::Person(person);
    let kind = label.suite.kind();
    let mut planned = Planned { rows: Vec::new(), keys: BTreeSet::new() };
    // His own key stands in one row, by the first of his rights.
    if let Some(right) = rights.first() {
        planned.person(in_force, person, kind, right);
    }
    if planned.rows.is_empty() {
        return Vec::new();
    }
    for row in plan(label, in_force).into_iter().filter(|row| !is_mine(row)) {
        if row.right == Right::Recovery || rights.contains(&row.right) {
            planned.row(row.key, row.holder, row.right);
        }
    }
    planned.rows
}

struct Planned {
    rows: Vec<Row>,
    keys: BTreeSet<KeyId>,
}

impl Planned {
    fn person(&mut self, directory: &Directory, person: PersonNo, kind: KeyKind, right: &Right) {
        if let Some(key) = directory.person(person).and_then(|it| it.opening_key(kind)) {
            self.row(key.id, Holder::Person(person), right.clone());
        }
    }

    fn row(&mut self, key: KeyId, holder: Holder, right: Right) {
        if self.keys.insert(key) {
            self.rows.push(Row { key, holder, right });
        }
    }
}
