//! Key officers with real processes: three of them, two of whom it takes, by files between homes that never see
//! a network.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use vault_tests::office::{Office, Programs};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

const OFFICERS: [(&str, &str); 3] = [("zhou", "周明"), ("wu", "吴芳"), ("zheng", "郑洁")];

/// A founding paper with cards of three officers, signed by nobody yet; the officers' homes exist.
fn founding(office: &mut Office) -> String {
    let relay_card = office.relay_card();
    let mut cards = Vec::new();
    for (home, name) in OFFICERS {
        let card = office.path(&format!("{home}.card"));
        office.ok(home, &["keys", "officer", "--name", name, "-o", &card]);
        cards.push(card);
    }
    let paper = office.path("founding.json");
    let mut words = vec!["keys", "init", "--name", "滨海市示范局", "--relay-card", &relay_card];
    words.extend(["--unit", "办公室,财务科", "--unit-level", "机密", "--internal", "free", "-o", &paper]);
    for card in &cards {
        words.extend(["--card", card]);
    }
    // Whoever prepares the paper need not be an officer.
    let made = office.json("clerk", &words);
    assert_eq!(made["enough"], false);
    paper
}

/// An organisation of three officers, founded by files and known in all three homes.
fn organisation(office: &mut Office) -> String {
    let paper = founding(office);
    let copy = copy(office, &paper, "copy.json");
    office.ok("zhou", &["keys", "sign", &paper]);
    office.ok("wu", &["keys", "sign", &copy]);
    let organisation = office.path("organisation.json");
    let founded = office.json("zhou", &["keys", "publish", &paper, &copy, "-o", &organisation]);
    let fingerprint = founded["fingerprint"].as_str().unwrap();
    for home in ["wu", "zheng"] {
        let words = ["keys", "officer", "--organisation", &organisation, "--fingerprint", fingerprint];
        office.ok(home, &words);
    }
    organisation
}

fn copy(office: &Office, file: &str, name: &str) -> String {
    let to = office.path(name);
    fs::copy(file, &to).unwrap();
    to
}

/// Someone's request entered into the draft of this officer's home.
fn enter(office: &Office, officer: &str, organisation: &str, member: &str, name: &str, unit: &str) {
    let request = office.path(&format!("{member}.note"));
    office.join(officer, member, name, organisation, &request);
    let words = ["keys", "enrol", &request, "--unit", unit, "--post", "科员", "--clearance", "机密"];
    office.ok(officer, &words);
}

fn code(refused: (i32, Value)) -> (i32, String) {
    (refused.0, refused.1["code"].as_str().unwrap_or_default().to_owned())
}

fn told(exit: i32, code: &str) -> (i32, String) {
    (exit, code.to_owned())
}

