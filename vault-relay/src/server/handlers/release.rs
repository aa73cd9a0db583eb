//! What is written when an item is released: `released`, and for each copy that it is offered or withheld.
//!
//! At commit where no decision is demanded, and with the decision that completes them where it is.

use vault_core::admission::is_offered;
use vault_core::item::{ApprovalKind, ItemHeader};
use vault_core::register::event::{Event, EventKind, InForce as Named};
use vault_core::transfer::copy::Consignment;
use vault_keys::digest::NoteHash;
use vault_keys::time::Time;

use super::super::entry::Chain;
use super::super::failure::Failure;
use super::super::force::Force;
use crate::store::{CopyRecord, Transaction};

/// What an item's own events name.
pub(super) fn about(force: &Force, item: &ItemHeader, kind: EventKind, now: Time) -> Event {
    Event {
        item: Some(item.label().value().item),
        label: Some(item.label_hash()),
        access: Some(item.access_hash()),
        ..Event::of_relay(force.org(), kind, now)
    }
}

/// The same with the policy and directory in force, and the leaf it rests on.
pub(super) fn in_force(force: &Force, chain: &Chain<'_>, event: Event) -> Result<Event, Failure> {
    let directory = force.directory();
    Ok(Event {
        policy: Some(directory.policy()),
        directory: Some(Named {
            number: directory.number().into(),
            hash: NoteHash::from_bytes(*directory.hash().as_bytes()),
        }),
        refers: Some(chain.last()?),
        ..event
    })
}

/// Writes leaves and copies; answers the leaves' indices.
pub(super) fn enter(
    force: &Force,
    transaction: &mut dyn Transaction,
    chain: &mut Chain<'_>,
    item: &ItemHeader,
    now: Time,
) -> Result<Vec<u64>, Failure> {
    let label = item.label().value();
    let stop = force.newest.organisation.in_force().last_stop();
    // Counted in the transaction that releases: the limit holds against two at once.
    let use_no = match (label.approval.kind, label.approval.request) {
        (ApprovalKind::Standing, Some(request)) => Some(transaction.use_standing(request)?.into()),
        _ => None,
    };
    let released = Event {
        stop: stop.map(|stop| Named {
            number: stop.number.into(),
            hash: NoteHash::from_bytes(*stop.hash.as_bytes()),
        }),
        approval: label.approval.request,
        use_no,
        ..in_force(force, chain, about(force, item, EventKind::Released, now))?
    };
    let mut leaves = vec![chain.event(transaction, &released)?];
    let rows = &item.access().value().rows;
    // Copy 0 is the sender's own and does not travel.
    for copy in label.copies.iter().filter(|copy| copy.no > 0) {
        // What is withheld has its number too: the holder's sequence has no gap by it.
        let number = transaction.next_number(copy.holder)?;
        let (kind, consignment) = if is_offered(copy, label, rows, force.directory()) {
            (EventKind::Available, Consignment::available(item.access_hash()))
        } else {
            (EventKind::Withheld, Consignment::withheld(item.access_hash()))
        };
        let event = Event { copy: Some(copy.no), number: Some(number), ..about(force, item, kind, now) };
        let offered = chain.event(transaction, &event)?;
        leaves.push(offered);
        transaction.put_copy(&CopyRecord {
            label: item.label_hash(),
            copy: copy.no,
            hop: 0,
            holder: copy.holder,
            number,
            consignment,
            since: now,
            person: None,
            offered,
        })?;
    }
    Ok(leaves)
}
