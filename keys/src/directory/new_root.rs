//! A root and the directory that goes with it, signed by file exchange in one sitting (docs/directory.md, "New
//! root"). With root 1 goes the policy too: that is a founding.
//!
//! Like a proposal it is an unsigned container, and nothing in it is in force before it is finished.

use serde::{Deserialize, Serialize};

use super::compose::{Draft, merge_entries};
use super::head::{DirectoryText, RootRef};
use super::organisation::Organisation;
use super::progress::Progress;
use super::proposal::{
    Paper, Preview, ProposalError, changed_entries, changes_in_effect, check_length, unsigned,
};
use super::root::Root;
use super::root_change::RootChange;
use super::root_text::{RootText, Task};
use super::verify::Directory;
use crate::digest::{NoteHash, OrgId, PolicyHash, RootHash};
use crate::key_id::fingerprint;
use crate::note::{KeyName, Note, NoteError, OfficeName, Text, parse_text};
use crate::signing::OfficeKey;
use crate::text_type;

text_type! {
    /// The format of a file with a new root.
    pub struct NewRootType = "vault-new-root/1";
}

/// A root and its directory on the way to enough signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRoot {
    root: Note,
    /// With root 1 only.
    policy: Option<Note>,
    directory: Note,
    /// The entries that differ from the directory before, as texts.
    entries: Vec<String>,
}

/// A proposed root with its directory, for showing before anyone signs. Nothing may be judged by it.
#[derive(Clone, Debug)]
pub struct RootPreview {
    /// The organisation, whose fingerprint people compare.
    pub org: OrgId,
    /// What the root would say.
    pub text: RootText,
    /// What it changes; empty for root 1.
    pub root_changes: Vec<RootChange>,
    /// The directory that goes with it.
    pub directory: Preview,
}

/// How far a new root is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootProgress {
    /// Under the root before; none for root 1.
    pub before: Option<Progress>,
    /// Under the new root itself. Who signed counts if he signed root, directory and policy.
    pub new: Progress,
}

/// The file as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: NewRootType,
    root: Paper,
    policy: Option<Paper>,
    directory: Paper,
    entries: Vec<String>,
}

impl NewRoot {
    /// Proposes root 1, its policy and directory 1. Policy and directory are made for the organisation that the
    /// root's text founds.
    pub fn founding<P: Text>(
        root: &RootText,
        policy: impl FnOnce(OrgId) -> P,
        draft: impl FnOnce(OrgId, PolicyHash) -> Draft,
    ) -> Result<Self, ProposalError> {
        let root = unsigned(root)?;
        let org = OrgId::of_note(root.hash());
        let policy = unsigned(&policy(org))?;
        let draft = draft(org, PolicyHash::of_note(policy.hash()));
        let reference = RootRef { number: 1, hash: RootHash::of_note(root.hash()) };
        let (directory, entries) = draft.compose(org, reference, None);
        let entries = entries.iter().map(|entry| String::from_utf8_lossy(entry).into_owned()).collect();
        let founding = Self { root, policy: Some(policy), directory: unsigned(&directory)?, entries };
        founding.preview(None)?;
        Ok(founding)
    }

    /// Proposes the next root and the directory after the one in force. The draft must fold all stop lists.
    pub fn after(before: &Organisation, root: &RootText, draft: Draft) -> Result<Self, ProposalError> {
        let root = unsigned(root)?;
        let next = before.root().next_unsigned(root.clone())?;
        let (directory, entries) = draft.compose(next.org(), next.reference(), Some(before.directory()));
        let entries = changed_entries(&entries, before.directory());
        let proposed = Self { root, policy: None, directory: unsigned(&directory)?, entries };
        proposed.preview(Some(before))?;
        Ok(proposed)
    }

