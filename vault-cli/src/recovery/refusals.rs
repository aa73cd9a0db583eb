//! What sets, requests, shares and runs are refused for, in words. Each has a code of its own for `--json`.

use vault_core::recovery::{RestoredError, RunError};
use vault_keys::directory::Inactive;
use vault_keys::recovery::{
    JoinError, RecoveryRequestError, RecoverySetError, RequestRefusal, ShareError, SplitError,
};

use crate::error::{Failure, Kind};
use crate::people::Listed;
use crate::{clock, item_words, msg, opening, refusals};

/// Fewer officers signed than it takes.
pub(super) fn too_few_signatures() -> Failure {
    Failure::new(Kind::Refused, msg!("recovery-unsigned"))
        .code("recovery-unsigned")
        .hint(msg!("recovery-unsigned-next"))
}

pub(super) fn set(error: &RecoverySetError) -> Failure {
    match error {
        RecoverySetError::Threshold(_) => too_few_signatures().because(error),
        _ => Failure::failed(msg!("recovery-set-unread")).because(error),
    }
}

pub(super) fn request(error: &RecoveryRequestError) -> Failure {
    match error {
        RecoveryRequestError::Threshold(_) => too_few_signatures().because(error),
        _ => Failure::failed(msg!("recovery-request-unread")).because(error),
    }
}

pub(super) fn refusal(refusal: &RequestRefusal, everyone: &[Listed]) -> Failure {
    let name = |person: vault_keys::numbers::PersonNo| item_words::holder_words(everyone, person.into());
    let refused = |code: &str, message| Failure::new(Kind::Refused, message).code(code).because(refusal);
    match refusal {
        RequestRefusal::Expired { not_after } => {
            refused("recovery-expired", msg!("recovery-expired", time = clock::local(*not_after)))
                .hint(msg!("recovery-ask-anew"))
        }
        RequestRefusal::Future { made } => {
            refused("recovery-from-future", msg!("recovery-from-future", time = clock::local(*made)))
                .hint(msg!("recovery-from-future-next"))
        }
        RequestRefusal::OtherSet { found, wanted } => refused(
            "recovery-other-set",
            msg!("recovery-other-set", found = found.to_string(), wanted = wanted.to_string()),
        )
        .hint(msg!("recovery-other-set-next")),
        RequestRefusal::OtherUnit { found, wanted } => refused(
            "recovery-other-unit",
            msg!(
                "recovery-other-unit",
                found = item_words::holder_words(everyone, (*found).into()),
                wanted = item_words::holder_words(everyone, (*wanted).into())
            ),
        ),
        RequestRefusal::Key { person, reason } => {
            let words = match reason {
                Inactive::Suspended | Inactive::Closed => {
                    msg!("recovery-person-inactive", person = name(*person))
                }
                _ => msg!("recovery-key-inactive", person = name(*person)),
            };
            refused("recovery-key-inactive", words).hint(msg!("recovery-key-inactive-next"))
        }
        RequestRefusal::KeyOfAnother { person, owner } => refused(
            "recovery-key-of-another",
            msg!("recovery-key-of-another", person = name(*person), owner = name(*owner)),
        ),
        other => refused("recovery-key-inactive", msg!("recovery-request-unread")).because(other),
    }
}

pub(super) fn split(error: &SplitError) -> Failure {
    Failure::usage(msg!("recovery-split")).hint(msg!("recovery-split-next")).because(error)
}

pub(super) fn share(error: &ShareError, file: &str) -> Failure {
    let integrity = |code: &str, message| Failure::new(Kind::Integrity, message).code(code).because(error);
    match error {
        ShareError::Damaged(_) | ShareError::Content(_) => {
            integrity("share-damaged", msg!("share-damaged", file = file)).hint(msg!("share-damaged-next"))
        }
        ShareError::NotForThisKey => Failure::new(Kind::Refused, msg!("share-other-key", file = file))
            .code("share-other-key")
            .hint(msg!("share-other-key-next")),
        ShareError::OtherSet { found, wanted } => integrity(
            "share-other-set",
            msg!("share-other-set", file = file, found = found.to_string(), wanted = wanted.to_string()),
        )
        .hint(msg!("share-other-set-next")),
        _ => integrity("share-not-as-signed", msg!("share-not-as-signed", file = file))
            .hint(msg!("share-damaged-next")),
    }
}

pub(super) fn join(error: &JoinError) -> Failure {
    match error {
        JoinError::TooFew { needed, found } => {
            let words = msg!("shares-too-few", needed = u64::from(*needed), found = u64::from(*found));
            Failure::new(Kind::Refused, words).code("shares-too-few").hint(msg!("shares-too-few-next"))
        }
        _ => Failure::new(Kind::Integrity, msg!("shares-wrong")).code("shares-wrong").because(error),
    }
}

/// Why one item was left out.
pub(super) fn item(error: &RunError, everyone: &[Listed]) -> Failure {
    let refused = |code: &str, message| Failure::new(Kind::Refused, message).code(code);
    let holder = |holder: vault_keys::numbers::Holder| item_words::holder_words(everyone, holder);
    match error {
        RunError::NotCovered => refused("recovery-not-covered", msg!("recovery-not-covered")),
        RunError::OtherUnit { found, wanted } => refused(
            "recovery-item-other-unit",
            msg!(
                "recovery-item-other-unit",
                found = holder((*found).into()),
                wanted = holder((*wanted).into())
            ),
        ),
        RunError::OtherKey { unit } => {
            refused("recovery-item-other-key", msg!("recovery-item-other-key", unit = holder((*unit).into())))
        }
        RunError::NoRecoveryRow => refused("recovery-item-without", msg!("recovery-item-without")),
        RunError::NotHeld { person } => {
            refused("recovery-not-held", msg!("recovery-not-held", person = holder((*person).into())))
        }
        RunError::OtherSuite { .. } => refused("recovery-other-suite", msg!("recovery-other-suite"))
            .hint(msg!("recovery-other-suite-next")),
        RunError::Refused(rules) => refusals::failure(rules, everyone),
        RunError::Open(error) => opening::failure(error),
        other => Failure::failed(msg!("recovery-item-failed")).because(other),
    }
}

/// Why a restored file does not serve an item.
pub(super) fn restored(error: &RestoredError, file: &str) -> Failure {
    match error {
        RestoredError::NotForThisKey => Failure::new(Kind::Refused, msg!("restored-other-key", file = file))
            .code("restored-other-key")
            .hint(msg!("restored-other-key-next")),
        RestoredError::OtherItem { .. } | RestoredError::OtherLabel => {
            Failure::new(Kind::Integrity, msg!("restored-other-item", file = file))
                .code("restored-other-item")
        }
        other => Failure::new(Kind::Integrity, msg!("restored-damaged", file = file))
            .code("restored-damaged")
            .because(other),
    }
}
