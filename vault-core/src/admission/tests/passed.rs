//! Circulation 传阅: a copy goes along the scope, signed over by each reader to the next.

use vault_keys::note::{KeyName, Signed};
use vault_keys::numbers::{Holder, PersonNo};

use super::{Code, Side, Subject, codes, judge};
use crate::admission::{Brought, Passed, Reader, Relay, Stored, passed};
use crate::item::ItemHeader;
use crate::opening::AdmittedItem;
use crate::register::event::{Event, EventKind};
use crate::rewrap::Rewrapper;
use crate::scope::Ascending;
use crate::test_world::{SeededRng, World};

fn person(number: u32) -> PersonNo {
    PersonNo::new(number).unwrap()
}

/// An item by p1 whose scope is p2, p3 and p4, and whose one copy is p3's.
fn item(world: &World) -> ItemHeader {
    let mut draft = world.draft(&[3]);
    draft.scope = Ascending::of([2, 3, 4].map(|number| Holder::Person(person(number))));
    world.seal(&draft, b"content", 1).header
}

fn statement(world: &World, header: &ItemHeader, by: u32, to: u32) -> Signed<Event> {
    let (member, label) = (world.member(by), header.label().value());
    let event = Event {
        item: Some(label.item),
        label: Some(header.label_hash()),
        copy: Some(1),
        to: Some(person(to).into()),
        ..Event::of_person(label.org, EventKind::Passed, member.person, member.signing.key_id(), world.now())
    };
    Signed::sign(event, &KeyName::person(&label.org, member.person), &member.signing).unwrap()
}

/// The header with which `by` passes the copy to `to`.
fn pass(world: &World, header: &ItemHeader, by: u32, to: u32, statement: &Signed<Event>) -> ItemHeader {
    let (shelf, member) = (world.shelf(), world.member(by));
    let keys = [member.opening.to_recipient().key_id()];
    let item =
        AdmittedItem::new(header.clone(), &shelf.published(), Reader::new(&keys), world.now()).unwrap();
    let item = item.unlock(&[&member.opening]).unwrap();
    let directory = shelf.in_force.directory();
    let rewrapper = Rewrapper::new(member.person, &member.signing, &[&member.opening], directory);
    let made = rewrapper.pass(&item, statement, &mut SeededRng::new(u64::from(to))).unwrap();
    assert_eq!(made.rows.added[0].holder, person(to).into());
    made.header
}

fn reads(world: &World, header: &ItemHeader, who: u32) -> Vec<Code> {
    let keys = [world.member(who).opening.to_recipient().key_id()];
    codes(&judge(world, Subject::Sealed(header), Side::Reader(Reader::new(&keys)), world.now()))
}

#[test]
fn a_copy_goes_along_the_scope() {
    let world = World::new();
    let first = item(&world);
    assert_eq!(reads(&world, &first, 4), [Code::ReaderNotListed]);
    let second = pass(&world, &first, 3, 4, &statement(&world, &first, 3, 4));
    assert_eq!(reads(&world, &second, 4), []);
    assert_eq!(reads(&world, &second, 3), [], "whoever passed it on still reads it");
    let third = pass(&world, &second, 4, 2, &statement(&world, &second, 4, 2));
    assert_eq!(reads(&world, &third, 2), []);
    let shelf = world.shelf();
    let label = third.label().value();
    let way = passed(&shelf.published(), label, third.label_hash(), third.notes());
    assert_eq!(way, [4, 2].map(|to| Passed { copy: 1, to: person(to) }));
}

#[test]
fn passed_to_somebody_outside_the_scope() {
    let mut world = World::new();
    world.change(|persons, _| persons[4].clearance = vault_keys::directory::Clearance::Secret);
    let first = item(&world);
    let outside = pass(&world, &first, 3, 5, &statement(&world, &first, 3, 5));
    assert_eq!(reads(&world, &outside, 5), [Code::RowRight]);
}

