//! `watch`: tells a client of every new version of the organisation while it stays connected, and that something of its person's
//! has changed.

use std::sync::Arc;
use std::time::Duration;

use super::super::context::{Caller, Context};
use super::super::failure::Failure;
use super::super::force::Force;
use super::super::reply::Reply;
use super::Frames;
use super::party::unix;
use crate::proto::codes::RelayCode;
use crate::proto::message::{News, Watch};

/// Watches of one person at once: his machines, and a few programs on each.
const WATCHES_PER_PERSON: usize = 16;

/// Between two words at least this: what changes many times in a moment is told of once.
const PAUSE: Duration = Duration::from_millis(200);

/// A word at least this often, so that either side notices when the other is gone.
const HEARTBEAT: Duration = Duration::from_secs(30);

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let Watch {} = frames.message().await?;
    frames.end().await?;
    let _place = context.watches_of.enter(caller.person, WATCHES_PER_PERSON).ok_or_else(|| {
        Failure::refuse(RelayCode::Busy, "this person watches from too many places already")
    })?;
    let (mut changes, mut closing) = (context.current.changes(), context.closing.clone());
    let mut mail = context.mail.of(caller.person);
    reply.accept().await?;
    loop {
        // Marked as seen before it is read, so that a change between the two is told of next.
        changes.borrow_and_update();
        let force = context.current.require()?;
        let number = *mail.borrow_and_update();
        reply.message(&news(&force, number)).await?;
        tokio::time::sleep(PAUSE).await;
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return Ok(()) },
            changed = mail.changed() => if changed.is_err() { return Ok(()) },
            () = tokio::time::sleep(HEARTBEAT) => {}
            _ = closing.changed() => return Ok(()),
            () = reply.gone() => return Ok(()),
        }
    }
}

fn news(force: &Force, mail: u64) -> News {
    let in_force = force.newest.organisation.in_force();
    let directory = in_force.signed_directory();
    News {
        root: in_force.root().number(),
        directory: directory.number(),
        hash: (*directory.hash().as_bytes()).into(),
        stop: in_force.last_stop().map_or(0, |stop| stop.number),
        fresh: in_force.fresh().map_or(0, |fresh| unix(fresh.made())),
        mail,
    }
}
