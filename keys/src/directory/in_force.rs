//! What is in force: root, directory, the stop lists over it, and how fresh all that is (docs/directory.md,
//! "In force").
//!
//! One verified value that answers whether a person, key or station may act now, whether a signature at a
//! place of the register counts, and whether anything may be sealed. [`InForce::directory`] is the directory
//! with the stop lists applied: whoever takes a `Directory` takes that one.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::entry::{Key, KeyState, PersonEntry, PersonState};
use super::fresh::Fresh;
use super::head::StopRef;
use super::position::Place;
use super::root::Root;
use super::seen::{Seen, SeenFresh};
use super::stop::{Stop, StopAct, StopKind, StopSuccessionError};
use super::verify::{Directory, is_root};
use crate::digest::{DirectoryHash, OrgId};
use crate::key_id::{KeyId, KeyKind};
use crate::numbers::PersonNo;
use crate::time::Time;

/// Root, directory, stop lists and freshness that belong together. Cheap to clone.
#[derive(Clone, Debug)]
pub struct InForce {
    root: Arc<Root>,
    signed: Arc<Directory>,
    /// `signed` with the stop lists applied; the same value where there are none.
    directory: Arc<Directory>,
    stops: Arc<[Stop]>,
    /// Stop lists that contradict the chain. They take away too, until a directory decides.
    beside: Arc<[Stop]>,
    /// Those of them over which the directory has decided.
    let_go: Arc<[StopRef]>,
    fresh: Option<Arc<Fresh>>,
    /// What the newest freshness note ever seen said, whether it is in hand or not.
    seen: Option<Arc<SeenFresh>>,
    /// Where stop lists stand in the register, by number.
    leaves: BTreeMap<u32, Place>,
}

/// A part of what is in force.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    /// The root.
    Root,
    /// The directory.
    Directory,
    /// The stop list.
    Stop,
    /// The freshness note.
    Fresh,
    /// The register.
    Register,
}

/// Why parts do not belong together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InForceError {
    /// A part of another organisation.
    #[error("the {part} is of another organisation")]
    Org {
        /// The part.
        part: Part,
    },
    /// A part rests on another root than the newest: whoever signed it may no longer be an officer.
    #[error("the {part} rests on root {found}, root {wanted} is in force")]
    Root {
        /// The part.
        part: Part,
        /// Number of the root it rests on.
        found: u32,
        /// Number of the root in force.
        wanted: u32,
    },
    /// The stop lists do not begin where the directory ends.
    #[error("gap: the directory folds up to stop list {folded}, stop list {found} comes next here")]
    StopGap {
        /// The last one folded; 0 for none.
        folded: u32,
        /// The first one in hand.
        found: u32,
    },
    /// The stop lists do not follow each other.
    #[error(transparent)]
    Stops(#[from] StopSuccessionError),
    /// Two texts under one number were signed. Keep both as evidence.
    #[error("fork: there are two texts of {part} {number}")]
    Fork {
        /// Of what.
        part: Part,
        /// The number they share.
        number: u32,
    },
}

/// Why someone or something may not act now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Inactive {
    /// Not in the directory.
    #[error("not in the directory")]
    Unknown,
    /// The key was replaced.
    #[error("the key was replaced; it opens and verifies what is old")]
    Retired,
    /// The key is revoked.
    #[error("the key is revoked")]
    Stopped,
    /// The person is suspended.
    #[error("the person is suspended")]
    Suspended,
    /// The person has left.
    #[error("the person has left")]
    Closed,
}

/// What a signature by a key is worth at a place of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The key was not revoked then.
    Good,
    /// The key was revoked before.
    Revoked,
    /// The key is revoked, and nothing proves which came first.
    Unproven,
    /// No such key.
    Unknown,
}

