//! What the system shows of a running `vault` from outside: no core dumps, and memory locked where that may be had.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use vault_tests::office::{Office, Programs};
use vault_tests::require::say;

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

#[test]
fn a_process_with_secrets_is_closed_to_others() {
    let mut office = Office::new(PROGRAMS);
    // Stays connected until the relay closes.
    let mut child = office
        .command("wang", &["keys", "sync", "--watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let about = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", child.id())).unwrap();
    let limits = about("limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    let status = about("status");
    let locked = status.lines().find(|line| line.starts_with("VmLck")).unwrap();
    let kib: u64 = locked.split_whitespace().nth(1).unwrap().parse().unwrap();
    let doctor = office.run("wang", &["doctor", "--json"]);
    let says_locked = doctor.out.contains("secrets in memory stay out of swap");
    assert_eq!(kib > 0, says_locked, "{locked}: doctor says what holds");
    // The relay says goodbye, and the watch ends by itself.
    office.close_relay();
    assert!(child.wait().unwrap().success());
}

#[test]
fn unlocking_says_until_when_and_has_bounds() {
    let office = Office::new(PROGRAMS);
    for time in ["59s", "25h", "0m"] {
        assert_eq!(office.run("wang", &["unlock", "--for", time]).code, 2, "{time}");
    }
    if office.run("wang", &["unlock", "--for", "2m"]).code != 0 {
        say("not checked: unlocking: the kernel keyring is not available here");
        return;
    }
    let until = office.json("wang", &["unlock", "--status"])["unlocked_until"].clone();
    assert!(until.is_string(), "{until}");
    // Again: the new time takes the place of the old.
    office.ok("wang", &["unlock", "--for", "2h"]);
    let later = office.json("wang", &["unlock", "--status"])["unlocked_until"].clone();
    assert!(later.as_str() > until.as_str(), "{until} {later}");
    office.ok("wang", &["lock"]);
    assert!(office.json("wang", &["unlock", "--status"])["unlocked_until"].is_null());
}
