#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::Path;

use vault_core::decision::Act;
use vault_core::level::Level;
use vault_core::policy::{CatalogueKind, Profile, RecoveryRule, SectionName, StandingRule};

use super::*;
use crate::lang::{Lang, Texts};

const ORG: OrgId = OrgId::from_bytes([7; 32]);

/// The written rules, which every file needs.
fn sections() -> String {
    let lines = SectionName::ALL.iter().map(|name| format!("{} = \"第一条\"\n", name.word()));
    format!("[sections]\n{}", lines.collect::<String>())
}

/// A file with these lines between the name and the written rules.
fn file(lines: &str) -> String {
    format!("name = \"规章\"\n{lines}\n{}", sections())
}

fn with_tables(text: &str, tables: &[(&str, &[u8])]) -> Outcome<Policy> {
    let tables: BTreeMap<&str, &[u8]> = tables.iter().copied().collect();
    let table = |name: &str| match tables.get(name) {
        Some(bytes) => Ok((name.to_owned(), bytes.to_vec())),
        None => Err(Failure::failed(msg!("io-not-found", path = name))),
    };
    compile("policy.toml", text, &table, ORG, 5)
}

fn compiled(lines: &str) -> Policy {
    with_tables(&file(lines), &[]).unwrap()
}

/// Everything that is wrong, in words, with the codes.
fn faults(failure: Failure) -> Vec<(String, String)> {
    let texts = Texts::load(Lang::En);
    let mut all = vec![failure];
    let also = std::mem::take(&mut all[0].also);
    all.extend(also);
    all.iter().map(|one| (one.code.clone().unwrap_or_default(), texts.say(&one.message))).collect()
}

fn refused(lines: &str) -> Vec<String> {
    faults(with_tables(&file(lines), &[]).unwrap_err()).into_iter().map(|(_, words)| words).collect()
}

#[track_caller]
fn refused_once(lines: &str, words: &str) {
    let found = refused(lines);
    assert!(found.len() == 1 && found[0].contains(words), "{lines}: {found:#?}");
}

/// What a table of work secrets with these rows is refused for.
fn rows(rows: &str) -> Vec<(String, String)> {
    let text = file("catalogues = [{ name = \"表\", kind = \"work-secrets\", file = \"w.csv\" }]");
    let table = format!("条款,内容,密级,保密期限\n{rows}");
    match with_tables(&text, &[("w.csv", table.as_bytes())]) {
        Ok(_) => Vec::new(),
        Err(failure) => faults(failure),
    }
}

#[test]
fn the_worked_example_is_a_policy() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples");
    let policy =
        read(&folder.join("policy.toml"), ORG, 2).unwrap_or_else(|failure| panic!("{:#?}", faults(failure)));
    assert_eq!((policy.number, policy.name.as_str()), (2, "某市某局保密规章"));
    assert_eq!(policy.profile(), Profile::Network);
    assert_eq!(policy.level(Level::Secret).recovery, RecoveryRule::Required);
    assert_eq!(policy.act(Act::Destroy).len(), 3);
    assert_eq!(policy.return_days(Level::Secret), Some(180));
    assert_eq!(policy.catalogues().len(), 2);
    assert_eq!(policy.clause("范2.2").unwrap().years, Some(20));
    assert_eq!(policy.clause("工7").unwrap().years, None);
    assert!(policy.sections().iter().all(|section| section.text.len() >= 3));
    // Every field that can be written is shown there, if only as a comment.
    let text = std::fs::read_to_string(folder.join("policy.toml")).unwrap();
    for field in [
        "profile",
        "hold_days",
        "demand_days",
        "decide_days",
        "remind_hours",
        "send",
        "steps",
        "suites",
        "longest_years",
        "recovery",
        "return_days",
        "standing",
        "catalogues",
        "sections",
    ] {
        assert!(text.contains(field), "{field}");
    }
}

