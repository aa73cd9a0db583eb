//! The organisation file.

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