#[test]
fn passed_to_somebody_who_is_not_cleared() {
    let mut world = World::new();
    let first = item(&world);
    let second = pass(&world, &first, 3, 4, &statement(&world, &first, 3, 4));
    assert_eq!(reads(&world, &second, 4), []);
    world.change(|persons, _| persons[3].clearance = vault_keys::directory::Clearance::None);
    let second = pass(&world, &first, 3, 4, &statement(&world, &first, 3, 4));
    assert_eq!(reads(&world, &second, 4), [Code::HolderClearance]);
}

#[test]
fn passed_without_the_last_holders_signature() {
    let world = World::new();
    let first = item(&world);
    // p2 is in the scope and holds no copy: what he signs leads nowhere.
    let forged = pass(&world, &first, 3, 4, &statement(&world, &first, 2, 4));
    assert_eq!(reads(&world, &forged, 4), [Code::RowRight]);
    // p3 signs for another copy.
    let mut event = statement(&world, &first, 3, 4).value().clone();
    event.copy = Some(0);
    let member = world.member(3);
    let other = Signed::sign(event, &KeyName::person(&first.org(), member.person), &member.signing).unwrap();
    let header = pass(&world, &first, 3, 4, &other);
    assert_eq!(reads(&world, &header, 4), [Code::OwnRow, Code::RowRight]);
}

#[test]
fn an_own_note_without_the_shared_one_it_rests_on() {
    let world = World::new();
    let first = item(&world);
    let second = pass(&world, &first, 3, 4, &statement(&world, &first, 3, 4));
    let shared = crate::item::shared_in(&second).unwrap();
    assert_eq!(shared.hash(), first.access().hash());
    // Somebody who has another note of the item in hand still needs the one it rests on, and finds it there.
    let keys = [world.member(4).opening.to_recipient().key_id()];
    let reader = Reader { known: Some(first.access()), ..Reader::new(&keys) };
    assert_eq!(codes(&judge(&world, Subject::Sealed(&second), Side::Reader(reader), world.now())), []);
}

#[test]
fn own_access_note_replacing_a_shared_one() {
    let world = World::new();
    let first = item(&world);
    let second = pass(&world, &first, 3, 4, &statement(&world, &first, 3, 4));
    let side = super::relay(&world, Some(first.access()));
    let found = codes(&judge(&world, Subject::Sealed(&second), side, world.now()));
    assert_eq!(found, [Code::OwnReplacesShared]);
}

fn at_relay(world: &World, header: &ItemHeader, stored: &ItemHeader, submitter: u32) -> Vec<Code> {
    let beside = Stored { access: stored.access(), decisions: &[] };
    let relay = Relay { submitter: person(submitter), brought: Brought::Passed(beside) };
    codes(&judge(world, Subject::Sealed(header), Side::Relay(relay), world.now()))
}

#[test]
fn the_relay_takes_a_passed_copy_from_its_holder_alone() {
    let mut world = World::new();
    let first = item(&world);
    let second = pass(&world, &first, 3, 4, &statement(&world, &first, 3, 4));
    assert_eq!(at_relay(&world, &second, &first, 3), []);
    assert_eq!(at_relay(&world, &second, &first, 1), [Code::AccessWriter]);
    assert_eq!(at_relay(&world, &second, &first, 4), [Code::AccessWriter]);
    // Brought as the next shared note it is none.
    let header = Side::Relay(Relay::header(person(3), Stored { access: first.access(), decisions: &[] }));
    let taken = codes(&judge(&world, Subject::Sealed(&second), header, world.now()));
    assert_eq!(taken, [Code::OwnReplacesShared]);
    // And passed on again it rests on the same shared note, which it carries.
    let third = pass(&world, &second, 4, 2, &statement(&world, &second, 4, 2));
    assert_eq!(at_relay(&world, &third, &first, 4), []);
    let outside = pass(&world, &first, 3, 5, &statement(&world, &first, 3, 5));
    assert!(at_relay(&world, &outside, &first, 3).contains(&Code::RowRight));
    world.change(|persons, _| persons[3].clearance = vault_keys::directory::Clearance::None);
    assert_eq!(at_relay(&world, &second, &first, 3), [Code::HolderClearance]);
}
