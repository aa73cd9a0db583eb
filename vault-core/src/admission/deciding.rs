//! Whether decisions count: who signed them, in which capacity, in which order (docs/decisions.md, "Who decides").
//!
//! The course of the steps is [`crate::decision::Course`]'s; here stand the people. A decision is judged under the
//! directory it names, at its leaf's time where the register has it, and at its own where it came by file.

use vault_keys::directory::{Directory, PersonEntry, Place, Role};
use vault_keys::key_id::KeyKind;
use vault_keys::note::{Signed, Verifier};
use vault_keys::numbers::{PersonNo, UnitNo};
use vault_keys::time::Time;

use super::capacity::deputies_in_force;
use super::clearance;
use super::code::Code;
use super::facts::{Facts, Published, Relay, Side, Subject};
use super::ground::{Ground, look_up_by};
use super::limits::CLOCK_SKEW_S;
use super::refusal::{Decision, Refusal, Refused, Remark};
use super::standing;
use crate::decision::{About, Course, CourseRefusal, DecisionNote, Taken, carried_by};
use crate::item::{Decider, ItemHeader, Label, LabelHash, Right, Row, Word};
use crate::level::Level;

/// What is decided: the part of a label or request that the rules about deciders look at.
#[derive(Debug, Clone, Copy)]
pub struct Matter<'a> {
    /// The text decided on.
    pub about: About,
    /// The organisation's unit in whose name it is asked.
    pub unit: UnitNo,
    /// What deciders must be cleared for.
    pub level: Level,
    /// Who may not decide: sender and handler, or requester.
    pub apart: [PersonNo; 2],
    /// The steps.
    pub deciders: &'a [Decider],
    /// Until when it must be decided.
    pub decide_by: Option<Time>,
    /// When it was asked.
    pub made: Time,
}

impl<'a> Matter<'a> {
    /// Sending an item.
    #[must_use]
    pub fn of_label(label: &'a Label, hash: LabelHash) -> Self {
        Self {
            about: About::label(hash),
            unit: label.unit,
            level: label.level,
            apart: [label.sender.person, label.handler],
            deciders: &label.deciders,
            decide_by: label.decide_by,
            made: label.made,
        }
    }

    pub(super) fn decider(&self, step: &Word) -> Option<&'a Decider> {
        self.deciders.iter().find(|decider| decider.step == *step)
    }
}

/// A decision as the register has it.
#[derive(Debug, Clone, Copy)]
pub struct Entered<'a> {
    /// The note, signature unproved as yet.
    pub note: &'a Signed<DecisionNote>,
    /// The time of its leaf.
    pub time: Time,
    /// Where its leaf stands, if that was proved.
    pub place: Option<&'a Place>,
}

/// Whether the chain of leaves at hand is that of the item decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chain {
    /// It is.
    OfThis,
    /// It is that of the item resealed from it.
    OfAnother,
}

/// Judges who is asked, before anybody has answered: the steps' roles are held, nobody decides on his own matter.
pub(super) fn judge_asked(matter: &Matter<'_>, directory: &Directory, decision: &mut Decision) {
    let day = matter.made.day();
    if !matter.deciders.is_empty() && matter.decide_by.is_none() {
        decision.refuse(Code::DecideByMissing);
    }
    for decider in matter.deciders {
        for asked in &decider.asked {
            let about = || Refusal::new(Code::DeciderRole, format_args!("{} {asked}", decider.step));
            if matter.apart.contains(asked) {
                decision.refuse(Refusal::new(Code::DeciderOwnMatter, asked));
            }
            let Some(person) = directory.person(*asked) else { continue };
            if !holds(person, &decider.role, matter.unit, day) {
                decision.refuse(about());
            }
        }
    }
}

