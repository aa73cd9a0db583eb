//! The link itself: one QUIC connection, its streams, and what its errors mean.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use quinn::{
    Connection, ConnectionError, Endpoint, EndpointConfig, ReadError, RecvStream, SendStream, TokioRuntime,
    VarInt, WriteError,
};
use vault_keys::station::StationKey;

use super::dial::Peer;
use super::error::{ClientError, DialError};
use crate::congestion::Congestion;
use crate::proto::codes::{CLOSE_BUSY, CLOSE_STATION, RelayCode};
use crate::tls::{self, PublicKey, TlsKey};
use crate::transport;

/// How long one address may take before the next is tried.
const DIAL_PATIENCE: Duration = Duration::from_secs(10);

/// Within this time a goodbye is on its way.
const GOODBYE: Duration = Duration::from_millis(10);

/// The half of a stream that a request goes out on.
pub(super) type Sending = SendStream;
/// The half that its reply comes back on.
pub(super) type Receiving = RecvStream;

/// One connection.
#[derive(Debug, Clone)]
pub(super) struct Link {
    connection: Connection,
    // Dropping the endpoint would close its connections.
    endpoint: Endpoint,
    target: Arc<Target>,
}

/// Where a connection goes, and who makes it.
#[derive(Debug)]
struct Target {
    socket: SocketAddr,
    address: String,
    relay: PublicKey,
    congestion: Congestion,
    station: TlsKey,
}

impl Link {
    /// Connects as this station, trying the addresses in turn.
    pub(super) async fn dial(peer: &Peer, station: &StationKey) -> Result<Self, DialError> {
        let station = TlsKey::new(station)?;
        let mut last = DialError::NoAddress;
        for address in &peer.addresses {
            let Ok(resolved) = tokio::net::lookup_host(address).await else { continue };
            for socket in resolved {
                let (address, station) = (address.clone(), station.clone());
                let (relay, congestion) = (peer.key, peer.congestion);
                let target = Arc::new(Target { socket, address, relay, congestion, station });
                match Self::dial_one(target).await {
                    Ok(link) => return Ok(link),
                    // Somebody else answers there. Going on to the next address is safe: the key is pinned.
                    Err(error) => last = error,
                }
            }
        }
        Err(last)
    }

    /// One more connection to where this one goes.
    pub(super) async fn another(&self) -> Result<Self, DialError> {
        Self::dial_one(Arc::clone(&self.target)).await
    }

    async fn dial_one(target: Arc<Target>) -> Result<Self, DialError> {
        let (config, wrong_key) = tls::client(&target.station, target.relay)?;
        let mut config = quinn::ClientConfig::new(Arc::new(tls::quic_client(config)?));
        config.transport_config(transport::client(target.congestion));
        let any: SocketAddr = match target.socket.is_ipv6() {
            true => (Ipv6Addr::UNSPECIFIED, 0).into(),
            false => (Ipv4Addr::UNSPECIFIED, 0).into(),
        };
        let socket = transport::socket(any)?;
        let endpoint = Endpoint::new(EndpointConfig::default(), None, socket, Arc::new(TokioRuntime))?;
        // The name never leaves this machine: keys are pinned and SNI is off.
        let connecting = endpoint.connect_with(config, target.socket, "relay")?;
        let address = target.address.clone();
        match tokio::time::timeout(patience(), connecting).await {
            Ok(Ok(connection)) => Ok(Self { connection, endpoint, target }),
            Ok(Err(_)) if wrong_key.get() => Err(DialError::WrongRelayKey { address }),
            Ok(Err(error)) => Err(DialError::Unreachable { address, source: Box::new(error) }),
            Err(_) => Err(DialError::Unreachable { address, source: Box::new(ConnectionError::TimedOut) }),
        }
    }

    /// Opens a stream for one request.
    pub(super) async fn open(&self) -> Result<(Sending, Receiving), ClientError> {
        Ok(self.connection.open_bi().await?)
    }

    /// Says goodbye and waits until it is sent; not for the time in which it would be sent once more, some round trips,
    /// during which somebody would be kept waiting for nothing.
    pub(super) async fn close(self) {
        self.connection.close(VarInt::from_u32(0), b"");
        // A relay that does not hear it notices by itself that nobody is there.
        tokio::time::timeout(GOODBYE, self.endpoint.wait_idle()).await.ok();
    }

    /// Bytes of UDP payload sent and received so far.
    #[cfg(feature = "test-hooks")]
    pub(super) fn traffic(&self) -> (u64, u64) {
        let stats = self.connection.stats();
        (stats.udp_tx.bytes, stats.udp_rx.bytes)
    }
}

/// Whether the other side wants no more of a request.
pub(super) fn was_stopped(error: &std::io::Error) -> bool {
    matches!(error.get_ref().and_then(|e| e.downcast_ref()), Some(WriteError::Stopped(_)))
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

/// TLS alert `access_denied`, which the relay sends to a station its directory does not know (RFC 8446).
const ALERT_ACCESS_DENIED: u8 = 49;

impl From<ConnectionError> for ClientError {
    fn from(error: ConnectionError) -> Self {
        match &error {
            ConnectionError::ConnectionClosed(close)
                if u64::from(close.error_code) == 0x100 + u64::from(ALERT_ACCESS_DENIED) =>
            {
                Self::StationRefused
            }
            ConnectionError::ApplicationClosed(close)
                if close.error_code.into_inner() == u64::from(CLOSE_STATION) =>
            {
                Self::StationRefused
            }
            ConnectionError::ApplicationClosed(close)
                if close.error_code.into_inner() == u64::from(CLOSE_BUSY) =>
            {
                Self::Refused {
                    code: RelayCode::Busy.as_str().to_owned(),
                    reason: "too many connections".to_owned(),
                    retry: RelayCode::Busy.retry(),
                }
            }
            _ => Self::Connection(Box::new(error)),
        }
    }
}

/// QUIC stream errors arrive wrapped in I/O errors; the connection's own reason is inside.
pub(super) fn from_io(error: std::io::Error) -> ClientError {
    let inner = error.get_ref();
    if let Some(ReadError::ConnectionLost(lost)) = inner.and_then(|e| e.downcast_ref()) {
        return lost.clone().into();
    }
    if let Some(WriteError::ConnectionLost(lost)) = inner.and_then(|e| e.downcast_ref()) {
        return lost.clone().into();
    }
    ClientError::Connection(Box::new(error))
}

#[cfg(test)]
mod tests {
    use quinn::{ApplicationClose, ConnectionError, VarInt};

    use super::super::error::ClientError;
    use super::{CLOSE_BUSY, CLOSE_STATION};

    fn closed(code: u32) -> ClientError {
        let close = ApplicationClose { error_code: VarInt::from_u32(code), reason: b"".as_slice().into() };
        ConnectionError::ApplicationClosed(close).into()
    }

    /// Whoever is cut off is told so, and not that the network is bad.
    #[test]
    fn a_connection_closed_to_a_stopped_station_is_a_refusal() {
        assert!(matches!(closed(CLOSE_STATION), ClientError::StationRefused));
        assert!(matches!(closed(3), ClientError::Connection(_)), "a relay that closes down may come back");
        assert!(matches!(closed(CLOSE_BUSY), ClientError::Refused { retry: Some(_), .. }));
    }
}
