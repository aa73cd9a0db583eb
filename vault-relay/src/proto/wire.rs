//! Frames over an ordered byte stream, with a time limit on every one (docs/relay-protocol.md, "Frames").
//!
//! A peer that stops half-way through a frame holds a stream for at most [`PATIENCE`]; memory per frame is
//! what the frame's own limit allows, never what its prefix claims.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::frame::{self, FrameError, Message, PREFIX_LEN};

/// How long one frame may take to arrive or to leave.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// How long all data frames of one request to the relay may take: each of them keeps something from others meanwhile.
pub const DATA_PATIENCE: Duration = Duration::from_secs(600);

/// Why a frame did not come or did not go.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The peer sent something that breaks the protocol.
    #[error(transparent)]
    Frame(#[from] FrameError),
    /// The stream ended or broke before the frame was complete.
    #[error("the stream broke off")]
    Io(#[from] std::io::Error),
    /// Nothing moved for [`PATIENCE`].
    #[error("the other side went silent")]
    Silent,
    /// More bytes came where the request or reply should have ended.
    #[error("unexpected bytes after the last frame")]
    Trailing,
}

/// The reading half: frames in, values out.
#[derive(Debug)]
pub struct FrameReader<R> {
    stream: R,
    patience: Duration,
    /// The first byte of the next frame, where it was waited for.
    peeked: Option<u8>,
}

impl<R: AsyncRead + Unpin + Send> FrameReader<R> {
    /// Reads frames from `stream`.
    pub fn new(stream: R) -> Self {
        Self { stream, patience: PATIENCE, peeked: None }
    }

    /// The same with another time limit per frame.
    pub fn with_patience(stream: R, patience: Duration) -> Self {
        Self { stream, patience, peeked: None }
    }

    /// Reads one message.
    pub async fn message<M: Message>(&mut self) -> Result<M, WireError> {
        let body = self.body(M::NAME, M::MAX).await?;
        Ok(frame::decode(&body)?)
    }

    /// Reads one frame of raw bytes that belong together (a text, a note), at most `max`, possibly empty.
    pub async fn text(&mut self, name: &'static str, max: usize) -> Result<Vec<u8>, WireError> {
        self.body(name, max).await
    }

    /// Reads one data frame of 1 to `most` bytes (and never more than a data frame may have) to the end of `bytes`; answers
    /// how many.
    pub async fn data(&mut self, bytes: &mut Vec<u8>, most: u64) -> Result<usize, WireError> {
        let max = usize::try_from(most).unwrap_or(frame::DATA_MAX).min(frame::DATA_MAX);
        let len = self.append("data", max, bytes).await?;
        if len == 0 { Err(FrameError::EmptyData.into()) } else { Ok(len) }
    }

    /// Checks that the peer has finished: nothing may follow the last frame.
    pub async fn end(&mut self) -> Result<(), WireError> {
        if self.is_at_end().await? { Ok(()) } else { Err(WireError::Trailing) }
    }

    /// Whether the peer has finished instead of sending another frame. Waits for either.
    pub async fn is_at_end(&mut self) -> Result<bool, WireError> {
        if self.peeked.is_none() {
            let mut one = [0];
            let read = within(self.patience, self.stream.read(&mut one)).await?;
            self.peeked = (read == 1).then_some(one[0]);
        }
        Ok(self.peeked.is_none())
    }

    /// Gives the stream back.
    pub fn into_inner(self) -> R {
        self.stream
    }

    async fn body(&mut self, name: &'static str, max: usize) -> Result<Vec<u8>, WireError> {
        let mut body = Vec::new();
        self.append(name, max, &mut body).await?;
        Ok(body)
    }

    async fn append(
        &mut self,
        name: &'static str,
        max: usize,
        bytes: &mut Vec<u8>,
    ) -> Result<usize, WireError> {
        let mut prefix = [0; PREFIX_LEN];
        let known = self.peeked.take();
        prefix[0] = known.unwrap_or_default();
        let (_, rest) = prefix.split_at_mut(usize::from(known.is_some()));
        within(self.patience, self.stream.read_exact(rest)).await?;
        let len = frame::parse_prefix(prefix, name, max)?;
        // Grown as bytes arrive: a prefix alone reserves nothing.
        let mut limited = (&mut self.stream).take(len as u64);
        if within(self.patience, limited.read_to_end(bytes)).await? == len {
            Ok(len)
        } else {
            Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into())
        }
    }
}

/// The writing half.
#[derive(Debug)]
pub struct FrameWriter<W> {
    stream: W,
}

