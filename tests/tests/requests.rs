//! Requests for every act but sending, by file: asked, decided in turn, used; with real processes, without a relay.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;

use serde_json::Value;
use vault_core::decision::Answer;
use vault_tests::office::{Office, Programs, STAFF, Staff};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

const TEXT: &[u8] = "关于值班的通知\n一、……\n".as_bytes();

const DECIDERS: [Staff; 3] = [
    ("chen", "陈静", "办公室", "副主任", &["--role", "审核人"]),
    ("wu", "吴强", "办公室", "局长", &["--role", "批准人"]),
    ("liu", "刘洋", "办公室", "保密员", &["--role", "定密责任人"]),
];

/// The usual staff and three who decide for 办公室; no relay runs.
fn office() -> Office {
    let mut office = Office::empty(PROGRAMS);
    let organisation = office.found();
    let people = [&STAFF[..], &DECIDERS].concat();
    for staff in &people {
        office.enrol(*staff, &organisation);
    }
    office.ok("officer", &["keys", "publish", "-o", &organisation]);
    for (home, ..) in &people {
        office.ok(home, &["keys", "sync", "--from", &organisation]);
    }
    office
}

fn sealed(office: &Office, to: &str, mark: &[&str]) -> String {
    let file = office.file("值班通知.txt", TEXT);
    let path = office.path("值班通知.age");
    let words = ["seal", &file, "--to", to, "--basis", "清单3", "--doc-no", "滨办〔2026〕3号", "-o", &path];
    office.ok("wang", &[&words[..], mark].concat());
    path
}

const INTERNAL: [&str; 4] = ["--mark", "内部", "--term", "2年"];

/// Somebody's answer to a request file; the refusal's code where there is one.
fn answer(
    office: &Office,
    who: &str,
    file: &str,
    answer: Answer,
    opinion: Option<&str>,
) -> Result<(), String> {
    let words = match (answer, opinion) {
        (Answer::Agree, None) => vec!["approve", file],
        (Answer::Agree, Some(text)) => vec!["approve", file, "--opinion", text],
        (Answer::Refuse, text) => vec!["refuse", file, "--reason", text.unwrap_or("无")],
        (Answer::Withdraw, _) => vec!["withdraw", file],
    };
    let ended = office.run(who, &[&words[..], &["--json"]].concat());
    if ended.code == 0 {
        return Ok(());
    }
    let document: Value = serde_json::from_str(&ended.out).unwrap();
    let error = &document["error"];
    Err(error["code"].as_str().or_else(|| error["message"].as_str()).unwrap().to_owned())
}

fn agree(office: &Office, who: &str, file: &str) -> Result<(), String> {
    answer(office, who, file, Answer::Agree, Some("同意，请按规定办理。"))
}

fn code(answer: &(i32, Value)) -> (i32, &str) {
    (answer.0, answer.1["code"].as_str().unwrap_or_default())
}

#[test]
fn a_colleague_outside_the_scope_is_refused_then_added_by_leave() {
    let office = office();
    let item = sealed(&office, "李娜", &INTERNAL);
    assert_eq!(code(&office.refused("zhang", &["open", &item])), (3, "reader-not-listed"));

    let request = office.path("扩大.note");
    let ask = ["widen", &item, "--to", "张伟", "--reason", "参加工作组", "-o", &request];
    let asked = office.json("li", &ask);
    assert_eq!((&asked["state"], &asked["text"]["act"]), (&"asked".into(), &"widen".into()));
    assert!(!fs::read_to_string(&request).unwrap().contains("工作组"), "the reason is closed");
    // Nothing is written over.
    assert_eq!(office.refused("li", &ask).0, 1);

    // Undecided, it is no leave.
    let output = office.path("值班通知-2.age");
    let widen =
        |who: &str, leave: &str| office.refused(who, &["widen", &item, "--with", leave, "-o", &output]);
    assert_eq!(code(&widen("wang", &request)), (3, "leave-undecided"));
    // The requester does not decide, nor does anybody who was not asked.
    assert_eq!(agree(&office, "li", &request), Err("decider-own-matter".to_owned()));
    assert_eq!(agree(&office, "chen", &request), Err("decider-role".to_owned()));
    agree(&office, "wu", &request).unwrap();
    let leave = office.path("扩大-2.note");
    assert_eq!(office.json("li", &["request", "show", &leave])["state"], "decided");

    // Only the sender, or whom the request names as custodian, writes the header.
    assert_eq!(code(&widen("li", &leave)), (3, "access-writer"));
    assert_eq!(code(&office.refused("zhang", &["open", &item])), (3, "reader-not-listed"));
    let widened = office.json("wang", &["widen", &item, "--with", &leave, "-o", &output]);
    assert_eq!(widened["added"], serde_json::json!(["p3"]));
    for (who, path) in [("zhang", "z.txt"), ("li", "l.txt")] {
        let out = office.path(path);
        office.ok(who, &["open", &output, "-o", &out]);
        assert_eq!(fs::read(&out).unwrap(), TEXT);
    }
    // The leave is for that item and no other.
    let other = office.path("另件.age");
    let file = office.file("另件.txt", b"x");
    let words = ["seal", &file, "--to", "李娜", "--basis", "清单3", "-o", &other];
    office.ok("wang", &[&words[..], &INTERNAL].concat());
    let elsewhere = office.refused("wang", &["widen", &other, "--with", &leave, "-o", &office.path("x.age")]);
    assert_eq!(code(&elsewhere), (3, "leave-other"));
}

