//! Finding marks in titles and file names, so that one with a higher mark than declared is refused.
//!
//! docs/item.md "Marks in titles". A mark is not every mention: 关于保守秘密的通知 is an ordinary title,
//! 秘密★通知, 【秘密】通知 and `通知-秘密.docx` are marked. Top secret is found more eagerly than the others.

use super::fold::{Folded, is_bracket, is_han};
use super::is_star;
use crate::level::Level;

/// A mark that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The level it marks; `None` is top secret, which no [`Level`] can say.
    pub level: Option<Level>,
    /// The mark as it was typed.
    pub text: String,
}

impl Found {
    /// Whether the text must not go out under the declared level.
    #[must_use]
    pub fn exceeds(&self, declared: Level) -> bool {
        self.level.is_none_or(|level| level > declared)
    }
}

/// The highest mark in a title or file name, the first of them if there are several.
#[must_use]
pub fn highest_in(text: &str) -> Option<Found> {
    let folded = Folded::of(text);
    let mut highest: Option<Found> = None;
    for place in 0..folded.characters().len() {
        let Some((level, end)) = mark_at(&folded, place) else { continue };
        if highest.as_ref().is_none_or(|found| harm(found.level) < harm(level)) {
            highest = Some(Found { level, text: folded.original_between(place, end).to_owned() });
        }
    }
    highest
}

/// Top secret above every level.
fn harm(level: Option<Level>) -> (bool, Option<Level>) {
    (level.is_none(), level)
}

/// The mark that begins at a place and the place after it; a level of `None` is top secret.
fn mark_at(folded: &Folded<'_>, place: usize) -> Option<(Option<Level>, usize)> {
    if let Some(end) = top_secret_in_english(folded, place) {
        return Some((None, end));
    }
    if let Some((end, together)) = top_secret_in_chinese(folded, place) {
        let free = if together { Free::OneSide } else { Free::LeftSide };
        let marked = stands_free(folded, place, end, free) || has_star(folded, place, end);
        return marked.then_some((None, end));
    }
    for (word, level) in [("confidential", Level::Confidential), ("secret", Level::Secret)] {
        if let Some(length) = folded.word(place, word) {
            let end = place.saturating_add(length);
            let letters = folded.characters().get(place..end).unwrap_or_default();
            let marked = letters.iter().all(|c| c.capital) && word_ends(folded, place, end);
            return marked.then_some((Some(level), end));
        }
    }
    if folded.at(place).is_some_and(|c| c.is_ascii_alphabetic()) {
        return None; // The codes of GB/T 7156 are too short to be looked for in titles.
    }
    let (level, length) = folded.level(place)?;
    let end = place.saturating_add(length);
    let long = stands_free(folded, place, place, Free::LeftSide) && folded.word(end, "长期").is_some();
    let letter_spaced =
        folded.characters().get(place.saturating_add(1)..end).unwrap_or_default().iter().any(|c| c.spaced);
    let marked = has_star(folded, place, end)
        || long
        || stands_free(folded, place, end, Free::BothSides)
        || (letter_spaced && stands_free(folded, place, end, Free::OneSide));
    (marked && level != Level::Unclassified).then_some((Some(level), end))
}

/// On which sides a word must be free of neighbouring Chinese characters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Free {
    LeftSide,
    OneSide,
    BothSides,
}

fn stands_free(folded: &Folded<'_>, place: usize, end: usize, sides: Free) -> bool {
    let spaced = |at: usize| folded.characters().get(at).is_none_or(|c| c.spaced);
    let before = place.checked_sub(1).and_then(|at| folded.at(at));
    let left = spaced(place) || !before.is_some_and(is_han);
    let right = spaced(end) || !folded.at(end).is_some_and(is_han);
    match sides {
        Free::LeftSide => left,
        Free::OneSide => left || right,
        Free::BothSides => left && right,
    }
}

/// Whether a star stands before or behind, brackets and 级 aside.
fn has_star(folded: &Folded<'_>, place: usize, end: usize) -> bool {
    let after = folded.skip(end, |c| is_bracket(c) || c == '级');
    let mut before = folded.characters().get(..place).unwrap_or_default().iter().rev().map(|c| c.folded);
    folded.at(after).is_some_and(is_star) || before.find(|c| !is_bracket(*c)).is_some_and(is_star)
}

/// 绝密, 绝秘 or 绝对机密 at a place, and 绝 and 密 with nothing but signs between them: the end, and whether the word
/// stands together.
fn top_secret_in_chinese(folded: &Folded<'_>, place: usize) -> Option<(usize, bool)> {
    if let Some(length) = ["绝密", "绝秘", "绝对机密"].iter().find_map(|word| folded.word(place, word))
    {
        return Some((place.saturating_add(length), true));
    }
    let behind = place.saturating_add(folded.word(place, "绝")?);
    let second = folded.skip(behind, |c| !c.is_alphanumeric());
    folded.word(second, "密").map(|length| (second.saturating_add(length), false))
}

/// `TOP SECRET` in any case and width, its letters and words apart or together; never inside other words.
fn top_secret_in_english(folded: &Folded<'_>, place: usize) -> Option<usize> {
    let mut at = place;
    for wanted in "topsecret".chars() {
        if at != place {
            at = folded.skip(at, |c| !c.is_alphanumeric());
        }
        if folded.at(at)? != wanted {
            return None;
        }
        at = at.saturating_add(1);
    }
    word_ends(folded, place, at).then_some(at)
}

