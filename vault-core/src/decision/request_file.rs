//! The request file that goes round without a relay: a request, the labels of the items it is about, and the decisions so far
//! (docs/decisions.md, "By file").
//!
//! Whole notes one after another. The text of a note is one line that begins with `{`, and no signature line does, so
//! the notes part by themselves, and two request files are joined by putting one behind the other. This file reads the form;
//! what signatures are worth is judged by [`crate::admission`].
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use vault_keys::digest::{NoteHash, OrgId};
use vault_keys::note::{Note, NoteError, Signed, Text as _};

use super::note::{About, DECISION_MAX, DecisionNote, DecisionType};
use super::request::{REQUEST_MAX, Request, RequestType};
use crate::item::{Label, LabelHash};
use crate::level::TopSecret;
use crate::limits::{LABEL_MAX, LIST_MAX};

/// Longest file, in bytes: a request, the labels of 64 items and as many decisions fit.
pub const REQUEST_FILE_MAX: usize = 8 * 1024 * 1024;

/// Most notes on a request file.
const NOTES_MAX: usize = LIST_MAX * 4;

/// Longest of its notes.
const NOTE_MAX: usize = {
    let longest = if LABEL_MAX > REQUEST_MAX { LABEL_MAX } else { REQUEST_MAX };
    if longest > DECISION_MAX { longest } else { DECISION_MAX }
};

/// A request with what belongs to it.
#[derive(Clone, Debug)]
pub struct RequestFile {
    /// The request.
    pub request: Signed<Request>,
    /// The labels of the items it names, as far as they are here.
    pub labels: Vec<Signed<Label>>,
    /// The decisions on it, in the order of their signers' clocks.
    pub decisions: Vec<Signed<DecisionNote>>,
}

/// Why files are no such file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestFileError {
    /// Larger than any request file is.
    #[error("{found} bytes, {REQUEST_FILE_MAX} at most")]
    TooLong {
        /// Its length in bytes.
        found: usize,
    },
    /// Nothing is in it, or more than belongs on a request file.
    #[error("not 1 to {NOTES_MAX} notes")]
    Count,
    /// A note is malformed or of another organisation.
    #[error("note {index} is malformed, or of another organisation")]
    Note {
        /// Its place, from 0.
        index: usize,
        /// What is wrong with it.
        #[source]
        error: NoteError,
    },
    /// A label of an item that must not be in any machine.
    #[error("note {index} is the label of something top secret")]
    TopSecret {
        /// Its place, from 0.
        index: usize,
        /// Why it counts as that.
        #[source]
        reason: TopSecret,
    },
    /// A note of a kind that does not belong on a request file.
    #[error("note {index} is neither request nor decision nor label")]
    OtherKind {
        /// Its place, from 0.
        index: usize,
    },
    /// There is no request, or there are two.
    #[error("there are {found} requests, not one")]
    Requests {
        /// How many.
        found: usize,
    },
    /// A decision on something else.
    #[error("a decision is not about the request")]
    OtherMatter {
        /// The decision.
        decision: NoteHash,
    },
}

/// Whether bytes begin like a signed note: enough to tell a request file from a sealed file or a word.
#[must_use]
pub fn looks_like_notes(bytes: &[u8]) -> bool {
    bytes.starts_with(b"{\"type\":\"vault-")
}

impl RequestFile {
    /// Of a request alone.
    #[must_use]
    pub const fn of(request: Signed<Request>, labels: Vec<Signed<Label>>) -> Self {
        Self { request, labels, decisions: Vec::new() }
    }