/// Who may sign a step besides those asked: their deputies on a day.
pub(super) fn deputies<'a>(
    directory: &'a Directory,
    decider: &'a Decider,
    day: vault_keys::time::Day,
) -> impl Iterator<Item = PersonNo> + 'a {
    let asked = decider.asked.iter().filter_map(|asked| directory.person(*asked));
    asked.flat_map(move |asked| deputies_in_force(asked, decider, day)).map(|deputy| deputy.person)
}

/// For whom a person may sign on a day, and in which role: everybody whose entry names him as deputy.
#[must_use]
pub fn principals(
    directory: &Directory,
    person: PersonNo,
    day: vault_keys::time::Day,
) -> Vec<(PersonNo, Role)> {
    let everybody = directory.persons().iter();
    let named = everybody.flat_map(|entry| entry.deputies.iter().map(move |deputy| (entry.number, deputy)));
    let in_force = named
        .filter(|(_, deputy)| deputy.person == person && deputy.from <= day && day <= deputy.to)
        .map(|(principal, deputy)| (principal, deputy.role));
    in_force.collect()
}

/// Whether a person may hold a wrap to decide at a step: asked, deputy of one asked on the day it was made, or holding the
/// role and added by somebody who decides there, while the matter is `open`.
pub(super) fn may_be_shown(
    label: &Label,
    decider: &Decider,
    directory: &Directory,
    person: PersonNo,
    open: bool,
) -> bool {
    let day = label.made.day();
    let holds_role =
        |day| directory.person(person).is_some_and(|it| holds(it, &decider.role, label.unit, day));
    let added = |day| open && holds_role(day);
    let apart = person == label.sender.person || person == label.handler;
    let deputy = deputies(directory, decider, day).any(|deputy| deputy == person);
    !apart && (decider.asked.has(&person) || deputy || added(directory.made().day()))
}

/// Everybody who holds the role of a step for a unit on a day, and could be asked: active, cleared, not concerned.
#[must_use]
pub fn who_may_decide(
    directory: &Directory,
    role: &Word,
    unit: UnitNo,
    level: Level,
    day: vault_keys::time::Day,
) -> Vec<PersonNo> {
    let fit = |person: &&PersonEntry| {
        let mut faults = Decision::default();
        clearance::person(person, level, Code::DeciderClearance, &mut faults);
        holds(person, role, unit, day) && faults.is_accepted()
    };
    directory.persons().iter().filter(fit).map(|person| person.number).collect()
}

/// Judges the decisions of an item's notes, or those of its chain where that is at hand, and whether they complete it.
pub(super) fn judge_item(
    facts: &Facts<'_>,
    item: &ItemHeader,
    matter: &Matter<'_>,
    chain: Chain,
    decision: &mut Decision,
) -> Course {
    let carried: Vec<Signed<DecisionNote>> = carried_by(item).collect();
    let about_this = |note: &&Signed<DecisionNote>| note.value().about == matter.about;
    let chain = match (chain, facts.side) {
        (Chain::OfThis, Side::Relay(relay)) => relay.decisions(),
        (Chain::OfThis, Side::Reader(reader)) => reader.decisions,
        _ => None,
    };
    // Until the copies are wrapped the decisions stand in the register, and the header need not carry them.
    let wrapped = item.access().value().rows.iter().any(|row| matches!(row.right, Right::Copy(no) if no > 0));
    let mut entered: Vec<Entered<'_>> = Vec::new();
    if let Some(chain) = chain {
        for one in chain {
            if wrapped && !carried.iter().any(|note| note.hash() == one.note.hash()) {
                decision.refuse(Refusal::new(Code::DecisionLeftOut, one.note.value().person));
            }
        }
        for note in carried.iter().filter(about_this) {
            if !chain.iter().any(|one| one.note.hash() == note.hash()) {
                decision.refuse(Refusal::new(Code::DecisionNotEntered, note.value().person));
            }
        }
        entered.extend_from_slice(chain);
    } else {
        entered = by_file(matter, &carried);
        if matches!(facts.side, Side::Relay(relay) if relay.stored().is_none()) {
            standing::of_undated(facts, None, &entered, decision);
        }
        if !entered.is_empty() && matches!(facts.side, Side::Reader(_)) {
            decision.remark(Remark::DecisionsByFile);
        }
    }
    judge_all(facts, matter, &item.access().value().rows, &entered, decision)
}

