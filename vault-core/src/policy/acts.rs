//! What each act beside sending demands, and the floor of it.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use vault_keys::directory::Role;
use vault_keys::note::TextError;

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

/// What no policy may loosen.
pub(super) fn check_floor(rules: &[ActRule]) -> Result<(), TextError> {
    let fails = |reason: String| Err(TextError::new("acts", reason));
    if !rules.iter().map(|rule| rule.act).eq(Act::ALL.iter().copied()) {
        return fails("not every act once, in the order of the specification".to_owned());
    }
    for ActRule { act, steps } in rules {
        if steps.len() < fewest_steps(*act) {
            return fails(format!("{act}: fewer decisions than the floor demands"));
        }
        if let Some(fault) = step::fault(steps).or_else(|| step::no_decider(steps)) {
            return fails(format!("{act}: {fault}"));
        }
        if *act == Act::Release && !is_release_review(steps) {
            return fails(format!(
                "{act}: first review by a reviewer, last approval by a classification-officer"
            ));
        }
    }
    Ok(())
}

/// 信息公开保密审查: the head of section examines first, the 定密责任人 approves last.
fn is_release_review(steps: &[Step]) -> bool {
    let last = Step::of("approval", Role::ClassificationOfficer);
    steps.first() == Some(&Step::review()) && steps.last() == Some(&last)
}
