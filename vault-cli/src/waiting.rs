//! What waits at the relay for this person.

use vault_core::item::ItemId;
use vault_core::transfer::copy::CopyState;
use vault_keys::numbers::Holder;
use vault_keys::time::Time;
use vault_relay::client::{Copy, Folder, ListedItem};

use crate::desk::Desk;
use crate::error::Outcome;
use crate::relay::Line;

/// One copy that waits.
#[derive(Debug)]
pub struct Waiting {
    /// The item.
    pub listed: ListedItem,
    /// The copy of this person, or of a unit he receives for.
    pub copy: Copy,
}

impl Waiting {
    /// The item's id.
    #[must_use]
    pub fn item(&self) -> ItemId {
        self.listed.label.value().item
    }

    /// Since when it waits.
    #[must_use]
    pub fn since(&self) -> Time {
        self.copy.since
    }

    /// Whether it waits for the unit rather than the person.
    #[must_use]
    pub fn is_for_unit(&self) -> bool {
        matches!(self.copy.holder, Holder::Unit(_))
    }
}

/// Everything the relay lists for this person, all pages.
///
/// # Errors
/// The relay cannot be asked.
pub fn all(line: &Line, which: Folder) -> Outcome<Vec<ListedItem>> {
    let (mut items, mut after) = (Vec::new(), 0);
    loop {
        let page = line.wait(line.client().list(which, after))?;
        items.extend(page.items);
        match page.next {
            Some(next) => after = next,
            None => return Ok(items),
        }
    }
}

/// The copies that this person can receive now.
///
/// # Errors
/// The relay cannot be asked.
pub fn for_me(line: &Line, desk: &Desk) -> Outcome<Vec<Waiting>> {
    let mut waiting = Vec::new();
    for listed in all(line, Folder::In)? {
        let open = |copy: &&Copy| match copy.state {
            CopyState::Available => true,
            // A demand of another clerk may still lapse; one of mine can be gone on with.
            CopyState::Demanded => copy.person == Some(desk.me),
            _ => false,
        };
        if let Some(copy) = listed.copies.iter().find(open).cloned() {
            waiting.push(Waiting { listed, copy });
        }
    }
    Ok(waiting)
}