#[test]
fn no_beginning_of_a_file_makes_the_reader_panic() {
    let text = include_str!("../../../docs/examples/policy.toml");
    let (head, sections) = text.split_at(text.find("[sections]").unwrap());
    // Every cut of what has structure, and of the long texts the first few.
    let more: String = sections.chars().take(200).collect();
    let text = format!("{head}{more}");
    for (at, _) in text.char_indices() {
        assert!(with_tables(text.get(..at).unwrap(), &[]).is_err(), "{at}");
    }
}

#[test]
fn what_a_file_leaves_out_is_as_built_in() {
    let (policy, bare) = (compiled(""), Policy::standard(ORG));
    assert_eq!(policy.levels(), bare.levels());
    assert_eq!(Act::ALL.map_steps(&policy), Act::ALL.map_steps(&bare));
    assert_eq!(policy.number, 5);
    // Only standing approvals have to be wanted.
    assert_eq!(policy.standing(), None);
    assert_eq!(
        compiled("standing = { ceiling = \"内部\", longest_days = 366, most_uses = 10000 }").standing(),
        Some(StandingRule::FLOOR)
    );
}

trait Steps {
    fn map_steps(&self, policy: &Policy) -> Vec<usize>;
}

impl Steps for &[Act] {
    fn map_steps(&self, policy: &Policy) -> Vec<usize> {
        self.iter().map(|act| policy.act(*act).len()).collect()
    }
}

#[test]
fn level_forms_with_odd_spaces_and_full_width_are_read() {
    for (typed, level) in [
        ("机密", Level::Secret),
        ("机 密", Level::Secret),
        ("机　密", Level::Secret),
        ("機密", Level::Secret),
        (" secret ", Level::Secret),
        ("ＳＥＣＲＥＴ", Level::Secret),
        ("秘密", Level::Confidential),
        ("Confidential", Level::Confidential),
        ("内部", Level::Internal),
        ("工作秘密", Level::Internal),
        ("內 部", Level::Internal),
        ("internal", Level::Internal),
        ("无密级", Level::Unclassified),
        ("unclassified", Level::Unclassified),
    ] {
        assert_eq!(read_level(typed).unwrap(), level, "{typed:?}");
        let policy = compiled(&format!("levels.\"{typed}\".return_days = 9"));
        assert_eq!(policy.return_days(level), Some(9), "{typed:?}");
    }
}

#[test]
fn top_secret_and_confusables_are_refused_with_their_place() {
    let texts = [
        "绝密",
        "绝　密",
        "絕密",
        "TOP SECRET",
        "ｔｏｐ－ｓｅｃｒｅｔ",
        "UM",
        "机蜜",
        "机宓",
        "sеcret",
        "ѕecret",
        "秘蜜",
        "restricted",
        "",
    ];
    for typed in texts {
        assert_eq!(read_level(typed).unwrap_err().code.as_deref(), Some("top-secret"), "{typed:?}");
        let found =
            faults(with_tables(&file(&format!("\n\nlevels.\"{typed}\".send = false")), &[]).unwrap_err());
        assert_eq!(found.len(), 1, "{typed:?}: {found:#?}");
        assert_eq!(found[0].0, "top-secret", "{typed:?}");
        assert!(found[0].1.contains("line 4"), "{typed:?}: {found:?}");
        // In a catalogue the same, with its row.
        let found = rows(&format!("工1,甲,内部,1\n工2,乙,{typed},1\n"));
        assert_eq!(found.len(), 1, "{typed:?}: {found:#?}");
        assert_eq!(found[0].0, "top-secret", "{typed:?}");
        assert!(found[0].1.contains("w.csv, line 3"), "{found:?}");
    }
    assert!(read_level("机密★10年").is_err(), "a term has no place there");
}

