//! Making leaves: what the relay writes down, ready to be queued (docs/register.md, "Leaf").

use rand_core::TryRng as _;
use vault_core::item::LabelHash;
use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::{Leaf, LeafHash, LeafHead};
use vault_keys::note::Note;
use vault_keys::time::Time;

use super::context::Context;
use super::failure::Failure;
use super::force::Force;
use crate::store::{NewLeaf, Transaction};

/// The leaves of one item, each naming the one before, queued as they are made.
pub(crate) struct Chain<'a> {
    context: &'a Context,
    force: &'a Force,
    last: Option<LeafHash>,
    restates: Option<LeafHash>,
}

impl<'a> Chain<'a> {
    /// Goes on behind `last`, or begins with `None`.
    pub(crate) fn new(context: &'a Context, force: &'a Force, last: Option<LeafHash>) -> Self {
        Self { context, force, last, restates: None }
    }

    /// The same, whose next note stood in a leaf of an ended log, if it did.
    pub(crate) fn restating(self, restates: Option<LeafHash>) -> Self {
        Self { restates, ..self }
    }

    /// Queues the relay's own event; answers its index in the register.
    pub(crate) fn event(&mut self, transaction: &mut dyn Transaction, event: &Event) -> Result<u64, Failure> {
        let leaf = of_event(self.context, self.force, event, self.last)?;
        self.last = Some(leaf.hash);
        Ok(transaction.queue_leaf(&leaf)?)
    }

    /// Queues a signed note about the item and, if it is about one, its copy.
    pub(crate) fn note(
        &mut self,
        transaction: &mut dyn Transaction,
        note: &Note,
        about: (LabelHash, Option<u32>),
        now: Time,
    ) -> Result<u64, Failure> {
        let mut head = head(self.context, self.force, now, self.last)?;
        head.restates = self.restates.take();
        let leaf = Leaf::of_note(&head, note).map_err(|_| Failure::Ours("a checked note is no leaf"))?;
        self.last = Some(leaf.hash());
        let (label, copy) = about;
        Ok(transaction.queue_leaf(&NewLeaf {
            hash: leaf.hash(),
            leaf: leaf.bytes().to_vec(),
            label: Some(label),
            copy,
            note: Some(note.hash()),
        })?)
    }

    /// The leaf it ends with.
    pub(crate) fn last(&self) -> Result<LeafHash, Failure> {
        self.last.ok_or(Failure::Ours("a chain of leaves without a leaf"))
    }
}

/// A leaf with the relay's own event.
pub(crate) fn of_event(
    context: &Context,
    force: &Force,
    event: &Event,
    previous: Option<LeafHash>,
) -> Result<NewLeaf, Failure> {
    let head = head(context, force, event.time, previous)?;
    let leaf = Leaf::of_event(&head, event).map_err(|_| Failure::Ours("an event of ours is no leaf"))?;
    Ok(NewLeaf {
        hash: leaf.hash(),
        leaf: leaf.bytes().to_vec(),
        // A refusal is not part of its item's story: who is refused may be a stranger to it.
        label: event.label.filter(|_| event.kind != EventKind::Refused),
        copy: event.copy,
        note: None,
    })
}

/// A leaf with a signed note that belongs to no one item: a request for leave, or a decision on one.
pub(crate) fn of_request(
    context: &Context,
    force: &Force,
    note: &Note,
    now: Time,
) -> Result<NewLeaf, Failure> {
    let head = head(context, force, now, None)?;
    let leaf = Leaf::of_note(&head, note).map_err(|_| Failure::Ours("a checked note is no leaf"))?;
    Ok(NewLeaf { hash: leaf.hash(), leaf: leaf.bytes().to_vec(), label: None, copy: None, note: None })
}

fn head(
    context: &Context,
    force: &Force,
    now: Time,
    previous: Option<LeafHash>,
) -> Result<LeafHead, Failure> {
    let salt = salt().map_err(|_| Failure::Ours("the system gives no random bytes"))?;
    Ok(LeafHead::new(force.org(), now, previous, context.name.clone(), salt))
}

/// Random bytes that keep a leaf's hash from giving its text away.
pub(crate) fn salt() -> Result<[u8; 16], getrandom::Error> {
    let mut salt = [0; 16];
    getrandom::SysRng.try_fill_bytes(&mut salt)?;
    Ok(salt)
}
