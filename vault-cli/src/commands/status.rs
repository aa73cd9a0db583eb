//! `vault status`: where the copies of what was sent are, and the evidence for it.

use serde_json::{Value, json};
use vault_core::item::LabelHash;
use vault_core::transfer::copy::CopyState;
use vault_relay::client::{Copy, Folder, ItemStatus};

use crate::context::Context;
use crate::desk::Desk;
use crate::error::Outcome;
use crate::evidence::LeafAndProof;
use crate::inbox::Inbox;
use crate::lang::Msg;
use crate::outbox::{Outbox, find_item, short};
use crate::relay::Line;
use crate::{clock, item_words, itemfile, msg, receiving, waiting};

pub(super) fn run(context: &Context, word: Option<&str>) -> Outcome {
    let desk = Desk::open(context)?;
    let line = Line::dial(&desk.home, &desk.known)?;
    let outcome = match word {
        None => list(context, &desk, &line),
        Some(word) => one(context, &desk, &line, word),
    };
    let closed = line.close();
    outcome.and(closed)
}

fn list(context: &Context, desk: &Desk, line: &Line) -> Outcome {
    let ui = &context.ui;
    let sent = waiting::all(line, Folder::Sent)?;
    let mut documents = Vec::new();
    let mut rows = Vec::new();
    for item in &sent {
        let label = item.label.value();
        // A listing of what was sent does not carry the copies: they are asked for item by item.
        let status = line.wait(line.client().status(item.hash()))?;
        let to: Vec<String> = label
            .copies
            .iter()
            .filter(|copy| copy.no > 0)
            .map(|copy| item_words::name_words(&desk.everyone, copy.holder))
            .collect();
        rows.push(vec![
            short(label.item),
            clock::local(item.accepted),
            ui.list(&to),
            ui.words(&progress_words(&status)),
            item_words::mark(ui, label),
        ]);
        documents.push(json!({
            "item": label.item.to_string(),
            "state": item.state.word(),
            "accepted": item.accepted.to_string(),
            "copies": status.copies.iter().map(copy_document).collect::<Vec<_>>(),
        }));
    }
    ui.json(&json!({ "sent": documents }));
    if rows.is_empty() {
        ui.say(&msg!("nothing-sent"));
        return Ok(());
    }
    ui.table(
        &[msg!("name-item"), msg!("name-accepted"), msg!("name-to"), msg!("name-state"), msg!("name-mark")],
        &rows,
    );
    Ok(())
}

fn progress_words(status: &ItemStatus) -> Msg {
    let all = status.copies.len();
    let received = status.copies.iter().filter(|copy| copy.state == CopyState::Received).count();
    if all == 0 {
        item_state_words(status.state.word())
    } else {
        msg!("received-of", received = received, all = all)
    }
}

fn one(context: &Context, desk: &Desk, line: &Line, word: &str) -> Outcome {
    let ui = &context.ui;
    let (label, header) = find(desk, word)?;
    let status = line.wait(line.client().status(label))?;
    keep(desk, &header, &status)?;
    let leaves: Vec<Value> = status
        .evidence
        .iter()
        .map(|evidence| {
            let (index, kind, time) = receiving::line_of(evidence);
            json!({ "index": index, "kind": kind, "time": time.to_string() })
        })
        .collect();
    ui.json(&json!({
        "item": header.header.label().value().item.to_string(),
        "state": status.state.word(),
        "accepted": status.accepted.to_string(),
        "released": status.released.map(|time| time.to_string()),
        "copies": status.copies.iter().map(copy_document).collect::<Vec<_>>(),
        "evidence": leaves,
    }));
    ui.facts(&[
        (msg!("name-item"), header.header.label().value().item.to_string()),
        (msg!("name-state"), ui.words(&item_state_words(status.state.word()))),
        (msg!("name-accepted"), clock::local(status.accepted)),
        (msg!("name-mark"), item_words::mark(ui, header.header.label().value())),
    ]);
    ui.gap();
    let rows: Vec<Vec<String>> = status.copies.iter().map(|copy| copy_row(context, desk, copy)).collect();
    ui.table(
        &[msg!("name-copy"), msg!("name-holder"), msg!("name-state"), msg!("name-since"), msg!("name-by")],
        &rows,
    );
    ui.gap();
    let rows: Vec<Vec<String>> = status
        .evidence
        .iter()
        .map(|evidence| {
            let (index, kind, time) = receiving::line_of(evidence);
            vec![index.to_string(), clock::local(time), ui.words(&event_words(&kind))]
        })
        .collect();
    ui.table(&[msg!("name-leaf"), msg!("name-time"), msg!("name-event")], &rows);
    ui.note(&msg!("evidence-checked"));
    Ok(())
}

