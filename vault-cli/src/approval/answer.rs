//! My answer: at which step, for whom; signed, and judged here as the relay will judge it.

use vault_core::admission::{capacities, hear};
use vault_core::decision::{About, Answer, DecisionNote, DecisionType, Opinion, Taken};
use vault_core::item::{Decider, DirectoryRef};
use vault_keys::keyfile::PersonKeys;
use vault_keys::note::{KeyName, Signed};
use vault_keys::numbers::PersonNo;
use vault_keys::time::Time;

use super::proposal::Proposal;
use super::standing::{Given, Standing};
use super::steps;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::ui::Ui;
use crate::{clock, item_words, msg, people, refusals};

/// What somebody wants to say.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// Yes or no.
    pub answer: Answer,
    /// The step, where somebody said it.
    pub step: Option<&'a str>,
    /// In whose place, where somebody said it.
    pub principal: Option<&'a str>,
    /// The opinion or the reason.
    pub opinion: Option<&'a str>,
}

/// In which capacity an answer is given.
#[derive(Debug, Clone)]
pub struct Capacity {
    /// The step.
    pub decider: Decider,
    /// In whose place; none for oneself.
    pub principal: Option<PersonNo>,
}

/// An answer that no rule known here refuses.
#[derive(Debug)]
pub struct Answered {
    /// The note.
    pub note: Signed<DecisionNote>,
    /// What it does to the item.
    pub taken: Taken,
    /// As one of those given, at the time it was signed.
    pub given: Given,
}

/// Finds out at which step and for whom this person answers; asks where several fit.
///
/// # Errors
/// It is not this person's turn, or nobody can be asked for whom he signs.
pub fn capacity(ui: &Ui, desk: &Desk, proposal: &Proposal, wish: &Wish<'_>) -> Outcome<Capacity> {
    let standing = proposal.standing();
    let label = proposal.label();
    let named = match wish.step {
        None => None,
        Some(typed) => {
            let known = label.deciders.iter().map(|decider| (&decider.step, &decider.role));
            let all = || label.deciders.iter().map(|decider| steps::with_word(ui, &decider.step));
            let known = steps::find(known, typed).ok_or_else(|| {
                Failure::usage(msg!("step-unknown", word = typed))
                    .hint(msg!("step-known", steps = ui.list(&all().collect::<Vec<_>>())))
            })?;
            label.deciders.iter().find(|decider| decider.step == *known)
        }
    };
    // A step out of turn is for the rules to refuse: they say why. Whoever came too late at his own step is not told that
    // he has no part in the next.
    let next = next_at(proposal, &standing, clock::now());
    let mine = |decider: &&Decider| !capacities_at(desk, proposal, decider).is_empty();
    let own = next.filter(mine).or_else(|| label.deciders.iter().find(mine));
    let Some(decider) = named.or(own).or(next).or_else(|| label.deciders.last()) else {
        return Err(Failure::usage(msg!("decide-none-needed")));
    };
    let principal = principal(ui, desk, &capacities_at(desk, proposal, decider), wish.principal)?;
    Ok(Capacity { decider: decider.clone(), principal })
}

fn next_at<'a>(proposal: &'a Proposal, standing: &Standing<'_>, now: Time) -> Option<&'a Decider> {
    let course = standing.course_at(now);
    course.next(&proposal.label().deciders)
}

/// In whose place a person signs who may sign for these (none: for himself): as he typed it, or as he answers. Whom nothing
/// lets sign is told why by the rules.
///
/// # Errors
/// The name fits nobody, or nobody can be asked which of several is meant.
pub fn principal(
    ui: &Ui,
    desk: &Desk,
    all: &[Option<PersonNo>],
    typed: Option<&str>,
) -> Outcome<Option<PersonNo>> {
    if let Some(typed) = typed {
        let one = people::resolve(ui, &desk.everyone, typed)?;
        // Naming oneself says that one signs for nobody else.
        return Ok(one.holder.person().filter(|person| *person != desk.me));
    }
    match all {
        [] | [None, ..] => Ok(None),
        [one] => Ok(*one),
        several => {
            let lines: Vec<String> = several
                .iter()
                .flatten()
                .map(|person| item_words::holder_words(&desk.everyone, (*person).into()))
                .collect();
            let question = msg!("ask-for-whom");
            let chosen = ui.choose(&question, &lines, || {
                let failure =
                    Failure::usage(msg!("ask-nobody", question = question.clone(), option = "--for"));
                lines.iter().fold(failure, |failure, line| failure.hint(msg!("who-candidate", line = line)))
            })?;
            Ok(several.get(chosen).copied().flatten())
        }
    }
}

