//! What part the asking person has in an item, and the evidence that goes with it.

use vault_core::item::LabelHash;
use vault_core::transfer::copy::CopyState;
use vault_core::transfer::item::Viewer;
use vault_keys::numbers::Holder;

use super::super::context::{Caller, Context};
use super::super::failure::Failure;
use super::super::force::Force;
use super::super::reply::Reply;
use crate::proto::codes::RelayCode;
use crate::proto::message::CopyLine;
use crate::store::{CopyRecord, ItemRecord, LeafRecord, View};

/// An item as one party to it sees it.
#[derive(Debug)]
pub(super) struct Party {
    pub(super) item: ItemRecord,
    /// In what capacity.
    pub(super) viewer: Viewer,
    /// All copies for the sender; one's own otherwise.
    pub(super) copies: Vec<CopyRecord>,
    /// The leaves whose text this party may read, oldest first.
    pub(super) leaves: Vec<LeafRecord>,
}

/// Finds the caller's part in an item. Strangers cannot tell a foreign item from one that does not exist.
pub(super) fn find(
    view: &dyn View,
    force: &Force,
    caller: Caller,
    label: LabelHash,
) -> Result<Party, Failure> {
    let nothing = || Failure::refuse(RelayCode::NoSuchItem, "there is no such item for you here");
    let item = view.item(label)?.ok_or_else(nothing)?;
    let mut copies = view.copies(label)?;
    let mut leaves = view.leaves(label)?;
    if item.sender == caller.person {
        return Ok(Party { item, viewer: Viewer::Sender, copies, leaves });
    }
    let holders = force.holders_of(caller.person);
    copies.retain(|copy| holders.contains(&copy.holder));
    if copies.is_empty() {
        return Err(nothing());
    }
    leaves.retain(|leaf| leaf.leaf.copy.is_none_or(|no| copies.iter().any(|copy| copy.copy == no)));
    Ok(Party { item, viewer: Viewer::Holder, copies, leaves })
}

impl Party {
    /// Whether the header may be shown: released and due, and a copy that was not taken away again.
    pub(super) fn sees_header(&self, now: vault_keys::time::Time) -> bool {
        let holds = match self.viewer {
            Viewer::Holder => self.copies.iter().any(|copy| {
                matches!(copy.state(), CopyState::Available | CopyState::Demanded | CopyState::Received)
            }),
            _ => true,
        };
        holds && self.item.state.shows_header_to(self.viewer, self.item.not_before, now)
    }
}

/// A copy as it stands on the wire.
pub(super) fn line(copy: &CopyRecord) -> CopyLine {
    CopyLine {
        copy: copy.copy,
        holder: Holder::to_string(&copy.holder),
        state: copy.state().word().to_owned(),
        number: copy.number,
        since: unix(copy.since),
        person: copy.person.map(|person| person.to_string()),
    }
}

/// Seconds since 1970; the relay's clock gives none before.
pub(super) fn unix(time: vault_keys::time::Time) -> u64 {
    u64::try_from(time.unix()).unwrap_or(0)
}

/// Sends the evidence of these leaves, all of which are published.
pub(super) async fn send_evidence(
    context: &Context,
    reply: &mut Reply,
    indices: &[u64],
) -> Result<(), Failure> {
    for index in indices {
        let evidence = context.register.evidence(*index).await?;
        reply.text(&evidence).await?;
    }
    Ok(())
}
