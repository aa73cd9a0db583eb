//! `vault receive`: fetch what waits, verify it, sign for it.

use serde_json::json;

use crate::cli::ReceiveArgs;
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::inbox::Inbox;
use crate::outbox::find_item;
use crate::receiving::Counter;
use crate::relay::Line;
use crate::waiting::{self, Waiting};
use crate::{flush, msg};

pub(super) fn run(context: &Context, args: &ReceiveArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    let mut desk = Desk::at(home.clone())?;
    let line = Line::dial(&home, &desk.known)?;
    // The sender may have used a newer directory than the one here.
    if line.sync(&home)? {
        desk = Desk::at(home.clone())?;
    }
    let waiting = chosen(waiting::for_me(ui, &line, &desk)?, &args.items)?;
    if waiting.is_empty() {
        ui.json(&json!({ "received": [] }));
        ui.say(&msg!("nothing-waits"));
        return Ok(());
    }
    let keys = desk.unlock(context)?;
    let inbox = Inbox::open(&home)?;
    let counter = Counter { ui, desk: &desk, keys: &keys, line: &line, inbox: &inbox };
    let mut documents = Vec::new();
    let mut failed: Option<Failure> = None;
    for one in &waiting {
        match counter.receive(one) {
            Ok(received) => {
                documents.push(json!({
                    "item": received.item.to_string(),
                    "number": one.copy.number,
                    "title": received.title,
                    "demand_leaf": received.demand,
                    "receipt_leaf": received.receipt,
                }));
                ui.done(&msg!("received", number = one.copy.number, title = &received.title));
                ui.aside(&ui.words(&msg!(
                    "received-leaf",
                    demand = received.demand,
                    receipt = received.receipt
                )));
            }
            // One that does not arrive must not keep the others waiting.
            Err(failure) => match &mut failed {
                None => failed = Some(failure),
                Some(first) => first.also.push(failure),
            },
        }
    }
    flush::pending(&line, &desk, &inbox);
    line.close();
    match failed {
        Some(failure) => Err(failure),
        None => {
            ui.json(&json!({ "received": documents }));
            if let [one] = waiting.as_slice() {
                ui.note(&msg!("received-next", number = one.copy.number));
            }
            Ok(())
        }
    }
}

/// The items named by number or id; all of them if none is named.
fn chosen(waiting: Vec<Waiting>, words: &[String]) -> Outcome<Vec<Waiting>> {
    if words.is_empty() {
        return Ok(waiting);
    }
    let ids: Vec<_> = waiting.iter().map(Waiting::item).collect();
    let mut wanted = Vec::new();
    for word in words {
        let by_number = waiting.iter().find(|one| word.parse() == Ok(one.copy.number)).map(Waiting::item);
        let item = match by_number {
            Some(item) => item,
            None => find_item(&ids, word)?,
        };
        wanted.push(item);
    }
    Ok(waiting.into_iter().filter(|one| wanted.contains(&one.item())).collect())
}