impl InForce {
    /// Puts verified parts together.
    ///
    /// `stops` are the stop lists that this client holds, ascending without gaps. They begin no later than
    /// with the one after the last that the directory folds; earlier ones tell where revocations lie.
    pub fn new(
        root: impl Into<Arc<Root>>,
        directory: impl Into<Arc<Directory>>,
        stops: Vec<Stop>,
        fresh: Option<Fresh>,
    ) -> Result<Self, InForceError> {
        let (root, signed) = (root.into(), directory.into());
        if signed.org() != root.org() {
            return Err(InForceError::Org { part: Part::Directory });
        }
        let named = signed.value().root;
        if !is_root(&root, named.number, named.hash) {
            let (found, wanted) = (named.number, root.number());
            return Err(InForceError::Root { part: Part::Directory, found, wanted });
        }
        check_stops(&root, signed.value().stop, &stops)?;
        if let Some(fresh) = &fresh {
            check_fresh(&root, &signed, &stops, fresh)?;
        }
        let (beside, let_go) = (Vec::new(), Vec::new());
        let directory = taken_from(&signed, &stops, &beside);
        Ok(Self {
            root,
            signed,
            directory,
            stops: stops.into(),
            beside: beside.into(),
            let_go: let_go.into(),
            fresh: fresh.map(Arc::new),
            seen: None,
            leaves: BTreeMap::new(),
        })
    }

    /// The same with these lists beside the chain, and these let go.
    pub(super) fn beside_are(self, beside: Vec<Stop>, let_go: Vec<StopRef>) -> Self {
        let directory = taken_from(&self.signed, &self.stops, &beside);
        Self { directory, beside: beside.into(), let_go: let_go.into(), ..self }
    }

    /// Adds the newest freshness note ever seen: what it said counts on, also where the note is no longer in hand.
    #[must_use]
    pub fn with_seen(mut self, seen: &Seen) -> Self {
        self.seen = seen.fresh.clone().map(Arc::new);
        self
    }

    /// The same without freshness note.
    pub(super) fn without_fresh(self) -> Self {
        Self { fresh: None, ..self }
    }

    /// Adds where stop list `number` stands in the register, once its proof was verified.
    #[must_use]
    pub fn with_stop_leaf(mut self, number: u32, place: Place) -> Self {
        self.leaves.insert(number, place);
        self
    }

    /// Where stop list `number` stands in the register, if that is known.
    pub fn stop_leaf(&self, number: u32) -> Option<&Place> {
        self.leaves.get(&number)
    }

    /// Root and signed directory, shared.
    pub(super) fn shared(&self) -> (Arc<Root>, Arc<Directory>) {
        (Arc::clone(&self.root), Arc::clone(&self.signed))
    }

    /// The organisation.
    pub fn org(&self) -> OrgId {
        self.root.org()
    }

    /// The root in force.
    pub fn root(&self) -> &Root {
        &self.root
    }

    /// The directory as it stands under the stop lists.
    ///
    /// Keys they revoke are stopped, persons they suspend or revoke are suspended. Number, hash, head, texts
    /// and proofs are those that were signed.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The directory as it was signed.
    pub fn signed_directory(&self) -> &Directory {
        &self.signed
    }

    /// The stop lists in hand, ascending.
    pub fn stops(&self) -> &[Stop] {
        &self.stops
    }

    /// Stop lists that contradict those, ascending by number: somebody signed two under one number. What they took is
    /// taken too.
    pub fn beside(&self) -> &[Stop] {
        &self.beside
    }

    /// Stop lists that stood beside the chain until this directory decided.
    pub(super) fn let_go(&self) -> &[StopRef] {
        &self.let_go
    }

    /// The freshness note in hand.
    pub fn fresh(&self) -> Option<&Fresh> {
        self.fresh.as_deref()
    }

    /// What the newest freshness note ever seen said; the one in hand aside.
    pub(super) fn seen_fresh(&self) -> Option<&SeenFresh> {
        self.seen.as_deref()
    }

    /// The newest stop list there is: the last in hand, or the one the directory folds.
    pub fn last_stop(&self) -> Option<StopRef> {
        self.stops.last().map(Stop::reference).or_else(|| self.signed.value().stop)
    }

