//! Durable acceptances of small items from eight clients, beside one file write with a sync for each.
//!
//! An acceptance is everything from `open` to evidence under a published checkpoint. Items are sealed beforehand. The
//! peer writes as many files of the same size, one after another, each with one sync: it keeps neither names nor order,
//! checks nothing and signs nothing.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use vault_core::item::LabelHash;
use vault_core::stream::ContentLen;
use vault_relay::client::{Client, Payload, Transfer};

use super::Options;
use super::office::Office;
use crate::bench::machine;
use crate::recipes::Failure;

pub(super) const CLIENTS: usize = 8;
const PLAINTEXT_LEN: usize = 20 << 10;
/// Items that one client has under way at once.
const DEPTHS: [usize; 3] = [1, 4, 16];
const GOAL: f64 = 3.0;

/// A sealed item on its way.
pub(super) struct Sealed {
    label: LabelHash,
    header: Vec<u8>,
    payload: Payload,
}

/// What a round of acceptances took.
pub(super) struct Round {
    pub(super) wall: Duration,
    latencies: Vec<Duration>,
}

pub(super) fn run(options: &Options) -> Result<String, Failure> {
    fs::create_dir_all(&options.dir)?;
    let folder = tempfile::Builder::new().prefix("bench-relay-").tempdir_in(&options.dir)?;
    let office = Office::found(folder.path())?;
    let load = machine::load();
    let mut seed = 0;
    let mut rows = String::new();
    let mut best: f64 = 0.0;
    // Relay and clients on threads of their own, as on machines of their own.
    let serving = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let asking = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let relay = serving.block_on(office.serve())?;
    for depth in DEPTHS {
        let items = seal(&office, options.items, PLAINTEXT_LEN, &mut seed);
        let before = files(folder.path(), options.items)?;
        let round = asking.block_on(async {
            let mut clients = Vec::new();
            for _ in 0..CLIENTS {
                clients.push(office.dial(&relay).await?);
            }
            submit(clients, items, depth).await
        })?;
        let after = files(folder.path(), options.items)?;
        let peer = f64::midpoint(before, after);
        let rate = options.items as f64 / round.wall.as_secs_f64();
        best = best.max(rate / peer);
        writeln!(
            rows,
            "| {depth} | {rate:.0} | {peer:.0} | {:.2} | {:.1} ms | {:.1} ms |",
            rate / peer,
            round.at(50),
            round.at(99),
        )?;
    }
    serving.block_on(relay.shutdown());
    let verdict = if best >= GOAL { "reached" } else { "**missed**" };
    Ok(format!(
        "{} items of 20 KiB from {CLIENTS} clients, each with its own connection.\n\n\
         | items under way per client | acceptances per second | file writes with a sync per second | ratio | p50 | p99 |\n\
         |---|---|---|---|---|---|\n{rows}\n\
         Goal: {best:.2} of a file write with a sync, at least {GOAL} ({verdict}).\n\n\
         {}; load {load} at the start; `cargo xtask bench-relay --items {}`.",
        options.items,
        machine::describe(),
        options.items,
    ))
}

impl Round {
    /// The latency below which this part of the acceptances lies, in milliseconds.
    fn at(&self, per_cent: usize) -> f64 {
        let place = self.latencies.len() * per_cent / 100;
        self.latencies.get(place).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1e3)
    }
}

/// Seals so many items of this length.
pub(super) fn seal(office: &Office, count: usize, length: usize, seed: &mut u64) -> Vec<Sealed> {
    let draft = office.world.draft(&[3]);
    let plaintext = vec![b'x'; length];
    let one = |_| {
        *seed += 1;
        let sealed = office.world.seal(&draft, &plaintext, *seed);
        let length = ContentLen::new(sealed.content.len() as u64).expect("a short content");
        Sealed {
            label: sealed.header.label_hash(),
            header: sealed.header.bytes().to_vec(),
            payload: Payload { spool: Arc::new(sealed.content), offset: 0, length },
        }
    };
    (0..count).map(one).collect()
}

/// Has all of them accepted, so many under way at once at each client.
pub(super) async fn submit(clients: Vec<Client>, items: Vec<Sealed>, depth: usize) -> Result<Round, Failure> {
    let queue = Arc::new(Mutex::new(VecDeque::from(items)));
    let latencies = Arc::new(Mutex::new(Vec::new()));
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for client in clients.iter().flat_map(|client| std::iter::repeat_n(client, depth)) {
        let (client, queue, latencies) = (client.clone(), Arc::clone(&queue), Arc::clone(&latencies));
        running.spawn(async move {
            loop {
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some(item) = next else { return Ok(()) };
                let begun = Instant::now();
                let transfer = Arc::new(Transfer::default());
                client.submit(item.label, &item.header, &item.payload, &transfer).await?;
                latencies.lock().unwrap_or_else(PoisonError::into_inner).push(begun.elapsed());
            }
        });
    }
    while let Some(ended) = running.join_next().await {
        ended?.map_err(|error: vault_relay::client::ClientError| error)?;
    }
    let wall = begun.elapsed();
    for client in clients {
        client.close().await;
    }
    let mut latencies = std::mem::take(&mut *latencies.lock().unwrap_or_else(PoisonError::into_inner));
    latencies.sort_unstable();
    Ok(Round { wall, latencies })
}

/// File writes with one sync each, per second.
fn files(folder: &Path, count: usize) -> Result<f64, Failure> {
    let folder = tempfile::tempdir_in(folder)?;
    let bytes = vec![b'x'; PLAINTEXT_LEN];
    let begun = Instant::now();
    for number in 0..count {
        let mut file = File::create_new(folder.path().join(number.to_string()))?;
        file.write_all(&bytes)?;
        file.sync_all()?;
    }
    Ok(count as f64 / begun.elapsed().as_secs_f64())
}
