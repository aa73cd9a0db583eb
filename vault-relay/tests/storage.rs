//! What the relay does when its storage is not what it was (docs/reliability.md).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::raw::{Raw, data, encode, head};
use common::{Office, demand, fetch, files_below, kinds};
use vault_core::stream::parts::part_value;
use vault_relay::client::{ClientError, Transfer};
use vault_relay::proto::message::{Commit, Open, Part, Verb};
use vault_relay::store::embedded::hooks::as_the_relay;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_accepted_whose_parts_are_gone() {
    let office = Office::open().await;
    let raw = Raw::dial(&office).await;
    let sealed = office.seal(1, b"text", &[office.holder(3)]);
    let label = *sealed.hash().as_bytes();
    let open = encode(&Open { header: sealed.header().to_vec().into() });
    let length = vault_core::stream::ContentLen::new(sealed.content.len() as u64).unwrap();
    let value = part_value(length, 0, &sealed.content).unwrap();
    let part = encode(&Part {
        upload: label.into(),
        index: 0,
        length: u32::try_from(sealed.content.len()).unwrap(),
        chaining: (*value.as_bytes()).into(),
    });
    let commit = encode(&Commit { upload: label.into() });
    assert!(raw.say(&[head(Verb::Open), open].concat()).await.unwrap().is_none());
    assert!(raw.say(&[head(Verb::Part), part, data(&sealed.content)].concat()).await.unwrap().is_none());
    // Somebody clears the folder of parts while the relay runs.
    let parts = office.config.data.join("parts").join(sealed.hash().to_string());
    std::fs::remove_file(parts.join("0")).unwrap();
    assert_eq!(raw.code(&[&head(Verb::Commit), &commit]).await, "parts-missing");
    // Sent again, it is accepted: the note of the part went with it.
    let client = office.station(1).await;
    sealed.submit(&client).await;
    assert_eq!(files_below(&parts), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_parts_are_named_and_the_others_served() {
    let mut office = Office::open().await;
    let (sender, reader) = (office.station(1).await, office.station(3).await);
    let sealed = office.seal(1, &vec![7; 9 << 20], &[office.holder(3)]);
    sealed.submit(&sender).await;
    let note = demand(&office.world, office.world.member(3), &sealed);
    let leaf = reader.demand(&note).await.unwrap().leaf.leaf.hash();
    // One bit, in the middle of the second of three parts.
    let folder = office.config.data.join("parts").join(sealed.hash().to_string());
    let mut bytes = std::fs::read(folder.join("1")).unwrap();
    bytes[2 << 20] ^= 0x10;
    std::fs::write(folder.join("1"), &bytes).unwrap();

    // Not a byte of a damaged block leaves the relay: the reply breaks off, and from then on it says why.
    assert!(fetch(&reader, &sealed, leaf, 0).await.is_err());
    let code = |result: Result<Vec<u8>, ClientError>| match result {
        Err(ClientError::Refused { code, reason, .. }) => (code, reason),
        other => panic!("{other:?}"),
    };
    for _ in 0..2 {
        let (code, reason) = code(fetch(&reader, &sealed, leaf, 0).await);
        assert_eq!(code, "payload-damaged");
        assert!(reason.starts_with("parts 1 of 3 "), "{reason}");
    }
    // It is out of the way, to be looked at; the other parts stay and are served.
    assert!(!folder.join("1").exists());
    let aside = office.config.data.join("parts/damaged").join(format!("{}-1", sealed.hash()));
    assert!(std::fs::read(aside).unwrap() == bytes);
    let sink = std::sync::Mutex::new(Vec::new());
    let two = 8_u64 << 20;
    let length = sealed.content.len() as u64;
    reader.fetch(sealed.hash(), leaf, two, length, &sink, &Transfer::default()).await.unwrap();
    // Everybody who has a part in the item is told, under a leaf entered once.
    for client in [&sender, &reader] {
        let status = client.status(sealed.hash()).await.unwrap();
        assert_eq!(kinds(&status.evidence).iter().filter(|kind| **kind == "spoilt").count(), 1);
    }
    // Nobody signs any more for what cannot be served, also after a restart.
    office.stop().await;
    office.start().await;
    let reader = office.station(3).await;
    let again = common::state(
        &office.world,
        office.world.member(3),
        &sealed,
        vault_core::register::event::EventKind::Demanded,
        |event| {
            event.time = event.time.plus_seconds(1);
        },
    );
    let refused = reader.demand(&again).await;
    assert!(matches!(refused, Err(ClientError::Refused { code, .. }) if code == "payload-damaged"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_to_be_removed_and_was_accepted_since_stays() {
    let mut office = Office::open().await;
    let kept = office.seal(1, b"kept", &[office.holder(3)]);
    let other = office.seal(2, b"other", &[office.holder(3)]);
    let sender = office.station(1).await;
    kept.submit(&sender).await;
    other.submit(&sender).await;
    office.stop().await;
    // An earlier upload of the same item was given up, and the relay ended before it removed the parts.
    let database = rusqlite::Connection::open(office.config.data.join("relay.sqlite")).unwrap();
    as_the_relay(&database).unwrap();
    let label = *kept.hash().as_bytes();
    assert_eq!(database.execute("INSERT INTO removal (name) VALUES (?1)", [&label[..]]).unwrap(), 1);
    drop(database);
    office.start().await;
    // The receipt of the other goes through the list before it is answered.
    let reader = office.station(3).await;
    let note = demand(&office.world, office.world.member(3), &other);
    let leaf = reader.demand(&note).await.unwrap().leaf.leaf.hash();
    fetch(&reader, &other, leaf, 0).await.unwrap();
    reader.receipt(&common::receipt(&office.world, office.world.member(3), &other, leaf)).await.unwrap();
    let parts = |sealed: &common::Sealed| {
        files_below(&office.config.data.join("parts").join(sealed.hash().to_string()))
    };
    assert_eq!((parts(&kept), parts(&other)), (1, 0));
    let note = demand(&office.world, office.world.member(3), &kept);
    let leaf = reader.demand(&note).await.unwrap().leaf.leaf.hash();
    assert_eq!(fetch(&reader, &kept, leaf, 0).await.unwrap(), kept.content);
}
