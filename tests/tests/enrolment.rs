//! Thirty people by a table, each with a code, over a real relay: invited, joined, compared, signed once.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use vault_keys::joining::{JoinCode, Purpose, RequestText};
use vault_keys::key_id::KeyKind;
use vault_tests::forger::Forger;
use vault_tests::office::{OFFICER, Office, Programs};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

/// The officer alone, enrolled as a person, and a relay that serves.
fn office() -> (Office, String) {
    let mut office = Office::empty(PROGRAMS);
    let organisation = office.found();
    office.enrol(OFFICER, &organisation);
    office.ok("officer", &["keys", "publish", "-o", &organisation]);
    office.import(&organisation);
    office.open_relay();
    (office, organisation)
}

fn table() -> String {
    format!("{}/../docs/sample/people.csv", env!("CARGO_MANIFEST_DIR"))
}

/// Somebody joins over the relay by his sheet; answers the number he reads out.
fn join(office: &Office, home: &str, sheets: &str, name: &str, code: &str) -> String {
    let (file, fingerprint) = (office.path(&format!("{sheets}/organisation.vault")), office.fingerprint());
    let joined = office.json(home, &["join", &file, code, "--name", name, "--fingerprint", &fingerprint]);
    joined["request_fingerprint"].as_str().unwrap().to_owned()
}

fn pending(office: &Office, numbers: &[String]) -> Value {
    let mut words = vec!["keys", "enrol", "--pending"];
    for number in numbers {
        words.extend(["--number", number]);
    }
    office.json("officer", &words)
}

fn count(list: &Value) -> usize {
    list.as_array().unwrap().len()
}

fn refused(office: &Office, home: &str, words: &[&str]) -> String {
    let (_, error) = office.refused(home, words);
    error["code"].as_str().unwrap_or_else(|| panic!("{error}")).to_owned()
}

#[test]
fn thirty_people_by_table_are_signed_once() {
    let (office, _) = office();
    let sheets = office.path("sheets");
    let invited = office
        .json("officer", &["keys", "invite", "--from", &table(), "--new-units", "--relay", "-o", &sheets]);
    let invited = invited["invited"].as_array().unwrap().clone();
    assert_eq!(invited.len(), 30);
    let mode = |path: &str| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&sheets), 0o700);
    let mut numbers = BTreeMap::new();
    for (place, guest) in invited.iter().enumerate() {
        let text = |field: &str| guest[field].as_str().unwrap();
        let (name, code, sheet) = (text("name"), text("code"), text("sheet"));
        assert_eq!(mode(sheet), 0o600, "a sheet is for one person");
        assert!(fs::read_to_string(sheet).unwrap().contains(code));
        numbers.insert(name.to_owned(), join(&office, &format!("p{place}"), "sheets", name, code));
    }
    // One has not been reached yet: he waits, and the others do not.
    let late = numbers.remove("韩梅").unwrap();
    let told: Vec<String> = numbers.values().cloned().collect();
    let entered = pending(&office, &told);
    assert_eq!((count(&entered["entered"]), count(&entered["later"])), (29, 1), "{entered}");
    // What is in the draft already is not asked about again.
    let entered = pending(&office, &told);
    assert_eq!((count(&entered["entered"]), count(&entered["later"])), (0, 1), "{entered}");
    let entered = pending(&office, &[late]);
    assert_eq!((count(&entered["entered"]), count(&entered["later"])), (1, 0), "{entered}");

    let next = office.path("next.json");
    let published = office.json("officer", &["keys", "publish", "--relay", "-o", &next]);
    assert_eq!(published["directory"], 3, "signed once for all: {published}");
    let listed = office.json("officer", &["keys", "list"]);
    assert_eq!(count(&listed["persons"]), 31, "{listed}");
    // Entered as planned, without being typed again.
    let shown = office.json("officer", &["keys", "show", "张伟"]).to_string();
    for word in ["科长", "reviewer", "clerk", "secret"] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    // Two of them write to each other at once.
    let place = |name: &str| invited.iter().position(|guest| guest["name"] == name).unwrap();
    let (from, to) = (format!("p{}", place("李娜")), format!("p{}", place("韩梅")));
    for home in [&from, &to] {
        assert!(office.json(home, &["keys", "sync"])["person"].is_string());
    }
    let file = office.file("通知.txt", b"notice");
    office.send(&from, &file, "韩梅");
    let received = office.json(&to, &["receive"]);
    assert_eq!(count(&received["received"]), 1, "{received}");
}

