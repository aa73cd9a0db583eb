//! How long an item stays secret 保密期限, and the day on which that ends.
//!
//! Design sections 2 and 5, docs/item.md "Term". Years and months count from the start day; the term ends
//! with the same day that many years or months on (the last day of the month where there is none), at 24:00
//! UTC+8.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use vault_keys::json;
use vault_keys::time::Day;

use crate::level::Level;
use crate::limits::TEXT_MAX;
use crate::mark;

/// Most years a mark can say: two digits.
pub const YEARS_MAX: u8 = 99;

/// Most months: a year or more is said in years.
pub const MONTHS_MAX: u8 = 11;

/// How long an item stays secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Term {
    /// A number of years from the start, 1 to 99.
    Years(u8),
    /// A number of months from the start, 1 to 11.
    Months(u8),
    /// Until the end of a day.
    Until(Day),
    /// Until something happens.
    Condition(Condition),
    /// 长期: for as long as nobody decides otherwise; only where the scope rule says so.
    Long,
    /// No term, because there is no secret: unclassified only.
    None,
}

impl Term {
    /// The longest term the law lets a level have, which a mark without a term stands for.
    #[must_use]
    pub fn longest(level: Level) -> Option<Self> {
        level.longest_years().map(Self::Years)
    }

    /// Checks that a level may have this term.
    ///
    /// # Errors
    /// [`TermError`] names the rule broken. An `until` is checked by [`Term::check_from`], which knows a start.
    pub fn check(&self, level: Level) -> Result<(), TermError> {
        self.check_within(level, level.longest_years())
    }

    /// As [`Term::check`] where a clause specially provides for more years than the law's ordinary longest
    /// ([`crate::policy::Policy::longest_years`]).
    ///
    /// # Errors
    /// [`TermError`] names the rule broken.
    pub fn check_within(&self, level: Level, longest: Option<u8>) -> Result<(), TermError> {
        match (self, level) {
            (Self::None, Level::Unclassified) => Ok(()),
            (Self::None, _) => Err(TermError::Missing { level }),
            (_, Level::Unclassified) => Err(TermError::Unclassified),
            (Self::Years(years), _) => match longest {
                Some(longest) if *years > longest => Err(TermError::TooLong { level, longest }),
                _ if !(1..=YEARS_MAX).contains(years) => Err(TermError::Years),
                _ => Ok(()),
            },
            (Self::Months(months), _) if !(1..=MONTHS_MAX).contains(months) => Err(TermError::Months),
            (Self::Months(_) | Self::Until(_) | Self::Condition(_) | Self::Long, _) => Ok(()),
        }
    }

    /// As [`Term::check`], and an `until` must lie after the start, within the level's longest term.
    ///
    /// # Errors
    /// [`TermError`] names the rule broken.
    pub fn check_from(&self, level: Level, start: Day) -> Result<(), TermError> {
        self.check_from_within(level, start, level.longest_years())
    }

    /// As [`Term::check_from`], within what a clause specially provides for.
    ///
    /// # Errors
    /// [`TermError`] names the rule broken.
    pub fn check_from_within(&self, level: Level, start: Day, longest: Option<u8>) -> Result<(), TermError> {
        self.check_within(level, longest)?;
        let Self::Until(day) = self else { return Ok(()) };
        if *day <= start {
            return Err(TermError::Over);
        }
        let years = longest.unwrap_or(YEARS_MAX);
        match start.plus_years(u32::from(years)) {
            Ok(last) if *day > last => Err(TermError::TooLong { level, longest: years }),
            _ => Ok(()),
        }
    }

    /// The last day of the term, at whose end (24:00 UTC+8) it is over; `None` where no day is known.
    #[must_use]
    pub fn last_day(&self, start: Day) -> Option<Day> {
        match self {
            Self::Years(years) => start.plus_years(u32::from(*years)).ok(),
            Self::Months(months) => start.plus_months(u32::from(*months)).ok(),
            Self::Until(day) => Some(*day),
            Self::Condition(_) | Self::Long | Self::None => None,
        }
    }
}

