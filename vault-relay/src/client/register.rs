//! Evidence and checkpoints as the client takes them: verified under the log keys of the root it trusts, or refused.
//!
//! Each piece of evidence brings a checkpoint of its own, so a log could show one client another past for one reply.
//! Therefore the client remembers every checkpoint until [`Client::confirm`] has the relay prove that all of them
//! lie on one line.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use vault_core::register::checkpoint::{CheckpointError, CheckpointNote, LogVerifier, SignedCheckpoint};
use vault_core::register::proof::{
    Continuation, EVIDENCE_LEN_MAX, Evidence as Claim, VerifiedLeaf, judge_beginning, judge_continuation,
};
use vault_core::register::tiles::TileId;
use vault_core::register::tree::{Node, TreeRoot};
use vault_keys::digest::OrgId;
use vault_keys::directory::EndedLog;

use super::dial::{Client, Reply};
use super::error::ClientError;
use crate::proto::message::{Done, RegisterReply, RegisterRequest, Verb};

/// Most leaves one reply may announce: a label, its acceptance, 500 copies and what was said about each.
const LEAVES_MAX: u32 = 40_000;

/// What evidence of a relay is checked against, from the root of the organisation.
#[derive(Debug, Clone)]
pub struct LogKeys {
    /// The organisation.
    pub org: OrgId,
    /// Origin and keys of its log.
    pub verifier: LogVerifier,
}

/// One verified piece of evidence with the text to keep.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The leaf, proved to stand in the register.
    pub leaf: VerifiedLeaf,
    /// The tlog-proof text, for a `.tlog-proof` file.
    pub text: Vec<u8>,
}

/// What the relay's register looks like now, next to the checkpoint the client had.
#[derive(Debug, Clone)]
pub enum Standing {
    /// It continues what the client had, or the client had nothing.
    Continues(SignedCheckpoint),
    /// Two signed checkpoints contradict each other: a split view. Both are evidence against the log.
    Split {
        /// What the client had.
        had: Box<SignedCheckpoint>,
        /// What the relay shows now.
        shown: Box<SignedCheckpoint>,
    },
}

/// Checkpoints seen on a connection and not yet proved to lie on one line, by size.
pub(super) type Seen = BTreeMap<u64, SignedCheckpoint>;

/// Most checkpoints remembered before they are confirmed: about 1 MiB.
const SEEN_MAX: usize = 256;

impl Client {
    /// The newest checkpoint, held against the last one the client keeps.
    pub async fn checkpoint(&self, had: Option<&SignedCheckpoint>) -> Result<Standing, ClientError> {
        let standing = self.continued(had).await?;
        match &standing {
            Standing::Continues(now) => self.saw(now)?,
            Standing::Split { .. } => {}
        }
        Ok(standing)
    }

    /// Has the relay prove that all checkpoints seen on this connection, those of evidence included, lie on one
    /// line; answers the newest. `None` when none was seen. Asks nothing when there is only one.
    pub async fn confirm(&self) -> Result<Option<SignedCheckpoint>, ClientError> {
        loop {
            let oldest = {
                let seen = self.seen().lock().unwrap_or_else(PoisonError::into_inner);
                let Some((_, oldest)) = seen.first_key_value() else { return Ok(None) };
                if seen.len() == 1 {
                    return Ok(Some(oldest.clone()));
                }
                oldest.clone()
            };
            match self.continued(Some(&oldest)).await? {
                // What is shown now stands for the old one, and is compared with the rest.
                Standing::Continues(now) => {
                    self.saw(&now)?;
                    let size = oldest.checkpoint().size();
                    if now.checkpoint().size() > size {
                        self.seen().lock().unwrap_or_else(PoisonError::into_inner).remove(&size);
                    } else {
                        // Evidence came from a larger tree than the relay shows now.
                        return Err(not_continued(size, &now));
                    }
                }
                Standing::Split { had, shown } => return Err(ClientError::Split { had, shown }),
            }
        }
    }

    /// Remembers a verified checkpoint. Another root at a size seen before is a split view at once.
    fn saw(&self, shown: &SignedCheckpoint) -> Result<(), ClientError> {
        let mut seen = self.seen().lock().unwrap_or_else(PoisonError::into_inner);
        let had = seen.entry(shown.checkpoint().size()).or_insert_with(|| shown.clone());
        if had.checkpoint().root() == shown.checkpoint().root() {
            return Ok(());
        }
        Err(ClientError::Split { had: Box::new(had.clone()), shown: Box::new(shown.clone()) })
    }

