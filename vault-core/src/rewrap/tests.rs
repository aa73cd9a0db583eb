//! Notes made here, judged by the very check that relay and readers ask.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use vault_keys::directory::{KeyState, PersonState, StopAct, StopReason};
use vault_keys::note::{KeyName, Signed};
use vault_keys::numbers::Holder;
use vault_keys::opening::Suite;
use vault_keys::secret::FileKey;

use super::many::Run;
use super::reach::{Whose, reach};
use super::*;
use crate::admission::{Arrival, Code, Facts, Reader, Relay, Remark, Side, Stored, Subject, check};
use crate::item::build::{NewWraps, Place, Writer, rewrap};
use crate::item::{Access, AccessHash, Line, Right};
use crate::opening::AdmittedItem;
use crate::scope::Ascending;
use crate::stream::{Progress, Work};
use crate::test_world::{SealedBytes, SeededRng, World, unit_no};

const TEXT: &[u8] = b"text";

/// An item by p1 to p3 and the unit u2, whose clerk is p4.
fn sealed(world: &World, seed: u64) -> SealedBytes {
    let mut draft = world.draft(&[3]);
    let unit = Holder::Unit(unit_no(2));
    draft.copies.push(unit);
    draft.scope = Ascending::of(draft.copies.iter().copied());
    world.seal(&draft, TEXT, seed)
}

fn admit(world: &World, header: &ItemHeader, reader: Reader<'_>) -> AdmittedItem {
    AdmittedItem::new(header.clone(), &world.shelf().published(), reader, world.now()).unwrap()
}

/// What p1 makes of a header under what is in force.
fn next(world: &World, header: &ItemHeader, keys: &[&Identity]) -> Option<Rewrapped> {
    let shelf = world.shelf();
    let kept = Reader { arrival: Arrival::Before, ..Reader::default() };
    let item = admit(world, header, kept);
    let member = world.member(1);
    let rewrapper = Rewrapper::new(member.person, &member.signing, keys, shelf.in_force.directory());
    rewrapper.next(&item, &mut SeededRng::new(3)).unwrap()
}

/// What this person makes for himself of a header and the shared note it rests on.
fn own(
    world: &World,
    number: u32,
    header: &ItemHeader,
    shared: &Signed<Access>,
    keys: &[&Identity],
) -> Result<Option<Rewrapped>, RewrapError> {
    let shelf = world.shelf();
    let kept = Reader { arrival: Arrival::Before, known: Some(shared), ..Reader::default() };
    let item = admit(world, header, kept);
    let member = world.member(number);
    let rewrapper = Rewrapper::new(member.person, &member.signing, keys, shelf.in_force.directory());
    rewrapper.own(&item, shared, &mut SeededRng::new(4))
}

fn codes(world: &World, header: &ItemHeader, side: Side<'_>) -> Vec<Code> {
    let shelf = world.shelf();
    let facts = Facts { published: shelf.published(), subject: Subject::Sealed(header), side };
    let mut codes: Vec<Code> = check(&facts, world.now()).refusals().iter().map(|it| it.code).collect();
    codes.dedup();
    codes
}

fn at_relay(world: &World, header: &ItemHeader, stored: Option<&ItemHeader>) -> Vec<Code> {
    let stored = stored.map(ItemHeader::access);
    let submitter = world.member(1).person;
    let side = Side::Relay(stored.map_or_else(
        || Relay::item(submitter),
        |access| Relay::header(submitter, Stored { access, decisions: &[] }),
    ));
    codes(world, header, side)
}

fn at_reader(
    world: &World,
    header: &ItemHeader,
    known: Option<&Signed<Access>>,
    key: &Identity,
) -> Vec<Code> {
    let keys = [key.to_recipient().key_id()];
    codes(world, header, Side::Reader(Reader { known, ..Reader::new(&keys) }))
}

/// The file key, if it opens for this identity.
fn open(header: &ItemHeader, identity: &Identity) -> Option<FileKey> {
    OwnKeys::new([identity]).unwrap(header).ok().map(|(_, key)| key)
}

/// Everything of a header but its recipients and access note.
fn rest(header: &ItemHeader) -> (Vec<u8>, Vec<u8>, usize) {
    let manifest = crate::item::stanza::to_bytes(&header.manifest().to_stanza());
    (header.label().encode(), manifest, header.notes().len())
}

