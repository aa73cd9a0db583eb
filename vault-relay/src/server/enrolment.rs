//! The enrolment inbox: invitations in force, and what came in by them (docs/joining.md, "Duties of the inbox").
//!
//! While invitations are open, stations that no directory knows are let in for one request each. Everything about
//! them is bounded: how many at once, how many from one address, how long, how much.

use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::Semaphore;
use vault_keys::directory::Root;
use vault_keys::joining::{Inbox, InvitationList, Request};
use vault_keys::time::Time;

use super::clock::Clock;
use super::force::Current;
use super::tally::Tally;
use crate::store::{StoreError, View};
use crate::tls::{PublicKey, StationGate};

/// Stations in no directory that are served at once.
pub(crate) const STRANGERS: usize = 32;
/// The same from one address.
pub(crate) const STRANGERS_PER_ADDRESS: usize = 4;
/// How long one of them may take from handshake to answer.
pub(crate) const STRANGER_PATIENCE: Duration = Duration::from_secs(15);
/// Requests of one member that may wait.
pub(crate) const REQUESTS_PER_PERSON: usize = 4;
/// Requests older than this are not shown any more.
pub(crate) const REQUEST_DAYS: i64 = 90;
/// Most requests in one listing.
pub(crate) const REQUESTS_SHOWN: usize = 2000;
/// Requests read from storage at a time.
pub(crate) const REQUESTS_PAGE: u32 = 200;

/// Invitations in force.
#[derive(Debug)]
pub(crate) struct Enrolment {
    list: RwLock<Option<Arc<InvitationList>>>,
    /// Seconds since 1970 until which some invitation is open.
    open_until: AtomicI64,
    /// One permit for each stranger that is served.
    pub(crate) strangers: Semaphore,
    /// Strangers of each address.
    pub(crate) strangers_of: Tally<IpAddr>,
}

impl Enrolment {
    /// With the list that storage holds, if it still rests on the root in force.
    pub(crate) fn new(list: Option<InvitationList>) -> Self {
        let enrolment = Self {
            list: RwLock::default(),
            open_until: AtomicI64::new(i64::MIN),
            strangers: Semaphore::new(STRANGERS),
            strangers_of: Tally::default(),
        };
        if let Some(list) = list {
            enrolment.replace(list);
        }
        enrolment
    }

    /// Puts a list in force.
    pub(crate) fn replace(&self, list: InvitationList) {
        let until = list.invitations().iter().map(|open| open.expires.unix()).max().unwrap_or(i64::MIN);
        *self.list.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(list));
        self.open_until.store(until, Ordering::Release);
    }

    /// The list in force under this root; after a new root officers sign a new one.
    pub(crate) fn list(&self, root: &Root) -> Option<Arc<InvitationList>> {
        let list = self.list.read().unwrap_or_else(PoisonError::into_inner).clone();
        list.filter(|list| list.signed().value().root.hash == root.hash())
    }

    /// Whether some invitation may still be open.
    fn is_open(&self, now: Time) -> bool {
        now.unix() < self.open_until.load(Ordering::Acquire)
    }
}

/// The inbox as it stands for one request: the list, and whether its invitation was used.
pub(crate) fn inbox(list: &InvitationList, request: &Request, view: &dyn View) -> Result<Inbox, StoreError> {
    let used = match request.value().invitation {
        Some(id) => view.request_by(id)?.map(|hash| (id, hash)),
        None => None,
    };
    Ok(Inbox::new(list, used))
}

/// Lets in whom the directory knows, and while invitations are open everybody, for one request.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) current: Arc<Current>,
    pub(crate) enrolment: Arc<Enrolment>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl StationGate for Gate {
    fn admits(&self, key: &PublicKey) -> bool {
        self.current.caller(key).is_some() || self.enrolment.is_open(self.clock.now())
    }
}
