//! `sync`: brings a client's organisation up to date; only what changed travels.

use std::sync::Arc;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::reply::Reply;
use super::Frames;
use super::party::unix;
use crate::proto::message::{Sync, Synced};

pub(super) async fn handle(
    context: &Arc<Context>,
    frames: &mut Frames,
    reply: &mut Reply,
) -> Result<(), Failure> {
    let have: Sync = frames.message().await?;
    frames.end().await?;
    let force = context.current.require()?;
    let organisation = &force.newest.organisation;
    let (directory, in_force) = (organisation.directory(), organisation.in_force());
    let known = have.hash.as_ref().map(|hash| **hash);
    let same = have.directory == directory.number() && known == Some(*directory.hash().as_bytes());

    // Differences only for whoever has a directory this relay knows as its own past.
    let past = organisation
        .earlier()
        .iter()
        .any(|head| head.value().number == have.directory && known == Some(*head.hash().as_bytes()));
    let entries: Vec<Vec<u8>> = if same {
        Vec::new()
    } else if past {
        let number = have.directory;
        context.read(move |view| Ok(view.entries_since(number)?)).await?
    } else {
        directory.entry_texts().map(<[u8]>::to_vec).collect()
    };
    let roots: Vec<_> = organisation.roots().iter().filter(|root| root.number() > have.root).collect();
    let earlier: Vec<_> = if same {
        Vec::new()
    } else {
        organisation.earlier().iter().filter(|head| head.value().number > have.directory).collect()
    };
    let stops: Vec<_> = in_force.stops().iter().filter(|stop| stop.number() > have.stop).collect();
    let fresh = in_force.fresh().filter(|fresh| unix(fresh.made()) > have.fresh);
    let count = |number: usize| u32::try_from(number).map_err(|_| Failure::Ours("more texts than u32"));
    let synced = Synced {
        roots: count(roots.len())?,
        newer: !same,
        earlier: count(earlier.len())?,
        whole: !past,
        entries: count(entries.len())?,
        stops: count(stops.len())?,
        fresh: fresh.is_some(),
    };
    reply.accept_with(&synced).await?;
    for root in roots {
        reply.text(&root.note().encode()).await?;
    }
    if !same {
        reply.text(&organisation.policy().encode()).await?;
        reply.text(&directory.head().encode()).await?;
        for head in earlier {
            reply.text(&head.encode()).await?;
        }
        for entry in entries {
            reply.text(&entry).await?;
        }
    }
    for stop in stops {
        reply.text(&stop.signed().encode()).await?;
    }
    if let Some(fresh) = fresh {
        reply.text(&fresh.signed().encode()).await?;
    }
    Ok(())
}
