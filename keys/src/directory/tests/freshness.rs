//! Freshness notes.

use super::*;
use crate::digest::DirectoryHash;
use crate::note::SignatureError;

pub(super) fn fresh_text(made: &str) -> FreshText {
    let root = root();
    let directory = directory(&root);
    FreshText {
        tag: FreshType,
        org: root.org(),
        made: time(made),
        root: RootRef { number: root.number(), hash: root.hash() },
        directory: DirectoryVersion { number: directory.number(), hash: directory.hash() },
        stop: None,
        checkpoint: CheckpointRef {
            origin: root.log_origin().clone(),
            size: 7,
            hash: RegisterHash::from_bytes([7; 32]),
        },
    }
}

pub(super) fn fresh(made: &str) -> Fresh {
    Fresh::sign(fresh_text(made), &root(), &office_key(10)).unwrap()
}

#[test]
fn the_notary_signs_with_both_keys() {
    let root = root();
    let fresh = fresh("2026-01-10T00:00:00Z");
    assert_eq!(Fresh::verify(&root, &fresh.signed().encode()), Ok(fresh.clone()));
    let text = fresh.signed().encode();
    let mut lines: Vec<&str> = std::str::from_utf8(&text).unwrap().lines().collect();
    lines.pop();
    let half = format!("{}\n", lines.join("\n"));
    let error = Fresh::verify(&root, half.as_bytes()).unwrap_err();
    assert!(matches!(error, FreshError::Signature(SignatureError::Half { .. })));
    let other = Fresh::sign(fresh_text("2026-01-10T00:00:00Z"), &root, &office_key(1)).unwrap_err();
    assert!(matches!(other, FreshError::Signature(SignatureError::Missing { .. })));
}

#[test]
fn fresh_from_the_future() {
    let fresh = fresh("2026-01-10T00:05:00Z");
    let (made, now) = (fresh.made(), time("2026-01-10T00:00:00Z"));
    assert_eq!(fresh.check_not_future(now), Ok(()));
    let now = now.plus_seconds(-1);
    assert_eq!(fresh.check_not_future(now), Err(Future { made, now }));
}

#[test]
fn fresh_on_another_root() {
    let mut text = fresh_text("2026-01-10T00:00:00Z");
    text.root.number = 2;
    let error = Fresh::sign(text, &root(), &office_key(10)).unwrap_err();
    assert_eq!(error, FreshError::Root { found: 2, wanted: 1 });
    let bare = changed_root(|text| text.notary = None).unwrap();
    let mut text = fresh_text("2026-01-10T00:00:00Z");
    (text.org, text.root.hash) = (bare.org(), bare.hash());
    assert_eq!(Fresh::sign(text, &bare, &office_key(10)), Err(FreshError::NoNotary));
}

#[test]
fn fresh_that_names_another_directory_is_a_fork() {
    let root = root();
    let mut text = fresh_text("2026-01-10T00:00:00Z");
    text.directory.hash = DirectoryHash::from_bytes([1; 32]);
    let fresh = Fresh::sign(text, &root, &office_key(10)).unwrap();
    let error = InForce::new(root.clone(), directory(&root), vec![], Some(fresh)).unwrap_err();
    assert_eq!(error, InForceError::Fork { part: Part::Directory, number: 1 });
}

#[test]
fn the_newer_note_is_kept() {
    let (old, new) = (fresh("2026-01-10T00:00:00Z"), fresh("2026-01-11T00:00:00Z"));
    assert_eq!(old.clone().newer(new.clone()), new);
    assert_eq!(new.clone().newer(old), new);
}
