//! `stops`: evidence of where stop lists stand in the register; from there on they hold.

use std::sync::Arc;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::{Frames, party};
use crate::proto::message::{Done, Stops};

pub(super) async fn handle(
    context: &Arc<Context>,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let asked: Stops = frames.message().await?;
    frames.end().await?;
    let stops = context.read(move |view| Ok(view.stops_since(asked.after)?)).await?;
    context.register.flush().await?;
    let leaves = u32::try_from(stops.len()).map_err(|_| Failure::Ours("more stop lists than u32"))?;
    reply.accept_with(&Done { leaves }).await?;
    let positions: Vec<u64> = stops.iter().map(|stop| stop.position).collect();
    party::send_evidence(context, reply, &positions).await
}
