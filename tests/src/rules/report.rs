//! Running every case, and the counts of the table.

use std::collections::BTreeMap;

use super::table::{Carrier, Row, State};
use super::{Case, Check, each};

/// How many rules are carried by what, and how many cases show it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rules of which something is there, by their strongest carrier.
    pub carried: BTreeMap<Carrier, usize>,
    /// Among them, those of which only a part is there.
    pub partly: usize,
    /// Rules of which nothing is there yet.
    pub later: usize,
    /// Rules that software cannot carry.
    pub outside: usize,
    /// Cases; each has a refused and an accepted side.
    pub cases: usize,
}

impl Counts {
    /// Counts rows and cases.
    #[must_use]
    pub fn of(rows: &[Row], cases: &[Case]) -> Self {
        let mut counts = Self { cases: cases.len(), ..Self::default() };
        for row in rows {
            match (row.carriers.first(), row.state) {
                (Some(Carrier::Outside) | None, _) => counts.outside += 1,
                (_, State::Later | State::Never) => counts.later += 1,
                (Some(carrier), state) => {
                    *counts.carried.entry(*carrier).or_default() += 1;
                    counts.partly += usize::from(state == State::Part);
                }
            }
        }
        counts
    }

    fn carried_by(&self, carrier: Carrier) -> usize {
        self.carried.get(&carrier).copied().unwrap_or_default()
    }
}

impl Counts {
    /// The paragraph of the README.
    #[must_use]
    pub fn english(&self) -> String {
        let by = |carrier| self.carried_by(carrier);
        let carried: usize = self.carried.values().sum();
        format!(
            "Of the 148 rules of the trade in [`docs/rules.md`](docs/rules.md), {carried} are carried today, {} of them in part \
             (cryptography {}, relay {}, tool {}, records {}, reminders {}); {} come later, and {} stay outside software. \
             `cargo xtask rules` runs {} cases that are refused, each beside its nearest neighbour that is not.",
            self.partly,
            by(Carrier::Cryptography),
            by(Carrier::Relay),
            by(Carrier::Tool),
            by(Carrier::Record),
            by(Carrier::Reminder),
            self.later,
            self.outside,
            self.cases,
        )
    }

    /// The same in the Chinese README.
    #[must_use]
    pub fn chinese(&self) -> String {
        let by = |carrier| self.carried_by(carrier);
        let carried: usize = self.carried.values().sum();
        format!(
            "[`docs/rules.md`](docs/rules.md)（英文，附中文术语）逐条对照 148 条保密工作规则：现已落实 {carried} 条，其中 {} 条为\
             部分落实（密码 {}、交换站 {}、程序 {}、登记 {}、提醒 {}）；{} 条随后续功能落实，{} 条在软件之外。\
             `cargo xtask rules` 运行 {} 个应予拒绝的用例，每个都配一个最相近而准许的用例。",
            self.partly,
            by(Carrier::Cryptography),
            by(Carrier::Relay),
            by(Carrier::Tool),
            by(Carrier::Record),
            by(Carrier::Reminder),
            self.later,
            self.outside,
            self.cases,
        )
    }
}

/// The document with the paragraph in place of the one that begins with the same words up to the first figure that may
/// change, or nothing if there is none.
#[must_use]
pub fn with_paragraph(document: &str, begins: &str, paragraph: &str) -> Option<String> {
    let start = document.find(begins)?;
    let (before, rest) = document.split_at(start);
    let end = rest.find("\n\n").unwrap_or_else(|| rest.trim_end().len());
    let (_, after) = rest.split_at(end);
    Some(format!("{before}{}{after}", wrapped(paragraph)))
}

/// In lines of about the documents' width; Chinese is broken only at spaces, too.
fn wrapped(paragraph: &str) -> String {
    let mut text = String::new();
    let mut width = 0;
    for word in paragraph.split(' ') {
        let long: usize = word.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
        if width > 0 {
            let breaks = width + 1 + long > 128;
            text.push(if breaks { '\n' } else { ' ' });
            width = if breaks { 0 } else { width + 1 };
        }
        text.push_str(word);
        width += long;
    }
    text
}

/// How the two paragraphs begin.
pub const BEGINNINGS: [&str; 2] = ["Of the 148 rules", "[`docs/rules.md`](docs/rules.md)（英文"];

/// What came of running the cases.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// What each case's run said, in the order of the cases.
    pub results: Vec<(Case, Result<(), String>)>,
}

impl Outcome {
    /// Runs every case.
    #[must_use]
    pub fn of(cases: &[Case]) -> Self {
        Self { results: each(cases, |case| (*case, case.prepare().run())) }
    }

    /// What went wrong.
    pub fn failures(&self) -> impl Iterator<Item = &str> {
        self.results.iter().filter_map(|(_, result)| result.as_ref().err()).map(String::as_str)
    }

    /// One line for each rule that has cases.
    #[must_use]
    pub fn lines(&self, rows: &[Row]) -> Vec<String> {
        let line = |row: &Row| {
            let of_rule = self.results.iter().filter(|(case, _)| case.rules.contains(&row.number));
            let (mut good, mut all, mut words) = (0, 0, Vec::new());
            for (case, result) in of_rule {
                all += 1;
                good += usize::from(result.is_ok());
                let word = case.check.word();
                if !words.contains(&word) {
                    words.push(word);
                }
            }
            (all > 0).then(|| format!("{:>3}  {good}/{all}  {}  {}", row.number, row.rule, words.join(" ")))
        };
        rows.iter().filter_map(line).collect()
    }
}

/// Whether a code of the admission check is one that this case is about.
#[must_use]
pub fn is_about(case: &Case, code: vault_core::admission::Code) -> bool {
    case.check == Check::Tool(code)
}
