//! What waits at the relay for this person.

use std::collections::{BTreeMap, BTreeSet};

use vault_core::item::ItemId;
use vault_core::transfer::copy::CopyState;
use vault_keys::numbers::Holder;
use vault_keys::time::Time;
use vault_relay::client::{Copy, Folder, ListedItem};

use crate::desk::Desk;
use crate::error::Outcome;
use crate::relay::Line;
use crate::ui::Ui;
use crate::{item_words, msg};

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

/// The copies that this person can receive now. Warns where the relay's numbers have a gap.
///
/// # Errors
/// The relay cannot be asked.
pub fn for_me(ui: &Ui, line: &Line, desk: &Desk) -> Outcome<Vec<Waiting>> {
    let mut waiting = Vec::new();
    let all = all(line, Folder::In)?;
    let numbers = all.iter().flat_map(|item| item.copies.iter().map(|copy| (copy.holder, copy.number)));
    for (holder, number) in missing(numbers) {
        let holder = item_words::name_words(&desk.everyone, holder);
        ui.warn(&msg!("number-missing", number = number, holder = holder));
    }
    for listed in all {
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

/// Consignments are numbered for each holder from 1 without gaps, so one that the relay keeps back shows.
/// Answers the first number missing for each holder.
#[must_use]
pub fn missing(numbers: impl IntoIterator<Item = (Holder, u64)>) -> Vec<(Holder, u64)> {
    let mut by_holder: BTreeMap<Holder, BTreeSet<u64>> = BTreeMap::new();
    for (holder, number) in numbers {
        by_holder.entry(holder).or_default().insert(number);
    }
    by_holder
        .into_iter()
        .filter_map(|(holder, numbers)| {
            let gap = numbers.iter().zip(1..).find(|(number, expected)| **number != *expected);
            gap.map(|(_, expected)| (holder, expected))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use vault_keys::numbers::Holder;

    use super::missing;

    #[test]
    fn a_consignment_kept_back_leaves_a_gap() {
        let (me, unit): (Holder, Holder) = ("p1".parse().unwrap(), "u1".parse().unwrap());
        assert_eq!(missing([(me, 2), (me, 1), (unit, 1)]), []);
        assert_eq!(missing([(me, 1), (me, 3), (unit, 2)]), [(me, 2), (unit, 1)]);
    }
}
