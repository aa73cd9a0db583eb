//! Founding an organisation: root 1, its policy and directory 1, as a paper for the first officers to sign.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use vault_core::policy::{BuiltIn, Policy};
use vault_keys::bytes::Bytes;
use vault_keys::digest::{NoteHash, OrgId, sha256};
use vault_keys::directory::{
    Draft, LevelWord, LogText, NewRoot, NotaryText, Officer, OfficerCard, Relay, RootText, RootType,
    Thresholds, UnitEntry, UnitType,
};
use vault_keys::keyfile::{KEY_FILE_MAX, OfficerKeys};
use vault_keys::note::OfficeName;
use vault_keys::numbers::UnitNo;
use vault_keys::signing::OfficeKey;
use vault_keys::time::Time;
use vault_relay::card::RelayCard;
use zeroize::Zeroizing;

use super::refusals::proposal_failure;
use super::{DIRECTORY_DAYS, ROOT_DAYS, keys, ours};
use crate::clock;
use crate::error::{Failure, Outcome};
use crate::home::{Existing, Home, read_limited, write_whole};
use crate::msg;
use crate::trust;

const BEGUN: &str = "officer/founding.json";
const BEGUN_FORMAT: &str = "vault-founding/1";

/// What founding an organisation takes.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The organisation's name.
    pub name: &'a str,
    /// The first officers.
    pub officers: Vec<Officer>,
    /// How many of them each task takes.
    pub thresholds: Thresholds,
    /// The relay, its register and notary.
    pub card: &'a RelayCard,
    /// Which built-in policy.
    pub policy: BuiltIn,
    /// The offices, by name.
    pub units: &'a [String],
    /// The highest level they may handle.
    pub unit_level: LevelWord,
    /// Now.
    pub now: Time,
}

/// How many officers each task takes unless said otherwise: a majority for roots and directories, so that no one
/// can do harm alone and one may be ill; one to stop, so that a theft waits for nobody.
#[must_use]
pub fn default_thresholds(officers: usize) -> Thresholds {
    // At most eight, which the root's own rules enforce.
    let most = u8::try_from(officers / 2 + 1).unwrap_or(u8::MAX);
    Thresholds { root: most, enrol: most, stop: 1 }
}

/// The paper that founds an organisation, without a signature yet.
///
/// # Errors
/// A rule of roots is broken: two officers of one name, thresholds that cannot be met, an unfit relay card.
pub fn propose(plan: &Plan<'_>) -> Outcome<NewRoot> {
    let root = root_text(plan)?;
    let numbers = (1..).map(UnitNo::new).take(plan.units.len()).collect::<Result<Vec<_>, _>>();
    let numbers = numbers.map_err(|error| ours(&error))?;
    let units = |org: OrgId| {
        let unit = |(number, name): (UnitNo, &String)| UnitEntry {
            tag: UnitType,
            org,
            number,
            salt: salt(),
            name: name.clone(),
            parent: None,
            max_level: plan.unit_level,
            clerks: Vec::new(),
            recovery: None,
        };
        numbers.iter().copied().zip(plan.units).map(unit).collect()
    };
    NewRoot::founding(
        &root,
        |org| Policy::built_in(org, plan.policy),
        |org, policy| Draft {
            made: plan.now,
            expires: plan.now.plus_days(DIRECTORY_DAYS),
            policy,
            stop: None,
            persons: Vec::new(),
            units: units(org),
        },
    )
    .map_err(|error| proposal_failure(&error))
}

/// The key of a first officer, drawn at this terminal and not kept anywhere yet.
#[derive(Debug)]
pub struct Drawn {
    keys: OfficerKeys,
    passphrase: Zeroizing<String>,
    /// The officer as the root will name him.
    pub officer: Officer,
}

impl Drawn {
    /// Draws the key of `holder`, who has just typed `passphrase`.
    ///
    /// # Errors
    /// The name is unfit.
    pub fn new(holder: &str, office: &OfficeName, now: Time, passphrase: Zeroizing<String>) -> Outcome<Self> {
        let key = OfficeKey::generate(&mut clock::randomness());
        let card = OfficerCard::sign(holder, now, &key)
            .map_err(|error| Failure::usage(msg!("officer-name-unfit")).because(&error))?;
        let officer = card.officer(office.clone());
        let keys = OfficerKeys { org: None, name: office.as_str().to_owned(), key };
        Ok(Self { keys, passphrase, officer })
    }

    fn lock(&self) -> Outcome<Vec<u8>> {
        keys::lock(&self.keys, &self.passphrase)
    }

    /// The key, to sign the founding with.
    #[must_use]
    pub fn into_key(self) -> OfficeKey {
        self.keys.key
    }
}

/// The key files of a founding at one terminal, written before they are: until the organisation stands, its keys are of
/// no use to anybody, and whoever begins anew may take them away.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Begun {
    format: String,
    files: Vec<KeyFile>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    path: PathBuf,
    sha256: NoteHash,
}

