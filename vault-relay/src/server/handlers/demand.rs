//! `demand` 领取: signed before the bytes are served, entered before it is answered.

use std::sync::Arc;

use vault_core::admission::{Code, Refusal, Refused};
use vault_core::register::event::EventKind;
use vault_core::transfer::copy::{CopyRefusal, Demand, DemandStanding, Step};
use vault_keys::time::Time;

use super::super::context::{Caller, Context};
use super::super::failure::Failure;
use super::super::force::Force;
use super::super::reply::Reply;
use super::super::spoilt;
use super::statement::Statement;
use super::{Frames, party, proposal, statement};
use crate::proto::codes::RelayCode;
use crate::proto::message::Done;
use crate::store::{CopyRecord, Transaction};

/// What is signed for before bytes are served.
pub(super) const KINDS: [EventKind; 2] = [EventKind::Demanded, EventKind::Review];

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
    let (force, now) = (context.judging(transaction, caller)?, context.now());
    let demand = statement::verify(note, &KINDS, &force, caller)?;
    enter(context, transaction, (&force, caller), &demand, now)
}

/// Enters a demand whose signature was verified.
pub(super) fn enter(
    context: &Context,
    transaction: &mut dyn Transaction,
    (force, caller): (&Force, Caller),
    demand: &Statement,
    now: Time,
) -> Result<u64, Failure> {
    let party = party::find(transaction, force, caller, demand.label, now)?;
    demand.names(&party)?;
    // The same demand again gets the leaf it has.
    if let Some(known) = transaction.leaf_of_note(demand.label, demand.signed.hash())? {
        return Ok(known.index);
    }
    demand.is_of_now(now)?;
    party.is_cleared(force, caller)?;
    // Nobody signs for what cannot be served.
    let damaged = transaction.damage(demand.label)?;
    if !damaged.is_empty() && party.item.payload.is_some() {
        return Err(spoilt::refusal(&party.item, &damaged));
    }
    if demand.event().kind == EventKind::Review {
        return review_in(context, force, transaction, party, demand, caller, now);
    }
    party.sees_header(now)?;
    if party.item.not_after.is_some_and(|time| now > time) {
        return Err(Failure::refuse(RelayCode::CopyState, "the time to read it has passed"));
    }
    let event = demand.event();
    let mut copy = own_copy(&party, event.copy)?;
    Statement::has_room(&party, Some(copy.copy), force, caller)?;
    let access = event.access.ok_or(Failure::Ours("a demand without access note was read"))?;
    let mut item = party.item;
    let mut chain = demand.chain(context, force, item.last_leaf);
    let index = chain.note(transaction, demand.signed.note(), (demand.label, event.copy), now)?;
    item.last_leaf = chain.last()?;
    let step = copy.consignment.demand(Demand {
        // The receipt names the leaf that its signer knows.
        leaf: demand.restates.unwrap_or(item.last_leaf),
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
    (copy.since, copy.person) = (now, Some(caller.person));
    transaction.put_copy(&copy)?;
    transaction.update_item(&item)?;
    Ok(index)
}

/// A decider signs for the bytes he is to decide on. They are served until the item is decided.
fn review_in(
    context: &Context,
    force: &Force,
    transaction: &mut dyn Transaction,
    party: party::Party,
    review: &Statement,
    caller: Caller,
    now: Time,
) -> Result<u64, Failure> {
    if !party.decides {
        let refused = Refused::from(Refusal::new(Code::DeciderNotAsked, caller.person));
        return Err(Failure::by_rule(&refused).about(party.item.item, party.item.label));
    }
    proposal::awaits_decision(&party.item, party.decide_by()?, now)?;
    let event = review.event();
    if event.copy.is_some() || event.access != Some(party.item.access) {
        let reason =
            "the statement names a copy, or another header than the one now stored; look at that one first";
        return Err(Failure::refuse(RelayCode::StatementMismatch, reason));
    }
    Statement::has_room(&party, None, force, caller)?;
    let mut chain = review.chain(context, force, party.item.last_leaf);
    let index = chain.note(transaction, review.signed.note(), (review.label, None), now)?;
    let mut item = party.item;
    item.last_leaf = chain.last()?;
    transaction.update_item(&item)?;
    Ok(index)
}

/// The copy a statement names, if it is the caller's to act on: of what came to him more than once, the last.
pub(super) fn own_copy(party: &party::Party, no: Option<u32>) -> Result<CopyRecord, Failure> {
    let stranger = || {
        Failure::against_rule(RelayCode::StatementMismatch, "the statement names a copy of somebody else")
            .about(party.item.item, party.item.label)
    };
    if party.viewer == vault_core::transfer::item::Viewer::Sender {
        // The sender sees all copies; none of those that travel is his.
        return Err(stranger());
    }
    party.copies.iter().rfind(|copy| Some(copy.copy) == no).cloned().ok_or_else(stranger)
}

/// What the copy's own rules refuse, in the relay's codes.
pub(super) fn refused(refusal: &CopyRefusal) -> Failure {
    let code = match refusal {
        CopyRefusal::StaleHeader { .. } | CopyRefusal::OtherHeader { .. } => RelayCode::StatementMismatch,
        CopyRefusal::UnknownDemand => RelayCode::NoDemand,
        CopyRefusal::TooManyDemands => RelayCode::Busy,
        CopyRefusal::TooManyOfPerson => RelayCode::StatementsFull,
        _ => RelayCode::CopyState,
    };
    Failure::refuse(code, refusal.to_string())
}
