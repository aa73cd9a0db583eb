//! What officers sign by file exchange: a proposal, or a new root with its directory (docs/directory.md).

use std::path::Path;

use serde::Deserialize;
use vault_keys::digest::NoteHash;
use vault_keys::directory::{
    NewRoot, ORGANISATION_MAX, Organisation, Progress, Proposal, ProposalError, Stop, Subject,
};
use vault_keys::key_id::fingerprint;
use vault_keys::note::{Note, OfficeName};

use super::keys::Hands;
use super::refusals::proposal_failure;
use crate::error::{Failure, Kind, Outcome};
use crate::home::read_limited;
use crate::msg;

/// A file on its way to enough signatures. What it rests on is handed in: nothing, for a founding.
#[derive(Clone, Debug)]
pub enum Paper {
    /// A directory, stop list, policy or recovery text.
    Proposal(Proposal),
    /// A root with its directory.
    NewRoot(NewRoot),
}

/// What comes of a paper that enough officers have signed.
#[derive(Debug)]
pub enum Finished {
    /// The next organisation.
    Organisation(Box<Organisation>),
    /// A signed note that others use: a policy, a recovery set, a request for recovery.
    Note(Note),
}

impl Paper {
    /// Reads a file that officers pass around.
    ///
    /// # Errors
    /// It is none of ours, or malformed.
    pub fn read(path: &Path) -> Outcome<Self> {
        #[derive(Deserialize)]
        struct Head {
            format: String,
        }
        let bytes = read_limited(path, ORGANISATION_MAX as u64)?;
        let shown = path.display().to_string();
        let head: Head =
            serde_json::from_slice(&bytes).map_err(|error| unreadable(&shown).because(&error))?;
        let read = match head.format.as_str() {
            "vault-new-root/1" => NewRoot::parse(&bytes).map(Self::NewRoot),
            "vault-proposal/1" | "vault-proposal/2" => Proposal::parse(&bytes).map(Self::Proposal),
            _ => return Err(unreadable(&shown)),
        };
        read.map_err(|error| proposal_failure(&error))
    }

    /// The bytes of the file.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Proposal(proposal) => proposal.encode(),
            Self::NewRoot(new) => new.encode(),
        }
    }

    /// SHA-256 of what is signed; for a new root of its directory, which names all the rest.
    #[must_use]
    pub fn hash(&self) -> NoteHash {
        match self {
            Self::Proposal(proposal) => proposal.hash(),
            Self::NewRoot(new) => new.hash(),
        }
    }

    /// The same as 30 digits, for officers to compare by voice.
    #[must_use]
    pub fn number(&self) -> String {
        fingerprint(self.hash().as_bytes())
    }

    /// Adds the lines of another copy.
    ///
    /// # Errors
    /// It is another paper.
    pub fn merge(&mut self, other: &Self) -> Outcome {
        let merged = match (self, other) {
            (Self::Proposal(mine), Self::Proposal(other)) => mine.merge(other),
            (Self::NewRoot(mine), Self::NewRoot(other)) => mine.merge(other),
            _ => Err(ProposalError::Different),
        };
        merged.map_err(|error| proposal_failure(&error))
    }

    /// Signs with every key at hand; answers under which offices.
    ///
    /// # Errors
    /// One of them is no officer's here, or the paper does not rest on what is in force.
    pub fn sign(&mut self, hands: &Hands, before: Option<&Organisation>) -> Outcome<Vec<OfficeName>> {
        let mut names: Vec<OfficeName> = Vec::new();
        for key in hands.keys() {
            let signed = match self {
                Self::NewRoot(new) => new.sign(before, key).map_err(|error| proposal_failure(&error))?,
                Self::Proposal(proposal) => {
                    let root = in_force(before)?.root();
                    match root.office_of(&key.public()) {
                        None => Vec::new(),
                        Some(office) => {
                            proposal.sign(root, office, key).map_err(|error| proposal_failure(&error))?;
                            vec![office.clone()]
                        }
                    }
                }
            };
            if signed.is_empty() {
                return Err(Failure::new(Kind::Refused, msg!("sign-no-officer"))
                    .code("not-an-officer")
                    .hint(msg!("sign-no-officer-next")));
            }
            names.extend(signed);
        }
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// How far it is, for each root whose threshold it takes.
    ///
    /// # Errors
    /// It does not rest on what is in force.
    pub fn progress(&self, before: Option<&Organisation>) -> Outcome<Vec<Progress>> {
        let progress = match self {
            Self::Proposal(proposal) => proposal.progress(in_force(before)?.root()).map(|one| vec![one]),
            Self::NewRoot(new) => {
                new.progress(before).map(|both| both.before.into_iter().chain([both.new]).collect())
            }
        };
        progress.map_err(|error| proposal_failure(&error))
    }

    /// Whether this very paper has become a directory, a root with its directory, or a stop list of this organisation:
    /// the one in force or one before it.
    #[must_use]
    pub fn was_published(&self, organisation: &Organisation) -> bool {
        let (hash, directory) = (self.hash(), organisation.directory());
        let heads = organisation.earlier().iter().chain([directory.head()]).map(|head| head.hash());
        let stops = organisation.in_force().stops().iter().map(Stop::reference).chain(directory.value().stop);
        heads.into_iter().any(|head| head == hash)
            || stops.into_iter().any(|stop| stop.hash.as_bytes() == hash.as_bytes())
    }

    /// What comes of it, judged by what is in force now.
    ///
    /// # Errors
    /// Not enough officers in force have signed, or it does not follow what is in force.
    pub fn finish(&self, before: Option<&Organisation>) -> Outcome<Finished> {
        let finished = match self {
            Self::NewRoot(new) => new.finish(before).map(Box::new).map(Finished::Organisation),
            Self::Proposal(proposal) => finish(proposal, in_force(before)?),
        };
        finished.map_err(|error| proposal_failure(&error))
    }
}

fn unreadable(path: &str) -> Failure {
    Failure::failed(msg!("paper-unreadable", path = path))
        .code("paper-unreadable")
        .hint(msg!("paper-unreadable-next"))
}

fn finish(proposal: &Proposal, before: &Organisation) -> Result<Finished, ProposalError> {
    let root = before.root();
    let next = match proposal.subject() {
        Subject::Directory => {
            let directory = proposal.finish_directory(before.in_force())?;
            before.followed_under(directory, proposal.finish_policy(root)?)?
        }
        Subject::Stop => {
            proposal.preview_stop(before.in_force())?;
            before.stopped_by(proposal.finish_stop(root)?)?
        }
        Subject::Policy | Subject::Recovery | Subject::RecoveryRequest => {
            return Ok(Finished::Note(proposal.finish_other(root)?));
        }
    };
    Ok(Finished::Organisation(Box::new(next)))
}

fn in_force(before: Option<&Organisation>) -> Outcome<&Organisation> {
    before.ok_or_else(|| Failure::failed(msg!("org-none")).hint(msg!("officer-organisation-next")))
}
