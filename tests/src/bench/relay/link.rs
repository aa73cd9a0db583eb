//! One file over lines that are long, or lose packets: `vault send` beside `scp` and `rsync`, between two hosts.
//!
//! Each as a whole command: connections, keys and all. What arrived is durable when it ends.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use super::super::files::{Files, remove};
use super::super::measure::Runs;
use super::super::office::Office;
use super::super::shaped::{Joined, Shape};
use super::super::{machine, programs};
use super::Options;
use super::peers::Ssh;
use crate::recipes::Failure;

const ROUND_TRIPS_MS: [u64; 3] = [5, 50, 200];
/// Of so many packets one is lost: none, 0.1 %, 1 %.
const LOSSES: [(u32, &str); 3] = [(0, "0"), (1000, "0.1 %"), (100, "1 %")];
const RATE: u64 = 100_000_000;
/// A command that takes longer is ended, and counts as this.
const PATIENCE: Duration = Duration::from_secs(240);
const ADDRESS: &str = "10.99.0.2:7443";

pub(super) fn run(options: &Options) -> Result<String, Failure> {
    let [vault, relay] = programs::build()?;
    let folder = tempfile::Builder::new().prefix("bench-relay-").tempdir_in(&options.dir)?;
    let joined = Joined::new(shape(0, 0), 1)?;
    let office = Office::found_at(folder.path(), &vault, &relay, ADDRESS)?;
    let serving = office.serve_on(&joined.far)?;
    let ssh = Ssh::start_on(folder.path(), &joined.far)?;
    let plain = Files::new(folder.path()).random("plain", options.link_mib)?;
    let bench = Bench { joined: &joined, office: &office, ssh: &ssh, folder: folder.path(), plain: &plain };

    let load = machine::load();
    let mut rows = String::new();
    let (mut seed, mut behind) = (1, Vec::new());
    for (one_lost_of, loss) in LOSSES {
        for round_trip in ROUND_TRIPS_MS {
            let mut runs = <[Runs; 4]>::default();
            for _ in 0..options.rounds {
                bench.round(shape(round_trip, one_lost_of), seed, &mut runs)?;
                seed += 2;
            }
            let medians @ [scp, rsync, vault, _] = runs.each_ref().map(Runs::median);
            let ratio = vault / scp.min(rsync);
            let cells: Vec<String> = medians.into_iter().map(seconds).collect();
            writeln!(rows, "| {loss} | {round_trip} ms | {} | {ratio:.2} |", cells.join(" | "))?;
            if one_lost_of > 0 && ratio >= 1.0 {
                behind.push(format!("{loss} at {round_trip} ms"));
            }
        }
    }
    drop((ssh, serving));
    office.close()?;
    let verdict = match behind.is_empty() {
        true => "reached".to_owned(),
        false => format!("**missed** with {}", behind.join(", ")),
    };
    let (mib, rounds) = (options.link_mib, options.rounds);
    Ok(format!(
        "{mib} MiB over a line of {} Mbit/s each way that drops what would wait longer than 100 ms; {rounds} rounds, median \
         wall time of the whole command. TCP is under Cubic, and so is `vault` unless it is set otherwise; the ratio is \
         `vault send` to the better of `scp` and `rsync`.\n\n\
         | lost | round trip | `scp`, then `sync` | `rsync --fsync` | `vault send` | with BBR | ratio |\n\
         |---|---|---|---|---|---|---|\n{rows}\n\
         Goal: ahead wherever packets are lost ({verdict}).\n\n\
         {}; load {load} at the start; `cargo xtask bench-relay --only link --link-mib {mib} --rounds {rounds}`, as root.",
        RATE / 1_000_000,
        machine::describe(),
    ))
}

fn shape(round_trip_ms: u64, one_lost_of: u32) -> Shape {
    Shape { round_trip: Duration::from_millis(round_trip_ms), one_lost_of, rate: RATE }
}

fn seconds(median: f64) -> String {
    match median < PATIENCE.as_secs_f64() {
        true => format!("{median:.2} s"),
        false => format!("over {} s", PATIENCE.as_secs()),
    }
}

struct Bench<'a> {
    joined: &'a Joined,
    office: &'a Office,
    ssh: &'a Ssh,
    folder: &'a Path,
    plain: &'a Path,
}

impl Bench<'_> {
    /// Each contender once, all over the same line with the same losses.
    fn round(&self, shape: Shape, seed: u64, runs: &mut [Runs; 4]) -> Result<(), Failure> {
        let arrived = self.folder.join("arrived");
        let lines = [
            self.ssh.scp(self.plain, &arrived),
            self.ssh.rsync(self.plain, &arrived),
            self.office.send(self.plain),
            self.office.send(self.plain).under("VAULT_CONGESTION", "bbr"),
        ];
        for (line, runs) in lines.into_iter().zip(runs) {
            self.joined.set(shape, seed);
            let line = line.on(&self.joined.near);
            runs.add(line.measure_within(PATIENCE, &self.folder.join("time"))?);
            remove(&arrived)?;
        }
        Ok(())
    }
}
