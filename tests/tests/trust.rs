//! What a home believes: highest versions outlive the cache, and what contradicts them is named and kept.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;

use vault::home::Home;
use vault::trust;
use vault_core::test_world::World;
use vault_keys::directory::{Organisation, Stop, StopAct, StopReason};
use vault_keys::note::OfficeName;
use vault_keys::time::Time;

fn home() -> (tempfile::TempDir, Home) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::open_or_create(&folder.path().join("home")).unwrap();
    (folder, home)
}

/// The organisation with directory `number` and all heads before it.
fn file(world: &World, number: usize) -> Organisation {
    let policy = world.policies.first().unwrap().note().clone();
    let heads = world.directories.iter().take(number - 1).map(|one| one.head().clone()).collect();
    let directory = world.directories[number - 1].clone();
    Organisation::new(vec![world.root.clone()], policy, directory, heads).unwrap()
}

fn stops(world: &World, organisation: &Organisation) -> Organisation {
    organisation.with(world.stops.clone(), None).unwrap()
}

fn rename(world: &mut World, name: &str) {
    world.change(|_, units| units[0].name = name.to_owned());
}

fn stop(world: &mut World, number: u32) {
    let act = StopAct::revoke_person(world.member(number).person, StopReason::Stolen);
    world.stop(vec![act], None);
}

fn refused(home: &Home, organisation: &Organisation) -> String {
    trust::accept(home, organisation).unwrap_err().code.clone().unwrap()
}

fn later(world: &World, days: u32) -> Time {
    world.now().plus_days(days)
}

#[test]
fn rollback() {
    let (_folder, home) = home();
    let mut world = World::new();
    rename(&mut world, "办");
    trust::pin(&home, &file(&world, 2)).unwrap();
    assert_eq!(refused(&home, &file(&world, 1)), "rollback");
    // Putting an old cache back does not help: the highest versions are kept apart from it.
    fs::write(home.path("organisation/current.json"), file(&world, 1).encode()).unwrap();
    let known = trust::load(&home).unwrap();
    assert_eq!(known.may_seal(world.now()).unwrap_err().code.as_deref(), Some("freeze"));
    assert_eq!(refused(&home, &file(&world, 1)), "rollback");
    // The newest again heals it.
    trust::accept(&home, &file(&world, 2)).unwrap();
    trust::load(&home).unwrap().may_seal(world.now()).unwrap();
}

#[test]
fn a_crash_between_the_two_writes_heals() {
    let (_folder, home) = home();
    let mut world = World::new();
    trust::pin(&home, &file(&world, 1)).unwrap();
    let before = fs::read(home.path("organisation/current.json")).unwrap();
    rename(&mut world, "办");
    assert!(trust::accept(&home, &file(&world, 2)).unwrap());
    // As if the power had gone after the first write.
    fs::write(home.path("organisation/current.json"), before).unwrap();
    assert!(trust::load(&home).unwrap().may_seal(world.now()).is_err());
    assert!(trust::accept(&home, &file(&world, 2)).unwrap());
    trust::load(&home).unwrap().may_seal(world.now()).unwrap();
}

#[test]
fn gap() {
    let (_folder, home) = home();
    let mut world = World::new();
    trust::pin(&home, &file(&world, 1)).unwrap();
    rename(&mut world, "办");
    rename(&mut world, "公");
    let policy = world.policies.first().unwrap().note().clone();
    let bare =
        Organisation::new(vec![world.root.clone()], policy, world.directory().clone(), Vec::new()).unwrap();
    assert_eq!(refused(&home, &bare), "gap");
    assert!(trust::accept(&home, &file(&world, 3)).unwrap());
}

#[test]
fn fork_of_directories_keeps_both_as_evidence() {
    let (_folder, home) = home();
    let (mut one, mut other) = (World::new(), World::new());
    rename(&mut one, "甲");
    rename(&mut other, "乙");
    trust::pin(&home, &file(&one, 2)).unwrap();
    assert_eq!(refused(&home, &file(&other, 2)), "fork");
    let kept = |name: &str| fs::read(home.path(name)).unwrap();
    assert_eq!(kept("contradiction/had.json"), file(&one, 2).encode());
    assert_eq!(kept("contradiction/shown.json"), file(&other, 2).encode());
    // Nothing changed but the evidence.
    assert_eq!(trust::load(&home).unwrap().directory().units()[0].name, "甲");
}

#[test]
fn fork_of_stop_lists() {
    let (_folder, home) = home();
    let mut world = World::new();
    stop(&mut world, 3);
    trust::pin(&home, &stops(&world, &file(&world, 1))).unwrap();
    let name: OfficeName = "o1".parse().unwrap();
    let act = StopAct::revoke_person(world.member(4).person, StopReason::Lost);
    let text = Stop::next_text(&world.root, None, None, world.now(), [act]);
    let other = Stop::sign(text, &world.root, &[(&name, &world.officer)]).unwrap();
    let shown = file(&world, 1).with(vec![other], None).unwrap();
    assert_eq!(refused(&home, &shown), "fork");
    assert!(home.has("contradiction/shown.json"));
}

#[test]
fn a_file_that_knows_less_takes_nothing_away() {
    let (_folder, home) = home();
    let mut world = World::new();
    stop(&mut world, 3);
    trust::pin(&home, &stops(&world, &file(&world, 1))).unwrap();
    let stopped = |home: &Home| {
        let known = trust::load(home).unwrap();
        known.in_force().person_now(world.member(3).person).is_err()
    };
    assert!(stopped(&home));
    assert!(!trust::accept(&home, &file(&world, 1)).unwrap());
    assert!(stopped(&home));
}

#[test]
fn stop_lists_apply_to_the_directory_in_use() {
    let (_folder, home) = home();
    let mut world = World::new();
    trust::pin(&home, &file(&world, 1)).unwrap();
    stop(&mut world, 3);
    assert!(trust::accept(&home, &stops(&world, &file(&world, 1))).unwrap());
    let known = trust::load(&home).unwrap();
    assert!(!known.directory().person(world.member(3).person).unwrap().is_active());
    assert!(known.organisation.directory().person(world.member(3).person).unwrap().is_active());
}

#[test]
fn clock_set_back_expired_and_withheld_block_sealing_and_nothing_else() {
    let (_folder, home) = home();
    let mut world = World::new();
    stop(&mut world, 3);
    trust::pin(&home, &stops(&world, &file(&world, 1))).unwrap();
    let known = trust::load(&home).unwrap();
    let code = |now| known.may_seal(now).unwrap_err().code.clone().unwrap();
    known.may_seal(world.now()).unwrap();
    assert_eq!(code("2026-11-22T07:00:00Z".parse().unwrap()), "clock-back", "the stop list was made later");
    assert_eq!(code(later(&world, 60)), "directory-expired");
    // Reading needs no more than loading.
    assert_eq!(trust::load(&home).unwrap().directory().number(), 1);
    assert!(Path::new(&home.path("organisation/1.json")).exists());
}