#[test]
fn refused_then_approved() {
    let office = office();
    let item = sealed(&office, "李娜", &INTERNAL);
    let request = office.path("a.note");
    office.ok("li", &["request", "export", &item, "--unit", "办公室", "--reason", "审计", "-o", &request]);
    answer(&office, "wu", &request, Answer::Refuse, Some("无此必要")).unwrap();
    let refused = office.path("a-2.note");
    assert_eq!(agree(&office, "wu", &refused), Err("decision-refused".to_owned()));
    let shown = office.json("li", &["request", "show", &refused]);
    assert_eq!(shown["state"], "refused");
    // A decision on something else does not slip in among these.
    let other = office.path("b.note");
    office.ok("li", &["request", "export", &item, "--unit", "办公室", "--reason", "另一事", "-o", &other]);
    agree(&office, "wu", &other).unwrap();
    let both = office.refused("li", &["request", "show", &refused, &office.path("b-2.note")]);
    assert_eq!(code(&both), (2, "several-requests"));
}

#[test]
fn a_release_review_takes_both_steps_in_their_order() {
    let office = office();
    let item = sealed(&office, "李娜", &INTERNAL);
    let request = office.path("r.note");
    office.ok("wang", &["release", &item, "--reason", "拟上网公开，删去第二节", "-o", &request]);
    // First the head of section, then the classification officer.
    assert_eq!(agree(&office, "liu", &request), Err("decider-role".to_owned()));
    agree(&office, "chen", &request).unwrap();
    agree(&office, "liu", &office.path("r-2.note")).unwrap();
    let shown = office.json("wang", &["request", "show", &office.path("r-3.note")]);
    assert_eq!(shown["state"], "decided");
    assert_eq!(shown["decisions"].as_array().unwrap().len(), 2);
}

#[test]
fn requests_ask_for_what_the_act_needs_and_refuse_what_cannot_be() {
    let office = office();
    let item = sealed(&office, "李娜", &INTERNAL);
    let ask = |words: &[&str]| {
        let output = office.path("n.note");
        let words = [&["request"], words, &["--reason", "r", "-o", &output]].concat();
        let answer = office.refused("li", &words);
        (answer.0, answer.1["code"].as_str().unwrap_or_default().to_owned())
    };
    let rule = |code: &str| (3, code.to_owned());
    let usage = || (2, String::new());
    assert_eq!(ask(&["carry-out", &item, "--unit", "办公室"]), usage(), "no day");
    assert_eq!(ask(&["carry-out", &item, "--unit", "办公室", "--due", "明天"]), usage());
    assert_eq!(ask(&["export", &item]), rule("decider-missing"), "nobody approves in 财务科");
    assert_eq!(ask(&["widen", &item, "--to", "张伟", "--ask", "approval=李娜"]), rule("decider-own-matter"));
    assert_eq!(ask(&["widen", &item, "--to", "张伟", "--ask", "approval=陈静"]), rule("decider-role"));
    assert_eq!(ask(&["change", &item, "--mark", "绝密"]), rule("top-secret"));
    let far = ["standing", "--to", "张伟", "--unit", "办公室", "--count", "10001"];
    assert_eq!(ask(&far), rule("standing-beyond"));
    assert!(!Path::new(&office.path("n.note")).exists(), "nothing was written");
    let good =
        ["request", "standing", "--to", "张伟", "--unit", "办公室", "--count", "5", "--reason", "日常往来"];
    let standing = office.json("li", &[&good[..], &["-o", &office.path("s.note")]].concat());
    assert_eq!(standing["text"]["parameters"]["count"], 5);
}

/// Every field of the record of a classified matter, on paper and on the terminal, in both languages.
#[test]
fn every_field_stands_on_the_form() {
    let office = office();
    let item = sealed(&office, "李娜", &["--mark", "内部", "--term", "2年", "--point", "第二节<数字>"]);
    let request = office.path("扩大.note");
    office.ok("li", &["widen", &item, "--to", "张伟", "--reason", "<b>参加</b>工作组", "-o", &request]);
    agree(&office, "wu", &request).unwrap();
    let page = office.path("form.html");
    let leave = office.path("扩大-2.note");
    office.ok("li", &["form", &leave, "--html", &page, "--lang", "zh"]);
    let html = fs::read_to_string(&page).unwrap();
    let record = [
        "名称",
        "载体形式",
        "产生时间",
        "密级",
        "保密期限",
        "定密依据",
        "知悉范围",
        "承办人",
        "审核人",
        "批准人",
        "审批意见",
        "日期",
        "发文字号",
        "份号",
        "复制",
        "原始或派生",
        "密点",
        "规章",
    ];
    for field in record {
        assert!(html.contains(&format!(">{field}")), "{field}");
    }
    for value in [
        "滨办〔2026〕3号",
        "000001 李娜",
        "&lt;b&gt;参加&lt;/b&gt;工作组",
        "同意，请按规定办理。",
        "吴强",
        "<html lang=\"zh-CN\">",
    ] {
        assert!(html.contains(value), "{value}");
    }
    // Whoever may read neither reason nor opinion sees that something is closed.
    office.ok("zhang", &["form", &leave, "--html", &office.path("z.html"), "--lang", "zh"]);
    let closed = fs::read_to_string(office.path("z.html")).unwrap();
    assert!(!closed.contains("工作组") && closed.contains("密封，有权者的密钥可开"));

    // The item's own form: title and secret points where the keys open them.
    let own = office.ok("wang", &["form", &item, "--lang", "zh"]).out;
    for value in ["值班通知", "第二节<数字>", "无须审批", "000000 王建国", "清单3"] {
        assert!(own.contains(value), "{value}\n{own}");
    }
    let stranger = office.ok("zhang", &["form", &item, "--lang", "en"]).out;
    assert!(!stranger.contains("第二节") && stranger.contains("document number"), "{stranger}");
    let document = office.json("wang", &["form", &item]);
    assert_eq!(document["items"][0]["mark"], "内部");
}
