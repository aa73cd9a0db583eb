//! Resealing a received item: the same text under a new file key, for whoever holds it (docs/item.md, "Resealing").

use vault_core::item::ItemId;
use vault_core::sealing::files::{FileSealError, seal_source};
use vault_core::sealing::{Author, ReadyDraft, ResealError, SealError};
use vault_core::stream::{Progress, Work};

use crate::custody::Opened;
use crate::error::{Failure, Outcome};
use crate::evidence::Kept;
use crate::sealing::storage_full;
use crate::ui::Ui;
use crate::{clock, content, msg, opening, refusals};

/// What an item would become, judged by every rule.
///
/// # Errors
/// A rule refuses it, or the organisation in hand is too old to seal by.
pub fn prepare(opened: &Opened) -> Outcome<ReadyDraft> {
    let (desk, now) = (&opened.desk, clock::now());
    desk.known.may_seal(now)?;
    let item = ItemId::generate(now, &mut clock::randomness());
    let author = Author { person: desk.me, key: desk.card.signing_id(), station: desk.card.station_id() };
    desk.published(None, |published| {
        ReadyDraft::reseal(&opened.unlocked, &opened.content, author, published, item, now)
    })?
    .map_err(|error| match error {
        ResealError::Refused(refused) => refusals::failure(&refused, &desk.everyone),
        ResealError::Open(error) => opening::failure(&error),
        other => Failure::failed(msg!("reseal-failed")).because(&other),
    })
}

/// Seals it into the inbox, and proves what was sealed as any reader will: the whole of it is what the first sender
/// sealed. What does not prove so is not kept.
///
/// # Errors
/// It cannot be sealed, or the content in hand is not what the first sender sealed.
pub fn seal(ui: &Ui, opened: &Opened, ready: ReadyDraft) -> Outcome<ItemId> {
    let item = ready.label().item;
    let target = opened.inbox.partial(item);
    let sealed = write(ui, opened, ready, &target).and_then(|()| prove(ui, opened, &target));
    if let Err(failure) = sealed {
        opened.inbox.forget_partial(item);
        return Err(failure);
    }
    let kept = Kept { time: Some(clock::now()), ..Kept::new() };
    opened.inbox.complete(item, &kept)?;
    Ok(item)
}

fn write(ui: &Ui, opened: &Opened, ready: ReadyDraft, target: &std::path::Path) -> Outcome {
    let length = opened.unlocked.plaintext_len();
    let plaintext = opened.unlocked.plaintext(&opened.content).map_err(|error| opening::failure(&error))?;
    let (progress, rng) = (Progress::new(), &mut clock::randomness());
    let work = Work::new(&progress);
    let sealed = ui.progress(&msg!("progress-seal"), length.bytes()).during(
        || progress.done_bytes(),
        || seal_source(ready, &plaintext, length, target, opened.signing(), rng, &work),
    );
    sealed.map(drop).map_err(|error| {
        storage_full(&error).unwrap_or_else(|| match &error {
            FileSealError::Output { path, error } => Failure::io(path, error),
            FileSealError::Seal(SealError::Refused(refused)) => {
                refusals::failure(refused, &opened.desk.everyone)
            }
            other => Failure::failed(msg!("reseal-failed")).because(other),
        })
    })
}

fn prove(ui: &Ui, opened: &Opened, target: &std::path::Path) -> Outcome {
    let source = content::source(target)?;
    let item = opened.unlock_also(source.header)?;
    let progress = Progress::new();
    let proved = ui
        .progress(&msg!("progress-verify"), item.plaintext_len().bytes())
        .during(|| progress.done_bytes(), || item.prove_resealed(&source.content, &Work::new(&progress)));
    proved.map_err(|error| opening::failure(&error))
}
