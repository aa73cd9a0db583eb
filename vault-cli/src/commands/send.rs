//! `vault send`: ask for what is missing, show one summary, take one yes, seal, hand to the relay.

use serde_json::json;

use crate::approval::standing::Standing;
use crate::approval::{proposal, steps};
use crate::cli::{DraftArgs, SendArgs};
use crate::context::Context;
use crate::desk::Desk;
use crate::drafting::Asking;
use crate::error::{Kind, Outcome};
use crate::leave::standing::Wanted;
use crate::outbox::{Outbox, short};
use crate::relay::Line;
use crate::{delivery, item_words, msg, sealing, weak_units};

pub(super) fn run(context: &Context, args: &SendArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let lock = home.lock()?;
    let mut desk = Desk::at(home.clone())?;
    Line::is_allowed(&desk.known)?;
    // The newest directory first: keys and posts change. Without the relay the item waits in the outbox.
    let dialled = match Line::dial(&home, &desk.known) {
        Ok(line) => {
            desk = desk.synced(ui, &line)?;
            Ok(line)
        }
        Err(failure) if failure.kind == Kind::Network => {
            ui.warn(&msg!("send-offline"));
            Err(failure)
        }
        Err(failure) => return Err(failure),
    };
    let standing = args.by_standing.clone().map_or(Wanted::WhereItServes, Wanted::This);
    let draft = DraftArgs { standing, ..args.draft.clone() };
    let prepared = sealing::prepare(ui, &desk, &args.files, &draft, Asking::Complete)?;
    sealing::summary(ui, &desk, &prepared);
    let weak = sealing::weak_recipients(&desk, &prepared);
    let asks =
        if prepared.ready.label().deciders.is_empty() { msg!("send-ask") } else { msg!("propose-ask") };
    ui.confirm(&asks)?;
    let keys = desk.unlock(context)?;
    let outbox = Outbox::open(&home)?;
    let item = prepared.ready.label().item;
    let spool = outbox.spool(item);
    let sealed = match &dialled {
        Ok(line) => sealing::seal_sending(ui, prepared, &keys, &spool, line)?,
        Err(_) => sealing::seal(ui, prepared, &keys, &spool)?,
    };
    let mut document = item_words::document(&sealed.header);
    let line = dialled.map_err(|failure| failure.hint(msg!("send-later-next", item = short(item))))?;
    let evidence = match delivery::submit(ui, &outbox, &line, item) {
        Ok(evidence) => evidence,
        Err(failure) if failure.is_by_rule() => {
            // It would be refused again: a corrected item is a new one.
            outbox.discard(item)?;
            return Err(failure);
        }
        // The relay may have accepted it all the same: then going on fetches the evidence.
        Err(failure) => return Err(failure.hint(msg!("send-later-next", item = short(item)))),
    };
    line.close()?;
    drop(lock);
    let index = evidence.first().map(|evidence| evidence.leaf.index);
    let label = sealed.header.label().value();
    let standing = Standing::of(label, sealed.header.label_hash(), &[]);
    let proposed = !label.deciders.is_empty();
    if let Some(fields) = document.as_object_mut() {
        fields.insert("weak_units".to_owned(), weak_units::document(&weak));
        fields.insert("state".to_owned(), json!(if proposed { "proposed" } else { "accepted" }));
        fields.insert("decisions".to_owned(), proposal::document(ui, &sealed.header, &standing));
        fields.insert(
            "leaves".to_owned(),
            json!(evidence.iter().map(|one| one.leaf.index).collect::<Vec<_>>()),
        );
    }
    ui.json(&document);
    ui.done(&if proposed { msg!("proposed", item = short(item)) } else { msg!("sent", item = short(item)) });
    if let Some(index) = index {
        ui.aside(&ui.words(&msg!("sent-leaf", index = index)));
    }
    match standing.next() {
        Some(first) => {
            let day = crate::clock::now().day();
            let who = steps::signers(ui, &desk.everyone, desk.known.directory(), first, day);
            ui.aside(&ui.words(&msg!("said-next", step = steps::words(&first.step), who = who)));
            ui.note(&msg!("proposed-next", item = short(item)));
        }
        None => ui.note(&msg!("sent-next", item = short(item))),
    }
    desk.warn(ui);
    Ok(())
}
