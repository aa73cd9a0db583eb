//! What a policy changes against another one, and in which direction: for showing it to whoever signs.
//!
//! Everything a policy says is compared; what is equal is left out. Loosening above the floor is an organisation's
//! right, so it is shown and not refused.

use vault_keys::opening::Suite;

use super::catalogue::{Catalogue, CatalogueKind, Clause};
use super::further::Profile;
use super::level::RecoveryRule;
use super::section::Section;
use super::standing::StandingRule;
use super::step::Step;
use super::{Policy, SectionName};
use crate::decision::Act;
use crate::level::Level;
use crate::scope::Ascending;

/// What steps belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Sealing and sending at a level.
    Level(Level),
    /// Another act.
    Act(Act),
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "from and to say it")]
pub enum Change<'a> {
    /// The name.
    Name { from: &'a str, to: &'a str },
    /// How items travel.
    Profile { from: Profile, to: Profile },
    /// Whether a level is sent at all.
    Send { level: Level, to: bool },
    /// The decisions demanded.
    Steps { of: Of, from: &'a [Step], to: &'a [Step] },
    /// The suites allowed.
    Suites { level: Level, from: &'a Ascending<Suite>, to: &'a Ascending<Suite> },
    /// The longest term.
    Years { level: Level, from: Option<u8>, to: Option<u8> },
    /// The recovery key.
    Recovery { level: Level, from: RecoveryRule, to: RecoveryRule },
    /// When copies go back.
    Return { level: Level, from: Option<u16>, to: Option<u16> },
    /// How long a person holds a copy, in days.
    Hold { from: u16, to: u16 },
    /// When a demand lapses, in days.
    Demand { from: u16, to: u16 },
    /// How long deciders have, in days.
    Decide { from: u16, to: u16 },
    /// When deciders are reminded, in hours.
    Remind { from: u16, to: u16 },
    /// Standing approvals.
    Standing { from: Option<StandingRule>, to: Option<StandingRule> },
    /// A clause more.
    ClauseAdded { kind: CatalogueKind, clause: &'a Clause },
    /// A clause less.
    ClauseDropped { kind: CatalogueKind, clause: &'a Clause },
    /// A clause of the same id that says something else.
    ClauseChanged { from: &'a Clause, to: &'a Clause },
    /// Names and order of catalogues, and which clauses stand in which.
    Catalogues { from: Vec<&'a str>, to: Vec<&'a str> },
    /// A written rule with its new paragraphs.
    Section { name: SectionName, to: &'a [String] },
}

/// Which way a change goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More is demanded, or less allowed.
    Tightens,
    /// Less is demanded, or more allowed.
    Loosens,
    /// Neither, or it depends.
    Either,
}

impl Policy {
    /// Everything in which this policy differs from `before`, apart from its number.
    #[must_use]
    pub fn changes_since<'a>(&'a self, before: &'a Self) -> Vec<Change<'a>> {
        let mut changes = Vec::new();
        let mut differs = |differs: bool, change: Change<'a>| {
            if differs {
                changes.push(change);
            }
        };
        differs(self.name != before.name, Change::Name { from: &before.name, to: &self.name });
        let (from, to) = (before.profile(), self.profile());
        differs(from != to, Change::Profile { from, to });
        for level in Level::ALL {
            let (old, new) = (before.level(level), self.level(level));
            differs(old.send != new.send, Change::Send { level, to: new.send });
            let (from, to) = (old.steps.as_slice(), new.steps.as_slice());
            differs(from != to, Change::Steps { of: Of::Level(level), from, to });
            let (from, to) = (&old.suites, &new.suites);
            differs(from != to, Change::Suites { level, from, to });
            let (from, to) = (old.longest_years, new.longest_years);
            differs(from != to, Change::Years { level, from, to });
            let (from, to) = (old.recovery, new.recovery);
            differs(from != to, Change::Recovery { level, from, to });
            let (from, to) = (before.return_days(level), self.return_days(level));
            differs(from != to, Change::Return { level, from, to });
        }
        let (from, to) = (before.hold_days, self.hold_days);
        differs(from != to, Change::Hold { from, to });
        let (from, to) = (before.demand_days, self.demand_days);
        differs(from != to, Change::Demand { from, to });
        let (from, to) = (before.decide_days(), self.decide_days());
        differs(from != to, Change::Decide { from, to });
        let (from, to) = (before.remind_hours(), self.remind_hours());
        differs(from != to, Change::Remind { from, to });
        for act in Act::ALL {
            let (from, to) = (before.act(*act), self.act(*act));
            differs(from != to, Change::Steps { of: Of::Act(*act), from, to });
        }
        let (from, to) = (before.standing(), self.standing());
        differs(from != to, Change::Standing { from, to });
        self.catalogue_changes(before, &mut changes);
        self.section_changes(before, &mut changes);
        changes
    }

    fn catalogue_changes<'a>(&'a self, before: &'a Self, changes: &mut Vec<Change<'a>>) {
        for Catalogue { kind, clauses, .. } in self.catalogues() {
            for clause in clauses {
                match before.clause(&clause.clause) {
                    None => changes.push(Change::ClauseAdded { kind: *kind, clause }),
                    Some(from) if from != clause => changes.push(Change::ClauseChanged { from, to: clause }),
                    Some(_) => {}
                }
            }
        }
        for Catalogue { kind, clauses, .. } in before.catalogues() {
            let dropped = clauses.iter().filter(|clause| self.clause(&clause.clause).is_none());
            changes.extend(dropped.map(|clause| Change::ClauseDropped { kind: *kind, clause }));
        }
        let names = |policy: &'a Self| -> Vec<&'a str> {
            policy.catalogues().iter().map(|catalogue| catalogue.name.as_str()).collect()
        };
        // Where a clause stands, and in which order, says nothing that is judged; its hash changes all the same.
        let shape = |policy: &'a Self| -> Vec<(&'a str, Vec<&'a str>)> {
            let ids = |catalogue: &'a Catalogue| {
                let known = |id: &str| before.clause(id).is_some() && self.clause(id).is_some();
                catalogue.clauses.iter().map(|clause| clause.clause.as_str()).filter(|id| known(id)).collect()
            };
            policy.catalogues().iter().map(|catalogue| (catalogue.name.as_str(), ids(catalogue))).collect()
        };
        if shape(self) != shape(before) {
            changes.push(Change::Catalogues { from: names(before), to: names(self) });
        }
    }

    fn section_changes<'a>(&'a self, before: &'a Self, changes: &mut Vec<Change<'a>>) {
        for Section { name, text } in self.sections() {
            let same = before.sections().iter().any(|old| old.name == *name && old.text == *text);
            if !same {
                changes.push(Change::Section { name: *name, to: text });
            }
        }
        let dropped = before.sections().iter().filter(|_| self.sections().is_empty());
        changes.extend(dropped.map(|old| Change::Section { name: old.name, to: &[] }));
    }
}

