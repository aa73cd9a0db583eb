//! Statements of persons: signed events, read and verified before anything is done with them.

use std::sync::Arc;

use vault_core::item::LabelHash;
use vault_core::register::event::{EVENT_LEN_MAX, Event, EventKind};
use vault_core::register::leaf::LeafHash;
use vault_keys::key_id::KeyKind;
use vault_keys::note::{Signed, Verifier};
use vault_keys::time::Time;

use super::super::context::{Caller, Context};
use super::super::entry::Chain;
use super::super::failure::Failure;
use super::super::force::Force;
use super::party::Party;
use super::{Frames, proposal};
use crate::proto::codes::RelayCode;
use crate::proto::message::NoteRequest;
use crate::store::CopyRecord;

/// How far a person's clock may be off from the relay's.
const CLOCK_SECONDS: i64 = 24 * 3600;

/// Statements taken of one person about one copy, or an item as a whole: nobody can make its evidence grow without end.
const STATEMENTS_MAX: usize = 64;

/// A statement of the caller, with his signature verified.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) signed: Signed<Event>,
    pub(super) label: LabelHash,
    /// The leaf in which it stood in an ended log, where it is entered again.
    pub(super) restates: Option<LeafHash>,
}

/// Reads the one message of `demand`, `receipt` and `event`.
pub(super) async fn read(frames: &mut Frames) -> Result<Arc<Vec<u8>>, Failure> {
    let request: NoteRequest = frames.message().await?;
    frames.end().await?;
    Ok(Arc::new(request.note.to_vec()))
}

/// Parses a statement of one of `kinds` and verifies that the caller signed it for this station.
pub(super) fn verify(
    bytes: &[u8],
    kinds: &[EventKind],
    force: &Force,
    caller: Caller,
) -> Result<Statement, Failure> {
    let malformed = |error: vault_keys::note::NoteError| {
        Failure::against_rule(RelayCode::StatementForm, error.to_string())
    };
    let signed = Signed::<Event>::parse(bytes, force.org(), EVENT_LEN_MAX).map_err(malformed)?;
    let event = signed.value();
    if !kinds.contains(&event.kind) {
        return Err(Failure::refuse(
            RelayCode::StatementKind,
            format!("a statement of kind {} has no place here", event.kind.word()),
        ));
    }
    let label = event
        .label
        .ok_or_else(|| Failure::against_rule(RelayCode::StatementForm, "the statement names no label"))?;
    let not_signed = |reason: &str| Failure::against_rule(RelayCode::StatementSigner, reason);
    if event.person != Some(caller.person) {
        return Err(not_signed("the statement is not by the person of this station"));
    }
    if event.station.is_some_and(|station| station != caller.station) {
        return Err(not_signed("the statement names another station"));
    }
    let key = event
        .key
        .and_then(|id| force.directory().key(&id))
        .filter(|(person, key)| *person == caller.person && key.kind == KeyKind::Sign && key.is_active())
        .and_then(|(_, key)| key.verifying())
        .ok_or_else(|| not_signed("the statement names no active signing key of its person"))?;
    let verifier = Verifier::person(&force.org(), caller.person, key);
    signed.verified_by(&verifier).map_err(|error| not_signed(&error.to_string()))?;
    Ok(Statement { signed, label, restates: None })
}

impl Statement {
    /// The event.
    pub(super) fn event(&self) -> &Event {
        self.signed.value()
    }

    /// The leaves of its item, of which its own is the next.
    pub(super) fn chain<'a>(&self, context: &'a Context, force: &'a Force, last: LeafHash) -> Chain<'a> {
        Chain::new(context, force, Some(last)).restating(self.restates)
    }

    /// Refuses a new demand or receipt whose time is far from the relay's. One that was entered before is answered
    /// before this is asked, however long ago that was.
    pub(super) fn is_of_now(&self, now: Time) -> Result<(), Failure> {
        self.is_not_ahead(now)?;
        // An ended log has dated it already.
        if self.restates.is_some() {
            return Ok(());
        }
        if now.seconds_since(self.event().time) <= CLOCK_SECONDS { Ok(()) } else { Err(out_of_time()) }
    }

    /// Refuses a time ahead of the relay's. What was signed without a connection is handed in late, and the leaf
    /// says when.
    pub(super) fn is_not_ahead(&self, now: Time) -> Result<(), Failure> {
        if self.event().time.seconds_since(now) <= CLOCK_SECONDS { Ok(()) } else { Err(out_of_time()) }
    }

    /// Checks that it answers a demand of the caller at this very station: nobody speaks about the demand of a
    /// colleague.
    pub(super) fn answers_own_demand(
        &self,
        copy: &CopyRecord,
        demand: LeafHash,
        caller: Caller,
    ) -> Result<(), Failure> {
        let own = copy.consignment.demands().iter().any(|known| {
            known.leaf == demand && known.person == caller.person && known.station == caller.station
        });
        if own {
            return Ok(());
        }
        let reason = "the statement answers no demand of this person and station";
        let refused = Failure::against_rule(RelayCode::NoDemand, reason);
        Err(match self.event().item {
            Some(item) => refused.about(item, self.label),
            None => refused,
        })
    }

    /// Refuses one more statement of somebody who has made very many about this copy, or the item as a whole. Counted for each
    /// person: nobody uses up another's room, and a copy goes through many hands.
    pub(super) fn has_room(
        party: &Party,
        copy: Option<u32>,
        force: &Force,
        caller: Caller,
    ) -> Result<(), Failure> {
        let mut count = 0;
        for record in party.leaves.iter().filter(|leaf| leaf.leaf.copy == copy && leaf.leaf.note.is_some()) {
            let leaf = proposal::parse(force, record)?;
            let by_caller = |note: Signed<Event>| note.value().person == Some(caller.person);
            count += usize::from(leaf.signed::<Event>().is_ok_and(by_caller));
        }
        if count < STATEMENTS_MAX {
            return Ok(());
        }
        let about = if copy.is_some() { "copy" } else { "item" };
        Err(Failure::refuse(
            RelayCode::StatementsFull,
            format!("{STATEMENTS_MAX} statements of yours stand on this {about}; no more are taken"),
        ))
    }

    /// Checks that it speaks of the item as the relay holds it: item, label, content. The access note is for
    /// the copy's own rules, which know which one was shown.
    pub(super) fn names(&self, party: &Party) -> Result<(), Failure> {
        let (event, item) = (self.event(), &party.item);
        let agrees = event.item == Some(item.item)
            && event.label == Some(item.label)
            && event.content.is_none_or(|content| content == item.content);
        if agrees {
            return Ok(());
        }
        let refused = Failure::against_rule(
            RelayCode::StatementMismatch,
            "the statement names another item, label or content than the relay holds",
        );
        Err(refused.about(item.item, item.label))
    }
}

fn out_of_time() -> Failure {
    Failure::refuse(RelayCode::StatementTime, "the statement's time is more than a day from the relay's")
}
