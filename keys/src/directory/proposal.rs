//! Signing by file exchange: one text, lines from several officers, nothing counted that is not in force
//! (docs/directory.md, "Proposal").
//!
//! A proposal is an unsigned container around a text that may not have enough lines yet, or none. Officers add
//! lines on their own machines, in any order, and the files are merged. Whether it is enough is judged anew on
//! publication, against the root in force then: who is no officer any more does not count.

use serde::{Deserialize, Serialize};

use super::changes::Change;
use super::compose::Draft;
use super::entry::{PersonEntry, UnitEntry};
use super::head::DirectoryText;
use super::in_force::{InForce, InForceError};
use super::organisation::OrganisationError;
use super::progress::Progress;
use super::root::{Root, RootError, ThresholdError};
use super::root_text::Task;
use super::stop::{Stop, StopError, StopText};
use super::verify::{Directory, DirectoryError};
use super::{HEAD_MAX, ORGANISATION_MAX, POLICY_MAX};
use crate::digest::{NoteHash, OrgId, PolicyHash};
use crate::json;
use crate::note::{KeyName, LineError, Note, NoteError, NoteLine, OfficeName, Text, parse_text};
use crate::numbers::{PersonNo, UnitNo};
use crate::signing::OfficeKey;

/// The format of a proposal file: version 2 exactly where a policy goes with a directory.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Format {
    #[serde(rename = "vault-proposal/1")]
    Text,
    #[serde(rename = "vault-proposal/2")]
    WithPolicy,
}

/// What is proposed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// A directory: the enrol threshold.
    Directory,
    /// A stop list: the stop threshold, or the enrol threshold if it reaches back.
    Stop,
    /// A policy: the enrol threshold.
    Policy,
    /// A recovery set: the enrol threshold.
    Recovery,
    /// A request to use a recovery key: the enrol threshold.
    #[serde(rename = "recovery-request")]
    RecoveryRequest,
}

/// A text on its way to enough signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    subject: Subject,
    note: Note,
    /// For a directory: the entries that differ from the directory before, as texts.
    entries: Vec<String>,
    /// For a directory that puts another policy into force: that policy, signed together with it.
    policy: Option<Note>,
}

/// A proposed directory, for showing before anyone signs. It is no [`Directory`]: nothing may be judged by it.
#[derive(Clone, Debug)]
pub struct Preview {
    changes: Vec<Change>,
    directory: Directory,
}

impl Preview {
    pub(super) const fn new(changes: Vec<Change>, directory: Directory) -> Self {
        Self { changes, directory }
    }

    /// All persons it would have.
    pub fn persons(&self) -> &[PersonEntry] {
        self.directory.persons()
    }

    /// All units it would have.
    pub fn units(&self) -> &[UnitEntry] {
        self.directory.units()
    }

    /// The proposed head.
    pub fn value(&self) -> &DirectoryText {
        self.directory.value()
    }

    /// Everything it would change.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The person as he would be entered.
    pub fn person(&self, person: PersonNo) -> Option<&PersonEntry> {
        self.directory.person(person)
    }

    /// The unit as it would be entered.
    pub fn unit(&self, unit: UnitNo) -> Option<&UnitEntry> {
        self.directory.unit(unit)
    }
}

