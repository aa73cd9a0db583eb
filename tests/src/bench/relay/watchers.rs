//! What idle watchers cost a relay in memory: everybody of an organisation watches, and nothing happens.
//!
//! The relay is a process of its own; the watchers are in this one, each with a connection, a station and a person of its own.

use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, UdpSocket};
use std::ops::Range;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use vault_core::test_world::SeededRng;
use vault_keys::station::StationKey;
use vault_relay::client::{Client, ClientError, Peer, Watch};
use vault_relay::server::{self, CONFIG_NAME, NewRelay, SystemClock};

use super::Options;
use crate::bench::crowd::Crowd;
use crate::bench::serving::Serving;
use crate::bench::{machine, programs};
use crate::recipes::Failure;

const GOAL_KIB: f64 = 64.0;
/// Watchers that connect at the same time.
const AT_ONCE: usize = 32;
/// How long nothing happens before memory is read again: beyond the keep-alive and heartbeat of every connection.
const IDLE: Duration = Duration::from_secs(45);

pub(super) fn run(options: &Options) -> Result<String, Failure> {
    let [_, program] = programs::build()?;
    let folder = tempfile::Builder::new().prefix("bench-relay-").tempdir_in(&options.dir)?;
    let rng = &mut SeededRng::new(12);
    let stations: Vec<_> = (0..options.watchers).map(|_| StationKey::generate(rng)).collect();
    let address = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let relay = NewRelay {
        name: "relay-1".to_owned(),
        listen: vec![address],
        addresses: vec![address.to_string()],
        origin: Some("bench.example/log".to_owned()),
    };
    let (config, card) = server::init(folder.path(), relay, &SystemClock, rng)?;
    let made = vault::clock::now().plus_seconds(-3600);
    let crowd = Crowd::found(u32::try_from(options.watchers)?, &stations, Some(&card), made)?;
    server::import(&config, &crowd.first()?.encode())?;
    let file = folder.path().join(CONFIG_NAME);
    widen(&file, options.watchers)?;

    let load = machine::load();
    let file = file.display().to_string();
    let serving = Serving::start(Command::new(program).args(["--config", &file, "serve"]), "listening on")?;
    let stations = Arc::new(stations);
    let asking = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let peer = Peer::from_root(&crowd.root)?;
    // The first one costs what is made once.
    let first = asking.block_on(watch(&peer, &stations, 0..1))?;
    let before = serving.memory_kib()?;
    let begun = std::time::Instant::now();
    let others = asking.block_on(watch(&peer, &stations, 1..options.watchers))?;
    let connected = begun.elapsed();
    let met = serving.memory_kib()?;
    std::thread::sleep(IDLE);
    let after = serving.memory_kib()?;
    let each = |now: u64| now.saturating_sub(before) as f64 / others.len() as f64;
    let verdict = if each(after) <= GOAL_KIB { "reached" } else { "**missed**" };

    let mut table = String::new();
    writeln!(
        table,
        "{} watchers, each a person, a station and a connection of its own.\n",
        others.len() + first.len()
    )?;
    writeln!(table, "| what | resident memory of the relay | for each watcher |\n|---|---|---|")?;
    writeln!(table, "| one watcher | {} MiB | |", before >> 10)?;
    writeln!(table, "| all, just connected | {} MiB | {:.1} KiB |", met >> 10, each(met))?;
    writeln!(table, "| all, {} s later | {} MiB | {:.1} KiB |", IDLE.as_secs(), after >> 10, each(after))?;
    writeln!(
        table,
        "\nThey connected within {:.1} s. Goal: {:.1} KiB for each, at most {GOAL_KIB} ({verdict}).",
        connected.as_secs_f64(),
        each(after)
    )?;
    writeln!(
        table,
        "\n{}; load {load} at the start; `cargo xtask bench-relay --only watchers --watchers {}`.",
        machine::describe(),
        options.watchers,
    )?;
    Ok(table)
}

/// Lets so many in, all of one address.
fn widen(config: &Path, watchers: usize) -> Result<(), Failure> {
    let mut text = fs::read_to_string(config)?;
    for (name, value) in [("connections", watchers + 8), ("handshakes_per_address", 4 * AT_ONCE)] {
        let (start, end) = text
            .match_indices(&format!("\n{name} = "))
            .next()
            .map(|(at, found)| (at + found.len(), text.len()))
            .ok_or_else(|| format!("relay.toml has no {name}"))?;
        let end = text.get(start..end).and_then(|rest| rest.find('\n')).map_or(end, |length| start + length);
        text.replace_range(start..end, &value.to_string());
    }
    Ok(fs::write(config, text)?)
}

/// Connects these stations and begins to watch at each; what keeps them watching.
async fn watch(
    peer: &Peer,
    stations: &Arc<Vec<StationKey>>,
    numbers: Range<usize>,
) -> Result<Vec<(Client, Watch)>, Failure> {
    let mut watching = Vec::new();
    let mut running = JoinSet::new();
    for number in numbers {
        if running.len() == AT_ONCE
            && let Some(ended) = running.join_next().await
        {
            watching.push(ended??);
        }
        let (peer, stations) = (peer.clone(), Arc::clone(stations));
        running.spawn(async move {
            let station = stations.get(number).ok_or("no such station")?;
            let client = Client::dial(&peer, station).await.map_err(|error| error.to_string())?;
            let begun = async {
                let mut watch = client.watch().await?;
                watch.next().await?;
                Ok::<_, ClientError>(watch)
            };
            let watch = begun.await.map_err(|error| error.to_string())?;
            Ok::<_, String>((client, watch))
        });
    }
    while let Some(ended) = running.join_next().await {
        watching.push(ended??);
    }
    Ok(watching)
}
