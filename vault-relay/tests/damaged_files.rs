//! Files of the relay that are not what was written: it says so and names what, serves the rest, and never serves less without
//! a word (docs/reliability.md, "Damage").
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]

mod common;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use common::{Office, demand};
use rusqlite::Connection;
use vault_relay::client::{Client, ClientError, Folder};
use vault_relay::server::{self, Config};
use vault_relay::store::embedded::hooks::as_the_disk;

const DATABASE: &str = "relay.sqlite";

/// An office with some items on their way, one of them demanded.
async fn with_items() -> Office {
    let office = Office::open().await;
    for (seed, to) in [(1, 3), (2, 4), (3, 3)] {
        office.seal(seed, b"content", &[office.holder(to)]).submit(&office.station(1).await).await;
    }
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    let note = demand(&office.world, office.world.member(3), &sealed);
    office.station(3).await.demand(&note).await.unwrap();
    office
}

/// Copies a folder as it is at this moment.
fn copy_of(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_dir() { copy_of(&from, &to) } else { drop(fs::copy(&from, &to)) }
    }
}

/// A copy of a relay's files, made while it runs: what a kill leaves.
struct Left {
    folder: tempfile::TempDir,
    config: Config,
}

impl Left {
    fn of(office: &Office) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = office.config.clone();
        copy_of(&config.data, &folder.path().join("data"));
        copy_of(&config.keys, &folder.path().join("keys"));
        fs::copy(&config.guard, folder.path().join("guard")).unwrap();
        config.data = folder.path().join("data");
        config.keys = folder.path().join("keys");
        config.guard = folder.path().join("guard");
        config.console.socket = folder.path().join("console.sock");
        Self { folder, config }
    }

    /// Another copy, to be damaged.
    fn again(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy_of(self.folder.path(), folder.path());
        let moved = |path: &PathBuf| folder.path().join(path.file_name().unwrap());
        let mut config = self.config.clone();
        for path in [&mut config.data, &mut config.keys, &mut config.guard, &mut config.console.socket] {
            *path = moved(path);
        }
        Self { folder, config }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.config.data.join(name)
    }

    /// Leaves and directory, or why it does not start.
    fn check(&self) -> Result<(u64, Option<u32>), String> {
        match server::check(&self.config) {
            Ok(found) => Ok((found.leaves, found.directory)),
            Err(error) => Err(said(&error)),
        }
    }
}

fn said(error: &dyn Error) -> String {
    let inner = error.source().map(said).unwrap_or_default();
    format!("{error}: {inner}")
}

fn cut(path: &Path, length: u64) {
    fs::OpenOptions::new().write(true).open(path).unwrap().set_len(length).unwrap();
}

fn flip(path: &Path, at: usize, bit: u8) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1 << bit;
    fs::write(path, bytes).unwrap();
}

