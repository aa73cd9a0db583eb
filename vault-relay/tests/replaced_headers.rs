//! Headers replaced while copies wait: by the sender only, one after the other, never under a demand.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Office, Sealed, demand, fetch, receipt, state};
use vault_core::admission::Reader;
use vault_core::item::build::{NewWraps, Place, Wrap, Writer, rewrap};
use vault_core::item::{DirectoryRef, ItemHeader, Right};
use vault_core::opening::AdmittedItem;
use vault_core::register::event::EventKind;
use vault_core::test_world::SeededRng;
use vault_core::transfer::copy::CopyState;
use vault_keys::directory::{Key, KeyState};
use vault_keys::key_id::KeyKind;
use vault_keys::note::KeyName;
use vault_keys::opening::{Identity, Suite};
use vault_relay::client::ClientError;

/// The next header of the shared line, written by p1: the rows as they were but for stopped keys, and this opening key
/// of p3.
fn next(office: &Office, item: &ItemHeader, reader: &Identity, seed: u64) -> ItemHeader {
    let (world, shelf) = (&office.world, office.world.shelf());
    let sender = world.member(1);
    let admitted =
        AdmittedItem::new(item.clone(), &shelf.published(), Reader::default(), world.now()).unwrap();
    let unlocked = admitted.unlock(&[&sender.opening]).unwrap();
    let directory = world.directory();
    let recipient = |key| match directory.key(key) {
        Some((_, key)) => (key.state != KeyState::Stopped).then(|| key.recipient()).flatten(),
        None => directory.recovery_key(key).and_then(|(_, key)| key.recipient()),
    };
    let rows = &item.access().value().rows;
    let mut wraps: Vec<Wrap> = rows
        .iter()
        .filter_map(|row| {
            Some(Wrap { recipient: recipient(&row.key)?, holder: row.holder, right: row.right.clone() })
        })
        .collect();
    let mine = reader.to_recipient();
    if rows.iter().all(|row| row.key != mine.key_id()) {
        wraps.push(Wrap { recipient: mine, holder: world.member(3).holder(), right: Right::Copy(1) });
    }
    let access = item.access().value();
    let place = Place::Next { seq: access.seq.unwrap() + 1, previous: item.access_hash() };
    let directory = DirectoryRef { version: world.directory().number(), hash: world.directory().hash() };
    let new = NewWraps { kept: &[], wraps: &wraps, place, directory, notes: Vec::new() };
    let name = KeyName::person(&item.org(), sender.person);
    let writer = Writer { name: &name, key: &sender.signing };
    rewrap(item, unlocked.file_key(), new, writer, &mut SeededRng::new(seed)).unwrap()
}

/// p3 gets another opening key in place of the old one, which is stopped or retired.
async fn new_key(office: &mut Office, old: KeyState) -> Identity {
    let fresh = Identity::generate(Suite::Hybrid, &mut SeededRng::new(77));
    let (public, now) = (fresh.to_recipient(), office.world.now());
    office.world.change(|persons, _| {
        let entry = &mut persons[2];
        for key in entry.keys.iter_mut().filter(|key| key.kind == KeyKind::OpeningHybrid) {
            (key.state, key.to) = (old, Some(now));
        }
        entry.keys.push(Key::active(KeyKind::OpeningHybrid, &public.public_bytes(), now));
        entry.keys.sort_by_key(|key| key.id);
    });
    let organisation = office.organisation(&[]);
    office.station(1).await.publish(&organisation).await.unwrap();
    fresh
}