/// Whether a founding at one terminal was begun in this home and has not come to its end.
#[must_use]
pub fn is_begun(home: &Home) -> bool {
    home.has(BEGUN)
}

/// Keeps the keys: the first officer's in this home, the others' beside the organisation file, to be taken away. Answers
/// where these are. Keys of an attempt that was cut off before its organisation stood are replaced.
///
/// # Errors
/// A file lies where one is to go, or the disk refuses.
pub fn keep(home: &Home, drawn: &[Drawn], output: &Path) -> Outcome<Vec<PathBuf>> {
    give_up(home)?;
    if keys::present(home) {
        return Err(Failure::failed(msg!("officer-key-exists")).hint(msg!("officer-key-exists-next")));
    }
    let locked = drawn.iter().map(Drawn::lock).collect::<Outcome<Vec<_>>>()?;
    let away: Vec<PathBuf> = drawn
        .iter()
        .skip(1)
        .map(|drawn| output.with_file_name(format!("officer-{}.age", drawn.officer.name)))
        .collect();
    if let Some(taken) = away.iter().find(|path| path.exists()) {
        let path = taken.display().to_string();
        return Err(Failure::failed(msg!("io-exists", path = path)).hint(msg!("io-exists-next")));
    }
    let places = std::iter::once(home.path(keys::KEY_FILE)).chain(away.iter().cloned());
    let files = places.zip(&locked).map(|(path, bytes)| {
        let path = std::path::absolute(&path).map_err(|error| Failure::io(&path, &error))?;
        Ok(KeyFile { path, sha256: NoteHash::from_bytes(sha256(bytes)) })
    });
    let files = files.collect::<Outcome<Vec<_>>>()?;
    home.folder(keys::FOLDER)?;
    home.write_json(BEGUN, &Begun { format: BEGUN_FORMAT.to_owned(), files })?;
    let (first, others) = locked.split_first().ok_or_else(|| Failure::failed(msg!("officer-internal")))?;
    for (path, bytes) in away.iter().zip(others) {
        write_whole(path, bytes, Existing::Keep)?;
    }
    keys::keep(home, first)?;
    Ok(away)
}

/// Takes away the keys of an attempt that was cut off. Only files that are as they were written: nothing else that has come
/// to lie there.
fn give_up(home: &Home) -> Outcome {
    if !is_begun(home) || trust::is_pinned(home) {
        return Ok(());
    }
    for KeyFile { path, sha256: hash } in begun(home)?.files {
        let same = read_limited(&path, KEY_FILE_MAX as u64).is_ok_and(|it| *hash.as_bytes() == sha256(&it));
        if same {
            std::fs::remove_file(&path).map_err(|error| Failure::io(&path, &error))?;
        }
    }
    home.remove(BEGUN)
}

/// The organisation stands and its file is written: nothing of the founding is left to do. Answers where the key files
/// that are to be taken away were put, if this home had not said so before.
///
/// # Errors
/// What was begun is damaged, or the disk refuses.
pub fn founded(home: &Home) -> Outcome<Vec<PathBuf>> {
    let away = begun(home)?.files.into_iter().map(|file| file.path).skip(1).collect();
    home.remove(BEGUN)?;
    Ok(away)
}

fn begun(home: &Home) -> Outcome<Begun> {
    let begun: Begun = home.read_json(BEGUN)?;
    if begun.format == BEGUN_FORMAT { Ok(begun) } else { Err(home.damaged(BEGUN)) }
}

fn root_text(plan: &Plan<'_>) -> Outcome<RootText> {
    let (log, notary, relay) = of_card(plan.card)?;
    Ok(RootText {
        tag: RootType,
        org: OrgId::ZERO,
        number: 1,
        name: plan.name.to_owned(),
        made: plan.now,
        expires: plan.now.plus_days(ROOT_DAYS),
        officers: plan.officers.clone(),
        thresholds: plan.thresholds,
        log,
        notary: Some(notary),
        relays: vec![relay],
        witnesses: Vec::new(),
        previous: None,
    })
}

/// What a root says of the relay on this card.
pub(super) fn of_card(card: &RelayCard) -> Outcome<(LogText, NotaryText, Relay)> {
    let unfit = |error: &dyn std::error::Error| Failure::failed(msg!("officer-card")).because(error);
    let log = LogText {
        origin: card.log.origin.parse().map_err(|error| unfit(&error))?,
        ed25519: card.log.ed25519,
        ml_dsa_44: card.log.ml_dsa_44,
        succeeds: card.log.succeeds.clone(),
    };
    let notary = NotaryText { ed25519: card.notary.ed25519, ml_dsa_44: card.notary.ml_dsa_44 };
    let relay = Relay {
        name: card.name.parse().map_err(|error| unfit(&error))?,
        addresses: card.addresses.clone(),
        ed25519: card.ed25519,
    };
    Ok((log, notary, relay))
}

fn salt() -> Bytes<16> {
    use rand_core::Rng as _;
    let mut bytes = [0; 16];
    clock::randomness().fill_bytes(&mut bytes);
    Bytes(bytes)
}
