//! What a paper says, in plain words, before anyone signs it. Everything is read from the texts themselves, and
//! everything that is signed is said.

use serde_json::{Value, json};
use vault_core::policy::{Direction, Policy};
use vault_core::weak_unit::weak_units;
use vault_keys::directory::{
    FRESH_SKEW_S, LevelWord, NewRoot, Organisation, PersonEntry, PersonState, Preview, Progress, Proposal,
    Root, RootPreview, Subject, UnitEntry,
};
use vault_keys::recovery::{RecoveryRequestText, RecoverySetText};
use vault_keys::time::Time;

use crate::context::Context;
use crate::error::{Failure, Kind, Outcome};
use crate::lang::Msg;
use crate::officer::{Paper, proposal_failure};
use crate::{clock, msg, policy_words, recovery, trust, weak_units};

mod entries;
mod roots;
mod stops;

pub(super) use entries::affiliation_words;

/// A paper in words: what it is, and everything it brings.
#[derive(Debug)]
pub(super) struct Shown {
    /// What it is, in one sentence.
    pub(super) title: String,
    /// What it brings, a line each.
    pub(super) lines: Vec<String>,
    /// What to think of before signing.
    pub(super) warnings: Vec<String>,
}

impl Shown {
    /// Prints it.
    pub(super) fn print(&self, context: &Context) {
        let ui = &context.ui;
        ui.line(&self.title);
        for line in &self.lines {
            ui.line(&format!("  - {line}"));
        }
        if !ui.is_json() {
            for warning in &self.warnings {
                ui.line(&format!("  ! {warning}"));
            }
        }
    }

    /// Title and lines, as the transcript keeps them.
    pub(super) fn words(&self) -> Vec<String> {
        let lines = self.lines.iter().map(|line| format!("- {line}"));
        let warnings = self.warnings.iter().map(|line| format!("! {line}"));
        std::iter::once(self.title.clone()).chain(lines).chain(warnings).collect()
    }
}

/// Says what a paper would bring, after verifying everything but its signatures.
pub(super) fn paper(context: &Context, paper: &Paper, before: Option<&Organisation>) -> Outcome<Shown> {
    let words = Words { context };
    match paper {
        Paper::NewRoot(new) => {
            let preview = new.preview(before).map_err(|error| proposal_failure(&error))?;
            dated(preview.text.made)?;
            dated(preview.directory.value().made)?;
            match before {
                Some(before) => words.new_root(&preview, before),
                None => words.founding(new, &preview),
            }
        }
        Paper::Proposal(proposal) => {
            let before = before.ok_or_else(|| Failure::failed(msg!("org-none")))?;
            words.proposal(proposal, before)
        }
    }
}

/// The officers of a root, each with the digits of his keys.
pub(super) fn officers(context: &Context, root: &Root) -> Vec<String> {
    let words = Words { context };
    root.value().officers.iter().map(|officer| words.officer(officer)).collect()
}