#[test]
fn unknown_fields_are_refused_with_their_line() {
    for (lines, place) in [
        ("hold_day = 3", "line 2, hold_day:"),
        ("\nlevels.\"机密\".step = []", "line 3, levels.机密.step:"),
        ("[levels.\"机密\"]\nsend = true\nsuits = []", "line 4, levels.机密.suits:"),
        ("acts.\"复制\" = [{ step = \"批准\", role = \"批准人\", who = \"甲\" }]", "acts.复制[1].who"),
        ("standing = { ceiling = \"内部\", longest_days = 1, most_uses = 1, more = 1 }", "standing.more"),
        ("catalogues = [{ name = \"甲\", kind = \"work-secrets\", file = \"w.csv\", path = \"\" }]", "path"),
    ] {
        let found = refused(lines);
        assert!(found.iter().any(|words| words.contains(place)), "{lines}: {found:#?}");
    }
    refused_once("acts.\"寄送\" = []", "acts.寄送");
    refused_once("profile = \"online\"", "no such word");
    refused_once("hold_days = 4000", "from 0 to 3650");
    refused_once("hold_days = \"30\"", "whole number");
    refused_once("hold_days = 3.5", "whole number");
    refused_once("hold_days = -1", "whole number");
    refused_once("levels.\"机密\".send = \"yes\"", "true or false");
    refused_once("levels = 3", "set of fields");
    refused_once("levels.\"机密\".suites = \"hybrid\"", "list");
    refused_once("hold_days =", "not valid TOML");
    refused_once("hold_days = 1\nhold_days = 2", "not valid TOML");
}

#[test]
fn a_loosened_policy_below_the_floor_is_refused_where_it_stands() {
    let one = "[{ step = \"批准\", role = \"批准人\" }]";
    refused_once(&format!("levels.\"机密\".steps = {one}"), "at least 2");
    refused_once("levels.\"秘密\".steps = []", "at least 1");
    assert_eq!(compiled(&format!("levels.\"秘密\".steps = {one}")).level(Level::Confidential).steps.len(), 1);
    refused_once("levels.\"秘密\".longest_years = 11", "10 years of the law");
    refused_once("levels.\"秘密\".suites = [\"hybrid\", \"classic\"]", "classic suite");
    refused_once(
        "levels.\"内部\".steps = [{ step = \"批准\", role = \"承办人\" }]",
        "handler may not decide",
    );
    refused_once("levels.\"内部\".steps = [{ step = \"批准\", role = \"局长\" }]", "局长");
    refused_once(&format!("acts.\"销毁\" = {one}"), "at least 2");
    refused_once("acts.copy = []", "at least 1");
    refused_once(
        "acts.release = [{ step = \"review\", role = \"reviewer\" }, { step = \"approval\", role = \"approver\" }]",
        "last approved by a classification officer",
    );
    refused_once(
        "standing = { ceiling = \"秘密\", longest_days = 1, most_uses = 1 }",
        "work secrets at most",
    );
    refused_once("standing = { ceiling = \"内部\", longest_days = 367, most_uses = 1 }", "from 1 to 366");
    refused_once("standing = { ceiling = \"内部\", longest_days = 1, most_uses = 10001 }", "from 1 to 10000");
}

#[test]
fn everything_wrong_is_named_at_once() {
    let text =
        "name = \"规章\"\nhold_days = 9999\n[levels.\"机密\"]\nlongest_years = 30\n[acts]\n\"复制\" = []\n";
    let found = faults(with_tables(text, &[]).unwrap_err());
    assert_eq!(found.len(), 4, "{found:#?}");
    let text = "name = \"规章\"\n[sections]\ncommittee = \"甲\"\nstaff = \"  \"\n";
    let found = faults(with_tables(text, &[]).unwrap_err());
    // Seven sections are missing, and one says nothing.
    assert_eq!(found.len(), 8, "{found:#?}");
    let found = rows("工1,甲,内部,1\n,乙,内部,1\n工3,丙,秘密,1\n工4,丁,内部,十\n工１,戊,内部,1\n");
    let lines: Vec<bool> = [3, 4, 5, 6]
        .iter()
        .zip(&found)
        .map(|(line, (_, words))| words.contains(&format!("line {line}")))
        .collect();
    assert_eq!(lines, [true; 4], "{found:#?}");
}

