//! Recovery keys: a unit's recovery key split m-of-n among officers (docs/recovery.md; feature `open`).
//!
//! A unit's recovery key is an opening key like any other. Its secret half exists whole only for the moment it
//! is made and for the moments it is used; between, it lies in shares, each sealed to its holder as an ordinary
//! age file. The set is signed by the enrol threshold, so a share of another set, a damaged one, or one too few
//! are told apart before anything is joined. Only opening keys are ever split: nobody signs for another.
//!
//! ```compile_fail
//! // A signing key is no identity, so there is no way to split one.
//! fn split_a_signing_key(key: &vault_keys::signing::SigningKey, plan: &vault_keys::recovery::Plan<'_>) {
//!     let rng: &mut dyn rand_core::CryptoRng = todo!();
//!     let _ = vault_keys::recovery::split(key, plan, rng);
//! }
//! ```

mod request;
mod run;
mod sealed;
mod set;
#[cfg(test)]
pub(crate) mod tests;

use blahaj::{Share as RawShare, Sharks};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::bytes::Bytes;
use crate::digest::{OrgId, sha256_of};
use crate::json;
use crate::key_id::KeyKind;
use crate::note::{NoteError, Text, parse_text};
use crate::numbers::{PersonNo, UnitNo};
use crate::opening::{Identity, Recipient, Suite, WrapError};
use crate::secret::Secret;
use crate::text_type;
use crate::time::Time;

pub use request::{
    Cover, REQUEST_DAYS_MAX, REQUEST_ITEMS_MAX, REQUEST_MAX, RecoveryReason, RecoveryRequest,
    RecoveryRequestError, RecoveryRequestText, RecoveryRequestType, RequestRefusal,
};
pub use run::{RunRecord, RunRecordType, lock_run_key, unlock_run_key};
pub use sealed::SealedError;
pub use set::{
    RECOVERY_MAX, RecoveryPublic, RecoverySet, RecoverySetError, RecoverySetText, RecoverySetType,
    SHARES_MAX, SetId, ShareCheck, ShareEntry,
};

/// Domain of the digest by which a share is recognised.
const CHECK_LABEL: &[u8] = b"vault/recovery-share/check/1";

text_type! {
    /// The type of a share's text.
    struct ShareType = "vault-recovery-share/1";
}

/// How a recovery key is to be split.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The organisation.
    pub org: OrgId,
    /// The unit whose key it is.
    pub unit: UnitNo,
    /// How many shares it takes: at least two.
    pub threshold: u8,
    /// Who holds a share, with the opening key it is sealed to; each person once.
    pub holders: &'a [(PersonNo, Recipient)],
    /// When it is made.
    pub made: Time,
}

/// What splitting gives: the set to be signed, and one file per holder.
#[derive(Debug)]
pub struct Dealt {
    /// The text of the set, for a proposal that the enrol threshold signs.
    pub set: RecoverySetText,
    /// The sealed shares, in the order of the set.
    pub files: Vec<(PersonNo, Vec<u8>)>,
}

/// One holder's opened share.
pub struct Share {
    set: SetId,
    number: u8,
    share: Secret<32>,
}

/// Why a key cannot be split so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// The set would break its rules: threshold below two or above the holders, one person twice.
    #[error("the shares cannot be dealt so")]
    Set(#[source] NoteError),
    /// A share could not be sealed.
    #[error("a share could not be sealed to {person}")]
    Seal {
        /// For whom.
        person: PersonNo,
    },
}

/// Why a share's file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShareError {
    /// The file is cut off, changed, or no such file.
    #[error("the share is damaged")]
    Damaged(#[from] SealedError),
    /// It is sealed to another key.
    #[error("the share is not sealed to this key")]
    NotForThisKey,
    /// It opened, and holds no share of this organisation.
    #[error("the file holds no share")]
    Content(#[source] NoteError),
    /// It is a share of another set.
    #[error("this is a share of set {found}, not of {wanted}")]
    OtherSet {
        /// The set found.
        found: SetId,
        /// The set wanted.
        wanted: SetId,
    },
    /// It is not the share that the officers signed for.
    #[error("share {number} is not the one that was signed for")]
    NotAsSigned {
        /// Its number.
        number: u8,
    },
}

/// Why shares do not give the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JoinError {
    /// A share of another set.
    #[error("a share of set {found} among those of {wanted}")]
    OtherSet {
        /// The set found.
        found: SetId,
        /// The set wanted.
        wanted: SetId,
    },
    /// Too few distinct shares.
    #[error("it takes {needed} shares, there are {found}")]
    TooFew {
        /// How many it takes.
        needed: u8,
        /// How many distinct ones there are.
        found: u8,
    },
    /// The shares are those signed for and give another key: whoever dealt them dealt wrong ones.
    #[error("the shares give another key than the set's")]
    OtherKey,
}

/// What a share's file holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShareText {
    #[serde(rename = "type")]
    tag: ShareType,
    org: OrgId,
    set: SetId,
    unit: UnitNo,
    threshold: u8,
    number: u8,
    share: Bytes<32>,
}

impl Text for ShareText {
    const TYPE: &'static str = ShareType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }
}

impl Drop for ShareText {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.share.0);
    }
}

