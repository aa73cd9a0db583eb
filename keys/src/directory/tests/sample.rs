//! One small organisation with fixed seeds, for tests and for the examples in the documents.

use std::sync::LazyLock;

use x_wing::{Decapsulator as _, KeyExport as _};

use crate::bytes::Bytes;
use crate::digest::{OrgId, PolicyHash};
use crate::directory::*;
use crate::key_id::KeyKind;
use crate::note::{KeyName, Note, OfficeName};
use crate::numbers::{PersonNo, UnitNo};
use crate::signing::{OfficeKey, SigningKey};
use crate::time::{Day, Time};

pub(crate) fn time(text: &str) -> Time {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(crate) fn p(number: u32) -> PersonNo {
    PersonNo::new(number).unwrap()
}

pub(crate) fn u(number: u32) -> UnitNo {
    UnitNo::new(number).unwrap()
}

pub(crate) fn office(name: &str) -> OfficeName {
    name.parse().unwrap()
}

/// The office key of one number: 1 to 3 officers, 9 the log, 10 the notary.
pub(crate) fn office_key(number: u8) -> OfficeKey {
    OfficeKey::from_seeds(&[number; 32], &[number + 100; 32])
}

pub(crate) fn signing_key(person: u32) -> SigningKey {
    SigningKey::from_seed(&[u8::try_from(person).unwrap() + 50; 32])
}

fn hybrid_public(seed: u8) -> Vec<u8> {
    x_wing::DecapsulationKey::from([seed; 32]).encapsulation_key().to_bytes().to_vec()
}

fn officer(number: u8, holder: &str) -> Officer {
    let public = office_key(number).public();
    Officer {
        name: office(&format!("o{number}")),
        holder: holder.to_owned(),
        ed25519: Bytes(*public.ed25519().as_bytes()),
        ml_dsa_44: Bytes(*public.ml_dsa()),
    }
}

/// Root 1 with three officers, of whom two enrol.
pub(crate) fn root_text() -> RootText {
    let (log, notary) = (office_key(9).public(), office_key(10).public());
    RootText {
        tag: RootType,
        org: OrgId::ZERO,
        number: 1,
        name: "示例市档案局".to_owned(),
        made: time("2026-01-05T01:00:00Z"),
        expires: time("2029-01-05T01:00:00Z"),
        officers: vec![officer(1, "周明"), officer(2, "吴芳"), officer(3, "郑洁")],
        thresholds: Thresholds { root: 2, enrol: 2, stop: 1 },
        log: LogText {
            origin: "relay.example/log".parse().unwrap(),
            ed25519: Bytes(*log.ed25519().as_bytes()),
            ml_dsa_44: Bytes(*log.ml_dsa()),
            succeeds: None,
        },
        notary: Some(NotaryText {
            ed25519: Bytes(*notary.ed25519().as_bytes()),
            ml_dsa_44: Bytes(*notary.ml_dsa()),
        }),
        relays: vec![Relay {
            name: office("relay-1"),
            addresses: vec!["relay.example:7443".to_owned()],
            ed25519: Bytes(*SigningKey::from_seed(&[20; 32]).public().as_bytes()),
        }],
        witnesses: vec![],
        previous: None,
    }
}

/// Signs with the officers of these numbers.
pub(crate) fn with_officers<T>(numbers: &[u8], sign: impl FnOnce(&[(&OfficeName, &OfficeKey)]) -> T) -> T {
    let officers: Vec<(OfficeName, OfficeKey)> =
        numbers.iter().map(|number| (office(&format!("o{number}")), office_key(*number))).collect();
    let borrowed: Vec<(&OfficeName, &OfficeKey)> = officers.iter().map(|(name, key)| (name, key)).collect();
    sign(&borrowed)
}

pub(crate) fn root() -> Root {
    // Made once: expanding the ML-DSA keys is what takes the time of these tests.
    static ROOT: LazyLock<Root> =
        LazyLock::new(|| with_officers(&[1, 2], |officers| Root::sign_first(root_text(), officers)).unwrap());
    ROOT.clone()
}

pub(crate) fn person(root: &Root, number: u32, name: &str, pinyin: &str, unit: u32) -> PersonEntry {
    let seed = u8::try_from(number).unwrap();
    let from = time("2026-01-05T02:00:00Z");
    let mut keys = vec![
        Key::active(KeyKind::OpeningHybrid, &hybrid_public(seed), from),
        Key::active(KeyKind::Sign, signing_key(number).public().as_bytes(), from),
        Key::active(KeyKind::Station, SigningKey::from_seed(&[seed + 80; 32]).public().as_bytes(), from),
    ];
    keys.sort_by_key(|key| key.id);
    PersonEntry {
        tag: PersonType,
        org: root.org(),
        number: p(number),
        salt: Bytes([seed; 16]),
        name: name.to_owned(),
        pinyin: pinyin.to_owned(),
        state: PersonState::Active,
        posts: vec![Post { unit: u(unit), title: "科员".to_owned() }],
        roles: vec![],
        clearance: Clearance::Secret,
        affiliation: Affiliation::Own,
        keys,
        deputies: vec![],
        vetting: Some(day("2028-12-31")),
        training: Some(day("2026-12-31")),
        letter: None,
        personnel: None,
    }
}

pub(crate) fn unit(root: &Root, number: u32, name: &str, parent: Option<u32>, clerks: &[u32]) -> UnitEntry {
    let seed = u8::try_from(number).unwrap() + 200;
    UnitEntry {
        tag: UnitType,
        org: root.org(),
        number: u(number),
        salt: Bytes([seed; 16]),
        name: name.to_owned(),
        parent: parent.map(u),
        max_level: LevelWord::Secret,
        clerks: clerks.iter().map(|clerk| p(*clerk)).collect(),
        recovery: None,
    }
}

pub(crate) fn policy(root: &Root) -> Note {
    let text = format!("{{\"type\":\"vault-policy/1\",\"org\":\"{}\"}}\n", root.org());
    let name = |number| KeyName::office(&root.org(), &office(number));
    let mut note = Note::sign(text, &name("o1"), &office_key(1)).unwrap();
    note.cosign(&name("o2"), &office_key(2)).unwrap();
    note
}

/// Three persons, of whom two share a name, one who has left, and two units.
pub(crate) fn draft(root: &Root) -> Draft {
    let mut left = person(root, 4, "李宁", "li ning", 2);
    left.state = PersonState::Closed;
    let mut reviewer = person(root, 2, "王强", "wang qiang", 1);
    reviewer.roles = vec![RoleGrant {
        role: Role::Reviewer,
        unit: Some(u(2)),
        from: day("2026-01-01"),
        to: Some(day("2026-12-31")),
    }];
    reviewer.deputies =
        vec![Deputy { role: Role::Reviewer, person: p(3), from: day("2026-03-01"), to: day("2026-03-31") }];
    let mut unit_2 = unit(root, 2, "财务科", Some(1), &[1, 3]);
    let recovery = hybrid_public(222);
    let kind = KeyKind::OpeningHybrid;
    let id = crate::key_id::KeyId::of(kind, &recovery);
    unit_2.recovery = Some(RecoveryKey { id, kind, key: crate::bytes::ByteString(recovery) });
    Draft {
        made: time("2026-01-06T01:00:00Z"),
        expires: time("2026-03-07T01:00:00Z"),
        policy: PolicyHash::of_note(policy(root).hash()),
        stop: None,
        persons: vec![
            person(root, 1, "李娜", "li na", 2),
            reviewer,
            person(root, 3, "李娜", "li na", 1),
            left,
        ],
        units: vec![unit(root, 1, "办公室", None, &[2]), unit_2],
    }
}

/// Directory 1 of the sample root.
pub(crate) fn directory(root: &Root) -> Directory {
    static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| {
        let root = self::root();
        with_officers(&[1, 2], |officers| draft(&root).sign(&root, None, officers)).unwrap()
    });
    assert_eq!(root.org(), DIRECTORY.org());
    DIRECTORY.clone()
}

/// The directory after `previous`, made a day later, with the draft changed by `change`.
pub(crate) fn next(root: &Root, previous: &Directory, change: impl FnOnce(&mut Draft)) -> Directory {
    let mut draft = draft(root);
    draft.made = previous.made().plus_days(1);
    change(&mut draft);
    with_officers(&[1, 2], |officers| draft.sign(root, Some(previous), officers)).unwrap()
}
