//! In which capacities somebody may sign a step: asked before he signs, so that he is asked only what is open
//! (docs/decisions.md, "Who decides"). What he signs is judged by [`super::deciding`] all the same.

use vault_keys::directory::{Deputy, Directory, PersonEntry, Role};
use vault_keys::numbers::PersonNo;
use vault_keys::time::Day;

use super::deciding::{Matter, holds};
use crate::item::{Decider, Right, Row};

/// For whom a person may sign a step on a day: `None` for himself, then each of those asked in whose place he acts.
#[must_use]
pub fn capacities(
    matter: &Matter<'_>,
    decider: &Decider,
    rows: &[Row],
    directory: &Directory,
    person: PersonNo,
    day: Day,
) -> Vec<Option<PersonNo>> {
    if matter.apart.contains(&person) {
        return Vec::new();
    }
    let fit = |number: PersonNo| {
        let entry = directory.person(number);
        let entry = entry.filter(|entry| holds(entry, &decider.role, matter.unit, day));
        entry.filter(|_| !matter.apart.contains(&number))
    };
    let right = Right::Decider(decider.step.clone());
    let added = rows.iter().any(|row| row.holder == person.into() && row.right == right);
    let himself = (decider.asked.has(&person) || added) && fit(person).is_some();
    let acts = |principal: &&PersonEntry| {
        deputies_in_force(principal, decider, day).any(|deputy| deputy.person == person)
    };
    let others = decider.asked.iter().copied().filter(|asked| *asked != person);
    let others = others.filter_map(fit).filter(acts).map(|principal| Some(principal.number));
    himself.then_some(None).into_iter().chain(others).collect()
}

/// Who acts in the place of one asked at a step on a day.
pub fn deputies_in_force<'a>(
    asked: &'a PersonEntry,
    decider: &'a Decider,
    day: Day,
) -> impl Iterator<Item = &'a Deputy> {
    let role: Option<Role> = decider.role.as_str().parse().ok();
    let of_role = asked.deputies.iter().filter(move |deputy| Some(deputy.role) == role);
    of_role.filter(move |deputy| deputy.from <= day && day <= deputy.to)
}
