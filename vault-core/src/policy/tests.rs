#![allow(clippy::unwrap_used, reason = "tests")]
use vault_keys::digest::PolicyHash;
use vault_keys::json;
use vault_keys::note::parse_text;
use vault_keys::opening::Suite;

use super::*;
use crate::scope::Ascending;
use crate::term::Term;
use crate::test_world::written_policy;

const ORG: OrgId = OrgId::from_bytes([7; 32]);

fn read(policy: &Policy) -> Result<Policy, NoteError> {
    parse_text(&json::to_line(policy), ORG)
}

fn hash(policy: &Policy) -> String {
    PolicyHash::from_bytes(vault_keys::digest::sha256(&json::to_line(policy))).to_string()
}

fn clause(id: &str, text: &str, level: Level, years: Option<u8>) -> Clause {
    Clause { clause: id.to_owned(), text: text.to_owned(), level, years, special: false, field: None }
}

fn own() -> Policy {
    written_policy(ORG)
}

/// What a change to the second version comes to.
fn further(change: impl FnOnce(&mut Further)) -> Result<Policy, NoteError> {
    let mut policy = own();
    change(policy.further.as_mut().unwrap());
    read(&policy)
}

fn clauses(change: impl FnOnce(&mut Vec<Clause>)) -> Result<Policy, NoteError> {
    further(|further| change(&mut further.catalogues[0].clauses))
}

fn steps(words: &[(&str, &str)]) -> Vec<Step> {
    words
        .iter()
        .map(|(step, role)| Step { step: step.parse().unwrap(), role: role.parse().unwrap() })
        .collect()
}

#[test]
fn built_in_texts_are_fixed() {
    assert_eq!(
        hash(&Policy::standard(ORG)),
        "c013d2f4d81808d965f6bac3764677f79883c74ff1ec040abb15889af4d43e4b"
    );
    assert_eq!(
        hash(&Policy::internal_without_decision(ORG)),
        "a71914cc5edfd1b4ff32798ef4981c166080df21fe5eaedc0b1a533890f17aa8"
    );
}

#[test]
fn built_in_texts_are_above_the_floor() {
    for which in [BuiltIn::Standard, BuiltIn::InternalWithoutDecision] {
        let policy = Policy::built_in(ORG, which);
        assert_eq!(read(&policy).unwrap(), policy);
        assert!(!policy.level(Level::Unclassified).send);
        assert_eq!(policy.level(Level::Secret).steps.len(), 2);
        for act in Act::ALL {
            assert!(policy.act(*act).len() >= acts::fewest_steps(*act), "{act}");
        }
        assert_eq!(policy.profile(), Profile::Network);
        assert!(policy.catalogues().is_empty() && !policy.has_catalogue(Level::Secret));
    }
    acts::check_floor(&ActRule::built_in()).unwrap();
    StandingRule::FLOOR.check().unwrap();
    assert_eq!(Policy::standard(ORG).level(Level::Internal).steps.len(), 1);
    assert!(Policy::internal_without_decision(ORG).level(Level::Internal).steps.is_empty());
}

#[test]
fn a_policy_below_the_floor_is_malformed() {
    let changed = |level: Level, change: fn(&mut LevelRule)| {
        let policy = Policy::standard(ORG);
        let mut rule = policy.level(level).clone();
        change(&mut rule);
        read(&policy.with(rule))
    };
    assert!(changed(Level::Secret, |rule| rule.steps.truncate(1)).is_err());
    assert!(changed(Level::Confidential, |rule| rule.steps.clear()).is_err());
    assert!(changed(Level::Confidential, |rule| rule.steps.truncate(1)).is_ok());
    assert!(changed(Level::Secret, |rule| rule.longest_years = Some(21)).is_err());
    assert!(changed(Level::Secret, |rule| rule.longest_years = None).is_err());
    assert!(changed(Level::Secret, |rule| rule.longest_years = Some(5)).is_ok());
    assert!(changed(Level::Confidential, |rule| rule.suites = Ascending::of([Suite::Classic])).is_err());
    assert!(changed(Level::Internal, |rule| rule.suites = Ascending::empty()).is_err());
    assert!(changed(Level::Secret, |rule| rule.steps = vec![Step::review(), Step::review()]).is_err());
    assert!(changed(Level::Unclassified, |rule| rule.send = true).is_ok());
}

