//! What waits at the relay for this person's decision, the urgent first.

use serde_json::{Value, json};
use vault_core::admission::{Matter, capacities};
use vault_core::item::{Decider, ItemId, Label, LabelHash, Urgency};
use vault_core::register::event::{Event, EventKind};
use vault_core::transfer::item::ItemState;
use vault_keys::numbers::PersonNo;
use vault_keys::time::Time;
use vault_relay::client::{Folder, ItemStatus, ListedItem};

use super::standing::{self, Given, Standing};
use super::steps;
use super::traces::Traces;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::outbox::{find_item, short};
use crate::relay::Line;
use crate::ui::Ui;
use crate::{clock, item_words, msg, waiting};

/// One item that waits for this person.
#[derive(Debug)]
pub struct Pending {
    /// The item.
    pub listed: ListedItem,
    /// The step that is open.
    pub step: Decider,
    /// In which capacities he may take it: none for himself.
    pub capacities: Vec<Option<PersonNo>>,
    /// Whether it was opened here.
    pub opened: bool,
    /// When its sender last reminded those it waits for.
    pub reminded: Option<Time>,
}

impl Pending {
    /// The item's id.
    #[must_use]
    pub fn item(&self) -> ItemId {
        self.listed.label.value().item
    }
}

/// Every item that waits for decision and that this person may have a part in, whoever's turn it is.
///
/// # Errors
/// The relay cannot be asked.
pub fn proposed(line: &Line) -> Outcome<Vec<ListedItem>> {
    let mut listed = waiting::all(line, Folder::Deciding)?;
    let now = clock::now();
    listed.retain(|one| {
        let over = one.label.value().decide_by.is_some_and(|by| now > by);
        one.state == ItemState::Proposed && !over
    });
    Ok(listed)
}

/// What waits for this person, now.
///
/// # Errors
/// The relay cannot be asked, or leaves decisions out.
pub fn for_me(line: &Line, desk: &Desk) -> Outcome<Vec<Pending>> {
    let traces = Traces::open(&desk.home)?;
    let mut pending = Vec::new();
    for listed in proposed(line)? {
        let hash = listed.hash();
        let status = line.wait(line.client().status(hash))?;
        let label = listed.label.value();
        let given = given(line, label, hash, &status)?;
        let standing = Standing::of(label, hash, &given);
        let course = standing.course_at(clock::now());
        let Some(step) = course.next(&label.deciders).cloned() else { continue };
        let capacities = capacities_at(desk, &listed, &step);
        if capacities.is_empty() {
            continue;
        }
        let opened = traces.opened(label.item)?.is_some();
        let reminded = reminded(&status);
        pending.push(Pending { listed, step, capacities, opened, reminded });
    }
    pending.sort_by_key(|one| {
        let label = one.listed.label.value();
        let urgency = match label.urgency {
            Urgency::ExtraUrgent => 0,
            Urgency::Urgent => 1,
            Urgency::Normal => 2,
        };
        (urgency, label.decide_by, label.item)
    });
    Ok(pending)
}

/// The time of the last reminder about the item as a whole.
fn reminded(status: &ItemStatus) -> Option<Time> {
    let leaves = status.evidence.iter().map(|one| &one.leaf.leaf);
    let chased = leaves.filter(|leaf| {
        leaf.signed::<Event>()
            .is_ok_and(|note| note.value().kind == EventKind::Chased && note.value().copy.is_none())
    });
    chased.map(|leaf| leaf.head().time).max()
}

/// In which capacities this person may take a step, as far as the label says. Whom it names nowhere was added by a decider,
/// which only the header says.
fn capacities_at(desk: &Desk, listed: &ListedItem, step: &Decider) -> Vec<Option<PersonNo>> {
    let label = listed.label.value();
    let matter = Matter::of_label(label, listed.hash());
    let (directory, day) = (desk.known.directory(), clock::now().day());
    let of = |decider: &Decider| capacities(&matter, decider, &[], directory, desk.me, day);
    let here = of(step);
    if here.is_empty() && label.deciders.iter().all(|decider| of(decider).is_empty()) {
        let role = step.role.as_str().parse().ok();
        let holds =
            |role| directory.person(desk.me).is_some_and(|me| me.holds_role(role, Some(label.unit), day));
        return if role.is_some_and(holds) { vec![None] } else { Vec::new() };
    }
    here
}

