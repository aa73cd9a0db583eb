//! Later access notes of an item: what they may change, and what must stay.

use vault_keys::directory::{Clearance, Key, KeyState, PersonState};
use vault_keys::key_id::KeyKind;
use vault_keys::numbers::Holder;
use vault_keys::opening::{Identity, Suite};

use super::*;
use crate::item::build::{NewWraps, Place, rewrap};
use crate::item::{DirectoryRef, FileEntry, PayloadForm, Right, Urgency};
use crate::scope::Ascending;
use crate::sealing::{Author, Payload, ReadyDraft};
use crate::test_world::{Member, item_id, unit_no};

/// Wraps of these people for copies 0, 1, 2 …
fn wraps(world: &World, people: &[u32]) -> Vec<Wrap> {
    let member = |number: &u32| world.member(*number);
    let wrap = |(no, member): (u32, &Member)| Wrap {
        recipient: member.opening.to_recipient(),
        holder: member.holder(),
        right: Right::Copy(no),
    };
    (0..).zip(people.iter().map(member)).map(wrap).collect()
}

/// The item wrapped anew by p1 under the directory in force, as the next note of its line.
fn next(world: &World, item: &ItemHeader, file_key: &FileKey, wraps: &[Wrap]) -> ItemHeader {
    let name = KeyName::person(&item.org(), world.member(1).person);
    let writer = Writer { name: &name, key: &world.member(1).signing };
    let seq = item.access().value().seq.unwrap() + 1;
    let place = Place::Next { seq, previous: item.access_hash() };
    let directory = DirectoryRef { version: world.directory().number(), hash: world.directory().hash() };
    let new = NewWraps { kept: &[], wraps, place, directory, notes: Vec::new() };
    rewrap(item, file_key, new, writer, &mut SeededRng::new(3)).unwrap()
}

/// The codes at the relay for a header that replaces `stored`.
fn replacing(world: &World, stored: &ItemHeader, item: &ItemHeader) -> Vec<Code> {
    let side = relay(world, Some(stored.access()));
    codes(&judge(world, Subject::Sealed(item), side, world.now()))
}

#[test]
fn a_later_note_brings_no_other_label_in() {
    let world = World::new();
    let (first, _) = item(&world, |_, _| {});
    let continued = |change: &dyn Fn(&mut Label)| {
        let (other, file_key) = item(&world, |label, _| change(label));
        let follow = |access: &mut Access| {
            access.seq = Some(2);
            access.previous = Some(first.access_hash());
        };
        let item = with_access(&other, &file_key, follow, 1, &world.member(1).signing).unwrap();
        let side = Side::Reader(Reader { known: Some(first.access()), ..Reader::default() });
        let reader = codes(&judge(&world, Subject::Sealed(&item), side, world.now()));
        assert_eq!(replacing(&world, &first, &item), reader);
        reader
    };
    assert_eq!(continued(&|_| {}), []);
    let urgent = |label: &mut Label| label.urgency = Urgency::Urgent;
    assert_eq!(continued(&urgent), [Code::AccessOtherLabel]);
    assert_eq!(continued(&|label| label.item = item_id(9)), [Code::AccessOtherItem]);
}

