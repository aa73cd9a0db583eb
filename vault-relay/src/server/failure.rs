//! Why a request ended without being carried out: what the peer is told, what the log keeps.
//!
//! Three kinds by blame: the relay refuses (a stable code goes to the peer), the peer broke the protocol or the
//! line (nothing more can be said to it), and our own storage or program failed (the peer hears that it did,
//! the log hears why).

use vault_core::admission::{Code, Refused as RefusedByRule};
use vault_core::item::{ItemId, LabelHash};

use super::register::RegisterError;
use crate::proto::codes::RelayCode;
use crate::proto::frame::FrameError;
use crate::proto::message::Refused;
use crate::proto::wire::WireError;
use crate::store::StoreError;

/// `ENFILE` and `EMFILE`: no file descriptors left, of the system or of this process.
const NO_DESCRIPTORS: [i32; 2] =
    [rustix::io::Errno::NFILE.raw_os_error(), rustix::io::Errno::MFILE.raw_os_error()];

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Refused: the peer gets code and reason.
    #[error("refused ({}): {}", .0.code, .0.reason)]
    Refused(Refusal),
    /// The stream broke or the peer went silent.
    #[error(transparent)]
    Wire(WireError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The register failed.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// Something that cannot be, was.
    #[error("internal fault: {0}")]
    Ours(&'static str),
}

/// A refusal on its way to the peer.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    /// Stable code.
    pub(crate) code: &'static str,
    /// One sentence for people; no names, titles or file names in it.
    pub(crate) reason: String,
    /// Seconds after which the same may succeed.
    pub(crate) retry: Option<u32>,
    /// Whether it is an act of a person that the register should know of.
    pub(crate) entered: Entered,
    /// The item it is about, where one is known.
    pub(crate) about: Option<(ItemId, LabelHash)>,
}

/// Whether a refusal leaves an event in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entered {
    /// A rule was broken by a known person.
    Yes,
    /// A fault of form, state or capacity: logged only.
    No,
}

impl Failure {
    /// Refuses with one of the relay's own codes; leaves no event.
    pub(crate) fn refuse(code: RelayCode, reason: impl Into<String>) -> Self {
        Self::Refused(Refusal {
            code: code.as_str(),
            reason: reason.into(),
            retry: code.retry(),
            entered: Entered::No,
            about: None,
        })
    }

    /// The same for an act that breaks a rule: it leaves an event.
    pub(crate) fn against_rule(code: RelayCode, reason: impl Into<String>) -> Self {
        Self::Refused(Refusal {
            code: code.as_str(),
            reason: reason.into(),
            retry: code.retry(),
            entered: Entered::Yes,
            about: None,
        })
    }

    /// Refused by one admission rule, with another sentence than the rule's own.
    pub(crate) fn by_code(code: Code, reason: impl Into<String>) -> Self {
        Self::Refused(Refusal {
            code: code.as_str(),
            reason: reason.into(),
            retry: None,
            entered: Entered::No,
            about: None,
        })
    }

    /// Refused by the admission rules: the first refusal gives the code, all of them the reason.
    pub(crate) fn by_rule(refused: &RefusedByRule) -> Self {
        let code = refused
            .refusals
            .first()
            .map_or(RelayCode::MalformedRequest.as_str(), |first| first.code.as_str());
        Self::Refused(Refusal {
            code,
            reason: refused.to_string(),
            retry: None,
            entered: Entered::Yes,
            about: None,
        })
    }

    /// Names the item a refusal is about.
    pub(crate) fn about(self, item: ItemId, label: LabelHash) -> Self {
        match self {
            Self::Refused(refusal) => Self::Refused(Refusal { about: Some((item, label)), ..refusal }),
            other => other,
        }
    }

    /// What the peer is told; `None` when the line is of no use any more.
    pub(crate) fn to_peer(&self) -> Option<Refused> {
        let (code, reason, retry) = match self {
            Self::Refused(refusal) => (refusal.code, refusal.reason.clone(), refusal.retry),
            Self::Wire(WireError::Frame(error)) => {
                let code = match error {
                    FrameError::TooLarge { .. } => RelayCode::FrameTooLarge,
                    _ => RelayCode::MalformedRequest,
                };
                (code.as_str(), error.to_string(), None)
            }
            Self::Wire(WireError::Trailing) => {
                (RelayCode::MalformedRequest.as_str(), WireError::Trailing.to_string(), None)
            }
            Self::Wire(_) => return None,
            Self::Store(error) => told(blame(error), "nothing was changed"),
            // The transaction before it may stand; its leaves are published as soon as that is possible.
            Self::Register(error) => told(blame(error), "the register waits; ask the same again"),
            Self::Ours(_) => told(RelayCode::StorageFailed, "nothing was changed"),
        };
        Some(Refused { code: code.to_owned(), reason: shorten(reason), retry })
    }
}

/// What a failure of ours is called for the peer.
fn told(code: RelayCode, state: &str) -> (&'static str, String, Option<u32>) {
    let reason = match code {
        RelayCode::DiskFull => "the relay's disk is full or may not be written to",
        RelayCode::Busy => "the relay has too many files open",
        _ => "the relay's storage failed",
    };
    (code.as_str(), format!("{reason}; {state}"), code.retry())
}

/// What is behind a failure of storage: room, file descriptors, or anything else.
fn blame(error: &(dyn std::error::Error + 'static)) -> RelayCode {
    use std::io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            match (io.kind(), io.raw_os_error()) {
                (StorageFull | QuotaExceeded | ReadOnlyFilesystem, _) => return RelayCode::DiskFull,
                (_, Some(number)) if NO_DESCRIPTORS.contains(&number) => return RelayCode::Busy,
                _ => {}
            }
        }
        if let Some(rusqlite::Error::SqliteFailure(error, _)) = error.downcast_ref() {
            match error.code {
                rusqlite::ErrorCode::DiskFull | rusqlite::ErrorCode::ReadOnly => return RelayCode::DiskFull,
                _ => {}
            }
        }
        // Shared errors stand behind an `Arc`, which hands its own source on; look at what it holds.
        next = match error.downcast_ref::<StoreError>() {
            Some(StoreError::Shared(shared)) => Some(&**shared),
            _ => match error.downcast_ref::<RegisterError>() {
                Some(RegisterError::Shared(shared)) => Some(&**shared),
                _ => error.source(),
            },
        };
    }
    RelayCode::StorageFailed
}

impl From<WireError> for Failure {
    fn from(error: WireError) -> Self {
        match error {
            WireError::NoRoom => Self::refuse(RelayCode::Busy, error.to_string()),
            error => Self::Wire(error),
        }
    }
}

/// Keeps a reason within what an answer may carry, cut at a character.
fn shorten(mut reason: String) -> String {
    const REASON_MAX: usize = 2000;
    if reason.len() > REASON_MAX {
        let cut = (0..=REASON_MAX).rev().find(|at| reason.is_char_boundary(*at)).unwrap_or(0);
        reason.truncate(cut);
    }
    reason
}
