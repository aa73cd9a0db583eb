//! Requests: who must sign, what they allow, and shares handed over for one run.

use super::*;
use crate::digest::NoteHash;
use crate::directory::testing::{directory, next};
use crate::directory::{Directory, InForce, Inactive, Key, KeyState, Proposal, Subject};
use crate::key_id::KeyId;
use crate::keyfile::{Cost, UnlockError};

const NOW: &str = "2026-02-02T00:00:00Z";

fn now() -> Time {
    time(NOW)
}

fn in_force(directory: Directory) -> InForce {
    InForce::new(root(), directory, Vec::new(), None).unwrap()
}

fn key_of(person: u32, kind: KeyKind) -> KeyId {
    let directory = directory(&root());
    let key: &Key = directory.person(p(person)).unwrap().keys.iter().find(|key| key.kind == kind).unwrap();
    key.id
}

fn run_key() -> Identity {
    Identity::from_secret(Suite::Classic, Secret::copied_from(&[0x50; 32]))
}

fn text(set: &RecoverySet) -> RecoveryRequestText {
    RecoveryRequestText {
        tag: RecoveryRequestType,
        org: root().org(),
        cover: Cover::Items,
        unit: u(2),
        set: set.value().set,
        person: p(1),
        key: key_of(1, KeyKind::OpeningHybrid),
        items: vec![NoteHash::from_bytes([1; 32]), NoteHash::from_bytes([2; 32])],
        reason: RecoveryReason::Forgotten,
        made: time("2026-02-01T01:00:00Z"),
        not_after: time("2026-02-08T01:00:00Z"),
        run: RecoveryPublic::of(&run_key().to_recipient()),
    }
}

fn approve(text: RecoveryRequestText) -> RecoveryRequest {
    let root = root();
    let mut proposal = Proposal::other(Subject::RecoveryRequest, &text).unwrap();
    for number in [1, 3] {
        with_officers(&[number], |officers| proposal.sign(&root, officers[0].0, officers[0].1).unwrap());
    }
    let note = proposal.finish_other(&root).unwrap();
    RecoveryRequest::verify(&root, &note.encode()).unwrap()
}

/// The request of docs/recovery.md.
pub(crate) fn example() -> RecoveryRequest {
    approve(text(&super::example().0))
}

/// Why a request changed so allows nothing.
fn refusal(change: impl FnOnce(&mut RecoveryRequestText)) -> RequestRefusal {
    let (set, _) = super::example();
    let mut text = text(&set);
    change(&mut text);
    approve(text).allows(&set, &in_force(directory(&root())), now()).unwrap_err()
}

#[test]
fn an_approved_request_names_the_key_to_wrap_to() {
    let (set, _) = super::example();
    let recipient = example().allows(&set, &in_force(directory(&root())), now()).unwrap();
    assert_eq!(recipient.key_id(), key_of(1, KeyKind::OpeningHybrid));
}

#[test]
fn request_signed_by_too_few() {
    let (set, _) = super::example();
    let root = root();
    let mut proposal = Proposal::other(Subject::RecoveryRequest, &text(&set)).unwrap();
    assert!(proposal.finish_other(&root).is_err());
    with_officers(&[2], |officers| proposal.sign(&root, officers[0].0, officers[0].1).unwrap());
    assert!(proposal.finish_other(&root).is_err());
    let one = with_officers(&[2], |officers| {
        Signed::sign(text(&set), &KeyName::office(&root.org(), officers[0].0), officers[0].1).unwrap()
    });
    let error = RecoveryRequest::verify(&root, &one.encode()).unwrap_err();
    assert!(matches!(error, RecoveryRequestError::Threshold(_)));
}

#[test]
fn request_expired() {
    let not_after = time("2026-02-01T12:00:00Z");
    assert_eq!(refusal(|text| text.not_after = not_after), RequestRefusal::Expired { not_after });
    let made = time("2026-02-02T00:05:01Z");
    assert_eq!(refusal(|text| text.made = made), RequestRefusal::Future { made });
}

#[test]
fn request_for_another_set_or_unit() {
    let (set, _) = super::example();
    let (found, wanted) = (set.value().set, SetId::from_bytes([9; 16]));
    assert_eq!(refusal(|text| text.set = wanted), RequestRefusal::OtherSet { found, wanted });
    assert_eq!(refusal(|text| text.unit = u(1)), RequestRefusal::OtherUnit { found: u(2), wanted: u(1) });
}

