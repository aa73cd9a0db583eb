//! The highest versions seen, kept outside the cache and asked before it is replaced (docs/directory.md,
//! "Highest versions").
//!
//! Whoever can write the cache can put back what was valid once. The pins tell: a lower number is a rollback,
//! a number whose way here is unknown a gap, another text under a number seen a fork.

use serde::{Deserialize, Serialize};

use super::fresh::{CheckpointRef, DirectoryVersion, FRESH_SKEW_S, Fresh, FreshHash};
use super::head::{RootRef, StopRef};
use super::in_force::{InForce, Part};
use super::organisation::Organisation;
use super::sealing::{Future, SealRefusal};
use super::stop::Stop;
use super::verify::SuccessionError;
use crate::digest::OrgId;
use crate::text_type;
use crate::time::Time;

text_type! {
    /// The format of the pins.
    pub struct SeenType = "vault-seen/1";
}

/// The highest versions seen of one organisation. Unsigned; it is this machine's own memory.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Always `vault-seen/1`.
    pub format: SeenType,
    /// The organisation, pinned when joining.
    pub org: OrgId,
    /// The newest root.
    pub root: RootRef,
    /// The newest directory.
    pub directory: DirectoryVersion,
    /// The newest stop list, in hand or folded.
    pub stop: Option<StopRef>,
    /// Stop lists that stood beside the chain, ascending by number: both sides take away until a directory decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<StopRef>,
    /// The newest freshness note.
    pub fresh: Option<SeenFresh>,
    /// The latest time in any signed text: it has been.
    pub latest: Time,
}

/// What is kept of a freshness note.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeenFresh {
    /// When it was made.
    pub made: Time,
    /// Its hash.
    pub hash: FreshHash,
    /// Number of the newest directory, by its word.
    pub directory: u32,
    /// Number of the newest stop list, by its word; 0 for none.
    pub stop: u32,
    /// The register it names.
    pub checkpoint: CheckpointRef,
}

impl SeenFresh {
    fn of(fresh: &Fresh) -> Self {
        let value = fresh.value();
        Self {
            made: fresh.made(),
            hash: fresh.hash(),
            directory: value.directory.number,
            stop: value.stop.map_or(0, |stop| stop.number),
            checkpoint: value.checkpoint.clone(),
        }
    }
}

/// Why what arrives must not replace what was seen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SeenError {
    /// Of another organisation.
    #[error("this is organisation {found}, not the pinned {wanted}")]
    Org {
        /// The organisation found.
        found: OrgId,
        /// The organisation pinned.
        wanted: OrgId,
    },
    /// Older than what was seen: someone serves what is outdated.
    #[error("rollback: {part} {found} is older than {part} {have}, which was seen before")]
    Rollback {
        /// Of what.
        part: Part,
        /// The number seen.
        have: u64,
        /// The number found.
        found: u64,
    },
    /// Newer, and what leads from the one seen to it is missing.
    #[error("gap: nothing leads from {part} {have} to {part} {found}")]
    Gap {
        /// Of what.
        part: Part,
        /// The number seen.
        have: u64,
        /// The number found.
        found: u64,
    },
    /// Two texts under one number were signed. Keep both as evidence.
    #[error("fork: there are two texts of {part} {number}")]
    Fork {
        /// Of what.
        part: Part,
        /// The number they share.
        number: u64,
    },
    /// Something in it is dated later than now.
    #[error(transparent)]
    Future(#[from] Future),
    /// Two freshness notes of one time: the notary signed both. Keep both as evidence.
    #[error("fork: there are two freshness notes of {made}")]
    FreshFork {
        /// When both say they were made.
        made: Time,
    },
    /// A freshness note made before the one seen.
    #[error("rollback: the freshness note of {found} is older than that of {have}, which was seen before")]
    FreshRollback {
        /// When the one seen was made.
        have: Time,
        /// When the one found was made.
        found: Time,
    },
}

impl Seen {
    /// The first pins: what was pinned by fingerprint on joining, after
    /// [`InForce::check_not_future`] held.
    pub fn first(in_force: &InForce) -> Self {
        let (root, directory) = (in_force.root(), in_force.signed_directory());
        Self {
            format: SeenType,
            org: in_force.org(),
            root: RootRef { number: root.number(), hash: root.hash() },
            directory: DirectoryVersion { number: directory.number(), hash: directory.hash() },
            stop: in_force.last_stop(),
            beside: in_force.beside().iter().map(Stop::reference).collect(),
            fresh: in_force.fresh().map(SeenFresh::of),
            latest: in_force.latest(),
        }
    }

    /// The pins after taking `next`, or why it must not replace what is in hand. A freshness note dated ahead is to be
    /// dropped before: [`Organisation::without_note_ahead`].
    ///
    /// `next` is kept beside the cache before the pins are written, and takes its place after: a crash between leaves pins
    /// that [name](Self::names) what is kept.
    pub fn advance(&self, next: &Organisation, now: Time) -> Result<Self, SeenError> {
        if next.org() != self.org {
            return Err(SeenError::Org { found: next.org(), wanted: self.org });
        }
        next.in_force().check_not_future(now)?;
        if let Some(fresh) = next.in_force().fresh() {
            // One that was taken before is not lost to a clock set back.
            let known = self.fresh.as_ref().is_some_and(|have| have.hash == fresh.hash());
            if !known {
                fresh.check_not_future(now)?;
            }
        }
        self.check_root(next)?;
        self.check_directory(next)?;
        self.check_stop(next.in_force())?;
        let mut seen = Self::first(next.in_force());
        if let Some(have) = &self.fresh {
            seen.fresh = Some(match seen.fresh {
                // A file without a note, or from before it: what was seen stays pinned.
                None => have.clone(),
                Some(found) => {
                    check_fresh(have, &found)?;
                    found
                }
            });
        }
        seen.latest = seen.latest.max(self.latest);
        Ok(seen)
    }

