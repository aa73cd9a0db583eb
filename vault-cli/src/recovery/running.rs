//! The run: shares joined in memory, each item that the request covers wrapped to the person's key, everything wiped.

use std::path::{Path, PathBuf};

use vault_core::recovery::Run;
use vault_keys::digest::NoteHash;
use vault_keys::json;
use vault_keys::opening::Identity;
use vault_keys::recovery::{
    RecoveryRequest, RecoverySet, RunRecord, Share, join, open_share, unlock_run_key,
};

use super::{asking, dealing, refusals};
use crate::error::{Failure, Kind, Outcome};
use crate::home::{Existing, Home, read_limited, write_whole};
use crate::itemfile::ItemFile;
use crate::people::Listed;
use crate::trust::Known;
use crate::{clock, key_lock, msg};

const USED: &str = "recovery/used";
/// More than any handed share's file.
const SHARE_MAX: u64 = 16 * 1024;

/// What a run works with.
#[derive(Debug)]
pub struct Running<'a> {
    /// The home of the machine kept for it.
    pub home: &'a Home,
    /// The organisation.
    pub known: &'a Known,
    /// Everybody, for words.
    pub everyone: &'a [Listed],
    /// The approved request.
    pub request: &'a RecoveryRequest,
    /// The set it names.
    pub set: &'a RecoverySet,
    /// Shares handed over to this run.
    pub shares: &'a [PathBuf],
    /// Items, or folders of items.
    pub items: &'a [PathBuf],
    /// The folder that is made for what comes of it.
    pub output: &'a Path,
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Outcomes {
    /// Items given back: where they were, and the file that gives them back.
    pub restored: Vec<(PathBuf, PathBuf)>,
    /// Items left out, and why.
    pub left_out: Vec<(PathBuf, Failure)>,
}

/// Runs an approved request once.
///
/// # Errors
/// The request may not be used, a share is refused, too few were given, or the disk refuses.
pub fn restore(running: &Running<'_>, passphrase: &str) -> Outcome<Outcomes> {
    let (home, request, now) = (running.home, running.request, clock::now());
    let run = request.value().run.id;
    let used = format!("{USED}/{run}.json");
    if home.has(&used) {
        return Err(Failure::new(Kind::Refused, msg!("recovery-used"))
            .code("recovery-used")
            .hint(msg!("recovery-ask-anew")));
    }
    let to = request
        .allows(running.set, running.known.in_force(), now)
        .map_err(|refusal| refusals::refusal(&refusal, running.everyone))?;
    let own = own_key(home, &asking::key_file(&run), passphrase)?;
    let shares =
        running.shares.iter().map(|file| open(file, &own, running.set)).collect::<Outcome<Vec<_>>>()?;
    let whole = join(running.set, &shares).map_err(|error| refusals::join(&error))?;
    // Before the folder is made: one that cannot be listed leaves nothing in the way of the next try.
    let items = items(running.items)?;
    dealing::new_folder(running.output)?;
    let mut outcomes = Outcomes::default();
    let mut labels = Vec::new();
    for path in items {
        match one(running, &path, &whole, &to) {
            Ok((label, file)) => {
                labels.push(label);
                outcomes.restored.push((path, file));
            }
            Err(failure) => outcomes.left_out.push((path, failure)),
        }
    }
    drop(whole);
    let mut numbers: Vec<u8> = shares.iter().map(Share::number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let record = json::to_line(&RunRecord::new(request, numbers, labels, now));
    write_whole(&running.output.join("record.json"), &record, Existing::Keep)?;
    // Only now, so that a run that was cut off can be done again (ADR 0022). From here on the request is used up, and the
    // run's own key is of no use to anybody.
    home.folder(USED)?;
    home.write(&used, &record)?;
    wipe(home)?;
    Ok(outcomes)
}

/// Takes away the keys of runs that are used up; true if there was one. A run that was cut off at its very end leaves
/// its key behind: every later command about recovery, and `vault doctor`, calls this. The caller holds the home's lock.
///
/// # Errors
/// The disk refuses.
pub fn wipe(home: &Home) -> Outcome<bool> {
    let Ok(folder) = std::fs::read_dir(home.path(USED)) else { return Ok(false) };
    let mut wiped = false;
    for entry in folder {
        let name = entry.map_err(|error| Failure::io(&home.path(USED), &error))?.file_name();
        let run = name.to_str().and_then(|name| name.strip_suffix(".json")?.parse().ok());
        if let Some(key) = run.map(|run| asking::key_file(&run)).filter(|key| home.has(key)) {
            home.remove(&key)?;
            wiped = true;
        }
    }
    Ok(wiped)
}

fn own_key(home: &Home, file: &str, passphrase: &str) -> Outcome<Identity> {
    if !home.has(file) {
        return Err(Failure::new(Kind::Refused, msg!("recovery-run-elsewhere"))
            .code("recovery-run-elsewhere")
            .hint(msg!("recovery-run-elsewhere-next")));
    }
    unlock_run_key(&home.read_secret(file)?, passphrase).map_err(|error| key_lock::unlock_failure(&error))
}

fn open(file: &Path, own: &Identity, set: &RecoverySet) -> Outcome<Share> {
    let bytes = read_limited(file, SHARE_MAX)?;
    open_share(&bytes, own, set).map_err(|error| refusals::share(&error, &file.display().to_string()))
}

/// Items as they were named, folders by the sealed files in them, in order.
fn items(named: &[PathBuf]) -> Outcome<Vec<PathBuf>> {
    let mut all = Vec::new();
    for path in named {
        if !path.is_dir() {
            all.push(path.clone());
            continue;
        }
        let fail = |error: std::io::Error| Failure::io(path, &error);
        for entry in std::fs::read_dir(path).map_err(fail)? {
            let found = entry.map_err(fail)?.path();
            if found.extension().is_some_and(|ending| ending == "age") {
                all.push(found);
            }
        }
    }
    all.sort();
    Ok(all)
}

fn one(
    running: &Running<'_>,
    path: &Path,
    whole: &Identity,
    to: &vault_keys::opening::Recipient,
) -> Outcome<(NoteHash, PathBuf)> {
    let header = ItemFile::open(path)?.header;
    let (item, label) = (header.label().value().item, header.label_hash());
    let version = header.label().value().directory.version;
    let restored = running.known.published(Some(version), |published| {
        let run = Run {
            request: running.request,
            set: running.set,
            key: whole,
            to,
            published: *published,
            now: clock::now(),
        };
        run.restore(header, &mut clock::randomness())
    })?;
    let restored = restored.map_err(|error| refusals::item(&error, running.everyone))?;
    let file = running.output.join(format!("{item}.restored"));
    write_whole(&file, restored.bytes(), Existing::Keep)?;
    Ok((NoteHash::from_bytes(*label.as_bytes()), file))
}
