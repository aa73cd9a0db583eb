//! `vault chase` 催办: of whom a sent item waits, since when, and where to find them. With an item it reminds them, by a
//! signed entry that they see beside it: whoever decides next, or who has not fetched his copy yet.

use serde_json::json;
use vault_core::item::{Decider, ItemHeader, ItemId};
use vault_core::register::event::EventKind;
use vault_core::transfer::copy::CopyState;
use vault_core::transfer::item::ItemState;
use vault_keys::time::Time;
use vault_relay::client::ItemStatus;

use crate::approval::pending;
use crate::approval::standing::{self, Standing};
use crate::approval::steps;
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::outbox::{Outbox, find_item, short};
use crate::people;
use crate::relay::Line;
use crate::ui::Ui;
use crate::{clock, item_words, msg, statement};

pub(super) fn run(context: &Context, word: Option<&str>) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let line = Line::dial(&desk.home, &desk.known)?;
    let desk = desk.synced(ui, &line)?;
    let outbox = Outbox::open(&desk.home)?;
    let items: Vec<ItemId> = match word {
        Some(word) => vec![find_item(&outbox.sent()?, word)?],
        None => outbox.sent()?,
    };
    let (mut rows, mut documents, mut reminded) = (Vec::new(), Vec::new(), 0);
    for item in items {
        let header = outbox.sent_header(item)?.header;
        let (label, hash) = (header.label().value(), header.label_hash());
        let status = line.wait(line.client().status(hash))?;
        let found = match status.state {
            ItemState::Proposed => of_deciders(ui, &desk, &line, &header, &status)?,
            ItemState::Released => of_copies(ui, &desk, &header, &status),
            _ => None,
        };
        let Some(waits) = found else { continue };
        if word.is_some() {
            remind(context, &desk, &line, &header, &waits.copies)?;
            reminded += 1;
        }
        rows.push(vec![
            short(item),
            waits.step.clone(),
            ui.list(&waits.who),
            clock::local(waits.since),
            standing::time_left(ui, waits.until, clock::now()),
            item_words::mark(ui, label),
        ]);
        documents.push(json!({
            "item": item.to_string(),
            "step": waits.name,
            "who": waits.who,
            "since": waits.since.to_string(),
            "decide_by": waits.until.map(|by| by.to_string()),
            "seconds_left": waits.until.map(|by| by.seconds_since(clock::now()).max(0)),
            "reminded": word.is_some(),
        }));
    }
    line.close()?;
    if word.is_some() && rows.is_empty() {
        return Err(Failure::new(Kind::Refused, msg!("chase-nothing-here"))
            .code("item-state")
            .hint(msg!("chase-nothing-here-next")));
    }
    ui.json(&json!({ "open": documents }));
    if rows.is_empty() {
        ui.say(&msg!("chase-nothing"));
        return Ok(());
    }
    ui.table(
        &[
            msg!("name-item"),
            msg!("name-step"),
            msg!("name-signer"),
            msg!("name-since"),
            msg!("name-time-left"),
            msg!("name-mark"),
        ],
        &rows,
    );
    if reminded > 0 {
        ui.done(&msg!("chase-reminded"));
    } else {
        ui.note(&msg!("chase-next"));
    }
    Ok(())
}

/// Of whom an item waits.
struct Waits {
    /// The step by its word, or that it waits to be fetched.
    step: String,
    /// The step's name; none where it waits to be fetched.
    name: Option<String>,
    who: Vec<String>,
    since: Time,
    until: Option<Time>,
    /// The copies nobody has fetched; none while it is to be decided on.
    copies: Vec<u32>,
}

fn of_deciders(
    ui: &Ui,
    desk: &Desk,
    line: &Line,
    header: &ItemHeader,
    status: &ItemStatus,
) -> Outcome<Option<Waits>> {
    let (label, hash) = (header.label().value(), header.label_hash());
    let given = pending::given(line, label, hash, status)?;
    let standing = Standing::of(label, hash, &given);
    Ok(standing.next().map(|step| Waits {
        step: ui.words(&steps::words(&step.step)),
        name: Some(step.step.as_str().to_owned()),
        who: addresses(desk, step),
        since: standing.open_since().unwrap_or(status.accepted),
        until: label.decide_by,
        copies: Vec::new(),
    }))
}

fn of_copies(ui: &Ui, desk: &Desk, header: &ItemHeader, status: &ItemStatus) -> Option<Waits> {
    let label = header.label().value();
    let waiting = || status.copies.iter().filter(|copy| copy.state == CopyState::Available);
    let first = waiting().next()?;
    Some(Waits {
        step: ui.words(&msg!("chase-fetch")),
        name: None,
        who: waiting().map(|copy| item_words::holder_words(&desk.everyone, copy.holder)).collect(),
        since: first.since,
        until: [label.read_by, label.keep_until].into_iter().flatten().min(),
        copies: waiting().map(|copy| copy.no).collect(),
    })
}

/// Enters a reminder: one about the item as a whole, or one about each copy.
fn remind(context: &Context, desk: &Desk, line: &Line, header: &ItemHeader, copies: &[u32]) -> Outcome {
    let keys = desk.unlock(context)?;
    let about: Vec<Option<u32>> =
        if copies.is_empty() { vec![None] } else { copies.iter().map(|copy| Some(*copy)).collect() };
    for copy in about {
        let chased = statement::sign(desk, &keys, EventKind::Chased, header, copy, None)?;
        line.wait(line.client().statement(&chased)).map_err(|failure| match failure.code.as_deref() {
            Some("reminded-already") => Failure::new(Kind::Refused, msg!("chase-too-soon"))
                .code("reminded-already")
                .hint(msg!("chase-too-soon-next")),
            _ => failure,
        })?;
    }
    Ok(())
}

/// Whom to call: those asked, and who acts in their place today.
fn addresses(desk: &Desk, step: &Decider) -> Vec<String> {
    let directory = desk.known.directory();
    let day = clock::now().day();
    let mut found = Vec::new();
    for asked in step.asked.iter() {
        found.push(*asked);
        let entry = directory.person(*asked).into_iter();
        let deputies = entry.flat_map(|entry| vault_core::admission::deputies_in_force(entry, step, day));
        for deputy in deputies {
            if !found.contains(&deputy.person) {
                found.push(deputy.person);
            }
        }
    }
    let address = |person: &vault_keys::numbers::PersonNo| {
        people::by_number(&desk.everyone, *person).map_or_else(|| person.to_string(), people::Listed::address)
    };
    found.iter().map(address).collect()
}