#[test]
fn two_of_three_officers_by_files() {
    let mut office = Office::empty(PROGRAMS);
    let paper = founding(&mut office);
    // Nobody has signed; then one has, which is not enough.
    let nobody = office.refused("zhou", &["keys", "publish", &paper]);
    assert_eq!(code(nobody), told(3, "too-few-officers"));
    let other = copy(&office, &paper, "copy.json");
    let signed = office.json("zhou", &["keys", "sign", &paper]);
    let signed = &signed["files"][0];
    assert_eq!((&signed["signed_now"][0], &signed["enough"]), (&"o1".into(), &false.into()));
    let one = office.refused("zhou", &["keys", "publish", &paper]);
    assert_eq!(code(one), told(3, "too-few-officers"));
    // Every officer sees the same fingerprint and the offices before he signs.
    let shown = office.ok("zheng", &["keys", "sign", &other, "--lang", "zh"]).out;
    for words in [
        "建立单位：滨海市示范局",
        "管理员 o3：郑洁",
        "新设部门 办公室",
        "换信任根需 2 人，发名录需 2 人，停用需 1 人",
    ] {
        assert!(shown.contains(words), "{words}\n{shown}");
    }
    let organisation = office.path("organisation.json");
    let founded = office.json("zhou", &["keys", "publish", &paper, &other, "-o", &organisation]);
    assert_eq!(
        (&founded["root"], &founded["directory"], &founded["units"]),
        (&1.into(), &1.into(), &2.into())
    );
    let fingerprint = founded["fingerprint"].as_str().unwrap();
    assert!(shown.contains(fingerprint), "{fingerprint}\n{shown}");
    for home in ["wu", "zheng"] {
        let words = ["keys", "officer", "--organisation", &organisation, "--fingerprint", fingerprint];
        office.ok(home, &words);
    }

    // A member is entered by one, signed by two, published by the third.
    enter(&office, "zhou", &organisation, "li", "李娜", "财务科");
    let alone = office.refused("zhou", &["keys", "publish"]);
    assert_eq!(code(alone), told(3, "too-few-officers"));
    let proposal = office.path("directory-2.json");
    office.ok("zhou", &["keys", "sign", "-o", &proposal]);
    let shown = office.ok("wu", &["keys", "sign", &proposal, "--lang", "en"]).out;
    assert!(shown.contains("李娜 (li na) (p1) is entered: 财务科 科员; may see up to"), "{shown}");
    assert!(shown.contains("signed by 2 of the 2 officers it takes: o1, o2"), "{shown}");
    let published = office.json("zheng", &["keys", "publish", &proposal, "-o", &organisation]);
    assert_eq!((&published["directory"], &published["persons"]), (&2.into(), &1.into()));
    for home in ["zhou", "wu", "li"] {
        office.ok(home, &["keys", "sync", "--from", &organisation]);
    }

    // A stolen laptop: one officer, one command; and the list cannot give back what it took.
    let stop = ["keys", "stop", "李娜", "--station", "--reason", "stolen", "-o", &organisation];
    let stopped = office.json("wu", &stop);
    assert_eq!(stopped["stop"], 1);
    let file = fs::read(&organisation).unwrap();
    let again = office.json("wu", &stop);
    assert_eq!(
        (&again["stop"], &again["already"]),
        (&1.into(), &true.into()),
        "it is in force, and is not made twice"
    );
    assert_eq!(fs::read(&organisation).unwrap(), file);
    for home in ["zhou", "zheng"] {
        office.ok(home, &["keys", "sync", "--from", &organisation]);
    }

    // Suspended by one, resumed by two: what the list took is not forgotten by a draft begun before it.
    enter(&office, "zhou", &organisation, "wang", "王强", "财务科");
    let words = ["keys", "stop", "李娜", "--suspend", "--reason", "inquiry", "-o", &organisation];
    assert_eq!(office.json("zheng", &words)["stop"], 2);
    office.ok("zhou", &["keys", "sync", "--from", &organisation]);
    let third = office.path("directory-3.json");
    let proposed = office.json("zhou", &["keys", "sign", "-o", &third]);
    let changes = proposed["files"][0]["changes"].to_string();
    assert!(changes.contains("王强") && !changes.contains("李娜"), "{changes}");
    office.ok("zheng", &["keys", "sign", &third]);
    office.ok("zheng", &["keys", "publish", &third, "-o", &organisation]);
    let state = |home: &str| office.json(home, &["keys", "show", "李娜"])["state"].clone();
    assert_eq!(state("zheng"), "suspended");
    office.ok("zheng", &["keys", "resume", "李娜"]);
    let fourth = office.path("directory-4.json");
    let resumed = office.json("zheng", &["keys", "sign", "-o", &fourth]);
    let changes = resumed["files"][0]["changes"].to_string();
    assert!(changes.contains("李娜 (p1): suspended becomes active"), "{changes}");
    for home in ["zhou", "wu"] {
        office.ok(home, &["keys", "sync", "--from", &organisation]);
    }
    office.ok("wu", &["keys", "sign", &fourth]);
    office.ok("wu", &["keys", "publish", &fourth, "-o", &organisation]);
    assert_eq!(state("wu"), "active");
    // The draft that somebody else published is no obstacle to the next one.
    office.ok("zhou", &["keys", "sync", "--from", &organisation]);
    let idle = office.refused("zhou", &["keys", "resume", "李娜"]);
    assert_eq!(idle.0, 3, "{idle:?}");

    // The transcript holds what each saw, signed and published, and tells when it was changed.
    let transcript = office.json("zhou", &["keys", "transcript"]);
    let text = transcript["text"].as_str().unwrap();
    assert!(text.contains("act: signed") && text.contains("李娜 (p1)"), "{text}");
    let file = office.path("zhou/officer/transcript.txt");
    fs::write(&file, text.replace("李娜", "李宁")).unwrap();
    let changed = office.refused("zhou", &["keys", "transcript"]);
    assert_eq!(code(changed), told(4, "transcript-changed"));
}