/// Why a proposal is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProposalError {
    /// Longer than any proposal.
    #[error("the proposal has {found} bytes, too many")]
    TooLong {
        /// Bytes found.
        found: usize,
    },
    /// Not a proposal file.
    #[error("not a proposal file")]
    Format(#[source] serde_json::Error),
    /// The text is malformed, or of another type than it claims.
    #[error("the proposed text is malformed")]
    Text(#[from] NoteError),
    /// A line is malformed.
    #[error("a signature line of the proposal is malformed")]
    Line(#[from] LineError),
    /// Files of two different proposals cannot be merged.
    #[error("these are two different proposals")]
    Different,
    /// It rests on a root that is no longer in force, or not yet: it must be proposed anew.
    #[error("the proposal rests on root {found}, root {wanted} is in force: propose it anew")]
    Outdated {
        /// Number of the root it rests on.
        found: u32,
        /// Number of the root in force.
        wanted: u32,
    },
    /// It does not follow what is in force: something else was published meanwhile.
    #[error("the proposal follows another {what} than the one in force: propose it anew")]
    Overtaken {
        /// What was published.
        what: &'static str,
    },
    /// Whoever wants to sign is no officer of the root in force, or signs with another key.
    #[error("{name} is no officer of the root in force with this key")]
    NotAnOfficer {
        /// The name.
        name: OfficeName,
    },
    /// Not enough officers in force have signed.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
    /// The root would be refused.
    #[error(transparent)]
    Root(#[from] RootError),
    /// The directory would be refused.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The stop list would be refused.
    #[error(transparent)]
    Stop(#[from] StopError),
    /// The parts do not belong together: a stop list that grants, for one.
    #[error(transparent)]
    InForce(#[from] InForceError),
    /// The organisation that comes of it would be refused.
    #[error(transparent)]
    Organisation(#[from] OrganisationError),
    /// A later root, for someone who knows no organisation.
    #[error("the proposal follows a root, and none is known here")]
    NoOrganisation,
    /// The policy beside the directory is not the one it names.
    #[error("the proposed directory names another policy than the one that goes with it")]
    OtherPolicy,
    /// It is a proposal for something else.
    #[error("the proposal is for something else")]
    Subject,
}

/// The file as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: Format,
    subject: Subject,
    text: String,
    lines: Vec<String>,
    entries: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<Paper>,
}

impl Proposal {
    /// Proposes the directory after `previous`. The file carries changed entries only.
    pub fn directory(draft: Draft, root: &Root, previous: &Directory) -> Result<Self, ProposalError> {
        let (text, entries) = draft.compose(root.org(), root.reference(), Some(previous));
        Self::new(Subject::Directory, &text, changed_entries(&entries, previous))
    }

    /// Proposes the directory after `previous` with the policy that it puts into force: one file, signed in one
    /// sitting.
    pub fn directory_with_policy<P: Text>(
        mut draft: Draft,
        policy: &P,
        root: &Root,
        previous: &Directory,
    ) -> Result<Self, ProposalError> {
        let policy = unsigned(policy)?;
        if policy.text().len() > POLICY_MAX {
            return Err(ProposalError::TooLong { found: policy.text().len() });
        }
        draft.policy = PolicyHash::of_note(policy.hash());
        Ok(Self { policy: Some(policy), ..Self::directory(draft, root, previous)? })
    }

    /// Proposes a stop list.
    pub fn stop(text: &StopText) -> Result<Self, ProposalError> {
        Self::new(Subject::Stop, text, Vec::new())
    }

    /// Proposes a text that the enrol threshold signs: a policy, a recovery set or a request for recovery.
    pub fn other<T: Text>(subject: Subject, text: &T) -> Result<Self, ProposalError> {
        match subject {
            Subject::Policy | Subject::Recovery | Subject::RecoveryRequest => {
                Self::new(subject, text, Vec::new())
            }
            _ => Err(ProposalError::Subject),
        }
    }

    /// Reads a proposal file. Nothing in it is trusted yet.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProposalError> {
        check_length(bytes)?;
        let file: File = serde_json::from_slice(bytes).map_err(ProposalError::Format)?;
        let note = Paper { text: file.text, lines: file.lines }.read()?;
        let policy = file.policy.map(Paper::read).transpose()?;
        if policy.is_some() != (file.format == Format::WithPolicy) {
            return Err(ProposalError::Subject);
        }
        if policy.is_some() && file.subject != Subject::Directory {
            return Err(ProposalError::Subject);
        }
        Ok(Self { subject: file.subject, note, entries: file.entries, policy })
    }

    /// The bytes of the file.
    pub fn encode(&self) -> Vec<u8> {
        let Paper { text, lines } = Paper::of(&self.note);
        let (subject, entries) = (self.subject, self.entries.clone());
        let format = if self.policy.is_some() { Format::WithPolicy } else { Format::Text };
        let policy = self.policy.as_ref().map(Paper::of);
        let file = File { format, subject, text, lines, entries, policy };
        let mut bytes = serde_json::to_vec_pretty(&file).expect("strings and lists of strings always encode");
        bytes.push(b'\n');
        bytes
    }

    /// What is proposed.
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// The text, its line feed included.
    pub fn text(&self) -> &str {
        self.note.text()
    }

    /// SHA-256 of the text: what officers compare before they sign.
    pub fn hash(&self) -> NoteHash {
        self.note.hash()
    }

    /// The proposed text as a value.
    pub fn value<T: Text>(&self, org: OrgId) -> Result<T, ProposalError> {
        Ok(parse_text(self.text().as_bytes(), org)?)
    }

    /// The policy that goes with a directory, as a value.
    pub fn policy<P: Text>(&self, org: OrgId) -> Option<Result<P, ProposalError>> {
        let policy = self.policy.as_ref()?;
        Some(parse_text(policy.text().as_bytes(), org).map_err(ProposalError::Text))
    }

    /// Adds an officer's lines, after checking that the proposal rests on the root in force and that the
    /// officer is one of it with this very key.
    pub fn sign(&mut self, root: &Root, officer: &OfficeName, key: &OfficeKey) -> Result<(), ProposalError> {
        self.check_base(root)?;
        if root.office_of(&key.public()) != Some(officer) {
            return Err(ProposalError::NotAnOfficer { name: officer.clone() });
        }
        let name = KeyName::office(&root.org(), officer);
        if let Some(policy) = &mut self.policy {
            policy.cosign(&name, key)?;
        }
        Ok(self.note.cosign(&name, key)?)
    }

    /// Adds the lines of another copy of the same proposal.
    pub fn merge(&mut self, other: &Self) -> Result<(), ProposalError> {
        let policy = |one: &Self| one.policy.as_ref().map(|policy| policy.text().to_owned());
        if self.subject != other.subject
            || self.text() != other.text()
            || self.entries != other.entries
            || policy(self) != policy(other)
        {
            return Err(ProposalError::Different);
        }
        if let (Some(mine), Some(other)) = (&mut self.policy, &other.policy) {
            mine.add_lines(other.lines().iter().cloned())?;
        }
        Ok(self.note.add_lines(other.note.lines().iter().cloned())?)
    }

    /// How far the proposal is under the root in force.
    ///
    /// Refuses one that rests on another root: who signed it may have been replaced since.
    pub fn progress(&self, root: &Root) -> Result<Progress, ProposalError> {
        self.check_base(root)?;
        // Whoever signed the directory alone, and not the policy that goes with it, has not signed.
        let notes: Vec<&Note> = std::iter::once(&self.note).chain(&self.policy).collect();
        Progress::of(root, self.task(root)?, &notes, &[])
    }

    /// The next directory, once enough officers in force have signed.
    pub fn finish_directory(&self, in_force: &InForce) -> Result<Directory, ProposalError> {
        self.expect(Subject::Directory)?;
        let (root, previous) = (in_force.root(), in_force.signed_directory());
        self.check_base(root)?;
        let directory = self.rebuilt(root, previous, &self.signed_note()?)?;
        changes_in_effect(root, &directory, in_force)?;
        directory.successor_of(previous).map_err(|_| ProposalError::Overtaken { what: "directory" })?;
        Ok(directory)
    }

    /// The policy that goes with the directory, once enough officers in force have signed; `None` where it keeps the
    /// one in force.
    pub fn finish_policy(&self, root: &Root) -> Result<Option<Note>, ProposalError> {
        self.expect(Subject::Directory)?;
        self.check_policy(root)?;
        let Some(policy) = &self.policy else { return Ok(None) };
        if policy.lines().is_empty() {
            return Err(NoteError::NoLines.into());
        }
        Ok(Some(root.check_threshold(policy, Task::Enrol)?.clone()))
    }

    /// The policy beside the directory is the one it names.
    fn check_policy(&self, root: &Root) -> Result<(), ProposalError> {
        let Some(policy) = &self.policy else { return Ok(()) };
        let text: DirectoryText = self.value(root.org())?;
        if text.policy == PolicyHash::of_note(policy.hash()) {
            Ok(())
        } else {
            Err(ProposalError::OtherPolicy)
        }
    }

    /// The stop list, once enough officers in force have signed.
    pub fn finish_stop(&self, root: &Root) -> Result<Stop, ProposalError> {
        self.expect(Subject::Stop)?;
        self.check_base(root)?;
        Ok(Stop::verify(root, &self.signed_note()?)?)
    }

    /// What the proposed stop list says, checked in everything but its signatures: it follows the one in hand,
    /// and takes away only.
    pub fn preview_stop(&self, in_force: &InForce) -> Result<StopText, ProposalError> {
        self.expect(Subject::Stop)?;
        let root = in_force.root();
        self.check_base(root)?;
        let stop = Stop::unsigned(root, self.note.clone())?;
        let before = in_force.last_stop();
        let follows = stop.number() == before.map_or(1, |before| before.number.saturating_add(1))
            && stop.value().previous == before.map(|before| before.hash);
        if !follows {
            return Err(ProposalError::Overtaken { what: "stop list" });
        }
        let text = stop.value().clone();
        // One that says it was made upon a later directory could leave out what that one is said to fold.
        if text.folded != in_force.signed_directory().value().stop {
            return Err(ProposalError::Overtaken { what: "directory" });
        }
        let mut stops = in_force.stops().to_vec();
        stops.push(stop);
        InForce::new(root.clone(), in_force.signed_directory().clone(), stops, None)?;
        Ok(text)
    }

    /// The signed note of a policy, recovery set or request for recovery, once enough officers in force have signed.
    pub fn finish_other(&self, root: &Root) -> Result<Note, ProposalError> {
        match self.subject {
            Subject::Policy | Subject::Recovery | Subject::RecoveryRequest => {}
            _ => return Err(ProposalError::Subject),
        }
        Ok(root.check_threshold(&self.note, Task::Enrol)?.clone())
    }

    /// All entries of the proposed directory, in order: changed ones from the file, others from `previous`.
    fn entries(&self, org: OrgId, previous: &Directory) -> Result<Vec<Vec<u8>>, ProposalError> {
        super::compose::merge_entries(org, previous, self.entries.iter().map(String::as_bytes))
            .map_err(ProposalError::Text)
    }

    /// What the proposed directory would change, seen from what is in force, stop lists included; verified in
    /// everything but its signatures.
    pub fn preview(&self, in_force: &InForce) -> Result<Preview, ProposalError> {
        self.expect(Subject::Directory)?;
        let (root, previous) = (in_force.root(), in_force.signed_directory());
        self.check_base(root)?;
        let text: DirectoryText = self.value(root.org())?;
        if text.previous != Some(previous.hash()) {
            return Err(ProposalError::Overtaken { what: "directory" });
        }
        self.check_policy(root)?;
        if self.policy.is_none() && text.policy != previous.policy() {
            return Err(ProposalError::OtherPolicy);
        }
        let entries = self.entries(root.org(), previous)?;
        let directory = Directory::unsigned(root, self.note.clone(), &entries)?;
        Ok(Preview::new(changes_in_effect(root, &directory, in_force)?, directory))
    }

    fn rebuilt(&self, root: &Root, previous: &Directory, note: &[u8]) -> Result<Directory, ProposalError> {
        let text: DirectoryText = self.value(root.org())?;
        if text.previous != Some(previous.hash()) {
            return Err(ProposalError::Overtaken { what: "directory" });
        }
        Ok(Directory::verify(root, note, &self.entries(root.org(), previous)?)?)
    }

    fn new<T: Text>(subject: Subject, text: &T, entries: Vec<String>) -> Result<Self, ProposalError> {
        let note = unsigned(text)?;
        let most = if subject == Subject::Policy { POLICY_MAX } else { HEAD_MAX.max(super::ROOT_MAX) };
        if note.text().len() > most {
            return Err(ProposalError::TooLong { found: note.text().len() });
        }
        Ok(Self { subject, note, entries, policy: None })
    }

    /// The proposal rests on the root in force.
    fn check_base(&self, root: &Root) -> Result<(), ProposalError> {
        let org = root.org();
        let (found, same) = match self.subject {
            Subject::Directory => {
                let text: DirectoryText = self.value(org)?;
                (text.root.number, text.root.hash == root.hash())
            }
            Subject::Stop => {
                let text: StopText = self.value(org)?;
                (text.root.number, text.root.hash == root.hash())
            }
            // These name no root; the threshold of the one in force is asked for.
            Subject::Policy | Subject::Recovery | Subject::RecoveryRequest => return Ok(()),
        };
        if same && found == root.number() {
            Ok(())
        } else {
            Err(ProposalError::Outdated { found, wanted: root.number() })
        }
    }

    fn task(&self, root: &Root) -> Result<Task, ProposalError> {
        Ok(match self.subject {
            Subject::Directory | Subject::Policy | Subject::Recovery | Subject::RecoveryRequest => {
                Task::Enrol
            }
            Subject::Stop => {
                let text: StopText = self.value(root.org())?;
                let own = text.acts.iter().filter(|act| act.stop == text.number);
                if own.into_iter().any(|act| act.since.is_some()) { Task::Enrol } else { Task::Stop }
            }
        })
    }

    fn expect(&self, subject: Subject) -> Result<(), ProposalError> {
        if self.subject == subject { Ok(()) } else { Err(ProposalError::Subject) }
    }

    /// The note's bytes; a text without any line has no note.
    fn signed_note(&self) -> Result<Vec<u8>, ProposalError> {
        if self.note.lines().is_empty() { Err(NoteError::NoLines.into()) } else { Ok(self.note.encode()) }
    }
}

/// A text and the lines it has so far, as files carry it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paper {
    text: String,
    lines: Vec<String>,
}

impl Paper {
    pub(super) fn of(note: &Note) -> Self {
        let lines = note.lines().iter().map(ToString::to_string).collect();
        Self { text: note.text().to_owned(), lines }
    }

    pub(super) fn read(self) -> Result<Note, ProposalError> {
        let mut note = Note::unsigned(self.text)?;
        json::check_line(note.text().as_bytes()).map_err(NoteError::from)?;
        let lines = self.lines.iter().map(|line| line.parse()).collect::<Result<Vec<NoteLine>, _>>()?;
        note.add_lines(lines)?;
        Ok(note)
    }
}

/// What changes when `directory` follows what is in force: from the directory under the stop lists of now to the
/// one under those that it does not fold. Lifting what a stop list took is a change; reviving a key that one
/// revoked is refused, and so is folding a list that nobody has.
pub(super) fn changes_in_effect(
    root: &Root,
    directory: &Directory,
    in_force: &InForce,
) -> Result<Vec<Change>, ProposalError> {
    let folded = in_force.signed_directory().value().stop;
    let last = folded.map_or(0, |folded| folded.number);
    let later =
        in_force.stops().iter().filter(|stop| stop.number() > last).map(|stop| Some(stop.reference()));
    if !std::iter::once(folded).chain(later).any(|known| known == directory.value().stop) {
        return Err(ProposalError::Overtaken { what: "stop list" });
    }
    let after = InForce::new(root.clone(), directory.clone(), in_force.stops().to_vec(), None)?
        .with_beside(in_force.beside().to_vec());
    after.directory().check_continuity(in_force.directory()).map_err(DirectoryError::Continuity)?;
    Ok(after.directory().changes_since(in_force.directory()))
}

/// A text without lines, if readers would take it.
pub(super) fn unsigned<T: Text>(text: &T) -> Result<Note, NoteError> {
    let line = json::encode_line(text)?;
    text.check_form()?;
    let line =
        String::from_utf8(line).map_err(|error| NoteError::Utf8 { at: error.utf8_error().valid_up_to() })?;
    Note::unsigned(line)
}

/// The entries that `previous` does not have in this very form.
pub(super) fn changed_entries(entries: &[Vec<u8>], previous: &Directory) -> Vec<String> {
    let known: std::collections::BTreeSet<&[u8]> = previous.entry_texts().collect();
    let changed = entries.iter().filter(|entry| !known.contains(entry.as_slice()));
    changed.map(|entry| String::from_utf8_lossy(entry).into_owned()).collect()
}

pub(super) fn check_length(bytes: &[u8]) -> Result<(), ProposalError> {
    if bytes.len() > ORGANISATION_MAX {
        return Err(ProposalError::TooLong { found: bytes.len() });
    }
    Ok(())
}
