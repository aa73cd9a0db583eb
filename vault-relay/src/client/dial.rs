//! Dialling a relay, and the shape every request shares.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use quinn::{
    Connection, ConnectionError, Endpoint, EndpointConfig, RecvStream, SendStream, TokioRuntime, VarInt,
};
use vault_core::register::checkpoint::LogVerifier;
use vault_keys::directory::{Relay, Root};
use vault_keys::station::StationKey;

use super::error::{ClientError, DialError};
use super::register::{LogKeys, Seen};
use crate::proto::VERSION;
use crate::proto::frame::Message;
use crate::proto::message::{Answer, Head, MAGIC, Verb};
use crate::proto::wire::{FrameReader, FrameWriter, WireError};
use crate::tls::{self, PublicKey, TlsKey};
use crate::transport;

/// How long one address may take before the next is tried.
const DIAL_PATIENCE: Duration = Duration::from_secs(10);

/// The relay to speak to, as root names it.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Where it is reached, `host:port`, tried in this order.
    pub addresses: Vec<String>,
    /// Its TLS key: whatever answers with another is not spoken to.
    pub key: PublicKey,
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
            log: LogKeys { org: root.org(), verifier: LogVerifier::new(origin, root.log().clone()) },
        })
    }
}

/// One connection to one relay as one station.
#[derive(Debug, Clone)]
pub struct Client {
    connection: Connection,
    // Dropping the endpoint would close its connections.
    endpoint: Endpoint,
    log: Arc<LogKeys>,
    seen: Arc<Mutex<Seen>>,
}

impl Client {
    /// Connects to the relay as this station, trying its addresses in turn.
    pub async fn dial(peer: &Peer, station: &StationKey) -> Result<Self, DialError> {
        let key = TlsKey::new(station)?;
        let mut last = DialError::NoAddress;
        for address in &peer.addresses {
            let Ok(resolved) = tokio::net::lookup_host(address).await else { continue };
            for socket in resolved {
                match dial_one(socket, address, peer.key, &key).await {
                    Ok((connection, endpoint)) => {
                        let (log, seen) = (Arc::new(peer.log.clone()), Arc::default());
                        return Ok(Self { connection, endpoint, log, seen });
                    }
                    // Somebody else answers there. Going on to the next address is safe: the key is pinned.
                    Err(error) => last = error,
                }
            }
        }
        Err(last)
    }

    /// Says goodbye and waits until it is sent.
    pub async fn close(self) {
        self.connection.close(VarInt::from_u32(0), b"");
        self.endpoint.wait_idle().await;
    }

    /// Bytes of UDP payload sent and received on this connection so far, for benches.
    #[cfg(feature = "test-hooks")]
    pub fn traffic(&self) -> (u64, u64) {
        let stats = self.connection.stats();
        (stats.udp_tx.bytes, stats.udp_rx.bytes)
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
        let (send, recv) = self.connection.open_bi().await?;
        let mut call = Call { out: FrameWriter::new(send), back: FrameReader::new(recv) };
        let head = Head { magic: MAGIC.to_owned(), version: VERSION, verb: verb as u8 };
        call.out.message(&head).await?;
        call.out.message(message).await?;
        Ok(call)
    }
}

/// The rest of a reply, after the relay said yes.
pub(super) type Reply = FrameReader<RecvStream>;

/// A request under way.
#[derive(Debug)]
pub(super) struct Call {
    out: FrameWriter<SendStream>,
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

fn was_stopped(error: &std::io::Error) -> bool {
    matches!(error.get_ref().and_then(|e| e.downcast_ref()), Some(quinn::WriteError::Stopped(_)))
        || error.kind() == std::io::ErrorKind::NotConnected
}

fn patience() -> Duration {
    // A relay that is away answers nothing on some machines, and a journey would wait the whole time for it.
    #[cfg(feature = "test-hooks")]
    if let Some(millis) = std::env::var("VAULT_TEST_DIAL_MILLIS").ok().and_then(|words| words.parse().ok()) {
        return Duration::from_millis(millis);
    }
    DIAL_PATIENCE
}

async fn dial_one(
    socket: SocketAddr,
    address: &str,
    relay: PublicKey,
    station: &TlsKey,
) -> Result<(Connection, Endpoint), DialError> {
    let (config, wrong_key) = tls::client(station, relay)?;
    let mut config = quinn::ClientConfig::new(Arc::new(tls::quic_client(config)?));
    config.transport_config(transport::client());
    let any: SocketAddr =
        if socket.is_ipv6() { (Ipv6Addr::UNSPECIFIED, 0).into() } else { (Ipv4Addr::UNSPECIFIED, 0).into() };
    let endpoint =
        Endpoint::new(EndpointConfig::default(), None, transport::socket(any)?, Arc::new(TokioRuntime))?;
    // The name never leaves this machine: keys are pinned and SNI is off.
    let connecting = endpoint.connect_with(config, socket, "relay")?;
    let failed = |source| DialError::Unreachable { address: address.to_owned(), source: Box::new(source) };
    match tokio::time::timeout(patience(), connecting).await {
        Ok(Ok(connection)) => Ok((connection, endpoint)),
        Ok(Err(_)) if wrong_key.get() => Err(DialError::WrongRelayKey { address: address.to_owned() }),
        Ok(Err(error)) => Err(failed(error)),
        Err(_) => Err(failed(ConnectionError::TimedOut)),
    }
}
