//! `event`: other statements of a party about an item. `damaged` makes the copy available again; `opened`, `exported`
//! and `recovered` are only entered.

use std::sync::Arc;

use vault_core::register::event::EventKind;
use vault_core::transfer::copy::Step;
use vault_core::transfer::item::Viewer;

use super::super::context::{Caller, Context};
use super::super::entry;
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::demand::{own_copy, refused};
use super::statement::Statement;
use super::{Frames, party, statement};
use crate::proto::message::Done;
use crate::store::Transaction;

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let note = statement::read(frames).await?;
    let ctx = Arc::clone(context);
    let index = context.write(move |transaction| enter_in(&ctx, transaction, caller, &note)).await?;
    context.register.flush().await?;
    reply.accept_with(&Done { leaves: 1 }).await?;
    party::send_evidence(context, reply, &[index]).await
}

fn enter_in(
    context: &Context,
    transaction: &mut dyn Transaction,
    caller: Caller,
    note: &[u8],
) -> Result<u64, Failure> {
    let (force, now) = (context.current.require()?, context.now());
    let kinds = [EventKind::Damaged, EventKind::Opened, EventKind::Exported, EventKind::Recovered];
    let statement = statement::verify(note, &kinds, &force, caller)?;
    let party = party::find(transaction, &force, caller, statement.label)?;
    statement.names(&party)?;
    if let Some(known) = transaction.leaf_of_note(statement.label, statement.signed.hash())? {
        return Ok(known.index);
    }
    statement.is_not_ahead(now)?;
    let event = statement.event();
    // The sender opens his own copy 0, which does not travel; everybody else speaks of a copy of his.
    let copy = match (party.viewer, event.copy) {
        (Viewer::Sender, None | Some(0)) => None,
        (_, Some(no)) => Some(own_copy(&party, Some(no))?),
        (_, None) => Some(own_copy(&party, party.copies.first().map(|copy| copy.copy))?),
    };
    let number = copy.as_ref().map_or(0, |copy| copy.copy);
    Statement::has_room(&party, number)?;
    if let (Some(mut copy), EventKind::Damaged) = (copy, event.kind) {
        if let Some(demand) = event.refers {
            statement.answers_own_demand(&copy, demand, caller)?;
        }
        // Bytes already signed for are not given back by saying so: that copy has ended.
        if copy.consignment.damage(event.refers).map_err(|refusal| refused(&refusal))? == Step::Done {
            (copy.since, copy.person) = (now, Some(caller.person));
            transaction.put_copy(&copy)?;
        }
    }
    let leaf = entry::of_note(
        context,
        &force,
        statement.signed.note(),
        (statement.label, Some(number)),
        Some(party.item.last_leaf),
        now,
    )?;
    let index = transaction.queue_leaf(&leaf)?;
    let mut item = party.item;
    item.last_leaf = leaf.hash;
    transaction.update_item(&item)?;
    Ok(index)
}
