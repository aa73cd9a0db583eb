//! Roots: pinned, signed by enough officers, in strict sequence.

use super::*;

#[test]
fn root_1_is_pinned_by_its_own_hash() {
    let root = root();
    let bytes = root.note().encode();
    assert_eq!(Root::parse_first(&bytes, Some(root.org())), Ok(root.clone()));
    assert_eq!(Root::parse_first(&bytes, None), Ok(root.clone()));
    let wanted = OrgId::from_bytes([1; 32]);
    let error = RootError::Pin { found: root.org(), wanted };
    assert_eq!(Root::parse_first(&bytes, Some(wanted)), Err(error));
    assert_eq!(root.org().as_bytes(), root.hash().as_bytes());
    assert_eq!(root.fingerprint().len(), 35);
    assert!(!root.is_expired(time("2029-01-05T00:59:59Z")));
    assert!(root.is_expired(time("2029-01-05T01:00:00Z")));
}

#[test]
fn threshold_not_met() {
    let error = with_officers(&[1], |officers| Root::sign_first(root_text(), officers)).unwrap_err();
    let too_few = ThresholdError::TooFew { needed: 2, signed: vec![office("o1")], half: vec![] };
    assert_eq!(error, RootError::Threshold(too_few));
}

#[test]
fn threshold_not_met_with_one_line_of_two() {
    for kept in [0, 1] {
        let root = root();
        let name = |number| KeyName::office(&root.org(), &office(number));
        let text = root.note().text().to_owned();
        let mut note = Note::sign(text.clone(), &name("o1"), &office_key(1)).unwrap();
        let line = office_key(2).sign_note(&name("o2"), &text)[kept].clone();
        note.add_lines([line]).unwrap();
        let error = Root::parse_first(&note.encode(), None).unwrap_err();
        let too_few =
            ThresholdError::TooFew { needed: 2, signed: vec![office("o1")], half: vec![office("o2")] };
        assert_eq!(error, RootError::Threshold(too_few));
    }
}

#[test]
fn same_officer_twice_counts_once() {
    let root = root();
    let name = KeyName::office(&root.org(), &office("o1"));
    let note = Note::sign(root.note().text().to_owned(), &name, &office_key(1)).unwrap();
    // All lines of the officer once more, as another reader would find them.
    let lines: String = note.lines().iter().map(|line| format!("{line}\n")).collect();
    let twice = format!("{note}{lines}");
    let error = Root::parse_first(twice.as_bytes(), None).unwrap_err();
    let too_few = ThresholdError::TooFew { needed: 2, signed: vec![office("o1")], half: vec![] };
    assert_eq!(error, RootError::Threshold(too_few));
}

#[test]
fn a_wrong_line_of_an_officer_refuses_the_root() {
    let root = root();
    let mut note = root.note().to_string();
    let other = with_officers(&[3], |officers| {
        let name = KeyName::office(&root.org(), officers[0].0);
        officers[0].1.sign_note(&name, "another text\n")
    });
    note.push_str(&format!("{}\n", other[1]));
    let error = Root::parse_first(note.as_bytes(), None).unwrap_err();
    assert!(matches!(error, RootError::Threshold(ThresholdError::Wrong(SignatureError::Wrong { .. }))));
}

