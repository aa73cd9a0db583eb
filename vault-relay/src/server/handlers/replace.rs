//! `replace`: the next header of an item, where its content need not come with it (design section 5, "Re-wrap").
//!
//! Copies that have not ended take the new access note; a demand keeps the one it was shown. Whoever it lets in by leave is
//! offered a copy of his own, and whoever a copy is passed on to gets that copy.

use std::sync::Arc;

use vault_core::item::LabelHash;

use super::super::context::{Caller, Context};
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::next::{self, Judged};
use super::{Frames, judge, party};
use crate::proto::codes::RelayCode;
use crate::proto::message::{Done, Replace};
use crate::store::Transaction;

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
    let (force, now) = (context.judging(transaction, caller)?, context.now());
    // Strangers learn nothing of an item, whatever they bring.
    party::find(transaction, &force, caller, label, now)?;
    let parsed = judge::parse(header, &force, caller, now)?;
    if parsed.label != label {
        return Err(Failure::refuse(RelayCode::MalformedRequest, "the header is of another label"));
    }
    match next::judge(context, transaction, (&force, &parsed), caller, now)? {
        Judged::Entered(index) => Ok(index),
        Judged::Next(next) => next.enter(transaction, header, None),
    }
}
