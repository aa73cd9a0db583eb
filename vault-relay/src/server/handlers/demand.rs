//! `demand` 领取: signed before the bytes are served, entered before it is answered.

use std::sync::Arc;

use vault_core::register::event::EventKind;
use vault_core::transfer::copy::{CopyRefusal, Demand, DemandStanding, Step};

use super::super::context::{Caller, Context};
use super::super::entry;
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::statement::Statement;
use super::{Frames, party, statement};
use crate::proto::codes::RelayCode;
use crate::proto::message::Done;
use crate::store::{CopyRecord, Transaction};

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let note = statement::read(frames).await?;
    let ctx = Arc::clone(context);
    let index = context.write(move |transaction| demand_in(&ctx, transaction, caller, &note)).await?;
    context.register.flush().await?;
    reply.accept_with(&Done { leaves: 1 }).await?;
    party::send_evidence(context, reply, &[index]).await
}

fn demand_in(
    context: &Context,
    transaction: &mut dyn Transaction,
    caller: Caller,
    note: &[u8],
) -> Result<u64, Failure> {
    let (force, now) = (context.current.require()?, context.now());
    let demand = statement::verify(note, &[EventKind::Demanded], &force, caller)?;
    let party = party::find(transaction, &force, caller, demand.label)?;
    demand.names(&party)?;
    // The same demand again gets the leaf it has.
    if let Some(known) = transaction.leaf_of_note(demand.label, demand.signed.hash())? {
        return Ok(known.index);
    }
    demand.is_of_now(now)?;
    if !party.sees_header(now) {
        return Err(Failure::refuse(RelayCode::NotReleased, "the item may not be read yet"));
    }
    if party.item.not_after.is_some_and(|time| now > time) {
        return Err(Failure::refuse(RelayCode::CopyState, "the time to read it has passed"));
    }
    let event = demand.event();
    let mut copy = own_copy(&party, event.copy)?;
    Statement::has_room(&party, copy.copy)?;
    let access = event.access.ok_or(Failure::Ours("a demand without access note was read"))?;
    let leaf = entry::of_note(
        context,
        &force,
        demand.signed.note(),
        (demand.label, event.copy),
        Some(party.item.last_leaf),
        now,
    )?;
    let step = copy.consignment.demand(Demand {
        leaf: leaf.hash,
        access,
        person: caller.person,
        station: caller.station,
        time: now,
        standing: DemandStanding::Open,
    });
    match step.map_err(|refusal| refused(&refusal))? {
        Step::Done => {}
        Step::Already => return Err(Failure::Ours("a new leaf was demanded already")),
    }
    let index = transaction.queue_leaf(&leaf)?;
    (copy.since, copy.person) = (now, Some(caller.person));
    transaction.put_copy(&copy)?;
    let mut item = party.item;
    item.last_leaf = leaf.hash;
    transaction.update_item(&item)?;
    Ok(index)
}

/// The copy a statement names, if it is the caller's to act on.
pub(super) fn own_copy(party: &party::Party, no: Option<u32>) -> Result<CopyRecord, Failure> {
    let stranger = || {
        Failure::against_rule(RelayCode::StatementMismatch, "the statement names a copy of somebody else")
            .about(party.item.item, party.item.label)
    };
    if party.viewer == vault_core::transfer::item::Viewer::Sender {
        // The sender sees all copies; none of those that travel is his.
        return Err(stranger());
    }
    party.copies.iter().find(|copy| Some(copy.copy) == no).cloned().ok_or_else(stranger)
}

/// What the copy's own rules refuse, in the relay's codes.
pub(super) fn refused(refusal: &CopyRefusal) -> Failure {
    let code = match refusal {
        CopyRefusal::StaleHeader { .. } | CopyRefusal::OtherHeader { .. } => RelayCode::StatementMismatch,
        CopyRefusal::UnknownDemand => RelayCode::NoDemand,
        CopyRefusal::TooManyDemands => RelayCode::Busy,
        _ => RelayCode::CopyState,
    };
    Failure::refuse(code, refusal.to_string())
}
