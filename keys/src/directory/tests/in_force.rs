//! What is in force: who may act now, what counted where, and what may be sealed.

use super::freshness::fresh;
use super::stops::{stop, suspend};
use super::*;
use crate::time::Time;

pub(super) fn in_force(stops: Vec<Stop>, fresh: Option<Fresh>) -> InForce {
    InForce::new(root(), directory(&root()), stops, fresh).unwrap()
}

fn key_of(person: u32, kind: KeyKind) -> KeyId {
    let directory = directory(&root());
    let entry = directory.person(p(person)).unwrap();
    entry.active_keys(kind).next().unwrap().id
}

fn sign_key(person: u32) -> KeyId {
    key_of(person, KeyKind::Sign)
}

fn place(index: u64) -> Place {
    Place { origin: root().log_origin().clone(), index }
}

fn revoke(person: u32) -> StopAct {
    StopAct::revoke_key(p(person), sign_key(person), StopReason::Stolen)
}

#[test]
fn a_suspension_lasts_until_a_directory_lifts_it() {
    let root = root();
    let first = stop(None, None, vec![suspend(1)]);
    let held = in_force(vec![first.clone()], None);
    assert_eq!(held.person_now(p(1)).unwrap_err(), Inactive::Suspended);
    assert_eq!(held.key_now(&sign_key(1)).unwrap_err(), Inactive::Suspended);
    assert_eq!(held.station_now(&key_of(1, KeyKind::Station)).unwrap_err(), Inactive::Suspended);
    assert!(held.person_now(p(2)).is_ok());
    assert_eq!(held.person_now(p(4)).unwrap_err(), Inactive::Closed);
    assert_eq!(held.person_now(p(9)).unwrap_err(), Inactive::Unknown);
    // What was signed stays what it was; what is judged by stands under the stop list.
    assert!(held.signed_directory().person(p(1)).unwrap().is_active());
    assert!(!held.directory().person(p(1)).unwrap().is_active());
    assert_eq!(held.directory().hash(), held.signed_directory().hash());
    let (text, proof) = held.directory().entry_path(p(1).into()).unwrap();
    assert_eq!(proof.verify(held.directory().value(), text), Ok(()));
    // A directory that does not fold the list leaves it in force; one that folds it decides alone.
    let next_directory = |folded: Option<StopRef>| {
        next(&root, &directory(&root), |draft| {
            draft.made = time("2026-01-08T01:00:00Z");
            draft.stop = folded;
        })
    };
    let over = InForce::new(root.clone(), next_directory(None), vec![first.clone()], None).unwrap();
    assert_eq!(over.person_now(p(1)).unwrap_err(), Inactive::Suspended);
    let lifted = next_directory(Some(first.reference()));
    let lifted = InForce::new(root, lifted, vec![first], None).unwrap();
    assert!(lifted.person_now(p(1)).is_ok());
}

#[test]
fn a_revoked_key_and_a_revoked_person() {
    let held = in_force(vec![stop(None, None, vec![revoke(1), revoke_all(2)])], None);
    assert_eq!(held.key_now(&sign_key(1)).unwrap_err(), Inactive::Stopped);
    assert!(held.station_now(&key_of(1, KeyKind::Station)).is_ok(), "his other keys still work");
    assert!(held.directory().person(p(1)).unwrap().signing_key().is_none());
    for kind in [KeyKind::Sign, KeyKind::Station, KeyKind::OpeningHybrid] {
        assert_eq!(held.key_now(&key_of(2, kind)).unwrap_err(), Inactive::Stopped);
    }
    assert_eq!(held.person_now(p(2)).unwrap_err(), Inactive::Suspended);
    assert_eq!(held.station_now(&sign_key(3)).unwrap_err(), Inactive::Unknown, "no station");
}

fn revoke_all(person: u32) -> StopAct {
    StopAct::revoke_person(p(person), StopReason::Compromised)
}

#[test]
fn old_item_whose_signer_was_revoked_after() {
    let held = in_force(vec![stop(None, None, vec![revoke(1)])], None).with_stop_leaf(1, place(50));
    assert_eq!(held.standing(&sign_key(1), Some(&place(49))), Standing::Good);
    assert_eq!(held.standing(&sign_key(2), Some(&place(99))), Standing::Good);
    assert_eq!(held.standing(&KeyId::from_bytes([0; 32]), None), Standing::Unknown);
}

