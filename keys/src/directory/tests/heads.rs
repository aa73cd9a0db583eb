//! Directories: signatures, counts, hashes and order.

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
    let holders: [Holder; 6] = [p(1).into(), p(2).into(), p(3).into(), p(4).into(), u(1).into(), u(2).into()];
    for (index, holder) in holders.into_iter().enumerate() {
        let (text, proof) = directory.entry_path(holder).unwrap();
        assert_eq!(proof.index as usize, index);
        assert_eq!(proof.verify(directory.value(), text), Ok(()));
        assert!(proof.verify(directory.value(), b"another entry").is_err());
    }
    assert_eq!(directory.entry_path(p(9).into()), None);
}

#[test]
fn an_expired_root_signs_no_directory() {
    let root = root();
    let made_at = |made: &str| {
        let draft = Draft { made: time(made), expires: time("2030-01-01T00:00:00Z"), ..draft(&root) };
        with_officers(&[1, 2], |officers| draft.sign(&root, None, officers)).map(|_| ())
    };
    assert_eq!(made_at("2029-01-05T00:59:59Z"), Ok(()));
    let (made, expired) = (time("2029-01-05T01:00:00Z"), time("2029-01-05T01:00:00Z"));
    assert_eq!(made_at("2029-01-05T01:00:00Z"), Err(DirectoryError::RootExpired { made, expired }));
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
        assert!(matches!(error, DirectoryError::Entry { index: 0, reason: NoteError::Json(_) }), "{word}");
    }
}
