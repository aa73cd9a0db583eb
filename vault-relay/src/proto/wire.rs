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
    /// There is no room in memory for what arrives.
    #[error("too much of this sender is on its way already")]
    NoRoom,
}

/// Bytes for which room is asked at a time: what a peer announces and does not send takes none from others.
const STEP: usize = 64 << 10;

/// Room in memory for frames that are not dealt with. It is given back when it is dropped.
pub trait Room: std::fmt::Debug + Send {
    /// Takes room for so many bytes more; `false` where there is none.
    fn take(&mut self, bytes: usize) -> bool;
}

/// The reading half: frames in, values out.
#[derive(Debug)]
pub struct FrameReader<R> {
    stream: R,
    patience: Duration,
    /// The first byte of the next frame, where it was waited for.
    peeked: Option<u8>,
    /// Where messages and texts are counted. Data frames are counted by whoever collects them.
    room: Option<Box<dyn Room>>,
}

impl<R: AsyncRead + Unpin + Send> FrameReader<R> {
    /// Reads frames from `stream`.
    pub fn new(stream: R) -> Self {
        Self::with_patience(stream, PATIENCE)
    }

    /// The same with another time limit per frame.
    pub fn with_patience(stream: R, patience: Duration) -> Self {
        Self { stream, patience, peeked: None, room: None }
    }

    /// Counts what arrives from now on, data frames apart.
    pub fn keep_within(&mut self, room: Box<dyn Room>) {
        self.room = Some(room);
    }

    /// What arrived is dealt with and counts no more.
    pub fn give_back_room(&mut self) {
        self.room = None;
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
        let len = self.prefix("data", max).await?;
        within(self.patience, append(&mut self.stream, len, bytes)).await?;
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
        let len = self.prefix(name, max).await?;
        let mut body = Vec::new();
        let (stream, room) = (&mut self.stream, &mut self.room);
        let arriving = async {
            while body.len() < len {
                let step = (len - body.len()).min(STEP);
                if room.as_mut().is_some_and(|room| !room.take(step)) {
                    return Err(WireError::NoRoom);
                }
                append(stream, step, &mut body).await?;
            }
            Ok(())
        };
        tokio::time::timeout(self.patience, arriving).await.map_err(|_| WireError::Silent)??;
        Ok(body)
    }

    async fn prefix(&mut self, name: &'static str, max: usize) -> Result<usize, WireError> {
        let mut prefix = [0; PREFIX_LEN];
        let known = self.peeked.take();
        prefix[0] = known.unwrap_or_default();
        let (_, rest) = prefix.split_at_mut(usize::from(known.is_some()));
        within(self.patience, self.stream.read_exact(rest)).await?;
        Ok(frame::parse_prefix(prefix, name, max)?)
    }
}

/// Reads so many bytes. Grown as they arrive: what is announced reserves nothing.
async fn append<R: AsyncRead + Unpin>(
    stream: &mut R,
    len: usize,
    bytes: &mut Vec<u8>,
) -> std::io::Result<()> {
    match stream.take(len as u64).read_to_end(bytes).await? == len {
        true => Ok(()),
        false => Err(std::io::ErrorKind::UnexpectedEof.into()),
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

    /// Room for so many bytes.
    #[derive(Debug)]
    struct Left(usize);

    impl Room for Left {
        fn take(&mut self, bytes: usize) -> bool {
            let left = self.0.checked_sub(bytes);
            self.0 = left.unwrap_or_default();
            left.is_some()
        }
    }

    #[tokio::test]
    async fn what_arrives_takes_room_as_it_comes_and_data_frames_take_none() {
        let text = |len: usize| [&frame::prefix(len, "text").unwrap()[..], &vec![7; len]].concat();
        for (room, fits) in [(3 * STEP, true), (3 * STEP - 1, false)] {
            let long = text(3 * STEP);
            let mut reader = FrameReader::new(&long[..]);
            reader.keep_within(Box::new(Left(room)));
            match reader.text("text", 4 * STEP).await {
                Ok(body) => assert!(fits && body.len() == 3 * STEP),
                Err(error) => assert!(!fits && matches!(error, WireError::NoRoom), "{error}"),
            }
        }
        // What is announced and does not come takes no more than its next step.
        let announced = frame::prefix(9 * STEP, "text").unwrap();
        let mut reader = FrameReader::new(&announced[..]);
        reader.keep_within(Box::new(Left(STEP)));
        assert!(matches!(reader.text("text", 9 * STEP).await, Err(WireError::Io(_))));
        let long = text(3 * STEP);
        let mut reader = FrameReader::new(&long[..]);
        reader.keep_within(Box::new(Left(0)));
        assert_eq!(reader.data(&mut Vec::new(), 4 * STEP as u64).await.unwrap(), 3 * STEP);
    }

    #[tokio::test(start_paused = true)]
    async fn a_frame_that_comes_a_byte_a_second_is_given_up_as_a_whole() {
        let (mut a, b) = tokio::io::duplex(64);
        let dripping = async move {
            a.write_all(&frame::prefix(1000, "text").unwrap()).await.unwrap();
            while a.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        let begun = tokio::time::Instant::now();
        let read = async {
            let mut reader = FrameReader::new(b);
            reader.text("text", 1000).await
        };
        let (refused, ()) = tokio::join!(read, dripping);
        assert!(matches!(refused, Err(WireError::Silent)));
        assert!(begun.elapsed() < PATIENCE + Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_peer_is_given_up() {
        let (_kept, b) = tokio::io::duplex(64);
        assert!(matches!(FrameReader::new(b).message::<Head>().await, Err(WireError::Silent)));
    }
}
