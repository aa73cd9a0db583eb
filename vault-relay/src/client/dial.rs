//! Dialling a relay, and the shape every request shares.

use std::sync::{Arc, Mutex};

use vault_core::register::checkpoint::LogVerifier;
use vault_keys::directory::{Relay, Root};
use vault_keys::station::StationKey;

use super::error::{ClientError, DialError};
use super::link::{Link, Receiving, Sending, was_stopped};
use super::register::{LogKeys, Seen};
use crate::congestion::Congestion;
use crate::proto::VERSION;
use crate::proto::frame::Message;
use crate::proto::message::{Answer, Head, MAGIC, Verb};
use crate::proto::wire::{FrameReader, FrameWriter, WireError};

/// The relay to speak to, as root names it.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Where it is reached, `host:port`, tried in this order.
    pub addresses: Vec<String>,
    /// Its TLS key: whatever answers with another is not spoken to.
    pub key: [u8; 32],
    /// How this side finds out how much the line carries.
    pub congestion: Congestion,
    /// The keys its register is signed with.
    pub log: LogKeys,
}

/// Why a root names no relay to speak to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("root names no relay")]
pub struct NoRelay;

impl Peer {
    /// The first relay a root names.
    pub fn from_root(root: &Root) -> Result<Self, NoRelay> {
        let relay = root.relays().first().ok_or(NoRelay)?;
        Self::of(root, relay)
    }

    /// One of the relays a root names.
    pub fn of(root: &Root, relay: &Relay) -> Result<Self, NoRelay> {
        let origin = root.log_origin().as_str().parse().map_err(|_| NoRelay)?;
        Ok(Self {
            addresses: relay.addresses.clone(),
            key: relay.ed25519.0,
            congestion: Congestion::default(),
            log: LogKeys { org: root.org(), verifier: LogVerifier::new(origin, root.log().clone()) },
        })
    }
}

/// One connection to one relay as one station.
#[derive(Debug, Clone)]
pub struct Client {
    link: Link,
    log: Arc<LogKeys>,
    seen: Arc<Mutex<Seen>>,
}

impl Client {
    /// Connects to the relay as this station, trying its addresses in turn.
    pub async fn dial(peer: &Peer, station: &StationKey) -> Result<Self, DialError> {
        let link = Link::dial(peer, station).await?;
        Ok(Self { link, log: Arc::new(peer.log.clone()), seen: Arc::default() })
    }

    /// One more connection to the same relay, as the same station; none where it cannot be had.
    pub(super) async fn another(&self) -> Option<Self> {
        let link = self.link.another().await.ok()?;
        Some(Self { link, log: Arc::clone(&self.log), seen: Arc::clone(&self.seen) })
    }

    /// Says goodbye and waits until it is sent.
    pub async fn close(self) {
        self.link.close().await;
    }

    /// Bytes of UDP payload sent and received on this connection so far, for benches.
    #[cfg(all(feature = "test-hooks", feature = "network"))]
    pub fn traffic(&self) -> (u64, u64) {
        self.link.traffic()
    }

    /// The keys evidence of this relay is checked against.
    pub(super) fn log(&self) -> &LogKeys {
        &self.log
    }

    /// Checkpoints not yet confirmed.
    pub(super) fn seen(&self) -> &Mutex<Seen> {
        &self.seen
    }

    /// Sends a request that consists of one message, and reads the relay's answer.
    pub(super) async fn call<M: Message>(&self, verb: Verb, message: &M) -> Result<Reply, ClientError> {
        let mut call = self.begin(verb, message).await?;
        call.finish().await?;
        call.answer().await
    }

    /// Sends the first two frames of a request; data may follow.
    pub(super) async fn begin<M: Message>(&self, verb: Verb, message: &M) -> Result<Call, ClientError> {
        let (send, recv) = self.link.open().await?;
        let mut call = Call { out: FrameWriter::new(send), back: FrameReader::new(recv) };
        let head = Head { magic: MAGIC.to_owned(), version: VERSION, verb: verb as u8 };
        call.out.message(&head).await?;
        call.out.message(message).await?;
        Ok(call)
    }
}

/// The rest of a reply, after the relay said yes.
pub(super) type Reply = FrameReader<Receiving>;

/// A request under way.
#[derive(Debug)]
pub(super) struct Call {
    out: FrameWriter<Sending>,
    back: Reply,
}

impl Call {
    /// Sends a piece of data. `false` when the relay wants no more of it: its answer says why.
    pub(super) async fn data(&mut self, bytes: &[u8]) -> Result<bool, ClientError> {
        match self.out.data(bytes).await {
            Ok(()) => Ok(true),
            Err(WireError::Io(error)) if was_stopped(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Ends the request.
    pub(super) async fn finish(&mut self) -> Result<(), ClientError> {
        match self.out.finish().await {
            Err(WireError::Io(error)) if was_stopped(&error) => Ok(()),
            other => Ok(other?),
        }
    }

    /// Reads the relay's yes or no.
    pub(super) async fn answer(mut self) -> Result<Reply, ClientError> {
        let answer: Answer = self.back.message().await?;
        match answer.refused {
            None => Ok(self.back),
            Some(refused) => {
                Err(ClientError::Refused { code: refused.code, reason: refused.reason, retry: refused.retry })
            }
        }
    }
}
