//! Acts on persons and units with real processes: each goes into one draft, which is signed and published once.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use serde_json::Value;
use vault_tests::office::{Office, Programs, STAFF};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

/// The usual staff, in force, known to the officer; no relay runs.
fn office() -> (Office, String) {
    let mut office = Office::empty(PROGRAMS);
    let organisation = office.found();
    for staff in STAFF {
        office.enrol(staff, &organisation);
    }
    publish(&office, &organisation);
    (office, organisation)
}

fn publish(office: &Office, organisation: &str) {
    office.ok("officer", &["keys", "publish", "-o", organisation]);
}

fn act(office: &Office, words: &[&str]) -> Value {
    office.json("officer", &[&["keys"], words].concat())
}

fn refused(office: &Office, words: &[&str]) -> (i32, String) {
    let (exit, error) = office.refused("officer", &[&["keys"], words].concat());
    (exit, error["code"].as_str().unwrap_or_default().to_owned())
}

fn top_secret() -> (i32, String) {
    (3, "top-secret".to_owned())
}

fn show(office: &Office, who: &str) -> Value {
    act(office, &["show", who])
}

#[test]
fn a_transfer_a_deputy_and_a_new_unit_are_signed_once() {
    let (office, organisation) = office();
    act(&office, &["unit", "档案室", "--new", "--level", "机密", "--clerk", "王建国"]);
    let moved =
        act(&office, &["change", "李娜", "--unit", "档案室", "--post", "馆员", "--role", "承办人,机要员"]);
    let drafted = moved["drafted"].to_string();
    assert!(drafted.contains("档案室") && drafted.contains("馆员"), "{drafted}");
    // A deputy may act only in a role that is held; it is held in the draft already.
    let none =
        ["deputy", "李娜", "--for", "批准人", "--by", "王建国", "--from", "2099-01-01", "--to", "2099-02-01"];
    assert_eq!(refused(&office, &none).0, 3);
    act(
        &office,
        &[
            "deputy",
            "李娜",
            "--for",
            "承办人",
            "--by",
            "王建国",
            "--from",
            "2099-01-01",
            "--to",
            "2099-02-01",
        ],
    );

    // Nothing is in force before it is published, and then all of it is.
    assert!(!show(&office, "李娜").to_string().contains("馆员"));
    let draft = act(&office, &["draft"]);
    let lines = draft["changes"].to_string();
    for word in ["档案室", "馆员", "2099-01-01"] {
        assert!(lines.contains(word), "{word}: {lines}");
    }
    publish(&office, &organisation);
    assert!(show(&office, "李娜").to_string().contains("馆员"));
    assert_eq!(act(&office, &["draft"])["pending"], false);

    // The deputy can be taken out again, once.
    let end = ["deputy", "李娜", "--for", "承办人", "--by", "王建国", "--end"];
    act(&office, &end);
    assert_eq!(refused(&office, &end).0, 3);
}

#[test]
fn a_clerk_who_moves_leaves_a_warning_behind() {
    let (office, _) = office();
    act(&office, &["unit", "财务科", "--clerk", "张伟,李娜"]);
    let moved = act(&office, &["change", "张伟", "--unit", "办公室"]);
    let warnings = moved["warnings"].to_string();
    assert!(warnings.contains("财务科"), "a single clerk is left: {moved}");
    let none = act(&office, &["unit", "财务科", "--clerk", "none"]);
    assert!(none["drafted"].to_string().contains("财务科"), "{none}");
}

