//! What a home believes: highest versions outlive the cache, and what contradicts them is named and kept.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;

use vault::home::Home;
use vault::trust;
use vault_core::policy::Policy;
use vault_core::test_world::{SeededRng, World};
use vault_keys::bytes::Bytes;
use vault_keys::digest::PolicyHash;
use vault_keys::directory::{
    CheckpointRef, DirectoryVersion, Fresh, FreshText, FreshType, From, NotaryText, Organisation,
    RegisterHash, Stop, StopAct, StopReason, SuccessionError,
};
use vault_keys::note::{OfficeName, Signed};
use vault_keys::signing::OfficeKey;
use vault_keys::time::Time;
use vault_relay::client::ClientError;

fn home() -> (tempfile::TempDir, Home) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::open_or_create(&folder.path().join("home")).unwrap();
    (folder, home)
}

/// The organisation with directory `number` and all heads before it.
fn file(world: &World, number: usize) -> Organisation {
    let named = |policy: &&Signed<Policy>| {
        PolicyHash::of_note(policy.hash()) == world.directories[number - 1].policy()
    };
    let policy = world.policies.iter().find(named).unwrap().note().clone();
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
    trust::accept(home, organisation, From::File).unwrap_err().code.clone().unwrap()
}

/// What is kept as evidence in files whose names begin so.
fn kept(home: &Home, beginning: &str) -> Vec<Vec<u8>> {
    let folder = fs::read_dir(home.path("contradiction")).unwrap().map(|entry| entry.unwrap());
    let of_these = folder.filter(|entry| entry.file_name().to_str().unwrap().starts_with(beginning));
    let files: Vec<_> = of_these.map(|entry| fs::read(entry.path()).unwrap()).collect();
    sorted(&files)
}

fn sorted(files: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut files = files.to_vec();
    files.sort_unstable();
    files
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
    trust::accept(&home, &file(&world, 2), From::File).unwrap();
    trust::load(&home).unwrap().may_seal(world.now()).unwrap();
}

#[test]
fn a_cache_older_than_what_was_seen_heals() {
    let (_folder, home) = home();
    let mut world = World::new();
    trust::pin(&home, &file(&world, 1)).unwrap();
    let before = fs::read(home.path("organisation/current.json")).unwrap();
    rename(&mut world, "办");
    assert!(trust::accept(&home, &file(&world, 2), From::File).unwrap().newer);
    fs::write(home.path("organisation/current.json"), before).unwrap();
    assert!(trust::load(&home).unwrap().may_seal(world.now()).is_err());
    assert!(trust::accept(&home, &file(&world, 2), From::File).unwrap().newer);
    trust::load(&home).unwrap().may_seal(world.now()).unwrap();
}

/// The steps: the text beside the cache, the pins, the numbered copy; and last the text takes the cache's place.
#[test]
fn a_crash_at_each_step_of_taking_into_use_heals() {
    let mut world = World::new();
    rename(&mut world, "办");
    let (_after, after) = home();
    trust::pin(&after, &file(&world, 1)).unwrap();
    trust::accept(&after, &file(&world, 2), From::File).unwrap();
    let bytes = file(&world, 2).encode();
    let steps = [
        ("organisation/next.json", bytes.clone()),
        ("seen.json", fs::read(after.path("seen.json")).unwrap()),
        ("organisation/2.json", bytes.clone()),
    ];
    for joining in [true, false] {
        for done in 0..=steps.len() {
            let (_folder, home) = home();
            home.folder("organisation").unwrap();
            if !joining {
                trust::pin(&home, &file(&world, 1)).unwrap();
            }
            for (name, bytes) in &steps[..done] {
                fs::write(home.path(name), bytes).unwrap();
            }
            // The pins decide: before them the old organisation is in use, or none; from then on the new one.
            match (done >= 2, joining) {
                (false, true) => assert!(!trust::is_pinned(&home), "step {done}"),
                (pinned, _) => {
                    let known = trust::load(&home).unwrap();
                    assert_eq!(known.directory().number(), if pinned { 2 } else { 1 }, "step {done}");
                    known.may_seal(world.now()).unwrap();
                }
            }
            // The same command again, and another organisation after it, come out as if nothing had been.
            trust::pin(&home, &file(&world, 2)).unwrap();
            assert!(!home.has("organisation/next.json"), "step {done}");
            for name in ["organisation/current.json", "organisation/2.json"] {
                assert_eq!(fs::read(home.path(name)).unwrap(), bytes, "step {done}");
            }
            assert_eq!(refused(&home, &file(&world, 1)), "rollback");
        }
    }
}

