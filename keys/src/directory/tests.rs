//! Roots and directories: what is accepted, and every way to be refused.
#![allow(clippy::unwrap_used, reason = "tests")]

mod examples;
mod sample;

use proptest::prelude::*;

use super::*;
use crate::bytes::{ByteString, Bytes};
use crate::digest::{EntryHash, OrgId, PolicyHash};
use crate::json;
use crate::key_id::{KeyId, KeyKind};
use crate::merkle;
use crate::note::{KeyName, Note, NoteError, SignatureError, Signed, TextError};
use crate::numbers::Holder;
use crate::signing::SigningKey;
use sample::*;

fn entries(directory: &Directory) -> Vec<Vec<u8>> {
    directory.entry_texts().map(<[u8]>::to_vec).collect()
}

/// Signs root 1 after `change`.
fn changed_root(change: impl FnOnce(&mut RootText)) -> Result<Root, RootError> {
    let mut text = root_text();
    change(&mut text);
    with_officers(&[1, 2], |officers| Root::sign_first(text, officers))
}

fn changed_draft(change: impl FnOnce(&mut Draft)) -> Result<Directory, DirectoryError> {
    let root = root();
    let mut draft = draft(&root);
    change(&mut draft);
    with_officers(&[1, 2], |officers| draft.sign(&root, None, officers))
}

/// Signs the sample's head after `change`, and verifies it with `texts`.
fn changed_head(
    change: impl FnOnce(&mut DirectoryText),
    texts: &[Vec<u8>],
) -> Result<Directory, DirectoryError> {
    let root = root();
    let mut text = directory(&root).value().clone();
    change(&mut text);
    let head =
        with_officers(&[1, 2], |officers| Signed::sign_all(text, &root::signers(&root.org(), officers)));
    Directory::verify(&root, &head.map_err(DirectoryError::Head)?.encode(), texts)
}

/// Verifies these entries under a head that truly counts and hashes them.
fn with_entries(persons: u32, units: u32, texts: &[Vec<u8>]) -> Result<Directory, DirectoryError> {
    let leaves: Vec<merkle::Hash> = texts.iter().map(|text| merkle::leaf_hash(text)).collect();
    let merkle = EntryHash::from_bytes(merkle::root(&leaves));
    changed_head(
        |head| {
            (head.persons, head.units, head.merkle) = (persons, units, merkle);
        },
        texts,
    )
}

fn root_rule(result: Result<Root, RootError>) -> &'static str {
    match result {
        Err(RootError::Note(NoteError::Text(TextError { field, .. }))) => field,
        other => panic!("{other:?}"),
    }
}