impl Change<'_> {
    /// Which way the change goes.
    #[must_use]
    pub fn direction(&self) -> Direction {
        match self {
            Self::Profile { to, .. } => by(*to == Profile::Standalone, *to == Profile::Network),
            Self::Send { to, .. } => by(!to, *to),
            Self::Steps { from, to, .. } => by(holds(to, from), to.len() < from.len()),
            Self::Suites { from, to, .. } => {
                by(to.iter().all(|suite| from.has(suite)), from.iter().all(|suite| to.has(suite)))
            }
            Self::Years { from, to, .. } => less(from.map(u32::from), to.map(u32::from)),
            Self::Return { from, to, .. } => less(from.map(u32::from), to.map(u32::from)),
            Self::Hold { from, to } => less(Some((*from).into()), Some((*to).into())),
            Self::Decide { from, to } => less(Some((*from).into()), Some((*to).into())),
            Self::Standing { from, to } => standing(*from, *to),
            Self::ClauseAdded { .. } => Direction::Either,
            Self::ClauseDropped { .. } => Direction::Either,
            Self::ClauseChanged { from, to } => clause(from, to),
            Self::Name { .. }
            | Self::Recovery { .. }
            | Self::Demand { .. }
            | Self::Remind { .. }
            | Self::Catalogues { .. }
            | Self::Section { .. } => Direction::Either,
        }
    }
}

const fn by(tightens: bool, loosens: bool) -> Direction {
    match (tightens, loosens) {
        (true, false) => Direction::Tightens,
        (false, true) => Direction::Loosens,
        _ => Direction::Either,
    }
}

/// Less is tighter, and none is no limit at all.
fn less(from: Option<u32>, to: Option<u32>) -> Direction {
    let (from, to) = (from.unwrap_or(u32::MAX), to.unwrap_or(u32::MAX));
    by(to < from, to > from)
}

/// Whether all of `part` stands in `whole`, in its order.
fn holds(whole: &[Step], part: &[Step]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|step| rest.any(|other| other == step))
}

fn standing(from: Option<StandingRule>, to: Option<StandingRule>) -> Direction {
    match (from, to) {
        (Some(from), Some(to)) => {
            let within = |one: StandingRule, other: StandingRule| {
                one.ceiling <= other.ceiling
                    && one.longest_days <= other.longest_days
                    && one.most_uses <= other.most_uses
            };
            by(within(to, from), within(from, to))
        }
        (Some(_), None) => Direction::Tightens,
        (None, Some(_)) => Direction::Loosens,
        (None, None) => Direction::Either,
    }
}

fn clause(from: &Clause, to: &Clause) -> Direction {
    let within = |one: &Clause, other: &Clause| {
        one.level <= other.level
            && one.years.map_or(u32::MAX, u32::from) <= other.years.map_or(u32::MAX, u32::from)
            && one.special <= other.special
            && one.text == other.text
    };
    by(within(to, from), within(from, to))
}