#[test]
fn a_leaver_hands_back_first_and_signs_a_letter() {
    let (office, organisation) = office();
    let letter = office.file("letter.pdf", b"the leaver's letter");
    let paper = format!("leaver:2099-12-31:{letter}");
    let leave = |held: &str, more: &[&str]| -> Vec<String> {
        let words = ["leave", "张伟", "--held", held, "--pending", "0"];
        words.iter().chain(more).map(|word| (*word).to_owned()).collect()
    };
    let try_it = |words: Vec<String>| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        refused(&office, &words)
    };
    let cooling = ["--letter", &paper, "--cooling-off", "2099-06-30"];
    assert_eq!(try_it(leave("2", &cooling)), (3, "still-holds".to_owned()));
    assert_eq!(try_it(leave("0", &[])), (3, "no-letter".to_owned()));
    assert_eq!(try_it(leave("0", &cooling[..2])), (3, "no-cooling-off".to_owned()));
    assert_eq!(act(&office, &["draft"])["pending"], false, "a refused act leaves no draft");

    let words = leave("0", &cooling);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let left = act(&office, &words);
    let facts = left["facts"].to_string();
    let hash = vault_keys::digest::sha256(b"the leaver's letter");
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(facts.contains(&hash) && facts.contains("2099-06-30"), "{facts}");
    publish(&office, &organisation);
    assert_eq!(show(&office, "张伟")["state"], "closed");
    // He has left: nothing more is changed about him.
    assert_eq!(refused(&office, &["change", "张伟", "--post", "科长"]).0, 3);
}

#[test]
fn papers_are_recorded_one_by_one_and_shown() {
    let (office, organisation) = office();
    let file = office.file("vetting.pdf", b"abc");
    let vetted = act(&office, &["papers", "李娜", "--vetting", &format!("standard:2099-06-30:{file}")]);
    let facts = vetted["facts"].to_string();
    assert!(facts.contains("ba7816bf8f01cfea"), "the file's hash: {facts}");
    assert!(vetted["warnings"].as_array().unwrap().len() < 4, "{vetted}");
    act(&office, &["papers", "李娜", "--training", "basic:2099-01-31", "--category", "一般"]);
    // What is not named stays: saying the vetting again changes nothing.
    let again = ["papers", "李娜", "--vetting", &format!("standard:2099-06-30:{file}")];
    assert_eq!(refused(&office, &again).0, 3);
    let published = fs::read_to_string(&organisation).unwrap();
    assert!(!published.contains("2099-01-31"));
    publish(&office, &organisation);
    let published = fs::read_to_string(&organisation).unwrap();
    assert!(published.contains("2099-06-30") && published.contains("2099-01-31"), "both are in force");
}

#[test]
fn words_that_mean_nothing_are_refused_and_draft_nothing() {
    let (office, _) = office();
    let usage: [&[&str]; 9] = [
        &["change", "李娜"],
        &["change", "赵六", "--post", "科长"],
        &["change", "财务科", "--post", "科长"],
        &["change", "李娜", "--unit", "没有科"],
        &["change", "李娜", "--role", "皇帝"],
        &["papers", "李娜", "--vetting", "standard"],
        &["papers", "李娜", "--abroad", "2099-02-01:2099-01-01"],
        &["deputy", "李娜", "--for", "承办人", "--by", "李娜", "--from", "2099-01-01", "--to", "2099-01-02"],
        &["unit", "没有科", "--level", "机密"],
    ];
    for words in usage {
        assert_eq!(refused(&office, words).0, 2, "{words:?}");
    }
    // Top secret is refused, as a clearance and as a unit's level, in whatever form it is typed.
    for word in ["绝密", "top-secret", "绝密★30年"] {
        assert_eq!(refused(&office, &["change", "李娜", "--clearance", word]), top_secret(), "{word}");
        assert_eq!(refused(&office, &["unit", "财务科", "--level", word]), top_secret(), "{word}");
    }
    // What is so already changes nothing, and is said.
    assert_eq!(refused(&office, &["change", "李娜", "--post", "科员"]).0, 3);
    assert_eq!(refused(&office, &["unit", "财务科", "--new"]).0, 3);
    assert_eq!(act(&office, &["draft"])["pending"], false);
}

#[test]
fn a_draft_can_be_taken_back() {
    let (office, organisation) = office();
    act(&office, &["change", "李娜", "--post", "会计"]);
    let back = act(&office, &["change", "李娜", "--post", "科员"]);
    assert_eq!(back["taken_back"].as_array().unwrap().len(), 1, "{back}");
    act(&office, &["change", "李娜", "--post", "会计"]);
    act(&office, &["draft", "--drop"]);
    assert_eq!(act(&office, &["draft"])["pending"], false);
    act(&office, &["change", "王建国", "--post", "秘书长"]);
    publish(&office, &organisation);
    let shown = show(&office, "李娜").to_string();
    assert!(shown.contains("科员") && !shown.contains("会计"), "{shown}");
}

