//! Work that no request waits for: lapsed demands and proposals, expired copies, abandoned uploads, payloads nobody can
//! fetch any more.

use std::sync::Arc;
use std::time::Duration;

use vault_core::item::LabelHash;
use vault_core::register::event::{Event, EventKind};
use vault_core::transfer::copy::Step;
use vault_core::transfer::item::ItemState;
use vault_keys::time::Time;

use super::context::Context;
use super::entry::Chain;
use super::failure::Failure;
use super::force::Force;
use super::handlers::{end_proposal, let_payload_go};
use crate::store::{ItemRecord, Transaction};

/// How often it is done.
const INTERVAL: Duration = Duration::from_secs(10 * 60);

const DAY_SECONDS: i64 = 24 * 3600;

/// Does it at once and then at intervals, for ever.
pub(crate) async fn run(context: Arc<Context>) {
    let mut tick = tokio::time::interval(INTERVAL);
    loop {
        tick.tick().await;
        if let Err(error) = sweep(&context).await {
            tracing::error!(error = %super::connection::chain(&error), "upkeep failed; it is tried again");
        }
    }
}

/// Everything once. What fails for one item is tried again the next time, and keeps nothing else waiting.
pub(crate) async fn sweep(context: &Arc<Context>) -> Result<(), Failure> {
    let Some(force) = context.current.get() else { return Ok(()) };
    let now = context.now();
    if !context.clock_is_even() {
        return remove_parts(context).await;
    }
    let uploads_before = now.plus_seconds(-i64::from(context.limits().upload_days) * DAY_SECONDS);
    let demanded_before = now.plus_seconds(-i64::from(force.newest.policy.value().demand_days) * DAY_SECONDS);
    let mut failed = Failed(None);
    let uploads = context.read(move |view| Ok(view.uploads_before(uploads_before)?));
    for name in failed.or_none(uploads.await) {
        let abandon = context.write(move |transaction| {
            // Opened again meanwhile: not abandoned.
            if transaction.upload(name)?.is_some_and(|upload| upload.opened < uploads_before) {
                transaction.remove_upload(name)?;
                transaction.put_removal(name)?;
            }
            Ok(())
        });
        failed.note(abandon.await);
    }
    let demanded = context.read(move |view| Ok(view.demanded_before(demanded_before)?));
    for consignment in failed.or_none(demanded.await) {
        let ctx = Arc::clone(context);
        let lapse =
            context.write(move |transaction| lapse(&ctx, transaction, consignment, demanded_before, now));
        failed.note(lapse.await);
    }
    for label in failed.or_none(context.read(move |view| Ok(view.overdue(now)?)).await) {
        let ctx = Arc::clone(context);
        failed.note(context.write(move |transaction| expire(&ctx, transaction, label, now)).await);
    }
    for label in failed.or_none(context.read(move |view| Ok(view.undecided(now)?)).await) {
        let ctx = Arc::clone(context);
        failed.note(context.write(move |transaction| end_undecided(&ctx, transaction, label, now)).await);
    }
    for label in failed.or_none(context.read(|view| Ok(view.spent()?)).await) {
        let ctx = Arc::clone(context);
        let let_go = context.write(move |transaction| {
            let force = ctx.current.require()?;
            if let Some(mut item) = transaction.item(label)? {
                let_payload_go(&ctx, &force, transaction, &mut item, now)?;
                transaction.update_item(&item)?;
            }
            Ok(())
        });
        failed.note(let_go.await);
    }
    failed.note(remove_parts(context).await);
    failed.0.map_or(Ok(()), Err)
}

/// The first thing that failed; what failed after it is most often the same.
struct Failed(Option<Failure>);

impl Failed {
    fn note(&mut self, done: Result<(), Failure>) {
        if let Err(failure) = done {
            self.0.get_or_insert(failure);
        }
    }

    /// What was found; nothing where that failed.
    fn or_none<T>(&mut self, found: Result<Vec<T>, Failure>) -> Vec<T> {
        found.unwrap_or_else(|failure| {
            self.note(Err(failure));
            Vec::new()
        })
    }
}

