//! What an officer is shown before signing: all of it, also of papers that no program of ours would write.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use vault::clock;
use vault_keys::bytes::Bytes;
use vault_keys::directory::{
    Affiliation, Deputy, Draft, EndedLog, Key, KeyState, LogText, NewRoot, Organisation, PersonEntry,
    PersonState, Proposal, Role, RoleGrant, RootChange, StopAct, StopKind, StopReason, StopText, StopType,
    Subject,
};
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::numbers::PersonNo;
use vault_keys::opening::{Identity, Suite};
use vault_keys::recovery::{
    Cover, RecoveryPublic, RecoveryReason, RecoveryRequestText, RecoveryRequestType, SetId,
};
use vault_keys::signing::{OfficeKey, SigningKey};
use vault_keys::time::{Day, Time};
use vault_tests::office::{Office, Programs};

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

fn rng() -> StdRng {
    StdRng::seed_from_u64(7)
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn in_force(office: &Office) -> Organisation {
    Organisation::parse(&fs::read(office.path("organisation.json")).unwrap(), None).unwrap()
}

fn draft(organisation: &Organisation, made: Time) -> Draft {
    Draft::over(organisation.in_force(), made, made.plus_days(60), &mut rng())
}

/// A directory that changes what `change` does, as a paper to sign.
fn directory(office: &Office, change: impl FnOnce(&mut Draft)) -> String {
    let organisation = in_force(office);
    let mut draft = draft(&organisation, clock::now());
    change(&mut draft);
    let paper = Proposal::directory(draft, organisation.root(), organisation.directory()).unwrap();
    office.file("paper.json", &paper.encode())
}

/// What is shown of a paper, which is then signed.
fn shown(office: &Office, paper: &str) -> String {
    office.ok("officer", &["keys", "sign", paper]).out
}

fn refused(office: &Office, paper: &str) -> String {
    let (exit, error) = office.refused("officer", &["keys", "sign", paper]);
    assert_eq!(exit, 3, "{error}");
    error["code"].as_str().unwrap().to_owned()
}

fn person(draft: &mut Draft, number: PersonNo) -> &mut PersonEntry {
    draft.persons.iter_mut().find(|entry| entry.number == number).unwrap()
}

fn contains(shown: &str, words: &[&str]) {
    for word in words {
        assert!(shown.contains(word), "{word}\n{shown}");
    }
}

#[test]
fn all_of_someone_new_is_shown() {
    let office = Office::new(PROGRAMS);
    let made = clock::now();
    let seeds = |seed: u8| SigningKey::from_seed(&[seed; 32]).public().as_bytes().to_vec();
    let opening = |suite| Identity::generate(suite, &mut rng()).to_recipient().public_bytes();
    let keys = [
        Key::active(KeyKind::OpeningHybrid, &opening(Suite::Hybrid), "2001-02-03T00:00:00Z".parse().unwrap()),
        Key::active(KeyKind::OpeningClassic, &opening(Suite::Classic), made),
        Key::active(KeyKind::Sign, &seeds(1), made),
        Key::active(KeyKind::Station, &seeds(2), made),
        Key { state: KeyState::Stopped, to: Some(made), ..Key::active(KeyKind::Station, &seeds(3), made) },
    ];
    let paper = directory(&office, |draft| {
        let like = draft.persons[1].clone();
        let mut entry = PersonEntry {
            number: PersonNo::new(9).unwrap(),
            salt: Bytes([9; 16]),
            name: "刘洋".to_owned(),
            pinyin: "li na".to_owned(),
            state: PersonState::Suspended,
            affiliation: Affiliation::Foreign,
            keys: keys.to_vec(),
            roles: vec![RoleGrant {
                role: Role::Handler,
                unit: None,
                from: day("2001-04-05"),
                to: Some(day("2099-06-07")),
            }],
            deputies: vec![Deputy {
                role: Role::Handler,
                person: like.number,
                from: day("2026-01-02"),
                to: day("2040-03-04"),
            }],
            vetting: Some(day("2050-08-09")),
            ..like
        };
        entry.keys.sort_by_key(|key| key.id);
        draft.persons.push(entry);
    });
    let shown = shown(&office, &paper);
    for key in &keys {
        contains(&shown, &[&key.id.groups()]);
    }
    contains(
        &shown,
        &[
            "刘洋 (li na)",
            "suspended",
            "foreign",
            "2001-02-03",
            "2001-04-05",
            "2099-06-07",
            "2040-03-04",
            "2050-08-09",
            "(stopped)",
        ],
    );
}

#[test]
fn every_change_of_an_entry_is_shown() {
    let office = Office::new(PROGRAMS);
    let first = in_force(&office).directory().persons()[0].number;
    let paper = directory(&office, |draft| {
        person(draft, first).pinyin = "wang jian".to_owned();
        person(draft, first).affiliation = Affiliation::Outside;
        let roles = &mut person(draft, first).roles;
        roles.push(RoleGrant { role: Role::Inspector, unit: None, from: day("2030-01-01"), to: None });
    });
    contains(
        &shown(&office, &paper),
        &["is pronounced wang jian", "of another organisation", "from 2030-01-01"],
    );
}

#[test]
fn keys_of_offices_are_shown_by_their_digits() {
    let office = Office::new(PROGRAMS);
    let organisation = in_force(&office);
    let root = organisation.root().value();
    let key = OfficeKey::generate(&mut rng());
    let public = key.public();
    let (ed25519, ml_dsa_44) = (Bytes(*public.ed25519().as_bytes()), Bytes(*public.ml_dsa()));
    let mut officer = root.officers[0].clone();
    (officer.name, officer.holder) = ("o2".parse().unwrap(), "陈静".to_owned());
    (officer.ed25519, officer.ml_dsa_44) = (ed25519, ml_dsa_44);
    let mut relay = root.relays[0].clone();
    relay.ed25519 = Bytes(*SigningKey::from_seed(&[4; 32]).public().as_bytes());
    let other = OfficeKey::generate(&mut StdRng::seed_from_u64(8)).public();
    let log = LogText {
        ed25519: Bytes(*other.ed25519().as_bytes()),
        ml_dsa_44: Bytes(*other.ml_dsa()),
        origin: "office.example/log-2".parse().unwrap(),
        succeeds: Some(EndedLog { origin: root.log.origin.clone(), size: 4711, root: Bytes([9; 32]) }),
    };
    let digits = [officer.digits(), relay.digits(), log.digits()];
    let now = clock::now();
    let changes = [
        RootChange::AddOfficer(Box::new(officer)),
        RootChange::Relays(vec![relay]),
        RootChange::Log(Box::new(log)),
    ];
    let text = organisation.root().next_text(now, now.plus_days(400), changes).unwrap();
    let paper = NewRoot::after(&organisation, &text, draft(&organisation, now)).unwrap();
    let paper = office.file("root.json", &paper.encode());
    let shown = shown(&office, &paper);
    for digits in digits {
        contains(&shown, &[&digits]);
    }
    contains(&shown, &[root.log.origin.as_str(), "office.example/log-2", "4711", &"09".repeat(32)]);
}

/// At founding each officer finds his own digits, and the operator's, or does not sign.
#[test]
fn founding_shows_every_key_by_its_digits() {
    let mut office = Office::empty(PROGRAMS);
    let relay_card = office.relay_card();
    let card = office.path("zhou.card");
    let made = office.json("zhou", &["keys", "officer", "--name", "周明", "-o", &card]);
    let paper = office.path("founding.json");
    let words = ["keys", "init", "--name", "示范局", "--relay-card", &relay_card, "--unit", "办公室"];
    office.ok("clerk", &[&words[..], &["--internal", "free", "--card", &card, "-o", &paper]].concat());
    let shown = office.ok("zhou", &["keys", "sign", &paper]).out;
    contains(&shown, &[made["number"].as_str().unwrap()]);
    let card = vault_relay::card::RelayCard::parse(&fs::read(relay_card).unwrap()).unwrap();
    contains(&shown, &[&card.digits(), &card.log.digits(), &card.notary.digits()]);
}

#[test]
fn paper_dated_ahead() {
    let office = Office::new(PROGRAMS);
    let organisation = in_force(&office);
    let ahead = clock::now().plus_days(1);
    let mut draft = draft(&organisation, ahead);
    draft.expires = ahead.plus_days(30);
    let paper = Proposal::directory(draft, organisation.root(), organisation.directory()).unwrap();
    assert_eq!(refused(&office, &office.file("ahead.json", &paper.encode())), "paper-ahead");
}

/// A key that is not the person's, and a person nobody knows: they would read as one thing and do another.
#[test]
fn stop_list_that_names_the_wrong_key() {
    let office = Office::new(PROGRAMS);
    let organisation = in_force(&office);
    let persons = organisation.directory().persons();
    let [first, second] = [&persons[0], &persons[1]];
    let key = first.signing_key().unwrap().id;
    let act = |person, key| StopAct {
        stop: 1,
        person,
        key,
        kind: StopKind::Revoke,
        since: None,
        reason: StopReason::Stolen,
    };
    let stop = |act| {
        let text = StopText {
            tag: StopType,
            org: organisation.org(),
            number: 1,
            made: clock::now(),
            root: organisation.root().reference(),
            folded: None,
            previous: None,
            acts: vec![act],
        };
        office.file("stop.json", &Proposal::stop(&text).unwrap().encode())
    };
    assert_eq!(refused(&office, &stop(act(second.number, Some(key)))), "stop-nobody");
    assert_eq!(refused(&office, &stop(act(PersonNo::new(40).unwrap(), None))), "stop-nobody");
    contains(&shown(&office, &stop(act(first.number, Some(key)))), &[&key.groups()]);
}

/// Whoever holds the key of a run reads what the shares open: its digits are compared with those at the run's machine.
#[test]
fn a_recovery_request_shows_whose_key_gets_the_shares() {
    let office = Office::new(PROGRAMS);
    let organisation = in_force(&office);
    let person = &organisation.directory().persons()[0];
    let unit = organisation.directory().units()[0].number;
    let run = RecoveryPublic::of(&Identity::generate(Suite::Hybrid, &mut rng()).to_recipient());
    let text = RecoveryRequestText {
        tag: RecoveryRequestType,
        org: organisation.org(),
        cover: Cover::Person,
        unit,
        set: SetId::from_bytes([5; 16]),
        person: person.number,
        key: person.opening_key(KeyKind::OpeningHybrid).unwrap().id,
        items: Vec::new(),
        reason: RecoveryReason::Lost,
        made: clock::now(),
        not_after: clock::now().plus_days(7),
        run,
    };
    let id: KeyId = text.run.id;
    let paper = Proposal::other(Subject::RecoveryRequest, &text).unwrap();
    let paper = office.file("request.json", &paper.encode());
    contains(&shown(&office, &paper), &[&id.groups()]);
}