#[test]
fn an_overtaken_draft_is_refused_and_can_be_dropped() {
    let (office, organisation) = office();
    // The same officer at another machine publishes something else meanwhile.
    let copied = std::process::Command::new("cp")
        .args(["-r", &office.path("officer"), &office.path("elsewhere")])
        .status()
        .unwrap();
    assert!(copied.success());
    act(&office, &["change", "李娜", "--post", "会计"]);
    office.ok("elsewhere", &["keys", "change", "王建国", "--post", "秘书长"]);
    office.ok("elsewhere", &["keys", "publish", "-o", &organisation]);
    office.ok("officer", &["keys", "sync", "--from", &organisation]);

    for words in [&["change", "张伟", "--post", "处长"][..], &["publish", "-o", &organisation]] {
        assert_eq!(refused(&office, words).0, 3, "{words:?}");
    }
    // What was drafted is shown still, as it was meant.
    let draft = act(&office, &["draft"]);
    assert!(draft["overtaken"] == true && draft["changes"].to_string().contains("会计"), "{draft}");
    act(&office, &["draft", "--drop"]);
    act(&office, &["change", "李娜", "--post", "会计"]);
    publish(&office, &organisation);
    assert!(show(&office, "王建国").to_string().contains("秘书长"), "nothing published was undone");
    assert!(show(&office, "李娜").to_string().contains("会计"));
}

#[test]
fn single_clerk_warning() {
    let (office, organisation) = office();
    // What a command says, on either stream.
    let says = |home: &str, words: &[&str]| {
        let ended = office.ok(home, words);
        format!("{}{}", ended.out, ended.err).contains("single clerk")
    };
    let file = office.file("通知.txt", b"notice");
    let sealed_to = |to: &str, name: &str| {
        let (out, rest) = (office.path(name), ["--mark", "内部", "--term", "2年", "--basis", "清单3", "-o"]);
        says("wang", &[&["seal", &file, "--to", to][..], &rest, &[&out]].concat())
    };
    let next = office.path("next.json");
    // Everywhere somebody looks at 财务科, which 张伟 alone receives for, changes anything, or sends to it.
    for home in ["officer", "wang"] {
        office.ok(home, &["keys", "sync", "--from", &organisation]);
        assert!(says(home, &["keys", "list"]), "{home}");
        assert!(says(home, &["keys", "sync", "--from", &organisation]), "{home}");
    }
    assert!(says("officer", &["keys", "show", "财务科"]));
    assert!(says("officer", &["keys", "show", "张伟"]));
    assert!(!says("officer", &["keys", "show", "王建国"]));
    assert!(office.run("wang", &["doctor"]).out.contains("single clerk"));
    assert!(sealed_to("财务科", "a.age"));
    let out = office.path("d.age");
    let words =
        ["seal", &file, "--to", "财务科", "--mark", "内部", "--term", "2年", "--basis", "清单3", "-o", &out];
    assert_eq!(office.json("wang", &words)["weak_units"][0]["weakness"], "single-clerk");
    assert!(!sealed_to("张伟", "b.age"));
    let weak = act(&office, &["list"])["weak_units"].clone();
    assert_eq!(weak.as_array().unwrap().len(), 1);
    assert_eq!(
        (&weak[0]["weakness"], &weak[0]["unit"]),
        (&"single-clerk".into(), &show(&office, "财务科")["number"])
    );
    assert!(says("officer", &["keys", "change", "王建国", "--post", "局长"]));
    assert!(says("officer", &["keys", "sign", "-o", &next]));
    let drop = office.ok("officer", &["keys", "draft", "--drop"]);
    assert!(!drop.out.contains("single clerk"));

    // A second clerk ends it, for good once that is in force.
    assert!(!says("officer", &["keys", "unit", "财务科", "--clerk", "张伟,李娜"]));
    publish(&office, &organisation);
    office.ok("wang", &["keys", "sync", "--from", &organisation]);
    assert!(!says("officer", &["keys", "list"]) && !sealed_to("财务科", "c.age"));
    // To suspend one of two brings it back, and whoever signs that is told.
    let stop = ["keys", "stop", "李娜", "--suspend", "--reason", "inquiry", "-o", &organisation];
    assert!(says("officer", &stop));
    assert!(says("officer", &["keys", "show", "财务科"]));
}

