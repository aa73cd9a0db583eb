//! `status`: where an item and its copies stand, with the evidence for it.

use std::sync::Arc;

use vault_core::item::LabelHash;

use super::super::context::{Caller, Context};
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::{Frames, party};
use crate::proto::message::{ItemRequest, Status};

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let request: ItemRequest = frames.message().await?;
    frames.end().await?;
    let label = LabelHash::from_bytes(*request.label);
    let ctx = Arc::clone(context);
    let party = context
        .read(move |view| party::find(view, &*ctx.current.require()?, caller, label, ctx.now()))
        .await?;
    // What was written just now by another request may still be on its way to a checkpoint.
    context.register.flush().await?;
    let indices: Vec<u64> = party.leaves.iter().map(|leaf| leaf.index).collect();
    let status = Status {
        label: (*label.as_bytes()).into(),
        state: party.item.state.word().to_owned(),
        accepted: party::unix(party.item.accepted),
        released: party.item.released.map(party::unix),
        copies: party.copies.iter().map(party::line).collect(),
        leaves: u32::try_from(indices.len()).map_err(|_| Failure::Ours("more leaves than u32"))?,
    };
    reply.accept_with(&status).await?;
    party::send_evidence(context, reply, &indices).await
}
