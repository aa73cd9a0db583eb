//! After keys were stopped and replaced, with real processes: senders re-wrap what waits, holders what they hold, and
//! what was signed before a theft still counts.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use serde_json::{Value, json};
use vault_core::item::{ItemHeader, Line};
use vault_tests::office::{Office, Programs};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

/// The relay takes what the officer wrote, and these homes hear of it.
fn take(office: &mut Office, organisation: &str, homes: &[&str]) {
    office.close_relay();
    office.import(organisation);
    office.open_relay();
    for home in homes {
        office.ok(home, &["keys", "sync"]);
    }
}

/// 李娜 rotates her keys, and the officer stops the opening key she had; answers its id.
fn opening_key_stolen(office: &mut Office) -> String {
    let shown = office.json("li", &["identity", "show"]);
    let stolen = shown["opening"]["id"].as_str().unwrap().to_owned();
    let (request, organisation) = (office.path("rotate.note"), office.path("organisation.json"));
    office.ok("li", &["identity", "rotate", "--opening", "-o", &request]);
    office.ok("officer", &["keys", "enrol", &request]);
    fs::remove_file(&organisation).unwrap();
    office.ok("officer", &["keys", "publish", "-o", &organisation]);
    stop(office, &["李娜", "--key", &stolen, "--reason", "stolen"], &["li", "wang"]);
    stolen
}

fn stop(office: &mut Office, whom: &[&str], homes: &[&str]) {
    let organisation = office.path("stopped.json");
    office.ok("officer", &[&["keys", "stop"][..], whom, &["-o", &organisation]].concat());
    take(office, &organisation, homes);
}

fn send(office: &Office, name: &str) -> String {
    let file = office.file(name, name.as_bytes());
    office.send("wang", &file, "李娜")["item"].as_str().unwrap().to_owned()
}

fn header(path: &str) -> ItemHeader {
    ItemHeader::parse(&fs::read(path).unwrap()).unwrap()
}

/// Whether a row is for this key.
fn names(header: &ItemHeader, key: &str) -> bool {
    header.access().value().rows.iter().any(|row| row.key.to_string() == key)
}

fn read(office: &Office, home: &str, item: &str) -> String {
    office.ok(home, &["read", item, "--stdout"]).out
}

#[test]
fn what_waits_is_wrapped_for_the_present_key() {
    let mut office = Office::new(PROGRAMS);
    let held = send(&office, "held.txt");
    office.ok("li", &["receive"]);
    let waiting = send(&office, "waiting.txt");
    let stolen = opening_key_stolen(&mut office);

    let done = office.json("wang", &["outbox", "rewrap"]);
    let rewrapped = done["rewrapped"].as_array().unwrap();
    assert_eq!(rewrapped.len(), 1, "{done}");
    assert_eq!((&rewrapped[0]["item"], &rewrapped[0]["seq"]), (&json!(waiting), &json!(2)));
    assert_eq!(rewrapped[0]["gone"][0]["key"], json!(stolen));
    assert_eq!(rewrapped[0]["added"][0]["holder"], rewrapped[0]["gone"][0]["holder"]);
    assert_eq!(done["ended"], json!([held]));
    // Once is enough.
    let again = office.json("wang", &["outbox", "rewrap", &waiting]);
    assert_eq!((&again["rewrapped"], &again["unchanged"]), (&json!([]), &json!(1)));

    let status = office.json("wang", &["status", &waiting]);
    let kinds: Vec<_> = status["evidence"].as_array().unwrap().iter().map(|leaf| &leaf["kind"]).collect();
    assert_eq!(kinds, ["label", "accepted", "released", "available", "access"]);

    office.ok("li", &["receive"]);
    assert_eq!(read(&office, "li", &waiting), "waiting.txt");
    let came = header(&office.path(&format!("li/inbox/{waiting}.age")));
    assert_eq!(came.access().value().seq, Some(2));
    assert!(!names(&came, &stolen));
    assert!(names(&header(&office_path(&office, &waiting, "header-1")), &stolen), "the earlier one is kept");
}

#[test]
fn an_answer_that_was_lost_is_fetched_again() {
    let mut office = Office::new(PROGRAMS);
    let waiting = send(&office, "waiting.txt");
    let sent = |name: &str| office_path(&office, &waiting, name);
    let (header, next, evidence) = (sent("header"), sent("next"), sent("json"));
    let before = (fs::read(&header).unwrap(), fs::read(&evidence).unwrap());
    opening_key_stolen(&mut office);
    let done = office.json("wang", &["outbox", "rewrap"]);
    let leaf = done["rewrapped"][0]["leaf"].clone();
    // As if the program had ended between handing in and hearing of it.
    fs::rename(&header, &next).unwrap();
    fs::write(&header, before.0).unwrap();
    fs::write(&evidence, before.1).unwrap();
    let again = office.json("wang", &["outbox", "rewrap"]);
    assert_eq!((&again["rewrapped"][0]["leaf"], &again["rewrapped"][0]["seq"]), (&leaf, &json!(2)));
    assert!(!fs::exists(&next).unwrap());
    assert_eq!(office.json("wang", &["outbox", "rewrap"])["rewrapped"], json!([]));
}

