//! `vault watch` and `vault keys sync --watch` with real processes.
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

/// Somebody's watch that is running, with its two streams.
struct Watching {
    child: std::process::Child,
    out: std::io::Lines<BufReader<std::process::ChildStdout>>,
    err: std::io::Lines<BufReader<std::process::ChildStderr>>,
}

impl Watching {
    fn of(office: &Office, home: &str, words: &[&str]) -> Self {
        let words = [&["watch", "--lang", "en"], words].concat();
        let mut command = office.command(home, &words);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap()).lines();
        let err = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, out, err }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn whoever_watches_is_told_once_of_what_comes_while_the_relay_is_there_and_while_it_was_not() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut office = Office::with_deciders(PROGRAMS);
    let file = office.file("值班通知.txt", "值班\n".as_bytes());
    let told = office.path("told");
    let script = format!(
        "#!/bin/sh\necho \"$VAULT_EVENT $VAULT_ABOUT ${{VAULT_HOME:-none}}\" >> {told}\necho done >&2\n"
    );
    let hook = office.file("hook.sh", script.as_bytes());
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o700)).unwrap();
    let mut li = Watching::of(&office, "li", &["--run", &hook]);
    let mut chen = Watching::of(&office, "chen", &["--json"]);
    until(&mut li.err, "Watching");
    until(&mut chen.out, "begun");

    let sent = office.send("wang", &file, "李娜");
    let first = sent["item"].as_str().unwrap().to_owned();
    let line = until(&mut li.out, "has come from");
    assert!(line.contains("王建国") && !line.contains("值班"), "{line}");
    until(&mut li.err, "done");
    // Somebody else hears of it in another capacity, or not at all: the reviewer is told of what he decides on.
    let proposed = office.propose("wang", &file, "李娜", &[]);
    let second = proposed["item"].as_str().unwrap().to_owned();
    until(&mut chen.out, &second);
    until(&mut chen.out, "decide");

    // The relay is away; what comes meanwhile, and is there when it is back, is told then, and the rest not again.
    office.close_relay();
    until(&mut li.err, "cannot be reached");
    office.open_relay();
    until(&mut li.err, "is back");
    let third = office.send("wang", &file, "李娜");
    let third = third["item"].as_str().unwrap().to_owned();
    until(&mut li.out, "has come from");
    until(&mut li.err, "done");
    drop(li);
    let lines = std::fs::read_to_string(&told).unwrap();
    assert_eq!(lines, format!("arrived {first} none\narrived {third} none\n"));

    // A program that fails is named and does not end the watch; a sender hears what became of his document.
    let mut wang = Watching::of(&office, "wang", &["--run", "/bin/false"]);
    until(&mut wang.err, "Watching");
    office.ok("li", &["return", &first, "--reason", "twice"]);
    until(&mut wang.err, "gave the copy back");
    until(&mut wang.err, "/bin/false did not do its work");
    office.ok("li", &["return", &third, "--reason", "other"]);
    until(&mut wang.err, "gave the copy back");
}
