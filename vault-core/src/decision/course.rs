//! The course of a matter through its steps: which answer may follow which (docs/decisions.md, "Order").
//!
//! A pure state machine over the steps that label or request name. Who may sign is not its affair.

use thiserror::Error;
use vault_keys::digest::NoteHash;
use vault_keys::numbers::PersonNo;
use vault_keys::time::Time;

use super::note::{Answer, DecisionNote};
use crate::item::Decider;

/// How far a matter has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    agreed: Vec<Agreed>,
    refused: Option<NoteHash>,
    withdrawn: Vec<NoteHash>,
}

/// One step that has its agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The decision.
    pub decision: NoteHash,
    /// Who signed.
    pub signer: PersonNo,
    /// For whom; the signer himself where he was asked.
    pub principal: PersonNo,
    /// Until when it counts.
    pub not_after: Option<Time>,
}

/// What an answer did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// The step has its agreement; others follow.
    Step,
    /// Every step has: the matter is decided.
    Completed,
    /// It was refused and ends.
    Refused,
    /// An agreement was taken back; its step is open again, and with it every later one.
    Withdrawn,
}

/// Why an answer has no place in the course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CourseRefusal {
    /// Label or request name no such step.
    #[error("there is no such step")]
    UnknownStep,
    /// It was refused before; only a new item or request leads on.
    #[error("it was refused before")]
    Refused,
    /// Every step has its agreement.
    #[error("every step has its agreement")]
    Complete,
    /// Another step comes first, or this one has its agreement.
    #[error("another step comes next")]
    Order,
    /// It does not rest on the agreement of the step before.
    #[error("it does not rest on the agreement before it")]
    Previous,
    /// The agreement it rests on has expired.
    #[error("the agreement it rests on has expired")]
    Expired,
    /// It was taken back; the very same note agrees to nothing any more.
    #[error("it was taken back before")]
    TakenBack,
    /// Signer or principal stands at another step already.
    #[error("{0} stands at another step already")]
    Twice(PersonNo),
    /// There is no such agreement of the signer's to take back.
    #[error("there is no such agreement of the signer's")]
    NothingToWithdraw,
}

impl Course {
    /// The course of answers given in this order, each with its time; one that has no place changes nothing.
    #[must_use]
    pub fn of<'a>(
        steps: &[Decider],
        answers: impl IntoIterator<Item = (NoteHash, &'a DecisionNote, Time)>,
    ) -> Self {
        let mut course = Self::default();
        for (hash, note, time) in answers {
            // Whether one that has no place may stand there is for the rules.
            let _taken = course.take(steps, hash, note, time);
        }
        course
    }

    /// The step that comes next; none when all have their agreement or one refused.
    #[must_use]
    pub fn next<'a>(&self, steps: &'a [Decider]) -> Option<&'a Decider> {
        if self.refused.is_some() { None } else { steps.get(self.agreed.len()) }
    }

    /// Whether every step has its agreement.
    #[must_use]
    pub fn is_complete(&self, steps: &[Decider]) -> bool {
        self.refused.is_none() && self.agreed.len() == steps.len()
    }

    /// The decision that refused, if one did.
    #[must_use]
    pub const fn refused(&self) -> Option<NoteHash> {
        self.refused
    }

    /// The steps that have their agreement, in order.
    #[must_use]
    pub fn agreed(&self) -> &[Agreed] {
        &self.agreed
    }

    /// What a new agreement or refusal at the next step names as `previous`.
    #[must_use]
    pub fn previous(&self) -> Option<NoteHash> {
        self.agreed.last().map(|agreed| agreed.decision)
    }

    /// Drops the first agreement that no longer counts at `now`, and every one after it.
    pub fn expire(&mut self, now: Time) {
        let over = |agreed: &Agreed| agreed.not_after.is_some_and(|until| now > until);
        if let Some(first) = self.agreed.iter().position(over) {
            self.agreed.truncate(first);
        }
    }

    /// Takes an answer given at `now`.
    ///
    /// # Errors
    /// [`CourseRefusal`]; expired agreements are gone, nothing else changed.
    pub fn take(
        &mut self,
        steps: &[Decider],
        hash: NoteHash,
        note: &DecisionNote,
        now: Time,
    ) -> Result<Taken, CourseRefusal> {
        if self.refused.is_some() {
            return Err(CourseRefusal::Refused);
        }
        let place = steps.iter().position(|step| step.step == note.step).ok_or(CourseRefusal::UnknownStep)?;
        if self.is_complete(steps) {
            return Err(CourseRefusal::Complete);
        }
        if note.answer == Answer::Withdraw {
            return self.withdraw(place, note);
        }
        if self.withdrawn.contains(&hash) {
            return Err(CourseRefusal::TakenBack);
        }
        let had_expired = |before: usize, after: &Self| before != after.agreed.len();
        let before = self.agreed.len();
        self.expire(now);
        if place != self.agreed.len() {
            let expired = had_expired(before, self) && place > self.agreed.len();
            return Err(if expired { CourseRefusal::Expired } else { CourseRefusal::Order });
        }
        if note.previous != self.previous() {
            return Err(CourseRefusal::Previous);
        }
        if note.not_after.is_some_and(|until| now > until) {
            return Err(CourseRefusal::Expired);
        }
        let principal = note.principal.unwrap_or(note.person);
        for person in [note.person, principal] {
            if self.agreed.iter().any(|agreed| agreed.signer == person || agreed.principal == person) {
                return Err(CourseRefusal::Twice(person));
            }
        }
        if note.answer == Answer::Refuse {
            self.refused = Some(hash);
            return Ok(Taken::Refused);
        }
        let not_after = note.not_after;
        self.agreed.push(Agreed { decision: hash, signer: note.person, principal, not_after });
        Ok(if self.is_complete(steps) { Taken::Completed } else { Taken::Step })
    }

    fn withdraw(&mut self, place: usize, note: &DecisionNote) -> Result<Taken, CourseRefusal> {
        match self.agreed.get(place) {
            Some(own) if own.signer == note.person && note.previous == Some(own.decision) => {
                self.withdrawn.push(own.decision);
                self.agreed.truncate(place);
                Ok(Taken::Withdrawn)
            }
            _ => Err(CourseRefusal::NothingToWithdraw),
        }
    }
}