#[test]
fn code_used_twice_expired_guessed_at_or_withdrawn() {
    let (office, _) = office();
    let code = office.invite("officer", &["--name", "韩梅", "--relay"], "sheets");
    let (file, fingerprint) = (office.path("sheets/organisation.vault"), office.fingerprint());
    let number = join(&office, "han", "sheets", "韩梅", &code);
    let join_with = |home: &str, code: &str| {
        refused(&office, home, &["join", &file, code, "--name", "韩梅", "--fingerprint", &fingerprint])
    };
    assert_eq!(join(&office, "han", "sheets", "韩梅", &code), number, "the same request again");
    assert_eq!(join_with("thief", &code), "not-admitted");
    let guess = JoinCode::generate(&mut vault::clock::randomness()).to_text();
    assert_eq!(join_with("thief", &guess), "not-admitted");

    // Two lists within one second: the second is dated later, and leaves out what was taken back.
    let second = office.invite("officer", &["--name", "林芳", "--relay"], "more");
    let open = office.json("officer", &["keys", "invite", "--list"]);
    assert_eq!(count(&open["open"]), 2, "{open}");
    assert!(!open.to_string().contains(&second), "codes are on sheets only");
    office.ok("officer", &["keys", "invite", "--withdraw", "林芳", "--relay"]);
    assert_eq!(join_with("lin", &second), "not-admitted");
    assert_eq!(office.run("officer", &["keys", "invite", "--withdraw", "林芳"]).code, 2, "once");

    // A file that comes too late is refused by the officer's own program.
    let third = office.invite("officer", &["--name", "何斌"], "third");
    let request = office.path("he.note");
    let words = ["join", &file, &third, "--name", "何斌", "--fingerprint", &fingerprint, "-o", &request];
    office.ok("he", &words);
    let later = vault::clock::now().plus_days(8).to_string();
    let words =
        ["keys", "enrol", &request, "--unit", "办公室", "--post", "科员", "--clearance", "无", "--json"];
    let late = office.run_at(&later, "officer", &words);
    assert_eq!(late.code, 3);
    assert!(late.out.contains("not-admitted"), "{}", late.out);
}

#[test]
fn requests_that_are_refused() {
    let mut office = Office::empty(PROGRAMS);
    let organisation = office.found();
    let code = office.invite("officer", &["--name", "韩梅"], "sheets");
    let org =
        vault_keys::directory::Organisation::parse(&fs::read(&organisation).unwrap(), None).unwrap().org();
    let forger = Forger::new(org, &code);
    let as_planned = ["--unit", "办公室", "--post", "科员", "--clearance", "无"];
    let enrol = |name: &str, note: &[u8]| {
        let file = office.file(name, note);
        refused(&office, "officer", &[&["keys", "enrol", &file][..], &as_planned].concat())
    };
    // Request without proof of possession: no line by the signing key it names, or one by another.
    assert_eq!(enrol("none.note", &forger.without_proof()), "no-proof");
    assert_eq!(enrol("other.note", &forger.proved_by_another()), "no-proof");
    // One key for two kinds.
    assert_eq!(enrol("twice.note", &forger.one_key_for_two_kinds()), "one-key-two-kinds");
    // Small-order key, as opening key and as station key.
    assert_eq!(enrol("opening.note", &forger.small_order_opening()), "unusable-key");
    assert_eq!(enrol("station.note", &forger.small_order_station()), "unusable-key");
    // A purpose that the code was not drawn for, and a member's request that no member signed.
    let replace = RequestText {
        purpose: Purpose::Replace,
        person: Some(vault_keys::numbers::PersonNo::new(1).unwrap()),
        ..forger.text()
    };
    assert_eq!(enrol("replace.note", &forger.note(replace)), "not-admitted");

    // Two persons with one key: the second is refused, whatever name he gives.
    let file = office.file("good.note", &forger.note(forger.text()));
    office.ok("officer", &[&["keys", "enrol", &file][..], &as_planned].concat());
    let again = Forger::new(org, &office.invite("officer", &["--name", "林芳"], "more"));
    assert_eq!(enrol("same.note", &again.under_another_name("林芳")), "key-taken");
    let draft = office.json("officer", &["keys", "draft"]).to_string();
    assert!(draft.contains("韩梅") && !draft.contains("林芳"), "{draft}");
}

