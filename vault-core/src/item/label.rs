//! The label 密级标签 (`vault-label/1`): the clear-text statement about an item, signed by its sender.
//!
//! docs/item.md "Label". Relay and auditor judge by it without a key; it names neither title nor file.
//! Field order here is the order in the text. This file knows the form; whether mark and term fit the level,
//! who may send and who may read is judged by [`crate::admission`].

use serde::{Deserialize, Serialize};
use vault_keys::digest::{DirectoryHash, NoteHash, OrgId, PolicyHash};
use vault_keys::json;
use vault_keys::key_id::KeyId;
use vault_keys::note::{Text, TextError};
use vault_keys::numbers::{Holder, PersonNo, UnitNo};
use vault_keys::opening::Suite;
use vault_keys::time::{Day, Time};

use super::hashes::{Commitment, ContentHash, LabelHash, ManifestHash};
use super::id::ItemId;
use super::word::Word;
use crate::level::{Level, TopSecret};
use crate::limits::{LIST_MAX, RECIPIENTS_MAX, SCOPE_MAX, TEXT_MAX};
use crate::scope::Ascending;
use crate::term::Term;

vault_keys::text_type! {
    /// The type of a label.
    pub struct LabelType = "vault-label/1";
}

/// What an item is, who may know it, and which bytes it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// `vault-label/1`.
    #[serde(rename = "type")]
    pub tag: LabelType,
    /// The organisation.
    pub org: OrgId,
    /// The item's id.
    pub item: ItemId,
    /// 发文字号, as printed.
    pub doc_no: Option<String>,
    /// The family of every recipient stanza.
    pub suite: Suite,
    /// The level.
    pub level: Level,
    /// The mark as printed on the first page; empty for unclassified.
    pub mark: String,
    /// How long it stays secret.
    pub term: Term,
    /// From when the term counts.
    pub starts: Starts,
    /// The last day of the term, where the start is known.
    pub ends: Option<Day>,
    /// The clauses the level rests on.
    pub basis: Vec<String>,
    /// What sort of paper it is (`document`, `meeting`, `minutes` …).
    pub class: Option<Word>,
    /// What it is about (`political`, `economic`, `personal` …).
    pub kind: Word,
    /// What carries it (`electronic`, `paper` …).
    pub carrier: Word,
    /// When the sender made it, by the sender's clock.
    pub made: Time,
    /// Where its content comes from.
    pub origin: Origin,
    /// Whether holders may copy it.
    pub copying: Copying,
    /// Special handling.
    pub flags: Ascending<Flag>,
    /// 紧急程度.
    pub urgency: Urgency,
    /// Until when it is to be read.
    pub read_by: Option<Time>,
    /// Before when it is not served, by the relay's clock.
    pub not_before: Option<Time>,
    /// Until when the relay keeps it, by the relay's clock.
    pub keep_until: Option<Time>,
    /// Until when it must be decided on.
    pub decide_by: Option<Time>,
    /// To whom its content may be passed down by word.
    pub pass_down: Ascending<Holder>,
    /// Earlier drafts, sealed as items.
    pub drafts: Ascending<ItemId>,
    /// The policy in force for the sender.
    pub policy: PolicyHash,
    /// The directory the sender used.
    pub directory: DirectoryRef,
    /// The unit in whose name it is sent.
    pub unit: UnitNo,
    /// Who sealed and signed it.
    pub sender: Sender,
    /// 承办人: who proposes the level.
    pub handler: PersonNo,
    /// The station it was sealed on.
    pub station: KeyId,
    /// 知悉范围: who may know it.
    pub scope: Ascending<Holder>,
    /// The numbered copies; copy 0 is the sender's.
    pub copies: Vec<NumberedCopy>,
    /// Who is asked to decide, step by step.
    pub deciders: Vec<Decider>,
    /// How sending it is approved.
    pub approval: Approval,
    /// The units whose recovery keys hold a wrap.
    pub recovery: Ascending<UnitNo>,
    /// The hash of the manifest stanza.
    pub manifest: ManifestHash,
    /// The bytes after the header.
    pub content: Content,
}

impl Label {
    /// Looks for a level that is top secret, unknown, empty or missing, before the text is read as a label.
    ///
    /// So a declared 绝密 is named as what it is, however else the text may be malformed. Bytes that are no JSON
    /// object, and texts of another type, are left to the reader that comes next.
    ///
    /// # Errors
    /// [`TopSecret`] with its reason.
    pub fn refuse_top_secret(text: &[u8]) -> Result<(), TopSecret> {
        #[derive(Deserialize)]
        struct Peek {
            #[serde(rename = "type")]
            tag: LabelType,
            #[serde(default)]
            level: Option<serde_json::Value>,
        }
        let Ok(Peek { tag: LabelType, level }) = serde_json::from_slice(text) else { return Ok(()) };
        match level {
            None | Some(serde_json::Value::Null) => Err(TopSecret::MISSING),
            Some(serde_json::Value::String(word)) => Level::from_word(&word).map(|_| ()),
            Some(_) => Err(TopSecret::UNKNOWN),
        }
    }
}

