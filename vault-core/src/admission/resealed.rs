//! A resealed item: the first label among its notes, and nothing wider or lower than that (docs/item.md, "Resealing").
//!
//! That the content is the first one's is for whoever opens it to prove ([`crate::opening`]).

use vault_keys::directory::Directory;
use vault_keys::numbers::{Holder, PersonNo};

use super::code::Code;
use super::facts::{Facts, Subject};
use super::ground::Grounds;
use super::level;
use super::refusal::{Decision, Refusal};
use super::{derived, signatures, standing_approval};
use crate::item::{Label, OriginKind};

/// Judges a sealed item that says it was resealed.
pub(super) fn judge(facts: &Facts<'_>, label: &Label, grounds: &Grounds<'_>, decision: &mut Decision) {
    let Subject::Sealed(item) = facts.subject else { return };
    if label.origin.kind != OriginKind::Resealed {
        return;
    }
    let Some(first) = item.first_label() else {
        decision.refuse(Code::ResealedLabel);
        return;
    };
    let missing = Refusal::new(Code::ResealedLabel, first.value().sender.person);
    signatures::judge_earlier(facts, &first, missing, decision);
    differences(label, first.value(), decision);
    if first.value().origin.kind == OriginKind::Resealed {
        // What is between the two is proved to nobody: content, scope and decisions speak of the very first.
        decision.refuse(Refusal::new(Code::ResealedLabel, "resealed"));
    }
    steps(facts, first.value(), decision);
    // What stood beside the first label stands beside this one.
    derived::judge(facts, first.value(), item.notes(), decision);
    standing_approval::within(facts, first.value(), item.notes(), first.value().made, decision);
    for ground in grounds.of_label() {
        for copy in &label.copies {
            if !held(first.value(), ground.directory, copy.holder, ground.stands_in()) {
                let about = format_args!("copy {} {}", copy.no, copy.holder);
                decision.refuse(Refusal::new(Code::ResealedHolder, about));
            }
        }
    }
}

/// The first label asks for the decisions that its policy demands: one without deciders would be complete with none.
fn steps(facts: &Facts<'_>, first: &Label, decision: &mut Decision) {
    let published = &facts.published;
    // Whoever missed the policy has the next best one.
    let policy = published.policy(first.policy).or_else(|| published.policy(published.present().policy()));
    match policy {
        Some(policy) => level::under_policy(first, policy, decision),
        None => decision.refuse(Refusal::new(Code::PolicyUnknown, first.policy)),
    }
}

/// What only a decision may change.
fn differences(label: &Label, first: &Label, decision: &mut Decision) {
    let same = [
        ("level", label.level == first.level),
        ("mark", label.mark == first.mark),
        ("term", label.term == first.term),
        ("starts", label.starts == first.starts),
        ("ends", label.ends == first.ends),
        ("basis", label.basis == first.basis),
        ("scope", label.scope == first.scope),
        ("copying", label.copying == first.copying),
        ("flags", label.flags == first.flags),
        ("pass_down", label.pass_down == first.pass_down),
    ];
    for (field, _) in same.iter().filter(|(_, same)| !same) {
        decision.refuse(Refusal::new(Code::ResealedDiffers, field));
    }
}

/// Whether someone held the first item: by a copy, or as a clerk of a unit with one. A directory that stands in for that
/// day's does not say who was clerk.
fn held(first: &Label, directory: &Directory, holder: Holder, stands_in: bool) -> bool {
    let is_clerk = |person: PersonNo| {
        let units = first.copies.iter().filter_map(|copy| copy.holder.unit());
        let mut units = units.filter_map(|unit| directory.unit(unit));
        units.any(|unit| stands_in || unit.clerks.contains(&person))
    };
    first.copies.iter().any(|copy| copy.holder == holder) || holder.person().is_some_and(is_clerk)
}
