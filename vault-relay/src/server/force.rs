//! The organisation in force: who may connect, who acts for whom, and what judges an item.
//!
//! Verified once when installed, then only read. Older directories that a label still names are put together
//! again from storage when asked for, verified again, and a few are kept.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::watch;
use vault_core::policy::{POLICY_MAX, Policy, PolicyLower};
use vault_core::register::checkpoint::LogVerifier;
use vault_keys::digest::OrgId;
use vault_keys::directory::{
    Directory, DirectoryText, Fresh, From, Future, InForceError, Organisation, OrganisationError, Stop,
    StopSuccessionError, SuccessionError, join_stops, weave,
};
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::note::{NoteError, Signed};
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Time;

use super::context::Caller;
use super::failure::Failure;
use crate::proto::codes::RelayCode;
use crate::store::{OrganisationTexts, StoreError, View};
use crate::tls::PublicKey;

/// Older versions kept in memory.
const OLDER_KEPT: usize = 4;

/// One version of directory and policy, verified.
#[derive(Debug)]
pub(crate) struct Version {
    pub(crate) organisation: Organisation,
    pub(crate) policy: Signed<Policy>,
}

/// The newest version and what belongs to it.
#[derive(Debug)]
pub(crate) struct Force {
    pub(crate) newest: Arc<Version>,
    older: Mutex<Vec<Arc<Version>>>,
}

