//! `event` of the kinds `returned` 退回 and `recalled` 撤回: a copy that was not signed for goes back, by its holder or by the
//! sender. Either ends the copy; the payload goes with the last of them.

use vault_core::register::event::EventKind;
use vault_core::transfer::copy::CopyRefusal;
use vault_core::transfer::item::{ItemState, Viewer};
use vault_keys::time::Time;

use super::super::context::{Caller, Context};
use super::super::failure::Failure;
use super::super::force::Force;
use super::demand::{own_copy, refused};
use super::party::Party;
use super::receipt::let_payload_go;
use super::statement::Statement;
use crate::proto::codes::RelayCode;
use crate::store::{CopyRecord, Transaction};

/// Ends a copy by such a statement. It is taken however many others stand on the copy: it can be said once.
pub(super) fn take_back_in(
    context: &Context,
    force: &Force,
    transaction: &mut dyn Transaction,
    (party, caller): (Party, Caller),
    statement: &Statement,
    now: Time,
) -> Result<u64, Failure> {
    let recalls = statement.event().kind == EventKind::Recalled;
    let mut copy =
        if recalls { recallable(&party, statement)? } else { own_copy(&party, statement.event().copy)? };
    let state = copy.state();
    // It was said before, by another statement: this one finds nothing to end.
    if state.is_final() {
        return Err(refused(&CopyRefusal::Ended(state)));
    }
    let ended =
        if recalls { copy.consignment.recall().map(drop) } else { copy.consignment.give_back().map(drop) };
    ended.map_err(|refusal| refused(&refusal))?;
    let mut item = party.item;
    let mut chain = statement.chain(context, force, item.last_leaf);
    let index = chain.note(transaction, statement.signed.note(), (statement.label, Some(copy.copy)), now)?;
    (copy.since, copy.person) = (now, Some(caller.person));
    transaction.put_copy(&copy)?;
    item.last_leaf = chain.last()?;
    let_payload_go(context, force, transaction, &mut item, now)?;
    transaction.update_item(&item)?;
    Ok(index)
}

/// The copy that its sender calls back.
fn recallable(party: &Party, statement: &Statement) -> Result<CopyRecord, Failure> {
    if party.viewer != Viewer::Sender {
        let reason = "only its sender calls a copy back";
        return Err(Failure::refuse(RelayCode::StatementKind, reason));
    }
    if party.item.state != ItemState::Released {
        let reason = format!("the item is {}; what is not released is withdrawn", party.item.state.word());
        return Err(Failure::refuse(RelayCode::ItemState, reason));
    }
    // Of a copy that was passed on, the last holder's.
    let named = party.copies.iter().rfind(|copy| Some(copy.copy) == statement.event().copy);
    named.cloned().ok_or_else(|| {
        let reason = "the statement names a copy that does not travel";
        Failure::against_rule(RelayCode::StatementMismatch, reason).about(party.item.item, party.item.label)
    })
}
