//! Highest versions seen: rollback, gap and fork are named before anything is replaced.

use super::freshness::{fresh, fresh_text};
use super::stops::{stop, suspend};
use super::*;
use crate::time::Time;

fn organisation(directory: &Directory, earlier: &[&Directory]) -> Organisation {
    let root = root();
    let earlier = earlier.iter().map(|directory| directory.head().clone()).collect();
    Organisation::new(vec![root.clone()], policy(&root), directory.clone(), earlier).unwrap()
}

fn with(stops: &[&Stop], fresh: Option<Fresh>) -> Organisation {
    let stops = stops.iter().map(|stop| (*stop).clone()).collect();
    organisation(&directory(&root()), &[]).with(stops, fresh).unwrap()
}

fn now() -> Time {
    time("2026-02-01T00:00:00Z")
}

fn seen(organisation: &Organisation) -> Seen {
    Seen::first(organisation.in_force())
}

#[test]
fn pins_advance_and_read_back() {
    let first = stop(None, None, vec![suspend(1)]);
    let (old, new) = (with(&[], None), with(&[&first], Some(fresh("2026-01-10T00:00:00Z"))));
    let pins = seen(&old).advance(&new, now()).unwrap();
    assert_eq!(pins, seen(&new));
    assert_eq!(pins.advance(&new, now()), Ok(pins.clone()), "the same again changes nothing");
    let text = serde_json::to_string(&pins).unwrap();
    assert_eq!(serde_json::from_str::<Seen>(&text).unwrap(), pins);
    // A file without a note takes nothing from what was seen.
    assert_eq!(pins.advance(&with(&[&first], None), now()), Ok(pins));
    let read = Organisation::parse(&new.encode(), Some(new.org())).unwrap();
    assert_eq!((read.in_force().stops(), read.in_force().fresh()), (&[first][..], new.in_force().fresh()));
}

#[test]
fn directory_rollback_gap_and_fork() {
    let root = root();
    let one = directory(&root);
    let two = next(&root, &one, |_| ());
    let three = next(&root, &two, |_| ());
    let twin = next(&root, &one, |draft| draft.persons[0].clearance = Clearance::None);
    let part = Part::Directory;
    let rollback = SeenError::Rollback { part, have: 3, found: 1 };
    assert_eq!(seen(&organisation(&three, &[])).advance(&organisation(&one, &[]), now()), Err(rollback));
    let pins = seen(&organisation(&one, &[]));
    assert_eq!(
        pins.advance(&organisation(&three, &[]), now()),
        Err(SeenError::Gap { part, have: 1, found: 3 })
    );
    assert!(pins.advance(&organisation(&three, &[&two]), now()).is_ok());
    assert!(pins.advance(&organisation(&two, &[]), now()).is_ok());
    let fork = Err(SeenError::Fork { part, number: 2 });
    assert_eq!(seen(&organisation(&twin, &[])).advance(&organisation(&two, &[]), now()), fork);
    assert_eq!(seen(&organisation(&twin, &[])).advance(&organisation(&three, &[&two]), now()), fork);
    assert_eq!(seen(&organisation(&twin, &[])).advance(&organisation(&three, &[]), now()), fork);
}

#[test]
fn root_rollback_and_fork() {
    let first = root();
    let second = roots::second_root(&first);
    let mut moved = draft(&first);
    moved.made = time("2026-01-08T01:00:00Z");
    let before = directory(&first);
    let moved = with_officers(&[1, 2], |officers| moved.sign(&second, Some(&before), officers)).unwrap();
    let roots = vec![first.clone(), second];
    let renewed = Organisation::new(roots, policy(&first), moved, vec![]).unwrap();
    let old = organisation(&before, &[]);
    let pins = seen(&old).advance(&renewed, now()).unwrap();
    let part = Part::Root;
    assert_eq!(pins.advance(&old, now()), Err(SeenError::Rollback { part, have: 2, found: 1 }));
    let mut other = pins;
    other.root.hash = crate::digest::RootHash::from_bytes([1; 32]);
    assert_eq!(other.advance(&renewed, now()), Err(SeenError::Fork { part, number: 2 }));
    other.org = OrgId::ZERO;
    assert!(matches!(other.advance(&renewed, now()), Err(SeenError::Org { .. })));
}

