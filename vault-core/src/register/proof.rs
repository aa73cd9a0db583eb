//! Evidence 凭证: one leaf with everything needed to check it offline, as a C2SP `tlog-proof` text.
//!
//! The leaf's bytes travel in the `extra` line. Whoever has the log's name and keys (from the organisation's
//! root) needs nothing else: neither the relay nor the register.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;
use vault_keys::digest::OrgId;
use vault_keys::merkle::{self, ProofError};

use super::checkpoint::{CHECKPOINT_LEN_MAX, CheckpointError, CheckpointNote, LogVerifier, SignedCheckpoint};
use super::leaf::{Leaf, LeafError, LeafHash};
use super::tiles::LEAF_LEN_MAX;
use super::tree::{Node, ReadTiles, Tree, TreeError, TreeRoot};

/// Most bytes of an evidence text: a whole leaf in base64, 64 nodes, a whole checkpoint.
pub const EVIDENCE_LEN_MAX: usize =
    LEAF_LEN_MAX.div_ceil(3) * 4 + PATH_LEN_MAX * 45 + CHECKPOINT_LEN_MAX + 128;

/// Most nodes of an inclusion proof: one for each level of a tree with a 64-bit size.
pub const PATH_LEN_MAX: usize = 64;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// A leaf, its place, the path to the root, and a checkpoint over that root: a claim until verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    leaf: Vec<u8>,
    index: u64,
    path: Vec<Node>,
    checkpoint: CheckpointNote,
}

/// A leaf proved to stand in a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedLeaf {
    /// The leaf; the signatures of a note it carries are verified by whoever knows the signer's key.
    pub leaf: Leaf,
    /// Its place in the register.
    pub index: u64,
    /// The checkpoint it stands under.
    pub checkpoint: SignedCheckpoint,
}

/// Why evidence proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// Longer than any evidence.
    #[error("{len} bytes are more than any evidence has ({EVIDENCE_LEN_MAX})")]
    TooLong {
        /// Bytes found.
        len: usize,
    },
    /// Not of the form of a tlog-proof with a leaf.
    #[error("not evidence: {0}")]
    Form(&'static str),
    /// The checkpoint is not one of the log.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// What it carries is not a leaf of the organisation.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// The path does not lead from the leaf to the checkpoint's root.
    #[error("the leaf does not stand under this checkpoint")]
    Proof(#[from] ProofError),
}

/// Why evidence cannot be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProveError {
    /// The register cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The tiles do not lead to the checkpoint's root: one of them is damaged.
    #[error("the register's tiles do not make the root of its checkpoint at {size} leaves")]
    Damaged {
        /// Leaves under the checkpoint.
        size: u64,
    },
}

impl Evidence {
    /// Reads the leaf at `index` and its path from the tiles and checks both against the checkpoint.
    ///
    /// # Errors
    /// When there is no such leaf, or the register cannot be read or is damaged.
    pub fn collect<R: ReadTiles>(
        tiles: R,
        index: u64,
        checkpoint: &SignedCheckpoint,
    ) -> Result<Self, ProveError> {
        let (size, root) = (checkpoint.checkpoint().size(), checkpoint.checkpoint().root());
        let tree = Tree::new(tiles, size);
        let leaf = tree.leaf(index)?;
        let path = tree.inclusion(index)?;
        // A relay must not hand out evidence that its own damaged disk has spoilt.
        merkle::verify_inclusion(LeafHash::of(&leaf).as_bytes(), index, size, &path, root.as_bytes())
            .map_err(|_| ProveError::Damaged { size })?;
        Ok(Self { leaf, index, path, checkpoint: checkpoint.note().clone() })
    }

    /// Reads an evidence text.
    ///
    /// # Errors
    /// When it is not of the form of a tlog-proof with a leaf and a checkpoint.
    pub fn parse(text: &[u8]) -> Result<Self, EvidenceError> {
        use EvidenceError::Form;
        if text.len() > EVIDENCE_LEN_MAX {
            return Err(EvidenceError::TooLong { len: text.len() });
        }
        let whole = std::str::from_utf8(text).map_err(|_| Form("not UTF-8"))?;
        let (proof, checkpoint) = whole.split_once("\n\n").ok_or(Form("no checkpoint behind the proof"))?;
        let mut lines = proof.split('\n');
        if lines.next() != Some(FIRST_LINE) {
            return Err(Form("the first line is not c2sp.org/tlog-proof@v1"));
        }
        let leaf = lines.next().and_then(|line| line.strip_prefix("extra ")).ok_or(Form("no leaf"))?;
        let leaf = STANDARD.decode(leaf).map_err(|_| Form("the leaf is not base64"))?;
        let index = lines.next().and_then(|line| line.strip_prefix("index ")).ok_or(Form("no index"))?;
        let index: u64 = index.parse().map_err(|_| Form("the index is not a number"))?;
        let mut path = Vec::new();
        for line in lines {
            if path.len() == PATH_LEN_MAX {
                return Err(Form("more hashes than a path can have"));
            }
            let node = STANDARD.decode(line).ok().and_then(|node| Node::try_from(node).ok());
            path.push(node.ok_or(Form("a line is not the base64 of a hash"))?);
        }
        let checkpoint = CheckpointNote::parse(checkpoint.as_bytes())?;
        let evidence = Self { leaf, index, path, checkpoint };
        if evidence.encode() == text { Ok(evidence) } else { Err(Form("not in canonical form")) }
    }

