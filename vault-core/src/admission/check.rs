//! The check itself: which family judges what, and in which order.

use vault_keys::time::Time;

use super::code::Code;
use super::deciding::{Chain, Matter};
use super::facts::{Brought, Facts, Relay, Side, Subject};
use super::ground::Grounds;
use super::refusal::{Decision, Refusal, Remark};
use super::{
    access, basis, clearance, deciding, derived, form, handling, level, limits, policy, recovery, resealed,
    scope, signatures, standing, standing_approval,
};
use crate::decision::Course;
use crate::item::{Label, LabelHash, OriginKind};

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
        // Requests have a check of their own, with what only they need to know; here nothing would be judged.
        Subject::Request(_) => {
            decision.refuse(Code::WrongType);
            return decision;
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
    handling::judge(label, &mut decision);
    if let Some(policy) = policy {
        basis::judge(label, policy, &mut decision);
    }
    if let Side::Relay(Relay { brought: Brought::Release(_), .. }) = facts.side
        && let Some(policy) = facts.published.policy(facts.published.present().policy())
    {
        // A policy that came in force meanwhile may demand more than the one it was proposed under.
        level::under_policy(label, policy, &mut decision);
    }
    signatures::judge_submitter(facts, label, &mut decision);
    let matter = Matter::of_label(label, label_hash(facts));
    for ground in grounds.of_label() {
        signatures::judge_sender(facts, label, &ground, &mut decision);
        // A later directory does not say who was cleared or in office when the item was made.
        if !ground.stands_in() {
            clearance::judge(label, ground.directory, &mut decision);
            recovery::judge(label, policy, ground.directory, &mut decision);
            deciding::judge_asked(&matter, ground.directory, &mut decision);
        }
        scope::judge_numbers(label, ground.directory, &mut decision);
    }
    standing::of_sender(facts, label, &mut decision);
    scope::judge(label, &mut decision);
    resealed::judge(facts, label, &grounds, &mut decision);
    let decided = decided(facts, &matter, &mut decision);
    derived::judge(facts, label, facts.subject.notes(), &mut decision);
    standing_approval::judge(facts, label, facts.subject.notes(), now, &mut decision);
    access::judge(facts, label, &grounds, &decided, now, &mut decision);
    remarks(facts, label, now, &mut decision);
    decision.settle()
}

/// What the decisions on a sealed item come to. Those on a resealed one were made on the first.
fn decided(facts: &Facts<'_>, matter: &Matter<'_>, decision: &mut Decision) -> Course {
    let Subject::Sealed(item) = facts.subject else { return Course::default() };
    if item.label().value().origin.kind == OriginKind::Resealed {
        // Where it is missing, that was refused.
        let Some(first) = item.first_label() else { return Course::default() };
        let matter = Matter::of_label(first.value(), LabelHash::of_note(first.hash()));
        let decided = deciding::judge_item(facts, item, &matter, Chain::OfAnother, decision);
        if !decided.is_complete(matter.deciders) {
            decision.refuse(Refusal::new(Code::DecisionMissing, "resealed"));
        }
        return decided;
    }
    deciding::judge_item(facts, item, matter, Chain::OfThis, decision)
}

/// The label's hash; an item that is only planned has none, and nobody can have decided on it.
fn label_hash(facts: &Facts<'_>) -> LabelHash {
    match facts.subject {
        Subject::Sealed(item) => item.label_hash(),
        Subject::Planned { .. } | Subject::Request(_) | Subject::Unreadable(_) => {
            LabelHash::from_bytes([0; 32])
        }
    }
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
