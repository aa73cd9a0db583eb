//! The policy from its file to what it refuses: checked, signed by officers, put into force, and felt by staff.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;

use serde_json::Value;
use vault_core::policy::Policy;
use vault_keys::directory::{Draft, Organisation, Proposal};
use vault_tests::office::{Office, Programs};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

const SECTIONS: [&str; 9] = [
    "committee",
    "staff",
    "archive-lending",
    "secret-papers",
    "registry-room",
    "hardware",
    "software",
    "going-online",
    "copiers-fax",
];

/// A policy under which 内部 goes out without a decision, from a catalogue; with further lines on top.
fn policy(office: &Office, name: &str, more: &str) -> String {
    let table = "条款,内容,密级,保密期限\n工1,干部人事调整方案,内部,2\n工2,会议通知,内部,不限\n";
    fs::write(office.path("work.csv"), table).unwrap();
    let sections: String = SECTIONS.iter().map(|name| format!("{name} = \"第一条\"\n")).collect();
    let text = format!(
        "name = \"规章\"\n{more}\n[levels.\"内部\"]\nsteps = []\n\n[[catalogues]]\nname = \"工作秘密\"\n\
         kind = \"work-secrets\"\nfile = \"work.csv\"\n\n[sections]\n{sections}"
    );
    office.file(name, text.as_bytes())
}

fn code(refused: &(i32, Value)) -> &str {
    refused.1["code"].as_str().unwrap_or_default()
}

fn in_force(office: &Office) -> Organisation {
    Organisation::parse(&fs::read(office.path("organisation.json")).unwrap(), None).unwrap()
}

