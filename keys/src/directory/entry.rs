//! Entries of the directory: one unsigned text per person and per unit (docs/directory.md, "Entries").
//!
//! An entry counts only through the Merkle root of a signed directory. Its 16 random bytes keep a proof of
//! one entry from giving away its neighbours.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::personnel::{self, Personnel};
use super::rules;
use crate::bytes::{ByteString, Bytes};
use crate::digest::OrgId;
use crate::key_id::{KeyId, KeyKind};
use crate::note::{Text, TextError};
use crate::numbers::{PersonNo, UnitNo, text_forms};
use crate::opening;
use crate::text_type;
use crate::time::{Day, Time};

text_type! {
    /// The type of a person's entry.
    pub struct PersonType = "vault-person/1";
    /// The type of a unit's entry.
    pub struct UnitType = "vault-unit/1";
}

/// A person's entry: `vault-person/1`, or `vault-person/2` where it has [`Personnel`] facts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PersonEntry {
    /// The type; which version is written follows from [`Self::personnel`].
    pub tag: PersonType,
    /// The organisation.
    pub org: OrgId,
    /// The person's permanent number.
    pub number: PersonNo,
    /// 16 random bytes, new with every version of the entry.
    pub salt: Bytes<16>,
    /// The name as written.
    pub name: String,
    /// The name's sound: lower-case syllables a-z parted by single spaces, ü as v; empty if there is none.
    pub pinyin: String,
    /// Whether the person may act.
    pub state: PersonState,
    /// Posts, the main one first.
    pub posts: Vec<Post>,
    /// Roles with their dates.
    pub roles: Vec<RoleGrant>,
    /// The highest level the person may read.
    pub clearance: Clearance,
    /// Whose employee the person is.
    pub affiliation: Affiliation,
    /// All keys the person ever had, ascending by id.
    pub keys: Vec<Key>,
    /// Who may act in this person's place.
    pub deputies: Vec<Deputy>,
    /// The day until which the vetting is valid.
    pub vetting: Option<Day>,
    /// The day until which the training is valid.
    pub training: Option<Day>,
    /// The day until which the secrecy letter is valid.
    pub letter: Option<Day>,
    /// What version 2 of the entry adds; `None` in version 1.
    pub personnel: Option<Box<Personnel>>,
}

/// A unit's entry, `vault-unit/1`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitEntry {
    /// Always `vault-unit/1`.
    #[serde(rename = "type")]
    pub tag: UnitType,
    /// The organisation.
    pub org: OrgId,
    /// The unit's permanent number.
    pub number: UnitNo,
    /// 16 random bytes, new with every version of the entry.
    pub salt: Bytes<16>,
    /// The name as written.
    pub name: String,
    /// The unit above, if any.
    pub parent: Option<UnitNo>,
    /// The highest level the unit may hold.
    pub max_level: LevelWord,
    /// Who receives for the unit, ascending.
    pub clerks: Vec<PersonNo>,
    /// The key that recovers the unit's items, if it has one.
    pub recovery: Option<RecoveryKey>,
}

/// A post: a title in a unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// The unit.
    pub unit: UnitNo,
    /// The title as written.
    pub title: String,
}

/// A role held from one day to another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleGrant {
    /// The role.
    pub role: Role,
    /// The unit for which it is held; null for the whole organisation.
    pub unit: Option<UnitNo>,
    /// The first day.
    pub from: Day,
    /// The last day; null for none set.
    pub to: Option<Day>,
}

impl RoleGrant {
    /// Whether the role is held on `day`.
    pub fn holds_on(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// Who acts in another's place in one role, from one day to another, both included.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deputy {
    /// The role in which the deputy acts.
    pub role: Role,
    /// The deputy.
    pub person: PersonNo,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

/// A person's key with its history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// SHA-256(kind || 0x00 || raw public key).
    pub id: KeyId,
    /// What the key is for.
    pub kind: KeyKind,
    /// The raw public key.
    pub key: ByteString,
    /// When it came into use.
    pub from: Time,
    /// When it was retired or stopped; null while it is active.
    pub to: Option<Time>,
    /// Active, retired or stopped.
    pub state: KeyState,
}

impl Key {
    /// An active key; its id is computed.
    pub fn active(kind: KeyKind, public: &[u8], from: Time) -> Self {
        let id = KeyId::of(kind, public);
        Self { id, kind, key: ByteString(public.to_vec()), from, to: None, state: KeyState::Active }
    }

    /// Whether new items may be sealed to the key, or new statements signed by it.
    pub fn is_active(&self) -> bool {
        self.state == KeyState::Active
    }

    /// The key as a recipient of items, if it is an opening key.
    pub fn recipient(&self) -> Option<opening::Recipient> {
        opening::Recipient::from_public(self.kind, &self.key.0).ok()
    }

    /// The key as a verifying key, if it is an Ed25519 key.
    pub fn verifying(&self) -> Option<crate::signing::VerifyingKey> {
        if !self.kind.is_ed25519() {
            return None;
        }
        crate::signing::VerifyingKey::from_slice(&self.key.0).ok()
    }
}

/// A unit's recovery key.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecoveryKey {
    /// SHA-256(kind || 0x00 || raw public key).
    pub id: KeyId,
    /// One of the two opening kinds.
    pub kind: KeyKind,
    /// The raw public key.
    pub key: ByteString,
}

