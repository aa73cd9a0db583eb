//! What a root says, `vault-root/1`, and the rules its text must keep (docs/directory.md, "Root").

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::OFFICERS_MAX;
use super::head::{check_lifetime, check_sequence};
use super::rules::named;
use crate::bytes::Bytes;
use crate::digest::{OrgId, RootHash};
use crate::key_id::office_digits;
use crate::note::{KeyName, OfficeName, Text, TextError};
use crate::signing::{OfficePublic, PublicKeyError, VerifyingKey};
use crate::text_type;
use crate::time::Time;

/// The most relays, witnesses, and addresses of one relay.
const LIST_MAX: usize = 64;
/// The longest origin of a log in bytes: the tlog-cosignature format counts it in one byte.
const ORIGIN_MAX: usize = 255;

text_type! {
    /// The type of a root.
    pub struct RootType = "vault-root/1";
}

/// The text of a root, `vault-root/1`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootText {
    /// Always `vault-root/1`.
    #[serde(rename = "type")]
    pub tag: RootType,
    /// The organisation; 64 zeros in root 1, whose hash it is.
    pub org: OrgId,
    /// 1 for the first, then one more each time.
    pub number: u32,
    /// The organisation's name.
    pub name: String,
    /// When it was made.
    pub made: Time,
    /// From when on it signs nothing new.
    pub expires: Time,
    /// The key officers.
    pub officers: Vec<Officer>,
    /// How many distinct officers each task takes.
    pub thresholds: Thresholds,
    /// The register's keys.
    pub log: LogText,
    /// The notary's keys, if there is one.
    pub notary: Option<NotaryText>,
    /// The relays.
    pub relays: Vec<Relay>,
    /// The witnesses of the register.
    pub witnesses: Vec<WitnessText>,
    /// The root before; null in root 1.
    pub previous: Option<RootHash>,
}

/// A key officer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    /// The office's name on signature lines, such as `o1`.
    pub name: OfficeName,
    /// Who holds the office, in words; never the same for two offices.
    pub holder: String,
    /// The raw Ed25519 key.
    pub ed25519: Bytes<32>,
    /// The raw ML-DSA-44 key.
    pub ml_dsa_44: Bytes<1312>,
}

/// How many distinct officers it takes: at least one, `stop` <= `enrol` <= `root` <= all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// For a new root.
    pub root: u8,
    /// For a directory or policy.
    pub enrol: u8,
    /// For a stop list.
    pub stop: u8,
}

/// What officers sign for together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Task {
    /// A new root.
    Root,
    /// A directory or policy.
    Enrol,
    /// A stop list.
    Stop,
}

/// The register's keys.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogText {
    /// The first line of its checkpoints and the name on its signature lines.
    pub origin: KeyName,
    /// The raw Ed25519 key.
    pub ed25519: Bytes<32>,
    /// The raw ML-DSA-44 key.
    pub ml_dsa_44: Bytes<1312>,
    /// The log that this one goes on from, where that one lost leaves and was ended (docs/register.md, "A log that lost leaves").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succeeds: Option<EndedLog>,
}

/// A log that was ended, and how much of it its successor begins with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndedLog {
    /// Its origin.
    pub origin: KeyName,
    /// Leaves that were left of it. The successor begins with them, each in its place.
    pub size: u64,
    /// The RFC 6962 root hash of these.
    pub root: Bytes<32>,
}

/// The notary's keys; its office name is `notary`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotaryText {
    /// The raw Ed25519 key.
    pub ed25519: Bytes<32>,
    /// The raw ML-DSA-44 key.
    pub ml_dsa_44: Bytes<1312>,
}

/// A relay.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relay {
    /// The relay's name, such as `relay-1`.
    pub name: OfficeName,
    /// Where it listens, as `host:port`; tried in this order.
    pub addresses: Vec<String>,
    /// The raw Ed25519 key of its TLS side.
    pub ed25519: Bytes<32>,
}

/// A witness of the register.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessText {
    /// The witness's office name, such as `w1`.
    pub name: OfficeName,
    /// The raw Ed25519 key.
    pub ed25519: Bytes<32>,
    /// The raw ML-DSA-44 key.
    pub ml_dsa_44: Bytes<1312>,
}

impl Officer {
    /// Both public keys.
    pub fn public(&self) -> Result<OfficePublic, PublicKeyError> {
        office(&self.ed25519, &self.ml_dsa_44)
    }

    /// The 30 digits of the two keys.
    #[must_use]
    pub fn digits(&self) -> String {
        office_digits(&self.ed25519.0, Some(&self.ml_dsa_44.0))
    }
}

impl LogText {
    /// The 30 digits of the two keys.
    #[must_use]
    pub fn digits(&self) -> String {
        office_digits(&self.ed25519.0, Some(&self.ml_dsa_44.0))
    }
}

impl NotaryText {
    /// The 30 digits of the two keys.
    #[must_use]
    pub fn digits(&self) -> String {
        office_digits(&self.ed25519.0, Some(&self.ml_dsa_44.0))
    }
}

impl Relay {
    /// The 30 digits of the key.
    #[must_use]
    pub fn digits(&self) -> String {
        office_digits(&self.ed25519.0, None)
    }
}

impl WitnessText {
    /// The 30 digits of the two keys.
    #[must_use]
    pub fn digits(&self) -> String {
        office_digits(&self.ed25519.0, Some(&self.ml_dsa_44.0))
    }
}

