//! Raw bytes in JSON: base64url without padding, one encoding each (docs/notes.md, "Bytes").

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Exactly `N` raw bytes, written as unpadded base64url.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes<const N: usize>(pub [u8; N]);

/// Raw bytes of any length, written as unpadded base64url.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteString(pub Vec<u8>);

/// Why a text is not raw bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BytesError {
    /// Not canonical base64url without padding.
    #[error("not canonical base64url without padding")]
    Encoding,
    /// Another number of bytes than the field holds.
    #[error("{wanted} bytes expected, {found} found")]
    Length {
        /// Bytes the field holds.
        wanted: usize,
        /// Bytes found.
        found: usize,
    },
}

impl<const N: usize> fmt::Display for Bytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Display for ByteString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl<const N: usize> FromStr for Bytes<N> {
    type Err = BytesError;

    fn from_str(text: &str) -> Result<Self, BytesError> {
        let ByteString(bytes) = text.parse()?;
        let found = bytes.len();
        bytes.try_into().map(Self).map_err(|_| BytesError::Length { wanted: N, found })
    }
}

impl FromStr for ByteString {
    type Err = BytesError;

    fn from_str(text: &str) -> Result<Self, BytesError> {
        // The engine refuses padding, other alphabets and trailing bits, so each value has one text.
        URL_SAFE_NO_PAD.decode(text).map(Self).map_err(|_| BytesError::Encoding)
    }
}

macro_rules! serde_as_text {
    ($name:ident $(<const $n:ident>)?) => {
        impl $(<const $n: usize>)? fmt::Debug for $name $(<$n>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl $(<const $n: usize>)? serde::Serialize for $name $(<$n>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de $(, const $n: usize)?> serde::Deserialize<'de> for $name $(<$n>)? {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::digest::deserialize_text(deserializer)
            }
        }
    };
}

serde_as_text!(Bytes<const N>);
serde_as_text!(ByteString);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_form_only() {
        assert_eq!("-_8".parse(), Ok(Bytes([0xfb, 0xff])));
        assert_eq!(Bytes([0xfb, 0xff]).to_string(), "-_8");
        assert_eq!(ByteString(vec![0]).to_string(), "AA");
        for bad in ["-_8=", "+/8", "-_9", "-_8 ", "-", "-_8\n"] {
            assert_eq!(bad.parse::<ByteString>(), Err(BytesError::Encoding), "{bad:?}");
        }
        assert_eq!("AA".parse::<Bytes<2>>(), Err(BytesError::Length { wanted: 2, found: 1 }));
    }
}