/// The term as marks print it: `10年`, `6个月`, `2030年12月31日`, `会议开始前`, `长期`; nothing for none.
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Years(years) => write!(f, "{years}年"),
            Self::Months(months) => write!(f, "{months}个月"),
            Self::Until(day) => write!(f, "{}年{}月{}日", day.year(), day.month(), day.day_of_month()),
            Self::Condition(condition) => f.write_str(condition.as_str()),
            Self::Long => f.write_str("长期"),
            Self::None => Ok(()),
        }
    }
}

/// Why a level cannot have a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TermError {
    /// A classified item without a term.
    #[error("an item of level {level} needs a term")]
    Missing {
        /// The level.
        level: Level,
    },
    /// An unclassified item with one.
    #[error("an unclassified item has no term")]
    Unclassified,
    /// Longer than the law allows for the level.
    #[error("the longest term of level {level} is {longest} years")]
    TooLong {
        /// The level.
        level: Level,
        /// Its longest term in years.
        longest: u8,
    },
    /// Years outside 1 to 99.
    #[error("a term in years has 1 to {YEARS_MAX} of them")]
    Years,
    /// Months outside 1 to 11.
    #[error("a term in months has 1 to {MONTHS_MAX} of them; write longer ones in years")]
    Months,
    /// An end that is not after the start.
    #[error("the term is over before it starts")]
    Over,
    /// No text for a condition.
    #[error("this cannot stand as a condition for the end of a term")]
    Condition,
}

/// What must happen for the secret to end, such as 会议开始前; it stands in the clear in mark and label.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Condition(String);

impl Condition {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Condition {
    type Err = TermError;

