//! The power goes between any two steps of the order of writes (docs/reliability.md, "Order of writes").
//!
//! A relay runs on a disk that forgets what was not synced. Clients submit, demand, fetch and give receipts until it is cut
//! off; then another relay starts on what is left, and what the clients were told is held against it. Chance decides
//! what becomes of unsynced bytes and names; each kind of step is cut at least [`LEAST`] times, and more often with
//! `VAULT_POWER_CUTS=N`.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

use common::{Office, Sealed, demand, fetch, receipt};
use tokio::task::JoinSet;
use vault_core::disk::power_cut::{Plan, TestDisk, kind};
use vault_core::item::LabelHash;
use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::{LeafBody, LeafHash};
use vault_core::transfer::copy::CopyState;
use vault_relay::client::{Client, Evidence, Folder, Standing, Transfer};

/// How often each kind of step is cut at least.
const LEAST: u64 = 1;

/// What the clients were told, as evidence of leaves, and on what they went on.
#[derive(Default)]
struct Told {
    accepted: BTreeMap<LabelHash, Vec<Evidence>>,
    demanded: BTreeMap<LabelHash, Evidence>,
    received: BTreeMap<LabelHash, Evidence>,
}

/// A relay that has never been used, to be copied for each cut, and items for it.
struct Prepared {
    office: Office,
    items: Arc<Vec<Sealed>>,
}

impl Prepared {
    async fn new() -> Self {
        let mut office = Office::open().await;
        office.stop().await;
        let to = [office.holder(3)];
        let small = (0..3).map(|seed| office.seal(seed, &[7; 3000], &to));
        // And one of two parts.
        let items = small.chain([office.seal(9, &[9; (4 << 20) + 5000], &to)]).collect();
        Self { office, items: Arc::new(items) }
    }

    /// Begins on a copy of the prepared relay; answers the disk, and what it was told until the power went.
    async fn run(&mut self, folder: &Path, plan: Plan) -> (TestDisk, Told) {
        copy(self.office.config.data.parent().unwrap(), folder);
        let disk = TestDisk::below(folder).unwrap();
        self.start(folder, disk.clone()).await;
        disk.plan(plan);
        let (sender, reader) = (self.office.station(1).await, self.office.station(3).await);
        let told = Arc::new(Mutex::new(Told::default()));
        let mut submitting = JoinSet::new();
        for place in 0..self.items.len() {
            let (client, items, told) = (sender.clone(), Arc::clone(&self.items), Arc::clone(&told));
            submitting.spawn(async move {
                let item = &items[place];
                let transfer = Arc::new(Transfer::default());
                let accepted = client.submit(item.hash(), item.header(), &item.payload(), &transfer).await;
                if let Ok(accepted) = accepted {
                    told.lock().unwrap().accepted.insert(item.hash(), accepted.evidence);
                }
            });
        }
        while submitting.join_next().await.is_some() {}
        // Two are fetched, one of them to the receipt: its payload goes.
        for item in &self.items[..2] {
            let Some(demanded) = self.demand(&reader, item).await else { continue };
            let leaf = demanded.leaf.leaf.hash();
            told.lock().unwrap().demanded.insert(item.hash(), demanded);
            let fetched = fetch(&reader, item, leaf, 0).await;
            if item.hash() == self.items[0].hash() && fetched.is_ok_and(|bytes| bytes == item.content) {
                let world = &self.office.world;
                if let Ok(received) = reader.receipt(&receipt(world, world.member(3), item, leaf)).await {
                    told.lock().unwrap().received.insert(item.hash(), received);
                }
            }
        }
        self.office.stop().await;
        let told = std::mem::take(&mut *told.lock().unwrap());
        (disk, told)
    }

    async fn demand(&self, reader: &Client, item: &Sealed) -> Option<Evidence> {
        let world = &self.office.world;
        reader.demand(&demand(world, world.member(3), item)).await.ok()
    }

    async fn start(&mut self, folder: &Path, disk: TestDisk) {
        let mut config = self.office.config.clone();
        for path in [&mut config.data, &mut config.keys, &mut config.guard] {
            *path = folder.join(path.file_name().unwrap());
        }
        let clock = Arc::clone(&self.office.clock) as Arc<dyn vault_relay::server::Clock>;
        self.office.relay = Some(vault_relay::server::Relay::start_on(config, clock, disk).await.unwrap());
    }

