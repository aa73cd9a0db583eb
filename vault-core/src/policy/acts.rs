//! What each act beside sending demands, and the floor of it.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use vault_keys::directory::Role;
use vault_keys::note::TextError;

use super::fault::Fault;
use super::step::{self, Step};
use crate::decision::Act;

/// The decisions one act demands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActRule {
    /// The act.
    pub act: Act,
    /// The decisions, in their order; never none.
    pub steps: Vec<Step>,
}

/// The rules of a policy that does not write its own.
static BUILT_IN: LazyLock<Vec<ActRule>> = LazyLock::new(|| {
    let rule = |act: &Act| {
        let steps = match act {
            Act::Release => {
                vec![Step::review(), Step::of("approval", Role::ClassificationOfficer)]
            }
            Act::Change | Act::Declassify | Act::Destroy => vec![Step::review(), Step::approval()],
            _ => vec![Step::approval()],
        };
        ActRule { act: *act, steps }
    };
    Act::ALL.iter().map(rule).collect()
});

impl ActRule {
    /// The built-in rules, one for each act in the order of policies.
    #[must_use]
    pub fn built_in() -> Vec<Self> {
        BUILT_IN.clone()
    }
}

/// The built-in steps of an act.
pub(super) fn built_in(act: Act) -> &'static [Step] {
    BUILT_IN.iter().find(|rule| rule.act == act).map_or(&[], |rule| &rule.steps)
}

/// The fewest decisions an act may happen with: what cannot be taken back takes two.
pub(super) const fn fewest_steps(act: Act) -> usize {
    match act {
        Act::Declassify | Act::Release | Act::Destroy => 2,
        _ => 1,
    }
}

impl ActRule {
    /// The floor of an act.
    ///
    /// # Errors
    /// [`Fault`]: below it.
    pub fn check(&self) -> Result<(), Fault> {
        step::check(&self.steps, fewest_steps(self.act))?;
        step::check_roles(&self.steps)?;
        if self.act == Act::Release && !is_release_review(&self.steps) {
            return Err(Fault::ReleaseOrder);
        }
        Ok(())
    }
}

/// What no policy may loosen.
pub(super) fn check_floor(rules: &[ActRule]) -> Result<(), TextError> {
    if !rules.iter().map(|rule| rule.act).eq(Act::ALL.iter().copied()) {
        return Err(TextError::new("acts", "not every act once, in the order of the specification"));
    }
    rules.iter().try_for_each(|rule| {
        rule.check().map_err(|fault| TextError::new("acts", format!("{}: {fault}", rule.act)))
    })
}

/// 信息公开保密审查: the head of section examines first, the 定密责任人 approves last.
fn is_release_review(steps: &[Step]) -> bool {
    let last = Step::of("approval", Role::ClassificationOfficer);
    steps.first() == Some(&Step::review()) && steps.last() == Some(&last)
}
