//! What every request can reach: storage, register, the directory in force, limits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{RwLock, Semaphore, watch};
use vault_core::item::LabelHash;
use vault_core::register::event::{Event, EventKind};
use vault_keys::directory::Role;
use vault_keys::key_id::KeyId;
use vault_keys::note::OfficeName;
use vault_keys::numbers::PersonNo;
use vault_keys::signing::OfficeKey;
use vault_keys::time::Time;

use super::clock::Clock;
use super::config::{Config, Limits};
use super::counts::Counts;
use super::door::Door;
use super::enrolment::Enrolment;
use super::entry;
use super::failure::{Entered, Failure, Refusal};
use super::force::{Current, Force, Own};
use super::mail::Mail;
use super::pace::Pace;
use super::register::Register;
use super::room::Rooms;
use super::tally::{Tally, lock};
use crate::proto::codes::RelayCode;
use crate::store::{self, Metadata, Parts, Transaction, View};
use crate::tls::PublicKey;

/// The person and machine behind a request, as the directory in force names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller {
    /// Whose station it is.
    pub(crate) person: PersonNo,
    /// The station's key id.
    pub(crate) station: KeyId,
}

/// One running relay.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) config: Config,
    /// Name of this relay, as it stands in every leaf.
    pub(crate) name: OfficeName,
    /// What an organisation must say about this relay.
    pub(crate) own: Own,
    /// Signs freshness notes where root names it.
    pub(crate) notary: OfficeKey,
    pub(crate) clock: Arc<dyn Clock>,
    /// Whether it goes as time does.
    pub(crate) pace: Pace,
    pub(crate) metadata: Arc<dyn Metadata>,
    pub(crate) parts: Arc<dyn Parts>,
    pub(crate) register: Register,
    pub(crate) current: Arc<Current>,
    /// Connections that have not said who they are.
    pub(crate) door: Door,
    /// Bytes of requests on their way.
    pub(crate) rooms: Rooms,
    /// Connections of each station.
    pub(crate) stations: Tally<PublicKey>,
    /// One permit for each part that may be in memory.
    pub(crate) part_memory: Semaphore,
    /// Parts each person is handing in.
    pub(crate) parts_of: Tally<PersonNo>,
    /// One organisation is judged at a time.
    pub(crate) publishing: Semaphore,
    /// One organisation file arrives at a time, and beside it one that a key officer hands in.
    pub(crate) arriving: Lanes,
    /// Organisations each person is handing in.
    pub(crate) publishing_of: Tally<PersonNo>,
    /// Fetches under way per item: a payload is not removed under a running transfer.
    pub(crate) fetches: Tally<LabelHash>,
    pub(crate) refusals: Meter,
    /// Invitations in force, and the limits on those who come by them.
    pub(crate) enrolment: Arc<Enrolment>,
    /// Who is to be told that something of his has changed.
    pub(crate) mail: Mail,
    /// Watches each person keeps open.
    pub(crate) watches_of: Tally<PersonNo>,
    /// The limits in force: those of the configuration, or what was reloaded since.
    pub(crate) limits: std::sync::RwLock<Arc<Limits>>,
    /// Requests of each person in this minute.
    pub(crate) rates: Meter,
    /// What was done since the start.
    pub(crate) counts: Counts,
    pub(crate) started: Time,
    /// Read while parts are removed, written by a backup: what its metadata names is there to copy.
    pub(crate) removing: RwLock<()>,
    /// Changes when the relay closes down.
    pub(crate) closing: watch::Receiver<bool>,
}

impl Context {
    /// The limits in force now.
    pub(crate) fn limits(&self) -> Arc<Limits> {
        Arc::clone(&self.limits.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The present time by the relay's clock.
    pub(crate) fn now(&self) -> Time {
        self.clock.now()
    }

    /// Whether the clock has gone evenly, so that what cannot be undone may be done by it.
    pub(crate) fn clock_is_even(&self) -> bool {
        self.pace.is_even(self.clock.now(), self.clock.steady())
    }

    /// Who is behind this station key now; `None` when the directory in force gives it no right.
    pub(crate) fn caller(&self, station: &PublicKey) -> Option<Caller> {
        self.current.caller(station)
    }

    /// The organisation that judges what a transaction enters: the newest one stored, under which the caller still acts.
    ///
    /// A stop list holds from its leaf on. Whatever stands behind that leaf was judged under it.
    pub(crate) fn judging(&self, view: &dyn View, caller: Caller) -> Result<Arc<Force>, Failure> {
        let force = self.current.require()?;
        if !force.is_newest_in(view)? {
            return Err(Failure::refuse(
                RelayCode::Busy,
                "a newer directory or stop list is being put in force",
            ));
        }
        if force.knows(caller) {
            return Ok(force);
        }
        Err(Failure::refuse(
            RelayCode::StationUnknown,
            "this station is not active in the directory in force",
        ))
    }

    /// Reads metadata off the async threads.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        mut work: impl FnMut(&dyn View) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let context = Arc::clone(self);
        blocking(move || store::read(&*context.metadata, &mut work)).await
    }

    /// Runs one transaction off the async threads. An error undoes it.
    ///
    /// Leaves it queued are given to the sequencer when it is through, also when nobody waits any more.
    pub(crate) async fn write<T: Send + 'static>(
        self: &Arc<Self>,
        mut work: impl FnMut(&mut dyn Transaction) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let context = Arc::clone(self);
        blocking(move || {
            let done = store::write(&*context.metadata, &mut work)?;
            context.register.wake();
            Ok(done)
        })
        .await
    }