/// The decisions on an item that the relay shows with its status; of one that demands none, none.
///
/// # Errors
/// Something between was left out.
pub fn given(line: &Line, label: &Label, hash: LabelHash, status: &ItemStatus) -> Outcome<Vec<Given>> {
    if label.deciders.is_empty() {
        return Ok(Vec::new());
    }
    let chain = status.chain(line.client(), hash).map_err(|error| unproved().because(&error))?;
    Ok(chain.decisions().iter().map(Given::from).collect())
}

/// The leaves of an item leave something out.
#[must_use]
pub fn unproved() -> Failure {
    Failure::new(Kind::Integrity, msg!("decisions-unproved"))
        .code("decisions-unproved")
        .hint(msg!("decisions-unproved-next"))
}

/// The item a person means among those that wait for decision.
///
/// # Errors
/// The relay cannot be asked, or none or several fit.
pub fn find(line: &Line, word: &str) -> Outcome<ListedItem> {
    let listed = proposed(line)?;
    let items: Vec<ItemId> = listed.iter().map(|one| one.label.value().item).collect();
    let item = find_item(&items, word).map_err(|failure| {
        if failure.message.key() != "item-none" {
            return failure;
        }
        Failure::usage(msg!("pending-none-such", word = word)).hint(msg!("pending-none-such-next"))
    })?;
    let found = listed.into_iter().find(|one| one.label.value().item == item);
    found.ok_or_else(|| Failure::usage(msg!("pending-none-such", word = word)))
}

/// Prints what waits.
pub fn table(ui: &Ui, desk: &Desk, pending: &[Pending]) {
    let now = clock::now();
    let rows: Vec<Vec<String>> = pending
        .iter()
        .map(|one| {
            let label = one.listed.label.value();
            let names = one.capacities.iter().map(|principal| match principal {
                None => ui.words(&msg!("to-me")),
                Some(person) => {
                    let name = item_words::name_words(&desk.everyone, (*person).into());
                    ui.words(&msg!("in-place-of", who = name))
                }
            });
            vec![
                short(one.item()),
                ui.words(&steps::words(&one.step.step)),
                ui.list(&names.collect::<Vec<_>>()),
                item_words::name_words(&desk.everyone, label.sender.person.into()),
                standing::time_left(ui, label.decide_by, now),
                ui.words(&item_words::urgency(label.urgency)),
                ui.words(&match (one.reminded, one.opened) {
                    (Some(time), _) => msg!("state-reminded", time = clock::local(time)),
                    (None, true) => msg!("state-read"),
                    (None, false) => msg!("state-unread"),
                }),
                item_words::mark(ui, label),
            ]
        })
        .collect();
    ui.table(
        &[
            msg!("name-item"),
            msg!("name-step"),
            msg!("name-for"),
            msg!("name-sender"),
            msg!("name-time-left"),
            msg!("name-urgency"),
            msg!("name-state"),
            msg!("name-mark"),
        ],
        &rows,
    );
}

/// As `--json` shows it.
#[must_use]
pub fn document(pending: &[Pending]) -> Value {
    let now = clock::now();
    let one = |one: &Pending| {
        let label = one.listed.label.value();
        json!({
            "item": one.item().to_string(),
            "step": one.step.step.as_str(),
            "for": one.capacities.iter().map(|who| who.map(|who| who.to_string())).collect::<Vec<_>>(),
            "sender": label.sender.person.to_string(),
            "mark": label.mark,
            "level": label.level.word(),
            "urgency": match label.urgency {
                Urgency::Normal => "normal",
                Urgency::Urgent => "urgent",
                Urgency::ExtraUrgent => "extra-urgent",
            },
            "accepted": one.listed.accepted.to_string(),
            "decide_by": label.decide_by.map(|by| by.to_string()),
            "seconds_left": label.decide_by.map(|by| by.seconds_since(now).max(0)),
            "opened": one.opened,
            "reminded": one.reminded.map(|time| time.to_string()),
            "bytes": label.content.length,
        })
    };
    Value::Array(pending.iter().map(one).collect())
}
