//! Reply codes of the relay itself (docs/relay-protocol.md, "Reply codes").
//!
//! A refusal by a rule carries the rule's own code from `vault_core::admission`; the codes here say what is
//! wrong with a request before any rule is asked, or with the relay. Codes are stable: programs go by them.

use std::fmt;

/// QUIC application error with which a connection ends: its station is not, or no longer, in the directory.
pub const CLOSE_STATION: u32 = 1;
/// The same: there are too many connections of this station, or of stations in no directory.
pub const CLOSE_BUSY: u32 = 2;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $retry:expr;)*) => {
        /// Why the relay did not carry out a request.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum RelayCode { $($(#[$doc])* $name),* }

        impl RelayCode {
            /// Every code, in the order of the specification.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its stable text.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// Seconds after which the same request may succeed, if it ever can.
            pub fn retry(self) -> Option<u32> {
                match self { $(Self::$name => $retry),* }
            }
        }
    };
}

codes! {
    /// A frame or message breaks the protocol.
    MalformedRequest = "malformed-request", None;
    /// A frame is above its limit.
    FrameTooLarge = "frame-too-large", None;
    /// The request names a protocol version this relay does not speak.
    UnsupportedVersion = "unsupported-version", None;
    /// The request names a verb this relay does not know.
    UnknownVerb = "unknown-verb", None;
    /// The station key belongs to no active station of an active person in the directory in force.
    StationUnknown = "station-unknown", None;
    /// The asking person has no part in this item, or there is no such item: the two are not told apart.
    NoSuchItem = "no-such-item", None;
    /// There is no upload under this label; it begins with `open`.
    NoSuchUpload = "no-such-upload", None;
    /// Not all parts are there.
    PartsMissing = "parts-missing", None;
    /// A part number or length does not fit the label's content length.
    PartOutOfPlace = "part-out-of-place", None;
    /// A part's bytes do not have the announced chaining value.
    PartDamaged = "part-damaged", Some(0);
    /// The parts together are not the content the label names.
    ContentMismatch = "content-mismatch", None;
    /// Another label stands under this sender and item id; both are kept as evidence.
    LabelConflict = "label-conflict", None;
    /// A statement is not of the form of a signed event.
    StatementForm = "statement-form", None;
    /// A statement's time is more than a day from the relay's.
    StatementTime = "statement-time", None;
    /// A statement names another label, access note, content or copy than the relay holds.
    StatementMismatch = "statement-mismatch", None;
    /// A statement is not signed by the person whose station brings it.
    StatementSigner = "statement-signer", None;
    /// A statement's kind does not belong to this verb.
    StatementKind = "statement-kind", None;
    /// The leaf stood in no log that ended, or stands in the one that took its place.
    NotLost = "not-lost", None;
    /// So many statements stand on this copy that no more are taken.
    StatementsFull = "statements-full", None;
    /// They were reminded already, and not as long ago as the policy wants between two reminders.
    RemindedAlready = "reminded-already", None;
    /// The copy is in a state in which this cannot happen.
    CopyState = "copy-state", None;
    /// The item is in a state in which this cannot happen: it was decided on, withdrawn, or never needed a decision.
    ItemState = "item-state", None;
    /// The decision completes the others: it comes with the finished header, or not at all.
    HeaderNeeded = "header-needed", None;
    /// The item is not released, or may not be read yet.
    NotReleased = "not-released", None;
    /// No demand of this person and station stands behind the request.
    NoDemand = "no-demand", None;
    /// The payload is gone: every copy reached its final state.
    PayloadGone = "payload-gone", None;
    /// Parts of the payload are damaged on the relay's disk. The others can be fetched.
    PayloadDamaged = "payload-damaged", None;
    /// The offset or length lies outside the payload.
    RangeOutside = "range-outside", None;
    /// The published organisation does not follow the one in force.
    OrganisationRefused = "organisation-refused", None;
    /// Another stop list of this number was published first; the next is made upon that one.
    StopOvertaken = "stop-overtaken", None;
    /// The list of invitations is dated more than five minutes ahead of the relay's clock.
    InvitationsAhead = "invitations-ahead", None;
    /// The list of invitations does not verify, is older than the officer's list in force, or has an
    /// invitation of another officer's.
    InvitationsRefused = "invitations-refused", None;
    /// A request for keys is not admitted. Why is nobody's business who has no code.
    NotAdmitted = "not-admitted", None;
    /// So many requests of this person wait that no more are taken.
    RequestsFull = "requests-full", None;
    /// This needs the role of a key officer.
    OfficersOnly = "officers-only", None;
    /// The register has no such tree size or tile.
    NoSuchTile = "no-such-tile", None;
    /// So much of this sender's content is kept that no more is taken until some of it was received.
    QuotaFull = "quota-full", Some(3600);
    /// The relay has too much to do.
    Busy = "relay-busy", Some(5);
    /// The relay is closing down.
    Closing = "relay-closing", Some(30);
    /// The relay's disk is full or may not be written to; the same request may be repeated.
    DiskFull = "relay-full", Some(60);
    /// The relay's storage failed; the same request may be repeated.
    StorageFailed = "relay-storage", Some(60);
}

impl fmt::Display for RelayCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_lower_case_words() {
        let mut seen = std::collections::BTreeSet::new();
        for code in RelayCode::ALL {
            let text = code.as_str();
            assert!(text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{text}");
            assert!(seen.insert(text), "{text} twice");
        }
    }
}