#[test]
fn what_the_pins_do_not_name_is_not_taken_into_use() {
    let (_folder, home) = home();
    let mut world = World::new();
    rename(&mut world, "办");
    trust::pin(&home, &file(&world, 2)).unwrap();
    // Older, newer, another: whoever writes into the home changes nothing.
    let mut other = World::new();
    rename(&mut other, "乙");
    rename(&mut world, "公");
    for planted in [file(&world, 1).encode(), file(&world, 3).encode(), file(&other, 2).encode(), vec![b'{']]
    {
        fs::write(home.path("organisation/next.json"), &planted).unwrap();
        assert_eq!(trust::load(&home).unwrap().organisation.encode(), file(&world, 2).encode());
        trust::accept(&home, &file(&world, 2), From::File).unwrap();
        assert!(!home.has("organisation/next.json"));
    }
}

#[test]
fn a_policy_that_was_replaced_does_not_come_back() {
    let (_folder, home) = home();
    let mut world = World::new();
    let policy = |number: u32, hold_days: u16| {
        let mut policy = Policy::standard(world.root.org());
        (policy.number, policy.hold_days) = (number, hold_days);
        policy
    };
    let (two, other_two, one, three) = (policy(2, 30), policy(2, 99), policy(1, 99), policy(3, 99));
    world.change_policy(two);
    trust::pin(&home, &file(&world, 2)).unwrap();
    // Enough officers sign a directory that names an earlier one, or another under its number.
    for lower in [one, other_two] {
        let mut world = World { policies: world.policies.clone(), ..turned(&world) };
        world.change_policy(lower);
        assert_eq!(refused(&home, &file(&world, 3)), "policy-lower");
    }
    rename(&mut world, "办");
    trust::accept(&home, &file(&world, 3), From::File).unwrap();
    world.change_policy(three);
    trust::accept(&home, &file(&world, 4), From::File).unwrap();
}

/// The same world, to go on otherwise.
fn turned(world: &World) -> World {
    let mut other = World::new();
    other.directories.clone_from(&world.directories);
    other
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
    assert!(trust::accept(&home, &file(&world, 3), From::File).unwrap().newer);
}

#[test]
fn fork_of_directories_keeps_both_as_evidence() {
    let (_folder, home) = home();
    let (mut one, mut other) = (World::new(), World::new());
    rename(&mut one, "甲");
    rename(&mut other, "乙");
    trust::pin(&home, &file(&one, 2)).unwrap();
    assert_eq!(refused(&home, &file(&other, 2)), "fork");
    let both = [file(&one, 2).encode(), file(&other, 2).encode()];
    assert_eq!(kept(&home, "directory-2-"), sorted(&both));
    // The same again adds nothing.
    assert_eq!(refused(&home, &file(&other, 2)), "fork");
    assert_eq!(kept(&home, "").len(), 2);
    // A third text under that number stands beside them.
    let mut third = World::new();
    rename(&mut third, "丙");
    assert_eq!(refused(&home, &file(&third, 2)), "fork");
    let [had, shown] = both;
    assert_eq!(kept(&home, "directory-2-"), sorted(&[had, shown, file(&third, 2).encode()]));
    // However many there are, the disk is not filled.
    for name in ["丁", "戊", "己"] {
        let mut more = World::new();
        rename(&mut more, name);
        assert_eq!(refused(&home, &file(&more, 2)), "fork");
    }
    assert_eq!(kept(&home, "").len(), 4);
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
    let shown = file(&world, 1).with(vec![other.clone()], None).unwrap();
    // Nobody is cut off: both take away, the relay's leads, and both are kept as evidence.
    let taken = trust::accept(&home, &shown, From::Relay).unwrap();
    assert!(taken.newer);
    assert_eq!(taken.lost, world.stops[0].acts());
    assert_eq!(kept(&home, "stop-1-").len(), 2);
    let known = trust::load(&home).unwrap();
    for number in [3, 4] {
        assert!(known.in_force().person_now(world.member(number).person).is_err());
    }
    assert_eq!(known.in_force().last_stop(), Some(other.reference()));
    assert!(known.warnings(world.now()).iter().any(|words| words.key() == "warn-two-stops"));
    known.may_seal(world.now()).unwrap();
}

#[test]
fn a_second_contradiction_stands_beside_the_first() {
    let (_folder, home) = home();
    let (mut one, mut other) = (World::new(), World::new());
    trust::pin(&home, &file(&one, 1)).unwrap();
    for (round, number) in [(0, 2), (1, 3)] {
        rename(&mut one, &format!("甲{round}"));
        rename(&mut other, &format!("乙{round}"));
        trust::accept(&home, &file(&one, number), From::File).unwrap();
        assert_eq!(refused(&home, &file(&other, number)), "fork");
    }
    assert_eq!((kept(&home, "directory-2-").len(), kept(&home, "directory-3-").len()), (2, 2));
    // Each is named, with what and where, and a file that nobody knows is not passed over.
    fs::write(home.path("contradiction/old.json"), b"{}").unwrap();
    let named: Vec<String> = trust::contradictions(&home).iter().map(|words| format!("{words:?}")).collect();
    assert_eq!(named.len(), 3, "{named:?}");
    for name in ["contradiction/old.json", "contradiction/directory-2-", "contradiction/directory-3-"] {
        assert_eq!(named.iter().filter(|words| words.contains(name)).count(), 1, "{name} {named:?}");
    }
}

