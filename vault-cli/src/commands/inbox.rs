//! `vault inbox`, and `vault` alone: what waits at the relay, what is here, what is on its way out.

use serde_json::{Value, json};
use vault_core::admission::Code;
use vault_core::item::{ItemHeader, ItemId};
use vault_keys::keyfile::PersonKeys;

use super::rewrap;
use crate::approval::{news, pending};
use crate::cli::InboxAct;
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::everything::Everything;
use crate::inbox::Inbox;
use crate::leave::changes;
use crate::outbox::{Outbox, short};
use crate::relay::Line;
use crate::ui::Ui;
use crate::ui::format::size;
use crate::waiting::{self, Waiting};
use crate::{clock, custody, identity, item_words, leave, msg};

/// `vault`: what waits for me.
pub(super) fn overview(context: &Context) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let outbox = Outbox::open(&desk.home)?;
    let (desk, everything, failure) =
        at_relay(ui, desk, |line, desk| Everything::ask(ui, line, desk, &outbox))?;
    let everything = everything.unwrap_or_default();
    let nothing = everything.is_empty();
    let Everything { waiting, pending, requests, news } = everything;
    let outgoing = outbox.waiting()?;
    let unread = unread(&desk)?;
    let ended = changes::ended_here(&desk)?;
    ui.json(&json!({
        "person": desk.me.to_string(),
        "relay_reached": failure.is_none(),
        "pending": pending::document(&pending),
        "requests": leave::at_relay::document(&desk, &requests),
        "news": news::document(&news),
        "waiting": waiting.iter().map(waiting_document).collect::<Vec<_>>(),
        "unread": unread.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "term_ended": ended.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "outbox": outgoing.iter().map(ToString::to_string).collect::<Vec<_>>(),
    }));
    if let Some(failure) = &failure {
        ui.warn(&failure.message);
    }
    if nothing && ended.is_empty() && unread.is_empty() && outgoing.is_empty() && failure.is_none() {
        ui.say(&msg!("nothing-waits"));
    }
    if !news.is_empty() {
        let keys = if identity::is_unlocked(&desk.home) { desk.unlock(context).ok() } else { None };
        news::tell(ui, &desk, &outbox, &news, keys.as_ref());
    }
    leave::at_relay::tell_waiting(ui, &desk, &requests);
    if !pending.is_empty() {
        ui.heading(&msg!("pending-heading", count = pending.len()));
        pending::table(ui, &desk, &pending);
        ui.note(&msg!("pending-next"));
    }
    if !waiting.is_empty() {
        ui.heading(&msg!("waiting-heading", count = waiting.len()));
        table(context, &desk, &waiting);
        ui.note(&msg!("waiting-next"));
    }
    if !unread.is_empty() {
        let names: Vec<String> = unread.iter().map(|item| short(*item)).collect();
        ui.say(&msg!("unread-line", count = unread.len(), items = ui.list(&names)));
    }
    if !outgoing.is_empty() {
        ui.say(&msg!("outgoing-line", count = outgoing.len()));
    }
    changes::tell_ended(ui, &ended);
    desk.warn(ui);
    Ok(())
}

/// `vault inbox`.
pub(super) fn run(context: &Context, act: Option<InboxAct>) -> Outcome {
    match act {
        None | Some(InboxAct::List) => list(context),
        Some(InboxAct::Reseal { item }) => rewrap::reseal(context, &item),
        Some(InboxAct::Rekey { item }) => rewrap::received(context, item.as_deref()),
    }
}

