//! Handing a sealed item to the relay, and keeping what it answers.

use std::sync::Arc;

use vault_core::item::{ItemHeader, ItemId};
use vault_core::transfer::item::ItemState;
use vault_relay::client::{Evidence, Transfer};

use crate::clock;
use crate::error::Outcome;
use crate::evidence::{Kept, LeafAndProof};
use crate::itemfile::ItemFile;
use crate::msg;
use crate::outbox::Outbox;
use crate::relay::Line;
use crate::ui::Ui;

/// Submits what lies in the outbox; afterwards its evidence lies among what was sent.
///
/// # Errors
/// The relay refuses or breaks off; then the item stays in the outbox.
pub fn submit(ui: &Ui, outbox: &Outbox, line: &Line, item: ItemId) -> Outcome<Vec<Evidence>> {
    let spooled = outbox.spooled(item)?;
    let header = spooled.header.clone();
    let payload = spooled.into_payload()?;
    let transfer = Arc::new(Transfer::default());
    let acceptance = ui.progress(&msg!("progress-send"), payload.length.bytes()).during(
        || transfer.moved_bytes(),
        || line.wait(line.client().submit(header.label_hash(), header.bytes(), &payload, &transfer)),
    )?;
    let mut kept = Kept::new();
    kept.add(acceptance.evidence.iter().map(LeafAndProof::from));
    kept.time = Some(clock::now());
    if !header.label().value().deciders.is_empty() {
        kept.told = Some(ItemState::Proposed.word().to_owned());
    }
    outbox.accepted(item, header.bytes(), &kept)?;
    Ok(acceptance.evidence)
}

/// Hands the next header of an item in; where the relay keeps the content no more, with the content from `file`. Answers the
/// leaf it was entered under.
///
/// # Errors
/// The relay refuses, or breaks off; the same again goes on where it was.
pub fn next_header(
    ui: &Ui,
    line: &Line,
    header: &ItemHeader,
    file: impl FnOnce() -> Outcome<ItemFile>,
) -> Outcome<Evidence> {
    match line.wait(line.client().replace_header(header.label_hash(), header.bytes())) {
        Err(failure) if failure.code.as_deref() == Some("payload-gone") => {}
        other => return other,
    }
    let payload = file()?.into_payload()?;
    let transfer = Arc::new(Transfer::default());
    ui.progress(&msg!("progress-send"), payload.length.bytes())
        .during(|| transfer.moved_bytes(), || line.wait(line.client().bring(header, &payload, &transfer)))
}
