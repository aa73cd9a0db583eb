//! What a level demands, and the floor below which no policy may go (design section 2).

use serde::{Deserialize, Serialize};
use vault_keys::opening::Suite;

use super::fault::Fault;
use super::step::{self, Step};
use crate::level::Level;
use crate::scope::Ascending;
use crate::term::YEARS_MAX;

/// What one level demands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelRule {
    /// The level.
    pub level: Level,
    /// Whether items of this level may be sent at all.
    pub send: bool,
    /// The decisions demanded before release, in their order.
    pub steps: Vec<Step>,
    /// The suites allowed, `hybrid` before `classic`.
    pub suites: Ascending<Suite>,
    /// The longest term in years; null where there is none.
    pub longest_years: Option<u8>,
    /// Whether a unit's recovery key stands among the recipients.
    pub recovery: RecoveryRule,
}

/// Whether a unit's recovery key stands among the recipients of a level's items (docs/recovery.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecoveryRule {
    /// It must: an item without it is refused.
    Required,
    /// It may: whoever seals adds it where there is one, and can leave it out.
    Allowed,
    /// It must not: nobody opens what its holders lost.
    Forbidden,
}

impl LevelRule {
    /// Whether a suite may be used.
    #[must_use]
    pub fn allows(&self, suite: Suite) -> bool {
        self.suites.has(&suite)
    }

    /// What no policy may loosen.
    pub(super) fn check_floor(&self) -> Result<(), Fault> {
        step::check(&self.steps, fewest_steps(self.level))?;
        if self.suites.is_empty() {
            return Err(Fault::NoSuite);
        }
        if self.level > Level::Internal && self.allows(Suite::Classic) {
            return Err(Fault::Classic);
        }
        let years = self.longest_years;
        match self.level.longest_years() {
            Some(longest) if !years.is_some_and(|years| (1..=longest).contains(&years)) => {
                Err(Fault::BeyondLaw { longest })
            }
            _ if years.is_some_and(|years| !(1..=YEARS_MAX).contains(&years)) => Err(Fault::Years),
            _ => Ok(()),
        }
    }

    /// The floor of version 2, which also knows who may decide.
    ///
    /// # Errors
    /// [`Fault`]: below the floor.
    pub fn check(&self) -> Result<(), Fault> {
        self.check_floor()?;
        step::check_roles(&self.steps)
    }
}

/// The fewest decisions a level's items may leave with.
pub(super) const fn fewest_steps(level: Level) -> usize {
    match level {
        Level::Unclassified | Level::Internal => 0,
        Level::Confidential => 1,
        Level::Secret => 2,
    }
}
