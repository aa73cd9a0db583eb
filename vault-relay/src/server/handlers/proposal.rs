//! Items that wait for decision: who may decide on them, what was decided so far, and how their waiting ends
//! (docs/decisions.md; docs/relay-protocol.md, "Proposals").

use vault_core::admission::{Code, principals};
use vault_core::decision::{OnLeaf, chain};
use vault_core::item::{Access, ItemHeader, Label, LabelHash, Right};
use vault_core::register::leaf::Leaf;
use vault_core::transfer::item::ItemState;
use vault_keys::directory::Place;
use vault_keys::numbers::Holder;
use vault_keys::time::Time;

use super::super::context::{Caller, Context};
use super::super::entry::Chain;
use super::super::failure::Failure;
use super::super::force::Force;
use super::receipt::let_payload_go;
use crate::proto::codes::RelayCode;
use crate::store::{
    Capacity, DeciderBy, DeciderRecord, ItemRecord, LeafRecord, StoreError, Transaction, View,
};

/// Everybody who may decide by the label, or by a row of the access note.
pub(super) fn deciders_of(label: &Label, access: &Access) -> Vec<DeciderRecord> {
    let mut deciders = Vec::new();
    for decider in &label.deciders {
        let record =
            |person, by| DeciderRecord { step: decider.step.clone(), role: decider.role.clone(), person, by };
        deciders.extend(decider.asked.iter().map(|asked| record(*asked, DeciderBy::Label)));
        let right = Right::Decider(decider.step.clone());
        let rows = access.rows.iter().filter(|row| row.right == right);
        deciders.extend(rows.filter_map(|row| match row.holder {
            Holder::Person(person) if !decider.asked.has(&person) => Some(record(person, DeciderBy::Access)),
            _ => None,
        }));
    }
    // Somebody with two keys has two rows.
    deciders.sort();
    deciders.dedup();
    deciders
}

/// In what capacities the caller may decide: for himself, and for everybody whose deputy he is today.
pub(super) fn capacities(force: &Force, caller: Caller, now: Time) -> Vec<Capacity> {
    let principals = principals(force.directory(), caller.person, now.day());
    let deputy = principals.into_iter().map(|(principal, role)| Capacity::Deputy(principal, role));
    std::iter::once(Capacity::Own(caller.person)).chain(deputy).collect()
}

/// Whether the caller is among those who may decide on an item.
pub(super) fn is_decider(
    view: &dyn View,
    force: &Force,
    caller: Caller,
    label: LabelHash,
    now: Time,
) -> Result<bool, Failure> {
    let deciders = view.deciders(label)?;
    if deciders.is_empty() {
        return Ok(false);
    }
    let capacities = capacities(force, caller, now);
    Ok(deciders.iter().any(|decider| capacities.iter().any(|capacity| decider.admits(*capacity))))
}

/// The decisions among an item's leaves, oldest first.
pub(super) fn entered(force: &Force, leaves: &[LeafRecord]) -> Result<Vec<OnLeaf>, Failure> {
    let origin = force.newest.organisation.root().log_origin();
    let mut decisions = Vec::new();
    for record in leaves.iter().filter(|record| record.leaf.note.is_some()) {
        let leaf = parse(force, record)?;
        if let Some(note) = chain::decision(&leaf) {
            let place = Place { origin: origin.clone(), index: record.index };
            decisions.push(OnLeaf { note, time: leaf.head().time, place });
        }
    }
    Ok(decisions)
}

/// A leaf that this relay wrote.
pub(super) fn parse(force: &Force, record: &LeafRecord) -> Result<Leaf, Failure> {
    let damaged = |_| Failure::from(StoreError::Damaged { what: "leaf" });
    Leaf::parse(&record.leaf.leaf, force.org()).map_err(damaged)
}

/// An item's header as it is stored.
pub(super) fn stored_header(view: &dyn View, label: LabelHash) -> Result<ItemHeader, Failure> {
    let damaged = || StoreError::Damaged { what: "header" };
    let header = view.header(label)?.ok_or_else(damaged)?;
    Ok(ItemHeader::parse(&header).map_err(|_| damaged())?)
}

/// Refuses unless the item waits for decision and the time for it is not over, whether or not the relay has found that
/// already.
pub(super) fn awaits_decision(item: &ItemRecord, decide_by: Option<Time>, now: Time) -> Result<(), Failure> {
    let passed = decide_by.is_some_and(|by| now > by);
    match item.state {
        ItemState::Proposed if !passed => Ok(()),
        ItemState::Proposed | ItemState::Lapsed => {
            let ended = decide_by.map_or_else(String::new, |by| format!(" at {by}"));
            let reason = format!("the time to decide on the item ended{ended}");
            Err(Failure::by_code(Code::DecideByPassed, reason))
        }
        ended => Err(Failure::refuse(RelayCode::ItemState, format!("the item is {} already", ended.word()))),
    }
}

/// Ends the waiting without release, behind the leaf that says why; the payload goes.
pub(crate) fn end(
    context: &Context,
    force: &Force,
    transaction: &mut dyn Transaction,
    item: &mut ItemRecord,
    (state, chain): (ItemState, &Chain<'_>),
    now: Time,
) -> Result<(), Failure> {
    (item.state, item.last_leaf) = (state, chain.last()?);
    transaction.remove_proposal(item.label)?;
    let_payload_go(context, force, transaction, item, now)?;
    Ok(transaction.update_item(item)?)
}
