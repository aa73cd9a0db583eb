//! What a person signs about an item: demands, receipts, openings, damage, what goes back, what recovery gave back.

use vault_core::item::{ItemHeader, Label, LabelHash};
use vault_core::register::event::{EVENT_LEN_MAX, Event, EventKind};
use vault_core::register::leaf::LeafHash;
use vault_core::register::returned::ReturnReason;
use vault_keys::digest::{NoteHash, OrgId};
use vault_keys::keyfile::PersonKeys;
use vault_keys::note::{KeyName, Signed};
use vault_keys::numbers::{Holder, PersonNo};

use crate::clock;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::msg;

/// Signs a statement about the item with this header.
///
/// # Errors
/// The statement would not be readable, which is a bug of ours.
pub fn sign(
    desk: &Desk,
    keys: &PersonKeys,
    kind: EventKind,
    header: &ItemHeader,
    copy: Option<u32>,
    refers: Option<LeafHash>,
) -> Outcome<Signed<Event>> {
    sign_event(desk, keys, Event { copy, refers, ..about(desk, keys, kind, header) })
}

/// Signs that a recovery run gave the item back, by this request.
///
/// # Errors
/// As [`sign`].
pub fn sign_recovered(
    desk: &Desk,
    keys: &PersonKeys,
    header: &ItemHeader,
    request: NoteHash,
) -> Outcome<Signed<Event>> {
    let event = about(desk, keys, EventKind::Recovered, header);
    sign_event(desk, keys, Event { copy: own_copy(desk, header), approval: Some(request), ..event })
}

/// Signs that a copy goes back: given back by its holder for a reason, or called back by the sender.
///
/// # Errors
/// As [`sign`].
pub fn sign_taken_back(
    desk: &Desk,
    keys: &PersonKeys,
    (label, hash): (&Label, LabelHash),
    copy: u32,
    reason: Option<ReturnReason>,
) -> Outcome<Signed<Event>> {
    let kind = if reason.is_some() { EventKind::Returned } else { EventKind::Recalled };
    let code = reason.map(|reason| reason.word().to_owned());
    sign_event(desk, keys, Event { copy: Some(copy), code, ..about_label(desk, keys, kind, (label, hash)) })
}

/// Signs a copy over to the next reader.
///
/// # Errors
/// As [`sign`].
pub fn sign_passed(
    desk: &Desk,
    keys: &PersonKeys,
    header: &ItemHeader,
    copy: u32,
    to: PersonNo,
) -> Outcome<Signed<Event>> {
    let event = about(desk, keys, EventKind::Passed, header);
    sign_event(desk, keys, Event { copy: Some(copy), to: Some(to.into()), ..event })
}

/// Signs that something was done with the item by this leave, or that what went out by one is back.
///
/// # Errors
/// As [`sign`].
pub fn sign_act(
    desk: &Desk,
    keys: &PersonKeys,
    header: &ItemHeader,
    act: &ByLeave,
) -> Outcome<Signed<Event>> {
    let event = about(desk, keys, act.kind, header);
    let copy = own_copy(desk, header);
    sign_event(desk, keys, Event { copy, approval: act.approval, to: act.to, refers: act.refers, ..event })
}

/// What is done by leave.
#[derive(Debug, Clone, Copy)]
pub struct ByLeave {
    /// What.
    pub kind: EventKind,
    /// The leave.
    pub approval: Option<NoteHash>,
    /// To whom.
    pub to: Option<Holder>,
    /// The leaf it answers.
    pub refers: Option<LeafHash>,
}

fn about(desk: &Desk, keys: &PersonKeys, kind: EventKind, header: &ItemHeader) -> Event {
    let named = (header.label().value(), header.label_hash());
    Event { access: Some(header.access_hash()), ..about_label(desk, keys, kind, named) }
}

fn about_label(desk: &Desk, keys: &PersonKeys, kind: EventKind, (label, hash): (&Label, LabelHash)) -> Event {
    Event {
        item: Some(label.item),
        label: Some(hash),
        content: Some(label.content.blake3),
        station: Some(desk.card.station_id()),
        ..Event::of_person(label.org, kind, desk.me, keys.signing.key_id(), clock::now())
    }
}

fn sign_event(desk: &Desk, keys: &PersonKeys, event: Event) -> Outcome<Signed<Event>> {
    let name = KeyName::person(&event.org, desk.me);
    Signed::sign(event, &name, &keys.signing)
        .map_err(|error| Failure::failed(msg!("statement-unsigned")).because(&error))
}

/// A statement as it was kept as text; `None` when it is none.
#[must_use]
pub fn read(text: &str, org: OrgId) -> Option<Signed<Event>> {
    Signed::parse(text.as_bytes(), org, EVENT_LEN_MAX).ok()
}

/// The copy that is this person's: his own, or that of a unit he receives for.
#[must_use]
pub fn own_copy(desk: &Desk, header: &ItemHeader) -> Option<u32> {
    let directory = desk.known.directory();
    let copies = &header.label().value().copies;
    let own = copies.iter().find(|copy| copy.no > 0 && copy.holder.person() == Some(desk.me));
    own.or_else(|| {
        copies.iter().find(|copy| {
            let unit = copy.holder.unit().and_then(|unit| directory.unit(unit));
            unit.is_some_and(|unit| unit.clerks.contains(&desk.me))
        })
    })
    .map(|copy| copy.no)
}
