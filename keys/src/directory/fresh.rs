//! Freshness notes, `vault-fresh/1`: what was newest at a time (docs/directory.md, "Freshness").
//!
//! The notary says which root, directory, stop list and checkpoint are the newest, so that withholding one is
//! noticed. It blocks sealing when it grows old, and never reading.

use serde::{Deserialize, Serialize};

use super::head::{RootRef, StopRef};
use super::root::Root;
use super::sealing::{Future, not_after};
use super::verify::is_root;
use crate::digest::{DirectoryHash, OrgId};
use crate::digest_type;
use crate::note::{KeyName, NoteError, OfficeName, SignatureError, Signed, Text, TextError};
use crate::signing::OfficeKey;
use crate::text_type;
use crate::time::Time;

/// The largest freshness note in bytes.
pub const FRESH_MAX: usize = 32 * 1024;
/// After so many days without news the user is warned.
pub const FRESH_WARN_DAYS: u32 = 3;
/// After so many days without news nothing is sealed.
pub const FRESH_SEAL_DAYS: u32 = 14;
/// How far, in seconds, a note or the last time seen may lie ahead of the reader's clock.
pub const FRESH_SKEW_S: i64 = 5 * 60;

text_type! {
    /// The type of a freshness note.
    pub struct FreshType = "vault-fresh/1";
}

digest_type! {
    /// SHA-256 of a freshness note's text.
    pub struct FreshHash;
    /// The RFC 6962 root of the register in a checkpoint.
    pub struct RegisterHash;
}

/// The text of a freshness note, `vault-fresh/1`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreshText {
    /// Always `vault-fresh/1`.
    #[serde(rename = "type")]
    pub tag: FreshType,
    /// The organisation.
    pub org: OrgId,
    /// When all this was the newest.
    pub made: Time,
    /// The newest root. Its notary signs.
    pub root: RootRef,
    /// The newest directory.
    pub directory: DirectoryVersion,
    /// The newest stop list; null while there is none.
    pub stop: Option<StopRef>,
    /// The register.
    pub checkpoint: CheckpointRef,
}

/// A directory, by number and hash.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryVersion {
    /// The directory's number.
    pub number: u32,
    /// The directory's hash.
    pub hash: DirectoryHash,
}

/// A state of the register.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointRef {
    /// The register, as its checkpoints name it.
    pub origin: KeyName,
    /// How many leaves it had.
    pub size: u64,
    /// Its RFC 6962 root.
    pub hash: RegisterHash,
}

/// A verified freshness note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fresh(Signed<FreshText>);

/// Why a freshness note is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FreshError {
    /// No well-formed freshness note.
    #[error("the freshness note is malformed")]
    Note(#[from] NoteError),
    /// It rests on another root than the one in hand: its notary may have been replaced.
    #[error("the freshness note rests on root {found}, not on root {wanted}")]
    Root {
        /// Number of the root it names.
        found: u32,
        /// Number of the root in hand; the same number means another root under it.
        wanted: u32,
    },
    /// The root has no notary.
    #[error("the organisation has no notary")]
    NoNotary,
    /// Not signed by the notary with both keys.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl Fresh {
    /// Verifies a freshness note against the root it rests on. Whether it is from the future is asked with
    /// [`Self::check_not_future`] when it arrives; one already kept is not lost to a clock set back.
    pub fn verify(root: &Root, note: &[u8]) -> Result<Self, FreshError> {
        let signed = Signed::<FreshText>::parse(note, root.org(), FRESH_MAX)?;
        let named = signed.value().root;
        if !is_root(root, named.number, named.hash) {
            return Err(FreshError::Root { found: named.number, wanted: root.number() });
        }
        signed.verified_by(&root.notary().ok_or(FreshError::NoNotary)?)?;
        Ok(Self(signed))
    }

    /// Signs a freshness note. The outcome passes the same verification as anyone else's.
    pub fn sign(text: FreshText, root: &Root, notary: &OfficeKey) -> Result<Self, FreshError> {
        let name: OfficeName = super::root_text::NOTARY.parse().map_err(|_| FreshError::NoNotary)?;
        let signed = Signed::sign(text, &KeyName::office(&root.org(), &name), notary)?;
        Self::verify(root, &signed.encode())
    }

    /// Refuses a note made later than `now`, but for a small skew of clocks: a wrong clock here, or a notary that dates
    /// ahead so as to hide what comes.
    pub fn check_not_future(&self, now: Time) -> Result<(), Future> {
        not_after(self.made(), now)
    }

    /// When it was made.
    pub fn made(&self) -> Time {
        self.value().made
    }

    /// SHA-256 of the text.
    pub fn hash(&self) -> FreshHash {
        FreshHash::of_note(self.0.hash())
    }

    /// What the text says.
    pub fn value(&self) -> &FreshText {
        self.0.value()
    }

    /// The signed note.
    pub fn signed(&self) -> &Signed<FreshText> {
        &self.0
    }

    /// The one made later. A file often carries an older note than the one at hand.
    #[must_use]
    pub fn newer(self, other: Self) -> Self {
        if other.made() > self.made() { other } else { self }
    }
}

impl Text for FreshText {
    const TYPE: &'static str = FreshType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        if self.root.number == 0 || self.directory.number == 0 {
            return Err(TextError::new("root, directory", "numbered from 1"));
        }
        if self.stop.is_some_and(|stop| stop.number == 0) {
            return Err(TextError::new("stop", "stop lists are numbered from 1"));
        }
        Ok(())
    }
}