#[test]
fn all_four_levels_in_order() {
    let mut policy = Policy::standard(ORG);
    policy.levels.swap(0, 1);
    assert!(read(&policy).is_err());
    let mut policy = Policy::standard(ORG);
    policy.levels.pop();
    assert!(read(&policy).is_err());
    for policy in [Policy::standard(ORG), own()] {
        let text = String::from_utf8(json::to_line(&policy)).unwrap();
        let text = text.replace("\"level\":\"secret\"", "\"level\":\"top-secret\"");
        assert!(parse_text::<Policy>(text.as_bytes(), ORG).is_err());
    }
}

#[test]
fn version_2_round_trips_and_is_no_version_1() {
    let policy = own();
    assert_eq!(read(&policy).unwrap(), policy);
    let text = String::from_utf8(json::to_line(&policy)).unwrap();
    assert!(text.starts_with("{\"type\":\"vault-policy/2\""));
    // One encoding each: neither version takes what belongs to the other.
    let as_1 = text.replace("vault-policy/2", POLICY_1);
    assert!(matches!(
        parse_text::<Policy>(as_1.as_bytes(), ORG),
        Err(NoteError::Json(json::JsonError::NotCanonical { .. }))
    ));
    let bare = String::from_utf8(json::to_line(&Policy::standard(ORG))).unwrap();
    let as_2 = bare.replace(POLICY_1, "vault-policy/2");
    assert!(matches!(
        parse_text::<Policy>(as_2.as_bytes(), ORG),
        Err(NoteError::Json(json::JsonError::Form { .. }))
    ));
    // Nothing may be left out, not even what is null.
    let without =
        text.replace("\"standing\":{\"ceiling\":\"internal\",\"longest_days\":92,\"most_uses\":500},", "");
    assert_ne!(without, text);
    assert!(parse_text::<Policy>(without.as_bytes(), ORG).is_err());
    let as_3 = text.replace("vault-policy/2", "vault-policy/3");
    assert!(matches!(parse_text::<Policy>(as_3.as_bytes(), ORG), Err(NoteError::Type { .. })));
}

#[test]
fn a_loosened_policy_below_the_floor_of_acts_is_malformed() {
    let with = |act: Act, words: &[(&str, &str)]| {
        let steps = steps(words);
        further(|further| {
            further
                .acts
                .iter_mut()
                .filter(|rule| rule.act == act)
                .for_each(|rule| rule.steps = steps.clone());
        })
    };
    let both = [("review", "reviewer"), ("approval", "approver")];
    for act in Act::ALL {
        assert!(with(*act, &[]).is_err(), "{act} without a decision");
    }
    for act in [Act::Declassify, Act::Destroy] {
        assert!(with(act, &both[..1]).is_err(), "{act} with one");
        assert!(with(act, &both).is_ok(), "{act} with two");
    }
    assert!(with(Act::Widen, &both[1..]).is_ok());
    assert!(with(Act::Release, &[("review", "reviewer"), ("approval", "classification-officer")]).is_ok());
    assert!(with(Act::Release, &both).is_err(), "approved by someone else");
    assert!(with(Act::Release, &[("approval", "classification-officer"), ("review", "reviewer")]).is_err());
    for role in ["handler", "clerk", "key-officer", "inspector", "chairman"] {
        assert!(with(Act::Widen, &[("approval", role)]).is_err(), "{role} decides");
    }
    for role in step::DECIDING {
        assert!(with(Act::Widen, &[("approval", role.as_str())]).is_ok(), "{role}");
    }
    assert!(further(|further| further.acts.truncate(11)).is_err());
    assert!(further(|further| further.acts.swap(0, 1)).is_err());
}

