//! `replace`: the next header of an item whose copies still wait (design section 5, "Re-wrap").
//!
//! Brought by the label's sender, judged by the same check as at commit with the note now stored before it. Copies take
//! the new access note; a demand keeps the one it was shown.

use std::sync::Arc;

use vault_core::item::{ItemHeader, LabelHash};

use super::super::context::{Caller, Context};
use super::super::entry::Chain;
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::judge;
use super::{Frames, party};
use crate::proto::codes::RelayCode;
use crate::proto::message::{Done, Replace};
use crate::store::{StoreError, Transaction};

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
    let mut item =
        transaction.item(label)?.filter(|item| item.sender == caller.person).ok_or_else(nothing)?;
    let damaged = || StoreError::Damaged { what: "header" };
    let stored = transaction.header(label)?.ok_or_else(damaged)?;
    let stored = ItemHeader::parse(&stored).map_err(|_| damaged())?;
    let parsed = judge::parse(header, &force, caller, now)?;
    if parsed.label != label {
        return Err(Failure::refuse(RelayCode::MalformedRequest, "the header is of another label"));
    }
    judge::admit_next(&parsed, stored.access(), &force, transaction, caller, now)?;
    let access = parsed.item.access_hash();
    if access == item.access {
        // The same again gets the same answer; the first note of a line is covered by its acceptance.
        let known = transaction.leaf_of_note(label, parsed.item.access().hash())?;
        return known.map(|leaf| leaf.index).ok_or_else(|| {
            Failure::refuse(RelayCode::CopyState, "this header is the one in force since the acceptance")
        });
    }
    let mut waiting = false;
    for mut copy in transaction.copies(label)? {
        if copy.consignment.replace_header(access).is_ok() {
            waiting = true;
            transaction.put_copy(&copy)?;
        }
    }
    if !waiting {
        return Err(Failure::refuse(
            RelayCode::CopyState,
            "every copy has ended; nobody would be served by it",
        ));
    }
    let mut chain = Chain::new(context, &force, Some(item.last_leaf));
    let index = chain.note(transaction, parsed.item.access().note(), (label, None), now)?;
    (item.access, item.last_leaf) = (access, chain.last()?);
    transaction.put_header(label, header)?;
    transaction.update_item(&item)?;
    Ok(index)
}
