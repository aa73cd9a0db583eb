//! `vault chase`: of whom a sent item waits, since when, and where to find them. Nothing is sent to anybody: whoever
//! decides sees the item in `vault` anyway, and a call is a call.

use serde_json::json;
use vault_core::item::{Decider, ItemId};
use vault_core::transfer::item::ItemState;
use vault_keys::time::Time;

use crate::approval::pending;
use crate::approval::standing::{self, Standing};
use crate::approval::steps;
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::outbox::{Outbox, find_item, short};
use crate::people;
use crate::relay::Line;
use crate::{clock, item_words, msg};

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
    let (mut rows, mut documents) = (Vec::new(), Vec::new());
    for item in items {
        let header = outbox.sent_header(item)?.header;
        let (label, hash) = (header.label().value(), header.label_hash());
        if label.deciders.is_empty() {
            continue;
        }
        let status = line.wait(line.client().status(hash))?;
        if status.state != ItemState::Proposed {
            continue;
        }
        let given = pending::given(&line, label, hash, &status)?;
        let standing = Standing::of(label, hash, &given);
        let Some(step) = standing.next() else { continue };
        let since = standing.open_since().unwrap_or(status.accepted);
        let who = addresses(&desk, step);
        rows.push(vec![
            short(item),
            ui.words(&steps::words(&step.step)),
            ui.list(&who),
            clock::local(since),
            standing::time_left(ui, label.decide_by, clock::now()),
            item_words::mark(ui, label),
        ]);
        documents.push(document(item, step, &who, since, label.decide_by));
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
    ui.note(&msg!("chase-next"));
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

fn document(
    item: ItemId,
    step: &Decider,
    who: &[String],
    since: Time,
    decide_by: Option<Time>,
) -> serde_json::Value {
    json!({
        "item": item.to_string(),
        "step": step.step.as_str(),
        "who": who,
        "since": since.to_string(),
        "decide_by": decide_by.map(|by| by.to_string()),
        "seconds_left": decide_by.map(|by| by.seconds_since(clock::now()).max(0)),
    })
}
