//! Sets and requests that officers approved, read from what they are handed around as: a signed note, or the proposal
//! file that gathered the signatures.

use std::path::Path;

use vault_keys::directory::{InForce, Organisation, Proposal, Subject};
use vault_keys::recovery::{RECOVERY_MAX, RecoveryRequest, RecoverySet, SetId};

use super::refusals;
use crate::error::{Failure, Outcome};
use crate::home::{Home, read_limited};
use crate::people::Listed;
use crate::{clock, msg};

const FOLDER: &str = "recovery/sets";
/// A proposal is its note and little more.
const FILE_MAX: u64 = 1024 * 1024;

/// Reads a request that the officers in force approved.
///
/// # Errors
/// It is none, or not enough of them signed.
pub fn request(organisation: &Organisation, path: &Path) -> Outcome<RecoveryRequest> {
    let note = note(organisation, path, Subject::RecoveryRequest)?;
    RecoveryRequest::verify(organisation.root(), &note).map_err(|error| refusals::request(&error))
}

/// Whether a request may be used now with this set.
///
/// # Errors
/// It has expired, names another set, or its person's key is not in use any more.
pub fn check_request(
    request: &RecoveryRequest,
    set: &RecoverySet,
    in_force: &InForce,
    everyone: &[Listed],
) -> Outcome {
    let allowed = request.allows(set, in_force, clock::now());
    allowed.map(drop).map_err(|refusal| refusals::refusal(&refusal, everyone))
}

/// The sets this machine knows: what was shown to it once is remembered.
#[derive(Debug)]
pub struct Sets<'a> {
    home: &'a Home,
    organisation: &'a Organisation,
}

impl<'a> Sets<'a> {
    /// Those of a home.
    #[must_use]
    pub const fn of(home: &'a Home, organisation: &'a Organisation) -> Self {
        Self { home, organisation }
    }

    /// Reads a set from a file and remembers it.
    ///
    /// # Errors
    /// It is none, too few officers of any root signed it, or the disk refuses.
    pub fn learn(&self, path: &Path) -> Outcome<RecoverySet> {
        let set = self.verify(&note(self.organisation, path, Subject::Recovery)?)?;
        self.home.folder(FOLDER)?;
        self.home.write(&name(set.value().set), &set.signed().encode())?;
        Ok(set)
    }

    /// The set of this id: from the file, where one is named, or from memory.
    ///
    /// # Errors
    /// It is not known here, or not what was named.
    pub fn find(&self, id: SetId, file: Option<&Path>) -> Outcome<RecoverySet> {
        if let Some(path) = file {
            return self.learn(path);
        }
        let name = name(id);
        if !self.home.has(&name) {
            return Err(Failure::failed(msg!("recovery-set-unknown", set = id.to_string()))
                .hint(msg!("recovery-set-unknown-next")));
        }
        self.verify(&self.home.read(&name)?)
    }

    /// Every set this machine knows.
    ///
    /// # Errors
    /// One of them is damaged, or the folder cannot be read.
    pub fn all(&self) -> Outcome<Vec<RecoverySet>> {
        let folder = self.home.path(FOLDER);
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let fail = |error: std::io::Error| Failure::io(&folder, &error);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(fail)? {
            let name = entry.map_err(fail)?.file_name();
            names.extend(name.to_str().filter(|name| name.ends_with(".note")).map(str::to_owned));
        }
        names.sort();
        names.iter().map(|name| self.verify(&self.home.read(&format!("{FOLDER}/{name}"))?)).collect()
    }

    /// A set counts under the officers of the root in force when it was made: any root of the chain.
    fn verify(&self, note: &[u8]) -> Outcome<RecoverySet> {
        let mut last = None;
        for root in self.organisation.roots().iter().rev() {
            match RecoverySet::verify(root, note) {
                Ok(set) => return Ok(set),
                Err(error) => last = last.or(Some(error)),
            }
        }
        Err(last.map_or_else(|| Failure::failed(msg!("recovery-set-unread")), |error| refusals::set(&error)))
    }
}

fn name(id: SetId) -> String {
    format!("{FOLDER}/{id}.note")
}

/// The bytes of the note, whichever of the two files it comes in.
fn note(organisation: &Organisation, path: &Path, subject: Subject) -> Outcome<Vec<u8>> {
    let bytes = read_limited(path, FILE_MAX)?;
    if !bytes.starts_with(b"{\n") {
        return Ok(bytes);
    }
    let other = || Failure::failed(msg!("recovery-other-file", path = path.display().to_string()));
    let proposal = Proposal::parse(&bytes).map_err(|error| other().because(&error))?;
    if proposal.subject() != subject || proposal.text().len() > RECOVERY_MAX {
        return Err(other());
    }
    // Which root's officers it takes is asked by whoever reads the note.
    let signed = organisation.roots().iter().rev().find_map(|root| proposal.finish_other(root).ok());
    match signed {
        Some(note) => Ok(note.encode()),
        None => Err(refusals::too_few_signatures()),
    }
}