#[test]
fn the_next_shared_note_leaves_stopped_keys_out_and_takes_present_ones_in() {
    let mut world = World::new();
    let first = sealed(&world, 1).header;
    let mine = world.member(1).opening.to_text().parse::<Identity>().unwrap();
    assert!(next(&world, &first, &[&mine]).is_none(), "nothing changed");
    let stolen = world.replace_opening(3, Suite::Hybrid, KeyState::Stopped, 33);
    let retired = world.replace_opening(4, Suite::Hybrid, KeyState::Retired, 44);
    let second = next(&world, &first, &[&mine]).unwrap();
    let rows = &second.rows;
    assert_eq!((rows.kept.len(), rows.added.len(), rows.dropped.len()), (2, 2, 1));
    assert_eq!(rows.dropped[0].key, stolen.to_recipient().key_id());
    let second = second.header;
    assert_eq!(second.access().value().seq, Some(2));
    assert_eq!(second.access().value().previous, Some(first.access_hash()));
    assert_eq!(rest(&second), rest(&first));
    // What stays, stays byte for byte.
    assert_eq!(second.recipients()[0], first.recipients()[0]);
    for opens in [&mine, &retired, &world.member(3).opening, &world.member(4).opening] {
        assert!(open(&second, opens).is_some());
    }
    assert!(open(&second, &stolen).is_none() && open(&first, &stolen).is_some());
    assert_eq!(at_relay(&world, &second, Some(&first)), []);
    for known in [None, Some(first.access())] {
        assert_eq!(at_reader(&world, &second, known, &world.member(3).opening), []);
    }
    assert!(next(&world, &second, &[&mine]).is_none(), "done once");
}

#[test]
fn a_stop_list_over_the_directory_that_the_note_names_is_enough() {
    let mut world = World::new();
    let first = sealed(&world, 1).header;
    let key = world.member(3).opening.to_recipient().key_id();
    world.stop(vec![StopAct::revoke_key(world.member(3).person, key, StopReason::Stolen)], Some(9));
    let mine = &world.member(1).opening;
    let second = next(&world, &first, &[mine]).unwrap();
    assert_eq!((second.rows.added.len(), second.rows.dropped.len()), (0, 1));
    assert_eq!(at_relay(&world, &second.header, Some(&first)), []);
    // A reader whom the stop list has not reached yet reads on, and is told.
    let news = World { stops: Vec::new(), stop_leaves: Vec::new(), ..world };
    let clerk = [news.member(4).opening.to_recipient().key_id()];
    let reader = Reader { known: Some(first.access()), ..Reader::new(&clerk) };
    let shelf = news.shelf();
    let item = AdmittedItem::new(second.header, &shelf.published(), reader, news.now()).unwrap();
    assert_eq!(item.remarks(), [Remark::RowDropped]);
}

#[test]
fn row_for_a_stopped_key() {
    let mut world = World::new();
    let first = sealed(&world, 1).header;
    let key = world.member(3).opening.to_recipient().key_id();
    world.stop(vec![StopAct::revoke_key(world.member(3).person, key, StopReason::Lost)], Some(9));
    let header = forged(&world, &first, |_| {});
    assert_eq!(at_relay(&world, &header, Some(&first)), [Code::RowKeyInactive]);
}

#[test]
fn row_for_someone_new() {
    let world = World::new();
    let first = sealed(&world, 1).header;
    let p2 = world.member(2);
    let wrap = Wrap { recipient: p2.opening.to_recipient(), holder: p2.holder(), right: Right::Copy(1) };
    let header = forged(&world, &first, |wraps| wraps.push(wrap));
    assert_eq!(at_relay(&world, &header, Some(&first)), [Code::RowRight]);
    assert_eq!(at_reader(&world, &header, Some(first.access()), &world.member(3).opening), [Code::RowRight]);
}

#[test]
fn lower_seq_and_two_texts_at_one_seq() {
    let mut world = World::new();
    let first = sealed(&world, 1).header;
    let mine = world.member(1).opening.to_text().parse::<Identity>().unwrap();
    let holder = world.replace_opening(3, Suite::Hybrid, KeyState::Retired, 33);
    let second = next(&world, &first, &[&mine]).unwrap().header;
    let rival = forged(&world, &first, |_| {});
    assert_eq!(at_relay(&world, &rival, Some(&first)), []);
    assert_eq!(at_relay(&world, &first, Some(&second))[0], Code::AccessStale);
    assert_eq!(at_relay(&world, &rival, Some(&second))[0], Code::AccessSplit);
    assert_eq!(at_reader(&world, &first, Some(second.access()), &holder)[0], Code::AccessStale);
    assert_eq!(at_reader(&world, &rival, Some(second.access()), &holder), [Code::AccessSplit]);
}

