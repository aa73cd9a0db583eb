//! `list`: label facts, page by page. No header, no title; only items whose acceptance is published.

use std::sync::Arc;

use super::super::context::{Caller, Context};
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::{Frames, party, proposal};
use crate::proto::codes::RelayCode;
use crate::proto::message::{Entry, Folder, List, Listing, PAGE_MAX};

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let list: List = frames.message().await?;
    frames.end().await?;
    let most = list.most.clamp(1, PAGE_MAX);
    let size = context.register.checkpoint().checkpoint().size();
    let ctx = Arc::clone(context);
    let folder = Folder::from_number(list.folder).ok_or_else(|| {
        Failure::refuse(RelayCode::MalformedRequest, format!("there is no folder {}", list.folder))
    })?;
    let after = list.after;
    let mut listed = context
        .read(move |view| {
            // One more than asked for says whether there is more.
            let (force, most) = (ctx.current.require()?, most + 1);
            Ok(match folder {
                Folder::In => view.inbox(&force.holders_of(caller.person), size, after, most)?,
                Folder::Sent => view.sent(caller.person, size, after, most)?,
                Folder::Deciding => {
                    view.deciding(&proposal::capacities(&force, caller, ctx.now()), size, after, most)?
                }
            })
        })
        .await?;
    let more = listed.len() > most as usize;
    listed.truncate(most as usize);
    let entries = u32::try_from(listed.len()).map_err(|_| Failure::Ours("more entries than u32"))?;
    reply.accept_with(&Listing { entries, more }).await?;
    for entry in listed {
        reply
            .message(&Entry {
                cursor: entry.cursor,
                label: entry.item.label_note.into(),
                state: entry.item.state.word().to_owned(),
                accepted: party::unix(entry.item.accepted),
                copies: entry.copies.iter().map(party::line).collect(),
            })
            .await?;
    }
    Ok(())
}
