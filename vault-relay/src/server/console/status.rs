//! How the relay is, in numbers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vault_keys::time::Time;

use super::super::context::{Context, blocking};
use super::super::failure::Failure;

/// How the relay is: `vault-relay status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Its name.
    pub relay: String,
    /// Version of the program.
    pub version: String,
    /// Since when it runs.
    pub started: Time,
    /// The directory in force, if there is one.
    pub directory: Option<u32>,
    /// Leaves in its storage.
    pub leaves: u64,
    /// Leaves under the last checkpoint: fewer only for a moment.
    pub published: u64,
    /// When that checkpoint was signed.
    pub checkpoint: Time,
    /// Connections of stations.
    pub connections: usize,
    /// Watches kept open.
    pub watches: usize,
    /// Downloads under way.
    pub fetches: usize,
    /// Items ever accepted.
    pub items: u64,
    /// Items that wait for decision.
    pub proposed: u64,
    /// Copies that nobody has received yet.
    pub waiting: u64,
    /// Items whose content is kept, and its bytes.
    pub payloads: u64,
    /// Bytes of these.
    pub payload_bytes: u64,
    /// Uploads not committed.
    pub uploads: u64,
    /// Uploads whose parts are still to be removed.
    pub removals: u64,
    /// Damaged parts.
    pub damaged: u64,
    /// Bytes free on the disk of the data folder.
    pub free_bytes: u64,
    /// Payload bytes that came since the start.
    pub bytes_in: u64,
    /// Payload bytes that went since the start.
    pub bytes_out: u64,
    /// Requests since the start by verb and outcome.
    pub requests: Vec<(String, String, u64)>,
}

/// Counts everything, and shows by that that storage can be read and written.
pub(super) async fn collect(context: &Arc<Context>) -> Result<Status, Failure> {
    let totals = context.read(|view| Ok(view.totals()?)).await?;
    // A transaction that changes nothing still takes the writer's turn: where it hangs or fails, so does everything else.
    context.write(|_| Ok(())).await?;
    let folder = context.config.data.clone();
    let free_bytes = blocking(move || Ok(free(&folder))).await?;
    let checkpoint = context.register.checkpoint();
    let (bytes_in, bytes_out) = context.counts.bytes();
    let requests = context.counts.requests().into_iter();
    Ok(Status {
        relay: context.name.to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started: context.started,
        directory: context.current.get().map(|force| force.directory().number()),
        leaves: totals.leaves,
        published: checkpoint.checkpoint().size(),
        checkpoint: checkpoint.time(),
        connections: context.stations.all(),
        watches: context.watches_of.all(),
        fetches: context.fetches.all(),
        items: totals.items,
        proposed: totals.proposed,
        waiting: totals.waiting,
        payloads: totals.payloads,
        payload_bytes: totals.payload_bytes,
        uploads: totals.uploads,
        removals: totals.removals,
        damaged: totals.damaged,
        free_bytes,
        bytes_in,
        bytes_out,
        requests: requests
            .map(|(verb, outcome, count)| (verb.to_owned(), outcome.to_owned(), count))
            .collect(),
    })
}

/// What the disk says is free; nothing where it does not say.
fn free(folder: &std::path::Path) -> u64 {
    rustix::fs::statvfs(folder).map_or(0, |disk| disk.f_bavail.saturating_mul(disk.f_frsize))
}
