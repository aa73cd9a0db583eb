//! Rules of entries, alone and together.

use super::*;

#[test]
fn names() {
    assert_eq!(person_rule(|entry| entry.name.clear()), "name: empty");
    assert_eq!(person_rule(|entry| entry.name = "李@娜".to_owned()), "name: contains @");
    assert_eq!(
        person_rule(|entry| entry.name = " 李娜".to_owned()),
        "name: begins or ends with a space, or has two side by side"
    );
    assert!(person_rule(|entry| entry.name = "李  娜".to_owned()).ends_with("two side by side"));
    for blank in ['\u{a0}', '\u{3000}', '\u{2003}', '\u{2800}', '\u{1d159}'] {
        let of_blank = person_rule(|entry| entry.name = format!("李{blank}娜"));
        assert_eq!(of_blank, "name: contains a blank that is no plain space", "{blank:?}");
        let title = person_rule(|entry| entry.posts[0].title = blank.to_string());
        assert!(title.starts_with("posts: a title contains a blank"), "{title}");
    }
    assert_eq!(changed_draft(|draft| draft.persons[0].name = "Li Na".to_owned()).map(drop), Ok(()));
    assert_eq!(person_rule(|entry| entry.name = "李".repeat(65)), "name: longer than 192 bytes");
    let hidden = changed_draft(|draft| draft.persons[0].name = "李\u{200b}娜".to_owned()).unwrap_err();
    let json = |error: &NoteError| matches!(error, NoteError::Json(json::JsonError::Character { .. }));
    assert!(matches!(hidden, DirectoryError::Entry { index: 0, reason } if json(&reason)));
    for bad in ["Li Na", "li  na", " li", "lǐ", "li'na"] {
        assert!(person_rule(|entry| entry.pinyin = bad.to_owned()).starts_with("pinyin: "), "{bad}");
    }
    assert!(changed_draft(|draft| draft.persons[0].pinyin.clear()).is_ok());
}

#[test]
fn lists_without_twins_and_backward_times() {
    assert!(person_rule(|entry| entry.posts.push(entry.posts[0].clone())).starts_with("posts: "));
    assert!(person_rule(|entry| entry.keys.reverse()).starts_with("keys: not ascending"));
    assert!(person_rule(|entry| entry.keys[1] = entry.keys[0].clone()).starts_with("keys: not ascending"));
    let grant =
        RoleGrant { role: Role::Handler, unit: None, from: day("2026-02-01"), to: Some(day("2026-01-31")) };
    assert!(person_rule(|entry| entry.roles.push(grant)).starts_with("roles: a role ends"));
    let deputy =
        |person, to| Deputy { role: Role::Reviewer, person: p(person), from: day("2026-02-01"), to: day(to) };
    assert!(person_rule(|entry| entry.deputies.push(deputy(1, "2026-02-01"))).contains("of himself"));
    assert!(person_rule(|entry| entry.deputies.push(deputy(2, "2026-01-31"))).contains("before it begins"));
    let clerks = changed_draft(|draft| draft.units[1].clerks.reverse()).unwrap_err();
    assert!(matches!(clerks, DirectoryError::Entry { index: 5, reason: NoteError::Text(_) }));
}

#[test]
fn key_ids_are_recomputed() {
    let wrong = person_rule(|entry| entry.keys[0].id = KeyId::from_bytes([0; 32]));
    assert!(wrong.ends_with("the id is not that of the key"), "{wrong}");
}

#[test]
fn key_with_small_order() {
    for kind in [KeyKind::Sign, KeyKind::Station] {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let weak = Key::active(kind, &neutral, time("2026-01-05T02:00:00Z"));
        let error = person_rule(|entry| entry.keys = vec![weak]);
        assert!(error.ends_with("a point of small order"), "{error}");
    }
    let weak = Key::active(KeyKind::OpeningClassic, &[0; 32], time("2026-01-05T02:00:00Z"));
    assert!(person_rule(|entry| entry.keys = vec![weak]).starts_with("keys: key "));
    let short = Key::active(KeyKind::OpeningHybrid, &[1; 1215], time("2026-01-05T02:00:00Z"));
    assert!(person_rule(|entry| entry.keys = vec![short]).starts_with("keys: key "));
}

#[test]
fn kinds_for_persons_only() {
    let key = Key::active(
        KeyKind::Relay,
        SigningKey::from_seed(&[77; 32]).public().as_bytes(),
        time("2026-01-05T02:00:00Z"),
    );
    let error = person_rule(|entry| entry.keys = vec![key]);
    assert_eq!(error, "keys: ed25519/relay is no kind of key for a person");
    let error = changed_draft(|draft| {
        let public = SigningKey::from_seed(&[77; 32]).public().as_bytes().to_vec();
        let kind = KeyKind::Sign;
        draft.units[0].recovery =
            Some(RecoveryKey { id: KeyId::of(kind, &public), kind, key: ByteString(public) });
    });
    assert!(matches!(error, Err(DirectoryError::Entry { index: 4, reason: NoteError::Text(_) })));
}

