//! Checkpoints: what is signed, by whom, and every way of not being one.

use vault_keys::note::{KeyName, LineKind, Note, NoteLine, key_hash};
use vault_keys::signing::{OfficeKey, SigningKey};

use super::*;
use crate::register::checkpoint::{
    Checkpoint, CheckpointError, CheckpointNote, LogVerifier, SignedCheckpoint,
};
use crate::register::proof::{Continuation, judge_continuation};
use crate::register::tree::{Tree, TreeRoot};

fn signed(size: u64, root: u8) -> SignedCheckpoint {
    log_key().sign(&Checkpoint::new(origin(), size, TreeRoot::from_bytes([root; 32])), now()).unwrap()
}

fn verifier() -> LogVerifier {
    log_key().verifier()
}

/// The lines of a note, to be taken apart and put together again.
fn parts(checkpoint: &SignedCheckpoint) -> (String, Vec<String>) {
    let text = String::from_utf8(checkpoint.encode()).unwrap();
    let (head, lines) = text.split_once("\n\n").unwrap();
    (format!("{head}\n"), lines.lines().map(|line| format!("{line}\n")).collect())
}

fn check(text: &str, lines: &[String]) -> Result<SignedCheckpoint, CheckpointError> {
    CheckpointNote::parse(format!("{text}\n{}", lines.concat()).as_bytes())?.verified_by(&verifier())
}

#[test]
fn a_checkpoint_comes_back_with_its_time() {
    let made = signed(7, 3);
    let read = CheckpointNote::parse(&made.encode()).unwrap().verified_by(&verifier()).unwrap();
    assert_eq!(read, made);
    assert_eq!((read.checkpoint().size(), read.time()), (7, now()));
}

#[test]
fn the_text_is_that_of_tlog_checkpoint() {
    let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, root).unwrap();
    let root_hash = TreeRoot::from_bytes(bytes.try_into().unwrap());
    let example = Checkpoint::new("example.com/behind-the-sofa".parse().unwrap(), 20_852_163, root_hash);
    assert_eq!(example.text(), format!("example.com/behind-the-sofa\n20852163\n{root}\n"));
}

#[test]
fn one_of_the_two_log_lines_missing_is_refused() {
    let (text, lines) = parts(&signed(7, 3));
    let (first, second) = (&lines[..1], &lines[1..]);
    let missing = |kind| Err(CheckpointError::LineMissing { missing: kind });
    assert_eq!(check(&text, first), missing(LineKind::MlDsa44));
    assert_eq!(check(&text, second), missing(LineKind::Ed25519));
    assert!(check(&text, &lines).is_ok());
}

#[test]
fn lines_of_another_checkpoint_are_refused() {
    let (text, lines) = parts(&signed(7, 3));
    let (_, others) = parts(&signed(8, 3));
    let swapped = [others[0].clone(), lines[1].clone()];
    assert_eq!(check(&text, &swapped), Err(CheckpointError::LineWrong { kind: LineKind::Ed25519 }));
    let swapped = [lines[0].clone(), others[1].clone()];
    assert_eq!(check(&text, &swapped), Err(CheckpointError::LineWrong { kind: LineKind::MlDsa44 }));
}

#[test]
fn a_changed_time_is_refused() {
    let made = signed(7, 3);
    let line = &made.note().note().lines()[1];
    let mut signature = line.signature().to_vec();
    signature[7] ^= 1;
    let mut note = Note::parse(&made.encode(), 100_000).unwrap();
    note.add_lines([NoteLine::with_key_hash(line.name().clone(), line.key_hash(), signature)]).unwrap();
    // The right line is still there; a wrong one beside it is refused all the same.
    let read = CheckpointNote::parse(&note.encode()).unwrap().verified_by(&verifier());
    assert_eq!(read, Err(CheckpointError::LineWrong { kind: LineKind::MlDsa44 }));
}

