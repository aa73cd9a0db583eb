//! A backup of a relay that runs, or lies still, and its restoration (docs/guide-operators.md, "Backup").
//!
//! What is copied first is contained in what is copied later: the register, then one consistent view of the metadata, then
//! every part that view names. No part is removed meanwhile. So whatever the backup's metadata says is there, is there.
//!
//! ```text
//! BACKUP/backup.json        what it is of, and how much
//! BACKUP/last-checkpoint    the newest checkpoint of the register
//! BACKUP/data/              a data folder
//! ```

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use vault_core::register::checkpoint::{CheckpointNote, LogKey, LogVerifier, OriginError, SignedCheckpoint};
use vault_keys::time::Time;

use super::config::Config;
use super::init;
use super::keyring::{Keyring, KeyringError};
use super::register::{Register, RegisterError};
use crate::card::RelayCard;
use crate::store::disk;
use crate::store::embedded::{DataFolder, DataFolderError, Database};
use crate::store::{self, Metadata, Parts, PartsName, StoreError};

const FORMAT: &str = "vault-relay-backup/1";
const MANIFEST: &str = "backup.json";
const CHECKPOINT: &str = "last-checkpoint";
const DATA: &str = "data";
const DATABASE: &str = "relay.sqlite";
const REGISTER: &str = "register";
/// Most bytes of a manifest.
const MANIFEST_MAX: u64 = 64 << 10;

/// What a backup is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `vault-relay-backup/1`.
    pub format: String,
    /// The relay.
    pub relay: String,
    /// Its log.
    pub origin: String,
    /// When it was begun.
    pub time: Time,
    /// Leaves under the checkpoint that lies beside it.
    pub leaves: u64,
    /// Items in its metadata.
    pub items: u64,
    /// Parts copied, and their bytes.
    pub parts: u64,
    /// Bytes of these.
    pub bytes: u64,
    /// Parts that were damaged where they lay, and are not in it.
    pub damaged: u64,
}

