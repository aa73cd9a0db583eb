//! Letting somebody in by leave: the next shared header, with the leave and the decisions on it among its notes.

use vault_core::admission::{Code, Refusal, judge_use};
use vault_core::decision::{Act, RequestFile};
use vault_core::item::{Label, LabelHash};
use vault_core::opening::UnlockedItem;
use vault_core::rewrap::{RewrapError, Rewrapped, Rewrapper};
use vault_keys::keyfile::PersonKeys;

use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::history::History;
use crate::{clock, msg, opening, refusals};

/// Judges a decided request where it is used: in order, decided, in time, over this label, for this act.
///
/// # Errors
/// A rule refuses it, or it is for another act.
pub fn judge(desk: &Desk, file: &RequestFile, act: Act, over: (&Label, LabelHash)) -> Outcome {
    if file.request.value().act != act {
        let other = super::course::act_words(file.request.value().act);
        return Err(Failure::new(Kind::Refused, msg!("leave-other-act", act = other)).code("leave-other"));
    }
    desk.published(file.versions(), |published| {
        judge_use(published, &file.request, &file.decisions, Some(over), clock::now())
    })?
    .map_err(|refused| refusals::failure(&refused, &desk.everyone))
}

/// Makes the widened header and has the rules judge it as every reader will.
///
/// # Errors
/// The item cannot be re-wrapped by this person, or a rule refuses the outcome.
pub fn header(
    desk: &Desk,
    keys: &PersonKeys,
    item: &UnlockedItem,
    leave: &RequestFile,
) -> Outcome<Rewrapped> {
    let custodian = leave.request.value().custodian;
    if desk.me != item.label().sender.person && Some(desk.me) != custodian {
        // Said before anything is made: every reader would refuse it.
        let mut failure = refusals::one(&Refusal::new(Code::AccessWriter, desk.me), &desk.everyone);
        failure.kind = Kind::Refused;
        return Err(failure);
    }
    let identities: Vec<_> = keys.identities().collect();
    let rewrapper = Rewrapper::new(desk.me, &keys.signing, &identities, desk.known.directory());
    let decisions = leave.decisions.iter().map(|decision| decision.note().clone());
    let widened = rewrapper
        .widen(item, &leave.request, decisions, &mut clock::randomness())
        .map_err(|error| failure(&error))?;
    if widened.rows.added.is_empty() {
        return Err(Failure::failed(msg!("widen-nobody")).code("nothing-to-do"));
    }
    let history = History::here().with_shared(item.header().access());
    drop(opening::admit(desk, widened.header.clone(), &opening::key_ids(keys), &history)?);
    Ok(widened)
}

fn failure(error: &RewrapError) -> Failure {
    match error {
        RewrapError::NotShared => Failure::failed(msg!("widen-own")).code("not-shared").because(error),
        other => Failure::failed(msg!("rewrap-failed")).because(other),
    }
}
