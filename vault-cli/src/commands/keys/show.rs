//! `vault keys list` and `vault keys show`.

use serde_json::{Value, json};
use vault_keys::directory::{Directory, KeyState, PersonEntry, PersonState, UnitEntry};
use vault_keys::numbers::{Holder, UnitNo};

use super::enrol::{clearance_words, role_words};
use crate::context::Context;
use crate::error::Outcome;
use crate::home::Home;
use crate::identity::kind_words;
use crate::lang::Msg;
use crate::trust::Known;
use crate::{clock, item_words, msg, people, trust, weak_units};

pub(super) fn list(context: &Context) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let known = trust::load(&home)?;
    let (directory, everyone) = (known.directory(), known.everyone());
    let persons = directory.persons().iter().zip(&everyone).map(|(person, listed)| {
        let posts: Vec<String> =
            listed.posts.iter().map(|post| format!("{} {}", post.unit_name, post.title)).collect();
        vec![
            person.number.to_string(),
            person.name.clone(),
            person.pinyin.clone(),
            ui.list(&posts),
            clearance_words(context, person.clearance),
            ui.words(&state_words(person.state)),
        ]
    });
    let headings = [
        msg!("name-number"),
        msg!("name-name"),
        msg!("name-pinyin"),
        msg!("name-post"),
        msg!("name-clearance"),
        msg!("name-state"),
    ];
    ui.json(&json!({
        "organisation": known.organisation.root().name(),
        "directory": directory.number(),
        "expires": directory.expires().to_string(),
        "persons": directory.persons().iter().map(person_document).collect::<Vec<_>>(),
        "units": directory.units().iter().map(unit_document).collect::<Vec<_>>(),
        "weak_units": weak_units::document(&known.weak_units()),
    }));
    head(context, &known);
    warn(context, &home);
    weak_units::warn(ui, &known, |_| true);
    if !directory.persons().is_empty() {
        ui.gap();
        ui.table(&headings, &persons.collect::<Vec<_>>());
    }
    if !directory.units().is_empty() {
        ui.gap();
        let units = directory.units().iter().map(|unit| {
            let clerks: Vec<String> = unit
                .clerks
                .iter()
                .map(|clerk| item_words::holder_words(&everyone, (*clerk).into()))
                .collect();
            vec![unit.number.to_string(), unit.name.clone(), ui.list(&clerks)]
        });
        ui.table(&[msg!("name-number"), msg!("name-unit"), msg!("name-clerks")], &units.collect::<Vec<_>>());
    }
    Ok(())
}

fn head(context: &Context, known: &Known) {
    let ui = &context.ui;
    let directory = known.directory();
    ui.facts(&[
        (msg!("name-organisation"), known.organisation.root().name().to_owned()),
        (msg!("name-fingerprint"), known.organisation.root().fingerprint()),
        (
            msg!("name-directory"),
            ui.words(&msg!(
                "directory-line",
                number = directory.number(),
                made = clock::local(directory.made()),
                expires = clock::local(directory.expires())
            )),
        ),
    ]);
    if directory.is_expired(clock::now()) {
        ui.warn(&msg!("directory-expired"));
    }
}

/// What concerns everybody who looks at the directory here.
fn warn(context: &Context, home: &Home) {
    for contradiction in trust::contradictions(home) {
        context.ui.warn(&contradiction);
    }
}

pub(super) fn one(context: &Context, who: &str) -> Outcome {
    let home = context.home()?;
    let known = trust::load(&home)?;
    let everyone = known.everyone();
    let listed = people::resolve(&context.ui, &everyone, who)?;
    let directory = known.directory();
    match listed.holder {
        Holder::Person(number) => {
            if let Some(person) = directory.person(number) {
                show_person(context, directory, person);
                weak_units::warn(&context.ui, &known, |unit| serves(person, directory, unit));
            }
        }
        Holder::Unit(number) => {
            if let Some(unit) = directory.unit(number) {
                let mut weak = known.weak_units();
                weak.retain(|weak| weak.unit == number);
                let mut document = unit_document(unit);
                if let Some(fields) = document.as_object_mut() {
                    fields.insert("weak".to_owned(), weak_units::document(&weak));
                }
                context.ui.json(&document);
                let members = everyone.iter().filter(|one| one.posts.iter().any(|post| post.unit == number));
                context.ui.facts(&[
                    (msg!("name-unit"), format!("{} ({})", unit.name, unit.number)),
                    (msg!("name-unit-level"), unit.max_level.to_string()),
                    (msg!("name-members"), members.map(people::Listed::line).collect::<Vec<_>>().join("\n")),
                ]);
                weak_units::warn(&context.ui, &known, |unit| unit == number);
            }
        }
    }
    warn(context, &home);
    Ok(())
}

/// Whether this person belongs to the unit or receives for it.
fn serves(person: &PersonEntry, directory: &Directory, unit: UnitNo) -> bool {
    person.posts.iter().any(|post| post.unit == unit)
        || directory.unit(unit).is_some_and(|entry| entry.clerks.contains(&person.number))
}

fn show_person(context: &Context, directory: &Directory, person: &PersonEntry) {
    let ui = &context.ui;
    ui.json(&person_document(person));
    let mut facts = vec![
        (msg!("name-name"), people::with_sound(&person.name, &person.pinyin)),
        (msg!("name-number"), person.number.to_string()),
        (msg!("name-address"), ui.list(&directory.addresses(person).collect::<Vec<_>>())),
        (msg!("name-state"), ui.words(&state_words(person.state))),
        (msg!("name-clearance"), clearance_words(context, person.clearance)),
    ];
    let roles: Vec<String> = person
        .roles
        .iter()
        .map(|grant| {
            let unit = grant.unit.and_then(|unit| directory.unit(unit)).map(|unit| unit.name.as_str());
            format!("{} {}", unit.unwrap_or_default(), ui.words(&role_words(grant.role))).trim().to_owned()
        })
        .collect();
    if !roles.is_empty() {
        facts.push((msg!("name-roles"), ui.list(&roles)));
    }
    for key in &person.keys {
        let (kind, state) = (ui.words(&kind_words(key.kind)), ui.words(&key_state_words(key.state)));
        facts.push((msg!("name-key"), format!("{}  {kind} · {state}", key.id.groups())));
    }
    ui.facts(&facts);
}

pub(super) fn state_words(state: PersonState) -> Msg {
    match state {
        PersonState::Active => msg!("state-active"),
        PersonState::Suspended => msg!("state-suspended"),
        PersonState::Closed => msg!("state-closed"),
    }
}

pub(super) fn key_state_words(state: KeyState) -> Msg {
    match state {
        KeyState::Active => msg!("key-state-active"),
        KeyState::Retired => msg!("key-state-retired"),
        KeyState::Stopped => msg!("key-state-stopped"),
    }
}

fn person_document(person: &PersonEntry) -> Value {
    json!({
        "number": person.number.to_string(),
        "name": person.name,
        "pinyin": person.pinyin,
        "state": person.state.as_str(),
        "posts": person.posts,
        "roles": person.roles,
        "clearance": person.clearance.as_str(),
        "affiliation": person.affiliation.as_str(),
        "keys": person.keys.iter().map(|key| json!({
            "id": key.id.to_string(), "kind": key.kind.to_string(), "state": key.state.as_str(),
        })).collect::<Vec<_>>(),
    })
}

fn unit_document(unit: &UnitEntry) -> Value {
    json!({
        "number": unit.number.to_string(),
        "name": unit.name,
        "max_level": unit.max_level.as_str(),
        "clerks": unit.clerks.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
