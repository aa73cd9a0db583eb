//! `restate`: what its signer had entered in a log that ended, and what the log in its place began without
//! (docs/register.md, "A log that lost leaves"). The old log's own proof says that it was entered, and when.

use std::sync::Arc;

use vault_core::register::checkpoint::LogVerifier;
use vault_core::register::event::EventKind;
use vault_core::register::leaf::{Leaf, LeafBody};
use vault_core::register::proof::Evidence;
use vault_keys::directory::Organisation;

use super::super::context::{Caller, Context};
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::super::upkeep;
use super::statement::{self, Statement};
use super::{Frames, demand, event, party, receipt};
use crate::proto::codes::RelayCode;
use crate::proto::message::{Done, Restate};
use crate::store::Transaction;

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let request: Restate = frames.message().await?;
    frames.end().await?;
    let lost = lost(&context.current.require()?.newest.organisation, &request.proof)?;
    let ctx = Arc::clone(context);
    let index = context.write(move |transaction| restate_in(&ctx, transaction, caller, &lost)).await?;
    context.register.flush().await?;
    upkeep::remove_parts(context).await?;
    reply.accept_with(&Done { leaves: 1 }).await?;
    party::send_evidence(context, reply, &[index]).await
}

/// The leaf that this proves to have stood in an ended log, behind what its successor began with.
fn lost(organisation: &Organisation, proof: &[u8]) -> Result<Leaf, Failure> {
    let not_lost = |reason: &str| Failure::refuse(RelayCode::NotLost, reason);
    let evidence = Evidence::parse(proof).map_err(|_| not_lost("this is no proof of a leaf"))?;
    let ends = organisation.roots().windows(2).filter_map(|pair| match pair {
        [before, after] if before.ended_log() != after.ended_log() => Some((before, after.ended_log()?)),
        _ => None,
    });
    for (root, ended) in ends {
        let Ok(origin) = ended.origin.as_str().parse() else { continue };
        let log = LogVerifier::new(origin, root.log().clone());
        match evidence.verify(&log, organisation.org()) {
            Ok(leaf) if leaf.index >= ended.size => return Ok(leaf.leaf),
            Ok(_) => return Err(not_lost("the register has this leaf")),
            Err(_) => {}
        }
    }
    Err(not_lost("this is no proof of a leaf in a log that ended"))
}

fn restate_in(
    context: &Context,
    transaction: &mut dyn Transaction,
    caller: Caller,
    lost: &Leaf,
) -> Result<u64, Failure> {
    let (force, now) = (context.judging(transaction, caller)?, context.now());
    let LeafBody::Note(note) = lost.body() else {
        let reason = "what the relay said itself is not entered again";
        return Err(Failure::refuse(RelayCode::StatementKind, reason));
    };
    let kinds = [demand::KINDS.as_slice(), &[EventKind::Received], &event::KINDS].concat();
    let statement = statement::verify(&note.encode(), &kinds, &force, caller)?;
    let statement = Statement { restates: Some(lost.hash()), ..statement };
    let by = (&*force, caller);
    match statement.event().kind {
        kind if demand::KINDS.contains(&kind) => demand::enter(context, transaction, by, &statement, now),
        EventKind::Received => receipt::enter(context, transaction, by, &statement, now),
        _ => event::enter(context, transaction, by, &statement, now),
    }
}
