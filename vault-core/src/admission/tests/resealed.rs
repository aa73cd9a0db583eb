//! Resealed items: what was decided on the first label, and what was never decided on at all.

use vault_keys::note::KeyName;

use super::*;
use crate::item::{Approval, ApprovalKind, Origin, OriginKind, Parent, Right};
use crate::scope::Ascending;
use crate::test_world::item_id;

/// A 机密 draft by p1 to p3.
fn secret(world: &World) -> Draft {
    let mut draft = world.draft(&[3]);
    draft.mark = "机密★10年".to_owned();
    draft.term = None;
    draft.asked = vec![
        ("review".parse().unwrap(), Ascending::of([world.member(8).person])),
        ("approval".parse().unwrap(), Ascending::of([world.member(9).person])),
    ];
    draft
}

/// A label that asks nobody, as p1's changed client would sign it.
fn undecided(label: &mut Label) {
    label.deciders = Vec::new();
    label.approval = Approval { kind: ApprovalKind::None, request: None };
    label.decide_by = None;
}

/// What p1 makes of a label of his own and says was resealed, to himself and p3.
fn resealed(world: &World, draft: &Draft, before: &[&ItemHeader], seed: u64) -> ItemHeader {
    let first = before.last().unwrap();
    let label = Label {
        item: item_id(seed),
        origin: Origin {
            kind: OriginKind::Resealed,
            parents: vec![Parent { item: first.label().value().item, label: first.label_hash() }],
            reason: "compromise".parse().ok(),
        },
        ..first.label().value().clone()
    };
    let (mut label, ready) = (label, world.ready(draft, LENGTH, 1).unwrap());
    undecided(&mut label);
    let wrap = |(no, number): (u32, u32)| Wrap {
        recipient: world.member(number).opening.to_recipient(),
        holder: world.member(number).holder(),
        right: Right::Copy(no),
    };
    let wraps: Vec<Wrap> = [(0, 1), (1, 3)].into_iter().map(wrap).collect();
    let notes = before.iter().map(|item| item.label().note().clone()).collect();
    let name = KeyName::person(&label.org, label.sender.person);
    let writer = Writer { name: &name, key: &world.member(1).signing };
    let plaintext = PlaintextLen::new(LENGTH).unwrap();
    let rng = &mut SeededRng::new(seed);
    let plan = Plan::new(label, ready.manifest(), &wraps, notes, plaintext, writer, rng).unwrap();
    plan.finish(ContentHash::from_bytes([1; 32]), writer).unwrap()
}

#[test]
fn resealed_from_a_label_that_asked_nobody() {
    let world = World::with_deciders();
    let (first, _) = item_of(&world, &secret(&world), |label, _| undecided(label));
    assert!(relay_codes(&world, &first).contains(&Code::DecidersDiffer), "by itself it goes nowhere");
    let second = resealed(&world, &secret(&world), &[&first], 901);
    assert_eq!(relay_codes(&world, &second), [Code::DecidersDiffer]);
    assert_eq!(reader_codes(&world, &second), [Code::DecidersDiffer]);
    // Nor by way of another that says it was resealed.
    let third = resealed(&world, &secret(&world), &[&first, &second], 902);
    assert_eq!(relay_codes(&world, &third), [Code::ResealedLabel]);
    assert_eq!(reader_codes(&world, &third), [Code::ResealedLabel]);
}

#[test]
fn resealed_while_nobody_has_decided() {
    let world = World::with_deciders();
    let (first, _) = item_of(&world, &secret(&world), |_, _| {});
    let second = resealed(&world, &secret(&world), &[&first], 901);
    assert_eq!(reader_codes(&world, &second), [Code::DecisionMissing]);
    assert_eq!(relay_codes(&world, &second), [Code::DecisionMissing]);
}

#[test]
fn resealed_from_what_was_resealed() {
    // Nobody can prove that what stands between has the first one's content: it could be anything, under decisions on
    // something else.
    let world = World::new();
    let (first, _) = item_of(&world, &world.draft(&[3]), |_, _| {});
    let second = resealed(&world, &world.draft(&[3]), &[&first], 901);
    assert_eq!(relay_codes(&world, &second), []);
    let third = resealed(&world, &world.draft(&[3]), &[&first, &second], 902);
    assert_eq!(relay_codes(&world, &third), [Code::ResealedLabel]);
    assert_eq!(reader_codes(&world, &third), [Code::ResealedLabel]);
}

#[test]
fn resealed_from_a_label_under_an_approval_that_nobody_gave() {
    let mut world = World::with_deciders();
    let mut policy = crate::policy::Policy::standard(world.directory().org());
    policy.number = 2;
    world.change_policy(policy);
    let mut draft = world.draft(&[3]);
    draft.asked = vec![("approval".parse().unwrap(), Ascending::of([world.member(9).person]))];
    let (first, _) = item_of(&world, &draft, |label, _| {
        undecided(label);
        let request = vault_keys::digest::NoteHash::from_bytes([7; 32]);
        label.approval = Approval { kind: ApprovalKind::Standing, request: Some(request) };
    });
    let second = resealed(&world, &draft, &[&first], 901);
    assert_eq!(relay_codes(&world, &second), [Code::LeaveMissing]);
    assert_eq!(reader_codes(&world, &second), [Code::LeaveMissing]);
}

#[test]
fn resealed_from_a_label_derived_from_nothing_at_hand() {
    let world = World::new();
    let (first, _) = item_of(&world, &world.draft(&[3]), |label, _| {
        label.origin = Origin {
            kind: OriginKind::Derived,
            parents: vec![Parent { item: item_id(5), label: crate::item::LabelHash::from_bytes([5; 32]) }],
            reason: "summary".parse().ok(),
        };
    });
    let second = resealed(&world, &world.draft(&[3]), &[&first], 901);
    assert_eq!(relay_codes(&world, &second), [Code::ParentMissing]);
    assert_eq!(reader_codes(&world, &second), [Code::ParentMissing]);
}
