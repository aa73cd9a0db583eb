//! What part the asking person has in an item, and the evidence that goes with it.

use vault_core::admission::{Code, judge_served};
use vault_core::item::{Label, LabelHash};
use vault_core::limits::LABEL_MAX;
use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::LeafHash;
use vault_core::transfer::copy::CopyState;
use vault_core::transfer::item::{ItemState, Viewer};
use vault_keys::digest::OrgId;
use vault_keys::note::{Note, Signed};
use vault_keys::numbers::Holder;
use vault_keys::time::Time;

use super::super::context::{Caller, Context};
use super::super::failure::Failure;
use super::super::force::Force;
use super::super::reply::Reply;
use super::proposal;
use crate::proto::codes::RelayCode;
use crate::proto::message::CopyLine;
use crate::store::{CopyRecord, ItemRecord, LeafRecord, StoreError, View};

/// An item as one party to it sees it.
#[derive(Debug)]
pub(super) struct Party {
    pub(super) item: ItemRecord,
    pub(super) org: OrgId,
    /// In what capacity. Whoever holds a copy and decides as well is a holder.
    pub(super) viewer: Viewer,
    /// Whether he may decide on it.
    pub(super) decides: bool,
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
    now: Time,
) -> Result<Party, Failure> {
    let nothing = || Failure::refuse(RelayCode::NoSuchItem, "there is no such item for you here");
    let item = view.item(label)?.ok_or_else(nothing)?;
    let org = force.org();
    let mut copies = view.copies(label)?;
    let mut leaves = view.leaves(label)?;
    if item.sender == caller.person {
        return Ok(Party { item, org, viewer: Viewer::Sender, decides: false, copies, leaves });
    }
    let holders = force.holders_of(caller.person);
    copies.retain(|copy| holders.contains(&copy.holder));
    let decides = proposal::is_decider(view, force, caller, label, now)?;
    if copies.is_empty() && !decides {
        return Err(nothing());
    }
    let viewer = if copies.is_empty() { Viewer::Decider } else { Viewer::Holder };
    // Leaves up to the release are about the item as a whole, so everybody has the chain without a gap.
    leaves.retain(|leaf| leaf.leaf.copy.is_none_or(|no| copies.iter().any(|copy| copy.copy == no)));
    Ok(Party { item, org, viewer, decides, copies, leaves })
}

impl Party {
    /// Refuses unless the header may be shown: to whoever holds a copy that was not taken away again, once it is
    /// released and due; to whoever decides, from the proposal on.
    pub(super) fn sees_header(&self, now: Time) -> Result<(), Failure> {
        let shows = |viewer| self.item.state.shows_header_to(viewer, self.item.not_before, now);
        // The relay goes through its list of those that expire now and then: what has expired is known before.
        let in_time = self.item.not_after.is_none_or(|time| now <= time);
        let holds = self.copies.iter().any(|copy| match copy.state() {
            CopyState::Available => in_time,
            state => matches!(state, CopyState::Demanded | CopyState::Received),
        });
        if (self.viewer == Viewer::Sender && shows(Viewer::Sender)) || (holds && shows(Viewer::Holder)) {
            return Ok(());
        }
        match self.item.state {
            ItemState::Released if self.decides => Ok(()),
            _ if self.decides => proposal::awaits_decision(&self.item, self.decide_by()?, now),
            ItemState::Released if !holds => {
                Err(Failure::refuse(RelayCode::CopyState, "the copy was withheld, or has ended"))
            }
            _ => Err(Failure::refuse(RelayCode::NotReleased, "the item may not be read yet")),
        }
    }

    /// Refuses whoever is not cleared for the item now: since its release or proposal, or since he demanded it, that may have
    /// changed; and not every clerk of a unit is. Its sender knows what he sealed.
    pub(super) fn is_cleared(&self, force: &Force, caller: Caller) -> Result<(), Failure> {
        let too_low = match self.viewer {
            Viewer::Sender => return Ok(()),
            Viewer::Holder => Code::HolderClearance,
            Viewer::Decider => Code::DeciderClearance,
        };
        let level = self.label()?.value().level;
        judge_served(force.directory(), caller.person, level, too_low)
            .map_err(|refused| Failure::by_rule(&refused).about(self.item.item, self.item.label))
    }

    /// The consignment by whose header a holder reads: the one that waits for him, or else the last he had. Sender and
    /// deciders read by the item's.
    pub(super) fn reads_by(&self) -> Option<&CopyRecord> {
        let open = self.copies.iter().find(|copy| !copy.state().is_final());
        open.or_else(|| self.copies.last()).filter(|_| self.viewer == Viewer::Holder)
    }

    /// Until when the item must be decided, by its label.
    pub(super) fn decide_by(&self) -> Result<Option<Time>, Failure> {
        Ok(self.label()?.value().decide_by)
    }

    fn label(&self) -> Result<Signed<Label>, Failure> {
        let damaged = |_| Failure::from(StoreError::Damaged { what: "label" });
        let note = Note::parse(&self.item.label_note, LABEL_MAX).map_err(damaged)?;
        Signed::from_note(note, self.org).map_err(damaged)
    }

    /// The copy that the leaf about a new act of this party is kept under: none until the item is released, and for
    /// whoever only decides.
    pub(super) fn leaf_copy(&self, copy: Option<u32>) -> Option<u32> {
        copy.filter(|_| self.item.released.is_some())
    }

    /// Whether a leaf is this caller's demand to review the item, made at this station.
    pub(super) fn reviews(&self, force: &Force, caller: Caller, demand: LeafHash) -> Result<bool, Failure> {
        let Some(record) = self.leaves.iter().find(|record| record.leaf.hash == demand) else {
            return Ok(false);
        };
        let leaf = proposal::parse(force, record)?;
        Ok(leaf.signed::<Event>().is_ok_and(|note| {
            let event = note.value();
            event.kind == EventKind::Review
                && event.person == Some(caller.person)
                && event.station == Some(caller.station)
        }))
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
pub(super) fn unix(time: Time) -> u64 {
    u64::try_from(time.unix()).unwrap_or(0)
}

/// Sends the evidence of these leaves, all of which are published.
pub(super) async fn send_evidence(
    context: &Context,
    reply: &mut Reply,
    indices: &[u64],
) -> Result<(), Failure> {
    for some in indices.chunks(EVIDENCE_AT_ONCE) {
        for evidence in context.register.evidence(some.to_vec()).await? {
            reply.text(&evidence).await?;
        }
    }
    Ok(())
}

/// Evidence in memory at once; a text is a leaf, a path and a checkpoint.
const EVIDENCE_AT_ONCE: usize = 16;