fn office_path(office: &Office, item: &str, ending: &str) -> String {
    office.path(&format!("wang/sent/{item}.{ending}"))
}

#[test]
fn what_was_received_is_wrapped_for_the_present_key() {
    let mut office = Office::new(PROGRAMS);
    let held = send(&office, "held.txt");
    office.ok("li", &["receive"]);
    let stolen = opening_key_stolen(&mut office);
    let sealed = fs::read(office.path(&format!("li/inbox/{held}.age"))).unwrap();

    let done = office.json("li", &["inbox", "rekey"]);
    assert_eq!(done["rekeyed"].as_array().unwrap().len(), 1, "{done}");
    assert_eq!(done["rekeyed"][0]["item"], json!(held));
    assert_eq!(read(&office, "li", &held), "held.txt");
    assert_eq!(
        fs::read(office.path(&format!("li/inbox/{held}.age"))).unwrap(),
        sealed,
        "the file stays as it came"
    );
    let own = header(&office.path(&format!("li/inbox/{held}.own")));
    assert_eq!((own.access().value().line, names(&own, &stolen)), (Line::Own, false));
    assert_eq!(office.json("li", &["inbox", "rekey"])["unchanged"], json!(1));

    // Her own note serves by itself: the same one without the shared one it rests on is refused.
    let other = send(&office, "other.txt");
    office.ok("li", &["receive"]);
    fs::copy(office.path(&format!("li/inbox/{held}.own")), office.path(&format!("li/inbox/{other}.own")))
        .unwrap();
    let refused = office.refused("li", &["read", &other, "--stdout"]);
    assert_eq!(refused.1["code"], json!("own-basis"));
}

#[test]
fn who_could_read_lists_what_was_within_reach() {
    let mut office = Office::new(PROGRAMS);
    let held = send(&office, "held.txt");
    office.ok("li", &["receive"]);
    let waiting = send(&office, "waiting.txt");
    let stolen = opening_key_stolen(&mut office);
    office.ok("wang", &["outbox", "rewrap"]);

    let by_key = office.json("wang", &["keys", "who-could-read", "李娜", "--key", &stolen]);
    let of = |found: &Value, item: &str| {
        let found = found["found"].as_array().unwrap().iter();
        found.filter(|one| one["item"] == json!(item)).cloned().collect::<Vec<_>>()
    };
    assert_eq!(by_key["found"].as_array().unwrap().len(), 2, "{by_key}");
    let (first, second) = (&of(&by_key, &held)[0], &of(&by_key, &waiting)[0]);
    assert_eq!((&first["stands"], &first["since"]), (&json!(true), &json!(1)));
    assert_eq!((&second["stands"], &second["since"]), (&json!(false), &json!(1)));
    let by_person = office.json("wang", &["keys", "who-could-read", "李娜"]);
    assert_eq!(of(&by_person, &waiting).len(), 2, "the old key, and the present one: {by_person}");
    let nobody = office.json("wang", &["keys", "who-could-read", "张伟"]);
    assert_eq!(nobody["found"], json!([]));
    assert_eq!(office.run("wang", &["keys", "who-could-read", "财务科"]).code, 2);
}

#[test]
fn what_was_signed_before_a_theft_is_received_and_stays_readable() {
    let mut office = Office::new(PROGRAMS);
    let held = send(&office, "held.txt");
    office.ok("li", &["receive"]);
    let waiting = send(&office, "waiting.txt");
    let shown = office.json("wang", &["identity", "show"]);
    let signing = shown["signing"]["id"].as_str().unwrap().to_owned();
    stop(&mut office, &["王建国", "--key", &signing, "--reason", "stolen"], &["li"]);
    assert_eq!(read(&office, "li", &held), "held.txt");
    office.ok("li", &["receive"]);
    assert_eq!(read(&office, "li", &waiting), "waiting.txt");
}

#[test]
fn what_was_received_is_resealed_under_a_new_key() {
    let mut office = Office::new(PROGRAMS);
    let held = send(&office, "held.txt");
    office.ok("li", &["receive"]);
    let stolen = opening_key_stolen(&mut office);

    let resealed = office.json("li", &["inbox", "reseal", &held]);
    assert_eq!(resealed["resealed"], json!(held));
    let item = resealed["item"].as_str().unwrap();
    assert_eq!(read(&office, "li", item), "held.txt");
    let new = header(&office.path(&format!("li/inbox/{item}.age")));
    assert!(!names(&new, &stolen));
    assert_eq!(new.label().value().origin.parents[0].item.to_string(), held);
    let listed = office.json("li", &["inbox", "list"]);
    assert_eq!(listed["stored"].as_array().unwrap().len(), 2, "the old one stays: {listed}");
    // By hand, as any sealed file; the rules and the proof are asked again.
    let out = office.path("out.txt");
    office.ok("li", &["open", &office.path(&format!("li/inbox/{item}.age")), "-o", &out]);
    assert_eq!(fs::read_to_string(out).unwrap(), "held.txt");
    // Nobody else holds it: not even the first sender.
    let refused = office.refused("wang", &["open", &office.path(&format!("li/inbox/{item}.age"))]);
    assert_eq!(refused.1["code"], json!("reader-not-listed"));
}
