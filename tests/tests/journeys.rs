//! Whole journeys with real processes: an officer, staff, a relay on loopback.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use vault_tests::office::{Office, Programs, ended, only};
use vault_tests::require::found_or_skipped;

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

const TEXT: &[u8] = "关于值班的通知\n一、……\n".as_bytes();

/// Init, join, enrol, publish (all in `Office::new`), send, wait, receive, read, status.
#[test]
fn a_document_goes_the_whole_way() {
    let office = Office::new(PROGRAMS);
    let file = office.file("值班通知.txt", TEXT);
    let sent = office.send("wang", &file, "李娜,财务科");
    assert_eq!(sent["state"], "accepted");
    assert_eq!(sent["label"]["level"], "internal");
    let item = sent["item"].as_str().unwrap();

    let waits = office.json("li", &[]);
    assert_eq!(waits["waiting"][0]["item"], *item);
    assert_eq!(waits["waiting"][0]["number"], 1);

    let received = office.json("li", &["receive"]);
    assert_eq!(received["received"][0]["title"], "值班通知");
    let read = office.ok("li", &["read", "1", "--stdout"]);
    assert_eq!(read.out.as_bytes(), TEXT);

    // The clerk signs for the unit's copy.
    assert_eq!(office.json("zhang", &["receive"])["received"][0]["number"], 1);

    let status = office.json("wang", &["status", item]);
    let states: Vec<_> =
        status["copies"].as_array().unwrap().iter().map(|copy| copy["state"].clone()).collect();
    assert_eq!(states, ["received", "received"]);
    assert_eq!(status["copies"][1]["person"], "p3");
    let kinds: Vec<_> =
        status["evidence"].as_array().unwrap().iter().map(|leaf| leaf["kind"].clone()).collect();
    for kind in ["label", "accepted", "released", "available", "demanded", "received", "opened"] {
        assert!(kinds.contains(&kind.into()), "{kind} is not among {kinds:?}");
    }

    // What is kept stays sealed, and the same receive again finds nothing.
    let stored = only(Path::new(&office.path("li/inbox")), ".age");
    assert!(fs::read(&stored).unwrap().starts_with(b"age-encryption.org/v1\n"));
    assert_eq!(office.json("li", &["receive"])["received"].as_array().unwrap().len(), 0);
    assert_eq!(fs::read_dir(office.path("wang/outbox")).unwrap().count(), 0);
}

