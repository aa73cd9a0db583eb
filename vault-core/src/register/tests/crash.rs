//! Crashes between any two writes, restarts, backups restored over newer state, and forks.

use super::*;
use crate::register::audit::audit;
use crate::register::sequencer::{AppendError, OpenLogError};
use crate::register::tiles::{LEAF_LEN_MAX, TileKind};

fn open(memory: &Memory) -> Result<MemoryLog<'_>, OpenLogError> {
    Sequencer::open(memory, memory, log_key())
}

/// What the same appends make when nothing goes wrong.
fn root_of(count: u64) -> super::super::tree::TreeRoot {
    let memory = Memory::default();
    grown(&memory, count).checkpoint().checkpoint().root()
}

#[test]
fn crash_between_any_two_writes_loses_and_forks_nothing() {
    let (before, after) = (250, 530);
    let expected = root_of(after);
    for crash in 0.. {
        let memory = Memory::default();
        let mut log = grown(&memory, before);
        *memory.writes_left.borrow_mut() = Some(crash);
        let failed = log.append(before, &leaves(before..after), now()).is_err();
        drop(log);
        *memory.writes_left.borrow_mut() = None;

        let mut log = open(&memory).unwrap();
        assert!([before, after].contains(&log.size()), "size {} after crash {crash}", log.size());
        // The relay's queue still holds the leaves and hands all of them in again.
        log.append(before, &leaves(before..after), now()).unwrap();
        assert_eq!(log.checkpoint().checkpoint().root(), expected, "crash {crash}");
        assert_eq!(log.size(), after);
        let report = audit(&&memory, log.checkpoint().checkpoint(), |_, _| ()).unwrap();
        assert!(report.is_clean(), "crash {crash}: {report:?}");
        assert_eq!(report.leaves, after);
        if !failed {
            assert!(crash > 5, "so few writes cannot be all");
            return;
        }
    }
}

#[test]
fn another_batch_may_follow_a_crash_that_signed_nothing() {
    let memory = Memory::default();
    let mut log = grown(&memory, 3);
    *memory.writes_left.borrow_mut() = Some(1);
    assert!(log.append(3, &leaves(100..400), now()).is_err());
    *memory.writes_left.borrow_mut() = None;
    // Not even reopened: no checkpoint was touched.
    log.append(3, &leaves(3..5), now()).unwrap();
    assert_eq!(log.checkpoint().checkpoint().root(), root_of(5));
}

#[test]
fn a_half_written_checkpoint_is_settled_by_the_next_append() {
    let memory = Memory::default();
    let mut log = grown(&memory, 3);
    let tile_writes = 2;
    *memory.writes_left.borrow_mut() = Some(tile_writes + 1);
    assert!(matches!(log.append(3, &leaves(3..5), now()), Err(AppendError::Storage(_))));
    // As long as the storage fails, so does every append.
    *memory.writes_left.borrow_mut() = Some(0);
    assert!(matches!(log.append(3, &leaves(3..5), now()), Err(AppendError::Broken(_))));
    *memory.writes_left.borrow_mut() = None;
    // The new checkpoint had reached the place outside: it is caught up, not signed again.
    log.append(3, &leaves(3..5), now()).unwrap();
    assert_eq!(log.size(), 5);
    assert_eq!(*memory.checkpoint.borrow(), *memory.last.borrow());
}

#[test]
fn appending_is_idempotent_and_leaves_no_gap() {
    let memory = Memory::default();
    let mut log = grown(&memory, 10);
    let standing = log.checkpoint().clone();
    assert_eq!(log.append(4, &leaves(4..10), now()).unwrap(), &standing);
    assert_eq!(log.append(4, &leaves(4..7), now()).unwrap(), &standing);
    assert_eq!(log.append::<Vec<u8>>(10, &[], now()).unwrap(), &standing);
    assert!(matches!(log.append(11, &leaves(11..12), now()), Err(AppendError::Gap { size: 10, first: 11 })));
    assert!(matches!(log.append(4, &leaves(5..6), now()), Err(AppendError::Taken { index: 4 })));
    log.append(8, &leaves(8..12), now()).unwrap();
    assert_eq!(log.checkpoint().checkpoint().root(), root_of(12));
}

#[test]
fn a_leaf_too_long_stops_its_whole_batch() {
    let memory = Memory::default();
    let mut log = grown(&memory, 1);
    let long = [vec![b'x'; 10], vec![b'x'; LEAF_LEN_MAX + 1]];
    assert!(matches!(log.append(1, &long, now()), Err(AppendError::LeafTooLong(_))));
    assert_eq!(log.size(), 1);
    log.append(1, &[vec![b'x'; LEAF_LEN_MAX]], now()).unwrap();
}

