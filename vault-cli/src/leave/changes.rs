//! What became of an item's classification since it was sealed: a decided change or declassification, which stands beside
//! the old mark and overwrites nothing, and the end of its term (rules 37 to 39).

use serde_json::{Value, json};
use vault_core::admission::judge_leave;
use vault_core::decision::{Act, RequestFile};
use vault_core::item::{ItemId, Label, LabelHash};
use vault_core::mark::Mark;
use vault_core::opening::UnlockedItem;
use vault_core::register::event::{Event, EventKind};
use vault_core::term::Term;
use vault_core::transfer::copy::CopyState;
use vault_keys::digest::NoteHash;
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::{Day, Time};
use vault_relay::client::ItemStatus;

use super::course::Standing;
use super::files::Requests;
use crate::desk::Desk;
use crate::error::Outcome;
use crate::evidence::Kept;
use crate::inbox::Inbox;
use crate::lang::Msg;
use crate::outbox::short;
use crate::ui::Ui;
use crate::{clock, item_words, label_words, msg};

/// One decided change of an item's classification.
#[derive(Debug)]
pub struct Change {
    /// The request with its decisions: the notice itself.
    pub file: RequestFile,
    /// When the last decision was given.
    pub decided: Time,
}

/// The decided changes that this home knows of an item, oldest first.
///
/// # Errors
/// What is kept is damaged.
pub fn of(desk: &Desk, (label, hash): (&Label, LabelHash)) -> Outcome<Vec<Change>> {
    let all = Requests::open(&desk.home, desk.known.organisation.org())?.all()?;
    let mut changes = Vec::new();
    for file in all {
        let request = file.request.value();
        let changes_it = matches!(request.act, Act::Change | Act::Declassify) && request.concerns(hash);
        if !changes_it || !Standing::of(&file).is_complete() {
            continue;
        }
        let Some(decided) = file.decisions.iter().map(|note| note.value().made).max() else { continue };
        // The decision is the change; that a leave's time runs out takes nothing back.
        let judged = desk.published(file.versions(), |published| {
            judge_leave(published, &file.request, &file.decisions, Some((label, hash)), decided)
        })?;
        if judged.is_ok() {
            changes.push(Change { file, decided });
        }
    }
    changes.sort_by_key(|change| change.decided);
    Ok(changes)
}

impl Change {
    /// The new mark, level or term, in words.
    #[must_use]
    pub fn words(&self, ui: &Ui) -> String {
        let request = self.file.request.value();
        let day = self.decided.day().to_string();
        if request.act == Act::Declassify {
            return ui.words(&msg!("change-declassified", day = day));
        }
        let (level, term) = (request.parameters.level, request.parameters.term.clone());
        let new = match (level, &term) {
            (Some(level), Some(term)) => Mark::new(level, term.clone()).map_or_else(
                |_| format!("{} {term}", label_words::level(ui, level)),
                |mark| mark.to_string(),
            ),
            (Some(level), None) => label_words::level(ui, level),
            (None, term) => term.as_ref().map(Term::to_string).unwrap_or_default(),
        };
        ui.words(&msg!("change-changed", day = day, new = new))
    }

    /// As `--json` shows it.
    #[must_use]
    pub fn document(&self) -> Value {
        let request = self.file.request.value();
        json!({
            "request": self.file.request.hash().to_string(),
            "act": request.act.word(),
            "level": request.parameters.level.map(|level| level.word()),
            "term": request.parameters.term.as_ref().map(Term::to_string),
            "decided": self.decided.to_string(),
        })
    }
}

/// Who has taken a change in 变更通知回执, as far as the register shows.
#[derive(Debug)]
pub struct Noted {
    request: NoteHash,
    by: Vec<(PersonNo, Time)>,
    not_yet: Vec<Holder>,
}

/// The same of each change, over the copies that somebody has.
#[must_use]
pub fn noted(changes: &[Change], status: &ItemStatus) -> Vec<Noted> {
    let statements = || {
        status.evidence.iter().filter_map(|one| {
            let note = one.leaf.leaf.signed::<Event>().ok()?;
            (note.value().kind == EventKind::Noted).then(|| (note.value().clone(), one.leaf.leaf.head().time))
        })
    };
    let of = |change: &Change| {
        let request = change.file.request.hash();
        let about = || statements().filter(move |(event, _)| event.approval == Some(request));
        let held = status.copies.iter().filter(|copy| copy.state == CopyState::Received);
        Noted {
            request,
            by: about().filter_map(|(event, time)| Some((event.person?, time))).collect(),
            not_yet: held
                .filter(|copy| !about().any(|(event, _)| event.copy == Some(copy.no)))
                .map(|copy| copy.holder)
                .collect(),
        }
    };
    changes.iter().map(of).collect()
}

