//! Roots: who the officers are and how many of them it takes (docs/directory.md, "Root").
//!
//! Root 1 is its own proof and is pinned by its hash, the organisation's id. Each later root is signed by the
//! thresholds of the one before and of itself, in strict sequence.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::head::{check_lifetime, check_sequence};
use super::rules::check_name;
use super::{OFFICERS_MAX, ROOT_MAX};
use crate::bytes::Bytes;
use crate::digest::{OrgId, RootHash, sha256};
use crate::json;
use crate::key_id::fingerprint;
use crate::note::{
    KeyName, Note, NoteError, OfficeName, SignatureError, Signed, Signer, Text, TextError, Verifier,
};
use crate::signing::{OfficeKey, OfficePublic, PublicKeyError, VerifyingKey};
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

/// A verified root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Root {
    signed: Signed<RootText>,
    org: OrgId,
    officers: Vec<(OfficeName, OfficePublic)>,
    log: OfficePublic,
    notary: Option<OfficePublic>,
}

/// Why a root is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RootError {
    /// No well-formed root.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Another organisation than the pinned one.
    #[error("this root is of organisation {found}, not of the pinned {wanted}")]
    Pin {
        /// The organisation found.
        found: OrgId,
        /// The organisation pinned.
        wanted: OrgId,
    },
    /// Not the next number.
    #[error("root {wanted} is expected here, not root {found}")]
    Sequence {
        /// The number found.
        found: u32,
        /// The number expected.
        wanted: u32,
    },
    /// It names another predecessor than the root in hand: a second root of one number exists.
    #[error("root {number} names another predecessor: there are two roots {}", number - 1)]
    Fork {
        /// The root's number.
        number: u32,
    },
    /// Made before its predecessor.
    #[error("root {number} was made before its predecessor")]
    Made {
        /// The root's number.
        number: u32,
    },
    /// Not enough officers signed.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
}

/// Why officers' signatures do not suffice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ThresholdError {
    /// Too few distinct officers signed.
    #[error("{needed} officers must sign, {} did{}", signed.len(), half_words(half))]
    TooFew {
        /// How many it takes.
        needed: u8,
        /// Who signed with both keys.
        signed: Vec<OfficeName>,
        /// Who signed with one key of two, which does not count.
        half: Vec<OfficeName>,
    },
    /// A line claims an officer's key and does not verify.
    #[error(transparent)]
    Wrong(#[from] SignatureError),
}

impl Root {
    /// Reads root 1. If `pinned` is given, it must be that organisation's.
    pub fn parse_first(bytes: &[u8], pinned: Option<OrgId>) -> Result<Self, RootError> {
        let signed = Signed::<RootText>::parse(bytes, OrgId::ZERO, ROOT_MAX)?;
        let org = OrgId::of_note(signed.hash());
        if let Some(wanted) = pinned.filter(|wanted| *wanted != org) {
            return Err(RootError::Pin { found: org, wanted });
        }
        if signed.value().number != 1 {
            return Err(RootError::Sequence { found: signed.value().number, wanted: 1 });
        }
        let root = Self::checked(signed, org)?;
        root.check_threshold(root.note(), Task::Root)?;
        Ok(root)
    }

    /// Reads the root after this one.
    pub fn parse_next(&self, bytes: &[u8]) -> Result<Self, RootError> {
        let signed = Signed::<RootText>::parse(bytes, self.org, ROOT_MAX)?;
        let value = signed.value();
        let wanted = self.number().saturating_add(1);
        if value.number != wanted {
            return Err(RootError::Sequence { found: value.number, wanted });
        }
        if value.previous != Some(self.hash()) {
            return Err(RootError::Fork { number: value.number });
        }
        if value.made < self.value().made {
            return Err(RootError::Made { number: value.number });
        }
        let next = Self::checked(signed, self.org)?;
        self.check_threshold(next.note(), Task::Root)?;
        next.check_threshold(next.note(), Task::Root)?;
        Ok(next)
    }

