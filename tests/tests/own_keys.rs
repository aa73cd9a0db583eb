//! A person's own keys with real processes: rotated, replaced after a forgotten passphrase, used on another machine.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;

use serde_json::Value;
use vault_keys::bytes::ByteString;
use vault_keys::opening::Recipient;
use vault_tests::office::{Office, Programs, STAFF};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

/// The officer enters a request and publishes; the relay takes it.
fn enter(office: &mut Office, request: &str) -> String {
    office.ok("officer", &["keys", "enrol", request]);
    let organisation = office.path("organisation.json");
    fs::remove_file(&organisation).unwrap();
    office.ok("officer", &["keys", "publish", "-o", &organisation]);
    office.close_relay();
    office.import(&organisation);
    office.open_relay();
    organisation
}

fn shown(office: &Office, home: &str) -> (String, String) {
    let shown = office.json(home, &["identity", "show"]);
    let id = |key: &str| shown[key]["id"].as_str().unwrap().to_owned();
    (id("opening"), id("signing"))
}

fn code(refused: &(i32, Value)) -> &str {
    refused.1["code"].as_str().unwrap_or_default()
}

fn read(office: &Office, home: &str, item: &str) -> String {
    office.ok(home, &["read", item, "--stdout"]).out
}

/// The code with another last character, which is all checksum: it never fits by chance.
fn mistyped(code: &str) -> String {
    let (rest, last) = code.split_at(code.len() - 1);
    format!("{rest}{}", if last == "7" { "8" } else { "7" })
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

/// Sends a file to 李娜; answers the item.
fn send(office: &Office, name: &str) -> String {
    let file = office.file(name, name.as_bytes());
    office.send("wang", &file, "李娜")["item"].as_str().unwrap().to_owned()
}

#[test]
fn rotated_keys_open_what_is_old_and_what_is_new() {
    let mut office = Office::new(PROGRAMS);
    let held = send(&office, "held.txt");
    office.ok("li", &["receive"]);
    let waiting = send(&office, "waiting.txt");
    let before = shown(&office, "li");

    let request = office.path("rotate.note");
    let rotated = office.json("li", &["identity", "rotate"]);
    // The present keys stay in use, and the same request goes out again.
    assert_eq!(shown(&office, "li"), before);
    let again = office.json("li", &["identity", "rotate", "-o", &request]);
    assert_eq!(again["request_fingerprint"], rotated["request_fingerprint"]);
    let synced = office.json("li", &["keys", "sync"]);
    assert_eq!(synced["waiting"], rotated["request_fingerprint"]);

    enter(&mut office, &request);
    let synced = office.json("li", &["keys", "sync"]);
    assert_eq!((&synced["renewed"], &synced["waiting"]), (&true.into(), &Value::Null));
    let after = shown(&office, "li");
    assert!(after.0 != before.0 && after.1 != before.1);

    // Sealed to the old key, received before and after; sealed to the new one.
    office.ok("wang", &["keys", "sync"]);
    let new = send(&office, "new.txt");
    office.ok("li", &["receive"]);
    for (item, words) in [(held, "held.txt"), (waiting, "waiting.txt"), (new, "new.txt")] {
        assert_eq!(read(&office, "li", &item), words);
    }
    // And what the new key signs is believed.
    let file = office.file("answer.txt", b"answer");
    let answer = office.send("li", &file, "王建国")["item"].as_str().unwrap().to_owned();
    office.ok("wang", &["receive"]);
    assert_eq!(read(&office, "wang", &answer), "answer");
}

#[test]
fn rotate_while_one_is_pending() {
    let office = Office::new(PROGRAMS);
    office.ok("li", &["identity", "rotate", "--opening"]);
    for other in [&["identity", "rotate"][..], &["identity", "rotate", "--signing"]] {
        assert_eq!(code(&office.refused("li", other)), "renewal-pending");
    }
    office.ok("li", &["identity", "rotate", "--opening"]);
}

#[test]
fn a_rotation_that_waits_is_taken_back() {
    let mut office = Office::new(PROGRAMS);
    let withdraw = ["identity", "rotate", "--withdraw"];
    assert_eq!(code(&office.refused("li", &withdraw)), "nothing-waits");
    let (before, held) = (shown(&office, "li"), send(&office, "held.txt"));
    office.ok("li", &["receive"]);
    let first = office.json("li", &["identity", "rotate"]);
    let taken = office.json("li", &withdraw);
    assert_eq!(
        (&taken["withdrawn"], &taken["request_fingerprint"]),
        (&true.into(), &first["request_fingerprint"])
    );
    // Whatever lies in that folder, nobody is kept from working by it.
    fs::write(office.path("li/former/0-0.note"), b"{").unwrap();
    // Nothing waits, nothing else has changed, and another rotation may be asked for.
    assert_eq!(office.json("li", &["keys", "sync"])["waiting"], Value::Null);
    assert_eq!((shown(&office, "li"), read(&office, "li", &held)), (before.clone(), "held.txt".to_owned()));
    assert!(fs::read_dir(office.path("li/renewal")).unwrap().next().is_none());
    let request = office.path("second.note");
    let second = office.json("li", &["identity", "rotate", "-o", &request]);
    assert_ne!(second["request_fingerprint"], first["request_fingerprint"]);

    // Signed meanwhile: it is finished instead, and said so.
    enter(&mut office, &request);
    let late = office.json("li", &withdraw);
    assert_eq!((&late["withdrawn"], &late["renewed"]), (&false.into(), &true.into()));
    let after = shown(&office, "li");
    assert!(after.0 != before.0 && after.1 != before.1);
    assert_eq!(read(&office, "li", &held), "held.txt");
    assert_eq!(code(&office.refused("li", &withdraw)), "nothing-waits");
}

/// The officer had it, and published it after it was taken back: without the keys the person would be locked out.
#[test]
fn a_rotation_published_after_it_was_taken_back_is_taken_into_use() {
    let mut office = Office::new(PROGRAMS);
    let (before, request) = (shown(&office, "li"), office.path("first.note"));
    let held = send(&office, "held.txt");
    office.ok("li", &["identity", "rotate", "-o", &request]);
    // The relay is away: nothing says whether it is in force.
    office.close_relay();
    let taken = office.ok("li", &["identity", "rotate", "--withdraw"]);
    assert!(taken.err.contains("the relay does not answer"), "{}", taken.err);
    office.open_relay();
    // And another one is asked for by then.
    office.ok("li", &["identity", "rotate", "--opening"]);
    enter(&mut office, &request);
    office.ok("li", &["keys", "sync"]);
    let after = shown(&office, "li");
    assert!(after.0 != before.0 && after.1 != before.1);
    assert_eq!(office.json("li", &["keys", "sync"])["waiting"], Value::Null);
    office.ok("li", &["receive"]);
    assert_eq!(read(&office, "li", &held), "held.txt", "the keys of before open what is old");
    let file = office.file("answer.txt", b"answer");
    office.send("li", &file, "王建国");
}

/// What is sealed and not handed in is signed by the present key: said before new keys are made.
#[test]
fn rotate_with_items_in_the_outbox() {
    let mut office = Office::new(PROGRAMS);
    office.close_relay();
    let file = office.file("held-up.txt", b"held up");
    let words = ["send", &file, "--to", "王建国", "--mark", "内部", "--term", "2年", "--basis", "清单3"];
    assert_ne!(office.run("li", &words).code, 0, "the relay is away");
    let request = office.path("rotate.note");
    let rotated = office.ok("li", &["identity", "rotate", "-o", &request]);
    assert!(rotated.err.contains("outbox"), "{}", rotated.err);
    office.open_relay();
    enter(&mut office, &request);
    office.ok("li", &["keys", "sync"]);
    assert_eq!(code(&office.refused("li", &["outbox", "resume"])), "sender-key");
}

#[test]
fn a_crash_while_keys_are_exchanged_heals() {
    let mut office = Office::new(PROGRAMS);
    let request = office.path("rotate.note");
    office.ok("li", &["identity", "rotate", "-o", &request]);
    let organisation = enter(&mut office, &request);
    let home = office.path("li");
    let home = Path::new(&home);
    let kept = Path::new(&office.path("kept")).to_path_buf();
    copy(&home.join("renewal"), &kept);
    let card = fs::read(home.join("identity.json")).unwrap();
    office.ok("li", &["keys", "sync", "--from", &organisation]);
    let after = shown(&office, "li");
    assert!(!home.join("renewal/request.note").exists());

    // As if the power had gone before the folder was cleared, and before the card was written.
    for card in [None, Some(card)] {
        copy(&kept, &home.join("renewal"));
        if let Some(card) = card {
            fs::write(home.join("identity.json"), card).unwrap();
            assert_ne!(shown(&office, "li"), after);
        }
        office.ok("li", &["inbox"]);
        assert_eq!(shown(&office, "li"), after);
        assert!(!home.join("renewal/request.note").exists());
        let pass = office.path("pass");
        office.ok("li", &["identity", "passphrase", "--new-passphrase-file", &pass]);
    }
}

#[test]
fn a_passphrase_changed_while_keys_wait_opens_the_next_ones() {
    let mut office = Office::new(PROGRAMS);
    let item = send(&office, "one.txt");
    let request = office.path("rotate.note");
    office.ok("li", &["identity", "rotate", "-o", &request]);
    let new = office.file("new-pass", "行到水穷处 坐看云起时\n".as_bytes());
    private(&new);
    office.ok("li", &["identity", "passphrase", "--new-passphrase-file", &new]);
    enter(&mut office, &request);
    office.ok("li", &["keys", "sync"]);
    assert_eq!(code(&office.refused("li", &["receive"])), "wrong-passphrase");
    fs::copy(&new, office.path("pass")).unwrap();
    office.ok("li", &["receive"]);
    assert_eq!(read(&office, "li", &item), "one.txt");
}

#[test]
fn a_forgotten_passphrase_is_replaced() {
    let mut office = Office::new(PROGRAMS);
    let before = shown(&office, "li");
    let locked = fs::read(office.path("li/identity.age")).unwrap();
    let words = office.invite("officer", &["李娜"], "sheet");
    // Another passphrase from here on; the old one is gone.
    let old = fs::read(office.path("pass")).unwrap();
    fs::write(office.path("pass"), "行到水穷处 坐看云起时\n").unwrap();
    assert_eq!(code(&office.refused("li", &["identity", "rotate"])), "wrong-passphrase");

    let request = office.path("replace.note");
    let mistyped = mistyped(&words);
    let refused = office.refused("li", &["identity", "replace", &mistyped, "-o", &request]);
    assert_eq!(code(&refused), "code-mistyped");
    let made = office.json("li", &["identity", "replace", &words, "-o", &request]);
    fs::remove_file(&request).unwrap();
    let again = office.json("li", &["identity", "replace", &words, "-o", &request]);
    assert_eq!(made["request_fingerprint"], again["request_fingerprint"]);
    assert_eq!(shown(&office, "li"), before);

    let new = fs::read(office.path("pass")).unwrap();
    fs::write(office.path("pass"), &old).unwrap();
    enter(&mut office, &request);
    office.ok("wang", &["keys", "sync"]);
    let item = send(&office, "new.txt");
    fs::write(office.path("pass"), new).unwrap();
    office.ok("li", &["keys", "sync"]);
    assert_ne!(shown(&office, "li"), before);
    // The old file is kept, locked as it was.
    let former = vault_tests::office::only(Path::new(&office.path("li/former")), ".age");
    assert_eq!(fs::read(former).unwrap(), locked);
    office.ok("li", &["receive"]);
    assert_eq!(read(&office, "li", &item), "new.txt");
}

#[test]
fn a_lost_machine_is_replaced_by_another() {
    let mut office = Office::new(PROGRAMS);
    let organisation = office.path("organisation.json");
    let words = office.invite("officer", &["李娜"], "sheet");
    let fingerprint = office.fingerprint();
    let request = office.path("replace.note");
    let replace = ["identity", "replace", &words, "--organisation", &organisation, "--as", "李娜"];
    let replace = [&replace[..], &["--fingerprint", &fingerprint, "-o", &request]].concat();
    let made = office.json("li-new", &replace);
    fs::remove_file(&request).unwrap();
    assert_eq!(office.json("li-new", &replace)["request_fingerprint"], made["request_fingerprint"]);
    enter(&mut office, &request);
    office.ok("li-new", &["keys", "sync", "--from", &organisation]);
    office.ok("wang", &["keys", "sync"]);
    let item = send(&office, "new.txt");
    office.ok("li-new", &["receive"]);
    assert_eq!(read(&office, "li-new", &item), "new.txt");
}

#[test]
fn another_machine_from_a_backup() {
    let mut office = Office::new(PROGRAMS);
    let organisation = office.path("organisation.json");
    let (backup, request) = (office.path("li.age"), office.path("station.note"));
    office.ok("li", &["identity", "backup", &backup]);
    let fingerprint = office.fingerprint();
    let restore =
        ["identity", "restore", &backup, "--organisation", &organisation, "--fingerprint", &fingerprint];
    let made = office.json("li-2", &[&restore[..], &["-o", &request]].concat());
    let again = office.path("again.note");
    let repeated = office.json("li-2", &[&restore[..], &["-o", &again]].concat());
    assert_eq!(made["request_fingerprint"], repeated["request_fingerprint"]);
    // Until it is entered the machine is nobody's.
    assert_eq!(code(&office.refused("li-2", &["receive"])), "station-unknown");
    let item = send(&office, "one.txt");
    enter(&mut office, &request);
    office.ok("li-2", &["receive"]);
    assert_eq!(read(&office, "li-2", &item), "one.txt");

    // A damaged backup is named, not the key file; a passphrase to be changed asks for the right option.
    let damaged = office.file("damaged.age", b"age-encryption.org/v1\n");
    let words =
        ["identity", "restore", &damaged, "--organisation", &organisation, "--fingerprint", &fingerprint];
    let refused = office.refused("li-4", &[&words[..], &["-o", &office.path("fourth.note")]].concat());
    assert_eq!(code(&refused), "backup-damaged");
    let silent = office.refused("li", &["identity", "passphrase"]);
    assert!(silent.1.to_string().contains("--new-passphrase-file"), "{}", silent.1);

    // A backup from before a rotation is told as such.
    let rotate = office.path("rotate.note");
    office.ok("li", &["identity", "rotate", "-o", &rotate]);
    enter(&mut office, &rotate);
    let third = office.path("third.note");
    let refused = office.refused("li-3", &[&restore[..], &["-o", &third]].concat());
    assert_eq!(code(&refused), "backup-older");
}

#[test]
fn join_twice() {
    let mut office = Office::empty(PROGRAMS);
    let organisation = office.found();
    let (fingerprint, words) = (office.fingerprint(), office.invite("officer", &["--name", "韩梅"], "sheet"));
    let join = ["join", &organisation, &words, "--name", "韩梅", "--fingerprint", &fingerprint, "-o"];
    let (one, two) = (office.path("one.note"), office.path("two.note"));
    office.ok("han", &[&join[..], &[&one]].concat());
    let keys = fs::read(office.path("han/identity.age")).unwrap();
    office.ok("han", &[&join[..], &[&two]].concat());
    assert_eq!(fs::read(one).unwrap(), fs::read(two).unwrap());
    assert_eq!(fs::read(office.path("han/identity.age")).unwrap(), keys);
    // While it waits, doctor says so and calls nothing wrong of it.
    let found = office.run("han", &["doctor", "--json"]).out;
    let found: Value = serde_json::from_str(&found).unwrap();
    let enrolled = |check: &&Value| check["check"] == "enrolled";
    assert_eq!(found["checks"].as_array().unwrap().iter().find(enrolled).unwrap()["finding"], "note");
}

#[test]
fn code_mistyped() {
    let mut office = Office::empty(PROGRAMS);
    let organisation = office.found();
    let words = office.invite("officer", &["--name", "韩梅"], "sheet");
    let mistyped = mistyped(&words);
    let fingerprint = office.fingerprint();
    let join = ["join", &organisation, &mistyped, "--name", "韩梅", "--fingerprint", &fingerprint];
    assert_eq!(code(&office.refused("han", &join)), "code-mistyped");
    assert!(!Path::new(&office.path("han")).exists(), "nothing was made");
}

#[test]
fn code_of_another_organisation() {
    let (office, mut other) = (Office::new(PROGRAMS), Office::empty(PROGRAMS));
    other.found();
    let words = other.invite("officer", &["--name", "韩梅"], "sheet");
    let (organisation, fingerprint) = (office.path("organisation.json"), office.fingerprint());
    let join = ["join", &organisation, &words, "--name", "韩梅", "--fingerprint", &fingerprint];
    assert_eq!(code(&office.refused("han", &join)), "not-admitted");
}

fn private(path: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// Puts another opening key into somebody's entry, in the officer's draft.
fn swap_opening_key(office: &Office, name: &str, rogue: &Recipient) {
    let path = office.path("officer/officer/draft.json");
    let mut draft: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let persons = draft["persons"].as_array_mut().unwrap();
    let person = persons.iter_mut().find(|person| person["name"] == name).unwrap();
    let keys = person["keys"].as_array_mut().unwrap();
    let opening = keys.iter_mut().find(|key| key["kind"] == rogue.kind().as_str()).unwrap();
    opening["key"] = serde_json::to_value(ByteString(rogue.public_bytes())).unwrap();
    opening["id"] = rogue.key_id().to_string().into();
    keys.sort_by_key(|key| key["id"].as_str().unwrap().to_owned());
    fs::write(&path, serde_json::to_vec(&draft).unwrap()).unwrap();
}

#[test]
fn a_key_in_ones_own_entry_that_is_not_ones_own_is_named() {
    let mut office = Office::empty(PROGRAMS);
    let organisation = office.found();
    for staff in &STAFF[..2] {
        office.enrol(*staff, &organisation);
    }
    office.ok("rogue", &["identity", "new"]);
    let rogue = office.json("rogue", &["identity", "show"])["opening"]["recipient"].clone();
    let rogue: Recipient = rogue.as_str().unwrap().parse().unwrap();
    swap_opening_key(&office, "李娜", &rogue);
    office.ok("officer", &["keys", "publish", "-o", &organisation]);
    office.import(&organisation);
    office.open_relay();

    for home in ["wang", "li"] {
        let synced = office.json(home, &["keys", "sync", "--from", &organisation]);
        let misfits = synced["own_keys"].as_array().unwrap();
        if home == "wang" {
            assert!(misfits.is_empty(), "{misfits:?}");
        } else {
            assert_eq!((&misfits[0]["finding"], misfits.len()), (&"not-mine".into(), 1));
            assert_eq!(misfits[0]["key"], rogue.key_id().to_string());
        }
    }
    let loud = rogue.key_id().groups();
    assert!(office.ok("li", &["keys", "sync", "--quiet"]).err.contains(&loud));
    let doctor = office.run("li", &["doctor"]);
    assert!(
        doctor.code == 1
            && doctor.out.contains(&format!("✗ the directory names another opening key for you, {loud}")),
        "{}",
        doctor.out
    );
    // The sender is not to blame, and is not sent for.
    send(&office, "meant-for-li.txt");
    let refused = office.refused("li", &["receive"]);
    assert_eq!((refused.0, code(&refused)), (3, "reader-not-listed"));
    let next = refused.1["next"].to_string();
    assert!(
        next.contains(&loud) && next.contains("another key officer") && !next.contains("sender"),
        "{next}"
    );
}

#[test]
fn keys_exchanged_on_another_machine_follow_from_a_new_backup() {
    let mut office = Office::new(PROGRAMS);
    let (organisation, fingerprint) = (office.path("organisation.json"), office.fingerprint());
    let (old, new) = (office.path("old.bak"), office.path("new.bak"));
    office.ok("li", &["identity", "backup", &old]);
    let restore = |backup: &str, output: &str| -> Vec<String> {
        let words = [
            "identity",
            "restore",
            backup,
            "--organisation",
            &organisation,
            "--fingerprint",
            &fingerprint,
            "-o",
            output,
        ];
        words.map(str::to_owned).to_vec()
    };
    let (station, rotate) = (office.path("station.note"), office.path("rotate.note"));
    let words = restore(&old, &station);
    office.ok("li-2", &words.iter().map(String::as_str).collect::<Vec<_>>());
    enter(&mut office, &station);
    office.ok("li-2", &["keys", "sync"]);
    office.ok("li", &["identity", "rotate", "-o", &rotate]);
    enter(&mut office, &rotate);
    office.ok("li", &["keys", "sync"]);
    let held = send_after_sync(&office, "sealed-to-the-new-key.txt");

    // The second machine has the keys of before, and says so.
    let synced = office.json("li-2", &["keys", "sync"]);
    let findings: Vec<&Value> =
        synced["own_keys"].as_array().unwrap().iter().map(|one| &one["finding"]).collect();
    assert_eq!(findings, ["exchanged", "exchanged"]);
    let refused = office.refused("li-2", &["receive"]);
    assert_eq!(code(&refused), "reader-not-listed");
    assert!(refused.1["next"].to_string().contains("vault identity restore"), "{}", refused.1);
    // A backup of before does not help; one of now does, and no officer is needed for it.
    let again = office.path("again.note");
    let words = restore(&old, &again);
    assert_eq!(
        code(&office.refused("li-2", &words.iter().map(String::as_str).collect::<Vec<_>>())),
        "backup-older"
    );
    office.ok("li", &["identity", "backup", &new]);
    let words = restore(&new, &again);
    let followed = office.json("li-2", &words.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(followed["request"], Value::Null);
    assert_eq!(shown(&office, "li-2"), shown(&office, "li"));
    assert_eq!(office.json("li-2", &["keys", "sync"])["own_keys"], Value::Array(Vec::new()));
    office.ok("li-2", &["receive"]);
    assert_eq!(read(&office, "li-2", &held), "sealed-to-the-new-key.txt");
    // What opened before is kept.
    assert!(fs::read_dir(office.path("li-2/former")).unwrap().next().is_some());
}

/// As [`send`], by the newest directory.
fn send_after_sync(office: &Office, name: &str) -> String {
    office.ok("wang", &["keys", "sync"]);
    send(office, name)
}