#[test]
fn one_batch_makes_one_checkpoint() {
    let memory = Memory::default();
    let mut log = grown(&memory, 0);
    *memory.writes_left.borrow_mut() = Some(100);
    log.append(0, &leaves(0..1000), now()).unwrap();
    let used = 100 - memory.writes_left.borrow().unwrap();
    // Three full tiles and bundles, a partial of each, one tile above; two checkpoints written.
    assert_eq!(used, 3 * 2 + 2 + 1 + 2);
}

#[test]
fn restart_below_the_last_checkpoint_is_refused() {
    let memory = Memory::default();
    let log = grown(&memory, 300);
    // A backup of the folder, restored after the register went on.
    let (tiles, checkpoint) = (memory.tiles.borrow().clone(), memory.checkpoint.borrow().clone());
    drop(log);
    let mut log = open(&memory).unwrap();
    log.append(300, &leaves(300..600), now()).unwrap();
    drop(log);
    *memory.tiles.borrow_mut() = tiles;
    *memory.checkpoint.borrow_mut() = checkpoint;
    assert!(matches!(open(&memory), Err(OpenLogError::BelowLast { stored: 300, signed: 600 })));
    // The same with the whole folder gone.
    memory.tiles.borrow_mut().clear();
    *memory.checkpoint.borrow_mut() = None;
    assert!(matches!(open(&memory), Err(OpenLogError::BelowLast { stored: 0, signed: 600 })));
    let again = Sequencer::create(&memory, &memory, log_key(), now());
    assert!(matches!(again, Err(OpenLogError::AlreadyThere)));
}

#[test]
fn fork_of_the_same_size_is_refused() {
    let (memory, other) = (Memory::default(), Memory::default());
    drop(grown(&memory, 20));
    let mut log = Sequencer::create(&other, &other, log_key(), now()).unwrap();
    log.append(0, &leaves(100..120), now()).unwrap();
    *memory.last.borrow_mut() = other.last.borrow().clone();
    assert!(matches!(open(&memory), Err(OpenLogError::Fork { size: 20 })));
}

#[test]
fn longer_fork_is_refused() {
    let (memory, other) = (Memory::default(), Memory::default());
    drop(grown(&memory, 20));
    let mut log = Sequencer::create(&other, &other, log_key(), now()).unwrap();
    log.append(0, &leaves(100..110), now()).unwrap();
    *memory.last.borrow_mut() = other.last.borrow().clone();
    assert!(matches!(open(&memory), Err(OpenLogError::Fork { size: 10 })));
}

#[test]
fn lost_copy_of_the_last_checkpoint_is_not_passed_over() {
    let memory = Memory::default();
    drop(grown(&memory, 20));
    *memory.last.borrow_mut() = None;
    assert!(matches!(open(&memory), Err(OpenLogError::LastMissing)));
}

#[test]
fn crash_while_a_register_is_made() {
    let memory = Memory::default();
    *memory.writes_left.borrow_mut() = Some(1);
    assert!(Sequencer::create(&memory, &memory, log_key(), now()).is_err());
    *memory.writes_left.borrow_mut() = None;
    assert_eq!(open(&memory).unwrap().size(), 0);
    assert!(matches!(open(&Memory::default()), Err(OpenLogError::NotThere)));
}

#[test]
fn register_of_another_log_is_refused() {
    let memory = Memory::default();
    drop(grown(&memory, 5));
    let other =
        LogKey::new("relay.example/other".parse().unwrap(), OfficeKey::from_seeds(&[1; 32], &[2; 32]));
    let error = Sequencer::open(&memory, &memory, other).unwrap_err();
    assert!(matches!(error, OpenLogError::Checkpoint { .. }), "{error}");
}

#[test]
fn damaged_tiles_under_the_checkpoint_stop_the_start() {
    let memory = Memory::default();
    drop(grown(&memory, 300));
    let tile = TileId::at_size(TileKind::Hashes(0), 1, 300).unwrap();
    memory.tiles.borrow_mut().get_mut(&tile).unwrap()[5] ^= 1;
    assert!(matches!(open(&memory), Err(OpenLogError::OtherTiles { size: 300 })));
    memory.tiles.borrow_mut().remove(&tile);
    assert!(matches!(open(&memory), Err(OpenLogError::Tree(_))));
}

#[test]
fn a_clock_set_back_does_not_age_the_next_checkpoint() {
    let memory = Memory::default();
    let mut log = grown(&memory, 1);
    let earlier = "2020-01-01T00:00:00Z".parse().unwrap();
    assert_eq!(log.append(1, &leaves(1..2), earlier).unwrap().time(), now());
}
