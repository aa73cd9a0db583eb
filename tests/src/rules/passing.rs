//! Circulation 传阅: a received copy goes along the scope, signed over by each reader to the next.

use vault_core::admission::{Code, Facts, Reader, Side, Subject, check};
use vault_core::item::ItemHeader;
use vault_core::opening::AdmittedItem;
use vault_core::register::event::{Event, EventKind};
use vault_core::rewrap::Rewrapper;
use vault_core::test_world::{SeededRng, World};
use vault_keys::note::{KeyName, Signed};

use super::lazy::plain;
use super::world::{codes, holders, person};
use super::{Case, Judge};

/// What p4 says to a copy that p3 passes on to him, of an item by p1 with this scope, after `signer` signed it over.
fn passed(scope: &[u32], signer: u32) -> Judge {
    let world = plain();
    let mut draft = world.draft(&[3]);
    draft.scope = holders(&world, scope);
    let item = world.seal(&draft, b"content", 1).header;
    let header = pass(&world, &item, &statement(&world, &item, signer));
    Box::new(move || {
        let keys = [world.member(4).opening.to_recipient().key_id()];
        let (shelf, side) = (world.shelf(), Side::Reader(Reader::new(&keys)));
        let facts = Facts { published: shelf.published(), subject: Subject::Sealed(&header), side };
        codes(&check(&facts, world.now()))
    })
}

fn statement(world: &World, item: &ItemHeader, signer: u32) -> Signed<Event> {
    let (member, label) = (world.member(signer), item.label().value());
    let key = member.signing.key_id();
    let event = Event {
        item: Some(label.item),
        label: Some(item.label_hash()),
        copy: Some(1),
        to: Some(person(4).into()),
        ..Event::of_person(label.org, EventKind::Passed, member.person, key, world.now())
    };
    let name = KeyName::person(&label.org, member.person);
    Signed::sign(event, &name, &member.signing).expect("a statement")
}

fn pass(world: &World, item: &ItemHeader, statement: &Signed<Event>) -> ItemHeader {
    let (shelf, member) = (world.shelf(), world.member(3));
    let keys = [member.opening.to_recipient().key_id()];
    let admitted = AdmittedItem::new(item.clone(), &shelf.published(), Reader::new(&keys), world.now());
    let item = admitted.expect("p3 holds it").unlock(&[&member.opening]).expect("he opens it");
    let directory = shelf.in_force.directory();
    let rewrapper = Rewrapper::new(member.person, &member.signing, &[&member.opening], directory);
    rewrapper.pass(&item, statement, &mut SeededRng::new(4)).expect("a header").header
}

pub(super) const CASES: &[Case] = &[
    Case::tool("passed-on-outside-the-scope", &[45, 59], Code::RowRight, |which| {
        passed(which.of(&[3][..], &[3, 4]), 3)
    }),
    Case::tool("passed-on-without-the-holders-signature", &[40, 45], Code::RowRight, |which| {
        passed(&[2, 3, 4], which.of(2, 3))
    }),
];
