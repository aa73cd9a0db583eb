//! `vault outbox rewrap`, `vault inbox rekey` and `vault inbox reseal`: after keys were replaced, stopped or stolen, other
//! wraps of the same items, or the same text under a new file key.
//!
//! Each shows first what it will do, asks for one yes, and says afterwards what it does not undo.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use vault_core::item::{ItemId, Row};
use vault_core::transfer::item::ItemState;
use vault_keys::numbers::Holder;

use crate::approval::{news, proposal};
use crate::context::Context;
use crate::custody::Opened;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::inbox::Inbox;
use crate::outbox::{Outbox, find_item, short};
use crate::rewrapping::{self, Looked, Ready};
use crate::{clock, item_words, msg, resealing};

/// `vault outbox rewrap`.
pub(super) fn sent(context: &Context, word: Option<&str>) -> Outcome {
    let ui = &context.ui;
    // Which keys are stopped is what this is about.
    let (_lock, desk, line) = Desk::at_relay(context)?;
    desk.warn_of_own_keys(ui);
    desk.known.may_seal(clock::now())?;
    let outbox = Outbox::open(&desk.home)?;
    let items = chosen(outbox.sent()?, word)?;
    let keys = desk.unlock(context)?;
    for item in &items {
        // An item that was released meanwhile has another header than the one it was proposed with.
        let header = outbox.sent_header(*item)?.header;
        if proposal::is_open(&header) {
            let status = line.wait(line.client().status(header.label_hash()))?;
            if status.state == ItemState::Released {
                news::adopt(&line, &desk, &outbox, *item)?;
            }
        }
    }
    let Looked { ready, unchanged, mut failed } = rewrapping::next(&desk, &keys, &outbox, &items)?;
    let (ready, mut ended) = rewrapping::waiting(&line, ready)?;
    let mut documents = Vec::new();
    if !ready.is_empty() {
        show(context, &desk, &ready);
        ui.confirm(&msg!("rewrap-ask", count = ready.len()))?;
    }
    for one in &ready {
        match rewrapping::hand_in(&line, &outbox, one) {
            Ok(leaf) => {
                let mut document = document(one);
                document["seq"] = json!(one.header.access().value().seq);
                document["leaf"] = json!(leaf);
                documents.push(document);
                ui.done(&msg!("rewrapped", item = short(one.item)));
            }
            // Nobody would be served by another header: the copies were fetched, or have ended.
            Err(failure) if failure.code.as_deref() == Some("copy-state") => ended.push(one.item),
            Err(failure) if failure.kind == Kind::Network => return Err(failure),
            Err(failure) => Failure::gather(&mut failed, elsewhere(failure).on_item(&short(one.item))),
        }
    }
    line.close()?;
    // Without being asked for one by name, what nobody waits for is nobody's concern.
    if !ended.is_empty() && word.is_some() {
        let names: Vec<String> = ended.iter().map(|item| short(*item)).collect();
        ui.say(&msg!("rewrap-ended", items = ui.list(&names)));
    }
    if let Some(failure) = failed {
        return Err(failure);
    }
    ui.json(&json!({
        "rewrapped": documents,
        "unchanged": unchanged,
        "ended": ended.iter().map(ToString::to_string).collect::<Vec<_>>(),
    }));
    if ready.is_empty() && (ended.is_empty() || word.is_none()) {
        ui.say(&msg!("rewrap-nothing"));
    }
    if !documents.is_empty() {
        ui.note(&msg!("rewrap-not-undone"));
    }
    Ok(())
}

/// `vault inbox rekey`.
pub(super) fn received(context: &Context, word: Option<&str>) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let _lock = desk.home.lock()?;
    desk.known.may_seal(clock::now())?;
    let inbox = Inbox::open(&desk.home)?;
    let items = match word {
        Some(word) => vec![inbox.find(word)?],
        None => inbox.items()?,
    };
    let keys = desk.unlock(context)?;
    let Looked { ready, unchanged, mut failed } = rewrapping::own(ui, &desk, &keys, &inbox, &items)?;
    let mut documents = Vec::new();
    if !ready.is_empty() {
        show(context, &desk, &ready);
        ui.confirm(&msg!("rekey-ask", count = ready.len()))?;
    }
    for one in &ready {
        match rewrapping::keep_own(&desk, &keys, &inbox, one) {
            Ok(()) => {
                documents.push(document(one));
                ui.done(&msg!("rekeyed", item = short(one.item)));
            }
            Err(failure) => Failure::gather(&mut failed, failure.on_item(&short(one.item))),
        }
    }
    if let Some(failure) = failed {
        return Err(failure);
    }
    ui.json(&json!({ "rekeyed": documents, "unchanged": unchanged }));
    if ready.is_empty() {
        ui.say(&msg!("rewrap-nothing"));
    }
    if !documents.is_empty() {
        ui.note(&msg!("rekey-not-undone"));
    }
    Ok(())
}