#[test]
fn an_officer_is_replaced_in_one_sitting() {
    let mut office = Office::empty(PROGRAMS);
    let organisation = organisation(&mut office);
    let card = office.path("chen.card");
    office.ok("chen", &["keys", "officer", "--name", "陈静", "-o", &card]);
    enter(&office, "zhou", &organisation, "li", "李娜", "财务科");
    // Proposed under root 1, and signed by the officer who is about to go.
    let early = office.path("early.json");
    office.ok("zhou", &["keys", "sign", "-o", &early]);
    office.ok("zheng", &["keys", "sign", &early]);

    let root = office.path("root-2.json");
    let words = ["keys", "officers", "--add", &card, "--remove", "郑洁", "-o", &root];
    let proposed = office.json("zhou", &words);
    assert_eq!(proposed["signed_now"][0], "o1");
    // By thresholds of both: two of root 1 and two of root 2.
    let by_one = office.refused("zhou", &["keys", "publish", &root]);
    assert_eq!(code(by_one), told(3, "too-few-officers"));
    let shown = office.ok("wu", &["keys", "sign", &root, "--lang", "en"]).out;
    for words in ["new key officer o4: 陈静", "no longer a key officer: o3 郑洁", "root 2 and directory 2"]
    {
        assert!(shown.contains(words), "{words}\n{shown}");
    }
    let renewed = office.json("wu", &["keys", "publish", &root, "-o", &organisation]);
    assert_eq!((&renewed["root"], &renewed["directory"]), (&2.into(), &2.into()));
    for home in ["zhou", "zheng"] {
        office.ok(home, &["keys", "sync", "--from", &organisation]);
    }
    let fingerprint = renewed["fingerprint"].as_str().unwrap();
    let words = ["keys", "officer", "--organisation", &organisation, "--fingerprint", fingerprint];
    office.ok("chen", &words);

    // What was signed under root 1 is worth nothing under root 2, nor is a signature by who is gone.
    let outdated = office.refused("zhou", &["keys", "publish", &early]);
    assert_eq!(code(outdated), told(3, "outdated"));
    let repeated = office.json("zhou", &["keys", "publish", &root, "-o", &organisation]);
    assert_eq!((&repeated["root"], &repeated["already"]), (&2.into(), &true.into()));
    let renewal = office.path("root-3.json");
    office.ok("chen", &["keys", "officers", "--renew", "-o", &renewal]);
    let gone = office.refused("zheng", &["keys", "sign", &renewal]);
    assert_eq!(code(gone), told(3, "not-an-officer"));
    office.ok("wu", &["keys", "sign", &renewal]);
    assert_eq!(office.json("chen", &["keys", "publish", &renewal, "-o", &organisation])["root"], 3);
}

#[test]
fn officers_at_one_terminal() {
    let mut office = Office::empty(PROGRAMS);
    let card = office.relay_card();
    let organisation = office.path("organisation.json");
    let words =
        ["keys", "init", "--name", "滨海市示范局", "--officer", "周明,吴芳,郑洁", "--internal", "free"];
    let rest = ["--unit", "财务科", "--relay-card", &card, "-o", &organisation];
    let founded = office.json("zhou", &[&words[..], &rest].concat());
    let keys: Vec<String> =
        founded["key_files"].as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()).collect();
    assert_eq!(keys.len(), 2);
    for key in &keys {
        assert_eq!(fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(fs::read(key).unwrap().starts_with(b"age-encryption.org/v1\n"));
    }
    enter(&office, "zhou", &organisation, "li", "李娜", "财务科");
    // The second officer's key file is used beside the first one's home.
    let words = ["keys", "publish", "--at-terminal", &keys[0], "-o", &organisation];
    assert_eq!(office.json("zhou", &words)["directory"], 2);
    // One key used twice is one officer.
    enter(&office, "zhou", &organisation, "wang", "王强", "财务科");
    let twice = copy(&office, &keys[0], "twice.age");
    fs::set_permissions(&twice, fs::Permissions::from_mode(0o600)).unwrap();
    office.ok("wu", &["keys", "officer", "--take", &keys[0]]);
    office.ok("wu", &["keys", "officer", "--organisation", &organisation]);
    let suspend = ["keys", "stop", "李娜", "--suspend", "--reason", "inquiry", "--since", "0"];
    let output = office.path("stop-1.json");
    let words = [&suspend[..], &["--at-terminal", &twice, "-o", &output]].concat();
    assert_eq!(office.json("wu", &words)["enough"], false, "a stop that reaches back takes two officers");
    let counted_twice = office.refused("wu", &["keys", "publish", &output]);
    assert_eq!(code(counted_twice), told(3, "too-few-officers"));
    // Thresholds that nobody could meet are refused before anyone is asked for a passphrase.
    let beyond = office.refused("zhou", &["keys", "officers", "--root", "4"]);
    assert_eq!(beyond.0, 2);
}