impl RecoveryKey {
    /// The key as a recipient of items.
    pub fn recipient(&self) -> Option<opening::Recipient> {
        opening::Recipient::from_public(self.kind, &self.key.0).ok()
    }
}

/// A text that is none of a closed list of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of: {allowed}")]
pub struct WordError {
    /// The words of the list.
    pub allowed: &'static str,
}

/// Declares a closed list of words, in ascending order where order matters.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every word of the list, in its order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it stands in texts.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = WordError;

            fn from_str(text: &str) -> Result<Self, WordError> {
                let allowed = concat!($($word, " "),+).trim_ascii_end();
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or(WordError { allowed })
            }
        }

        text_forms!($name);
    };
}
pub(crate) use words;

words! {
    /// Whether a person may act.
    PersonState {
        /// May act.
        Active = "active",
        /// May not act for now.
        Suspended = "suspended",
        /// Has left for good; the number stays taken.
        Closed = "closed",
    }
}

words! {
    /// Whether a key may be used.
    KeyState {
        /// In use.
        Active = "active",
        /// Replaced: opens and verifies what is old, takes nothing new.
        Retired = "retired",
        /// Revoked.
        Stopped = "stopped",
    }
}

words! {
    /// What a person may do beyond reading.
    Role {
        /// 承办人: proposes, never decides.
        Handler = "handler",
        /// 审核人: decides the first step.
        Reviewer = "reviewer",
        /// 批准人: decides the last step.
        Approver = "approver",
        /// 机要员: receives for a unit.
        Clerk = "clerk",
        /// 定密责任人: declares levels.
        ClassificationOfficer = "classification-officer",
        /// 密钥管理员: enrols and rotates.
        KeyOfficer = "key-officer",
        /// 保管人: keeps the archive.
        Custodian = "custodian",
        /// 监督人.
        Supervisor = "supervisor",
        /// 检查人: reads the register.
        Inspector = "inspector",
    }
}

impl Role {
    /// Where someone of this unit holds the role: key officers serve the whole organisation, everyone else his unit.
    #[must_use]
    pub fn scope(self, unit: UnitNo) -> Option<UnitNo> {
        (self != Self::KeyOfficer).then_some(unit)
    }
}

words! {
    /// Whose employee a person is.
    Affiliation {
        /// The organisation's own.
        Own = "own",
        /// Another organisation's.
        Outside = "outside",
        /// From abroad.
        Foreign = "foreign",
    }
}

words! {
    /// A level a unit can be cleared for. Top secret is not among them.
    LevelWord {
        /// 无密级.
        Unclassified = "unclassified",
        /// 工作秘密.
        Internal = "internal",
        /// 秘密.
        Confidential = "confidential",
        /// 机密.
        Secret = "secret",
    }
}

words! {
    /// The highest level a person may read; `none` for nothing classified. Top secret is not among them.
    Clearance {
        /// No clearance.
        None = "none",
        /// 无密级.
        Unclassified = "unclassified",
        /// 工作秘密.
        Internal = "internal",
        /// 秘密.
        Confidential = "confidential",
        /// 机密.
        Secret = "secret",
    }
}

impl Clearance {
    /// The level, unless there is none.
    pub const fn level(self) -> Option<LevelWord> {
        match self {
            Self::None => None,
            Self::Unclassified => Some(LevelWord::Unclassified),
            Self::Internal => Some(LevelWord::Internal),
            Self::Confidential => Some(LevelWord::Confidential),
            Self::Secret => Some(LevelWord::Secret),
        }
    }
}

impl PersonEntry {
    /// The keys of one kind that are active.
    pub fn active_keys(&self, kind: KeyKind) -> impl Iterator<Item = &Key> {
        self.keys.iter().filter(move |key| key.kind == kind && key.is_active())
    }

    /// The active opening key of one kind; an entry has at most one.
    pub fn opening_key(&self, kind: KeyKind) -> Option<&Key> {
        self.active_keys(kind).find(|key| key.kind.is_opening())
    }

    /// The active signing key; an entry has at most one.
    pub fn signing_key(&self) -> Option<&Key> {
        self.active_keys(KeyKind::Sign).next()
    }

    /// The key with this id, whatever its state.
    pub fn key(&self, id: &KeyId) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == *id)
    }

    /// Whether the person holds `role` on `day`, for `unit` or for the whole organisation.
    pub fn holds_role(&self, role: Role, unit: Option<UnitNo>, day: Day) -> bool {
        let covers = |grant: &RoleGrant| grant.unit.is_none() || grant.unit == unit;
        self.roles.iter().any(|grant| grant.role == role && covers(grant) && grant.holds_on(day))
    }

    /// Whether the person has a post in `unit`.
    pub fn has_post_in(&self, unit: UnitNo) -> bool {
        self.posts.iter().any(|post| post.unit == unit)
    }

    /// Whether the person may act.
    pub fn is_active(&self) -> bool {
        self.state == PersonState::Active
    }
}

impl Text for PersonEntry {
    const TYPE: &'static str = personnel::PERSON_2;
    const EARLIER: &'static [&'static str] = &[PersonType::NAME];

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        rules::check_person(self)
    }
}

impl Text for UnitEntry {
    const TYPE: &'static str = UnitType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        rules::check_unit(self)
    }
}
