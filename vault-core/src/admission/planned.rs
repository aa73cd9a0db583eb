//! Which rows an item needs: the sender's side of the rules in [`super::rows`].

use std::collections::BTreeSet;

use vault_keys::directory::Directory;
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::numbers::{Holder, PersonNo};

use super::clearance;
use crate::item::{Label, Right, Row};

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
        for asked in decider.asked.iter() {
            planned.person(directory, *asked, kind, &Right::Decider(decider.step.clone()));
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
