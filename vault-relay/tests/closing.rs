//! How a relay ends.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::Office;
use vault_relay::client::Client;

/// A client that was killed answers nothing any more, and does not say goodbye.
#[test]
fn a_client_killed_while_it_watches_holds_up_no_end() {
    let runtime =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (own, killed) = (runtime(), runtime());
    let mut office = own.block_on(Office::with(|config| config.limits.drain_seconds = 3600));
    let watching = killed.block_on(async {
        let client = Client::dial(&office.peer(), &office.world.member(3).station).await.unwrap();
        let mut watch = client.watch().await.unwrap();
        watch.next().await.unwrap().unwrap();
        (client, watch)
    });
    // Its tasks are gone with the runtime, so that nothing is sent or acknowledged from here on.
    killed.shutdown_background();
    let ended = own.block_on(async { tokio::time::timeout(Duration::from_secs(12), office.stop()).await });
    assert!(ended.is_ok(), "the relay waits for somebody who is gone");
    drop(watching);
}
