//! What waits at the relay for this person.

use std::collections::{BTreeMap, BTreeSet};

use vault_core::item::ItemId;
use vault_core::transfer::copy::CopyState;
use vault_keys::numbers::Holder;
use vault_keys::time::Time;
use vault_relay::client::{Copy, Folder, ListedItem};

use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::outbox::{find_item, short};
use crate::relay::Line;
use crate::ui::Ui;
use crate::{clock, entries, item_words, msg};

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
    Ok(open(desk, listed(ui, line, desk)?))
}

/// The copies that this person can receive now and that he names by number or id; all of them if he names none.
///
/// # Errors
/// The relay cannot be asked; or there is no such copy, or it has ended, and how.
pub fn chosen(ui: &Ui, line: &Line, desk: &Desk, words: &[String]) -> Outcome<Vec<Waiting>> {
    let all = listed(ui, line, desk)?;
    let ids: Vec<ItemId> = all.iter().map(|one| one.label.value().item).collect();
    let wanted: Vec<ItemId> = words
        .iter()
        .map(|word| {
            let numbered = |one: &&ListedItem| one.copies.iter().any(|copy| word.parse() == Ok(copy.number));
            let by_number = all.iter().find(numbered).map(|one| one.label.value().item);
            by_number.map_or_else(|| find_item(&ids, word), Ok)
        })
        .collect::<Outcome<_>>()?;
    let ended = |item: &ItemId| {
        let of_item = all.iter().find(|one| one.label.value().item == *item)?;
        of_item.copies.first().map(|copy| (*item, copy.clone()))
    };
    let ended: Vec<(ItemId, Copy)> = wanted.iter().filter_map(ended).collect();
    let mut waiting = open(desk, all);
    if words.is_empty() {
        return Ok(waiting);
    }
    waiting.retain(|one| wanted.contains(&one.item()));
    match ended.into_iter().find(|(item, _)| !waiting.iter().any(|one| one.item() == *item)) {
        Some((item, copy)) => Err(no_more(item, &copy)),
        None => Ok(waiting),
    }
}

/// Why a copy cannot be received.
fn no_more(item: ItemId, copy: &Copy) -> Failure {
    let state = entries::state_words(copy.state);
    let failure = Failure::new(
        Kind::Refused,
        msg!("copy-no-more", item = short(item), state = state, time = clock::local(copy.since)),
    );
    failure.code("copy-state").hint(match copy.state {
        CopyState::Received => msg!("copy-no-more-received"),
        CopyState::Demanded => msg!("copy-no-more-demanded"),
        _ => msg!("copy-no-more-next"),
    })
}

/// What the relay lists for this person. Warns where its numbers have a gap.
fn listed(ui: &Ui, line: &Line, desk: &Desk) -> Outcome<Vec<ListedItem>> {
    let all = all(line, Folder::In)?;
    let numbers = all.iter().flat_map(|item| item.copies.iter().map(|copy| (copy.holder, copy.number)));
    for (holder, number) in missing(numbers) {
        let holder = item_words::name_words(&desk.everyone, holder);
        ui.warn(&msg!("number-missing", number = number, holder = holder));
    }
    Ok(all)
}

fn open(desk: &Desk, all: Vec<ListedItem>) -> Vec<Waiting> {
    let mut waiting = Vec::new();
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
    waiting
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
