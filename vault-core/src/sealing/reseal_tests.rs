//! Resealing, and every way in which a resealed item is not what it says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::sync::{Mutex, PoisonError};

use vault_keys::directory::{KeyState, StopAct, StopReason};
use vault_keys::numbers::Holder;
use vault_keys::opening::{Identity, Suite};

use super::*;
use crate::admission::{Arrival, Code, Reader, Remark};
use crate::item::{Label, OriginKind, Resealed};
use crate::opening::{AdmittedItem, OpenError, ResealedError, UnlockedItem};
use crate::scope::Ascending;
use crate::stream::{Progress, Work};
use crate::test_world::{SealedBytes, SeededRng, World, item_id, unit_no};

const TEXT: &[u8] = b"the text that was sealed first";

/// Unlocked by this member as a reader to whom it is new.
fn unlock(world: &World, header: &ItemHeader, number: u32) -> Result<UnlockedItem, OpenError> {
    let shelf = world.shelf();
    let identity = &world.member(number).opening;
    let keys = [identity.to_recipient().key_id()];
    let admitted = AdmittedItem::new(header.clone(), &shelf.published(), Reader::new(&keys), world.now())?;
    admitted.unlock(&[identity])
}

fn codes(refused: &OpenError) -> Vec<Code> {
    match refused {
        OpenError::Refused(refused) => refused.refusals.iter().map(|refusal| refusal.code).collect(),
        other => panic!("no refusal: {other:?}"),
    }
}

/// What p3 makes of an item by p1, spoilt by `change` as a changed client would.
fn reseal(
    world: &World,
    first: &SealedBytes,
    text: &[u8],
    change: impl FnOnce(&mut ReadyDraft),
) -> SealedBytes {
    let (shelf, member) = (world.shelf(), world.member(3));
    let old = unlock(world, &first.header, 3).unwrap();
    let mut ready = ReadyDraft::reseal(
        &old,
        &first.content,
        member.author(),
        &shelf.published(),
        item_id(900),
        world.now(),
    )
    .unwrap();
    change(&mut ready);
    let length = PlaintextLen::new(text.len() as u64).unwrap();
    let sealing = ready.begin(length, &member.signing, &mut SeededRng::new(900)).unwrap();
    let (content, progress) = (Mutex::new(Vec::new()), Progress::new());
    let work = Work::new(&progress);
    let sealed = if text == TEXT {
        sealing.seal(&old.plaintext(&first.content).unwrap(), &content, &work).unwrap()
    } else {
        sealing.seal(&text, &content, &work).unwrap()
    };
    let content = content.into_inner().unwrap_or_else(PoisonError::into_inner);
    SealedBytes { header: sealed.header, content, parts: sealed.parts }
}

fn prove(item: &UnlockedItem, content: &Vec<u8>) -> Result<(), OpenError> {
    item.prove_resealed(content, &Work::new(&Progress::new()))
}

/// The codes by which a reader refuses what p3 makes of it.
fn spoilt(change: impl FnOnce(&mut ReadyDraft)) -> Vec<Code> {
    let world = World::new();
    let first = world.seal(&world.draft(&[3, 4]), TEXT, 1);
    let resealed = reseal(&world, &first, TEXT, change);
    codes(&unlock(&world, &resealed.header, 3).unwrap_err())
}

#[test]
fn a_resealed_item_is_the_first_under_a_new_key() {
    let world = World::new();
    let first = world.seal(&world.draft(&[3, 4]), TEXT, 1);
    let resealed = reseal(&world, &first, TEXT, |_| {});
    let (old, new) =
        (unlock(&world, &first.header, 3).unwrap(), unlock(&world, &resealed.header, 3).unwrap());
    prove(&new, &resealed.content).unwrap();
    assert_ne!(new.file_key().expose(), old.file_key().expose());
    let (before, after): (&Label, &Label) = (old.label(), new.label());
    assert_eq!(after.origin.kind, OriginKind::Resealed);
    assert_eq!((after.level, &after.term, &after.scope), (before.level, &before.term, &before.scope));
    assert_eq!(after.copies.len(), 1, "p4 keeps what he has, and gets none of this");
    assert_eq!(new.manifest().title, old.manifest().title);
    let (mut plain, progress) = (Vec::new(), Progress::new());
    new.open_payload_to(&resealed.content, &mut plain, &Work::new(&progress)).unwrap();
    assert_eq!(plain, TEXT);
    // Whoever held the first and has no copy of this opens nothing of it.
    assert_eq!(codes(&unlock(&world, &resealed.header, 4).unwrap_err()), [Code::ReaderNotListed]);
}

