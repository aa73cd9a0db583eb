//! Units where one absence stops the mail or one lost key loses a document (docs/recovery.md, "Weak units").
//!
//! One function decides, for a directory in force and for one that officers are about to sign. It refuses nothing.

use std::collections::{BTreeMap, BTreeSet};

use vault_keys::directory::{PersonEntry, UnitEntry};
use vault_keys::numbers::{PersonNo, UnitNo};
use vault_keys::opening::Suite;

use crate::admission::{handles, recovery_unit_among};
use crate::level::Level;
use crate::policy::{Policy, RecoveryRule};

/// A unit, and what is weak about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WeakUnit {
    /// The unit.
    pub unit: UnitNo,
    /// What is weak.
    pub weakness: Weakness,
}

/// What is weak about a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Weakness {
    /// It has clerks, and none of them may act: nobody receives for it.
    NoClerk,
    /// One clerk may act: if that person is away, nobody receives.
    SingleClerk,
    /// The policy demands a recovery key on items of this level, and neither the unit nor any above it has one that fits.
    NoRecovery {
        /// The highest such level that the unit may handle.
        level: Level,
    },
}

/// Every weak unit among these, in the order of `units`.
///
/// A unit that nobody belongs to and that has no clerk receives and seals nothing: nothing is weak about it.
#[must_use]
pub fn weak_units(policy: &Policy, persons: &[PersonEntry], units: &[UnitEntry]) -> Vec<WeakUnit> {
    let acting: BTreeSet<PersonNo> =
        persons.iter().filter(|person| person.is_active()).map(|person| person.number).collect();
    let acting_persons = persons.iter().filter(|person| person.is_active());
    let staffed: BTreeSet<UnitNo> =
        acting_persons.flat_map(|person| person.posts.iter().map(|post| post.unit)).collect();
    let by_number: BTreeMap<UnitNo, &UnitEntry> = units.iter().map(|unit| (unit.number, unit)).collect();
    let mut weak = Vec::new();
    for unit in units {
        let mut found = |weakness| weak.push(WeakUnit { unit: unit.number, weakness });
        let clerks = unit.clerks.iter().filter(|clerk| acting.contains(clerk)).count();
        match clerks {
            _ if unit.clerks.is_empty() => {}
            0 => found(Weakness::NoClerk),
            1 => found(Weakness::SingleClerk),
            _ => {}
        }
        if unit.clerks.is_empty() && !staffed.contains(&unit.number) {
            continue;
        }
        if let Some(level) = without_recovery(policy, &by_number, unit) {
            found(Weakness::NoRecovery { level });
        }
    }
    weak
}

/// The highest level the unit may handle whose items need a recovery key that it cannot give them.
fn without_recovery(
    policy: &Policy,
    units: &BTreeMap<UnitNo, &UnitEntry>,
    unit: &UnitEntry,
) -> Option<Level> {
    let find = |number: UnitNo| units.get(&number).copied();
    let served =
        |level: Level, suite: &Suite| recovery_unit_among(find, unit.number, level, *suite).is_some();
    let lacking = policy.levels().iter().rev().find(|rule| {
        rule.recovery == RecoveryRule::Required
            && handles(unit, rule.level)
            && !rule.suites.iter().any(|suite| served(rule.level, suite))
    });
    lacking.map(|rule| rule.level)
}

#[cfg(all(test, feature = "open"))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use vault_keys::directory::{LevelWord, PersonState};

    use super::*;
    use crate::test_world::World;

    /// What is weak, by unit number, under the world's newest policy with this rule for recovery keys of one level.
    fn weak(world: &World, level: Level, recovery: RecoveryRule) -> Vec<(u32, Weakness)> {
        let policy = world.policies.last().unwrap().value().clone();
        let mut rule = policy.level(level).clone();
        rule.recovery = recovery;
        let directory = world.directory();
        let found = weak_units(&policy.with(rule), directory.persons(), directory.units());
        found.into_iter().map(|weak| (weak.unit.value(), weak.weakness)).collect()
    }

    fn by_clerks(world: &World) -> Vec<(u32, Weakness)> {
        weak(world, Level::Internal, RecoveryRule::Allowed)
    }

    #[test]
    fn single_clerk_warning() {
        let mut world = World::new();
        let [one, two, three] = [1, 2, 3].map(|number| world.member(number).person);
        world.change(|_, units| {
            units[0].clerks = vec![one];
            units[1].clerks = vec![two, three];
        });
        assert_eq!(by_clerks(&world), [(1, Weakness::SingleClerk)]);
        // Who is suspended or has left receives nothing.
        world.change(|persons, _| persons[2].state = PersonState::Suspended);
        assert_eq!(by_clerks(&world), [(1, Weakness::SingleClerk), (2, Weakness::SingleClerk)]);
        world.change(|persons, _| persons[1].state = PersonState::Closed);
        assert_eq!(by_clerks(&world), [(1, Weakness::SingleClerk), (2, Weakness::NoClerk)]);
        // A unit without clerks receives through persons only.
        world.change(|_, units| units[1].clerks.clear());
        assert_eq!(by_clerks(&world), [(1, Weakness::SingleClerk)]);
    }

    #[test]
    fn a_recovery_key_is_missed_where_the_policy_demands_one() {
        let mut world = World::new();
        world.change(|_, units| {
            for unit in units.iter_mut() {
                unit.clerks.clear();
            }
            units[1].recovery = None;
            units[1].max_level = LevelWord::Internal;
        });
        let lacking = |level| (2, Weakness::NoRecovery { level });
        let internal = |world: &World, rule| weak(world, Level::Internal, rule);
        assert_eq!(internal(&world, RecoveryRule::Required), [lacking(Level::Internal)]);
        assert_eq!(internal(&world, RecoveryRule::Allowed), []);
        assert_eq!(internal(&world, RecoveryRule::Forbidden), []);
        // A level that the unit may not handle demands nothing of it.
        assert_eq!(weak(&world, Level::Secret, RecoveryRule::Required), []);
        // The key of a unit above serves, if that unit may handle the level.
        world.change(|_, units| units[1].parent = Some(units[0].number));
        assert_eq!(internal(&world, RecoveryRule::Required), []);
        world.change(|_, units| units[0].max_level = LevelWord::Unclassified);
        assert_eq!(internal(&world, RecoveryRule::Required), [lacking(Level::Internal)]);
        // A unit that nobody belongs to seals nothing.
        let first = world.directory().units()[0].number;
        world.change(|persons, units| {
            units[0].max_level = LevelWord::Secret;
            units[1].parent = None;
            for post in persons.iter_mut().flat_map(|person| &mut person.posts) {
                post.unit = first;
            }
        });
        assert_eq!(internal(&world, RecoveryRule::Required), []);
    }
}
