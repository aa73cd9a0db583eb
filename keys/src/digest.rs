//! SHA-256 hashes as types, so that no hash can stand in for another (docs/notes.md, "Hashes").
//!
//! Every hash of a signed text is written as 64 lower-case hexadecimal digits. Each meaning has its own
//! type, made by [`digest_type!`](crate::digest_type).

use sha2::{Digest as _, Sha256};

pub use crate::digest_type;

#[doc(hidden)]
pub use serde as macro_serde;

/// SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 of several pieces, one after the other.
pub fn sha256_of(pieces: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for piece in pieces {
        hasher.update(piece);
    }
    hasher.finalize().into()
}

/// Why a text is not a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 lower-case hexadecimal digits")]
pub struct DigestError;

/// Declares 32-byte hash types with hexadecimal text and serde forms.
///
/// ```
/// vault_keys::digest_type! {
///     /// The hash of a recipe.
///     pub struct RecipeHash;
/// }
/// let hash = RecipeHash::from_bytes([0xab; 32]);
/// assert_eq!(hash.to_string(), "ab".repeat(32));
/// assert_eq!("ab".repeat(32).parse::<RecipeHash>(), Ok(hash));
/// ```
#[macro_export]
macro_rules! digest_type {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name([u8; 32]);

        impl $name {
            /// The hash with these bytes.
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The 32 bytes.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// The hash of a note of this meaning.
            pub const fn of_note(hash: $crate::digest::NoteHash) -> Self {
                Self(*hash.as_bytes())
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::digest::write_hex(&self.0, f)
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::write!(f, ::core::concat!(::core::stringify!($name), "({})"), self)
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::digest::DigestError;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                $crate::digest::parse_hex(text).map(Self).ok_or($crate::digest::DigestError)
            }
        }

        impl $crate::digest::macro_serde::Serialize for $name {
            fn serialize<S: $crate::digest::macro_serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> $crate::digest::macro_serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::digest::macro_serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::digest::deserialize_text(deserializer)
            }
        }
    )+};
}

digest_type! {
    /// SHA-256 of a note's text; never of its signature lines.
    pub struct NoteHash;
    /// The organisation: SHA-256 of root 1's text. In root 1 itself 64 zeros.
    pub struct OrgId;
    /// The hash of a root's text.
    pub struct RootHash;
    /// The hash of a directory's text.
    pub struct DirectoryHash;
    /// The hash of a policy's text.
    pub struct PolicyHash;
    /// The hash of a stop list's text.
    pub struct StopHash;
    /// The RFC 6962 root over a directory's entries.
    pub struct EntryHash;
}

impl OrgId {
    /// What root 1 carries in place of its own hash, which it cannot contain.
    pub const ZERO: Self = Self([0; 32]);

    /// The first 16 hexadecimal digits: the organisation's part of a key name.
    pub fn short(&self) -> String {
        let mut text = self.to_string();
        text.truncate(16);
        text
    }
}

/// Reads `N` bytes from exactly `2 * N` lower-case hexadecimal digits.
pub fn parse_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    if pairs.len() != N {
        return None;
    }
    let mut out = [0; N];
    for (byte, [high, low]) in out.iter_mut().zip(pairs) {
        *byte = hex_digit(*high)? << 4 | hex_digit(*low)?;
    }
    Some(out)
}

/// Writes bytes as lower-case hexadecimal digits.
pub fn write_hex(bytes: &[u8], out: &mut impl std::fmt::Write) -> std::fmt::Result {
    bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
}

/// Reads any type with a text form from a JSON string.
#[doc(hidden)]
pub fn deserialize_text<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
    D: serde::Deserializer<'de>,
{
    struct TextVisitor<T>(std::marker::PhantomData<T>);

    impl<T: std::str::FromStr<Err: std::fmt::Display>> serde::de::Visitor<'_> for TextVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }

    deserializer.deserialize_str(TextVisitor(std::marker::PhantomData))
}

const fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_is_lower_case_and_exact() {
        let text = "0123456789abcdef".repeat(4);
        assert_eq!(text.parse::<OrgId>().map(|id| id.to_string()), Ok(text.clone()));
        assert_eq!(text.parse::<OrgId>().map(|id| id.short()), Ok("0123456789abcdef".to_owned()));
        for bad in
            [text.to_uppercase(), format!("{text}0"), format!("{text}00"), "0".repeat(62), String::new()]
        {
            assert_eq!(bad.parse::<OrgId>(), Err(DigestError), "{bad}");
        }
        assert_eq!("é".repeat(32).parse::<OrgId>(), Err(DigestError));
    }

    #[test]
    fn sha256_of_pieces_is_sha256_of_all() {
        assert_eq!(sha256_of(&[b"ab", b"", b"c"]), sha256(b"abc"));
        let abc = NoteHash::from_bytes(sha256(b"abc")).to_string();
        assert_eq!(abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