#[test]
fn checkpoint_of_another_log_is_refused() {
    let other =
        LogKey::new("relay.example/other".parse().unwrap(), OfficeKey::from_seeds(&[1; 32], &[2; 32]));
    let made = other.sign(&Checkpoint::new(other.origin().clone(), 1, TreeRoot::from_bytes([0; 32])), now());
    let read = CheckpointNote::parse(&made.unwrap().encode()).unwrap();
    assert!(matches!(read.verified_by(&verifier()), Err(CheckpointError::OtherLog { .. })));
    // The same name with other keys: its lines are simply not the log's.
    let stranger = LogKey::new(origin(), OfficeKey::from_seeds(&[3; 32], &[4; 32]));
    let made = stranger.sign(&Checkpoint::new(origin(), 1, TreeRoot::from_bytes([0; 32])), now()).unwrap();
    assert!(made.note().verified_by(&verifier()).is_err());
}

#[test]
fn lines_of_witnesses_are_kept_and_ignored() {
    let made = signed(7, 3);
    let mut note = made.note().note().clone();
    let name: KeyName = "witness.example/w1".parse().unwrap();
    note.cosign(&name, &SigningKey::from_seed(&[9; 32])).unwrap();
    let read = CheckpointNote::parse(&note.encode()).unwrap().verified_by(&verifier()).unwrap();
    assert_eq!(read.note().note().lines().len(), 3);
    assert_eq!(read.encode(), note.encode());
}

#[test]
fn only_the_three_lines_are_a_checkpoint() {
    let root = "A".repeat(43) + "=";
    let lines = {
        let (_, lines) = parts(&signed(7, 3));
        lines
    };
    for text in [
        format!("{}\n07\n{root}\n", origin()),
        format!("{}\n+7\n{root}\n", origin()),
        format!("{}\n7\n{root}\nextension\n", origin()),
        format!("{}\n7\n", origin()),
        format!("{}\n7\n{}\n", origin(), root.trim_end_matches('=')),
        format!("{}\n7\n{root}=\n", origin()),
        format!("\n7\n{root}\n"),
        format!("two words\n7\n{root}\n"),
        format!("{}\n18446744073709551616\n{root}\n", origin()),
    ] {
        assert_eq!(check(&text, &lines), Err(CheckpointError::Text), "{text:?}");
    }
}

#[test]
fn the_ml_dsa_line_is_a_cosignature_of_the_specification() {
    let made = signed(7, 3);
    let line = &made.note().note().lines()[1];
    let key = OfficeKey::from_seeds(&[1; 32], &[2; 32]).public();
    assert_eq!(line.key_hash(), key_hash(line.name(), &[6], key.ml_dsa()));
    // struct cosigned_message, field by field.
    let mut message = b"subtree/v1\n\0".to_vec();
    message.push(25);
    message.extend(b"relay.example/vault-log-1");
    message.extend(now().unix().to_be_bytes());
    message.push(25);
    message.extend(b"relay.example/vault-log-1");
    message.extend(0_u64.to_be_bytes());
    message.extend(7_u64.to_be_bytes());
    message.extend([3; 32]);
    let (seconds, signature) = line.signature().split_first_chunk::<8>().unwrap();
    assert_eq!(*seconds, now().unix().to_be_bytes());
    assert!(key.verify_bytes_ml_dsa(&message, signature).is_some());
}

#[test]
fn split_views_are_told_from_growth() {
    let memory = Memory::default();
    let mut log = grown(&memory, 5);
    let older = log.checkpoint().clone();
    let newer = log.append(5, &leaves(5..12), now()).unwrap().clone();
    let path = Tree::new(&memory, 12).consistency(5).unwrap();
    assert_eq!(judge_continuation(&older, &newer, &path), Ok(Continuation::Continues));
    assert!(judge_continuation(&older, &newer, &path[1..]).is_err());
    assert_eq!(judge_continuation(&older, &older, &[]), Ok(Continuation::Continues));
    let fork = signed(5, 9);
    assert_eq!(judge_continuation(&older, &fork, &[]), Ok(Continuation::Fork));
    assert!(judge_continuation(&fork, &newer, &path).is_err());
}
