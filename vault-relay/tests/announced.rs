//! Items whose parts go ahead of their header (docs/relay-protocol.md, "announce").
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::Arc;

use common::raw::{Raw, encode, head};
use common::{Office, Sealed, demand, fetch, files_below};
use tokio::sync::mpsc::unbounded_channel;
use vault_core::item::ItemId;
use vault_core::level::Level;
use vault_core::sealing::Draft;
use vault_core::term::Term;
use vault_relay::client::{Client, ClientError, Transfer};
use vault_relay::proto::message::{Announce, Commit, Verb};

/// Three parts.
fn long() -> Vec<u8> {
    (0..9_u32 << 18).flat_map(u32::to_le_bytes).collect()
}

/// Sends these parts of an item ahead.
async fn ahead(client: &Client, sealed: &Sealed, parts: &[u64]) -> Result<u64, ClientError> {
    let (tell, told) = unbounded_channel();
    for &index in parts {
        tell.send((index, sealed.item.parts[usize::try_from(index).unwrap()])).unwrap();
    }
    drop(tell);
    let (label, transfer) = (sealed.label(), Arc::new(Transfer::default()));
    client.send_ahead(label.item, label.level, &sealed.payload(), told, &transfer).await?;
    Ok(transfer.moved_bytes())
}

fn announce(item: ItemId, level: &str, length: u64) -> Vec<u8> {
    let announce = Announce { item: item.to_string(), level: level.to_owned(), length };
    [head(Verb::Announce), encode(&announce)].concat()
}

fn code<T: std::fmt::Debug>(result: Result<T, ClientError>) -> String {
    match result {
        Err(ClientError::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_sent_ahead_are_the_items_and_only_the_others_are_sent() {
    let mut office = Office::open().await;
    let (sender, reader) = (office.station(1).await, office.station(3).await);
    let sealed = office.seal(1, &long(), &[office.holder(3)]);
    let moved = ahead(&sender, &sealed, &[2, 0]).await.unwrap();
    assert_eq!(files_below(&office.config.data.join("parts")), 2);
    assert!(moved > 4 << 20);
    // The relay remembers them over a restart, and nothing is offered to anybody.
    assert!(reader.list(vault_relay::client::Folder::In, 0).await.unwrap().items.is_empty());
    office.stop().await;
    office.start().await;
    let (sender, reader) = (office.station(1).await, office.station(3).await);
    sealed.submit(&sender).await;
    assert_eq!(files_below(&office.config.data.join("parts")), 3);
    let demanded = reader.demand(&demand(&office.world, office.world.member(3), &sealed)).await.unwrap();
    let content = fetch(&reader, &sealed, demanded.leaf.leaf.hash(), 0).await.unwrap();
    assert!(content == sealed.content);
    // The same submit again gets the same answer, and needs no part.
    let again = sealed.submit(&sender).await;
    assert_eq!(again.evidence.len(), 4);
    assert_eq!(files_below(&office.config.data.join("parts")), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn top_secret_is_refused_before_a_byte_comes() {
    let office = Office::open().await;
    let raw = Raw::dial(&office).await;
    let item = office.seal(1, b"x", &[office.holder(3)]).label().item;
    for level in ["top-secret", "", "geheim", "绝密"] {
        assert_eq!(raw.code(&[&announce(item, level, 9 << 20)]).await, "top-secret", "{level:?}");
    }
    assert_eq!(raw.code(&[&announce(item, "internal", 3)]).await, "malformed-request");
    assert_eq!(raw.say(&announce(item, "internal", 9 << 20)).await.unwrap(), None);
    assert_eq!(raw.code(&[&announce(item, "internal", 10 << 20)]).await, "malformed-request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_announced_upload_is_its_senders_and_nothing_without_a_header() {
    let office = Office::open().await;
    let (sender, other) = (office.station(1).await, office.station(4).await);
    let sealed = office.seal(1, &long(), &[office.holder(3)]);
    ahead(&sender, &sealed, &[0, 1, 2]).await.unwrap();
    // Whoever announces the same item has an upload of his own.
    let (tell, told) = unbounded_channel();
    drop(tell);
    let item = sealed.label().item;
    other.send_ahead(item, Level::Internal, &sealed.payload(), told, &Arc::default()).await.unwrap();
    assert_eq!(files_below(&office.config.data.join("parts")), 3);
    // Not opened, it is committed by nobody: not by whoever announced it, nor by anybody else.
    let name = vault_relay::store::PartsName::announced("p1".parse().unwrap(), item);
    let commit = [head(Verb::Commit), encode(&Commit { upload: (*name.as_bytes()).into() })].concat();
    for number in [1, 4] {
        let raw = Raw::dial_as(&office, &office.world.member(number).station).await;
        assert_eq!(raw.code(&[&commit]).await, "no-such-upload");
    }
    sealed.submit(&sender).await;
    let raw = Raw::dial(&office).await;
    assert_eq!(raw.code(&[&commit]).await, "no-such-upload", "committed, it is asked for by its label");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_of_another_content_never_become_an_item() {
    let office = Office::open().await;
    let sender = office.station(1).await;
    let first = office.seal(1, &long(), &[office.holder(3)]);
    // Another label of the same item, with content of the same length.
    let mut draft = Draft::new("另一份", "内部", &[office.holder(3)]);
    draft.term = Some(Term::Years(1));
    let mut text = long();
    text[7] ^= 1;
    let second = office.seal_draft(1, &text, &draft);
    assert_eq!((first.label().item, first.content.len()), (second.label().item, second.content.len()));
    ahead(&sender, &first, &[0, 1, 2]).await.unwrap();
    let transfer = Arc::new(Transfer::default());
    let submitted = sender.submit(second.hash(), second.header(), &second.payload(), &transfer).await;
    assert_eq!(code(submitted), "content-mismatch");
    assert_eq!(files_below(&office.config.data.join("parts")), 0, "wrong parts are not kept");
    second.submit(&sender).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn announced_uploads_count_among_those_under_way() {
    let office = Office::open().await;
    let raw = Raw::dial(&office).await;
    let most = office.config.limits.uploads_per_sender;
    let item = |seed| office.seal(seed, b"x", &[office.holder(3)]).label().item;
    for seed in 0..most {
        assert_eq!(raw.say(&announce(item(seed), "internal", 9 << 20)).await.unwrap(), None);
    }
    assert_eq!(raw.code(&[&announce(item(most), "internal", 9 << 20)]).await, "relay-busy");
    // One more of what was announced before is none more.
    assert_eq!(raw.say(&announce(item(0), "internal", 9 << 20)).await.unwrap(), None);
}
