//! The organisation in one file: roots, policy, directory (docs/directory.md, "Organisation file").
//!
//! The file itself is unsigned, ordinary JSON; everything in it is signed and is verified on reading. It is
//! what officers publish, relays import, and clients join and sync from.

use serde::{Deserialize, Serialize};

use super::ORGANISATION_MAX;
use super::head::DirectoryText;
use super::root::{Root, RootError, ThresholdError};
use super::root_text::Task;
use super::verify::{Directory, DirectoryError, SuccessionError, check_succession, is_root, verify_head};
use crate::digest::{OrgId, PolicyHash};
use crate::note::{Note, NoteError, Signed};

/// The largest policy note in bytes.
const POLICY_MAX: usize = 128 * 1024;

/// A verified organisation: its roots, the policy in force, its directory.
#[derive(Clone, Debug)]
pub struct Organisation {
    roots: Vec<Root>,
    policy: Note,
    directory: Directory,
    earlier: Vec<Signed<DirectoryText>>,
}

/// Why an organisation file is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrganisationError {
    /// Longer than [`ORGANISATION_MAX`].
    #[error("the file has {found} bytes, more than the {ORGANISATION_MAX} allowed")]
    TooLong {
        /// Bytes found.
        found: usize,
    },
    /// Not an organisation file.
    #[error("not an organisation file")]
    Format(#[source] serde_json::Error),
    /// A root is refused.
    #[error("the roots are refused")]
    Root(#[from] RootError),
    /// The directory is refused.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The directory, or an earlier one, rests on a root that is not in the file.
    #[error("root {number}, on which directory {directory} rests, is not in the file")]
    RootMissing {
        /// The root's number.
        number: u32,
        /// The directory's number.
        directory: u32,
    },
    /// An earlier head does not lead to the next.
    #[error("the earlier directories do not lead to the one in force")]
    Earlier(#[from] SuccessionError),
    /// The policy is malformed.
    #[error("the policy is malformed")]
    Policy(#[source] NoteError),
    /// The policy is not the one the directory names.
    #[error("the policy in the file is {found}, the directory names {wanted}")]
    OtherPolicy {
        /// The policy found.
        found: PolicyHash,
        /// The policy the directory names.
        wanted: PolicyHash,
    },
    /// Not enough officers signed the policy.
    #[error("the policy is not signed by enough officers")]
    PolicySignatures(#[source] ThresholdError),
}

/// The file as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: FileFormat,
    roots: Vec<String>,
    policy: String,
    directory: String,
    earlier: Vec<String>,
    entries: Vec<String>,
}

crate::text_type! {
    /// The format of an organisation file.
    struct FileFormat = "vault-organisation/1";
}

impl Organisation {
    /// Puts verified parts together. `earlier` holds heads of directories before this one, oldest first,
    /// without gaps up to it; none is fine, and costs clients that missed some the proof of continuity.
    pub fn new(
        roots: Vec<Root>,
        policy: Note,
        directory: Directory,
        earlier: Vec<Signed<DirectoryText>>,
    ) -> Result<Self, OrganisationError> {
        let whole = Self { roots, policy, directory, earlier };
        Self::parse(&whole.encode(), None)
    }

    /// Reads and verifies a file. If `pinned` is given, it must be that organisation's.
    pub fn parse(bytes: &[u8], pinned: Option<OrgId>) -> Result<Self, OrganisationError> {
        if bytes.len() > ORGANISATION_MAX {
            return Err(OrganisationError::TooLong { found: bytes.len() });
        }
        let file: File = serde_json::from_slice(bytes).map_err(OrganisationError::Format)?;
        let roots = Root::parse_chain(file.roots.iter().map(String::as_bytes), pinned)?;
        let directory =
            Directory::verify(root_of(&roots, &file.directory)?, file.directory.as_bytes(), &file.entries)?;
        let policy = check_policy(&roots, &directory, &file.policy)?;
        let mut earlier: Vec<Signed<DirectoryText>> = Vec::with_capacity(file.earlier.len());
        for note in &file.earlier {
            let head = verify_head(root_of(&roots, note)?, note.as_bytes())?;
            if let Some(before) = earlier.last() {
                check_succession(&head, before)?;
            }
            earlier.push(head);
        }
        if let Some(before) = earlier.last() {
            check_succession(directory.head(), before)?;
        }
        Ok(Self { roots, policy, directory, earlier })
    }

    /// The bytes of the file.
    pub fn encode(&self) -> Vec<u8> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let file = File {
            format: FileFormat,
            roots: self.roots.iter().map(|root| root.note().to_string()).collect(),
            policy: self.policy.to_string(),
            directory: self.directory.head().note().to_string(),
            earlier: self.earlier.iter().map(|head| head.note().to_string()).collect(),
            entries: self.directory.entry_texts().map(text).collect(),
        };
        let mut bytes = serde_json::to_vec_pretty(&file).expect("strings and lists of strings always encode");
        bytes.push(b'\n');
        bytes
    }

    /// The organisation.
    pub fn org(&self) -> OrgId {
        self.directory.org()
    }

    /// The newest root.
    pub fn root(&self) -> &Root {
        self.roots.last().expect("a verified chain has a root 1")
    }

    /// All roots from 1 on.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// The policy in force, signed by the officers; its content is for the caller to read.
    pub fn policy(&self) -> &Note {
        &self.policy
    }

    /// The directory.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Heads of directories before this one, oldest first.
    pub fn earlier(&self) -> &[Signed<DirectoryText>] {
        &self.earlier
    }

    /// Accepts this directory as a successor, direct or over the earlier heads, of the one in hand.
    pub fn successor_of(&self, older: &Directory) -> Result<(), SuccessionError> {
        let older = older.head();
        let at_older = |head: &&Signed<DirectoryText>| head.value().number == older.value().number;
        if let Some(same) = self.earlier.iter().find(at_older) {
            return if same.hash() == older.hash() {
                Ok(()) // the rest of the chain was checked on reading
            } else {
                Err(SuccessionError::Fork { number: older.value().number })
            };
        }
        let follows =
            |head: &&Signed<DirectoryText>| head.value().number == older.value().number.saturating_add(1);
        let next = self.earlier.iter().find(follows).unwrap_or_else(|| self.directory.head());
        check_succession(next, older)
    }
}

/// The root that a head names.
fn root_of<'a>(roots: &'a [Root], note: &str) -> Result<&'a Root, OrganisationError> {
    let org = roots.first().map_or(OrgId::ZERO, Root::org);
    let head = Signed::<DirectoryText>::parse(note.as_bytes(), org, super::HEAD_MAX)
        .map_err(DirectoryError::Head)?;
    let named = head.value().root;
    let missing = OrganisationError::RootMissing { number: named.number, directory: head.value().number };
    roots.iter().find(|root| is_root(root, named.number, named.hash)).ok_or(missing)
}

/// The policy, if it is the one the directory names and the officers of some root signed it.
fn check_policy(roots: &[Root], directory: &Directory, note: &str) -> Result<Note, OrganisationError> {
    let policy = Note::parse(note.as_bytes(), POLICY_MAX).map_err(OrganisationError::Policy)?;
    let found = PolicyHash::of_note(policy.hash());
    if found != directory.policy() {
        return Err(OrganisationError::OtherPolicy { found, wanted: directory.policy() });
    }
    // A policy outlives the root it was signed under; the newest root's answer is the one to show.
    let mut failure = None;
    for root in roots.iter().rev() {
        match root.check_threshold(&policy, Task::Enrol) {
            Ok(_) => return Ok(policy),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    let failure = failure.unwrap_or(ThresholdError::TooFew { needed: 1, signed: vec![], half: vec![] });
    Err(OrganisationError::PolicySignatures(failure))
}