fn list(context: &Context) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let (desk, waiting, failure) = at_relay(ui, desk, |line, desk| waiting::for_me(ui, line, desk))?;
    let waiting = waiting.unwrap_or_default();
    let inbox = Inbox::open(&desk.home)?;
    // Titles are sealed: they are shown while the identity is unlocked, and nobody is asked for it here.
    let keys = if identity::is_unlocked(&desk.home) { desk.unlock(context).ok() } else { None };
    let (mut rows, mut documents) = (Vec::new(), Vec::new());
    for item in inbox.items()? {
        let file = inbox.item(item)?;
        let kept = inbox.evidence(item)?;
        let label = file.header.label().value();
        let title = keys.as_ref().and_then(|keys| title(&desk, &inbox, &file.header, keys));
        documents.push(json!({
            "item": item.to_string(),
            "number": kept.number,
            "received": kept.time.map(|time| time.to_string()),
            "opened": kept.opened.map(|time| time.to_string()),
            "title": title,
            "mark": label.mark,
            "sender": label.sender.person.to_string(),
            "bytes": label.content.length,
        }));
        rows.push(vec![
            kept.number.map(|number| number.to_string()).unwrap_or_default(),
            short(item),
            item_words::name_words(&desk.everyone, label.sender.person.into()),
            kept.time.map(clock::local).unwrap_or_default(),
            size(label.content.length),
            ui.words(&if kept.opened.is_some() { msg!("state-read") } else { msg!("state-unread") }),
            title.unwrap_or_else(|| ui.words(&msg!("title-sealed"))),
            item_words::mark(ui, label),
        ]);
    }
    ui.json(&json!({
        "relay_reached": failure.is_none(),
        "waiting": waiting.iter().map(waiting_document).collect::<Vec<_>>(),
        "stored": documents,
    }));
    if let Some(failure) = &failure {
        ui.warn(&failure.message);
    }
    if !waiting.is_empty() {
        ui.heading(&msg!("waiting-heading", count = waiting.len()));
        table(context, &desk, &waiting);
        ui.gap();
    }
    if rows.is_empty() {
        ui.say(&msg!("inbox-empty"));
        return Ok(());
    }
    ui.heading(&msg!("stored-heading", count = rows.len()));
    ui.table(
        &[
            msg!("name-consignment"),
            msg!("name-item"),
            msg!("name-sender"),
            msg!("name-received"),
            msg!("name-size"),
            msg!("name-state"),
            msg!("name-title"),
            msg!("name-mark"),
        ],
        &rows,
    );
    Ok(())
}

/// What the relay says, by a desk that is in step with it; where it cannot be reached, why not.
fn at_relay<T>(
    ui: &Ui,
    mut desk: Desk,
    ask: impl FnOnce(&Line, &Desk) -> Outcome<T>,
) -> Outcome<(Desk, Option<T>, Option<Failure>)> {
    let line = Line::dial(&desk.home, &desk.known);
    if let Ok(line) = &line {
        desk = desk.in_step(ui, line)?;
    }
    let asked = line.and_then(|line| {
        let said = ask(&line, &desk)?;
        line.close()?;
        Ok(said)
    });
    match asked {
        Ok(said) => Ok((desk, Some(said), None)),
        Err(failure) if failure.kind == Kind::Network => Ok((desk, None, Some(failure))),
        // Where machines stand alone everything comes by file, and what came is here.
        Err(failure) if failure.code.as_deref() == Some(Code::Standalone.as_str()) => {
            Ok((desk, None, Some(failure)))
        }
        Err(failure) => Err(failure),
    }
}

fn unread(desk: &Desk) -> Outcome<Vec<ItemId>> {
    let inbox = Inbox::open(&desk.home)?;
    let mut unread = Vec::new();
    for item in inbox.items()? {
        if inbox.evidence(item)?.opened.is_none() {
            unread.push(item);
        }
    }
    Ok(unread)
}

fn title(desk: &Desk, inbox: &Inbox, header: &ItemHeader, keys: &PersonKeys) -> Option<String> {
    Some(custody::unlock(desk, inbox, header, keys).ok()?.manifest().title.clone())
}

fn table(context: &Context, desk: &Desk, waiting: &[Waiting]) {
    let ui = &context.ui;
    let rows: Vec<Vec<String>> = waiting
        .iter()
        .map(|one| {
            let label = one.listed.label.value();
            let to = if one.is_for_unit() {
                item_words::name_words(&desk.everyone, one.copy.holder)
            } else {
                ui.words(&msg!("to-me"))
            };
            vec![
                one.copy.number.to_string(),
                short(one.item()),
                item_words::name_words(&desk.everyone, label.sender.person.into()),
                to,
                clock::local(one.since()),
                size(label.content.length),
                ui.words(&item_words::urgency(label.urgency)),
                item_words::mark(ui, label),
            ]
        })
        .collect();
    ui.table(
        &[
            msg!("name-consignment"),
            msg!("name-item"),
            msg!("name-sender"),
            msg!("name-to"),
            msg!("name-since"),
            msg!("name-size"),
            msg!("name-urgency"),
            msg!("name-mark"),
        ],
        &rows,
    );
}

fn waiting_document(one: &Waiting) -> Value {
    let label = one.listed.label.value();
    json!({
        "item": one.item().to_string(),
        "number": one.copy.number,
        "copy": one.copy.no,
        "holder": one.copy.holder.to_string(),
        "state": one.copy.state.word(),
        "since": one.since().to_string(),
        "sender": label.sender.person.to_string(),
        "mark": label.mark,
        "level": label.level.word(),
        "bytes": label.content.length,
    })
}
