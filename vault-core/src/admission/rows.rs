//! The rows of an access note: whose key, which right, and whether any is missing or too many.

use std::collections::BTreeSet;

use vault_keys::directory::{Directory, KeyState};
use vault_keys::note::Signed;
use vault_keys::numbers::{Holder, PersonNo};

use super::code::Code;
use super::ground::Ground;
use super::passed::Passed;
use super::refusal::{Decision, Refusal};
use super::{clearance, deciding, request};
use crate::decision::Request;
use crate::item::{Label, LabelHash, NumberedCopy, Right, Row};

/// Rows, the label they rest on, and the rows of the note they replace.
pub(super) struct Rows<'a> {
    pub(super) label: &'a Label,
    /// The label's hash; of no use where nothing is sealed yet.
    pub(super) hash: LabelHash,
    pub(super) rows: &'a [Row],
    pub(super) older: &'a [Row],
    /// Whether notes before this one were never seen here, so that any row may be an older one.
    pub(super) unseen: bool,
    /// The directories under which the notes not seen can have been written; empty where one of them is not at hand, so
    /// that nobody can say what was right then.
    pub(super) since: &'a [&'a Directory],
    pub(super) note: Note,
    /// Whether every step has its agreement: then nobody is asked any more.
    pub(super) decided: bool,
    /// The leaves that rows cite.
    pub(super) leaves: &'a [Signed<Request>],
    /// To whom copies were passed on.
    pub(super) passed: &'a [Passed],
}

/// What kind of note the rows stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Note {
    /// The first shared one: no copy goes without a row.
    First,
    /// The one that releases: every copy has a row, unless its holder may not have one now.
    Release,
    /// A later shared one, which may have lost the rows of stopped keys.
    Later,
    /// A holder's own, which has his rows only.
    Own,
}

/// Judges all rows on each ground, and that none is missing.
pub(super) fn judge<'a>(rows: &Rows<'_>, grounds: impl Iterator<Item = Ground<'a>>, decision: &mut Decision) {
    let mut keys = BTreeSet::new();
    for (index, row) in rows.rows.iter().enumerate() {
        if !keys.insert(row.key) {
            decision.refuse(about(Code::RowKeyTwice, index));
        }
    }
    if rows.note == Note::First {
        complete(rows, decision);
    }
    let grounds: Vec<Ground<'_>> = grounds.collect();
    // What is in force, stop lists included, comes last: who may not have a copy now gets none.
    if rows.note == Note::Release
        && let Some(in_force) = grounds.last()
    {
        released(rows, in_force, decision);
    }
    for ground in grounds {
        for (index, row) in rows.rows.iter().enumerate() {
            one(rows, index, row, &ground, decision);
        }
    }
}

/// The rows of the note before whose keys are neither carried on nor stopped, nor gone, in the directory in force.
pub(super) fn dropped<'a>(rows: &Rows<'a>, in_force: &Directory) -> impl Iterator<Item = &'a Row> {
    let carried_on = |old: &Row| rows.rows.iter().any(|row| row.key == old.key && row.right == old.right);
    rows.older.iter().filter(move |old| !carried_on(old) && !has_ended(in_force, old))
}

/// Whether a row may go: its key is stopped, or was the recovery key of a unit that has another now.
pub(crate) fn has_ended(in_force: &Directory, row: &Row) -> bool {
    match in_force.key(&row.key) {
        Some((_, key)) => key.state == KeyState::Stopped,
        None => in_force.recovery_key(&row.key).is_none(),
    }
}

fn about(code: Code, index: usize) -> Refusal {
    Refusal::new(code, format_args!("row {index}"))
}

/// Every copy, decider and recovery unit has a row.
fn complete(rows: &Rows<'_>, decision: &mut Decision) {
    let label = rows.label;
    let has = |wanted: &dyn Fn(&Row) -> bool| rows.rows.iter().any(wanted);
    // Where decisions are demanded, the copies get theirs when all are made.
    let now = if label.deciders.is_empty() { label.copies.len() } else { 1 };
    for copy in label.copies.iter().take(now) {
        if !has(&|row| row.right == Right::Copy(copy.no)) {
            decision
                .refuse(Refusal::new(Code::CopyWithoutRow, format_args!("copy {} {}", copy.no, copy.holder)));
        }
    }
    for decider in label.deciders.iter() {
        for asked in decider.asked.iter() {
            // Whoever holds a copy anyway reads by that row: one key stands in one row only.
            if !has(&|row| row.holder == Holder::Person(*asked)) {
                decision.refuse(Refusal::new(Code::DeciderWithoutRow, asked));
            }
        }
    }
    for unit in label.recovery.iter() {
        if !has(&|row| row.right == Right::Recovery && row.holder == Holder::Unit(*unit)) {
            decision.refuse(Refusal::new(Code::RecoveryWithoutRow, unit));
        }
    }
}

/// Every copy has a row now, but for those whose holder may not have one. Whoever decided reads by that row.
fn released(rows: &Rows<'_>, ground: &Ground<'_>, decision: &mut Decision) {
    let label = rows.label;
    for copy in label.copies.iter().filter(|copy| copy.no > 0) {
        if !is_served(copy, label, rows.rows, ground.directory) && may_receive(copy, label, ground.directory)
        {
            let about = format_args!("copy {} {}", copy.no, copy.holder);
            decision.refuse(Refusal::new(Code::CopyWithoutRow, about));
        }
    }
}

/// Whether a copy is offered to its holder when its item is released with these rows; otherwise it is withheld.
#[must_use]
pub fn is_offered(copy: &NumberedCopy, label: &Label, rows: &[Row], in_force: &Directory) -> bool {
    may_receive(copy, label, in_force) && is_served(copy, label, rows, in_force)
}

