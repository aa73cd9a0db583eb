//! `register`: checkpoint, consistency and hash tiles, for everybody the directory knows.

use std::sync::Arc;

use vault_core::register::tiles::TileId;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::Frames;
use crate::proto::codes::RelayCode;
use crate::proto::message::{RegisterReply, RegisterRequest};

pub(super) async fn handle(
    context: &Arc<Context>,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let request: RegisterRequest = frames.message().await?;
    frames.end().await?;
    let nothing = || Failure::refuse(RelayCode::NoSuchTile, "the register has no such size or tile");
    let checkpoint = context.register.checkpoint();
    let consistency = match request.from {
        Some(earlier) => {
            context.register.consistency(earlier, Arc::clone(&checkpoint)).await?.ok_or_else(nothing)?
        }
        None => Vec::new(),
    };
    let tile = match request.tile {
        Some(path) => {
            let tile: TileId = path.parse().map_err(|_| nothing())?;
            context.register.tile(tile).await?.ok_or_else(nothing)?
        }
        None => Vec::new(),
    };
    reply
        .accept_with(&RegisterReply {
            checkpoint: checkpoint.encode().into(),
            consistency: consistency.into_iter().map(Into::into).collect(),
            tile: tile.into(),
        })
        .await?;
    Ok(())
}