/// The decisions on a matter among notes that no register dates, in the order of their signers' clocks.
pub(super) fn by_file<'a>(matter: &Matter<'_>, notes: &'a [Signed<DecisionNote>]) -> Vec<Entered<'a>> {
    let about_this = notes.iter().filter(|note| note.value().about == matter.about);
    let mut entered: Vec<Entered<'_>> =
        about_this.map(|note| Entered { note, time: note.value().made, place: None }).collect();
    entered.sort_by_key(|one| one.note.value().place_by_clock(matter.deciders));
    entered
}

/// Judges decisions in their order; answers how far they lead.
pub(super) fn judge_all(
    facts: &Facts<'_>,
    matter: &Matter<'_>,
    rows: &[Row],
    entered: &[Entered<'_>],
    decision: &mut Decision,
) -> Course {
    let mut course = Course::default();
    for one in entered {
        take(facts, matter, rows, one, &mut course, decision);
    }
    course
}

/// Judges a decision that reaches the relay now, after those entered before; what it does to the item, if nothing
/// refuses it. `rows` are those of the access note now stored.
///
/// # Errors
/// [`Refused`] with every refusal.
pub fn hear(
    published: &Published<'_>,
    label: &Label,
    rows: &[Row],
    matter: &Matter<'_>,
    before: &[Entered<'_>],
    new: &Entered<'_>,
) -> Result<Taken, Refused> {
    heard(published, Subject::Planned { label, rows, notes: &[] }, matter, rows, before, new)
}

/// Judges a new decision on any matter under what is in force.
pub(super) fn heard(
    published: &Published<'_>,
    subject: Subject<'_>,
    matter: &Matter<'_>,
    rows: &[Row],
    before: &[Entered<'_>],
    new: &Entered<'_>,
) -> Result<Taken, Refused> {
    let side = Side::Relay(Relay::item(new.note.value().person));
    let facts = Facts { published: *published, subject, side };
    let mut decision = Decision::default();
    let mut course = judge_all(&facts, matter, rows, before, &mut decision);
    let note = new.note.value();
    if note.directory.version != published.present().number() {
        decision.refuse(Refusal::new(Code::DecisionDirectory, note.directory.version));
    } else {
        // Stop lists take rights away from their own leaf on, whatever the directory says.
        who(matter, rows, new, &Ground::present(published), &mut decision);
    }
    let taken = take(&facts, matter, rows, new, &mut course, &mut decision);
    decision.settle().accepted()?;
    // Nothing refused it, so it was taken.
    taken.ok_or_else(|| {
        let mut decision = Decision::default();
        decision.refuse(Code::DecisionOrder);
        decision.into_refused()
    })
}

/// Judges one decision and, if nothing refuses it, lets the course take it.
fn take(
    facts: &Facts<'_>,
    matter: &Matter<'_>,
    rows: &[Row],
    one: &Entered<'_>,
    course: &mut Course,
    decision: &mut Decision,
) -> Option<Taken> {
    let note = one.note.value();
    let mut faults = Decision::default();
    if note.about != matter.about {
        faults.refuse(Refusal::new(Code::DecisionOther, note.person));
    }
    if let Some(ground) = look_up_by(facts, note.made, &note.directory, &mut faults) {
        who(matter, rows, one, &ground, &mut faults);
    }
    standing::of_decider(facts, one, &mut faults);
    // Nobody has decided on what was not made yet: dated back, a deputy would stand in dates that were not his.
    if matter.made.seconds_since(one.time) > CLOCK_SKEW_S {
        faults.refuse(Refusal::new(Code::DecisionOrder, one.time));
    }
    if matter.decide_by.is_some_and(|by| one.time > by) {
        faults.refuse(Refusal::new(Code::DecideByPassed, note.person));
    }
    let taken = match course.take(matter.deciders, one.note.hash(), note, one.time) {
        Ok(taken) => Some(taken),
        Err(refusal) => {
            faults.refuse(Refusal::new(course_code(refusal), format_args!("{} {}", note.step, note.person)));
            None
        }
    };
    let accepted = faults.is_accepted();
    decision.join(faults);
    taken.filter(|_| accepted)
}

/// The code of an answer that has no place in the course.
fn course_code(refusal: CourseRefusal) -> Code {
    match refusal {
        CourseRefusal::UnknownStep => Code::DecisionStep,
        CourseRefusal::Refused => Code::DecisionRefused,
        CourseRefusal::Complete
        | CourseRefusal::Order
        | CourseRefusal::Previous
        | CourseRefusal::TakenBack => Code::DecisionOrder,
        CourseRefusal::Expired => Code::DecisionExpired,
        CourseRefusal::Twice(_) => Code::DeciderTwice,
        CourseRefusal::NothingToWithdraw => Code::DecisionNothingToWithdraw,
    }
}

/// Who signed, and in which capacity.
fn who(matter: &Matter<'_>, rows: &[Row], one: &Entered<'_>, ground: &Ground<'_>, faults: &mut Decision) {
    let (note, directory) = (one.note.value(), ground.directory);
    let Some(signer) = directory.person(note.person) else {
        return faults.refuse(Refusal::new(Code::NumberUnknown, note.person));
    };
    let key = ground.keys(signer, KeyKind::Sign).find(|key| key.id == note.key);
    let verifier =
        key.and_then(|key| key.verifying()).map(|key| Verifier::person(&note.org, note.person, key));
    if verifier.is_none_or(|verifier| one.note.verified_by(&verifier).is_err()) {
        faults.refuse(Refusal::new(Code::DecisionSignature, note.person));
    }
    if !ground.keys(signer, KeyKind::Station).any(|key| key.id == note.station) {
        faults.refuse(Refusal::new(Code::StationKey, note.station));
    }
    // Whoever was active then is not made inactive by a directory that stands in for that day's.
    if !ground.stands_in() {
        clearance::person(signer, matter.level, Code::DeciderClearance, faults);
    }
    let principal = note.principal.unwrap_or(note.person);
    for person in [note.person, principal] {
        if matter.apart.contains(&person) {
            faults.refuse(Refusal::new(Code::DeciderOwnMatter, person));
        }
    }
    let Some(decider) = matter.decider(&note.step) else { return };
    let day = one.time.day();
    let is_added = |person: PersonNo| {
        let right = Right::Decider(decider.step.clone());
        rows.iter().any(|row| row.holder == person.into() && row.right == right)
    };
    let may = decider.asked.has(&principal) || (note.principal.is_none() && is_added(principal));
    if !may {
        faults.refuse(Refusal::new(Code::DeciderNotAsked, principal));
    }
    let Some(asked) = directory.person(principal) else {
        return faults.refuse(Refusal::new(Code::NumberUnknown, principal));
    };
    if !holds(asked, &decider.role, matter.unit, day) {
        faults.refuse(Refusal::new(Code::DeciderRole, format_args!("{} {principal}", decider.step)));
    }
    let mut deputies = deputies_in_force(asked, decider, day);
    if note.principal.is_some() && !deputies.any(|deputy| deputy.person == note.person) {
        faults.refuse(Refusal::new(Code::DeputyNotInForce, format_args!("{} {principal}", note.person)));
    }
}

/// Whether a person holds the role of a step for a unit on a day. A word that is no role is held by nobody.
pub(super) fn holds(person: &PersonEntry, word: &Word, unit: UnitNo, day: vault_keys::time::Day) -> bool {
    role(word).is_some_and(|role| person.holds_role(role, Some(unit), day))
}

fn role(word: &Word) -> Option<Role> {
    word.as_str().parse().ok()
}
