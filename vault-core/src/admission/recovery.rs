//! Whether the recovery keys among the recipients are those the policy wants (docs/recovery.md, "Which items").

use std::collections::BTreeSet;

use vault_keys::directory::{Directory, UnitEntry};
use vault_keys::numbers::UnitNo;
use vault_keys::opening::Suite;

use super::clearance;
use super::code::Code;
use super::refusal::{Decision, Refusal};
use crate::item::Label;
use crate::level::Level;
use crate::policy::{Policy, RecoveryRule};

/// Judges the units that the label names for recovery: none is missing, none too many.
///
/// That each has its row, wrapped to its present key, is judged with the rows.
pub(super) fn judge(label: &Label, policy: Option<&Policy>, directory: &Directory, decision: &mut Decision) {
    let chain: Vec<UnitNo> =
        upwards(|number| directory.unit(number), label.unit).map(|unit| unit.number).collect();
    for unit in label.recovery.iter().filter(|unit| !chain.contains(unit)) {
        // Otherwise any unit's officers could be made readers without standing in the scope.
        decision.refuse(Refusal::new(Code::RecoverySurplus, unit));
    }
    let Some(policy) = policy else { return };
    match policy.level(label.level).recovery {
        RecoveryRule::Required if label.recovery.is_empty() => {
            decision.refuse(Refusal::new(Code::RecoveryMissing, label.unit));
        }
        RecoveryRule::Forbidden if !label.recovery.is_empty() => {
            decision.refuse(Refusal::new(Code::RecoverySurplus, label.level));
        }
        RecoveryRule::Required | RecoveryRule::Allowed | RecoveryRule::Forbidden => {}
    }
}

/// The unit whose recovery key serves items of this unit, level and suite: its own, or the nearest above it that
/// has one and may handle the level.
#[must_use]
pub fn recovery_unit(directory: &Directory, unit: UnitNo, level: Level, suite: Suite) -> Option<&UnitEntry> {
    recovery_unit_among(|number| directory.unit(number), unit, level, suite)
}

/// As [`recovery_unit`], among units found by number: those of a directory that is not in force yet, too.
pub(crate) fn recovery_unit_among<'a>(
    find: impl Fn(UnitNo) -> Option<&'a UnitEntry>,
    unit: UnitNo,
    level: Level,
    suite: Suite,
) -> Option<&'a UnitEntry> {
    upwards(find, unit).find(|unit| {
        let fits = unit.recovery.as_ref().is_some_and(|key| key.kind == suite.kind());
        fits && clearance::handles(unit, level)
    })
}

/// The unit and those above it, nearest first.
fn upwards<'a>(
    find: impl Fn(UnitNo) -> Option<&'a UnitEntry>,
    unit: UnitNo,
) -> impl Iterator<Item = &'a UnitEntry> {
    let mut seen = BTreeSet::new();
    // A directory in force has no circles; a draft may.
    std::iter::successors(find(unit), move |unit| find(unit.parent?))
        .take_while(move |unit| seen.insert(unit.number))
}
