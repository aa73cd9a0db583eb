//! The form of the notes, the examples of docs/decisions.md, and the course explored.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use proptest::prelude::*;
use vault_keys::digest::{NoteHash, OrgId, sha256};
use vault_keys::json;
use vault_keys::note::parse_text;
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Time;

use super::*;
use crate::item::{Decider, DirectoryRef, Parent, Sender, Word};
use crate::level::Level;
use crate::scope::Ascending;
use crate::test_world::item_id;

const ORG: OrgId = OrgId::from_bytes([0x5a; 32]);

fn at(seconds: i64) -> Time {
    "2026-11-22T08:00:00Z".parse::<Time>().unwrap().plus_seconds(seconds)
}

fn word(text: &str) -> Word {
    text.parse().unwrap()
}

fn person(number: u32) -> PersonNo {
    PersonNo::new(number).unwrap()
}

fn decision() -> DecisionNote {
    DecisionNote {
        tag: DecisionType,
        org: ORG,
        about: About { kind: AboutKind::Label, hash: NoteHash::from_bytes([1; 32]) },
        step: word("approval"),
        person: person(10),
        key: vault_keys::key_id::KeyId::from_bytes([2; 32]),
        station: vault_keys::key_id::KeyId::from_bytes([3; 32]),
        principal: Some(person(9)),
        answer: Answer::Agree,
        opened: true,
        previous: Some(NoteHash::from_bytes([4; 32])),
        directory: DirectoryRef { version: 3, hash: vault_keys::digest::DirectoryHash::from_bytes([5; 32]) },
        made: at(0),
        not_after: None,
        opinion: None,
    }
}

fn request() -> Request {
    Request {
        tag: RequestType,
        org: ORG,
        act: Act::Widen,
        items: vec![Parent { item: item_id(1), label: crate::item::LabelHash::from_bytes([1; 32]) }],
        copies: Ascending::empty(),
        holders: Ascending::of(["p4".parse().unwrap()]),
        custodian: None,
        parameters: Parameters::default(),
        level: Level::Confidential,
        unit: "u1".parse().unwrap(),
        requester: Sender { person: person(3), key: vault_keys::key_id::KeyId::from_bytes([2; 32]) },
        station: vault_keys::key_id::KeyId::from_bytes([3; 32]),
        reason: None,
        deciders: vec![Decider {
            step: word("approval"),
            role: word("approver"),
            asked: Ascending::of([person(9)]),
        }],
        policy: crate::item::PolicyHash::from_bytes([6; 32]),
        directory: DirectoryRef { version: 3, hash: vault_keys::digest::DirectoryHash::from_bytes([5; 32]) },
        made: at(0),
        decide_by: at(86_400),
        not_after: at(172_800),
    }
}

/// The document holds the very texts that the code writes, with their hashes.
#[test]
fn the_documents_examples_are_what_is_written() {
    let document = include_str!("../../../docs/decisions.md");
    for line in [json::to_line(&decision()), json::to_line(&request())] {
        let hash = NoteHash::from_bytes(sha256(&line));
        let text = String::from_utf8(line).unwrap();
        let example = format!("```\n{text}```\n");
        assert!(document.contains(&example), "docs/decisions.md should hold:\n{example}");
        assert!(document.contains(&format!("`{hash}`")), "docs/decisions.md should hold {hash}");
    }
}

fn field_of<T: vault_keys::note::Text>(value: &T) -> Option<&'static str> {
    // What is refused on writing is refused on reading as well.
    let line = json::to_line(value);
    let refused = value.check_form().err().map(|error| error.field);
    assert_eq!(parse_text::<T>(&line, ORG).is_err(), refused.is_some());
    refused
}

