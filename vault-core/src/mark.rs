//! Marks 密级标志: reading what people type, printing the one canonical form, finding marks in titles.
//!
//! Design section 2, docs/item.md "Mark". Reading is lenient about spelling and never about meaning: what is
//! not clearly one of the four levels is [`TopSecret`]. The English words are refused here, because "secret"
//! stands for 机密 and "confidential" for 秘密, and guessing between them goes wrong downwards.

mod find;
pub mod first_page;
mod fold;

use core::fmt;

pub use find::{Found, highest_in};
use fold::Folded;
use unicode_normalization::UnicodeNormalization;
use vault_keys::time::Day;

use crate::level::{Level, TopSecret};
use crate::term::{Term, TermError};

/// A level and its term, as printed on the first page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    level: Level,
    term: Term,
}

impl Mark {
    /// Joins a level and a term it may have.
    ///
    /// # Errors
    /// [`TermError`] if the level cannot have this term.
    pub fn new(level: Level, term: Term) -> Result<Self, TermError> {
        Self::within(level, term, level.longest_years())
    }

    /// As [`Mark::new`] where a clause specially provides for more years than the law's ordinary longest.
    ///
    /// # Errors
    /// As there.
    pub fn within(level: Level, term: Term, longest: Option<u8>) -> Result<Self, TermError> {
        term.check_within(level, longest)?;
        Ok(Self { level, term })
    }

    /// The level.
    #[must_use]
    pub const fn level(&self) -> Level {
        self.level
    }

    /// The term.
    #[must_use]
    pub const fn term(&self) -> &Term {
        &self.term
    }
}

/// The canonical form: `机密★10年`, `秘密★长期`, `内部` (never ★), and nothing for unclassified.
impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::Unclassified => Ok(()),
            Level::Internal => f.write_str("内部"),
            Level::Confidential | Level::Secret => write!(f, "{}★{}", self.level.name(), self.term),
        }
    }
}

/// What a person typed: a level, and a term if the mark says one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedMark {
    /// The level.
    pub level: Level,
    /// The term; `None` where the mark leaves it open (`内部`, or `机密` without ★).
    pub term: Option<Term>,
}

impl TypedMark {
    /// Reads a mark as people write it; see docs/item.md "Mark" for every form taken.
    ///
    /// # Errors
    /// [`MarkError::TopSecret`] for 绝密 in any spelling, for any level unknown, and for none at all; another
    /// [`MarkError`] if the level is clear and the rest is not.
    pub fn read(text: &str) -> Result<Self, MarkError> {
        if TopSecret::judge(text) != TopSecret::UNKNOWN {
            return Err(TopSecret::judge(text).into());
        }
        let text: String = text.nfc().collect();
        let folded = Folded::of(&text);
        let mut at = folded.skip(0, fold::is_bracket);
        if folded.from(at).trim_end_matches(fold::is_bracket) == first_page::RELEASED {
            return Err(MarkError::Released);
        }
        if let Some(level) = folded.english(at) {
            return Err(MarkError::English { level });
        }
        let (level, length) = folded.level(at).ok_or(TopSecret::UNKNOWN)?;
        at = folded.skip(at.saturating_add(length), fold::is_bracket);
        let star = folded.at(at).is_some_and(is_star);
        at = folded.skip(at, is_star);
        let rest = folded.from(at).trim_end_matches(fold::is_bracket).to_owned();
        let term = match (level, star, rest.as_str()) {
            (Level::Internal, true, _) => return Err(MarkError::StarOnWorkSecret),
            (Level::Internal, false, "注意保管") | (_, false, "") => None,
            (Level::Unclassified, ..) => return Err(TermError::Unclassified.into()),
            (_, true, "") => Term::longest(level),
            (_, star, rest) => Some(match read_term(rest)? {
                Some(term) => term,
                // A condition stands as it was typed, not folded; without ★ it could be any title.
                None if star => folded.original(at).trim().parse().map(Term::Condition)?,
                None => return Err(MarkError::Unreadable),
            }),
        };
        if let Some(term) = &term {
            term.check(level)?;
        }
        Ok(Self { level, term })
    }
}

/// Why a typed mark is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MarkError {
    /// It is top secret, or must count as such.
    #[error(transparent)]
    TopSecret(#[from] TopSecret),
    /// An English word stands where the mark must be typed.
    #[error("type the mark itself ({}), not the English word: secret is 机密, confidential is 秘密", .level.name())]
    English {
        /// What the word would mean.
        level: Level,
    },
    /// A work secret with ★, which only state secrets carry.
    #[error("工作秘密 never carries ★: write 内部")]
    StarOnWorkSecret,
    /// 解密, which says that something was a secret.
    #[error(
        "解密 is no level: releasing is asked for (declassify), and what is no secret is typed as 无密级"
    )]
    Released,
    /// The level cannot have this term.
    #[error(transparent)]
    Term(#[from] TermError),
    /// What follows the level is no term.
    #[error(
        "what follows the level is no term: write for example 机密★10年, 秘密★6个月, 机密★2030年12月31日"
    )]
    Unreadable,
}

