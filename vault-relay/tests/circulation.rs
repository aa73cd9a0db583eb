//! Copies that are passed on along the scope, each reader signing over to the next, with content brought again once the relay
//! keeps it no more.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::Arc;

use common::{Office, Sealed, fetch, files_below, kinds, state};
use vault_core::admission::{Passed, Reader, passed};
use vault_core::item::ItemHeader;
use vault_core::opening::AdmittedItem;
use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::LeafHash;
use vault_core::rewrap::Rewrapper;
use vault_core::scope::Ascending;
use vault_core::test_world::SeededRng;
use vault_core::transfer::copy::CopyState;
use vault_keys::note::Signed;
use vault_relay::client::{Client, ClientError, Folder, Transfer};

fn code<T: std::fmt::Debug>(result: Result<T, ClientError>) -> String {
    match result {
        Err(ClientError::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

/// An item by p1 whose scope is p2 to p4 and whose one copy is p3's; p3 has received it, and the relay keeps no content.
async fn received(office: &Office) -> Sealed {
    let mut draft = office.world.draft(&[3]);
    draft.scope = Ascending::of([2, 3, 4].map(|number| office.holder(number)));
    let sealed = office.seal_draft(1, &vec![7; 5 << 20], &draft);
    sealed.submit(&office.station(1).await).await;
    receive(office, &sealed, &sealed.item.header, 3).await;
    assert_eq!(stored_parts(office), 0);
    sealed
}

/// Looks, signs, fetches and signs for it.
async fn receive(office: &Office, sealed: &Sealed, header: &ItemHeader, who: u32) -> ItemHeader {
    let (client, member) = (office.station(who).await, office.world.member(who));
    let shown = client.header(sealed.hash()).await.unwrap();
    assert_eq!(shown.header.bytes(), header.bytes(), "p{who}");
    let of = |kind, refers| {
        state(&office.world, member, sealed, kind, |event| {
            (event.access, event.refers) = (Some(header.access_hash()), refers);
        })
    };
    let leaf = client.demand(&of(EventKind::Demanded, None)).await.unwrap().leaf.leaf.hash();
    assert!(fetch(&client, sealed, leaf, 0).await.unwrap() == sealed.content);
    client.receipt(&of(EventKind::Received, Some(leaf))).await.unwrap();
    shown.header
}

fn signs_over(office: &Office, sealed: &Sealed, by: u32, to: u32) -> Signed<Event> {
    let to = Some(office.holder(to));
    state(&office.world, office.world.member(by), sealed, EventKind::Passed, |event| event.to = to)
}

/// The header with which `by` passes the copy on.
fn pass(office: &Office, header: &ItemHeader, by: u32, statement: &Signed<Event>) -> ItemHeader {
    let (shelf, member) = (office.world.shelf(), office.world.member(by));
    let keys = [member.opening.to_recipient().key_id()];
    let now = office.world.now();
    let item = AdmittedItem::new(header.clone(), &shelf.published(), Reader::new(&keys), now).unwrap();
    let item = item.unlock(&[&member.opening]).unwrap();
    let directory = shelf.in_force.directory();
    let rewrapper = Rewrapper::new(member.person, &member.signing, &[&member.opening], directory);
    rewrapper.pass(&item, statement, &mut SeededRng::new(u64::from(by))).unwrap().header
}

async fn bring(client: &Client, header: &ItemHeader, sealed: &Sealed) -> Result<LeafHash, ClientError> {
    let evidence = client.bring(header, &sealed.payload(), &Arc::new(Transfer::default())).await?;
    Ok(evidence.leaf.leaf.hash())
}

fn stored_parts(office: &Office) -> usize {
    files_below(&office.config.data.join("parts"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_goes_along_the_scope_and_its_content_is_brought_again() {
    let mut office = Office::open().await;
    let sealed = received(&office).await;
    let holder = office.station(3).await;
    let second = pass(&office, &sealed.item.header, 3, &signs_over(&office, &sealed, 3, 4));
    // Nothing is there to offer: it comes with its content, and the next reader is offered the same copy.
    assert_eq!(code(holder.replace_header(sealed.hash(), second.bytes()).await), "payload-gone");
    let leaf = bring(&holder, &second, &sealed).await.unwrap();
    assert_eq!(stored_parts(&office), 2);
    // Asked again, in either way, it answers with the same leaf.
    assert_eq!(bring(&holder, &second, &sealed).await.unwrap(), leaf);
    let again = holder.replace_header(sealed.hash(), second.bytes()).await.unwrap();
    assert_eq!(again.leaf.leaf.hash(), leaf);

    office.stop().await;
    office.start().await;
    let next = office.station(4).await;
    let listed = next.list(Folder::In, 0).await.unwrap().items;
    let copies: Vec<_> = listed[0].copies.iter().map(|copy| (copy.no, copy.number, copy.state)).collect();
    assert_eq!(copies, [(1, 1, CopyState::Available)]);
    let shown = receive(&office, &sealed, &second, 4).await;
    assert_eq!(stored_parts(&office), 0, "nobody waits for it any more");
    // He reads it by the note of whoever passed it on, as by file.
    let (shelf, member) = (office.world.shelf(), office.world.member(4));
    let keys = [member.opening.to_recipient().key_id()];
    let admitted =
        AdmittedItem::new(shown, &shelf.published(), Reader::new(&keys), office.world.now()).unwrap();
    admitted.unlock(&[&member.opening]).unwrap();

    // And so on to the last of the scope.
    let third = pass(&office, &second, 4, &signs_over(&office, &sealed, 4, 2));
    bring(&next, &third, &sealed).await.unwrap();
    receive(&office, &sealed, &third, 2).await;
    let way = passed(&shelf.published(), sealed.label(), sealed.hash(), third.notes());
    assert_eq!(way.len(), 2);
    assert_eq!(way[1], Passed { copy: 1, to: office.world.member(2).person });
    // The sender sees every hand, whoever holds the copy those of that copy; a stranger nothing.
    let status = office.station(1).await.status(sealed.hash()).await.unwrap();
    let hands: Vec<_> = status.copies.iter().map(|copy| (copy.no, copy.holder, copy.state)).collect();
    let expected = [3, 4, 2].map(|number| (1, office.holder(number), CopyState::Received));
    assert_eq!(hands, expected);
    assert_eq!(kinds(&status.evidence).iter().filter(|kind| **kind == "passed").count(), 2);
    assert_eq!(office.station(3).await.status(sealed.hash()).await.unwrap().copies.len(), 1);
    assert_eq!(code(office.station(5).await.status(sealed.hash()).await), "no-such-item");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_content_is_kept_nothing_is_brought() {
    let office = Office::open().await;
    let mut draft = office.world.draft(&[3, 4]);
    draft.scope = Ascending::of([2, 3, 4].map(|number| office.holder(number)));
    let sealed = office.seal_draft(1, b"content", &draft);
    sealed.submit(&office.station(1).await).await;
    let holder = office.station(3).await;
    let second = pass(&office, &sealed.item.header, 3, &signs_over(&office, &sealed, 3, 2));
    // He has not received it yet.
    assert_eq!(code(holder.replace_header(sealed.hash(), second.bytes()).await), "copy-state");
    receive(&office, &sealed, &sealed.item.header, 3).await;
    holder.replace_header(sealed.hash(), second.bytes()).await.unwrap();
    receive(&office, &sealed, &second, 2).await;
    // The other copy still waits, by the shared header.
    let other = office.station(4).await;
    assert_eq!(other.header(sealed.hash()).await.unwrap().header.bytes(), sealed.header());
    assert_eq!(stored_parts(&office), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passed_by_nobody_but_its_holder_and_to_nobody_outside_the_scope() {
    let office = Office::open().await;
    let sealed = received(&office).await;
    let holder = office.station(3).await;
    let first = &sealed.item.header;
    // Outside the scope; and back to the sender, who is not in it either.
    let outside = pass(&office, first, 3, &signs_over(&office, &sealed, 3, 5));
    assert_eq!(code(bring(&holder, &outside, &sealed).await), "row-right");
    // Somebody else's header, and somebody else's signature in one's own.
    let second = pass(&office, first, 3, &signs_over(&office, &sealed, 3, 4));
    assert_eq!(code(bring(&office.station(1).await, &second, &sealed).await), "access-writer");
    assert_eq!(code(bring(&office.station(4).await, &second, &sealed).await), "no-such-item");
    assert_eq!(code(bring(&office.station(5).await, &second, &sealed).await), "no-such-item");
    let forged = pass(&office, first, 3, &signs_over(&office, &sealed, 2, 4));
    assert_eq!(code(bring(&holder, &forged, &sealed).await), "row-right");
    // Not cleared any more.
    assert_eq!(stored_parts(&office), 0);
    // Passed once, it is out of his hands: no second reader, and whoever had it does not get it again.
    bring(&holder, &second, &sealed).await.unwrap();
    let twice = pass(&office, first, 3, &signs_over(&office, &sealed, 3, 2));
    assert_eq!(code(holder.replace_header(sealed.hash(), twice.bytes()).await), "copy-state");
    receive(&office, &sealed, &second, 4).await;
    let back = pass(&office, &second, 4, &signs_over(&office, &sealed, 4, 3));
    assert_eq!(code(bring(&office.station(4).await, &back, &sealed).await), "copy-state");
    let status = office.station(1).await.status(sealed.hash()).await.unwrap();
    assert_eq!(status.copies.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passed_to_somebody_who_is_not_cleared_any_more() {
    let mut office = Office::open().await;
    let sealed = received(&office).await;
    let second = pass(&office, &sealed.item.header, 3, &signs_over(&office, &sealed, 3, 4));
    office.world.change(|persons, _| persons[3].clearance = vault_keys::directory::Clearance::None);
    office.publish().await;
    assert_eq!(code(bring(&office.station(3).await, &second, &sealed).await), "holder-clearance");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_that_is_brought_again_counts_for_whoever_brought_it() {
    let office = Office::with(|config| config.limits.kept_per_sender = 1).await;
    let sealed = received(&office).await;
    let holder = office.station(3).await;
    let second = pass(&office, &sealed.item.header, 3, &signs_over(&office, &sealed, 3, 4));
    bring(&holder, &second, &sealed).await.unwrap();
    // The sender has his room, whatever others bring of his.
    let mut draft = office.world.draft(&[3]);
    draft.scope = Ascending::of([2, 3, 4].map(|number| office.holder(number)));
    let other = office.seal_draft(2, &[8; 5000], &draft);
    other.submit(&office.station(1).await).await;
    receive(&office, &other, &other.item.header, 3).await;
    // The holder has used up his own.
    let next = pass(&office, &other.item.header, 3, &signs_over(&office, &other, 3, 4));
    assert_eq!(code(bring(&holder, &next, &other).await), "quota-full");
    receive(&office, &sealed, &second, 4).await;
    bring(&holder, &next, &other).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn content_that_is_another_is_no_consignment() {
    let office = Office::open().await;
    let sealed = received(&office).await;
    let other = office.seal(2, &vec![8; 5 << 20], &[office.holder(3)]);
    let second = pass(&office, &sealed.item.header, 3, &signs_over(&office, &sealed, 3, 4));
    let holder = office.station(3).await;
    let wrong = holder.bring(&second, &other.payload(), &Arc::new(Transfer::default())).await;
    assert_eq!(code(wrong), "content-mismatch");
    assert_eq!(stored_parts(&office), 0);
    assert_eq!(office.station(4).await.list(Folder::In, 0).await.unwrap().items.len(), 0);
    bring(&holder, &second, &sealed).await.unwrap();
    receive(&office, &sealed, &second, 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_was_passed_on_is_called_back_from_its_last_holder() {
    let office = Office::open().await;
    let sealed = received(&office).await;
    let second = pass(&office, &sealed.item.header, 3, &signs_over(&office, &sealed, 3, 4));
    bring(&office.station(3).await, &second, &sealed).await.unwrap();
    let sender = office.station(1).await;
    sender
        .statement(&state(&office.world, office.world.member(1), &sealed, EventKind::Recalled, |_| {}))
        .await
        .unwrap();
    let states: Vec<_> =
        sender.status(sealed.hash()).await.unwrap().copies.iter().map(|copy| copy.state).collect();
    assert_eq!(states, [CopyState::Received, CopyState::Recalled]);
    assert_eq!(stored_parts(&office), 0);
}
