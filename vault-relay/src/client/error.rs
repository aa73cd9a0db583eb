//! What can go wrong for a client, split by blame.

use quinn::{ConnectError, ConnectionError, ReadError, WriteError};
use vault_core::decision::ChainError;
use vault_core::register::checkpoint::SignedCheckpoint;
use vault_keys::directory::{StopSuccessionError, SuccessionError};

use crate::proto::codes::{CLOSE_BUSY, CLOSE_STATION, RelayCode};
use crate::proto::wire::WireError;
use crate::tls::TlsError;

/// Why no connection came about.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DialError {
    /// Root names no address, or none could be resolved.
    #[error("no address of the relay could be resolved")]
    NoAddress,
    /// Every address was tried; the last failure.
    #[error("the relay cannot be reached at {address}")]
    Unreachable {
        /// The address tried last.
        address: String,
        /// Why.
        #[source]
        source: Box<ConnectionError>,
    },
    /// Something answered with another key than the one root names: not our relay.
    #[error("what answers at {address} is not the relay: it has another key")]
    WrongRelayKey {
        /// Where.
        address: String,
    },
    /// The local socket or settings failed.
    #[error("the local network socket failed")]
    Socket(#[from] std::io::Error),
    /// The TLS settings could not be made.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The address or settings were refused before anything was sent.
    #[error("the connection could not be begun")]
    Begin(#[from] ConnectError),
}

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The relay refused, with its stable code.
    #[error("the relay refused ({code}): {reason}")]
    Refused {
        /// Stable code (docs/refusals.md).
        code: String,
        /// One English sentence.
        reason: String,
        /// Seconds after which the same may succeed.
        retry: Option<u32>,
    },
    /// The relay does not know this station, or no longer: it closed the connection.
    #[error("the relay does not know this station")]
    StationRefused,
    /// The connection broke.
    #[error("the connection to the relay broke")]
    Connection(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The relay broke the protocol.
    #[error("the relay broke the protocol: {0}")]
    Protocol(String),
    /// What the relay presents as evidence does not verify.
    #[error("the relay's evidence does not hold: {0}")]
    Evidence(String),
    /// The leaves of an item are no chain: a decision may have been left out.
    #[error("the relay's evidence leaves something out")]
    Chain(#[from] ChainError),
    /// Two signed checkpoints of the log contradict each other: a split view. Both are evidence against it.
    #[error("the relay's register shows two pasts")]
    Split {
        /// What was seen before.
        had: Box<SignedCheckpoint>,
        /// What is shown now.
        shown: Box<SignedCheckpoint>,
    },
    /// What the relay presents as the organisation does not verify.
    #[error("the relay's organisation does not hold: {0}")]
    Organisation(String),
    /// The relay's directory does not follow the one in hand: older, another of the same number, or with a gap.
    #[error("the relay's directory does not follow the one in hand")]
    Succession(#[source] SuccessionError),
    /// The relay's stop lists do not follow those in hand.
    #[error("the relay's stop lists do not follow those in hand")]
    Stops(#[source] StopSuccessionError),
    /// Signed texts of the relay and of this client cannot both be: officers signed twice. What was shown is evidence.
    #[error("the relay shows a signed text that contradicts the one in hand")]
    Contradiction {
        /// The note that the relay showed, as it came; its signatures verify.
        shown: Vec<u8>,
        /// What it contradicts: [`ClientError::Succession`] or [`ClientError::Stops`].
        #[source]
        error: Box<Self>,
    },
    /// The local file cannot be read or written.
    #[error("the local file failed")]
    File(#[source] std::io::Error),
    /// The local file is not what was announced: it changed between part and resume.
    #[error("the spool file is not what its label says any more")]
    SpoolChanged,
    /// Stopped by the caller.
    #[error("stopped")]
    Cancelled,
}

impl ClientError {
    /// Whether the same request may succeed later without any change.
    #[must_use]
    pub fn may_retry(&self) -> bool {
        match self {
            Self::Refused { retry, .. } => retry.is_some(),
            Self::Connection(_) => true,
            _ => false,
        }
    }
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

impl From<WireError> for ClientError {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Io(error) => from_io(error),
            WireError::Frame(error) => Self::Protocol(error.to_string()),
            WireError::Trailing => Self::Protocol(WireError::Trailing.to_string()),
            other => Self::Connection(Box::new(other)),
        }
    }
}

/// QUIC stream errors arrive wrapped in I/O errors; the connection's own reason is inside.
fn from_io(error: std::io::Error) -> ClientError {
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

    use super::{CLOSE_BUSY, CLOSE_STATION, ClientError};

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