#[test]
fn another_directory_under_the_number_seen_in_the_cache_does_not_seal() {
    let (_folder, home) = home();
    let (mut one, mut other) = (World::new(), World::new());
    rename(&mut one, "甲");
    rename(&mut other, "乙");
    trust::pin(&home, &file(&one, 2)).unwrap();
    trust::load(&home).unwrap().may_seal(one.now()).unwrap();
    // Signed all the same: only what was seen tells that it is another.
    fs::write(home.path("organisation/current.json"), file(&other, 2).encode()).unwrap();
    let known = trust::load(&home).unwrap();
    assert_eq!(known.may_seal(one.now()).unwrap_err().code.as_deref(), Some("fork"));
    assert!(known.warnings(one.now()).iter().any(|words| words.key() == "org-fork"));
    // The true one heals it, and the other is kept.
    trust::accept(&home, &file(&one, 2), From::File).unwrap();
    trust::load(&home).unwrap().may_seal(one.now()).unwrap();
    assert_eq!(kept(&home, "directory-2-"), sorted(&[file(&one, 2).encode(), file(&other, 2).encode()]));
}

#[test]
fn a_note_that_the_relay_shows_is_kept_beside_what_is_in_hand() {
    let (_folder, home) = home();
    let (mut one, mut other) = (World::new(), World::new());
    rename(&mut one, "甲");
    rename(&mut other, "乙");
    trust::pin(&home, &file(&one, 2)).unwrap();
    let shown = other.directory().head().encode();
    let error = ClientError::Succession(SuccessionError::Fork { number: 2 });
    trust::keep_shown(&home, shown.clone(), &error).unwrap();
    assert_eq!(kept(&home, "directory-2-"), sorted(&[file(&one, 2).encode(), shown]));
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
    assert!(!trust::accept(&home, &file(&world, 1), From::File).unwrap().newer);
    assert!(stopped(&home));
}

/// Whoever can make the notary date ahead must not keep stop lists from anybody.
#[test]
fn fresh_dated_ahead_is_dropped_and_all_else_is_taken() {
    let (_folder, home) = home();
    let notary = OfficeKey::generate(&mut SeededRng::new(41));
    let public = notary.public();
    let mut world = World::under(Policy::internal_without_decision, |root| {
        root.notary = Some(NotaryText {
            ed25519: Bytes(*public.ed25519().as_bytes()),
            ml_dsa_44: Bytes(*public.ml_dsa()),
        });
    });
    trust::pin(&home, &file(&world, 1)).unwrap();
    stop(&mut world, 3);
    let (root, directory) = (&world.root, world.directory());
    let note = |made: &str| {
        let text = FreshText {
            tag: FreshType,
            org: root.org(),
            made: made.parse().unwrap(),
            root: root.reference(),
            directory: DirectoryVersion { number: directory.number(), hash: directory.hash() },
            stop: world.stops.last().map(Stop::reference),
            checkpoint: CheckpointRef {
                origin: root.log_origin().clone(),
                size: 1,
                hash: RegisterHash::from_bytes([1; 32]),
            },
        };
        Some(Fresh::sign(text, root, &notary).unwrap())
    };
    let (good, ahead) = (note("2026-11-23T00:00:00Z"), note("2999-01-01T00:00:00Z"));
    let arriving = file(&world, 1).with(world.stops.clone(), ahead.clone()).unwrap();
    let taken = trust::accept(&home, &arriving, From::File).unwrap();
    assert!(taken.newer && taken.ahead.unwrap().made == ahead.unwrap().made());
    let known = trust::load(&home).unwrap();
    assert!(known.in_force().person_now(world.member(3).person).is_err());
    // The good note that is in hand stays, and the next good one is taken.
    let noted = file(&world, 1).with(world.stops.clone(), good.clone()).unwrap();
    assert_eq!(trust::accept(&home, &noted, From::File).unwrap().ahead, None);
    trust::accept(&home, &arriving, From::File).unwrap();
    let known = trust::load(&home).unwrap();
    assert_eq!(known.in_force().fresh(), good.as_ref());
    known.may_seal("2026-11-24T00:00:00Z".parse().unwrap()).unwrap();
}

#[test]
fn stop_lists_apply_to_the_directory_in_use() {
    let (_folder, home) = home();
    let mut world = World::new();
    trust::pin(&home, &file(&world, 1)).unwrap();
    stop(&mut world, 3);
    assert!(trust::accept(&home, &stops(&world, &file(&world, 1)), From::File).unwrap().newer);
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
