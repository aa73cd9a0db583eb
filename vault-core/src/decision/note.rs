//! The decision 审批意见 (`vault-decision/1`): one person's answer at one step, signed (docs/decisions.md, "Decision").

use serde::{Deserialize, Serialize};
use vault_keys::bytes::{ByteString, Bytes};
use vault_keys::digest::{NoteHash, OrgId};
use vault_keys::key_id::KeyId;
use vault_keys::note::{Text, TextError};
use vault_keys::numbers::PersonNo;
use vault_keys::time::Time;

use crate::item::{Decider, DirectoryRef, LabelHash, Word};

vault_keys::text_type! {
    /// The type of a decision.
    pub struct DecisionType = "vault-decision/1";
}

/// Longest decision note, in bytes: a register leaf holds it whole.
pub const DECISION_MAX: usize = 60 * 1024;

/// Longest closed text, in bytes: an age file to about twenty hybrid recipients.
pub(crate) const CLOSED_MAX: usize = 40 * 1024;

/// One person's answer at one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionNote {
    /// `vault-decision/1`.
    #[serde(rename = "type")]
    pub tag: DecisionType,
    /// The organisation.
    pub org: OrgId,
    /// What is decided: these very bytes.
    pub about: About,
    /// The step, by its name in label or request.
    pub step: Word,
    /// Who signs.
    pub person: PersonNo,
    /// The signing key (`ed25519/sign`) whose line the note carries.
    pub key: KeyId,
    /// The station it was signed on.
    pub station: KeyId,
    /// 代签: for whom, where a deputy signs; null where the signer was asked himself.
    #[serde(rename = "for")]
    pub principal: Option<PersonNo>,
    /// The answer.
    pub answer: Answer,
    /// Whether this client had opened the document when the answer was signed.
    pub opened: bool,
    /// To agree or refuse: the agreement of the step before, null at the first. To withdraw: the agreement taken back.
    pub previous: Option<NoteHash>,
    /// The directory under which it was signed: by its roles and deputies it is judged.
    pub directory: DirectoryRef,
    /// When, by the signer's clock.
    pub made: Time,
    /// Until when it counts; null where the signer set no limit.
    pub not_after: Option<Time>,
    /// What the signer adds; null for nothing.
    pub opinion: Option<Opinion>,
}

impl DecisionNote {
    /// Its place among others where no register has them: by the signer's clock, and of one second by the steps' order.
    #[must_use]
    pub fn place_by_clock(&self, steps: &[Decider]) -> (Time, Option<usize>) {
        (self.made, steps.iter().position(|step| step.step == self.step))
    }
}

/// What a decision is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// A label or a request.
    pub kind: AboutKind,
    /// The hash of its text.
    pub hash: NoteHash,
}

impl About {
    /// An item, by its label.
    #[must_use]
    pub fn label(hash: LabelHash) -> Self {
        Self { kind: AboutKind::Label, hash: NoteHash::from_bytes(*hash.as_bytes()) }
    }

    /// A request, by its hash.
    #[must_use]
    pub fn request(hash: NoteHash) -> Self {
        Self { kind: AboutKind::Request, hash }
    }
}

/// What sort of text a decision is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AboutKind {
    /// A label: whether the item is sent.
    Label,
    /// A request: whether the act it names is done.
    Request,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// 同意.
    Agree,
    /// 不同意: it ends here.
    Refuse,
    /// The signer takes his own agreement back, before the last one was given.
    Withdraw,
}

impl Answer {
    /// The stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Refuse => "refuse",
            Self::Withdraw => "withdraw",
        }
    }
}

/// What a signer adds, closed to strangers.
///
/// On an item: sealed under its file key with `salt` (docs/decisions.md, "Opinions"); `hash` is null. On a request:
/// `hash` commits to salt and text, and `sealed` is an age file to requester and deciders; `salt` is null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opinion {
    /// The salt of the opinion's key.
    pub salt: Option<Bytes<16>>,
    /// SHA-256 of a 16-byte salt and the text.
    pub hash: Option<NoteHash>,
    /// The ciphertext.
    pub sealed: ByteString,
}

impl Text for DecisionNote {
    const TYPE: &'static str = DecisionType::NAME;

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        if self.principal == Some(self.person) {
            return Err(TextError::new("for", "nobody is his own deputy; null where the signer was asked"));
        }
        if self.answer == Answer::Withdraw && self.previous.is_none() {
            return Err(TextError::new("previous", "a withdrawal names the agreement it takes back"));
        }
        if self.not_after.is_some_and(|until| until <= self.made) {
            return Err(TextError::new("not_after", "over before it was made"));
        }
        self.opinion.as_ref().map_or(Ok(()), |opinion| opinion.check_form(self.about.kind))
    }
}

impl Opinion {
    fn check_form(&self, kind: AboutKind) -> Result<(), TextError> {
        let fits = match kind {
            AboutKind::Label => {
                let padded = self.sealed.0.len().saturating_sub(TAG);
                self.salt.is_some() && self.hash.is_none() && OPINION_SIZES.contains(&padded)
            }
            AboutKind::Request => {
                let fits = (1..=CLOSED_MAX).contains(&self.sealed.0.len());
                self.salt.is_none() && self.hash.is_some() && fits
            }
        };
        if fits {
            Ok(())
        } else {
            Err(TextError::new("opinion", "salt, hash and length do not fit its kind"))
        }
    }
}

/// A text that a request or a decision on one carries, closed to strangers: what is signed commits to it, so that it can
/// be shown later without anybody having changed it (docs/decisions.md, "Closed texts").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// SHA-256 of a 16-byte salt and the text.
    pub hash: NoteHash,
    /// Salt and text in an age file to requester and deciders.
    pub sealed: ByteString,
}

impl Closed {
    pub(super) fn check_form(&self) -> Result<(), TextError> {
        let fits = (1..=CLOSED_MAX).contains(&self.sealed.0.len());
        if fits { Ok(()) } else { Err(TextError::new("reason", format!("not 1 to {CLOSED_MAX} bytes"))) }
    }
}

/// The sizes an item's opinion is padded to, in bytes before sealing.
pub(crate) const OPINION_SIZES: [usize; 2] = [1024, 4096];

/// The tag of ChaCha20-Poly1305, in bytes.
const TAG: usize = 16;
