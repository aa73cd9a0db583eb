//! A disk that fails, at every step of an acceptance, and works again: one relay lives through all of it
//! (docs/reliability.md, "A disk that fails").
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::Arc;

use common::{Office, demand, fetch};
use vault_core::disk::power_cut::{Plan, TestDisk};
use vault_relay::client::{ClientError, Folder, Standing, Transfer};
use vault_relay::server::{Clock, Relay};

const EIO: i32 = 5;
const EMFILE: i32 = 24;
const ENOSPC: i32 = 28;
const EROFS: i32 = 30;

/// What a disk does from a step on, with an error.
type Failing = fn(u64, i32) -> Plan;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_error_at_every_step_has_its_code_and_needs_no_restart() {
    let mut office = Office::open().await;
    office.stop().await;
    let disk = TestDisk::below(office.config.data.parent().unwrap()).unwrap();
    let clock = Arc::clone(&office.clock) as Arc<dyn Clock>;
    office.relay = Some(Relay::start_on(office.config.clone(), clock, disk.clone()).await.unwrap());
    let (sender, reader) = (office.station(1).await, office.station(3).await);
    let plans: [(Failing, i32, &str); 6] = [
        (Plan::FailFrom, ENOSPC, "relay-full"),
        (Plan::FailFrom, EROFS, "relay-full"),
        (Plan::FailFrom, EIO, "relay-storage"),
        (Plan::FailFrom, EMFILE, "relay-busy"),
        (Plan::ShortFrom, ENOSPC, "relay-full"),
        (Plan::ShortFrom, EIO, "relay-storage"),
    ];
    let (mut items, mut failures, mut last) = (Vec::new(), 0, None);
    for (plan, error, expected) in plans {
        for step in 0.. {
            let item = office.seal(items.len() as u64, &[7; 3000], &[office.holder(3)]);
            let transfer = Arc::new(Transfer::default());
            disk.plan(plan(step, error));
            let submitted = sender.submit(item.hash(), item.header(), &item.payload(), &transfer).await;
            disk.plan(Plan::Work);
            let done = match submitted {
                Ok(_) => true,
                Err(ClientError::Refused { code, retry, .. }) => {
                    assert_eq!(code, expected, "error {error} from step {step} on");
                    assert!(retry.is_some(), "{code} says that it is worth trying again");
                    false
                }
                Err(other) => panic!("error {error} from step {step} on: {other:?}"),
            };
            // The disk works again, and so does the relay.
            let accepted = item.submit(&sender).await;
            last = accepted.evidence.last().map(|evidence| evidence.leaf.checkpoint.clone()).or(last);
            items.push(item);
            if done {
                assert!(step > 3, "so few steps cannot be all");
                break;
            }
            failures += 1;
        }
    }
    assert!(failures > 80, "{failures}");
    // One acceptance each, all under one register, and every item with its data.
    let mut listed = Vec::new();
    let mut page = sender.list(Folder::Sent, 0).await.unwrap();
    loop {
        listed.extend(page.items);
        let Some(next) = page.next else { break };
        page = sender.list(Folder::Sent, next).await.unwrap();
    }
    assert_eq!(listed.len(), items.len());
    for item in &items {
        let demanded = reader.demand(&demand(&office.world, office.world.member(3), item)).await.unwrap();
        let bytes = fetch(&reader, item, demanded.leaf.leaf.hash(), 0).await.unwrap();
        assert!(bytes == item.content);
    }
    let standing = sender.checkpoint(last.as_ref()).await.unwrap();
    assert!(matches!(standing, Standing::Continues(_)));
    office.stop().await;
    office.start().await;
    let standing = office.station(1).await.checkpoint(last.as_ref()).await.unwrap();
    assert!(matches!(standing, Standing::Continues(_)));
}
