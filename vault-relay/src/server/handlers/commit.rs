//! `commit`: the item becomes the relay's responsibility (docs/relay-protocol.md, "Order of writes").
//!
//! 1. every part is durable already, and is looked for once more;
//! 2. one transaction, synced together with those that come at the same time: every check again, claim (sender,
//!    item id), copies and their numbers, leaves;
//! 3. append the leaves, publish a checkpoint;
//! 4. reply with leaves and proofs.
//!
//! A crash after 2 loses nothing: the sequencer finds the leaves, and the same commit gets the same answer.

use std::sync::Arc;

use vault_core::item::LabelHash;
use vault_core::register::event::{Event, EventKind};
use vault_core::transfer::item::ItemState;
use vault_core::transfer::upload::{Upload, UploadRefusal};

use super::super::context::{Caller, Context};
use super::super::entry::Chain;
use super::super::failure::Failure;
use super::super::force::Force;
use super::super::reply::Reply;
use super::super::upkeep;
use super::judge::{self, Parsed};
use super::next::{self, Judged};
use super::{Frames, open, party, proposal, release};
use crate::proto::codes::RelayCode;
use crate::proto::message::{Commit, Done};
use crate::store::{ItemRecord, PartsName, Transaction, UploadRecord};

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let commit: Commit = frames.message().await?;
    frames.end().await?;
    let name = PartsName::from_bytes(*commit.upload);
    let ctx = Arc::clone(context);
    let outcome = context.write(move |transaction| commit_in(&ctx, transaction, caller, name)).await?;
    let leaves = match outcome {
        Outcome::Entered(leaves) => leaves,
        Outcome::Ended(refused) => {
            upkeep::remove_parts(context).await?;
            return Err(refused);
        }
    };
    context.register.flush().await?;
    let count = u32::try_from(leaves.len()).map_err(|_| Failure::Ours("more leaves than u32"))?;
    reply.accept_with(&Done { leaves: count }).await?;
    party::send_evidence(context, reply, &leaves).await
}

/// What a commit transaction leaves behind. A refusal that ends the upload must not undo the transaction.
enum Outcome {
    /// Register indices of the acceptance.
    Entered(Vec<u64>),
    /// Another label holds the item id, or the parts are no such content or gone: this upload leads nowhere like this.
    Ended(Failure),
}

fn commit_in(
    context: &Context,
    transaction: &mut dyn Transaction,
    caller: Caller,
    name: PartsName,
) -> Result<Outcome, Failure> {
    if let Some(item) = transaction.item(LabelHash::from_bytes(*name.as_bytes()))? {
        // Committed before: the same answer again, to the sender alone.
        return if item.sender == caller.person {
            Ok(Outcome::Entered(acceptance(transaction, &item)?))
        } else {
            Err(no_upload())
        };
    }
    let upload =
        transaction.upload(name)?.filter(|upload| upload.sender == caller.person).ok_or_else(no_upload)?;
    let force = context.judging(transaction, caller)?;
    let now = context.now();
    let Some(header) = &upload.header else {
        return Err(Failure::refuse(RelayCode::NoSuchUpload, "the upload was announced and not opened yet"));
    };
    let parsed = judge::parse(header, &force, caller, now)?;
    let label = parsed.label;
    let content = parsed.item.label().value().content.blake3;
    // A later consignment of an item that was accepted before.
    let next = match transaction.item(label)? {
        Some(_) => {
            let next = next::judge(context, transaction, (&force, &parsed), caller, now)?;
            if matches!(next, Judged::Next(_)) {
                open::has_room(context, &force, transaction, caller, upload.length.bytes())?;
            }
            Some(next)
        }
        None => {
            judge::admit(&parsed, &force, transaction, caller, now)?;
            if let Some(refused) = judge::conflict(transaction, caller, upload.item, header, label, now)? {
                // Two uploads under one item id raced; the other was committed first.
                return give_up(transaction, name, refused);
            }
            // Several uploads begun at once were each within the quota.
            open::has_room(context, &force, transaction, caller, upload.length.bytes())?;
            None
        }
    };
    let mut received = Upload::restore(upload.length, transaction.upload_parts(name)?, None)
        .map_err(|refusal| refused_upload(&refusal, &upload, label))?;
    if let Some(refused) = missing(context, transaction, &upload)? {
        return Ok(Outcome::Ended(refused));
    }
    match received.commit(label, content) {
        Ok(_) => {}
        // Kept, these parts would be in the way of the right ones for ever.
        Err(refusal @ UploadRefusal::OtherContent { .. }) => {
            return give_up(transaction, name, refused_upload(&refusal, &upload, label));
        }
        Err(refusal) => return Err(refused_upload(&refusal, &upload, label)),
    }
    let leaves = match next {
        None => enter(context, transaction, &force, &parsed, (&upload, header), now)?,
        Some(Judged::Next(next)) => vec![next.enter(transaction, header, Some(name))?],
        // Entered meanwhile without these parts, which nobody needs.
        Some(Judged::Entered(index)) => {
            transaction.put_removal(name)?;
            vec![index]
        }
    };
    transaction.remove_upload(name)?;
    Ok(Outcome::Entered(leaves))
}