/// Note 2 of an item as a changed client of p1's would write it: the first rows wrapped anew, changed.
fn forged(world: &World, first: &ItemHeader, change: impl FnOnce(&mut Vec<Wrap>)) -> ItemHeader {
    let member = world.member(1);
    let directory = &world.directories[0];
    let wrap = |row: &Row| Wrap {
        recipient: directory.key(&row.key).unwrap().1.recipient().unwrap(),
        holder: row.holder,
        right: row.right.clone(),
    };
    let mut wraps: Vec<Wrap> = first.access().value().rows.iter().map(wrap).collect();
    change(&mut wraps);
    let name = KeyName::person(&first.org(), member.person);
    let present = DirectoryRef { version: world.directory().number(), hash: world.directory().hash() };
    let place = Place::Next { seq: 2, previous: first.access_hash() };
    let new = NewWraps { kept: &[], wraps: &wraps, place, directory: present, notes: Vec::new() };
    let file_key = open(first, &member.opening).unwrap();
    let writer = Writer { name: &name, key: &member.signing };
    rewrap(first, &file_key, new, writer, &mut SeededRng::new(8)).unwrap()
}

#[test]
fn whoever_is_suspended_gets_no_new_wrap_and_is_named() {
    let mut world = World::new();
    let first = sealed(&world, 1).header;
    let mine = world.member(1).opening.to_text().parse::<Identity>().unwrap();
    world.replace_opening(3, Suite::Hybrid, KeyState::Stopped, 33);
    world.change(|persons, _| persons[2].state = PersonState::Suspended);
    let second = next(&world, &first, &[&mine]).unwrap();
    assert_eq!(second.rows.withheld.len(), 1);
    assert_eq!(at_relay(&world, &second.header, Some(&first)), []);
    // Back in office, he gets one by his label, though no row is his any more.
    world.change(|persons, _| persons[2].state = PersonState::Active);
    let third = next(&world, &second.header, &[&mine]).unwrap().header;
    assert_eq!(at_relay(&world, &third, Some(&second.header)), []);
    assert!(open(&third, &world.member(3).opening).is_some());
}

#[test]
fn only_the_sender_writes_the_next_shared_note() {
    let world = World::new();
    let first = sealed(&world, 1).header;
    let shelf = world.shelf();
    let member = world.member(3);
    let rewrapper =
        Rewrapper::new(member.person, &member.signing, &[&member.opening], shelf.in_force.directory());
    let item = admit(&world, &first, Reader::default());
    let refused = rewrapper.next(&item, &mut SeededRng::new(1)).unwrap_err();
    assert!(matches!(refused, RewrapError::NotSender { sender } if sender == world.member(1).person));
}

#[test]
fn a_holder_wraps_anew_for_himself_and_his_unit() {
    let mut world = World::new();
    let first = sealed(&world, 1).header;
    let stolen = world.replace_opening(4, Suite::Hybrid, KeyState::Stopped, 44);
    world.change(|_, units| units[1].clerks.push("p5".parse().unwrap()));
    world.change(|persons, _| persons[4].clearance = vault_keys::directory::Clearance::Secret);
    let made = own(&world, 4, &first, first.access(), &[&stolen]).unwrap().unwrap();
    let (header, access) = (&made.header, made.header.access().value());
    assert_eq!((access.line, access.seq, access.previous), (Line::Own, None, Some(first.access_hash())));
    assert_eq!(rest(header), rest(&first));
    let holders: Vec<Holder> = access.rows.iter().map(|row| row.holder).collect();
    assert_eq!(holders, [world.member(4).holder(), world.member(5).holder()]);
    assert!(open(header, &stolen).is_none() && open(header, &world.member(3).opening).is_none());
    for opens in [4, 5] {
        let key = &world.member(opens).opening;
        assert!(open(header, key).is_some());
        assert_eq!(at_reader(&world, header, Some(first.access()), key), []);
    }
    // Once more under the same directory changes nothing, and without the shared note nothing can be said.
    let again = own(&world, 4, header, first.access(), &[&world.member(4).opening]);
    assert!(again.unwrap().is_none());
    let second = forged(&world, &first, |_| {});
    for basis in [None, Some(second.access()), Some(header.access())] {
        assert_eq!(at_reader(&world, header, basis, &world.member(4).opening), [Code::OwnBasis]);
    }
}

