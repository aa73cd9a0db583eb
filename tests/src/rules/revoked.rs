//! What a signature of a stopped key is still worth, and what a resealed item may not change.

use vault_core::admission::{Code, Positions, Reader, Side, Subject};
use vault_core::item::build::Wrap;
use vault_core::item::{Copying, Label, NumberedCopy, Right};
use vault_core::opening::AdmittedItem;
use vault_core::sealing::ReadyDraft;
use vault_core::test_world::{World, item_id};
use vault_keys::directory::{StopAct, StopReason};
use vault_keys::note::Note;

use super::lazy::plain;
use super::world::{at_reader, codes, judge, made, wrap, written};
use super::{Case, Judge, Which};

/// p1's key was stopped at leaf 50; the item's notes stand at `leaf`, or at no place that is known.
fn stopped(leaf: Option<u64>) -> Judge {
    let mut world = plain();
    let made = made(&world, |_, _| {});
    let (sender, key) = (world.member(1).person, world.member(1).signing.key_id());
    world.stop(vec![StopAct::revoke_key(sender, key, StopReason::Stolen)], Some(50));
    Box::new(move || {
        let place = leaf.map(|leaf| world.place(leaf));
        let signed = Positions { label: place.as_ref(), access: place.as_ref() };
        let side = Side::Reader(Reader { signed, ..Reader::default() });
        codes(&judge(&world, Subject::Sealed(&made.item), side))
    })
}

/// What p3 reseals of an item by p1 of which he holds copy 1, changed as a changed client would, and its notes.
fn resealed(
    which: Which,
    change: impl FnOnce(&World, &mut Label, &mut Vec<Wrap>),
    notes: impl FnOnce(&Note) -> Vec<Note>,
) -> Judge {
    let world = plain();
    let first = world.seal(&world.draft(&[3, 4]), b"the text that was sealed first", 1);
    let label = first.header.label().note().clone();
    let ready = {
        let (shelf, member) = (world.shelf(), world.member(3));
        let (published, now) = (shelf.published(), world.now());
        let keys = [member.opening.to_recipient().key_id()];
        let admitted = AdmittedItem::new(first.header, &published, Reader::new(&keys), now);
        let old = admitted.expect("p3 holds it").unlock(&[&member.opening]).expect("he opens it");
        let ready = ReadyDraft::reseal(&old, &first.content, member.author(), &published, item_id(2), now);
        ready.expect("it can be resealed")
    };
    let (right, notes) = (vec![label.clone()], notes(&label));
    let made = written(world.member(3), &ready, which.of(notes, right), |label, wraps| {
        if which.is_refused() {
            change(&world, label, wraps);
        }
    });
    at_reader(world, made.expect("it parses").item)
}

pub(super) const CASES: &[Case] = &[
    Case::tool("signed-after-the-key-was-stopped", &[40, 108], Code::SignerRevoked, |which| {
        stopped(Some(which.of(51, 49)))
    }),
    Case::tool("stopped-key-and-nothing-to-prove-when", &[40, 108], Code::SignerUnproven, |which| {
        stopped(which.of(None, Some(49)))
    }),
    Case::tool("resealed-with-other-copying", &[37, 29], Code::ResealedDiffers, |which| {
        resealed(which, |_, label, _| label.copying = Copying::Allowed, |label| vec![label.clone()])
    }),
    Case::tool("resealed-for-somebody-who-did-not-hold-it", &[45, 37], Code::ResealedHolder, |which| {
        let more = |world: &World, label: &mut Label, wraps: &mut Vec<Wrap>| {
            let new = world.member(2);
            label.copies.push(NumberedCopy { no: 1, holder: new.holder() });
            wraps.push(wrap(new, Right::Copy(1)));
        };
        resealed(which, more, |label| vec![label.clone()])
    })
    .with(&[Code::OutsideScope]),
    Case::tool("resealed-without-the-first-label", &[37, 26], Code::ResealedLabel, |which| {
        resealed(which, |_, _, _| {}, |_| Vec::new())
    }),
];
