//! `vault receive`: fetch what waits, verify it, sign for it.

use serde_json::json;

use crate::cli::ReceiveArgs;
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::inbox::Inbox;
use crate::leave::at_relay;
use crate::receiving::{self, Counter};
use crate::relay::Line;
use crate::ui::Ui;
use crate::{flush, msg, waiting};

pub(super) fn run(context: &Context, args: &ReceiveArgs) -> Outcome {
    let ui = &context.ui;
    // The sender may have used a newer directory than the one here.
    let (_lock, desk, line) = Desk::at_relay(context)?;
    desk.warn_of_own_keys(ui);
    let inbox = Inbox::open(&desk.home)?;
    let mut documents = Vec::new();
    for settled in receiving::settle(&line, &desk, &inbox)? {
        documents.push(json!({
            "item": settled.item.to_string(),
            "number": settled.number,
            "title": null,
            "demand_leaf": null,
            "receipt_leaf": settled.receipt,
        }));
        ui.done(&msg!("received-settled", number = settled.number.unwrap_or_default()));
    }
    let waiting = waiting::chosen(ui, &line, &desk, &args.items)?;
    if waiting.is_empty() {
        if documents.is_empty() {
            ui.say(&msg!("nothing-waits"));
        }
        finish(ui, line, &desk, &inbox)?;
        ui.json(&json!({ "received": documents }));
        return Ok(());
    }
    let keys = desk.unlock(context)?;
    let counter = Counter { ui, desk: &desk, keys: &keys, line: &line, inbox: &inbox };
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
            Err(failure) => Failure::gather(&mut failed, failure),
        }
    }
    finish(ui, line, &desk, &inbox)?;
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

/// Hands in what was signed without a connection, and brings notices of changes into this home.
fn finish(ui: &Ui, line: Line, desk: &Desk, inbox: &Inbox) -> Outcome {
    flush::pending(ui, &line, desk, inbox);
    at_relay::sync(&line, desk)?;
    line.close()
}