#[test]
fn own_note_replacing_a_shared_one() {
    let mut world = World::new();
    let first = sealed(&world, 1).header;
    let old = world.replace_opening(3, Suite::Hybrid, KeyState::Retired, 33);
    let mine = own(&world, 3, &first, first.access(), &[&old]).unwrap().unwrap().header;
    assert_eq!(at_relay(&world, &mine, Some(&first)), [Code::OwnReplacesShared]);
    assert_eq!(at_relay(&world, &mine, None), [Code::LineUnsupported]);
    // And none follows an own one.
    let item = admit(&world, &mine, Reader { known: Some(first.access()), ..Reader::default() });
    let (shelf, member) = (world.shelf(), world.member(1));
    let by_p1 = Rewrapper::new(member.person, &member.signing, &[], shelf.in_force.directory());
    assert!(matches!(by_p1.next(&item, &mut SeededRng::new(1)), Err(RewrapError::NotShared)));
}

#[test]
fn an_own_note_serves_nobody_else() {
    let world = World::new();
    let first = sealed(&world, 1).header;
    let by = |number: u32, wraps: Vec<Wrap>| {
        let member = world.member(number);
        let file_key = open(&first, &world.member(1).opening).unwrap();
        let name = KeyName::person(&first.org(), member.person);
        let place = Place::Own { shared: first.access_hash() };
        let directory = first.label().value().directory;
        let new = NewWraps { kept: &[], wraps: &wraps, place, directory, notes: Vec::new() };
        let writer = Writer { name: &name, key: &member.signing };
        let header = rewrap(&first, &file_key, new, writer, &mut SeededRng::new(8)).unwrap();
        codes(&world, &header, Side::Reader(Reader { known: Some(first.access()), ..Reader::default() }))
    };
    let wrap = |number: u32, copy: u32| Wrap {
        recipient: world.member(number).opening.to_recipient(),
        holder: world.member(number).holder(),
        right: Right::Copy(copy),
    };
    assert_eq!(by(3, vec![wrap(3, 1)]), []);
    // To the clerk of a unit that holds a copy of its own; to somebody without any; by somebody without any.
    assert_eq!(by(3, vec![wrap(3, 1), wrap(4, 2)]), [Code::OwnRow]);
    assert_eq!(by(3, vec![wrap(3, 1), wrap(2, 1)]), [Code::RowRight]);
    assert_eq!(by(2, vec![wrap(2, 1)]), [Code::AccessWriter, Code::RowRight]);
}

#[test]
fn a_run_over_many_headers_answers_each_in_order() {
    let mut world = World::new();
    let mut headers: Vec<ItemHeader> = (0..150).map(|seed| sealed(&world, seed).header).collect();
    let mine = world.member(1).opening.to_text().parse::<Identity>().unwrap();
    world.replace_opening(3, Suite::Hybrid, KeyState::Stopped, 33);
    // One that is done already, and one that was tampered with.
    headers[70] = next(&world, &headers[70], &[&mine]).unwrap().header;
    headers[71] = forged(&world, &headers[71], |wraps| drop(wraps.remove(0)));
    let (shelf, member) = (world.shelf(), world.member(1));
    let run = Run {
        published: shelf.published(),
        reader: Reader { arrival: Arrival::Before, ..Reader::default() },
        now: world.now(),
    };
    let rewrapper = Rewrapper::new(member.person, &member.signing, &[&mine], shelf.in_force.directory());
    let outcomes = |threads: usize| {
        let progress = Progress::new();
        let work = Work { threads: threads.try_into().unwrap(), progress: &progress };
        let mut outcomes = Vec::new();
        let deliver = |number, outcome: many::Outcome| {
            assert_eq!(number, outcomes.len() as u64);
            let made = |made: Option<Rewrapped>| made.map(|made| made.header.bytes().to_vec());
            outcomes.push(outcome.map(made).map_err(|error| error.to_string()));
        };
        let headers = headers.iter().cloned();
        rewrapper.next_many(headers, &run, &work, SeededRng::new, deliver).unwrap();
        outcomes
    };
    let one = outcomes(1);
    assert_eq!(one, outcomes(3), "the number of threads changes nothing");
    assert_eq!(one[70], Ok(None));
    assert!(one[71].as_ref().unwrap_err().contains("row"), "{:?}", one[71]);
    let made = one.iter().filter(|outcome| matches!(outcome, Ok(Some(_)))).count();
    assert_eq!(made, 148);
}