impl<W: AsyncWrite + Unpin + Send> FrameWriter<W> {
    /// Writes frames to `stream`.
    pub fn new(stream: W) -> Self {
        Self { stream }
    }

    /// Writes one message.
    pub async fn message<M: Message>(&mut self, message: &M) -> Result<(), WireError> {
        let bytes = frame::encode(message)?;
        within(PATIENCE, self.stream.write_all(&bytes)).await
    }

    /// Writes one frame of raw bytes: a text or a piece of data.
    pub async fn bytes(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        within(PATIENCE, self.stream.write_all(&frame::prefix(bytes.len(), "data")?)).await?;
        within(PATIENCE, self.stream.write_all(bytes)).await
    }

    /// Writes bytes as data frames.
    pub async fn data(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        for piece in bytes.chunks(frame::DATA_MAX) {
            self.bytes(piece).await?;
        }
        Ok(())
    }

    /// Ends the request or reply: nothing may follow.
    pub async fn finish(&mut self) -> Result<(), WireError> {
        within(PATIENCE, self.stream.shutdown()).await
    }

    /// Gives the stream back.
    pub fn into_inner(self) -> W {
        self.stream
    }
}

#[cfg(feature = "network")]
impl FrameWriter<quinn::SendStream> {
    /// Returns when the peer has stopped the stream, or the connection has ended.
    pub async fn gone(&self) {
        let _why = self.stream.stopped().await;
    }

    /// Breaks the stream off: the peer sees an error instead of an early end.
    pub fn break_off(&mut self) {
        // Fails only when the stream is closed already, which is what is wanted.
        let _closed = self.stream.reset(quinn::VarInt::from_u32(1));
    }
}

async fn within<T>(
    patience: Duration,
    work: impl Future<Output = std::io::Result<T>>,
) -> Result<T, WireError> {
    match tokio::time::timeout(patience, work).await {
        Ok(result) => Ok(result?),
        Err(_) => Err(WireError::Silent),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing test should panic")]

    use super::super::message::{Commit, Head, MAGIC};
    use super::*;

    fn head() -> Head {
        Head { magic: MAGIC.to_owned(), version: 1, verb: 3 }
    }

    #[tokio::test]
    async fn frames_arrive_as_they_left() {
        let (a, b) = tokio::io::duplex(64);
        let writing = tokio::spawn(async move {
            let mut out = FrameWriter::new(a);
            out.message(&head()).await.unwrap();
            out.data(&vec![7; 3 << 20]).await.unwrap();
            out.finish().await.unwrap();
        });
        let mut reader = FrameReader::new(b);
        assert_eq!(reader.message::<Head>().await.unwrap(), head());
        let (mut arrived, mut left) = (Vec::new(), 3u64 << 20);
        while left > 0 {
            left -= reader.data(&mut arrived, left).await.unwrap() as u64;
        }
        assert_eq!(arrived, vec![7; 3 << 20]);
        reader.end().await.unwrap();
        writing.await.unwrap();
    }

    #[tokio::test]
    async fn truncated_oversize_and_out_of_order_frames_are_refused() {
        let whole = frame::encode(&head()).unwrap();
        for cut in 0..whole.len() {
            let refused = FrameReader::new(&whole[..cut]).message::<Head>().await;
            assert!(matches!(refused, Err(WireError::Io(_))), "cut at {cut}");
        }
        let refused = FrameReader::new(&[0xff; 8][..]).message::<Head>().await;
        assert!(matches!(refused, Err(WireError::Frame(FrameError::TooLarge { .. }))));
        // A commit where the head should stand.
        let commit = frame::encode(&Commit { upload: [1; 32].into() }).unwrap();
        let refused = FrameReader::new(&commit[..]).message::<Head>().await;
        assert!(matches!(refused, Err(WireError::Frame(_))));
        let mut followed = whole.clone();
        followed.push(0);
        let mut reader = FrameReader::new(&followed[..]);
        reader.message::<Head>().await.unwrap();
        assert!(matches!(reader.end().await, Err(WireError::Trailing)));
        let refused = FrameReader::new(&[0, 0, 0, 0][..]).data(&mut Vec::new(), 9).await;
        assert!(matches!(refused, Err(WireError::Frame(FrameError::EmptyData))));
        let refused = FrameReader::new(&[0, 0, 0, 9, 1, 2, 3][..]).data(&mut Vec::new(), 8).await;
        assert!(matches!(refused, Err(WireError::Frame(FrameError::TooLarge { .. }))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_peer_is_given_up() {
        let (_kept, b) = tokio::io::duplex(64);
        assert!(matches!(FrameReader::new(b).message::<Head>().await, Err(WireError::Silent)));
    }
}
