//! Requests for every act but sending, by file: asked, decided in turn, used; with real processes, without a relay.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;

use serde_json::Value;
use vault_tests::office::{Office, Programs, STAFF, Staff};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

const TEXT: &[u8] = "关于值班的通知\n一、……\n".as_bytes();

const DECIDERS: [Staff; 4] = [
    ("qian", "钱进", "财务科", "副科长", &["--role", "批准人"]),
    ("chen", "陈静", "办公室", "副主任", &["--role", "审核人"]),
    ("wu", "吴强", "办公室", "局长", &["--role", "批准人"]),
    ("liu", "刘洋", "办公室", "保密员", &["--role", "定密责任人"]),
];

/// The usual staff and those who decide; no relay runs.
fn office() -> Office {
    found().0
}

/// The same with a relay that serves, and an item sent to 李娜 and 张伟, which 李娜 has.
fn with_relay() -> (Office, String) {
    let (mut office, organisation) = found();
    office.import(&organisation);
    office.open_relay();
    let file = office.file("值班通知.txt", TEXT);
    let sent = office.send("wang", &file, "李娜,张伟");
    office.ok("li", &["receive"]);
    (office, sent["item"].as_str().unwrap().to_owned())
}

fn found() -> (Office, String) {
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
    (office, organisation)
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
fn answer(office: &Office, who: &str, words: &[&str]) -> Result<(), String> {
    let ended = office.run(who, &[words, &["--json"]].concat());
    let document: Value = serde_json::from_str(&ended.out).unwrap();
    match ended.code {
        0 => Ok(()),
        _ => Err(document["error"]["code"].as_str().unwrap_or_default().to_owned()),
    }
}

fn agree(office: &Office, who: &str, file: &str) -> Result<(), String> {
    answer(office, who, &["approve", file, "--opinion", "同意，请按规定办理。"])
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
    office.ok("li", &["request", "export", &item, "--reason", "审计", "-o", &request]);
    answer(&office, "qian", &["refuse", &request, "--reason", "无此必要"]).unwrap();
    let refused = office.path("a-2.note");
    assert_eq!(agree(&office, "qian", &refused), Err("decision-refused".to_owned()));
    let shown = office.json("li", &["request", "show", &refused]);
    assert_eq!(shown["state"], "refused");
    // A decision on something else does not slip in among these.
    let other = office.path("b.note");
    office.ok("li", &["request", "export", &item, "--reason", "另一事", "-o", &other]);
    agree(&office, "qian", &other).unwrap();
    let both = office.refused("li", &["request", "show", &refused, &office.path("b-2.note")]);
    assert_eq!(code(&both), (2, "several-requests"));
}

#[test]
fn a_release_review_takes_both_steps_in_their_order() {
    let office = office();
    let item = sealed(&office, "李娜", &INTERNAL);
    let request = office.path("r.note");
    office.ok("wang", &["release", &item, "--reason", "拟上网公开，删去第二节", "-o", &request]);
    // First the head of section, then the classification officer; an agreement can be taken back between.
    assert_eq!(agree(&office, "liu", &request), Err("decider-role".to_owned()));
    agree(&office, "chen", &request).unwrap();
    answer(&office, "chen", &["withdraw", &office.path("r-2.note")]).unwrap();
    let out_of_turn = ["approve", &office.path("r-3.note"), "--step", "批准"];
    assert_eq!(answer(&office, "liu", &out_of_turn), Err("decision-order".to_owned()));
    agree(&office, "chen", &office.path("r-3.note")).unwrap();
    agree(&office, "liu", &office.path("r-4.note")).unwrap();
    let shown = office.json("wang", &["request", "show", &office.path("r-5.note")]);
    assert_eq!(shown["state"], "decided");
    assert_eq!(shown["decisions"].as_array().unwrap().len(), 4);
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
    assert_eq!(ask(&["destroy", &item]), rule("decider-missing"), "nobody reviews in 财务科");
    assert_eq!(ask(&["widen", &item, "--to", "张伟", "--ask", "批准=李娜"]), rule("decider-own-matter"));
    assert_eq!(ask(&["widen", &item, "--to", "张伟", "--ask", "批准=陈静"]), rule("decider-role"));
    assert_eq!(ask(&["export", &item, "--unit", "办公室"]), rule("request-unit"), "not her own unit");
    assert_eq!(ask(&["change", &item, "--mark", "绝密"]), rule("top-secret"));
    let far = ["standing", "--to", "张伟", "--count", "10001"];
    assert_eq!(ask(&far), rule("standing-beyond"));
    assert!(!Path::new(&office.path("n.note")).exists(), "nothing was written");
    let good = ["request", "standing", "--to", "张伟", "--count", "5", "--reason", "日常往来"];
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

#[test]
fn leave_used_twice() {
    let (office, _) = with_relay();
    let out = office.path("out.txt");
    assert_eq!(code(&office.refused("li", &["export", "1", "-o", &out])), (3, "copying-none"));
    let request = office.path("导出.note");
    office.ok("li", &["request", "export", "1", "--reason", "审计需要", "-o", &request]);
    let with = |file: &str| office.refused("li", &["export", "1", "-o", &out, "--with", file]);
    assert_eq!(code(&with(&request)), (3, "leave-undecided"));
    agree(&office, "qian", &request).unwrap();
    let leave = office.path("导出-2.note");
    // A leave for something else, or somebody else's, is none.
    assert_eq!(code(&office.refused("li", &["request", "use", "1", "--with", &leave])), (3, "leave-other"));
    office.ok("zhang", &["receive"]);
    let other = office.refused("zhang", &["export", "1", "-o", &out, "--with", &leave]);
    assert_eq!(code(&other), (3, "leave-other"));
    let exported = office.json("li", &["export", "1", "-o", &out, "--with", &leave]);
    assert_eq!(fs::read(&out).unwrap(), TEXT);
    assert!(exported["approval"].is_string());
    let evidence = office.json("li", &["status", "1"])["evidence"].to_string();
    assert!(evidence.contains("exported"), "{evidence}");
    let again = office.path("again.txt");
    let twice = office.refused("li", &["export", "1", "-o", &again, "--with", &leave]);
    assert_eq!(code(&twice), (3, "leave-used"));
    // Publication is another matter.
    let release = office.refused("li", &["export", "1", "-o", &again, "--release"]);
    assert_eq!(code(&release), (3, "release-missing"));
    assert!(!Path::new(&again).exists());
}

#[test]
fn what_is_taken_out_by_leave_comes_back() {
    let (office, _) = with_relay();
    assert_eq!(code(&office.refused("li", &["request", "use", "1"])), (3, "leave-missing"));
    let request = office.path("外出.note");
    office
        .ok("li", &["request", "carry-out", "1", "--due", "2099-01-05", "--reason", "会议", "-o", &request]);
    agree(&office, "qian", &request).unwrap();
    // Once shown here the decided request is kept, and found by itself.
    office.ok("li", &["request", "show", &office.path("外出-2.note")]);
    let used = office.json("li", &["request", "use", "1"]);
    assert_eq!((&used["event"], &used["due"]), (&"carried-out".into(), &"2099-01-05".into()));
    assert_eq!(code(&office.refused("li", &["request", "use", "1"])), (3, "leave-used"));
    assert_eq!(office.json("li", &["request", "back", "1"])["event"], "brought-back");
    assert_eq!(code(&office.refused("li", &["request", "back", "1"])), (1, "not-out"));
    let evidence = office.json("li", &["status", "1"])["evidence"].to_string();
    assert!(evidence.contains("carried-out") && evidence.contains("brought-back"), "{evidence}");
}

#[test]
fn derived_one_level_lower_one_day_longer_one_person_wider() {
    let (office, _) = with_relay();
    let file = office.file("摘要.txt", "值班摘要\n".as_bytes());
    let output = office.path("摘要.age");
    let seal = |more: &[&str]| -> Vec<String> {
        let words = ["seal", &file, "--derived-from", "1", "--reason-code", "summary", "-o", &output];
        words.iter().chain(more).map(|word| (*word).to_owned()).collect()
    };
    let refused = |more: &[&str]| {
        let words = seal(more);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (exit, error) = office.refused("li", &words);
        let mut codes = vec![error["code"].as_str().unwrap_or_default().to_owned()];
        let also = error["also"].as_array().cloned().unwrap_or_default();
        codes.extend(also.iter().map(|one| one["code"].as_str().unwrap_or_default().to_owned()));
        codes.sort();
        (exit, codes)
    };
    let codes = |codes: &[&str]| (3, codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>());
    // 办公室 issued the source and allows no copies: nothing is derived from it without its leave.
    assert_eq!(refused(&["--to", "张伟"]), codes(&["derived-leave"]));
    let request = office.path("派生.note");
    office.ok("li", &["request", "derive", "1", "--reason", "编写摘要", "-o", &request]);
    agree(&office, "wu", &request).unwrap();
    let leave = office.path("派生-2.note");
    let with = |more: &[&str]| refused(&[&["--leave", &leave], more].concat());
    assert_eq!(
        with(&["--to", "张伟", "--mark", "无密级"]).1,
        ["derived-level", "derived-unclassified", "level-not-sendable"]
    );
    assert_eq!(with(&["--to", "张伟", "--term", "3年"]), codes(&["derived-term"]));
    assert_eq!(with(&["--to", "陈静"]), codes(&["derived-scope"]));
    let words = seal(&["--leave", &leave, "--to", "张伟"]);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let sealed = office.json("li", &words);
    let label = &sealed["label"];
    assert_eq!((&label["mark"], &label["level"]), (&"内部".into(), &"internal".into()));
    assert_eq!(
        (&label["origin"]["kind"], &label["origin"]["reason"]),
        (&"derived".into(), &"summary".into())
    );
    assert_eq!(label["basis"], serde_json::json!(["清单3"]), "{label}");
    let out = office.path("摘要-2.txt");
    office.ok("zhang", &["open", &output, "-o", &out]);
    let form = office.ok("zhang", &["form", &output, "--lang", "zh"]).out;
    assert!(form.contains("派生"), "{form}");
}

#[test]
fn a_changed_mark_stands_beside_the_old_one_and_a_term_ends() {
    let (office, item) = with_relay();
    // At the end of its term an item awaits a review, it is not free.
    let later = vault::clock::now().plus_days(800).to_string();
    assert_eq!(office.json("li", &[])["term_ended"], serde_json::json!([]));
    let all = office.run_at(&later, "li", &["--json"]);
    assert!(all.out.contains(&format!("\"term_ended\": [\n    \"{item}\"")), "{}{}", all.out, all.err);
    let over = office.run_at(&later, "li", &["read", "1", "--stdout"]);
    assert!(
        over.err.contains("awaits a release review") && over.err.contains("vault release"),
        "{}",
        over.err
    );
    let request = office.path("解密.note");
    office.ok("wang", &["declassify", &item, "--reason", "会议已结束", "-o", &request]);
    agree(&office, "chen", &request).unwrap();
    agree(&office, "wu", &office.path("解密-2.note")).unwrap();
    let notice = office.path("解密-3.note");
    assert!(!office.ok("li", &["read", "1", "--stdout"]).err.contains("declassified"));
    office.ok("li", &["request", "show", &notice]);
    let read = office.ok("li", &["read", "1", "--stdout"]);
    assert!(read.err.contains("declassified"), "{}", read.err);
    assert_eq!(read.out.as_bytes(), TEXT, "nothing is overwritten");
    let status = office.json("li", &["status", "1"]);
    assert_eq!(status["changes"][0]["act"], "declassify");
    assert!(office.ok("li", &["status", "1"]).out.contains("declassified on"));
    // It has been decided on; its term ends without another review.
    let all = office.run_at(&later, "li", &["--json"]);
    assert!(all.out.contains("\"term_ended\": []"), "{}{}", all.out, all.err);
}

#[test]
fn standing_approval_used_up() {
    let mut office = Office::empty(PROGRAMS);
    let card = office.relay_card();
    let organisation = office.path("organisation.json");
    let words = ["keys", "init", "--name", "滨海市示范局", "--officer", "周敏", "--internal", "decide"];
    office.ok("officer", &[&words[..], &["--relay-card", &card, "-o", &organisation]].concat());
    let people = [&STAFF[..], &DECIDERS].concat();
    for staff in &people {
        office.enrol(*staff, &organisation);
    }
    office.ok("officer", &["keys", "publish", "-o", &organisation]);
    for (home, ..) in &people {
        office.ok(home, &["keys", "sync", "--from", &organisation]);
    }
    office.import(&organisation);
    office.open_relay();
    let request = office.path("常设.note");
    let ask = ["request", "standing", "--to", "李娜", "--count", "2", "--reason", "日常往来", "-o", &request];
    office.ok("wang", &ask);
    agree(&office, "wu", &request).unwrap();
    let leave = office.path("常设-2.note");
    let file = office.file("值班通知.txt", TEXT);
    let words = ["send", &file, "--mark", "内部", "--term", "2年", "--basis", "清单3"];
    let send = |more: &[&str]| office.json("wang", &[&words[..], more].concat());
    // Undecided it serves nobody.
    let undecided = [&words[..], &["--to", "李娜", "--by-standing", &request]].concat();
    assert_eq!(code(&office.refused("wang", &undecided)), (3, "leave-undecided"));
    let first = send(&["--to", "李娜", "--by-standing", &leave]);
    assert_eq!(
        (&first["state"], &first["label"]["approval"]["kind"]),
        (&"accepted".into(), &"standing".into())
    );
    // Kept by then, it is found by itself; beyond its scope somebody is asked as ever.
    assert_eq!(send(&["--to", "李娜"])["state"], "accepted");
    assert_eq!(send(&["--to", "张伟"])["state"], "proposed");
    let wider = [&words[..], &["--to", "李娜,张伟", "--by-standing", &leave]].concat();
    assert_eq!(code(&office.refused("wang", &wider)), (3, "standing-beyond"));
    let third = [&words[..], &["--to", "李娜"]].concat();
    assert_eq!(code(&office.refused("wang", &third)), (3, "standing-used-up"));
    assert_eq!(send(&["--to", "李娜", "--ask", "批准=吴强"])["state"], "proposed");
    // The recipient holds the use numbers of the register against the limit.
    let received = office.json("li", &["receive"])["received"].as_array().unwrap().len();
    assert_eq!(received, 2);
    assert_eq!(office.ok("li", &["read", "1", "--stdout"]).out.as_bytes(), TEXT);
    // By file nobody counts.
    let sent = fs::read_dir(office.path("li/inbox")).unwrap();
    let item =
        sent.map(|entry| entry.unwrap().path()).find(|path| path.extension().is_some_and(|it| it == "age"));
    let copy = office.path("by-file.age");
    fs::copy(item.unwrap(), &copy).unwrap();
    let by_file = office.refused("li", &["open", &copy, "-o", &office.path("x.txt")]);
    assert_eq!(code(&by_file), (3, "standing-by-file"));
}

#[test]
fn a_request_goes_over_the_relay_to_whoever_decides_and_back() {
    let (office, item) = with_relay();
    let asked = office.json("li", &["request", "export", "1", "--reason", "审计需要"]);
    let name = asked["name"].as_str().unwrap().to_owned();
    assert_eq!(asked["state"], "asked");
    let mine = |who: &str| office.json(who, &["pending"])["requests"].clone();
    assert_eq!((&mine("qian")[0]["name"], &mine("qian")[0]["act"]), (&name.clone().into(), &"export".into()));
    assert_eq!(mine("wu"), serde_json::json!([]), "nobody else is asked");
    // The requester as decider; and whoever was not asked finds no such request.
    assert_eq!(answer(&office, "li", &["approve", &name]), Err("decider-own-matter".to_owned()));
    assert_eq!(office.refused("wu", &["approve", &name]).0, 2);
    let responded = office.json("qian", &["approve", &name, "--opinion", "同意"]);
    assert_eq!((&responded["state"], &responded["step"]), (&"decided".into(), &"approval".into()));
    assert_eq!(mine("qian"), serde_json::json!([]));
    let refused = answer(&office, "qian", &["refuse", &name, "--reason", "改变主意"]);
    assert_eq!(refused, Err("decision-order".to_owned()), "refused after it was decided");
    // Once listed the decided request is here, and found by itself when it is used.
    assert_eq!(office.json("li", &["request", "list"])["requests"][0]["state"], "decided");
    let out = office.path("out.txt");
    office.ok("li", &["export", "1", "-o", &out]);
    assert_eq!(fs::read(&out).unwrap(), TEXT);
    assert_eq!(code(&office.refused("li", &["export", "1", "-o", &out])), (3, "leave-used"));
    assert_eq!(office.json("li", &["request", "list"])["requests"][0]["used"], true);

    // A decided change reaches every holder as its own notice.
    let change = office.json("wang", &["declassify", &item, "--reason", "会议已结束"]);
    let name = change["name"].as_str().unwrap();
    answer(&office, "chen", &["approve", name]).unwrap();
    let listed = || office.json("zhang", &["request", "list"])["requests"].clone();
    office.ok("zhang", &["receive"]);
    assert_eq!(listed(), serde_json::json!([]), "not before it is decided");
    answer(&office, "wu", &["approve", name]).unwrap();
    assert_eq!(listed()[0]["act"], "declassify");
    // Who has taken it in is in the register, signed, and his opening beside it.
    let noted = || office.json("wang", &["status", &item])["noted"][0].clone();
    assert_eq!(
        (&noted()["by"], &noted()["not_yet"]),
        (&serde_json::json!([]), &serde_json::json!(["p2", "p3"]))
    );
    assert!(office.ok("zhang", &["read", "1", "--stdout"]).err.contains("declassified"));
    office.ok("zhang", &["read", "1", "--stdout"]);
    assert_eq!(
        (&noted()["by"][0]["person"], &noted()["not_yet"]),
        (&"p3".into(), &serde_json::json!(["p2"]))
    );
    assert_eq!(noted()["by"].as_array().unwrap().len(), 1, "said once");
    // Of an item he has no part in nobody learns by asking.
    let foreign = office.refused("chen", &["request", "export", &office.path("none.age"), "--reason", "r"]);
    assert_eq!(foreign.0, 1);
}

#[test]
fn somebody_let_in_by_leave_is_offered_a_copy_at_the_relay() {
    let (office, item) = with_relay();
    // 张伟 has not fetched his copy yet, so the content is still there.
    let asked = office.json("wang", &["widen", &item, "--to", "刘洋", "--reason", "参加工作组"]);
    let name = asked["name"].as_str().unwrap().to_owned();
    let undecided = office.refused("wang", &["widen", &item, "--with", &name]);
    assert_eq!(code(&undecided), (3, "leave-undecided"));
    assert_eq!(office.json("liu", &["receive"])["received"], serde_json::json!([]));
    answer(&office, "wu", &["approve", &name]).unwrap();
    let widened = office.json("wang", &["widen", &item, "--with", &name]);
    assert_eq!(widened["added"].as_array().map(Vec::len), Some(1), "{widened}");

    // He is offered a copy of his own, under the next number, and signs for it like everybody else.
    office.ok("liu", &["receive"]);
    assert_eq!(office.ok("liu", &["read", "1", "--stdout"]).out.as_bytes(), TEXT);
    let copies = office.json("wang", &["status", &item])["copies"].clone();
    let last = copies.as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["copy"], &last["state"]), (&3.into(), &"received".into()), "{copies}");
    // The others go on as before, and the leave serves once.
    office.ok("zhang", &["receive"]);
    assert_eq!(office.ok("zhang", &["read", "1", "--stdout"]).out.as_bytes(), TEXT);
    assert_eq!(office.refused("wang", &["widen", &item, "--with", &name]).0, 1);
}