/// Why an organisation is not installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstallError {
    /// It does not verify.
    #[error("the organisation does not verify")]
    Organisation(#[from] OrganisationError),
    /// Its policy is an earlier one than the policy in force.
    #[error(transparent)]
    PolicyLower(#[from] PolicyLower),
    /// Its policy is none this program reads.
    #[error("the policy is not one this program reads")]
    Policy(#[source] NoteError),
    /// It does not follow the one in force.
    #[error("the directory does not follow the one in force")]
    Succession(#[from] SuccessionError),
    /// Its stop lists do not follow those in force.
    #[error("the stop lists do not follow those in force")]
    Stops(#[from] StopSuccessionError),
    /// Another stop list of this number was published first.
    #[error("fork: there are two stop lists {number}, and the other was published first")]
    StopOvertaken {
        /// The number.
        number: u32,
    },
    /// Its parts do not fit those in force.
    #[error(transparent)]
    Parts(#[from] InForceError),
    /// It is dated later than now.
    #[error(transparent)]
    Future(#[from] Future),
    /// A stop list, or a root that ends a log, is too long for a leaf of the register.
    #[error(
        "a stop list or root is too long for the register; publish a directory that folds the stop lists"
    )]
    PaperTooLong,
    /// The program failed.
    #[error("internal fault: {0}")]
    Ours(&'static str),
    /// Its roots are not those in force, or a continuation of them.
    #[error("the roots do not continue those in force")]
    Roots,
    /// Root names another log than this relay's.
    #[error("root names another log, or other log keys, than this relay has")]
    OtherLog,
    /// Root does not name this relay with the TLS key it has.
    #[error("root does not name this relay with the key it has")]
    OtherRelay,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Version {
    /// The same organisation with another freshness note.
    pub(crate) fn with_fresh(&self, fresh: Fresh) -> Result<Self, InstallError> {
        let stops = self.organisation.in_force().stops().to_vec();
        Ok(Self { organisation: self.organisation.with(stops, Some(fresh))?, policy: self.policy.clone() })
    }

    /// Takes a verified organisation and reads its policy.
    pub(crate) fn new(organisation: Organisation) -> Result<Self, InstallError> {
        let policy = Signed::parse(&organisation.policy().encode(), organisation.org(), POLICY_MAX)
            .map_err(InstallError::Policy)?;
        Ok(Self { organisation, policy })
    }

    /// Verifies texts again that came from storage.
    pub(crate) fn restore(texts: &OrganisationTexts) -> Result<Self, InstallError> {
        Self::new(Organisation::parse(&to_file(texts), None)?)
    }

    /// The directory as it stands under the stop lists: what everything is judged by.
    pub(crate) fn directory(&self) -> &Directory {
        self.organisation.in_force().directory()
    }

    /// The texts to store.
    pub(crate) fn texts(&self) -> OrganisationTexts {
        let organisation = &self.organisation;
        let directory = organisation.directory();
        let persons = directory.persons().iter().map(|person| Holder::from(person.number));
        let units = directory.units().iter().map(|unit| Holder::from(unit.number));
        OrganisationTexts {
            number: directory.number(),
            hash: directory.hash(),
            roots: organisation.roots().iter().map(|root| root.note().encode()).collect(),
            policy: organisation.policy().encode(),
            earlier: organisation.earlier().iter().map(Signed::encode).collect(),
            directory: directory.head().encode(),
            entries: persons.chain(units).zip(directory.entry_texts().map(<[u8]>::to_vec)).collect(),
            stops: organisation.in_force().stops().iter().map(|stop| stop.signed().encode()).collect(),
            fresh: organisation.in_force().fresh().map(|fresh| fresh.signed().encode()),
        }
    }
}

impl Force {
    /// This version as the one in force.
    pub(crate) fn new(newest: Version) -> Self {
        Self { newest: Arc::new(newest), older: Mutex::default() }
    }

    /// The organisation.
    pub(crate) fn org(&self) -> OrgId {
        self.newest.organisation.org()
    }

    /// The directory in force.
    pub(crate) fn directory(&self) -> &Directory {
        self.newest.directory()
    }

    fn noted(&self) -> Option<Time> {
        self.newest.organisation.in_force().fresh().map(Fresh::made)
    }

    /// Whom this person acts for: himself, and every unit whose clerk he is.
    pub(crate) fn holders_of(&self, person: PersonNo) -> Vec<Holder> {
        let units = self.directory().units().iter().filter(|unit| unit.clerks.contains(&person));
        std::iter::once(person.into()).chain(units.map(|unit| unit.number.into())).collect()
    }

    /// The version with this directory number; `None` when it was never installed here.
    pub(crate) fn version(&self, number: u32, view: &dyn View) -> Result<Option<Arc<Version>>, Failure> {
        if number == self.directory().number() {
            return Ok(Some(Arc::clone(&self.newest)));
        }
        let mut older = self.older.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = older.iter().find(|version| version.directory().number() == number) {
            return Ok(Some(Arc::clone(known)));
        }
        let Some(texts) = view.organisation_at(number)? else { return Ok(None) };
        let restored =
            Version::restore(&texts).map_err(|_| StoreError::Damaged { what: "older directory" })?;
        let version = Arc::new(restored);
        if older.len() == OLDER_KEPT {
            older.remove(0);
        }
        older.push(Arc::clone(&version));
        Ok(Some(version))
    }

    /// Who is behind a station key.
    pub(crate) fn caller(&self, station: &PublicKey) -> Option<Caller> {
        self.caller_at(KeyId::of(KeyKind::Station, station))
    }

    /// The same by the key's id.
    fn caller_at(&self, station: KeyId) -> Option<Caller> {
        let (person, key) = self.directory().station(&station)?;
        let active = key.is_active() && self.directory().person(person)?.is_active();
        active.then_some(Caller { person, station })
    }

    /// Whether this is still who is behind that station.
    pub(crate) fn knows(&self, caller: Caller) -> bool {
        self.caller_at(caller.station) == Some(caller)
    }

    /// Whether a view has no newer directory or stop list than this: one is stored before it is put in force.
    pub(crate) fn is_newest_in(&self, view: &dyn View) -> Result<bool, StoreError> {
        let last = self.newest.organisation.in_force().stops().last().map_or(0, Stop::number);
        let number = view.newest_directory()?.map(|(number, _)| number);
        Ok(number == Some(self.directory().number()) && view.stops_since(last)?.is_empty())
    }
}

/// The organisation in force now, replaced as a whole when a newer one is installed.
#[derive(Debug)]
pub(crate) struct Current {
    force: RwLock<Option<Arc<Force>>>,
    /// When the newest freshness note was made that was ever in force here, also under an earlier root.
    noted: Mutex<Option<Time>>,
    changed: watch::Sender<()>,
}

impl Current {
    /// Starts with what storage holds, if anything.
    pub(crate) fn new(force: Option<Force>) -> Self {
        let noted = Mutex::new(force.as_ref().and_then(Force::noted));
        Self { force: RwLock::new(force.map(Arc::new)), noted, changed: watch::channel(()).0 }
    }

    /// The organisation in force.
    pub(crate) fn get(&self) -> Option<Arc<Force>> {
        self.force.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same where a request cannot have come without one.
    pub(crate) fn require(&self) -> Result<Arc<Force>, Failure> {
        self.get()
            .ok_or_else(|| Failure::refuse(RelayCode::StationUnknown, "no organisation is installed here"))
    }

    /// When the newest freshness note was made that was ever in force here: the next is dated later, or whoever has
    /// seen both takes them for a fork.
    pub(crate) fn last_noted(&self) -> Option<Time> {
        *self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a newer one in force and tells every connection.
    pub(crate) fn replace(&self, force: Force) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        *noted = (*noted).max(force.noted());
        drop(noted);
        *self.force.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(force));
        self.changed.send_replace(());
    }

    /// Tells of every replacement from now on.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Who is behind a station key now.
    pub(crate) fn caller(&self, station: &PublicKey) -> Option<Caller> {
        self.get()?.caller(station)
    }
}

/// What an organisation must say about this relay before it is installed.
#[derive(Debug, Clone)]
pub(crate) struct Own {
    pub(crate) name: vault_keys::note::OfficeName,
    pub(crate) tls: PublicKey,
    pub(crate) log: LogVerifier,
}

impl Own {
    /// Verifies an organisation as a newer one for this relay; `None` when it brings nothing new.
    ///
    /// Newer may be the directory, with or without a newer root, the stop lists, or the freshness note alone. What
    /// is in force and not in the file is never lost to it.
    pub(crate) fn judge(
        &self,
        bytes: &[u8],
        in_force: Option<&Force>,
        now: Time,
    ) -> Result<Option<Version>, InstallError> {
        let offered = Organisation::parse(bytes, in_force.map(Force::org))?;
        offered.in_force().check_not_future(now)?;
        // A note dated ahead keeps back nothing that officers signed: this relay's clock may have been set back.
        let noted = offered.in_force().fresh().map(Fresh::hash);
        let (offered, ahead) = offered.without_note_ahead(now);
        let Some(older) = in_force.map(|force| &force.newest.organisation) else {
            self.check_named(&offered)?;
            return Version::new(offered).map(Some);
        };
        let continued =
            older.roots().iter().zip(offered.roots()).all(|(known, offered)| known.hash() == offered.hash());
        if !continued {
            return Err(InstallError::Roots);
        }
        if offered.roots().len() < older.roots().len() {
            // Of an older root nothing is taken any more; nor has it brought anything that is not here.
            return if offered.directory().number() < older.directory().number() {
                Ok(None)
            } else {
                Err(InstallError::Roots)
            };
        }
        let base = match offered.successor_of(older.directory()) {
            Ok(()) => {
                self.check_named(&offered)?;
                let heads = joined_heads(older, &offered);
                let (roots, policy) = (offered.roots().to_vec(), offered.policy().clone());
                Organisation::new(roots, policy, offered.directory().clone(), heads)?
            }
            Err(SuccessionError::Same { .. }) => older.clone(),
            // An officer who has missed a directory may still bring a stop list: it takes away, and time matters.
            Err(SuccessionError::Rollback { .. }) if brings_stops(older, &offered) => older.clone(),
            Err(SuccessionError::Rollback { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let folded = base.directory().value().stop;
        let woven = weave(older.in_force(), offered.in_force(), From::Relay)?;
        let stops = match woven.fork {
            None => join_stops(older.in_force().stops(), offered.in_force().stops(), folded)?,
            // Of two lists of one number the one published first stands, until a directory folds the other.
            Some(number) if folded.is_none_or(|folded| folded.number < number) => {
                return Err(InstallError::StopOvertaken { number });
            }
            Some(_) if base.directory().hash() == older.directory().hash() => {
                older.in_force().stops().to_vec()
            }
            Some(_) => woven.chain,
        };
        let fresh = newest_fresh(&base, [older.in_force().fresh(), offered.in_force().fresh()]);
        let next = base.with(stops, fresh)?;
        if !is_same(older, &next) {
            let next = Version::new(next)?;
            if let Some(force) = in_force {
                Policy::check_follows(&next.policy, &force.newest.policy)?;
            }
            return Ok(Some(next));
        }
        match ahead {
            // All that is new is a note that would hide what comes.
            Some(ahead) if noted != older.in_force().fresh().map(Fresh::hash) => Err(ahead.into()),
            _ => Ok(None),
        }
    }

    /// Root names this relay and its log with the keys they have.
    pub(crate) fn check_named(&self, organisation: &Organisation) -> Result<(), InstallError> {
        let root = organisation.root();
        let log_fits = root.log_origin() == self.log.origin().key_name() && root.log() == self.log.keys();
        if !log_fits {
            return Err(InstallError::OtherLog);
        }
        let named = root.relays().iter().any(|relay| relay.name == self.name && relay.ed25519.0 == self.tls);
        if named { Ok(()) } else { Err(InstallError::OtherRelay) }
    }
}

/// Whether the file has stop lists that are not in force here.
fn brings_stops(older: &Organisation, offered: &Organisation) -> bool {
    let number =
        |organisation: &Organisation| organisation.in_force().last_stop().map_or(0, |stop| stop.number);
    number(offered) > number(older)
}

/// The newest of these freshness notes that the notary of this root signed.
fn newest_fresh<'a>(
    organisation: &Organisation,
    notes: impl IntoIterator<Item = Option<&'a Fresh>>,
) -> Option<Fresh> {
    let root = organisation.root();
    let of_root = |note: &&Fresh| note.value().root.hash == root.hash();
    notes.into_iter().flatten().filter(of_root).cloned().reduce(Fresh::newer)
}

/// Whether two versions say the same.
fn is_same(one: &Organisation, other: &Organisation) -> bool {
    let (mine, theirs) = (one.in_force(), other.in_force());
    one.root().hash() == other.root().hash()
        && mine.signed_directory().hash() == theirs.signed_directory().hash()
        && mine.stops().iter().map(Stop::hash).eq(theirs.stops().iter().map(Stop::hash))
        && mine.fresh().map(Fresh::hash) == theirs.fresh().map(Fresh::hash)
}

/// Every head this relay knows before the new directory: a client that missed some needs them all.
fn joined_heads(older: &Organisation, newer: &Organisation) -> Vec<Signed<DirectoryText>> {
    let reached = older.directory().number();
    let mut heads = older.earlier().to_vec();
    heads.push(older.directory().head().clone());
    heads.extend(newer.earlier().iter().filter(|head| head.value().number > reached).cloned());
    heads
}

/// Stored texts as the organisation file they were read from.
fn to_file(texts: &OrganisationTexts) -> Vec<u8> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let all = |texts: &[Vec<u8>]| texts.iter().map(|one| text(one)).collect::<Vec<_>>();
    let entries: Vec<String> = texts.entries.iter().map(|(_, entry)| text(entry)).collect();
    let stops = &texts.stops;
    serde_json::json!({
        "format": "vault-organisation/1",
        "roots": all(&texts.roots),
        "policy": text(&texts.policy),
        "directory": text(&texts.directory),
        "earlier": all(&texts.earlier),
        "entries": entries,
        "stops": all(stops),
        "fresh": texts.fresh.as_deref().map(text),
    })
    .to_string()
    .into_bytes()
}
