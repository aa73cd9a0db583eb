//! The policy 规章 (`vault-policy/2`, and `/1` which is read for ever): what each level and each act demands,
//! signed by the officers.
//!
//! docs/policy.md. A policy can tighten the floor of the law and of this product and never loosen it; a text
//! below the floor is malformed. From the first day on there is one: [`Policy::built_in`] is a fixed text into
//! which only the organisation is filled. What an organisation writes itself is [`Further`]; a policy without it
//! is written as version 1, one with it as version 2: one encoding each.

mod acts;
mod built_in;
pub mod catalogue;
mod change;
mod fault;
mod further;
mod level;
mod matching;
mod section;
mod standing;
mod step;
mod text;

#[cfg(all(test, feature = "open"))]
mod tests;

use vault_keys::digest::OrgId;
use vault_keys::directory::{Root, Task, ThresholdError};
use vault_keys::note::{Note, NoteError, Signed};

pub use acts::ActRule;
pub use built_in::BuiltIn;
pub use catalogue::{Catalogue, CatalogueKind, Clause, Field};
pub use change::{Change, Direction, Of};
pub use fault::Fault;
pub use further::{Further, Profile, ReturnRule};
pub use level::{LevelRule, RecoveryRule};
pub use matching::as_seen;
pub use section::{Section, SectionName};
pub use standing::StandingRule;
pub use step::Step;
pub use text::{POLICY_1, PolicyType};

use crate::decision::Act;
use crate::level::Level;

/// Longest policy note, in bytes: what one text of the relay's protocol can be. 2,000 clauses of ordinary length
/// and the lines of 16 offices fit.
pub const POLICY_MAX: usize = vault_keys::directory::POLICY_MAX;

/// What each level and each act demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The organisation.
    pub org: OrgId,
    /// The policy's number, from 1.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// One rule for each level, all four, ascending.
    levels: Vec<LevelRule>,
    /// How many days a person may hold a copy; then it goes back or to the archive.
    pub hold_days: u16,
    /// After how many days a demand without receipt lapses.
    pub demand_days: u16,
    /// What version 2 adds; `None` in version 1.
    further: Option<Box<Further>>,
}

/// A policy is put in force whose number is not higher than that of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("policy {to} does not follow policy {from}: an earlier one does not come back")]
pub struct PolicyLower {
    /// The number in force.
    pub from: u32,
    /// The number of the one that should follow.
    pub to: u32,
}

impl Policy {
    /// The same policy with what an organisation writes itself: one of version 2. Whether it is above the floor is
    /// checked when it is signed.
    #[must_use]
    pub fn with_further(mut self, further: Further) -> Self {
        self.further = Some(Box::new(further));
        self
    }