/// Parts that were noted and are not there, because of whatever happened to the folder: their notes go, and the client
/// sends them again. Nothing is accepted whose bytes are not there.
fn missing(
    context: &Context,
    transaction: &mut dyn Transaction,
    upload: &UploadRecord,
) -> Result<Option<Failure>, Failure> {
    let mut missing = 0;
    for (index, _) in transaction.upload_parts(upload.name)? {
        let range = upload.length.part(index).map_err(|_| Failure::Ours("a noted part is out of place"))?;
        if !context.parts.holds(upload.name, index, range.end - range.start)? {
            transaction.forget_part(upload.name, index)?;
            missing += 1;
        }
    }
    if missing == 0 {
        return Ok(None);
    }
    tracing::error!(item = %upload.item, missing, "parts that were stored are gone; the sender is asked for them again");
    let reason = format!("{missing} parts are not there any more; send them again");
    Ok(Some(Failure::refuse(RelayCode::PartsMissing, reason)))
}

fn give_up(transaction: &mut dyn Transaction, name: PartsName, refused: Failure) -> Result<Outcome, Failure> {
    transaction.remove_upload(name)?;
    transaction.put_removal(name)?;
    Ok(Outcome::Ended(refused))
}

/// Writes item and leaves: label and `accepted`; then, unless it must be decided on, what its release writes.
fn enter(
    context: &Context,
    transaction: &mut dyn Transaction,
    force: &Force,
    parsed: &Parsed,
    (upload, header): (&UploadRecord, &[u8]),
    now: vault_keys::time::Time,
) -> Result<Vec<u64>, Failure> {
    let label = parsed.item.label().value();
    let (hash, access) = (parsed.label, parsed.item.access_hash());
    let mut chain = Chain::new(context, force, None);
    let mut leaves = vec![chain.note(transaction, parsed.item.label().note(), (hash, None), now)?];
    let accepted = release::about(force, &parsed.item, EventKind::Accepted, now);
    let accepted =
        Event { content: Some(label.content.blake3), ..release::in_force(force, &chain, accepted)? };
    leaves.push(chain.event(transaction, &accepted)?);
    // Where decisions are demanded the item waits: nothing is offered to anybody.
    let (mut state, waits) = (ItemState::Proposed, !label.deciders.is_empty());
    if waits {
        let decide_by = label.decide_by.ok_or(Failure::Ours("a proposal without an end was admitted"))?;
        transaction.put_proposal(hash, decide_by)?;
        transaction.put_deciders(hash, &proposal::deciders_of(label, parsed.item.access().value()))?;
    } else {
        state = state
            .release(label.decide_by, now)
            .map_err(|refusal| Failure::refuse(RelayCode::NotReleased, refusal.to_string()))?;
        leaves.extend(release::enter(force, transaction, &mut chain, &parsed.item, now)?);
    }
    let record = ItemRecord {
        label: hash,
        item: label.item,
        sender: label.sender.person,
        label_note: parsed.item.label().encode(),
        access,
        length: upload.length,
        content: label.content.blake3,
        state,
        accepted: now,
        released: (!waits).then_some(now),
        not_before: label.not_before,
        not_after: label.read_by.into_iter().chain(label.keep_until).min(),
        payload: Some(upload.name),
        brought_by: None,
        last_leaf: chain.last()?,
        accepted_index: leaves.last().copied().unwrap_or(0),
    };
    transaction.put_item(&record, header)?;
    Ok(leaves)
}

/// The leaves an acceptance was answered with: those up to the one it ended with.
fn acceptance(transaction: &dyn Transaction, item: &ItemRecord) -> Result<Vec<u64>, Failure> {
    let leaves = transaction.leaves(item.label)?;
    Ok(leaves.into_iter().map(|leaf| leaf.index).filter(|index| *index <= item.accepted_index).collect())
}

fn no_upload() -> Failure {
    Failure::refuse(RelayCode::NoSuchUpload, "there is no such upload; it begins with open")
}

fn refused_upload(refusal: &UploadRefusal, upload: &UploadRecord, label: LabelHash) -> Failure {
    let failure = match refusal {
        UploadRefusal::Incomplete { .. } => Failure::refuse(RelayCode::PartsMissing, refusal.to_string()),
        UploadRefusal::OtherContent { .. } => {
            Failure::against_rule(RelayCode::ContentMismatch, refusal.to_string())
        }
        _ => return Failure::Ours("a stored upload is not what was stored"),
    };
    failure.about(upload.item, label)
}
