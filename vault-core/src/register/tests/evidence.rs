//! Evidence: made from tiles, carried as text, checked offline, and every way it proves nothing.

use proptest::prelude::*;
use vault_keys::merkle::ProofError;

use super::*;
use crate::register::checkpoint::CheckpointError;
use crate::register::leaf::{LeafError, LeafHash};
use crate::register::proof::{Evidence, EvidenceError, ProveError};
use crate::register::tiles::TileKind;

fn evidence(index: u64, size: u64) -> Evidence {
    let memory = Memory::default();
    let log = grown(&memory, size);
    Evidence::collect(&memory, index, log.checkpoint()).unwrap()
}

fn verify(evidence: &Evidence) -> Result<LeafHash, EvidenceError> {
    evidence.verify(&log_key().verifier(), org()).map(|verified| verified.leaf.hash())
}

#[test]
fn evidence_travels_as_text_and_needs_only_the_log_keys() {
    for (index, size) in [(0, 1), (0, 2), (1, 2), (41, 70), (255, 300), (256, 300), (299, 300)] {
        let made = evidence(index, size);
        let read = Evidence::parse(&made.encode()).unwrap();
        assert_eq!(read, made);
        let verified = read.verify(&log_key().verifier(), org()).unwrap();
        assert_eq!(verified.leaf, leaf(index));
        assert_eq!((verified.index, verified.checkpoint.checkpoint().size()), (index, size));
    }
}

#[test]
fn the_text_is_a_tlog_proof() {
    let text = String::from_utf8(evidence(1, 3).encode()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "c2sp.org/tlog-proof@v1");
    assert!(lines[1].starts_with("extra "));
    assert_eq!(lines[2], "index 1");
    assert_eq!((lines[3].len(), lines[4].len(), lines[5]), (44, 44, ""));
    assert_eq!((lines[6], lines[7]), ("relay.example/vault-log-1", "3"));
}

#[test]
fn tampered_leaf_place_path_and_size_prove_nothing() {
    let good = evidence(41, 70);
    let parts = |leaf: &[u8], index, path: Vec<_>| {
        Evidence::from_parts(leaf.to_vec(), index, path, good.checkpoint().clone())
    };
    let path = || good.path().to_vec();
    assert!(verify(&parts(good.leaf(), 41, path())).is_ok());
    let other = leaf(42);
    assert_eq!(verify(&parts(other.bytes(), 41, path())), Err(ProofError::Root.into()));
    assert!(verify(&parts(good.leaf(), 42, path())).is_err());
    assert_eq!(verify(&parts(good.leaf(), 70, path())), Err(ProofError::Range.into()));
    for at in 0..path().len() {
        let mut changed = path();
        changed[at][0] ^= 1;
        assert_eq!(verify(&parts(good.leaf(), 41, changed)), Err(ProofError::Root.into()));
    }
    let mut shorter = path();
    shorter.pop();
    assert_eq!(verify(&parts(good.leaf(), 41, shorter)), Err(ProofError::Length.into()));
    let longer = [path(), vec![[0; 32]]].concat();
    assert_eq!(verify(&parts(good.leaf(), 41, longer)), Err(ProofError::Length.into()));
    // The right path under a checkpoint of another size.
    let elsewhere = evidence(41, 71);
    let mixed = Evidence::from_parts(good.leaf().to_vec(), 41, path(), elsewhere.checkpoint().clone());
    assert!(verify(&mixed).is_err());
}

#[test]
fn evidence_of_another_log_or_organisation_is_refused() {
    let good = evidence(0, 1);
    let other =
        LogKey::new("relay.example/other".parse().unwrap(), OfficeKey::from_seeds(&[5; 32], &[6; 32]));
    let error = good.verify(&other.verifier(), org()).unwrap_err();
    assert!(matches!(error, EvidenceError::Checkpoint(CheckpointError::OtherLog { .. })), "{error}");
    let error = good.verify(&log_key().verifier(), OrgId::from_bytes([1; 32])).unwrap_err();
    assert!(matches!(error, EvidenceError::Leaf(LeafError::Head(_))), "{error}");
}

#[test]
fn only_the_one_spelling_of_evidence_is_read() {
    let text = String::from_utf8(evidence(1, 3).encode()).unwrap();
    let changes: [(&str, &str); 8] = [
        ("tlog-proof@v1", "tlog-proof@v2"),
        ("\nextra ", "\nextra  "),
        ("\nindex 1\n", "\nindex 01\n"),
        ("\nindex 1\n", "\n"),
        ("\nindex 1\n", "\r\nindex 1\n"),
        ("=\n\nrelay", "=\nrelay"),
        ("=\n\nrelay", "\n\nrelay"),
        ("=\n\nrelay", "=\n\n\nrelay"),
    ];
    for (from, to) in changes {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from:?}");
        assert!(Evidence::parse(changed.as_bytes()).is_err(), "{from:?} -> {to:?}");
    }
    let many =
        text.replacen("=\n\nrelay", &format!("=\n{}\nrelay", format!("{}=\n", "A".repeat(43)).repeat(64)), 1);
    assert!(matches!(Evidence::parse(many.as_bytes()), Err(EvidenceError::Form(_))));
    assert!(matches!(Evidence::parse(&vec![b'a'; 300_000]), Err(EvidenceError::TooLong { .. })));
}

#[test]
fn a_damaged_register_hands_out_no_evidence() {
    let memory = Memory::default();
    let log = grown(&memory, 300);
    let damage = |kind, index, at: usize| {
        let tile = TileId::at_size(kind, index, 300).unwrap();
        memory.tiles.borrow_mut().get_mut(&tile).unwrap()[at] ^= 1;
    };
    // A sibling's hash: the path would lead elsewhere.
    damage(TileKind::Hashes(0), 0, 0);
    let error = Evidence::collect(&memory, 1, log.checkpoint()).unwrap_err();
    assert!(matches!(error, ProveError::Damaged { size: 300 }), "{error}");
    damage(TileKind::Hashes(0), 0, 0);
    // The leaf itself.
    damage(TileKind::Entries, 0, 10);
    let error = Evidence::collect(&memory, 0, log.checkpoint()).unwrap_err();
    assert!(matches!(error, ProveError::Tree(_)), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_flipped_bit_of_the_text_is_noticed(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let good = evidence(1, 3);
        let mut text = good.encode();
        let at = at.index(text.len());
        text[at] ^= 1 << bit;
        let read = Evidence::parse(&text).and_then(|read| verify(&read));
        // Lines of keys we do not know are ignored, so a flip in a line's key hash or name makes that line
        // a stranger's and the checkpoint one without it: refused as well.
        prop_assert!(read.is_err(), "byte {} bit {}", at, bit);
    }

    #[test]
    fn any_truncation_is_noticed(at in any::<prop::sample::Index>()) {
        let text = evidence(1, 3).encode();
        let end = at.index(text.len());
        prop_assert!(Evidence::parse(&text[..end]).and_then(|read| verify(&read)).is_err());
    }
}
