//! `vault keys who-could-read`: after a loss, which of the items in this home a person's keys could open.
//!
//! Answered from headers: what is on its way out, what was sent, what was received, and every earlier header kept. It
//! takes no secret, and tells no title.

use serde_json::json;
use vault_core::item::{ItemHeader, Label};
use vault_core::rewrap::reach::{Reach, Whose, reach};
use vault_keys::directory::PersonEntry;
use vault_keys::key_id::KeyId;
use vault_keys::numbers::Holder;

use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::inbox::Inbox;
use crate::outbox::{Outbox, short};
use crate::{item_words, msg, people};

pub(super) fn run(context: &Context, who: &str, key: Option<&str>) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let listed = people::resolve(ui, &desk.everyone, who)?;
    let Holder::Person(person) = listed.holder else {
        return Err(Failure::usage(msg!("reach-person")));
    };
    let entry = desk.known.directory().person(person);
    let whose = match (key, entry) {
        (Some(digits), Some(entry)) => Whose::Key(opening_key(entry, digits)?),
        _ => Whose::Person(person),
    };
    let headers = headers(&desk)?;
    let found = reach(&headers, whose);
    let label = |one: &Reach| {
        let header = headers.iter().find(|header| header.label_hash() == one.label);
        header.map(|header| header.label().value())
    };
    ui.json(&json!({
        "person": person.to_string(),
        "headers": headers.len(),
        "found": found.iter().map(|one| json!({
            "item": one.item.to_string(),
            "label": one.label.to_string(),
            "mark": label(one).map(|label| label.mark.clone()),
            "sender": label(one).map(|label| label.sender.person.to_string()),
            "key": one.row.key.to_string(),
            "right": one.row.right.to_string(),
            "since": one.since.0,
            "stands": one.stands,
        })).collect::<Vec<_>>(),
    }));
    if found.is_empty() {
        ui.say(&msg!("reach-none", who = &listed.name));
        ui.note(&msg!("reach-here-only"));
        return Ok(());
    }
    ui.heading(&msg!("reach-heading", who = &listed.name, count = found.len()));
    let rows: Vec<Vec<String>> = found.iter().map(|one| line(context, &desk, one, label(one))).collect();
    ui.table(
        &[
            msg!("name-item"),
            msg!("name-sender"),
            msg!("name-key"),
            msg!("name-right"),
            msg!("name-since-note"),
            msg!("name-state"),
            msg!("name-mark"),
        ],
        &rows,
    );
    ui.note(&msg!("reach-next"));
    ui.note(&msg!("reach-here-only"));
    Ok(())
}

fn line(context: &Context, desk: &Desk, one: &Reach, label: Option<&Label>) -> Vec<String> {
    let ui = &context.ui;
    let since = match one.since.0 {
        Some(seq) => ui.words(&msg!("since-note", seq = seq)),
        None => ui.words(&msg!("since-own-note")),
    };
    let state = if one.stands { msg!("reach-stands") } else { msg!("reach-gone") };
    let sender = label.map(|label| item_words::name_words(&desk.everyone, label.sender.person.into()));
    let group = one.row.key.groups();
    vec![
        short(one.item),
        sender.unwrap_or_default(),
        group.split(' ').next().unwrap_or(&group).to_owned(),
        ui.words(&item_words::right(&one.row.right)),
        since,
        ui.words(&state),
        label.map(|label| item_words::mark(ui, label)).unwrap_or_default(),
    ]
}

/// Every header in this home: the same item's stand together, in the order of its line.
fn headers(desk: &Desk) -> Outcome<Vec<ItemHeader>> {
    let (outbox, inbox) = (Outbox::open(&desk.home)?, Inbox::open(&desk.home)?);
    let mut headers = Vec::new();
    for item in outbox.waiting()? {
        headers.push(outbox.spooled(item)?.header);
    }
    for item in outbox.sent()? {
        headers.extend(outbox.earlier_headers(item)?);
        headers.push(outbox.sent_header(item)?.header);
        headers.extend(outbox.next_header(item)?);
    }
    for item in inbox.items()? {
        headers.push(inbox.item(item)?.header);
        headers.extend(inbox.own(item)?);
    }
    Ok(headers)
}

/// The one opening key of a person whose number begins so, stopped ones among them.
fn opening_key(entry: &PersonEntry, digits: &str) -> Outcome<KeyId> {
    let digits: String =
        digits.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    let keys = || entry.keys.iter().filter(|key| key.kind.is_opening());
    let mut found = keys().filter(|key| key.id.to_string().starts_with(&digits));
    match (found.next(), found.next()) {
        (Some(key), None) if digits.len() >= 4 => Ok(key.id),
        _ => {
            let words = keys().map(|key| format!("{} {}", key.id.groups(), key.state));
            let words: Vec<String> = words.collect();
            Err(Failure::usage(msg!("stop-which-key", keys = words.join("; "))))
        }
    }
}
