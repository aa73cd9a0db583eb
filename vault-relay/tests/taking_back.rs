//! Copies given back by their holders and called back by the sender.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Office, Sealed, fetch, files_below, kinds, state};
use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::LeafHash;
use vault_core::register::returned::ReturnReason;
use vault_core::transfer::copy::CopyState;
use vault_core::transfer::item::ItemState;
use vault_keys::note::Signed;
use vault_relay::client::{Client, ClientError, Folder};

const DAY: i64 = 24 * 3600;

fn code<T: std::fmt::Debug>(result: Result<T, ClientError>) -> String {
    match result {
        Err(ClientError::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

fn recall(office: &Office, number: u32, sealed: &Sealed, copy: u32) -> Signed<Event> {
    state(&office.world, office.world.member(number), sealed, EventKind::Recalled, |event| {
        event.copy = Some(copy);
    })
}

fn give_back(office: &Office, number: u32, sealed: &Sealed, copy: u32) -> Signed<Event> {
    state(&office.world, office.world.member(number), sealed, EventKind::Returned, |event| {
        (event.copy, event.code) = (Some(copy), Some(ReturnReason::NotForMe.word().to_owned()));
    })
}

/// p3 and p4 hold copies 1 and 2.
fn of_copy(
    office: &Office,
    number: u32,
    sealed: &Sealed,
    kind: EventKind,
    refers: Option<LeafHash>,
) -> Signed<Event> {
    state(&office.world, office.world.member(number), sealed, kind, |event| {
        (event.copy, event.refers) = (Some(number - 2), refers);
    })
}

fn demand(office: &Office, number: u32, sealed: &Sealed) -> Signed<Event> {
    of_copy(office, number, sealed, EventKind::Demanded, None)
}

fn receipt(office: &Office, number: u32, sealed: &Sealed, leaf: LeafHash) -> Signed<Event> {
    of_copy(office, number, sealed, EventKind::Received, Some(leaf))
}

async fn copies(client: &Client, sealed: &Sealed) -> Vec<CopyState> {
    client.status(sealed.hash()).await.unwrap().copies.iter().map(|copy| copy.state).collect()
}

fn stored_parts(office: &Office) -> usize {
    files_below(&office.config.data.join("parts"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recall_takes_back_what_nobody_has_demanded_and_nothing_else() {
    let office = Office::open().await;
    let sealed = office.seal(1, b"content", &[office.holder(3), office.holder(4)]);
    let sender = office.station(1).await;
    sealed.submit(&sender).await;
    let (first, second) = (office.station(3).await, office.station(4).await);
    // p4 has signed for his; p3 has only been shown the header.
    let leaf = second.demand(&demand(&office, 4, &sealed)).await.unwrap();
    first.header(sealed.hash()).await.unwrap();

    let entered = sender.statement(&recall(&office, 1, &sealed, 1)).await.unwrap();
    assert_eq!(code(sender.statement(&recall(&office, 1, &sealed, 2)).await), "copy-state");
    assert_eq!(copies(&sender, &sealed).await, [CopyState::Recalled, CopyState::Demanded]);
    // The same again has its leaf; another one finds nothing left to call back.
    assert_eq!(
        sender.statement(&recall(&office, 1, &sealed, 1)).await.unwrap().leaf,
        entered.leaf,
        "signed by the same key at the same second it is the same note"
    );
    office.clock.forward(1);
    let later = state(&office.world, office.world.member(1), &sealed, EventKind::Recalled, |event| {
        (event.copy, event.time) = (Some(1), event.time.plus_seconds(1));
    });
    assert_eq!(code(sender.statement(&later).await), "copy-state");

    // Whose copy it was is served nothing more and sees why; the other goes on.
    assert_eq!(code(first.header(sealed.hash()).await), "copy-state");
    assert_eq!(code(first.demand(&demand(&office, 3, &sealed)).await), "copy-state");
    assert_eq!(kinds(&first.status(sealed.hash()).await.unwrap().evidence).last(), Some(&"recalled"));
    let leaf = leaf.leaf.leaf.hash();
    assert!(fetch(&second, &sealed, leaf, 0).await.unwrap() == sealed.content);
    second.receipt(&receipt(&office, 4, &sealed, leaf)).await.unwrap();
    assert_eq!(copies(&sender, &sealed).await, [CopyState::Recalled, CopyState::Received]);
    assert_eq!(stored_parts(&office), 0, "the last of them has ended");
    assert_eq!(code(sender.statement(&recall(&office, 1, &sealed, 2)).await), "copy-state");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recall_is_the_senders_and_of_copies_that_travel() {
    let office = Office::open().await;
    let sealed = office.seal(1, b"content", &[office.holder(3), office.holder(4)]);
    let sender = office.station(1).await;
    sealed.submit(&sender).await;
    for copy in [0, 3] {
        assert_eq!(code(sender.statement(&recall(&office, 1, &sealed, copy)).await), "statement-mismatch");
    }
    // A holder calls nobody's copy back, not even his own; a stranger finds no item.
    let holder = office.station(3).await;
    for copy in [1, 2] {
        assert_eq!(code(holder.statement(&recall(&office, 3, &sealed, copy)).await), "statement-kind");
    }
    assert_eq!(
        code(office.station(5).await.statement(&recall(&office, 5, &sealed, 1)).await),
        "no-such-item"
    );
    assert_eq!(copies(&sender, &sealed).await, [CopyState::Available; 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_decision_is_withdrawn_and_not_recalled() {
    let office = Office::with_deciders().await;
    let sealed = common::deciding::proposed(&office).await;
    let sender = office.station(1).await;
    assert_eq!(code(sender.statement(&recall(&office, 1, &sealed, 1)).await), "item-state");
    assert_eq!(sender.status(sealed.hash()).await.unwrap().state, ItemState::Proposed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_given_back_by_its_holder_before_or_after_the_demand() {
    let office = Office::open().await;
    let sealed = office.seal(1, b"content", &[office.holder(3), office.holder(4)]);
    let sender = office.station(1).await;
    sealed.submit(&sender).await;
    let (first, second) = (office.station(3).await, office.station(4).await);
    assert_eq!(code(first.statement(&give_back(&office, 3, &sealed, 2)).await), "statement-mismatch");
    assert_eq!(code(sender.statement(&give_back(&office, 1, &sealed, 1)).await), "statement-mismatch");
    first.statement(&give_back(&office, 3, &sealed, 1)).await.unwrap();

    let leaf = second.demand(&demand(&office, 4, &sealed)).await.unwrap();
    let leaf = leaf.leaf.leaf.hash();
    second.statement(&give_back(&office, 4, &sealed, 2)).await.unwrap();
    assert_eq!(copies(&sender, &sealed).await, [CopyState::Returned; 2]);
    assert_eq!(stored_parts(&office), 0);
    // What was given back is neither fetched nor signed for any more, nor called back.
    assert_eq!(code(fetch(&second, &sealed, leaf, 0).await), "no-demand");
    let late = receipt(&office, 4, &sealed, leaf);
    assert_eq!(code(second.receipt(&late).await), "copy-state");
    assert_eq!(code(sender.statement(&recall(&office, 1, &sealed, 2)).await), "copy-state");
    // The sender reads why.
    let status = sender.status(sealed.hash()).await.unwrap();
    let why: Vec<_> = status
        .evidence
        .iter()
        .filter_map(|one| one.leaf.leaf.signed::<Event>().ok()?.value().return_reason())
        .collect();
    assert_eq!(why, [ReturnReason::NotForMe; 2]);
    assert_eq!(first.list(Folder::In, 0).await.unwrap().items[0].copies[0].state, CopyState::Returned);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_statements_leave_room_to_take_a_copy_back() {
    let office = Office::open().await;
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    let sender = office.station(1).await;
    sealed.submit(&sender).await;
    let holder = office.station(3).await;
    let said = |second: i64| {
        state(&office.world, office.world.member(3), &sealed, EventKind::Opened, |event| {
            (event.copy, event.time) = (Some(1), event.time.plus_seconds(-second));
        })
    };
    for second in 0..64 {
        holder.statement(&said(second)).await.unwrap();
    }
    assert_eq!(code(holder.statement(&said(64)).await), "statements-full");
    // Counted for each person; and what ends a copy is always taken.
    holder.statement(&give_back(&office, 3, &sealed, 1)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keep_until_and_not_before_go_by_the_relays_clock() {
    let mut office = Office::open().await;
    let now = office.world.now();
    let mut draft = office.world.draft(&[3, 4]);
    (draft.not_before, draft.keep_until) = (Some(now.plus_seconds(DAY)), Some(now.plus_seconds(3 * DAY)));
    let sealed = office.seal_draft(1, b"content", &draft);
    let sender = office.station(1).await;
    sealed.submit(&sender).await;
    let (first, second) = (office.station(3).await, office.station(4).await);
    assert_eq!(code(first.header(sealed.hash()).await), "not-released");
    assert_eq!(code(first.demand(&demand(&office, 3, &sealed)).await), "not-released");
    office.clock.forward(2 * DAY);
    first.header(sealed.hash()).await.unwrap();
    let of_then = |member| {
        state(&office.world, member, &sealed, EventKind::Demanded, |event| {
            event.time = event.time.plus_seconds(2 * DAY);
        })
    };
    let leaf = first.demand(&of_then(office.world.member(3))).await.unwrap().leaf.leaf.hash();
    // The last day passes: what was demanded runs on, the other copy expires, and its header is shown no more.
    office.clock.forward(2 * DAY);
    assert_eq!(code(second.header(sealed.hash()).await), "copy-state");
    office.stop().await;
    office.start().await;
    let (sender, first, second) = (office.station(1).await, office.station(3).await, office.station(4).await);
    // The relay goes through its list as it starts, while it serves already.
    for _ in 0..100 {
        if copies(&sender, &sealed).await[1] == CopyState::Expired {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(copies(&sender, &sealed).await, [CopyState::Demanded, CopyState::Expired]);
    assert_eq!(code(second.header(sealed.hash()).await), "copy-state");
    assert!(fetch(&first, &sealed, leaf, 0).await.unwrap() == sealed.content);
    let signed = state(&office.world, office.world.member(3), &sealed, EventKind::Received, |event| {
        (event.refers, event.time) = (Some(leaf), event.time.plus_seconds(4 * DAY));
    });
    first.receipt(&signed).await.unwrap();
    assert_eq!(copies(&sender, &sealed).await, [CopyState::Received, CopyState::Expired]);
    assert_eq!(stored_parts(&office), 0);
}