    /// Starts on what is left and holds it against what was told.
    async fn check(&mut self, folder: &Path, told: &Told, what: &str) {
        self.start(folder, TestDisk::default()).await;
        let (sender, reader) = (self.office.station(1).await, self.office.station(3).await);
        let leaves = |evidence: &[Evidence]| -> Vec<LeafHash> {
            evidence.iter().map(|one| one.leaf.leaf.hash()).collect()
        };
        // The register continues every checkpoint that anybody was shown.
        let shown =
            told.accepted.values().flatten().chain(told.demanded.values()).chain(told.received.values());
        for evidence in shown {
            let standing = sender.checkpoint(Some(&evidence.leaf.checkpoint)).await.unwrap();
            assert!(matches!(standing, Standing::Continues(_)), "{what}: a published checkpoint is gone");
        }
        // Nothing that nobody submitted, and nothing twice; what is there has its data.
        let sent = sender.list(Folder::Sent, 0).await.unwrap().items;
        let labels: BTreeSet<LabelHash> = sent.iter().map(|listed| listed.hash()).collect();
        assert_eq!(labels.len(), sent.len(), "{what}: an item twice");
        for (label, accepted) in &told.accepted {
            assert!(labels.contains(label), "{what}: an acknowledged item is gone");
            let status = sender.status(*label).await.unwrap();
            let there = leaves(&status.evidence);
            assert!(leaves(accepted).iter().all(|leaf| there.contains(leaf)), "{what}: another acceptance");
            let said = told.demanded.get(label).into_iter().chain(told.received.get(label));
            for evidence in said {
                assert!(there.contains(&evidence.leaf.leaf.hash()), "{what}: an entered statement is gone");
            }
        }
        for item in self.items.iter().filter(|item| labels.contains(&item.hash())) {
            let status = sender.status(item.hash()).await.unwrap();
            let events: Vec<Event> = status.evidence.iter().filter_map(event).collect();
            let of = |kind| events.iter().filter(|event| event.kind == kind).count();
            assert!(of(EventKind::Received) <= of(EventKind::Demanded), "{what}: a receipt without a demand");
            if status.copies[0].state == CopyState::Received {
                assert_eq!(of(EventKind::Received), 1, "{what}");
                continue;
            }
            let demanded = self.demand(&reader, item).await.unwrap();
            let bytes = fetch(&reader, item, demanded.leaf.leaf.hash(), 0).await;
            assert!(bytes.is_ok_and(|bytes| bytes == item.content), "{what}: accepted without its data");
        }
        // Whoever was not answered asks again and gets the one answer there is.
        for item in self.items.iter() {
            let accepted = item.submit(&sender).await;
            if let Some(before) = told.accepted.get(&item.hash()) {
                assert_eq!(leaves(before), leaves(&accepted.evidence), "{what}: another answer");
            }
        }
        assert_eq!(sender.list(Folder::Sent, 0).await.unwrap().items.len(), self.items.len(), "{what}");
        self.office.stop().await;
    }
}

fn event(evidence: &Evidence) -> Option<Event> {
    match evidence.leaf.leaf.body() {
        LeafBody::Event(event) => Some(event.clone()),
        LeafBody::Note(_) => Some(evidence.leaf.leaf.signed::<Event>().ok()?.value().clone()),
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        if path.is_dir() {
            std::fs::create_dir_all(to.join(&name)).unwrap();
            copy(&path, &to.join(name));
        } else {
            std::fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_power_goes_at_every_kind_of_step_and_nothing_acknowledged_is_lost() {
    let mut prepared = Prepared::new().await;
    let whole = tempfile::tempdir().unwrap();
    let (disk, told) = prepared.run(whole.path(), Plan::Work).await;
    assert_eq!((told.accepted.len(), told.demanded.len(), told.received.len()), (4, 2, 1));
    let mut kinds = BTreeMap::<String, u64>::new();
    for step in disk.steps() {
        *kinds.entry(kind(&step)).or_default() += 1;
    }
    assert!(kinds.len() > 30, "{kinds:?}");
    let asked = std::env::var("VAULT_POWER_CUTS").ok().and_then(|least| least.parse().ok());
    let least = asked.unwrap_or(LEAST);
    let (mut runs, mut answers) = (0_u64, 0);
    for (aim, places) in &kinds {
        let (mut cut, mut missed) = (0, 0);
        while cut < least {
            let (folder, found) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
            // From the middle on, when there is something to lose; there are not as many of a kind in each run.
            let others = (places / 2 + cut * 5) % places;
            let plan = Plan::CutBefore(aim.clone(), others.saturating_sub(missed));
            let (disk, told) = prepared.run(folder.path(), plan).await;
            if !disk.is_off() {
                missed += 1;
                assert!(missed < 20, "`{aim}` is not hit");
                continue;
            }
            disk.survivors(found.path(), runs).unwrap();
            answers += told.accepted.len() + told.demanded.len() + told.received.len();
            prepared.check(found.path(), &told, &format!("cut {runs} before `{aim}`, {others}")).await;
            (cut, runs) = (cut + 1, runs + 1);
        }
    }
    eprintln!("{runs} cuts, {least} before each of {} kinds of steps; {answers} answers held", kinds.len());
}
