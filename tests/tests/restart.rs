//! The relay's disk is lost, and its last backup is older than what it acknowledged: the register ends, another goes on from what
//! is left, officers sign that, and everybody hands in again what only he still has.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use serde_json::{Value, json};
use vault_tests::office::{Office, Programs};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

fn item(sent: &Value) -> String {
    sent["item"].as_str().unwrap().to_owned()
}

fn state(office: &Office, home: &str, item: &str) -> Value {
    office.json(home, &["status", item])["copies"][0]["state"].clone()
}

#[test]
fn a_disaster_is_survived_with_what_everybody_has() {
    let mut office = Office::new(PROGRAMS);
    let file = office.file("值班通知.txt", "值班\n".as_bytes());
    let relay = office.path("relay");
    let received = item(&office.send("wang", &file, "李娜"));
    let waiting = item(&office.send("wang", &file, "张伟"));
    let returned = item(&office.send("wang", &file, "李娜"));
    office.close_relay();
    let backup = office.path("backup");
    office.relay(&["backup", &relay, &backup]);
    office.open_relay();

    // All of this was acknowledged, and none of it is in the backup.
    office.ok("li", &["return", &returned, "--reason", "twice"]);
    office.ok("li", &["receive"]);
    let lost = item(&office.send("wang", &file, "李娜"));
    assert_eq!(state(&office, "wang", &received), "received");
    office.kill_relay();
    fs::remove_dir_all(office.path("relay/data")).unwrap();
    office.relay(&["restart", &relay, &backup]);
    // Nobody has signed for that register yet: the relay does not serve.
    let serve = std::process::Command::new(PROGRAMS.relay).args(["serve", &relay]).output().unwrap();
    assert!(!serve.status.success() && serve.stdout.is_empty());

    let card = office.path("relay/relay-card.json");
    let (paper, organisation) = (office.path("root-2.json"), office.path("organisation-2.json"));
    let shown =
        office.ok("officer", &["keys", "officers", "--relay-card", &card, "-o", &paper, "--lang", "en"]).out;
    assert!(
        shown.contains("journey.example/log-2") && shown.contains("journey.example/log, which ends"),
        "{shown}"
    );
    office.ok("officer", &["keys", "publish", &paper, "-o", &organisation]);
    office.import(&organisation);
    office.open_relay();

    // His receipt is entered again before he is shown anything: nothing comes to him twice.
    let looked = office.ok("li", &["--lang", "en"]);
    assert!(looked.err.contains("entered again"), "{}{}", looked.out, looked.err);
    assert_eq!(office.json("li", &["receive"])["received"], json!([]));
    let told = office.ok("wang", &["status", "--lang", "en"]);
    assert!(told.err.contains("the relay lost it"), "{}{}", told.out, told.err);
    for (item, wanted) in [(&received, "received"), (&returned, "returned"), (&waiting, "available")] {
        assert_eq!(state(&office, "wang", item), wanted, "{item}");
    }
    assert_eq!(office.refused("wang", &["status", &lost]).1["code"], "no-such-item");
    // Told once.
    assert!(!office.ok("wang", &["status", "--lang", "en"]).err.contains("lost it"));
    // What waited waits, and is received as ever.
    assert_eq!(office.json("zhang", &["receive"])["received"].as_array().unwrap().len(), 1);

    // Evidence of both registers holds, and of the lost item that of the ended one.
    for (home, item, least) in [("li", &received, 6), ("wang", &received, 6), ("wang", &lost, 3)] {
        let (file, words) = (office.path(&format!("{home}-{item}.json")), ["register", "export", item, "-o"]);
        office.ok(home, &[&words[..], &[&file]].concat());
        let verified = office.json("zhang", &["register", "verify", &file]);
        assert!(verified["leaves"].as_array().unwrap().len() >= least, "{verified}");
    }
    // The next root keeps to it.
    let (paper, next) = (office.path("root-3.json"), office.path("organisation-3.json"));
    office.ok("officer", &["keys", "officers", "--renew", "-o", &paper]);
    office.ok("officer", &["keys", "publish", &paper, "-o", &next]);
    office.ok("li", &["receive"]);
}
