//! Whether anything may be sealed, and what to warn of (docs/directory.md, "In force").
//!
//! Nothing here blocks reading.

use super::fresh::{FRESH_SEAL_DAYS, FRESH_SKEW_S, FRESH_WARN_DAYS, Fresh};
use super::head::StopRef;
use super::in_force::{InForce, Part};
use crate::time::Time;

/// Days before an expiry from which on it is warned of.
const EXPIRY_WARN_DAYS: u32 = 14;
const DAY_S: i64 = 24 * 3600;

/// Something newer exists, by signed word, and is not in hand: it is withheld, or the network is slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("freeze: {part} {named} exists, {part} {have} is in hand")]
pub struct Withheld {
    /// What of.
    pub part: Part,
    /// The number that a signed text names.
    pub named: u32,
    /// The number in hand; 0 for none.
    pub have: u32,
}

/// Something is dated later than now: a wrong clock here, or someone dating ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("from the future: made {made}, and it is {now}")]
pub struct Future {
    /// When it says it was made.
    pub made: Time,
    /// The reader's time.
    pub now: Time,
}

/// Why nothing may be sealed now. Reading is never blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealRefusal {
    /// The clock shows less than a time already signed.
    #[error("the clock was set back: it shows {now}, and {known} has been")]
    ClockBack {
        /// What the clock shows.
        now: Time,
        /// The latest time in a signed text in hand.
        known: Time,
    },
    /// The root has expired.
    #[error("the root expired at {at}")]
    RootExpired {
        /// Since when.
        at: Time,
    },
    /// The directory has expired.
    #[error("the directory expired at {at}")]
    DirectoryExpired {
        /// Since when.
        at: Time,
    },
    /// Something newer exists and is not in hand.
    #[error(transparent)]
    Withheld(Withheld),
    /// No news for too long.
    #[error("no news of the organisation since {since}, more than 14 days")]
    Stale {
        /// The time of the last news.
        since: Time,
    },
}

/// What to warn of. Nothing of this blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// No news for more than three days.
    NoNews {
        /// The time of the last news.
        since: Time,
    },
    /// The root expires within 14 days, or has.
    RootExpires {
        /// When.
        at: Time,
    },
    /// The directory expires within 14 days, or has.
    DirectoryExpires {
        /// When.
        at: Time,
    },
    /// Something newer exists and is not in hand.
    Withheld(Withheld),
    /// There are two stop lists of one number. Both take away until a directory decides.
    TwoStops {
        /// The first number of which there are two.
        number: u32,
    },
    /// The organisation has no notary: a withheld stop list is noticed only when the directory expires.
    NoNotary,
}

impl InForce {
    /// What signed texts say exists beyond what is in hand.
    pub fn withheld(&self) -> Vec<Withheld> {
        let have_directory = self.signed_directory().number();
        let have_stop = self.last_stop().map_or(0, |stop| stop.number);
        let fresh = self.fresh().map(Fresh::value);
        let seen = self.seen_fresh();
        let directory = fresh.map_or(0, |fresh| fresh.directory.number);
        let directory = directory.max(seen.map_or(0, |seen| seen.directory));
        let stop = fresh.and_then(|fresh| fresh.stop).map_or(0, |stop| stop.number);
        let stop = stop.max(seen.map_or(0, |seen| seen.stop));
        let mut withheld = Vec::new();
        if directory > have_directory {
            withheld.push(Withheld { part: Part::Directory, named: directory, have: have_directory });
        } else if self.folded_beyond() {
            let named = have_directory.saturating_add(1);
            withheld.push(Withheld { part: Part::Directory, named, have: have_directory });
        }
        if stop > have_stop {
            withheld.push(Withheld { part: Part::Stop, named: stop, have: have_stop });
        }
        withheld
    }

    /// The time of the last news: of the newest freshness note in hand or ever seen, or of the directory if that is
    /// later.
    pub fn as_of(&self) -> Time {
        let notes = self.fresh().map(Fresh::made).into_iter().chain(self.seen_fresh().map(|seen| seen.made));
        notes.fold(self.signed_directory().made(), Time::max)
    }

    /// The latest time in any signed text in hand: it has been.
    pub fn latest(&self) -> Time {
        self.as_of().max(self.latest_of_officers())
    }

    /// Refuses what officers dated after `now`, but for a small skew of clocks. Asked when something arrives: one
    /// officer who dates a stop list ahead must not make every clock look set back.
    ///
    /// The notary's note is asked apart, with [`Fresh::check_not_future`]: one dated ahead is dropped, and must keep
    /// back nothing that officers signed.
    pub fn check_not_future(&self, now: Time) -> Result<(), Future> {
        not_after(self.latest_of_officers(), now)
    }

    fn latest_of_officers(&self) -> Time {
        let made = self.root().value().made.max(self.signed_directory().made());
        self.stops().last().map_or(made, |stop| made.max(stop.made()))
    }

    /// Refuses sealing where what is in hand is expired, stale, or behind what is known to exist.
    pub fn may_seal(&self, now: Time) -> Result<(), SealRefusal> {
        let known = self.latest();
        if known.seconds_since(now) > FRESH_SKEW_S {
            return Err(SealRefusal::ClockBack { now, known });
        }
        if self.root().is_expired(now) {
            return Err(SealRefusal::RootExpired { at: self.root().value().expires });
        }
        if self.signed_directory().is_expired(now) {
            return Err(SealRefusal::DirectoryExpired { at: self.signed_directory().expires() });
        }
        if let Some(withheld) = self.withheld().first() {
            return Err(SealRefusal::Withheld(*withheld));
        }
        let since = self.as_of();
        // Without a notary there is no news between directories; their own expiry bounds it.
        if self.root().value().notary.is_some() && older(now, since, FRESH_SEAL_DAYS) {
            return Err(SealRefusal::Stale { since });
        }
        Ok(())
    }

    /// Everything to warn of at `now`.
    pub fn warnings(&self, now: Time) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let soon = |expires: Time| now.plus_days(EXPIRY_WARN_DAYS) >= expires;
        if soon(self.root().value().expires) {
            warnings.push(Warning::RootExpires { at: self.root().value().expires });
        }
        if soon(self.signed_directory().expires()) {
            warnings.push(Warning::DirectoryExpires { at: self.signed_directory().expires() });
        }
        warnings.extend(self.withheld().into_iter().map(Warning::Withheld));
        if let Some(first) = self.beside().first() {
            warnings.push(Warning::TwoStops { number: first.number() });
        }
        if self.root().value().notary.is_none() {
            warnings.push(Warning::NoNotary);
        } else if older(now, self.as_of(), FRESH_WARN_DAYS) {
            warnings.push(Warning::NoNews { since: self.as_of() });
        }
        warnings
    }

    /// Whether a stop list was made upon a directory that folds more than the one in hand.
    fn folded_beyond(&self) -> bool {
        let folds = |stop: Option<StopRef>| stop.map_or(0, |stop| stop.number);
        self.stops()
            .last()
            .is_some_and(|last| folds(last.value().folded) > folds(self.signed_directory().value().stop))
    }
}

/// Refuses a time after `now`, but for a small skew of clocks.
pub(super) fn not_after(made: Time, now: Time) -> Result<(), Future> {
    if made.seconds_since(now) > FRESH_SKEW_S { Err(Future { made, now }) } else { Ok(()) }
}

fn older(now: Time, since: Time, days: u32) -> bool {
    now.seconds_since(since) > i64::from(days) * DAY_S
}
