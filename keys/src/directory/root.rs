//! Roots: who the officers are and how many of them it takes (docs/directory.md, "Root").
//!
//! Root 1 is its own proof and is pinned by its hash, the organisation's id. Each later root is signed by the
//! thresholds of the one before and of itself, in strict sequence.

use super::ROOT_MAX;
use super::head::RootRef;
use super::position::Place;
use super::root_text::{EndedLog, NOTARY, Relay, RootText, Task, office};
use crate::digest::{OrgId, RootHash, sha256};
use crate::json;
use crate::key_id::fingerprint;
use crate::note::{
    KeyName, Note, NoteError, OfficeName, SignatureError, Signed, Signer, TextError, Verifier,
};
use crate::signing::{OfficeKey, OfficePublic, PublicKeyError};
use crate::time::Time;

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
    /// Its register goes on from another log than the one before, or says so anew.
    #[error("root {number} says of its register that it goes on from a log that it does not follow")]
    Ended {
        /// The root's number.
        number: u32,
    },
    /// An office of the root before has other keys under its name.
    #[error("the office {name} has other keys than before; a new officer has a new office")]
    OfficeReused {
        /// The office.
        name: OfficeName,
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
        let root = Self::first_unsigned(Note::parse(bytes, ROOT_MAX)?)?;
        if let Some(wanted) = pinned.filter(|wanted| *wanted != root.org) {
            return Err(RootError::Pin { found: root.org, wanted });
        }
        root.check_threshold(root.note(), Task::Root)?;
        Ok(root)
    }

    /// Root 1 with whatever lines it has. For showing a proposal, and for counting who signed it.
    pub(super) fn first_unsigned(note: Note) -> Result<Self, RootError> {
        let signed = Signed::<RootText>::from_note(note, OrgId::ZERO)?;
        if signed.value().number != 1 {
            return Err(RootError::Sequence { found: signed.value().number, wanted: 1 });
        }
        let org = OrgId::of_note(signed.hash());
        Self::checked(signed, org)
    }

    /// Reads the root after this one.
    pub fn parse_next(&self, bytes: &[u8]) -> Result<Self, RootError> {
        let next = self.next_unsigned(Note::parse(bytes, ROOT_MAX)?)?;
        self.check_threshold(next.note(), Task::Root)?;
        next.check_threshold(next.note(), Task::Root)?;
        Ok(next)
    }

    /// The root after this one with whatever lines it has. For showing a proposal, and for counting who signed.
    pub(super) fn next_unsigned(&self, note: Note) -> Result<Self, RootError> {
        let signed = Signed::<RootText>::from_note(note, self.org)?;
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
        // A log goes on from the one that it takes the place of, and that is said once for all.
        let (log, before) = (&next.value().log, &self.value().log);
        let (ended, known) = (log.succeeds.as_ref(), before.succeeds.as_ref());
        let fits = if log.origin == before.origin {
            ended == known
        } else {
            ended.is_none_or(|ended| ended.origin == before.origin)
        };
        if !fits {
            return Err(RootError::Ended { number: next.number() });
        }
        // An old name with new keys would let lines be taken for those of someone else.
        let renewed = next.value().officers.iter().find(|officer| {
            let before = self.value().officers.iter().find(|before| before.name == officer.name);
            before.is_some_and(|before| {
                (before.ed25519, before.ml_dsa_44) != (officer.ed25519, officer.ml_dsa_44)
            })
        });
        match renewed {
            Some(officer) => Err(RootError::OfficeReused { name: officer.name.clone() }),
            None => Ok(next),
        }
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

    /// Number and hash.
    pub fn reference(&self) -> RootRef {
        RootRef { number: self.number(), hash: self.hash() }
    }

    /// The office that this key holds, if it is an officer's.
    pub fn office_of(&self, key: &OfficePublic) -> Option<&OfficeName> {
        self.officers.iter().find(|(_, public)| public == key).map(|(name, _)| name)
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

    /// The log that the register goes on from, where that one lost leaves and was ended.
    pub fn ended_log(&self) -> Option<&EndedLog> {
        self.value().log.succeeds.as_ref()
    }

    /// Where a leaf stands: in the register where that began with it, or else in the log that it was proved in.
    pub fn place(&self, log: &KeyName, index: u64) -> Place {
        let began_with = self.ended_log().is_some_and(|ended| ended.origin == *log && index < ended.size);
        Place { origin: if began_with { self.log_origin().clone() } else { log.clone() }, index }
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

fn bad_key(field: &'static str, error: PublicKeyError) -> RootError {
    NoteError::from(TextError::new(field, error.to_string())).into()
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