/// For whom this person may sign at a step today: none for himself.
fn capacities_at(desk: &Desk, proposal: &Proposal, decider: &Decider) -> Vec<Option<PersonNo>> {
    let rows = &proposal.unlocked.header().access().value().rows;
    let (standing, day) = (proposal.standing(), clock::now().day());
    capacities(&standing.matter(), decider, rows, desk.known.directory(), desk.me, day)
}

/// Signs an answer and has the rules judge it under what is in force here.
///
/// # Errors
/// A rule refuses it, or the opinion cannot travel.
pub fn sign(
    desk: &Desk,
    keys: &PersonKeys,
    proposal: &Proposal,
    capacity: &Capacity,
    wish: &Wish<'_>,
    opened: bool,
) -> Outcome<Answered> {
    let now = clock::after(proposal.given.iter().map(|given| given.note.value().made));
    let standing = proposal.standing();
    let course = standing.course_at(now);
    let previous = match wish.answer {
        Answer::Agree | Answer::Refuse => course.previous(),
        Answer::Withdraw => own_agreement(desk, &standing, &capacity.decider),
    };
    // By file the clocks of the signers are all there is to order their answers.
    if !proposal.entered
        && let Some(ahead) = proposal.given.iter().map(|given| given.time).filter(|time| *time > now).max()
    {
        return Err(Failure::failed(msg!("clock-behind", time = clock::local(ahead)))
            .code("clock-behind")
            .hint(msg!("clock-behind-next")));
    }
    let opinion = match wish.opinion {
        None => None,
        Some(text) => {
            let text = text.trim();
            let (key, step) = (proposal.unlocked.file_key(), &capacity.decider.step);
            let sealed = Opinion::seal(text, key, proposal.hash(), step, &mut clock::randomness());
            Some(sealed.map_err(|error| Failure::usage(msg!("opinion-unfit")).because(&error))?)
        }
    };
    let directory = desk.known.directory();
    let note = DecisionNote {
        tag: DecisionType,
        org: proposal.label().org,
        about: About::label(proposal.hash()),
        step: capacity.decider.step.clone(),
        person: desk.me,
        key: keys.signing.key_id(),
        station: desk.card.station_id(),
        principal: capacity.principal,
        answer: wish.answer,
        opened,
        previous,
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        made: now,
        not_after: None,
        opinion,
    };
    let name = KeyName::person(&note.org, desk.me);
    let note = Signed::sign(note, &name, &keys.signing)
        .map_err(|error| Failure::failed(msg!("statement-unsigned")).because(&error))?;
    let given = Given { note: note.clone(), time: now, place: None };
    let taken = judge(desk, proposal, &given)?;
    Ok(Answered { note, taken, given })
}

/// What the relay will say to an answer, as far as this home knows what is in force.
fn judge(desk: &Desk, proposal: &Proposal, new: &Given) -> Outcome<Taken> {
    let rows = &proposal.unlocked.header().access().value().rows;
    let standing = proposal.standing();
    let before: Vec<_> = proposal.given.iter().map(Given::entered).collect();
    let heard = desk.published(proposal.versions(), |published| {
        hear(published, proposal.label(), rows, &standing.matter(), &before, &new.entered())
    })?;
    heard.map_err(|refused| refusals::failure(&refused, &desk.everyone))
}

fn own_agreement(
    desk: &Desk,
    standing: &Standing<'_>,
    decider: &Decider,
) -> Option<vault_keys::digest::NoteHash> {
    let step = standing.steps.iter().find(|step| step.decider.step == decider.step)?;
    step.agreed.filter(|given| given.note.value().person == desk.me).map(|given| given.note.hash())
}
