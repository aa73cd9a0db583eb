//! The client: one connection to one relay, one method per verb (docs/relay-protocol.md).
//!
//! Everything the relay answers is checked before it is returned: evidence under the log keys of the root the
//! client trusts, organisations by the rules of succession, payload bytes by length. What a caller gets from
//! here is proven, or an error.
//!
//! Everything that touches a socket is in `link`. Without the feature `network` a link that nobody can make stands in
//! its place: a program for machines that stand alone.

mod asked;
mod collect;
mod copies;
mod decide;
mod dial;
mod enrolment;
mod error;
mod lanes;
#[cfg(feature = "network")]
mod link;
#[cfg(not(feature = "network"))]
#[path = "no_link.rs"]
mod link;
mod organisation;
mod register;
mod submit;
mod watch;

pub use crate::proto::message::Folder;
pub use collect::{Copy, ItemStatus, ListedItem, Page, ShownHeader};
pub use decide::Decided;
pub use dial::{Client, NoRelay, Peer};
pub use error::{ClientError, DialError};
pub use organisation::Handed;
pub use register::{Evidence, LogKeys, Standing};
pub use submit::{Acceptance, Payload, Transfer};
pub use watch::{News, Watch};