    /// Enters a refusal in the register, within the person's hourly allowance.
    pub(crate) async fn enter_refusal(self: &Arc<Self>, station: &PublicKey, refusal: &Refusal) {
        let (Entered::Yes, Some(caller)) = (refusal.entered, self.caller(station)) else { return };
        let now = self.now();
        if !self.refusals.allows(caller.person, now, HOUR_SECONDS, self.limits().refusals_per_hour) {
            return tracing::warn!(person = %caller.person, code = refusal.code, "refusal logged only: too many");
        }
        let (code, about) = (refusal.code.to_owned(), refusal.about);
        let context = Arc::clone(self);
        let entered = self.write(move |transaction| {
            let force = context.current.require()?;
            let event = Event {
                item: about.map(|(item, _)| item),
                label: about.map(|(_, label)| label),
                person: Some(caller.person),
                station: Some(caller.station),
                code: Some(code.clone()),
                ..Event::of_relay(force.org(), EventKind::Refused, now)
            };
            // Not part of the item's chain: whoever is refused has no part in it.
            transaction.queue_leaf(&entry::of_event(&context, &force, &event, None)?)?;
            Ok(())
        });
        if let Err(error) = entered.await {
            tracing::error!(%error, "a refusal could not be entered");
        }
    }
}

/// Where organisation files arrive: nobody slow keeps an officer waiting who has a stop list.
#[derive(Debug)]
pub(crate) struct Lanes {
    officers: Semaphore,
    others: Semaphore,
}

impl Default for Lanes {
    fn default() -> Self {
        Self { officers: Semaphore::new(1), others: Semaphore::new(1) }
    }
}

impl Lanes {
    /// The lane of this person.
    pub(crate) fn of(&self, caller: Caller, force: &Force, now: Time) -> &Semaphore {
        let entry = force.directory().person(caller.person);
        match entry.is_some_and(|entry| entry.holds_role(Role::KeyOfficer, None, now.day())) {
            true => &self.officers,
            false => &self.others,
        }
    }
}

/// Runs blocking work on its own thread.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_) => Err(Failure::Ours("a storage task ended without a result")),
    }
}

/// The span of `refusals_per_hour`, in seconds.
const HOUR_SECONDS: i64 = 3600;

/// How often each person did something in a span of time.
///
/// Bounded by the number of persons: only callers the directory knows are counted.
#[derive(Debug, Default)]
pub(crate) struct Meter(Mutex<HashMap<PersonNo, (Time, u32)>>);

impl Meter {
    /// Counts once more, and tells whether that is within `most` for the span begun.
    pub(crate) fn allows(&self, person: PersonNo, now: Time, span_seconds: i64, most: u32) -> bool {
        let mut counts = lock(&self.0);
        let (since, count) = counts.entry(person).or_insert((now, 0));
        // A span that begins later than now was begun before the clock was set back.
        if !(0..span_seconds).contains(&now.seconds_since(*since)) {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_used_his_requests_up_has_new_ones_in_the_next_span_also_when_the_clock_is_set() {
        let meter = Meter::default();
        let person = PersonNo::new(1).expect("a number");
        let start: Time = "2026-11-25T08:00:00Z".parse().expect("a time");
        for set_s in [0, 59, 60, -3600, -365 * 86_400, 365 * 86_400] {
            let allowed = |at: i64| meter.allows(person, start.plus_seconds(at), 60, 2);
            let fresh = set_s != 59;
            assert_eq!(allowed(set_s), fresh, "{set_s}");
            assert_eq!(allowed(set_s), fresh, "{set_s}");
            assert!(!allowed(set_s), "{set_s}: no more than two in a span");
        }
    }
}