#[test]
fn rules_of_the_text() {
    type Change = fn(&mut RootText);
    let cases: [(&str, Change); 22] = [
        ("number", |text| text.number = 0),
        ("previous", |text| text.number = 2),
        ("org", |text| text.org = OrgId::from_bytes([1; 32])),
        ("expires", |text| text.expires = text.made),
        ("name", |text| text.name.clear()),
        ("name", |text| text.name = "a@b".to_owned()),
        ("officers", |text| text.officers.clear()),
        ("officers", |text| text.officers[1].holder = text.officers[0].holder.clone()),
        ("name", |text| text.officers[1].name = text.officers[0].name.clone()),
        ("name", |text| text.officers[1].name = office("notary")),
        ("name", |text| text.relays[0].name = office("log")),
        ("thresholds", |text| text.thresholds.stop = 0),
        ("thresholds", |text| text.thresholds.root = 4),
        ("thresholds", |text| text.thresholds.stop = 3),
        ("thresholds", |text| text.thresholds.enrol = 3),
        ("key", |text| text.officers[1].ml_dsa_44 = text.officers[0].ml_dsa_44),
        ("key", |text| text.log.ed25519 = text.officers[0].ed25519),
        ("key", |text| text.relays[0].ed25519 = text.officers[0].ed25519),
        ("key", |text| text.relays[0].ed25519 = Bytes([0; 32])), // small order
        ("relays", |text| text.relays[0].addresses.clear()),
        ("relays", |text| text.relays[0].addresses[0] = "relay.example".to_owned()),
        ("log", |text| text.log.origin = "a".repeat(256).parse().unwrap()),
    ];
    for (index, (field, change)) in cases.into_iter().enumerate() {
        assert_eq!(root_rule(changed_root(change)), field, "case {index}");
    }
}

#[test]
fn addresses_of_relays() {
    for good in ["relay.example:7443", "127.0.0.1:1", "[::1]:65535", "a-b.c:80"] {
        assert!(changed_root(|text| text.relays[0].addresses = vec![good.to_owned()]).is_ok(), "{good}");
    }
    for bad in [":80", "a:", "a:0", "a:080", "a:65536", "a b:80", "[::1:80", "::1:80", "交换站:80", "a:+80"]
    {
        let result = changed_root(|text| text.relays[0].addresses = vec![bad.to_owned()]);
        assert_eq!(root_rule(result), "relays", "{bad}");
    }
}

/// Root 2, in which officer 3 has given way to officer 4.
fn second(first: &Root) -> RootText {
    let mut text = root_text();
    text.org = first.org();
    text.number = 2;
    text.previous = Some(first.hash());
    let public = office_key(4).public();
    text.officers[2].name = office("o4");
    text.officers[2].holder = "冯军".to_owned();
    text.officers[2].ed25519 = Bytes(*public.ed25519().as_bytes());
    text.officers[2].ml_dsa_44 = Bytes(*public.ml_dsa());
    text
}

#[test]
fn root_2_is_signed_by_the_thresholds_of_both() {
    let first = root();
    let sign = |officers: &[u8]| with_officers(officers, |keys| first.sign_next(second(&first), keys));
    let next = sign(&[1, 2]).unwrap();
    assert_eq!((next.number(), next.org()), (2, first.org()));
    let chain = [first.note().encode(), next.note().encode()];
    let chain = Root::parse_chain(chain.iter().map(Vec::as_slice), Some(first.org())).unwrap();
    assert_eq!(chain, [first.clone(), next]);
    // 1 and 3 are enough of the old, 1 and 4 of the new; neither alone.
    assert!(sign(&[1, 3, 4]).is_ok());
    assert!(matches!(sign(&[1, 3]), Err(RootError::Threshold(_))));
    assert!(matches!(sign(&[1, 4]), Err(RootError::Threshold(_))));
}

#[test]
fn roots_follow_in_strict_sequence() {
    let first = root();
    let sign = |change: fn(&mut RootText)| {
        let mut text = second(&first);
        change(&mut text);
        with_officers(&[1, 2], |officers| first.sign_next(text, officers))
    };
    assert_eq!(sign(|text| text.number = 3), Err(RootError::Sequence { found: 3, wanted: 2 }));
    let other = |text: &mut RootText| text.previous = Some(crate::digest::RootHash::from_bytes([1; 32]));
    assert_eq!(sign(other), Err(RootError::Fork { number: 2 }));
    assert_eq!(sign(|text| text.made = time("2026-01-05T00:59:59Z")), Err(RootError::Made { number: 2 }));
    let another = |text: &mut RootText| text.org = OrgId::from_bytes([1; 32]);
    assert!(matches!(sign(another), Err(RootError::Note(NoteError::Org { .. }))));
    assert_eq!(Root::parse_chain([], None), Err(RootError::Sequence { found: 0, wanted: 1 }));
}