#[test]
fn states_of_keys_agree_with_their_times() {
    let end = Some(time("2026-02-01T00:00:00Z"));
    assert!(person_rule(|entry| entry.keys[0].to = end).ends_with("an active key has no end"));
    for state in [KeyState::Retired, KeyState::Stopped] {
        assert!(person_rule(|entry| entry.keys[0].state = state).ends_with("has an end"));
        let early = person_rule(|entry| {
            entry.keys[0].state = state;
            entry.keys[0].to = Some(time("2026-01-05T01:59:59Z"));
        });
        assert!(early.ends_with("ends before it begins"));
    }
}

#[test]
fn one_active_key_of_a_kind() {
    let second = Key::active(
        KeyKind::Sign,
        SigningKey::from_seed(&[77; 32]).public().as_bytes(),
        time("2026-01-05T02:00:00Z"),
    );
    let with_second = |entry: &mut PersonEntry, key: Key| {
        entry.keys.push(key);
        entry.keys.sort_by_key(|key| key.id);
    };
    let twice = second.clone();
    let error = person_rule(|entry| with_second(entry, twice));
    assert_eq!(error, "keys: more than one active key of kind ed25519/sign");
    let retired = Key { state: KeyState::Retired, to: Some(time("2026-02-01T00:00:00Z")), ..second };
    assert!(changed_draft(|draft| with_second(&mut draft.persons[0], retired)).is_ok());
}

#[test]
fn one_key_two_persons() {
    let error = changed_draft(|draft| draft.persons[1].keys = draft.persons[0].keys.clone()).unwrap_err();
    let DirectoryError::Rules(EntryError::SharedKey { first, second }) = error else { panic!("{error:?}") };
    assert!(first.starts_with("p1 (") && second.starts_with("p2 ("), "{first} {second}");
}

#[test]
fn one_key_two_kinds() {
    let public = signing_key(1).public();
    let station = Key::active(KeyKind::Station, public.as_bytes(), time("2026-01-05T02:00:00Z"));
    let error = changed_draft(|draft| {
        draft.persons[0].keys.push(station);
        draft.persons[0].keys.sort_by_key(|key| key.id);
    });
    assert!(matches!(error, Err(DirectoryError::Rules(EntryError::SharedKey { .. }))));
}

#[test]
fn one_key_a_person_and_an_office() {
    let public = office_key(1).public();
    let sign = Key::active(KeyKind::Sign, public.ed25519().as_bytes(), time("2026-01-05T02:00:00Z"));
    let error = changed_draft(|draft| draft.persons[0].keys = vec![sign]).unwrap_err();
    let shared =
        EntryError::SharedKey { first: "officer o1".to_owned(), second: "p1 (ed25519/sign)".to_owned() };
    assert_eq!(error, DirectoryError::Rules(shared));
    let error = changed_draft(|draft| {
        let key = draft.persons[0].opening_key(KeyKind::OpeningHybrid).unwrap().clone();
        draft.units[0].recovery = Some(RecoveryKey { id: key.id, kind: key.kind, key: key.key });
    });
    assert!(matches!(error, Err(DirectoryError::Rules(EntryError::SharedKey { .. }))));
}

#[test]
fn whoever_is_named_exists() {
    type Change = fn(&mut Draft);
    let person = EntryError::UnknownPerson { by: u(1).into(), person: p(9) };
    let unit = |by: Holder| EntryError::UnknownUnit { by, unit: u(9) };
    let cases: [(EntryError, Change); 4] = [
        (person, |draft| draft.units[0].clerks = vec![p(9)]),
        (unit(u(1).into()), |draft| draft.units[0].parent = Some(u(9))),
        (unit(p(1).into()), |draft| draft.persons[0].posts[0].unit = u(9)),
        (unit(p(2).into()), |draft| draft.persons[1].roles[0].unit = Some(u(9))),
    ];
    for (error, change) in cases {
        assert_eq!(changed_draft(change).unwrap_err(), DirectoryError::Rules(error));
    }
    let error = changed_draft(|draft| draft.persons[1].deputies[0].person = p(9)).unwrap_err();
    let unknown = EntryError::UnknownPerson { by: p(2).into(), person: p(9) };
    assert_eq!(error, DirectoryError::Rules(unknown));
}

#[test]
fn no_unit_is_above_itself() {
    let error = changed_draft(|draft| draft.units[0].parent = Some(u(2))).unwrap_err();
    assert!(matches!(error, DirectoryError::Rules(EntryError::Circle { .. })));
    let error = changed_draft(|draft| draft.units[0].parent = Some(u(1))).unwrap_err();
    assert_eq!(error, DirectoryError::Rules(EntryError::Circle { unit: u(1) }));
}
