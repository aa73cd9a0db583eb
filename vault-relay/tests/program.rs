//! `vault-relay` as a process: init, check, import, serve, and an end by SIGTERM that loses nothing.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use vault_relay::card::RelayCard;
use vault_relay::client::{Client, Folder, Peer};

fn relay(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vault-relay"));
    command.arg("--config").arg(folder.join("relay.toml")).args(arguments);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    relay(folder, arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn made_checked_fed_run_and_ended() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("relay");
    let path = folder.to_str().unwrap();
    let made = run(&folder, &["init", path, "--listen", "127.0.0.1:0", "--origin", "vault.example/register"]);
    assert!(made.status.success(), "{}", said(&made));
    let again = run(&folder, &["init", path]);
    assert!(!again.status.success() && said(&again).contains("already"), "{}", said(&again));
    let checked = run(&folder, &["check"]);
    assert!(checked.status.success() && said(&checked).contains("none yet"), "{}", said(&checked));

    let card = RelayCard::parse(&std::fs::read(folder.join("relay-card.json")).unwrap()).unwrap();
    let world = common::world_of(&card);
    let file = temporary.path().join("organisation.json");
    std::fs::write(&file, world.organisation().encode()).unwrap();
    let imported = run(&folder, &["import", file.to_str().unwrap()]);
    assert!(imported.status.success() && said(&imported).contains("directory 1"), "{}", said(&imported));
    // An organisation whose root names another relay is refused.
    let stranger = vault_core::test_world::World::new();
    std::fs::write(&file, stranger.organisation().encode()).unwrap();
    let refused = run(&folder, &["import", file.to_str().unwrap()]);
    assert!(!refused.status.success(), "{}", said(&refused));

    let mut serving =
        relay(&folder, &["serve"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(serving.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
    let busy = run(&folder, &["check"]);
    assert!(!busy.status.success(), "a running relay's folder is its own: {}", said(&busy));

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut peer = Peer::from_root(&world.root).unwrap();
        peer.addresses = vec![address];
        let client = Client::dial(&peer, &world.member(1).station).await.unwrap();
        assert!(client.list(Folder::Sent, 0).await.unwrap().items.is_empty());
        client.close().await;
    });
    let process = rustix::process::Pid::from_child(&serving);
    rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
    assert!(serving.wait().unwrap().success());
    let checked = run(&folder, &["check"]);
    assert!(checked.status.success() && said(&checked).contains("directory: 1"), "{}", said(&checked));
}

#[test]
fn what_is_wrong_is_named() {
    let temporary = tempfile::tempdir().unwrap();
    let missing = run(temporary.path(), &["check"]);
    assert!(!missing.status.success() && said(&missing).contains("cannot read the configuration"));
    std::fs::write(temporary.path().join("relay.toml"), "name = 5\n").unwrap();
    let wrong = run(temporary.path(), &["serve"]);
    assert!(!wrong.status.success() && said(&wrong).contains("is wrong"), "{}", said(&wrong));
}
