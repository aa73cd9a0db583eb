//! Dealing a unit's recovery key: made in memory, split among holders, dropped.

use std::path::{Path, PathBuf};

use vault_keys::directory::{Directory, Proposal, RecoveryKey, Subject};
use vault_keys::numbers::{PersonNo, UnitNo};
use vault_keys::opening::{Identity, Recipient, Suite};
use vault_keys::recovery::{Plan, RecoverySetText, split};
use vault_keys::time::Time;

use super::refusals;
use crate::clock;
use crate::error::{Failure, Kind, Outcome};
use crate::home::{Existing, write_whole};
use crate::item_words;
use crate::msg;
use crate::people::Listed;

/// How a key is to be dealt.
#[derive(Debug)]
pub struct Dealing<'a> {
    /// The directory in force.
    pub directory: &'a Directory,
    /// Everybody, for words.
    pub everyone: &'a [Listed],
    /// Whose key.
    pub unit: UnitNo,
    /// Who holds a share.
    pub holders: &'a [PersonNo],
    /// How many it takes.
    pub need: u8,
    /// Now.
    pub now: Time,
}

/// What was dealt: nothing of it is secret but the shares, which are sealed.
#[derive(Debug)]
pub struct Dealt {
    /// The set, to be signed.
    pub set: RecoverySetText,
    /// The sealed shares.
    shares: Vec<(PersonNo, Vec<u8>)>,
}

/// Makes the key, splits it and drops it.
///
/// # Errors
/// A holder has no key to seal to, or the plan cannot be.
pub fn deal(dealing: &Dealing<'_>) -> Outcome<Dealt> {
    let holders: Vec<(PersonNo, Recipient)> = dealing
        .holders
        .iter()
        .map(|person| Ok((*person, recipient(dealing, *person)?)))
        .collect::<Outcome<_>>()?;
    let plan = Plan {
        org: dealing.directory.org(),
        unit: dealing.unit,
        threshold: dealing.need,
        holders: &holders,
        made: dealing.now,
    };
    let rng = &mut clock::randomness();
    let whole = Identity::generate(Suite::Hybrid, rng);
    let dealt = split(&whole, &plan, rng).map_err(|error| refusals::split(&error))?;
    drop(whole);
    Ok(Dealt { set: dealt.set, shares: dealt.files })
}

fn recipient(dealing: &Dealing<'_>, person: PersonNo) -> Outcome<Recipient> {
    let entry = dealing.directory.person(person).filter(|entry| entry.is_active());
    let suites = [Suite::Hybrid, Suite::Classic];
    let key = entry.and_then(|entry| suites.iter().find_map(|suite| entry.opening_key(suite.kind())));
    key.and_then(|key| key.recipient()).ok_or_else(|| {
        let who = item_words::holder_words(dealing.everyone, person.into());
        Failure::new(Kind::Refused, msg!("recovery-holder-unfit", who = who)).code("recovery-holder-unfit")
    })
}

impl Dealt {
    /// The unit's new recovery key, as its entry will have it.
    #[must_use]
    pub fn key(&self) -> RecoveryKey {
        self.set.key.to_entry()
    }

    /// Writes the set as a proposal and one file per share into a new folder.
    ///
    /// # Errors
    /// The folder exists, or the disk refuses.
    pub fn write(&self, folder: &Path) -> Outcome<(PathBuf, Vec<(PersonNo, PathBuf)>)> {
        let proposal = Proposal::other(Subject::Recovery, &self.set)
            .map_err(|error| Failure::failed(msg!("officer-internal")).because(&error))?;
        new_folder(folder)?;
        let set = folder.join("set.proposal");
        write_whole(&set, &proposal.encode(), Existing::Keep)?;
        let mut files = Vec::new();
        for ((person, share), entry) in self.shares.iter().zip(&self.set.shares) {
            let path = folder.join(format!("share-{}-{person}.age", entry.number));
            write_whole(&path, share, Existing::Keep)?;
            files.push((*person, path));
        }
        Ok((set, files))
    }
}

/// Makes a private folder that is not there yet: nothing of an earlier dealing or run is mixed in.
pub(super) fn new_folder(folder: &Path) -> Outcome {
    if folder.exists() {
        let exists = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(Failure::io(folder, &exists));
    }
    crate::home::make_private_folder(folder)
}
