//! Signed notes: form, lines, and what counts as signed.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::signing::{OfficeKey, SigningKey};
use crate::text_type;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

text_type! {
    struct SampleType = "vault-sample/1";
    struct OtherType = "vault-other/1";
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    #[serde(rename = "type")]
    tag: SampleType,
    org: OrgId,
    word: String,
}

impl Text for Sample {
    const TYPE: &'static str = SampleType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        if self.word.is_empty() { Err(TextError::new("word", "empty")) } else { Ok(()) }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Other {
    #[serde(rename = "type")]
    tag: OtherType,
    org: OrgId,
    word: String,
}

impl Text for Other {
    const TYPE: &'static str = OtherType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }
}

const MAX: usize = 1 << 20;
const ORG: OrgId = OrgId::from_bytes([0xab; 32]);

fn person() -> SigningKey {
    SigningKey::from_seed(&[1; 32])
}

fn person_name() -> KeyName {
    KeyName::person(&ORG, PersonNo::new(12).unwrap())
}

fn by_person() -> Verifier {
    Verifier::person(&ORG, PersonNo::new(12).unwrap(), person().public())
}

fn office() -> OfficeKey {
    OfficeKey::from_seeds(&[2; 32], &[3; 32])
}

fn office_name() -> OfficeName {
    "o1".parse().unwrap()
}

fn by_office() -> Verifier {
    Verifier::office(&ORG, &office_name(), office().public())
}

fn sample() -> Sample {
    Sample { tag: SampleType, org: ORG, word: "一".to_owned() }
}

fn signed() -> Signed<Sample> {
    Signed::sign(sample(), &person_name(), &person()).unwrap()
}

fn parse(note: &str) -> Result<Note, NoteError> {
    Note::parse(note.as_bytes(), MAX)
}

