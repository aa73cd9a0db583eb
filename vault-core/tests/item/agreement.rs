//! What the parts of an item say about each other, and about the file key.

use vault_core::item::build::{BuildError, NewWraps, Place, rewrap};
use vault_core::item::*;
use vault_keys::note::{Note, Signed, Verifier};
use vault_keys::opening::Suite;
use vault_keys::secret::FileKey;

use super::sample::{Fixed, People, Sample};

#[test]
fn manifest_of_another_item_in_the_header() {
    let (one, other) = (Sample::small(), Sample::new(Suite::Classic, b"hello", 9));
    let mut stanzas = one.stanzas();
    stanzas[3] = other.stanzas().swap_remove(3);
    assert_eq!(one.parse(&stanzas), Err(ItemError::OtherManifest));
}

#[test]
fn manifest_of_another_item_under_the_same_file_key() {
    let sample = Sample::small();
    let other = ItemId::generate("2026-11-22T02:00:00Z".parse().unwrap(), &mut Fixed::new(5));
    let manifest = super::sample::manifest(other);
    let sealed = manifest.seal(&sample.file_key, &mut Fixed::new(6)).unwrap();
    let item = sample.header.label().value().item;
    let opened = Manifest::open(&sealed, sample.header.org(), item, &sample.file_key);
    assert_eq!(opened.unwrap_err(), manifest::ManifestOpenError::Seal);
}

#[test]
fn label_lifted_onto_another_file() {
    // Everything but the recipient stanzas is taken over, under a file key of the lifter's choice.
    let victim = Sample::small();
    let file_key = FileKey::from_bytes(b"chosen by lifter");
    let header = Header::write(&victim.stanzas(), &file_key).unwrap();
    let lifted = ItemHeader::from_header(header).unwrap();
    assert_eq!(lifted.verify_file_key(&file_key), Err(FileKeyError::Commit));
    assert_eq!(lifted.verify_file_key(&victim.file_key), Err(FileKeyError::Mac));
}

#[test]
fn file_key_differing_between_stanzas() {
    // The second wrap holds another key: its holder finds a MAC that does not fit.
    let sample = Sample::small();
    let other = FileKey::from_bytes(b"another file key");
    let mut stanzas = sample.stanzas();
    stanzas[1] = sample.people.recipient.to_recipient().wrap(&other, &mut Fixed::new(3)).unwrap();
    let header = Header::write(&stanzas, &sample.file_key).unwrap();
    let stanza_hash = StanzasHash::from_bytes(vault_keys::digest::sha256(header.stanza_bytes(0..2)));
    let mut access = sample.header.access().value().clone();
    access.stanzas = stanza_hash;
    stanzas[4].body = Signed::sign(access, &sample.people.name, &sample.people.signing).unwrap().encode();
    let item = sample.parse(&stanzas).unwrap();
    let (_, good) = sample.people.sender.unwrap_any(item.recipients()).unwrap().unwrap();
    assert_eq!(item.verify_file_key(&good), Ok(()));
    let (_, bad) = sample.people.recipient.unwrap_any(item.recipients()).unwrap().unwrap();
    assert_eq!(item.verify_file_key(&bad), Err(FileKeyError::Mac));
}

#[test]
fn payload_swapped_by_a_recipient_who_knows_the_file_key() {
    // Same header, other bytes, sealed under the very key and even the very nonce: only the label's hash tells.
    let sample = Sample::small();
    let swapped = super::sample::seal(b"HELLO", &sample.file_key, [1; 16]);
    assert_eq!(swapped.len(), sample.content.len());
    let content = sample.header.label().value().content;
    assert_eq!(content.blake3.as_bytes(), blake3::hash(&sample.content).as_bytes());
    assert_ne!(content.blake3.as_bytes(), blake3::hash(&swapped).as_bytes());
}

#[test]
fn two_payload_nonces_change_the_content_hash() {
    let sample = Sample::small();
    let again = super::sample::seal(&sample.plaintext, &sample.file_key, [2; 16]);
    let content = sample.header.label().value().content;
    assert_ne!(content.blake3.as_bytes(), blake3::hash(&again).as_bytes());
    // A second nonce before the first makes the content longer than the label says.
    let longer = [&[2; 16], sample.content.as_slice()].concat();
    assert_ne!(content.length, longer.len() as u64);
}

#[test]
fn access_note_of_another_label_or_item() {
    let sample = Sample::small();
    let other = Sample::new(Suite::Classic, b"hello", 9);
    let label = other.header.label_hash();
    assert_eq!(sample.reaccess(|access| access.label = label), Err(ItemError::AccessOtherLabel));
    let item = other.header.label().value().item;
    assert_eq!(sample.reaccess(|access| access.item = item), Err(ItemError::AccessOtherItem));
}

#[test]
fn access_note_with_rows_added_or_missing() {
    let sample = Sample::small();
    let added = sample.reaccess(|access| access.rows.push(access.rows[0].clone()));
    assert_eq!(added, Err(ItemError::AccessRows { rows: 3, stanzas: 2 }));
    let missing = sample.reaccess(|access| drop(access.rows.pop()));
    assert_eq!(missing, Err(ItemError::AccessRows { rows: 1, stanzas: 2 }));
}

#[test]
fn recipient_stanzas_changed_under_an_access_note() {
    let sample = Sample::small();
    let changes: [fn(&mut Vec<Stanza>); 2] =
        [|stanzas| stanzas.swap(0, 1), |stanzas| drop(stanzas.remove(0))];
    for change in changes {
        let mut stanzas = sample.stanzas();
        change(&mut stanzas);
        assert_eq!(sample.parse(&stanzas), Err(ItemError::AccessOtherStanzas));
    }
}

