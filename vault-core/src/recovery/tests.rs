//! Runs over items of the small organisation: what they restore, and every item they do not.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use vault_keys::digest::NoteHash;
use vault_keys::directory::{InForce, Key, KeyState, Proposal, Subject};
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::note::{KeyName, OfficeName, Signed, Text, Verifier};
use vault_keys::recovery::{
    Plan, RecoveryPublic, RecoveryReason, RecoveryRequestText, RecoveryRequestType, Share, join, open_share,
    split,
};
use vault_keys::signing::SigningKey;

use super::*;
use crate::item::{AccessHash, FileKeyError, Header, Stanza};
use crate::register::event::{EVENT_LEN_MAX, Event, EventKind};
use crate::scope::Ascending;
use crate::sealing::RecoveryChoice;
use crate::stream::parts::ContentHash;
use crate::stream::{Progress, Work};
use crate::test_world::{SealedBytes, SeededRng, World, unit_no};

const PLAINTEXT: &[u8] = "关于办公用品采购的通知".as_bytes();

/// The world's recovery key of u1, split 2 of 3 among p1, p2 and p4.
fn dealt(world: &World) -> (RecoverySet, Identity) {
    let whole = Identity::generate(Suite::Hybrid, &mut SeededRng::new(2));
    let holders: Vec<(PersonNo, Recipient)> = [1, 2, 4]
        .map(|number| (world.member(number).person, world.member(number).opening.to_recipient()))
        .to_vec();
    let made = world.directory().made();
    let plan = Plan { org: world.root.org(), unit: unit_no(1), threshold: 2, holders: &holders, made };
    let dealt = split(&whole, &plan, &mut SeededRng::new(3)).unwrap();
    let set = RecoverySet::verify(&world.root, &approved(world, Subject::Recovery, &dealt.set)).unwrap();
    let share = |at: usize, number: u32| -> Share {
        open_share(&dealt.files[at].1, &world.member(number).opening, &set).unwrap()
    };
    let joined = join(&set, &[share(0, 1), share(2, 4)]).unwrap();
    (set, joined)
}

fn approved<T: Text>(world: &World, subject: Subject, text: &T) -> Vec<u8> {
    let office: OfficeName = "o1".parse().unwrap();
    let mut proposal = Proposal::other(subject, text).unwrap();
    proposal.sign(&world.root, &office, &world.officer).unwrap();
    proposal.finish_other(&world.root).unwrap().encode()
}

/// A request for `person`, who has `key`.
fn request(
    world: &World,
    set: &RecoverySet,
    person: u32,
    key: &Identity,
    items: &[LabelHash],
) -> RecoveryRequest {
    let mut items: Vec<NoteHash> = items.iter().map(|item| NoteHash::from_bytes(*item.as_bytes())).collect();
    items.sort_unstable();
    let text = RecoveryRequestText {
        tag: RecoveryRequestType,
        org: world.root.org(),
        cover: if items.is_empty() { Cover::Person } else { Cover::Items },
        unit: set.value().unit,
        set: set.value().set,
        person: world.member(person).person,
        key: key.to_recipient().key_id(),
        items,
        reason: RecoveryReason::Forgotten,
        made: world.now(),
        not_after: world.now().plus_days(7),
        run: RecoveryPublic::of(&Identity::generate(Suite::Classic, &mut SeededRng::new(8)).to_recipient()),
    };
    RecoveryRequest::verify(&world.root, &approved(world, Subject::RecoveryRequest, &text)).unwrap()
}

/// Seals to these people, with a wrap to the recovery keys of these units.
fn sealed(world: &World, to: &[u32], recovery: &[u32], seed: u64) -> SealedBytes {
    let mut draft = world.draft(to);
    draft.recovery = RecoveryChoice::Units(Ascending::of(recovery.iter().map(|number| unit_no(*number))));
    world.seal(&draft, PLAINTEXT, seed)
}

/// Gives p3 a new opening key and retires the old.
fn replace_key(world: &mut World, seed: u64) -> Identity {
    let new = Identity::generate(Suite::Hybrid, &mut SeededRng::new(seed));
    let at = world.directory().made();
    world.change(|persons, _| {
        let keys = &mut persons[2].keys;
        for key in keys.iter_mut().filter(|key| key.kind == KeyKind::OpeningHybrid && key.is_active()) {
            (key.state, key.to) = (KeyState::Retired, Some(at));
        }
        keys.push(Key::active(KeyKind::OpeningHybrid, &new.to_recipient().public_bytes(), at));
        keys.sort_by_key(|key| key.id);
    });
    new
}