#[test]
fn old_item_whose_signer_was_revoked_before() {
    let held = in_force(vec![stop(None, None, vec![revoke(1), revoke_all(2)])], None);
    let held = held.with_stop_leaf(1, place(50));
    assert_eq!(held.standing(&sign_key(1), Some(&place(50))), Standing::Revoked);
    assert_eq!(held.standing(&sign_key(2), Some(&place(51))), Standing::Revoked);
    // Still so after a directory has folded the list: position decides, not the directory's claimed times.
    let root = root();
    let first = stop(None, None, vec![revoke(1)]);
    let folded = next(&root, &directory(&root), |draft| {
        draft.made = time("2026-01-08T01:00:00Z");
        draft.stop = Some(first.reference());
        let key = draft.persons[0].keys.iter_mut().find(|key| key.id == sign_key(1)).unwrap();
        (key.state, key.to) = (KeyState::Stopped, Some(time("2026-01-07T01:00:00Z")));
    });
    let bare = InForce::new(root.clone(), folded.clone(), vec![], None).unwrap();
    assert_eq!(bare.standing(&sign_key(1), Some(&place(40))), Standing::Unproven, "the list is not in hand");
    let held = InForce::new(root, folded, vec![first], None).unwrap().with_stop_leaf(1, place(50));
    assert_eq!(held.standing(&sign_key(1), Some(&place(40))), Standing::Good);
    assert_eq!(held.standing(&sign_key(1), Some(&place(60))), Standing::Revoked);
}

#[test]
fn old_item_whose_signer_was_revoked_without_position() {
    let held = in_force(vec![stop(None, None, vec![revoke(1)])], None);
    assert_eq!(held.standing(&sign_key(1), Some(&place(10))), Standing::Unproven, "no leaf of the list");
    let held = held.with_stop_leaf(1, place(50));
    assert_eq!(held.standing(&sign_key(1), None), Standing::Unproven, "no leaf of the item");
    let elsewhere = Place { origin: "other.example/log".parse().unwrap(), index: 1 };
    assert_eq!(held.standing(&sign_key(1), Some(&elsewhere)), Standing::Unproven, "another register");
}

#[test]
fn since_reaches_back_before_the_leaf_of_the_list() {
    let since = Position { origin: root().log_origin().clone(), size: 20 };
    let root = root();
    let made = time("2026-01-07T01:00:00Z");
    let text = Stop::next_text(&root, None, None, made, vec![revoke(1).since(since)]);
    let first = with_officers(&[1, 2], |officers| Stop::sign(text, &root, officers)).unwrap();
    let held = in_force(vec![first], None).with_stop_leaf(1, place(50));
    assert_eq!(held.standing(&sign_key(1), Some(&place(19))), Standing::Good);
    assert_eq!(held.standing(&sign_key(1), Some(&place(20))), Standing::Revoked);
}

#[test]
fn stop_lists_begin_where_the_directory_ends() {
    let root = root();
    let first = stop(None, None, vec![suspend(1)]);
    let second = stop(None, Some(&first), vec![suspend(2)]);
    let third = stop(None, Some(&second), vec![suspend(3)]);
    let with = |directory: &Directory, stops: Vec<&Stop>| {
        let stops = stops.into_iter().cloned().collect();
        InForce::new(root.clone(), directory.clone(), stops, None).map(|held| held.last_stop())
    };
    let bare = directory(&root);
    assert_eq!(with(&bare, vec![&second]), Err(InForceError::StopGap { folded: 0, found: 2 }));
    let gap = StopSuccessionError::Gap { have: 1, found: 3 };
    assert_eq!(with(&bare, vec![&first, &third]), Err(InForceError::Stops(gap)));
    assert_eq!(with(&bare, vec![&first, &second]), Ok(Some(second.reference())));
    let folding = |stop: &Stop| {
        next(&root, &bare, |draft| {
            draft.made = time("2026-01-08T01:00:00Z");
            draft.stop = Some(stop.reference());
        })
    };
    assert_eq!(with(&folding(&second), vec![&third]), Ok(Some(third.reference())));
    assert_eq!(with(&folding(&second), vec![]), Ok(Some(second.reference())));
    assert_eq!(with(&folding(&second), vec![&first]), Err(InForceError::StopGap { folded: 2, found: 1 }));
    let twin = stop(None, Some(&first), vec![suspend(4)]);
    let fork = Err(InForceError::Fork { part: Part::Stop, number: 2 });
    assert_eq!(with(&folding(&twin), vec![&third]), fork);
    assert_eq!(with(&folding(&twin), vec![&first, &second]), fork);
}

#[test]
fn only_officers_of_the_newest_root_count() {
    let first = root();
    let second = roots::second_root(&first);
    let error = InForce::new(second.clone(), directory(&first), vec![], None).unwrap_err();
    assert_eq!(error, InForceError::Root { part: Part::Directory, found: 1, wanted: 2 });
    // Officer 3 left with root 2; a stop list of his under root 1 counts no more.
    let mut draft = draft(&first);
    draft.made = time("2026-01-08T01:00:00Z");
    let moved = with_officers(&[1, 2], |officers| draft.sign(&second, Some(&directory(&first)), officers));
    let late = stop(None, None, vec![suspend(1)]);
    let error = InForce::new(second, moved.unwrap(), vec![late], None).unwrap_err();
    assert_eq!(error, InForceError::Root { part: Part::Stop, found: 1, wanted: 2 });
}