#[test]
fn access_note_under_a_directory_older_than_the_label() {
    let mut world = World::new();
    let (old, now) = (world.directory().clone(), world.now());
    // p1's signing key and p3's opening key are stolen and stopped.
    world.change(|persons, _| {
        for (person, kind) in [(0, KeyKind::Sign), (2, KeyKind::OpeningHybrid)] {
            for key in persons[person].keys.iter_mut().filter(|key| key.kind == kind) {
                key.state = KeyState::Stopped;
                key.to = Some(now);
            }
        }
        let fresh = SigningKey::from_seed(&[9; 32]);
        let fresh = Key::active(KeyKind::Sign, fresh.public().as_bytes(), now);
        persons[0].keys.push(fresh);
        persons[0].keys.sort_by_key(|key| key.id);
    });
    let fresh = SigningKey::from_seed(&[9; 32]);
    let (item, file_key) = item_under(&world, &fresh);
    let names_old = |access: &mut Access| {
        access.directory = DirectoryRef { version: old.number(), hash: old.hash() };
    };
    let forged = with_access(&item, &file_key, names_old, 1, &world.member(1).signing).unwrap();
    assert_eq!(reader_codes(&world, &forged), [Code::SignerUnproven, Code::AccessDirectory]);
    // Nor may a later note go back behind the note before it.
    let world = {
        let mut world = World::new();
        world.change(|_, _| {});
        world
    };
    let (first, file_key) = self::item(&world, |label, _| {
        label.directory = DirectoryRef { version: old.number(), hash: old.hash() };
    });
    let second = next(&world, &first, &file_key, &wraps(&world, &[1, 3, 4]));
    let back = |access: &mut Access| {
        names_old(access);
        access.seq = Some(3);
        access.previous = Some(second.access_hash());
    };
    let third = with_access(&second, &file_key, back, 1, &world.member(1).signing).unwrap();
    assert_eq!(replacing(&world, &second, &third), [Code::AccessDirectory]);
}

/// An item by p1 to p4 signed with another key than the world's.
fn item_under(world: &World, key: &SigningKey) -> (ItemHeader, FileKey) {
    let member = world.member(1);
    let draft = world.draft(&[4]);
    let shelf = world.shelf();
    let file = FileEntry { name: "a".parse().unwrap(), size: LENGTH, media: "text/plain".into() };
    let payload = Payload { form: PayloadForm::File, files: vec![file] };
    let author = Author { key: key.key_id(), ..member.author() };
    let id = item_id(1);
    let ready = ReadyDraft::new(&draft, payload, author, &shelf.published(), id, world.now()).unwrap();
    let name = KeyName::person(&world.root.org(), member.person);
    let writer = Writer { name: &name, key };
    let (label, plaintext) = (ready.label().clone(), PlaintextLen::new(LENGTH).unwrap());
    let rng = &mut SeededRng::new(1);
    let plan = Plan::new(label, ready.manifest(), ready.wraps(), Vec::new(), plaintext, writer, rng).unwrap();
    let file_key = FileKey::from_bytes(plan.file_key().expose());
    (plan.finish(ContentHash::from_bytes([1; 32]), writer).unwrap(), file_key)
}

#[test]
fn a_recovery_row_is_not_dropped() {
    let world = World::new();
    let key = world.directory().unit(unit_no(1)).unwrap().recovery.clone().unwrap();
    let recovery = Wrap {
        recipient: key.recipient().unwrap(),
        holder: Holder::Unit(unit_no(1)),
        right: Right::Recovery,
    };
    let (first, file_key) = item(&world, |label, wraps| {
        label.recovery = Ascending::of([unit_no(1)]);
        wraps.push(recovery.clone());
    });
    assert_eq!(relay_codes(&world, &first), []);
    let mut kept = wraps(&world, &[1, 3, 4]);
    assert_eq!(replacing(&world, &first, &next(&world, &first, &file_key, &kept)), [Code::RowDropped]);
    kept.push(recovery);
    assert_eq!(replacing(&world, &first, &next(&world, &first, &file_key, &kept)), []);
}