#[test]
fn own_headers_of_many_items_are_those_made_one_by_one() {
    let mut world = World::new();
    let mut headers: Vec<ItemHeader> = (0..70).map(|seed| sealed(&world, seed).header).collect();
    let shared: Vec<_> = headers.iter().map(|header| header.access().clone()).collect();
    let given_back = open(&headers[3], &world.member(4).opening).unwrap();
    let old = world.replace_opening(4, Suite::Hybrid, KeyState::Stopped, 44);
    // One with an own note already, one that was tampered with, and one whose file key a recovery run gave back.
    headers[1] = own(&world, 4, &headers[1], &shared[1], &[&old]).unwrap().unwrap().header;
    headers[2] = forged(&world, &headers[2], |wraps| drop(wraps.remove(0)));
    let (shelf, member) = (world.shelf(), world.member(4));
    let rewrapper = Rewrapper::new(member.person, &member.signing, &[&old], shelf.in_force.directory());
    let reader = |place: usize| Reader {
        arrival: Arrival::Before,
        known: (place == 1).then(|| &shared[1]),
        ..Reader::default()
    };
    let held = |place: usize| many::Held {
        header: &headers[place],
        shared: &shared[place],
        reader: reader(place),
        file_key: (place == 3).then_some(&given_back),
    };
    let bytes = |outcome: many::Outcome| {
        let made = outcome.map(|made| made.map(|made| made.header.bytes().to_vec()));
        made.map_err(|error| error.to_string())
    };
    let outcomes = |threads: usize| {
        let progress = Progress::new();
        let work = Work { threads: threads.try_into().unwrap(), progress: &progress };
        let (mut outcomes, judged_by) = (Vec::new(), (&shelf.published(), world.now()));
        let deliver = |number, outcome| {
            assert_eq!(number, outcomes.len() as u64);
            outcomes.push(bytes(outcome));
        };
        let all = (0..headers.len()).map(held);
        rewrapper.own_many(all, judged_by, &work, SeededRng::new, deliver).unwrap();
        assert_eq!(progress.done_bytes(), headers.len() as u64);
        outcomes
    };
    let many = outcomes(1);
    assert_eq!(many, outcomes(3), "the number of threads changes nothing");
    assert_eq!(many[1], Ok(None));
    assert!(many[2].is_err());
    for (place, outcome) in many.iter().enumerate().filter(|(place, _)| ![1, 2, 3].contains(place)) {
        let item = admit(&world, &headers[place], reader(place));
        let alone = rewrapper.own(&item, &shared[place], &mut SeededRng::new(place as u64));
        assert_eq!(*outcome, bytes(alone), "{place}");
    }
    let by_recovery = ItemHeader::parse(many[3].as_ref().unwrap().as_ref().unwrap()).unwrap();
    assert!(open(&by_recovery, &member.opening).is_some());
}

#[test]
fn what_a_lost_key_could_open() {
    let mut world = World::new();
    let items: Vec<ItemHeader> = (0..3).map(|seed| sealed(&world, seed).header).collect();
    let mine = world.member(1).opening.to_text().parse::<Identity>().unwrap();
    let stolen = world.replace_opening(3, Suite::Hybrid, KeyState::Stopped, 33);
    let second = next(&world, &items[0], &[&mine]).unwrap().header;
    // Later notes may come before earlier ones.
    let headers = [&second, &items[0], &items[1]];
    let by_key = reach(headers, Whose::Key(stolen.to_recipient().key_id()));
    let mut since: Vec<_> = by_key.iter().map(|it| (it.item, it.since.0, it.stands)).collect();
    since.sort();
    let mut wanted: Vec<_> = [(&items[0], false), (&items[1], true)]
        .map(|(header, stands)| (header.label().value().item, Some(1), stands))
        .into();
    wanted.sort();
    assert_eq!(since, wanted);
    let person = Whose::Person(world.member(3).person);
    assert_eq!(reach(headers, person).len(), 3, "the old key twice, the new one once");
    assert_eq!(reach(headers, Whose::Key(world.member(2).opening.to_recipient().key_id())), []);
    assert_eq!(by_key[0].row.right, Right::Copy(1));
    let first = AccessHash::of_note(items[0].access().hash());
    assert!(by_key.iter().any(|it| it.since.1 == first));
}