/// Each way in which a paper can be wrong comes out as a refusal of its own, and nothing is taken into use.
#[test]
fn papers_that_are_refused() {
    let mut office = Office::empty(PROGRAMS);
    let organisation = organisation(&mut office);
    let bad = |name: &str, bytes: &str| office.file(name, bytes.as_bytes());

    // Proposal overtaken, and two different proposals merged.
    enter(&office, "zhou", &organisation, "li", "李娜", "财务科");
    let one = office.path("one.json");
    office.ok("zhou", &["keys", "sign", "-o", &one]);
    enter(&office, "wu", &organisation, "wang", "王强", "财务科");
    let two = office.path("two.json");
    office.ok("wu", &["keys", "sign", "-o", &two]);
    let different = office.refused("zheng", &["keys", "publish", &one, &two]);
    assert_eq!(code(different), told(3, "different-proposals"));
    let merged = office.refused("zheng", &["keys", "sign", &one, "--merge", &two]);
    assert_eq!(code(merged), told(3, "different-proposals"));
    office.ok("zheng", &["keys", "sign", &one]);
    office.ok("zheng", &["keys", "sign", &two]);
    office.ok("zheng", &["keys", "publish", &one, "-o", &organisation]);
    let overtaken = office.refused("zheng", &["keys", "publish", &two]);
    assert_eq!(code(overtaken), told(3, "overtaken"));
    assert_eq!(code(office.refused("zheng", &["keys", "sign", &two])), told(3, "overtaken"));

    // The draft that another officer's publication overtook is shown still, and taken back by its command.
    office.ok("wu", &["keys", "sync", "--from", &organisation]);
    let draft = office.json("wu", &["keys", "draft"]);
    assert!(draft["overtaken"] == true && draft["changes"].to_string().contains("王强"), "{draft}");
    let three = office.path("three.json");
    let old = office.refused("wu", &["keys", "sign", "-o", &three]);
    assert!(old.1["next"].to_string().contains("vault keys draft --drop"), "{}", old.1);
    assert_eq!(code(old), told(3, "draft-overtaken"));
    office.ok("wu", &["keys", "draft", "--drop"]);
    assert_eq!(office.json("wu", &["keys", "draft"])["pending"], false);

    // A refusal of a rule is told as one, with its code and what to do.
    let circle = office.refused("wu", &["keys", "unit", "财务科", "--parent", "财务科"]);
    assert!(
        circle.0 == 3 && circle.1["code"] == "draft-unfit" && circle.1["next"][0].is_string(),
        "{circle:?}"
    );
    let post = office.refused("wu", &["keys", "change", "李娜", "--post", ""]);
    assert_eq!(code(post), told(2, "name-unfit"));

    // A parser's words are for whoever asks for technical causes.
    let garbage = bad("garbage.json", "{");
    let cause = |words: &[&str]| office.run("wu", words).err.contains("EOF");
    assert!(!cause(&["keys", "sign", &garbage]) && cause(&["keys", "sign", &garbage, "--verbose"]));

    // A line that was forged, or a text changed after it was signed.
    let stop = office.path("stop.json");
    let since = ["keys", "stop", "李娜", "--reason", "compromised", "--since", "0", "-o", &stop];
    assert_eq!(office.json("zheng", &since)["enough"], false);
    let text = fs::read_to_string(&stop).unwrap();
    let changed = bad("changed.json", &text.replace("compromised", "other"));
    for home in ["zhou", "wu"] {
        office.ok(home, &["keys", "sync", "--from", &organisation]);
    }
    let forged = office.refused("zhou", &["keys", "sign", &changed]);
    assert_eq!(code(forged), told(4, "wrong-signature"));

    // Proposal for another organisation.
    let foreign = bad("foreign.json", &text.replace(&org(&office), &"7".repeat(64)));
    let other = office.refused("zhou", &["keys", "sign", &foreign]);
    assert_eq!(code(other), told(4, "wrong-org"));
    let nothing = office.refused("zhou", &["keys", "sign", &organisation]);
    assert_eq!(nothing.0, 1, "an organisation file is nothing to sign");

    // Stop that grants: list 2 without what list 1 took.
    let suspend = ["keys", "stop", "李娜", "--suspend", "--reason", "inquiry", "-o", &organisation];
    assert_eq!(office.json("zhou", &suspend)["stop"], 1);
    let second = office.path("second.json");
    let words = ["keys", "stop", "李娜", "--reason", "compromised", "--since", "0", "-o", &second];
    office.ok("zhou", &words);
    let mut list: Value = serde_json::from_slice(&fs::read(&second).unwrap()).unwrap();
    let inner = list["text"].as_str().unwrap().to_owned();
    let act = inner.split_once("\"acts\":[").unwrap().1.split_once("},{").unwrap().0.to_owned() + "},";
    list["text"] = inner.replace(&act, "").into();
    list["lines"] = Value::Array(Vec::new());
    let granting = bad("granting.json", &list.to_string());
    let grants = office.refused("zhou", &["keys", "sign", &granting]);
    assert_eq!(code(grants), told(4, "stop-grants"));

    // Root: version skipped, repeated, lower; predecessor hash wrong; one officer inventing N-1.
    let root = office.path("root-2.json");
    office.ok("zhou", &["keys", "officers", "--renew", "-o", &root]);
    let text = fs::read_to_string(&root).unwrap();
    for number in ["1", "3"] {
        let lead = "\\\"number\\\":2,\\\"name\\\"";
        let skipped = text.replace(lead, &lead.replace('2', number));
        assert_ne!(skipped, text);
        let skipped = office.refused("zhou", &["keys", "sign", &bad("skipped.json", &skipped)]);
        assert_eq!(skipped.0, 4, "{skipped:?}");
    }
    let lead = "\\\"witnesses\\\":[],\\\"previous\\\":\\\"";
    let (before, after) = text.split_once(lead).unwrap();
    let wrong = format!("{before}{lead}{}{}", "7".repeat(64), after.split_at(64).1);
    let wrong = office.refused("zhou", &["keys", "sign", &bad("wrong.json", &wrong)]);
    assert_eq!(code(wrong), told(4, "fork"));
    let alone = office.path("alone.json");
    let words = ["keys", "officers", "--remove", "o2", "--remove", "o3", "--root", "1", "--enrol", "1"];
    office.ok("zhou", &[&words[..], &["-o", &alone]].concat());
    let invented = office.refused("zhou", &["keys", "publish", &alone]);
    assert_eq!(code(invented), told(3, "too-few-officers"));
    // Root not signed by N+1: both who remain must sign it, and one of them has not.
    let by_n = office.path("by-n.json");
    let words = ["keys", "officers", "--remove", "o3", "--root", "2", "-o", &by_n];
    office.ok("zhou", &words);
    office.ok("zheng", &["keys", "sync", "--from", &organisation]);
    office.ok("zheng", &["keys", "sign", &by_n]);
    let not_by_next = office.refused("zhou", &["keys", "publish", &by_n]);
    assert_eq!(code(not_by_next), told(3, "too-few-officers"));
    office.ok("wu", &["keys", "sync", "--from", &organisation]);
    office.ok("wu", &["keys", "sign", &by_n]);
    assert_eq!(office.json("zhou", &["keys", "publish", &by_n, "-o", &organisation])["root"], 2);
}

