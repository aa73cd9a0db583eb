//! The whole way of an item through a real relay on loopback: submit, list, header, demand, fetch, receipt, status.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]

mod common;

use common::{Office, demand, fetch, files_below, kinds, receipt, state};
use vault_core::opening::AdmittedItem;
use vault_core::register::event::EventKind;
use vault_core::stream::{Progress, Work};
use vault_core::transfer::copy::CopyState;
use vault_core::transfer::item::ItemState;
use vault_relay::client::{ClientError, Folder, Standing};

const BIG: usize = 9 << 20;

fn plaintext() -> Vec<u8> {
    (0..BIG).map(|at| (at * 7 % 251) as u8).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn submitted_listed_demanded_fetched_received_and_opened() {
    let office = Office::open().await;
    let (sender, reader) = (office.station(1).await, office.station(3).await);
    let plaintext = plaintext();
    let sealed = office.seal(1, &plaintext, &[office.holder(3)]);

    let acceptance = sealed.submit(&sender).await;
    assert_eq!(kinds(&acceptance.evidence), ["label", "accepted", "released", "available"]);
    // The chain of leaves of the item has no gap.
    for pair in acceptance.evidence.windows(2) {
        assert_eq!(pair[1].leaf.leaf.head().previous, Some(pair[0].leaf.leaf.hash()));
    }

    let page = reader.list(Folder::In, 0).await.unwrap();
    assert_eq!(page.next, None);
    let [listed] = page.items.as_slice() else { panic!("{page:?}") };
    assert_eq!(listed.hash(), sealed.hash());
    assert_eq!((listed.state, listed.copies[0].state), (ItemState::Released, CopyState::Available));
    assert_eq!((listed.copies[0].no, listed.copies[0].number), (1, 1));
    assert_eq!(sender.list(Folder::Sent, 0).await.unwrap().items.len(), 1);
    assert!(office.station(2).await.list(Folder::In, 0).await.unwrap().items.is_empty());

    let shown = reader.header(sealed.hash()).await.unwrap();
    assert_eq!(shown.header.bytes(), sealed.header());
    assert_eq!(kinds(&shown.evidence), ["label", "accepted", "released", "available", "shown"]);
    // Shown once more, entered once.
    assert_eq!(reader.header(sealed.hash()).await.unwrap().evidence.len(), 5);

    let member = office.world.member(3);
    let note = demand(&office.world, member, &sealed);
    let demanded = reader.demand(&note).await.unwrap();
    let again = reader.demand(&note).await.unwrap();
    assert_eq!(demanded.leaf.leaf, again.leaf.leaf);
    let leaf = demanded.leaf.leaf.hash();
    let content = fetch(&reader, &sealed, leaf, 0).await.unwrap();
    assert!(content == sealed.content);
    // From any offset: the first part's end, the last byte, the end itself.
    for from in [4 << 20, sealed.content.len() as u64 - 1, sealed.content.len() as u64] {
        let rest = fetch(&reader, &sealed, leaf, from).await.unwrap();
        assert!(rest.get(from as usize..).unwrap_or_default() == &sealed.content[from as usize..]);
    }

    let (shelf, keys) = (office.world.shelf(), [member.opening.to_recipient().key_id()]);
    let admitted = AdmittedItem::new(
        shown.header,
        &shelf.published(),
        vault_core::admission::Reader::new(&keys),
        office.world.now(),
    )
    .unwrap();
    let unlocked = admitted.unlock(&[&member.opening]).unwrap();
    let (opened, progress) = (std::sync::Mutex::new(Vec::new()), Progress::new());
    unlocked.open_payload(&content, &opened, &Work::new(&progress)).unwrap();
    assert!(opened.into_inner().unwrap() == plaintext);

    assert!(files_below(&office.config.data.join("parts")) >= 3);
    let received = receipt(&office.world, member, &sealed, leaf);
    let first = reader.receipt(&received).await.unwrap();
    let again = reader.receipt(&received).await.unwrap();
    assert_eq!(first.leaf.leaf, again.leaf.leaf);
    assert_eq!(files_below(&office.config.data.join("parts")), 0, "the payload goes with the last receipt");
    let opened = state(&office.world, member, &sealed, EventKind::Opened, |_| {});
    reader.statement(&opened).await.unwrap();

    let status = sender.status(sealed.hash()).await.unwrap();
    assert_eq!(status.copies[0].state, CopyState::Received);
    assert_eq!(status.copies[0].person, Some(member.person));
    assert_eq!(
        kinds(&status.evidence),
        ["label", "accepted", "released", "available", "shown", "demanded", "received", "removed", "opened"]
    );
    for pair in status.evidence.windows(2) {
        assert_eq!(pair[1].leaf.leaf.head().previous, Some(pair[0].leaf.leaf.hash()));
    }
    assert_eq!(reader.status(sealed.hash()).await.unwrap().evidence.len(), 9);
    let gone = fetch(&reader, &sealed, leaf, 0).await;
    assert!(matches!(gone, Err(ClientError::Refused { code, .. }) if code == "no-demand"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_keeps_everything() {
    let mut office = Office::open().await;
    let sealed = office.seal(2, b"short", &[office.holder(3)]);
    let client = office.station(1).await;
    let before = sealed.submit(&client).await;
    let Standing::Continues(checkpoint) = client.checkpoint(None).await.unwrap() else { panic!() };
    office.stop().await;
    office.start().await;

    let client = office.station(1).await;
    // The same submit again gets the same leaves.
    let after = sealed.submit(&client).await;
    let leaves = |acceptance: &vault_relay::client::Acceptance| {
        acceptance.evidence.iter().map(|one| one.leaf.leaf.hash()).collect::<Vec<_>>()
    };
    assert_eq!(leaves(&before), leaves(&after));
    let reader = office.station(3).await;
    let demanded = reader.demand(&demand(&office.world, office.world.member(3), &sealed)).await.unwrap();
    let content = fetch(&reader, &sealed, demanded.leaf.leaf.hash(), 0).await.unwrap();
    assert!(content == sealed.content);
    let standing = client.checkpoint(Some(&checkpoint)).await.unwrap();
    assert!(matches!(standing, Standing::Continues(newer) if newer.checkpoint().size() == 5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_copy_is_received_by_its_clerk_and_damage_makes_it_available_again() {
    let office = Office::open().await;
    let unit = vault_core::test_world::unit_no(2).into();
    let sealed = office.seal(3, b"for the unit", &[unit]);
    sealed.submit(&office.station(1).await).await;
    let clerk = office.station(4).await;
    let member = office.world.member(4);
    assert_eq!(clerk.list(Folder::In, 0).await.unwrap().items.len(), 1);

    let first = clerk.demand(&demand(&office.world, member, &sealed)).await.unwrap().leaf.leaf.hash();
    let damaged =
        state(&office.world, member, &sealed, EventKind::Damaged, |event| event.refers = Some(first));
    clerk.statement(&damaged).await.unwrap();
    let status = clerk.status(sealed.hash()).await.unwrap();
    assert_eq!(status.copies[0].state, CopyState::Available);
    assert!(fetch(&clerk, &sealed, first, 0).await.is_err());

    let note = state(&office.world, member, &sealed, EventKind::Demanded, |event| {
        event.time = event.time.plus_seconds(1);
    });
    let second = clerk.demand(&note).await.unwrap().leaf.leaf.hash();
    assert!(fetch(&clerk, &sealed, second, 0).await.unwrap() == sealed.content);
    clerk.receipt(&receipt(&office.world, member, &sealed, second)).await.unwrap();
}

/// A long item goes over several connections, and over one where the relay gives a station no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_item_needs_no_more_than_one_connection() {
    for most in [1, 2, 16] {
        let office = Office::with(|config| config.limits.connections_per_station = most).await;
        let sealed = office.seal(1, &vec![7; 21 << 20], &[office.holder(3)]);
        let sender = office.station(1).await;
        sealed.submit(&sender).await;
        let reader = office.station(3).await;
        let demanded = reader.demand(&demand(&office.world, office.world.member(3), &sealed)).await.unwrap();
        let content = fetch(&reader, &sealed, demanded.leaf.leaf.hash(), 0).await.unwrap();
        assert!(content == sealed.content);
    }
}