/// Splits a unit's recovery key. The caller drops the identity, and with it the only whole copy.
pub fn split(key: &Identity, plan: &Plan<'_>, rng: &mut dyn CryptoRng) -> Result<Dealt, SplitError> {
    let public = key.to_recipient();
    let mut id = [0; 16];
    rng.fill_bytes(&mut id);
    let set = SetId::from_bytes(id);
    let mut text = RecoverySetText {
        tag: RecoverySetType,
        org: plan.org,
        set,
        unit: plan.unit,
        made: plan.made,
        key: RecoveryPublic::of(&public),
        threshold: plan.threshold,
        shares: Vec::new(),
    };
    set::check_plan(plan).map_err(|error| SplitError::Set(error.into()))?;
    let mut rng = rng;
    let dealer = Sharks(plan.threshold).dealer_rng(key.expose_secret(), &mut rng);
    let raw: Vec<RawShare> = dealer.take(plan.holders.len()).collect();
    let mut files = Vec::with_capacity(plan.holders.len());
    for ((person, recipient), raw) in plan.holders.iter().zip(&raw) {
        let raw = Zeroizing::new(Vec::from(raw));
        let (number, share) = raw.split_first().ok_or(SplitError::Seal { person: *person })?;
        let share = Secret::<32>::from_slice(share).ok_or(SplitError::Seal { person: *person })?;
        let share = Share { set, number: *number, share };
        let line = share.line(&text);
        let file = sealed::seal(&line, recipient, rng).map_err(|_| SplitError::Seal { person: *person })?;
        text.shares.push(ShareEntry {
            number: *number,
            person: *person,
            key: recipient.key_id(),
            check: check(set, *number, &share.share),
        });
        files.push((*person, file));
    }
    text.check_form().map_err(|error| SplitError::Set(error.into()))?;
    Ok(Dealt { set: text, files })
}

/// Opens one holder's share of this set.
pub fn open_share(file: &[u8], holder: &Identity, set: &RecoverySet) -> Result<Share, ShareError> {
    let line = sealed::open(file, holder)?.ok_or(ShareError::NotForThisKey)?;
    let text: ShareText = parse_text(&line, set.value().org).map_err(ShareError::Content)?;
    let wanted = set.value().set;
    if text.set != wanted {
        return Err(ShareError::OtherSet { found: text.set, wanted });
    }
    let share = Secret::copied_from(&text.share.0);
    let signed = set.value().shares.iter().find(|entry| entry.number == text.number);
    let as_signed = signed.is_some_and(|entry| entry.check == check(wanted, text.number, &share));
    if as_signed {
        Ok(Share { set: wanted, number: text.number, share })
    } else {
        Err(ShareError::NotAsSigned { number: text.number })
    }
}

/// Seals an opened share to the key of a run, as the request names it. The bare share touches no disk.
pub fn hand_over(
    share: &Share,
    set: &RecoverySet,
    run: &Recipient,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, WrapError> {
    sealed::seal(&share.line(set.value()), run, rng)
}

/// Joins shares to the recovery key. It is wiped when dropped; after use the key is rotated.
pub fn join(set: &RecoverySet, shares: &[Share]) -> Result<Identity, JoinError> {
    let value = set.value();
    if let Some(other) = shares.iter().find(|share| share.set != value.set) {
        return Err(JoinError::OtherSet { found: other.set, wanted: value.set });
    }
    let mut distinct: Vec<&Share> = shares.iter().collect();
    distinct.sort_by_key(|share| share.number);
    distinct.dedup_by_key(|share| share.number);
    let found = u8::try_from(distinct.len()).unwrap_or(u8::MAX);
    let too_few = JoinError::TooFew { needed: value.threshold, found };
    if found < value.threshold {
        return Err(too_few);
    }
    let raw: Vec<RawShare> = distinct.into_iter().filter_map(Share::to_raw).collect();
    let secret = Sharks(value.threshold).recover(&raw).map(Zeroizing::new).map_err(|_| too_few)?;
    let secret = Secret::<32>::from_slice(&secret).ok_or(JoinError::OtherKey)?;
    let suite = match value.key.kind {
        KeyKind::OpeningClassic => Suite::Classic,
        _ => Suite::Hybrid,
    };
    let identity = Identity::from_secret(suite, secret);
    if identity.to_recipient().key_id() == value.key.id { Ok(identity) } else { Err(JoinError::OtherKey) }
}

impl Share {
    /// The share's number in its set.
    pub fn number(&self) -> u8 {
        self.number
    }

    /// The share's file, opened, for the example in the document.
    #[cfg(test)]
    pub(crate) fn text_for_docs(&self, set: &RecoverySet) -> String {
        String::from_utf8_lossy(&self.line(set.value())).into_owned()
    }

    /// The share's text, as it is sealed.
    fn line(&self, set: &RecoverySetText) -> Zeroizing<Vec<u8>> {
        let text = ShareText {
            tag: ShareType,
            org: set.org,
            set: self.set,
            unit: set.unit,
            threshold: set.threshold,
            number: self.number,
            share: Bytes(*self.share.expose()),
        };
        Zeroizing::new(json::to_line(&text))
    }

    fn to_raw(&self) -> Option<RawShare> {
        let mut bytes = Zeroizing::new([0; 33]);
        let (number, share) = bytes.split_first_mut()?;
        *number = self.number;
        share.copy_from_slice(self.share.expose());
        RawShare::try_from(bytes.as_slice()).ok()
    }
}

impl std::fmt::Debug for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Share({} of {}, ..)", self.number, self.set)
    }
}

/// The digest by which a share is recognised. A share has 32 uniformly random bytes, so it tells nothing.
fn check(set: SetId, number: u8, share: &Secret<32>) -> ShareCheck {
    ShareCheck::from_bytes(sha256_of(&[CHECK_LABEL, &[0], set.as_bytes(), &[number], share.expose()]))
}