fn org(office: &Office) -> String {
    let organisation: Value =
        serde_json::from_slice(&fs::read(office.path("organisation.json")).unwrap()).unwrap();
    let head = organisation["directory"].as_str().unwrap();
    head.split_once("\"org\":\"").unwrap().1.split_at(64).0.to_owned()
}

/// A theft is answered while the relay is away: in force here and in the file at once, handed over when it answers.
#[test]
fn a_stop_does_not_wait_for_the_relay() {
    let mut office = Office::new(PROGRAMS);
    let organisation = office.path("organisation.json");
    // The officer is a member of staff too, in the same home.
    office.enrol(("officer", "周敏", "办公室", "主任", &[]), &organisation);
    office.ok("officer", &["keys", "publish", "-o", &organisation]);
    office.close_relay();
    office.import(&organisation);
    let words = ["keys", "stop", "李娜", "--station", "--reason", "stolen", "-o", &organisation, "--relay"];
    let (exit, error) = office.refused("officer", &words);
    assert_eq!(exit, 5, "{error}");
    let next = error["next"].as_array().unwrap();
    assert!(next.iter().any(|hint| hint.as_str().unwrap().contains("keys publish")), "{error}");
    office.open_relay();
    let handed = office.json("officer", &["keys", "publish", &organisation, "--relay"]);
    assert_eq!((&handed["relay"], handed["answer"].as_str()), (&Value::Bool(true), Some("taken")));
    // Again, by whoever: nothing to take, and it is said.
    let again = office.json("wang", &["keys", "publish", &organisation, "--relay"]);
    assert_eq!(again["answer"], "already-in-force");
    let old = office.file("old.json", &fs::read(&organisation).unwrap());
    // From then on the stolen machine is nobody's: the relay does not speak with it.
    let (exit, error) = office.refused("li", &["receive"]);
    assert_eq!((exit, error["code"].as_str()), (3, Some("station-unknown")), "{error}");
    // And in one go, where the relay answers.
    let words = ["keys", "stop", "张伟", "--suspend", "--reason", "inquiry", "-o", &organisation, "--relay"];
    assert_eq!(office.json("officer", &words)["stop"], 2);
    let (exit, error) = office.refused("zhang", &["receive"]);
    assert_eq!((exit, error["code"].as_str()), (3, Some("station-unknown")), "{error}");
    let older = office.json("wang", &["keys", "publish", &old, "--relay"]);
    assert_eq!(older["answer"], "newer-in-force");
    office.ok("wang", &["receive"]);
}

