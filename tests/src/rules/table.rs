//! Reading the table of `docs/rules.md`.

use std::fmt;

use super::Case;

/// What carries a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carrier {
    /// It cannot be done, or cannot be faked, without the right key.
    Cryptography,
    /// The relay refuses.
    Relay,
    /// The program refuses; a changed one could get round it.
    Tool,
    /// A signed entry.
    Record,
    /// A list of what is due, a notice.
    Reminder,
    /// Nothing in software.
    Outside,
}

impl Carrier {
    /// All of them, the strongest first.
    pub const ALL: [Self; 6] =
        [Self::Cryptography, Self::Relay, Self::Tool, Self::Record, Self::Reminder, Self::Outside];

    /// Its word in the table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cryptography => "cryptography",
            Self::Relay => "relay",
            Self::Tool => "tool",
            Self::Record => "record",
            Self::Reminder => "reminder",
            Self::Outside => "outside",
        }
    }

    /// Whether breaking the rule is refused or impossible, so that cases can show it.
    #[must_use]
    pub const fn refuses(self) -> bool {
        matches!(self, Self::Cryptography | Self::Relay | Self::Tool)
    }
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// How much of a rule is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// All of it.
    Now,
    /// A part; the row says which.
    Part,
    /// Nothing yet; the row says with what it comes.
    Later,
    /// Nothing ever.
    Never,
}

impl State {
    const WORDS: [(Self, &'static str); 4] =
        [(Self::Now, "now"), (Self::Part, "part"), (Self::Later, "later"), (Self::Never, "–")];

    /// Its word in the table.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The rule's number.
    pub number: u16,
    /// The rule in short words.
    pub rule: String,
    /// What carries it, the strongest first.
    pub carriers: Vec<Carrier>,
    /// How much of it is there.
    pub state: State,
    /// Where, or why not.
    pub place: String,
    /// Names of the cases that show it.
    pub cases: Vec<String>,
}

/// A line of the table that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "docs/rules.md: {}", self.0)
    }
}

impl std::error::Error for Unreadable {}

/// Every row of the table, in its order.
///
/// # Errors
/// [`Unreadable`] with the line.
pub fn read(document: &str) -> Result<Vec<Row>, Unreadable> {
    document.lines().filter(|line| is_row(line)).map(row).collect()
}

/// The document with the names of these cases in the last cell of their rules' rows.
#[must_use]
pub fn with_cases(document: &str, cases: &[Case]) -> String {
    let mut filled = String::new();
    for line in document.lines() {
        match line.trim_end_matches('|').rsplit_once(" | ").zip(number(line)) {
            Some(((rest, _), number)) => {
                let names = cases.iter().filter(|case| case.rules.contains(&number));
                let names: Vec<String> = names.map(|case| format!("`{}`", case.name)).collect();
                let cell = if names.is_empty() { "–".to_owned() } else { names.join("<br>") };
                filled.push_str(&format!("{rest} | {cell} |"));
            }
            None => filled.push_str(line),
        }
        filled.push('\n');
    }
    filled
}

/// The number in a row's first cell.
fn number(line: &str) -> Option<u16> {
    line.strip_prefix("| ")?.split(' ').next()?.parse().ok()
}

/// A line that begins with a number in its first cell.
fn is_row(line: &str) -> bool {
    number(line).is_some()
}

fn row(line: &str) -> Result<Row, Unreadable> {
    let unreadable = |what: &str| Unreadable(format!("{what}: {line}"));
    let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
    let [number, rule, carriers, state, place, cases] = cells.as_slice() else {
        return Err(unreadable("not six cells"));
    };
    let carriers: Option<Vec<Carrier>> = carriers
        .split(", ")
        .map(|word| Carrier::ALL.into_iter().find(|carrier| carrier.word() == word))
        .collect();
    let carriers = carriers.ok_or_else(|| unreadable("an unknown carrier"))?;
    if !carriers.is_sorted() {
        return Err(unreadable("the strongest carrier stands first"));
    }
    let state = State::WORDS.iter().find(|(_, word)| word == state);
    Ok(Row {
        number: number.parse().map_err(|_| unreadable("no number"))?,
        rule: (*rule).to_owned(),
        carriers,
        state: state.ok_or_else(|| unreadable("an unknown state"))?.0,
        place: (*place).to_owned(),
        cases: cases.split('`').skip(1).step_by(2).map(str::to_owned).collect(),
    })
}
