//! What a standing approval 常设审批 may say at most.

use serde::{Deserialize, Serialize};
use vault_keys::note::TextError;

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
    pub(super) fn check_floor(&self) -> Result<(), TextError> {
        let fails = |reason| Err(TextError::new("standing", reason));
        if self.ceiling > Self::FLOOR.ceiling {
            return fails("a standing approval covers work secrets at most");
        }
        if !(1..=Self::FLOOR.longest_days).contains(&self.longest_days) {
            return fails("longest_days is not 1 to 366");
        }
        if !(1..=Self::FLOOR.most_uses).contains(&self.most_uses) {
            return fails("most_uses is not 1 to 10000");
        }
        Ok(())
    }
}