#[test]
fn type_or_org_of_another_purpose() {
    let sample = Sample::small();
    let label = sample.header.label().text().to_owned();
    let as_access = label.replacen("vault-label/1", "vault-access/1", 1);
    let error = sample.replace_label_text(as_access.into_bytes()).unwrap_err();
    assert!(matches!(error, ItemError::Note { part: Part::Label, .. }), "{error}");
    // The label's organisation is whatever it says; that of everything else must be the same.
    let org = vault_keys::digest::OrgId::from_bytes([1; 32]);
    let error = sample.relabel(|label| label.org = org).unwrap_err();
    assert!(matches!(error, ItemError::Note { part: Part::Access, .. }), "{error}");
    let mut stanzas = sample.stanzas();
    stanzas.swap(2, 4);
    (stanzas[2].args, stanzas[4].args) = (stanzas[4].args.clone(), stanzas[2].args.clone());
    let error = sample.parse(&stanzas).unwrap_err();
    assert!(matches!(error, ItemError::Note { part: Part::Label, .. }), "{error}");
}

#[test]
fn signature_lines_appended() {
    let sample = Sample::small();
    let stranger = People::new(Suite::Classic, 77);
    let mut label = sample.header.label().note().clone();
    label.cosign(&stranger.name, &stranger.signing).unwrap();
    let mut stanzas = sample.stanzas();
    stanzas[2].body = label.encode();
    let item = sample.parse(&stanzas).unwrap();
    // The item is the same, by hash and for the sender's key; the stranger's line counts for nothing.
    assert_eq!(item.label_hash(), sample.header.label_hash());
    let verifier =
        |people: &People| Verifier::person(&item.org(), "p1".parse().unwrap(), people.signing.public());
    assert!(item.label().verified_by(&verifier(&sample.people)).is_ok());
    assert!(sample.header.label().verified_by(&verifier(&stranger)).is_err());
}

#[test]
fn rewrapping_replaces_wraps_and_nothing_else() {
    let sample = Sample::small();
    let fresh = People::new(Suite::Classic, 50);
    let mut wraps = sample.people.wraps();
    wraps[1].recipient = fresh.recipient.to_recipient();
    let place = Place::Next { seq: 2, previous: sample.header.access_hash() };
    let directory = sample.header.label().value().directory;
    let new = || NewWraps { kept: &[], wraps: &wraps, place, directory, notes: vec![] };
    let rng = &mut Fixed::new(51);
    let writer = sample.people.writer();
    let again = rewrap(&sample.header, &sample.file_key, new(), writer, rng).unwrap();
    assert_eq!(again.label(), sample.header.label());
    assert_eq!(again.manifest_hash(), sample.header.manifest_hash());
    assert_eq!(again.access().value().seq, Some(2));
    assert!(sample.people.recipient.unwrap_any(again.recipients()).unwrap().is_none());
    let (_, file_key) = fresh.recipient.unwrap_any(again.recipients()).unwrap().unwrap();
    again.verify_file_key(&file_key).unwrap();
    let wrong = FileKey::from_bytes(&[0; 16]);
    let error = rewrap(&sample.header, &wrong, new(), writer, rng).unwrap_err();
    assert_eq!(error, BuildError::FileKey(FileKeyError::Mac));
}

#[test]
fn notes_travel_in_the_header() {
    let sample = Sample::small();
    let notes: Vec<Note> = (0..40)
        .map(|number| {
            let text = format!("{{\"type\":\"x/1\",\"n\":{number},\"t\":\"{}\"}}\n", "a".repeat(4000));
            Note::sign(text, &sample.people.name, &sample.people.signing).unwrap()
        })
        .collect();
    let wraps = sample.people.wraps();
    let directory = sample.header.label().value().directory;
    let new = NewWraps { kept: &[], wraps: &wraps, place: Place::First, directory, notes: notes.clone() };
    let item =
        rewrap(&sample.header, &sample.file_key, new, sample.people.writer(), &mut Fixed::new(8)).unwrap();
    assert_eq!(item.header().stanzas().len(), 2 + 3 + 3);
    assert_eq!(item.notes().len(), 40);
    assert!(notes.iter().all(|note| item.notes().contains(note)));
    assert!(item.notes().is_sorted_by_key(|note| note.hash()));
}

#[test]
fn notes_out_of_order_twice_or_cut_off() {
    use vault_core::item::notes::{NotesError, parse};
    let people = People::new(Suite::Classic, 1);
    let mut notes: Vec<Note> = (0..2)
        .map(|n| Note::sign(format!("{{\"n\":{n}}}\n"), &people.name, &people.signing).unwrap())
        .collect();
    notes.sort_by_key(Note::hash);
    let framed = |note: &Note| {
        let bytes = note.encode();
        [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], &bytes].concat()
    };
    let (a, b) = (framed(&notes[0]), framed(&notes[1]));
    let joined = [a.as_slice(), &b].concat();
    assert_eq!(parse([joined.as_slice()]).unwrap(), notes);
    assert_eq!(parse([a.as_slice(), &b]).unwrap(), notes);
    assert_eq!(parse([b.as_slice(), &a]), Err(NotesError::Order { index: 1 }));
    assert_eq!(parse([a.as_slice(), &a]), Err(NotesError::Order { index: 1 }));
    assert_eq!(parse([&[][..]]), Err(NotesError::Empty));
    for length in 1..a.len() {
        assert_eq!(parse([&joined[..length]]), Err(NotesError::Length), "{length}");
    }
    assert_eq!(parse([[a.as_slice(), &[0]].concat().as_slice()]), Err(NotesError::Length));
    let loose = Note::sign("{ }\n".to_owned(), &people.name, &people.signing).unwrap();
    assert!(matches!(parse([framed(&loose).as_slice()]), Err(NotesError::Note { index: 0, .. })));
}
