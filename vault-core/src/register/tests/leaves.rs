//! Leaves: who may say what in which form, and the example bytes of `docs/register.md`.

use vault_keys::json;
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::note::{KeyName, NoteError, Signed, Verifier};
use vault_keys::signing::SigningKey;

use super::*;
use crate::item::hashes::{AccessHash, LabelHash};
use crate::register::event::Speaker;
use crate::register::leaf::{LeafError, LeafHash};
use crate::register::proof::Evidence;
use crate::register::tiles::{LEAF_LEN_MAX, TileKind};
use crate::stream::parts::ContentHash;

const DOCUMENT: &str = include_str!("../../../../docs/register.md");

fn head() -> LeafHead {
    let previous = LeafHash::from_bytes([0x11; 32]);
    LeafHead::new(org(), now(), Some(previous), "relay-1".parse().unwrap(), [0x22; 16])
}

fn person_key() -> SigningKey {
    SigningKey::from_seed(&[3; 32])
}

fn name() -> KeyName {
    KeyName::person(&org(), "p3".parse().unwrap())
}

fn demanded() -> Event {
    let key = KeyId::of(KeyKind::Sign, person_key().public().as_bytes());
    let mut event = Event::of_person(org(), EventKind::Demanded, "p3".parse().unwrap(), key, now());
    event.item = Some("019ab3c8-1d40-7a2e-9f10-0123456789ab".parse().unwrap());
    event.label = Some(LabelHash::from_bytes([0x33; 32]));
    event.access = Some(AccessHash::from_bytes([0x44; 32]));
    event.content = Some(ContentHash::from_bytes([0x55; 32]));
    event.copy = Some(1);
    event.station = Some(KeyId::from_bytes([0x66; 32]));
    event
}

fn signed() -> Signed<Event> {
    Signed::sign(demanded(), &name(), &person_key()).unwrap()
}

#[test]
fn a_persons_statement_keeps_its_signature_in_the_leaf() {
    let leaf = Leaf::of_note(&head(), signed().note()).unwrap();
    let read = Leaf::parse(leaf.bytes(), org()).unwrap();
    assert_eq!(read, leaf);
    let event = read.signed::<Event>().unwrap();
    let verifier = Verifier::person(&org(), "p3".parse().unwrap(), person_key().public());
    assert_eq!(event.verified_by(&verifier).unwrap(), &demanded());
    assert_eq!(read.event(), None);
}

#[test]
fn a_relays_event_stands_unsigned() {
    let made = leaf(1);
    assert_eq!(Leaf::parse(made.bytes(), org()).unwrap(), made);
    assert_eq!(made.event().unwrap().kind, EventKind::Refused);
    assert!(made.signed::<Event>().is_err());
}

#[test]
fn persons_and_relay_cannot_speak_for_each_other() {
    let unsigned = Leaf::of_event(&head(), &demanded());
    assert!(matches!(unsigned, Err(LeafError::Speaker { kind: "demanded", .. })), "{unsigned:?}");
    let mut refused = Event::of_relay(org(), EventKind::Refused, now());
    refused.code = Some("malformed".to_owned());
    let note = Signed::sign(refused, &name(), &person_key()).unwrap();
    let signed = Leaf::of_note(&head(), note.note());
    assert!(matches!(signed, Err(LeafError::Speaker { kind: "refused", .. })), "{signed:?}");
}

#[test]
fn leaves_of_another_organisation_or_purpose_are_refused() {
    let stranger = OrgId::from_bytes([1; 32]);
    let bytes = leaf(1).bytes().to_vec();
    assert!(matches!(Leaf::parse(&bytes, stranger), Err(LeafError::Head(NoteError::Org { .. }))));
    // A note of another organisation behind a first line of ours.
    let foreign = Event { org: stranger, ..demanded() };
    let foreign = Signed::sign(foreign, &name(), &person_key()).unwrap();
    let leaf = Leaf::of_note(&head(), foreign.note());
    assert!(matches!(leaf, Err(LeafError::Body(NoteError::Org { .. }))), "{leaf:?}");
    let mut swapped = json::to_line(&demanded());
    swapped.extend_from_slice(&bytes);
    assert!(matches!(Leaf::parse(&swapped, org()), Err(LeafError::Head(NoteError::Type { .. }))));
}