fn code_of<T: std::fmt::Debug>(result: Result<T, ClientError>) -> String {
    match result {
        Err(ClientError::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

async fn sent(office: &Office) -> Sealed {
    let sealed = office.seal(1, b"text", &[office.holder(3)]);
    sealed.submit(&office.station(1).await).await;
    sealed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_waiting_item_is_wrapped_to_the_new_key() {
    let mut office = Office::open().await;
    let sealed = sent(&office).await;
    let fresh = new_key(&mut office, KeyState::Stopped).await;
    let (sender, reader) = (office.station(1).await, office.station(3).await);
    let header = next(&office, &sealed.item.header, &fresh, 5);
    let evidence = sender.replace_header(sealed.hash(), header.bytes()).await.unwrap();
    // The same again: same leaf.
    let again = sender.replace_header(sealed.hash(), header.bytes()).await.unwrap();
    assert_eq!(evidence.leaf.leaf, again.leaf.leaf);

    let shown = reader.header(sealed.hash()).await.unwrap();
    assert_eq!(shown.header.bytes(), header.bytes());
    // A demand that names the former header is told to look again.
    let member = office.world.member(3);
    let stale = demand(&office.world, member, &sealed);
    assert_eq!(code_of(reader.demand(&stale).await), "statement-mismatch");
    let access = Some(header.access_hash());
    let note = state(&office.world, member, &sealed, EventKind::Demanded, |event| event.access = access);
    let demanded = reader.demand(&note).await.unwrap().leaf.leaf.hash();
    assert!(fetch(&reader, &sealed, demanded, 0).await.unwrap() == sealed.content);
    let received = state(&office.world, member, &sealed, EventKind::Received, |event| {
        (event.access, event.refers) = (access, Some(demanded));
    });
    reader.receipt(&received).await.unwrap();
    // Nobody is served by a further one.
    let further = next(&office, &header, &fresh, 6);
    assert_eq!(code_of(sender.replace_header(sealed.hash(), further.bytes()).await), "copy-state");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn header_replaced_by_someone_else() {
    let mut office = Office::open().await;
    let sealed = sent(&office).await;
    let fresh = new_key(&mut office, KeyState::Retired).await;
    let second = next(&office, &sealed.item.header, &fresh, 5);
    // The holder, who could look at the item, and somebody who could not: the sender's own note in the hands of others.
    for (number, code) in [(3, "access-writer"), (4, "no-such-item")] {
        let by_other = office.station(number).await.replace_header(sealed.hash(), second.bytes()).await;
        assert_eq!(code_of(by_other), code);
    }
    let shown = office.station(3).await.header(sealed.hash()).await.unwrap();
    assert_eq!(shown.header.bytes(), sealed.header());
    // The sender, but with the header of another item.
    let other = office.seal(2, b"other", &[office.holder(3)]);
    let by_sender = office.station(1).await.replace_header(sealed.hash(), other.header()).await;
    assert_eq!(code_of(by_sender), "malformed-request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn header_replaced_with_a_seq_lower_skipped_or_twice() {
    let mut office = Office::open().await;
    let sealed = sent(&office).await;
    let fresh = new_key(&mut office, KeyState::Retired).await;
    let sender = office.station(1).await;
    let (second, split) =
        (next(&office, &sealed.item.header, &fresh, 5), next(&office, &sealed.item.header, &fresh, 6));
    let skipped = next(&office, &second, &fresh, 7);
    assert_eq!(code_of(sender.replace_header(sealed.hash(), skipped.bytes()).await), "access-sequence");
    sender.replace_header(sealed.hash(), second.bytes()).await.unwrap();
    assert_eq!(code_of(sender.replace_header(sealed.hash(), split.bytes()).await), "access-split");
    assert_eq!(code_of(sender.replace_header(sealed.hash(), sealed.header()).await), "access-stale");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn header_replaced_so_often_that_nobody_could_read_its_leaves() {
    let mut office = Office::open().await;
    let sealed = sent(&office).await;
    let fresh = new_key(&mut office, KeyState::Retired).await;
    let sender = office.station(1).await;
    let mut header = next(&office, &sealed.item.header, &fresh, 5);
    for seed in 6..134 {
        sender.replace_header(sealed.hash(), header.bytes()).await.unwrap();
        header = next(&office, &header, &fresh, seed);
    }
    assert_eq!(code_of(sender.replace_header(sealed.hash(), header.bytes()).await), "statements-full");
    office.station(3).await.header(sealed.hash()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn header_replaced_after_a_demand() {
    let mut office = Office::open().await;
    let sealed = sent(&office).await;
    let reader = office.station(3).await;
    let member_note = demand(&office.world, office.world.member(3), &sealed);
    let demanded = reader.demand(&member_note).await.unwrap().leaf.leaf.hash();
    let fresh = new_key(&mut office, KeyState::Retired).await;
    let header = next(&office, &sealed.item.header, &fresh, 5);
    office.station(1).await.replace_header(sealed.hash(), header.bytes()).await.unwrap();
    assert!(fetch(&reader, &sealed, demanded, 0).await.unwrap() == sealed.content);
    let note = receipt(&office.world, office.world.member(3), &sealed, demanded);
    reader.receipt(&note).await.unwrap();
    let status = office.station(1).await.status(sealed.hash()).await.unwrap();
    assert_eq!(status.copies[0].state, CopyState::Received);
}