/// Whether no Latin letter continues the word on either side. A capital behind a small letter begins a word.
fn word_ends(folded: &Folded<'_>, place: usize, end: usize) -> bool {
    let letter = |at: usize| folded.characters().get(at).filter(|c| c.folded.is_ascii_alphabetic());
    let joined = |at: usize| {
        let neighbours = at.checked_sub(1).and_then(letter).zip(letter(at));
        neighbours.is_some_and(|(before, here)| !here.spaced && (before.capital || !here.capital))
    };
    !joined(place) && !joined(end)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn marks_in_titles_and_file_names() {
        use Level::{Confidential, Internal, Secret};
        for (text, level) in [
            ("机密★10年 关于会议的通知", Some(Secret)),
            ("关于会议的通知（機密）.docx", Some(Secret)),
            ("通知-秘密.docx", Some(Confidential)),
            ("通知_秘密★10年.docx", Some(Confidential)),
            ("机 密 通知.pdf", Some(Secret)),
            ("机 密通知.pdf", Some(Secret)),
            ("机密10年通知", Some(Secret)),
            ("机密长期通知", Some(Secret)),
            ("关于某事的通知秘密☆五年", Some(Confidential)),
            ("01机密.docx", Some(Secret)),
            ("【内部】通知", Some(Internal)),
            ("工作秘密 通知", Some(Internal)),
            ("Report CONFIDENTIAL.pdf", Some(Confidential)),
            ("ＳＥＣＲＥＴ.pdf", Some(Secret)),
            ("秘密★10年 附件 机密★20年", Some(Secret)),
            ("绝密★30年 通知", None),
            ("绝密通知.docx", None),
            ("通知(绝 密).docx", None),
            ("通知絕\u{200b}密★", None),
            ("某某绝密级★文件", None),
            ("某文件绝密☆长期", None),
            ("top secret plan.docx", None),
            ("T O P  S E C R E T", None),
            ("plan_Top_Secret_v2.docx", None),
            ("计划TOPSECRET计划", None),
            ("ｔｏｐ－ｓｅｃｒｅｔ", None),
            // Written another way, by habit, by a machine, or to slip through.
            ("绝-密 通知.docx", None),
            ("绝·密通知.docx", None),
            ("【绝】【密】通知", None),
            ("绝★密", None),
            ("绝\u{332}密\u{332}通知", None),
            ("绝\u{20dd}密\u{20dd}", None),
            ("绝秘文件.docx", None),
            ("关于某事的通知绝秘★", None),
            ("絕對機密★通知", None),
            ("关于某事的★绝密通知", None),
            ("TopSecretPlan.docx", None),
            ("planTopSecret.docx", None),
            ("TOP|SECRET", None),
            ("top—secret", None),
            ("TÓP SÉCRET.docx", None),
            ("T\u{332}O\u{332}P\u{332} SECRET", None),
            ("ТОР SЕСRЕТ.docx", None),
            ("ΤΟΡ SECRET", None),
            ("𝐓𝐎𝐏 𝐒𝐄𝐂𝐑𝐄𝐓", None),
            ("ⓣⓞⓟ ⓢⓔⓒⓡⓔⓣ", None),
            ("★机密通知.docx", Some(Secret)),
            ("关于会议的通知机密✵10年", Some(Secret)),
            ("关于会议的通知机密٭10年", Some(Secret)),
            ("关于会议的通知机密⭑10年", Some(Secret)),
            ("机\u{332}密\u{332}.docx", Some(Secret)),
        ] {
            let found = highest_in(text).unwrap_or_else(|| panic!("{text:?} is marked"));
            assert_eq!(found.level, level, "{text:?}");
            assert!(!found.text.is_empty());
        }
    }

    #[test]
    fn mentions_are_no_marks() {
        for text in [
            "关于保守国家秘密工作的通知.docx",
            "关于加强机密文件管理的意见",
            "保密工作秘密守则",
            "关于绝密级文件管理的规定",
            "内部控制制度",
            "会议通知 2026-11-22.pdf",
            "司机 密切配合",
            "无密级 通知",
            "Secret garden.txt",
            "stop secrets",
            "top secretary.txt",
            "confidential matters",
            "秘密花园.docx",
            "保密工作年度总结.docx",
            "机密打印室管理办法.docx",
            "国家秘密定密管理暂行规定.pdf",
            "保守商业秘密承诺书.docx",
            "谢绝秘书代签.txt",
            "拒绝-密钥管理.txt",
            "杜绝，密切关注.txt",
            "断绝 密切往来.txt",
            "leapTop secrets",
            "desktop-secret.txt",
            "StopSecret.txt",
            "公开",
            "",
            "MM JM.txt",
        ] {
            assert_eq!(highest_in(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_mark_exceeds_lower_declarations_only() {
        let secret = highest_in("机密★10年").unwrap();
        assert!(secret.exceeds(Level::Confidential) && !secret.exceeds(Level::Secret));
        assert!(highest_in("绝密★").unwrap().exceeds(Level::Secret));
        assert!(highest_in("内部").unwrap().exceeds(Level::Unclassified));
    }
}
