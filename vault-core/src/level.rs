//! The level of an item 密级: a closed, ordered type in which top secret cannot be written down.
//!
//! Design section 2, docs/item.md "Levels". Nothing compares level strings: text becomes a [`Level`] here
//! (words of signed texts) or in [`crate::mark`] (what people type), or it becomes [`TopSecret`]. A level that
//! is unknown, empty or missing counts as top secret, so there is no way to be wrong downwards.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use unicode_normalization::UnicodeNormalization;

/// How much harm a leak would do, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// 无密级: nothing to protect; sending it is off unless the policy allows it.
    Unclassified,
    /// 工作秘密: a work secret, no state secret; marked 内部, never with ★.
    Internal,
    /// 秘密: marked 秘密★.
    Confidential,
    /// 机密: marked 机密★.
    Secret,
}

impl Level {
    /// All levels, ascending.
    pub const ALL: [Self; 4] = [Self::Unclassified, Self::Internal, Self::Confidential, Self::Secret];

    /// The word signed texts use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unclassified => "unclassified",
            Self::Internal => "internal",
            Self::Confidential => "confidential",
            Self::Secret => "secret",
        }
    }

    /// The Chinese name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unclassified => "无密级",
            Self::Internal => "工作秘密",
            Self::Confidential => "秘密",
            Self::Secret => "机密",
        }
    }

    /// Reads the word of a signed text: exactly one of the four, in lower case.
    ///
    /// # Errors
    /// [`TopSecret`] for every other text; its reason tells a declared one from an unknown or missing one.
    pub fn from_word(word: &str) -> Result<Self, TopSecret> {
        Self::ALL.into_iter().find(|level| level.word() == word).ok_or_else(|| TopSecret::judge(word))
    }

    /// Whether items of this level are state secrets, whose marks carry ★ and a term.
    #[must_use]
    pub const fn is_state_secret(self) -> bool {
        matches!(self, Self::Confidential | Self::Secret)
    }

    /// The longest term in years, where the law sets one.
    #[must_use]
    pub const fn longest_years(self) -> Option<u8> {
        match self {
            Self::Unclassified | Self::Internal => None,
            Self::Confidential => Some(10),
            Self::Secret => Some(20),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Serialize for Level {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Level {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::from_word(&word).map_err(de::Error::custom)
    }
}

/// The refusal that has no exception: the text means top secret, or must be taken to mean it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("top secret is never sealed and never sent: {reason}")]
pub struct TopSecret {
    /// What made it count as top secret.
    pub reason: Reason,
}

/// Why a text counts as top secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It says so: 绝密 in any spelling, `TOP SECRET` in any case or width, or the code UM.
    Declared,
    /// It names no level we know.
    Unknown,
    /// There is no level at all.
    Missing,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Declared => "the level is declared as top secret",
            Self::Unknown => "the level is unknown, so it counts as top secret",
            Self::Missing => "the level is missing, so it counts as top secret",
        })
    }
}

impl TopSecret {
    /// No level was given.
    pub const MISSING: Self = Self { reason: Reason::Missing };
    /// A level was given that is none of ours.
    pub const UNKNOWN: Self = Self { reason: Reason::Unknown };
    /// Top secret was declared.
    pub const DECLARED: Self = Self { reason: Reason::Declared };

    /// Says why a text that names none of the four levels counts as top secret.
    #[must_use]
    pub fn judge(text: &str) -> Self {
        let letters = letters(text);
        if letters.is_empty() {
            Self::MISSING
        } else if letters == "um"
            || ["绝密", "绝秘", "绝对机密", "topsecret"].iter().any(|it| letters.contains(it))
        {
            Self::DECLARED
        } else {
            Self::UNKNOWN
        }
    }
}

/// Only the letters and digits of a text, in one spelling: NFKC, lower case, simplified.
fn letters(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).map(simplified).filter(|c| c.is_alphanumeric()).collect()
}

/// The simplified form of the few traditional and variant characters that occur in marks.
pub(crate) const fn simplified(c: char) -> char {
    match c {
        '絕' | '絶' => '绝',
        '對' => '对',
        '宻' => '密',
        '機' => '机',
        '祕' => '秘',
        '內' => '内',
        '無' => '无',
        '級' => '级',
        '開' => '开',
        '長' => '长',
        '個' | '箇' => '个',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip_and_order_is_that_of_harm() {
        for level in Level::ALL {
            assert_eq!(Level::from_word(level.word()), Ok(level));
        }
        assert!(Level::ALL.is_sorted());
    }

    #[test]
    fn top_secret_is_refused_in_every_spelling() {
        for text in [
            "top-secret",
            "top secret",
            "TOP SECRET",
            "Top_Secret",
            "topsecret",
            "ＴＯＰ　ＳＥＣＲＥＴ",
            "T O P S E C R E T",
            "绝密",
            "絕密",
            "絶密",
            "绝 密",
            "绝\u{3000}密",
            "绝\u{200b}密",
            "★绝密★",
            "绝密★",
            "绝密★30年",
            "绝密☆长期",
            "【绝密】",
            "绝-密",
            "UM",
            "um",
            "ＵＭ",
            "绝秘",
            "絕對機密",
            "绝\u{332}密\u{332}",
        ] {
            assert_eq!(Level::from_word(text), Err(TopSecret::DECLARED), "{text:?}");
        }
    }

    #[test]
    fn unknown_and_empty_levels_count_as_top_secret() {
        for text in ["Secret", "SECRET", "secret ", "restricted", "机密", "5", "ultra"] {
            assert_eq!(Level::from_word(text), Err(TopSecret::UNKNOWN), "{text:?}");
        }
        for text in ["", " ", "\u{3000}", "\u{200b}", "★", "-"] {
            assert_eq!(Level::from_word(text), Err(TopSecret::MISSING), "{text:?}");
        }
    }

    #[test]
    fn json_takes_the_four_words_only() {
        assert_eq!(serde_json::to_string(&Level::Secret).ok().as_deref(), Some("\"secret\""));
        assert!(serde_json::from_str::<Level>("\"confidential\"").is_ok());
        for bad in ["\"top-secret\"", "\"\"", "null", "3", "\"机密\"", "\"Secret\""] {
            assert!(serde_json::from_str::<Level>(bad).is_err(), "{bad}");
        }
    }
}