impl Thresholds {
    /// How many distinct officers `task` takes.
    pub const fn of(self, task: Task) -> u8 {
        match task {
            Task::Root => self.root,
            Task::Enrol => self.enrol,
            Task::Stop => self.stop,
        }
    }
}

pub(super) const NOTARY: &str = "notary";

impl RootText {
    /// Every public key with its owner in words.
    pub(super) fn public_keys(&self) -> impl Iterator<Item = (String, &[u8])> {
        fn pair<'a>(owner: String, first: &'a Bytes<32>, second: &'a Bytes<1312>) -> [(String, &'a [u8]); 2] {
            [(owner.clone(), &first.0), (owner, &second.0)]
        }
        let officers = self.officers.iter().flat_map(|officer| {
            pair(format!("officer {}", officer.name), &officer.ed25519, &officer.ml_dsa_44)
        });
        let log = pair("the log".to_owned(), &self.log.ed25519, &self.log.ml_dsa_44);
        let notary =
            self.notary.iter().flat_map(|keys| pair("the notary".to_owned(), &keys.ed25519, &keys.ml_dsa_44));
        let relays =
            self.relays.iter().map(|relay| (format!("relay {}", relay.name), relay.ed25519.0.as_slice()));
        let witnesses = self.witnesses.iter().flat_map(|witness| {
            pair(format!("witness {}", witness.name), &witness.ed25519, &witness.ml_dsa_44)
        });
        officers.chain(log).chain(notary).chain(relays).chain(witnesses)
    }

    fn check_officers(&self) -> Result<(), TextError> {
        let count = self.officers.len();
        if count == 0 || count > OFFICERS_MAX {
            return Err(TextError::new("officers", "one to eight officers"));
        }
        let mut holders = BTreeSet::new();
        for officer in &self.officers {
            named("officers", &officer.holder)?;
            if !holders.insert(&officer.holder) {
                return Err(TextError::new("officers", "one holder with two offices"));
            }
        }
        let Thresholds { root, enrol, stop } = self.thresholds;
        if stop == 0 || stop > enrol || enrol > root || usize::from(root) > count {
            return Err(TextError::new("thresholds", "not 1 <= stop <= enrol <= root <= number of officers"));
        }
        Ok(())
    }

    fn check_names(&self) -> Result<(), TextError> {
        let officers = self.officers.iter().map(|officer| officer.name.as_str());
        let relays = self.relays.iter().map(|relay| relay.name.as_str());
        let witnesses = self.witnesses.iter().map(|witness| witness.name.as_str());
        let mut names = BTreeSet::from(["log", NOTARY]);
        for name in officers.chain(relays).chain(witnesses) {
            if !names.insert(name) {
                return Err(TextError::new("name", format!("the office name {name} is taken")));
            }
        }
        Ok(())
    }

    fn check_keys(&self) -> Result<(), TextError> {
        let mut seen = BTreeSet::new();
        for (owner, public) in self.public_keys() {
            if !seen.insert(public) {
                return Err(TextError::new("key", format!("a public key of {owner} stands twice")));
            }
            if public.len() == 32 {
                VerifyingKey::from_slice(public)
                    .map_err(|error| TextError::new("key", format!("the key of {owner} is {error}")))?;
            }
        }
        Ok(())
    }
}

impl Text for RootText {
    const TYPE: &'static str = RootType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        check_sequence(self.number, self.previous.is_some())?;
        if (self.number == 1) != (self.org == OrgId::ZERO) {
            return Err(TextError::new("org", "64 zeros in root 1 and nowhere else"));
        }
        check_lifetime(self.made, self.expires)?;
        named("name", &self.name)?;
        if self.log.origin.as_str().len() > ORIGIN_MAX {
            return Err(TextError::new("log", "an origin longer than 255 bytes"));
        }
        if let Some(ended) = &self.log.succeeds
            && (self.number == 1 || ended.origin == self.log.origin || ended.size > i64::MAX.unsigned_abs())
        {
            return Err(TextError::new("log", "a log that goes on from itself, or from one before root 1"));
        }
        if self.relays.len() > LIST_MAX || self.witnesses.len() > LIST_MAX {
            return Err(TextError::new("relays, witnesses", "more than 64"));
        }
        for relay in &self.relays {
            let many = relay.addresses.is_empty() || relay.addresses.len() > LIST_MAX;
            if many || !relay.addresses.iter().all(|address| is_address(address)) {
                return Err(TextError::new("relays", "one to 64 addresses of the form host:port"));
            }
        }
        self.check_officers()?;
        self.check_names()?;
        self.check_keys()
    }
}

/// Both halves of an office.
pub(super) fn office(ed25519: &Bytes<32>, ml_dsa: &Bytes<1312>) -> Result<OfficePublic, PublicKeyError> {
    OfficePublic::from_bytes(&ed25519.0, &ml_dsa.0)
}

/// `host:port` with a name, an IPv4 address or an IPv6 address in brackets.
fn is_address(address: &str) -> bool {
    let Some((host, port)) = address.rsplit_once(':') else { return false };
    let port_ok = !port.starts_with('0')
        && port.bytes().all(|byte| byte.is_ascii_digit())
        && port.parse::<u16>().is_ok();
    let in_brackets = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let host_ok = match in_brackets {
        Some(host) => host.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
            (1..=253).contains(&host.len()) && host.bytes().all(known)
        }
    };
    port_ok && host_ok
}
