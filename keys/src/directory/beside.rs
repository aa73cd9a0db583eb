//! Two stop lists under one number: both take away until a directory folds one of them (docs/directory.md, "Two stop
//! lists of one number").
//!
//! Two officers may stop somebody at the same time, each with what he had in hand. Nobody is cut off by that, and nothing
//! that either took is given back: one list leads and the chain goes on from it, the other stands beside it.

use std::collections::BTreeMap;

use super::chain::join_stops;
use super::entry::{Key, KeyState};
use super::fresh::Fresh;
use super::head::StopRef;
use super::in_force::{InForce, InForceError, Part, check_stops};
use super::stop::{Stop, StopAct, StopKind, StopSuccessionError};
use super::verify::is_root;
use crate::digest::StopHash;

/// The most stop lists that may stand beside the chain.
pub const BESIDE_MAX: usize = 16;

/// Where stop lists come from that may contradict those in hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum From {
    /// The relay: lists hold from their leaf in its register on, so its chain leads.
    Relay,
    /// A file.
    File,
}

/// Stop lists of two places, put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Woven {
    /// The chain that leads, ascending without gaps.
    pub chain: Vec<Stop>,
    /// Lists that contradict it, to be kept with [`Organisation::with_beside`](super::Organisation::with_beside).
    pub beside: Vec<Stop>,
    /// The number from which on both sides differ, if they do.
    pub fork: Option<u32>,
}

/// Puts the stop lists in hand and those that arrive together, over the directory that arrives.
///
/// Where they contradict each other, the directory decides if it folds one side. Otherwise the relay's lists lead;
/// of two files' those that the newest freshness note names, then the longer ones, then those in hand.
///
/// # Errors
/// [`StopSuccessionError::Fork`] where more than [`BESIDE_MAX`] lists would stand beside the chain.
pub fn weave(mine: &InForce, theirs: &InForce, from: From) -> Result<Woven, StopSuccessionError> {
    let folded = theirs.signed_directory().value().stop;
    let fits = |chain: &[Stop]| match check_stops(theirs.root(), folded, chain) {
        Err(InForceError::Fork { part: Part::Stop, number }) => Some(number),
        Err(InForceError::Stops(StopSuccessionError::Fork { number })) => Some(number),
        // Whatever else is wrong is named when the parts are put together.
        _ => None,
    };
    let joined = join_stops(mine.stops(), theirs.stops(), folded);
    let fork = match &joined {
        Ok(chain) => fits(chain),
        Err(StopSuccessionError::Fork { number }) => Some(*number),
        Err(other) => return Err(*other),
    };
    let (chain, lost) = match (joined, fork) {
        (Ok(chain), None) => (chain, &[][..]),
        (_, fork) => {
            let settled = fork.unwrap_or(0) <= folded.map_or(0, |folded| folded.number);
            let mine_lead =
                !settled && from == From::File && leads(mine, theirs) && fits(mine.stops()).is_none();
            let (lead, lost) = if mine_lead { (mine, theirs) } else { (theirs, mine) };
            (with_past(lead.stops(), lost.stops()), lost.stops())
        }
    };
    let all = mine.beside().iter().chain(theirs.beside()).chain(lost);
    let beside = sorted(all.filter(|stop| !chain.contains(stop)).cloned());
    let standing = beside.iter().filter(|stop| !is_settled(stop, &beside, folded)).count();
    match fork {
        Some(number) if standing > BESIDE_MAX => Err(StopSuccessionError::Fork { number }),
        _ => Ok(Woven { chain, beside, fork }),
    }
}

/// What stop lists of `before` took that are not in the chain of `now`, and that this chain does not take as well.
///
/// It stands beside the chain and is lifted by the next directory, or has been already; whoever still wants it taken
/// away makes a stop list of it again.
pub fn lost_acts(before: &InForce, now: &InForce) -> Vec<StopAct> {
    let folded = before.signed_directory().value().stop.map_or(0, |folded| folded.number);
    let over = before.stops().iter().filter(|stop| stop.number() > folded).chain(before.beside());
    let lost = over.filter(|stop| !now.stops().contains(stop));
    let chain = now.of_chain();
    let last = now.signed_directory().value().stop;
    // A list that a directory folded was followed.
    lost.filter(|stop| Some(stop.reference()) != last && !leads_to(stop, before, last))
        .flat_map(Stop::own_acts)
        .filter(|act| !chain.has_taken(act))
        .cloned()
        .collect()
}