    /// Reads a policy and checks that enough officers of a root signed it.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn verify(root: &Root, bytes: &[u8]) -> Result<Signed<Self>, PolicyError> {
        let note = Note::parse(bytes, POLICY_MAX)?;
        root.check_threshold(&note, Task::Enrol)?;
        Ok(Signed::from_note(note, root.org())?)
    }

    /// Refuses a policy that does not come after this one: one that was replaced does not come back, under its number or
    /// another's, whoever signed it once.
    ///
    /// # Errors
    /// [`PolicyLower`].
    pub fn check_follows(next: &Signed<Self>, before: &Signed<Self>) -> Result<(), PolicyLower> {
        let (from, to) = (before.value().number, next.value().number);
        if next.hash() == before.hash() || to > from { Ok(()) } else { Err(PolicyLower { from, to }) }
    }

    /// What a level demands.
    #[must_use]
    pub fn level(&self, level: Level) -> &LevelRule {
        #[expect(clippy::expect_used, reason = "made and read with all four levels")]
        self.levels.iter().find(|rule| rule.level == level).expect("a policy has a rule for each level")
    }

    /// Every level's rule, ascending.
    #[must_use]
    pub fn levels(&self) -> &[LevelRule] {
        &self.levels
    }

    /// The same policy with one level's rule replaced; whether it is still above the floor is checked when it is
    /// signed.
    #[must_use]
    pub fn with(mut self, rule: LevelRule) -> Self {
        for own in &mut self.levels {
            if own.level == rule.level {
                *own = rule.clone();
            }
        }
        self
    }

    /// What version 2 adds, if this is one.
    #[must_use]
    pub fn further(&self) -> Option<&Further> {
        self.further.as_deref()
    }

    /// How items travel.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.further().map_or(Profile::Network, |further| further.profile)
    }

    /// The decisions that an act demands, in their order; never empty.
    #[must_use]
    pub fn act(&self, act: Act) -> &[Step] {
        let own = self.further().and_then(|further| further.acts.iter().find(|rule| rule.act == act));
        own.map_or_else(|| acts::built_in(act), |rule| &rule.steps)
    }

    /// What a standing approval may say; `None` where there are none.
    #[must_use]
    pub fn standing(&self) -> Option<StandingRule> {
        self.further().map_or(Some(StandingRule::FLOOR), |further| further.standing)
    }

    /// The catalogues of classification bases.
    #[must_use]
    pub fn catalogues(&self) -> &[Catalogue] {
        self.further().map_or(&[], |further| &further.catalogues)
    }

    /// Whether items of a level take their basis from a catalogue.
    #[must_use]
    pub fn has_catalogue(&self, level: Level) -> bool {
        CatalogueKind::of(level)
            .is_some_and(|kind| self.catalogues().iter().any(|catalogue| catalogue.kind == kind))
    }

    /// The clause of this id, in whichever catalogue it stands.
    #[must_use]
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses().find(|clause| clause.clause == id)
    }

    /// Every clause of every catalogue.
    pub fn clauses(&self) -> impl Iterator<Item = &Clause> {
        self.catalogues().iter().flat_map(|catalogue| &catalogue.clauses)
    }

    /// The clauses that can give a level and have something in common with what was typed, the nearest first.
    #[must_use]
    pub fn matches(&self, query: &str, level: Level) -> Vec<&Clause> {
        matching::matches(self.clauses().filter(|clause| clause.gives(level)), query)
    }

    /// The longest term of an item of this level and basis, in years: that of the level, or of a clause that specially
    /// provides for more (特殊规定). `None` where there is none.
    #[must_use]
    pub fn longest_years(&self, level: Level, basis: &[String]) -> Option<u8> {
        let ordinary = self.level(level).longest_years?;
        let special = |id: &String| self.clause(id).filter(|clause| clause.special && clause.gives(level));
        let special = basis.iter().filter_map(special).filter_map(|clause| clause.years).max();
        Some(special.map_or(ordinary, |years| ordinary.max(years)))
    }

    /// How long deciders have, where the sender says nothing, in days.
    #[must_use]
    pub fn decide_days(&self) -> u16 {
        self.further().map_or(further::DECIDE_DAYS, |further| further.decide_days)
    }

    /// After how many hours without an answer deciders are reminded.
    #[must_use]
    pub fn remind_hours(&self) -> u16 {
        self.further().map_or(further::REMIND_HOURS, |further| further.remind_hours)
    }

    /// After how many days copies of a level go back; `None` where no rhythm is set.
    #[must_use]
    pub fn return_days(&self, level: Level) -> Option<u16> {
        self.further()?.return_days.iter().find(|rule| rule.level == level)?.days
    }

    /// The written rules of the office.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        self.further().map_or(&[], |further| &further.sections)
    }
}

/// Why a policy is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// It is malformed, of another organisation, or below the floor.
    #[error("the policy is malformed or below the floor")]
    Text(#[from] NoteError),
    /// Not enough officers signed it.
    #[error("the policy is not signed by enough officers")]
    Threshold(#[from] ThresholdError),
}
