//! `publish`: puts a newer organisation in force. Who brings it does not matter: the officers' signatures do.

use std::sync::Arc;

use tokio::time::timeout;

use super::super::context::{Caller, Context, blocking};
use super::super::failure::Failure;
use super::super::force::InstallError;
use super::super::reply::Reply;
use super::super::{connection, freshness, install};
use super::Frames;
use crate::proto::codes::RelayCode;
use crate::proto::message::{ORGANISATION_MAX, Publish, Published};
use crate::proto::wire::{DATA_PATIENCE, WireError};

pub(super) async fn handle(
    context: &Arc<Context>,
    caller: Caller,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let publish: Publish = frames.message().await?;
    if publish.length > ORGANISATION_MAX {
        return Err(Failure::refuse(RelayCode::FrameTooLarge, "an organisation file is at most 64 MiB long"));
    }
    // Each may hold 64 MiB: one of each person, and one at a time. Officers have a lane of their own, and a file is judged in
    // its turn once it is here: nobody keeps a stop list waiting by handing in a slow one.
    let _place = context.publishing_of.enter(caller.person, 1).ok_or_else(|| {
        Failure::refuse(RelayCode::Busy, "an organisation file of this person is under way already")
    })?;
    let closing = |_| Failure::refuse(RelayCode::Closing, "the relay closes down");
    let lane = context.arriving.of(caller, &*context.current.require()?, context.now());
    let _arriving = lane.acquire().await.map_err(closing)?;
    let mut file = Vec::new();
    let arriving = async {
        while (file.len() as u64) < publish.length {
            let left = publish.length - file.len() as u64;
            frames.data(&mut file, left).await?;
        }
        frames.end().await
    };
    timeout(DATA_PATIENCE, arriving).await.map_err(|_| WireError::Silent)??;
    let _turn = context.publishing.acquire().await.map_err(closing)?;
    let ctx = Arc::clone(context);
    let new = blocking(move || {
        install::install(&*ctx.metadata, &ctx.own, &ctx.current, &file, ctx.now())
            .map_err(|error| Failure::refuse(code(&error), connection::chain(&error)))
    })
    .await?;
    // Stop lists hold from their leaf on, so the answer waits until it is published, and the notary names it.
    context.register.flush().await?;
    // What is in force already makes no note: each is dated later than the last, and would soon lie ahead of all clocks.
    freshness::follow(context).await?;
    let force = context.current.require()?;
    let (directory, stop) = (force.directory(), force.newest.organisation.in_force().last_stop());
    tracing::info!(directory = directory.number(), new, "an organisation was published");
    let published = Published {
        directory: directory.number(),
        hash: (*directory.hash().as_bytes()).into(),
        stop: stop.map_or(0, |stop| stop.number),
        new,
    };
    reply.accept_with(&published).await?;
    Ok(())
}

fn code(error: &InstallError) -> RelayCode {
    match error {
        InstallError::StopOvertaken { .. } => RelayCode::StopOvertaken,
        _ => RelayCode::OrganisationRefused,
    }
}
