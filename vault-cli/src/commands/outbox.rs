//! `vault outbox`: what the relay has not accepted yet.

use serde_json::json;
use vault_core::item::{ItemHeader, ItemId};
use vault_core::transfer::item::ItemState;

use super::rewrap;
use crate::approval::{standing, steps};
use crate::cli::OutboxAct;
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::outbox::{Outbox, find_item, short};
use crate::relay::Line;
use crate::ui::format::size;
use crate::{clock, delivery, item_words, msg};

pub(super) fn run(context: &Context, act: Option<OutboxAct>) -> Outcome {
    match act {
        None | Some(OutboxAct::List) => list(context),
        Some(OutboxAct::Resume { item }) => resume(context, item.as_deref()),
        Some(OutboxAct::Discard { item }) => discard(context, &item),
        Some(OutboxAct::Rewrap { item }) => rewrap::sent(context, item.as_deref()),
    }
}

fn list(context: &Context) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let outbox = Outbox::open(&desk.home)?;
    let (mut rows, mut documents) = (Vec::new(), Vec::new());
    for item in outbox.waiting()? {
        let file = outbox.spooled(item)?;
        let label = file.header.label().value();
        let to: Vec<String> = label
            .copies
            .iter()
            .filter(|copy| copy.no > 0)
            .map(|copy| item_words::holder_words(&desk.everyone, copy.holder))
            .collect();
        rows.push(vec![
            short(item),
            clock::local(label.made),
            size(label.content.length),
            ui.list(&to),
            item_words::mark(ui, label),
        ]);
        documents.push(item_words::document(&file.header));
    }
    let proposed = proposed(&outbox)?;
    ui.json(&json!({
        "waiting": documents,
        "proposed": proposed.iter().map(item_words::document).collect::<Vec<_>>(),
    }));
    if !proposed.is_empty() {
        ui.heading(&msg!("outbox-proposed", count = proposed.len()));
        show_proposed(context, &desk, &proposed);
        ui.note(&msg!("outbox-proposed-next"));
    }
    if rows.is_empty() {
        if proposed.is_empty() {
            ui.say(&msg!("outbox-empty"));
        }
        return Ok(());
    }
    let headings =
        [msg!("name-item"), msg!("name-made"), msg!("name-size"), msg!("name-to"), msg!("name-mark")];
    ui.table(&headings, &rows);
    ui.note(&msg!("outbox-next"));
    Ok(())
}

/// What the relay holds for decision, as far as was last heard here.
fn proposed(outbox: &Outbox) -> Outcome<Vec<ItemHeader>> {
    let mut proposed = Vec::new();
    for item in outbox.sent()? {
        if outbox.evidence(item)?.told.as_deref() == Some(ItemState::Proposed.word()) {
            proposed.push(outbox.sent_header(item)?.header);
        }
    }
    Ok(proposed)
}

fn show_proposed(context: &Context, desk: &Desk, proposed: &[ItemHeader]) {
    let ui = &context.ui;
    let rows: Vec<Vec<String>> = proposed
        .iter()
        .map(|header| {
            let label = header.label().value();
            let steps = label.deciders.iter().map(|decider| ui.words(&steps::words(&decider.step)));
            vec![
                short(label.item),
                clock::local(label.made),
                ui.list(&steps.collect::<Vec<_>>()),
                standing::time_left(ui, label.decide_by, clock::now()),
                item_words::name_words(&desk.everyone, label.handler.into()),
                item_words::mark(ui, label),
            ]
        })
        .collect();
    let headings = [
        msg!("name-item"),
        msg!("name-made"),
        msg!("name-step"),
        msg!("name-time-left"),
        msg!("name-handler"),
        msg!("name-mark"),
    ];
    ui.table(&headings, &rows);
}

fn resume(context: &Context, word: Option<&str>) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let _lock = desk.home.lock()?;
    let outbox = Outbox::open(&desk.home)?;
    let waiting = outbox.waiting()?;
    let chosen: Vec<ItemId> = match word {
        Some(word) => vec![find_item(&waiting, word)?],
        None => waiting,
    };
    if chosen.is_empty() {
        ui.json(&json!({ "accepted": [] }));
        ui.say(&msg!("outbox-empty"));
        return Ok(());
    }
    let line = Line::dial(&desk.home, &desk.known)?;
    let mut accepted = Vec::new();
    let mut failed: Option<Failure> = None;
    for item in chosen {
        match delivery::submit(ui, &outbox, &line, item) {
            Ok(evidence) => {
                accepted.push(json!({
                    "item": item.to_string(),
                    "leaves": evidence.iter().map(|one| one.leaf.index).collect::<Vec<_>>(),
                }));
                ui.done(&msg!("sent", item = short(item)));
            }
            Err(failure) if failure.kind == Kind::Network => return Err(failure),
            // One that is not accepted must not keep the others waiting.
            Err(failure) => Failure::gather(&mut failed, failure.on_item(&short(item))),
        }
    }
    line.close()?;
    if let Some(failure) = failed {
        return Err(failure);
    }
    ui.json(&json!({ "accepted": accepted }));
    Ok(())
}

fn discard(context: &Context, word: &str) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    let outbox = Outbox::open(&home)?;
    let item = find_item(&outbox.waiting()?, word)?;
    ui.confirm(&msg!("discard-ask", item = short(item)))?;
    outbox.discard(item)?;
    ui.json(&json!({ "discarded": item.to_string() }));
    ui.done(&msg!("discarded", item = short(item)));
    Ok(())
}