    /// Puts evidence together from parts received one by one.
    #[must_use]
    pub fn from_parts(leaf: Vec<u8>, index: u64, path: Vec<Node>, checkpoint: CheckpointNote) -> Self {
        Self { leaf, index, path, checkpoint }
    }

    /// The text, for a `.tlog-proof` file.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = writeln!(text, "{FIRST_LINE}\nextra {}\nindex {}", STANDARD.encode(&self.leaf), self.index);
        for node in &self.path {
            let _ = writeln!(text, "{}", STANDARD.encode(node));
        }
        text.push('\n');
        let mut text = text.into_bytes();
        text.extend(self.checkpoint.encode());
        text
    }

    /// The leaf's bytes, unverified.
    #[must_use]
    pub fn leaf(&self) -> &[u8] {
        &self.leaf
    }

    /// The place it claims.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The path it claims, from the leaf's sibling up.
    #[must_use]
    pub fn path(&self) -> &[Node] {
        &self.path
    }

    /// The checkpoint it claims.
    #[must_use]
    pub fn checkpoint(&self) -> &CheckpointNote {
        &self.checkpoint
    }

    /// The leaf, if it stands in this log of this organisation.
    ///
    /// # Errors
    /// When the checkpoint is not the log's, the leaf does not stand under it, or is no leaf of the organisation.
    pub fn verify(&self, log: &LogVerifier, org: OrgId) -> Result<VerifiedLeaf, EvidenceError> {
        self.verify_under(&self.checkpoint.verified_by(log)?, org)
    }

    /// The same under a checkpoint that was verified already: all evidence of one reply has the same one.
    ///
    /// # Errors
    /// As [`Evidence::verify`]; also when it claims another checkpoint.
    pub fn verify_under(
        &self,
        checkpoint: &SignedCheckpoint,
        org: OrgId,
    ) -> Result<VerifiedLeaf, EvidenceError> {
        if self.checkpoint != *checkpoint.note() {
            return Err(EvidenceError::Form("another checkpoint"));
        }
        let signed = checkpoint.checkpoint();
        let hash = LeafHash::of(&self.leaf);
        merkle::verify_inclusion(
            hash.as_bytes(),
            self.index,
            signed.size(),
            &self.path,
            signed.root().as_bytes(),
        )?;
        let leaf = Leaf::parse(&self.leaf, org)?;
        Ok(VerifiedLeaf { leaf, index: self.index, checkpoint: checkpoint.clone() })
    }
}

/// What two checkpoints of one log say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuation {
    /// The newer one continues the older.
    Continues,
    /// They contradict each other: a split view, to be kept as evidence.
    Fork,
}

/// Judges whether `newer` continues `older`, both verified and of one log, given the nodes between them.
///
/// # Errors
/// When the nodes prove nothing either way; ask for the proof again.
pub fn judge_continuation(
    older: &SignedCheckpoint,
    newer: &SignedCheckpoint,
    path: &[Node],
) -> Result<Continuation, ProofError> {
    judge_beginning(older.checkpoint().size(), older.checkpoint().root(), newer, path)
}

/// As [`judge_continuation`], of leaves whose number and root are known without a checkpoint of the same log: those that
/// a log took over from one that ended.
///
/// # Errors
/// As there.
pub fn judge_beginning(
    size: u64,
    root: TreeRoot,
    newer: &SignedCheckpoint,
    path: &[Node],
) -> Result<Continuation, ProofError> {
    let new = newer.checkpoint();
    if size == new.size() {
        // No proof is needed for this one: two roots at one size are a fork by themselves.
        return Ok(if root == new.root() { Continuation::Continues } else { Continuation::Fork });
    }
    let new_root = new.root();
    merkle::verify_consistency(size, root.as_bytes(), new.size(), new_root.as_bytes(), path)
        .map(|()| Continuation::Continues)
}
