//! Reading scope, copies and their holders (rules 8, 9, 32, 45; design section 5).

use std::collections::BTreeSet;

use vault_keys::directory::Directory;
use vault_keys::numbers::{Holder, PersonNo};

use super::code::Code;
use super::refusal::{Decision, Refusal};
use crate::item::Label;

/// Judges scope and copies by the label alone.
pub(super) fn judge(label: &Label, decision: &mut Decision) {
    if label.scope.is_empty() {
        decision.refuse(Code::ScopeMissing);
    }
    if !label.copies.iter().map(|copy| u64::from(copy.no)).eq((0..).take(label.copies.len()))
        || label.copies.is_empty()
    {
        decision.refuse(Code::CopiesNumbering);
    }
    if label.copies.first().is_some_and(|copy| copy.holder != Holder::Person(label.sender.person)) {
        decision.refuse(Code::CopyZero);
    }
    let mut seen = BTreeSet::new();
    for copy in label.copies.iter() {
        if !seen.insert(copy.holder) {
            decision.refuse(Refusal::new(Code::HolderTwice, copy.holder));
        }
    }
}

/// Judges the numbers the label names, and what the directory says about the units among them.
pub(super) fn judge_numbers(label: &Label, directory: &Directory, decision: &mut Decision) {
    let persons =
        [label.handler].into_iter().chain(label.deciders.iter().flat_map(|it| it.asked.iter().copied()));
    let units = [label.unit].into_iter().chain(label.recovery.iter().copied());
    let named = label
        .scope
        .iter()
        .chain(label.pass_down.iter())
        .copied()
        .chain(label.copies.iter().map(|it| it.holder));
    for holder in persons.map(Holder::from).chain(units.map(Holder::from)).chain(named) {
        if !is_known(directory, holder) {
            decision.refuse(Refusal::new(Code::NumberUnknown, holder));
        }
    }
    let in_unit = directory.person(label.sender.person).is_none_or(|sender| sender.has_post_in(label.unit));
    if !in_unit {
        decision.refuse(Refusal::new(Code::SenderUnit, label.unit));
    }
    // Copy 0 stays with the sender, who wrote the item and knows it whatever the scope.
    for copy in label.copies.iter().skip(1) {
        if !is_in(label, directory, copy.holder) {
            decision
                .refuse(Refusal::new(Code::OutsideScope, format_args!("copy {} {}", copy.no, copy.holder)));
        }
    }
}

fn is_known(directory: &Directory, holder: Holder) -> bool {
    match holder {
        Holder::Person(number) => directory.person(number).is_some(),
        Holder::Unit(number) => directory.unit(number).is_some(),
    }
}

/// True if the scope names the holder, or names a unit whose clerk he is.
pub(super) fn is_in(label: &Label, directory: &Directory, holder: Holder) -> bool {
    label.scope.has(&holder)
        || holder.person().is_some_and(|person| is_clerk_in_scope(label, directory, person))
}

fn is_clerk_in_scope(label: &Label, directory: &Directory, person: PersonNo) -> bool {
    let units = label.scope.iter().filter_map(|holder| holder.unit());
    units.filter_map(|unit| directory.unit(unit)).any(|unit| unit.clerks.contains(&person))
}
