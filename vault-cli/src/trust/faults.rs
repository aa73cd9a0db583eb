//! What is wrong with an organisation that arrives, or with the one in hand, in words.

use vault_core::policy::PolicyLower;
use vault_keys::directory::{
    Future, InForceError, OrganisationError, Part, RootError, SealRefusal, SeenError, StopSuccessionError,
    SuccessionError, Warning, Withheld,
};
use vault_keys::time::Time;

use crate::clock;
use crate::error::{Failure, Kind};
use crate::lang::Msg;
use crate::msg;

fn integrity(code: &'static str, words: Msg, next: Msg) -> Failure {
    Failure::new(Kind::Integrity, words).code(code).hint(next)
}

fn rollback() -> Failure {
    integrity("rollback", msg!("org-rollback"), msg!("org-rollback-next"))
}

fn fork(part: Part, number: u64) -> Failure {
    integrity("fork", fork_words(part, number), msg!("org-fork-next"))
}

/// That there are two texts of this; of freshness notes the number is their time, seconds since 1970.
pub(super) fn fork_words(part: Part, number: u64) -> Msg {
    match part {
        Part::Fresh => {
            let made = i64::try_from(number).ok().and_then(|seconds| Time::from_unix(seconds).ok());
            msg!("org-fork-fresh", made = made.map_or_else(|| number.to_string(), clock::local))
        }
        _ => msg!("org-fork", part = part_words(part), number = number),
    }
}

fn gap() -> Failure {
    integrity("gap", msg!("org-gap"), msg!("org-gap-next"))
}

/// A part of what is in force, in words.
fn part_words(part: Part) -> Msg {
    match part {
        Part::Root => msg!("part-root"),
        Part::Directory => msg!("part-directory"),
        Part::Stop => msg!("part-stop"),
        Part::Fresh => msg!("part-fresh"),
        Part::Register => msg!("part-register"),
    }
}

/// That a freshness note is dated ahead, and was dropped.
pub(super) fn ahead_words(ahead: &Future) -> Msg {
    msg!("fresh-ahead", made = clock::local(ahead.made), now = clock::local(ahead.now))
}

/// That a directory puts an earlier policy in force again.
pub(super) fn policy_lower(error: &PolicyLower) -> Failure {
    let words = msg!("show-policy-lower", from = error.from, to = error.to);
    integrity("policy-lower", words, msg!("org-policy-lower-next"))
}

/// What arrives against what was seen.
pub(super) fn seen(error: &SeenError) -> Failure {
    match error {
        SeenError::Rollback { .. } | SeenError::FreshRollback { .. } => rollback().because(error),
        SeenError::Gap { .. } => gap().because(error),
        SeenError::Fork { part, number } => fork(*part, *number),
        SeenError::FreshFork { made } => fork(Part::Fresh, u64::try_from(made.unix()).unwrap_or_default()),
        SeenError::Future(future) => {
            let words = msg!("org-future", made = clock::local(future.made), now = clock::local(future.now));
            integrity("future", words, msg!("org-future-next"))
        }
        SeenError::Org { .. } => integrity("wrong-org", msg!("org-other"), msg!("org-other-next")),
        _ => Failure::new(Kind::Integrity, msg!("org-broken")).because(error),
    }
}

/// What is in hand against what was seen: why nothing may be sealed.
pub(super) fn held(error: &SeenError) -> Failure {
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    match error {
        SeenError::Rollback { part, have, found } => {
            seal(&SealRefusal::Withheld(Withheld { part: *part, named: small(*have), have: small(*found) }))
        }
        other => seen(other),
    }
}

/// Parts that do not belong together.
fn parts(error: &InForceError) -> Failure {
    match error {
        InForceError::StopGap { .. } => gap().because(error),
        InForceError::Fork { part, number } => fork(*part, (*number).into()),
        InForceError::Stops(stops) => stops_failure(stops),
        _ => Failure::new(Kind::Integrity, msg!("org-broken")).because(error),
    }
}

/// A stop list that does not follow the one in hand, in words.
#[must_use]
pub fn stops_failure(error: &StopSuccessionError) -> Failure {
    match error {
        StopSuccessionError::Fork { number } => fork(Part::Stop, (*number).into()),
        StopSuccessionError::Gap { .. } => gap().because(error),
        StopSuccessionError::Rollback { .. } | StopSuccessionError::Backdated { .. } => {
            rollback().because(error)
        }
        StopSuccessionError::Grants { .. } => {
            integrity("stop-grants", msg!("stop-grants"), msg!("org-fork-next")).because(error)
        }
        _ => Failure::new(Kind::Integrity, msg!("org-broken")).because(error),
    }
}

/// A directory that does not follow the one in hand, in words.
#[must_use]
pub fn succession_failure(error: &SuccessionError) -> Failure {
    match error {
        SuccessionError::Fork { number } => fork(Part::Directory, (*number).into()),
        SuccessionError::Rollback { .. } => rollback(),
        SuccessionError::Gap { .. } => gap().because(error),
        other => Failure::new(Kind::Integrity, msg!("org-broken")).because(other),
    }
}

/// A file that is no organisation, or none that verifies.
pub(super) fn organisation(error: &OrganisationError) -> Failure {
    match error {
        OrganisationError::Root(RootError::Pin { .. }) => {
            integrity("wrong-org", msg!("org-other"), msg!("org-other-next"))
        }
        OrganisationError::Format(_) | OrganisationError::TooLong { .. } => {
            Failure::failed(msg!("org-unreadable")).because(error)
        }
        OrganisationError::InForce(inner) => parts(inner),
        other => Failure::new(Kind::Integrity, msg!("org-broken")).because(other),
    }
}

/// Why nothing may be sealed now.
pub(super) fn seal(refusal: &SealRefusal) -> Failure {
    let refused =
        |code: &'static str, words: Msg, next: Msg| Failure::new(Kind::Refused, words).code(code).hint(next);
    match refusal {
        SealRefusal::ClockBack { now, known } => refused(
            "clock-back",
            msg!("seal-clock-back", now = clock::local(*now), known = clock::local(*known)),
            msg!("seal-clock-back-next"),
        ),
        SealRefusal::RootExpired { at } => refused(
            "root-expired",
            msg!("seal-root-expired", day = at.day().to_string()),
            msg!("seal-sync-next"),
        ),
        SealRefusal::DirectoryExpired { .. } => {
            refused("directory-expired", msg!("directory-expired"), msg!("seal-sync-next"))
        }
        SealRefusal::Withheld(withheld) => refused(
            "freeze",
            msg!("seal-withheld", part = part_words(withheld.part), number = withheld.named),
            msg!("seal-withheld-next"),
        ),
        SealRefusal::Stale { since } => {
            refused("stale", msg!("seal-stale", since = clock::local(*since)), msg!("seal-sync-next"))
        }
        _ => Failure::new(Kind::Refused, msg!("org-broken")).because(refusal),
    }
}

/// A warning in words.
#[must_use]
pub fn warning_words(warning: &Warning) -> Msg {
    match warning {
        Warning::NoNews { since } => msg!("warn-no-news", since = clock::local(*since)),
        Warning::RootExpires { at } => msg!("warn-root-expires", day = at.day().to_string()),
        Warning::DirectoryExpires { at } => msg!("warn-directory-expires", day = at.day().to_string()),
        Warning::Withheld(withheld) => {
            msg!("seal-withheld", part = part_words(withheld.part), number = withheld.named)
        }
        Warning::TwoStops { number } => msg!("warn-two-stops", number = *number),
        Warning::NoNotary => msg!("warn-no-notary"),
        _ => msg!("org-broken"),
    }
}
