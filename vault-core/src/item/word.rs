//! Words of signed texts: short lower-case ASCII names from lists that policy and directory may extend.
//!
//! What decides about protection (level, term, suite, copying) is a closed type of its own; steps, roles,
//! kinds, classes and carriers are words. docs/item.md "Words" lists those in use.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Longest word, in bytes.
pub const WORD_MAX: usize = 32;

/// A word: a lower-case letter, then letters, digits and hyphens.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(String);

impl Word {
    /// The word as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text is no word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a word: a lower-case letter, then up to 31 letters, digits or hyphens")]
pub struct BadWord;

impl FromStr for Word {
    type Err = BadWord;

    fn from_str(text: &str) -> Result<Self, BadWord> {
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        let goes_on = text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if begins && goes_on && text.len() <= WORD_MAX { Ok(Self(text.to_owned())) } else { Err(BadWord) }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Word {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_short_and_lower_case() {
        for good in ["a", "review", "no-minutes", "x2"] {
            assert!(good.parse::<Word>().is_ok(), "{good}");
        }
        let long = "a".repeat(WORD_MAX + 1);
        for bad in ["", "Review", "2x", "-a", "a b", "é", "a_b", long.as_str()] {
            assert_eq!(bad.parse::<Word>(), Err(BadWord), "{bad}");
        }
    }
}
