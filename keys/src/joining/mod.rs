//! Joining: requests for new keys, and one-time codes that admit them (docs/joining.md).
//!
//! A code admits a request to the enrolment inbox and confers no trust: whoever enrols compares a 30-digit
//! number by voice. A request proves that its maker holds the signing key it names, and, from someone already
//! enrolled, that his present key asks for it.

mod code;
mod invitation;
mod request;
#[cfg(test)]
pub(crate) mod tests;

pub use code::{CodeError, JoinCode};
pub use invitation::{
    Admitted, INVITATIONS_MAX, INVITATIONS_NOTE_MAX, Inbox, Invitation, InvitationEntry, InvitationId,
    InvitationList, InvitationType, InvitationsError, InvitationsText, InviteError,
};
pub use request::{
    OpeningPublic, Purpose, REQUEST_MAX, Request, RequestError, RequestText, RequestType, Secrets,
};
