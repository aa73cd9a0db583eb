//! The rules of the trade: the table, its cases, and that every check is needed by the cases that name it.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use vault_core::admission::Code;
use vault_tests::project_root;
use vault_tests::rules::report::{Counts, Outcome, is_about};
use vault_tests::rules::table::{self, Carrier, Row, State};
use vault_tests::rules::{WITHOUT_A_CASE, cases, each, local_cases};

fn rows() -> Vec<Row> {
    table::read(&fs::read_to_string(project_root().join("docs/rules.md")).unwrap()).unwrap()
}

#[test]
fn every_case_is_refused_for_its_code_and_its_neighbour_is_not() {
    let outcome = Outcome::of(&cases());
    let failures: Vec<&str> = outcome.failures().collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn switching_a_check_off_turns_exactly_its_cases_red() {
    let wrong = each(&local_cases(), |case| {
        let prepared = case.prepare();
        let wrong = |code: &&Code| prepared.holds_without(**code) == is_about(case, **code);
        let wrong: Vec<String> =
            Code::ALL.iter().filter(wrong).map(|code| format!("{} without {code}", case.name)).collect();
        wrong
    });
    let wrong = wrong.concat();
    assert!(wrong.is_empty(), "red, or not red as it should be:\n{}", wrong.join("\n"));
}

#[test]
fn every_check_has_a_case_or_a_reason() {
    let cases = cases();
    for code in Code::ALL {
        let has_case = cases.iter().any(|case| is_about(case, *code));
        let excused = WITHOUT_A_CASE.iter().any(|(without, _)| without == code);
        assert!(has_case != excused, "{code}: a case, or a reason why there is none, and not both");
    }
}

#[test]
fn the_table_has_each_rule_once() {
    let numbers: Vec<u16> = rows().iter().map(|row| row.number).collect();
    assert_eq!(numbers, (1..=148).collect::<Vec<_>>());
}

#[test]
fn rules_and_cases_name_each_other() {
    let (rows, cases) = (rows(), cases());
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name).collect();
    assert_eq!(names.len(), cases.len(), "a case's name stands twice");
    let mut by_rule: BTreeMap<u16, BTreeSet<&str>> = BTreeMap::new();
    for case in &cases {
        assert!(!case.rules.is_empty(), "{} belongs to no rule", case.name);
        for rule in case.rules {
            by_rule.entry(*rule).or_default().insert(case.name);
        }
    }
    for row in &rows {
        let named: BTreeSet<&str> = row.cases.iter().map(String::as_str).collect();
        let wanted = by_rule.remove(&row.number).unwrap_or_default();
        assert_eq!(named, wanted, "rule {}", row.number);
    }
    assert!(by_rule.is_empty(), "rules that are not in the table: {by_rule:?}");
}

#[test]
fn what_is_said_to_refuse_is_shown_to_refuse() {
    for row in rows() {
        let strongest = row.carriers[0];
        let there = matches!(row.state, State::Now | State::Part);
        match row.state {
            State::Never => assert_eq!(strongest, Carrier::Outside, "rule {}", row.number),
            _ => assert_ne!(strongest, Carrier::Outside, "rule {}", row.number),
        }
        if strongest.refuses() {
            assert_eq!(there, !row.cases.is_empty(), "rule {}: there, and shown", row.number);
        } else if !there {
            assert!(row.cases.is_empty(), "rule {} is not there yet", row.number);
        }
        assert!(!row.place.is_empty() && !row.rule.is_empty(), "rule {}", row.number);
    }
}

#[test]
fn every_row_has_its_key_term_in_chinese() {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for row in rows() {
        assert!(row.rule.chars().any(is_han), "rule {}", row.number);
    }
}

#[test]
fn the_readmes_state_the_counts() {
    let counts = Counts::of(&rows(), &cases());
    for (name, text) in [("README.md", counts.english()), ("README.zh-CN.md", counts.chinese())] {
        let document = fs::read_to_string(project_root().join(name)).unwrap();
        let on_one_line = document.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(on_one_line.contains(&text), "`cargo xtask rules --write` puts into {name}: {text}");
    }
}