    /// Holds what is in hand, read back from a cache, against what was seen: it is that, not another text under its
    /// number, and not an older or a further one.
    ///
    /// A freshness note that is missing or older is no fault of its own (a new root leaves one behind); what the note
    /// seen said counts on: [`InForce::with_seen`].
    pub fn check_held(&self, held: &Organisation) -> Result<(), SeenError> {
        if held.org() != self.org {
            return Err(SeenError::Org { found: held.org(), wanted: self.org });
        }
        self.check_root(held)?;
        self.check_directory(held)?;
        self.check_stop(held.in_force())?;
        match (&self.fresh, held.in_force().fresh()) {
            (Some(have), Some(found)) if found.made() == have.made && found.hash() != have.hash => {
                Err(SeenError::FreshFork { made: have.made })
            }
            _ => Ok(()),
        }
    }

    /// Whether this very organisation was seen last: its root, directory, stop list and freshness note, if it has one, are
    /// those pinned, none of them older or newer.
    pub fn names(&self, held: &Organisation) -> bool {
        let it = Self::first(held.in_force());
        let rights =
            (it.org, it.root, it.directory, it.stop) == (self.org, self.root, self.directory, self.stop);
        rights && (it.fresh.is_none() || it.fresh == self.fresh)
    }

    /// Refuses to seal while the clock shows less than a time already seen.
    pub fn check_clock(&self, now: Time) -> Result<(), SealRefusal> {
        let known = self.latest;
        if known.seconds_since(now) > FRESH_SKEW_S {
            return Err(SealRefusal::ClockBack { now, known });
        }
        Ok(())
    }

    fn check_root(&self, next: &Organisation) -> Result<(), SeenError> {
        let (have, found) = (self.root.number.into(), next.root().number().into());
        match next.roots().iter().find(|root| root.number() == self.root.number) {
            None => Err(SeenError::Rollback { part: Part::Root, have, found }),
            Some(root) if root.hash() != self.root.hash => {
                Err(SeenError::Fork { part: Part::Root, number: have })
            }
            Some(_) => Ok(()),
        }
    }

    fn check_directory(&self, next: &Organisation) -> Result<(), SeenError> {
        let part = Part::Directory;
        match next.follows(self.directory.number, self.directory.hash) {
            Ok(()) | Err(SuccessionError::Same { .. }) => Ok(()),
            Err(SuccessionError::Rollback { have, found }) => {
                Err(SeenError::Rollback { part, have: have.into(), found: found.into() })
            }
            Err(SuccessionError::Gap { have, found }) => {
                Err(SeenError::Gap { part, have: have.into(), found: found.into() })
            }
            Err(_) => Err(SeenError::Fork { part, number: self.directory.number.into() }),
        }
    }

    fn check_stop(&self, next: &InForce) -> Result<(), SeenError> {
        self.stop.map_or(Ok(()), |have| check_one_stop(have, next))?;
        self.beside.iter().try_for_each(|have| check_one_stop(*have, next))
    }
}

/// A stop list that was seen is in the chain or beside it, or a directory has decided over it.
fn check_one_stop(have: StopRef, next: &InForce) -> Result<(), SeenError> {
    let part = Part::Stop;
    let beside = next.beside().iter().map(Stop::reference).chain(next.let_go().iter().copied());
    if beside.into_iter().any(|stop| stop == have) {
        return Ok(());
    }
    let folded = next.signed_directory().value().stop;
    // The enrol threshold folded this one, another of its number, or a later one: that settles it.
    if folded.is_some_and(|folded| folded.number >= have.number) {
        return Ok(());
    }
    let found = next.last_stop().map_or(0, |stop| stop.number);
    if found < have.number {
        return Err(SeenError::Rollback { part, have: have.number.into(), found: found.into() });
    }
    let in_hand = next.stops().iter().map(Stop::reference).chain(folded);
    let before = next.stops().first().and_then(|first| {
        Some(StopRef { number: first.number().checked_sub(1)?, hash: first.value().previous? })
    });
    let known = in_hand.chain(before).find(|stop| stop.number == have.number);
    match known {
        Some(stop) if stop.hash != have.hash => Err(SeenError::Fork { part, number: have.number.into() }),
        Some(_) => Ok(()),
        None => Err(SeenError::Gap { part, have: have.number.into(), found: found.into() }),
    }
}

fn check_fresh(have: &SeenFresh, found: &SeenFresh) -> Result<(), SeenError> {
    let (old, new) = (&have.checkpoint, &found.checkpoint);
    // Another origin is a register begun anew, by the root that names it. Whoever restored it may not know of the last notes
    // before, nor what time they had.
    if old.origin != new.origin {
        return Ok(());
    }
    if found.made < have.made {
        return Err(SeenError::FreshRollback { have: have.made, found: found.made });
    }
    if found.made == have.made && found.hash != have.hash {
        return Err(SeenError::FreshFork { made: have.made });
    }
    if new.size < old.size {
        return Err(SeenError::Rollback { part: Part::Register, have: old.size, found: new.size });
    }
    if new.size == old.size && new.hash != old.hash {
        return Err(SeenError::Fork { part: Part::Register, number: new.size });
    }
    Ok(())
}
