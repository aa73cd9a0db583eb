//! What a paper says, in plain words, before anyone signs it. Everything is read from the texts themselves.

use serde_json::{Value, json};
use vault_core::policy::Policy;
use vault_core::weak_unit::weak_units;
use vault_keys::directory::{
    Change, Directory, KeyState, LevelWord, NewRoot, Organisation, PersonEntry, PersonState, Post, Preview,
    Progress, Proposal, RoleGrant, RootChange, RootPreview, StopAct, StopKind, StopReason, Subject,
    Thresholds, UnitEntry,
};
use vault_keys::key_id::KeyKind;
use vault_keys::numbers::{PersonNo, UnitNo};
use vault_keys::recovery::{RecoveryRequestText, RecoverySetText};

use super::enrol::{clearance_words, role_words};
use super::show::state_words;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::lang::Msg;
use crate::officer::{Paper, proposal_failure};
use crate::{msg, recovery, trust, weak_units};

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
        lines.extend(text.officers.iter().map(|officer| {
            self.say(&msg!("show-officer", office = officer.name.as_str(), name = officer.holder.as_str()))
        }));
        lines.push(self.thresholds(text.thresholds));
        lines.extend(text.relays.iter().map(|relay| self.relay(relay)));
        lines.push(self.say(&msg!("show-log", origin = text.log.origin.as_str())));
        lines.push(match &text.notary {
            Some(_) => self.say(&msg!("show-notary")),
            None => self.say(&msg!("show-no-notary")),
        });
        let policy = match new.policy::<Policy>() {
            Some(Ok(policy)) => policy.name,
            Some(Err(error)) => return Err(proposal_failure(&error.into())),
            None => String::new(),
        };
        lines.push(self.say(&msg!("show-policy", name = policy)));
        if !text.witnesses.is_empty() {
            let names = text.witnesses.iter().map(|witness| witness.name.to_string()).collect();
            lines.push(self.say(&msg!("show-witnesses", names = self.list(names))));
        }
        lines.extend(self.changes(&preview.directory));
        lines.push(self.say(&msg!("show-expires", day = text.expires.day().to_string())));
        let mut warnings = Vec::new();
        if text.officers.len() == 1 {
            warnings.push(self.say(&msg!("officer-alone")));
        }
        Ok(Shown { title: self.say(&msg!("show-founding", name = text.name.as_str())), lines, warnings })
    }

    fn new_root(&self, preview: &RootPreview, before: &Organisation) -> Outcome<Shown> {
        let mut lines: Vec<String> =
            preview.root_changes.iter().map(|change| self.root_change(change, Some(before))).collect();
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
                let lines = self.changes(&preview);
                let title = self.say(&msg!("show-directory", number = preview.value().number));
                Ok(Shown { title, lines, warnings: self.warnings(&preview, before)? })
            }
            Subject::Stop => {
                let text = proposal.preview_stop(before.in_force()).map_err(refused)?;
                let own = text.acts.iter().filter(|act| act.stop == text.number);
                let lines = own.map(|act| self.stop_act(act, before.directory())).collect();
                let title = self.say(&msg!("show-stop", number = text.number));
                let mut warnings = vec![self.say(&msg!("show-stop-limits"))];
                let mut persons = before.in_force().directory().persons().to_vec();
                for act in text.acts.iter().filter(|act| act.key.is_none()) {
                    for person in persons.iter_mut().filter(|person| person.number == act.person) {
                        person.state = PersonState::Suspended;
                    }
                }
                warnings.extend(self.weak(&persons, before.directory().units(), before)?);
                Ok(Shown { title, lines, warnings })
            }
            Subject::Recovery => {
                let set: RecoverySetText = proposal.value(before.org()).map_err(refused)?;
                let facts = recovery::set_facts(&self.context.ui, &trust::everyone(before.directory()), &set);
                Ok(self.facts(&msg!("show-recovery-set"), &facts))
            }
            Subject::RecoveryRequest => {
                let request: RecoveryRequestText = proposal.value(before.org()).map_err(refused)?;
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
                let title = msg!("show-policy-text");
                // The text itself, which is strict JSON of one line: nothing is left out.
                let lines = vec![proposal.text().trim_end().to_owned()];
                Ok(Shown { title: self.say(&title), lines, warnings: Vec::new() })
            }
        }
    }

    /// Facts as lines.
    fn facts(&self, title: &Msg, facts: &[(Msg, String)]) -> Shown {
        let lines = facts.iter().map(|(name, value)| format!("{} {value}", self.say(name)).trim().to_owned());
        Shown { title: self.say(title), lines: lines.collect(), warnings: Vec::new() }
    }

    /// What a stop list's act takes away.
    fn stop_act(&self, act: &StopAct, directory: &Directory) -> String {
        let name = directory.person(act.person).map_or_else(String::new, |person| person.name.clone());
        let who = format!("{name} ({})", act.person);
        let reason = self.say(&reason_words(act.reason));
        let key = act.key.and_then(|id| directory.key(&id).map(|(_, key)| key));
        let mut line = match (act.kind, key) {
            (StopKind::Suspend, _) => self.say(&msg!("show-suspend", who = who, reason = reason)),
            (StopKind::Revoke, Some(key)) => {
                let kind = self.say(&kind_words(key.kind));
                self.say(&msg!(
                    "show-revoke-key",
                    who = who,
                    kind = kind,
                    key = key.id.groups(),
                    reason = reason
                ))
            }
            (StopKind::Revoke, None) => self.say(&msg!("show-revoke", who = who, reason = reason)),
        };
        if let Some(since) = &act.since {
            line.push_str(&self.say(&msg!("show-since", size = since.size.to_string())));
        }
        line
    }

    /// Units that would be weak, by the policy in force.
    fn warnings(&self, preview: &Preview, before: &Organisation) -> Outcome<Vec<String>> {
        self.weak(preview.persons(), preview.units(), before)
    }

    fn weak(
        &self,
        persons: &[PersonEntry],
        units: &[UnitEntry],
        before: &Organisation,
    ) -> Outcome<Vec<String>> {
        let policy = trust::policy(before)?;
        let words = |weak| self.say(&weak_units::words(&self.context.ui, weak, units));
        Ok(weak_units(policy.value(), persons, units).into_iter().map(words).collect())
    }

    fn changes(&self, preview: &Preview) -> Vec<String> {
        let new: Vec<PersonNo> = preview
            .changes()
            .iter()
            .filter_map(|change| match change {
                Change::Enrolled { person } => Some(*person),
                _ => None,
            })
            .collect();
        // The keys of someone new are part of his entry, which is one line.
        let of_new =
            |change: &&Change| !matches!(change, Change::KeyAdded { person, .. } if new.contains(person));
        preview
            .changes()
            .iter()
            .filter(of_new)
            .map(|change| self.say(&self.change(change, preview)))
            .collect()
    }

    fn change(&self, change: &Change, preview: &Preview) -> Msg {
        let who = |person: PersonNo| person_words(preview, person);
        let unit = |unit: UnitNo| unit_words(preview, unit);
        match change {
            Change::Enrolled { person } => {
                let entry = preview.person(*person);
                let posts = entry.map_or_else(String::new, |entry| self.posts(&entry.posts, preview));
                let level =
                    entry.map_or_else(String::new, |entry| clearance_words(self.context, entry.clearance));
                let roles = entry.map_or_else(String::new, |entry| self.roles(&entry.roles, preview));
                let signing = entry.and_then(|entry| entry.active_keys(KeyKind::Sign).next());
                let key = signing.map_or_else(String::new, |key| key.id.groups());
                msg!(
                    "show-enrolled",
                    who = who(*person),
                    posts = posts,
                    level = level,
                    roles = roles,
                    key = key
                )
            }
            Change::State { person, from, to } => {
                msg!("show-state", who = who(*person), from = state_words(*from), to = state_words(*to))
            }
            Change::KeyAdded { person, key, kind } => {
                msg!("show-key-added", who = who(*person), kind = kind_words(*kind), key = key.groups())
            }
            Change::KeyEnded { person, key, kind, to } => {
                let is_opening = matches!(kind, KeyKind::OpeningHybrid | KeyKind::OpeningClassic);
                let (who, kind, key) = (who(*person), kind_words(*kind), key.groups());
                match (to, is_opening) {
                    (KeyState::Stopped, _) => msg!("show-key-stopped", who = who, kind = kind, key = key),
                    (_, true) => msg!("show-key-retired", who = who, kind = kind, key = key),
                    (_, false) => msg!("show-key-retired-other", who = who, kind = kind, key = key),
                }
            }
            Change::Renamed { person, from, to } => {
                msg!("show-renamed", who = who(*person), from = from.as_str(), to = to.as_str())
            }
            Change::Posts { person, from, to } => msg!(
                "show-posts",
                who = who(*person),
                from = self.posts(from, preview),
                to = self.posts(to, preview)
            ),
            Change::Roles { person, added, removed } => msg!(
                "show-roles",
                who = who(*person),
                added = self.roles(added, preview),
                removed = self.roles(removed, preview)
            ),
            Change::Clearance { person, from, to } => msg!(
                "show-clearance",
                who = who(*person),
                from = clearance_words(self.context, *from),
                to = clearance_words(self.context, *to)
            ),
            Change::Deputies { person, added, removed } => {
                let deputies = |list: &[vault_keys::directory::Deputy]| {
                    let words = list.iter().map(|deputy| {
                        format!(
                            "{} {} {} – {}",
                            who(deputy.person),
                            self.say(&role_words(deputy.role)),
                            deputy.from,
                            deputy.to
                        )
                    });
                    self.list(words.collect())
                };
                msg!(
                    "show-deputies",
                    who = who(*person),
                    added = deputies(added),
                    removed = deputies(removed)
                )
            }
            Change::Papers { person } => msg!("show-papers", who = who(*person)),
            Change::UnitAdded { unit: number } => {
                let level = preview.unit(*number).map(|entry| self.level(entry.max_level));
                msg!("show-unit-new", name = unit(*number), level = level.unwrap_or_default())
            }
            Change::Unit { unit: number, from, to } => {
                let facts = |(name, parent, level): &(String, Option<UnitNo>, LevelWord)| {
                    let parent = parent.map(unit).unwrap_or_default();
                    format!("{name} {parent} {}", self.level(*level)).replace("  ", " ")
                };
                msg!("show-unit", unit = unit(*number), from = facts(from), to = facts(to))
            }
            Change::Clerks { unit: number, added, removed } => {
                let people = |list: &[PersonNo]| self.list(list.iter().map(|one| who(*one)).collect());
                msg!("show-clerks", unit = unit(*number), added = people(added), removed = people(removed))
            }
            Change::Recovery { unit: number, to, .. } => match to {
                Some(key) => msg!("show-recovery", unit = unit(*number), key = key.groups()),
                None => msg!("show-recovery-none", unit = unit(*number)),
            },
            Change::Policy { to, .. } => msg!("show-policy-other", hash = to.to_string()),
            Change::Root { to, .. } => msg!("show-rests", number = *to),
            Change::Folds { to, .. } => {
                msg!("show-folds", number = to.map_or(0, |stop| stop.number))
            }
            Change::Expires { to, .. } => msg!("show-until", day = to.day().to_string()),
            // A kind of change that these words do not know is still said, by its name in the library.
            other => msg!("show-other", what = format!("{other:?}")),
        }
    }

    fn root_change(&self, change: &RootChange, before: Option<&Organisation>) -> String {
        self.say(&match change {
            RootChange::AddOfficer(officer) => {
                msg!("show-officer-new", office = officer.name.as_str(), name = officer.holder.as_str())
            }
            RootChange::RemoveOfficer(name) => {
                let officers =
                    before.map(|before| before.root().value().officers.as_slice()).unwrap_or_default();
                let holder = officers.iter().find(|officer| officer.name == *name);
                let holder = holder.map_or_else(String::new, |officer| officer.holder.clone());
                msg!("show-officer-gone", office = name.as_str(), name = holder)
            }
            RootChange::Thresholds(thresholds) => return self.thresholds(*thresholds),
            RootChange::Notary(Some(_)) => msg!("show-notary-other"),
            RootChange::Notary(None) => msg!("show-no-notary"),
            RootChange::Log(log) => msg!("show-log", origin = log.origin.as_str()),
            RootChange::Relays(relays) => {
                return self.list(relays.iter().map(|relay| self.relay(relay)).collect());
            }
            RootChange::Witnesses(witnesses) => {
                let names = witnesses.iter().map(|witness| witness.name.to_string()).collect();
                msg!("show-witnesses", names = self.list(names))
            }
            RootChange::Name(name) => msg!("show-name", name = name.as_str()),
        })
    }

    fn thresholds(&self, thresholds: Thresholds) -> String {
        let count = |count: u8| usize::from(count);
        let Thresholds { root, enrol, stop } = thresholds;
        self.say(&msg!("show-thresholds", root = count(root), enrol = count(enrol), stop = count(stop)))
    }

    fn relay(&self, relay: &vault_keys::directory::Relay) -> String {
        let addresses = self.list(relay.addresses.clone());
        self.say(&msg!("show-relay", name = relay.name.as_str(), addresses = addresses))
    }

    fn posts(&self, posts: &[Post], preview: &Preview) -> String {
        let words = posts.iter().map(|post| {
            let unit =
                preview.unit(post.unit).map_or_else(|| post.unit.to_string(), |unit| unit.name.clone());
            format!("{unit} {}", post.title)
        });
        self.list(words.collect())
    }

    fn roles(&self, roles: &[RoleGrant], preview: &Preview) -> String {
        let words = roles.iter().map(|grant| {
            let role = self.say(&role_words(grant.role));
            let unit = grant.unit.and_then(|unit| preview.unit(unit)).map(|unit| unit.name.clone());
            unit.map_or_else(|| role.clone(), |unit| format!("{unit} {role}"))
        });
        self.list(words.collect())
    }

    fn level(&self, level: LevelWord) -> String {
        vault_core::level::Level::from_word(level.as_str())
            .map_or_else(|_| level.to_string(), |level| crate::label_words::level(&self.context.ui, level))
    }

    fn list(&self, words: Vec<String>) -> String {
        if words.is_empty() { self.say(&msg!("term-none")) } else { self.context.ui.list(&words) }
    }
}

fn person_words(preview: &Preview, person: PersonNo) -> String {
    preview.person(person).map_or_else(|| person.to_string(), |entry| format!("{} ({person})", entry.name))
}

fn unit_words(preview: &Preview, unit: UnitNo) -> String {
    preview.unit(unit).map_or_else(|| unit.to_string(), |entry| format!("{} ({unit})", entry.name))
}

/// What a key is for.
pub(super) fn kind_words(kind: KeyKind) -> Msg {
    match kind {
        KeyKind::Sign => msg!("kind-sign"),
        KeyKind::Station => msg!("kind-station"),
        _ => msg!("kind-opening"),
    }
}

fn reason_words(reason: StopReason) -> Msg {
    match reason {
        StopReason::Lost => msg!("reason-lost"),
        StopReason::Stolen => msg!("reason-stolen"),
        StopReason::Compromised => msg!("reason-compromised"),
        StopReason::Left => msg!("reason-left"),
        StopReason::Inquiry => msg!("reason-inquiry"),
        StopReason::Lapsed => msg!("reason-lapsed"),
        StopReason::Other => msg!("reason-other"),
    }
}
