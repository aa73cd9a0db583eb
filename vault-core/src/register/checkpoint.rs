//! Checkpoints: how many leaves a register has and what they hash to, signed by its log key.
//!
//! A C2SP `tlog-checkpoint` of exactly three lines, with two signature lines under the origin's name, both
//! needed: Ed25519 (type 0x01) over the text, and ML-DSA-44 (type 0x06) as `tlog-cosignature` defines it, which
//! also dates it. Lines of others (witnesses, later) are kept and ignored here.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;
use vault_keys::note::{KeyName, LineKind, Note, NoteError, NoteLine, Verifier, VerifierKeys, key_hash};
use vault_keys::signing::{ML_DSA_44_SIGNATURE_LEN, OfficeKey, OfficePublic};
use vault_keys::time::Time;

use super::tree::TreeRoot;

/// Most bytes of a checkpoint with all its signature lines.
pub const CHECKPOINT_LEN_MAX: usize = 128 * 1024;

/// Longest origin, in bytes: the cosigned message gives its length in one byte.
pub const ORIGIN_LEN_MAX: usize = 255;

/// Type byte of an ML-DSA-44 cosignature.
const COSIGNATURE_TYPE: &[u8] = b"\x06";
/// First bytes of a cosigned message, its zero byte included.
const COSIGNATURE_LABEL: &[u8; 12] = b"subtree/v1\n\0";

/// The name of a log, for ever: the first line of its checkpoints and the name on its signature lines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(KeyName);

impl Origin {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The name its signature lines carry.
    #[must_use]
    pub fn key_name(&self) -> &KeyName {
        &self.0
    }
}

/// A text that cannot name a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an origin is 1 to {ORIGIN_LEN_MAX} bytes without space, plus or control character")]
pub struct OriginError;

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        if text.len() > ORIGIN_LEN_MAX {
            return Err(OriginError);
        }
        text.parse().map(Self).map_err(|_| OriginError)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a checkpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: Origin,
    size: u64,
    root: TreeRoot,
}

impl Checkpoint {
    /// The statement that the log of this origin has `size` leaves that hash to `root`.
    #[must_use]
    pub fn new(origin: Origin, size: u64, root: TreeRoot) -> Self {
        Self { origin, size, root }
    }

    /// The log.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Leaves in its tree.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The Merkle tree hash over them.
    #[must_use]
    pub fn root(&self) -> TreeRoot {
        self.root
    }

    /// The three lines that are signed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.as_bytes()))
    }

    fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root), Some(""), None) =
            (lines.next(), lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Text);
        };
        let root: Vec<u8> = STANDARD.decode(root).map_err(|_| CheckpointError::Text)?;
        let checkpoint = Self {
            origin: origin.parse().map_err(|_| CheckpointError::Text)?,
            size: size.parse().map_err(|_| CheckpointError::Text)?,
            root: TreeRoot::from_bytes(root.try_into().map_err(|_| CheckpointError::Text)?),
        };
        // Leading zeros and signs of the size end here.
        if checkpoint.text() == text { Ok(checkpoint) } else { Err(CheckpointError::Text) }
    }

    /// The message of an ML-DSA-44 cosignature over the whole tree.
    fn cosigned_message(&self, cosigner: &KeyName, seconds: u64) -> Vec<u8> {
        let mut message = COSIGNATURE_LABEL.to_vec();
        push_short(&mut message, cosigner.as_str());
        message.extend_from_slice(&seconds.to_be_bytes());
        push_short(&mut message, self.origin.as_str());
        // start: 0, the whole tree.
        message.extend_from_slice(&0_u64.to_be_bytes());
        message.extend_from_slice(&self.size.to_be_bytes());
        message.extend_from_slice(self.root.as_bytes());
        message
    }
}

/// `opaque text<1..2^8-1>`: its length in one byte, then its bytes. Both uses are origins, which fit.
fn push_short(message: &mut Vec<u8>, text: &str) {
    message.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    message.extend_from_slice(text.as_bytes());
}

/// Why bytes are not a checkpoint of the log.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Not a signed note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text is not origin, size and root on three lines.
    #[error("not the three lines of a checkpoint: origin, size, root")]
    Text,
    /// A checkpoint of another log.
    #[error("a checkpoint of the log {found}, not of {wanted}")]
    OtherLog {
        /// The log it names.
        found: Origin,
        /// The log expected.
        wanted: Origin,
    },
    /// The log signed with one of its two keys only, or with none.
    #[error("the log's {missing} line is missing; both of its lines are needed")]
    LineMissing {
        /// The line that is missing.
        missing: LineKind,
    },
    /// A line by one of the log's keys does not verify.
    #[error("the log's {kind} line is wrong")]
    LineWrong {
        /// The wrong line.
        kind: LineKind,
    },
}

/// A checkpoint as it was read: nobody's word yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointNote {
    claim: Checkpoint,
    note: Note,
}

