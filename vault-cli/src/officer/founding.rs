//! Founding an organisation: officer key, root 1, policy, an empty directory 1.

use vault_core::policy::{BuiltIn, Policy};
use vault_keys::bytes::Bytes;
use vault_keys::digest::{OrgId, PolicyHash};
use vault_keys::directory::{
    Draft, LogText, NotaryText, Officer, Organisation, Relay, Root, RootText, RootType, Thresholds,
};
use vault_keys::keyfile::OfficerKeys;
use vault_keys::note::{KeyName, OfficeName, Signed};
use vault_keys::signing::OfficeKey;
use vault_keys::time::Time;
use vault_relay::card::RelayCard;

use super::{DIRECTORY_DAYS, keys, ours};
use crate::clock;
use crate::error::{Failure, Outcome};
use crate::home::Home;
use crate::msg;
use crate::trust;

/// The name of the only officer's key.
const OFFICE: &str = "o1";
/// A root is renewed when officers change; ten years is the outer limit.
const ROOT_DAYS: u32 = 3650;

/// What founding an organisation takes.
#[derive(Debug)]
pub struct Founding<'a> {
    /// The organisation's name.
    pub name: &'a str,
    /// Who the officer is, in words.
    pub officer: &'a str,
    /// The relay and its log.
    pub card: &'a RelayCard,
    /// Which built-in policy.
    pub policy: BuiltIn,
    /// What locks the officer's key.
    pub passphrase: &'a str,
    /// Now.
    pub now: Time,
}

/// Founds an organisation in this home: officer key, root 1, policy, an empty directory 1.
///
/// # Errors
/// There is one already, the card does not fit, or the disk refuses.
pub fn found(home: &Home, founding: &Founding<'_>) -> Outcome<Organisation> {
    if keys::present(home) || home.has("trust.json") {
        return Err(Failure::failed(msg!("officer-exists")).hint(msg!("identity-exists-next")));
    }
    let key = OfficeKey::generate(&mut clock::randomness());
    let office: OfficeName = OFFICE.parse().map_err(|error| ours(&error))?;
    let officers = [(&office, &key)];
    let root = Root::sign_first(root_text(founding, &office, &key)?, &officers)
        .map_err(|error| Failure::failed(msg!("officer-root")).because(&error))?;
    let signer = KeyName::office(&root.org(), &office);
    let policy = Signed::sign(Policy::built_in(root.org(), founding.policy), &signer, &key)
        .map_err(|error| ours(&error))?;
    let draft = Draft {
        made: founding.now,
        expires: founding.now.plus_days(DIRECTORY_DAYS),
        policy: PolicyHash::of_note(policy.hash()),
        stop: None,
        persons: Vec::new(),
        units: Vec::new(),
    };
    let directory = draft.sign(&root, None, &officers).map_err(|error| ours(&error))?;
    let (_, policy) = policy.into_parts();
    let officer_keys = OfficerKeys { org: Some(root.org()), name: OFFICE.to_owned(), key };
    let organisation =
        Organisation::new(vec![root], policy, directory, Vec::new()).map_err(|error| ours(&error))?;
    keys::write(home, &officer_keys, founding.passphrase)?;
    trust::pin(home, &organisation)?;
    Ok(organisation)
}

fn root_text(founding: &Founding<'_>, office: &OfficeName, key: &OfficeKey) -> Outcome<RootText> {
    let card = founding.card;
    let unfit = || Failure::failed(msg!("officer-card"));
    let public = key.public();
    let ml_dsa = |bytes: &[u8]| <[u8; 1312]>::try_from(bytes).map(Bytes).map_err(|_| unfit());
    Ok(RootText {
        tag: RootType,
        org: OrgId::ZERO,
        number: 1,
        name: founding.name.to_owned(),
        made: founding.now,
        expires: founding.now.plus_days(ROOT_DAYS),
        officers: vec![Officer {
            name: office.clone(),
            holder: founding.officer.to_owned(),
            ed25519: Bytes(*public.ed25519().as_bytes()),
            ml_dsa_44: Bytes(*public.ml_dsa()),
        }],
        thresholds: Thresholds { root: 1, enrol: 1, stop: 1 },
        log: LogText {
            origin: card.log.origin.parse().map_err(|error| unfit().because(&error))?,
            ed25519: card.log.ed25519,
            ml_dsa_44: ml_dsa(&card.log.ml_dsa_44.0)?,
        },
        notary: Some(NotaryText {
            ed25519: card.notary.ed25519,
            ml_dsa_44: ml_dsa(&card.notary.ml_dsa_44.0)?,
        }),
        relays: vec![Relay {
            name: card.name.parse().map_err(|error| unfit().because(&error))?,
            addresses: card.addresses.clone(),
            ed25519: card.ed25519,
        }],
        witnesses: Vec::new(),
        previous: None,
    })
}
