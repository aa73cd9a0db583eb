//! `announce`: an item that is still being sealed, so that its parts may come meanwhile. It grants nothing: `open` follows
//! with the header, and is judged as ever.

use std::sync::Arc;

use vault_core::item::{ItemError, ItemId};
use vault_core::level::Level;
use vault_core::stream::layout::ContentLen;

use super::super::context::{Caller, Context};
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::{Frames, judge, open};
use crate::proto::codes::RelayCode;
use crate::proto::message::Announce;
use crate::store::{PartsName, UploadRecord};

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let announce: Announce = frames.message().await?;
    frames.end().await?;
    let unfit = |what| Failure::refuse(RelayCode::MalformedRequest, what);
    let item: ItemId = announce.item.parse().map_err(|_| unfit("this is no item id"))?;
    let length = ContentLen::new(announce.length).map_err(|_| unfit("no payload has this length"))?;
    let ctx = Arc::clone(context);
    let opened = context.write(move |transaction| {
        let force = ctx.judging(transaction, caller)?;
        let now = ctx.now();
        // Top secret is refused before a byte of it comes.
        Level::from_word(&announce.level)
            .map_err(|refused| judge::unreadable(&ItemError::from(refused), &force, caller, now))?;
        let name = PartsName::announced(caller.person, item);
        open::may_begin(&ctx, &force, transaction, caller, name, length)?;
        match transaction.upload(name)? {
            Some(begun) if begun.length != length => {
                return Err(unfit("this item was announced with another length"));
            }
            Some(_) => {}
            None => transaction.put_upload(&UploadRecord {
                name,
                sender: caller.person,
                item,
                header: None,
                length,
                opened: now,
            })?,
        }
        open::opened(transaction, name, length)
    });
    Ok(reply.accept_with(&opened.await?).await?)
}