    /// Takes a text of 2 to [`TEXT_MAX`] bytes that says something, has no ★ and no mark in it, and could not be
    /// taken for a term of another kind.
    fn from_str(text: &str) -> Result<Self, TermError> {
        let says_something =
            text.chars().filter(|c| c.is_alphabetic() && !"年月日个長长期".contains(*c)).count() >= 2;
        let vague = ["永久", "永远", "不定期", "待定", "未定", "无限期"].contains(&text);
        let fits = text.len() <= TEXT_MAX && text.trim() == text && !text.contains(mark::is_star);
        // Behind the ★ it would stand as a second level.
        let marked = mark::highest_in(text).is_some();
        if says_something && !vague && !marked && fits && json::check_str(text).is_ok() {
            Ok(Self(text.to_owned()))
        } else {
            Err(TermError::Condition)
        }
    }
}

/// How a term stands in a signed text.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TermText {
    kind: Kind,
    value: Option<Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Years,
    Months,
    Until,
    Condition,
    Long,
    None,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Value {
    Number(u8),
    Text(String),
}

impl Serialize for Term {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, value) = match self {
            Self::Years(years) => (Kind::Years, Some(Value::Number(*years))),
            Self::Months(months) => (Kind::Months, Some(Value::Number(*months))),
            Self::Until(day) => (Kind::Until, Some(Value::Text(day.to_string()))),
            Self::Condition(condition) => (Kind::Condition, Some(Value::Text(condition.0.clone()))),
            Self::Long => (Kind::Long, None),
            Self::None => (Kind::None, None),
        };
        TermText { kind, value }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Term {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = TermText::deserialize(deserializer)?;
        match (text.kind, text.value) {
            (Kind::Years, Some(Value::Number(years))) => Ok(Self::Years(years)),
            (Kind::Months, Some(Value::Number(months))) => Ok(Self::Months(months)),
            (Kind::Until, Some(Value::Text(day))) => day.parse().map(Self::Until).map_err(de::Error::custom),
            (Kind::Condition, Some(Value::Text(text))) => {
                text.parse().map(Self::Condition).map_err(de::Error::custom)
            }
            (Kind::Long, None) => Ok(Self::Long),
            (Kind::None, None) => Ok(Self::None),
            _ => Err(de::Error::custom("the term's value does not fit its kind")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn each_level_has_its_longest_term() {
        assert_eq!(Term::Years(20).check(Level::Secret), Ok(()));
        assert_eq!(
            Term::Years(21).check(Level::Secret),
            Err(TermError::TooLong { level: Level::Secret, longest: 20 })
        );
        assert_eq!(Term::Years(10).check(Level::Confidential), Ok(()));
        assert!(Term::Years(11).check(Level::Confidential).is_err());
        assert_eq!(Term::Years(30).check(Level::Internal), Ok(()));
        assert_eq!(Term::Years(0).check(Level::Internal), Err(TermError::Years));
        assert_eq!(Term::Months(12).check(Level::Secret), Err(TermError::Months));
        assert_eq!(Term::Months(0).check(Level::Secret), Err(TermError::Months));
    }

    #[test]
    fn a_term_for_every_secret_and_for_no_other() {
        assert_eq!(Term::None.check(Level::Unclassified), Ok(()));
        assert_eq!(Term::Years(1).check(Level::Unclassified), Err(TermError::Unclassified));
        for level in [Level::Internal, Level::Confidential, Level::Secret] {
            assert_eq!(Term::None.check(level), Err(TermError::Missing { level }));
        }
    }

    #[test]
    fn an_end_day_lies_between_start_and_longest_term() {
        let start = day("2026-11-22");
        let until = |text| Term::Until(day(text)).check_from(Level::Confidential, start);
        assert_eq!(until("2026-11-22"), Err(TermError::Over));
        assert_eq!(until("2026-11-23"), Ok(()));
        assert_eq!(until("2036-11-22"), Ok(()));
        assert!(until("2036-11-23").is_err());
    }

    #[test]
    fn ends_with_the_same_day_or_the_last_of_the_month() {
        let end = |term: Term, start| term.last_day(day(start)).map(|day| day.to_string());
        assert_eq!(end(Term::Years(10), "2026-11-22").as_deref(), Some("2036-11-22"));
        assert_eq!(end(Term::Years(1), "2028-02-29").as_deref(), Some("2029-02-28"));
        assert_eq!(end(Term::Months(6), "2026-08-31").as_deref(), Some("2027-02-28"));
        assert_eq!(end(Term::Long, "2026-08-31"), None);
    }

    #[test]
    fn one_text_per_term() {
        for (term, text) in [
            (Term::Years(10), r#"{"kind":"years","value":10}"#),
            (Term::Months(6), r#"{"kind":"months","value":6}"#),
            (Term::Until(day("2030-12-31")), r#"{"kind":"until","value":"2030-12-31"}"#),
            (Term::Condition("会议开始前".parse().unwrap()), r#"{"kind":"condition","value":"会议开始前"}"#),
            (Term::Long, r#"{"kind":"long","value":null}"#),
            (Term::None, r#"{"kind":"none","value":null}"#),
        ] {
            assert_eq!(serde_json::to_string(&term).unwrap(), text);
            assert_eq!(serde_json::from_str::<Term>(text).unwrap(), term);
        }
        for bad in [
            r#"{"kind":"years","value":null}"#,
            r#"{"kind":"years","value":"10"}"#,
            r#"{"kind":"years","value":300}"#,
            r#"{"kind":"long","value":1}"#,
            r#"{"kind":"until","value":"2030-13-01"}"#,
            r#"{"kind":"condition","value":""}"#,
            r#"{"kind":"forever","value":null}"#,
            r#"{"kind":"long","value":null,"x":1}"#,
        ] {
            assert!(serde_json::from_str::<Term>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn conditions_say_something() {
        for bad in
            ["", "10年", "长期", "永久", "12", "会", " 会议开始前", "会议★开始", "会议\u{200b}开始", "個月"]
        {
            assert!(bad.parse::<Condition>().is_err(), "{bad:?}");
        }
        for second_level in ["绝密30年", "绝密", "机密", "/机密10年", "TOP SECRET", "top-secret item"]
        {
            assert!(second_level.parse::<Condition>().is_err(), "{second_level:?}");
        }
        assert!("国家秘密事项公布后".parse::<Condition>().is_ok());
    }
}