    /// Reads what one or several files hold together; what stands there twice counts once.
    ///
    /// # Errors
    /// [`RequestFileError`] names what does not belong there.
    pub fn read<'a>(files: impl IntoIterator<Item = &'a [u8]>, org: OrgId) -> Result<Self, RequestFileError> {
        let mut notes: Vec<Note> = Vec::new();
        for file in files {
            split(file, &mut notes)?;
        }
        let (mut requests, mut labels, mut decisions) = (Vec::new(), Vec::new(), Vec::new());
        for (index, note) in notes.into_iter().enumerate() {
            let fault = |error| RequestFileError::Note { index, error };
            match kind(note.text()) {
                Some(RequestType::NAME) => {
                    requests.push(Signed::<Request>::from_note(note, org).map_err(fault)?);
                }
                Some(DecisionType::NAME) => {
                    decisions.push(Signed::<DecisionNote>::from_note(note, org).map_err(fault)?);
                }
                Some(Label::TYPE) => {
                    let text = note.text().trim_end().as_bytes();
                    Label::refuse_top_secret(text)
                        .map_err(|reason| RequestFileError::TopSecret { index, reason })?;
                    labels.push(Signed::<Label>::from_note(note, org).map_err(fault)?);
                }
                _ => return Err(RequestFileError::OtherKind { index }),
            }
        }
        let found = requests.len();
        let (Some(request), 1) = (requests.pop(), found) else {
            return Err(RequestFileError::Requests { found });
        };
        let about = About::request(request.hash());
        if let Some(other) = decisions.iter().find(|decision| decision.value().about != about) {
            return Err(RequestFileError::OtherMatter { decision: other.hash() });
        }
        let mut file = Self { request, labels, decisions: Vec::new() };
        file.labels.retain({
            let request = file.request.value().clone();
            move |label| request.concerns(LabelHash::of_note(label.hash()))
        });
        for decision in decisions {
            file.add(decision);
        }
        Ok(file)
    }

    /// Adds a decision, in its place by the signer's clock; one that stands there already adds nothing.
    pub fn add(&mut self, decision: Signed<DecisionNote>) {
        if self.decisions.iter().any(|known| known.hash() == decision.hash()) {
            return;
        }
        self.decisions.push(decision);
        let steps = &self.request.value().deciders;
        self.decisions.sort_by_key(|one| one.value().place_by_clock(steps));
    }

    /// Whether it can be read again, and has room for one more decision: a refusal always has its place.
    #[must_use]
    pub fn has_room(&self) -> bool {
        let notes = self.labels.len().saturating_add(self.decisions.len()).saturating_add(2);
        notes <= NOTES_MAX && self.encode().len().saturating_add(DECISION_MAX) <= REQUEST_FILE_MAX
    }

    /// The directories that request and decisions name.
    pub fn versions(&self) -> impl Iterator<Item = u32> + '_ {
        let decisions = self.decisions.iter().map(|decision| decision.value().directory.version);
        std::iter::once(self.request.value().directory.version).chain(decisions)
    }

    /// The request and the decisions on it, as an item carries them.
    pub fn leave(&self) -> impl Iterator<Item = &Note> {
        std::iter::once(self.request.note()).chain(self.decisions.iter().map(Signed::note))
    }

    /// The request file as bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let labels = self.labels.iter().map(Signed::note);
        let decisions = self.decisions.iter().map(Signed::note);
        let notes = std::iter::once(self.request.note()).chain(labels).chain(decisions);
        notes.flat_map(Note::encode).collect()
    }
}

