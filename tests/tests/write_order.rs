//! The order of syncs of a real relay, as the kernel sees it (docs/relay-protocol.md, "Order of writes").
//!
//! Killing a process proves nothing about syncs: what it wrote is in the kernel's memory. So the relay runs under
//! `strace`, and what is looked at is its calls.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::process::Command;

use vault_tests::office::{Office, Programs};
use vault_tests::require::found_or_skipped;

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

/// One call that ended well, as `strace -f -y` writes it: name and arguments, what it returned.
#[derive(Debug)]
struct Call {
    what: String,
    returned: u64,
}

/// The calls of a trace in the order in which they ended.
fn calls(trace: &str) -> Vec<Call> {
    let mut begun: Vec<(String, String)> = Vec::new();
    let mut calls = Vec::new();
    for line in trace.lines() {
        let Some((process, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        let whole = if let Some(start) = rest.strip_suffix(" <unfinished ...>") {
            begun.push((process.to_owned(), start.to_owned()));
            continue;
        } else if let Some((_, end)) = rest.split_once(" resumed>") {
            let at = begun.iter().position(|(who, _)| who == process).unwrap();
            begun.swap_remove(at).1 + end
        } else {
            rest.to_owned()
        };
        if let Some((what, returned)) = whole.rsplit_once(" = ") {
            let number = returned.split_whitespace().next().and_then(|word| word.parse().ok());
            calls.extend(number.map(|returned| Call { what: what.to_owned(), returned }));
        }
    }
    calls
}

/// A step that must be found behind the one before.
struct Step(&'static str, Vec<String>);

#[test]
fn every_step_of_an_acceptance_is_synced_before_the_next() {
    let tool = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output();
    let tool = tool.ok().filter(|output| output.status.success());
    if found_or_skipped(tool, "the order of syncs", "strace").is_none() {
        return;
    }
    let mut office = Office::new(PROGRAMS);
    office.close_relay();
    let trace = office.path("trace");
    let seen = "trace=fsync,fdatasync,rename,renameat,renameat2,sendmsg,sendmmsg";
    office.open_relay_under(&["strace", "-f", "-y", "-qq", "-s", "0", "-e", seen, "-o", &trace]);
    let file = office.file("通知.txt", &vec![b'x'; 20 << 10]);
    let words = ["send", &file, "--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "清单3"];
    office.ok("wang", &words);
    office.close_relay();

    let (data, guard) = (office.path("relay/data"), guard(&office));
    let calls = calls(&fs::read_to_string(&trace).unwrap());
    let sync = |path: &str| vec![format!("sync("), format!("<{path}")];
    let to = |path: &str| vec!["rename(".to_owned(), path.to_owned()];
    let steps = [
        Step("the part's bytes", sync(&format!("{data}/parts/incoming/"))),
        Step("the part's name", to(&format!("{data}/parts/incoming/"))),
        Step(
            "the folder of the item's parts",
            vec!["fsync(".to_owned(), format!("<{data}/parts/"), ">)".to_owned()],
        ),
        Step("the folder above", vec!["fsync(".to_owned(), format!("<{data}/parts>)")]),
        Step("the note that the part is there", sync(&format!("{data}/relay.sqlite-wal>"))),
        Step("the item's transaction", sync(&format!("{data}/relay.sqlite-wal>"))),
        Step("leaves", sync(&format!("{data}/register/incoming/"))),
        Step("their name", to(&format!("{data}/register/tile/entries/"))),
        Step("the folder of leaves", vec!["fsync(".to_owned(), format!("<{data}/register/tile/entries/")]),
        Step("the checkpoint outside", to(&format!(", \"{guard}\""))),
        Step("its folder", sync(&format!("{}>", guard.rsplit_once('/').unwrap().0))),
        Step("the checkpoint", to(&format!(", \"{data}/register/checkpoint\""))),
        Step("the register's folder", sync(&format!("{data}/register>"))),
    ];
    // Backwards from the end of the trace, so that what the relay does at its start is not taken for it.
    let mut end = calls.len();
    let mut found = Vec::new();
    for Step(what, words) in steps.iter().rev() {
        let is_it = |call: &Call| words.iter().all(|word| call.what.contains(word.as_str()));
        let place = calls[..end].iter().rposition(is_it);
        end = place.unwrap_or_else(|| panic!("{what} is not before what follows it:\n{calls:#?}"));
        found.push(end);
    }
    // No name is given to bytes that were not synced, in the whole life of the relay.
    for (at, call) in calls.iter().enumerate().filter(|(_, call)| call.what.contains("rename(")) {
        let from = call.what.split('"').nth(1).unwrap();
        let synced = |call: &Call| call.what.contains("sync(") && call.what.contains(&format!("<{from}>"));
        assert!(calls[..at].iter().any(synced), "{call:?} was not synced before");
    }
    // The reply carries four leaves with their proofs: so much goes out behind the last sync, and nothing like it
    // between the item's transaction and that.
    let sent = |calls: &[Call]| -> u64 {
        let messages = calls.iter().filter(|call| call.what.starts_with("sendm"));
        messages.map(|call| call.returned).sum()
    };
    let (published, committed) = (found[0], found[7]);
    assert!(sent(&calls[published..]) > 8000, "{calls:#?}");
    assert!(sent(&calls[committed..published]) < 2000, "{calls:#?}");
}

/// The file with the last checkpoint, as the relay's configuration names it.
fn guard(office: &Office) -> String {
    let config = vault_relay::server::Config::load(office.path("relay/relay.toml").as_ref()).unwrap();
    config.guard.display().to_string()
}