/// The field and reason for which a person's entry is refused after `change`.
fn person_rule(change: impl FnOnce(&mut PersonEntry)) -> String {
    match changed_draft(|draft| change(&mut draft.persons[0])) {
        Err(DirectoryError::Entry { index: 0, reason: NoteError::Text(error) }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

mod roots {
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
        for bad in
            [":80", "a:", "a:0", "a:080", "a:65536", "a b:80", "[::1:80", "::1:80", "交换站:80", "a:+80"]
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
    fn root_of_another_purpose() {
        let root = root();
        let head = directory(&root).head().encode();
        let error = NoteError::Type { found: "vault-directory/1".to_owned(), wanted: "vault-root/1" };
        assert_eq!(Root::parse_first(&head, None), Err(RootError::Note(error)));
    }
}

mod heads {
    use super::*;

    #[test]
    fn a_directory_reads_back() {
        let root = root();
        let first = directory(&root);
        let read = Directory::verify(&root, &first.head().encode(), &entries(&first)).unwrap();
        assert_eq!((read.number(), read.hash()), (1, first.hash()));
        assert_eq!(read.persons().len(), 4);
        assert_eq!(read.unit(u(2)).unwrap().name, "财务科");
        assert_eq!(read.person(p(5)), None);
        assert!(!read.is_expired(time("2026-03-07T00:59:59Z")));
        assert!(read.is_expired(time("2026-03-07T01:00:00Z")));
    }

    #[test]
    fn keys_are_found_by_id() {
        let directory = directory(&root());
        let person = directory.person(p(2)).unwrap();
        let sign = person.signing_key().unwrap();
        assert_eq!(directory.key(&sign.id), Some((p(2), sign)));
        assert_eq!(directory.station(&sign.id), None);
        let station = person.active_keys(KeyKind::Station).next().unwrap();
        assert_eq!(directory.station(&station.id), Some((p(2), station)));
        let recovery = directory.unit(u(2)).unwrap().recovery.as_ref().unwrap();
        assert_eq!(directory.recovery_key(&recovery.id), Some((u(2), recovery)));
        assert_eq!(directory.key(&recovery.id), None);
        assert!(person.opening_key(KeyKind::OpeningHybrid).unwrap().recipient().is_some());
        assert_eq!(sign.verifying(), Some(signing_key(2).public()));
    }

    #[test]
    fn roles_hold_in_their_unit_and_time() {
        let directory = directory(&root());
        let person = directory.person(p(2)).unwrap();
        assert!(person.holds_role(Role::Reviewer, Some(u(2)), day("2026-12-31")));
        assert!(!person.holds_role(Role::Reviewer, Some(u(2)), day("2027-01-01")));
        assert!(!person.holds_role(Role::Reviewer, Some(u(1)), day("2026-06-01")));
        assert!(!person.holds_role(Role::Approver, Some(u(2)), day("2026-06-01")));
    }

    #[test]
    fn every_entry_has_a_path() {
        let directory = directory(&root());
        let holders: [Holder; 6] =
            [p(1).into(), p(2).into(), p(3).into(), p(4).into(), u(1).into(), u(2).into()];
        for (index, holder) in holders.into_iter().enumerate() {
            let (text, proof) = directory.entry_path(holder).unwrap();
            assert_eq!(proof.index as usize, index);
            assert_eq!(proof.verify(directory.value(), text), Ok(()));
            assert!(proof.verify(directory.value(), b"another entry").is_err());
        }
        assert_eq!(directory.entry_path(p(9).into()), None);
    }

    #[test]
    fn threshold_not_met() {
        let root = root();
        let error = with_officers(&[2], |officers| draft(&root).sign(&root, None, officers)).unwrap_err();
        let too_few = ThresholdError::TooFew { needed: 2, signed: vec![office("o2")], half: vec![] };
        assert_eq!(error, DirectoryError::Threshold(too_few));
        let strangers = with_officers(&[5, 6], |officers| draft(&root).sign(&root, None, officers));
        assert!(matches!(strangers, Err(DirectoryError::Threshold(ThresholdError::TooFew { .. }))));
    }

    #[test]
    fn signed_under_another_root() {
        let first = root();
        let made = directory(&first);
        let other = changed_root(|text| text.name = "另一局".to_owned()).unwrap();
        let error = Directory::verify(&other, &made.head().encode(), &entries(&made)).unwrap_err();
        assert!(matches!(error, DirectoryError::Head(NoteError::Org { .. })));
        let hash = crate::digest::RootHash::from_bytes([1; 32]);
        let error = changed_head(|head| head.root.hash = hash, &entries(&made)).unwrap_err();
        assert_eq!(error, DirectoryError::Root { found: 1, wanted: 1 });
    }

    #[test]
    fn entry_count() {
        let texts = entries(&directory(&root()));
        let error = Directory::verify(&root(), &directory(&root()).head().encode(), &texts[1..]).unwrap_err();
        assert_eq!(error, DirectoryError::Count { found: 5, wanted: 6 });
        let error = changed_head(|head| head.units = 3, &texts).unwrap_err();
        assert_eq!(error, DirectoryError::Count { found: 6, wanted: 7 });
        let error = changed_head(|head| head.units = u32::MAX, &texts).unwrap_err();
        assert!(matches!(error, DirectoryError::Head(NoteError::Text(_))));
        // The right sum, but a person counted as a unit.
        let error = changed_head(|head| (head.persons, head.units) = (3, 3), &texts).unwrap_err();
        assert!(matches!(error, DirectoryError::Entry { index: 3, reason: NoteError::Type { .. } }));
    }

    #[test]
    fn merkle_root_wrong() {
        let root = root();
        let made = directory(&root);
        let mut texts = entries(&made);
        texts[0] = String::from_utf8(texts[0].clone()).unwrap().replace("secret", "internal").into_bytes();
        let error = Directory::verify(&root, &made.head().encode(), &texts).unwrap_err();
        assert!(matches!(error, DirectoryError::Merkle { wanted, .. } if wanted == made.value().merkle));
    }

    #[test]
    fn entry_order() {
        let mut texts = entries(&directory(&root()));
        texts.swap(0, 1);
        let error = with_entries(4, 2, &texts).unwrap_err();
        assert_eq!(error, DirectoryError::Order { index: 1, holder: p(1).into() });
        let mut texts = entries(&directory(&root()));
        texts[5] = texts[4].clone();
        let error = with_entries(4, 2, &texts).unwrap_err();
        assert_eq!(error, DirectoryError::Order { index: 5, holder: u(1).into() });
    }

    #[test]
    fn entry_too_long() {
        let mut texts = entries(&directory(&root()));
        texts[0] = vec![b'x'; ENTRY_MAX + 1];
        let error = with_entries(4, 2, &texts).unwrap_err();
        assert!(matches!(error, DirectoryError::Entry { index: 0, reason: NoteError::TooLong { .. } }));
    }

    #[test]
    fn entry_of_another_organisation() {
        let other = changed_root(|text| text.name = "另一局".to_owned()).unwrap();
        let error = changed_draft(|draft| draft.units[0].org = other.org()).unwrap_err();
        assert!(matches!(error, DirectoryError::Entry { index: 4, reason: NoteError::Org { .. } }));
    }

    #[test]
    fn expiry_after_made() {
        let error = changed_draft(|draft| draft.expires = draft.made).unwrap_err();
        assert_eq!(error, DirectoryError::Head(NoteError::Text(TextError::new("expires", "not after made"))));
    }

    #[test]
    fn entry_with_top_secret_cannot_be_written() {
        let text = String::from_utf8(entries(&directory(&root()))[0].clone()).unwrap();
        for word in ["top-secret", "Secret", "机密", ""] {
            let mut texts = entries(&directory(&root()));
            texts[0] =
                text.replace("\"clearance\":\"secret\"", &format!("\"clearance\":\"{word}\"")).into_bytes();
            let error = with_entries(4, 2, &texts).unwrap_err();
            assert!(
                matches!(error, DirectoryError::Entry { index: 0, reason: NoteError::Json(_) }),
                "{word}"
            );
        }
    }
}

mod entries_rules {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(person_rule(|entry| entry.name.clear()), "name: empty");
        assert_eq!(person_rule(|entry| entry.name = "李@娜".to_owned()), "name: contains @");
        assert_eq!(person_rule(|entry| entry.name = " 李娜".to_owned()), "name: begins or ends with a space");
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
        assert!(
            person_rule(|entry| entry.keys[1] = entry.keys[0].clone()).starts_with("keys: not ascending")
        );
        let grant = RoleGrant {
            role: Role::Handler,
            unit: None,
            from: day("2026-02-01"),
            to: Some(day("2026-01-31")),
        };
        assert!(person_rule(|entry| entry.roles.push(grant)).starts_with("roles: a role ends"));
        let deputy = |person, to| Deputy {
            role: Role::Reviewer,
            person: p(person),
            from: day("2026-02-01"),
            to: day(to),
        };
        assert!(person_rule(|entry| entry.deputies.push(deputy(1, "2026-02-01"))).contains("of himself"));
        assert!(
            person_rule(|entry| entry.deputies.push(deputy(2, "2026-01-31"))).contains("before it begins")
        );
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
        let DirectoryError::Rules(EntryError::SharedKey { first, second }) = error else {
            panic!("{error:?}")
        };
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
}

mod succession {
    use super::*;

    #[test]
    fn the_next_directory_follows() {
        let root = root();
        let first = directory(&root);
        let second = next(&root, &first, |_| ());
        assert_eq!((second.number(), second.value().previous), (2, Some(first.hash())));
        assert_eq!(second.successor_of(&first), Ok(()));
        assert_eq!(first.successor_of(&first), Err(SuccessionError::Same { number: 1 }));
    }

    #[test]
    fn gap_rollback_and_fork_are_named() {
        let root = root();
        let first = directory(&root);
        let second = next(&root, &first, |_| ());
        let third = next(&root, &second, |_| ());
        let twin = next(&root, &first, |draft| draft.persons[0].clearance = Clearance::None);
        assert_eq!(third.successor_of(&first), Err(SuccessionError::Gap { have: 1, found: 3 }));
        assert_eq!(first.successor_of(&third), Err(SuccessionError::Rollback { have: 3, found: 1 }));
        assert_eq!(twin.successor_of(&second), Err(SuccessionError::Fork { number: 2 }));
        assert_eq!(third.successor_of(&twin), Err(SuccessionError::Fork { number: 2 }));
        let early = next(&root, &first, |draft| draft.made = time("2026-01-05T23:00:00Z"));
        assert_eq!(early.successor_of(&first), Err(SuccessionError::Backdated { have: 1, found: 2 }));
    }

    #[test]
    fn earlier_heads_bridge_a_gap() {
        let root = root();
        let first = directory(&root);
        let second = next(&root, &first, |_| ());
        let third = next(&root, &second, |_| ());
        let twin = next(&root, &first, |draft| draft.persons[0].clearance = Clearance::None);
        let file = |earlier: Vec<&Directory>| {
            let earlier = earlier.into_iter().map(|directory| directory.head().clone()).collect();
            Organisation::new(vec![root.clone()], policy(&root), third.clone(), earlier)
        };
        let bridged = file(vec![&second]).unwrap();
        assert_eq!(bridged.successor_of(&first), Ok(()));
        assert_eq!(bridged.successor_of(&second), Ok(()));
        assert_eq!(bridged.successor_of(&twin), Err(SuccessionError::Fork { number: 2 }));
        assert_eq!(bridged.successor_of(&third), Err(SuccessionError::Same { number: 3 }));
        let whole = file(vec![&first, &second]).unwrap();
        assert_eq!(whole.successor_of(&first), Ok(()));
        let bare = file(vec![]).unwrap();
        assert_eq!(bare.successor_of(&first), Err(SuccessionError::Gap { have: 1, found: 3 }));
        for broken in [vec![&first], vec![&twin], vec![&second, &first], vec![&third]] {
            assert!(matches!(file(broken), Err(OrganisationError::Earlier(_))));
        }
    }
}

mod organisations {
    use super::*;

    fn organisation() -> Organisation {
        let root = root();
        Organisation::new(vec![root.clone()], policy(&root), directory(&root), vec![]).unwrap()
    }

    #[test]
    fn the_file_reads_back() {
        let whole = organisation();
        let read = Organisation::parse(&whole.encode(), Some(whole.org())).unwrap();
        assert_eq!(read.encode(), whole.encode());
        assert_eq!(read.directory().hash(), whole.directory().hash());
        assert_eq!(read.root(), whole.root());
        assert_eq!(PolicyHash::of_note(read.policy().hash()), read.directory().policy());
    }

    #[test]
    fn another_organisation_is_refused() {
        let error = Organisation::parse(&organisation().encode(), Some(OrgId::ZERO)).unwrap_err();
        assert!(matches!(error, OrganisationError::Root(RootError::Pin { .. })));
    }

    #[test]
    fn another_policy_is_refused() {
        let root = root();
        let name = KeyName::office(&root.org(), &office("o1"));
        let other = Note::sign("{}\n".to_owned(), &name, &office_key(1)).unwrap();
        let error = Organisation::new(vec![root.clone()], other, directory(&root), vec![]).unwrap_err();
        assert!(matches!(error, OrganisationError::OtherPolicy { .. }));
        // The right text, signed by one officer of two.
        let one = Note::sign(policy(&root).text().to_owned(), &name, &office_key(1)).unwrap();
        let error = Organisation::new(vec![root.clone()], one, directory(&root), vec![]).unwrap_err();
        assert!(matches!(error, OrganisationError::PolicySignatures(ThresholdError::TooFew { .. })));
    }

    #[test]
    fn another_format_is_refused() {
        let file = String::from_utf8(organisation().encode()).unwrap();
        for (from, to) in
            [("vault-organisation/1", "vault-organisation/2"), ("\"earlier\"", "\"later\""), ("{", "[")]
        {
            let error = Organisation::parse(file.replacen(from, to, 1).as_bytes(), None).unwrap_err();
            assert!(matches!(error, OrganisationError::Format(_)), "{from}");
        }
        assert!(matches!(Organisation::parse(b"", None), Err(OrganisationError::Format(_))));
        let long = vec![b' '; ORGANISATION_MAX + 1];
        assert!(matches!(Organisation::parse(&long, None), Err(OrganisationError::TooLong { .. })));
    }

    #[test]
    fn a_root_that_is_missing_is_named() {
        let first = root();
        let made = directory(&first);
        let mut text = made.value().clone();
        text.root.number = 2;
        let head =
            with_officers(&[1, 2], |officers| Signed::sign_all(text, &root::signers(&first.org(), officers)));
        let old = json_string(&made.head().note().to_string());
        let new = json_string(&head.unwrap().note().to_string());
        let file = String::from_utf8(organisation().encode()).unwrap().replace(&old, &new);
        let error = Organisation::parse(file.as_bytes(), None).unwrap_err();
        assert!(matches!(error, OrganisationError::RootMissing { number: 2, directory: 1 }));
    }

    fn json_string(text: &str) -> String {
        serde_json::to_string(text).unwrap()
    }
}

mod finding {
    use super::*;

    fn found(query: &str) -> String {
        let found = directory(&root()).find(query);
        let words: Vec<String> = found.iter().map(|one| format!("{} {:?}", one.holder, one.by)).collect();
        words.join(", ")
    }

    #[test]
    fn by_number() {
        assert_eq!(found("p2"), "p2 Number");
        assert_eq!(found(" P2 "), "p2 Number");
        assert_eq!(found("u2"), "u2 Number");
        assert_eq!(found("p4"), "p4 Number"); // who has left is found by number
        assert_eq!(found("p9"), "");
    }

    #[test]
    fn by_address() {
        assert_eq!(found("李娜@财务科"), "p1 Address");
        assert_eq!(found("李娜@办公室"), "p3 Address");
        assert_eq!(found("li na@办公室"), "p3 Address");
        assert_eq!(found("李娜@u2"), "p1 Address");
        assert_eq!(found("王强@财务科"), "");
        assert_eq!(found("@财务科"), "");
        let directory = directory(&root());
        let addresses: Vec<String> = directory.addresses(directory.person(p(1)).unwrap()).collect();
        assert_eq!(addresses, ["李娜@财务科"]);
    }

    #[test]
    fn by_name_and_every_namesake() {
        assert_eq!(found("王强"), "p2 Name");
        assert_eq!(found("李娜"), "p1 Name, p3 Name");
        assert_eq!(found("李"), "");
        assert_eq!(found("李宁"), "");
    }

    #[test]
    fn by_pinyin_and_initials() {
        for query in ["wang qiang", "wangqiang", "Wang Qiang", "WANG-QIANG"] {
            assert_eq!(found(query), "p2 Pinyin", "{query}");
        }
        assert_eq!(found("lina"), "p1 Pinyin, p3 Pinyin");
        assert_eq!(found("wq"), "p2 Initials");
        assert_eq!(found("ln"), "p1 Initials, p3 Initials");
        assert_eq!(found("lin"), "");
        assert_eq!(found(""), "");
    }

    #[test]
    fn by_unit_name() {
        assert_eq!(found("财务科"), "u2 Name");
        assert_eq!(found("财务"), "");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn entries_round_trip(
        number in 1..=999_999_999_u32, name in "[一-龥]{1,8}", syllables in proptest::collection::vec("[a-z]{1,6}", 0..4),
        titles in proptest::collection::btree_set("[一-龥a-z]{0,6}", 0..4), seed: [u8; 16],
    ) {
        let root = &root();
        let mut entry = person(root, 1, &name, &syllables.join(" "), 1);
        entry.number = p(number);
        entry.salt = Bytes(seed);
        entry.posts = titles.into_iter().map(|title| Post { unit: u(1), title }).collect();
        let line = json::encode_line(&entry).unwrap();
        prop_assert_eq!(crate::note::parse_text::<PersonEntry>(&line, root.org()), Ok(entry));
    }

    #[test]
    fn any_flipped_bit_in_an_entry_is_noticed(entry in 0..6_usize, at in 0..100_000_usize, bit in 0..8_u8) {
        let directory = &directory(&root());
        let mut texts = entries(directory);
        let len = texts[entry].len();
        texts[entry][at % len] ^= 1 << bit;
        let result = Directory::verify(&root(), &directory.head().encode(), &texts);
        let noticed = matches!(result, Err(DirectoryError::Merkle { .. }));
        prop_assert!(noticed);
    }

    #[test]
    fn any_flipped_bit_in_a_head_is_noticed_or_harmless(at in 0..100_000_usize, bit in 0..8_u8) {
        let directory = &directory(&root());
        let mut note = directory.head().encode();
        let len = note.len();
        note[at % len] ^= 1 << bit;
        // A flip may turn a line into one by an unknown key; then the other officers must suffice, and two of
        // two do not.
        prop_assert!(Directory::verify(&root(), &note, &entries(directory)).is_err());
    }
}