/// Adds the notes of one file that are not there yet.
fn split(bytes: &[u8], notes: &mut Vec<Note>) -> Result<(), RequestFileError> {
    if bytes.len() > REQUEST_FILE_MAX {
        return Err(RequestFileError::TooLong { found: bytes.len() });
    }
    let mut rest = bytes;
    let mut is_empty = true;
    while !rest.is_empty() {
        // The next note begins where a line begins with `{`.
        let end =
            rest.windows(2).position(|pair| pair == b"\n{").map_or(rest.len(), |at| at.saturating_add(1));
        let (one, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        let index = notes.len();
        let note = Note::parse(one, NOTE_MAX).map_err(|error| RequestFileError::Note { index, error })?;
        if !notes.iter().any(|known| known.hash() == note.hash()) {
            notes.push(note);
        }
        if notes.len() > NOTES_MAX {
            return Err(RequestFileError::Count);
        }
        (rest, is_empty) = (after, false);
    }
    if is_empty { Err(RequestFileError::Count) } else { Ok(()) }
}

/// The type a text names in its first field.
fn kind(text: &str) -> Option<&str> {
    text.strip_prefix("{\"type\":\"")?.split_once('"').map(|(kind, _)| kind)
}

#[cfg(all(test, feature = "open"))]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        reason = "tests"
    )]
    use vault_keys::note::KeyName;

    use super::*;
    use crate::decision::{Act, Answer, Parameters};
    use crate::item::{Decider, DirectoryRef, ItemHeader, Parent, Sender};
    use crate::scope::Ascending;
    use crate::test_world::World;

    fn request(world: &World, item: &ItemHeader) -> Signed<Request> {
        let (member, directory) = (world.member(3), world.directory());
        let text = Request {
            tag: RequestType,
            org: directory.org(),
            act: Act::Export,
            items: vec![Parent { item: item.label().value().item, label: item.label_hash() }],
            copies: Ascending::empty(),
            holders: Ascending::empty(),
            custodian: None,
            parameters: Parameters::default(),
            level: item.label().value().level,
            unit: "u1".parse().unwrap(),
            requester: Sender { person: member.person, key: member.signing.key_id() },
            station: member.station.key_id(),
            reason: None,
            deciders: vec![Decider {
                step: "approval".parse().unwrap(),
                role: "approver".parse().unwrap(),
                asked: Ascending::of([world.member(9).person]),
            }],
            policy: directory.policy(),
            directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
            made: world.now(),
            decide_by: world.now().plus_days(7),
            not_after: world.now().plus_days(14),
        };
        Signed::sign(text, &KeyName::person(&directory.org(), member.person), &member.signing).unwrap()
    }

    fn decision(world: &World, about: NoteHash, later: i64) -> Signed<DecisionNote> {
        let (member, directory) = (world.member(9), world.directory());
        let note = DecisionNote {
            tag: DecisionType,
            org: directory.org(),
            about: About::request(about),
            step: "approval".parse().unwrap(),
            person: member.person,
            key: member.signing.key_id(),
            station: member.station.key_id(),
            principal: None,
            answer: Answer::Agree,
            opened: false,
            previous: None,
            directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
            made: world.now().plus_seconds(later),
            not_after: None,
            opinion: None,
        };
        Signed::sign(note, &KeyName::person(&directory.org(), member.person), &member.signing).unwrap()
    }

    #[test]
    fn a_request_file_comes_back_and_files_are_joined() {
        let world = World::with_deciders();
        let item = world.seal(&world.draft(&[3]), b"content", 1).header;
        let org = item.org();
        let request = request(&world, &item);
        let mut file = RequestFile::of(request.clone(), vec![item.label().clone()]);
        let alone = file.encode();
        file.add(decision(&world, request.hash(), 60));
        file.add(decision(&world, request.hash(), 0));
        file.add(decision(&world, request.hash(), 0));
        assert_eq!(file.decisions.len(), 2, "one that stands there already adds nothing");
        assert!(file.decisions[0].value().made < file.decisions[1].value().made);
        let read = RequestFile::read([file.encode().as_slice()], org).unwrap();
        assert_eq!(read.encode(), file.encode());
        // The request file as it was asked, and a decision that came as a file of its own.
        let one = file.decisions[1].note().encode();
        let joined = RequestFile::read([alone.as_slice(), one.as_slice()], org).unwrap();
        assert_eq!((joined.labels.len(), joined.decisions.len()), (1, 1));
        assert_eq!(joined.leave().count(), 2);
        assert_eq!(
            RequestFile::read([[alone, one].concat().as_slice()], org).unwrap().encode(),
            joined.encode()
        );
    }

    #[test]
    fn what_does_not_belong_on_a_request_file_is_named() {
        let world = World::with_deciders();
        let item = world.seal(&world.draft(&[3]), b"content", 1).header;
        let org = item.org();
        let read = |files: &[&[u8]]| RequestFile::read(files.iter().copied(), org).map(drop).unwrap_err();
        let file = request(&world, &item).note().encode();
        assert_eq!(read(&[]), RequestFileError::Requests { found: 0 });
        assert_eq!(read(&[b""]), RequestFileError::Count);
        assert!(matches!(read(&[b"no note"]), RequestFileError::Note { index: 0, .. }));
        assert!(matches!(read(&[&file, &file[..file.len() - 1]]), RequestFileError::Note { index: 1, .. }));
        assert_eq!(read(&[&item.label().note().encode()]), RequestFileError::Requests { found: 0 });
        let other = decision(&world, NoteHash::from_bytes([1; 32]), 0);
        let elsewhere = RequestFileError::OtherMatter { decision: other.hash() };
        assert_eq!(read(&[&file, &other.note().encode()]), elsewhere);
        let access = item.access().note().encode();
        assert_eq!(read(&[&file, &access]), RequestFileError::OtherKind { index: 1 });
        let label = String::from_utf8(item.label().note().encode()).unwrap();
        let secret = label.replace("\"level\":\"internal\"", "\"level\":\"top-secret\"");
        assert!(matches!(read(&[&file, secret.as_bytes()]), RequestFileError::TopSecret { index: 1, .. }));
        assert_eq!(
            read(&[&vec![b'{'; REQUEST_FILE_MAX + 1]]),
            RequestFileError::TooLong { found: REQUEST_FILE_MAX + 1 }
        );
    }
}
