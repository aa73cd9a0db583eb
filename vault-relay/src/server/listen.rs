//! Taking connections: the limit on how many, and their end (docs/relay-protocol.md, "Limits").

use std::sync::Arc;
use std::time::Duration;

use quinn::{Endpoint, VarInt};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::connection;
use super::context::Context;
use super::door::{Address, Knock};
use crate::proto::codes::RelayCode;

/// Takes connections on one endpoint until told to close, then drains.
///
/// Draining: no new connection, no new request; requests under way get the configured time to finish.
pub(crate) async fn serve(endpoint: Endpoint, context: Arc<Context>, mut closing: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            incoming = endpoint.accept() => {
                let Some(incoming) = incoming else { break };
                let from = incoming.remote_address().ip();
                let address = match incoming.remote_address_validated() {
                    true => Address::Shown,
                    false => Address::Claimed,
                };
                match context.door.knock(from, address, connections.len(), &context.limits()) {
                    Knock::Enter(place) => {
                        let (context, closing) = (Arc::clone(&context), closing.clone());
                        connections.spawn(connection::serve(context, incoming, place, closing));
                    }
                    Knock::ShowAddress => {
                        if incoming.retry().is_err() {
                            tracing::debug!("a connection could not be asked to validate its address");
                        }
                    }
                    Knock::Wait => {
                        tracing::debug!(%from, "an address with so many handshakes waits");
                        incoming.ignore();
                    }
                    Knock::Refuse => {
                        tracing::warn!(open = connections.len(), "no room for another connection");
                        incoming.refuse();
                    }
                }
            }
            Some(_) = connections.join_next() => {}
            _ = closing.changed() => break,
        }
    }
    endpoint.set_server_config(None);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(Duration::from_secs(context.limits().drain_seconds), drained).await.is_err() {
        tracing::warn!(open = connections.len(), "closing with requests under way");
    }
    endpoint.close(VarInt::from_u32(0), RelayCode::Closing.as_str().as_bytes());
    endpoint.wait_idle().await;
}
