//! One decision: the name of the step, and the role that takes it.

use serde::{Deserialize, Serialize};
use vault_keys::directory::Role;

use super::fault::Fault;
use crate::item::Word;
use crate::limits::LIST_MAX;

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name.
    pub step: Word,
    /// The role that takes it.
    pub role: Word,
}

/// The roles that may decide. A handler proposes and never decides; a clerk, an officer of keys and an inspector
/// have other duties.
pub(super) const DECIDING: [Role; 5] =
    [Role::Reviewer, Role::Approver, Role::ClassificationOfficer, Role::Custodian, Role::Supervisor];

impl Step {
    /// Whether the role is one that may decide.
    #[must_use]
    pub fn may_decide(&self) -> bool {
        DECIDING.iter().any(|role| role.as_str() == self.role.as_str())
    }

    /// A step whose words are constants of this program.
    pub(super) fn of(name: &str, role: Role) -> Self {
        #[expect(clippy::expect_used, reason = "only constants are handed in")]
        let word = |text: &str| text.parse().expect("a constant of the form of a word");
        Self { step: word(name), role: word(role.as_str()) }
    }

    /// 审核 by the reviewer.
    pub(super) fn review() -> Self {
        Self::of("review", Role::Reviewer)
    }

    /// 批准 by the approver.
    pub(super) fn approval() -> Self {
        Self::of("approval", Role::Approver)
    }
}

/// What holds for a list of steps in any policy.
pub(super) fn check(steps: &[Step], floor: usize) -> Result<(), Fault> {
    if steps.len() < floor {
        return Err(Fault::FewSteps { floor });
    }
    if steps.len() > LIST_MAX {
        return Err(Fault::ManySteps);
    }
    for (step, others) in steps.iter().zip(1..) {
        if steps.iter().skip(others).any(|other| other.step == step.step) {
            return Err(Fault::StepTwice { step: step.step.clone() });
        }
    }
    Ok(())
}

/// What holds in version 2: every role is one that may decide.
pub(super) fn check_roles(steps: &[Step]) -> Result<(), Fault> {
    match steps.iter().find(|step| !step.may_decide()) {
        Some(step) => Err(Fault::NoDecider { role: step.role.clone() }),
        None => Ok(()),
    }
}
