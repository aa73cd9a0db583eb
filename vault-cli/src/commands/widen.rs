//! Letting somebody in by leave: into a file of one's own, or at the relay, where whoever is let in is offered a copy.

use std::path::{Path, PathBuf};

use serde_json::json;
use vault_core::decision::{Act, RequestFile};
use vault_core::opening::UnlockedItem;
use vault_core::rewrap::Rewrapped;

use crate::approval::{news, proposal};
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::history::History;
use crate::itemfile::ItemFile;
use crate::leave::at_relay as requests;
use crate::leave::course::act_words;
use crate::leave::files::{self, Requests};
use crate::leave::subject::Subject;
use crate::leave::widening;
use crate::outbox::{Outbox, find_item, short};
use crate::relay::Line;
use crate::rewrapping::{self, Ready};
use crate::ui::Ui;
use crate::{msg, opening};

/// Lets somebody in by a decided request: the item with its next header, as a file.
pub(super) fn by_file(context: &Context, word: &str, with: &[PathBuf], output: &Path) -> Outcome {
    let ui = &context.ui;
    if output.exists() {
        let path = output.display().to_string();
        return Err(Failure::failed(msg!("io-exists", path = path)).hint(msg!("io-exists-next")));
    }
    let desk = Desk::open(context)?;
    desk.known.may_seal(crate::clock::now())?;
    let leave = files::read(with, desk.known.organisation.org())?;
    let subject = Subject::find(&desk, word)?;
    let header = &subject.file.header;
    widening::judge(&desk, &leave, Act::Widen, (header.label().value(), header.label_hash()))?;
    let Some(whole) = subject.whole(&desk) else {
        return Err(Failure::new(Kind::Failed, msg!("widen-at-relay")).code("content-not-here"));
    };
    let keys = desk.unlock(context)?;
    let history = History::here();
    let unlocked = opening::unlock(&desk, subject.file.header, &keys, &history)?;
    let widened = widening::header(&desk, &keys, &unlocked, &leave)?;
    widening_facts(ui, &desk, &unlocked, &widened);
    ui.confirm(&msg!("widen-ask"))?;
    ItemFile::open(&whole)?.write_with(&widened.header, output)?;
    Requests::open(&desk.home, desk.known.organisation.org())?.keep(&leave)?;
    let mut document = widening_document(&unlocked, &leave, &widened);
    document["file"] = json!(output);
    ui.json(&document);
    ui.done(&msg!("widened", path = output.display().to_string()));
    tell_withheld(ui, &desk, &widened);
    ui.note(&msg!("widened-next"));
    Ok(())
}

/// Of an item sent from here whose content lies at the relay: the next header goes there, and whom it lets in is offered it.
pub(super) fn at_relay(context: &Context, word: &str, with: &[PathBuf]) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    let desk = Desk::at(home.clone())?;
    let outbox = Outbox::open(&home)?;
    let item = find_item(&outbox.sent()?, word)?;
    let line = Line::dial(&home, &desk.known)?;
    let desk = desk.synced(ui, &line)?;
    desk.known.may_seal(crate::clock::now())?;
    let leave = match with {
        [one] if requests::is_name(&one.display().to_string()) => {
            requests::find(&line, &desk, &one.display().to_string())?
        }
        files => files::read(files, desk.known.organisation.org())?,
    };
    let header = outbox.sent_header(item)?.header;
    let before = if proposal::is_open(&header) {
        news::adopt(&line, &desk, &outbox, item)?;
        outbox.sent_header(item)?.header
    } else {
        header
    };
    widening::judge(&desk, &leave, Act::Widen, (before.label().value(), before.label_hash()))?;
    let keys = desk.unlock(context)?;
    let unlocked = opening::unlock(&desk, before.clone(), &keys, &History::here())?;
    let widened = widening::header(&desk, &keys, &unlocked, &leave)?;
    widening_facts(ui, &desk, &unlocked, &widened);
    ui.confirm(&msg!("widen-ask"))?;
    let (header, rows) = (widened.header.clone(), Some(widened.rows.clone()));
    let leaf = rewrapping::hand_in(&line, &outbox, &Ready { item, before, header, rows })?;
    line.close()?;
    Requests::open(&desk.home, desk.known.organisation.org())?.keep(&leave)?;
    let mut document = widening_document(&unlocked, &leave, &widened);
    document["leaf"] = json!(leaf);
    ui.json(&document);
    ui.done(&msg!("widened-at-relay", item = short(item)));
    tell_withheld(ui, &desk, &widened);
    Ok(())
}

fn names(desk: &Desk, rows: &[vault_core::item::Row]) -> Vec<String> {
    rows.iter().map(|row| crate::item_words::holder_words(&desk.everyone, row.holder)).collect()
}

fn widening_facts(ui: &Ui, desk: &Desk, unlocked: &UnlockedItem, widened: &Rewrapped) {
    ui.facts(&[
        (msg!("form-act"), ui.words(&act_words(Act::Widen))),
        (msg!("name-item"), short(unlocked.label().item)),
        (msg!("form-holders"), ui.list(&names(desk, &widened.rows.added))),
    ]);
}

fn widening_document(unlocked: &UnlockedItem, leave: &RequestFile, widened: &Rewrapped) -> serde_json::Value {
    json!({
        "item": unlocked.label().item.to_string(),
        "request": leave.request.hash().to_string(),
        "added": widened.rows.added.iter().map(|row| row.holder.to_string()).collect::<Vec<_>>(),
        "withheld": widened.rows.withheld.iter().map(|row| row.holder.to_string()).collect::<Vec<_>>(),
        "seq": widened.header.access().value().seq,
    })
}

fn tell_withheld(ui: &Ui, desk: &Desk, widened: &Rewrapped) {
    let withheld = names(desk, &widened.rows.withheld);
    if !withheld.is_empty() {
        ui.warn(&msg!("widen-withheld", names = ui.list(&withheld)));
    }
}