#[test]
fn whoever_may_not_decide_is_no_step_of_a_level() {
    let with = |policy: Policy, role: &str| {
        let mut rule = policy.level(Level::Internal).clone();
        rule.steps = steps(&[("approval", role)]);
        read(&policy.with(rule))
    };
    assert!(with(own(), "handler").is_err());
    assert!(with(own(), "supervisor").is_ok());
    // Version 1 never said which words are roles, and is read for ever.
    assert!(with(Policy::standard(ORG), "handler").is_ok());
}

#[test]
fn a_standing_approval_stays_below_its_limits() {
    let with = |rule| further(|further| further.standing = rule);
    let floor = StandingRule::FLOOR;
    assert!(with(None).is_ok());
    assert!(with(Some(floor)).is_ok());
    for ceiling in [Level::Confidential, Level::Secret] {
        assert!(with(Some(StandingRule { ceiling, ..floor })).is_err());
    }
    assert!(with(Some(StandingRule { longest_days: 367, ..floor })).is_err());
    assert!(with(Some(StandingRule { longest_days: 0, ..floor })).is_err());
    assert!(with(Some(StandingRule { most_uses: 10_001, ..floor })).is_err());
    assert!(with(Some(StandingRule { most_uses: 0, ..floor })).is_err());
}

#[test]
fn clauses_stay_within_the_law_unless_they_are_special() {
    assert!(clauses(|all| all[0].years = Some(20)).is_ok());
    assert!(clauses(|all| all[0].years = Some(21)).is_err());
    assert!(clauses(|all| (all[0].years, all[0].special) = (Some(21), true)).is_ok());
    assert!(clauses(|all| all[1].years = Some(11)).is_err(), "秘密");
    assert!(clauses(|all| all[0].years = None).is_err(), "a state secret without an end");
    assert!(clauses(|all| all[0].years = Some(0)).is_err());
    assert!(clauses(|all| all[0].level = Level::Internal).is_err(), "a work secret among state secrets");
    assert!(clauses(|all| all[0].level = Level::Unclassified).is_err());
    let work = |change: fn(&mut Clause)| further(|further| change(&mut further.catalogues[1].clauses[0]));
    assert!(work(|clause| clause.level = Level::Confidential).is_err());
    assert!(work(|clause| clause.special = true).is_err());
}

#[test]
fn ids_that_look_the_same_are_one_clause() {
    for id in ["国3.1", "国３．１", "国 3.1", "工1", "Ｗ1", "ｗ1"] {
        let result = clauses(|all| {
            all[1].clause = id.to_owned();
            all.push(clause("w1", "其他", Level::Secret, Some(1)));
        });
        assert!(result.is_err(), "{id}");
    }
    assert!(clauses(|all| all[1].clause = "国31".to_owned()).is_ok());
    for id in ["", " 国3.2", "国3.2\u{3000}", "国\u{200b}3.2", "国\n3.2", &"国".repeat(34)] {
        assert!(clauses(|all| all[1].clause = id.to_owned()).is_err(), "{id:?}");
    }
}

#[test]
fn catalogues_have_an_end() {
    let many = |count: u32| {
        clauses(|all| {
            *all = (0..count).map(|at| clause(&format!("国{at}"), "x", Level::Secret, Some(1))).collect();
        })
    };
    assert!(many(1998).is_ok());
    assert!(many(1999).is_err(), "2001 with those of the other catalogue");
    assert!(clauses(Vec::clear).is_err());
    assert!(further(|further| further.catalogues[1].name = "国家秘密范围".to_owned()).is_err());
}

