//! Making use of a leave: found among the files somebody names or among what this home keeps, judged, cited by the statement
//! that uses it, and used once (docs/decisions.md, "Leaves").

use std::path::PathBuf;

use vault_core::admission::Code;
use vault_core::decision::{Act, RequestFile};
use vault_core::item::{Label, LabelHash};
use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::LeafHash;
use vault_keys::note::Signed;

use super::course::Standing;
use super::files::{self, Requests};
use super::widening;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::evidence::Kept;
use crate::inbox::Inbox;

/// The leave for an act over an item: in the files named, or else one this home keeps that still serves. `None` where there
/// is none.
///
/// # Errors
/// The files are none, a rule refuses what they hold, or the only one there was is used up.
pub fn find(
    desk: &Desk,
    act: Act,
    over: (&Label, LabelHash),
    with: &[PathBuf],
    kept: &Kept,
) -> Outcome<Option<RequestFile>> {
    let org = desk.known.organisation.org();
    if !with.is_empty() {
        let file = files::read(with, org)?;
        files::prove_labels(desk, &file.labels)?;
        serves(desk, &file, act, over, kept)?;
        Requests::open(&desk.home, org)?.keep(&file)?;
        return Ok(Some(file));
    }
    let all = Requests::open(&desk.home, org)?.all()?;
    let fitting = all.into_iter().filter(|file| {
        let request = file.request.value();
        request.act == act && request.concerns(over.1) && Standing::of(file).is_complete()
    });
    let mut used = None;
    for file in fitting {
        match serves(desk, &file, act, over, kept) {
            Ok(()) => return Ok(Some(file)),
            Err(failure) if is_used(&failure) => used = Some(failure),
            // Expired, or somebody else's: as if it were not here.
            Err(_) => {}
        }
    }
    used.map_or(Ok(None), Err)
}

fn is_used(failure: &Failure) -> bool {
    failure.code.as_deref() == Some(Code::LeaveUsed.as_str())
}

/// Whether a leave was used up by what was done here with an item that was received here.
#[must_use]
pub fn used_here(inbox: &Inbox, file: &RequestFile) -> bool {
    let request = file.request.value();
    let cites = |said: Signed<Event>| {
        said.value().approval == Some(file.request.hash()) && said.value().kind != EventKind::Noted
    };
    let kept = request.items.iter().filter_map(|parent| inbox.evidence(parent.item).ok());
    kept.into_iter().any(|kept| kept.statements(request.org).any(cites))
}

/// Whether a leave may be used here and now, by this person.
fn serves(desk: &Desk, file: &RequestFile, act: Act, over: (&Label, LabelHash), kept: &Kept) -> Outcome {
    widening::judge(desk, file, act, over)?;
    let request = file.request.value();
    if request.requester.person != desk.me && request.custodian != Some(desk.me) {
        return Err(Failure::rule(Code::LeaveOther));
    }
    let used = kept.statements(request.org).any(|said| said.value().approval == Some(file.request.hash()));
    if used { Err(Failure::rule(Code::LeaveUsed)) } else { Ok(()) }
}

/// A leave that serves now for one of these acts.
///
/// # Errors
/// The files are none, or a rule refuses what they hold.
pub fn find_any(
    desk: &Desk,
    acts: &[Act],
    over: (&Label, LabelHash),
    with: &[PathBuf],
    kept: &Kept,
) -> Outcome<Option<RequestFile>> {
    if !with.is_empty() {
        let act = files::read(with, desk.known.organisation.org())?.request.value().act;
        // Another act than these is refused as what it is not.
        let act = if acts.contains(&act) { act } else { acts.first().copied().unwrap_or(act) };
        return find(desk, act, over, with, kept);
    }
    let mut used = None;
    for act in acts {
        match find(desk, *act, over, &[], kept) {
            Err(failure) if is_used(&failure) => used = Some(failure),
            Ok(None) => {}
            other => return other,
        }
    }
    used.map_or(Ok(None), Err)
}

/// What went out of the office by leave and has not come back: the leaf that says so, and how its return is said.
#[must_use]
pub fn outside(desk: &Desk, kept: &Kept) -> Option<(LeafHash, EventKind)> {
    let org = desk.known.organisation.org();
    let entered: Vec<(LeafHash, Event)> = kept
        .leaves
        .iter()
        .filter_map(|kept| kept.leaf(org))
        // What was entered again is here twice; what answers it names the leaf that it had first.
        .filter(|leaf| leaf.head().restates.is_none())
        .filter_map(|leaf| Some((leaf.hash(), leaf.signed::<Event>().ok()?.value().clone())))
        .collect();
    let answered: Vec<LeafHash> = kept.statements(org).filter_map(|said| said.value().refers).collect();
    entered.into_iter().rev().find_map(|(leaf, event)| {
        let back = match event.kind {
            EventKind::CarriedOut => EventKind::BroughtBack,
            EventKind::Lent => EventKind::GivenBack,
            _ => return None,
        };
        (event.person == Some(desk.me) && !answered.contains(&leaf)).then_some((leaf, back))
    })
}