/// Whether a character is used as the star of a mark.
#[must_use]
pub const fn is_star(c: char) -> bool {
    matches!(
        c,
        '★' | '☆' | '*' | '＊' | '﹡' | '٭' | '※' | '⁎' | '⁑' | '∗' | '⋆' | '✡' | '✢'..='❋' | '⭐'
            ..='⭒' | '\u{1F31F}' | '\u{1F7C0}'..='\u{1F7D8}'
    )
}

/// Reads a term from folded text; `None` if it is of no kind but a condition.
fn read_term(text: &str) -> Result<Option<Term>, MarkError> {
    let text =
        ["解密时间", "解密条件", "至", "到"].iter().find_map(|it| text.strip_prefix(it)).unwrap_or(text);
    let text = text.trim_start_matches(':');
    if text == "长期" {
        return Ok(Some(Term::Long));
    }
    if let Some(day) = read_day(text) {
        return day.map(|day| Some(Term::Until(day)));
    }
    let months = text.strip_suffix("个月").or_else(|| text.strip_suffix('月'));
    if let Some(months) = months.and_then(read_number) {
        return Ok(Some(Term::Months(months)));
    }
    Ok(text.strip_suffix('年').and_then(read_number).map(Term::Years))
}

/// Reads `2030年12月31日`, `2030-12-31`, `2030.12.31` or `2030/12/31`.
fn read_day(text: &str) -> Option<Result<Day, MarkError>> {
    let text = text.strip_suffix('日').unwrap_or(text);
    let parts: Vec<&str> = text.split(['年', '月', '-', '.', '/']).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<i16>().ok())?;
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    let day = i8::try_from(month).ok().zip(i8::try_from(day).ok());
    let day = day.and_then(|(month, day)| Day::new(year, month, day).ok());
    Some(day.ok_or(MarkError::Unreadable))
}

