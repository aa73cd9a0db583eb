//! What an operator does with a relay that runs: ask how it is, back it up, put the backup in its place.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use common::{Office, demand, fetch, receipt};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use vault_core::transfer::item::ItemState;
use vault_relay::client::{Client, ClientError, Folder, Peer};
use vault_relay::congestion::Congestion;
use vault_relay::server::{self, BackupError, Config, ConsoleError};
use vault_relay::store::embedded::hooks::as_the_relay;

/// One request over the loopback, as a scraper makes it.
async fn ask(office: &Office, request: &str) -> String {
    let address = office.relay.as_ref().unwrap().metrics_address().unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("{request} HTTP/1.1\r\nHost: relay\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_says_how_it_is_and_names_nobody() {
    let office = Office::with(|config| config.console.metrics = Some("127.0.0.1:0".parse().unwrap())).await;
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    let sender = office.station(1).await;
    sealed.submit(&sender).await;
    let _refused = office.station(5).await.header(sealed.hash()).await;
    let status = server::ask_status(&office.config).await.unwrap();
    assert_eq!(
        (status.totals.items, status.totals.waiting, status.totals.payloads, status.totals.uploads),
        (1, 1, 1, 0)
    );
    assert_eq!(
        (status.totals.payload_bytes, status.bytes_in),
        (sealed.content.len() as u64, sealed.content.len() as u64)
    );
    assert_eq!((status.totals.leaves, status.directory), (status.published, Some(1)));
    assert!(status.connections >= 1 && status.free_bytes > 0);
    let counted = |verb: &str, outcome: &str| {
        let found = status.requests.iter().find(|(a, b, _)| (a.as_str(), b.as_str()) == (verb, outcome));
        found.map(|(_, _, count)| *count)
    };
    assert_eq!((counted("commit", "done"), counted("header", "no-such-item")), (Some(1), Some(1)));

    let metrics = ask(&office, "GET /metrics").await;
    assert!(metrics.starts_with("HTTP/1.1 200") && metrics.contains("\nvault_relay_items 1\n"), "{metrics}");
    assert!(metrics.contains("requests_total{verb=\"commit\",outcome=\"done\"} 1\n"), "{metrics}");
    for name in ["p1", "p3", &sealed.hash().to_string(), &sealed.label().item.to_string()] {
        assert!(!metrics.contains(name), "{name}");
    }
    assert!(ask(&office, "GET /health").await.ends_with("\r\n\r\nok\n"));
    // Whoever only reaches the loopback asks for nothing more.
    for request in ["GET /status", "POST /backup", "GET /", "DELETE /metrics"] {
        assert!(ask(&office, request).await.starts_with("HTTP/1.1 404"), "{request}");
    }
    // The socket is this user's alone.
    let mode = fs::metadata(&office.config.console.socket).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode.permissions()) & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_running_relay_has_everything_acknowledged_before() {
    let mut office = Office::open().await;
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("backup");
    let big = vec![7; 9 << 20];
    let before: Vec<_> = (1..=5).map(|seed| office.seal(seed, &big, &[office.holder(3)])).collect();
    let sender = office.station(1).await;
    for sealed in &before {
        sealed.submit(&sender).await;
    }
    // One is received while the backup runs, others come.
    let reader = office.station(3).await;
    let leaf = reader.demand(&demand(&office.world, office.world.member(3), &before[0])).await.unwrap();
    let leaf = leaf.leaf.leaf.hash();
    fetch(&reader, &before[0], leaf, 0).await.unwrap();
    let signed = receipt(&office.world, office.world.member(3), &before[0], leaf);
    let more = office.seal(9, &big, &[office.holder(3)]);
    let (manifest, received, _) =
        tokio::join!(server::ask_backup(&office.config, &to), reader.receipt(&signed), more.submit(&sender),);
    let manifest = manifest.unwrap();
    received.unwrap();
    assert!(manifest.items >= 5 && manifest.damaged == 0, "{manifest:?}");
    // What waited for the backup is removed the next time.
    office.relay.as_ref().unwrap().upkeep_now().await;
    // Not over something that is there; not without a whole path.
    assert!(matches!(server::ask_backup(&office.config, &to).await, Err(ConsoleError::Said(_))));
    assert!(matches!(
        server::ask_backup(&office.config, Path::new("backup")).await,
        Err(ConsoleError::Said(_))
    ));

    // The disk is lost with everything but the keys; the guard was on it too.
    office.stop().await;
    assert!(matches!(server::ask_status(&office.config).await, Err(ConsoleError::NotRunning { .. })));
    fs::remove_dir_all(&office.config.data).unwrap();
    fs::remove_file(&office.config.guard).unwrap();
    let restored = server::restore(&office.config, &to).unwrap();
    assert_eq!(restored, manifest);
    office.start().await;
    let sender = office.station(1).await;
    for sealed in &before {
        let status = sender.status(sealed.hash()).await.unwrap();
        assert_eq!(status.state, ItemState::Released);
    }
    let reader = office.station(3).await;
    let leaf = reader.demand(&demand(&office.world, office.world.member(3), &before[1])).await.unwrap();
    assert!(fetch(&reader, &before[1], leaf.leaf.leaf.hash(), 0).await.unwrap() == before[1].content);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_older_than_what_was_signed_damaged_or_of_another_relay() {
    let mut office = Office::open().await;
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    sealed.submit(&office.station(1).await).await;
    // The relay lies still for the first one.
    office.stop().await;
    server::backup(&office.config, &old).unwrap();
    office.start().await;
    let later = office.seal(2, b"later", &[office.holder(3)]);
    later.submit(&office.station(1).await).await;
    server::ask_backup(&office.config, &new).await.unwrap();
    office.stop().await;

    // Not over data that is there.
    assert!(matches!(server::restore(&office.config, &new), Err(BackupError::Exists(_))));
    fs::remove_dir_all(&office.config.data).unwrap();
    // The guard knows that more was signed: going back would fork the register.
    let refused = server::restore(&office.config, &old).unwrap_err();
    assert!(matches!(refused, BackupError::Older { .. }), "{refused}");
    assert!(!office.config.data.exists());
    let other = Config { name: "relay-2".to_owned(), ..office.config.clone() };
    assert!(matches!(server::restore(&other, &new), Err(BackupError::Other { .. })));
    assert!(matches!(server::restore(&office.config, folder.path()), Err(BackupError::NotOne(_))));
    // A byte of a part, a page of the database, the end of the register.
    let parts = new.join("data/parts");
    let part = fs::read_dir(&parts)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir() && path.join("0").exists())
        .unwrap()
        .join("0");
    for path in [part, new.join("data/relay.sqlite"), new.join("data/register/checkpoint")] {
        let whole = fs::read(&path).unwrap();
        let mut broken = whole.clone();
        let middle = broken.len() / 2;
        for byte in &mut broken[middle..] {
            *byte ^= 0x55;
        }
        fs::write(&path, broken).unwrap();
        let refused = server::restore(&office.config, &new);
        assert!(refused.is_err(), "{}", path.display());
        assert!(!office.config.data.exists(), "{}", path.display());
        fs::write(&path, whole).unwrap();
    }
    server::restore(&office.config, &new).unwrap();
    office.start().await;
    for sealed in [&sealed, &later] {
        office.station(1).await.status(sealed.hash()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_hold_and_are_reloaded_without_a_restart() {
    let office = Office::with(|config| config.limits.kept_per_sender = 2).await;
    let (sender, relay) = (office.station(1).await, office.relay.as_ref().unwrap());
    let [one, two, three] = [1, 2, 3].map(|seed| office.seal(seed, b"content", &[office.holder(3)]));
    one.submit(&sender).await;
    two.submit(&sender).await;
    let refused = |error| match error {
        Err(ClientError::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    };
    let submit = |sealed: &common::Sealed| {
        let (client, hash, header) = (sender.clone(), sealed.hash(), sealed.header().to_vec());
        let payload = sealed.payload();
        async move { client.submit(hash, &header, &payload, &Arc::default()).await }
    };
    assert_eq!(refused(submit(&three).await.map(drop)), "quota-full");
    // The same again of what is here is no new item.
    submit(&one).await.unwrap();
    // Received, it makes room.
    let (reader, member) = (office.station(3).await, office.world.member(3));
    let leaf = reader.demand(&demand(&office.world, member, &one)).await.unwrap().leaf.leaf.hash();
    fetch(&reader, &one, leaf, 0).await.unwrap();
    reader.receipt(&receipt(&office.world, member, &one, leaf)).await.unwrap();
    submit(&three).await.unwrap();

    // All of a unit together: a colleague who has nothing here yet finds no room either, somebody of another unit does.
    let mut changed = office.config.clone();
    (changed.limits.kept_per_sender, changed.limits.kept_per_unit) = (100, 2);
    relay.reload(&changed).unwrap();
    for (number, wanted) in [(2, Some("quota-full")), (3, None)] {
        let sealed = office.seal_by(number, u64::from(number) + 10, b"content", &[office.holder(1)]);
        let (client, header) = (office.station(number).await, sealed.header().to_vec());
        let taken = client.submit(sealed.hash(), &header, &sealed.payload(), &Arc::default()).await;
        assert_eq!(taken.err().map(|error| refused(Err(error))).as_deref(), wanted, "p{number}");
    }

    // In bytes: 1 MiB, and a payload above it.
    changed.limits.kept_per_unit = 100;
    changed.limits.kept_mib_per_sender = 1;
    relay.reload(&changed).unwrap();
    let big = office.seal(4, &vec![1; 3 << 20], &[office.holder(3)]);
    assert_eq!(refused(submit(&big).await.map(drop)), "quota-full");
    changed.limits.kept_mib_per_sender = 100;
    relay.reload(&changed).unwrap();
    submit(&big).await.unwrap();

    // Requests in a minute, counted for each person.
    changed.limits.requests_per_minute = 3;
    relay.reload(&changed).unwrap();
    office.clock.forward(61);
    let mut codes = Vec::new();
    for _ in 0..5 {
        codes.push(sender.list(Folder::Sent, 0).await.map(drop).err().map(|error| refused(Err(error))));
    }
    assert_eq!(codes[..3], [None, None, None]);
    assert_eq!(codes[3..], [Some("relay-busy".to_owned()), Some("relay-busy".to_owned())]);
    reader.list(Folder::In, 0).await.unwrap();
    office.clock.forward(61);
    sender.list(Folder::Sent, 0).await.unwrap();
    // What needs a restart is not taken, and nothing of it is.
    let elsewhere = Config { guard: "elsewhere".into(), ..changed.clone() };
    relay.reload(&elsewhere).unwrap_err();
    changed.limits.parts_in_memory += 1;
    relay.reload(&changed).unwrap_err();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scrub_finds_what_nobody_has_asked_for_and_removes_what_nobody_knows() {
    let mut office = Office::open().await;
    let sender = office.station(1).await;
    let [good, bad] = [1, 2].map(|seed| office.seal(seed, &vec![7; 5 << 20], &[office.holder(3)]));
    good.submit(&sender).await;
    bad.submit(&sender).await;
    let clean = server::ask_scrub(&office.config, 10_000).await.unwrap();
    assert!(clean.is_clean() && clean.parts == 4 && clean.orphans == 0, "{clean:?}");
    assert!(clean.leaves >= 8, "{clean:?}");

    // A bit in a part; parts that no record names, as after a crash between file and note; a leaf in the database.
    let parts = office.config.data.join("parts");
    let part = parts.join(bad.hash().to_string()).join("1");
    let mut bytes = fs::read(&part).unwrap();
    bytes[1000] ^= 1;
    fs::write(&part, bytes).unwrap();
    let nobodys = parts.join("ab".repeat(32));
    fs::create_dir(&nobodys).unwrap();
    fs::copy(parts.join(good.hash().to_string()).join("0"), nobodys.join("0")).unwrap();
    office.stop().await;
    let database = rusqlite::Connection::open(office.config.data.join("relay.sqlite")).unwrap();
    as_the_relay(&database).unwrap();
    let changed = "UPDATE leaf SET leaf = CAST(leaf || x'20' AS BLOB) WHERE position = 5";
    assert_eq!(database.execute(changed, []).unwrap(), 1);
    drop(database);
    office.start().await;
    let found = server::ask_scrub(&office.config, 10_000).await.unwrap();
    assert_eq!((found.parts, found.damaged, found.orphans), (3, 1, 1), "{found:?}");
    assert_eq!(found.register, ["leaf 5 in the database is not the register's"]);
    assert!(!found.is_clean() && !nobodys.exists());
    // It is entered, put aside and named, as if somebody had asked for it.
    let sender = office.station(1).await;
    let status = sender.status(bad.hash()).await.unwrap();
    assert_eq!(common::kinds(&status.evidence).last(), Some(&"spoilt"));
    let again = server::ask_scrub(&office.config, 10_000).await.unwrap();
    assert_eq!((again.parts, again.orphans), (3, 0));
    let reader = office.station(3).await;
    let leaf = reader.demand(&demand(&office.world, office.world.member(3), &good)).await.unwrap();
    assert!(fetch(&reader, &good, leaf.leaf.leaf.hash(), 0).await.unwrap() == good.content);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_by_either_congestion_control_arrives() {
    for congestion in [Congestion::Cubic, Congestion::Bbr] {
        let office = Office::with(|config| config.congestion = congestion).await;
        let peer = Peer { congestion, ..office.peer() };
        let dial =
            async |number: u32| Client::dial(&peer, &office.world.member(number).station).await.unwrap();
        let sealed = office.seal(1, &vec![7; 9 << 20], &[office.holder(3)]);
        sealed.submit(&dial(1).await).await;
        let reader = dial(3).await;
        let leaf = reader.demand(&demand(&office.world, office.world.member(3), &sealed)).await.unwrap();
        assert!(fetch(&reader, &sealed, leaf.leaf.leaf.hash(), 0).await.unwrap() == sealed.content);
    }
}
