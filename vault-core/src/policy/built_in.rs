//! The policies that need nobody to write them. Their texts, and so their hashes, are fixed for ever.

use vault_keys::digest::OrgId;
use vault_keys::opening::Suite;

use super::Policy;
use super::level::{LevelRule, RecoveryRule};
use super::step::Step;
use crate::level::Level;

/// The policies that need nobody to write them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// Review and approval for 机密 and 秘密, approval for 内部.
    Standard,
    /// As standard, and 内部 goes out without a decision.
    InternalWithoutDecision,
}

impl Policy {
    /// The fixed text of a built-in policy for an organisation.
    #[must_use]
    pub fn built_in(org: OrgId, which: BuiltIn) -> Self {
        let internal: &[Step] = match which {
            BuiltIn::Standard => &[Step::approval()],
            BuiltIn::InternalWithoutDecision => &[],
        };
        let both = [Step::review(), Step::approval()];
        let name = match which {
            BuiltIn::Standard => "内置规章",
            BuiltIn::InternalWithoutDecision => "内置规章（工作秘密免审批）",
        };
        let rule = |level: Level, send, steps: &[Step], suites: &[Suite]| LevelRule {
            level,
            send,
            steps: steps.to_vec(),
            suites: suites.iter().copied().collect(),
            longest_years: level.longest_years(),
            recovery: RecoveryRule::Allowed,
        };
        Self {
            org,
            number: 1,
            name: name.to_owned(),
            levels: vec![
                rule(Level::Unclassified, false, &[], &[Suite::Hybrid, Suite::Classic]),
                rule(Level::Internal, true, internal, &[Suite::Hybrid, Suite::Classic]),
                rule(Level::Confidential, true, &both, &[Suite::Hybrid]),
                rule(Level::Secret, true, &both, &[Suite::Hybrid]),
            ],
            hold_days: 30,
            demand_days: 7,
            further: None,
        }
    }

    /// [`BuiltIn::Standard`].
    #[must_use]
    pub fn standard(org: OrgId) -> Self {
        Self::built_in(org, BuiltIn::Standard)
    }

    /// [`BuiltIn::InternalWithoutDecision`].
    #[must_use]
    pub fn internal_without_decision(org: OrgId) -> Self {
        Self::built_in(org, BuiltIn::InternalWithoutDecision)
    }
}
