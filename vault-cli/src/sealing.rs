//! From files and a draft to sealed bytes on disk: judged first, shown next, sealed last.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use vault_core::item::ItemId;
use vault_core::sealing::files::{FileSealError, FileSealing, Inputs};
use vault_core::sealing::{Author, Draft, ReadyDraft, SealError, SealedItem};
use vault_core::stream::parts::Told;
use vault_core::stream::{Progress, Work};
use vault_core::weak_unit::WeakUnit;
use vault_keys::keyfile::PersonKeys;
use vault_keys::numbers::Holder;
use vault_relay::client::{Payload, Transfer};

use crate::approval::steps;
use crate::cli::DraftArgs;
use crate::desk::Desk;
use crate::drafting::{self, Asking};
use crate::error::{Failure, Outcome};
use crate::relay::Line;
use crate::ui::Ui;
use crate::ui::format::size;
use crate::{clock, item_words, msg, payload, people, refusals, weak_units};

/// Files and a label that no rule refuses.
#[derive(Debug)]
pub struct Prepared {
    /// The files, open.
    pub inputs: Inputs,
    /// The label as it will be.
    pub ready: ReadyDraft,
}

/// Opens the files, reads the arguments, asks for what is missing, and has every rule judge the outcome.
///
/// # Errors
/// A file is unfit, an answer is missing, or a rule refuses.
pub fn prepare(
    ui: &Ui,
    desk: &Desk,
    files: &[PathBuf],
    args: &DraftArgs,
    asking: Asking,
) -> Outcome<Prepared> {
    let inputs = payload::open(files)?;
    let draft = drafting::draft(ui, desk, args, &payload::stem(&inputs), asking)?;
    let ready = judge(desk, &draft, &inputs)?;
    Ok(Prepared { inputs, ready })
}

/// Has every rule judge a draft.
///
/// # Errors
/// The refusals, all of them.
pub fn judge(desk: &Desk, draft: &Draft, inputs: &Inputs) -> Outcome<ReadyDraft> {
    let now = clock::now();
    desk.known.may_seal(now)?;
    let item = ItemId::generate(now, &mut clock::randomness());
    let author = Author { person: desk.me, key: desk.card.signing_id(), station: desk.card.station_id() };
    desk.published(None, |published| {
        ReadyDraft::new(draft, inputs.payload().clone(), author, published, item, now)
    })?
    .map_err(|refused| refusals::failure(&refused, &desk.everyone))
}

/// Weak units among the recipients.
#[must_use]
pub fn weak_recipients(desk: &Desk, prepared: &Prepared) -> Vec<WeakUnit> {
    let copies = &prepared.ready.label().copies;
    let mut weak = desk.known.weak_units();
    weak.retain(|weak| copies.iter().any(|copy| copy.holder == Holder::Unit(weak.unit)));
    weak
}

/// Shows what is about to be sealed: once, completely, before the one yes.
pub fn summary(ui: &Ui, desk: &Desk, prepared: &Prepared) {
    for weak in weak_recipients(desk, prepared) {
        ui.warn(&weak_units::words(ui, weak, desk.known.directory().units()));
    }
    if ui.is_json() {
        return;
    }
    let (label, manifest) = (prepared.ready.label(), prepared.ready.manifest());
    let names: Vec<&str> = manifest.files.iter().map(|file| file.name.as_str()).collect();
    let files = ui.words(&msg!(
        "summary-files",
        names = ui.list(&names),
        size = size(prepared.inputs.plaintext_len().bytes())
    ));
    let mut facts = vec![(msg!("name-title"), manifest.title.clone()), (msg!("name-files"), files)];
    for (index, copy) in label.copies.iter().filter(|copy| copy.no > 0).enumerate() {
        let name = if index == 0 { msg!("name-to") } else { msg!("name-blank") };
        facts.push((name, recipient(desk, copy.holder)));
    }
    let copied: Vec<Holder> = label.copies.iter().map(|copy| copy.holder).collect();
    let others: Vec<String> = label
        .scope
        .iter()
        .filter(|holder| !copied.contains(holder))
        .map(|holder| item_words::holder_words(&desk.everyone, *holder))
        .collect();
    if !others.is_empty() {
        facts.push((msg!("name-scope-more"), ui.list(&others)));
    }
    let from = format!(
        "{} · {}",
        item_words::holder_words(&desk.everyone, desk.me.into()),
        item_words::holder_words(&desk.everyone, label.unit.into())
    );
    facts.push((msg!("name-sender"), from));
    facts.push((msg!("name-term"), item_words::term(ui, label)));
    if !label.basis.is_empty() {
        facts.push((msg!("name-basis"), label.basis.join("；")));
    }
    facts.push((msg!("name-copying"), ui.words(&item_words::copying(label.copying))));
    let signers = steps::summary(ui, desk, &label.deciders, label.made.day());
    if signers.is_empty() {
        facts.push((msg!("name-signers"), ui.words(&msg!("signers-none"))));
    }
    for (index, line) in signers.into_iter().enumerate() {
        facts.push((if index == 0 { msg!("name-signers") } else { msg!("name-blank") }, line));
    }
    if let Some(by) = label.decide_by {
        facts.push((msg!("name-decide-by"), ui.words(&msg!("decide-by-closed", time = clock::local(by)))));
    }
    facts.push((msg!("name-mark"), item_words::mark(ui, label)));
    ui.facts(&facts);
}

