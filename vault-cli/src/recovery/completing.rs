//! What the person does with what a run gave back: proved with his new key, kept beside the item, opened by it from
//! then on, and signed for in the register.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use vault_core::item::{ItemHeader, ItemId, LabelHash};
use vault_core::recovery::{RESTORED_MAX, Restored};
use vault_core::register::event::EventKind;
use vault_core::stream::{Progress, Work};
use vault_keys::digest::NoteHash;
use vault_keys::keyfile::PersonKeys;

use super::refusals;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::evidence::Kept;
use crate::history::History;
use crate::home::read_limited;
use crate::inbox::Inbox;
use crate::itemfile::ItemFile;
use crate::{clock, content, msg, opening, statement};

/// What came of it.
#[derive(Debug, Default)]
pub struct Completed {
    /// Items that can be read again.
    pub items: Vec<ItemId>,
    /// Files whose item is not in this inbox, or that do not serve it, and why.
    pub left_out: Vec<(PathBuf, Failure)>,
}

/// Takes every file of a run's folder, or single files. Each item's entry for the register is kept beside it, to be
/// handed in. An item that came by file is named beside them, or lies in the folder: it is verified and moves in.
///
/// # Errors
/// The folder or the inbox cannot be read, or the disk refuses.
pub fn complete(desk: &Desk, keys: &PersonKeys, named: &[PathBuf]) -> Outcome<Completed> {
    let inbox = Inbox::open(&desk.home)?;
    let mut completed = Completed::default();
    let (restored, items) = files(named)?;
    for path in restored {
        match one(desk, keys, &inbox, &path, &items) {
            Ok(item) => completed.items.push(item),
            Err(failure) => completed.left_out.push((path, failure)),
        }
    }
    Ok(completed)
}

/// Items that were given by path, by their label.
type Given = BTreeMap<LabelHash, PathBuf>;

fn one(desk: &Desk, keys: &PersonKeys, inbox: &Inbox, path: &Path, given: &Given) -> Outcome<ItemId> {
    let shown = path.display().to_string();
    let bytes = read_limited(path, RESTORED_MAX as u64)?;
    let restored = Restored::parse(&bytes, desk.known.organisation.org())
        .map_err(|error| refusals::restored(&error, &shown))?;
    let item = restored.text().item;
    if !inbox.path(item).exists() {
        let Some(file) = given.get(&restored.text().label) else {
            return Err(Failure::failed(msg!("restored-without-item", file = shown))
                .code("restored-without-item")
                .hint(msg!("restored-without-item-next")));
        };
        let verify = |copy: &Path| verified(desk, keys, copy, &bytes);
        let kept = Kept { time: Some(clock::now()), ..Kept::new() };
        inbox.take_file(item, file, &kept, verify)?;
    }
    let header = inbox.item(item)?.header;
    let identities: Vec<_> = keys.identities().collect();
    drop(restored.file_key(&header, &identities).map_err(|error| refusals::restored(&error, &shown))?);
    // Signed for first: nothing is read by a recovery key without an entry that says so.
    enter(desk, keys, inbox, &header, restored.text().request)?;
    inbox.keep_restored(item, &bytes)?;
    Ok(item)
}

/// Has every rule judge an item that came by file, as its reader will, and proves its whole content.
fn verified(desk: &Desk, keys: &PersonKeys, item: &Path, restored: &[u8]) -> Outcome {
    let source = content::source(item)?;
    let unlocked = opening::unlock_restored(desk, source.header, keys, restored, &History::default())?;
    let progress = Progress::new();
    let work = Work::new(&progress);
    unlocked.prove_resealed(&source.content, &work).map_err(|error| opening::failure(&error))?;
    let proved = unlocked.open_payload_to(&source.content, &mut std::io::sink(), &work);
    proved.map(drop).map_err(|error| opening::failure(&error))
}

/// Keeps the signed entry among those that wait for the relay; one request makes one entry of an item.
fn enter(desk: &Desk, keys: &PersonKeys, inbox: &Inbox, header: &ItemHeader, request: NoteHash) -> Outcome {
    let item = header.label().value().item;
    let mut kept = inbox.evidence(item)?;
    let is_said = kept.statements(header.org()).any(|said| {
        let said = said.value();
        said.kind == EventKind::Recovered && said.person == Some(desk.me) && said.approval == Some(request)
    });
    // Resealed here: no register knows the item, and none would take a statement about it.
    if is_said || kept.leaves.is_empty() {
        return Ok(());
    }
    let signed = statement::sign_recovered(desk, keys, header, request)?;
    kept.pending.push(String::from_utf8_lossy(&signed.encode()).into_owned());
    inbox.keep(item, &kept)
}

/// What a run gave back, in order, and the items among the files.
fn files(named: &[PathBuf]) -> Outcome<(Vec<PathBuf>, Given)> {
    let (mut restored, mut items) = (Vec::new(), Given::new());
    for path in named {
        if path.is_dir() {
            let fail = |error: std::io::Error| Failure::io(path, &error);
            for entry in std::fs::read_dir(path).map_err(fail)? {
                let found = entry.map_err(fail)?.path();
                if found.extension().is_some_and(|ending| ending == "restored") {
                    restored.push(found);
                } else if let Ok(item) = ItemFile::open(&found) {
                    items.insert(item.header.label_hash(), found);
                }
            }
        } else if let Ok(item) = ItemFile::open(path) {
            items.insert(item.header.label_hash(), path.clone());
        } else {
            restored.push(path.clone());
        }
    }
    restored.sort();
    Ok((restored, items))
}