/// Reads one or two digits, or a Chinese number up to 九十九.
fn read_number(text: &str) -> Option<u8> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return if text.len() <= 2 { text.parse().ok() } else { None };
    }
    let digit = |text: &str, none: u8| match text {
        "" => Some(none),
        "两" => Some(2),
        _ => {
            let mut characters = text.chars();
            let at = "零一二三四五六七八九".chars().position(|c| Some(c) == characters.clone().next())?;
            characters.next();
            if characters.next().is_none() { u8::try_from(at).ok() } else { None }
        }
    };
    match text.split_once('十') {
        Some((tens, ones)) => Some(digit(tens, 1)? * 10 + digit(ones, 0)?),
        None if text.is_empty() => None,
        None => digit(text, 0),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn check(text: &str, level: Level, term: Option<&str>) {
        let mark = TypedMark::read(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(mark.level, level, "{text:?}");
        assert_eq!(mark.term.map(|term| term.to_string()).as_deref(), term, "{text:?}");
    }

    #[test]
    fn marks_as_people_type_them() {
        use Level::{Confidential, Internal, Secret, Unclassified};
        for (text, level, term) in [
            ("机密★10年", Secret, Some("10年")),
            ("機密★10年", Secret, Some("10年")),
            ("机 密★１０年", Secret, Some("10年")),
            ("机\u{3000}密 ☆ 10 年", Secret, Some("10年")),
            ("机密*10年", Secret, Some("10年")),
            ("机密＊十年", Secret, Some("10年")),
            ("机密★二十年", Secret, Some("20年")),
            ("机密级★10年", Secret, Some("10年")),
            ("【机密】★10年", Secret, Some("10年")),
            ("机密10年", Secret, Some("10年")),
            ("机密★", Secret, Some("20年")),
            ("秘密★", Confidential, Some("10年")),
            ("机密", Secret, None),
            ("（秘密）", Confidential, None),
            ("祕密★6個月", Confidential, Some("6个月")),
            ("秘密★6个月", Confidential, Some("6个月")),
            ("秘密★六个月", Confidential, Some("6个月")),
            ("机密★2030年12月31日", Secret, Some("2030年12月31日")),
            ("机密★２０３０－１－２", Secret, Some("2030年1月2日")),
            ("机密★至2030.12.31", Secret, Some("2030年12月31日")),
            ("机密★解密时间：2030年12月31日", Secret, Some("2030年12月31日")),
            ("机密★会议开始前", Secret, Some("会议开始前")),
            ("机密★长期", Secret, Some("长期")),
            ("機密★長期", Secret, Some("长期")),
            ("内部", Internal, None),
            ("內部", Internal, None),
            ("内部事项 注意保管", Internal, None),
            ("内部 5年", Internal, Some("5年")),
            ("工作秘密", Internal, None),
            ("无密级", Unclassified, None),
            ("無密級", Unclassified, None),
            ("GK", Unclassified, None),
            ("XZ", Internal, None),
            ("ＭＭ★5年", Confidential, Some("5年")),
            ("jm", Secret, None),
        ] {
            check(text, level, term);
        }
    }

    #[test]
    fn top_secret_in_every_spelling() {
        for text in [
            "绝密",
            "绝密★30年",
            "絕密★30年",
            "絶密",
            "绝 密",
            "绝\u{3000}密★",
            "绝\u{200b}密",
            "绝\u{feff}密",
            "绝密☆长期",
            "【绝密】",
            "★绝密★",
            "ＴＯＰ　ＳＥＣＲＥＴ",
            "top secret",
            "Top-Secret",
            "TOPSECRET",
            "UM",
            "ｕｍ",
            "机密（绝密）",
        ] {
            assert_eq!(TypedMark::read(text), Err(TopSecret::DECLARED.into()), "{text:?}");
        }
    }

    #[test]
    fn empty_and_unknown_levels_count_as_top_secret() {
        for text in ["", "  ", "★", "\u{200b}"] {
            assert_eq!(TypedMark::read(text), Err(TopSecret::MISSING.into()), "{text:?}");
        }
        for text in ["商业秘密", "10年", "★10年", "核心", "ts", "密", "jmx", "极密★10年", "秘", "cosmic"]
        {
            assert_eq!(TypedMark::read(text), Err(TopSecret::UNKNOWN.into()), "{text:?}");
        }
    }

    #[test]
    fn english_words_are_never_taken_for_a_mark() {
        assert_eq!(TypedMark::read("secret"), Err(MarkError::English { level: Level::Secret }));
        assert_eq!(
            TypedMark::read("CONFIDENTIAL★10年"),
            Err(MarkError::English { level: Level::Confidential })
        );
        assert!(matches!(TypedMark::read("internal"), Err(MarkError::English { .. })));
    }

    #[test]
    fn the_word_of_release_is_no_level() {
        for text in ["解密", "解 密", "【解密】", "解\u{200b}密"] {
            assert_eq!(TypedMark::read(text), Err(MarkError::Released), "{text:?}");
        }
        check("机密★解密时间：2030年12月31日", Level::Secret, Some("2030年12月31日"));
    }

    #[test]
    fn a_work_secret_never_carries_a_star() {
        assert_eq!(TypedMark::read("内部★5年"), Err(MarkError::StarOnWorkSecret));
        assert_eq!(TypedMark::read("工作秘密★"), Err(MarkError::StarOnWorkSecret));
        assert_eq!(Mark::new(Level::Internal, Term::Years(5)).unwrap().to_string(), "内部");
    }

    #[test]
    fn terms_that_cannot_be() {
        let too_long = TermError::TooLong { level: Level::Confidential, longest: 10 };
        assert_eq!(TypedMark::read("秘密★20年"), Err(too_long.into()));
        assert_eq!(TypedMark::read("秘密★0年"), Err(TermError::Years.into()));
        assert_eq!(TypedMark::read("秘密★18个月"), Err(TermError::Months.into()));
        assert_eq!(TypedMark::read("机密文件"), Err(MarkError::Unreadable));
        assert_eq!(TypedMark::read("机密★2030年13月1日"), Err(MarkError::Unreadable));
        for text in ["机密★10", "机密★永久", "机密★2030年12月", "机密★100年"] {
            assert_eq!(TypedMark::read(text), Err(TermError::Condition.into()), "{text:?}");
        }
        assert_eq!(TypedMark::read("无密级★10年"), Err(TermError::Unclassified.into()));
    }

    #[test]
    fn printing_gives_one_form_and_reading_takes_it_back() {
        for text in ["机密★20年", "秘密★6个月", "机密★2030年12月31日", "机密★会议开始前", "秘密★长期"]
        {
            let typed = TypedMark::read(text).unwrap();
            assert_eq!(Mark::new(typed.level, typed.term.unwrap()).unwrap().to_string(), text);
        }
        assert_eq!(Mark::new(Level::Unclassified, Term::None).unwrap().to_string(), "");
    }
}