/// Removes the parts of payloads that a transaction gave up; repeated after a crash until done.
pub(crate) async fn remove_parts(context: &Arc<Context>) -> Result<(), Failure> {
    // A backup under way copies what its metadata names; what is to go waits for the next time.
    let Ok(_removing) = context.removing.try_read() else { return Ok(()) };
    let names = context.read(|view| Ok(view.removals()?)).await?;
    for name in names {
        let ctx = Arc::clone(context);
        context
            .write(move |transaction| {
                // Nobody can begin the same upload again while this transaction runs; whoever has begun before
                // keeps what is there, and so does an item: it may have been submitted since it was noted here.
                let uploads = transaction.upload(name)?.is_some();
                if !uploads && transaction.payload_under(name)?.is_none() {
                    ctx.parts.remove(name)?;
                }
                Ok(transaction.remove_removal(name)?)
            })
            .await?;
    }
    Ok(())
}

/// Ends every demand of a copy that got no receipt in time; the copy is available again.
fn lapse(
    context: &Context,
    transaction: &mut dyn Transaction,
    (label, no, hop): (LabelHash, u32, u32),
    before: Time,
    now: Time,
) -> Result<(), Failure> {
    let force = context.current.require()?;
    let copy = transaction.copies(label)?.into_iter().find(|copy| (copy.copy, copy.hop) == (no, hop));
    let (Some(mut copy), Some(mut item)) = (copy, transaction.item(label)?) else { return Ok(()) };
    let mut chain = Chain::new(context, &force, Some(item.last_leaf));
    for demand in copy.consignment.lapse(before) {
        let event = Event { refers: Some(demand), ..about(&force, &item, EventKind::Lapsed, no, now) };
        chain.event(transaction, &event)?;
        copy.since = now;
    }
    item.last_leaf = chain.last()?;
    transaction.put_copy(&copy)?;
    Ok(transaction.update_item(&item)?)
}

/// Ends every copy that nobody has demanded by the label's last time.
fn expire(
    context: &Context,
    transaction: &mut dyn Transaction,
    label: LabelHash,
    now: Time,
) -> Result<(), Failure> {
    let force = context.current.require()?;
    let Some(mut item) = transaction.item(label)? else { return Ok(()) };
    let mut chain = Chain::new(context, &force, Some(item.last_leaf));
    for mut copy in transaction.copies(label)? {
        // Demanded ones run on until receipt or lapse; ended ones stay as they are.
        if copy.consignment.expire() == Ok(Step::Done) {
            chain.event(transaction, &about(&force, &item, EventKind::Expired, copy.copy, now))?;
            copy.since = now;
            transaction.put_copy(&copy)?;
        }
    }
    item.last_leaf = chain.last()?;
    Ok(transaction.update_item(&item)?)
}

/// Ends a proposal on which nobody completed the decisions in time.
fn end_undecided(
    context: &Context,
    transaction: &mut dyn Transaction,
    label: LabelHash,
    now: Time,
) -> Result<(), Failure> {
    let force = context.current.require()?;
    let Some(mut item) = transaction.item(label)? else { return Ok(()) };
    // Decided while the list was gone through.
    if item.state != ItemState::Proposed {
        return Ok(());
    }
    let mut chain = Chain::new(context, &force, Some(item.last_leaf));
    let lapsed = Event {
        item: Some(item.item),
        label: Some(item.label),
        ..Event::of_relay(force.org(), EventKind::Lapsed, now)
    };
    chain.event(transaction, &lapsed)?;
    end_proposal(context, &force, transaction, &mut item, (ItemState::Lapsed, &chain), now)
}

fn about(force: &Force, item: &ItemRecord, kind: EventKind, copy: u32, now: Time) -> Event {
    Event {
        item: Some(item.item),
        label: Some(item.label),
        copy: Some(copy),
        ..Event::of_relay(force.org(), kind, now)
    }
}
