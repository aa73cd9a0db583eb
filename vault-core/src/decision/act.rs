//! The acts, beside sealing and sending, that need a leave (design section 7).
//!
//! A closed list: what is not in it cannot be asked for, and nothing in it happens without the steps that the
//! policy names for it.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

macro_rules! acts {
    ($( $(#[doc = $doc:literal])+ $variant:ident $word:literal $name:literal )+) => {
        /// One act, named by a word in requests and policies.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Act {
            $( $(#[doc = $doc])+ $variant, )+
        }

        impl Act {
            /// Every act, in the order in which policies list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that stands in signed texts.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The Chinese name, as forms print it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

acts! {
    /// 扩大知悉范围: someone outside the scope is let in.
    Widen "widen" "扩大知悉范围"
    /// 复制: a further numbered copy.
    Copy "copy" "复制"
    /// 导出: the plaintext is written outside the vault.
    Export "export" "导出"
    /// 携带外出: the item leaves the office with a person.
    CarryOut "carry-out" "携带外出"
    /// 外借: the item is lent to someone outside the office.
    LendOutside "lend-outside" "外借"
    /// 变更: another level or term.
    Change "change" "变更密级或期限"
    /// 解密: no secret any more.
    Declassify "declassify" "解密"
    /// 公开: released for publication.
    Release "release" "公开发布"
    /// 销毁.
    Destroy "destroy" "销毁"
    /// 恢复: a unit's recovery key opens what its holders lost.
    Recover "recover" "恢复"
    /// 常设审批: internal traffic without a decision each time.
    Standing "standing" "常设审批"
    /// 派生: a new item is made from a received one.
    Derive "derive" "派生"
}

impl Act {
    /// Reads the word of a signed text: exactly one of the list.
    ///
    /// # Errors
    /// [`UnknownAct`] for every other text.
    pub fn from_word(word: &str) -> Result<Self, UnknownAct> {
        Self::ALL.iter().copied().find(|act| act.word() == word).ok_or(UnknownAct)
    }
}

/// The word names no act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an act that can be asked for")]
pub struct UnknownAct;

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Act {
    type Err = UnknownAct;

    fn from_str(text: &str) -> Result<Self, UnknownAct> {
        Self::from_word(text)
    }
}

impl Serialize for Act {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Act {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        Self::from_word(&word).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip_and_are_those_of_step_names() {
        for act in Act::ALL {
            assert_eq!(Act::from_word(act.word()), Ok(*act));
            assert!(act.word().parse::<crate::item::Word>().is_ok(), "{act}");
        }
        assert!(Act::ALL.is_sorted());
        assert_eq!(Act::ALL.len(), 12);
    }

    #[test]
    fn nothing_but_the_exact_word_is_an_act() {
        for text in ["", "Widen", "widen ", "carry out", "carry_out", "send", "复制", "ｃｏｐｙ"] {
            assert_eq!(Act::from_word(text), Err(UnknownAct), "{text:?}");
        }
    }
}
