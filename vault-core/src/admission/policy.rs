//! Which policy is named, and whether the directory puts it in force.

use super::check::Directories;
use super::code::Code;
use super::facts::Facts;
use super::refusal::{Decision, Refusal};
use crate::item::Label;

/// Judges the policy the label names.
pub(super) fn judge(
    facts: &Facts<'_>,
    label: &Label,
    directories: &Directories<'_>,
    decision: &mut Decision,
) {
    if facts.published.policy(label.policy).is_none() {
        decision.refuse(Refusal::new(Code::PolicyUnknown, label.policy));
    }
    for directory in directories.of_label() {
        if directory.policy() != label.policy {
            decision.refuse(Refusal::new(Code::PolicyDiffers, label.policy));
        }
    }
}
