//! `receipt` 签收: signed after the bytes were verified and stored. It settles the copy; when every copy has ended,
//! the payload goes.

use std::sync::Arc;

use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::LeafHash;
use vault_core::transfer::copy::Step;
use vault_core::transfer::item::TransfersRunning;
use vault_keys::time::Time;

use super::super::context::{Caller, Context};
use super::super::failure::Failure;
use super::super::force::Force;
use super::super::reply::Reply;
use super::super::{entry, upkeep};
use super::demand::{own_copy, refused};
use super::statement::Statement;
use super::{Frames, party, statement};
use crate::proto::codes::RelayCode;
use crate::proto::message::Done;
use crate::store::{ItemRecord, Transaction};

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let note = statement::read(frames).await?;
    let ctx = Arc::clone(context);
    let index = context.write(move |transaction| receive_in(&ctx, transaction, caller, &note)).await?;
    context.register.flush().await?;
    upkeep::remove_parts(context).await?;
    reply.accept_with(&Done { leaves: 1 }).await?;
    party::send_evidence(context, reply, &[index]).await
}

fn receive_in(
    context: &Context,
    transaction: &mut dyn Transaction,
    caller: Caller,
    note: &[u8],
) -> Result<u64, Failure> {
    let (force, now) = (context.judging(transaction, caller)?, context.now());
    let receipt = statement::verify(note, &[EventKind::Received], &force, caller)?;
    enter(context, transaction, (&force, caller), &receipt, now)
}

/// Enters a receipt whose signature was verified, and settles its copy.
pub(super) fn enter(
    context: &Context,
    transaction: &mut dyn Transaction,
    (force, caller): (&Force, Caller),
    receipt: &Statement,
    now: Time,
) -> Result<u64, Failure> {
    let party = party::find(transaction, force, caller, receipt.label, now)?;
    receipt.names(&party)?;
    if let Some(known) = transaction.leaf_of_note(receipt.label, receipt.signed.hash())? {
        return Ok(known.index);
    }
    receipt.is_of_now(now)?;
    let event = receipt.event();
    let mut copy = own_copy(&party, event.copy)?;
    let demand = event.refers.ok_or(Failure::Ours("a receipt without demand was read"))?;
    let access = event.access.ok_or(Failure::Ours("a receipt without access note was read"))?;
    receipt.answers_own_demand(&copy, demand, caller)?;
    match copy.consignment.receive(demand, access).map_err(|refusal| refused(&refusal))? {
        Step::Done => {}
        Step::Already => {
            // Settled by another receipt of the same demand: one settles a copy, the first.
            return Err(Failure::refuse(RelayCode::CopyState, "another receipt has settled this copy"));
        }
    }
    let mut item = party.item;
    let mut chain = receipt.chain(context, force, item.last_leaf);
    let index = chain.note(transaction, receipt.signed.note(), (receipt.label, event.copy), now)?;
    (copy.since, copy.person) = (now, Some(caller.person));
    transaction.put_copy(&copy)?;
    item.last_leaf = chain.last()?;
    let_payload_go(context, force, transaction, &mut item, now)?;
    transaction.update_item(&item)?;
    Ok(index)
}

/// Gives the payload up when nobody can fetch it any more: the transaction says so first, the files go after it.
pub(crate) fn let_payload_go(
    context: &Context,
    force: &Force,
    transaction: &mut dyn Transaction,
    item: &mut ItemRecord,
    now: Time,
) -> Result<(), Failure> {
    let copies = transaction.copies(item.label)?;
    let states = copies.iter().map(crate::store::CopyRecord::state);
    let transfers =
        if context.fetches.any(item.label) { TransfersRunning::Yes } else { TransfersRunning::No };
    let Some(parts) = item.payload.filter(|_| item.state.lets_payload_go(states, transfers)) else {
        return Ok(());
    };
    let event = Event {
        item: Some(item.item),
        label: Some(item.label),
        content: Some(item.content),
        ..Event::of_relay(force.org(), EventKind::Removed, now)
    };
    let leaf = entry::of_event(context, force, &event, Some(item.last_leaf))?;
    transaction.queue_leaf(&leaf)?;
    let last: LeafHash = leaf.hash;
    (item.last_leaf, item.payload) = (last, None);
    transaction.put_removal(parts)?;
    Ok(())
}
