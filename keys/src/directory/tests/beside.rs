//! Two stop lists of one number: both take away, and a directory decides.

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::freshness::{fresh, fresh_text};
use super::stops::{stop, suspend};
use super::*;

fn organisation(stops: &[&Stop]) -> Organisation {
    over(&directory(&root()), stops)
}

fn over(directory: &Directory, stops: &[&Stop]) -> Organisation {
    let root = root();
    let organisation = Organisation::new(vec![root.clone()], policy(&root), directory.clone(), vec![]);
    organisation.unwrap().with(stops.iter().map(|stop| (*stop).clone()).collect(), None).unwrap()
}

/// As a client takes it.
fn taken(mine: &Organisation, theirs: &Organisation, from: From) -> Organisation {
    let woven = weave(mine.in_force(), theirs.in_force(), from).unwrap();
    let merged = theirs.with(woven.chain, theirs.in_force().fresh().cloned()).unwrap();
    merged.with_beside(woven.beside)
}

fn folding(list: &Stop) -> Directory {
    let root = root();
    next(&root, &directory(&root), |draft| {
        draft.made = time("2026-01-08T01:00:00Z");
        draft.stop = Some(list.reference());
    })
}

fn suspended(organisation: &Organisation) -> Vec<u32> {
    let persons = organisation.in_force().directory().persons();
    persons
        .iter()
        .filter(|entry| entry.state == PersonState::Suspended)
        .map(|entry| entry.number.value())
        .collect()
}

#[test]
fn two_stop_lists_of_one_number_both_take_away() {
    let (mine, other) = (stop(None, None, vec![suspend(1)]), stop(None, None, vec![suspend(2)]));
    let (held, shown) = (organisation(&[&mine]), organisation(&[&other]));
    let now = time("2026-02-01T00:00:00Z");
    // The relay's leads, whatever comes first; neither is lost.
    for (one, two, lead) in [(&held, &shown, &other), (&shown, &held, &mine)] {
        let merged = taken(one, two, From::Relay);
        assert_eq!(merged.in_force().last_stop(), Some(lead.reference()));
        assert_eq!((merged.in_force().beside().len(), suspended(&merged)), (1, vec![1, 2]));
        let pins = Seen::first(one.in_force()).advance(&merged, now).unwrap();
        assert_eq!(pins.check_held(&merged), Ok(()));
        let lost = lost_acts(one.in_force(), merged.in_force());
        assert_eq!(lost, one.in_force().stops()[0].acts());
        assert!(merged.in_force().warnings(now).contains(&Warning::TwoStops { number: 1 }));
        // The file that is kept has both, and taking the list beside out of it is noticed.
        let read = Organisation::parse(&merged.encode(), None).unwrap();
        assert_eq!((read.in_force().beside(), suspended(&read)), (merged.in_force().beside(), vec![1, 2]));
        let part = Part::Stop;
        assert_eq!(pins.check_held(two), Err(SeenError::Fork { part, number: 1 }));
        // The same again changes nothing; and the chain goes on.
        assert_eq!(taken(&merged, two, From::Relay).encode(), merged.encode());
        let second = stop(None, Some(lead), vec![suspend(3)]);
        let longer = taken(&merged, &organisation(&[lead, &second]), From::Relay);
        assert_eq!(suspended(&longer), [1, 2, 3]);
        assert!(pins.advance(&longer, now).is_ok());
    }
}

#[test]
fn a_directory_decides_between_two_stop_lists() {
    let (mine, other) = (stop(None, None, vec![suspend(1)]), stop(None, None, vec![suspend(2)]));
    let later = stop(None, Some(&mine), vec![suspend(3)]);
    let now = time("2026-02-01T00:00:00Z");
    let held = organisation(&[&mine, &later]);
    let both = taken(&held, &organisation(&[&other]), From::Relay);
    assert_eq!(suspended(&both), [1, 2, 3]);
    let pins = Seen::first(both.in_force());
    // It folds the one, and does not keep what it took; of the other branch nothing is left, its end neither.
    for (start, pins) in [(&both, pins), (&held, Seen::first(held.in_force()))] {
        let settled = taken(start, &over(&folding(&other), &[]), From::Relay);
        assert_eq!((suspended(&settled), settled.in_force().beside().len()), (vec![], 0));
        assert!(pins.advance(&settled, now).is_ok(), "{:?}", pins.advance(&settled, now));
        // Whoever signed it hears of it, so that it can be made again.
        let lost = lost_acts(start.in_force(), settled.in_force());
        assert_eq!(lost.iter().map(|act| act.person.value()).collect::<Vec<_>>(), [1, 3]);
    }
    // Or the other, whose branch then goes on.
    let settled = taken(&both, &over(&folding(&mine), &[&mine, &later]), From::Relay);
    assert_eq!((suspended(&settled), settled.in_force().last_stop()), (vec![3], Some(later.reference())));
    assert_eq!(lost_acts(held.in_force(), settled.in_force()), [], "nothing of one's own chain is lost");
}

