//! Roots and directories: what is accepted, and every way to be refused.
#![allow(clippy::unwrap_used, reason = "tests")]

mod acts;
mod beside;
mod entry_rules;
mod examples;
mod finding;
mod freshness;
mod heads;
mod in_force;
mod new_roots;
mod organisations;
mod personnel;
mod pins;
mod policies;
mod proposals;
mod roots;
pub(crate) mod sample;
mod stops;
mod succession;

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