#[test]
fn a_register_goes_on_from_the_one_before_it_and_from_no_other() {
    let first = root();
    let ended = |origin: &KeyName| Some(EndedLog { origin: origin.clone(), size: 7, root: Bytes([9; 32]) });
    let (old, new, third): (_, KeyName, KeyName) =
        (first.log_origin().clone(), "log.example/2".parse().unwrap(), "log.example/3".parse().unwrap());
    let next = |before: &Root, origin: &KeyName, succeeds: Option<EndedLog>| {
        let mut text = before.next_text(before.value().made, before.value().expires, []).unwrap();
        (text.log.origin, text.log.succeeds) = (origin.clone(), succeeds);
        with_officers(&[1, 2], |officers| before.sign_next(text, officers))
    };
    let refused = |number| Err(RootError::Ended { number });
    // From a log that is not the one before; from itself; a log that begins with nothing says nothing.
    assert_eq!(next(&first, &new, ended(&third)), refused(2));
    assert!(matches!(next(&first, &old, ended(&old)), Err(RootError::Note(NoteError::Text(_)))));
    assert_eq!(next(&first, &old, ended(&new)), refused(2));
    assert!(next(&first, &new, None).is_ok());
    let second = next(&first, &new, ended(&old)).unwrap();
    assert_eq!(second.ended_log().map(|log| &log.origin), Some(&old));
    // The seven leaves that were left stand in both; what came behind them stands in one of the two.
    assert_eq!(second.place(&old, 6).origin, new);
    assert_eq!((second.place(&old, 7).origin, second.place(&new, 7).origin), (old.clone(), new.clone()));
    // It is said once for all, until another takes its place.
    assert_eq!(next(&second, &new, None), refused(3));
    assert!(next(&second, &new, ended(&old)).is_ok());
    assert_eq!(next(&second, &third, ended(&old)), refused(3));
    assert!(next(&second, &third, ended(&new)).is_ok());
    let mut text = root_text();
    text.log.succeeds = ended(&new);
    let error = with_officers(&[1, 2], |officers| Root::sign_first(text, officers)).unwrap_err();
    assert!(matches!(error, RootError::Note(NoteError::Text(_))), "nothing comes before root 1: {error}");
}

#[test]
fn root_of_another_purpose() {
    let root = root();
    let head = directory(&root).head().encode();
    let error = NoteError::Type { found: "vault-directory/1".to_owned(), wanted: "vault-root/1" };
    assert_eq!(Root::parse_first(&head, None), Err(RootError::Note(error)));
}

/// Root 2 of the sample: officer 4 in the place of officer 3.
pub(super) fn second_root(first: &Root) -> Root {
    with_officers(&[1, 2], |officers| first.sign_next(second(first), officers)).unwrap()
}

/// Signs root 2 after `change` without any check, and reads it as the successor of root 1.
fn read_second(officers: &[u8], change: impl FnOnce(&mut RootText)) -> Result<Root, RootError> {
    let first = root();
    let mut text = second(&first);
    change(&mut text);
    let signed = with_officers(officers, |keys| Signed::sign_all(text, &root::signers(&first.org(), keys)));
    first.parse_next(&signed.unwrap().encode())
}

