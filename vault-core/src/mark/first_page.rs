//! What stands at the head of a paper's first page (GB/T 9704): 份号, mark, 紧急程度, each on a line of its own, flush
//! left; and the document number 发文字号 in its printed form.

use unicode_normalization::UnicodeNormalization;

use super::{Mark, TypedMark};
use crate::item::{Label, Urgency};
use crate::level::Level;

/// The word that stands in the mark's place once an item is no secret any more.
pub const RELEASED: &str = "解密";

/// The head of one copy's first page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstPage {
    level: Level,
    mark: String,
    urgency: Urgency,
    copy: Option<u32>,
}

impl FirstPage {
    /// For a copy of an item; `None` for a page that is not numbered yet.
    #[must_use]
    pub fn of_label(label: &Label, copy: Option<u32>) -> Self {
        Self { level: label.level, mark: label.mark.clone(), urgency: label.urgency, copy }
    }

    /// For a paper that is still being written; `None` while the term of a state secret is open, since a mark is never
    /// printed without one.
    #[must_use]
    pub fn of_draft(typed: &TypedMark, urgency: Urgency, copy: Option<u32>) -> Option<Self> {
        let level = typed.level;
        let mark = match &typed.term {
            Some(term) => Mark::new(level, term.clone()).ok()?.to_string(),
            None if level.is_state_secret() => return None,
            None if level == Level::Internal => "内部".to_owned(),
            None => String::new(),
        };
        Some(Self { level, mark, urgency, copy })
    }

    /// The lines that are there: none for unclassified matter that is not urgent.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.level > Level::Unclassified {
            lines.extend(self.copy.map(copy_number));
            lines.push(self.mark.clone());
        }
        match self.urgency {
            Urgency::Normal => {}
            Urgency::Urgent => lines.push("加急".to_owned()),
            Urgency::ExtraUrgent => lines.push("特急".to_owned()),
        }
        lines
    }
}

/// A copy number 份号 as printed: six digits.
#[must_use]
pub fn copy_number(number: u32) -> String {
    format!("{number:06}")
}

/// A document number 发文字号 in its printed form, `财办〔2026〕5号`: brackets of other shapes and wide digits are put
/// right, zeros before the number and 第 are dropped. What has another form stays as it was typed.
#[must_use]
pub fn document_number(typed: &str) -> String {
    printed_number(typed).unwrap_or_else(|| typed.to_owned())
}

fn printed_number(typed: &str) -> Option<String> {
    let text: String = typed.nfkc().filter(|c| !c.is_whitespace()).collect();
    let open = text.find(['〔', '[', '(', '【', '<', '《', '{'])?;
    let (office, rest) = text.split_at(open);
    let close = rest.find(['〕', ']', ')', '】', '>', '》', '}'])?;
    let (year, rest) = rest.split_at(close);
    let year: String = year.chars().skip(1).collect();
    let number: String = rest.chars().skip(1).collect();
    let number = number.strip_suffix('号')?;
    let number = number.strip_prefix('第').unwrap_or(number).trim_start_matches('0');
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = !office.is_empty() && year.len() == 4 && digits(&year) && digits(number);
    fits.then(|| format!("{office}〔{year}〕{number}号"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn lines(mark: &str, urgency: Urgency, copy: Option<u32>) -> Vec<String> {
        FirstPage::of_draft(&TypedMark::read(mark).unwrap(), urgency, copy).unwrap().lines()
    }

    #[test]
    fn three_lines_in_their_order() {
        let urgent = lines("机密*十年", Urgency::ExtraUrgent, Some(1));
        assert_eq!(urgent, ["000001", "机密★10年", "特急"]);
        assert_eq!(lines("秘密★6个月", Urgency::Urgent, Some(120)), ["000120", "秘密★6个月", "加急"]);
        assert_eq!(lines("机密★10年", Urgency::Normal, None), ["机密★10年"]);
        // A work secret has its number and never a star; what is unclassified has neither.
        assert_eq!(lines("内部", Urgency::Normal, Some(2)), ["000002", "内部"]);
        assert_eq!(lines("内部 5年", Urgency::Normal, Some(2)), ["000002", "内部"]);
        assert_eq!(lines("无密级", Urgency::Urgent, Some(2)), ["加急"]);
        let open = TypedMark::read("机密").unwrap();
        assert_eq!(FirstPage::of_draft(&open, Urgency::Normal, Some(1)), None);
    }

    #[test]
    fn document_numbers_as_printed() {
        for (typed, printed) in [
            ("财办〔2026〕5号", "财办〔2026〕5号"),
            ("财办[2026]5号", "财办〔2026〕5号"),
            ("财办（２０２６）第００５号", "财办〔2026〕5号"),
            ("财 办【2026】 12 号", "财办〔2026〕12号"),
            // No year, no number, no office: nothing is guessed.
            ("财办5号", "财办5号"),
            ("财办〔26〕5号", "财办〔26〕5号"),
            ("〔2026〕5号", "〔2026〕5号"),
            ("财办〔2026〕0号", "财办〔2026〕0号"),
            ("A-17", "A-17"),
        ] {
            assert_eq!(document_number(typed), printed, "{typed}");
        }
    }
}
