//! Strict JSON of signed texts: one line, one encoding (docs/notes.md, "JSON").
//!
//! Reading takes three steps, each of which can only refuse: a lexical pass for every rule a byte can break,
//! serde into the type, and a comparison of the re-encoded value with the input. The last one settles order,
//! presence and duplicates of fields, and every form that serde would forgive.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::{IsNormalized, is_nfc_quick};

use crate::unicode::is_banned;

pub use crate::text_type;

/// The deepest nesting of objects and arrays; the outermost object counts as one.
pub const DEPTH_MAX: usize = 6;

/// The largest integer: 2^53 - 1, the last one every JSON reader keeps exact.
pub const INTEGER_MAX: u64 = (1 << 53) - 1;

/// Why bytes are not a signed text. Positions are byte offsets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// Not UTF-8.
    #[error("not UTF-8 at byte {at}")]
    Utf8 {
        /// Offset of the first bad byte.
        at: usize,
    },
    /// Not in Unicode normalisation form C.
    #[error("not in Unicode normalisation form C")]
    Nfc,
    /// A control, bidirectional or zero-width character.
    #[error("forbidden character U+{:04X} at byte {at}", u32::from(*character))]
    Character {
        /// Offset of the character.
        at: usize,
        /// The character.
        character: char,
    },
    /// An escape other than `\"` and `\\`.
    #[error("forbidden escape at byte {at}: only \\\" and \\\\ are allowed")]
    Escape {
        /// Offset of the backslash.
        at: usize,
    },
    /// White space outside a string.
    #[error("white space outside a string at byte {at}")]
    Space {
        /// Offset of the white space.
        at: usize,
    },
    /// A number that is no plain integer from 0 to 2^53 - 1.
    #[error("not a plain integer from 0 to 9007199254740991 at byte {at}")]
    Number {
        /// Offset of the number.
        at: usize,
    },
    /// Nested deeper than [`DEPTH_MAX`].
    #[error("nested deeper than 6 at byte {at}")]
    Depth {
        /// Offset of the opening bracket.
        at: usize,
    },
    /// Not one line: the line feed at the end is missing, or there is a second one.
    #[error("a signed text is one line that ends with one line feed")]
    Line,
    /// Not JSON, or not of this type: unknown, missing or ill-typed field.
    #[error("{reason}")]
    Form {
        /// What the reader expected.
        reason: String,
    },
    /// The right value in another than its one encoding (order of fields, missing null).
    #[error("not the one encoding of its value, from byte {at} on")]
    NotCanonical {
        /// Offset of the first byte that differs.
        at: usize,
    },
}

/// The one encoding of `value`: canonical JSON and one line feed.
///
/// Strings are written as they are. [`encode_line`] also checks them.
pub fn to_line<T: Serialize + ?Sized>(value: &T) -> Vec<u8> {
    let mut line =
        serde_json::to_vec(value).expect("signed texts have string keys and infallible serialisers");
    line.push(b'\n');
    line
}

/// The one encoding of `value`, refused if a reader would refuse it: a string with a forbidden character,
/// an integer too large, nesting too deep.
pub fn encode_line<T: Serialize + DeserializeOwned>(value: &T) -> Result<Vec<u8>, JsonError> {
    let line = to_line(value);
    from_line::<T>(&line)?;
    Ok(line)
}

/// Reads a value from the bytes of a signed text and refuses every other encoding of it.
pub fn from_line<T: Serialize + DeserializeOwned>(line: &[u8]) -> Result<T, JsonError> {
    let text = check_line(line)?;
    let value: T =
        serde_json::from_str(text).map_err(|error| JsonError::Form { reason: error.to_string() })?;
    let encoded = to_line(&value);
    if encoded != line {
        let at = encoded.iter().zip(line).take_while(|(ours, theirs)| ours == theirs).count();
        return Err(JsonError::NotCanonical { at });
    }
    Ok(value)
}

/// The lexical pass alone: the line without its line feed, if every byte rule holds.
pub fn check_line(line: &[u8]) -> Result<&str, JsonError> {
    let text = std::str::from_utf8(line).map_err(|error| JsonError::Utf8 { at: error.valid_up_to() })?;
    let text = text.strip_suffix('\n').ok_or(JsonError::Line)?;
    if text.contains('\n') {
        return Err(JsonError::Line);
    }
    check_str(text)?;
    check_tokens(text)?;
    Ok(text)
}