impl Noted {
    /// In words, for the sender.
    #[must_use]
    pub fn facts(&self, ui: &Ui, desk: &Desk) -> Vec<(Msg, String)> {
        let name = |holder| item_words::name_words(&desk.everyone, holder);
        let by = self
            .by
            .iter()
            .map(|(person, time)| format!("{} {}", name((*person).into()), clock::local(*time)));
        let not_yet: Vec<String> = self.not_yet.iter().map(|holder| name(*holder)).collect();
        let mut facts = Vec::new();
        if !self.by.is_empty() {
            facts.push((msg!("change-noted"), ui.list(&by.collect::<Vec<_>>())));
        }
        if !not_yet.is_empty() {
            facts.push((msg!("change-not-noted"), ui.list(&not_yet)));
        }
        facts
    }

    /// As `--json` shows it.
    #[must_use]
    pub fn document(&self) -> Value {
        json!({
            "request": self.request.to_string(),
            "by": self.by.iter().map(|(person, time)| json!({
                "person": person.to_string(),
                "time": time.to_string(),
            })).collect::<Vec<_>>(),
            "not_yet": self.not_yet.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    }
}

/// The last day of an item's term, where its start is known: by the label, or by the day of its release in the register. A
/// changed term counts from the same start.
fn last_day(desk: &Desk, label: &Label, changes: &[Change], kept: Option<&Kept>) -> Option<Day> {
    let org = desk.known.organisation.org();
    let released = || {
        let leaves = kept?.leaves.iter().filter_map(|kept| kept.leaf(org));
        let mut released =
            leaves.filter(|leaf| leaf.event().is_some_and(|event| event.kind == EventKind::Released));
        released.next().map(|leaf| leaf.head().time.day())
    };
    let changed =
        changes.iter().rev().find_map(|change| change.file.request.value().parameters.term.as_ref());
    match (changed, label.ends) {
        (None, Some(ends)) => Some(ends),
        (term, _) => term.unwrap_or(&label.term).last_day(label.starts.date.or_else(released)?),
    }
}

/// What is to be told of an item beside its label: these changes, and that its term is over.
#[must_use]
pub fn facts(
    ui: &Ui,
    desk: &Desk,
    label: &Label,
    changes: &[Change],
    kept: Option<&Kept>,
) -> Vec<(Msg, String)> {
    let mut facts: Vec<(Msg, String)> =
        changes.iter().map(|change| (msg!("change-name"), change.words(ui))).collect();
    if let Some(last) = ended(desk, label, changes, kept) {
        let words = msg!("term-over", day = last.to_string(), item = short(label.item));
        facts.push((msg!("term-over-name"), ui.words(&words)));
    }
    facts
}

/// The last day of a term that is over. What was declassified awaits no review any more.
fn ended(desk: &Desk, label: &Label, changes: &[Change], kept: Option<&Kept>) -> Option<Day> {
    let declassified = changes.iter().any(|change| change.file.request.value().act == Act::Declassify);
    last_day(desk, label, changes, kept).filter(|last| !declassified && clock::now() > last.end())
}

/// Tells a reader what became of the item he opens; the rules' own remark on the term is not said twice.
///
/// # Errors
/// What is kept is damaged.
pub fn tell(ui: &Ui, desk: &Desk, item: &UnlockedItem, kept: &Kept) -> Outcome {
    let (label, hash) = (item.label(), item.header().label_hash());
    for (name, words) in facts(ui, desk, label, &of(desk, (label, hash))?, Some(kept)) {
        ui.warn(&msg!("change-line", name = name, words = words));
    }
    Ok(())
}

/// The received items whose term is over.
///
/// # Errors
/// The folders cannot be read.
pub fn ended_here(desk: &Desk) -> Outcome<Vec<ItemId>> {
    let inbox = Inbox::open(&desk.home)?;
    let mut over = Vec::new();
    for item in inbox.items()? {
        let (file, kept) = (inbox.item(item)?, inbox.evidence(item)?);
        let label = (file.header.label().value(), file.header.label_hash());
        if ended(desk, label.0, &of(desk, label)?, Some(&kept)).is_some() {
            over.push(item);
        }
    }
    Ok(over)
}

/// Tells of them, with what to do, in one line.
pub fn tell_ended(ui: &Ui, over: &[ItemId]) {
    if !over.is_empty() {
        let names: Vec<String> = over.iter().map(|item| short(*item)).collect();
        ui.say(&msg!("term-over-line", items = ui.list(&names)));
    }
}
