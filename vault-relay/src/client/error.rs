//! What can go wrong for a client, split by blame.

use vault_core::decision::ChainError;
use vault_core::register::checkpoint::SignedCheckpoint;
use vault_core::transfer::copy::CopyState;
use vault_keys::directory::{StopSuccessionError, SuccessionError};

use super::link::from_io;
use crate::proto::wire::WireError;
#[cfg(feature = "network")]
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
        source: Box<dyn std::error::Error + Send + Sync>,
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
    #[cfg(feature = "network")]
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The address or settings were refused before anything was sent.
    #[cfg(feature = "network")]
    #[error("the connection could not be begun")]
    Begin(#[from] quinn::ConnectError),
    /// The program was built for machines that stand alone: it has no code that could connect.
    #[error("this program has no network code")]
    NoNetwork,
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
    /// The relay's checkpoint is of another log than the root in hand names. A root that is not here yet may name it.
    #[error("the relay shows a checkpoint of the log {0}")]
    OtherLog(String),
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
    /// The relay says that a copy is in this state, and no leaf of the register shows it.
    #[error("no leaf of the register shows that copy {copy} is {}", .state.word())]
    Unproved {
        /// Copy number.
        copy: u32,
        /// What the relay says of it.
        state: CopyState,
    },
    /// The register shown is smaller than the one seen before, or is not proved to continue it.
    #[error("the relay's register of {shown} leaves does not continue the {had} seen before")]
    NotContinued {
        /// Leaves seen before.
        had: u64,
        /// Leaves shown now.
        shown: u64,
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
