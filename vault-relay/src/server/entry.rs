//! Making leaves: what the relay writes down, ready to be queued (docs/register.md, "Leaf").

use rand_core::TryRng as _;
use vault_core::item::LabelHash;
use vault_core::register::event::Event;
use vault_core::register::leaf::{Leaf, LeafHash, LeafHead};
use vault_keys::note::Note;
use vault_keys::time::Time;

use super::context::Context;
use super::failure::Failure;
use super::force::InForce;
use crate::store::NewLeaf;

/// A leaf with the relay's own event.
pub(crate) fn of_event(
    context: &Context,
    force: &InForce,
    event: &Event,
    previous: Option<LeafHash>,
) -> Result<NewLeaf, Failure> {
    let head = head(context, force, event.time, previous)?;
    let leaf = Leaf::of_event(&head, event).map_err(|_| Failure::Ours("an event of ours is no leaf"))?;
    Ok(NewLeaf {
        hash: leaf.hash(),
        leaf: leaf.bytes().to_vec(),
        label: event.label,
        copy: event.copy,
        note: None,
    })
}

/// A leaf with a signed note about an item.
pub(crate) fn of_note(
    context: &Context,
    force: &InForce,
    note: &Note,
    about: (LabelHash, Option<u32>),
    previous: Option<LeafHash>,
    now: Time,
) -> Result<NewLeaf, Failure> {
    let head = head(context, force, now, previous)?;
    let leaf = Leaf::of_note(&head, note).map_err(|_| Failure::Ours("a checked note is no leaf"))?;
    let (label, copy) = about;
    Ok(NewLeaf {
        hash: leaf.hash(),
        leaf: leaf.bytes().to_vec(),
        label: Some(label),
        copy,
        note: Some(note.hash()),
    })
}

fn head(
    context: &Context,
    force: &InForce,
    now: Time,
    previous: Option<LeafHash>,
) -> Result<LeafHead, Failure> {
    let mut salt = [0; 16];
    getrandom::SysRng
        .try_fill_bytes(&mut salt)
        .map_err(|_| Failure::Ours("the system gives no random bytes"))?;
    Ok(LeafHead::new(force.org(), now, previous, context.name.clone(), salt))
}
