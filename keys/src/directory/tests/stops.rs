//! Stop lists: they take away, in a chain, and never give.

use super::*;
use crate::digest::{RootHash, StopHash};
use crate::numbers::PersonNo;

pub(super) fn stop(folded: Option<&Stop>, last: Option<&Stop>, acts: Vec<StopAct>) -> Stop {
    signed_stop(&[1], folded, last, acts, |_| ()).unwrap()
}

fn signed_stop(
    officers: &[u8],
    folded: Option<&Stop>,
    last: Option<&Stop>,
    acts: Vec<StopAct>,
    change: impl FnOnce(&mut StopText),
) -> Result<Stop, StopError> {
    let root = root();
    let made = last.map_or_else(|| time("2026-01-07T01:00:00Z"), |last| last.made().plus_seconds(3600));
    let mut text = Stop::next_text(&root, folded.map(Stop::reference), last, made, acts);
    change(&mut text);
    with_officers(officers, |officers| Stop::sign(text, &root, officers))
}

pub(super) fn suspend(person: u32) -> StopAct {
    StopAct::suspend(p(person), StopReason::Inquiry)
}

fn position(size: u64) -> Position {
    Position { origin: root().log_origin().clone(), size }
}

fn rule(change: impl FnOnce(&mut StopText)) -> String {
    match signed_stop(&[1, 2], None, None, vec![suspend(1)], change) {
        Err(StopError::Note(NoteError::Text(error))) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_officer_of_three_stops_and_acts_are_carried_on() {
    let first = stop(None, None, vec![suspend(2), StopAct::revoke_person(p(1), StopReason::Stolen)]);
    let second = stop(None, Some(&first), vec![suspend(3)]);
    assert_eq!(second.successor_of(&first), Ok(()));
    let people: Vec<(u32, PersonNo)> = second.acts().iter().map(|act| (act.stop, act.person)).collect();
    assert_eq!(people, [(1, p(1)), (1, p(2)), (2, p(3))]);
    assert_eq!(second.own_acts().count(), 1);
    // Folded by a directory, they are carried no further.
    let third = stop(Some(&first), Some(&second), vec![suspend(1)]);
    assert_eq!(third.successor_of(&second), Ok(()));
    assert_eq!(third.acts().iter().map(|act| act.stop).collect::<Vec<_>>(), [2, 3]);
    let again = Stop::verify(&root(), &third.signed().encode()).unwrap();
    assert_eq!(again, third);
}

/// Stop lists 1 to `last`, each stopping one person more.
fn chain(last: u32) -> Vec<Stop> {
    let mut chain: Vec<Stop> = Vec::new();
    for number in 1..=last {
        chain.push(stop(None, chain.last(), vec![suspend(number)]));
    }
    chain
}

#[test]
fn lists_from_two_places_are_joined_and_none_is_lost() {
    let all = chain(4);
    let joined = |older: std::ops::Range<usize>, newer: std::ops::Range<usize>, folded: Option<usize>| {
        let folded = folded.map(|at| all[at].reference());
        let joined = join_stops(&all[older], &all[newer], folded).unwrap();
        joined.iter().map(Stop::number).collect::<Vec<_>>()
    };
    assert_eq!(joined(0..2, 2..4, None), [1, 2, 3, 4]);
    assert_eq!(joined(0..4, 1..2, None), [1, 2, 3, 4], "a file that knows less takes nothing away");
    assert_eq!(joined(0..3, 0..0, None), [1, 2, 3]);
    assert_eq!(joined(2..4, 0..3, None), [1, 2, 3, 4]);
    assert_eq!(joined(0..1, 3..4, Some(2)), [4], "what lay between is folded");
    assert_eq!(joined(0..2, 0..0, Some(2)), [0; 0], "the folded one is not among them");
    let other = stop(None, all.first(), vec![suspend(3), suspend(4)]);
    let fork = join_stops(&all, std::slice::from_ref(&other), None);
    assert_eq!(fork, Err(StopSuccessionError::Fork { number: 2 }));
}

#[test]
fn stop_that_grants() {
    // No word of the list gives: any other kind is malformed.
    let note = stop(None, None, vec![suspend(1)]).signed().encode();
    for word in ["resume", "enrol", "activate", "role"] {
        let other = String::from_utf8(note.clone()).unwrap().replace("\"suspend\"", &format!("\"{word}\""));
        let error = Stop::verify(&root(), other.as_bytes()).unwrap_err();
        assert!(matches!(error, StopError::Note(NoteError::Json(_))), "{word}: {error:?}");
    }
    // Leaving out what was taken would give it back; so would changing it.
    let first = stop(None, None, vec![suspend(1), suspend(2)]);
    let left_out = signed_stop(&[1, 2], None, Some(&first), vec![suspend(3)], |text| {
        text.acts.remove(0);
    });
    let grants = Err(StopSuccessionError::Grants { have: 1, found: 2 });
    assert_eq!(left_out.unwrap().successor_of(&first), grants);
    let changed = signed_stop(&[1, 2], None, Some(&first), vec![suspend(3)], |text| {
        text.acts[0].kind = StopKind::Revoke;
        text.acts.sort_by_key(|act| (act.stop, act.person));
    });
    assert_eq!(changed.unwrap().successor_of(&first), grants);
}

#[test]
fn reaching_back_takes_the_enrol_threshold() {
    let act = || vec![StopAct::revoke_person(p(1), StopReason::Compromised).since(position(40))];
    let error = signed_stop(&[1], None, None, act(), |_| ()).unwrap_err();
    assert!(matches!(error, StopError::Since(ThresholdError::TooFew { needed: 2, .. })));
    let first = signed_stop(&[1, 2], None, None, act(), |_| ()).unwrap();
    // Carried on, it binds nobody to the higher threshold again.
    let second = stop(None, Some(&first), vec![suspend(2)]);
    assert_eq!(second.successor_of(&first), Ok(()));
}

#[test]
fn stop_list_signed_by_nobody_who_may() {
    let error = signed_stop(&[4], None, None, vec![suspend(1)], |_| ()).unwrap_err();
    assert!(matches!(error, StopError::Threshold(ThresholdError::TooFew { needed: 1, .. })));
}

#[test]
fn stop_list_number_skipped_repeated_or_lower() {
    let first = stop(None, None, vec![suspend(1)]);
    let second = stop(None, Some(&first), vec![suspend(2)]);
    let third = stop(None, Some(&second), vec![suspend(3)]);
    assert_eq!(third.successor_of(&first), Err(StopSuccessionError::Gap { have: 1, found: 3 }));
    assert_eq!(first.successor_of(&third), Err(StopSuccessionError::Rollback { have: 3, found: 1 }));
    assert_eq!(first.successor_of(&first), Err(StopSuccessionError::Same { number: 1 }));
    let twin = stop(None, Some(&first), vec![suspend(4)]);
    assert_eq!(twin.successor_of(&second), Err(StopSuccessionError::Fork { number: 2 }));
}

#[test]
fn stop_list_predecessor_hash_wrong() {
    let first = stop(None, None, vec![suspend(1)]);
    let other = signed_stop(&[1], None, Some(&first), vec![suspend(2)], |text| {
        text.previous = Some(StopHash::from_bytes([1; 32]));
    });
    assert_eq!(other.unwrap().successor_of(&first), Err(StopSuccessionError::Fork { number: 1 }));
    // Made upon an older directory than the list before.
    let second = stop(Some(&first), Some(&first), vec![suspend(2)]);
    let third = stop(None, Some(&second), vec![suspend(3)]);
    assert_eq!(third.successor_of(&second), Err(StopSuccessionError::Backdated { have: 2, found: 3 }));
}

#[test]
fn stop_list_on_another_or_an_expired_root() {
    let other = signed_stop(&[1], None, None, vec![suspend(1)], |text| {
        text.root.hash = RootHash::from_bytes([1; 32]);
    });
    assert_eq!(other, Err(StopError::Root { found: 1, wanted: 1 }));
    let late =
        signed_stop(&[1], None, None, vec![suspend(1)], |text| text.made = time("2029-01-05T01:00:00Z"));
    assert_eq!(late, Err(StopError::RootExpired { number: 1 }));
}

#[test]
fn rules_of_the_text() {
    assert!(rule(|text| text.acts.clear()).starts_with("acts: a stop list lists something new"));
    assert!(rule(|text| text.acts[0].stop = 2).starts_with("acts: a stop list lists something new"));
    assert!(rule(|text| text.acts.push(suspend(1))).starts_with("acts: not ascending"));
    assert!(rule(|text| text.acts.push(text.acts[0].clone())).starts_with("acts: not ascending"));
    assert!(rule(|text| text.acts[0].key = Some(signing_key(1).key_id())).contains("a person is suspended"));
    assert!(rule(|text| text.acts = vec![text.acts[0].clone(); 257]).contains("more than 256"));
    assert!(rule(|text| text.root.number = 0).starts_with("root: "));
    let folded = StopRef { number: 1, hash: StopHash::from_bytes([1; 32]) };
    assert!(rule(|text| text.folded = Some(folded)).starts_with("folded: "));
    assert!(rule(|text| text.number = 0).starts_with("number: "));
}
