//! Frames: a u32 big-endian length, then that many bytes (docs/relay-protocol.md, "Frames").
//!
//! A frame holds either one minicbor message or, after a message that announces them, raw data bytes.
//! Every message type has its own maximum; a length above it is refused before anything is allocated.
//! Messages have one encoding: what does not re-encode to the same bytes is refused.

use minicbor::{Decode, Encode};

/// Length prefix of every frame, in bytes.
pub const PREFIX_LEN: usize = 4;

/// Most bytes in one data frame (1 MiB).
pub const DATA_MAX: usize = 1 << 20;

/// A message that travels as one frame.
pub trait Message: Sized + Encode<()> + for<'b> Decode<'b, ()> {
    /// Name used in errors and in the specification.
    const NAME: &'static str;
    /// Most bytes its encoding may have.
    const MAX: usize;
}

/// What was wrong with a frame: always the sender's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// The length prefix asks for more than this kind of frame may have.
    #[error("a {name} frame of {len} bytes is above its limit of {max}")]
    TooLarge {
        /// Kind of frame expected.
        name: &'static str,
        /// Length the prefix announced.
        len: usize,
        /// Most bytes allowed.
        max: usize,
    },
    /// The bytes are not the expected message, or not its one encoding.
    #[error("this is no well-formed {name} frame")]
    Malformed {
        /// Kind of frame expected.
        name: &'static str,
    },
    /// A data frame without bytes, which would allow endless streams of nothing.
    #[error("an empty data frame")]
    EmptyData,
}

/// Reads a length prefix and refuses what is above `max`.
pub fn parse_prefix(prefix: [u8; PREFIX_LEN], name: &'static str, max: usize) -> Result<usize, FrameError> {
    let len = u32::from_be_bytes(prefix) as usize;
    if len > max { Err(FrameError::TooLarge { name, len, max }) } else { Ok(len) }
}

/// Encodes a message as one frame, prefix included.
///
/// Refuses what is above the message's own limit, so that no frame leaves that the peer must refuse.
pub fn encode<M: Message>(message: &M) -> Result<Vec<u8>, FrameError> {
    let body = encode_body(message)?;
    let mut out = Vec::with_capacity(PREFIX_LEN + body.len());
    out.extend_from_slice(&prefix(body.len(), M::NAME)?);
    out.extend_from_slice(&body);
    Ok(out)
}

/// The prefix of a frame of `len` bytes.
pub fn prefix(len: usize, name: &'static str) -> Result<[u8; PREFIX_LEN], FrameError> {
    let short = u32::try_from(len).map_err(|_| FrameError::TooLarge { name, len, max: u32::MAX as usize })?;
    Ok(short.to_be_bytes())
}

/// Decodes the bytes of one frame (prefix taken off).
pub fn decode<M: Message>(body: &[u8]) -> Result<M, FrameError> {
    if body.len() > M::MAX {
        return Err(FrameError::TooLarge { name: M::NAME, len: body.len(), max: M::MAX });
    }
    let malformed = FrameError::Malformed { name: M::NAME };
    let message: M = minicbor::decode(body).map_err(|_| malformed.clone())?;
    // The decoder would also take longer integer forms, indefinite lengths, unknown trailing fields and
    // trailing bytes. One value, one encoding: compare with our own.
    if encode_body(&message)? == body { Ok(message) } else { Err(malformed) }
}

fn encode_body<M: Message>(message: &M) -> Result<Vec<u8>, FrameError> {
    let body = minicbor::to_vec(message).map_err(|_| FrameError::Malformed { name: M::NAME })?;
    if body.len() > M::MAX {
        return Err(FrameError::TooLarge { name: M::NAME, len: body.len(), max: M::MAX });
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing test should panic")]

    use minicbor::bytes::ByteArray;
    use proptest::prelude::*;

    use super::super::message::{Answer, Commit, Fetch, Head, MAGIC, Part, Refused};
    use super::*;

    fn head() -> Head {
        Head { magic: MAGIC.to_owned(), version: 1, verb: 2 }
    }

    #[test]
    fn oversize_prefix_is_refused_before_anything_is_read() {
        let refused = parse_prefix(u32::MAX.to_be_bytes(), Head::NAME, Head::MAX);
        assert_eq!(
            refused,
            Err(FrameError::TooLarge { name: "head", len: u32::MAX as usize, max: Head::MAX })
        );
        assert_eq!(parse_prefix(32u32.to_be_bytes(), Head::NAME, Head::MAX), Ok(32));
    }

    #[test]
    fn a_message_above_its_limit_does_not_leave() {
        let long = Head { magic: "x".repeat(64), ..head() };
        assert!(matches!(encode(&long), Err(FrameError::TooLarge { .. })));
    }

    #[test]
    fn longer_forms_of_the_same_value_are_refused() {
        let good = minicbor::to_vec(head()).unwrap();
        assert_eq!(decode::<Head>(&good).unwrap(), head());
        // 83 6b "vault-relay" 01 02: the version as a two-byte integer, an indefinite array, a trailing byte.
        let (before, after) = good.split_at(good.len() - 2);
        let two_byte = [before, &[0x18, 0x01], &after[1..]].concat();
        let indefinite = [&[0x9f], &good[1..], &[0xff]].concat();
        let trailing = [&good[..], &[0]].concat();
        let fourth = [&[0x84], &good[1..], &[0x00]].concat();
        for bad in [two_byte, indefinite, trailing, fourth] {
            assert_eq!(decode::<Head>(&bad), Err(FrameError::Malformed { name: "head" }), "{bad:02x?}");
        }
    }

    fn frames() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            (any::<[u8; 32]>(), any::<u32>(), any::<u32>(), any::<[u8; 32]>()).prop_map(|(l, i, n, c)| {
                let part = Part { upload: l.into(), index: i, length: n, chaining: c.into() };
                minicbor::to_vec(part).unwrap()
            }),
            (any::<[u8; 32]>(), any::<u64>(), any::<Option<u64>>()).prop_map(|(l, offset, length)| {
                let fetch = Fetch { label: l.into(), demand: ByteArray::from([7; 32]), offset, length };
                minicbor::to_vec(fetch).unwrap()
            }),
        ]
    }

    proptest! {
        #[test]
        fn truncated_messages_are_refused(body in frames()) {
            for cut in 0..body.len() {
                prop_assert!(decode::<Part>(&body[..cut]).is_err());
                prop_assert!(decode::<Fetch>(&body[..cut]).is_err());
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic_and_decode_to_one_encoding(body in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(message) = decode::<Answer>(&body) {
                prop_assert_eq!(minicbor::to_vec(message).unwrap(), body.clone());
            }
            if let Ok(message) = decode::<Commit>(&body) {
                prop_assert_eq!(minicbor::to_vec(message).unwrap(), body);
            }
        }

        #[test]
        fn refusals_round_trip(code in "[a-z-]{1,40}", reason in "\\PC{0,80}", retry in any::<Option<u32>>()) {
            let answer = Answer { refused: Some(Refused { code, reason, retry }) };
            let frame = encode(&answer).unwrap();
            prop_assert_eq!(decode::<Answer>(&frame[PREFIX_LEN..]).unwrap(), answer);
        }
    }
}
