//! Level, mark and term, and what the policy says about the level (design section 2).

use vault_keys::opening::Suite;
use vault_keys::time::Day;

use super::code::Code;
use super::refusal::{Decision, Refusal};
use crate::item::{ApprovalKind, Label, OriginKind};
use crate::level::Level;
use crate::mark::{self, Mark};
use crate::policy::Policy;
use crate::term::{Term, TermError};

/// Judges what the label says about its level.
pub(super) fn judge(label: &Label, policy: Option<&Policy>, decision: &mut Decision) {
    mark_and_term(label, policy, decision);
    doc_no(label, decision);
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

/// Judges level and term alone, by law, clause and policy.
pub(super) fn term(label: &Label, policy: Option<&Policy>, decision: &mut Decision) {
    let longest = longest_years(label.level, &label.basis, policy);
    match (label.term.check_from_within(label.level, start(label), longest), policy) {
        (Err(error), _) => decision.refuse(term_refusal(&error)),
        (Ok(()), Some(policy)) => term_under_policy(label, policy, decision),
        (Ok(()), None) => {}
    }
}

fn mark_and_term(label: &Label, policy: Option<&Policy>, decision: &mut Decision) {
    let longest = longest_years(label.level, &label.basis, policy);
    if let Err(error) = label.term.check_from_within(label.level, start(label), longest) {
        decision.refuse(term_refusal(&error));
        return;
    }
    let mark = Mark::within(label.level, label.term.clone(), longest).map(|mark| mark.to_string());
    if mark.as_deref() != Ok(label.mark.as_str()) {
        decision.refuse(Refusal::new(Code::MarkDiffers, label.level));
    }
    let follows = label.starts.date.and_then(|date| label.term.last_day(date));
    if label.ends != follows {
        let said = |day: Option<Day>| day.map_or_else(|| "null".to_owned(), |day| day.to_string());
        decision
            .refuse(Refusal::new(Code::EndsDiffer, format_args!("{}, {}", said(label.ends), said(follows))));
    }
}

/// The law's longest term of a level, or what a clause of the policy specially provides for beyond it. A policy that
/// tightens the ordinary one is judged with the other rules of the level.
pub(crate) fn longest_years(level: Level, basis: &[String], policy: Option<&Policy>) -> Option<u8> {
    let law = level.longest_years()?;
    let special = policy.and_then(|policy| policy.longest_years(level, basis));
    Some(special.map_or(law, |years| law.max(years)))
}

/// A document number with a higher mark: unlike title and file names, it stands in the clear.
fn doc_no(label: &Label, decision: &mut Decision) {
    let Some(found) = label.doc_no.as_deref().and_then(mark::highest_in) else { return };
    match found.level {
        None => decision.refuse(Refusal::new(Code::TopSecret, "doc_no")),
        Some(marked) if found.exceeds(label.level) => {
            decision.refuse(Refusal::new(Code::MarkDiffers, format_args!("doc_no, {marked}")));
        }
        Some(_) => {}
    }
}

/// The day the term counts from, or the day of making where that is not known yet.
pub(super) fn start(label: &Label) -> Day {
    label.starts.date.unwrap_or_else(|| label.made.day())
}

/// Whether a term that is counted goes beyond so many years.
fn exceeds(term: &Term, start: Day, years: u8) -> bool {
    let longest = start.plus_years(u32::from(years));
    term.last_day(start).zip(longest.ok()).is_some_and(|(last, longest)| last > longest)
}

fn term_under_policy(label: &Label, policy: &Policy, decision: &mut Decision) {
    if let Some(longest) = policy.longest_years(label.level, &label.basis)
        && exceeds(&label.term, start(label), longest)
    {
        decision.refuse(Refusal::new(Code::TermTooLong, format_args!("{}, {longest}", label.term)));
    }
}

/// Judges the label by one policy.
pub(super) fn under_policy(label: &Label, policy: &Policy, decision: &mut Decision) {
    let rule = policy.level(label.level);
    if !rule.send {
        decision.refuse(Refusal::new(Code::LevelNotSendable, label.level));
    }
    if !rule.allows(label.suite) {
        decision
            .refuse(Refusal::new(Code::SuiteNotAllowed, format_args!("{}, {}", label.suite, label.level)));
    }
    term_under_policy(label, policy, decision);
    // Deciders whom no rule names would hold wraps by no rule: review must not become a channel. What is resealed was
    // decided on before.
    let asked = label.deciders.iter().map(|decider| (&decider.step, &decider.role));
    let demanded = rule.steps.iter().map(|step| (&step.step, &step.role));
    let resealed = label.origin.kind == OriginKind::Resealed;
    let fits = match label.approval.kind {
        ApprovalKind::Decisions => !resealed && asked.eq(demanded),
        ApprovalKind::None => resealed || rule.steps.is_empty(),
        ApprovalKind::Standing => !resealed && !rule.steps.is_empty(),
    };
    if !fits {
        decision.refuse(Refusal::new(Code::DecidersDiffer, label.level));
    }
}