#[test]
fn decisions_outside_their_form_are_refused() {
    let changed = |change: &dyn Fn(&mut DecisionNote)| {
        let mut note = decision();
        change(&mut note);
        field_of(&note)
    };
    let opinion = |length| Opinion {
        salt: Some(vault_keys::bytes::Bytes([0; 16])),
        hash: None,
        sealed: vault_keys::bytes::ByteString(vec![0; length]),
    };
    assert_eq!(changed(&|_| {}), None);
    assert_eq!(changed(&|note| note.principal = Some(note.person)), Some("for"));
    assert_eq!(changed(&|note| note.not_after = Some(note.made)), Some("not_after"));
    assert_eq!(changed(&|note| note.not_after = Some(note.made.plus_seconds(1))), None);
    let withdraw = |note: &mut DecisionNote| (note.answer, note.previous) = (Answer::Withdraw, None);
    assert_eq!(changed(&withdraw), Some("previous"));
    assert_eq!(changed(&|note| note.opinion = Some(opinion(1040))), None);
    assert_eq!(changed(&|note| note.opinion = Some(opinion(4112))), None);
    assert_eq!(changed(&|note| note.opinion = Some(opinion(1041))), Some("opinion"));
    assert_eq!(
        changed(&|note| note.opinion = Some(Opinion { salt: None, ..opinion(1040) })),
        Some("opinion")
    );
    let on_request = |note: &mut DecisionNote| {
        note.about.kind = AboutKind::Request;
        note.opinion = Some(opinion(1040));
    };
    assert_eq!(changed(&on_request), Some("opinion"));
}

#[test]
fn requests_outside_their_form_are_refused() {
    let changed = |change: &dyn Fn(&mut Request)| {
        let mut text = request();
        change(&mut text);
        field_of(&text)
    };
    assert_eq!(changed(&|_| {}), None);
    assert_eq!(changed(&|it| it.items.clear()), Some("items"));
    assert_eq!(changed(&|it| it.items.push(it.items[0])), Some("items"));
    assert_eq!(changed(&|it| it.holders = Ascending::empty()), Some("holders"));
    assert_eq!(changed(&|it| it.act = Act::Export), Some("holders"));
    assert_eq!(changed(&|it| it.deciders.clear()), Some("deciders"));
    assert_eq!(changed(&|it| it.deciders.push(it.deciders[0].clone())), Some("deciders"));
    assert_eq!(changed(&|it| it.decide_by = it.made), Some("decide_by"));
    assert_eq!(changed(&|it| it.not_after = it.decide_by.plus_seconds(-1)), Some("decide_by"));
    assert_eq!(changed(&|it| it.not_after = it.made.plus_days(91)), Some("not_after"));
    assert_eq!(changed(&|it| it.parameters.count = Some(1)), Some("count"));
    let copy = |count| {
        move |it: &mut Request| {
            it.act = Act::Copy;
            it.parameters.count = count;
        }
    };
    assert_eq!(changed(&copy(None)), Some("count"));
    assert_eq!(changed(&copy(Some(0))), Some("count"));
    assert_eq!(changed(&copy(Some(1))), None);
    let two = |it: &mut Request| {
        copy(Some(1))(it);
        it.holders =
            Ascending::of([Holder::Person("p4".parse().unwrap()), Holder::Person("p5".parse().unwrap())]);
    };
    assert_eq!(changed(&two), Some("count"), "more people than copies");
    let change = |level| {
        move |it: &mut Request| {
            (it.act, it.holders) = (Act::Change, Ascending::empty());
            it.parameters.level = level;
        }
    };
    assert_eq!(changed(&change(None)), Some("level"));
    assert_eq!(changed(&change(Some(Level::Internal))), None);
    // Declassifying takes two decisions whatever the policy says; a change may take one.
    assert_eq!(changed(&change(Some(Level::Unclassified))), Some("level"));
    let lend = |it: &mut Request| {
        it.act = Act::LendOutside;
        it.parameters.due = Some("2026-12-01".parse().unwrap());
    };
    assert_eq!(changed(&lend), Some("briefed_by"), "face to face first (rule 50)");
}

#[test]
fn level_forms_in_a_request() {
    let line = String::from_utf8(json::to_line(&request())).unwrap();
    for level in [
        "Confidential",
        "confidential ",
        " confidential",
        "ｃｏｎｆｉｄｅｎｔｉａｌ",
        "сonfidential",
        "秘密",
        "top-secret",
        "绝密",
        "",
    ] {
        let changed = line.replace("\"level\":\"confidential\"", &format!("\"level\":\"{level}\""));
        assert!(parse_text::<Request>(changed.as_bytes(), ORG).is_err(), "{level:?}");
    }
    assert!(parse_text::<Request>(line.as_bytes(), ORG).is_ok());
}