#[test]
fn a_slip_of_the_pen_founds_no_unit() {
    let mut office = Office::empty(PROGRAMS);
    let organisation = office.found();
    let head = "姓名,部门,职务,最高密级,审查,保密承诺书,终端类别\n";
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let row =
        |unit: &str| format!("李娜,{unit},科员,机密,standard:2099-06-30:{hash},yearly:2099-01-31,涉密\n");
    let table = |name: &str, rows: &str| office.file(name, format!("{head}{rows}").as_bytes());
    let file = table("one.csv", &row("财务科"));
    let folder = office.path("sheets");
    let invite = ["keys", "invite", "--from", &file, "-o", &folder];
    assert_eq!(refused(&office, "officer", &invite), "unit-unknown");
    // Numbers are given, never chosen, whatever was said.
    let number = table("number.csv", &row("u7"));
    let invite = ["keys", "invite", "--from", &number, "--new-units", "-o", &folder];
    assert_eq!(refused(&office, "officer", &invite), "unit-unknown");
    assert!(!Path::new(&folder).exists());

    // Meant as new, it is made when somebody is entered in it, with papers and the machine's class.
    let invited = office.json("officer", &["keys", "invite", "--from", &file, "--new-units", "-o", &folder]);
    let code = invited["invited"][0]["code"].as_str().unwrap();
    let (request, fingerprint) = (office.path("li.note"), office.fingerprint());
    let join = ["join", &organisation, code, "--name", "李娜", "--fingerprint", &fingerprint, "-o", &request];
    office.ok("li", &join);
    let entered = office.json("officer", &["keys", "enrol", &request]);
    assert_eq!(entered["new_unit"], true);
    office.ok("officer", &["keys", "publish", "-o", &organisation]);
    let bytes = fs::read(&organisation).unwrap();
    let signed = vault_keys::directory::Organisation::parse(&bytes, None).unwrap();
    let person = &signed.directory().persons()[0];
    let facts = person.personnel.as_ref().unwrap();
    assert_eq!(person.vetting, Some("2099-06-30".parse().unwrap()));
    assert_eq!((person.training, person.letter), (None, Some("2099-01-31".parse().unwrap())));
    let vetting = facts.vetting.as_ref().unwrap();
    assert_eq!((vetting.class.as_str(), vetting.hash.unwrap().to_string().as_str()), ("standard", hash));
    let station = person.keys.iter().find(|key| key.kind == KeyKind::Station).unwrap();
    assert_eq!((facts.stations[0].key, facts.stations[0].class.as_str()), (station.id, "classified"));

    // Now it exists, and the next table need not say so.
    let file = table("two.csv", &row("财务科").replace("李娜", "林芳"));
    office.ok("officer", &["keys", "invite", "--from", &file, "-o", &office.path("more")]);
}

#[test]
fn a_table_that_is_refused_makes_nothing() {
    let mut office = Office::empty(PROGRAMS);
    office.found();
    let head = "姓名,部门,职务,最高密级\n";
    let many: String = (0..10_000).map(|place| format!("张三{place},财务科,科员,无\n")).collect();
    let sheets = office.path("sheets");
    let tables: [(&str, Vec<u8>, i32); 6] = [
        ("level", format!("{head}李娜,财务科,科员,很高\n").into_bytes(), 3),
        ("top-secret", format!("{head}李娜,财务科,科员,绝密\n").into_bytes(), 3),
        ("ten-thousand", format!("{head}{many}").into_bytes(), 2),
        ("invalid-utf8", [head.as_bytes(), b"\xc0\xee\xc4\xc8,x,y,z\n"].concat(), 2),
        ("empty", head.into(), 2),
        ("unknown-unit", format!("{head}李娜,材务科,科员,无\n").into_bytes(), 2),
    ];
    for (name, bytes, code) in tables {
        let file = office.file(&format!("{name}.csv"), &bytes);
        let ended = office.run("officer", &["keys", "invite", "--from", &file, "-o", &sheets]);
        assert_eq!(ended.code, code, "{name}: {}{}", ended.out, ended.err);
        assert!(!Path::new(&sheets).exists(), "{name}");
    }
    // 100 MiB are not read; a file with a hole costs no disk.
    let huge = office.file("huge.csv", b"");
    fs::OpenOptions::new().write(true).open(&huge).unwrap().set_len(100 << 20).unwrap();
    assert_ne!(office.run("officer", &["keys", "invite", "--from", &huge, "-o", &sheets]).code, 0);
    assert!(!Path::new(&sheets).exists());
    assert_eq!(count(&office.json("officer", &["keys", "invite", "--list"])["open"]), 0);
}