#[test]
fn leaf_of_65_535_bytes_is_accepted_and_65_536_refused() {
    let text = |fill: usize| {
        let text =
            format!("{{\"type\":\"vault-label/1\",\"org\":\"{}\",\"x\":\"{}\"}}\n", org(), "x".repeat(fill));
        vault_keys::note::Note::sign(text, &name(), &person_key()).unwrap()
    };
    let short = Leaf::of_note(&head(), &text(1)).unwrap();
    let fill = LEAF_LEN_MAX - short.bytes().len() + 1;
    assert_eq!(Leaf::of_note(&head(), &text(fill)).unwrap().bytes().len(), LEAF_LEN_MAX);
    assert_eq!(Leaf::of_note(&head(), &text(fill + 1)), Err(LeafError::TooLong { len: 65_536 }));
}

#[test]
fn anything_but_a_leaf_is_refused() {
    let good = leaf(1).bytes().to_vec();
    let text = String::from_utf8(good.clone()).unwrap();
    for end in 0..good.len() {
        assert!(Leaf::parse(&good[..end], org()).is_err(), "cut at {end}");
    }
    for changed in [
        text.replacen('\n', "\r\n", 1),
        text.replacen('\n', "\n\n", 1),
        format!("{text}\n"),
        format!("{text}{text}"),
        text.replacen("\"previous\":null,", "", 1),
        text.replacen("\"relay\":\"relay-1\"", "\"relay\":\"p1\"", 1),
        text.replacen("\"type\":\"vault-event/1\"", "\"type\":\"vault-label/1\"", 1),
    ] {
        assert_ne!(changed, text);
        assert!(Leaf::parse(changed.as_bytes(), org()).is_err(), "{changed}");
    }
}

/// The document's examples are what this code makes, byte for byte.
#[test]
fn the_document_shows_these_bytes() {
    let shows = |what: &str, bytes: &[u8]| {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(DOCUMENT.contains(text.trim_end()), "docs/register.md lacks this {what}:\n{text}");
    };
    let of_person = Leaf::of_note(&head(), signed().note()).unwrap();
    shows("leaf of a person", of_person.bytes());
    shows("leaf hash", of_person.hash().to_string().as_bytes());
    let of_relay = leaf(0);
    shows("leaf of the relay", of_relay.bytes());

    let memory = Memory::default();
    let mut log = Sequencer::create(&memory, &memory, log_key(), now()).unwrap();
    log.append(0, &[of_relay.bytes(), of_person.bytes()], now()).unwrap();
    let tile = TileId::at_size(TileKind::Hashes(0), 0, 2).unwrap();
    shows("tile path", tile.to_string().as_bytes());
    let hashes = memory.tiles.borrow().get(&tile).unwrap().clone();
    let hex: String = hashes.iter().map(|byte| format!("{byte:02x}")).collect();
    shows("first hash of the tile", &hex.as_bytes()[..64]);
    shows("second hash of the tile", &hex.as_bytes()[64..]);
    let checkpoint = String::from_utf8(log.checkpoint().encode()).unwrap();
    let (lines, ml_dsa) = checkpoint.rsplit_once("— ").unwrap();
    shows("checkpoint up to the ML-DSA line", lines.as_bytes());
    shows("beginning of the ML-DSA line", &ml_dsa.as_bytes()[..64]);
    let evidence = Evidence::collect(&memory, 1, log.checkpoint()).unwrap().encode();
    let evidence = String::from_utf8(evidence).unwrap();
    let (proof, _) = evidence.split_once("\n\n").unwrap();
    let (beginning, index) = proof.split_at(proof.find("\nindex").unwrap());
    shows("beginning of the evidence", &beginning.as_bytes()[..72]);
    shows("index and path of the evidence", index.trim_start().as_bytes());
    for kind in EventKind::ALL {
        let row = DOCUMENT.lines().find(|line| line.starts_with(&format!("| `{}` |", kind.word())));
        let row = row.unwrap_or_else(|| panic!("docs/register.md has no row for {}", kind.word()));
        for field in kind.required() {
            assert!(row.contains(&format!("`{field}`")), "{}: {field}", kind.word());
        }
    }
}

#[test]
fn every_kind_stands_in_the_table_of_what_it_proves_with_its_speaker() {
    let table = include_str!("../../../../docs/evidence.md");
    for kind in EventKind::ALL {
        let by = match kind.speaker() {
            Speaker::Relay => "relay",
            Speaker::Person => "person",
        };
        let row = format!("| `{}` | {by} | ", kind.word());
        assert!(table.contains(&row), "docs/evidence.md lacks: {row}");
    }
}
