//! Whether the register bears out what a relay says of an item's copies (docs/relay-protocol.md, "What the client does with a
//! reply").
//!
//! The state of a copy is the relay's word. Each state but "available" follows from a leaf about that copy, and whoever is
//! shown the copy is given its leaves.

use vault_core::register::event::{Event, EventKind};
use vault_core::transfer::copy::CopyState;
use vault_keys::numbers::PersonNo;

use super::collect::Copy;
use super::error::ClientError;
use super::register::Evidence;

/// Refuses a state that no leaf stands behind. A copy that was passed on has a line for each of its holders, so each line
/// needs a leaf of its own.
pub(super) fn borne_out(copies: &[Copy], evidence: &[Evidence]) -> Result<(), ClientError> {
    let mut said: Vec<_> = evidence.iter().filter_map(about_a_copy).collect();
    for copy in copies {
        let Some(kind) = kind_behind(copy.state) else { continue };
        let fits = |(found, no, person): &(EventKind, u32, Option<PersonNo>)| {
            let by_him = copy.state != CopyState::Received || *person == copy.person;
            (*found, *no) == (kind, copy.no) && by_him
        };
        let Some(at) = said.iter().position(fits) else {
            return Err(ClientError::Unproved { copy: copy.no, state: copy.state });
        };
        said.swap_remove(at);
    }
    Ok(())
}

fn about_a_copy(evidence: &Evidence) -> Option<(EventKind, u32, Option<PersonNo>)> {
    let leaf = &evidence.leaf.leaf;
    let of = |event: &Event| Some((event.kind, event.copy?, event.person));
    match leaf.event() {
        Some(event) => of(event),
        None => of(leaf.signed::<Event>().ok()?.value()),
    }
}

fn kind_behind(state: CopyState) -> Option<EventKind> {
    Some(match state {
        CopyState::Available => return None,
        CopyState::Demanded => EventKind::Demanded,
        CopyState::Received => EventKind::Received,
        CopyState::Returned => EventKind::Returned,
        CopyState::Recalled => EventKind::Recalled,
        CopyState::Withheld => EventKind::Withheld,
        CopyState::Expired => EventKind::Expired,
    })
}
