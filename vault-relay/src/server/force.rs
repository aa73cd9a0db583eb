//! The organisation in force: who may connect, who acts for whom, and what judges an item.
//!
//! Verified once when installed, then only read. Older directories that a label still names are put together
//! again from storage when asked for, verified again, and a few are kept.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::watch;
use vault_core::policy::{POLICY_MAX, Policy};
use vault_core::register::checkpoint::LogVerifier;
use vault_keys::digest::OrgId;
use vault_keys::directory::{Directory, DirectoryText, Organisation, OrganisationError, SuccessionError};
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::note::{NoteError, Signed};
use vault_keys::numbers::{Holder, PersonNo};

use super::context::Caller;
use super::failure::Failure;
use crate::proto::codes::RelayCode;
use crate::store::{OrganisationTexts, StoreError, View};
use crate::tls::{PublicKey, StationGate};

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
pub(crate) struct InForce {
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
    /// Its policy is none this program reads.
    #[error("the policy is not one this program reads")]
    Policy(#[source] NoteError),
    /// It does not follow the one in force.
    #[error("the directory does not follow the one in force")]
    Succession(#[from] SuccessionError),
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

    /// The directory.
    pub(crate) fn directory(&self) -> &Directory {
        self.organisation.directory()
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
        }
    }
}

impl InForce {
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

    fn caller(&self, station: &PublicKey) -> Option<Caller> {
        let id = KeyId::of(KeyKind::Station, station);
        let (person, key) = self.directory().station(&id)?;
        let active = key.is_active() && self.directory().person(person)?.is_active();
        active.then_some(Caller { person, station: id })
    }
}

/// The organisation in force now, replaced as a whole when a newer one is installed.
#[derive(Debug)]
pub(crate) struct Current {
    force: RwLock<Option<Arc<InForce>>>,
    changed: watch::Sender<()>,
}

impl Current {
    /// Starts with what storage holds, if anything.
    pub(crate) fn new(force: Option<InForce>) -> Self {
        Self { force: RwLock::new(force.map(Arc::new)), changed: watch::channel(()).0 }
    }

    /// The organisation in force.
    pub(crate) fn get(&self) -> Option<Arc<InForce>> {
        self.force.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The same where a request cannot have come without one.
    pub(crate) fn require(&self) -> Result<Arc<InForce>, Failure> {
        self.get()
            .ok_or_else(|| Failure::refuse(RelayCode::StationUnknown, "no organisation is installed here"))
    }

    /// Puts a newer one in force and tells every connection.
    pub(crate) fn replace(&self, force: InForce) {
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

impl StationGate for Current {
    fn admits(&self, key: &PublicKey) -> bool {
        self.caller(key).is_some()
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
    /// Verifies an organisation as a newer one for this relay; `None` when it is the one in force already.
    pub(crate) fn judge(
        &self,
        bytes: &[u8],
        in_force: Option<&InForce>,
    ) -> Result<Option<Version>, InstallError> {
        let organisation = Organisation::parse(bytes, in_force.map(InForce::org))?;
        if let Some(older) = in_force {
            let older = &older.newest.organisation;
            let continued = older
                .roots()
                .iter()
                .zip(organisation.roots())
                .all(|(known, offered)| known.hash() == offered.hash());
            if !continued || organisation.roots().len() < older.roots().len() {
                return Err(InstallError::Roots);
            }
            match organisation.successor_of(older.directory()) {
                Err(SuccessionError::Same { .. }) => return Ok(None),
                other => other?,
            }
        }
        let root = organisation.root();
        let log_fits = root.log_origin() == self.log.origin().key_name() && root.log() == self.log.keys();
        if !log_fits {
            return Err(InstallError::OtherLog);
        }
        let named = root.relays().iter().any(|relay| relay.name == self.name && relay.ed25519.0 == self.tls);
        if !named {
            return Err(InstallError::OtherRelay);
        }
        let heads = joined_heads(in_force, &organisation);
        let organisation = Organisation::new(
            organisation.roots().to_vec(),
            organisation.policy().clone(),
            organisation.directory().clone(),
            heads,
        )?;
        Version::new(organisation).map(Some)
    }
}

/// Every head this relay knows before the new directory: a client that missed some needs them all.
fn joined_heads(in_force: Option<&InForce>, newer: &Organisation) -> Vec<Signed<DirectoryText>> {
    let Some(older) = in_force.map(|force| &force.newest.organisation) else {
        return newer.earlier().to_vec();
    };
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
    serde_json::json!({
        "format": "vault-organisation/1",
        "roots": all(&texts.roots),
        "policy": text(&texts.policy),
        "directory": text(&texts.directory),
        "earlier": all(&texts.earlier),
        "entries": entries,
    })
    .to_string()
    .into_bytes()
}