#[test]
fn a_table_in_either_language_with_or_without_a_mark_of_order() {
    let text = file("catalogues = [{ name = \"表\", kind = \"国家秘密\", file = \"s.csv\" }]");
    for (head, mark) in [
        ("条款,内容,密级,保密期限", ""),
        ("clause,text,level,years", "\u{feff}"),
        ("条款,内容,密级,保密期限", "\u{feff}"),
    ] {
        let table = format!("{mark}{head}\n范1,甲,机 密,１０年\n\n范2,\"乙，丙\",ＳＥＣＲＥＴ,20\n");
        let policy = with_tables(&text, &[("s.csv", table.as_bytes())]).unwrap();
        let catalogue = &policy.catalogues()[0];
        assert_eq!((catalogue.kind, catalogue.clauses.len()), (CatalogueKind::StateSecrets, 2));
        assert_eq!(policy.clause("范1").unwrap().years, Some(10));
        assert_eq!(policy.clause("范2").unwrap().text, "乙，丙");
    }
    let special = "条款,内容,密级,保密期限,特殊规定,领域\n范1,甲,机密,30,是,国民经济和社会发展\n";
    let policy = with_tables(&text, &[("s.csv", special.as_bytes())]).unwrap();
    assert!(policy.clause("范1").unwrap().special);
    let plain = special.replace(",是,", ",,");
    let found = faults(with_tables(&text, &[("s.csv", plain.as_bytes())]).unwrap_err());
    assert!(found[0].1.contains("20 years of the law"), "{found:?}");
}

#[test]
fn gb18030_is_refused_with_a_hint() {
    let text = file("catalogues = [{ name = \"表\", kind = \"国家秘密\", file = \"s.csv\" }]");
    // 条款 in GB18030.
    let table = b"clause,text,level,years\n\xcc\xf5\xbf\xee,x,secret,1\n";
    let failure = with_tables(&text, &[("s.csv", table)]).unwrap_err();
    assert_eq!(failure.hints[0].key(), "policy-not-utf8-next");
    let words = faults(failure);
    assert!(words[0].1.contains("GB18030") && words[0].1.contains("line 2"), "{words:?}");
    assert_eq!(utf8("p.toml", b"name = \"\xcc\xf5\"").unwrap_err().message.key(), "policy-not-utf8");
}

#[test]
fn a_table_that_is_not_there_or_too_much_is_refused() {
    let text = file("catalogues = [{ name = \"表\", kind = \"工作秘密\", file = \"none.csv\" }]");
    assert!(faults(with_tables(&text, &[]).unwrap_err())[0].1.contains("none.csv"));
    assert!(rows("")[0].1.contains("no clause"));
    let many: String = (0..2001).map(|at| format!("工{at},甲,内部,1\n")).collect();
    assert!(rows(&many)[0].1.contains("at most 2000"));
    let long: String = (0..2000).map(|at| format!("工{at},{},内部,1\n", "甲".repeat(180))).collect();
    assert!(rows(&long)[0].1.contains("KiB"), "{:?}", rows(&long)[0]);
}

#[test]
fn two_tables_may_not_share_an_id() {
    let text = file(
        "catalogues = [{ name = \"甲\", kind = \"工作秘密\", file = \"a.csv\" }, { name = \"乙\", kind = \"工作秘密\", file = \"b.csv\" }]",
    );
    let (a, b) = ("条款,内容,密级,保密期限\n工1,甲,内部,1\n", "条款,内容,密级,保密期限\n 工1 ,乙,内部,1\n");
    let found = faults(with_tables(&text, &[("a.csv", a.as_bytes()), ("b.csv", b.as_bytes())]).unwrap_err());
    assert!(found[0].1.contains("b.csv, line 2"), "{found:?}");
}