fn steps(count: usize) -> Vec<Decider> {
    let names = ["review", "consult", "approval"];
    let decider =
        |name: &&str| Decider { step: word(name), role: word("approver"), asked: Ascending::of([person(1)]) };
    names[..count].iter().map(decider).collect()
}

/// Handed in again, by whoever carries the notes, an agreement that was taken back agrees to nothing.
#[test]
fn an_agreement_taken_back_does_not_count_again() {
    let steps = steps(2);
    let mut course = Course::default();
    let first = steps.first().unwrap();
    let agreed =
        DecisionNote { step: first.step.clone(), principal: None, previous: None, made: at(0), ..decision() };
    let hash = |note: &DecisionNote| NoteHash::from_bytes(sha256(&json::to_line(note)));
    let back = DecisionNote { answer: Answer::Withdraw, previous: Some(hash(&agreed)), ..agreed.clone() };
    assert_eq!(course.take(&steps, hash(&agreed), &agreed, at(0)), Ok(Taken::Step));
    assert_eq!(course.take(&steps, hash(&back), &back, at(0)), Ok(Taken::Withdrawn));
    assert_eq!(course.take(&steps, hash(&agreed), &agreed, at(1)), Err(CourseRefusal::TakenBack));
    let anew = DecisionNote { made: at(1), ..agreed };
    assert_eq!(course.take(&steps, hash(&anew), &anew, at(1)), Ok(Taken::Step));
}

proptest! {
    /// Whatever comes in whatever order: a matter is complete only with one agreement in force for each step, each
    /// resting on the one before, by different people, and nothing leads on from a refusal.
    #[test]
    fn no_order_of_answers_completes_what_is_not_agreed(
        count in 1usize..=3,
        answers in prop::collection::vec((0usize..4, 1u32..5, 0u8..6, 0usize..6, prop::option::of(1i64..40)), 1..24),
    ) {
        let steps = steps(count);
        let mut course = Course::default();
        let mut known: Vec<(NoteHash, DecisionNote)> = Vec::new();
        for (index, (step, signer, answer, rests_on, limit)) in (0..).zip(answers) {
            let now = at(index);
            let answer = match answer {
                0 => Answer::Refuse,
                1 => Answer::Withdraw,
                _ => Answer::Agree,
            };
            // Mostly what an honest client would name, at times any note there is, or none.
            let previous = match rests_on {
                0 => known.last().map(|(hash, _)| *hash),
                1 => None,
                _ if answer == Answer::Withdraw => {
                    course.agreed().iter().rev().find(|it| it.signer == person(signer)).map(|it| it.decision)
                }
                _ => course.previous(),
            };
            let note = DecisionNote {
                step: steps.get(step).map_or_else(|| word("other"), |step| step.step.clone()),
                person: person(signer),
                principal: None,
                answer,
                previous,
                made: now,
                not_after: limit.map(|limit| now.plus_seconds(limit)),
                ..decision()
            };
            let hash = NoteHash::from_bytes(sha256(&json::to_line(&note)));
            let (was_refused, was_complete) = (course.refused().is_some(), course.is_complete(&steps));
            let taken = course.take(&steps, hash, &note, now);
            if was_refused || was_complete {
                prop_assert!(taken.is_err());
            }
            if taken.is_ok() {
                known.push((hash, note));
            }
            // What is agreed to is a chain of known notes over the first steps, by different people.
            let mut before = None;
            for (agreed, step) in course.agreed().iter().zip(&steps) {
                let (_, note) = known.iter().find(|(hash, _)| *hash == agreed.decision).unwrap();
                prop_assert_eq!(note.answer, Answer::Agree);
                prop_assert_eq!(&note.step, &step.step);
                prop_assert_eq!(note.previous, before);
                before = Some(agreed.decision);
            }
            let mut signers: Vec<_> = course.agreed().iter().map(|it| it.signer).collect();
            signers.sort_unstable();
            signers.dedup();
            prop_assert_eq!(signers.len(), course.agreed().len());
            if taken == Ok(Taken::Completed) {
                prop_assert!(course.agreed().iter().all(|it| it.not_after.is_none_or(|until| now <= until)));
                prop_assert_eq!(course.agreed().len(), count);
            }
        }
    }
}
