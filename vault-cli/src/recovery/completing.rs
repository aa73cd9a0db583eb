//! What the person does with what a run gave back: proved with his new key, kept beside the item, opened by it from
//! then on.

use std::path::{Path, PathBuf};

use vault_core::item::ItemId;
use vault_core::recovery::{RESTORED_MAX, Restored};
use vault_keys::keyfile::PersonKeys;

use super::refusals;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::home::read_limited;
use crate::inbox::Inbox;
use crate::msg;

/// What came of it.
#[derive(Debug, Default)]
pub struct Completed {
    /// Items that can be read again.
    pub items: Vec<ItemId>,
    /// Files whose item is not in this inbox, or that do not serve it, and why.
    pub left_out: Vec<(PathBuf, Failure)>,
}

/// Takes every file of a run's folder, or single files.
///
/// # Errors
/// The folder or the inbox cannot be read, or the disk refuses.
pub fn complete(desk: &Desk, keys: &PersonKeys, named: &[PathBuf]) -> Outcome<Completed> {
    let inbox = Inbox::open(&desk.home)?;
    let mut completed = Completed::default();
    for path in files(named)? {
        match one(desk, keys, &inbox, &path) {
            Ok(item) => completed.items.push(item),
            Err(failure) => completed.left_out.push((path, failure)),
        }
    }
    Ok(completed)
}

fn one(desk: &Desk, keys: &PersonKeys, inbox: &Inbox, path: &Path) -> Outcome<ItemId> {
    let shown = path.display().to_string();
    let bytes = read_limited(path, RESTORED_MAX as u64)?;
    let restored = Restored::parse(&bytes, desk.known.organisation.org())
        .map_err(|error| refusals::restored(&error, &shown))?;
    let item = restored.text().item;
    if !inbox.path(item).exists() {
        return Err(Failure::failed(msg!("restored-without-item", file = shown))
            .hint(msg!("restored-without-item-next")));
    }
    let header = inbox.item(item)?.header;
    let identities: Vec<_> = keys.identities().collect();
    drop(restored.file_key(&header, &identities).map_err(|error| refusals::restored(&error, &shown))?);
    inbox.keep_restored(item, &bytes)?;
    Ok(item)
}

fn files(named: &[PathBuf]) -> Outcome<Vec<PathBuf>> {
    let mut all = Vec::new();
    for path in named {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let fail = |error: std::io::Error| Failure::io(path, &error);
        for entry in std::fs::read_dir(path).map_err(fail)? {
            let found = entry.map_err(fail)?.path();
            if found.extension().is_some_and(|ending| ending == "restored") {
                all.push(found);
            }
        }
    }
    all.sort();
    Ok(all)
}
