//! Several connections for one transfer.
//!
//! On a line that loses packets each connection slows down by itself, so four carry more than one; and each has its packets
//! sealed on a processor core of its own. The others are made when the first piece wants one, while pieces go on the first.

use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::dial::Client;

/// Connections of one transfer, the one it began on among them. A station may have 16 by default.
pub(super) const LANES: usize = 4;

/// How long a piece waits for a connection of its own before it goes on the first.
const PATIENCE: Duration = Duration::from_secs(3);

/// The connections of one transfer.
#[derive(Debug)]
pub(super) struct Lanes {
    first: Client,
    others: [OnceCell<Option<Client>>; LANES - 1],
}

impl Lanes {
    /// A transfer that begins on this connection.
    pub(super) fn new(first: &Client) -> Self {
        Self { first: first.clone(), others: Default::default() }
    }

    /// The connection it began on.
    pub(super) fn first(&self) -> &Client {
        &self.first
    }

    /// The connection for the piece of this number; the first where no other is to be had.
    pub(super) async fn of(&self, number: u64) -> &Client {
        let lane = usize::try_from(number % LANES as u64).unwrap_or_default();
        let Some(cell) = lane.checked_sub(1).and_then(|other| self.others.get(other)) else {
            return &self.first;
        };
        let another = async || timeout(PATIENCE, self.first.another()).await.ok().flatten();
        cell.get_or_init(another).await.as_ref().unwrap_or(&self.first)
    }

    /// Ends the others; the first goes on.
    pub(super) async fn end(&self) {
        for other in self.others.iter().filter_map(|cell| cell.get()?.clone()) {
            other.close().await;
        }
    }
}