    /// The person, if he may act now.
    pub fn person_now(&self, person: PersonNo) -> Result<&PersonEntry, Inactive> {
        let entry = self.directory.person(person).ok_or(Inactive::Unknown)?;
        match entry.state {
            PersonState::Active => Ok(entry),
            PersonState::Suspended => Err(Inactive::Suspended),
            PersonState::Closed => Err(Inactive::Closed),
        }
    }

    /// The key and its person, if both may act now: sign, connect, be sealed to.
    pub fn key_now(&self, id: &KeyId) -> Result<(&PersonEntry, &Key), Inactive> {
        let (person, key) = self.directory.key(id).ok_or(Inactive::Unknown)?;
        match key.state {
            KeyState::Active => Ok((self.person_now(person)?, key)),
            KeyState::Retired => Err(Inactive::Retired),
            KeyState::Stopped => Err(Inactive::Stopped),
        }
    }

    /// The station key and its person, if both may act now.
    pub fn station_now(&self, id: &KeyId) -> Result<(&PersonEntry, &Key), Inactive> {
        let (entry, key) = self.key_now(id)?;
        if key.kind == KeyKind::Station { Ok((entry, key)) } else { Err(Inactive::Unknown) }
    }

    /// What a signature by this key is worth at `place`; `None` where the text never reached the register.
    ///
    /// Position decides: what lies before the revocation counts, what lies after does not, and without a
    /// position on both sides nothing is proven. Retired keys and persons who have left are not revoked.
    pub fn standing(&self, id: &KeyId, place: Option<&Place>) -> Standing {
        let Some((person, key)) = self.directory.key(id) else { return Standing::Unknown };
        let hits = |stop: &Stop, act: &StopAct| {
            let whole = act.key.is_none() && act.person == person && key.from <= stop.made();
            act.kind == StopKind::Revoke && (act.key == Some(*id) || whole)
        };
        let lists =
            self.stops.iter().map(|stop| (stop, true)).chain(self.beside.iter().map(|stop| (stop, false)));
        let acts = lists.flat_map(|(stop, chained)| stop.own_acts().map(move |act| (stop, chained, act)));
        let mut hit = acts.filter(|(stop, _, act)| hits(stop, act)).peekable();
        if hit.peek().is_none() {
            let stopped = key.state == KeyState::Stopped;
            return if stopped { Standing::Unproven } else { Standing::Good };
        }
        hit.fold(Standing::Good, |worst, (stop, chained, act)| {
            // Leaves are known by number, and the number is the chain's.
            let leaf = self.leaves.get(&stop.number()).filter(|_| chained);
            let own_leaf = || leaf.map(Place::position);
            let since = act.since.clone().or_else(own_leaf);
            let after = since.zip(place).and_then(|(since, place)| since.is_before(place));
            match (worst, after) {
                (Standing::Revoked, _) | (_, Some(true)) => Standing::Revoked,
                (worst, Some(false)) => worst,
                (_, None) => Standing::Unproven,
            }
        })
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Root => "root",
            Self::Directory => "directory",
            Self::Stop => "stop list",
            Self::Fresh => "freshness note",
            Self::Register => "register",
        })
    }
}