#[test]
fn what_was_resealed_is_resealed_again() {
    let world = World::new();
    let first = world.seal(&world.draft(&[3]), TEXT, 1);
    let second = reseal(&world, &first, TEXT, |_| {});
    let (shelf, member) = (world.shelf(), world.member(3));
    let old = unlock(&world, &second.header, 3).unwrap();
    let ready = ReadyDraft::reseal(
        &old,
        &second.content,
        member.author(),
        &shelf.published(),
        item_id(901),
        world.now(),
    );
    let sealing =
        ready.unwrap().begin(old.plaintext_len(), &member.signing, &mut SeededRng::new(901)).unwrap();
    let (content, progress) = (Mutex::new(Vec::new()), Progress::new());
    let sealed =
        sealing.seal(&old.plaintext(&second.content).unwrap(), &content, &Work::new(&progress)).unwrap();
    let third = unlock(&world, &sealed.header, 3).unwrap();
    prove(&third, &content.into_inner().unwrap()).unwrap();
    assert_eq!(sealed.header.notes().len(), 1, "the very first label");
    assert_eq!(third.label().origin.parents[0].label, first.header.label_hash());
}

#[test]
fn a_payload_of_many_chunks_is_resealed() {
    let world = World::new();
    let text: Vec<u8> = (0..200_000_u32).map(|byte| (byte % 251) as u8).collect();
    let first = world.seal(&world.draft(&[3]), &text, 1);
    let old = unlock(&world, &first.header, 3).unwrap();
    let member = world.member(3);
    let shelf = world.shelf();
    let ready = ReadyDraft::reseal(
        &old,
        &first.content,
        member.author(),
        &shelf.published(),
        item_id(902),
        world.now(),
    );
    let sealing =
        ready.unwrap().begin(old.plaintext_len(), &member.signing, &mut SeededRng::new(902)).unwrap();
    let (content, progress) = (Mutex::new(Vec::new()), Progress::new());
    let sealed =
        sealing.seal(&old.plaintext(&first.content).unwrap(), &content, &Work::new(&progress)).unwrap();
    let (new, content) = (unlock(&world, &sealed.header, 3).unwrap(), content.into_inner().unwrap());
    prove(&new, &content).unwrap();
    let mut plain = Vec::new();
    new.open_payload_to(&content, &mut plain, &Work::new(&progress)).unwrap();
    assert_eq!(plain, text);
}

#[test]
fn a_clerk_reseals_for_his_unit() {
    let mut world = World::new();
    let alone = resealed_by_clerk(&world);
    assert_eq!(alone, [world.member(4).holder()], "nobody else is clerk");
    let clerks = vec![world.member(3).person, world.member(4).person];
    world.change(|_, units| units[1].clerks = clerks);
    assert_eq!(resealed_by_clerk(&world), [world.member(4).holder(), Holder::Unit(unit_no(2))]);
}

/// The holders of copies of what p4 makes of an item for his unit.
fn resealed_by_clerk(world: &World) -> Vec<Holder> {
    let mut draft = world.draft(&[]);
    draft.scope = Ascending::of([Holder::Unit(unit_no(2))]);
    draft.copies = vec![Holder::Unit(unit_no(2))];
    let first = world.seal(&draft, TEXT, 1);
    let (shelf, member) = (world.shelf(), world.member(4));
    let old = unlock(world, &first.header, 4).unwrap();
    let ready = ReadyDraft::reseal(
        &old,
        &first.content,
        member.author(),
        &shelf.published(),
        item_id(903),
        world.now(),
    )
    .unwrap();
    ready.label().copies.iter().map(|copy| copy.holder).collect()
}

#[test]
fn reseal_with_a_wider_scope() {
    let p2 = World::new().member(2).holder();
    let wider = |ready: &mut ReadyDraft| {
        let scope: Vec<Holder> = ready.label.scope.iter().copied().chain([p2]).collect();
        ready.label.scope = Ascending::of(scope);
    };
    assert_eq!(spoilt(wider), [Code::ResealedDiffers]);
}

#[test]
fn reseal_one_level_lower() {
    let lower = |ready: &mut ReadyDraft| {
        ready.label.level = crate::level::Level::Unclassified;
        ready.label.mark = String::new();
        ready.label.term = crate::term::Term::None;
    };
    let differs = Code::ResealedDiffers;
    assert_eq!(spoilt(lower), [Code::LevelNotSendable, differs, differs, differs], "level, mark, term");
}

#[test]
fn reseal_for_someone_who_did_not_hold_it() {
    let world = World::new();
    let p2 = world.member(2);
    let more = |ready: &mut ReadyDraft| {
        ready.label.copies.push(crate::item::NumberedCopy { no: 1, holder: p2.holder() });
        ready.wraps.push(crate::item::build::Wrap {
            recipient: p2.opening.to_recipient(),
            holder: p2.holder(),
            right: crate::item::Right::Copy(1),
        });
    };
    assert_eq!(spoilt(more), [Code::OutsideScope, Code::ResealedHolder]);
}