#[test]
fn a_name_that_no_entry_can_hold_gets_no_code() {
    let mut office = Office::empty(PROGRAMS);
    let organisation = office.found();
    let sheets = office.path("sheets");
    for name in ["", "  ", "a@b", "李\n娜", "\u{1b}[31m", "李\u{202e}娜"] {
        let invite = ["keys", "invite", "--name", name, "-o", &sheets];
        assert_eq!(refused(&office, "officer", &invite), "name-unfit", "{name:?}");
        // What is refused is shown without steering the terminal.
        let shown = office.run("officer", &invite).err;
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown:?}");
    }
    let code = office.invite("officer", &["--name", "李娜"], "sheets");
    let fingerprint = office.fingerprint();
    let join = ["join", &organisation, &code, "--fingerprint", &fingerprint, "--name", "li@na"];
    assert_eq!(refused(&office, "li", &join), "name-unfit");
    assert!(!Path::new(&office.path("li/identity.age")).exists());
}

#[test]
fn the_list_before_the_yes_shows_what_each_may_become() {
    let mut office = Office::empty(PROGRAMS);
    office.found();
    let head = "姓名,部门,职务,最高密级,职责,机要员,人员归属,部门最高密级\n";
    let row = "李娜,财务科,科员,机密,密钥管理员,是,外单位,机密\n";
    let file = office.file("t.csv", format!("{head}{row}").as_bytes());
    let sheets = office.path("sheets");
    let invite = ["keys", "invite", "--new-units", "--from", &file, "-o", &sheets, "--lang", "zh"];
    let shown = office.ok("officer", &invite).out;
    let line = shown.lines().find(|line| line.contains("李娜")).unwrap();
    for said in ["密钥管理员", "机要员", "外单位", "财务科可处理至机密"] {
        assert!(line.contains(said), "{said}: {line}");
    }
}

#[test]
fn a_code_used_under_another_name_is_pointed_out() {
    let mut office = Office::empty(PROGRAMS);
    let organisation = office.found();
    let code = office.invite("officer", &["--name", "钱多"], "sheets");
    let (fingerprint, request) = (office.fingerprint(), office.path("sun.note"));
    let join =
        ["join", &organisation, &code, "--name", "孙少", "--fingerprint", &fingerprint, "-o", &request];
    office.ok("sun", &join);
    let enrol = ["keys", "enrol", &request, "--unit", "办公室", "--post", "秘书", "--clearance", "无"];
    let shown = office.ok("officer", &[&enrol[..], &["--lang", "zh"]].concat());
    assert!(shown.err.contains("邀请的是 钱多，本人自称 孙少"), "{}{}", shown.out, shown.err);
    office.ok("officer", &["keys", "draft", "--drop"]);
    let entered = office.json("officer", &enrol);
    assert_eq!((&entered["invited_as"], &entered["calls_himself"]), (&"钱多".into(), &"孙少".into()));
}

#[test]
fn own_keys_are_renewed_over_the_relay() {
    let office = Office::with_officer(PROGRAMS);
    let shown = |home: &str| office.json(home, &["identity", "show"]);
    let before = (shown("li"), shown("zhang"));
    // One rotates, one has forgotten his passphrase: both in one list, one draft, one signature.
    let rotate = office.json("li", &["identity", "rotate"]);
    let code = office.invite("officer", &["张伟", "--relay"], "sheets");
    let replace = office.json("zhang", &["identity", "replace", &code]);
    assert_eq!(refused(&office, "wang", &["identity", "replace", &code]), "not-admitted");
    let number = |asked: &Value| asked["request_fingerprint"].as_str().unwrap().to_owned();
    let entered = pending(&office, &["0".repeat(30)]);
    assert_eq!(
        (count(&entered["entered"]), count(&entered["later"])),
        (0, 2),
        "a wrong number enters nothing"
    );
    let entered = pending(&office, &[number(&rotate), number(&replace)]);
    let mut purposes: Vec<&str> =
        entered["entered"].as_array().unwrap().iter().map(|one| one["purpose"].as_str().unwrap()).collect();
    purposes.sort_unstable();
    assert_eq!(purposes, ["replace", "rotate"]);
    office.ok("officer", &["keys", "publish", "--relay", "-o", &office.path("next.json")]);
    for home in ["li", "zhang"] {
        assert_eq!(office.json(home, &["keys", "sync"])["renewed"], true);
    }
    assert_ne!((shown("li"), shown("zhang")), before);
    let file = office.file("通知.txt", b"notice");
    office.send("li", &file, "张伟");
    assert_eq!(count(&office.json("zhang", &["receive"])["received"]), 1);
    // Nothing waits any more.
    let nothing = pending(&office, &[]);
    assert_eq!((count(&nothing["entered"]), count(&nothing["later"])), (0, 0));
}
