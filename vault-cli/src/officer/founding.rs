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

/// Draws the keys of one first officer at this terminal: into this home for whoever founds, into a file to take
/// away for everybody else.
///
/// # Errors
/// The name is unfit, or the disk refuses.
pub fn generate(
    holder: &str,
    office: &OfficeName,
    now: Time,
    keep: Keep<'_>,
    passphrase: &Zeroizing<String>,
) -> Outcome<(Officer, OfficeKey)> {
    let key = OfficeKey::generate(&mut clock::randomness());
    let card = OfficerCard::sign(holder, now, &key)
        .map_err(|error| Failure::usage(msg!("officer-name-unfit")).because(&error))?;
    let copy = OfficeKey::from_seeds(key.expose_seeds().0, key.expose_seeds().1);
    let file = OfficerKeys { org: None, name: office.as_str().to_owned(), key: copy };
    match keep {
        Keep::Here(home) => keys::write(home, &file, passphrase)?,
        Keep::Away(path) => keys::hand_out(path, &file, passphrase)?,
    }
    Ok((card.officer(office.clone()), key))
}

/// Where a first officer's key goes.
#[derive(Clone, Copy, Debug)]
pub enum Keep<'a> {
    /// Into this home.
    Here(&'a Home),
    /// Into a file that its holder takes away.
    Away(&'a Path),
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