#[test]
fn of_two_files_the_noted_list_leads_then_the_longer() {
    let (mine, other) = (stop(None, None, vec![suspend(1)]), stop(None, None, vec![suspend(2)]));
    let more = stop(None, Some(&other), vec![suspend(3)]);
    let lead = |one: &Organisation, two: &Organisation| taken(one, two, From::File).in_force().last_stop();
    assert_eq!(lead(&organisation(&[&mine]), &organisation(&[&other])), Some(mine.reference()));
    assert_eq!(lead(&organisation(&[&mine]), &organisation(&[&other, &more])), Some(more.reference()));
    let mut text = fresh_text("2026-01-11T00:00:00Z");
    text.stop = Some(other.reference());
    let note = Fresh::sign(text, &root(), &office_key(10)).unwrap();
    let noted = organisation(&[&other]).with(vec![other.clone()], Some(note)).unwrap();
    assert_eq!(lead(&organisation(&[&mine]), &noted), Some(other.reference()));
    // A note that knows of no stop list says nothing of either.
    let bare = organisation(&[&mine]).with(vec![mine.clone()], Some(fresh("2026-01-10T00:00:00Z"))).unwrap();
    assert_eq!(lead(&bare, &organisation(&[&other])), Some(mine.reference()));
}

#[test]
fn stop_lists_beside_the_chain_are_bounded() {
    let lists: Vec<Stop> = (0..=BESIDE_MAX)
        .map(|second| {
            let made = time("2026-01-07T01:00:00Z").plus_seconds(i64::try_from(second).unwrap());
            let text = Stop::next_text(&root(), None, None, made, vec![suspend(1)]);
            with_officers(&[1], |officers| Stop::sign(text, &root(), officers)).unwrap()
        })
        .collect();
    let mut held = organisation(&[&stop(None, None, vec![suspend(2)])]);
    for list in lists.iter().take(BESIDE_MAX) {
        held = taken(&held, &organisation(&[list]), From::Relay);
    }
    assert_eq!(held.in_force().beside().len(), BESIDE_MAX);
    let last = organisation(&[lists.last().unwrap()]);
    let refused = weave(held.in_force(), last.in_force(), From::Relay);
    assert_eq!(refused, Err(StopSuccessionError::Fork { number: 1 }));
}

#[test]
fn a_draft_keeps_what_either_list_revoked() {
    let key = directory(&root()).person(p(1)).unwrap().keys[0].id;
    let mine = stop(None, None, vec![StopAct::revoke_key(p(1), key, StopReason::Stolen)]);
    let other = stop(None, None, vec![suspend(2)]);
    let both = taken(&organisation(&[&mine]), &organisation(&[&other]), From::Relay);
    let rng = &mut StdRng::seed_from_u64(5);
    let (made, expires) = (time("2026-01-08T01:00:00Z"), time("2026-03-08T01:00:00Z"));
    let mut draft = Draft::over(organisation(&[]).in_force(), made, expires, rng);
    draft.fold(both.in_force(), rng);
    let proposal = Proposal::directory(draft, &root(), &directory(&root())).unwrap();
    let preview = proposal.preview(both.in_force()).unwrap();
    assert_eq!(preview.value().stop, Some(other.reference()));
    assert_eq!(preview.person(p(1)).unwrap().key(&key).unwrap().state, KeyState::Stopped);
    assert_eq!(preview.person(p(2)).unwrap().state, PersonState::Suspended);
    // Issued again upon the list that leads: the chain alone does not have it yet.
    let again = vec![StopAct::revoke_key(p(1), key, StopReason::Stolen)];
    assert!(matches!(both.in_force().stop_text(made, again.clone()), Err(ActError::AlreadyStopped)));
    let text = both.in_force().of_chain().stop_text(made, again).unwrap();
    assert_eq!((text.number, text.previous), (2, Some(other.hash())));
}