/// An item sent from here, or received here.
fn find(desk: &Desk, word: &str) -> Outcome<(LabelHash, itemfile::ItemFile)> {
    let outbox = Outbox::open(&desk.home)?;
    let file = match find_item(&outbox.sent()?, word) {
        Ok(item) => outbox.sent_header(item)?,
        Err(failure) => {
            let inbox = Inbox::open(&desk.home)?;
            let item = inbox.find(word).map_err(|_| failure)?;
            inbox.item(item)?
        }
    };
    Ok((file.header.label_hash(), file))
}

/// New leaves are kept beside what was kept before.
fn keep(desk: &Desk, file: &itemfile::ItemFile, status: &ItemStatus) -> Outcome {
    let item = file.header.label().value().item;
    let new = status.evidence.iter().map(LeafAndProof::from);
    let outbox = Outbox::open(&desk.home)?;
    if outbox.sent()?.contains(&item) {
        let mut kept = outbox.evidence(item)?;
        kept.add(new);
        return outbox.keep(item, &kept);
    }
    let inbox = Inbox::open(&desk.home)?;
    let mut kept = inbox.evidence(item)?;
    kept.add(new);
    inbox.keep(item, &kept)
}

fn copy_row(context: &Context, desk: &Desk, copy: &Copy) -> Vec<String> {
    vec![
        format!("{:06}", copy.no),
        item_words::name_words(&desk.everyone, copy.holder),
        context.ui.words(&copy_state_words(copy.state)),
        clock::local(copy.since),
        copy.person.map(|person| item_words::name_words(&desk.everyone, person.into())).unwrap_or_default(),
    ]
}

fn copy_document(copy: &Copy) -> Value {
    json!({
        "copy": copy.no,
        "holder": copy.holder.to_string(),
        "state": copy.state.word(),
        "number": copy.number,
        "since": copy.since.to_string(),
        "person": copy.person.map(|person| person.to_string()),
    })
}

/// The state of a copy in words.
pub(crate) fn copy_state_words(state: CopyState) -> Msg {
    match state {
        CopyState::Available => msg!("copy-available"),
        CopyState::Demanded => msg!("copy-demanded"),
        CopyState::Received => msg!("copy-received"),
        CopyState::Returned => msg!("copy-returned"),
        CopyState::Recalled => msg!("copy-recalled"),
        CopyState::Withheld => msg!("copy-withheld"),
        CopyState::Expired => msg!("copy-expired"),
    }
}

fn item_state_words(word: &str) -> Msg {
    match word {
        "proposed" => msg!("item-proposed"),
        "released" => msg!("item-released"),
        "refused" => msg!("item-refused"),
        "withdrawn" => msg!("item-withdrawn"),
        "lapsed" => msg!("item-lapsed"),
        _ => Msg::new("word-other").with("word", word),
    }
}

/// What a leaf of the register says, in words.
pub(crate) fn event_words(kind: &str) -> Msg {
    match kind {
        "label" => msg!("event-label"),
        "access" => msg!("event-access"),
        "accepted" => msg!("event-accepted"),
        "released" => msg!("event-released"),
        "available" => msg!("event-available"),
        "shown" => msg!("event-shown"),
        "demanded" => msg!("event-demanded"),
        "received" => msg!("event-received"),
        "damaged" => msg!("event-damaged"),
        "opened" => msg!("event-opened"),
        "exported" => msg!("event-exported"),
        "recovered" => msg!("event-recovered"),
        "refused" => msg!("event-refused"),
        "lapsed" => msg!("event-lapsed"),
        "removed" => msg!("event-removed"),
        _ => Msg::new("word-other").with("word", kind),
    }
}