impl Text for Label {
    const TYPE: &'static str = LabelType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        text("mark", &self.mark)?;
        self.doc_no.as_deref().map_or(Ok(()), |doc_no| text("doc_no", doc_no))?;
        at_most("basis", self.basis.len(), LIST_MAX)?;
        for (clause, others) in self.basis.iter().zip(1..) {
            text("basis", clause)?;
            if self.basis.iter().skip(others).any(|other| other == clause) {
                return Err(TextError::new("basis", "a clause stands there twice"));
            }
        }
        self.origin.check_form()?;
        if self.starts.by == StartsBy::Released && self.starts.date.is_some() {
            return Err(TextError::new("starts", "the day of release is not known beforehand"));
        }
        at_most("drafts", self.drafts.len(), LIST_MAX)?;
        at_most("scope", self.scope.len(), SCOPE_MAX)?;
        at_most("pass_down", self.pass_down.len(), SCOPE_MAX)?;
        at_most("copies", self.copies.len(), RECIPIENTS_MAX)?;
        at_most("recovery", self.recovery.len(), LIST_MAX)?;
        at_most("deciders", self.deciders.len(), LIST_MAX)?;
        for (decider, others) in self.deciders.iter().zip(1..) {
            at_most("deciders", decider.asked.len(), RECIPIENTS_MAX)?;
            if decider.asked.is_empty() {
                return Err(TextError::new("deciders", "a step asks nobody"));
            }
            if self.deciders.iter().skip(others).any(|other| other.step == decider.step) {
                return Err(TextError::new("deciders", "a step stands there twice"));
            }
        }
        self.approval.check_form(!self.deciders.is_empty())
    }
}

/// A field of free text: not empty unless it is the mark, and within its limit.
fn text(field: &'static str, value: &str) -> Result<(), TextError> {
    if value.len() > TEXT_MAX {
        return Err(TextError::new(field, format!("longer than {TEXT_MAX} bytes")));
    }
    if value.is_empty() && field != "mark" {
        return Err(TextError::new(field, "empty; absent is null"));
    }
    json::check_str(value).map_err(|error| TextError::new(field, error.to_string()))
}

fn at_most(field: &'static str, length: usize, max: usize) -> Result<(), TextError> {
    if length > max { Err(TextError::new(field, format!("more than {max} entries"))) } else { Ok(()) }
}

/// From when a term counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Starts {
    /// Which act starts it.
    pub by: StartsBy,
    /// The day of that act; null where it is not known yet, and always by release.
    pub date: Option<Day>,
}

/// Which act starts a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StartsBy {
    /// The release of the item, by the register's day.
    Released,
    /// The date of issue 成文日期 printed on it.
    Issued,
    /// The notice of level and term.
    Notified,
}

/// Where the content comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Made here, derived or resealed.
    pub kind: OriginKind,
    /// The items it comes from.
    pub parents: Vec<Parent>,
    /// Why: `same`, `points`, `summary`, `demanded` for derived; `compromise` and others for resealed.
    pub reason: Option<Word>,
}

impl Origin {
    fn check_form(&self) -> Result<(), TextError> {
        at_most("origin", self.parents.len(), LIST_MAX)?;
        let fits = match self.kind {
            OriginKind::Original => self.parents.is_empty() && self.reason.is_none(),
            OriginKind::Derived => !self.parents.is_empty() && self.reason.is_some(),
            OriginKind::Resealed => self.parents.len() == 1 && self.reason.is_some(),
        };
        if fits { Ok(()) } else { Err(TextError::new("origin", "parents and reason do not fit its kind")) }
    }
}

/// How the content came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OriginKind {
    /// 原始: made by the sender's unit.
    Original,
    /// 派生: made from other items.
    Derived,
    /// The same content under a new file key.
    Resealed,
}

/// An item another one comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parent {
    /// Its id.
    pub item: ItemId,
    /// Its label.
    pub label: LabelHash,
}

/// Whether holders may copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Copying {
    /// No: the default.
    None,
    /// With leave of the sender's unit.
    Ask,
    /// Yes.
    Allowed,
}

/// Special handling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// Speech not to be transcribed, handed round or derived from.
    NoMinutes,
}

/// 紧急程度.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// 平.
    Normal,
    /// 加急.
    Urgent,
    /// 特急.
    ExtraUrgent,
}

/// One version of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryRef {
    /// Its number.
    pub version: u32,
    /// Its hash.
    pub hash: DirectoryHash,
}

/// Who sealed an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The person.
    pub person: PersonNo,
    /// The signing key (`ed25519/sign`) whose line the label carries.
    pub key: KeyId,
}

/// One numbered copy 份号.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberedCopy {
    /// Its number: 0, 1, 2 … without gaps.
    pub no: u32,
    /// Who holds it.
    pub holder: Holder,
}

/// One step of the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decider {
    /// The step (`review`, `approval`).
    pub step: Word,
    /// The role that takes it (`reviewer`, `approver`).
    pub role: Word,
    /// The persons asked.
    pub asked: Ascending<PersonNo>,
}

/// How sending is approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// By decisions, a standing approval, or not at all.
    pub kind: ApprovalKind,
    /// The request of the standing approval; null otherwise.
    pub request: Option<NoteHash>,
}

impl Approval {
    fn check_form(self, has_deciders: bool) -> Result<(), TextError> {
        let fits = match self.kind {
            ApprovalKind::Decisions => has_deciders && self.request.is_none(),
            ApprovalKind::Standing => !has_deciders && self.request.is_some(),
            ApprovalKind::None => !has_deciders && self.request.is_none(),
        };
        if fits {
            Ok(())
        } else {
            Err(TextError::new("approval", "request and deciders do not fit its kind"))
        }
    }
}

/// What approves sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApprovalKind {
    /// The decisions of the deciders named.
    Decisions,
    /// A standing approval granted before.
    Standing,
    /// The policy demands none.
    None,
}

/// The bytes after the header: payload nonce and chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Their number.
    pub length: u64,
    /// Their BLAKE3 hash.
    pub blake3: ContentHash,
    /// The commitment to the file key: HKDF(file key, item id, "vault/commit/1").
    pub commit: Commitment,
}
