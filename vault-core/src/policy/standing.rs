//! What a standing approval 常设审批 may say at most.

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use crate::level::Level;

/// The limits of standing approvals for traffic without a decision each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StandingRule {
    /// The highest level one may cover.
    pub ceiling: Level,
    /// The most days one may be valid.
    pub longest_days: u16,
    /// The most items one may cover.
    pub most_uses: u32,
}

impl StandingRule {
    /// The widest that any policy may allow, and what one that says nothing allows.
    pub const FLOOR: Self = Self { ceiling: Level::Internal, longest_days: 366, most_uses: 10_000 };

    /// What no policy may loosen.
    ///
    /// # Errors
    /// [`Fault`]: below the floor.
    pub fn check(&self) -> Result<(), Fault> {
        let Self { ceiling, longest_days, most_uses } = Self::FLOOR;
        if self.ceiling > ceiling {
            return Err(Fault::Ceiling);
        }
        if !(1..=longest_days).contains(&self.longest_days) {
            return Err(Fault::Number { least: 1, most: longest_days.into() });
        }
        if !(1..=most_uses).contains(&self.most_uses) {
            return Err(Fault::Number { least: 1, most: most_uses });
        }
        Ok(())
    }
}
