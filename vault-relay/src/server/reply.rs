//! The reply to one request: yes or no first, then what belongs to it.

use quinn::SendStream;

use super::failure::Failure;
use crate::proto::frame::Message;
use crate::proto::message::Answer;
use crate::proto::wire::{FrameWriter, WireError};

/// Writes one reply. Until [`Reply::accept`] nothing has been said and a refusal is still possible.
#[derive(Debug)]
pub(crate) struct Reply {
    out: FrameWriter<SendStream>,
    begun: bool,
}

impl Reply {
    /// A reply on this stream.
    pub(crate) fn new(stream: SendStream) -> Self {
        Self { out: FrameWriter::new(stream), begun: false }
    }

    /// Says yes.
    pub(crate) async fn accept(&mut self) -> Result<(), WireError> {
        self.begun = true;
        self.out.message(&Answer { refused: None }).await
    }

    /// Says yes and sends the one message the reply consists of, or begins with.
    pub(crate) async fn accept_with<M: Message>(&mut self, message: &M) -> Result<(), WireError> {
        self.accept().await?;
        self.out.message(message).await
    }

    /// Sends a further message.
    pub(crate) async fn message<M: Message>(&mut self, message: &M) -> Result<(), WireError> {
        self.out.message(message).await
    }

    /// Sends a text frame.
    pub(crate) async fn text(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        self.out.bytes(bytes).await
    }

    /// Sends payload bytes as data frames.
    pub(crate) async fn data(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        self.out.data(bytes).await
    }

    /// Says no, if that is still possible. Otherwise the stream is broken off, so that the peer does not take
    /// what it has for everything. `false` when there is nothing left to do on the stream.
    pub(crate) async fn refuse(&mut self, failure: &Failure) -> bool {
        match failure.to_peer() {
            Some(refused) if !self.begun => {
                self.begun = true;
                self.out.message(&Answer { refused: Some(refused) }).await.is_ok()
            }
            _ => {
                self.out.break_off();
                false
            }
        }
    }

    /// Returns when the peer wants no more of this reply, or is gone.
    pub(crate) async fn gone(&self) {
        self.out.gone().await;
    }

    /// Gives the stream back.
    pub(crate) fn into_stream(self) -> SendStream {
        self.out.into_inner()
    }
}
