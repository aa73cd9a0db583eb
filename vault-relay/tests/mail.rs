//! A person who watches is told that something of his has changed, and of nothing in which he has no part.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::deciding::{proposed, release};
use common::{Office, demand};
use vault_relay::client::Watch;

/// The number behind `last`, which must come; news of the organisation may come between.
async fn after(watch: &mut Watch, last: u64) -> u64 {
    let reading = async {
        loop {
            let news = watch.next().await.unwrap().unwrap();
            if news.mail != last {
                return news.mail;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), reading).await.expect("another number")
}

async fn watch(office: &Office, number: u32) -> Watch {
    let mut watch = office.station(number).await.watch().await.unwrap();
    assert_eq!(watch.next().await.unwrap().unwrap().mail, 0, "p{number}");
    watch
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sender_and_holder_are_told_and_a_stranger_is_not() {
    let office = Office::open().await;
    let (mut sender, mut holder, mut stranger) =
        (watch(&office, 1).await, watch(&office, 3).await, watch(&office, 2).await);
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    sealed.submit(&office.station(1).await).await;
    assert_eq!((after(&mut sender, 0).await, after(&mut holder, 0).await), (1, 1));
    let reader = office.station(3).await;
    reader.demand(&demand(&office.world, office.world.member(3), &sealed)).await.unwrap();
    assert_eq!((after(&mut sender, 1).await, after(&mut holder, 1).await), (2, 2));
    // Of all this he was told nothing: what comes to him now is his first.
    office.seal(2, b"content", &[office.holder(2)]).submit(&office.station(1).await).await;
    assert_eq!((after(&mut stranger, 0).await, after(&mut sender, 2).await), (1, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clerks_deciders_and_their_deputies_are_told() {
    let office = Office::with_deciders().await;
    // p10 is p9's deputy, p4 the clerk of u2.
    let (mut decider, mut deputy, mut clerk) =
        (watch(&office, 9).await, watch(&office, 10).await, watch(&office, 4).await);
    let sealed = proposed(&office).await;
    assert_eq!((after(&mut decider, 0).await, after(&mut deputy, 0).await), (1, 1));
    release(&office, &sealed).await;
    assert_ne!(after(&mut decider, 1).await, 0);
    office.seal(5, b"content", &["u2".parse().unwrap()]).submit(&office.station(1).await).await;
    assert_eq!(after(&mut clerk, 0).await, 1);
}