#[test]
fn doctor_points_out_papers_before_and_after_their_last_day() {
    let (office, organisation) = office();
    let now = vault::clock::now();
    let last = |days: u32| format!("standard:{}", now.plus_days(days).day());
    let (vetting, training) = (last(40), last(400));
    office.ok("officer", &["keys", "papers", "李娜", "--vetting", &vetting, "--training", &training]);
    publish(&office, &organisation);
    office.ok("li", &["keys", "sync", "--from", &organisation]);
    // What doctor says of papers on that day: how it judges, and the words.
    let papers = |home: &str, days: u32| {
        let ended = office.run_at(&now.plus_days(days).to_string(), home, &["doctor", "--json"]);
        let document =
            serde_json::Deserializer::from_str(&ended.out).into_iter::<Value>().next().unwrap().unwrap();
        let checks = document["checks"].as_array().unwrap().clone();
        let mut of_papers = checks.into_iter().filter(|check| check["check"] == "papers");
        let first = of_papers.next().map(|check| {
            let word = |field: &str| check[field].as_str().unwrap().to_owned();
            (word("finding"), word("words"))
        });
        assert!(of_papers.next().is_none(), "one paper, one line: {document}");
        first
    };
    assert_eq!(papers("li", 10), None, "thirty days before nothing is said");
    for days in [11, 39, 40] {
        let (finding, words) = papers("li", days).unwrap();
        assert_eq!(finding, "note", "{days}");
        assert!(
            words.contains("vetting") && words.contains(vetting.trim_start_matches("standard:")),
            "{words}"
        );
    }
    let (finding, words) = papers("li", 41).unwrap();
    assert_eq!(finding, "wrong", "{words}");
    assert_ne!(office.run_at(&now.plus_days(41).to_string(), "li", &["doctor"]).code, 0);
    // Others' papers are theirs to look after.
    office.ok("wang", &["keys", "sync", "--from", &organisation]);
    assert_eq!(papers("wang", 41), None);
}

#[test]
fn kept_contradictions_are_named_until_they_are_taken_away() {
    let mut office = Office::empty(PROGRAMS);
    let organisation = office.found();
    office.enrol(STAFF[0], &organisation);
    // The officers sign two directories of one number; each home has seen another one.
    let (one, other) = (office.path("one.json"), office.path("other.json"));
    let second = office.path("second-officer");
    copy(office.path("officer").as_ref(), second.as_ref());
    office.ok("officer", &["keys", "publish", "-o", &one]);
    office.ok("second-officer", &["keys", "change", "王建国", "--post", "副主任"]);
    office.ok("second-officer", &["keys", "publish", "-o", &other]);
    office.ok("wang", &["keys", "sync", "--from", &one]);
    let (exit, error) = office.refused("wang", &["keys", "sync", "--from", &other]);
    assert_eq!((exit, error["code"].as_str()), (4, Some("fork")));

    let names = |ended: &vault_tests::office::Ended| {
        let said = format!("{}{}", ended.out, ended.err);
        said.matches("contradiction/directory-2-").count()
    };
    let doctor = office.run("wang", &["doctor"]);
    assert_ne!(doctor.code, 0);
    for ended in
        [doctor, office.ok("wang", &["keys", "list"]), office.ok("wang", &["keys", "show", "办公室"])]
    {
        assert_eq!(names(&ended), 2, "{}{}", ended.out, ended.err);
    }
    fs::remove_dir_all(office.path("wang/contradiction")).unwrap();
    assert_eq!(names(&office.ok("wang", &["keys", "list"])), 0);
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    let done = std::process::Command::new("cp").arg("-a").args([from, to]).status().unwrap();
    assert!(done.success());
}