/// Checks a string that is to stand in a signed text: normalisation form C and no forbidden character.
pub fn check_str(text: &str) -> Result<(), JsonError> {
    let banned = |character: &(usize, char)| is_banned(character.1);
    let ascii = text.bytes().position(|byte| byte < 0x20 || byte == 0x7f);
    let other = runs(text).find_map(|(start, run)| {
        run.char_indices().find(banned).map(|(offset, character)| (start + offset, character))
    });
    let ascii = ascii.and_then(|at| Some((at, text.get(at..)?.chars().next()?)));
    if let Some((at, character)) = ascii.into_iter().chain(other).min() {
        return Err(JsonError::Character { at, character });
    }
    let normal = runs(text).all(|(_, run)| match is_nfc_quick(run.chars()) {
        IsNormalized::Yes => true,
        IsNormalized::No => false,
        IsNormalized::Maybe => run.chars().nfc().eq(run.chars()),
    });
    if normal { Ok(()) } else { Err(JsonError::Nfc) }
}

/// The stretches of characters beyond ASCII, each with the ASCII character before it, and where they begin.
///
/// Signed texts are mostly ASCII, and an ASCII character never joins what stands before it: a text is in
/// normalisation form C exactly if these stretches are.
fn runs(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(from..)?;
        let begins = from + rest.iter().position(|byte| !byte.is_ascii())?;
        let long = text.get(begins..)?.bytes().take_while(|byte| !byte.is_ascii()).count();
        let start = begins.saturating_sub(1).max(from);
        from = begins + long;
        Some((start, text.get(start..from)?))
    })
}

/// Walks the bytes outside and inside strings. Grammar is left to serde_json, which comes next.
fn check_tokens(text: &str) -> Result<(), JsonError> {
    let mut depth = 0_usize;
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => loop {
                match bytes.next() {
                    Some((_, b'"')) | None => break, // an open string is serde_json's to report
                    Some((at, b'\\')) => match bytes.next() {
                        Some((_, b'"' | b'\\')) => {}
                        _ => return Err(JsonError::Escape { at }),
                    },
                    Some(_) => {}
                }
            },
            b'{' | b'[' => {
                depth += 1;
                if depth > DEPTH_MAX {
                    return Err(JsonError::Depth { at });
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b' ' => return Err(JsonError::Space { at }),
            b'0'..=b'9' | b'-' | b'+' | b'.' => {
                let mut end = at + 1;
                while let Some((next, _)) = bytes.next_if(|(_, byte)| is_number_byte(*byte)) {
                    end = next + 1;
                }
                if !text.get(at..end).is_some_and(is_plain_integer) {
                    return Err(JsonError::Number { at });
                }
            }
            _ => {}
        }
    }
    Ok(())
}

const fn is_number_byte(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}

fn is_plain_integer(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    digits && !leading_zero && text.parse::<u64>().is_ok_and(|value| value <= INTEGER_MAX)
}

/// Declares the tag type of a signed text: it is written as one fixed string and refuses any other.
///
/// ```
/// vault_keys::text_type! {
///     /// The type of a recipe.
///     pub struct RecipeType = "vault-recipe/1";
/// }
/// assert_eq!(RecipeType::NAME, "vault-recipe/1");
/// assert_eq!(vault_keys::json::to_line(&RecipeType), b"\"vault-recipe/1\"\n");
/// ```
#[macro_export]
macro_rules! text_type {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident = $text:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
        $vis struct $name;

        impl $name {
            /// The type's name and version, as it stands in the text.
            $vis const NAME: &'static str = $text;
        }

        impl $crate::digest::macro_serde::Serialize for $name {
            fn serialize<S: $crate::digest::macro_serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(Self::NAME)
            }
        }

        impl<'de> $crate::digest::macro_serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::digest::macro_serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let found: $crate::json::AnyType = $crate::digest::deserialize_text(deserializer)?;
                if found.0 == Self::NAME {
                    Ok(Self)
                } else {
                    Err($crate::digest::macro_serde::de::Error::custom(::core::format_args!(
                        "type {:?} where {:?} is expected", found.0, Self::NAME,
                    )))
                }
            }
        }
    )+};
}

/// A type's name as found, before it is compared.
#[doc(hidden)]
#[derive(Debug)]
pub struct AnyType(pub String);

impl std::str::FromStr for AnyType {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for AnyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
