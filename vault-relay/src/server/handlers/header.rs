//! `header`: shows one item's header to a party, and enters that it was shown.
//!
//! One leaf for each person, station and access note: showing the same again tells nothing new.

use std::sync::Arc;

use vault_core::item::{AccessHash, LabelHash};
use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::Leaf;
use vault_core::transfer::item::Viewer;

use super::super::context::{Caller, Context};
use super::super::entry;
use super::super::failure::Failure;
use super::super::force::Force;
use super::super::reply::Reply;
use super::Frames;
use super::party::{self, Party};
use crate::proto::message::{Header, ItemRequest};
use crate::store::{StoreError, Transaction};

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let request: ItemRequest = frames.message().await?;
    frames.end().await?;
    let label = LabelHash::from_bytes(*request.label);
    let ctx = Arc::clone(context);
    let shown = context.write(move |transaction| {
        let (force, now) = (ctx.judging(transaction, caller)?, ctx.now());
        let mut party = party::find(transaction, &force, caller, label, now)?;
        party.sees_header(now)?;
        party.is_cleared(&force, caller)?;
        let passed = party.reads_by().filter(|copy| copy.hop > 0).cloned();
        let (header, access) = match &passed {
            Some(copy) => (transaction.passed_header(label, copy.copy, copy.hop)?, copy.consignment.access()),
            None => (transaction.header(label)?, party.item.access),
        };
        let header = header.ok_or(StoreError::Damaged { what: "header" })?;
        let mut indices: Vec<u64> = party.leaves.iter().map(|leaf| leaf.index).collect();
        if !was_shown(&party, &force, caller, access) {
            let copy = match party.viewer {
                Viewer::Sender => Some(0),
                _ => party.reads_by().map(|copy| copy.copy),
            };
            let event = Event {
                item: Some(party.item.item),
                label: Some(label),
                access: Some(access),
                copy: party.leaf_copy(copy),
                person: Some(caller.person),
                station: Some(caller.station),
                ..Event::of_relay(force.org(), EventKind::Shown, now)
            };
            indices.push(enter(&ctx, &force, transaction, &mut party, &event)?);
        }
        Ok((header, access, indices))
    });
    let (header, access, indices) = shown.await?;
    // The leaf stands before the header leaves.
    context.register.flush().await?;
    let leaves = u32::try_from(indices.len()).map_err(|_| Failure::Ours("more leaves than u32"))?;
    reply.accept_with(&Header { header: header.into(), access: (*access.as_bytes()).into(), leaves }).await?;
    party::send_evidence(context, reply, &indices).await
}

fn enter(
    context: &Context,
    force: &Force,
    transaction: &mut dyn Transaction,
    party: &mut Party,
    event: &Event,
) -> Result<u64, Failure> {
    let leaf = entry::of_event(context, force, event, Some(party.item.last_leaf))?;
    let index = transaction.queue_leaf(&leaf)?;
    party.item.last_leaf = leaf.hash;
    transaction.update_item(&party.item)?;
    Ok(index)
}

fn was_shown(party: &Party, force: &Force, caller: Caller, access: AccessHash) -> bool {
    party.leaves.iter().filter_map(|leaf| Leaf::parse(&leaf.leaf.leaf, force.org()).ok()).any(|leaf| {
        leaf.event().is_some_and(|event| {
            event.kind == EventKind::Shown
                && event.person == Some(caller.person)
                && event.station == Some(caller.station)
                && event.access == Some(access)
        })
    })
}
