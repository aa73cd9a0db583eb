//! Opening a received item: found, admitted, unlocked; and the signed entry that this leaves.

use std::fs::File;

use vault_core::item::{ItemHeader, ItemId};
use vault_core::opening::UnlockedItem;
use vault_core::register::event::{Event, EventKind};
use vault_core::stream::at::Shifted;
use vault_keys::keyfile::PersonKeys;
use vault_keys::note::Signed;
use vault_keys::signing::SigningKey;

use crate::context::Context;
use crate::desk::Desk;
use crate::error::Outcome;
use crate::history::History;
use crate::inbox::Inbox;
use crate::leave::changes;
use crate::statement::ByLeave;
use crate::{clock, content, flush, opening, statement};

/// Unlocks a received item that came with this header: by the reader's own note if he wrote one, by what a recovery run
/// gave back, or as it came.
///
/// # Errors
/// A rule refuses, or it does not open with these keys.
pub fn unlock(desk: &Desk, inbox: &Inbox, shown: &ItemHeader, keys: &PersonKeys) -> Outcome<UnlockedItem> {
    let item = shown.label().value().item;
    let kept = inbox.evidence(item)?;
    if let Some(own) = inbox.own(item)? {
        let history = History::kept(desk, &own, &kept).with_shared(shown.access());
        return opening::unlock(desk, own, keys, &history);
    }
    let history = History::kept(desk, shown, &kept);
    match inbox.restored(item)? {
        Some(restored) => opening::unlock_restored(desk, shown.clone(), keys, &restored, &history),
        None => opening::unlock(desk, shown.clone(), keys, &history),
    }
}

/// A received item in the hands of its reader.
#[derive(Debug)]
pub struct Opened {
    /// Who reads.
    pub desk: Desk,
    /// Where received items are.
    pub inbox: Inbox,
    /// Which one.
    pub item: ItemId,
    /// Unlocked.
    pub unlocked: UnlockedItem,
    /// The header as it came: what statements about the item name.
    pub shown: ItemHeader,
    /// Its content, still sealed.
    pub content: Shifted<File>,
    keys: PersonKeys,
}

impl Opened {
    /// Finds and unlocks a received item.
    ///
    /// # Errors
    /// There is none of this name, a rule refuses, or it does not open.
    pub fn find(context: &Context, word: &str) -> Outcome<Self> {
        let desk = Desk::open(context)?;
        let inbox = Inbox::open(&desk.home)?;
        let item = inbox.find(word)?;
        let source = content::source(&inbox.path(item))?;
        let keys = desk.unlock(context)?;
        let unlocked = unlock(&desk, &inbox, &source.header, &keys)?;
        opening::tell(&context.ui, &unlocked);
        changes::tell(&context.ui, &desk, &unlocked, &inbox.evidence(item)?)?;
        Ok(Self { desk, inbox, item, unlocked, shown: source.header, content: source.content, keys })
    }

    /// Unlocks an item that was made here with the same keys.
    ///
    /// # Errors
    /// A rule refuses it, or it does not open.
    pub fn unlock_also(&self, header: ItemHeader) -> Outcome<UnlockedItem> {
        opening::unlock(&self.desk, header, &self.keys, &History::default())
    }

    /// What the reader signs with.
    #[must_use]
    pub fn signing(&self) -> &SigningKey {
        &self.keys.signing
    }

    /// Signs that it was opened or exported, keeps the statement, and hands it to the relay if that can be
    /// reached; otherwise it goes with the next connection.
    ///
    /// Reading the same copy again on the same day at the same station adds nothing: the relay takes only so many
    /// statements about one copy. Each export is signed for.
    ///
    /// # Errors
    /// The statement cannot be kept: then nothing may be opened.
    pub fn enter(&self, context: &Context, kind: EventKind) -> Outcome {
        let header = &self.shown;
        let copy = statement::own_copy(&self.desk, header);
        let signed = statement::sign(&self.desk, &self.keys, kind, header, copy, None)?;
        self.keep_said(context, &signed)
    }