#[test]
fn persons_key_no_longer_active() {
    let (set, _) = super::example();
    let root = root();
    let retired = next(&root, &directory(&root), |draft| {
        let keys = &mut draft.persons[0].keys;
        let key = keys.iter_mut().find(|key| key.kind == KeyKind::OpeningHybrid).unwrap();
        (key.state, key.to) = (KeyState::Retired, Some(time("2026-01-07T00:00:00Z")));
        keys.push(Key::active(KeyKind::OpeningHybrid, &key_for(9), time("2026-01-07T00:00:00Z")));
        keys.sort_by_key(|key| key.id);
    });
    let refused = example().allows(&set, &in_force(retired), now()).unwrap_err();
    assert_eq!(refused, RequestRefusal::Key { person: p(1), reason: Inactive::Retired });
    let unknown = KeyId::from_bytes([7; 32]);
    assert_eq!(
        refusal(|text| text.key = unknown),
        RequestRefusal::Key { person: p(1), reason: Inactive::Unknown }
    );
    assert_eq!(
        refusal(|text| text.key = key_of(2, KeyKind::OpeningHybrid)),
        RequestRefusal::KeyOfAnother { person: p(1), owner: p(2) }
    );
    assert_eq!(
        refusal(|text| text.key = key_of(1, KeyKind::Sign)),
        RequestRefusal::NotAnOpeningKey { person: p(1) }
    );
}

fn key_for(seed: u8) -> Vec<u8> {
    Identity::from_secret(Suite::Hybrid, Secret::copied_from(&[seed; 32])).to_recipient().public_bytes()
}

#[test]
fn requests_that_cannot_be() {
    let (set, _) = super::example();
    let refused = |change: fn(&mut RecoveryRequestText)| {
        let mut text = text(&set);
        change(&mut text);
        Proposal::other(Subject::RecoveryRequest, &text).is_err()
    };
    assert!(refused(|text| text.items.clear()), "nothing listed");
    assert!(refused(|text| text.items.reverse()));
    assert!(refused(|text| text.items = vec![NoteHash::from_bytes([1; 32]); 2]));
    assert!(refused(|text| text.cover = Cover::Person), "a person covered, and items listed");
    assert!(refused(|text| text.not_after = text.made));
    assert!(refused(|text| text.not_after = text.made.plus_seconds(14 * 86_400 + 1)));
    assert!(refused(|text| text.run.id = KeyId::from_bytes([1; 32])));
    assert!(!refused(|text| {
        text.cover = Cover::Person;
        text.items.clear();
        text.not_after = text.made.plus_days(14);
    }));
}

#[test]
fn shares_are_handed_over_to_the_key_of_the_run_only() {
    let office = split_among(1, Suite::Hybrid, 2, 3);
    let (run, rng) = (run_key(), &mut StdRng::seed_from_u64(4));
    let handed: Vec<Vec<u8>> = shares(&office, &[0, 2])
        .iter()
        .map(|share| hand_over(share, &office.set, &run.to_recipient(), rng).unwrap())
        .collect();
    let opened: Vec<Share> = handed.iter().map(|file| open_share(file, &run, &office.set).unwrap()).collect();
    let joined = join(&office.set, &opened).unwrap();
    assert_eq!(*joined.to_text(), *office.key.to_text());
    let error = open_share(&handed[0], &office.holders[0], &office.set).unwrap_err();
    assert!(matches!(error, ShareError::NotForThisKey | ShareError::Damaged(SealedError::Form)), "{error}");
}

#[test]
fn a_runs_key_is_locked_until_the_run() {
    let run = run_key();
    let file = lock_run_key(&run, "correct horse", Cost::Cheap).unwrap();
    assert_eq!(*unlock_run_key(&file, "correct horse").unwrap().to_text(), *run.to_text());
    assert!(matches!(unlock_run_key(&file, "wrong"), Err(UnlockError::WrongPassphrase)));
    let keys = crate::keyfile::PersonKeys::generate(Suite::Classic, &mut StdRng::seed_from_u64(1));
    let other = keys.lock("correct horse", Cost::Cheap).unwrap();
    assert!(matches!(unlock_run_key(&other, "correct horse"), Err(UnlockError::Content(_))));
}

#[test]
fn records_list_each_item_once() {
    let items =
        vec![NoteHash::from_bytes([2; 32]), NoteHash::from_bytes([1; 32]), NoteHash::from_bytes([2; 32])];
    let record = RunRecord::new(&example(), vec![1, 3], items, now());
    assert_eq!(record.items, [NoteHash::from_bytes([1; 32]), NoteHash::from_bytes([2; 32])]);
    let line = json::to_line(&record);
    assert_eq!(parse_text::<RunRecord>(&line, root().org()).unwrap(), record);
}