#[test]
fn the_largest_catalogues_fit_the_note() {
    let text = "某某领域中依照有关规定应当保守秘密的某一类事项及其尚未公布的情况、数据和方案";
    let policy = clauses(|all| {
        *all = (0..1998).map(|at| clause(&format!("国3.{at}"), text, Level::Secret, Some(10))).collect();
    });
    assert!(json::to_line(&policy.unwrap()).len() < POLICY_MAX / 2);
}

#[test]
fn every_office_has_every_rule_in_writing() {
    assert!(further(|further| further.sections.truncate(8)).is_err());
    assert!(further(|further| further.sections.swap(0, 1)).is_err());
    assert!(further(|further| further.sections[3].text.clear()).is_err());
    assert!(further(|further| further.sections[3].text.push("　".to_owned())).is_err());
    assert!(further(|further| further.sections[3].text.push("第二条".to_owned())).is_ok());
}

#[test]
fn a_clause_gives_levels_of_its_kind_up_to_its_own() {
    let policy = own();
    let gives = |id: &str| {
        let clause = policy.clause(id).unwrap();
        Level::ALL.map(|level| clause.gives(level))
    };
    assert_eq!(gives("国3.1"), [false, false, true, true]);
    assert_eq!(gives("国3.2"), [false, false, true, false]);
    assert_eq!(gives("工1"), [false, true, false, false]);
    assert_eq!(policy.clause("国３.1"), None, "labels name the id itself");
    assert!(policy.has_catalogue(Level::Secret) && policy.has_catalogue(Level::Internal));
    assert!(!policy.has_catalogue(Level::Unclassified));
}

#[test]
fn a_clause_allows_terms_up_to_its_own() {
    let policy = own();
    let start = "2026-02-28".parse().unwrap();
    let allows = |id: &str, term: &Term| policy.clause(id).unwrap().allows(term, start);
    assert!(allows("国3.2", &Term::Years(5)) && !allows("国3.2", &Term::Years(6)));
    assert!(allows("国3.2", &Term::Months(11)));
    assert!(allows("国3.2", &Term::Until("2031-02-28".parse().unwrap())));
    assert!(!allows("国3.2", &Term::Until("2031-03-01".parse().unwrap())));
    assert!(!allows("国3.2", &Term::Long) && allows("工1", &Term::Long));
    assert!(allows("国3.2", &Term::Condition("会议开始前".parse().unwrap())));
    assert!(allows("工1", &Term::Years(99)) && !allows("工2", &Term::Years(4)));
    let special = clauses(|all| all[0].special = true).unwrap();
    assert!(special.clause("国3.1").unwrap().allows(&Term::Long, start));
}