/// Why there is no backup, or none that can be restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// Something lies there already.
    #[error("{0} is there already; name a folder that is not there yet")]
    Exists(PathBuf),
    /// A file or folder cannot be read or written.
    #[error("{path} cannot be read or written")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is no backup.
    #[error("{0} is no backup of a relay")]
    NotOne(PathBuf),
    /// It is of another relay or log than the configuration names.
    #[error("it is a backup of relay {relay} with the log {origin}, not of this one")]
    Other {
        /// The relay it is of.
        relay: String,
        /// The log it is of.
        origin: String,
    },
    /// This relay has signed more than the backup knows: going back would fork the register.
    #[error(
        "the backup ends at {backup} leaves and this relay has signed {signed}: what came after it was acknowledged, and \
         every client would see the register contradict itself"
    )]
    Older {
        /// Leaves in the backup.
        backup: u64,
        /// Leaves under the last checkpoint.
        signed: u64,
    },
    /// The ended log and the one that takes its place have one name.
    #[error(
        "the backup is of the log {0}, and so is the configuration: give the log a new name there first (`origin`)"
    )]
    SameOrigin(String),
    /// The backup has everything that was signed: the log need not end.
    #[error(
        "the backup has everything this relay has signed: put the old `origin` back, and restore without --restart"
    )]
    NothingLost,
    /// What it holds is not whole.
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    /// The relay that lies still does not open.
    #[error("the relay cannot be opened")]
    Closed(#[source] Box<super::relay::StartError>),
    /// The relay's own keys are not there.
    #[error(transparent)]
    Keys(#[from] KeyringError),
    /// The configuration's origin names no log.
    #[error(transparent)]
    Origin(#[from] OriginError),
    /// The data folder is in use, or cannot be used.
    #[error(transparent)]
    Folder(#[from] DataFolderError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The register does not open.
    #[error(transparent)]
    Register(#[from] RegisterError),
}

/// A backup restored under a new log: what the key officers name in the next root.
#[derive(Debug, Clone)]
pub struct Restarted {
    /// What was restored.
    pub manifest: Manifest,
    /// The card of the relay with its new log.
    pub card: RelayCard,
    /// Leaves under the last checkpoint of the ended log, if its copy outside the data is there.
    pub signed: Option<u64>,
}

/// What is backed up.
pub(crate) struct Source<'a> {
    pub(crate) config: &'a Config,
    pub(crate) metadata: &'a dyn Metadata,
    pub(crate) parts: &'a dyn Parts,
    pub(crate) checkpoint: &'a SignedCheckpoint,
    pub(crate) now: Time,
}

/// Writes a backup into a new folder, which appears whole or not at all.
pub(crate) fn write(source: &Source<'_>, to: &Path) -> Result<Manifest, BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let unfinished = beside(to, "partial")?;
    if unfinished.exists() {
        // Of an earlier attempt that broke off.
        fs::remove_dir_all(&unfinished).map_err(failed(&unfinished))?;
    }
    make_folder(&unfinished)?;
    let checkpoint = unfinished.join(CHECKPOINT);
    write_file(&checkpoint, &source.checkpoint.encode())?;
    let data = unfinished.join(DATA);
    make_folder(&data)?;
    copy_folder(&source.config.register_folder(), &data.join(REGISTER))?;
    source.metadata.snapshot(&data.join(DATABASE))?;
    let folder = DataFolder::take(disk::own(), &data)?;
    let copies = folder.parts()?;
    let view = Database::open(folder)?;
    let (totals, named) =
        store::read::<_, StoreError>(&view, |view| Ok((view.totals()?, view.parts_named()?)))?;
    let copied = copy_parts(source.parts, &copies, &named)?;
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        relay: source.config.name.clone(),
        origin: source.config.origin.clone(),
        time: source.now,
        leaves: source.checkpoint.checkpoint().size(),
        items: totals.items,
        parts: copied.parts,
        bytes: copied.bytes,
        damaged: copied.missing,
    };
    drop(view);
    let text = serde_json::to_vec_pretty(&manifest).map_err(|_| BackupError::NotOne(to.to_owned()))?;
    write_file(&unfinished.join(MANIFEST), &text)?;
    put_in_place(&unfinished, to)?;
    Ok(manifest)
}

/// Makes a backup the data of a relay whose configuration and keys are there and whose data folder is not. Every part, the
/// database and the register are verified before anything is in place.
///
/// # Errors
/// [`BackupError`]; nothing is changed then.
pub fn restore(config: &Config, from: &Path) -> Result<Manifest, BackupError> {
    let (manifest, log) =
        (manifest(from)?, LogKey::new(config.origin.parse()?, Keyring::load(&config.keys)?.log));
    if manifest.relay != config.name || manifest.origin != config.origin {
        return Err(BackupError::Other { relay: manifest.relay, origin: manifest.origin });
    }
    let backup = last_of(from, &log.verifier())?;
    if let Some(last) = signed(&config.guard, &log.verifier())?
        && last.checkpoint().size() > backup.checkpoint().size()
    {
        let (backup, signed) = (backup.checkpoint().size(), last.checkpoint().size());
        return Err(BackupError::Older { backup, signed });
    }
    let unfinished = unpacked(config, from, &manifest)?;
    // The register goes on from its own checkpoint; the one beside it says that it is not an older one.
    let guard = unfinished.join("guard");
    write_file(&guard, &backup.encode())?;
    Register::check(&disk::own(), &unfinished.join(REGISTER), &guard, log)?;
    fs::remove_file(&guard).map_err(failed(&guard))?;
    if !config.guard.exists() {
        write_file(&config.guard, &backup.encode())?;
    }
    take_place(config, &unfinished)?;
    Ok(manifest)
}

/// Restores a backup that is older than what this relay has signed: its log ends, and the one that the configuration names now
/// goes on from what is left (docs/register.md, "A log that lost leaves"). Nothing is served before the officers have signed that.
///
/// # Errors
/// [`BackupError`]; nothing is changed then.
pub fn restart(config: &Config, from: &Path, now: Time) -> Result<Restarted, BackupError> {
    let (manifest, keys) = (manifest(from)?, Keyring::load(&config.keys)?);
    if manifest.relay != config.name {
        return Err(BackupError::Other { relay: manifest.relay, origin: manifest.origin });
    }
    if manifest.origin == config.origin {
        return Err(BackupError::SameOrigin(manifest.origin));
    }
    let mut card = init::card(config, &keys);
    let old = LogVerifier::new(manifest.origin.parse()?, keys.log.public());
    let log = LogKey::new(config.origin.parse()?, keys.log);
    let backup = last_of(from, &old)?;
    // After a crash of this command the new log's may lie there already.
    let guard =
        config.guard.exists().then(|| fs::read(&config.guard)).transpose().map_err(failed(&config.guard))?;
    let last = guard.as_deref().and_then(|note| CheckpointNote::parse(note).ok()?.verified_by(&old).ok());
    let lost = last.as_ref().map(|last| last.checkpoint().size());
    if lost.is_some_and(|signed| signed <= backup.checkpoint().size()) {
        return Err(BackupError::NothingLost);
    }
    let unfinished = unpacked(config, from, &manifest)?;
    let ended = Register::succeed(
        &disk::own(),
        &unfinished.join(REGISTER),
        &unfinished.join("guard"),
        &old,
        &log,
        now,
    )?;
    Register::check(&disk::own(), &unfinished.join(REGISTER), &unfinished.join("guard"), log)?;
    if let Some(last) = last {
        // What the ended log had signed, for whoever asks later.
        write_file(&beside(&config.guard, "ended")?, &last.encode())?;
    }
    fs::rename(unfinished.join("guard"), &config.guard).map_err(failed(&config.guard))?;
    take_place(config, &unfinished)?;
    card.log.succeeds = Some(ended);
    Ok(Restarted { manifest, card, signed: lost })
}

/// The checkpoint that a backup ends with.
fn last_of(from: &Path, log: &LogVerifier) -> Result<SignedCheckpoint, BackupError> {
    signed(&from.join(CHECKPOINT), log)?.ok_or_else(|| BackupError::NotOne(from.to_owned()))
}

/// Everything of a backup beside the place where it is to go, its parts and database verified.
fn unpacked(config: &Config, from: &Path, manifest: &Manifest) -> Result<PathBuf, BackupError> {
    let is_empty = |path: &Path| fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
    if config.data.exists() && !is_empty(&config.data) {
        return Err(BackupError::Exists(config.data.clone()));
    }
    let unfinished = beside(&config.data, "restoring")?;
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(failed(&unfinished))?;
    }
    make_folder(&unfinished)?;
    copy_folder(&from.join(DATA).join(REGISTER), &unfinished.join(REGISTER))?;
    copy_file(&from.join(DATA).join(DATABASE), &unfinished.join(DATABASE))?;
    restore_parts(&from.join(DATA), &unfinished, manifest)?;
    Ok(unfinished)
}

fn take_place(config: &Config, unfinished: &Path) -> Result<(), BackupError> {
    if config.data.exists() {
        fs::remove_dir(&config.data).map_err(failed(&config.data))?;
    }
    put_in_place(unfinished, &config.data)
}

/// The data of a backup, verified: SQLite's file by SQLite, every part that it names by its checksums.
fn restore_parts(from: &Path, to: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let source = DataFolder::take(disk::own(), from)?.parts()?;
    let folder = DataFolder::take(disk::own(), to)?;
    let copies = folder.parts()?;
    let metadata = Database::open(folder)?;
    if let Some(finding) = metadata.verify()?.first() {
        return Err(BackupError::Damaged(finding.clone()));
    }
    let named = store::read::<_, StoreError>(&metadata, |view| view.parts_named())?;
    let missing = copy_parts(&source, &copies, &named)?.missing;
    // What was damaged before the backup is known to the relay, or found when it is read.
    if missing > manifest.damaged {
        return Err(BackupError::Damaged(format!(
            "{} parts are damaged or missing",
            missing - manifest.damaged
        )));
    }
    Ok(())
}

/// How much was copied.
#[derive(Default)]
struct Copied {
    parts: u64,
    bytes: u64,
    missing: u64,
}

/// Copies these parts, each verified as it is read; those that are damaged or gone are counted.
fn copy_parts(
    from: &dyn Parts,
    to: &dyn Parts,
    named: &[(PartsName, u64, u64)],
) -> Result<Copied, BackupError> {
    let mut copied = Copied::default();
    for (name, index, length) in named {
        let wanted = usize::try_from(*length).map_err(|_| StoreError::Damaged { what: "part" })?;
        match from.read(*name, *index, 0, wanted) {
            Ok(bytes) if bytes.len() == wanted => {
                to.put(*name, *index, &bytes)?;
                (copied.parts, copied.bytes) = (copied.parts + 1, copied.bytes + length);
            }
            Ok(_) | Err(StoreError::PartDamaged { .. }) => copied.missing += 1,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(copied)
}

fn manifest(from: &Path) -> Result<Manifest, BackupError> {
    let (path, not_one) = (from.join(MANIFEST), || BackupError::NotOne(from.to_owned()));
    let length = fs::metadata(&path).map_err(|_| not_one())?.len();
    if length > MANIFEST_MAX {
        return Err(not_one());
    }
    let bytes = fs::read(&path).map_err(failed(&path))?;
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|_| not_one())?;
    if manifest.format == FORMAT { Ok(manifest) } else { Err(not_one()) }
}

/// The checkpoint in a file, if there is one; it must be of this log.
fn signed(path: &Path, log: &LogVerifier) -> Result<Option<SignedCheckpoint>, BackupError> {
    if !path.exists() {
        return Ok(None);
    }
    let bytes = fs::read(path).map_err(failed(path))?;
    let damaged = || BackupError::Damaged(format!("{} is no checkpoint of this log", path.display()));
    let note = CheckpointNote::parse(&bytes).map_err(|_| damaged())?;
    note.verified_by(log).map(Some).map_err(|_| damaged())
}

fn failed(path: &Path) -> impl Fn(io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| BackupError::File { path: path.clone(), source }
}

fn beside(path: &Path, ending: &str) -> Result<PathBuf, BackupError> {
    let mut name = path.file_name().ok_or_else(|| BackupError::NotOne(path.to_owned()))?.to_owned();
    name.push(".");
    name.push(ending);
    Ok(path.with_file_name(name))
}

fn make_folder(path: &Path) -> Result<(), BackupError> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(path).map_err(failed(path))
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    fs::write(path, bytes).and_then(|()| fs::File::open(path)?.sync_all()).map_err(failed(path))
}

fn copy_file(from: &Path, to: &Path) -> Result<(), BackupError> {
    fs::copy(from, to).map_err(failed(from))?;
    fs::File::open(to).and_then(|file| file.sync_all()).map_err(failed(to))
}

/// A folder of immutable files. One that is gone by the time it is copied was an unfinished one.
fn copy_folder(from: &Path, to: &Path) -> Result<(), BackupError> {
    make_folder(to)?;
    let entries = fs::read_dir(from).map_err(failed(from))?;
    let mut entries = entries.collect::<io::Result<Vec<_>>>().map_err(failed(from))?;
    // The checkpoint first: the tiles it stands on are there, and are copied after it.
    entries.sort_by_key(|entry| entry.file_name() != "checkpoint");
    for entry in entries {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else if entry.file_name() != "lock" {
            match copy_file(&path, &target) {
                Err(BackupError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
                other => other?,
            }
        }
    }
    fs::File::open(to).and_then(|folder| folder.sync_all()).map_err(failed(to))
}

fn put_in_place(unfinished: &Path, to: &Path) -> Result<(), BackupError> {
    fs::rename(unfinished, to).map_err(failed(to))?;
    let parent = match to.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::File::open(parent).and_then(|folder| folder.sync_all()).map_err(failed(parent))
}
