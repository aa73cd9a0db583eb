//! The directory: who belongs to the organisation, with which keys, posts and roles (docs/directory.md).
//!
//! A [`Root`] names the officers and is pinned by its fingerprint. A [`Directory`] is a signed head over the
//! Merkle root of its entries, one per person and unit. Both exist only verified: their constructors enforce
//! every rule, so whoever holds one need not ask again. Whether one has expired is judged by the caller
//! (`is_expired(now)`): an expired directory still reads, it no longer seals.

mod acts;
mod beside;
mod chain;
mod changes;
mod compose;
mod entry;
mod find;
mod fresh;
mod head;
mod in_force;
mod new_root;
mod officer_card;
mod organisation;
mod personnel;
mod position;
mod progress;
mod proposal;
mod root;
mod root_change;
mod root_text;
mod rules;
mod sealing;
mod seen;
mod stop;
#[cfg(test)]
mod tests;
mod verify;

#[cfg(test)]
pub(crate) use tests::sample as testing;

pub use acts::{Act, ActError, Caution, Checklist, Done, Enrolment, NewUnit, Papers};
pub use beside::{BESIDE_MAX, From, Woven, lost_acts, weave};
pub use chain::join_stops;
pub use changes::{Change, ContinuityError};
pub use compose::Draft;
pub(crate) use entry::words;
pub use entry::{
    Affiliation, Clearance, Deputy, Key, KeyState, LevelWord, PersonEntry, PersonState, PersonType, Post,
    RecoveryKey, Role, RoleGrant, UnitEntry, UnitType, WordError,
};
pub use find::{Match, MatchedBy};
pub use fresh::{
    CheckpointRef, DirectoryVersion, FRESH_MAX, FRESH_SEAL_DAYS, FRESH_SKEW_S, FRESH_WARN_DAYS, Fresh,
    FreshError, FreshHash, FreshText, FreshType, RegisterHash,
};
pub use head::{DirectoryText, DirectoryType, RootRef, StopRef};
pub use in_force::{InForce, InForceError, Inactive, Part, Standing};
pub use new_root::{NewRoot, NewRootType, RootPreview, RootProgress};
pub use officer_card::{OFFICER_CARD_MAX, OfficerCard, OfficerCardError, OfficerCardText, OfficerCardType};
pub use organisation::{Organisation, OrganisationError};
pub use personnel::{Absence, Category, Paper, PaperHash, Personnel, StationClass, StationFacts};
pub use position::{Place, Position};
pub use progress::Progress;
pub use proposal::{Preview, Proposal, ProposalError, Subject};
pub use root::{Root, RootError, ThresholdError};
pub use root_change::{RootChange, RootChangeError};
pub use root_text::{
    EndedLog, LogText, NotaryText, Officer, Relay, RootText, RootType, Task, Thresholds, WitnessText,
};
pub use rules::{EntryError, NameFault, check_name, check_title, is_pinyin};
pub use sealing::{Future, SealRefusal, Warning, Withheld};
pub use seen::{Seen, SeenError, SeenFresh, SeenType};
pub use stop::{
    STOP_ACTS_MAX, STOP_MAX, Stop, StopAct, StopError, StopKind, StopReason, StopSuccessionError, StopText,
    StopType,
};
pub use verify::{Directory, DirectoryError, EntryProof, SuccessionError};

/// The largest root note in bytes.
pub const ROOT_MAX: usize = 256 * 1024;
/// The largest directory note in bytes.
pub const HEAD_MAX: usize = 128 * 1024;
/// The largest policy note in bytes: what one text of the relay's protocol can be.
pub const POLICY_MAX: usize = 1024 * 1024;
/// The largest entry in bytes.
pub const ENTRY_MAX: usize = 64 * 1024;
/// The most entries of a directory.
pub const ENTRIES_MAX: usize = 200_000;
/// The most officers of a root. Their lines, two each, must fit in one note beside those of the root before.
pub const OFFICERS_MAX: usize = 8;
/// The largest organisation file in bytes.
pub const ORGANISATION_MAX: usize = 64 * 1024 * 1024;