/// Says how far a paper is.
pub(super) fn progress(context: &Context, progress: &[Progress]) {
    let ui = &context.ui;
    for (place, one) in progress.iter().enumerate() {
        let names = |names: &[vault_keys::note::OfficeName]| -> String {
            ui.list(&names.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let signed = if one.signed.is_empty() { ui.words(&msg!("term-none")) } else { names(&one.signed) };
        let (needed, count) = (usize::from(one.needed), one.signed.len());
        // A later root is judged by the officers of both: first those of the one before.
        ui.say(&match (progress.len(), place) {
            (2, 0) => msg!("sign-progress-before", needed = needed, count = count, names = signed),
            (2, _) => msg!("sign-progress-new", needed = needed, count = count, names = signed),
            _ => msg!("sign-progress", needed = needed, count = count, names = signed),
        });
        if !one.half.is_empty() {
            ui.warn(&msg!("sign-half", names = names(&one.half)));
        }
        if !one.not_counted.is_empty() {
            let others: Vec<String> = one.not_counted.iter().map(ToString::to_string).collect();
            ui.warn(&msg!("sign-not-counted", names = ui.list(&others)));
        }
    }
}

/// How far a paper is, for programs.
pub(super) fn document(progress: &[Progress]) -> Value {
    progress
        .iter()
        .map(|one| {
            let names = |names: &[vault_keys::note::OfficeName]| -> Vec<String> {
                names.iter().map(ToString::to_string).collect()
            };
            json!({
                "needed": one.needed,
                "signed": names(&one.signed),
                "half": names(&one.half),
                "missing": names(&one.missing),
                "not_counted": one.not_counted.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "enough": one.enough,
            })
        })
        .collect()
}

struct Words<'a> {
    context: &'a Context,
}

impl Words<'_> {
    fn say(&self, msg: &Msg) -> String {
        self.context.ui.words(msg)
    }

    fn founding(&self, new: &NewRoot, preview: &RootPreview) -> Outcome<Shown> {
        let text = &preview.text;
        let mut lines: Vec<String> =
            vec![self.say(&msg!("show-fingerprint", number = new.fingerprint().unwrap_or_default()))];
        lines.extend(text.officers.iter().map(|officer| self.officer(officer)));
        lines.push(self.thresholds(text.thresholds));
        lines.extend(text.relays.iter().map(|relay| self.relay(relay)));
        lines.extend(self.log(&text.log));
        lines.push(self.notary(text.notary.as_ref()));
        lines.extend(self.policy(new)?);
        if !text.witnesses.is_empty() {
            lines.extend(self.witnesses(&text.witnesses));
        }
        lines.extend(self.changes(&preview.directory));
        lines.push(self.say(&msg!("show-expires", day = text.expires.day().to_string())));
        let mut warnings = Vec::new();
        if text.officers.len() == 1 {
            warnings.push(self.say(&msg!("officer-alone")));
        }
        Ok(Shown { title: self.say(&msg!("show-founding", name = text.name.as_str())), lines, warnings })
    }

    /// The policy by its name if it is one that the program brings; otherwise its text as well.
    fn policy(&self, new: &NewRoot) -> Outcome<Vec<String>> {
        let Some(policy) = new.policy::<Policy>() else { return Ok(Vec::new()) };
        let policy = policy.map_err(|error| proposal_failure(&error.into()))?;
        let mut lines = vec![self.say(&msg!("show-policy", name = policy.name.as_str()))];
        let known = [Policy::standard(policy.org), Policy::internal_without_decision(policy.org)];
        if !known.contains(&policy) {
            lines.extend(self.policy_text(&policy)?);
        }
        Ok(lines)
    }

    /// All of a policy in words, and the text itself where it stands alone: strict JSON of one line.
    fn policy_text(&self, policy: &Policy) -> Outcome<Vec<String>> {
        let mut lines = policy_words::whole(&self.context.ui, policy, None);
        lines.push(json_line(policy)?);
        Ok(lines)
    }

    /// A policy that comes into force in the place of another: all its rules, and of clauses and written rules those
    /// that the other does not have word for word.
    fn new_policy(&self, policy: &Policy, before: &Policy) -> Vec<String> {
        let title = msg!("show-policy-new", name = policy.name.as_str(), number = policy.number);
        let words = policy_words::whole(&self.context.ui, policy, Some(before));
        std::iter::once(self.say(&title)).chain(words).collect()
    }

    fn loosened(&self, policy: &Policy, before: &Policy) -> Option<String> {
        let changes = policy.changes_since(before);
        let count = changes.iter().filter(|change| change.direction() == Direction::Loosens).count();
        (count > 0).then(|| self.say(&msg!("policy-loosened", count = count)))
    }

    fn new_root(&self, preview: &RootPreview, before: &Organisation) -> Outcome<Shown> {
        let mut lines: Vec<String> =
            preview.root_changes.iter().flat_map(|change| self.root_change(change, before)).collect();
        if lines.is_empty() {
            lines.push(self.say(&msg!("show-root-renewed")));
        }
        lines.push(self.say(&msg!("show-expires", day = preview.text.expires.day().to_string())));
        lines.extend(self.changes(&preview.directory));
        let mut warnings = self.warnings(&preview.directory, before)?;
        if preview.text.officers.len() == 1 {
            warnings.push(self.say(&msg!("officer-alone")));
        }
        let title =
            msg!("show-root", number = preview.text.number, directory = preview.directory.value().number);
        Ok(Shown { title: self.say(&title), lines, warnings })
    }

    fn proposal(&self, proposal: &Proposal, before: &Organisation) -> Outcome<Shown> {
        let refused = |error| proposal_failure(&error);
        match proposal.subject() {
            Subject::Directory => {
                let preview = proposal.preview(before.in_force()).map_err(refused)?;
                dated(preview.value().made)?;
                let mut lines = self.changes(&preview);
                let mut policy = trust::policy(before)?.value().clone();
                let mut warnings = Vec::new();
                if let Some(next) = proposal.policy::<Policy>(before.org()) {
                    let next = next.map_err(refused)?;
                    follows(&next, &policy)?;
                    lines.extend(self.new_policy(&next, &policy));
                    warnings.extend(self.loosened(&next, &policy));
                    policy = next;
                }
                warnings.extend(self.weak(preview.persons(), preview.units(), &policy));
                let title = self.say(&msg!("show-directory", number = preview.value().number));
                Ok(Shown { title, lines, warnings })
            }
            Subject::Stop => {
                let text = proposal.preview_stop(before.in_force()).map_err(refused)?;
                dated(text.made)?;
                let lines = self.stop_acts(&text, before)?;
                let title = self.say(&msg!("show-stop", number = text.number));
                let mut warnings = vec![self.say(&msg!("show-stop-limits"))];
                let mut persons = before.in_force().directory().persons().to_vec();
                for act in text.acts.iter().filter(|act| act.key.is_none()) {
                    for person in persons.iter_mut().filter(|person| person.number == act.person) {
                        person.state = PersonState::Suspended;
                    }
                }
                let policy = trust::policy(before)?;
                warnings.extend(self.weak(&persons, before.directory().units(), policy.value()));
                Ok(Shown { title, lines, warnings })
            }
            Subject::Recovery => {
                let set: RecoverySetText = proposal.value(before.org()).map_err(refused)?;
                dated(set.made)?;
                let directory = before.in_force().directory();
                let facts =
                    recovery::set_facts(&self.context.ui, &trust::everyone(directory), directory, &set);
                Ok(self.facts(&msg!("show-recovery-set"), &facts))
            }
            Subject::RecoveryRequest => {
                let request: RecoveryRequestText = proposal.value(before.org()).map_err(refused)?;
                dated(request.made)?;
                let directory = before.in_force().directory();
                let facts = recovery::request_facts(
                    &self.context.ui,
                    &trust::everyone(directory),
                    directory,
                    &request,
                );
                Ok(self.facts(&msg!("show-recovery-request"), &facts))
            }
            Subject::Policy => {
                let policy: Policy = proposal.value(before.org()).map_err(refused)?;
                let title = self.say(&msg!("show-policy-text"));
                Ok(Shown { title, lines: self.policy_text(&policy)?, warnings: Vec::new() })
            }
        }
    }

    /// Facts as lines.
    fn facts(&self, title: &Msg, facts: &[(Msg, String)]) -> Shown {
        let lines = facts.iter().map(|(name, value)| format!("{} {value}", self.say(name)).trim().to_owned());
        Shown { title: self.say(title), lines: lines.collect(), warnings: Vec::new() }
    }

    /// Units that would be weak, by the policy in force.
    fn warnings(&self, preview: &Preview, before: &Organisation) -> Outcome<Vec<String>> {
        Ok(self.weak(preview.persons(), preview.units(), trust::policy(before)?.value()))
    }

    fn weak(&self, persons: &[PersonEntry], units: &[UnitEntry], policy: &Policy) -> Vec<String> {
        let words = |weak| self.say(&weak_units::words(&self.context.ui, weak, units));
        weak_units(policy, persons, units).into_iter().map(words).collect()
    }

    fn level(&self, level: LevelWord) -> String {
        vault_core::level::Level::from_word(level.as_str())
            .map_or_else(|_| level.to_string(), |level| crate::label_words::level(&self.context.ui, level))
    }

    fn none(&self) -> String {
        self.say(&msg!("term-none"))
    }

    fn list(&self, words: Vec<String>) -> String {
        if words.is_empty() { self.none() } else { self.context.ui.list(&words) }
    }
}

/// Policies are numbered: one that was replaced does not come back under its number.
fn follows(policy: &Policy, before: &Policy) -> Outcome {
    if policy.number > before.number {
        return Ok(());
    }
    let words = msg!("show-policy-lower", from = before.number, to = policy.number);
    Err(Failure::new(Kind::Refused, words).code("policy-lower").hint(msg!("show-policy-lower-next")))
}

/// Refuses what is dated ahead: a signature given now would still be good when nobody thinks of it any more.
fn dated(made: Time) -> Outcome {
    let now = clock::now();
    if made.seconds_since(now) <= FRESH_SKEW_S {
        return Ok(());
    }
    let words = msg!("paper-ahead", made = clock::local(made), now = clock::local(now));
    Err(Failure::new(Kind::Refused, words).code("paper-ahead").hint(msg!("paper-ahead-next")))
}

fn json_line(policy: &Policy) -> Outcome<String> {
    serde_json::to_string(policy)
        .map_err(|error| Failure::failed(msg!("paper-unreadable", path = "policy")).because(&error))
}