#[test]
fn an_item_is_held_to_the_catalogue_once_it_is_in_force() {
    let office = Office::with_officer(PROGRAMS);
    let notice = office.file("会议通知.txt", "明日九时开会\n".as_bytes());
    let send = |basis: &'static str, term: &'static str| {
        ["send", notice.as_str(), "--to", "李娜", "--mark", "内部", "--term", term, "--basis", basis]
            .map(str::to_owned)
    };
    let words = |words: &[String]| -> Vec<String> { words.to_vec() };
    let ok = |these: &[String]| {
        let these = words(these);
        office.ok("wang", &these.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let refused = |these: &[String]| {
        let these = words(these);
        office.refused("wang", &these.iter().map(String::as_str).collect::<Vec<_>>())
    };
    // The built-in policy has no catalogue: what the sender writes is what stands there.
    ok(&send("清单3", "2年"));
    let file = policy(&office, "policy.toml", "decide_days = 5");
    let checked = office.json("officer", &["policy", "check", &file]);
    assert_eq!((checked["number"].as_u64(), checked["policy"]["decide_days"].as_u64()), (Some(2), Some(5)));
    let paper = office.path("policy.proposal");
    office.ok("officer", &["policy", "sign", &file, "-o", &paper]);
    let organisation = office.path("organisation.json");
    let published = office.json("officer", &["policy", "publish", &paper, "--relay", "-o", &organisation]);
    assert_eq!(published["answer"], "taken");
    let shown = office.json("officer", &["policy", "show"]);
    assert_eq!((shown["number"].as_u64(), shown["name"].as_str()), (Some(2), Some("规章")));

    assert_eq!(code(&refused(&send("清单3", "2年"))), "basis-unknown");
    // In any width it is the same clause, and the label names it as the catalogue does.
    ok(&send("工１", "2年"));
    assert_eq!(code(&refused(&send("工1", "3年"))), "basis-term");
    ok(&send("工2", "3年"));
    let received = office.json("li", &["receive"]);
    assert_eq!(received["received"].as_array().map(Vec::len), Some(3), "{received}");
    // A dry run says the same.
    let check =
        ["check", &notice, "--to", "李娜", "--mark", "内部", "--term", "3年", "--basis", "工1", "--json"];
    let found = office.run("wang", &check);
    assert!(found.out.contains("basis-term"), "{}", found.out);
}

#[test]
fn officers_sign_a_policy_by_file_and_see_all_of_it() {
    let office = Office::with_officer(PROGRAMS);
    let file = policy(&office, "policy.toml", "hold_days = 20\nprofile = \"network\"");
    let paper = office.path("policy.proposal");
    office.ok("officer", &["policy", "sign", &file, "-o", &paper]);
    // Signing again what was signed shows the same.
    let shown = office.ok("officer", &["--lang", "zh", "keys", "sign", &paper]).out;
    for words in [
        "规章《规章》第 2 号",
        "机密：审核（审核人） → 批准（批准人）",
        "工作秘密：不经审批",
        "公开发布：审核（审核人） → 批准（定密责任人）",
        "常设审批：不设",
        "个人持有最多 20 天",
        "定密依据目录《工作秘密》（工作秘密）：2 条",
        "新增条款：工1 干部人事调整方案（工作秘密、最长 2 年）",
        "新增条款：工2 会议通知（工作秘密、期限不限）",
        "书面规定“保密委员会职责”",
        "[收紧] 个人持有天数：原为 30，改为 20",
    ] {
        assert!(shown.contains(words), "{words}\n{shown}");
    }
    // Everything of it is in force only with the directory that names it.
    assert_eq!(office.json("officer", &["policy", "show"])["number"], 1);
    office.ok("officer", &["policy", "publish", &paper, "-o", &office.path("organisation.json")]);
    assert_eq!(office.json("officer", &["policy", "show"])["number"], 2);
    // A loosened one is named as such before it is signed.
    let looser = policy(&office, "looser.toml", "hold_days = 60");
    let checked = office.json("officer", &["policy", "check", &looser]);
    assert_eq!((checked["number"].as_u64(), checked["looser"].as_u64()), (Some(3), Some(1)));
    let signed = office.json("officer", &["policy", "sign", &looser, "-o", &office.path("looser.proposal")]);
    assert!(signed.to_string().contains("looser"), "{signed}");
    // What changes nothing is not signed.
    office.ok("officer", &["keys", "draft", "--drop"]);
    let same = policy(&office, "same.toml", "hold_days = 20");
    let refused = office.refused("officer", &["policy", "sign", &same, "-o", &office.path("same.proposal")]);
    assert_eq!(code(&refused), "policy-same");
    assert_eq!(code(&office.refused("officer", &["policy", "publish"])), "policy-not-drafted");
}

#[test]
fn a_policy_of_an_earlier_number_is_not_signed() {
    let office = Office::with_officer(PROGRAMS);
    let file = policy(&office, "policy.toml", "");
    let organisation = office.path("organisation.json");
    office.ok("officer", &["policy", "sign", &file, "-o", &office.path("policy.proposal")]);
    office.ok("officer", &["policy", "publish", &office.path("policy.proposal"), "-o", &organisation]);
    let before = in_force(&office);
    let now = vault::clock::now();
    let draft = Draft::over(before.in_force(), now, now.plus_days(60), &mut vault::clock::randomness());
    for number in [1, 2] {
        let mut old = Policy::internal_without_decision(before.org());
        (old.number, old.hold_days) = (number, 99);
        let paper =
            Proposal::directory_with_policy(draft.clone(), &old, before.root(), before.directory()).unwrap();
        let paper = office.file("old.proposal", &paper.encode());
        assert_eq!(code(&office.refused("officer", &["keys", "sign", &paper])), "policy-lower", "{number}");
    }
    let mut next = Policy::internal_without_decision(before.org());
    next.number = 3;
    let paper = Proposal::directory_with_policy(draft, &next, before.root(), before.directory()).unwrap();
    office.ok("officer", &["keys", "sign", &office.file("next.proposal", &paper.encode())]);
}

#[test]
fn a_file_below_the_floor_is_refused_with_every_fault() {
    let office = Office::with_officer(PROGRAMS);
    let file = policy(
        &office,
        "policy.toml",
        "hold_day = 3\nacts.destroy = [{ step = \"批准\", role = \"批准人\" }]\nlevels.\"秘密\".longest_years = 30",
    );
    for verb in [vec!["policy", "check", &file], vec!["policy", "sign", &file]] {
        let (exit, error) = office.refused("officer", &verb);
        assert_eq!((exit, error["code"].as_str()), (3, Some("policy-file")), "{error}");
        assert_eq!(error["also"].as_array().map(Vec::len), Some(2), "{error}");
    }
    let top = policy(&office, "top.toml", "levels.\"绝密\".send = true");
    assert_eq!(code(&office.refused("officer", &["policy", "check", &top])), "top-secret");
}

#[test]
fn the_largest_catalogues_reach_everybody() {
    let office = Office::with_officer(PROGRAMS);
    let file = policy(&office, "policy.toml", "");
    let rows: String = (1..=1990).map(|at| format!("工{at},{},内部,1\n", "事项".repeat(55))).collect();
    fs::write(office.path("work.csv"), format!("条款,内容,密级,保密期限\n{rows}")).unwrap();
    let (paper, organisation) = (office.path("policy.proposal"), office.path("organisation.json"));
    office.ok("officer", &["policy", "sign", &file, "-o", &paper]);
    office.ok("officer", &["policy", "publish", &paper, "--relay", "-o", &organisation]);
    office.ok("wang", &["keys", "sync"]);
    let shown = office.json("wang", &["policy", "show"]);
    assert_eq!(shown["policy"]["catalogues"][0]["clauses"].as_array().map(Vec::len), Some(1990));
    // What does not fit is refused before anyone signs.
    fs::write(
        office.path("work.csv"),
        format!("条款,内容,密级,保密期限\n{}", rows.replace("事项", "某事项")),
    )
    .unwrap();
    assert_eq!(code(&office.refused("officer", &["policy", "check", &file])), "policy-file");
}

#[test]
fn where_machines_stand_alone_nothing_is_sent() {
    let office = Office::with_officer(PROGRAMS);
    let notice = office.file("会议通知.txt", "明日九时开会\n".as_bytes());
    let label = ["--to", "李娜", "--mark", "内部", "--term", "1年", "--basis", "工2"];
    let file = policy(&office, "policy.toml", "profile = \"单机\"");
    let (paper, organisation) = (office.path("policy.proposal"), office.path("organisation.json"));
    office.ok("officer", &["policy", "sign", &file, "-o", &paper]);
    office.ok("officer", &["policy", "publish", &paper, "--relay", "-o", &organisation]);
    // Whoever has not heard of it yet is told on the way, and nothing has left.
    let send: Vec<&str> = ["send", &notice].into_iter().chain(label).collect();
    let first = office.refused("wang", &send);
    assert_eq!((first.0, code(&first)), (3, "standalone"));
    let again = office.refused("wang", &send);
    assert_eq!((again.0, code(&again)), (3, "standalone"));
    for words in [vec!["receive"], vec!["status"], vec!["keys", "sync"]] {
        assert_eq!(code(&office.refused("wang", &words)), "standalone", "{words:?}");
    }
    // By file everything goes on, the next directory too.
    let sealed = office.path("sealed.age");
    let seal: Vec<&str> = ["seal", &notice].into_iter().chain(label).chain(["-o", &sealed]).collect();
    office.ok("wang", &seal);
    office.ok("li", &["keys", "sync", "--from", &organisation]);
    let out = office.path("out");
    office.ok("li", &["open", &sealed, "-o", &out]);
    assert!(Path::new(&out).exists());
    office.ok("wang", &["keys", "sync", "--from", &organisation]);
    office.ok("wang", &[]);
}