#[test]
fn stop_rollback_gap_and_fork() {
    let one = stop(None, None, vec![suspend(1)]);
    let two = stop(None, Some(&one), vec![suspend(2)]);
    let twin = stop(None, Some(&one), vec![suspend(3)]);
    let part = Part::Stop;
    let pins = seen(&with(&[&one, &two], None));
    let rollback = |found| Err(SeenError::Rollback { part, have: 2, found });
    assert_eq!(pins.advance(&with(&[&one], None), now()), rollback(1));
    assert_eq!(pins.advance(&with(&[], None), now()), rollback(0));
    assert_eq!(pins.advance(&with(&[&one, &twin], None), now()), Err(SeenError::Fork { part, number: 2 }));
    assert!(seen(&with(&[&one], None)).advance(&with(&[&one, &two], None), now()).is_ok());
    // A directory that folds another list under the number seen decides between the two.
    let root = root();
    let folding = next(&root, &directory(&root), |draft| {
        draft.made = time("2026-01-08T01:00:00Z");
        draft.stop = Some(twin.reference());
    });
    assert!(pins.advance(&organisation(&folding, &[]), now()).is_ok());
    assert!(seen(&with(&[&one], None)).advance(&organisation(&folding, &[]), now()).is_ok());
}

#[test]
fn fresh_and_register_rollback_and_fork() {
    let sign = |change: fn(&mut FreshText)| {
        let mut text = fresh_text("2026-01-11T00:00:00Z");
        change(&mut text);
        with(&[], Some(Fresh::sign(text, &root(), &office_key(10)).unwrap()))
    };
    let pins = seen(&sign(|_| ()));
    let (have, found) = (time("2026-01-11T00:00:00Z"), time("2026-01-10T00:00:00Z"));
    let old = with(&[], Some(fresh("2026-01-10T00:00:00Z")));
    assert_eq!(pins.advance(&old, now()), Err(SeenError::FreshRollback { have, found }));
    let twin = sign(|text| text.checkpoint.size = 9);
    assert_eq!(pins.advance(&twin, now()), Err(SeenError::FreshFork { made: have }));
    let part = Part::Register;
    let shorter = sign(|text| (text.made, text.checkpoint.size) = (text.made.plus_days(1), 6));
    assert_eq!(pins.advance(&shorter, now()), Err(SeenError::Rollback { part, have: 7, found: 6 }));
    let split = sign(|text| {
        text.made = text.made.plus_days(1);
        text.checkpoint.hash = RegisterHash::from_bytes([8; 32]);
    });
    assert_eq!(pins.advance(&split, now()), Err(SeenError::Fork { part, number: 7 }));
}

#[test]
fn what_is_dated_ahead_moves_no_pin() {
    // One officer alone may sign a stop list; dated ahead, it must not make every clock look set back.
    let root = root();
    let text = Stop::next_text(&root, None, None, time("2028-01-01T00:00:00Z"), vec![suspend(1)]);
    let ahead = with_officers(&[1], |officers| Stop::sign(text, &root, officers)).unwrap();
    let made = ahead.made();
    let pins = seen(&with(&[], None));
    let future = Future { made, now: now() };
    assert_eq!(pins.advance(&with(&[&ahead], None), now()), Err(SeenError::Future(future)));
    // Two officers fold it, and the chain goes on.
    let folding = next(&root, &directory(&root), |draft| {
        draft.made = time("2026-01-08T01:00:00Z");
        draft.stop = Some(ahead.reference());
    });
    assert!(pins.advance(&organisation(&folding, &[]), now()).is_ok());
}

#[test]
fn fresh_dated_ahead_is_dropped_and_keeps_nothing_back() {
    let first = stop(None, None, vec![suspend(1)]);
    let ahead = fresh("2026-03-01T00:00:00Z");
    let future = Future { made: ahead.made(), now: now() };
    let arriving = with(&[&first], Some(ahead.clone()));
    let pins = seen(&with(&[], None));
    assert_eq!(pins.advance(&arriving, now()), Err(SeenError::Future(future)));
    let (rest, found) = arriving.without_note_ahead(now());
    assert_eq!(found, Some(future));
    let taken = pins.advance(&rest, now()).unwrap();
    assert_eq!((taken.stop, &taken.fresh), (Some(first.reference()), &None));
    // One that was taken in its time stays, whatever the clock shows later; nothing new is dated against it.
    let held = with(&[], Some(ahead));
    let pins = seen(&held);
    assert_eq!(pins.advance(&held, now()), Ok(pins));
    let (kept, found) = with(&[], Some(fresh("2026-01-10T00:00:00Z"))).without_note_ahead(now());
    assert_eq!((kept.in_force().fresh().map(Fresh::made), found), (Some(time("2026-01-10T00:00:00Z")), None));
}

