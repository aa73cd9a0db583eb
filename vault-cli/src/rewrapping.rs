//! Re-wrapping what is in this home, after keys were replaced or stopped: the next shared notes of what was sent from
//! here, and the reader's own notes for what was received (docs/item.md, "Re-wrapping").

use std::collections::BTreeMap;

use vault_core::admission::Entered;
use vault_core::item::{Access, ItemHeader, ItemId};
use vault_core::rewrap::many::{Held, Run};
use vault_core::rewrap::{NextRows, RewrapError, Rewrapped, Rewrapper};
use vault_core::stream::{Progress, Work};
use vault_keys::key_id::KeyId;
use vault_keys::keyfile::PersonKeys;
use vault_keys::note::Signed;
use vault_keys::secret::FileKey;

use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::evidence::LeafAndProof;
use crate::history::History;
use crate::inbox::Inbox;
use crate::outbox::{Outbox, short};
use crate::relay::Line;
use crate::ui::Ui;
use crate::{clock, msg, opening, refusals};

/// A header that is ready and not yet put in the place of the one before.
#[derive(Debug)]
pub struct Ready {
    /// The item.
    pub item: ItemId,
    /// The header that stands now.
    pub before: ItemHeader,
    /// The one to come.
    pub header: ItemHeader,
    /// What becomes of the rows; none where the header was made by an earlier run whose answer was lost.
    pub rows: Option<NextRows>,
}

/// What a look through the items came to.
#[derive(Debug, Default)]
pub struct Looked {
    /// What there is to do, by item.
    pub ready: Vec<Ready>,
    /// Items whose rows are in order.
    pub unchanged: usize,
    /// Items that cannot be re-wrapped here, in one failure.
    pub failed: Option<Failure>,
}

/// Makes the next shared headers of these sent items; nothing is handed in yet.
///
/// # Errors
/// The folders cannot be read.
pub fn next(desk: &Desk, keys: &PersonKeys, outbox: &Outbox, items: &[ItemId]) -> Outcome<Looked> {
    let mut looked = Looked::default();
    // An earlier directory is read once for all items that name it.
    let mut by_directory: BTreeMap<u32, Vec<ItemHeader>> = BTreeMap::new();
    for item in items {
        let header = outbox.sent_header(*item)?.header;
        match outbox.next_header(*item)? {
            Some(next) => {
                looked.ready.push(Ready { item: *item, before: header, header: next, rows: None });
            }
            None => by_directory.entry(header.label().value().directory.version).or_default().push(header),
        }
    }
    let identities: Vec<_> = keys.identities().collect();
    let rewrapper = Rewrapper::new(desk.me, &keys.signing, &identities, desk.known.directory());
    let (ids, history, progress) = (opening::key_ids(keys), History::here(), Progress::new());
    for (version, headers) in by_directory {
        let versions = headers.iter().flat_map(opening::versions).chain([version]);
        desk.published(versions, |published| {
            let run = Run { published: *published, reader: history.reader(&ids, None), now: clock::now() };
            let rng = |_| clock::randomness();
            let mut before = headers.iter();
            let all = headers.iter().cloned();
            rewrapper.next_many(all, &run, &Work::new(&progress), rng, |_, outcome| {
                // Outcomes come in the order of the headers.
                if let Some(before) = before.next() {
                    looked.take(desk, before, outcome);
                }
            })
        })?
        .map_err(|error| Failure::failed(msg!("rewrap-failed")).because(&error))?;
    }
    looked.ready.sort_by_key(|ready| ready.item);
    Ok(looked)
}

/// Those of which a copy still waits, and the items of the others: nobody would be served by another header.
///
/// # Errors
/// The relay cannot be asked.
pub fn waiting(line: &Line, ready: Vec<Ready>) -> Outcome<(Vec<Ready>, Vec<ItemId>)> {
    let (mut waiting, mut ended) = (Vec::new(), Vec::new());
    for one in ready {
        let status = line.wait(line.client().status(one.header.label_hash()))?;
        // What an earlier run handed in is finished whatever became of the copies: the answer is still to come.
        if one.rows.is_none() || status.copies.iter().any(|copy| !copy.state.is_final()) {
            waiting.push(one);
        } else {
            ended.push(one.item);
        }
    }
    Ok((waiting, ended))
}