fn code<T: std::fmt::Debug>(result: Result<T, ClientError>) -> String {
    match result {
        Err(ClientError::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

async fn listed(client: &Client) -> usize {
    client.list(Folder::In, 0).await.unwrap().items.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bit_in_a_row_is_not_served_and_the_others_are() {
    let mut office = with_items().await;
    let sealed = [1, 2, 3].map(|seed| office.seal(seed, b"content", &[office.holder(3)]));
    office.stop().await;
    let database = Connection::open(office.config.data.join(DATABASE)).unwrap();
    as_the_disk(&database, |database| {
        // The time of a demand, which nothing else says; it would lapse some years later.
        assert_eq!(database.execute("UPDATE demand SET time = time | (1 << 28)", []).unwrap(), 1);
    })
    .unwrap();
    drop(database);
    office.start().await;
    let (reader, other) = (office.station(3).await, office.station(4).await);
    assert_eq!(code(reader.status(sealed[0].hash()).await), "relay-storage");
    assert_eq!(reader.status(sealed[2].hash()).await.unwrap().copies.len(), 1, "his other item");
    assert_eq!(listed(&other).await, 1, "another's item");
    let new = office.seal(9, b"new", &[office.holder(4)]);
    new.submit(&office.station(1).await).await;
    assert_eq!(listed(&other).await, 2);
    let found = server::ask_scrub(&office.config, 10_000).await.unwrap();
    assert_eq!(found.database.len(), 1, "{found:?}");
    assert!(found.database[0].ends_with("of demand is damaged"), "{found:?}");
    assert!(
        found.database[0].contains(&sealed[0].hash().to_string().to_uppercase()),
        "it says where: {found:?}"
    );
}

/// Where nothing can be read, nothing is nobody's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scrub_of_a_damaged_database_removes_no_parts() {
    let mut office = with_items().await;
    office.stop().await;
    let parts = common::files_below(&office.config.data.join("parts"));
    let database = Connection::open(office.config.data.join(DATABASE)).unwrap();
    as_the_disk(&database, |database| {
        assert_eq!(
            database
                .execute("UPDATE item SET payload = 0 WHERE label = (SELECT min(label) FROM item)", [])
                .unwrap(),
            1
        );
    })
    .unwrap();
    drop(database);
    office.start().await;
    let found = server::ask_scrub(&office.config, 10_000).await.unwrap();
    assert!(!found.is_clean() && found.orphans == 0, "{found:?}");
    assert_eq!(common::files_below(&office.config.data.join("parts")), parts);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_cut_short_is_refused() {
    let mut office = with_items().await;
    office.stop().await;
    let left = Left::of(&office);
    let whole = left.again().check().unwrap();
    let length = fs::metadata(left.file(DATABASE)).unwrap().len();
    assert!(length > 100_000 && !left.file("relay.sqlite-wal").exists());
    for keep in [0, 1, 99, 100, 4095, 4096, length / 2, length - 4096, length - 4095, length - 1] {
        let damaged = left.again();
        cut(&damaged.file(DATABASE), keep);
        let refused = damaged.check().expect_err(&format!("{keep} of {length} bytes"));
        assert!(
            refused.contains("is cut short or damaged") || refused.contains("the database ends at 0 leaves"),
            "{keep}: {refused}"
        );
    }
    let gone = left.again();
    fs::remove_file(gone.file(DATABASE)).unwrap();
    assert!(gone.check().unwrap_err().contains("the database ends at 0 leaves"));
    assert_eq!(left.check().unwrap(), whole);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_of_the_database_that_is_gone_cut_or_torn_is_noticed() {
    let office = with_items().await;
    let left = Left::of(&office);
    let wal = "relay.sqlite-wal";
    let length = fs::metadata(left.file(wal)).unwrap().len();
    let whole = left.again().check().unwrap();
    assert!(length > 100_000 && whole.0 > 10, "{length} {whole:?}");
    // Gone: the database is an older one.
    let gone = left.again();
    fs::remove_file(gone.file(wal)).unwrap();
    let refused = gone.check().unwrap_err();
    assert!(refused.contains("the database ends at"), "{refused}");
    // Cut or torn anywhere: everything is there, or it does not start.
    let mut outcomes = [0, 0];
    let steps = 24;
    for step in 0..=steps {
        let at = length * step / steps;
        for tear in [false, true] {
            let damaged = left.again();
            match tear {
                true => flip(&damaged.file(wal), (at as usize).min(length as usize - 1), 3),
                false => cut(&damaged.file(wal), at),
            }
            match damaged.check() {
                Ok(found) => {
                    assert_eq!(found, whole, "at {at}");
                    outcomes[0] += 1;
                }
                Err(refused) => {
                    let named = ["the database ends at", "is cut short or damaged"];
                    assert!(named.iter().any(|words| refused.contains(words)), "at {at}: {refused}");
                    outcomes[1] += 1;
                }
            }
        }
    }
    assert!(outcomes[0] > 0 && outcomes[1] > 20, "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bit_in_the_register_its_guard_or_a_key_is_found() {
    let mut office = with_items().await;
    office.stop().await;
    let left = Left::of(&office);
    let mut files = Vec::new();
    files_of(&left.config.data.join("register"), &mut files);
    files_of(&left.config.keys, &mut files);
    files.push(left.config.guard.clone());
    // Tiles that fuller ones have taken the place of prove nothing any more; and root may name a notary elsewhere, so that a
    // relay whose notary key is another one only says so.
    let fullest = files.iter().filter(|file| file.parent().unwrap().ends_with("tile/0/000.p"));
    let fullest = fullest.max_by_key(|file| fs::metadata(file).unwrap().len()).unwrap().clone();
    files.retain(|file| !file.parent().unwrap().ends_with("tile/0/000.p") || *file == fullest);
    files.retain(|file| !file.ends_with("notary.key"));
    let (mut tried, mut silent) = (0, Vec::new());
    for file in &files {
        let inside = file.strip_prefix(left.folder.path()).unwrap();
        let length = fs::metadata(file).unwrap().len() as usize;
        for at in [0, length / 3, length / 2, length.saturating_sub(2)] {
            if at >= length {
                continue;
            }
            tried += 1;
            let damaged = left.again();
            flip(&damaged.folder.path().join(inside), at, 1);
            if damaged.check().is_ok() && scrubbed_clean(&office, &damaged.config).await {
                silent.push(format!("{} at {at} of {length}", inside.display()));
            }
        }
    }
    assert!(tried > 20, "{files:?}");
    assert!(silent.is_empty(), "{silent:#?}");
}

async fn scrubbed_clean(office: &Office, config: &Config) -> bool {
    let clock = std::sync::Arc::clone(&office.clock) as std::sync::Arc<dyn server::Clock>;
    let Ok(relay) = server::Relay::start_with(config.clone(), clock).await else { return false };
    let found = server::ask_scrub(config, 10_000).await;
    relay.shutdown().await;
    found.is_ok_and(|found| found.is_clean())
}

fn files_of(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        match entry.file_type().unwrap().is_dir() {
            true => files_of(&entry.path(), files),
            false if entry.metadata().unwrap().len() > 0 => files.push(entry.path()),
            false => {}
        }
    }
}
