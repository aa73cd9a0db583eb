//! `event`: other statements of a party about an item. `damaged` makes the copy available again, `returned` and `recalled`
//! end it, `withdrawn` ends a proposal; everything else, what was done by leave among it, is only entered.

use std::sync::Arc;

use vault_core::admission::{Code, Refusal, Refused, judge_cited};
use vault_core::register::event::{Event, EventKind};
use vault_core::transfer::copy::Step;
use vault_core::transfer::item::Viewer;
use vault_keys::digest::NoteHash;
use vault_keys::time::Time;

use super::super::context::{Caller, Context};
use super::super::failure::Failure;
use super::super::force::Force;
use super::super::reply::Reply;
use super::super::upkeep;
use super::demand::{own_copy, refused};
use super::statement::Statement;
use super::take_back::take_back_in;
use super::{Frames, asked, party, proposal, remind, statement};
use crate::proto::codes::RelayCode;
use crate::proto::message::Done;
use crate::store::Transaction;

/// What is said of an item beside signing for its bytes.
pub(super) const KINDS: [EventKind; 14] = [
    EventKind::Damaged,
    EventKind::Opened,
    EventKind::Exported,
    EventKind::Recovered,
    EventKind::Withdrawn,
    EventKind::Copied,
    EventKind::CarriedOut,
    EventKind::BroughtBack,
    EventKind::Lent,
    EventKind::GivenBack,
    EventKind::Chased,
    EventKind::Noted,
    EventKind::Returned,
    EventKind::Recalled,
];

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
    upkeep::remove_parts(context).await?;
    reply.accept_with(&Done { leaves: 1 }).await?;
    party::send_evidence(context, reply, &[index]).await
}

fn enter_in(
    context: &Context,
    transaction: &mut dyn Transaction,
    caller: Caller,
    note: &[u8],
) -> Result<u64, Failure> {
    let (force, now) = (context.judging(transaction, caller)?, context.now());
    let statement = statement::verify(note, &KINDS, &force, caller)?;
    enter(context, transaction, (&force, caller), &statement, now)
}

/// Enters a statement whose signature was verified, and does what it says.
pub(super) fn enter(
    context: &Context,
    transaction: &mut dyn Transaction,
    (force, caller): (&Force, Caller),
    statement: &Statement,
    now: Time,
) -> Result<u64, Failure> {
    let party = party::find(transaction, force, caller, statement.label, now)?;
    statement.names(&party)?;
    if let Some(known) = transaction.leaf_of_note(statement.label, statement.signed.hash())? {
        return Ok(known.index);
    }
    statement.is_not_ahead(now)?;
    let event = statement.event();
    match event.kind {
        EventKind::Chased => return remind::chase_in(context, force, transaction, party, statement, now),
        EventKind::Noted => remind::is_decided(transaction, force, event)?,
        EventKind::Returned | EventKind::Recalled => {
            return take_back_in(context, force, transaction, (party, caller), statement, now);
        }
        _ => used_once(transaction, force, statement)?,
    }
    if event.kind == EventKind::Withdrawn {
        return withdraw_in(context, force, transaction, party, statement, now);
    }
    // The sender opens his own copy 0, which does not travel; whoever decides speaks of the item; everybody else of a
    // copy of his.
    let copy = match (party.viewer, event.copy) {
        (Viewer::Sender, None | Some(0)) => None,
        (Viewer::Decider, None) => {
            decider_may_say(&party, event, force, caller)?;
            None
        }
        (_, Some(no)) => Some(own_copy(&party, Some(no))?),
        (_, None) => Some(own_copy(&party, party.copies.first().map(|copy| copy.copy))?),
    };
    let number = match party.viewer {
        Viewer::Decider => None,
        _ => party.leaf_copy(Some(copy.as_ref().map_or(0, |copy| copy.copy))),
    };
    Statement::has_room(&party, number, force, caller)?;
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
    let mut item = party.item;
    let mut chain = statement.chain(context, force, item.last_leaf);
    let index = chain.note(transaction, statement.signed.note(), (statement.label, number), now)?;
    item.last_leaf = chain.last()?;
    transaction.update_item(&item)?;
    Ok(index)
}

/// A leave is used by whom and for what it was given, and used up by the leaf of the statement that cites it.
fn used_once(transaction: &dyn Transaction, force: &Force, statement: &Statement) -> Result<(), Failure> {
    let event = statement.event();
    let Some(approval) = cited(event) else { return Ok(()) };
    // One that was decided by file stands here nowhere: what is said of it is entered as it is said.
    if let Some(record) = transaction.asked(approval)? {
        let leave = asked::read(&record, force)?;
        judge_cited(leave.value(), record.state == "decided", event).map_err(|it| Failure::by_rule(&it))?;
    }
    for record in transaction.leaves(statement.label)?.iter().filter(|record| record.leaf.note.is_some()) {
        let leaf = proposal::parse(force, record)?;
        if leaf.signed::<Event>().is_ok_and(|note| cited(note.value()) == Some(approval)) {
            let refused = Refused::from(Refusal::new(Code::LeaveUsed, event.kind.word()));
            return Err(Failure::by_rule(&refused));
        }
    }
    Ok(())
}

/// The leave that a statement says was used. A recovery names a request that is none, and a change that was taken in is
/// used by nobody: whatever they name, they use nothing up.
fn cited(event: &Event) -> Option<NoteHash> {
    event.approval.filter(|_| !matches!(event.kind, EventKind::Recovered | EventKind::Noted))
}

/// A decider says that he opened the item, or that header or bytes are of no use to him.
fn decider_may_say(
    party: &party::Party,
    event: &Event,
    force: &Force,
    caller: Caller,
) -> Result<(), Failure> {
    if !matches!(event.kind, EventKind::Opened | EventKind::Damaged) {
        let reason = format!("a statement of kind {} is a holder's", event.kind.word());
        return Err(Failure::refuse(RelayCode::StatementKind, reason));
    }
    match event.refers {
        Some(demand) if !party.reviews(force, caller, demand)? => {
            let reason = "the statement answers no demand of this person and station";
            Err(Failure::against_rule(RelayCode::NoDemand, reason).about(party.item.item, party.item.label))
        }
        _ => Ok(()),
    }
}

/// The sender takes the item back before it is released.
fn withdraw_in(
    context: &Context,
    force: &Force,
    transaction: &mut dyn Transaction,
    party: party::Party,
    statement: &Statement,
    now: Time,
) -> Result<u64, Failure> {
    if party.viewer != Viewer::Sender {
        let reason = "only its sender takes an item back";
        return Err(Failure::refuse(RelayCode::StatementKind, reason));
    }
    let mut item = party.item;
    let withdrawn = item
        .state
        .withdraw()
        .map_err(|refusal| Failure::refuse(RelayCode::ItemState, refusal.to_string()))?;
    let mut chain = statement.chain(context, force, item.last_leaf);
    let index = chain.note(transaction, statement.signed.note(), (statement.label, None), now)?;
    proposal::end(context, force, transaction, &mut item, (withdrawn, &chain), now)?;
    Ok(index)
}
