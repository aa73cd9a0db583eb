//! How far a request has come by the decisions at hand, in the order of their signers' clocks. Whether they count is
//! judged by the rules wherever something rests on it.

use vault_core::decision::{Act, Course, DecisionNote, RequestFile};
use vault_core::item::{Decider, Word};
use vault_keys::note::Signed;

pub use crate::approval::steps::words as step_words;
use crate::lang::Msg;
use crate::msg;

/// A request and what was answered.
#[derive(Debug)]
pub struct Standing<'a> {
    /// Every step with its agreement, if it has one.
    pub steps: Vec<(&'a Decider, Option<&'a Signed<DecisionNote>>)>,
    /// The answer that refused.
    pub refused: Option<&'a Signed<DecisionNote>>,
    /// As the rules count it.
    pub course: Course,
}

impl<'a> Standing<'a> {
    /// Of a request with these decisions.
    #[must_use]
    pub fn of(file: &'a RequestFile) -> Self {
        let deciders = &file.request.value().deciders;
        let given = file.decisions.iter().map(|note| (note.hash(), note.value(), note.value().made));
        let course = Course::of(deciders, given);
        let by_hash = |hash| file.decisions.iter().find(|note| note.hash() == hash);
        let refused = course.refused().and_then(by_hash);
        let agreed = |step: usize| course.agreed().get(step).and_then(|agreed| by_hash(agreed.decision));
        let steps = deciders.iter().zip(0..).map(|(decider, step)| (decider, agreed(step))).collect();
        Self { steps, refused, course }
    }

    /// Whether every step has its agreement.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.refused.is_none() && self.steps.iter().all(|(_, agreed)| agreed.is_some())
    }

    /// The step that comes next.
    #[must_use]
    pub fn next(&self) -> Option<&'a Decider> {
        if self.refused.is_some() {
            return None;
        }
        self.steps.iter().find(|(_, agreed)| agreed.is_none()).map(|(decider, _)| *decider)
    }

    /// In one word, stable.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match (self.refused.is_some(), self.is_complete()) {
            (true, _) => "refused",
            (_, true) => "decided",
            _ => "asked",
        }
    }

    /// In words.
    #[must_use]
    pub fn words(&self) -> Msg {
        match self.next() {
            _ if self.refused.is_some() => msg!("asking-refused"),
            None => msg!("asking-decided"),
            Some(decider) => msg!("asking-open", step = step_words(&decider.step)),
        }
    }
}

/// An act in words.
#[must_use]
pub fn act_words(act: Act) -> Msg {
    Msg::new(format!("word-act-{act}"))
}

/// Who takes a step, in words.
#[must_use]
pub fn role_words(role: &Word) -> Msg {
    match role.as_str() {
        "reviewer" => msg!("role-reviewer"),
        "approver" => msg!("role-approver"),
        "classification-officer" => msg!("role-classification-officer"),
        "custodian" => msg!("role-custodian"),
        "supervisor" => msg!("role-supervisor"),
        other => Msg::new("word-other").with("word", other),
    }
}
