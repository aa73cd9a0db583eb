//! Signatures of keys that were revoked since: before, after, and without position in the register.

use vault_keys::directory::{KeyState, Place, StopAct, StopReason};
use vault_keys::key_id::KeyKind;

use super::*;
use crate::admission::{Arrival, Positions, Remark};

/// Where the stop list stands.
const STOP_AT: u64 = 50;

/// p1's signing key, revoked by a stop list whose leaf stands at [`STOP_AT`], or at a place not known.
fn revoked(at: Option<u64>) -> (World, ItemHeader) {
    let mut world = World::new();
    let (item, _) = item(&world, |_, _| {});
    let key = world.member(1).signing.key_id();
    world.stop(vec![StopAct::revoke_key(world.member(1).person, key, StopReason::Stolen)], at);
    (world, item)
}

fn read(world: &World, item: &ItemHeader, signed: Positions<'_>, arrival: Arrival) -> Decision {
    let side = Side::Reader(Reader { signed, arrival, ..Reader::default() });
    judge(world, Subject::Sealed(item), side, world.now())
}

/// An item whose label and access note stand at these places, as one that comes now.
fn at(world: &World, item: &ItemHeader, label: Option<u64>, access: Option<u64>) -> Vec<(Code, String)> {
    let (label, access) = (label.map(|at| world.place(at)), access.map(|at| world.place(at)));
    let signed = Positions { label: label.as_ref(), access: access.as_ref() };
    let decision = read(world, item, signed, Arrival::Now);
    assert_eq!(decision.remarks(), []);
    decision.refusals().iter().map(|refusal| (refusal.code, refusal.about.clone())).collect()
}

fn about(code: Code, texts: &[&str]) -> Vec<(Code, String)> {
    texts.iter().map(|text| (code, (*text).to_owned())).collect()
}

#[test]
fn old_item_whose_signer_was_revoked_after() {
    let (world, item) = revoked(Some(STOP_AT));
    assert_eq!(at(&world, &item, Some(48), Some(49)), []);
}

#[test]
fn old_item_whose_signer_was_revoked_before() {
    let (world, item) = revoked(Some(STOP_AT));
    assert_eq!(at(&world, &item, Some(50), Some(51)), about(Code::SignerRevoked, &["label", "access"]));
    // A thief who holds an old label may write a new access note for it, and no old one.
    assert_eq!(at(&world, &item, Some(48), Some(51)), about(Code::SignerRevoked, &["access"]));
    // What was accepted here before is no better for it.
    let place = world.place(50);
    let signed = Positions { label: Some(&place), access: Some(&place) };
    assert_eq!(codes(&read(&world, &item, signed, Arrival::Before)), [Code::SignerRevoked]);
}

#[test]
fn old_item_whose_signer_was_revoked_without_position() {
    let (world, item) = revoked(Some(STOP_AT));
    assert_eq!(at(&world, &item, None, None), about(Code::SignerUnproven, &["label", "access"]));
    assert_eq!(at(&world, &item, Some(48), None), about(Code::SignerUnproven, &["access"]));
    // Nor does anything order two registers, or a stop list whose leaf nobody knows.
    let elsewhere = Place { origin: "other.example/register".parse().unwrap(), index: 1 };
    let signed = Positions { label: Some(&elsewhere), access: Some(&elsewhere) };
    assert_eq!(codes(&read(&world, &item, signed, Arrival::Now)), [Code::SignerUnproven]);
    let (unplaced, same) = revoked(None);
    assert_eq!(at(&unplaced, &same, Some(48), Some(49)), about(Code::SignerUnproven, &["label", "access"]));
    // In the reader's own store it stays readable, and he is told.
    let kept = read(&world, &item, Positions::default(), Arrival::Before);
    assert_eq!(codes(&kept), []);
    assert_eq!(kept.remarks(), [Remark::SenderKeyStoppedSince, Remark::WriterKeyStoppedSince]);
    // The access note that was accepted before is known; the label comes again without proof.
    let known = Reader { known: Some(item.access()), ..Reader::default() };
    let again = judge(&world, Subject::Sealed(&item), Side::Reader(known), world.now());
    assert_eq!(again.refusals(), [crate::admission::Refusal::new(Code::SignerUnproven, "label")]);
    assert_eq!(again.remarks(), [Remark::WriterKeyStoppedSince]);
}

#[test]
fn a_stopped_key_without_a_stop_list_at_hand_proves_nothing() {
    let mut world = World::new();
    let (item, _) = item(&world, |_, _| {});
    let now = world.now();
    world.change(|persons, _| {
        for key in persons[0].keys.iter_mut().filter(|key| key.kind == KeyKind::Sign) {
            key.state = KeyState::Stopped;
            key.to = Some(now);
        }
    });
    assert_eq!(at(&world, &item, Some(1), Some(2)), about(Code::SignerUnproven, &["label", "access"]));
}

#[test]
fn the_relay_judges_by_what_is_in_force_now() {
    let (world, item) = revoked(Some(STOP_AT));
    assert_eq!(relay_codes(&world, &item), [Code::SenderKey, Code::AccessSignature]);
    // So does whoever seals: the stop list stands over the very directory that the label would name.
    assert_eq!(draft_codes(&world, &world.draft(&[3])), [Code::SenderKey]);
}

#[test]
fn a_suspended_sender_still_counts_for_what_he_sealed() {
    let mut world = World::new();
    let (item, _) = item(&world, |_, _| {});
    world.stop(vec![StopAct::suspend(world.member(1).person, StopReason::Inquiry)], Some(STOP_AT));
    assert_eq!(at(&world, &item, None, None), []);
    assert_eq!(relay_codes(&world, &item), [Code::PersonNotActive]);
}
