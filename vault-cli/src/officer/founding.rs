//! Founding an organisation: root 1, its policy and directory 1, as a paper for the first officers to sign.

use std::path::Path;

use vault_core::policy::{BuiltIn, Policy};
use vault_keys::bytes::Bytes;
use vault_keys::digest::OrgId;
use vault_keys::directory::{
    Draft, LevelWord, LogText, NewRoot, NotaryText, Officer, OfficerCard, Relay, RootText, RootType,
    Thresholds, UnitEntry, UnitType,
};
use vault_keys::keyfile::OfficerKeys;
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
use crate::home::Home;
use crate::msg;

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

    /// Locks the key and keeps it in this home.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn keep(&self, home: &Home) -> Outcome {
        keys::write(home, &self.keys, &self.passphrase)
    }

    /// Locks the key into a file that its holder takes away.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn hand_out(&self, path: &Path) -> Outcome {
        keys::hand_out(path, &self.keys, &self.passphrase)
    }

    /// The key, to sign the founding with.
    #[must_use]
    pub fn into_key(self) -> OfficeKey {
        self.keys.key
    }
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
