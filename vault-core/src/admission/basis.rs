//! The basis of a classification 定密依据, judged against the catalogues of the policy that the label names
//! (docs/policy.md, "Catalogues").
//!
//! A policy without a catalogue of the level's kind judges nothing here: then a basis is what the sender wrote.

use super::code::Code;
use super::level::start;
use super::refusal::{Decision, Refusal};
use crate::item::{Label, OriginKind};
use crate::policy::{Clause, Policy};

/// Judges what a label names as its basis.
pub(super) fn judge(label: &Label, policy: &Policy, decision: &mut Decision) {
    // What is derived rests on its source, and what is resealed on the first item's decision: both may be older than
    // the catalogue now in force, and other rules hold them to what they come from.
    if label.origin.kind != OriginKind::Original || !policy.has_catalogue(label.level) {
        return;
    }
    if label.basis.is_empty() {
        decision.refuse(Refusal::new(Code::BasisMissing, label.level));
        return;
    }
    let mut known: Vec<&Clause> = Vec::new();
    for id in &label.basis {
        match policy.clause(id) {
            Some(clause) => known.push(clause),
            None => decision.refuse(Refusal::new(Code::BasisUnknown, id)),
        }
    }
    if known.is_empty() {
        return;
    }
    // Of several clauses the highest level and the longest term hold, as for every compilation.
    if !known.iter().any(|clause| clause.gives(label.level)) {
        decision.refuse(Refusal::new(Code::BasisLevel, format_args!("{}, {}", label.level, ids(&known))));
    }
    if !known.iter().any(|clause| clause.allows(&label.term, start(label))) {
        decision.refuse(Refusal::new(Code::BasisTerm, format_args!("{}, {}", label.term, ids(&known))));
    }
}

fn ids(clauses: &[&Clause]) -> String {
    clauses.iter().map(|clause| clause.clause.as_str()).collect::<Vec<_>>().join(" ")
}
