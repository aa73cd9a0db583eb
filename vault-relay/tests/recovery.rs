//! Breaks in the middle: an upload that goes on elsewhere, a crash between transaction and register.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]

mod common;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use common::Office;
use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::{Leaf, LeafHead};
use vault_core::stream::at::ReadAt;
use vault_relay::client::{ClientError, Payload, Standing, Transfer};
use vault_relay::store::disk;
use vault_relay::store::embedded::{DataFolder, Database};
use vault_relay::store::{self, NewLeaf, StoreError};

/// A spool that fails from some offset on, and counts what was read of it.
struct Failing {
    content: Vec<u8>,
    from: u64,
    read: AtomicU64,
}

impl ReadAt for Failing {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        if offset + buffer.len() as u64 > self.from {
            return Err(io::ErrorKind::Other.into());
        }
        self.read.fetch_add(buffer.len() as u64, Ordering::Relaxed);
        self.content.read_at(buffer, offset)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_submit_resumes_with_the_parts_that_are_missing() {
    const PART: u64 = 4 << 20;
    let office = Office::open().await;
    let sealed = office.seal(1, &vec![1; 18 << 20], &[office.holder(3)]);
    let length = sealed.payload().length;
    let submit = async |from: u64| {
        let spool = Arc::new(Failing { content: sealed.content.clone(), from, read: AtomicU64::new(0) });
        let payload =
            Payload { spool: Arc::clone(&spool) as Arc<dyn ReadAt + Send + Sync>, offset: 0, length };
        let client = office.station(1).await;
        let transfer = Arc::new(Transfer::default());
        let result = client.submit(sealed.hash(), sealed.header(), &payload, &transfer).await;
        (result, spool.read.load(Ordering::Relaxed), transfer.moved_bytes())
    };
    let (broken, _, _) = submit(3 * PART).await;
    assert!(matches!(broken, Err(ClientError::File(_))), "{broken:?}");
    let parts = common::files_below(&office.config.data.join("parts"));
    let (done, read, moved) = submit(u64::MAX).await;
    assert_eq!(done.unwrap().evidence.len(), 4);
    assert_eq!(moved, sealed.content.len() as u64);
    assert!(
        read <= sealed.content.len() as u64 - parts as u64 * PART,
        "{read} read again, {parts} were there"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leaf_queued_before_a_crash_is_published_on_start() {
    let mut office = Office::open().await;
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    sealed.submit(&office.station(1).await).await;
    office.stop().await;

    // What a relay leaves behind that dies between its transaction and the append.
    let event = Event {
        code: Some("test".to_owned()),
        ..Event::of_relay(office.world.root.org(), EventKind::Refused, office.world.now())
    };
    let head = LeafHead::new(event.org, event.time, None, office.config.name.parse().unwrap(), [7; 16]);
    let leaf = Leaf::of_event(&head, &event).unwrap();
    let new = NewLeaf { hash: leaf.hash(), leaf: leaf.bytes().to_vec(), label: None, copy: None, note: None };
    let database = Database::open(DataFolder::take(disk::own(), &office.config.data).unwrap()).unwrap();
    let index = store::write::<_, StoreError>(&database, |transaction| transaction.queue_leaf(&new)).unwrap();
    assert_eq!(index, 4);
    drop(database);

    office.start().await;
    let client = office.station(1).await;
    let Standing::Continues(checkpoint) = client.checkpoint(None).await.unwrap() else { panic!() };
    assert_eq!(checkpoint.checkpoint().size(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_items_and_pages_with_gapless_numbers() {
    let office = Office::open().await;
    let client = office.station(1).await;
    for seed in 0..12 {
        office.seal(seed, b"many", &[office.holder(3), office.holder(4)]).submit(&client).await;
    }
    let reader = office.station(3).await;
    let page = reader.list(vault_relay::client::Folder::In, 0).await.unwrap();
    let numbers: Vec<u64> = page.items.iter().map(|item| item.copies[0].number).collect();
    assert_eq!(numbers, (1..=12).collect::<Vec<u64>>());
}