/// The stop lists follow each other and the directory, and those over it rest on the root in force.
pub(super) fn check_stops(root: &Root, folded: Option<StopRef>, stops: &[Stop]) -> Result<(), InForceError> {
    let Some(first) = stops.first() else { return Ok(()) };
    let last_folded = folded.map_or(0, |folded| folded.number);
    let (found, follows) = (first.number(), last_folded.saturating_add(1));
    if found > follows || (stops.len() as u64 + u64::from(found)) <= u64::from(last_folded) {
        return Err(InForceError::StopGap { folded: last_folded, found });
    }
    for (older, newer) in stops.iter().zip(stops.iter().skip(1)) {
        newer.successor_of(older)?;
    }
    if let Some(folded) = folded {
        let in_chain = stops.iter().find(|stop| stop.number() == folded.number).map(Stop::hash);
        let before_chain = first.value().previous.filter(|_| found == follows);
        if in_chain.or(before_chain).is_some_and(|hash| hash != folded.hash) {
            return Err(InForceError::Fork { part: Part::Stop, number: folded.number });
        }
    }
    for stop in stops {
        if stop.org() != root.org() {
            return Err(InForceError::Org { part: Part::Stop });
        }
        let named = stop.value().root;
        if stop.number() > last_folded && !is_root(root, named.number, named.hash) {
            let (found, wanted) = (named.number, root.number());
            return Err(InForceError::Root { part: Part::Stop, found, wanted });
        }
    }
    Ok(())
}

/// The freshness note is the present notary's, and names no other text under a number in hand.
fn check_fresh(
    root: &Root,
    directory: &Directory,
    stops: &[Stop],
    fresh: &Fresh,
) -> Result<(), InForceError> {
    let value = fresh.value();
    if !is_root(root, value.root.number, value.root.hash) {
        let (found, wanted) = (value.root.number, root.number());
        return Err(InForceError::Root { part: Part::Fresh, found, wanted });
    }
    let number = value.directory.number;
    let known_directory: Option<DirectoryHash> = if number == directory.number() {
        Some(directory.hash())
    } else if number.saturating_add(1) == directory.number() {
        directory.value().previous
    } else {
        None
    };
    if known_directory.is_some_and(|hash| hash != value.directory.hash) {
        return Err(InForceError::Fork { part: Part::Directory, number });
    }
    let Some(named) = value.stop else { return Ok(()) };
    // Said before this directory decided between two lists of one number.
    let folded = directory.value().stop.map_or(0, |stop| stop.number);
    if number < directory.number() && named.number <= folded {
        return Ok(());
    }
    let in_hand = stops.iter().map(Stop::reference).chain(directory.value().stop);
    match in_hand.into_iter().find(|stop| stop.number == named.number) {
        Some(stop) if stop.hash != named.hash => {
            Err(InForceError::Fork { part: Part::Stop, number: named.number })
        }
        _ => Ok(()),
    }
}

/// The directory with what these stop lists take from it; the very same where they take nothing.
fn taken_from(signed: &Arc<Directory>, stops: &[Stop], beside: &[Stop]) -> Arc<Directory> {
    let folded = signed.value().stop.map_or(0, |stop| stop.number);
    let over: Vec<(&Stop, &StopAct)> = stops
        .iter()
        .chain(beside)
        .filter(|stop| stop.number() > folded)
        .flat_map(|stop| stop.own_acts().map(move |act| (stop, act)))
        .collect();
    if over.is_empty() { Arc::clone(signed) } else { Arc::new(under(signed, &over)) }
}

/// The directory with these acts applied.
fn under(directory: &Directory, acts: &[(&Stop, &StopAct)]) -> Directory {
    let mut by_person: BTreeMap<PersonNo, Vec<(Time, &StopAct)>> = BTreeMap::new();
    for (stop, act) in acts {
        by_person.entry(act.person).or_default().push((stop.made(), act));
    }
    directory.with_persons(|entry| {
        for (made, act) in by_person.get(&entry.number).into_iter().flatten() {
            apply(entry, act, *made);
        }
    })
}

/// Takes from an entry what the act takes. Nothing here gives.
pub(super) fn apply(entry: &mut PersonEntry, act: &StopAct, made: Time) {
    if act.key.is_none() && entry.state == PersonState::Active {
        entry.state = PersonState::Suspended;
    }
    if act.kind == StopKind::Revoke {
        let named = |key: &&mut Key| act.key.is_none_or(|id| key.id == id);
        for key in entry.keys.iter_mut().filter(named).filter(|key| key.state != KeyState::Stopped) {
            key.end(KeyState::Stopped, made);
        }
    }
}
