//! Parts whose bytes are not what was stored: put aside, entered as `spoilt`, and named to whoever asks for them.

use std::sync::Arc;

use vault_core::item::LabelHash;
use vault_core::register::event::{Event, EventKind};

use super::context::{Context, blocking};
use super::entry::Chain;
use super::failure::Failure;
use crate::proto::codes::RelayCode;
use crate::store::{ItemRecord, PartsName};

/// Parts named one by one; the rest is counted.
const NAMED_MOST: usize = 32;

/// Enters that these parts of an item are damaged, and puts them aside. Known damage changes nothing.
///
/// They were read under this name: where the payload went meanwhile, there is none that could be damaged, and what came again
/// under another name is another one.
pub(crate) async fn enter(
    context: &Arc<Context>,
    (label, name): (LabelHash, PartsName),
    indices: Vec<u64>,
) -> Result<(), Failure> {
    let (ctx, parts) = (Arc::clone(context), indices.clone());
    let entered = context.write(move |transaction| {
        let (force, now) = (ctx.current.require()?, ctx.now());
        let item = transaction.item(label)?.filter(|item| item.payload == Some(name));
        let Some(mut item) = item else { return Ok(false) };
        let mut news = false;
        for index in &parts {
            news |= transaction.put_damage(label, *index, now)?;
        }
        if news {
            let event = Event {
                item: Some(item.item),
                label: Some(label),
                content: Some(item.content),
                note: Some(names(&item, &transaction.damage(label)?)),
                ..Event::of_relay(force.org(), EventKind::Spoilt, now)
            };
            let mut chain = Chain::new(&ctx, &force, Some(item.last_leaf));
            chain.event(transaction, &event)?;
            item.last_leaf = chain.last()?;
            transaction.update_item(&item)?;
        }
        Ok(true)
    });
    if entered.await? {
        tracing::error!(%label, parts = ?indices, "parts of a payload are damaged; they are put aside in parts/damaged");
        let ctx = Arc::clone(context);
        blocking(move || {
            indices.iter().try_for_each(|index| ctx.parts.set_aside(name, *index)).map_err(Failure::from)
        })
        .await?;
    }
    Ok(())
}

/// What whoever asks for damaged parts is told.
pub(crate) fn refusal(item: &ItemRecord, damaged: &[u64]) -> Failure {
    let reason = format!(
        "{} of the payload are damaged on the relay's disk; the sender has to send the document again",
        names(item, damaged)
    );
    Failure::refuse(RelayCode::PayloadDamaged, reason)
}

/// `parts 0, 7 of 12`.
fn names(item: &ItemRecord, damaged: &[u64]) -> String {
    let named: Vec<String> = damaged.iter().take(NAMED_MOST).map(ToString::to_string).collect();
    let more = match damaged.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("parts {}{more} of {}", named.join(", "), item.length.parts())
}