#[test]
fn what_is_in_hand_is_what_was_seen() {
    let root = root();
    let one = directory(&root);
    let two = next(&root, &one, |_| ());
    let twin = next(&root, &one, |draft| draft.persons[0].clearance = Clearance::None);
    let three = next(&root, &two, |_| ());
    let pins = seen(&organisation(&two, &[]));
    assert_eq!(pins.check_held(&organisation(&two, &[])), Ok(()));
    // The same number is not enough.
    let part = Part::Directory;
    assert_eq!(pins.check_held(&organisation(&twin, &[])), Err(SeenError::Fork { part, number: 2 }));
    let older = SeenError::Rollback { part, have: 2, found: 1 };
    assert_eq!(pins.check_held(&organisation(&one, &[])), Err(older));
    // Further on, without what leads there: this home never took it.
    let unseen = seen(&organisation(&one, &[])).check_held(&organisation(&three, &[]));
    assert_eq!(unseen, Err(SeenError::Gap { part, have: 1, found: 3 }));

    let stops = (stop(None, None, vec![suspend(1)]), stop(None, None, vec![suspend(2)]));
    let pins = seen(&with(&[&stops.0], None));
    let part = Part::Stop;
    assert_eq!(pins.check_held(&with(&[&stops.0], None)), Ok(()));
    assert_eq!(pins.check_held(&with(&[&stops.1], None)), Err(SeenError::Fork { part, number: 1 }));
    let none = SeenError::Rollback { part, have: 1, found: 0 };
    assert_eq!(pins.check_held(&with(&[], None)), Err(none));

    let made = time("2026-01-11T00:00:00Z");
    let mut text = fresh_text("2026-01-11T00:00:00Z");
    let note = with(&[], Some(Fresh::sign(text.clone(), &root, &office_key(10)).unwrap()));
    text.checkpoint.size = 9;
    let other = with(&[], Some(Fresh::sign(text, &root, &office_key(10)).unwrap()));
    assert_eq!(seen(&note).check_held(&other), Err(SeenError::FreshFork { made }));
}

#[test]
fn a_freshness_note_that_was_taken_out_of_the_cache_counts_on() {
    let bare = with(&[], None);
    let noted = with(&[], Some(fresh("2026-01-20T00:00:00Z")));
    let pins = seen(&noted);
    assert_eq!(pins.check_held(&bare), Ok(()));
    let (held, made) = (bare.in_force().clone().with_seen(&pins), time("2026-01-20T00:00:00Z"));
    assert_eq!((bare.in_force().as_of() < made, held.as_of()), (true, made));
    // Its age decides, to the second: as if it were still in hand.
    for days in [3, 4, 14, 15] {
        for second in [0, 1] {
            let now = Time::from_unix(made.plus_days(days).unix() + second).unwrap();
            assert_eq!(held.may_seal(now), noted.in_force().may_seal(now), "{days} days");
            assert_eq!(held.warnings(now), noted.in_force().warnings(now), "{days} days");
        }
    }

    // And what it said exists is withheld, whether it is in hand or not.
    let mut text = fresh_text("2026-01-20T00:00:00Z");
    let named = StopRef { number: 4, hash: crate::digest::StopHash::from_bytes([4; 32]) };
    text.stop = Some(named);
    let noted = with(&[], Some(Fresh::sign(text, &root(), &office_key(10)).unwrap()));
    let held = bare.in_force().clone().with_seen(&seen(&noted));
    let withheld = Withheld { part: Part::Stop, named: 4, have: 0 };
    assert_eq!((bare.in_force().withheld(), held.withheld()), (vec![], vec![withheld]));
    assert_eq!(held.may_seal(made), Err(SealRefusal::Withheld(withheld)));
}