#[test]
fn expired_root_seal_refused_read_works() {
    let root = root();
    let mut draft = draft(&root);
    draft.expires = time("2030-01-01T00:00:00Z");
    let long = with_officers(&[1, 2], |officers| draft.sign(&root, None, officers)).unwrap();
    let held = InForce::new(root, long, vec![], None).unwrap();
    let at = time("2029-01-05T01:00:00Z");
    assert_eq!(held.may_seal(at), Err(SealRefusal::RootExpired { at }));
    assert!(held.key_now(&sign_key(1)).is_ok());
    assert_eq!(held.standing(&sign_key(1), None), Standing::Good);
}

#[test]
fn expired_directory_seal_refused_read_works() {
    let held = in_force(vec![], Some(fresh("2026-03-06T01:00:00Z")));
    let at = time("2026-03-07T01:00:00Z");
    assert_eq!(held.may_seal(at.plus_seconds(-1)), Ok(()));
    assert_eq!(held.may_seal(at), Err(SealRefusal::DirectoryExpired { at }));
    assert!(held.warnings(at).contains(&Warning::DirectoryExpires { at }));
    assert!(held.person_now(p(1)).is_ok() && held.directory().person(p(1)).is_some());
}

#[test]
fn expired_fresh_seal_refused_read_works() {
    let made = time("2026-01-10T00:00:00Z");
    let held = in_force(vec![], Some(fresh("2026-01-10T00:00:00Z")));
    let news = |at: Time| held.warnings(at).contains(&Warning::NoNews { since: made });
    assert!(!news(made.plus_days(3)) && news(made.plus_days(3).plus_seconds(1)));
    assert_eq!(held.may_seal(made.plus_days(14)), Ok(()));
    let late = made.plus_days(14).plus_seconds(1);
    assert_eq!(held.may_seal(late), Err(SealRefusal::Stale { since: made }));
    assert!(held.key_now(&sign_key(1)).is_ok());
    // By file, without any note: the directory itself is the last news.
    let held = in_force(vec![], None);
    let made = held.directory().made();
    assert_eq!(held.may_seal(made.plus_days(14)), Ok(()));
    let late = made.plus_days(14).plus_seconds(1);
    assert_eq!(held.may_seal(late), Err(SealRefusal::Stale { since: made }));
}

#[test]
fn clock_set_back() {
    let known = time("2026-01-10T00:00:00Z");
    let held = in_force(vec![], Some(fresh("2026-01-10T00:00:00Z")));
    assert_eq!(held.may_seal(known.plus_seconds(-FRESH_SKEW_S)), Ok(()));
    let back = known.plus_seconds(-FRESH_SKEW_S - 1);
    assert_eq!(held.may_seal(back), Err(SealRefusal::ClockBack { now: back, known }));
    assert!(held.person_now(p(1)).is_ok());
    // The pins remember it even when the cache is replaced by an older one.
    let seen = Seen::first(&held);
    assert_eq!(seen.check_clock(back), Err(SealRefusal::ClockBack { now: back, known }));
    assert_eq!(seen.check_clock(known), Ok(()));
}

#[test]
fn freeze_is_named() {
    let root = root();
    let now = time("2026-01-10T00:00:00Z");
    let mut text = fresh("2026-01-10T00:00:00Z").value().clone();
    text.directory.number = 2;
    text.directory.hash = crate::digest::DirectoryHash::from_bytes([2; 32]);
    let named = stop(None, None, vec![suspend(1)]).reference();
    text.stop = Some(named);
    let ahead = Fresh::sign(text, &root, &office_key(10)).unwrap();
    let held = in_force(vec![], Some(ahead));
    let directory = Withheld { part: Part::Directory, named: 2, have: 1 };
    let stop_list = Withheld { part: Part::Stop, named: 1, have: 0 };
    assert_eq!(held.withheld(), [directory, stop_list]);
    assert_eq!(held.may_seal(now), Err(SealRefusal::Withheld(directory)));
    assert!(held.warnings(now).contains(&Warning::Withheld(stop_list)));
    // A stop list made upon a later directory tells as much.
    let first = stop(None, None, vec![suspend(1)]);
    let second = stop(Some(&first), Some(&first), vec![suspend(2)]);
    let held = in_force(vec![first, second], None);
    assert_eq!(held.withheld(), [directory]);
    assert_eq!(held.person_now(p(1)).unwrap_err(), Inactive::Suspended, "not lifted before that directory");
}
