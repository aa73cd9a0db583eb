//! The two nonces of a payload: the random one of the whole, and the counted one of each chunk (age v1, "Payload").
//!
//! A file key and a payload nonce seal **one** byte sequence, ever. Sealing therefore consumes the [`PayloadNonce`],
//! reads its input once, and a payload that must be made again gets a new item.

use rand_core::CryptoRng;

use super::layout::NONCE_LEN;

/// The 16 random bytes before the first chunk; with the file key they give the payload key. Not a secret.
#[derive(Debug, PartialEq, Eq)]
pub struct PayloadNonce([u8; NONCE_LEN]);

impl PayloadNonce {
    /// Draws the nonce of a new payload.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = [0; NONCE_LEN];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// The nonce of a payload that exists: to open it, or to seal the very same plaintext again when a resealed item
    /// is checked.
    pub const fn from_bytes(bytes: [u8; NONCE_LEN]) -> Self {
        Self(bytes)
    }

    /// The bytes as they stand in the content.
    pub const fn as_bytes(&self) -> &[u8; NONCE_LEN] {
        &self.0
    }
}

/// Whether a chunk is the last of its payload: part of its nonce, so that a cut or a lengthened payload fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    /// Another chunk follows.
    Inner,
    /// Nothing follows.
    Last,
}

/// The nonce of chunk `index`: 11 bytes big-endian counter, 1 byte last flag.
///
/// The counter is 88 bits wide; 64 of them hold any index that [`super::layout`] allows.
pub(crate) fn chunk_nonce(index: u64, position: Position) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&index.to_be_bytes());
    nonce[11] = match position {
        Position::Inner => 0,
        Position::Last => 1,
    };
    nonce
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counter_is_big_endian_before_the_last_flag() {
        assert_eq!(chunk_nonce(0, Position::Inner), [0; 12]);
        assert_eq!(chunk_nonce(1, Position::Last), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
        assert_eq!(chunk_nonce(0x0102_0304, Position::Inner), [0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0]);
    }
}
