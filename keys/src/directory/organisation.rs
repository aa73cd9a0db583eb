//! The organisation in one file: roots, policy, directory (docs/directory.md, "Organisation file").
//!
//! The file itself is unsigned, ordinary JSON; everything in it is signed and is verified on reading. It is
//! what officers publish, relays import, and clients join and sync from.

use serde::{Deserialize, Serialize};

use super::fresh::{Fresh, FreshError};
use super::head::DirectoryText;
use super::in_force::{InForce, InForceError};
use super::root::{Root, RootError, ThresholdError};
use super::root_text::Task;
use super::sealing::Future;
use super::stop::{STOP_MAX, Stop, StopError, StopText};
use super::verify::{Directory, DirectoryError, SuccessionError, check_succession, is_root, verify_head};
use super::{ORGANISATION_MAX, POLICY_MAX};
use crate::digest::{DirectoryHash, OrgId, PolicyHash};
use crate::note::{Note, NoteError, Signed};
use crate::time::Time;

/// A verified organisation: its roots, policy, directory, stop lists and freshness.
#[derive(Clone, Debug)]
pub struct Organisation {
    roots: Vec<Root>,
    policy: Note,
    in_force: InForce,
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
    /// A stop list is refused.
    #[error(transparent)]
    Stop(#[from] StopError),
    /// The root on which a stop list rests is not in the file.
    #[error("root {number}, on which stop list {stop} rests, is not in the file")]
    StopRootMissing {
        /// The root's number.
        number: u32,
        /// The stop list's number.
        stop: u32,
    },
    /// The freshness note is refused.
    #[error(transparent)]
    Fresh(#[from] FreshError),
    /// The parts do not belong together.
    #[error(transparent)]
    InForce(#[from] InForceError),
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
    /// Absent in files of before.
    #[serde(default)]
    stops: Vec<String>,
    /// Absent in files of before.
    #[serde(default)]
    fresh: Option<String>,
    /// Absent where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    beside: Vec<String>,
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
        let file = File::of(&roots, &policy, &directory, &earlier, (&[], &[]), None);
        Self::parse(&file.encode(), None)
    }

    /// The same organisation with these stop lists, ascending without gaps, and this freshness note.
    pub fn with(&self, stops: Vec<Stop>, fresh: Option<Fresh>) -> Result<Self, OrganisationError> {
        let (root, directory) = self.in_force.shared();
        let in_force = InForce::new(root, directory, stops, fresh)?;
        Ok(Self { in_force, ..self.clone() }.with_beside(self.in_force.beside().to_vec()))
    }

    /// The same organisation with these stop lists beside its chain: officers signed two under one number, and what
    /// either took is taken. Those over which the directory has decided are let go.
    #[must_use]
    pub fn with_beside(self, beside: Vec<Stop>) -> Self {
        Self { in_force: self.in_force.with_beside(beside), ..self }
    }

    /// The same organisation without a freshness note that is dated ahead of `now`, and what was found of it. What
    /// officers signed is not kept back with it.
    #[must_use]
    pub fn without_note_ahead(self, now: Time) -> (Self, Option<Future>) {
        let ahead = self.in_force.fresh().and_then(|fresh| fresh.check_not_future(now).err());
        match ahead {
            None => (self, None),
            Some(future) => (Self { in_force: self.in_force.without_fresh(), ..self }, Some(future)),
        }
    }

    /// The organisation after `directory`, the direct successor of the one in force under the same root and
    /// policy. Earlier heads, stop lists and the freshness note are kept.
    pub fn followed_by(&self, directory: Directory) -> Result<Self, OrganisationError> {
        self.followed_under(directory, None)
    }

    /// As [`Self::followed_by`], under another policy where one is handed in; the directory names it.
    pub fn followed_under(
        &self,
        directory: Directory,
        policy: Option<Note>,
    ) -> Result<Self, OrganisationError> {
        check_succession(directory.head(), self.directory().head())?;
        let mut next = self.clone();
        if let Some(policy) = policy {
            next.policy = policy;
        }
        next.renewed(self.roots.clone(), directory, self.in_force.fresh().cloned())
    }

    /// The organisation with one more stop list.
    pub fn stopped_by(&self, stop: Stop) -> Result<Self, OrganisationError> {
        let mut stops = self.in_force.stops().to_vec();
        stops.push(stop);
        self.with(stops, self.in_force.fresh().cloned())
    }

    /// The organisation under these roots and this directory, with its past.
    pub(super) fn renewed(
        &self,
        roots: Vec<Root>,
        directory: Directory,
        fresh: Option<Fresh>,
    ) -> Result<Self, OrganisationError> {
        let mut earlier = self.earlier.clone();
        earlier.push(self.directory().head().clone());
        let beside = self.in_force.beside().to_vec();
        let next = Self::new(roots, self.policy.clone(), directory, earlier)?;
        Ok(next.with(self.in_force.stops().to_vec(), fresh)?.with_beside(beside))
    }

    /// Reads and verifies a file. If `pinned` is given, it must be that organisation's.
    pub fn parse(bytes: &[u8], pinned: Option<OrgId>) -> Result<Self, OrganisationError> {
        if bytes.len() > ORGANISATION_MAX {
            return Err(OrganisationError::TooLong { found: bytes.len() });
        }
        let file: File = serde_json::from_slice(bytes).map_err(OrganisationError::Format)?;
        let roots = Root::parse_chain(file.roots.iter().map(String::as_bytes), pinned)?;
        let directory = Directory::verify(
            root_of(&roots, file.directory.as_bytes())?,
            file.directory.as_bytes(),
            &file.entries,
        )?;
        let policy = check_policy(&roots, &directory, &file.policy)?;
        let mut earlier: Vec<Signed<DirectoryText>> = Vec::with_capacity(file.earlier.len());
        for note in &file.earlier {
            let head = verify_head(root_of(&roots, note.as_bytes())?, note.as_bytes())?;
            if let Some(before) = earlier.last() {
                check_succession(&head, before)?;
            }
            earlier.push(head);
        }
        if let Some(before) = earlier.last() {
            check_succession(directory.head(), before)?;
        }
        let mut stops = Vec::with_capacity(file.stops.len());
        for note in &file.stops {
            stops.push(verify_stop(&roots, note.as_bytes())?);
        }
        let root = roots.last().expect("a verified chain has a root 1");
        let fresh = file.fresh.map(|note| Fresh::verify(root, note.as_bytes())).transpose()?;
        let mut beside = Vec::with_capacity(file.beside.len());
        for note in &file.beside {
            beside.push(verify_stop(&roots, note.as_bytes())?);
        }
        let in_force = InForce::new(root.clone(), directory, stops, fresh)?.with_beside(beside);
        Ok(Self { roots, policy, in_force, earlier })
    }

    /// The bytes of the file.
    pub fn encode(&self) -> Vec<u8> {
        let in_force = &self.in_force;
        let directory = in_force.signed_directory();
        let stops = (in_force.stops(), in_force.beside());
        File::of(&self.roots, &self.policy, directory, &self.earlier, stops, in_force.fresh()).encode()
    }

    /// The organisation.
    pub fn org(&self) -> OrgId {
        self.in_force.org()
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

    /// The directory as it was signed. What stop lists took away is not taken from it: see [`Self::in_force`].
    pub fn directory(&self) -> &Directory {
        self.in_force.signed_directory()
    }

    /// Root, directory, stop lists and freshness: what acts are judged by.
    pub fn in_force(&self) -> &InForce {
        &self.in_force
    }

    /// Heads of directories before this one, oldest first.
    pub fn earlier(&self) -> &[Signed<DirectoryText>] {
        &self.earlier
    }

    /// Verifies a head alone, under the root it names, which must be one of these: evidence that officers signed it.
    pub fn verify_head(&self, note: &[u8]) -> Result<Signed<DirectoryText>, OrganisationError> {
        Ok(verify_head(root_of(&self.roots, note)?, note)?)
    }

    /// Verifies a stop list under the root it names, which must be one of these.
    pub fn verify_stop(&self, note: &[u8]) -> Result<Stop, OrganisationError> {
        verify_stop(&self.roots, note)
    }

    /// Accepts this directory as a successor, direct or over the earlier heads, of the one in hand.
    pub fn successor_of(&self, older: &Directory) -> Result<(), SuccessionError> {
        if older.org() != self.org() {
            return Err(SuccessionError::Org);
        }
        self.follows(older.number(), older.hash())?;
        let head = older.head();
        let next = self.after(head.value().number);
        if next.value().made < older.made() || next.value().root.number < head.value().root.number {
            return Err(SuccessionError::Backdated { have: older.number(), found: next.value().number });
        }
        Ok(())
    }

    /// Accepts this directory as one that descends from directory `number` with this hash.
    pub(super) fn follows(&self, number: u32, hash: DirectoryHash) -> Result<(), SuccessionError> {
        let here = self.directory().head();
        let at_number = |head: &&Signed<DirectoryText>| head.value().number == number;
        let same = DirectoryHash::of_note(here.hash()) == hash;
        if at_number(&here) {
            let error =
                if same { SuccessionError::Same { number } } else { SuccessionError::Fork { number } };
            return Err(error);
        }
        let found = here.value().number;
        if found < number {
            return Err(SuccessionError::Rollback { have: number, found });
        }
        // The rest of the chain was checked on reading.
        let known = self.earlier.iter().find(at_number).map(|head| DirectoryHash::of_note(head.hash()));
        let next = self.after(number);
        let next = next.value();
        let named = known.or_else(|| next.previous.filter(|_| next.number - number == 1));
        match named {
            None => Err(SuccessionError::Gap { have: number, found: next.number }),
            Some(named) if named != hash => Err(SuccessionError::Fork { number }),
            Some(_) => Ok(()),
        }
    }

    /// The oldest head here that comes after `number`, or the one in force.
    fn after(&self, number: u32) -> &Signed<DirectoryText> {
        let later = |head: &&Signed<DirectoryText>| head.value().number > number;
        self.earlier.iter().find(later).unwrap_or_else(|| self.directory().head())
    }
}

impl File {
    fn of(
        roots: &[Root],
        policy: &Note,
        directory: &Directory,
        earlier: &[Signed<DirectoryText>],
        (stops, beside): (&[Stop], &[Stop]),
        fresh: Option<&Fresh>,
    ) -> Self {
        let notes = |stops: &[Stop]| stops.iter().map(|stop| stop.signed().note().to_string()).collect();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            format: FileFormat,
            roots: roots.iter().map(|root| root.note().to_string()).collect(),
            policy: policy.to_string(),
            directory: directory.head().note().to_string(),
            earlier: earlier.iter().map(|head| head.note().to_string()).collect(),
            entries: directory.entry_texts().map(text).collect(),
            stops: notes(stops),
            fresh: fresh.map(|fresh| fresh.signed().note().to_string()),
            beside: notes(beside),
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("strings and lists of strings always encode");
        bytes.push(b'\n');
        bytes
    }
}

/// A stop list, verified under the root it names.
fn verify_stop(roots: &[Root], note: &[u8]) -> Result<Stop, OrganisationError> {
    let org = roots.first().map_or(OrgId::ZERO, Root::org);
    let text = Signed::<StopText>::parse(note, org, STOP_MAX).map_err(StopError::Note)?;
    let (named, stop) = (text.value().root, text.value().number);
    let missing = OrganisationError::StopRootMissing { number: named.number, stop };
    let root = roots.iter().find(|root| is_root(root, named.number, named.hash)).ok_or(missing)?;
    Ok(Stop::verify(root, note)?)
}

/// The root that a head names.
fn root_of<'a>(roots: &'a [Root], note: &[u8]) -> Result<&'a Root, OrganisationError> {
    let org = roots.first().map_or(OrgId::ZERO, Root::org);
    let head = Signed::<DirectoryText>::parse(note, org, super::HEAD_MAX).map_err(DirectoryError::Head)?;
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
