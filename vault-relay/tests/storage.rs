//! What the relay does when its storage is not what it was (docs/reliability.md).
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::raw::{Raw, data, encode, head};
use common::{Office, files_below};
use vault_core::stream::parts::part_value;
use vault_relay::proto::message::{Commit, Open, Part, Verb};

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
        label: label.into(),
        index: 0,
        length: u32::try_from(sealed.content.len()).unwrap(),
        chaining: (*value.as_bytes()).into(),
    });
    let commit = encode(&Commit { label: label.into() });
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
