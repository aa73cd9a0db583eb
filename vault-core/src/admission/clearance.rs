//! Clearance, affiliation and state of the people concerned (rules 13, 15, 71, 81, 83, 124; design section 2).

use vault_keys::directory::{
    Affiliation, Clearance, Directory, LevelWord, PersonEntry, StationClass, UnitEntry,
};
use vault_keys::numbers::{Holder, PersonNo, UnitNo};
use vault_keys::opening::Suite;

use super::code::Code;
use super::refusal::{Decision, Refusal, Refused};
use crate::item::{Label, OriginKind};
use crate::level::Level;

/// Judges the sender, his unit, the deciders and the holders of copies under one directory.
pub(super) fn judge(label: &Label, directory: &Directory, decision: &mut Decision) {
    if let Some(sender) = directory.person(label.sender.person) {
        person(sender, label.level, Code::SenderClearance, decision);
        station(label, sender, decision);
    }
    // The right to classify is the unit's own; what is derived takes its source's level whatever the unit's.
    if label.origin.kind == OriginKind::Original {
        unit_level(directory, label.unit, label.level, decision);
    }
    for decider in label.deciders.iter().flat_map(|decider| decider.asked.iter()) {
        if let Some(decider) = directory.person(*decider) {
            person(decider, label.level, Code::DeciderClearance, decision);
        }
    }
    for copy in label.copies.iter().skip(1) {
        match copy.holder {
            Holder::Person(number) => {
                if let Some(holder) = directory.person(number) {
                    person(holder, label.level, Code::HolderClearance, decision);
                    if holder.is_abroad(label.made.day()) && label.level > Level::Unclassified {
                        decision.refuse(about(Code::HolderAbroad, number));
                    }
                }
            }
            Holder::Unit(number) => unit(directory, number, label.level, decision),
        }
    }
    for number in label.recovery.iter() {
        unit_level(directory, *number, label.level, decision);
    }
}

/// The class of the machine it was sealed on, and its inspection, as far as the sender's entry says them.
fn station(label: &Label, sender: &PersonEntry, decision: &mut Decision) {
    let facts = sender.personnel.iter().flat_map(|facts| &facts.stations);
    for facts in facts.filter(|facts| facts.key == label.station) {
        let highest = match facts.class {
            StationClass::Internet => Level::Unclassified,
            StationClass::Internal => Level::Internal,
            StationClass::Classified => Level::Secret,
        };
        if label.level > highest {
            decision
                .refuse(Refusal::new(Code::StationClass, format_args!("{}, {}", label.level, facts.class)));
        }
        if let Some(until) = facts.inspected.filter(|until| *until < label.made.day()) {
            decision.refuse(Refusal::new(Code::StationUninspected, until));
        }
    }
}

fn unit_level(directory: &Directory, number: UnitNo, level: Level, decision: &mut Decision) {
    if directory.unit(number).is_some_and(|unit| !handles(unit, level)) {
        decision.refuse(Refusal::new(Code::UnitLevel, number));
    }
}

fn unit(directory: &Directory, number: UnitNo, level: Level, decision: &mut Decision) {
    unit_level(directory, number, level, decision);
    let Some(unit) = directory.unit(number) else { return };
    if fit_clerks(directory, unit, level).next().is_none() {
        decision.refuse(Refusal::new(Code::UnitWithoutClerk, number));
    }
}

/// The unit's clerks who may receive an item of this level.
pub(crate) fn fit_clerks<'a>(
    directory: &'a Directory,
    unit: &'a UnitEntry,
    level: Level,
) -> impl Iterator<Item = &'a PersonEntry> {
    unit.clerks
        .iter()
        .filter_map(|clerk| directory.person(*clerk))
        .filter(move |clerk| fault(clerk, level, Code::HolderClearance).is_none())
}

/// Judges one person who will hold a wrap; `code` is the refusal if the clearance is too low.
pub(super) fn person(person: &PersonEntry, level: Level, code: Code, decision: &mut Decision) {
    if let Some(code) = fault(person, level, code) {
        decision.refuse(about(code, person.number));
    }
}

/// Whether a holder may receive a copy of something of this level and suite: active, cleared, with a key, and for a unit a
/// clerk of whom that is true.
pub(super) fn may_receive(directory: &Directory, holder: Holder, level: Level, suite: Suite) -> bool {
    let has_key = |person: &PersonEntry| person.opening_key(suite.kind()).is_some();
    match holder {
        Holder::Person(person) => directory
            .person(person)
            .is_some_and(|person| fault(person, level, Code::HolderClearance).is_none() && has_key(person)),
        Holder::Unit(unit) => directory
            .unit(unit)
            .is_some_and(|unit| handles(unit, level) && fit_clerks(directory, unit, level).any(has_key)),
    }
}

/// Whether this person may be served something of this level now, whatever was right when it was released or proposed;
/// `too_low` is the refusal if the clearance is.
///
/// # Errors
/// [`Refused`] with what stands against it.
pub fn judge_served(
    directory: &Directory,
    number: PersonNo,
    level: Level,
    too_low: Code,
) -> Result<(), Refused> {
    let mut decision = Decision::default();
    match directory.person(number) {
        Some(entry) => person(entry, level, too_low, &mut decision),
        None => decision.refuse(about(Code::PersonNotActive, number)),
    }
    decision.accepted().map(drop)
}

/// Whether the person may get a wrap of something of this level.
#[cfg(feature = "open")]
pub(crate) fn may_hold(person: &PersonEntry, level: Level) -> bool {
    fault(person, level, Code::HolderClearance).is_none()
}

fn about(code: Code, person: PersonNo) -> Refusal {
    Refusal::new(code, person)
}

fn fault(person: &PersonEntry, level: Level, too_low: Code) -> Option<Code> {
    if !person.is_active() {
        Some(Code::PersonNotActive)
    } else if level.is_state_secret() && person.affiliation != Affiliation::Own {
        Some(Code::Affiliation)
    } else if clearance(person) < level {
        Some(too_low)
    } else {
        None
    }
}

/// What the person is cleared for; only 无密级 needs no clearance.
fn clearance(person: &PersonEntry) -> Level {
    match person.clearance {
        Clearance::None | Clearance::Unclassified => Level::Unclassified,
        Clearance::Internal => Level::Internal,
        Clearance::Confidential => Level::Confidential,
        Clearance::Secret => Level::Secret,
    }
}

/// Whether the unit may handle the level.
pub(crate) fn handles(unit: &UnitEntry, level: Level) -> bool {
    let max = match unit.max_level {
        LevelWord::Unclassified => Level::Unclassified,
        LevelWord::Internal => Level::Internal,
        LevelWord::Confidential => Level::Confidential,
        LevelWord::Secret => Level::Secret,
    };
    max >= level
}
