//! How the relay is, in numbers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vault_keys::time::Time;

use super::super::context::{Context, blocking};
use super::super::failure::Failure;
use crate::store::Totals;

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
    /// How much there is of everything.
    #[serde(flatten)]
    pub totals: Totals,
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
        published: checkpoint.checkpoint().size(),
        checkpoint: checkpoint.time(),
        connections: context.stations.all(),
        watches: context.watches_of.all(),
        fetches: context.fetches.all(),
        totals,
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