/// A notary of its own, on a machine that is neither the relay nor an officer's.
#[test]
fn a_second_machine_says_what_is_newest() {
    let mut office = Office::new(PROGRAMS);
    let organisation = office.path("organisation.json");
    let card = office.path("notary.card");
    office.ok("notary", &["keys", "officer", "--name", "时效证明", "-o", &card]);
    // The machine speaks with the relay as a station, so somebody answers for it.
    office.enrol(("notary", "孙立", "办公室", "科员", &[]), &organisation);
    office.ok("officer", &["keys", "publish", "-o", &organisation]);
    let root = office.path("root-2.json");
    office.ok("officer", &["keys", "officers", "--notary", &card, "-o", &root]);
    office.ok("officer", &["keys", "publish", &root, "-o", &organisation]);
    office.ok("notary", &["keys", "sync", "--from", &organisation]);
    let unseen = office.refused("notary", &["keys", "fresh"]);
    assert_eq!(unseen.0, 1, "no state of the register was seen there yet");
    office.close_relay();
    office.import(&organisation);
    office.open_relay();
    let made = office.json("notary", &["keys", "fresh", "-o", &organisation, "--relay"]);
    assert_eq!(made["relay"], true);
    let file: Value = serde_json::from_slice(&fs::read(&organisation).unwrap()).unwrap();
    let note = file["fresh"].as_str().unwrap();
    assert!(note.contains("\"directory\":{\"number\":4,") && note.contains("/notary"), "{note}");
    // An officer is no notary.
    office.enrol(("officer", "周敏", "办公室", "主任", &[]), &organisation);
    office.ok("officer", &["keys", "publish", "-o", &organisation]);
    office.close_relay();
    office.import(&organisation);
    office.open_relay();
    let other = office.refused("officer", &["keys", "fresh", "--relay"]);
    assert_eq!(code(other), told(3, "not-the-notary"));
}

#[test]
fn cards_and_fingerprints_are_compared() {
    let mut office = Office::empty(PROGRAMS);
    let organisation = organisation(&mut office);
    let words = ["keys", "officer", "--organisation", &organisation, "--fingerprint", "00000"];
    assert_eq!(code(office.refused("chen", &words)), told(4, "wrong-org"));
    let card = office.path("chen.card");
    let made = office.json("chen", &["keys", "officer", "--name", "陈静", "-o", &card]);
    assert_eq!(made["number"].as_str().unwrap().len(), 35);
    // Made again it is the same key and card; another's key never takes its place.
    let again = office.json("chen", &["keys", "officer", "--name", "陈静", "-o", &office.path("again.card")]);
    assert_eq!(again["number"], made["number"]);
    assert_eq!(office.refused("chen", &["keys", "officer", "--name", "陈青"]).0, 1);
    let forged = fs::read_to_string(&card).unwrap().replace("陈静", "陈青");
    let forged = office.file("forged.card", forged.as_bytes());
    let refused = office.refused("zhou", &["keys", "officers", "--add", &forged]);
    assert_eq!(refused.0, 4);
    let nobody = office.refused("zhou", &["keys", "officers", "--remove", "何人"]);
    assert_eq!(nobody.0, 2);
    let mine = office.refused(
        "zhou",
        &[
            "keys",
            "init",
            "--name",
            "x",
            "--relay-card",
            &office.path("relay/relay-card.json"),
            "--officer",
            "a",
            "--unit",
            "b",
        ],
    );
    assert_eq!(mine.0, 1, "one home, one organisation");
}
