//! A directory of many people: verified cold, kept up to date over the wire.
//!
//! Cold is a process that has nothing in memory: `vault keys show` of one person reads the cached file, verifies every
//! signature, entry and rule of it, and prints. Over the wire a real relay in this process serves a client that has the
//! same directory, and then one in which one entry changed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use vault::home::Home;
use vault::trust;
use vault_core::test_world::SeededRng;
use vault_keys::directory::Organisation;
use vault_keys::station::StationKey;
use vault_relay::card::RelayCard;
use vault_relay::client::{Client, Peer};
use vault_relay::server::{self, Config, NewRelay, Relay, SystemClock};

use super::Options;
use crate::bench::crowd::Crowd;
use crate::bench::machine;
use crate::bench::measure::{Line, Runs};
use crate::bench::programs;
use crate::recipes::Failure;

/// What is asked: the whole directory verified cold, in seconds.
const COLD_GOAL: f64 = 1.0;
/// And what one changed entry may cost on the wire, in KiB.
const CHANGE_GOAL_KIB: u64 = 64;

pub(super) fn run(options: &Options) -> Result<String, Failure> {
    let [vault, _] = programs::build()?;
    let folder = tempfile::Builder::new().prefix("bench-keys-").tempdir()?;
    let station = StationKey::generate(&mut SeededRng::new(8));
    let (config, card) = relay(folder.path())?;
    let made = vault::clock::now().plus_seconds(-3600);
    let mut crowd = Crowd::found(options.people, std::slice::from_ref(&station), Some(&card), made)?;
    let first = crowd.first()?;
    let next = crowd.with_one_changed(&first)?;
    let load = machine::load();

    let whole = cold(&vault, folder.path(), &first, options)?;
    let library = in_process(&first.encode(), options)?;
    let wire = over_the_wire(config, &station, &first, &next)?;

    let verdict = |good: bool| if good { "reached" } else { "**missed**" };
    let kib = wire.changed.div_ceil(1024);
    let mut table = String::new();
    writeln!(
        table,
        "{} people, three keys each; the file has {} MiB.\n",
        options.people,
        first.encode().len() >> 20
    )?;
    writeln!(table, "| what | figure | goal |\n|---|---|---|")?;
    let (median, short, long) = (whole.median(), whole.shortest(), whole.longest());
    writeln!(
        table,
        "| `vault keys show` of one person, whole process, median of {} | {median:.2} s ({short:.2}–{long:.2}) | under {COLD_GOAL} s ({}) |",
        options.rounds,
        verdict(median < COLD_GOAL)
    )?;
    writeln!(table, "| of that, verifying the file | {:.2} s | |", library.as_secs_f64())?;
    writeln!(
        table,
        "| sync where nothing changed | one request, {} bytes up, {} down, {:.1} ms | one round trip |",
        wire.same.0,
        wire.same.1,
        wire.took.as_secs_f64() * 1e3
    )?;
    writeln!(
        table,
        "| sync of one changed entry, both ways | {kib} KiB | at most {CHANGE_GOAL_KIB} KiB ({}) |",
        verdict(kib <= CHANGE_GOAL_KIB)
    )?;
    writeln!(table, "\n{}; load {load} at the start; `cargo xtask bench-keys`.", machine::describe())?;
    Ok(table)
}

/// A relay's files and card, at an address that the system chooses.
fn relay(folder: &Path) -> Result<(Config, RelayCard), Failure> {
    let relay = NewRelay {
        name: "relay-1".to_owned(),
        listen: vec!["127.0.0.1:0".parse()?],
        addresses: vec!["127.0.0.1:7443".to_owned()],
        origin: Some("bench.example/log".to_owned()),
    };
    Ok(server::init(&folder.join("relay"), relay, &SystemClock, &mut SeededRng::new(9))?)
}

/// The whole program, started anew each time.
fn cold(
    vault: &Path,
    folder: &Path,
    organisation: &Organisation,
    options: &Options,
) -> Result<Runs, Failure> {
    let home: PathBuf = folder.join("home");
    trust::pin(&Home::open_or_create(&home).map_err(words)?, organisation).map_err(words)?;
    let middle = format!("p{}", options.people / 2);
    let line =
        Line::new(vault).with(["--json", "--home", &home.display().to_string(), "keys", "show", &middle]);
    let (mut runs, note) = (Runs::default(), folder.join("time"));
    for _ in 0..options.rounds {
        runs.add(line.measure(&note)?);
    }
    Ok(runs)
}

fn in_process(file: &[u8], options: &Options) -> Result<Duration, Failure> {
    let mut times = Vec::new();
    for _ in 0..options.rounds {
        let start = Instant::now();
        drop(Organisation::parse(file, None)?);
        times.push(start.elapsed());
    }
    times.sort();
    times.get(times.len() / 2).copied().ok_or_else(|| "no rounds".into())
}

struct Wire {
    /// Bytes up and down where nothing changed.
    same: (u64, u64),
    took: Duration,
    /// Bytes both ways for one changed entry.
    changed: u64,
}

fn over_the_wire(
    config: Config,
    station: &StationKey,
    first: &Organisation,
    next: &Organisation,
) -> Result<Wire, Failure> {
    server::import(&config, &first.encode())?;
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(async {
        let relay = Relay::start(config).await?;
        let mut peer = Peer::from_root(first.root())?;
        peer.addresses = relay.addresses().iter().map(ToString::to_string).collect();
        let client = Client::dial(&peer, station).await?;
        // The notary's first note, so that the next time there is nothing at all.
        let mut have = first.clone();
        while let Some(newer) = client.sync(&have).await? {
            have = newer;
        }
        let (before, start) = (client.traffic(), Instant::now());
        if client.sync(&have).await?.is_some() {
            return Err("something changed meanwhile".into());
        }
        let (after, took) = (client.traffic(), start.elapsed());
        let same = (after.0 - before.0, after.1 - before.1);
        // Another connection publishes, so that its bytes do not count.
        Client::dial(&peer, station).await?.publish(next).await?;
        let before = client.traffic();
        let newer = client.sync(&have).await?.ok_or("nothing came")?;
        let after = client.traffic();
        if newer.directory().hash() != next.directory().hash() {
            return Err("another directory came".into());
        }
        client.close().await;
        relay.shutdown().await;
        Ok(Wire { same, took, changed: after.0 - before.0 + after.1 - before.1 })
    })
}

fn words(failure: vault::error::Failure) -> Failure {
    format!("{:?}", failure.message).into()
}
