//! What became of an item's classification since it was sealed: a decided change or declassification, which stands beside
//! the old mark and overwrites nothing, and the end of its term (rules 37 to 39).

use serde_json::{Value, json};
use vault_core::admission::judge_leave;
use vault_core::decision::{Act, RequestFile};
use vault_core::item::{ItemId, Label, LabelHash};
use vault_core::mark::Mark;
use vault_core::opening::UnlockedItem;
use vault_core::register::event::EventKind;
use vault_core::register::leaf::Leaf;
use vault_core::register::proof;
use vault_core::term::Term;
use vault_keys::time::{Day, Time};

use super::course::Standing;
use super::files::Requests;
use crate::desk::Desk;
use crate::error::Outcome;
use crate::evidence::Kept;
use crate::inbox::Inbox;
use crate::lang::Msg;
use crate::outbox::short;
use crate::ui::Ui;
use crate::{clock, label_words, msg};

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

/// The last day of an item's term, where its start is known: by the label, or by the day of its release in the register.
#[must_use]
pub fn last_day(desk: &Desk, label: &Label, kept: Option<&Kept>) -> Option<Day> {
    let org = desk.known.organisation.org();
    let released = || {
        let leaves = kept?.leaves.iter().filter_map(|kept| {
            let evidence = proof::Evidence::parse(kept.proof.as_bytes()).ok()?;
            Leaf::parse(evidence.leaf(), org).ok()
        });
        let mut released =
            leaves.filter(|leaf| leaf.event().is_some_and(|event| event.kind == EventKind::Released));
        released.next().map(|leaf| leaf.head().time.day())
    };
    label.ends.or_else(|| label.term.last_day(label.starts.date.or_else(released)?))
}

/// What is to be told of an item beside its label: changes, and that its term is over.
///
/// # Errors
/// What is kept is damaged.
pub fn facts(
    ui: &Ui,
    desk: &Desk,
    label: (&Label, LabelHash),
    kept: Option<&Kept>,
) -> Outcome<Vec<(Msg, String)>> {
    let (value, _) = label;
    let mut facts: Vec<(Msg, String)> =
        of(desk, label)?.iter().map(|change| (msg!("change-name"), change.words(ui))).collect();
    if let Some(last) = ended(desk, value, kept) {
        let words = msg!("term-over", day = last.to_string(), item = short(value.item));
        facts.push((msg!("term-over-name"), ui.words(&words)));
    }
    Ok(facts)
}

/// The last day of a term that is over.
#[must_use]
pub fn ended(desk: &Desk, label: &Label, kept: Option<&Kept>) -> Option<Day> {
    last_day(desk, label, kept).filter(|last| clock::now() > last.end())
}

/// Tells a reader what became of the item he opens; the rules' own remark on the term is not said twice.
///
/// # Errors
/// What is kept is damaged.
pub fn tell(ui: &Ui, desk: &Desk, item: &UnlockedItem, kept: &Kept) -> Outcome {
    let (label, hash) = (item.label(), item.header().label_hash());
    for (name, words) in facts(ui, desk, (label, hash), Some(kept))? {
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
        if ended(desk, file.header.label().value(), Some(&kept)).is_some() {
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
