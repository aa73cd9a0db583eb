//! The link of a program for machines that stand alone: nobody can make one, and no code of a network is linked.

use vault_keys::station::StationKey;

use super::dial::Peer;
use super::error::{ClientError, DialError};

/// Never used: there is no connection to open a stream on.
pub(super) type Sending = tokio::io::Empty;
/// The same.
pub(super) type Receiving = tokio::io::Empty;

/// One connection, of which there are none.
#[derive(Debug, Clone)]
pub(super) enum Link {}

impl Link {
    #[expect(clippy::unused_async, reason = "the shape of the link that dials")]
    pub(super) async fn dial(_peer: &Peer, _station: &StationKey) -> Result<Self, DialError> {
        Err(DialError::NoNetwork)
    }

    #[expect(clippy::unused_async, reason = "the shape of the link that dials")]
    pub(super) async fn another(&self) -> Result<Self, DialError> {
        match *self {}
    }

    #[expect(clippy::unused_async, reason = "the shape of the link that dials")]
    pub(super) async fn open(&self) -> Result<(Sending, Receiving), ClientError> {
        match *self {}
    }

    #[expect(clippy::unused_async, reason = "the shape of the link that dials")]
    pub(super) async fn close(self) {
        match self {}
    }
}

/// No request can be stopped that never began.
pub(super) fn was_stopped(_error: &std::io::Error) -> bool {
    false
}

pub(super) fn from_io(error: std::io::Error) -> ClientError {
    ClientError::Connection(Box::new(error))
}
