//! How far an item has come on its way through the steps: in words, and as the document that `--json` prints.
//!
//! What stands here was entered at the relay or came by file; whether it counts is judged by the rules where something
//! rests on it. An answer that has no place in the course is left out and counted.

use serde_json::{Value, json};
use vault_core::admission::{Entered, Matter};
use vault_core::decision::chain::OnLeaf;
use vault_core::decision::{About, Answer, Course, DecisionNote, Taken};
use vault_core::item::{Decider, Label, LabelHash};
use vault_keys::directory::{Directory, Place};
use vault_keys::note::Signed;
use vault_keys::secret::FileKey;
use vault_keys::time::Time;

use super::steps;
use crate::people::Listed;
use crate::ui::Ui;
use crate::{clock, item_words, msg};

/// One answer that was given.
#[derive(Clone, Debug)]
pub struct Given {
    /// The note.
    pub note: Signed<DecisionNote>,
    /// The time of its leaf; by file, of its signer's clock.
    pub time: Time,
    /// Its place in the register; none by file.
    pub place: Option<Place>,
}

impl Given {
    /// One that came by file.
    #[must_use]
    pub fn by_file(note: Signed<DecisionNote>) -> Self {
        let time = note.value().made;
        Self { note, time, place: None }
    }

    /// As the rules take it.
    #[must_use]
    pub fn entered(&self) -> Entered<'_> {
        Entered { note: &self.note, time: self.time, place: self.place.as_ref() }
    }
}

impl From<&OnLeaf> for Given {
    fn from(one: &OnLeaf) -> Self {
        Self { note: one.note.clone(), time: one.time, place: Some(one.place.clone()) }
    }
}

/// Puts answers that came by file into the order in which they were given.
pub fn sort_by_time(given: &mut [Given], label: &Label) {
    given.sort_by_key(|one| one.note.value().place_by_clock(&label.deciders));
}

/// One step and its agreement, if it has one.
#[derive(Debug)]
pub struct StepOf<'a> {
    /// The step.
    pub decider: &'a Decider,
    /// Who agreed.
    pub agreed: Option<&'a Given>,
}

/// How far an item has come.
#[derive(Debug)]
pub struct Standing<'a> {
    /// Every step, in order.
    pub steps: Vec<StepOf<'a>>,
    /// The answer that refused.
    pub refused: Option<&'a Given>,
    /// Answers that have no place in the course.
    pub idle: usize,
    course: Course,
    label: &'a Label,
    hash: LabelHash,
}

impl<'a> Standing<'a> {
    /// Of an item with this label, after these answers in this order.
    #[must_use]
    pub fn of(label: &'a Label, hash: LabelHash, given: &'a [Given]) -> Self {
        let mut course = Course::default();
        let (mut agreed, mut refused, mut idle): (Vec<&Given>, _, _) = (Vec::new(), None, 0);
        for one in given {
            let value = one.note.value();
            let taken = (value.about == About::label(hash))
                .then(|| course.take(&label.deciders, one.note.hash(), value, one.time).ok());
            // An expired agreement goes with the next answer, whatever that is.
            agreed
                .retain(|known| course.agreed().iter().any(|counted| counted.decision == known.note.hash()));
            match taken.flatten() {
                Some(Taken::Step | Taken::Completed) => agreed.push(one),
                Some(Taken::Refused) => refused = Some(one),
                Some(Taken::Withdrawn) => {}
                None => idle += 1,
            }
        }
        let mut agreed = agreed.into_iter();
        let steps = label.deciders.iter().map(|decider| StepOf { decider, agreed: agreed.next() }).collect();
        Self { steps, refused, idle, course, label, hash }
    }

    /// The step that comes next.
    #[must_use]
    pub fn next(&self) -> Option<&'a Decider> {
        self.course.next(&self.label.deciders)
    }

    /// Whether every step has its agreement.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.course.is_complete(&self.label.deciders)
    }

    /// What a new agreement or refusal names as the one before it at this time: an expired one counts no more.
    #[must_use]
    pub fn course_at(&self, now: Time) -> Course {
        let mut course = self.course.clone();
        course.expire(now);
        course
    }

    /// What is decided.
    #[must_use]
    pub fn matter(&self) -> Matter<'a> {
        Matter::of_label(self.label, self.hash)
    }

    /// The time of the last agreement that counts: since when the next step is open.
    #[must_use]
    pub fn open_since(&self) -> Option<Time> {
        self.steps.iter().filter_map(|step| step.agreed).map(|one| one.time).next_back()
    }
}