/// Its parts go to the relay while it is sealed, before it has a label.
#[test]
fn a_long_document_goes_the_whole_way() {
    let office = Office::new(PROGRAMS);
    let text: Vec<u8> = (0..5_u32 << 20).flat_map(u32::to_le_bytes).collect();
    let file = office.file("长件.bin", &text);
    let words = ["send", &file, "--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "清单3"];
    office.ok("wang", &[&words[..], &["--copying", "allowed"]].concat());
    assert_eq!(fs::read_dir(office.path("wang/outbox")).unwrap().count(), 0);
    let sent = only(Path::new(&office.path("wang/sent")), ".header");
    let label = vault_core::item::ItemHeader::parse(&fs::read(sent).unwrap()).unwrap().label_hash();
    let uploads: Vec<_> = fs::read_dir(office.path("relay/data/parts"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| fs::read_dir(path).unwrap().count() == 6)
        .collect();
    assert_eq!(uploads.len(), 1, "one upload of six parts");
    assert!(!uploads[0].ends_with(label.to_string()), "it was named before it had a label");
    office.ok("li", &["receive"]);
    let out = office.path("back");
    office.ok("li", &["export", "1", "-o", &out]);
    assert!(fs::read(&out).unwrap() == text);
}

#[test]
fn several_files_travel_as_one_item() {
    let office = Office::new(PROGRAMS);
    let (one, two) = (office.file("表一.csv", b"a,b\n"), office.file("表二.csv", b"c,d\n"));
    let words = ["send", &one, &two, "--to", "lina", "--title", "报表", "--copying", "allowed"];
    office.ok("wang", &[&words[..], &["--mark", "内部", "--term", "6个月", "--basis", "清单3"]].concat());
    office.ok("li", &["receive"]);
    let out = office.path("out");
    office.ok("li", &["export", "1", "-o", &out]);
    assert_eq!(fs::read(format!("{out}/表一.csv")).unwrap(), b"a,b\n");
    assert_eq!(fs::read(format!("{out}/表二.csv")).unwrap(), b"c,d\n");
    let kinds = office.json("li", &["status", "1"])["evidence"].to_string();
    assert!(kinds.contains("exported"), "{kinds}");
}

#[test]
fn by_file_without_a_relay() {
    let mut office = Office::new(PROGRAMS);
    office.close_relay();
    let file = office.file("通知.txt", TEXT);
    let seal = ["seal", &file, "--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "清单3"];
    let sealed = office.path("通知.txt.age");
    office.ok("wang", &[&seal[..], &["--urgency", "urgent", "--doc-no", "财办[2026]05号"]].concat());

    let label = office.json("nobody", &["inspect", &sealed]);
    assert_eq!((&label["label"]["mark"], &label["whole"]), (&"内部".into(), &true.into()));
    assert_eq!(office.json("zhang", &["check", &sealed])["signatures"], "hold");
    let head = office.json("nobody", &["mark", "--of", &sealed]);
    assert_eq!(head["heads"], serde_json::json!([["000001", "内部", "加急"]]));
    assert_eq!(head["doc_no"], "财办〔2026〕5号");
    assert_eq!(office.run("nobody", &["mark", "--of", &sealed, "--copy", "2"]).code, 2);

    let out = office.path("geöffnet.txt");
    office.ok("li", &["open", &sealed, "-o", &out]);
    assert_eq!(fs::read(&out).unwrap(), TEXT);
    assert_eq!(fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);

    // Output exists: nothing is overwritten, by `open` or by `seal`.
    let (code, error) = office.refused("li", &["open", &sealed, "-o", &out]);
    assert_eq!((code, error["kind"].as_str()), (1, Some("failed")));
    assert_eq!(office.refused("wang", &seal).0, 1);

    // Somebody who is not named.
    let (code, error) = office.refused("zhang", &["open", &sealed]);
    assert_eq!((code, error["code"].as_str()), (3, Some("reader-not-listed")));
}

#[test]
fn damaged_files_are_told_and_leave_nothing() {
    let office = Office::new(PROGRAMS);
    let file = office.file("通知.txt", &vec![b'x'; 200_000]);
    let sealed = office.path("a.age");
    office.ok(
        "wang",
        &["seal", &file, "--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "b", "-o", &sealed],
    );
    let whole = fs::read(&sealed).unwrap();
    let out = office.path("out.txt");

    let mut flipped = whole.clone();
    let last = flipped.len() - 70_000;
    flipped[last] ^= 1;
    let flipped = office.file("flipped.age", &flipped);
    let cut = office.file("cut.age", &whole[..whole.len() - 1]);
    let cut_header = office.file("cut-header.age", &whole[..600]);
    for (path, code) in [(&flipped, 4), (&cut, 4), (&cut_header, 4)] {
        let (found, error) = office.refused("li", &["open", path, "-o", &out]);
        assert_eq!(found, code, "{path}: {error}");
        assert!(!Path::new(&out).exists());
    }
    assert_eq!(office.refused("nobody", &["inspect", &cut]).0, 4);
    assert_eq!(office.refused("nobody", &["inspect", &file]).0, 1);
}

#[test]
fn top_secret_is_refused_in_every_spelling() {
    let office = Office::new(PROGRAMS);
    let file = office.file("通知.txt", TEXT);
    let before = fs::read_dir(office.path("")).unwrap().count();
    for mark in ["绝密", "絕密★30年", "绝 密", "ＴＯＰ ＳＥＣＲＥＴ", "top-secret", "", "核心"]
    {
        for command in ["send", "seal", "check"] {
            let (code, error) = office.refused("wang", &[command, &file, "--to", "李娜", "--mark", mark]);
            assert_eq!((code, error["code"].as_str()), (3, Some("top-secret")), "{command} {mark:?}");
        }
    }
    // A title or file name that carries a higher mark than the one declared.
    let words = ["--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "b"];
    let titled = [&["send", &file, "--title", "机密★10年 方案"][..], &words].concat();
    let (code, error) = office.refused("wang", &titled);
    assert_eq!((code, error["code"].as_str()), (3, Some("title-mark")));
    let named = office.file("秘密★5年名单.txt", TEXT);
    let (code, error) = office.refused("wang", &[&["send", &named, "--title", "名单"][..], &words].concat());
    assert_eq!((code, error["code"].as_str()), (3, Some("name-mark")));
    assert_eq!(fs::read_dir(office.path("")).unwrap().count(), before + 1, "nothing was sealed");
    assert_eq!(
        fs::read_dir(office.path("wang"))
            .unwrap()
            .filter(|e| e.as_ref().unwrap().file_name() == "outbox")
            .count(),
        0
    );
}

#[test]
fn rules_name_their_code_and_check_names_them_all() {
    let office = Office::new(PROGRAMS);
    let file = office.file("通知.txt", TEXT);
    let send = |more: &[&str]| office.refused("wang", &[&["send", &file, "--basis", "b"][..], more].concat());
    let code = |answer: (i32, serde_json::Value)| {
        (answer.0, answer.1["code"].as_str().unwrap_or_default().to_owned())
    };

    assert_eq!(code(send(&["--to", "李娜", "--mark", "机密★10年"])), (3, "decider-missing".into()));
    assert_eq!(code(send(&["--to", "李娜", "--mark", "秘密★20年"])), (3, "term-too-long".into()));
    assert_eq!(code(send(&["--to", "李娜", "--mark", "secret"])), (3, "mark-unreadable".into()));
    assert_eq!(send(&["--to", "赵六", "--mark", "内部", "--term", "2年"]).0, 2);
    assert_eq!(send(&["--to", "王建国", "--mark", "内部", "--term", "2年"]).0, 2);
    assert_eq!(send(&["--to", "李娜", "--mark", "内部"]).0, 2, "the term is missing and nobody can be asked");

    let (_, error) = office
        .refused("wang", &["check", &file, "--to", "李娜", "--mark", "无密级", "--keep-until", "2020-01-01"]);
    let all = error.to_string();
    assert!(all.contains("level-not-sendable") && all.contains("time-passed"), "{all}");
}

#[test]
fn keys_are_guarded() {
    let office = Office::new(PROGRAMS);
    let file = office.file("通知.txt", TEXT);
    let seal = ["seal", file.as_str(), "--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "b"];

    let wrong = office.file("wrong", b"something else\n");
    fs::set_permissions(&wrong, fs::Permissions::from_mode(0o600)).unwrap();
    let mut command = Command::new(PROGRAMS.vault);
    command.args(seal).args(["--passphrase-file", &wrong, "--yes", "--json"]);
    let answer = ended(command.env("VAULT_HOME", office.path("wang")).env("VAULT_TEST_CHEAP", "1"));
    assert_eq!(answer.code, 1);
    assert!(answer.out.contains("wrong-passphrase"), "{}", answer.out);

    for name in ["identity.age", "station.key"] {
        let path = office.path(&format!("wang/{name}"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let words: &[&str] = if name == "station.key" { &["status"] } else { &seal };
        let (code, error) = office.refused("wang", words);
        assert_eq!((code, error["code"].as_str()), (1, Some("file-open-to-others")), "{name}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    assert!(!Path::new(&office.path("通知.txt.age")).exists());

    // A backup opens with the passphrase it was made under; a new one locks the key file anew.
    let backup = office.path("backup.age");
    office.ok("wang", &["identity", "backup", &backup]);
    let fresh = office.file("fresh", "白日依山尽 黄河入海流\n".as_bytes());
    fs::set_permissions(&fresh, fs::Permissions::from_mode(0o600)).unwrap();
    office.ok("wang", &["identity", "passphrase", "--new-passphrase-file", &fresh]);
    assert_eq!(office.refused("wang", &seal).1["code"], "wrong-passphrase");
    fs::copy(&backup, office.path("wang/identity.age")).unwrap();
    office.ok("wang", &seal);
}

#[test]
fn an_old_directory_reads_and_does_not_seal() {
    let office = Office::new(PROGRAMS);
    let file = office.file("通知.txt", TEXT);
    let words = ["--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "b"];
    let sealed = office.path("a.age");
    office.ok("wang", &[&["seal", &file, "-o", &sealed][..], &words].concat());

    let seal = [&["seal", &file, "--json"][..], &words].concat();
    let refused = |time: &str, code: &str| {
        let answer = office.run_at(time, "wang", &seal);
        assert_eq!(answer.code, 3, "{}", answer.out);
        assert!(answer.out.contains(&format!("\"{code}\"")), "{time}: {}", answer.out);
    };
    let after = |days| vault::clock::now().plus_days(days).to_string();
    // No news for two weeks, then the directory's end, then the root's.
    refused(&after(15), "stale");
    refused(&after(61), "directory-expired");
    refused("2099-01-01T00:00:00Z", "root-expired");
    // A clock set back: what was signed has been.
    refused("2020-01-01T00:00:00Z", "clock-back");
    let out = office.path("out.txt");
    assert_eq!(office.run_at("2099-01-01T00:00:00Z", "li", &["open", &sealed, "-o", &out]).code, 0);
    assert_eq!(fs::read(out).unwrap(), TEXT);
}

#[test]
fn what_was_seen_is_not_taken_back() {
    let office = Office::new(PROGRAMS);
    let newest = office.path("organisation.json");
    // The officer's first file, as somebody might serve it again.
    let old = office.path("officer/organisation/1.json");
    let (code, error) = office.refused("li", &["keys", "sync", "--from", &old]);
    assert_eq!((code, error["code"].as_str()), (4, Some("rollback")));
    assert_eq!(office.json("li", &["keys", "sync", "--from", &newest])["newer"], false);

    let other = Office::new(PROGRAMS);
    let (code, error) = office.refused("li", &["keys", "sync", "--from", &other.path("organisation.json")]);
    assert_eq!((code, error["code"].as_str()), (4, Some("wrong-org")));
}

#[test]
fn a_changed_request_or_fingerprint_is_noticed() {
    let mut office = Office::empty(PROGRAMS);
    let organisation = office.found();
    let request = office.path("r.json");
    let code = office.invite("officer", &["--name", "李娜"], "sheets");
    let join = |fingerprint: &str| {
        let words =
            ["join", &organisation, &code, "--name", "李娜", "--fingerprint", fingerprint, "-o", &request];
        office.run("li", &words)
    };
    assert_eq!(join("00000 00000 00000 00000 00000 00000").code, 4);
    assert!(!Path::new(&office.path("li")).exists(), "nothing was made");
    assert_eq!(join(&office.fingerprint()).code, 0);
    let changed = fs::read_to_string(&request).unwrap().replace("李娜", "李那");
    fs::write(&request, changed).unwrap();
    let enrol = ["keys", "enrol", &request, "--unit", "财务科", "--post", "科员", "--clearance", "无"];
    assert_eq!(office.refused("officer", &enrol).0, 4);
}

/// The relay is away: the item waits in the outbox, exit code 5; later it goes on from there. A spool that
/// was changed meanwhile is refused and never replaced by the original.
#[test]
fn sending_goes_on_where_it_stopped() {
    let mut office = Office::new(PROGRAMS);
    office.close_relay();
    let file = office.file("通知.txt", TEXT);
    let send = ["send", &file, "--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "b"];
    let (code, error) = office.refused("wang", &send);
    assert_eq!((code, error["kind"].as_str()), (5, Some("network")));
    let spool = only(Path::new(&office.path("wang/outbox")), ".age");
    fs::remove_file(&file).unwrap();
    office.open_relay();

    let honest = fs::read(&spool).unwrap();
    let mut changed = honest.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(&spool, &changed).unwrap();
    let (code, error) = office.refused("wang", &["outbox", "resume"]);
    assert!(code == 3 || code == 4, "{error}");
    assert!(spool.exists());
    fs::write(&spool, &honest[..honest.len() - 1]).unwrap();
    assert_eq!(office.refused("wang", &["outbox", "resume"]).1["code"], "spool-changed");

    fs::write(&spool, &honest).unwrap();
    office.ok("wang", &["outbox", "resume"]);
    assert!(!spool.exists());
    assert_eq!(office.ok("li", &["receive"]).code, 0);
    assert_eq!(office.ok("li", &["read", "1", "--stdout"]).out.as_bytes(), TEXT);
}

/// The relay has entered the receipt, and its answer never arrived: the copy is listed no longer, so only what was
/// kept here can bring the item in.
#[test]
fn a_receipt_whose_answer_was_lost_is_settled_by_the_next_receive() {
    let office = Office::new(PROGRAMS);
    let file = office.file("通知.txt", TEXT);
    office.send("wang", &file, "李娜");
    office.ok("li", &["receive"]);
    for ending in [".age", ".json"] {
        let stored = only(Path::new(&office.path("li/inbox")), ending);
        let partial = Path::new(&office.path("li/inbox/partial")).join(stored.file_name().unwrap());
        fs::rename(&stored, &partial).unwrap();
    }
    let received = office.json("li", &["receive"]);
    assert_eq!(received["received"][0]["number"], 1, "{received}");
    assert_eq!(office.ok("li", &["read", "1", "--stdout"]).out.as_bytes(), TEXT);
    assert_eq!(fs::read_dir(office.path("li/inbox/partial")).unwrap().count(), 0);
}

/// Reading again on the same day is not entered again, and what the relay will never take is given up, once and aloud.
#[test]
fn readings_are_entered_once_a_day_and_what_is_refused_for_good_is_given_up() {
    let office = Office::new(PROGRAMS);
    let file = office.file("通知.txt", TEXT);
    office.send("wang", &file, "李娜");
    office.ok("li", &["receive"]);
    let path = only(Path::new(&office.path("li/inbox")), ".json");
    let kept = || -> serde_json::Value { serde_json::from_slice(&fs::read(&path).unwrap()).unwrap() };
    let leaves = |kept: &serde_json::Value| kept["leaves"].as_array().unwrap().len();
    let before = leaves(&kept());
    // At midnight the two readings fall on two days.
    let time = kept()["time"].as_str().unwrap().to_owned();
    let read = || office.run_at(&time, "li", &["read", "1", "--stdout"]);
    assert_eq!((read().code, read().code), (0, 0));
    assert_eq!(leaves(&kept()), before + 1);

    // A receipt has no place among other statements.
    let mut wrong = kept();
    wrong["pending"] = serde_json::json!([wrong["receipt"]]);
    fs::write(&path, wrong.to_string()).unwrap();
    let told = read();
    assert!(told.code == 0 && told.err.contains("statement-kind"), "{}", told.err);
    assert_eq!((&kept()["pending"], &kept()["refused"]), (&serde_json::json!([]), &wrong["pending"]));
    assert!(!read().err.contains("statement-kind"));
}

/// The officer hands the newest directory out by file before the operator has imported it: named as what it is.
#[test]
fn a_relay_with_an_older_directory_is_named() {
    let office = Office::new(PROGRAMS);
    let organisation = office.path("organisation.json");
    office.enrol(("chen", "陈静", "办公室", "科员", &[]), &organisation);
    office.ok("officer", &["keys", "publish", "-o", &organisation]);
    office.ok("li", &["keys", "sync", "--from", &organisation]);
    let (code, error) = office.refused("li", &["receive"]);
    assert_eq!((code, error["code"].as_str()), (4, Some("rollback")), "{error}");
    assert!(error["next"][0].as_str().unwrap().contains("operator"), "{error}");
}

/// What somebody waits for and the disk behind a redirection does not take is no success.
#[test]
fn output_that_a_full_disk_swallows_is_a_failure() {
    let office = Office::empty(PROGRAMS);
    for more in [&[][..], &["--json"]] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = office.command("x", &[&["mark", "内部"], more].concat());
        assert_eq!(command.stdout(full).status().unwrap().code(), Some(1));
    }
}

/// One item that a rule refuses by now does not keep the others in the outbox.
#[test]
fn one_refused_item_does_not_keep_the_others_in_the_outbox() {
    let mut office = Office::new(PROGRAMS);
    office.close_relay();
    let file = office.file("通知.txt", TEXT);
    let send = ["send", &file, "--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "b"];
    assert_eq!(office.refused("wang", &send).0, 5);
    let changed = only(Path::new(&office.path("wang/outbox")), ".age");
    assert_eq!(office.refused("wang", &send).0, 5);
    let mut bytes = fs::read(&changed).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&changed, &bytes).unwrap();
    office.open_relay();
    let (_, error) = office.refused("wang", &["outbox", "resume"]);
    assert!(changed.to_str().unwrap().contains(error["about"].as_str().unwrap()), "{error}");
    assert_eq!(only(Path::new(&office.path("wang/outbox")), ".age"), changed, "the other one went");
    assert_eq!(office.json("li", &["receive"])["received"].as_array().unwrap().len(), 1);
}

#[test]
fn interrupted_reading_leaves_nothing() {
    let office = Office::new(PROGRAMS);
    let file = office.file("通知.txt", TEXT);
    office.send("wang", &file, "李娜");
    office.ok("li", &["receive"]);
    let mut reading = office.command("li", &["read", "1", "--path"]);
    let mut reading = reading.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    // Held open until the end: a closed input would end the reading by itself.
    let input = reading.stdin.take();
    let mut lines = BufReader::new(reading.stdout.take().unwrap()).lines();
    let path = lines.by_ref().map(Result::unwrap).find(|line| line.starts_with('/')).unwrap();
    assert_eq!(fs::read(&path).unwrap(), TEXT);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
    let interrupted = Command::new("kill").args(["-INT", &reading.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    assert_eq!(reading.wait().unwrap().code(), Some(130));
    assert!(!Path::new(&path).exists());
    assert!(!Path::new(&path).parent().unwrap().exists());
    drop(input);
}

#[test]
fn it_speaks_both_languages_and_documents_stay_the_same() {
    let office = Office::empty(PROGRAMS);
    let zh = office.run("x", &["mark", "绝密", "--lang", "zh"]);
    let en = office.run("x", &["mark", "绝密", "--lang", "en"]);
    assert_eq!((zh.code, en.code), (3, 3));
    assert!(zh.err.starts_with("不允许：绝密"), "{}", zh.err);
    assert!(en.err.starts_with("Refused: top secret"), "{}", en.err);
    let zh = office.run("x", &["mark", "机密*十年", "--lang", "zh", "--json"]);
    let en = office.run("x", &["mark", "机密*十年", "--lang", "en", "--json"]);
    assert_eq!(zh.out, en.out);
    let document: serde_json::Value = serde_json::from_str(&zh.out).unwrap();
    assert_eq!(document["marks"][0]["mark"], "机密★10年");
    let draft = ["mark", "机密★10年", "--copy", "12", "--urgency", "extra-urgent", "--lang", "zh"];
    assert!(office.run("x", &draft).out.contains("000012\n机密★10年\n特急\n"));
    assert!(office.run("x", &["mark", "解密", "--lang", "zh"]).err.contains("办理解密"));

    assert_eq!(office.run("x", &["sned"]).code, 2);
    assert_eq!(office.run("x", &["--help"]).code, 0);
    assert!(office.run("x", &["--help", "--lang", "zh"]).out.contains("密封文件"));
    assert!(office.run("x", &["completions", "bash"]).out.contains("complete"));
    assert_eq!(office.run("x", &[]).code, 1, "there is no home yet");
}

#[test]
fn the_demonstration_holds_what_it_says() {
    let office = Office::empty(PROGRAMS);
    let dir = office.path("demo");
    let shown = office.json("x", &["demo", "--dir", &dir]);
    assert_eq!(shown["identical"], true);
    assert_eq!(shown["top_secret_refused_by"], serde_json::json!(["seal", "send", "relay"]));
    assert!(!Path::new(&dir).exists(), "nothing is left");
    let file = office.file("自选.bin", &vec![7; 300_000]);
    let zh = office.ok("x", &["demo", &file, "--dir", &dir, "--keep", "--lang", "zh"]);
    assert!(zh.out.contains("逐字节相同") && zh.out.contains("vault-relay"), "{}", zh.out);
    assert!(Path::new(&dir).join("lina/inbox").exists());
    assert_eq!(
        office.refused("x", &["demo", "--dir", &dir]).0,
        1,
        "never into a folder that holds something"
    );
}

/// A full disk: a plain error, and nothing half-written. Needs to mount a small file system of its own.
#[test]
fn disk_full() {
    let office = Office::new(PROGRAMS);
    let file = office.file("大件.bin", &vec![1; 3_000_000]);
    let small = office.path("small");
    fs::create_dir(&small).unwrap();
    let script =
        format!("mount -t tmpfs -o size=1m tmpfs '{small}' && \"$@\"; code=$?; ls -A '{small}'; exit $code");
    let seal = ["seal", &file, "--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "b", "--json"];
    let output = format!("{small}/out.age");
    let inner = office.command("wang", &[&seal[..], &["-o", &output]].concat());
    let mut command = Command::new("unshare");
    command
        .args(["--map-root-user", "--mount", "sh", "-c", &script, "sh"])
        .arg(inner.get_program())
        .args(inner.get_args());
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    let allowed = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", &format!("mount -t tmpfs tmpfs '{small}'")])
        .output()
        .is_ok_and(|output| output.status.success());
    let found = found_or_skipped(
        allowed.then_some(()),
        "a full disk",
        "mounting as an ordinary user is not allowed here",
    );
    if found.is_none() {
        return;
    }
    let answer = ended(command.stdin(Stdio::null()));
    assert_eq!(answer.code, 1, "{}{}", answer.out, answer.err);
    assert!(answer.out.contains("disk is full"), "{}", answer.out);
    assert!(answer.out.trim_end().ends_with('}'), "a file was left: {}", answer.out);
}
