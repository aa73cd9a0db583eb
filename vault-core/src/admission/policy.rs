//! Which policy is named, and whether the directory puts it in force.

use super::code::Code;
use super::facts::{Facts, Side};
use super::ground::Grounds;
use super::refusal::{Decision, Refusal};
use crate::item::Label;
use crate::policy::{Policy, Profile};

/// Judges the policy the label names, and returns the one to judge the level by.
pub(super) fn judge<'a>(
    facts: &Facts<'a>,
    label: &Label,
    grounds: &Grounds<'a>,
    decision: &mut Decision,
) -> Option<&'a Policy> {
    for ground in grounds.of_label().filter(|ground| !ground.stands_in()) {
        if ground.directory.policy() != label.policy {
            decision.refuse(Refusal::new(Code::PolicyDiffers, label.policy));
        }
    }
    let published = &facts.published;
    // Whoever missed a directory may have missed its policy, too.
    let stand_in =
        grounds.named().filter(|ground| ground.stands_in()).map(|ground| ground.directory.policy());
    let policy = published.policy(label.policy).or_else(|| published.policy(stand_in?));
    if policy.is_none() {
        decision.refuse(Refusal::new(Code::PolicyUnknown, label.policy));
    }
    // By file everything goes on; a client that knows the policy does not even dial.
    if let Side::Relay { .. } = facts.side
        && policy.is_some_and(|policy| policy.profile() == Profile::Standalone)
    {
        decision.refuse(Code::Standalone);
    }
    policy
}