fn line_error(note: &str) -> LineError {
    match parse(note) {
        Err(NoteError::Line { reason, .. }) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_note_of_the_c2sp_specification() {
    let note = "This is an example message.\n\n\
        — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    let public = STANDARD.decode("AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k").unwrap();
    let key = VerifyingKey::from_slice(&public[1..]).unwrap();
    let name: KeyName = "example.com/foo".parse().unwrap();
    assert_eq!(key_hash(&name, LineKind::Ed25519.type_bytes(), key.as_bytes()), [0x53, 0x0d, 0x90, 0x3a]);
    let verifier = Verifier { name, keys: VerifierKeys::Person(key) };
    let parsed = parse(note).unwrap();
    assert_eq!(parsed.verified_by(&verifier), Ok("This is an example message.\n"));
    assert_eq!(parsed.to_string(), note);
}

#[test]
fn a_signed_text_reads_back() {
    let bytes = signed().encode();
    let read = Signed::<Sample>::parse(&bytes, ORG, MAX).unwrap();
    assert_eq!(read, signed());
    assert_eq!(read.verified_by(&by_person()), Ok(&sample()));
    assert_eq!(read.hash().as_bytes(), &sha256(read.text().as_bytes()));
}

#[test]
fn a_text_may_hold_blank_lines() {
    let note = Note::sign("a\n\nb\n".to_owned(), &person_name(), &person()).unwrap();
    assert_eq!(Note::parse(&note.encode(), MAX), Ok(note));
}

#[test]
fn signature_lines_appended_are_ignored_and_leave_the_hash() {
    let mut note = signed().note().clone();
    let hash = note.hash();
    note.cosign(&"elsewhere.example/w".parse().unwrap(), &office()).unwrap();
    note.cosign(&KeyName::person(&ORG, PersonNo::new(13).unwrap()), &SigningKey::from_seed(&[9; 32]))
        .unwrap();
    // The signer's own name with another key: another key hash, so an unknown line.
    note.cosign(&person_name(), &SigningKey::from_seed(&[8; 32])).unwrap();
    let bytes = note.encode();
    let read = Signed::<Sample>::parse(&bytes, ORG, MAX).unwrap();
    assert_eq!(read.hash(), hash);
    assert_eq!(read.verified_by(&by_person()), Ok(&sample()));
    assert_eq!(read.encode(), bytes);
}

#[test]
fn a_line_that_claims_a_known_key_and_is_wrong_refuses_the_note() {
    let mut note = signed().note().clone();
    let other = Note::sign("other\n".to_owned(), &person_name(), &person()).unwrap();
    note.add_lines(other.lines().to_vec()).unwrap();
    let wrong = SignatureError::Wrong { name: person_name(), kind: LineKind::Ed25519 };
    assert_eq!(note.verified_by(&by_person()), Err(wrong));
}

#[test]
fn a_note_by_someone_else_is_missing_the_line() {
    let missing = SignatureError::Missing { name: by_office().name };
    assert_eq!(signed().verified_by(&by_office()), Err(missing));
}

#[test]
fn an_office_needs_both_lines() {
    let text = "text\n".to_owned();
    let whole = Note::sign(text.clone(), &by_office().name, &office()).unwrap();
    assert_eq!(whole.verified_by(&by_office()), Ok("text\n"));
    for (kept, missing) in [(0, LineKind::MlDsa44), (1, LineKind::Ed25519)] {
        let half = Note { text: text.clone(), lines: vec![whole.lines()[kept].clone()] };
        let error = SignatureError::Half { name: by_office().name, missing };
        assert_eq!(half.verified_by(&by_office()), Err(error));
    }
    for (place, kind) in [(0, LineKind::Ed25519), (1, LineKind::MlDsa44)] {
        let mut wrong = whole.clone();
        wrong.lines[place].signature[7] ^= 1;
        let error = SignatureError::Wrong { name: by_office().name, kind };
        assert_eq!(wrong.verified_by(&by_office()), Err(error));
    }
}

#[test]
fn type_of_another_purpose_is_named() {
    let other = Other { tag: OtherType, org: ORG, word: "一".to_owned() };
    let bytes = Signed::sign(other, &person_name(), &person()).unwrap().encode();
    let error = NoteError::Type { found: "vault-other/1".to_owned(), wanted: "vault-sample/1" };
    assert_eq!(Signed::<Sample>::parse(&bytes, ORG, MAX), Err(error));
}

#[test]
fn org_of_another_purpose_is_named() {
    let wanted = OrgId::from_bytes([1; 32]);
    let error = NoteError::Org { found: ORG, wanted };
    assert_eq!(Signed::<Sample>::parse(&signed().encode(), wanted, MAX), Err(error));
}

#[test]
fn rules_of_the_type_hold_for_readers_and_writers() {
    let empty = Sample { word: String::new(), ..sample() };
    let error = NoteError::Text(TextError::new("word", "empty"));
    assert_eq!(Signed::sign(empty, &person_name(), &person()).unwrap_err(), error);
    let text = String::from_utf8(crate::json::to_line(&sample())).unwrap().replace('一', "");
    let note = Note::sign(text, &person_name(), &person()).unwrap();
    assert_eq!(Signed::<Sample>::parse(&note.encode(), ORG, MAX), Err(error));
}

#[test]
fn note_with_no_blank_line() {
    let note = signed().note().to_string();
    assert_eq!(parse(&note.replacen("\n\n", "\n", 1)), Err(NoteError::NoBlankLine));
    assert_eq!(parse(""), Err(NoteError::NoBlankLine));
}

#[test]
fn note_with_no_signature_line() {
    assert_eq!(parse("text\n\n"), Err(NoteError::NoLines));
    assert_eq!(parse("text\n\n\n"), Err(NoteError::NoLines));
}

#[test]
fn bad_base64() {
    let good = "text\n\n— name AAAAAAE=\n";
    assert_eq!(parse(good).unwrap().to_string(), good);
    for bad in ["AAAAAAE", "AAAAAAF=", "AAAA-AE=", "AAAAAAE==", "AAAA AAE=", "", "AAAAAAE=="] {
        let error = line_error(&good.replace("AAAAAAE=", bad));
        assert!(matches!(error, LineError::Base64 | LineError::Short | LineError::Name), "{bad}: {error}");
    }
    assert_eq!(line_error("text\n\n— name AAAAAA==\n"), LineError::Short);
    assert_eq!(line_error("text\n\n— name AAA=\n"), LineError::Short);
}

#[test]
fn malformed_signature_lines() {
    assert_eq!(line_error("text\n\n— name AAAAAAE="), LineError::Form); // no line feed at the end
    assert_eq!(line_error("text\n\n- name AAAAAAE=\n"), LineError::Form);
    assert_eq!(line_error("text\n\n—name AAAAAAE=\n"), LineError::Form);
    assert_eq!(line_error("text\n\n— AAAAAAE=\n"), LineError::Form);
    assert_eq!(line_error("text\n\n—  AAAAAAE=\n"), LineError::Name);
    assert_eq!(line_error("text\n\n— a b AAAAAAE=\n"), LineError::Name);
    assert_eq!(line_error("text\n\n— a+b AAAAAAE=\n"), LineError::Name);
    assert_eq!(line_error("text\n\n— a\u{3000}b AAAAAAE=\n"), LineError::Name);
}

#[test]
fn carriage_return() {
    let note = signed().note().to_string().replace('\n', "\r\n");
    assert!(matches!(parse(&note), Err(NoteError::Control { character: '\r', .. })));
    assert!(matches!(parse("a\tb\n\n— name AAAAAAE=\n"), Err(NoteError::Control { at: 1, character: '\t' })));
}

#[test]
fn too_many_lines() {
    let line = "— name AAAAAAE=\n";
    let note = |count: usize| format!("text\n\n{}", line.repeat(count));
    assert_eq!(parse(&note(LINES_MAX)).unwrap().lines().len(), LINES_MAX);
    assert_eq!(parse(&note(LINES_MAX + 1)), Err(NoteError::TooManyLines));
    let mut full = parse(&note(LINES_MAX)).unwrap();
    full.add_lines(full.lines().to_vec()).unwrap(); // those already there are left out
    assert_eq!(full.cosign(&person_name(), &person()), Err(NoteError::TooManyLines));
}

#[test]
fn too_long() {
    let bytes = signed().encode();
    let (found, max) = (bytes.len(), bytes.len() - 1);
    assert_eq!(Note::parse(&bytes, max), Err(NoteError::TooLong { found, max }));
    assert!(Note::parse(&bytes, found).is_ok());
}

#[test]
fn not_utf8() {
    assert_eq!(Note::parse(b"\xff\n\n", MAX), Err(NoteError::Utf8 { at: 0 }));
}

#[test]
fn text_rules_hold_inside_a_note() {
    let spaced = signed().text().replace(':', ": ");
    let note = Note::sign(spaced, &person_name(), &person()).unwrap();
    let error = Signed::<Sample>::parse(&note.encode(), ORG, MAX).unwrap_err();
    assert!(matches!(error, NoteError::Json(crate::json::JsonError::Space { .. })));
}

#[test]
fn names_of_keys() {
    assert_eq!(person_name().as_str(), "abababababababab/p12");
    assert_eq!(by_office().name.as_str(), "abababababababab/o1");
    for good in ["o1", "log", "notary", "relay-1", "w1", "p", "u", "p1x"] {
        assert!(good.parse::<OfficeName>().is_ok() == !matches!(good, "p" | "u"), "{good}");
    }
    for bad in ["", "p1", "u12", "O1", "1o", "-a", "a_b", "a/b", "é", &"a".repeat(33)] {
        assert_eq!(bad.parse::<OfficeName>(), Err(NameError::Office), "{bad}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_flipped_bit_is_noticed(at in 0..10_000_usize, bit in 0..8_u8) {
        let mut bytes = signed().encode();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        let read = Signed::<Sample>::parse(&bytes, ORG, MAX);
        let verified = read.as_ref().is_ok_and(|read| read.verified_by(&by_person()).is_ok());
        prop_assert!(!verified);
    }

    #[test]
    fn any_truncation_is_noticed(end in 0..10_000_usize) {
        let bytes = signed().encode();
        prop_assert!(Note::parse(&bytes[..end % bytes.len()], MAX).is_err());
    }

    #[test]
    fn what_is_parsed_encodes_to_the_same_bytes(text in "([a-z一 ]{0,5}\n){1,4}", seed: [u8; 32]) {
        let text = format!("x{text}");
        let note = Note::sign(text, &person_name(), &SigningKey::from_seed(&seed)).unwrap();
        let read = Note::parse(&note.encode(), MAX).unwrap();
        prop_assert_eq!(read.encode(), note.encode());
        prop_assert_eq!(read, note);
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        drop(Note::parse(&bytes, MAX));
    }
}
