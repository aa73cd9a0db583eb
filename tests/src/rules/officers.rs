//! What key officers cannot sign, and what nobody can change of what they signed.

use vault_core::decision;
use vault_core::level::Level;
use vault_core::policy::{BuiltIn, Policy};
use vault_core::test_world::{SeededRng, World, written_policy};
use vault_keys::directory::{Act, ActError, Checklist, Clearance, Draft, Organisation, Paper};
use vault_keys::note::{KeyName, Signed};
use vault_keys::time::Day;

use super::lazy::{Lazy, plain};
use super::world::person;
use super::{Case, Judge};

/// What the officer's program says to the end of p3's service, who is cleared for secrets.
fn leaving(change: impl FnOnce(&mut Checklist)) -> Judge {
    let world = plain();
    let paper = Paper { class: "leaver".to_owned(), hash: None };
    let mut checklist =
        Checklist { held: 0, pending: 0, letter: Some((paper, day())), cooling_off: Some(day()) };
    change(&mut checklist);
    Box::new(move || {
        let act = Act::EndService { person: person(3), checklist: checklist.clone() };
        acted(apply(&world, act).map(drop))
    })
}

fn apply(world: &World, act: Act) -> Result<Draft, ActError> {
    let (shelf, rng) = (world.shelf(), &mut SeededRng::new(5));
    let now = world.now();
    let mut draft = Draft::over(&shelf.in_force, now, now.plus_days(60), rng);
    draft.apply(act, &shelf.in_force, rng).map(|_| draft)
}

fn day() -> Day {
    "2028-12-31".parse().expect("a day")
}

fn acted(result: Result<(), ActError>) -> Vec<String> {
    let word = match result {
        Ok(()) => return Vec::new(),
        Err(ActError::StillHolds { .. }) => "still-holds",
        Err(ActError::NoLetter) => "no-letter",
        Err(ActError::NoCoolingOff) => "no-cooling-off",
        Err(ActError::Closed { .. }) => "closed",
        Err(other) => return vec![other.to_string()],
    };
    vec![word.to_owned()]
}

/// A policy as officers would sign it.
fn signed(change: impl FnOnce(&mut vault_core::policy::LevelRule)) -> Judge {
    let world = plain();
    let policy = Policy::built_in(world.root.org(), BuiltIn::Standard);
    let mut rule = policy.level(Level::Confidential).clone();
    change(&mut rule);
    signing(world, policy.with(rule))
}

fn signing(world: Lazy, policy: Policy) -> Judge {
    Box::new(move || {
        let name = KeyName::office(&world.root.org(), &"o1".parse().expect("an office"));
        match Signed::sign(policy.clone(), &name, &world.officer) {
            Ok(_) => Vec::new(),
            Err(_) => vec!["malformed".to_owned()],
        }
    })
}

pub(super) const CASES: &[Case] = &[
    Case::word("leaving-with-items-in-hand", &[108], "still-holds", |which| {
        leaving(|list| list.held = which.of(1, 0))
    }),
    Case::word("leaving-with-decisions-waiting", &[108], "still-holds", |which| {
        leaving(|list| list.pending = which.of(1, 0))
    }),
    Case::word("leaving-without-the-letter", &[128], "no-letter", |which| {
        leaving(|list| {
            if which.is_refused() {
                list.letter = None;
            }
        })
    }),
    Case::word("leaving-without-a-cooling-off-time", &[129], "no-cooling-off", |which| {
        leaving(|list| list.cooling_off = which.of(None, Some(day())))
    }),
    Case::word("rights-for-somebody-who-has-left", &[108, 129], "closed", |which| {
        let mut world = plain();
        if which.is_refused() {
            world.change(|persons, _| persons[2].state = vault_keys::directory::PersonState::Closed);
        }
        Box::new(move || {
            let clearance = Some(Clearance::Internal);
            let act = Act::ChangePerson { person: person(3), name: None, clearance };
            acted(apply(&world, act).map(drop))
        })
    }),
    Case::word("policy-below-the-floor", &[11, 66, 14], "malformed", |which| {
        signed(|confidential| confidential.steps.truncate(which.of(0, 1)))
    }),
    Case::word("policy-with-a-longer-term-than-the-law", &[35, 14], "malformed", |which| {
        signed(|confidential| confidential.longest_years = Some(which.of(11, 10)))
    }),
    Case::word("policy-that-publishes-by-one-decision", &[142, 14], "malformed", |which| {
        let world = plain();
        let org = world.root.org();
        let mut further = written_policy(org).further().expect("version 2").clone();
        let release = further.acts.iter_mut().find(|rule| rule.act == decision::Act::Release);
        let steps = &mut release.expect("every act has its steps").steps;
        steps.truncate(which.of(1, 2));
        signing(world, Policy::standard(org).with_further(further))
    }),
    Case::crypto("directory-entry-changed-after-signing", &[15, 19, 124], "not-as-signed", |which| {
        let world = plain();
        let file = String::from_utf8(world.organisation().encode()).expect("text");
        // p5 is cleared for nothing.
        let (from, to) = (r#"\"clearance\":\"none\""#, r#"\"clearance\":\"secret\""#);
        let (from, to) = if file.contains(from) {
            (from, to)
        } else {
            (r#""clearance":"none""#, r#""clearance":"secret""#)
        };
        assert!(file.contains(from), "p5's entry stands in the file");
        let file = which.of(file.replacen(from, to, 1), file);
        Box::new(move || match Organisation::parse(file.as_bytes(), Some(world.root.org())) {
            Ok(_) => Vec::new(),
            Err(_) => vec!["not-as-signed".to_owned()],
        })
    }),
];