fn too_few(result: Result<Root, RootError>) -> Vec<String> {
    match result {
        Err(RootError::Threshold(ThresholdError::TooFew { signed, .. })) => {
            signed.iter().map(ToString::to_string).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn root_not_signed_by_n() {
    // 1 and 4 are enough of root 2; of root 1 only officer 1 is among them.
    assert_eq!(too_few(read_second(&[1, 4], |_| ())), ["o1"]);
}

#[test]
fn root_not_signed_by_n_plus_1() {
    // 1 and 3 are enough of root 1; officer 3 is not in root 2.
    assert_eq!(too_few(read_second(&[1, 3], |_| ())), ["o1"]);
}

#[test]
fn root_version_skipped_repeated_or_lower() {
    let sequence = |found| Err(RootError::Sequence { found, wanted: 2 });
    assert_eq!(read_second(&[1, 2], |text| text.number = 3), sequence(3));
    let first = root();
    assert!(matches!(first.parse_next(&first.note().encode()), Err(RootError::Note(_))));
    let second = second_root(&first);
    let again = second.parse_next(&second.note().encode());
    assert_eq!(again, Err(RootError::Sequence { found: 2, wanted: 3 }));
    let notes = [first.note().encode(), second.note().encode(), second.note().encode()];
    let chain = Root::parse_chain(notes.iter().map(Vec::as_slice), None);
    assert_eq!(chain, Err(RootError::Sequence { found: 2, wanted: 3 }));
}

#[test]
fn root_predecessor_hash_wrong() {
    let wrong = read_second(&[1, 2], |text| {
        text.previous = Some(crate::digest::RootHash::from_bytes([1; 32]));
    });
    assert_eq!(wrong, Err(RootError::Fork { number: 2 }));
}

/// A line of before would count for whoever has the office now.
#[test]
fn office_with_other_keys_than_before() {
    let reused = read_second(&[1, 2], |text| text.officers[2].name = office("o3"));
    assert_eq!(reused, Err(RootError::OfficeReused { name: office("o3") }));
}

#[test]
fn one_officer_inventing_n_minus_1() {
    // He alone makes a root 2 in which he alone decides, and on it a root 3 that is well signed by it.
    let first = root();
    let mut text = second(&first);
    text.officers.truncate(1);
    text.thresholds = Thresholds { root: 1, enrol: 1, stop: 1 };
    let invented = with_officers(&[1], |keys| {
        Signed::sign_all(text.clone(), &root::signers(&first.org(), keys)).unwrap()
    });
    (text.number, text.previous) = (3, Some(crate::digest::RootHash::of_note(invented.hash())));
    let third =
        with_officers(&[1], |keys| Signed::sign_all(text, &root::signers(&first.org(), keys)).unwrap());
    let notes = [first.note().encode(), invented.encode(), third.encode()];
    assert_eq!(
        too_few(Root::parse_chain(notes.iter().map(Vec::as_slice), None).map(|mut it| it.remove(0))),
        ["o1"]
    );
    // Nor does his root 3 alone follow root 1.
    assert_eq!(first.parse_next(&third.encode()), Err(RootError::Sequence { found: 3, wanted: 2 }));
}

#[test]
fn officer_with_two_keys_counted_twice() {
    // Two offices under one holder's name are refused in the root itself.
    let twice = changed_root(|text| text.officers[1].holder = text.officers[0].holder.clone());
    assert_eq!(root_rule(twice), "officers");
    // One key under two offices is refused.
    let shared = changed_root(|text| {
        text.officers[1].ed25519 = text.officers[0].ed25519;
        text.officers[1].ml_dsa_44 = text.officers[0].ml_dsa_44;
    });
    assert_eq!(root_rule(shared), "key");
    // However often he signs, he counts once.
    let error = with_officers(&[1, 1], |officers| Root::sign_first(root_text(), officers)).unwrap_err();
    let RootError::Threshold(ThresholdError::TooFew { needed: 2, signed, .. }) = error else {
        panic!("{error:?}")
    };
    assert_eq!(signed, [office("o1")]);
}

#[test]
fn expired_root_signs_no_directory_and_can_be_renewed() {
    let late = changed_draft(|draft| {
        draft.made = time("2029-01-05T01:00:00Z");
        draft.expires = time("2029-03-05T01:00:00Z");
    });
    assert!(matches!(late, Err(DirectoryError::RootExpired { .. })));
    let renewed = read_second(&[1, 2], |text| {
        text.made = time("2029-02-05T01:00:00Z");
        text.expires = time("2032-02-05T01:00:00Z");
    });
    assert!(renewed.is_ok_and(|root| !root.is_expired(time("2029-02-05T01:00:00Z"))));
}
