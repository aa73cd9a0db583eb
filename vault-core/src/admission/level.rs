//! Level, mark and term, and what the policy says about the level (design section 2).

use vault_keys::opening::Suite;

use super::code::Code;
use super::refusal::{Decision, Refusal};
use crate::item::{ApprovalKind, Label, OriginKind};
use crate::level::Level;
use crate::mark::Mark;
use crate::policy::Policy;
use crate::term::{Term, TermError};

/// Judges what the label says about its level.
pub(super) fn judge(label: &Label, policy: Option<&Policy>, decision: &mut Decision) {
    mark_and_term(label, decision);
    if label.suite == Suite::Classic && label.level > Level::Internal {
        decision.refuse(Refusal::new(Code::SuiteNotAllowed, format_args!("classic, {}", label.level)));
    }
    if label.level == Level::Unclassified && label.origin.kind == OriginKind::Derived {
        decision.refuse(Code::DerivedUnclassified);
    }
    if let Some(policy) = policy {
        under_policy(label, policy, decision);
    }
}

/// A term error as a refusal.
pub(crate) fn term_refusal(error: &TermError) -> Refusal {
    let code = match error {
        TermError::TooLong { .. } => Code::TermTooLong,
        _ => Code::TermUnfit,
    };
    Refusal::new(code, error)
}

fn mark_and_term(label: &Label, decision: &mut Decision) {
    let start = label.starts.date.unwrap_or_else(|| label.made.day());
    if let Err(error) = label.term.check_from(label.level, start) {
        decision.refuse(term_refusal(&error));
        return;
    }
    let mark = Mark::new(label.level, label.term.clone()).map(|mark| mark.to_string());
    if mark.as_deref() != Ok(label.mark.as_str()) {
        decision.refuse(Refusal::new(Code::MarkDiffers, label.level));
    }
    if let Some(ends) = label.ends {
        let follows = label.starts.date.and_then(|date| label.term.last_day(date));
        if follows != Some(ends) {
            decision.refuse(Refusal::new(Code::EndsDiffer, ends));
        }
    }
}

fn under_policy(label: &Label, policy: &Policy, decision: &mut Decision) {
    let rule = policy.level(label.level);
    if !rule.send {
        decision.refuse(Refusal::new(Code::LevelNotSendable, label.level));
    }
    if !rule.steps.is_empty() {
        // Decisions are not checked yet: without them nothing of this level leaves, whatever the label says.
        decision.refuse(Refusal::new(
            Code::StepsUnsupported,
            format_args!("{}, {}", label.level, rule.steps.len()),
        ));
    }
    if !rule.allows(label.suite) {
        decision
            .refuse(Refusal::new(Code::SuiteNotAllowed, format_args!("{}, {}", label.suite, label.level)));
    }
    if let (Some(longest), Term::Years(years)) = (rule.longest_years, &label.term)
        && *years > longest
    {
        decision.refuse(Refusal::new(Code::TermTooLong, format_args!("{years}, {longest}")));
    }
    // Deciders where none are demanded would hold wraps by no rule.
    if rule.steps.is_empty() && label.approval.kind != ApprovalKind::None {
        decision.refuse(Refusal::new(Code::DecidersDiffer, label.level));
    }
}