    /// Reads all roots from 1 on.
    pub fn parse_chain<'a>(
        notes: impl IntoIterator<Item = &'a [u8]>,
        pinned: Option<OrgId>,
    ) -> Result<Vec<Self>, RootError> {
        let mut roots: Vec<Self> = Vec::new();
        for note in notes {
            let next = match roots.last() {
                None => Self::parse_first(note, pinned)?,
                Some(last) => last.parse_next(note)?,
            };
            roots.push(next);
        }
        if roots.is_empty() { Err(RootError::Sequence { found: 0, wanted: 1 }) } else { Ok(roots) }
    }

    /// Signs root 1.
    pub fn sign_first(text: RootText, officers: &[(&OfficeName, &OfficeKey)]) -> Result<Self, RootError> {
        let line = json::encode_line(&text).map_err(NoteError::from)?;
        let org = OrgId::from_bytes(sha256(&line));
        let signed = Signed::sign_all(text, &signers(&org, officers))?;
        Self::parse_first(&signed.encode(), Some(org))
    }

    /// Signs the root after this one. Officers of both roots sign; who is one of both signs once.
    pub fn sign_next(
        &self,
        text: RootText,
        officers: &[(&OfficeName, &OfficeKey)],
    ) -> Result<Self, RootError> {
        let signed = Signed::sign_all(text, &signers(&self.org, officers))?;
        self.parse_next(&signed.encode())
    }

    /// The note, if enough officers of this root signed it for `task`.
    pub fn check_threshold<'a>(&self, note: &'a Note, task: Task) -> Result<&'a Note, ThresholdError> {
        let (mut signed, mut half) = (Vec::new(), Vec::new());
        // Counted by officer, not by line: however many lines one has, he counts once.
        for (name, public) in &self.officers {
            match note.verified_by(&Verifier::office(&self.org, name, public.clone())) {
                Ok(_) => signed.push(name.clone()),
                Err(SignatureError::Missing { .. }) => {}
                Err(SignatureError::Half { .. }) => half.push(name.clone()),
                Err(wrong) => return Err(wrong.into()),
            }
        }
        let needed = self.value().thresholds.of(task);
        if signed.len() >= usize::from(needed) {
            Ok(note)
        } else {
            Err(ThresholdError::TooFew { needed, signed, half })
        }
    }

    /// The organisation: SHA-256 of root 1's text.
    pub fn org(&self) -> OrgId {
        self.org
    }

    /// The root's number.
    pub fn number(&self) -> u32 {
        self.value().number
    }

    /// SHA-256 of the root's text.
    pub fn hash(&self) -> RootHash {
        RootHash::of_note(self.signed.hash())
    }

    /// The organisation's name.
    pub fn name(&self) -> &str {
        &self.value().name
    }

    /// What the text says.
    pub fn value(&self) -> &RootText {
        self.signed.value()
    }

    /// The note with its signature lines.
    pub fn note(&self) -> &Note {
        self.signed.note()
    }

    /// The organisation in the form people read to each other: 30 decimal digits.
    pub fn fingerprint(&self) -> String {
        fingerprint(self.org.as_bytes())
    }

    /// Whether the root signs nothing new at `now`.
    pub fn is_expired(&self, now: Time) -> bool {
        now >= self.value().expires
    }

    /// The officers and their keys.
    pub fn officers(&self) -> &[(OfficeName, OfficePublic)] {
        &self.officers
    }

    /// The first line of the register's checkpoints, and the name on its signature lines.
    pub fn log_origin(&self) -> &KeyName {
        &self.value().log.origin
    }

    /// The register's public keys.
    pub fn log(&self) -> &OfficePublic {
        &self.log
    }

    /// Who verifies as notary, if there is one.
    pub fn notary(&self) -> Option<Verifier> {
        let name: OfficeName = NOTARY.parse().ok()?;
        self.notary.clone().map(|public| Verifier::office(&self.org, &name, public))
    }

    /// The relays.
    pub fn relays(&self) -> &[Relay] {
        &self.value().relays
    }

    /// Every public key in the root with its owner in words.
    pub(super) fn public_keys(&self) -> impl Iterator<Item = (String, &[u8])> {
        self.value().public_keys()
    }

    fn checked(signed: Signed<RootText>, org: OrgId) -> Result<Self, RootError> {
        let value = signed.value();
        let officers = value.officers.iter().map(|officer| Ok((officer.name.clone(), officer.public()?)));
        let officers =
            officers.collect::<Result<_, PublicKeyError>>().map_err(|error| bad_key("officers", error))?;
        let log = office(&value.log.ed25519, &value.log.ml_dsa_44).map_err(|error| bad_key("log", error))?;
        let notary = value.notary.as_ref().map(|keys| office(&keys.ed25519, &keys.ml_dsa_44)).transpose();
        let notary = notary.map_err(|error| bad_key("notary", error))?;
        Ok(Self { org, officers, log, notary, signed })
    }
}

impl Officer {
    /// Both public keys.
    pub fn public(&self) -> Result<OfficePublic, PublicKeyError> {
        office(&self.ed25519, &self.ml_dsa_44)
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

const NOTARY: &str = "notary";

impl RootText {
    fn public_keys(&self) -> impl Iterator<Item = (String, &[u8])> {
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
            check_name("officers", &officer.holder)?;
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
        check_name("name", &self.name)?;
        if self.log.origin.as_str().len() > ORIGIN_MAX {
            return Err(TextError::new("log", "an origin longer than 255 bytes"));
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

fn office(ed25519: &Bytes<32>, ml_dsa: &Bytes<1312>) -> Result<OfficePublic, PublicKeyError> {
    OfficePublic::from_bytes(&ed25519.0, &ml_dsa.0)
}

fn bad_key(field: &'static str, error: PublicKeyError) -> RootError {
    NoteError::from(TextError::new(field, error.to_string())).into()
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

/// Officers with the key names they sign under.
pub(super) fn signers<'a>(
    org: &OrgId,
    officers: &[(&OfficeName, &'a OfficeKey)],
) -> Vec<(KeyName, &'a dyn Signer)> {
    officers.iter().map(|(name, key)| (KeyName::office(org, name), *key as &dyn Signer)).collect()
}

fn half_words(half: &[OfficeName]) -> String {
    if half.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = half.iter().map(OfficeName::as_str).collect();
    format!("; {} signed with one of two keys only, which does not count", names.join(", "))
}
