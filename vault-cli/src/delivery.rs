//! Handing a sealed item to the relay, and keeping what it answers.

use std::sync::Arc;

use vault_core::item::ItemId;
use vault_core::stream::ContentLen;
use vault_core::transfer::item::ItemState;
use vault_relay::client::{Evidence, Payload, Transfer};

use crate::clock;
use crate::error::{Failure, Outcome};
use crate::evidence::{Kept, LeafAndProof};
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
    if !spooled.is_whole() {
        return Err(Failure::new(crate::error::Kind::Integrity, msg!("spool-changed"))
            .code("spool-changed")
            .hint(msg!("spool-changed-next")));
    }
    let header = spooled.header;
    let length = header.label().value().content.length;
    let payload = Payload {
        spool: Arc::new(spooled.file),
        offset: header.len() as u64,
        length: ContentLen::new(length)
            .map_err(|error| Failure::failed(msg!("spool-changed")).because(&error))?,
    };
    let transfer = Arc::new(Transfer::default());
    let acceptance = ui.progress(&msg!("progress-send"), length).during(
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