/// Prints the steps.
pub fn table(ui: &Ui, everyone: &[Listed], directory: Option<&Directory>, standing: &Standing<'_>) {
    let next = standing.next().map(|decider| &decider.step);
    let rows: Vec<Vec<String>> = standing
        .steps
        .iter()
        .map(|one| {
            let step = ui.words(&steps::words(&one.decider.step));
            let refused = standing.refused.filter(|refused| refused.note.value().step == one.decider.step);
            let (state, by, when) = match (one.agreed, refused) {
                (Some(given), _) => {
                    let opened = given.note.value().opened;
                    let state = if opened { msg!("step-agreed") } else { msg!("step-agreed-unopened") };
                    (state, signer(ui, everyone, given), clock::local(given.time))
                }
                (None, Some(given)) => {
                    (msg!("step-refused"), signer(ui, everyone, given), clock::local(given.time))
                }
                (None, None) => {
                    let open = standing.refused.is_none() && next == Some(&one.decider.step);
                    let state = if open { msg!("step-open") } else { msg!("step-later") };
                    let asked = match directory {
                        Some(directory) => {
                            steps::signers(ui, everyone, directory, one.decider, clock::now().day())
                        }
                        None => ui.list(
                            &one.decider
                                .asked
                                .iter()
                                .map(|asked| item_words::name_words(everyone, (*asked).into()))
                                .collect::<Vec<_>>(),
                        ),
                    };
                    (state, asked, String::new())
                }
            };
            vec![step, ui.words(&state), when, by]
        })
        .collect();
    ui.table(&[msg!("name-step"), msg!("name-state"), msg!("name-time"), msg!("name-signer")], &rows);
    if standing.idle > 0 {
        ui.warn(&msg!("decisions-idle", count = standing.idle));
    }
}

/// `郑浩（代 吴静）`.
#[must_use]
pub fn signer(ui: &Ui, everyone: &[Listed], given: &Given) -> String {
    let note = given.note.value();
    let who = item_words::name_words(everyone, note.person.into());
    match note.principal {
        None => who,
        Some(principal) => {
            let principal = item_words::name_words(everyone, principal.into());
            ui.words(&msg!("signed-for", who = who, principal = principal))
        }
    }
}

/// The opinion of an answer, if it has one and the key opens it.
#[must_use]
pub fn opinion(given: &Signed<DecisionNote>, label: LabelHash, file_key: &FileKey) -> Option<String> {
    let note = given.value();
    note.opinion.as_ref()?.open(file_key, label, &note.step).ok()
}

/// Prints every opinion there is, refusals and withdrawals too.
pub fn opinions(ui: &Ui, everyone: &[Listed], given: &[Given], label: LabelHash, file_key: &FileKey) {
    for one in given {
        let Some(text) = opinion(&one.note, label, file_key) else { continue };
        let note = one.note.value();
        let answer = match note.answer {
            Answer::Agree => msg!("answer-agree"),
            Answer::Refuse => msg!("answer-refuse"),
            Answer::Withdraw => msg!("answer-withdraw"),
        };
        let who = signer(ui, everyone, one);
        let step = steps::words(&note.step);
        // The text has lines of its own; none of them may steer the terminal.
        let text = text.split('\n').map(crate::lang::harmless).collect::<Vec<_>>().join("\n    ");
        ui.line(&format!(
            "{}\n    {text}",
            ui.words(&msg!("opinion-of", step = step, who = who, answer = answer))
        ));
    }
}

/// Every step as `--json` shows it.
#[must_use]
pub fn document(standing: &Standing<'_>, file_key: Option<&FileKey>) -> Value {
    let next = standing.next().map(|decider| &decider.step);
    let steps = standing.steps.iter().map(|one| {
        let refused = standing.refused.filter(|refused| refused.note.value().step == one.decider.step);
        let given = one.agreed.or(refused);
        let state = match (one.agreed, refused) {
            (Some(_), _) => "agreed",
            (None, Some(_)) => "refused",
            (None, None) if standing.refused.is_none() && next == Some(&one.decider.step) => "open",
            (None, None) => "later",
        };
        let note = given.map(|given| given.note.value());
        json!({
            "step": one.decider.step.as_str(),
            "role": one.decider.role.as_str(),
            "asked": one.decider.asked.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "state": state,
            "person": note.map(|note| note.person.to_string()),
            "for": note.and_then(|note| note.principal).map(|principal| principal.to_string()),
            "time": given.map(|given| given.time.to_string()),
            "opened": note.map(|note| note.opened),
            "decision": given.map(|given| given.note.hash().to_string()),
            "has_opinion": note.map(|note| note.opinion.is_some()),
            "opinion": given.zip(file_key).and_then(|(given, key)| opinion(&given.note, standing.hash, key)),
        })
    });
    Value::Array(steps.collect())
}

/// The time left to decide, or that it is over.
#[must_use]
pub fn time_left(ui: &Ui, decide_by: Option<Time>, now: Time) -> String {
    let Some(by) = decide_by else { return String::new() };
    match u64::try_from(by.seconds_since(now)) {
        Ok(seconds) if seconds > 0 => {
            ui.words(&crate::ui::format::span(std::time::Duration::from_secs(seconds)))
        }
        _ => ui.words(&msg!("time-over")),
    }
}
