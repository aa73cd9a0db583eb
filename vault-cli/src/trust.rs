//! What this home believes: the pinned organisation and the highest versions it has seen, kept apart
//! from the cached files and checked before those are replaced. Design section 6.
//!
//! An older directory or root than one seen before is refused, as is a second one of the same number;
//! every directory seen stays on disk, because labels are judged by the directory they name.

use serde::{Deserialize, Serialize};
use vault_keys::digest::{DirectoryHash, OrgId, RootHash};
use vault_keys::directory::{Directory, ORGANISATION_MAX, Organisation, OrganisationError, SuccessionError};
use vault_keys::numbers::PersonNo;

use crate::error::{Failure, Kind, Outcome};
use crate::home::Home;
use crate::identity::PublicCard;
use crate::msg;
use crate::people::{self, Listed};

const TRUST_FILE: &str = "trust.json";
/// The newest checkpoint of the register seen: a file of its own, as commands that only look write it too.
const CHECKPOINT_FILE: &str = "checkpoint.txt";
const FOLDER: &str = "organisation";
const CURRENT: &str = "organisation/current.json";

/// What is believed, apart from any cached file.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    format: String,
    /// The organisation, pinned when joining.
    pub org: OrgId,
    /// The newest root seen.
    pub root: Version<RootHash>,
    /// The newest directory seen.
    pub directory: Version<DirectoryHash>,
}

/// A number and what stands under it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Version<H> {
    /// The number.
    pub number: u32,
    /// The hash of the text with this number.
    pub hash: H,
}

impl Trust {
    /// What this home believes.
    ///
    /// # Errors
    /// It has joined no organisation, or the file is damaged.
    pub fn load(home: &Home) -> Outcome<Self> {
        if !home.has(TRUST_FILE) {
            return Err(Failure::failed(msg!("org-none")).hint(msg!("identity-none-next")));
        }
        let trust: Self = home.read_json(TRUST_FILE)?;
        if trust.format == "vault-trust/1" { Ok(trust) } else { Err(home.damaged(TRUST_FILE)) }
    }

    fn of(organisation: &Organisation) -> Self {
        let (root, directory) = (organisation.root(), organisation.directory());
        Self {
            format: "vault-trust/1".to_owned(),
            org: organisation.org(),
            root: Version { number: root.number(), hash: root.hash() },
            directory: Version { number: directory.number(), hash: directory.hash() },
        }
    }

    /// Refuses what is older than what was seen, or differs from it.
    fn check(&self, organisation: &Organisation) -> Outcome {
        let seen_root = organisation.roots().iter().find(|root| root.number() == self.root.number);
        match seen_root {
            None => return Err(rollback()),
            Some(root) if root.hash() != self.root.hash => return Err(fork(self.root.number)),
            Some(_) => {}
        }
        let directory = organisation.directory();
        if directory.number() < self.directory.number {
            return Err(rollback());
        }
        if directory.number() == self.directory.number && directory.hash() != self.directory.hash {
            return Err(fork(directory.number()));
        }
        Ok(())
    }
}

/// The newest checkpoint of the register that was seen, a signed note.
#[must_use]
pub fn last_checkpoint(home: &Home) -> Option<Vec<u8>> {
    home.read(CHECKPOINT_FILE).ok()
}

/// Remembers a newer checkpoint.
///
/// # Errors
/// The disk refuses.
pub fn remember_checkpoint(home: &Home, checkpoint: &[u8]) -> Outcome {
    if last_checkpoint(home).as_deref() == Some(checkpoint) {
        return Ok(());
    }
    home.write(CHECKPOINT_FILE, checkpoint)
}

/// Reads and verifies an organisation file.
///
/// # Errors
/// It is malformed, of another organisation than the pinned one, or its signatures do not hold.
pub fn parse(bytes: &[u8], pinned: Option<OrgId>) -> Outcome<Organisation> {
    Organisation::parse(bytes, pinned).map_err(|error| organisation_failure(&error))
}

/// Pins an organisation in a home that has none.
///
/// # Errors
/// The home belongs to another one, or the disk refuses.
pub fn pin(home: &Home, organisation: &Organisation) -> Outcome {
    if home.has(TRUST_FILE) {
        let trust = Trust::load(home)?;
        if trust.org != organisation.org() {
            return Err(Failure::failed(msg!("org-other")).hint(msg!("org-other-next")));
        }
        accept(home, organisation)?;
        return Ok(());
    }
    store(home, organisation)
}