fn may_receive(copy: &NumberedCopy, label: &Label, directory: &Directory) -> bool {
    clearance::may_receive(directory, copy.holder, label.level, label.suite)
}

/// Whether the holder has a row for the copy, or by another right one that he reads it by.
fn is_served(copy: &NumberedCopy, label: &Label, rows: &[Row], directory: &Directory) -> bool {
    let reads = |person: PersonNo| rows.iter().any(|row| row.holder == person.into());
    let by_other_right = match copy.holder {
        Holder::Person(person) => reads(person),
        Holder::Unit(unit) => directory.unit(unit).is_some_and(|unit| {
            clearance::fit_clerks(directory, unit, label.level).all(|clerk| reads(clerk.number))
        }),
    };
    by_other_right || rows.iter().any(|row| row.right == Right::Copy(copy.no))
}

fn one(rows: &Rows<'_>, index: usize, row: &Row, ground: &Ground<'_>, decision: &mut Decision) {
    let directory = ground.directory;
    let unchanged = rows.unseen || rows.older.contains(row);
    // A row in a note never seen may be an older one, if it was right at any time since the label was made.
    let older = rows.older.contains(row)
        || ground.stands_in()
        || (rows.unseen && (rows.since.is_empty() || rows.since.iter().any(|it| was_right(rows, row, it))));
    let mut refuse = |code| decision.refuse(about(code, index));
    let kind = match row.holder {
        Holder::Person(number) => match directory.key(&row.key) {
            None => return refuse(Code::RowKeyUnknown),
            Some((owner, _)) if owner != number => return refuse(Code::RowHolder),
            Some((_, key)) => {
                // An unchanged older row may be retired, never stopped.
                let usable = ground.is_usable(key) || (unchanged && key.state == KeyState::Retired);
                if !usable {
                    refuse(Code::RowKeyInactive);
                }
                key.kind
            }
        },
        Holder::Unit(number) => {
            // Whoever it belongs to, a person's key recovers nothing for a unit.
            if directory.key(&row.key).is_some() {
                return refuse(Code::RowHolder);
            }
            let recovery = directory.unit(number).and_then(|unit| unit.recovery.as_ref());
            match recovery {
                Some(key) if key.id == row.key => key.kind,
                // A unit's earlier recovery key may stay where it stood; the entry holds the present one only.
                _ if older => rows.label.suite.kind(),
                _ => return refuse(Code::RowKeyUnknown),
            }
        }
    };
    if kind != rows.label.suite.kind() {
        refuse(Code::RowKeyKind);
    }
    // Who was clerk, and cleared, when the row was written is not in a directory that stands in for that day's.
    right(rows, index, row, older, directory, decision);
}

/// Whether a row could be written under a directory.
fn was_right(rows: &Rows<'_>, row: &Row, directory: &Directory) -> bool {
    if let Holder::Unit(unit) = row.holder {
        let recovery = directory.unit(unit).and_then(|unit| unit.recovery.as_ref());
        return recovery.is_some_and(|key| key.id == row.key);
    }
    let mut faults = Decision::default();
    right(rows, 0, row, false, directory, &mut faults);
    faults.is_accepted()
}

fn right(
    rows: &Rows<'_>,
    index: usize,
    row: &Row,
    older: bool,
    directory: &Directory,
    decision: &mut Decision,
) {
    let label = rows.label;
    let fits = match (&row.right, row.holder) {
        (Right::Copy(no), Holder::Person(person)) => {
            let fits = match label.copies.iter().find(|copy| copy.no == *no).map(|copy| copy.holder) {
                Some(Holder::Person(holder)) => holder == person,
                Some(Holder::Unit(unit)) => {
                    older || directory.unit(unit).is_some_and(|unit| unit.clerks.contains(&person))
                }
                None => false,
            } || rows.passed.contains(&Passed { copy: *no, to: person });
            // A wrap that stands there already must stay while its key does; a new one is for whoever may read now.
            // The sender's own, copy 0, is judged with the sender.
            if fits
                && !older
                && *no != 0
                && let Some(holder) = directory.person(person)
            {
                clearance::person(holder, label.level, Code::HolderClearance, decision);
            }
            fits
        }
        (Right::Decider(step), Holder::Person(person)) => {
            // Whoever was added while it was open keeps his right with the key he has now; in a note of which no other was
            // seen, anybody may have been.
            let had = rows.older.iter().any(|old| old.holder == row.holder && old.right == row.right);
            let open = !rows.decided || had || rows.unseen;
            let decider = label.deciders.iter().find(|decider| decider.step == *step);
            let fits = decider.is_some_and(|decider| {
                older || deciding::may_be_shown(label, decider, directory, person, open)
            });
            if fits
                && !older
                && let Some(decider) = directory.person(person)
            {
                clearance::person(decider, label.level, Code::DeciderClearance, decision);
            }
            fits
        }
        (Right::Recovery, Holder::Unit(unit)) => label.recovery.contains(&unit),
        (Right::Leave(hash), Holder::Person(person)) => {
            // One that is missing was refused where the leaves were looked for.
            let Some(leave) = rows.leaves.iter().find(|leave| leave.hash() == *hash) else { return };
            if !older && let Some(holder) = directory.person(person) {
                clearance::person(holder, label.level, Code::HolderClearance, decision);
            }
            if !request::lets_in(leave.value(), rows.hash, directory, person) {
                decision.refuse(Refusal::new(Code::LeaveOther, format_args!("row {index}")));
            }
            return;
        }
        _ => false,
    };
    if !fits {
        decision.refuse(about(Code::RowRight, index));
    }
}
