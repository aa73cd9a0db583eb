//! `vault keys sync --watch` with real processes.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use vault::home::Home;
use vault_tests::office::{Office, Programs};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

/// Reads on until a line says this.
fn until(lines: &mut impl Iterator<Item = std::io::Result<String>>, words: &str) -> String {
    lines.map(Result::unwrap).find(|line| line.contains(words)).unwrap_or_else(|| panic!("never: {words}"))
}

#[test]
fn news_that_come_while_another_command_is_at_work_are_taken_afterwards() {
    let mut office = Office::with_officer(PROGRAMS);
    let mut watch = office
        .command("wang", &["keys", "sync", "--watch", "--lang", "en"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(watch.stdout.take().unwrap()).lines();
    let mut err = BufReader::new(watch.stderr.take().unwrap()).lines();
    until(&mut out, "directory 2 is the newest");

    // Another command holds the home while two versions are pushed; of the first the watch says that it is waiting.
    let home = Home::open(office.path("wang").as_ref()).unwrap();
    let lock = loop {
        if let Some(lock) = home.lock_if_free().unwrap() {
            break lock;
        }
    };
    let publish = |post: &str| {
        office.ok("officer", &["keys", "change", "李娜", "--post", post]);
        office.ok("officer", &["keys", "publish", "--relay", "-o", &office.path("next.json")]);
    };
    publish("主管");
    until(&mut err, "another command is at work");
    publish("副科长");
    let number = || office.json("wang", &["keys", "list"])["directory"].clone();
    assert_eq!(number(), 2);

    // It has ended: the newest is taken, without any further push.
    drop(lock);
    until(&mut out, "directory 4 is in use now");
    assert_eq!(number(), 4);
    office.close_relay();
    assert!(watch.wait().unwrap().success());
}