/// Takes a newer organisation into use; true if it was newer.
///
/// # Errors
/// It is older than one seen, a second one of the same number, does not follow, or cannot be stored.
pub fn accept(home: &Home, organisation: &Organisation) -> Outcome<bool> {
    let trust = Trust::load(home)?;
    trust.check(organisation)?;
    let known = load(home)?;
    let last_stop = |organisation: &Organisation| organisation.in_force().last_stop().map(|stop| stop.number);
    if organisation.directory().number() == known.organisation.directory().number()
        && organisation.root().number() == known.organisation.root().number()
        && last_stop(organisation) <= last_stop(&known.organisation)
    {
        return Ok(false);
    }
    if organisation.directory().number() > known.organisation.directory().number() {
        organisation
            .successor_of(known.organisation.directory())
            .map_err(|error| succession_failure(&error))?;
    }
    store(home, organisation)?;
    Ok(true)
}

fn store(home: &Home, organisation: &Organisation) -> Outcome {
    home.folder(FOLDER)?;
    let bytes = organisation.encode();
    home.write(&numbered(organisation.directory().number()), &bytes)?;
    home.write(CURRENT, &bytes)?;
    // Last, so that a crash leaves a cache that is newer than what is believed, never an older one.
    home.write_json(TRUST_FILE, &Trust::of(organisation))
}

fn numbered(number: u32) -> String {
    format!("{FOLDER}/{number}.json")
}

/// The organisation as this home knows it.
#[derive(Debug)]
pub struct Known {
    /// The newest organisation.
    pub organisation: Organisation,
    home: Home,
}

/// The organisation in force, verified anew from the cached file.
///
/// # Errors
/// Nothing was joined, or the cached file is damaged or older than what was seen.
pub fn load(home: &Home) -> Outcome<Known> {
    let trust = Trust::load(home)?;
    let bytes = crate::home::read_limited(&home.path(CURRENT), ORGANISATION_MAX as u64)?;
    let organisation = parse(&bytes, Some(trust.org))?;
    trust.check(&organisation)?;
    Ok(Known { organisation, home: home.clone() })
}

impl Known {
    /// The directory in force.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        self.organisation.directory()
    }

    /// An earlier organisation, as it was seen when it was in force.
    #[must_use]
    pub fn earlier(&self, number: u32) -> Option<Organisation> {
        let path = self.home.path(&numbered(number));
        let bytes = crate::home::read_limited(&path, ORGANISATION_MAX as u64).ok()?;
        parse(&bytes, Some(self.organisation.org())).ok()
    }

    /// Who this home belongs to.
    ///
    /// # Errors
    /// The directory does not know the keys here (yet).
    pub fn me(&self, card: &PublicCard) -> Outcome<PersonNo> {
        match self.directory().key(&card.signing_id()) {
            Some((person, _)) => Ok(person),
            None => Err(Failure::failed(msg!("me-unknown")).hint(msg!("me-unknown-next"))),
        }
    }

    /// Everybody and every unit, for finding and listing.
    #[must_use]
    pub fn everyone(&self) -> Vec<Listed> {
        everyone(self.directory())
    }
}

/// Everybody and every unit of a directory.
#[must_use]
pub fn everyone(directory: &Directory) -> Vec<Listed> {
    people::everyone(directory.persons(), directory.units())
}

fn rollback() -> Failure {
    Failure::new(Kind::Integrity, msg!("org-rollback")).code("rollback").hint(msg!("org-rollback-next"))
}

fn fork(number: u32) -> Failure {
    Failure::new(Kind::Integrity, msg!("org-fork", number = number)).code("fork").hint(msg!("org-fork-next"))
}

/// A directory that does not follow the one in hand, in words.
#[must_use]
pub fn succession_failure(error: &SuccessionError) -> Failure {
    match error {
        SuccessionError::Fork { number } => fork(*number),
        SuccessionError::Rollback { .. } => rollback(),
        SuccessionError::Gap { .. } => Failure::new(Kind::Integrity, msg!("org-gap"))
            .code("gap")
            .hint(msg!("org-gap-next"))
            .because(error),
        other => Failure::new(Kind::Integrity, msg!("org-broken")).because(other),
    }
}

fn organisation_failure(error: &OrganisationError) -> Failure {
    use vault_keys::directory::RootError;
    match error {
        OrganisationError::Root(RootError::Pin { .. }) => {
            Failure::new(Kind::Integrity, msg!("org-other")).code("wrong-org").hint(msg!("org-other-next"))
        }
        OrganisationError::Format(_) | OrganisationError::TooLong { .. } => {
            Failure::failed(msg!("org-unreadable")).because(error)
        }
        other => Failure::new(Kind::Integrity, msg!("org-broken")).because(other),
    }
}