#[test]
fn offers_begin_with_the_nearest_clause() {
    let policy = own();
    let offered = |query: &str, level| {
        policy.matches(query, level).iter().map(|clause| clause.clause.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(offered("关于价格调整的请示", Level::Confidential), ["国3.2"]);
    assert_eq!(offered("关于价格调整的请示", Level::Secret), [] as [&str; 0], "国3.2 gives 秘密 at most");
    assert_eq!(offered("国３．２", Level::Confidential)[0], "国3.2", "full-width");
    assert_eq!(offered("", Level::Internal), ["工1", "工2"]);
    assert_eq!(offered("干部调整方案", Level::Internal)[0], "工1");
    assert_eq!(offered("天气", Level::Internal), [] as [&str; 0]);
}

/// The directions in which `change` turns the sample.
fn directions(change: impl FnOnce(&mut Policy)) -> Vec<Direction> {
    let (before, mut after) = (own(), own());
    change(&mut after);
    after.changes_since(&before).iter().map(Change::direction).collect()
}

#[test]
fn a_loosened_policy_is_told_from_a_tightened_one() {
    use Direction::{Either, Loosens, Tightens};
    let level = |change: fn(&mut LevelRule)| {
        move |policy: &mut Policy| {
            let mut rule = policy.level(Level::Secret).clone();
            change(&mut rule);
            *policy = policy.clone().with(rule);
        }
    };
    let further =
        |change: fn(&mut Further)| move |policy: &mut Policy| change(policy.further.as_mut().unwrap());
    assert_eq!(directions(|_| {}), []);
    assert_eq!(directions(|policy| policy.number = 9), [], "a number is no rule");
    assert_eq!(directions(level(|rule| rule.steps.truncate(1))), [Loosens]);
    assert_eq!(directions(level(|rule| rule.steps.extend(steps(&[("final", "supervisor")])))), [Tightens]);
    assert_eq!(directions(level(|rule| rule.steps.reverse())), [Either]);
    assert_eq!(directions(level(|rule| rule.longest_years = Some(5))), [Tightens]);
    assert_eq!(directions(level(|rule| rule.send = false)), [Tightens]);
    assert_eq!(directions(further(|all| all.profile = Profile::Standalone)), [Tightens]);
    assert_eq!(directions(further(|all| all.standing = None)), [Tightens]);
    assert_eq!(directions(further(|all| all.standing = Some(StandingRule::FLOOR))), [Loosens]);
    assert_eq!(directions(further(|all| all.return_days[3].days = Some(30))), [Tightens]);
    assert_eq!(directions(further(|all| all.decide_days = 30)), [Loosens]);
    assert_eq!(directions(further(|all| all.catalogues[0].clauses[0].years = Some(20))), [Loosens]);
    assert_eq!(directions(further(|all| all.catalogues[0].clauses[0].years = Some(3))), [Tightens]);
    assert_eq!(directions(further(|all| all.catalogues[0].clauses.truncate(1))), [Either]);
    assert_eq!(directions(further(|all| all.catalogues[0].clauses.swap(0, 1))), [Either], "order alone");
    assert_eq!(directions(further(|all| all.catalogues.swap(0, 1))), [Either]);
    assert_eq!(directions(further(|all| all.sections[0].text.push("新增".to_owned()))), [Either]);
}

#[test]
fn nothing_a_policy_says_escapes_the_comparison() {
    // Whatever differs in the text but for its number is a change that is shown.
    let before = own();
    let bare = Policy::standard(ORG);
    assert!(!before.changes_since(&bare).is_empty());
    let sections = before.changes_since(&bare);
    let count = sections.iter().filter(|change| matches!(change, Change::Section { .. })).count();
    assert_eq!(count, SectionName::ALL.len());
    let back = bare.changes_since(&before);
    assert_eq!(back.iter().filter(|change| matches!(change, Change::Section { .. })).count(), count);
    assert_eq!(back.iter().filter(|change| matches!(change, Change::ClauseDropped { .. })).count(), 4);
    let line = |policy: &Policy| serde_json::to_value(policy).unwrap();
    let (old, mut edits) = (line(&before), 0);
    // Each leaf of the JSON, altered where the type allows it, must be seen.
    fn leaves(value: &serde_json::Value, path: &str, out: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| leaves(value, &format!("{path}/{name}"), out));
            }
            serde_json::Value::Array(list) => {
                list.iter().enumerate().for_each(|(at, value)| leaves(value, &format!("{path}/{at}"), out));
            }
            _ => out.push(path.to_owned()),
        }
    }
    let mut paths = Vec::new();
    leaves(&old, "", &mut paths);
    for path in paths {
        let mut new = old.clone();
        let leaf = new.pointer_mut(&path).unwrap();
        *leaf = match leaf {
            serde_json::Value::String(text) => format!("{text}x").into(),
            serde_json::Value::Number(number) => (number.as_u64().unwrap() + 1).into(),
            serde_json::Value::Bool(yes) => (!*yes).into(),
            _ => 3.into(),
        };
        let Ok(after) = serde_json::from_value::<Policy>(new) else { continue };
        if after.org != ORG || path == "/number" {
            continue;
        }
        edits += 1;
        assert!(!after.changes_since(&before).is_empty(), "{path}");
    }
    assert!(edits > 30, "{edits}");
}