/// What a run for p3 says to an item.
fn restore(
    world: &World,
    (set, key): &(RecoverySet, Identity),
    request: &RecoveryRequest,
    item: &ItemHeader,
) -> Result<Restored, RunError> {
    let in_force = InForce::new(world.root.clone(), world.directory().clone(), Vec::new(), None).unwrap();
    let to = request.allows(set, &in_force, world.now()).unwrap();
    let shelf = world.shelf();
    let run = Run { request, set, key, to: &to, published: shelf.published(), now: world.now() };
    run.restore(item.clone(), &mut SeededRng::new(5))
}

#[test]
fn a_lost_key_loses_no_document() {
    let mut world = World::new();
    let item = sealed(&world, &[3], &[1], 1);
    let dealt = dealt(&world);
    let new = replace_key(&mut world, 21);
    let request = request(&world, &dealt.0, 3, &new, &[]);
    let restored = restore(&world, &dealt, &request, &item.header).unwrap();
    assert_eq!(restored.text().label, item.header.label_hash());
    assert_eq!(restored.text().request, request.hash());

    let read = Restored::parse(restored.bytes(), world.root.org()).unwrap();
    assert_eq!(read, restored);
    let file_key = read.file_key(&item.header, &[&new]).unwrap();
    let length = crate::stream::ContentLen::new(item.content.len() as u64).unwrap();
    let content = crate::stream::open::Content { length, blake3: None };
    let opened = std::sync::Mutex::new(Vec::new());
    let progress = Progress::new();
    crate::stream::open::open(&item.content.as_slice(), &content, &file_key, &opened, &Work::new(&progress))
        .unwrap();
    assert_eq!(opened.into_inner().unwrap(), PLAINTEXT);
}

#[test]
fn item_not_covered() {
    let mut world = World::new();
    let (listed, other) = (sealed(&world, &[3], &[1], 1), sealed(&world, &[3], &[1], 2));
    let dealt = dealt(&world);
    let new = replace_key(&mut world, 21);
    let request = request(&world, &dealt.0, 3, &new, &[listed.header.label_hash()]);
    restore(&world, &dealt, &request, &listed.header).unwrap();
    let error = restore(&world, &dealt, &request, &other.header).unwrap_err();
    assert!(matches!(error, RunError::NotCovered), "{error}");
}

#[test]
fn item_of_another_person() {
    let mut world = World::new();
    let item = sealed(&world, &[4], &[1], 1);
    let dealt = dealt(&world);
    let new = replace_key(&mut world, 21);
    for listed in [&[][..], &[item.header.label_hash()]] {
        let request = request(&world, &dealt.0, 3, &new, listed);
        let error = restore(&world, &dealt, &request, &item.header).unwrap_err();
        assert!(matches!(error, RunError::NotHeld { person } if person.value() == 3), "{error}");
    }
}

#[test]
fn item_of_another_unit() {
    let mut world = World::new();
    let whole = world.directory().unit(unit_no(1)).unwrap().recovery.clone();
    world.change(|_, units| {
        units[1].recovery = units[0].recovery.take();
        units[0].parent = Some(unit_no(2));
    });
    let item = sealed(&world, &[3], &[2], 1);
    world.change(|_, units| {
        units[1].recovery = None;
        units[0].recovery = whole;
    });
    let dealt = dealt(&world);
    let new = replace_key(&mut world, 21);
    let request = request(&world, &dealt.0, 3, &new, &[]);
    let error = restore(&world, &dealt, &request, &item.header).unwrap_err();
    assert!(matches!(error, RunError::OtherUnit { found, .. } if found == unit_no(2)), "{error}");
    let without = sealed(&world, &[3], &[], 2);
    let error = restore(&world, &dealt, &request, &without.header).unwrap_err();
    assert!(matches!(error, RunError::NoRecoveryRow), "{error}");
}

#[test]
fn item_of_another_recovery_key_of_the_unit() {
    let mut world = World::new();
    let dealt = dealt(&world);
    let other = Identity::generate(Suite::Hybrid, &mut SeededRng::new(77)).to_recipient();
    let entry = RecoveryPublic::of(&other).to_entry();
    world.change(|_, units| units[0].recovery = Some(entry));
    let item = sealed(&world, &[3], &[1], 1);
    let new = replace_key(&mut world, 21);
    let request = request(&world, &dealt.0, 3, &new, &[]);
    let error = restore(&world, &dealt, &request, &item.header).unwrap_err();
    assert!(matches!(error, RunError::OtherKey { .. }), "{error}");
}

