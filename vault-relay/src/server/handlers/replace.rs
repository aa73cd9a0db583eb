//! `replace`: the next header of an item whose copies still wait (design section 5, "Re-wrap").
//!
//! Brought by the label's sender, or while it is proposed by a decider who adds others to his step; judged by the same check
//! as at commit with the note now stored before it. Copies take the new access note; a demand keeps the one it was shown.
//! Whoever it lets in by leave is offered a copy of his own, under the next number.

use std::sync::Arc;

use vault_core::admission::{Brought, Entered, Stored};
use vault_core::decision::OnLeaf;
use vault_core::item::{Access, ItemHeader, LabelHash, Right};
use vault_core::register::event::{Event, EventKind};
use vault_core::transfer::copy::Consignment;
use vault_core::transfer::item::{ItemState, Viewer};
use vault_keys::digest::NoteHash;
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Time;

use super::super::context::{Caller, Context};
use super::super::entry::Chain;
use super::super::failure::Failure;
use super::super::force::Force;
use super::super::reply::Reply;
use super::{Frames, judge, party, proposal, release};
use crate::proto::codes::RelayCode;
use crate::proto::message::{Done, Replace};
use crate::store::{CopyRecord, Transaction};

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let replace: Replace = frames.message().await?;
    frames.end().await?;
    let label = LabelHash::from_bytes(*replace.label);
    let ctx = Arc::clone(context);
    let index = context
        .write(move |transaction| replace_in(&ctx, transaction, caller, label, &replace.header))
        .await?;
    context.register.flush().await?;
    reply.accept_with(&Done { leaves: 1 }).await?;
    party::send_evidence(context, reply, &[index]).await
}

fn replace_in(
    context: &Context,
    transaction: &mut dyn Transaction,
    caller: Caller,
    label: LabelHash,
    header: &[u8],
) -> Result<u64, Failure> {
    let (force, now) = (context.current.require()?, context.now());
    let nothing = || Failure::refuse(RelayCode::NoSuchItem, "there is no such item for you here");
    let party = party::find(transaction, &force, caller, label, now)?;
    let mut item = party.item;
    let waits = item.state == ItemState::Proposed;
    // A decider adds others to his step, while there is something to decide.
    if party.viewer != Viewer::Sender && !(party.decides && waits) {
        return Err(nothing());
    }
    let stored = proposal::stored_header(transaction, label)?;
    let parsed = judge::parse(header, &force, caller, now)?;
    if parsed.label != label {
        return Err(Failure::refuse(RelayCode::MalformedRequest, "the header is of another label"));
    }
    if item.state != ItemState::Released {
        proposal::awaits_decision(&item, stored.label().value().decide_by, now)?;
    }
    let decisions = proposal::entered(&force, &party.leaves)?;
    let decisions: Vec<Entered<'_>> = decisions.iter().map(OnLeaf::entered).collect();
    let brought = Brought::Header(Stored { access: stored.access(), decisions: &decisions });
    judge::admit_as(&parsed, brought, &force, transaction, caller, now)?;
    let (access, signed) = (parsed.item.access_hash(), parsed.item.access());
    if access == item.access {
        // The same again gets the same answer; the first note of a line is covered by its acceptance.
        let known = transaction.leaf_of_note(label, signed.hash())?;
        return known.map(|leaf| leaf.index).ok_or_else(|| {
            Failure::refuse(RelayCode::CopyState, "this header is the one in force since the acceptance")
        });
    }
    // Of a proposed item no copy is offered yet; its deciders and its sender read by the header.
    let mut serves = waits;
    for mut copy in transaction.copies(label)? {
        if copy.consignment.replace_header(access).is_ok() {
            serves = true;
            transaction.put_copy(&copy)?;
        }
    }
    let let_in = let_in(stored.access().value(), signed.value());
    let offers = item.state == ItemState::Released && item.payload;
    if !let_in.is_empty() && !offers {
        let reason = "the content is not kept here any more; let them in by file";
        return Err(Failure::refuse(RelayCode::PayloadGone, reason));
    }
    if !serves && let_in.is_empty() {
        return Err(Failure::refuse(
            RelayCode::CopyState,
            "every copy has ended; nobody would be served by it",
        ));
    }
    let mut chain = Chain::new(context, &force, Some(item.last_leaf));
    let index = chain.note(transaction, signed.note(), (label, None), now)?;
    for (person, leave) in let_in {
        offer(&force, transaction, &mut chain, &parsed.item, (person, leave), now)?;
    }
    (item.access, item.last_leaf) = (access, chain.last()?);
    transaction.put_header(label, header)?;
    transaction.put_deciders(label, &proposal::deciders_of(stored.label().value(), signed.value()))?;
    transaction.update_item(&item)?;
    Ok(index)
}

/// Whom a note lets in by leave who was not in the one before; each once, whatever the number of his keys.
fn let_in(before: &Access, access: &Access) -> Vec<(PersonNo, NoteHash)> {
    let mut let_in: Vec<(PersonNo, NoteHash)> = Vec::new();
    for row in &access.rows {
        let (Right::Leave(leave), Holder::Person(person)) = (&row.right, row.holder) else { continue };
        let was_in = before.rows.iter().any(|old| old.holder == row.holder && old.right == row.right);
        if !was_in && !let_in.iter().any(|(known, _)| *known == person) {
            let_in.push((person, *leave));
        }
    }
    let_in
}

/// Offers somebody let in by leave a copy under the next number.
fn offer(
    force: &Force,
    transaction: &mut dyn Transaction,
    chain: &mut Chain<'_>,
    item: &ItemHeader,
    (person, leave): (PersonNo, NoteHash),
    now: Time,
) -> Result<(), Failure> {
    let label = item.label_hash();
    let given = transaction.copies(label)?.iter().map(|copy| copy.copy).max();
    let named = item.label().value().copies.iter().map(|copy| copy.no).max();
    let copy = given.max(named).unwrap_or_default().saturating_add(1);
    let holder = Holder::Person(person);
    let number = transaction.next_number(holder)?;
    let event = Event {
        copy: Some(copy),
        number: Some(number),
        approval: Some(leave),
        to: Some(holder),
        ..release::about(force, item, EventKind::Available, now)
    };
    chain.event(transaction, &event)?;
    let consignment = Consignment::available(item.access_hash());
    Ok(transaction.put_copy(&CopyRecord {
        label,
        copy,
        holder,
        number,
        consignment,
        since: now,
        person: None,
    })?)
}