#[test]
fn refusal_left_out_of_a_leave() {
    let (office, item) = with_relay();
    let asked = office.json("wang", &["widen", &item, "--to", "刘洋", "--reason", "参加工作组"]);
    let name = asked["name"].as_str().unwrap().to_owned();
    // A copy of the request from before it was refused, on which the approver says yes by file all the same.
    let kept = fs::read_dir(office.path("wang/requests")).unwrap().map(|entry| entry.unwrap().path());
    let kept: Vec<_> = kept.collect();
    let file = office.path("kept.note");
    fs::copy(&kept[0], &file).unwrap();
    answer(&office, "wu", &["refuse", &name, "--reason", "无此必要"]).unwrap();
    agree(&office, "wu", &file).unwrap();
    let leave = office.path("kept-2.note");
    let refused = office.refused("wang", &["widen", &item, "--with", &leave]);
    assert_eq!(code(&refused), (3, "decision-left-out"));
    assert_eq!(office.json("liu", &["receive"])["received"], serde_json::json!([]));
}

#[test]
fn a_custodian_who_received_it_lets_somebody_in_and_brings_the_content_again() {
    let (office, item) = with_relay();
    office.ok("zhang", &["receive"]);
    // Both have it: the relay keeps the content no more.
    let ask = ["widen", &item, "--to", "刘洋", "--custodian", "李娜", "--reason", "参加工作组"];
    let asked = office.json("li", &ask);
    let name = asked["name"].as_str().unwrap().to_owned();
    answer(&office, "wu", &["approve", &name]).unwrap();
    let widened = office.json("li", &["widen", &item, "--with", &name]);
    assert_eq!(widened["added"].as_array().map(Vec::len), Some(1), "{widened}");
    office.ok("liu", &["receive"]);
    assert_eq!(office.ok("liu", &["read", "1", "--stdout"]).out.as_bytes(), TEXT);
    let copies = office.json("wang", &["status", &item])["copies"].clone();
    let states: Vec<_> = copies.as_array().unwrap().iter().map(|copy| copy["state"].clone()).collect();
    assert_eq!(states, ["received", "received", "received"]);
    assert_eq!(office.refused("li", &["widen", &item, "--with", &name]).0, 1);
}
