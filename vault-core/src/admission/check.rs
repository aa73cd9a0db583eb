//! The check itself: which family judges what, and in which order.

use vault_keys::time::Time;

use super::code::Code;
use super::facts::{Facts, Side, Subject};
use super::ground::Grounds;
use super::refusal::{Decision, Refusal, Remark};
use super::{
    access, basis, clearance, form, level, limits, policy, recovery, resealed, scope, signatures, standing,
};
use crate::item::Label;

/// Judges an item. Every refusal is collected; the order of the answer is that of the code list, with
/// `top-secret` before all others.
///
/// Pure: the same facts at the same time give the same answer wherever it is asked.
#[must_use]
pub fn check(facts: &Facts<'_>, now: Time) -> Decision {
    let mut decision = Decision::default();
    let label = match facts.subject {
        Subject::Unreadable(error) => {
            decision.refuse(form::refusal(error));
            return decision.settle();
        }
        Subject::Planned { label, .. } => label,
        Subject::Sealed(item) => item.label().value(),
    };
    if label.org != facts.published.org() {
        decision.refuse(Refusal::new(Code::WrongOrg, label.org));
        return decision.settle();
    }
    let grounds = Grounds::find(facts, label, now, &mut decision);
    limits::judge(facts, label, now, &mut decision);
    let policy = policy::judge(facts, label, &grounds, &mut decision);
    level::judge(label, policy, &mut decision);
    if let Some(policy) = policy {
        basis::judge(label, policy, &mut decision);
    }
    signatures::judge_submitter(facts, label, &mut decision);
    for ground in grounds.of_label() {
        signatures::judge_sender(facts, label, &ground, &mut decision);
        // A later directory does not say who was cleared or in office when the item was made.
        if !ground.stands_in() {
            clearance::judge(label, ground.directory, &mut decision);
            recovery::judge(label, policy, ground.directory, &mut decision);
        }
        scope::judge_numbers(label, ground.directory, &mut decision);
    }
    standing::of_sender(facts, label, &mut decision);
    scope::judge(label, &mut decision);
    resealed::judge(facts, label, &grounds, &mut decision);
    access::judge(facts, label, &grounds, &mut decision);
    remarks(facts, label, now, &mut decision);
    decision.settle()
}

fn remarks(facts: &Facts<'_>, label: &Label, now: Time, decision: &mut Decision) {
    let Side::Reader(_) = facts.side else { return };
    if facts.published.present().is_expired(now) {
        decision.remark(Remark::DirectoryExpired);
    }
    if label.ends.is_some_and(|day| day.end() <= now) {
        decision.remark(Remark::TermEnded);
    }
    if label.not_before.is_some_and(|time| time > now) {
        decision.remark(Remark::NotYet);
    }
}
