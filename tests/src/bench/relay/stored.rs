//! What a relay costs that has much stored: an acceptance as items become more, and the start.

use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use super::Options;
use super::accept::{CLIENTS, seal, submit};
use super::office::Office;
use crate::bench::machine;
use crate::recipes::Failure;

/// Items under way per client while the relay is filled.
const DEPTH: usize = 16;
/// Items sealed and handed in at a time; what the last of a step took is its figure.
const STEP: usize = 1000;
/// Each step is measured when so many are stored.
const FIRST: usize = 1000;
const TIMES: usize = 10;
const PLAINTEXT_LEN: usize = 1 << 10;
const START_GOAL: f64 = 2.0;
/// The last step may cost so much of the first and still be called flat.
const FLAT_GOAL: f64 = 1.5;
const STARTS: usize = 3;

pub(super) fn run(options: &Options) -> Result<String, Failure> {
    fs::create_dir_all(&options.dir)?;
    let folder = tempfile::Builder::new().prefix("bench-relay-").tempdir_in(&options.dir)?;
    let office = Office::found_for(folder.path(), options.stored)?;
    let load = machine::load();
    let serving = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let asking = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut rows = String::new();
    let (mut seed, mut stored, mut next) = (0, 0, FIRST.min(options.stored));
    let mut costs = Vec::new();
    let relay = serving.block_on(office.serve())?;
    while stored < options.stored {
        let count = STEP.min(options.stored - stored);
        let items = seal(&office, count, PLAINTEXT_LEN, &mut seed);
        let processor = processor_time()?;
        let round = asking.block_on(async {
            let mut clients = Vec::new();
            for _ in 0..CLIENTS {
                clients.push(office.dial(&relay).await?);
            }
            submit(clients, items, DEPTH).await
        })?;
        stored += count;
        if stored < next {
            continue;
        }
        next = next.saturating_mul(TIMES).min(options.stored);
        let each = (processor_time()? - processor).as_secs_f64() * 1e3 / count as f64;
        costs.push(each);
        let rate = count as f64 / round.wall.as_secs_f64();
        writeln!(rows, "| {stored} | {rate:.0} | {each:.2} ms |")?;
    }
    serving.block_on(relay.shutdown());

    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let relay = serving.block_on(office.serve())?;
        let served = asking.block_on(async {
            let client = office.dial(&relay).await?;
            client.list(vault_relay::client::Folder::Sent, 0).await?;
            let took = begun.elapsed();
            client.close().await;
            Ok::<_, Failure>(took)
        })?;
        starts.push(served.as_secs_f64());
        serving.block_on(relay.shutdown());
    }
    starts.sort_by(f64::total_cmp);
    let start = starts.get(STARTS / 2).copied().unwrap_or(f64::NAN);
    let growth = costs.last().zip(costs.first()).map_or(f64::NAN, |(last, first)| last / first);
    let verdict = |good: bool| if good { "reached" } else { "**missed**" };
    Ok(format!(
        "Items of 1 KiB from {CLIENTS} clients, {DEPTH} under way at each; the last {STEP} before each line.\n\n\
         | stored | acceptances per second | processor time of both ends for each |\n|---|---|---|\n{rows}\n\
         Start with {stored} stored items, until a client has its first answer, median of {STARTS}: {start:.2} s.\n\n\
         Goals: start in {start:.2} s, under {START_GOAL} ({}); an acceptance among the last costs {growth:.2} of one among the \
         first, at most {FLAT_GOAL} ({}).\n\n\
         {}; load {load} at the start; `cargo xtask bench-relay --only stored --stored {}`.",
        verdict(start < START_GOAL),
        verdict(growth <= FLAT_GOAL),
        machine::describe(),
        options.stored,
    ))
}

/// Processor time of this process so far.
fn processor_time() -> Result<Duration, Failure> {
    /// The unit of these fields on Linux (`getconf CLK_TCK`).
    const PER_SECOND: u64 = 100;
    let text = fs::read_to_string("/proc/self/stat")?;
    // Fields 14 and 15; the name before them may hold spaces.
    let fields = text.rsplit_once(')').ok_or("/proc/self/stat has another form")?.1;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    let ticks: u64 = ticks.sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 1000 / PER_SECOND))
}
