//! `event` of the kinds `chased` and `noted`: reminding those one waits for, and saying that a change was taken in. Neither
//! changes a state.

use vault_core::decision::Act;
use vault_core::register::event::{Event, EventKind};
use vault_core::transfer::copy::CopyState;
use vault_core::transfer::item::{ItemState, Viewer};
use vault_keys::time::Time;

use super::super::context::Context;
use super::super::failure::Failure;
use super::super::force::Force;
use super::party::Party;
use super::statement::Statement;
use super::{asked, proposal};
use crate::proto::codes::RelayCode;
use crate::store::{Transaction, View};

/// Enters a reminder of the sender: to whoever decides next, or to the holder of a copy.
pub(super) fn chase_in(
    context: &Context,
    force: &Force,
    transaction: &mut dyn Transaction,
    party: Party,
    statement: &Statement,
    now: Time,
) -> Result<u64, Failure> {
    if party.viewer != Viewer::Sender {
        let reason = "only its sender reminds others of an item";
        return Err(Failure::refuse(RelayCode::StatementKind, reason));
    }
    let copy = statement.event().copy;
    match copy {
        None if party.item.state != ItemState::Proposed => {
            let reason = "the item waits for no decision";
            return Err(Failure::refuse(RelayCode::ItemState, reason));
        }
        None => {}
        Some(no) => {
            let copies = transaction.copies(statement.label)?;
            let waits = |state| state == CopyState::Available;
            if !copies.iter().any(|known| known.copy == no && waits(known.consignment.state())) {
                let reason = "the copy waits for nobody to fetch it";
                return Err(Failure::refuse(RelayCode::CopyState, reason));
            }
        }
    }
    let apart = i64::from(force.newest.policy.value().remind_hours()) * 3600;
    for record in party.leaves.iter().filter(|record| record.leaf.note.is_some() && record.leaf.copy == copy)
    {
        let leaf = proposal::parse(force, record)?;
        let chased = leaf.signed::<Event>().is_ok_and(|note| note.value().kind == EventKind::Chased);
        if chased && now.seconds_since(leaf.head().time) < apart {
            let reason = "they were reminded already; the policy wants more time between two reminders";
            return Err(Failure::refuse(RelayCode::RemindedAlready, reason));
        }
    }
    let mut item = party.item;
    let mut chain = statement.chain(context, force, item.last_leaf);
    let index = chain.note(transaction, statement.signed.note(), (statement.label, copy), now)?;
    item.last_leaf = chain.last()?;
    transaction.update_item(&item)?;
    Ok(index)
}

/// Whether the change that a holder says he has taken in was decided here, about this item.
pub(super) fn is_decided(view: &dyn View, force: &Force, event: &Event) -> Result<(), Failure> {
    let none = || Failure::refuse(RelayCode::StatementMismatch, "no decided change of this item is that");
    let record = event.approval.map(|hash| view.asked(hash)).transpose()?.flatten().ok_or_else(none)?;
    let request = asked::read(&record, force)?;
    let changes = matches!(request.value().act, Act::Change | Act::Declassify);
    let about = event.label.is_some_and(|label| request.value().concerns(label));
    if record.state == "decided" && changes && about { Ok(()) } else { Err(none()) }
}