impl CheckpointNote {
    /// Reads a checkpoint.
    ///
    /// # Errors
    /// When the bytes are not a signed note over the three lines of a checkpoint.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let note = Note::parse(bytes, CHECKPOINT_LEN_MAX)?;
        Ok(Self { claim: Checkpoint::parse(note.text())?, note })
    }

    /// What it claims, unverified.
    #[must_use]
    pub fn claim(&self) -> &Checkpoint {
        &self.claim
    }

    /// The note, with lines known and unknown.
    #[must_use]
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// The bytes it was read from.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.note.encode()
    }

    /// The checkpoint, if the log signed it with both its keys.
    ///
    /// # Errors
    /// When it is of another log, or one of the log's lines is missing or wrong.
    pub fn verified_by(&self, log: &LogVerifier) -> Result<SignedCheckpoint, CheckpointError> {
        if self.claim.origin != log.origin {
            return Err(CheckpointError::OtherLog {
                found: self.claim.origin.clone(),
                wanted: log.origin.clone(),
            });
        }
        let ed25519 =
            Verifier { name: log.origin.0.clone(), keys: VerifierKeys::Person(*log.keys.ed25519()) };
        self.note.verified_by(&ed25519).map_err(|error| match error {
            vault_keys::note::SignatureError::Wrong { kind, .. } => CheckpointError::LineWrong { kind },
            _ => CheckpointError::LineMissing { missing: LineKind::Ed25519 },
        })?;
        let hash = key_hash(&log.origin.0, COSIGNATURE_TYPE, log.keys.ml_dsa());
        let mut time = None;
        for line in
            self.note.lines().iter().filter(|line| line.name() == &log.origin.0 && line.key_hash() == hash)
        {
            let signed = self.verify_cosignature(log, line.signature());
            time = time.max(Some(signed.ok_or(CheckpointError::LineWrong { kind: LineKind::MlDsa44 })?));
        }
        let time = time.ok_or(CheckpointError::LineMissing { missing: LineKind::MlDsa44 })?;
        Ok(SignedCheckpoint { note: self.clone(), time })
    }

    /// The time of a cosignature by the log's ML-DSA-44 key, if it verifies.
    fn verify_cosignature(&self, log: &LogVerifier, signature: &[u8]) -> Option<Time> {
        let (seconds, signature) = signature.split_first_chunk::<8>()?;
        let seconds = u64::from_be_bytes(*seconds);
        let time = Time::from_unix(i64::try_from(seconds).ok()?).ok()?;
        let message = self.claim.cosigned_message(&log.origin.0, seconds);
        log.keys.verify_bytes_ml_dsa(&message, signature)?;
        Some(time)
    }
}

/// A checkpoint that the log signed with both its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    note: CheckpointNote,
    time: Time,
}

impl SignedCheckpoint {
    /// What the log signed.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.note.claim
    }

    /// When, by the log's clock.
    #[must_use]
    pub fn time(&self) -> Time {
        self.time
    }

    /// The note to hand on.
    #[must_use]
    pub fn note(&self) -> &CheckpointNote {
        &self.note
    }

    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.note.encode()
    }
}

/// A log's name and its two signing keys.
#[derive(Debug)]
pub struct LogKey {
    origin: Origin,
    key: OfficeKey,
}

impl LogKey {
    /// The keys of the log of this origin.
    #[must_use]
    pub fn new(origin: Origin, key: OfficeKey) -> Self {
        Self { origin, key }
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What its checkpoints are verified with.
    #[must_use]
    pub fn verifier(&self) -> LogVerifier {
        LogVerifier { origin: self.origin.clone(), keys: self.key.public() }
    }

    /// Signs a checkpoint with both keys. Only the sequencer calls this outside tests: it alone knows that
    /// the checkpoint continues all earlier ones. `now` before 1970 counts as 1970.
    pub(super) fn sign(
        &self,
        checkpoint: &Checkpoint,
        now: Time,
    ) -> Result<SignedCheckpoint, CheckpointError> {
        let name = &self.origin.0;
        let seconds = u64::try_from(now.unix()).unwrap_or(0);
        let mut note = Note::sign(checkpoint.text(), name, self.key.ed25519())?;
        let mut signature = Vec::with_capacity(8 + ML_DSA_44_SIGNATURE_LEN);
        signature.extend_from_slice(&seconds.to_be_bytes());
        signature.extend(self.key.sign_bytes_ml_dsa(&checkpoint.cosigned_message(name, seconds)));
        let hash = key_hash(name, COSIGNATURE_TYPE, self.key.public().ml_dsa());
        note.add_lines([NoteLine::with_key_hash(name.clone(), hash, signature)])?;
        let time = Time::from_unix(i64::try_from(seconds).unwrap_or(0)).unwrap_or(now);
        Ok(SignedCheckpoint { note: CheckpointNote { claim: checkpoint.clone(), note }, time })
    }
}

/// A log's name and its two public keys, as the organisation's root names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogVerifier {
    origin: Origin,
    keys: OfficePublic,
}

impl LogVerifier {
    /// The verifier of the log of this origin.
    #[must_use]
    pub fn new(origin: Origin, keys: OfficePublic) -> Self {
        Self { origin, keys }
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Its public keys.
    #[must_use]
    pub fn keys(&self) -> &OfficePublic {
        &self.keys
    }
}