    /// The same of something done by leave, which the statement cites.
    ///
    /// # Errors
    /// As [`Opened::enter`].
    pub fn enter_by_leave(&self, context: &Context, act: &ByLeave) -> Outcome {
        let signed = statement::sign_act(&self.desk, &self.keys, &self.shown, act)?;
        self.keep_said(context, &signed)
    }

    /// Signs for each change of the item's classification that it was taken in, once.
    ///
    /// # Errors
    /// As [`Opened::enter`].
    pub fn enter_changes(&self, context: &Context) -> Outcome {
        let org = self.desk.known.organisation.org();
        let label = (self.unlocked.label(), self.unlocked.header().label_hash());
        for change in changes::of(&self.desk, label)? {
            let notice = change.file.request.hash();
            let noted = |said: &Signed<Event>| {
                let said = said.value();
                said.kind == EventKind::Noted
                    && said.person == Some(self.desk.me)
                    && said.approval == Some(notice)
            };
            if !self.inbox.evidence(self.item)?.statements(org).any(|said| noted(&said)) {
                let act = ByLeave { kind: EventKind::Noted, approval: Some(notice), to: None, refers: None };
                self.enter_by_leave(context, &act)?;
            }
        }
        Ok(())
    }

    fn keep_said(&self, context: &Context, signed: &Signed<Event>) -> Outcome {
        let kind = signed.value().kind;
        let mut kept = self.inbox.evidence(self.item)?;
        if kept.leaves.is_empty() {
            // Resealed here: no register knows the item, and none would take a statement about it.
            kept.opened = kept.opened.or_else(|| Some(clock::now()));
            return self.inbox.keep(self.item, &kept);
        }
        let event = signed.value();
        let org = self.desk.known.organisation.org();
        let is_said =
            kind == EventKind::Opened && kept.statements(org).any(|said| is_same(said.value(), event));
        if is_said && kept.pending.is_empty() {
            return Ok(());
        }
        if !is_said {
            kept.pending.push(String::from_utf8_lossy(&signed.encode()).into_owned());
        }
        kept.opened = kept.opened.or_else(|| Some(clock::now()));
        self.inbox.keep(self.item, &kept)?;
        flush::now_or_later(context, &self.desk, &self.inbox)
    }
}

/// Whether both say the same of one copy, person, station and day.
fn is_same(said: &Event, event: &Event) -> bool {
    said.kind == event.kind
        && said.label == event.label
        && said.copy == event.copy
        && said.person == event.person
        && said.station == event.station
        && said.time.day() == event.time.day()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use vault_core::register::event::{Event, EventKind};
    use vault_keys::digest::OrgId;
    use vault_keys::key_id::{KeyId, KeyKind};

    use super::is_same;

    #[test]
    fn one_opening_for_each_copy_station_and_day_here() {
        let key = KeyId::of(KeyKind::Sign, &[1; 32]);
        let opened = |time: &str, copy| Event {
            copy: Some(copy),
            station: Some(key),
            ..Event::of_person(
                OrgId::from_bytes([1; 32]),
                EventKind::Opened,
                "p1".parse().unwrap(),
                key,
                time.parse().unwrap(),
            )
        };
        let first = opened("2026-11-22T15:59:59Z", 1);
        assert!(is_same(&first, &opened("2026-11-21T16:00:00Z", 1)));
        assert!(!is_same(&first, &opened("2026-11-22T16:00:00Z", 1)), "the next day in UTC+8");
        assert!(!is_same(&first, &opened("2026-11-22T15:59:59Z", 2)));
        assert!(!is_same(&first, &Event { station: None, ..first.clone() }));
        assert!(!is_same(&first, &Event { kind: EventKind::Exported, ..first.clone() }));
    }
}
