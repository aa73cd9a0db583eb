//! Decisions 审批: who agrees that an item is sent, or that something else is done with one (docs/decisions.md,
//! design section 7).
//!
//! For sealing and sending the request is the label itself; every other act is a request of its own. Both are decided
//! by the same notes in the same order. Nothing here knows people: what a signature and a role are worth is judged by
//! [`crate::admission`].
//!
//! | module | what it is |
//! |---|---|
//! | [`act`] | what else can be asked, one word each |
//! | [`note`] | `vault-decision/1`: one person's answer at one step |
//! | [`request`] | `vault-request/1`: what else is asked for |
//! | [`request_file`] | the request file that goes round without a relay: a request, its labels, the decisions so far |
//! | [`course`] | the state machine: which answer may follow which |
//! | [`chain`] | the decisions on an item out of its leaves, with nothing left out between |
//! | `opinion` | the opinion beside an answer, for whoever holds the item (feature `open`) |
//! | `closed` | reasons and opinions on requests, for requester and deciders (feature `open`) |

pub mod act;
pub mod chain;
#[cfg(feature = "open")]
pub mod closed;
pub mod course;
pub mod note;
#[cfg(feature = "open")]
pub mod opinion;
pub mod request;
pub mod request_file;
#[cfg(all(test, feature = "open"))]
mod tests;

pub use act::Act;
pub use chain::{Chain, ChainError, OnLeaf, Released};
pub use course::{Agreed, Course, CourseRefusal, Taken};
pub use note::{About, AboutKind, Answer, Closed, DECISION_MAX, DecisionNote, DecisionType, Opinion};
pub use request::{Parameters, REQUEST_DAYS_MAX, REQUEST_MAX, Request, RequestType};
pub use request_file::{RequestFile, RequestFileError};

use vault_keys::digest::OrgId;
use vault_keys::note::{Note, Signed};

use crate::item::ItemHeader;

/// The requests among notes, in their order. Signatures and decisions are judged by the rules.
pub fn requests_in(notes: &[Note], org: OrgId) -> impl Iterator<Item = Signed<Request>> + '_ {
    let requests = notes.iter().filter(|note| note.text().contains(RequestType::NAME));
    requests.filter_map(move |note| Signed::from_note(note.clone(), org).ok())
}

/// The decisions among an item's notes, ascending by hash. Their signatures are judged by the rules.
pub fn carried_by(item: &ItemHeader) -> impl Iterator<Item = Signed<DecisionNote>> + '_ {
    decisions_in(item.notes(), item.org())
}

/// The decisions among notes, in their order.
pub fn decisions_in(notes: &[Note], org: OrgId) -> impl Iterator<Item = Signed<DecisionNote>> + '_ {
    let decisions = notes.iter().filter(|note| note.text().contains(DecisionType::NAME));
    decisions.filter_map(move |note| Signed::from_note(note.clone(), org).ok())
}
