//! The enrolment inbox: invitations in force, and what came in by them (docs/joining.md, "Duties of the inbox").
//!
//! While invitations are open, stations that no directory knows are let in for one request each. Everything about
//! them is bounded: how many at once, how many from one address, how long, how much.

use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{Mutex, Semaphore};
use vault_keys::digest::RootHash;
use vault_keys::directory::Root;
use vault_keys::joining::{Invitation, InvitationId, InvitationList};
use vault_keys::time::Time;

use super::clock::Clock;
use super::force::Current;
use super::tally::Tally;
use crate::tls::{PublicKey, StationGate};

/// Stations in no directory that are served at once.
pub(crate) const STRANGERS: usize = 32;
/// The same from one address, or IPv6 network of 64 bits.
pub(crate) const STRANGERS_PER_ADDRESS: usize = 4;
/// How long one of them may take from handshake to answer.
pub(crate) const STRANGER_PATIENCE: Duration = Duration::from_secs(15);
/// Requests of one member that may wait; another one takes the place of the oldest.
pub(crate) const REQUESTS_PER_PERSON: usize = 4;
/// Requests older than this are not shown any more.
pub(crate) const REQUEST_DAYS: i64 = 90;
/// Most requests in one listing.
pub(crate) const REQUESTS_SHOWN: usize = 2000;
/// Requests read from storage at a time.
pub(crate) const REQUESTS_PAGE: u32 = 200;

/// The lists in force: one of each officer, all of one root.
#[derive(Debug)]
struct Open {
    root: RootHash,
    lists: Vec<Arc<InvitationList>>,
    /// When the last invitation expires; none where there is no invitation.
    until: Option<Time>,
}

/// Invitations in force.
#[derive(Debug)]
pub(crate) struct Enrolment {
    in_force: RwLock<Option<Open>>,
    /// Held from judging a list to its being in force, so that memory never has an older one than storage.
    pub(crate) turn: Mutex<()>,
    /// One permit for each stranger that is served.
    pub(crate) strangers: Semaphore,
    /// Strangers of each address, or IPv6 network of 64 bits.
    pub(crate) strangers_of: Tally<IpAddr>,
}

impl Enrolment {
    /// With the lists that storage holds of the root in force.
    pub(crate) fn new(lists: Vec<InvitationList>) -> Self {
        let enrolment = Self {
            in_force: RwLock::default(),
            turn: Mutex::default(),
            strangers: Semaphore::new(STRANGERS),
            strangers_of: Tally::default(),
        };
        lists.into_iter().for_each(|list| enrolment.replace(list));
        enrolment
    }

    /// Puts an officer's list in force in the place of his earlier one. Lists of another root end.
    pub(crate) fn replace(&self, list: InvitationList) {
        let mut in_force = self.in_force.write().unwrap_or_else(PoisonError::into_inner);
        let root = list.signed().value().root.hash;
        let mut lists = match in_force.take() {
            Some(open) if open.root == root => open.lists,
            _ => Vec::new(),
        };
        lists.retain(|other| other.officer() != list.officer());
        lists.push(Arc::new(list));
        let until = lists.iter().flat_map(|list| list.invitations()).map(|open| open.expires).max();
        *in_force = Some(Open { root, lists, until });
    }

    /// The invitation of this id under this root; after a new root officers sign anew.
    pub(crate) fn invitation(&self, root: &Root, id: InvitationId) -> Option<Invitation> {
        let in_force = self.in_force.read().unwrap_or_else(PoisonError::into_inner);
        let open = in_force.as_ref().filter(|open| open.root == root.hash())?;
        open.lists.iter().find_map(|list| list.invitation(id)).cloned()
    }

    /// Whether some invitation under this root may still be open.
    fn is_open(&self, root: &Root, now: Time) -> bool {
        let in_force = self.in_force.read().unwrap_or_else(PoisonError::into_inner);
        in_force
            .as_ref()
            .is_some_and(|open| open.root == root.hash() && open.until.is_some_and(|until| now < until))
    }
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
        let Some(force) = self.current.get() else { return false };
        let root = force.newest.organisation.root();
        force.caller(key).is_some() || self.enrolment.is_open(root, self.clock.now())
    }
}