    /// The newest checkpoint of a log that took the place of one that ended: it begins with the leaves that the officers signed
    /// it goes on from, and so with those that the client saw of the ended one, as far as they were left.
    pub async fn begins(
        &self,
        ended: &EndedLog,
        had: Option<&SignedCheckpoint>,
    ) -> Result<SignedCheckpoint, ClientError> {
        let bad = |error: &dyn std::fmt::Display| ClientError::Evidence(error.to_string());
        let had = had.map(SignedCheckpoint::checkpoint);
        let had = had.filter(|had| *had.origin().key_name() == ended.origin && had.size() <= ended.size);
        let had = had.map(|had| (had.size(), had.root()));
        let mut newest = None;
        for (size, root) in had.into_iter().chain([(ended.size, TreeRoot::from_bytes(ended.root.0))]) {
            let (shown, nodes) = self.shown(Some(size)).await?;
            if shown.checkpoint().size() < size {
                return Err(bad(&"the register is smaller than what it is to go on from"));
            }
            match judge_beginning(size, root, &shown, &nodes).map_err(|error| bad(&error))? {
                Continuation::Continues => newest = Some(shown),
                Continuation::Fork => {
                    return Err(bad(&"the register does not begin with what was left of the one before it"));
                }
            }
        }
        let newest = newest.ok_or_else(|| bad(&"nothing was asked"))?;
        self.saw(&newest)?;
        Ok(newest)
    }

    async fn continued(&self, had: Option<&SignedCheckpoint>) -> Result<Standing, ClientError> {
        let (shown, nodes) = self.shown(had.map(|had| had.checkpoint().size())).await?;
        let Some(had) = had else { return Ok(Standing::Continues(shown)) };
        let size = had.checkpoint().size();
        if size > shown.checkpoint().size() {
            return Err(not_continued(size, &shown));
        }
        match judge_continuation(had, &shown, &nodes).map_err(|_| not_continued(size, &shown))? {
            Continuation::Continues => Ok(Standing::Continues(shown)),
            Continuation::Fork => Ok(Standing::Split { had: Box::new(had.clone()), shown: Box::new(shown) }),
        }
    }

    /// The checkpoint that the relay shows, and the nodes between it and the tree of `from` leaves.
    async fn shown(&self, from: Option<u64>) -> Result<(SignedCheckpoint, Vec<Node>), ClientError> {
        let reply = self.register(RegisterRequest { from, tile: None }).await;
        let reply = match reply {
            // Asked for a size above its own: it shows an older tree than before.
            Err(ClientError::Refused { .. }) if from.is_some() => {
                self.register(RegisterRequest { from: None, tile: None }).await?
            }
            other => other?,
        };
        let shown = CheckpointNote::parse(&reply.checkpoint)
            .and_then(|note| note.verified_by(&self.log().verifier))
            .map_err(|error| match error {
                CheckpointError::OtherLog { found, .. } => ClientError::OtherLog(found.as_str().to_owned()),
                error => ClientError::Evidence(error.to_string()),
            })?;
        Ok((shown, reply.consistency.iter().map(|node| **node).collect()))
    }

    /// A tile of hashes, unverified: whoever rebuilds the tree from tiles compares its root with a checkpoint.
    pub async fn tile(&self, tile: TileId) -> Result<Vec<u8>, ClientError> {
        let reply = self.register(RegisterRequest { from: None, tile: Some(tile.to_string()) }).await?;
        Ok(reply.tile.to_vec())
    }

    async fn register(&self, request: RegisterRequest) -> Result<RegisterReply, ClientError> {
        let mut reply = self.call(Verb::Register, &request).await?;
        let register = reply.message().await?;
        reply.end().await?;
        Ok(register)
    }

    /// Reads a reply that consists of evidence, and verifies it.
    pub(super) async fn evidence(&self, reply: &mut Reply) -> Result<Vec<Evidence>, ClientError> {
        let done: Done = reply.message().await?;
        self.leaves(reply, done.leaves).await
    }

    /// Reads and verifies this many pieces of evidence, the last of a reply.
    pub(super) async fn leaves(&self, reply: &mut Reply, count: u32) -> Result<Vec<Evidence>, ClientError> {
        if count > LEAVES_MAX {
            return Err(ClientError::Protocol(format!("{count} leaves in one reply")));
        }
        let mut evidence: Vec<Evidence> = Vec::new();
        for _ in 0..count {
            let text = reply.text("evidence", EVIDENCE_LEN_MAX).await?;
            let last = evidence.last().map(|evidence| &evidence.leaf.checkpoint);
            let leaf = Claim::parse(&text)
                .and_then(|claim| match last {
                    // The signatures of one checkpoint are verified once.
                    Some(last) if last.note() == claim.checkpoint() => {
                        claim.verify_under(last, self.log().org)
                    }
                    _ => claim.verify(&self.log().verifier, self.log().org),
                })
                .map_err(|error| ClientError::Evidence(error.to_string()))?;
            self.saw(&leaf.checkpoint)?;
            if self.seen().lock().unwrap_or_else(PoisonError::into_inner).len() > SEEN_MAX {
                self.confirm().await?;
            }
            evidence.push(Evidence { leaf, text });
        }
        reply.end().await?;
        Ok(evidence)
    }
}

fn not_continued(had: u64, shown: &SignedCheckpoint) -> ClientError {
    ClientError::NotContinued { had, shown: shown.checkpoint().size() }
}