#[test]
fn reseal_without_the_first_label() {
    assert_eq!(spoilt(|ready| ready.notes.clear()), [Code::ResealedLabel]);
}

#[test]
fn reseal_of_a_label_that_nobody_signed() {
    let world = World::new();
    let first = world.seal(&world.draft(&[3, 4]), TEXT, 1);
    let resealed = reseal(&world, &first, TEXT, |ready| {
        // p3 puts the very text under his own key: the hash is the same, the signature is not p1's.
        let label = first.header.label().value().clone();
        let name = KeyName::person(&label.org, world.member(1).person);
        let forged = vault_keys::note::Signed::sign(label, &name, &world.member(3).signing).unwrap();
        ready.notes = vec![forged.note().clone()];
    });
    assert_eq!(codes(&unlock(&world, &resealed.header, 3).unwrap_err()), [Code::ResealedLabel]);
}

#[test]
fn reseal_with_another_plaintext() {
    let world = World::new();
    let first = world.seal(&world.draft(&[3, 4]), TEXT, 1);
    let other = b"another text, of the same length";
    let other = &other[..TEXT.len()];
    let resealed = reseal(&world, &first, other, |_| {});
    let item = unlock(&world, &resealed.header, 3).unwrap();
    let refused = prove(&item, &resealed.content);
    assert!(matches!(refused, Err(OpenError::Resealed(ResealedError::OtherContent))), "{refused:?}");
}

#[test]
fn reseal_with_another_file_key_in_the_manifest() {
    let world = World::new();
    let first = world.seal(&world.draft(&[3, 4]), TEXT, 1);
    let resealed = reseal(&world, &first, TEXT, |ready| {
        let nonce = ready.manifest.resealed.as_ref().unwrap().nonce;
        let file_key = vault_keys::bytes::Bytes([7; 16]);
        ready.manifest.resealed = Some(Resealed { file_key, nonce });
    });
    let item = unlock(&world, &resealed.header, 3).unwrap();
    let refused = prove(&item, &resealed.content);
    assert!(matches!(refused, Err(OpenError::Resealed(ResealedError::OtherKey))), "{refused:?}");
}

#[test]
fn reseal_without_the_old_keys() {
    let world = World::new();
    let first = world.seal(&world.draft(&[3, 4]), TEXT, 1);
    let resealed = reseal(&world, &first, TEXT, |ready| ready.manifest.resealed = None);
    let refused = unlock(&world, &resealed.header, 3);
    assert!(matches!(refused, Err(OpenError::Resealed(ResealedError::Manifest))), "{refused:?}");
}

#[test]
fn the_first_senders_key_may_have_been_stopped_since() {
    let mut world = World::new();
    let first = world.seal(&world.draft(&[3, 4]), TEXT, 1);
    let resealed = reseal(&world, &first, TEXT, |_| {});
    let key = world.member(1).signing.key_id();
    world.stop(vec![StopAct::revoke_key(world.member(1).person, key, StopReason::Stolen)], Some(50));
    let item = unlock(&world, &resealed.header, 3).unwrap();
    assert_eq!(item.remarks(), [Remark::SenderKeyStoppedSince]);
    prove(&item, &resealed.content).unwrap();
}

#[test]
fn the_stolen_key_opens_nothing_that_was_resealed() {
    let mut world = World::new();
    let first = world.seal(&world.draft(&[3, 4]), TEXT, 1);
    let old = world.member(3).opening.to_text();
    let stolen: Identity = old.parse().unwrap();
    let before = unlock(&world, &first.header, 3).unwrap();
    drop(world.replace_opening(3, Suite::Hybrid, KeyState::Stopped, 33));
    let (shelf, member) = (world.shelf(), world.member(3));
    let ready = ReadyDraft::reseal(
        &before,
        &first.content,
        member.author(),
        &shelf.published(),
        item_id(904),
        world.now(),
    );
    let sealing = ready.unwrap().begin(before.plaintext_len(), &member.signing, &mut SeededRng::new(904));
    let (content, progress) = (Mutex::new(Vec::new()), Progress::new());
    let plaintext = before.plaintext(&first.content).unwrap();
    let sealed = sealing.unwrap().seal(&plaintext, &content, &Work::new(&progress)).unwrap();
    assert!(sealed.header.recipients().iter().all(|stanza| stolen.unwrap(stanza).unwrap().is_none()));
    let reader = Reader { arrival: Arrival::Before, ..Reader::default() };
    drop(AdmittedItem::new(sealed.header.clone(), &shelf.published(), reader, world.now()).unwrap());
    drop(unlock(&world, &sealed.header, 3).unwrap());
}