/// Whether this list is one of those before `last`, in the chain of `held`.
fn leads_to(stop: &Stop, held: &InForce, last: Option<StopRef>) -> bool {
    let chained = |one: &Stop| held.stops().contains(one);
    last.is_some_and(|last| {
        let in_hand = held.stops().iter().find(|one| one.number() == last.number);
        stop.number() <= last.number && chained(stop) && in_hand.is_none_or(|one| one.hash() == last.hash)
    })
}

/// The lists that lead, and of the others those that lead to them: they tell where revocations lie.
fn with_past(lead: &[Stop], lost: &[Stop]) -> Vec<Stop> {
    let before = lead.first().and_then(|first| first.value().previous);
    let linked = lost.iter().position(|stop| Some(stop.hash()) == before).map_or(0, |at| at + 1);
    lost.iter().take(linked).chain(lead).cloned().collect()
}

/// Whether the lists in hand lead over those of a file.
fn leads(mine: &InForce, theirs: &InForce) -> bool {
    let named = |stop: StopRef| move |one: &Stop| one.reference() == stop;
    let of_root = |fresh: &&Fresh| fresh.value().root.hash == theirs.root().hash();
    let notes = mine.fresh().filter(of_root).into_iter().chain(theirs.fresh());
    let newest = notes.max_by_key(|fresh| fresh.made()).and_then(|fresh| fresh.value().stop);
    if let Some(stop) = newest {
        if theirs.stops().iter().any(named(stop)) {
            return false;
        }
        if mine.stops().iter().any(named(stop)) {
            return true;
        }
    }
    let last = |in_force: &InForce| in_force.stops().last().map_or(0, Stop::number);
    last(mine) >= last(theirs)
}

/// Ascending by number, none twice.
fn sorted(stops: impl Iterator<Item = Stop>) -> Vec<Stop> {
    let by_hash: BTreeMap<(u32, StopHash), Stop> =
        stops.map(|stop| ((stop.number(), stop.hash()), stop)).collect();
    by_hash.into_values().collect()
}

/// Whether the directory has decided over this list: it folds a list of the number at which its branch began, or of a
/// later one.
fn is_settled(stop: &Stop, beside: &[Stop], folded: Option<StopRef>) -> bool {
    let mut first = stop;
    while let Some(before) = beside.iter().find(|one| Some(one.hash()) == first.value().previous) {
        first = before;
    }
    first.number() <= folded.map_or(0, |folded| folded.number)
}

impl InForce {
    /// Whether what the act takes is taken already.
    fn has_taken(&self, act: &StopAct) -> bool {
        let Some(entry) = self.directory().person(act.person) else { return true };
        let stopped = |key: &Key| key.state == KeyState::Stopped;
        match (act.key, act.kind) {
            (Some(id), _) => entry.key(&id).is_none_or(stopped),
            (None, StopKind::Suspend) => !entry.is_active(),
            (None, StopKind::Revoke) => !entry.is_active() && entry.keys.iter().all(stopped),
        }
    }

    /// The same with these stop lists beside the chain: what they took is taken too. Those that the directory has
    /// decided over, that are in the chain, or that rest on another root, are let go.
    #[must_use]
    pub(super) fn with_beside(self, lists: impl IntoIterator<Item = Stop>) -> Self {
        let all = sorted(lists.into_iter().filter(|stop| !self.stops().contains(stop)));
        let folded = self.signed_directory().value().stop;
        let root = self.root();
        let stands = |stop: &Stop| {
            let named = stop.value().root;
            !is_settled(stop, &all, folded) && is_root(root, named.number, named.hash)
        };
        let (beside, let_go): (Vec<Stop>, Vec<Stop>) = all.iter().cloned().partition(stands);
        self.beside_are(beside, let_go.iter().map(Stop::reference).collect())
    }

    /// The same as the chain alone has it: upon this the next stop list is made.
    #[must_use]
    pub fn of_chain(&self) -> Self {
        self.clone().beside_are(Vec::new(), Vec::new())
    }
}
