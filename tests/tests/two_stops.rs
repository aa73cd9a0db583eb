//! Two honest officers stop two people at the same time, with real processes: nobody is cut off, nobody is told what
//! cannot work, and a directory settles it.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use serde_json::{Value, json};
use vault_tests::office::{Office, Programs};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

const OFFICERS: [(&str, &str); 2] = [("zhou", "周明"), ("wu", "吴芳")];
const STAFF: [(&str, &str); 3] = [("wang", "王建国"), ("li", "李娜"), ("zhang", "张伟")];

/// Two officers, who both sign a directory and of whom one stops; all five are enrolled and in step with the relay.
fn office() -> (Office, String) {
    let mut office = Office::empty(PROGRAMS);
    let card = office.relay_card();
    let (paper, organisation) = (office.path("founding.json"), office.path("organisation.json"));
    let mut words: Vec<String> = [
        "keys",
        "init",
        "--name",
        "滨海市示范局",
        "--relay-card",
        &card,
        "--unit",
        "办公室",
        "--internal",
        "free",
    ]
    .map(str::to_owned)
    .to_vec();
    for (home, name) in OFFICERS {
        let card = office.path(&format!("{home}.card"));
        office.ok(home, &["keys", "officer", "--name", name, "-o", &card]);
        words.extend(["--card".to_owned(), card]);
    }
    words.extend(["-o".to_owned(), paper.clone()]);
    office.ok("clerk", &words.iter().map(String::as_str).collect::<Vec<_>>());
    office.ok("zhou", &["keys", "sign", &paper]);
    office.ok("wu", &["keys", "sign", &paper]);
    let founded = office.json("zhou", &["keys", "publish", &paper, "-o", &organisation]);
    let fingerprint = founded["fingerprint"].as_str().unwrap();
    office.ok("wu", &["keys", "officer", "--organisation", &organisation, "--fingerprint", fingerprint]);
    for (home, name) in OFFICERS.iter().chain(&STAFF) {
        let request = office.path(&format!("{home}.note"));
        office.join("zhou", home, name, &organisation, &request);
        let words = ["keys", "enrol", &request, "--unit", "办公室", "--post", "科员", "--clearance", "机密"];
        office.ok("zhou", &words);
    }
    publish(&office, &organisation);
    office.import(&organisation);
    office.open_relay();
    for (home, _) in OFFICERS.iter().chain(&STAFF) {
        office.ok(home, &["keys", "sync", "--from", &organisation]);
        office.ok(home, &["keys", "sync"]);
    }
    (office, organisation)
}

/// Both officers sign what zhou has drafted.
fn publish(office: &Office, organisation: &str) {
    let paper = office.path("next.json");
    let _none = fs::remove_file(&paper);
    office.ok("zhou", &["keys", "sign", "-o", &paper]);
    office.ok("wu", &["keys", "sign", &paper]);
    office.ok("zhou", &["keys", "publish", &paper, "-o", organisation]);
}

fn stop<'a>(who: &'a str, file: &'a str) -> Vec<&'a str> {
    vec!["keys", "stop", who, "--suspend", "--reason", "inquiry", "-o", file]
}

fn suspended(office: &Office, home: &str, who: &str) -> bool {
    office.json(home, &["keys", "show", who])["state"] == "suspended"
}

#[test]
fn two_officers_stop_at_the_same_time() {
    let (office, organisation) = office();
    let (one, two) = (office.path("one.json"), office.path("two.json"));
    office.ok("zhou", &stop("李娜", &one));
    office.ok("wu", &stop("张伟", &two));
    assert_eq!(office.json("zhou", &["keys", "publish", &one, "--relay"])["answer"], "taken");

    // Who comes second is told so, and what to do; never to try the same again.
    let (exit, error) = office.refused("wu", &["keys", "publish", &two, "--relay"]);
    assert_eq!((exit, error["code"].as_str()), (3, Some("stop-overtaken")), "{error}");
    let next: Vec<&str> =
        error["next"].as_array().unwrap().iter().map(|hint| hint.as_str().unwrap()).collect();
    assert!(
        next.len() == 1 && next[0].contains("vault keys stop p5 --suspend --reason inquiry --relay"),
        "{next:?}"
    );
    // A colleague who had it by file goes on too: both are stopped for her until a directory decides.
    office.ok("wang", &["keys", "sync", "--from", &two]);
    let synced = office.json("wang", &["keys", "sync"]);
    assert_eq!((&synced["stop"], &synced["beside"]), (&json!(1), &json!([1])));
    assert!(suspended(&office, "wang", "李娜") && suspended(&office, "wang", "张伟"));
    office.ok("wang", &["receive"]);
    assert!(suspended(&office, "wu", "李娜") && suspended(&office, "wu", "张伟"));
    let warned = office.ok("wang", &["keys", "sync"]);
    assert!(
        format!("{}{}", warned.out, warned.err).contains("two stop lists 1"),
        "{}{}",
        warned.out,
        warned.err
    );

    // The same again, upon the list that was first: the relay takes it.
    let again = office.json("wu", &[&stop("张伟", &two)[..], &["--relay"]].concat());
    assert_eq!((&again["stop"], &again["answer"]), (&json!(2), &json!("taken")));
    let (exit, _) = office.refused("zhang", &["receive"]);
    assert_eq!(exit, 3);
    // The directory folds it all, and everybody is of one mind.
    office.ok("zhou", &["keys", "sync"]);
    publish(&office, &organisation);
    office.ok("zhou", &["keys", "publish", &organisation, "--relay"]);
    for home in ["wang", "wu"] {
        let synced = office.json(home, &["keys", "sync"]);
        assert_eq!(
            (&synced["directory"], &synced["stop"], &synced["beside"]),
            (&json!(3), &json!(2), &json!([]))
        );
    }
    let document: Value = office.json("wu", &["keys", "show", "张伟"]);
    assert_eq!(document["state"], "suspended");
    office.ok("wang", &["receive"]);
}
