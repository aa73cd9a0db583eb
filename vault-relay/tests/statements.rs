//! Whose statement is taken, when, and what repeating it does.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Office, demand, fetch, receipt, state};
use vault_core::register::event::EventKind;
use vault_core::transfer::copy::CopyState;
use vault_relay::client::ClientError;

const DAY: i64 = 24 * 3600;

fn code<T: std::fmt::Debug>(result: Result<T, ClientError>) -> String {
    match result {
        Err(ClientError::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_is_reported_of_ones_own_demand_only() {
    let mut office = Office::open().await;
    office.world.change(|_, units| {
        let clerk = vault_keys::numbers::PersonNo::new(3).unwrap();
        units[1].clerks.insert(0, clerk);
    });
    office.station(1).await.publish(&office.world.organisation()).await.unwrap();
    let sealed = office.seal(1, b"for the unit", &[vault_core::test_world::unit_no(2).into()]);
    sealed.submit(&office.station(1).await).await;
    let (first, second) = (office.station(3).await, office.station(4).await);
    let (member, colleague) = (office.world.member(3), office.world.member(4));

    let leaf = first.demand(&demand(&office.world, member, &sealed)).await.unwrap().leaf.leaf.hash();
    let damaged = |member, refers| {
        state(&office.world, member, &sealed, EventKind::Damaged, |event| event.refers = refers)
    };
    assert_eq!(code(second.statement(&damaged(colleague, Some(leaf))).await), "no-demand");
    // Without naming a demand he says that the header was of no use to him: nobody's demand ends by that.
    second.statement(&damaged(colleague, None)).await.unwrap();
    let status = first.status(sealed.hash()).await.unwrap();
    assert_eq!((status.copies[0].state, status.copies[0].person), (CopyState::Demanded, Some(member.person)));
    assert!(fetch(&first, &sealed, leaf, 0).await.unwrap() == sealed.content);
    first.receipt(&receipt(&office.world, member, &sealed, leaf)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_entered_once_gets_its_leaf_however_late_it_is_repeated() {
    let office = Office::open().await;
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    sealed.submit(&office.station(1).await).await;
    let (reader, member) = (office.station(3).await, office.world.member(3));
    let demand = demand(&office.world, member, &sealed);
    let leaf = reader.demand(&demand).await.unwrap().leaf.leaf.hash();
    let receipt = receipt(&office.world, member, &sealed, leaf);
    let entered = reader.receipt(&receipt).await.unwrap().leaf;

    // The answers were lost, and the station comes back after a long weekend.
    office.clock.forward(3 * DAY);
    assert_eq!(reader.demand(&demand).await.unwrap().leaf.leaf.hash(), leaf);
    assert_eq!(reader.receipt(&receipt).await.unwrap().leaf.index, entered.index);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_signed_without_a_connection_is_entered_days_later_but_never_ahead_of_time() {
    let office = Office::open().await;
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    sealed.submit(&office.station(1).await).await;
    let (reader, member) = (office.station(3).await, office.world.member(3));
    let opened = |days: i64| {
        state(&office.world, member, &sealed, EventKind::Opened, |event| {
            event.time = event.time.plus_seconds(days * DAY);
        })
    };
    reader.statement(&opened(-5)).await.unwrap();
    assert_eq!(code(reader.statement(&opened(2)).await), "statement-time");
}
