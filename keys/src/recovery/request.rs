//! What allows a run: the request that the enrol threshold signed (docs/recovery.md, "Request").
//!
//! A request names one unit, one set, one person with one opening key, and what it covers. It is good for days and
//! for one run, whose own opening key it names: shares are handed over sealed to that key and to nothing else.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use super::{RecoveryPublic, RecoverySet, SetId};
use crate::digest::{NoteHash, OrgId};
use crate::directory::{InForce, Inactive, Root, Task, ThresholdError, WordError, words};
use crate::key_id::KeyId;
use crate::note::{NoteError, Signed, Text, TextError};
use crate::numbers::{PersonNo, UnitNo, text_forms};
use crate::opening::Recipient;
use crate::text_type;
use crate::time::Time;

/// The largest request in bytes.
pub const REQUEST_MAX: usize = 128 * 1024;
/// The most items one request lists.
pub const REQUEST_ITEMS_MAX: usize = 1000;
/// How many days a request is good for at most.
pub const REQUEST_DAYS_MAX: u32 = 14;
/// How far the clock of whoever asked may be ahead of the machine's, in seconds.
const SKEW_S: i64 = 300;

text_type! {
    /// The type of a request.
    pub struct RecoveryRequestType = "vault-recovery-request/1";
}

words! {
    /// What a run may open.
    Cover {
        /// Every item that the person holds.
        Person = "person",
        /// The items listed, whoever held them.
        Items = "items",
    }
}

words! {
    /// Why recovery is asked for.
    RecoveryReason {
        /// The person forgot the passphrase.
        Forgotten = "forgotten",
        /// The person lost key file or token.
        Lost = "lost",
        /// The holder left or died; a successor takes over.
        Departed = "departed",
        /// An authority ordered it.
        Ordered = "ordered",
    }
}

/// The text of a request, `vault-recovery-request/1`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryRequestText {
    /// Always `vault-recovery-request/1`.
    #[serde(rename = "type")]
    pub tag: RecoveryRequestType,
    /// The organisation.
    pub org: OrgId,
    /// What it covers.
    pub cover: Cover,
    /// The unit whose recovery key is to be used.
    pub unit: UnitNo,
    /// The set whose shares are to be joined.
    pub set: SetId,
    /// Who is to read again.
    pub person: PersonNo,
    /// That person's opening key, active in the directory.
    pub key: KeyId,
    /// Hashes of the labels of the items listed, ascending; none where the person is covered.
    pub items: Vec<NoteHash>,
    /// Why.
    pub reason: RecoveryReason,
    /// When it was made.
    pub made: Time,
    /// Until when it may be used: at most 14 days.
    pub not_after: Time,
    /// The run's own opening key, to which shares are handed over.
    pub run: RecoveryPublic,
}

/// A request that the enrol threshold signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecoveryRequest(Signed<RecoveryRequestText>);

/// Why a note is no approved request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoveryRequestError {
    /// No well-formed request.
    #[error("the recovery request is malformed")]
    Note(#[from] NoteError),
    /// Not enough officers in force signed.
    #[error(transparent)]
    Threshold(#[from] ThresholdError),
}

/// Why an approved request allows nothing, here and now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestRefusal {
    /// Its time has passed.
    #[error("the request was good until {not_after}")]
    Expired {
        /// Until when.
        not_after: Time,
    },
    /// It is from the future: this machine's clock is wrong, or that of whoever asked.
    #[error("the request was made at {made}, later than it is here")]
    Future {
        /// When it says it was made.
        made: Time,
    },
    /// It is for the shares of another set.
    #[error("the request is for set {wanted}, this is set {found}")]
    OtherSet {
        /// The set at hand.
        found: SetId,
        /// The set named.
        wanted: SetId,
    },
    /// The set is of another unit's key.
    #[error("the request is for {wanted}, the set is that of {found}")]
    OtherUnit {
        /// The set's unit.
        found: UnitNo,
        /// The unit named.
        wanted: UnitNo,
    },
    /// The person's key is not one to seal to now.
    #[error("the key of {person} that the request names cannot be sealed to")]
    Key {
        /// Whose.
        person: PersonNo,
        /// Why.
        #[source]
        reason: Inactive,
    },
    /// The key belongs to someone else.
    #[error("the key that the request names for {person} is that of {owner}")]
    KeyOfAnother {
        /// For whom the request is.
        person: PersonNo,
        /// Whose key it is.
        owner: PersonNo,
    },
    /// The key opens nothing: it signs, or is a station's.
    #[error("the key that the request names for {person} is no opening key")]
    NotAnOpeningKey {
        /// For whom the request is.
        person: PersonNo,
    },
}

impl RecoveryRequest {
    /// Verifies a request against the root in force.
    pub fn verify(root: &Root, note: &[u8]) -> Result<Self, RecoveryRequestError> {
        let signed = Signed::<RecoveryRequestText>::parse(note, root.org(), REQUEST_MAX)?;
        root.check_threshold(signed.note(), Task::Enrol)?;
        Ok(Self(signed))
    }

    /// What the text says.
    pub fn value(&self) -> &RecoveryRequestText {
        self.0.value()
    }

    /// The signed note.
    pub fn signed(&self) -> &Signed<RecoveryRequestText> {
        &self.0
    }

    /// SHA-256 of the text, by which events name it.
    pub fn hash(&self) -> NoteHash {
        self.0.hash()
    }

    /// Whether it may be used now with this set; then the key to which items are wrapped.
    pub fn allows(
        &self,
        set: &RecoverySet,
        in_force: &InForce,
        now: Time,
    ) -> Result<Recipient, RequestRefusal> {
        let (value, dealt) = (self.value(), set.value());
        if now > value.not_after {
            return Err(RequestRefusal::Expired { not_after: value.not_after });
        }
        if value.made > now.plus_seconds(SKEW_S) {
            return Err(RequestRefusal::Future { made: value.made });
        }
        if dealt.set != value.set {
            return Err(RequestRefusal::OtherSet { found: dealt.set, wanted: value.set });
        }
        if dealt.unit != value.unit {
            return Err(RequestRefusal::OtherUnit { found: dealt.unit, wanted: value.unit });
        }
        let person = value.person;
        let (owner, key) =
            in_force.key_now(&value.key).map_err(|reason| RequestRefusal::Key { person, reason })?;
        if owner.number != person {
            return Err(RequestRefusal::KeyOfAnother { person, owner: owner.number });
        }
        key.recipient().ok_or(RequestRefusal::NotAnOpeningKey { person })
    }

    /// The run's own opening key.
    pub fn run_recipient(&self) -> Recipient {
        let run = &self.value().run;
        Recipient::from_public(run.kind, &run.key.0).expect("checked with the form of the text")
    }
}

impl Text for RecoveryRequestText {
    const TYPE: &'static str = RecoveryRequestType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        self.run.check_form("run")?;
        if self.not_after <= self.made || self.not_after > self.made.plus_days(REQUEST_DAYS_MAX) {
            return Err(TextError::new("not_after", "not within 14 days after it was made"));
        }
        let listed = match self.cover {
            Cover::Person => self.items.is_empty(),
            Cover::Items => (1..=REQUEST_ITEMS_MAX).contains(&self.items.len()),
        };
        if !listed || !self.items.is_sorted_by(|one, next| one < next) {
            return Err(TextError::new(
                "items",
                "not 1 to 1000 ascending, or some where a person is covered",
            ));
        }
        Ok(())
    }
}