#[test]
fn item_that_a_rule_refuses() {
    let mut world = World::new();
    let item = sealed(&world, &[3], &[1], 1);
    let dealt = dealt(&world);
    let new = replace_key(&mut world, 21);
    let request = request(&world, &dealt.0, 3, &new, &[]);
    let stanzas: Vec<Stanza> = item
        .header
        .header()
        .stanzas()
        .iter()
        .map(|stanza| match stanza.tag() {
            "vault-label" => {
                let body = String::from_utf8(stanza.body.clone()).unwrap();
                let at = body.rfind(' ').unwrap() + 10;
                let mut body = body.into_bytes();
                body[at] = if body[at] == b'A' { b'B' } else { b'A' };
                Stanza { args: stanza.args.clone(), body }
            }
            _ => stanza.clone(),
        })
        .collect();
    let file_key = vault_keys::secret::FileKey::from_bytes(&[1; 16]);
    let forged = ItemHeader::from_header(Header::write(&stanzas, &file_key).unwrap()).unwrap();
    let error = restore(&world, &dealt, &request, &forged).unwrap_err();
    assert!(matches!(error, RunError::Refused(_)), "{error}");
}

#[test]
fn restored_file_damaged_or_of_another_item() {
    let mut world = World::new();
    let (item, other) = (sealed(&world, &[3], &[1], 1), sealed(&world, &[3], &[1], 2));
    let dealt = dealt(&world);
    let new = replace_key(&mut world, 21);
    let request = request(&world, &dealt.0, 3, &new, &[]);
    let restored = restore(&world, &dealt, &request, &item.header).unwrap();
    let org = world.root.org();
    let bytes = restored.bytes();
    for bit in (0..bytes.len() * 8).step_by(11) {
        let mut changed = bytes.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        let opened = Restored::parse(&changed, org).map(|file| file.file_key(&item.header, &[&new]));
        assert!(!matches!(opened, Ok(Ok(_))), "bit {bit}");
    }
    for length in [0, 30, bytes.len() - 1] {
        assert!(Restored::parse(&bytes[..length], org).is_err());
    }
    let behind = [bytes, b"x"].concat();
    assert_eq!(Restored::parse(&behind, org), Err(RestoredError::Form));
    assert_eq!(Restored::parse(item.header.bytes(), org), Err(RestoredError::Form));
    let error = restored.file_key(&other.header, &[&new]).unwrap_err();
    assert!(matches!(error, RestoredError::OtherItem { .. }));
    let old = &world.member(3).opening;
    assert_eq!(restored.file_key(&item.header, &[old]).unwrap_err(), RestoredError::NotForThisKey);
    let mac = FileKeyError::Mac;
    let stanzas = restored.header_for_tests().stanzas().to_vec();
    let file_key = vault_keys::secret::FileKey::from_bytes(&[1; 16]);
    let forged = Header::write(&stanzas, &file_key).unwrap();
    let forged = Restored::parse(forged.bytes(), org).unwrap();
    assert_eq!(forged.file_key(&item.header, &[&new]).unwrap_err(), RestoredError::FileKey(mac));
}

/// The entry that the person signs over what was given back, as docs/recovery.md prints it.
#[test]
fn the_document_shows_the_entry_in_the_register() {
    const DOCUMENT: &str = include_str!("../../../docs/recovery.md");
    let note = include_bytes!("../../../docs/examples/recovery-request.note");
    let note = vault_keys::note::Note::parse(note, 128 * 1024).unwrap();
    let org: vault_keys::digest::OrgId =
        "599f29fbff83cb81fbe91e825692d074d60b3ec1bcb6c0577bdb53de58baca45".parse().unwrap();
    let (person, key) = ("p1".parse().unwrap(), SigningKey::from_seed(&[0x33; 32]));
    let event = Event {
        item: Some("019ab3c8-1d40-7a2e-9f10-0123456789ab".parse().unwrap()),
        label: Some(LabelHash::from_bytes([1; 32])),
        access: Some(AccessHash::from_bytes([3; 32])),
        content: Some(ContentHash::from_bytes([4; 32])),
        copy: Some(1),
        station: Some(KeyId::from_bytes([5; 32])),
        approval: Some(note.hash()),
        ..Event::of_person(
            org,
            EventKind::Recovered,
            person,
            key.key_id(),
            "2026-02-03T00:00:00Z".parse().unwrap(),
        )
    };
    let signed = Signed::sign(event, &KeyName::person(&org, person), &key).unwrap();
    let text = String::from_utf8(signed.encode()).unwrap();
    assert!(DOCUMENT.contains(text.trim_end()), "docs/recovery.md lacks this entry:\n{text}");
    let read = Signed::<Event>::parse(text.as_bytes(), org, EVENT_LEN_MAX).unwrap();
    read.verified_by(&Verifier::person(&org, person, key.public())).unwrap();
    assert_eq!(read, signed);
}
