//! Request files: read from where people put them, and kept in this home, so that a leave is found when it is used.

use std::path::{Path, PathBuf};

use vault_core::admission::Code;
use vault_core::decision::request_file::{REQUEST_FILE_MAX, RequestFileError, looks_like_notes};
use vault_core::decision::{DecisionNote, RequestFile};
use vault_core::item::Label;
use vault_keys::digest::{NoteHash, OrgId};
use vault_keys::key_id::KeyId;
use vault_keys::note::{Signed, Text, Verifier};
use vault_keys::numbers::PersonNo;

use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::home::{Existing, Home, read_limited, write_whole};
use crate::msg;

const FOLDER: &str = "requests";
const ENDING: &str = ".note";

/// Whether a word is the path of a request file, or of a decision on one.
#[must_use]
pub fn is_request(word: &str) -> bool {
    let path = Path::new(word);
    path.is_file()
        && read_limited(path, REQUEST_FILE_MAX as u64)
            .is_ok_and(|bytes| looks_like_notes(&bytes) && holds_request(&bytes))
}

fn holds_request(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"{\"type\":\"vault-request/"))
}

/// Reads what these files hold together.
///
/// # Errors
/// One cannot be read, or they are no request with its decisions.
pub fn read<P: AsRef<Path>>(paths: &[P], org: OrgId) -> Outcome<RequestFile> {
    let files: Vec<Vec<u8>> = paths
        .iter()
        .map(|path| read_limited(path.as_ref(), REQUEST_FILE_MAX as u64))
        .collect::<Outcome<_>>()?;
    RequestFile::read(files.iter().map(Vec::as_slice), org).map_err(|error| failure(&error))
}

/// Writes a request file; nothing is replaced.
///
/// # Errors
/// Something is there already, or the disk refuses.
pub fn write(path: &Path, file: &RequestFile) -> Outcome {
    write_whole(path, &file.encode(), Existing::Keep)
}

fn failure(error: &RequestFileError) -> Failure {
    let integrity = |words| Failure::new(Kind::Integrity, words);
    match error {
        RequestFileError::TopSecret { .. } => Failure::rule(Code::TopSecret),
        RequestFileError::Requests { found: 0 } => {
            Failure::usage(msg!("asking-file-none")).code("no-request").hint(msg!("asking-file-next"))
        }
        RequestFileError::Requests { .. } => Failure::usage(msg!("asking-file-several"))
            .code("several-requests")
            .hint(msg!("asking-file-next")),
        RequestFileError::OtherMatter { .. } => integrity(msg!("asking-file-other"))
            .code("decision-other")
            .hint(msg!("asking-file-next"))
            .because(error),
        _ => integrity(msg!("asking-file-unread"))
            .code("note-unread")
            .hint(msg!("asking-file-next"))
            .because(error),
    }
}

/// Proves that each label is its sender's own: whatever a request says of an item is held against it.
///
/// # Errors
/// One is not signed by a key that the directory has for its sender.
pub fn prove_labels(desk: &Desk, labels: &[Signed<Label>]) -> Outcome {
    for label in labels {
        let sender = &label.value().sender;
        if !is_signed(desk, label, sender.person, &sender.key) {
            return Err(forged(Code::LabelSignature).on_item(&label.value().item.to_string()));
        }
    }
    Ok(())
}

/// Proves that everything in a request file is its signer's own, so that nobody makes up a request, a decision or what they
/// are about. Whether they count is for the rules to say.
///
/// # Errors
/// Something is not signed by a key that the directory has for whoever it names.
pub fn prove(desk: &Desk, file: &RequestFile) -> Outcome {
    prove_labels(desk, &file.labels)?;
    let requester = &file.request.value().requester;
    if !is_signed(desk, &file.request, requester.person, &requester.key) {
        return Err(forged(Code::RequestSignature));
    }
    let made_up = |note: &&Signed<DecisionNote>| {
        let (person, key) = (note.value().person, &note.value().key);
        !is_signed(desk, note, person, key)
    };
    match file.decisions.iter().find(made_up) {
        None => Ok(()),
        Some(_) => Err(forged(Code::DecisionSignature)),
    }
}

/// By a key that is or was the person's.
fn is_signed<T: Text>(desk: &Desk, note: &Signed<T>, person: PersonNo, key: &KeyId) -> bool {
    let org = desk.known.organisation.org();
    let entry = desk.known.directory().person(person);
    let key = entry.and_then(|entry| entry.key(key)).and_then(|key| key.verifying());
    let verifier = key.map(|key| Verifier::person(&org, person, key));
    verifier.is_some_and(|verifier| note.verified_by(&verifier).is_ok())
}

fn forged(code: Code) -> Failure {
    let mut failure = Failure::rule(code);
    failure.kind = Kind::Integrity;
    failure
}

/// The requests this home keeps: those asked here, and those decided ones that were used here.
#[derive(Debug)]
pub struct Requests {
    folder: PathBuf,
    org: OrgId,
}

impl Requests {
    /// Opens the folder, making it when first needed.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn open(home: &Home, org: OrgId) -> Outcome<Self> {
        Ok(Self { folder: home.folder(FOLDER)?, org })
    }

    /// Keeps a request, with what is new on it beside what is kept.
    ///
    /// # Errors
    /// The disk refuses, or what is kept is damaged.
    pub fn keep(&self, file: &RequestFile) -> Outcome {
        let mut whole = file.clone();
        let known = self.find(file.request.hash())?;
        let before = known.as_ref().map(RequestFile::encode);
        if let Some(known) = known {
            known.decisions.into_iter().for_each(|decision| whole.add(decision));
            for label in known.labels {
                if !whole.labels.iter().any(|one| one.hash() == label.hash()) {
                    whole.labels.push(label);
                }
            }
        }
        let bytes = whole.encode();
        // Every look at the relay brings all of them again.
        if before.as_ref() == Some(&bytes) {
            return Ok(());
        }
        write_whole(&self.path(file.request.hash()), &bytes, Existing::Replace)
    }

    /// One of them.
    ///
    /// # Errors
    /// It is damaged.
    pub fn find(&self, request: NoteHash) -> Outcome<Option<RequestFile>> {
        let path = self.path(request);
        if path.exists() { read(&[path], self.org).map(Some) } else { Ok(None) }
    }

    /// All of them, the newest last.
    ///
    /// # Errors
    /// The folder cannot be read, or one is damaged.
    pub fn all(&self) -> Outcome<Vec<RequestFile>> {
        let fail = |error: std::io::Error| Failure::io(&self.folder, &error);
        let mut all = Vec::new();
        for entry in std::fs::read_dir(&self.folder).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            if path.to_str().is_some_and(|path| path.ends_with(ENDING)) {
                all.push(read(&[path], self.org)?);
            }
        }
        all.sort_by_key(|file| (file.request.value().made, file.request.hash()));
        Ok(all)
    }

    fn path(&self, request: NoteHash) -> PathBuf {
        self.folder.join(format!("{request}{ENDING}"))
    }
}