/// `vault inbox reseal`.
pub(super) fn reseal(context: &Context, word: &str) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let opened = Opened::find(context, word)?;
    let _lock = home.lock()?;
    let ready = resealing::prepare(&opened)?;
    let label = ready.label();
    let holders: Vec<String> = label
        .copies
        .iter()
        .map(|copy| item_words::holder_words(&opened.desk.everyone, copy.holder))
        .collect();
    ui.facts(&[
        (msg!("name-title"), ready.manifest().title.clone()),
        (msg!("name-item"), short(label.item)),
        (msg!("name-copies"), ui.list(&holders)),
        (msg!("name-mark"), item_words::mark(ui, label)),
    ]);
    ui.confirm(&msg!("reseal-ask"))?;
    let item = resealing::seal(ui, &opened, ready)?;
    ui.json(&json!({ "resealed": opened.item.to_string(), "item": item.to_string() }));
    ui.done(&msg!("resealed", item = short(item)));
    ui.note(&msg!("reseal-not-undone", item = short(opened.item)));
    Ok(())
}

fn chosen(items: Vec<ItemId>, word: Option<&str>) -> Outcome<Vec<ItemId>> {
    match word {
        Some(word) => Ok(vec![find_item(&items, word)?]),
        None => Ok(items),
    }
}

/// A next note that does not follow the one the relay has was written on an old one.
fn elsewhere(failure: Failure) -> Failure {
    match failure.code.as_deref() {
        Some("access-split" | "access-stale" | "access-sequence") => failure.hint(msg!("rewrap-elsewhere")),
        _ => failure,
    }
}

/// Which rows go, which come, and who gets none until he may have one again.
fn show(context: &Context, desk: &Desk, ready: &[Ready]) {
    let ui = &context.ui;
    let names = |rows: &[Row]| {
        let holders: BTreeSet<Holder> = rows.iter().map(|row| row.holder).collect();
        let names = holders.into_iter().map(|holder| item_words::holder_words(&desk.everyone, holder));
        ui.list(&names.collect::<Vec<_>>())
    };
    let row = |one: &Ready| {
        let (gone, come) = match &one.rows {
            Some(rows) => (names(&rows.dropped), names(&rows.added)),
            None => (ui.words(&msg!("rewrap-begun")), String::new()),
        };
        vec![short(one.item), gone, come, item_words::mark(ui, one.header.label().value())]
    };
    ui.table(
        &[msg!("name-item"), msg!("name-key-gone"), msg!("name-key-comes"), msg!("name-mark")],
        &ready.iter().map(row).collect::<Vec<_>>(),
    );
    let withheld = ready.iter().filter_map(|one| one.rows.as_ref()).flat_map(|rows| rows.withheld.clone());
    let withheld: Vec<Row> = withheld.collect();
    if !withheld.is_empty() {
        ui.warn(&msg!("rewrap-withheld", who = names(&withheld)));
    }
}

fn document(one: &Ready) -> Value {
    let rows = |rows: &[Row]| {
        let rows = rows.iter().map(|row| {
            json!({
                "holder": row.holder.to_string(),
                "key": row.key.to_string(),
                "right": row.right.to_string(),
            })
        });
        rows.collect::<Vec<_>>()
    };
    json!({
        "item": one.item.to_string(),
        "gone": one.rows.as_ref().map(|all| rows(&all.dropped)),
        "added": one.rows.as_ref().map(|all| rows(&all.added)),
        "withheld": one.rows.as_ref().map(|all| rows(&all.withheld)),
    })
}
