//! `decide`: an answer on a proposed item, and its release by the one that completes the steps (docs/decisions.md,
//! "Release").
//!
//! One transaction: the decision is heard, entered, and does what it does. The completing one does nothing without a
//! header that every rule admits; then item, copies and leaves change together, or not at all.

use std::sync::Arc;

use vault_core::admission::{Brought, Code, Entered, Matter, Refused, Stored, hear};
use vault_core::decision::{Answer, DECISION_MAX, DecisionNote, OnLeaf, Taken};
use vault_core::item::{ItemHeader, LabelHash, notes};
use vault_core::transfer::item::ItemState;
use vault_keys::note::Signed;
use vault_keys::time::Time;

use super::super::context::{Caller, Context};
use super::super::entry::Chain;
use super::super::failure::Failure;
use super::super::force::Force;
use super::super::reply::Reply;
use super::super::upkeep;
use super::party::Party;
use super::{Frames, judge, party, proposal, release};
use crate::proto::codes::RelayCode;
use crate::proto::message::{Decide, Decided};
use crate::store::Transaction;

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let decide: Decide = frames.message().await?;
    frames.end().await?;
    let ctx = Arc::clone(context);
    let (index, state) =
        context.write(move |transaction| decide_in(&ctx, transaction, caller, &decide)).await?;
    context.register.flush().await?;
    if state.is_dead() {
        upkeep::remove_parts(context).await?;
    }
    reply.accept_with(&Decided { state: state.word().to_owned(), leaves: 1 }).await?;
    party::send_evidence(context, reply, &[index]).await
}

/// The decision's leaf, and where the item stands now.
fn decide_in(
    context: &Context,
    transaction: &mut dyn Transaction,
    caller: Caller,
    decide: &Decide,
) -> Result<(u64, ItemState), Failure> {
    let (force, now) = (context.judging(transaction, caller)?, context.now());
    let label = LabelHash::from_bytes(*decide.label);
    let note = read(&decide.note, &force, caller)?;
    let party = party::find(transaction, &force, caller, label, now)?;
    if let Some(known) = transaction.leaf_of_note(label, note.hash())? {
        return Ok((known.index, party.item.state));
    }
    let stored = proposal::stored_header(transaction, label)?;
    let before = proposal::entered(&force, &party.leaves)?;
    let taken = judged(&force, transaction, &party, (&stored, &before, &note), now)?;
    let about = (label, None);
    let mut item = party.item;
    let mut chain = Chain::new(context, &force, Some(item.last_leaf));
    let index = match taken {
        Taken::Step | Taken::Withdrawn => {
            let index = chain.note(transaction, note.note(), about, now)?;
            item.last_leaf = chain.last()?;
            transaction.update_item(&item)?;
            index
        }
        Taken::Refused => {
            let index = chain.note(transaction, note.note(), about, now)?;
            let refused = item.state.refuse().map_err(|_| Failure::Ours("a decided item was refused"))?;
            proposal::end(context, &force, transaction, &mut item, (refused, &chain), now)?;
            index
        }
        Taken::Completed => {
            let header = decide.header.as_ref().ok_or_else(|| {
                let reason = "this decision completes the others: bring it with the finished header";
                Failure::refuse(RelayCode::HeaderNeeded, reason)
            })?;
            let parsed = judge::parse(header, &force, caller, now)?;
            if parsed.label != label {
                return Err(Failure::refuse(RelayCode::MalformedRequest, "the header is of another label"));
            }
            let mut decisions: Vec<Entered<'_>> = before.iter().map(OnLeaf::entered).collect();
            decisions.push(Entered { note: &note, time: now, place: None });
            let brought = Brought::Release(Stored { access: stored.access(), decisions: &decisions });
            judge::admit_as(&parsed, brought, &force, transaction, caller, now)?;
            let index = chain.note(transaction, note.note(), about, now)?;
            let (access, signed) = (parsed.item.access_hash(), parsed.item.access());
            if access != item.access {
                chain.note(transaction, signed.note(), about, now)?;
            }
            release::enter(&force, transaction, &mut chain, &parsed.item, now)?;
            let decide_by = stored.label().value().decide_by;
            item.state = item
                .state
                .release(decide_by, now)
                .map_err(|refusal| Failure::refuse(RelayCode::ItemState, refusal.to_string()))?;
            (item.access, item.released, item.last_leaf) = (access, Some(now), chain.last()?);
            transaction.put_header(label, header)?;
            transaction
                .put_deciders(label, &proposal::deciders_of(parsed.item.label().value(), signed.value()))?;
            transaction.remove_proposal(label)?;
            transaction.update_item(&item)?;
            index
        }
    };
    Ok((index, item.state))
}

/// Parses a decision, which is the caller's, made at this very station. Its signature is judged with everything else.
fn read(bytes: &[u8], force: &Force, caller: Caller) -> Result<Signed<DecisionNote>, Failure> {
    let note = Signed::<DecisionNote>::parse(bytes, force.org(), DECISION_MAX)
        .map_err(|error| Failure::against_rule(RelayCode::StatementForm, error.to_string()))?;
    if note.value().person != caller.person || note.value().station != caller.station {
        let reason = "the decision is not by the person of this station, at this station";
        return Err(Failure::against_rule(RelayCode::StatementSigner, reason));
    }
    Ok(note)
}

/// What the decision does, if every rule lets it stand.
fn judged(
    force: &Force,
    transaction: &dyn Transaction,
    party: &Party,
    (stored, before, note): (&ItemHeader, &[OnLeaf], &Signed<DecisionNote>),
    now: Time,
) -> Result<Taken, Failure> {
    let (label, hash) = (stored.label().value(), stored.label_hash());
    let about_item = |failure: Failure| failure.about(label.item, hash);
    // A refusal is the course's own to tell of; whatever else ended the waiting, the course does not know.
    if party.item.state == ItemState::Released {
        let reason =
            "every step has its agreement: another decision completed them, and the item is released";
        return Err(Failure::by_code(Code::DecisionOrder, reason));
    }
    if party.item.state != ItemState::Refused {
        proposal::awaits_decision(&party.item, label.decide_by, now)?;
    }
    let access = stored.access().value();
    let of_decisions = before.iter().map(|one| one.note.value().directory.version);
    let named = [label.directory.version, access.directory.version, note.value().directory.version];
    let versions = judge::versions(force, transaction, named.into_iter().chain(of_decisions))?;
    let matter = Matter::of_label(label, hash);
    let entered: Vec<Entered<'_>> = before.iter().map(OnLeaf::entered).collect();
    let new = Entered { note, time: now, place: None };
    let heard = judge::with_published(force, &versions, |published| {
        hear(published, label, &access.rows, &matter, &entered, &new)
    });
    let by_rule = |refused: Refused| about_item(Failure::by_rule(&refused));
    let taken = heard.map_err(by_rule)?;
    // The header that releases carries every decision. A refusal is followed by none.
    let decisions = before.iter().map(|one| &one.note).chain([note]).map(|one| one.note().clone());
    let all = stored.notes().iter().cloned().chain(decisions);
    if note.value().answer != Answer::Refuse && notes::pack(all).is_err() {
        let reason =
            "the decisions on this item would not fit a header; refuse it, or let its sender withdraw it";
        return Err(Failure::refuse(RelayCode::StatementsFull, reason));
    }
    Ok(taken)
}
