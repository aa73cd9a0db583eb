//! One file per verb: read the request, load facts, ask the rules, write, answer (docs/relay-protocol.md, "Verbs").
//!
//! No rule stands here. What may happen is decided by `admission::check`, `transfer::{copy, item, upload}` and
//! the form of signed texts; a handler only brings them the facts and keeps the order of writes.

mod announce;
mod asked;
mod commit;
mod decide;
mod demand;
mod event;
mod fetch;
mod header;
mod invite;
mod judge;
mod list;
mod next;
mod open;
mod part;
mod party;
mod pass;
mod proposal;
mod publish;
mod receipt;
mod register;
mod release;
mod remind;
mod replace;
pub(super) mod request;
mod restate;
mod statement;
mod status;
mod stops;
mod sync;
mod take_back;
mod watch;

use std::sync::Arc;

pub(crate) use proposal::end as end_proposal;
use quinn::RecvStream;
pub(crate) use receipt::let_payload_go;

use super::context::{Caller, Context};
use super::failure::Failure;
use super::reply::Reply;
use crate::proto::message::Verb;
use crate::proto::wire::FrameReader;

/// The request's frames after the head.
type Frames = FrameReader<RecvStream>;

/// Gives a request to the handler of its verb.
pub(super) async fn dispatch(
    verb: Verb,
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    match verb {
        Verb::Open => open::handle(context, caller, frames, reply).await,
        Verb::Part => part::handle(context, caller, frames, reply).await,
        Verb::Commit => commit::handle(context, caller, frames, reply).await,
        Verb::List => list::handle(context, caller, frames, reply).await,
        Verb::Header => header::handle(context, caller, frames, reply).await,
        Verb::Demand => demand::handle(context, caller, frames, reply).await,
        Verb::Fetch => fetch::handle(context, caller, frames, reply).await,
        Verb::Receipt => receipt::handle(context, caller, frames, reply).await,
        Verb::Event => event::handle(context, caller, frames, reply).await,
        Verb::Status => status::handle(context, caller, frames, reply).await,
        Verb::Sync => sync::handle(context, frames, reply).await,
        Verb::Publish => publish::handle(context, caller, frames, reply).await,
        Verb::Register => register::handle(context, frames, reply).await,
        Verb::Invite => invite::handle(context, frames, reply).await,
        Verb::Request => request::handle(context, Some(caller), frames, reply).await,
        Verb::Requests => request::list(context, caller, frames, reply).await,
        Verb::Watch => watch::handle(context, caller, frames, reply).await,
        Verb::Replace => replace::handle(context, caller, frames, reply).await,
        Verb::Stops => stops::handle(context, frames, reply).await,
        Verb::Decide => decide::handle(context, caller, frames, reply).await,
        Verb::Ask => asked::ask(context, caller, frames, reply).await,
        Verb::Asked => asked::list(context, caller, frames, reply).await,
        Verb::Respond => asked::respond(context, caller, frames, reply).await,
        Verb::Restate => restate::handle(context, caller, frames, reply).await,
        Verb::Announce => announce::handle(context, caller, frames, reply).await,
    }
}