/// `李娜 · 财务科 科员 · p3 · 24df a703`: name, post, number and the beginning of the key it is sealed to.
fn recipient(desk: &Desk, holder: Holder) -> String {
    let line = desk
        .everyone
        .iter()
        .find(|one| one.holder == holder)
        .map_or_else(|| holder.to_string(), people::Listed::line);
    let directory = desk.known.directory();
    let key = holder.person().and_then(|person| directory.person(person)).and_then(|person| {
        person.keys.iter().find(|key| key.is_active() && key.kind.is_opening()).map(|key| key.id.groups())
    });
    match key.as_deref().and_then(|groups| groups.get(..9)) {
        Some(start) => format!("{line} · {start}"),
        None => line,
    }
}

/// Seals into one file at `target`, which must not exist; nothing is left there on failure.
///
/// # Errors
/// The input changed, the disk is full, or the output exists.
pub fn seal(ui: &Ui, prepared: Prepared, keys: &PersonKeys, target: &Path) -> Outcome<SealedItem> {
    let Prepared { inputs, ready } = prepared;
    let sealing = begin(ready, &inputs, keys, target)?;
    finish(ui, sealing, &inputs, &|_, _| {})
}

/// The same, while parts of a long item go ahead to the relay as they are sealed: [`delivery::submit`](crate::delivery::submit)
/// finds them there.
///
/// # Errors
/// As [`seal`]: what the relay says is heard when the item is submitted.
pub fn seal_sending(
    ui: &Ui,
    prepared: Prepared,
    keys: &PersonKeys,
    target: &Path,
    line: &Line,
) -> Outcome<SealedItem> {
    let Prepared { inputs, ready } = prepared;
    let (item, level) = (ready.label().item, ready.label().level);
    let sealing = begin(ready, &inputs, keys, target)?;
    let length = sealing.content_len();
    if length.parts() < PARTS_AHEAD {
        return finish(ui, sealing, &inputs, &|_, _| {});
    }
    let (file, offset) = sealing.file().map_err(|error| seal_failure(&error))?;
    let payload = Payload { spool: Arc::new(file), offset, length };
    let (tell, told) = tokio::sync::mpsc::unbounded_channel();
    let (client, transfer) = (line.client().clone(), Arc::new(Transfer::default()));
    let moved = Arc::clone(&transfer);
    let ahead = line.begin(async move { client.send_ahead(item, level, &payload, told, &moved).await });
    let sealed = finish(ui, sealing, &inputs, &|index, value| {
        // Where nobody listens any more, the part goes when the item is submitted.
        tell.send((index, value)).ok();
    });
    drop(tell);
    if sealed.is_err() {
        transfer.cancel();
    }
    ui.progress(&msg!("progress-send"), length.bytes())
        .during(|| transfer.moved_bytes(), || line.finish(ahead));
    sealed
}

/// Shorter items are sent when they are sealed: telling the relay of them first would take longer.
const PARTS_AHEAD: u64 = 4;

fn begin<'a>(
    ready: ReadyDraft,
    inputs: &Inputs,
    keys: &'a PersonKeys,
    target: &Path,
) -> Outcome<FileSealing<'a>> {
    FileSealing::begin(ready, inputs.plaintext_len(), target, &keys.signing, &mut clock::randomness())
        .map_err(|error| seal_failure(&error))
}

fn finish(ui: &Ui, sealing: FileSealing<'_>, inputs: &Inputs, told: &Told<'_>) -> Outcome<SealedItem> {
    let progress = Progress::new();
    let work = Work::new(&progress);
    ui.progress(&msg!("progress-seal"), inputs.plaintext_len().bytes())
        .during(|| progress.done_bytes(), || sealing.seal(inputs, &work, told))
        .map_err(|error| seal_failure(&error))
}

fn seal_failure(error: &FileSealError) -> Failure {
    match error {
        FileSealError::Output { path, error } => Failure::io(path, error),
        FileSealError::Seal(SealError::Refused(refused)) => refusals::failure(refused, &[]),
        FileSealError::Seal(error) => storage_full(error).unwrap_or_else(|| {
            Failure::failed(msg!("seal-failed")).because(error).hint(msg!("seal-failed-next"))
        }),
        other => Failure::failed(msg!("seal-failed")).because(other),
    }
}

/// Whether somewhere inside an error stands a full disk.
#[must_use]
pub fn storage_full(error: &(dyn std::error::Error + 'static)) -> Option<Failure> {
    let mut next = Some(error);
    while let Some(inner) = next {
        if let Some(io) = inner.downcast_ref::<std::io::Error>()
            && matches!(io.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
        {
            return Some(Failure::failed(msg!("io-full-here")).hint(msg!("io-full-next")));
        }
        next = inner.source();
    }
    None
}
