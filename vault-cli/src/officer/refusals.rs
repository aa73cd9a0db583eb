//! Why a paper is refused, in words for the officer.

use vault_keys::directory::{
    ActError, DirectoryError, InForceError, OrganisationError, ProposalError, RootError, StopError,
    StopSuccessionError, ThresholdError,
};
use vault_keys::note::NoteError;

use crate::error::{Failure, Kind};
use crate::msg;

/// A paper that was refused.
#[must_use]
pub fn proposal_failure(error: &ProposalError) -> Failure {
    use ProposalError as E;
    match error {
        E::Different => refused("different-proposals", msg!("paper-different"), msg!("paper-different-next")),
        E::Outdated { found, wanted } if found == wanted => fork(*found),
        E::Outdated { found, wanted } => refused(
            "outdated",
            msg!("paper-outdated", found = *found, wanted = *wanted),
            msg!("paper-anew-next"),
        ),
        E::Overtaken { .. } => refused("overtaken", msg!("paper-overtaken"), msg!("paper-anew-next")),
        E::NoOrganisation => Failure::failed(msg!("org-none")).hint(msg!("officer-organisation-next")),
        E::NotAnOfficer { .. } => {
            refused("not-an-officer", msg!("sign-no-officer"), msg!("sign-no-officer-next"))
        }
        E::Text(NoteError::NoLines) => too_few_of(None),
        E::Text(error) => note(error),
        E::Threshold(error) => threshold(error),
        E::Root(error) => root(error),
        E::Directory(error) => directory(error),
        E::Stop(error) => stop(error),
        E::InForce(error) => in_force(error),
        E::Organisation(error) => organisation(error),
        other => broken(other),
    }
}

/// An act that was refused.
#[must_use]
pub fn act_failure(error: &ActError) -> Failure {
    let (code, message) = match error {
        ActError::AlreadyStopped => ("already-stopped", msg!("stop-already")),
        ActError::NoSuchKey { .. } => ("no-such-key", msg!("stop-no-key")),
        ActError::Closed { .. } => ("closed", msg!("stop-closed")),
        ActError::Suspended { .. } => ("suspended", msg!("stop-suspended")),
        ActError::NotSuspended { .. } => ("not-suspended", msg!("resume-not-suspended")),
        ActError::NoKeyLeft { person } => {
            let next = msg!("resume-no-key-next", person = person.to_string());
            return refused("no-key-left", msg!("resume-no-key"), next);
        }
        ActError::KeyTaken { .. } => {
            return refused("key-taken", msg!("enrol-twice"), msg!("act-refused-next")).because(error);
        }
        ActError::StillHolds { held, pending } => {
            let message = msg!("leave-still-holds", held = held.to_string(), pending = pending.to_string());
            return refused("still-holds", message, msg!("leave-still-holds-next"));
        }
        ActError::NoLetter => {
            return refused("no-letter", msg!("leave-no-letter"), msg!("leave-no-letter-next"));
        }
        ActError::NoCoolingOff => {
            return refused(
                "no-cooling-off",
                msg!("leave-no-cooling-off"),
                msg!("leave-no-cooling-off-next"),
            );
        }
        other => {
            return refused("act-refused", msg!("act-refused"), msg!("act-refused-next")).because(other);
        }
    };
    refused(code, message, msg!("act-refused-next"))
}

fn root(error: &RootError) -> Failure {
    match error {
        RootError::Threshold(error) => threshold(error),
        RootError::Note(error) => note(error),
        RootError::Sequence { found, wanted } => {
            wrong("sequence", msg!("paper-sequence", found = *found, wanted = *wanted)).because(error)
        }
        RootError::Fork { number } => fork(number.saturating_sub(1)),
        RootError::Pin { .. } => other_organisation(),
        other => broken(other),
    }
}

fn directory(error: &DirectoryError) -> Failure {
    match error {
        DirectoryError::Threshold(error) => threshold(error),
        DirectoryError::Head(error) => note(error),
        DirectoryError::Continuity(_) => wrong("forgets", msg!("paper-forgets")).because(error),
        other => broken(other),
    }
}

fn stop(error: &StopError) -> Failure {
    match error {
        StopError::Threshold(error) => threshold(error),
        StopError::Since(error) => threshold(error).hint(msg!("stop-since-next")),
        StopError::Note(error) => note(error),
        other => broken(other),
    }
}

fn in_force(error: &InForceError) -> Failure {
    match error {
        InForceError::Stops(StopSuccessionError::Grants { .. }) => {
            wrong("stop-grants", msg!("paper-grants")).hint(msg!("paper-grants-next"))
        }
        // A stop list came between: what was proposed does not fold it.
        InForceError::Root { .. } => {
            refused("overtaken", msg!("paper-overtaken"), msg!("paper-anew-next")).because(error)
        }
        other => broken(other),
    }
}

fn organisation(error: &OrganisationError) -> Failure {
    match error {
        OrganisationError::InForce(error) => in_force(error),
        OrganisationError::Root(error) => root(error),
        OrganisationError::Directory(error) => directory(error),
        OrganisationError::PolicySignatures(error) => threshold(error),
        other => broken(other),
    }
}

fn threshold(error: &ThresholdError) -> Failure {
    match error {
        ThresholdError::TooFew { needed, signed, .. } => {
            too_few_of(Some((*needed, signed.len()))).because(error)
        }
        _ => wrong("wrong-signature", msg!("paper-wrong-line"))
            .because(error)
            .hint(msg!("paper-wrong-line-next")),
    }
}

fn too_few_of(counts: Option<(u8, usize)>) -> Failure {
    let message = match counts {
        Some((needed, signed)) => {
            msg!("paper-too-few", needed = usize::from(needed), signed = signed)
        }
        None => msg!("paper-unsigned"),
    };
    refused("too-few-officers", message, msg!("paper-too-few-next"))
}

fn note(error: &NoteError) -> Failure {
    match error {
        NoteError::Org { .. } => other_organisation(),
        other => broken(other),
    }
}

fn fork(number: u32) -> Failure {
    wrong("fork", msg!("paper-fork", number = number)).hint(msg!("paper-fork-next"))
}

fn other_organisation() -> Failure {
    wrong("wrong-org", msg!("paper-other-org")).hint(msg!("org-other-next"))
}

fn broken(error: &dyn std::error::Error) -> Failure {
    wrong("proposal-broken", msg!("paper-broken")).because(error)
}

fn wrong(code: &str, message: crate::lang::Msg) -> Failure {
    Failure::new(Kind::Integrity, message).code(code)
}

fn refused(code: &str, message: crate::lang::Msg, next: crate::lang::Msg) -> Failure {
    Failure::new(Kind::Refused, message).code(code).hint(next)
}