#[test]
fn a_clerk_who_left_does_not_keep_the_item_from_being_wrapped_anew() {
    let mut world = World::new();
    let unit = Holder::Unit(unit_no(2));
    let (first, file_key) = item(&world, |label, wraps| {
        label.scope = Ascending::of([unit]);
        label.copies.truncate(2);
        label.copies[1].holder = unit;
        wraps.remove(1);
        wraps[1].right = Right::Copy(1);
    });
    assert_eq!(relay_codes(&world, &first), []);
    let p3 = world.member(3).person;
    world.change(|persons, units| {
        units[1].clerks = vec![p3];
        persons[3].clearance = Clearance::None;
    });
    // His key is not stopped, so his row has to stay; the new clerk gets one beside it.
    let mut rows = wraps(&world, &[1, 4]);
    assert_eq!(replacing(&world, &first, &next(&world, &first, &file_key, &rows)), []);
    rows.push(Wrap { right: Right::Copy(1), ..wraps(&world, &[3]).remove(0) });
    assert_eq!(replacing(&world, &first, &next(&world, &first, &file_key, &rows)), []);
    assert_eq!(
        replacing(&world, &first, &next(&world, &first, &file_key, &wraps(&world, &[1]))),
        [Code::RowDropped]
    );
}

#[test]
fn a_reader_who_meets_a_later_note_first_takes_its_old_rows() {
    let mut world = World::new();
    let (first, file_key) = item(&world, |_, _| {});
    let now = world.now();
    let mut met_first = |state| {
        world.change(|persons, _| {
            for key in persons[3].keys.iter_mut().filter(|key| key.kind == KeyKind::OpeningHybrid) {
                key.state = state;
                key.to = Some(now);
            }
        });
        let second = next(&world, &first, &file_key, &wraps(&world, &[1, 3, 4]));
        assert_eq!(relay_codes(&world, &second).first(), Some(&Code::AccessSequence));
        reader_codes(&world, &second)
    };
    assert_eq!(met_first(KeyState::Retired), []);
    assert_eq!(met_first(KeyState::Stopped), [Code::RowKeyInactive]);
}

#[test]
fn no_new_wrap_for_someone_suspended_since() {
    let mut world = World::new();
    let (first, file_key) = item(&world, |_, _| {});
    let (now, fresh) = (world.now(), Identity::generate(Suite::Hybrid, &mut SeededRng::new(7)));
    let recipient = fresh.to_recipient();
    // p4 is suspended, and his key was replaced.
    world.change(|persons, _| {
        persons[3].state = PersonState::Suspended;
        for key in persons[3].keys.iter_mut().filter(|key| key.kind == KeyKind::OpeningHybrid) {
            key.state = KeyState::Retired;
            key.to = Some(now);
        }
        let key = Key::active(KeyKind::OpeningHybrid, &recipient.public_bytes(), now);
        persons[3].keys.push(key);
        persons[3].keys.sort_by_key(|key| key.id);
    });
    let mut rows = wraps(&world, &[1, 3, 4]);
    assert_eq!(replacing(&world, &first, &next(&world, &first, &file_key, &rows)), []);
    rows.push(Wrap { recipient: recipient.clone(), ..rows[2].clone() });
    assert_eq!(replacing(&world, &first, &next(&world, &first, &file_key, &rows)), [Code::PersonNotActive]);
}

#[test]
fn a_later_note_keeps_every_row_whose_key_is_not_stopped() {
    let mut world = World::new();
    let (first, file_key) = item(&world, |_, _| {});
    let rewrap = |world: &World, people: &[u32]| next(world, &first, &file_key, &wraps(world, people));
    let relay = |world: &World, item: &ItemHeader| replacing(world, &first, item);
    assert_eq!(relay(&world, &rewrap(&world, &[1, 3, 4])), []);
    assert_eq!(relay(&world, &rewrap(&world, &[1, 3])), [Code::RowDropped]);
    // A retired key keeps its old row, a stopped one does not.
    let now = world.now();
    let mut set = |state| {
        world.change(|persons, _| {
            for key in persons[3].keys.iter_mut().filter(|key| key.kind == KeyKind::OpeningHybrid) {
                key.state = state;
                key.to = Some(now);
            }
        });
        relay(&world, &rewrap(&world, &[1, 3, 4]))
    };
    assert_eq!(set(KeyState::Retired), []);
    assert_eq!(set(KeyState::Stopped), [Code::RowKeyInactive]);
    assert_eq!(relay(&world, &rewrap(&world, &[1, 3])), []);
}
