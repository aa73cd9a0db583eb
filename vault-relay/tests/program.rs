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
    let status = run(&folder, &["status"]);
    assert!(status.status.success() && said(&status).contains("directory    1"), "{}", said(&status));
    let json: serde_json::Value =
        serde_json::from_slice(&run(&folder, &["status", "--json"]).stdout).unwrap();
    assert_eq!((&json["relay"], &json["directory"]), (&"relay-1".into(), &1.into()));
    let (running, still) = (temporary.path().join("running"), temporary.path().join("still"));
    let backed_up = run(&folder, &["backup", running.to_str().unwrap()]);
    assert!(
        backed_up.status.success() && said(&backed_up).contains("keys are not in it"),
        "{}",
        said(&backed_up)
    );
    let again = run(&folder, &["backup", running.to_str().unwrap()]);
    assert!(!again.status.success() && said(&again).contains("there already"), "{}", said(&again));
    // A configuration that cannot be taken ends nothing.
    let process = rustix::process::Pid::from_child(&serving);
    let configuration = folder.join("relay.toml");
    let text = std::fs::read_to_string(&configuration).unwrap();
    // The folder may be moved: nothing in it says where it is.
    assert!(!text.contains(path), "{text}");
    std::fs::write(&configuration, "name = 5\n").unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::HUP).unwrap();
    std::fs::write(&configuration, text.replace("connections = 512", "connections = 100")).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::HUP).unwrap();
    assert!(run(&folder, &["status"]).status.success());

    rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
    assert!(serving.wait().unwrap().success());
    let gone = run(&folder, &["status"]);
    assert!(!gone.status.success() && said(&gone).contains("is it running?"), "{}", said(&gone));
    let backed_up = run(&folder, &["backup", still.to_str().unwrap()]);
    assert!(backed_up.status.success(), "{}", said(&backed_up));
    let over = run(&folder, &["restore", still.to_str().unwrap()]);
    assert!(!over.status.success() && said(&over).contains("there already"), "{}", said(&over));
    std::fs::remove_dir_all(folder.join("data")).unwrap();
    let restored = run(&folder, &["restore", still.to_str().unwrap()]);
    assert!(restored.status.success() && said(&restored).contains("were verified"), "{}", said(&restored));
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