/// Makes the reader's own headers for these received items, in parallel; nothing is kept yet.
///
/// # Errors
/// The folders cannot be read.
pub fn own(ui: &Ui, desk: &Desk, keys: &PersonKeys, inbox: &Inbox, items: &[ItemId]) -> Outcome<Looked> {
    let mut looked = Looked::default();
    // An earlier directory is read once for all items that name it.
    let mut by_directory: BTreeMap<u32, Vec<Found>> = BTreeMap::new();
    for item in items {
        match found(desk, keys, inbox, *item) {
            Ok(found) => {
                by_directory.entry(found.header.label().value().directory.version).or_default().push(found);
            }
            Err(failure) => Failure::gather(&mut looked.failed, failure.on_item(&short(*item))),
        }
    }
    let identities: Vec<_> = keys.identities().collect();
    let rewrapper = Rewrapper::new(desk.me, &keys.signing, &identities, desk.known.directory());
    let (present, every, progress) = (opening::key_ids(keys), opening::every_key_id(desk), Progress::new());
    let shown = ui.progress_of_items(&msg!("progress-rewrap"), items.len() as u64);
    // Counted over all directories: each run counts its own items.
    shown.during(
        || progress.done_bytes(),
        || {
            by_directory.values().try_for_each(|all| {
                let entered: Vec<_> = all.iter().map(|one| one.history.entered()).collect();
                let held = all.iter().zip(&entered);
                let held = held.map(|(one, entered)| one.held(&present, &every, entered.as_deref()));
                let versions = all
                    .iter()
                    .flat_map(|one| opening::versions(&one.header).into_iter().chain(one.history.versions()));
                desk.published(versions, |published| {
                    let mut before = all.iter();
                    let (rng, work) = (|_| clock::randomness(), Work::new(&progress));
                    rewrapper.own_many(held, (published, clock::now()), &work, rng, |_, outcome| {
                        // Outcomes come in the order of the items.
                        if let Some(found) = before.next() {
                            looked.take(desk, &found.header, outcome);
                        }
                    })
                })?
                .map_err(|error| Failure::failed(msg!("rewrap-failed")).because(&error))
            })
        },
    )?;
    looked.ready.sort_by_key(|ready| ready.item);
    Ok(looked)
}

/// A received item as its reader opens it now.
struct Found {
    /// As it came, or with the reader's own note.
    header: ItemHeader,
    /// The shared note it came with.
    shared: Signed<Access>,
    history: History,
    /// What a recovery run gave back, where the item is opened by that.
    file_key: Option<FileKey>,
}

fn found(desk: &Desk, keys: &PersonKeys, inbox: &Inbox, item: ItemId) -> Outcome<Found> {
    let shown = inbox.item(item)?.header;
    let (shared, kept) = (shown.access().clone(), inbox.evidence(item)?);
    if let Some(header) = inbox.own(item)? {
        let history = History::kept(desk, &header, &kept).with_shared(&shared);
        return Ok(Found { header, shared, history, file_key: None });
    }
    let history = History::kept(desk, &shown, &kept);
    let file_key = match inbox.restored(item)? {
        Some(restored) => Some(opening::restored_key(desk, &shown, keys, &restored)?),
        None => None,
    };
    Ok(Found { header: shown, shared, history, file_key })
}

impl Found {
    /// As the re-wrapper takes it. What a recovery run gave back was sealed to a key that is lost.
    fn held<'a>(
        &'a self,
        present: &'a [KeyId],
        every: &'a [KeyId],
        entered: Option<&'a [Entered<'a>]>,
    ) -> Held<'a> {
        let keys = if self.file_key.is_some() { every } else { present };
        let (header, shared, file_key) = (&self.header, &self.shared, self.file_key.as_ref());
        Held { header, shared, reader: self.history.reader(keys, entered), file_key }
    }
}

/// Has the rules judge an own header as its reader will, and keeps it.
///
/// # Errors
/// A rule refuses it, or the disk does.
pub fn keep_own(desk: &Desk, keys: &PersonKeys, inbox: &Inbox, ready: &Ready) -> Outcome {
    let shown = inbox.item(ready.item)?.header;
    let kept = inbox.evidence(ready.item)?;
    let history = History::kept(desk, &ready.header, &kept).with_shared(shown.access());
    drop(opening::admit(desk, ready.header.clone(), &opening::key_ids(keys), &history)?);
    inbox.keep_own(ready.item, &ready.header)
}

/// Hands a next header in and puts it in the place of the one before; answers its leaf.
///
/// # Errors
/// The relay refuses, or cannot be asked; then the header stays ready for another try unless it can never be taken.
pub fn hand_in(line: &Line, outbox: &Outbox, ready: &Ready) -> Outcome<u64> {
    outbox.keep_next(ready.item, &ready.header)?;
    let label = ready.header.label_hash();
    match line.wait(line.client().replace_header(label, ready.header.bytes())) {
        Ok(evidence) => {
            let mut kept = outbox.evidence(ready.item)?;
            kept.add([LeafAndProof::from(&evidence)]);
            outbox.replaced(ready.item, &ready.before, &kept)?;
            Ok(evidence.leaf.index)
        }
        Err(failure) => {
            if failure.kind == crate::error::Kind::Refused {
                outbox.forget_next(ready.item)?;
            }
            Err(failure)
        }
    }
}

impl Looked {
    fn take(&mut self, desk: &Desk, before: &ItemHeader, outcome: Result<Option<Rewrapped>, RewrapError>) {
        let item = before.label().value().item;
        match outcome {
            Ok(None) => self.unchanged += 1,
            Ok(Some(Rewrapped { header, rows })) => {
                self.ready.push(Ready { item, before: before.clone(), header, rows: Some(rows) });
            }
            Err(error) => Failure::gather(&mut self.failed, failure(desk, &error).on_item(&short(item))),
        }
    }
}

/// Why an item is not re-wrapped, in words.
fn failure(desk: &Desk, error: &RewrapError) -> Failure {
    match error {
        RewrapError::Open(vault_core::opening::OpenError::Refused(refused)) => {
            refusals::failure(refused, &desk.everyone)
        }
        RewrapError::Open(error) => opening::failure(error),
        RewrapError::NotHeld { .. } => Failure::failed(msg!("rewrap-not-held")).code("not-held"),
        other => Failure::failed(msg!("rewrap-failed")).because(other),
    }
}