    /// Reads a file. Nothing in it is trusted yet.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProposalError> {
        check_length(bytes)?;
        let file: File = serde_json::from_slice(bytes).map_err(ProposalError::Format)?;
        let policy = file.policy.map(Paper::read).transpose()?;
        Ok(Self { root: file.root.read()?, policy, directory: file.directory.read()?, entries: file.entries })
    }

    /// The bytes of the file.
    pub fn encode(&self) -> Vec<u8> {
        let file = File {
            format: NewRootType,
            root: Paper::of(&self.root),
            policy: self.policy.as_ref().map(Paper::of),
            directory: Paper::of(&self.directory),
            entries: self.entries.clone(),
        };
        let mut bytes = serde_json::to_vec_pretty(&file).expect("strings and lists of strings always encode");
        bytes.push(b'\n');
        bytes
    }

    /// Whether it founds an organisation.
    pub const fn is_founding(&self) -> bool {
        self.policy.is_some()
    }

    /// SHA-256 of the directory's text, which names root and policy by their hashes: one number for the whole.
    pub fn hash(&self) -> NoteHash {
        self.directory.hash()
    }

    /// The fingerprint of the organisation that a founding founds.
    pub fn fingerprint(&self) -> Option<String> {
        self.policy.as_ref().map(|_| fingerprint(OrgId::of_note(self.root.hash()).as_bytes()))
    }

    /// The policy of a founding.
    pub fn policy<P: Text>(&self) -> Option<Result<P, NoteError>> {
        let org = OrgId::of_note(self.root.hash());
        self.policy.as_ref().map(|policy| parse_text(policy.text().as_bytes(), org))
    }

    /// What it would bring, verified in everything but its signatures.
    pub fn preview(&self, before: Option<&Organisation>) -> Result<RootPreview, ProposalError> {
        let root = self.proposed(before)?;
        let entries = self.all_entries(&root, before)?;
        let directory = Directory::unsigned(&root, self.directory.clone(), &entries)?;
        let (root_changes, changes) = match before {
            None => {
                self.check_first(&root, &directory)?;
                (Vec::new(), directory.first_changes())
            }
            Some(before) => {
                let changes = changes_in_effect(&root, &directory, before.in_force())?;
                (root.value().changes_since(before.root().value()), changes)
            }
        };
        let (org, text) = (root.org(), root.value().clone());
        Ok(RootPreview { org, text, root_changes, directory: Preview::new(changes, directory) })
    }

    /// Adds the lines of whoever holds this key: to the root as an officer of the root before, to everything as
    /// an officer of the new one. Answers under which names.
    pub fn sign(
        &mut self,
        before: Option<&Organisation>,
        key: &OfficeKey,
    ) -> Result<Vec<OfficeName>, ProposalError> {
        let root = self.proposed(before)?;
        let (org, public) = (root.org(), key.public());
        let old = before.and_then(|before| before.root().office_of(&public));
        let new = root.office_of(&public);
        let mut names: Vec<OfficeName> = old.into_iter().chain(new).cloned().collect();
        names.dedup();
        for name in &names {
            self.root.cosign(&KeyName::office(&org, name), key)?;
        }
        if let Some(name) = new {
            let name = KeyName::office(&org, name);
            self.directory.cosign(&name, key)?;
            if let Some(policy) = &mut self.policy {
                policy.cosign(&name, key)?;
            }
        }
        Ok(names)
    }

    /// Adds the lines of another copy of the same file.
    pub fn merge(&mut self, other: &Self) -> Result<(), ProposalError> {
        let texts = |one: &Self| {
            let policy = one.policy.as_ref().map(|policy| policy.text().to_owned());
            (one.root.text().to_owned(), policy, one.directory.text().to_owned(), one.entries.clone())
        };
        if texts(self) != texts(other) {
            return Err(ProposalError::Different);
        }
        self.root.add_lines(other.root.lines().iter().cloned())?;
        self.directory.add_lines(other.directory.lines().iter().cloned())?;
        if let (Some(policy), Some(other)) = (&mut self.policy, &other.policy) {
            policy.add_lines(other.lines().iter().cloned())?;
        }
        Ok(())
    }

    /// How far it is, under the root before and under itself.
    pub fn progress(&self, before: Option<&Organisation>) -> Result<RootProgress, ProposalError> {
        let root = self.proposed(before)?;
        let names = |root: &Root| -> Vec<KeyName> {
            root.officers().iter().map(|(name, _)| KeyName::office(&root.org(), name)).collect()
        };
        let others = before.map(|before| names(before.root())).unwrap_or_default();
        let own: Vec<&Note> =
            [Some(&self.root), self.policy.as_ref(), Some(&self.directory)].into_iter().flatten().collect();
        let new = Progress::of(&root, Task::Root, &own, &others)?;
        let before =
            before.map(|before| Progress::of(before.root(), Task::Root, &[&self.root], &names(&root)));
        Ok(RootProgress { before: before.transpose()?, new })
    }

    /// The organisation that comes of it, once enough officers have signed.
    pub fn finish(&self, before: Option<&Organisation>) -> Result<Organisation, ProposalError> {
        self.proposed(before)?;
        let signed = |note: &Note| {
            if note.lines().is_empty() { Err(NoteError::NoLines) } else { Ok(note.encode()) }
        };
        let (root, head) = (signed(&self.root)?, signed(&self.directory)?);
        match (before, &self.policy) {
            (Some(before), _) => {
                let root = before.root().parse_next(&root)?;
                let directory = Directory::verify(&root, &head, &self.all_entries(&root, Some(before))?)?;
                changes_in_effect(&root, &directory, before.in_force())?;
                directory
                    .successor_of(before.directory())
                    .map_err(|_| ProposalError::Overtaken { what: "directory" })?;
                let roots = [before.roots(), &[root]].concat();
                // The notary's last note rests on the root before; the next one comes with the next tick.
                Ok(before.renewed(roots, directory, None)?)
            }
            (None, Some(policy)) => {
                let root = Root::parse_first(&root, None)?;
                let directory = Directory::verify(&root, &head, &self.entries)?;
                self.check_first(&root, &directory)?;
                Ok(Organisation::new(vec![root], policy.clone(), directory, Vec::new())?)
            }
            (None, None) => Err(ProposalError::NoOrganisation),
        }
    }

    /// The proposed root with whatever lines it has, if it follows what is in force.
    fn proposed(&self, before: Option<&Organisation>) -> Result<Root, ProposalError> {
        match (before, self.is_founding()) {
            (None, true) => Ok(Root::first_unsigned(self.root.clone())?),
            (None, false) => Err(ProposalError::NoOrganisation),
            (Some(before), true) => {
                let (found, wanted) = (OrgId::of_note(self.root.hash()), before.org());
                if found != wanted {
                    return Err(ProposalError::Text(NoteError::Org { found, wanted }));
                }
                Err(ProposalError::Overtaken { what: "root" })
            }
            (Some(before), false) => {
                let text: RootText = parse_text(self.root.text().as_bytes(), before.org())?;
                let found = text.number.saturating_sub(1);
                // Another predecessor under the number in force is a fork, which is named below.
                if text.previous != Some(before.root().hash()) && found != before.root().number() {
                    return Err(ProposalError::Outdated { found, wanted: before.root().number() });
                }
                Ok(before.root().next_unsigned(self.root.clone())?)
            }
        }
    }

    fn all_entries(&self, root: &Root, before: Option<&Organisation>) -> Result<Vec<Vec<u8>>, ProposalError> {
        let changed = self.entries.iter().map(String::as_bytes);
        let Some(before) = before else { return Ok(changed.map(<[u8]>::to_vec).collect()) };
        let text: DirectoryText = parse_text(self.directory.text().as_bytes(), root.org())?;
        if text.previous != Some(before.directory().hash()) {
            return Err(ProposalError::Overtaken { what: "directory" });
        }
        Ok(merge_entries(root.org(), before.directory(), changed)?)
    }

    /// With root 1 goes directory 1 and the very policy it names.
    fn check_first(&self, root: &Root, directory: &Directory) -> Result<(), ProposalError> {
        let policy = self.policy.as_ref().map(|policy| PolicyHash::of_note(policy.hash()));
        if root.number() != 1 || directory.number() != 1 || policy != Some(directory.policy()) {
            return Err(ProposalError::Subject);
        }
        Ok(())
    }
}
