//! Evidence kept beside an item: register leaves with their proofs, and the notes signed here.
//!
//! Everything was verified before it was kept. The file says nothing that the register's parties do not
//! know: no title, no file name.

use std::path::Path;

use serde::{Deserialize, Serialize};
use vault_core::register::event::Event;
use vault_core::register::leaf::Leaf;
use vault_core::register::proof;
use vault_keys::digest::OrgId;
use vault_keys::note::Signed;
use vault_keys::time::Time;
use vault_relay::client::Evidence;

use crate::error::{Failure, Outcome};
use crate::home::{Existing, read_limited, write_whole};
use crate::{msg, statement};

/// Far above what the leaves of one item take.
pub const BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The evidence of one item.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// `vault-evidence/1`.
    pub format: String,
    /// Leaves with their proofs, in the order of the register.
    pub leaves: Vec<LeafAndProof>,
    /// The demand signed here.
    pub demand: Option<String>,
    /// The receipt signed here.
    pub receipt: Option<String>,
    /// Statements signed here that the relay has not entered yet.
    pub pending: Vec<String>,
    /// Statements signed here that the relay refused for good; they are not handed in again.
    #[serde(default)]
    pub refused: Vec<String>,
    /// The number of the consignment for its holder.
    pub number: Option<u64>,
    /// Of an item sent from here: the state that its sender was last told; `ended` once every copy has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<String>,
    /// When it was accepted or received here.
    pub time: Option<Time>,
    /// When it was first opened here.
    pub opened: Option<Time>,
}

/// One leaf of the register with its proof, as it came.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LeafAndProof {
    /// The leaf's index in the register.
    pub index: u64,
    /// C2SP tlog-proof text, which carries the leaf.
    pub proof: String,
}

impl From<&Evidence> for LeafAndProof {
    fn from(evidence: &Evidence) -> Self {
        Self { index: evidence.leaf.index, proof: String::from_utf8_lossy(&evidence.text).into_owned() }
    }
}

impl LeafAndProof {
    /// The origin of the log by whose checkpoint it is proved; empty where the text is no proof.
    #[must_use]
    pub fn log(&self) -> &str {
        let checkpoint = self.proof.split_once("\n\n").map_or("", |(_, checkpoint)| checkpoint);
        checkpoint.lines().next().unwrap_or_default()
    }

    /// The leaf, which was verified before it was kept.
    #[must_use]
    pub fn leaf(&self, org: OrgId) -> Option<Leaf> {
        Leaf::parse(proof::Evidence::parse(self.proof.as_bytes()).ok()?.leaf(), org).ok()
    }
}

impl Kept {
    /// Nothing kept yet.
    #[must_use]
    pub fn new() -> Self {
        Self { format: "vault-evidence/1".to_owned(), ..Self::default() }
    }

    /// Reads what was kept.
    ///
    /// # Errors
    /// It cannot be read or is damaged.
    pub fn read(path: &Path) -> Outcome<Self> {
        let damaged = || Failure::failed(msg!("home-damaged", path = path.display().to_string()));
        Self::parse(&read_limited(path, BYTES_MAX)?).ok_or_else(damaged)
    }

    /// What these bytes say; `None` where they are no such file.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let kept: Self = serde_json::from_slice(bytes).ok()?;
        (kept.format == "vault-evidence/1").then_some(kept)
    }

    /// Writes it whole.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write(&self, path: &Path) -> Outcome {
        write_whole(path, &self.encode()?, Existing::Replace)
    }

    /// As it is written.
    ///
    /// # Errors
    /// None that was ever seen.
    pub fn encode(&self) -> Outcome<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|error| Failure::failed(msg!("evidence-unwritten")).because(&error))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Whether this leaf is here, whichever log proves it.
    #[must_use]
    pub fn knows(&self, evidence: &Evidence) -> bool {
        let leaf = &evidence.leaf.leaf;
        self.leaves.iter().any(|known| known.leaf(leaf.head().org).is_some_and(|known| known == *leaf))
    }

    fn has(&self, log: &str, index: u64) -> bool {
        self.leaves.iter().any(|known| known.index == index && known.log() == log)
    }

    /// Adds leaves that are not there yet. Those of a log that took the place of another come behind that one's.
    pub fn add(&mut self, leaves: impl IntoIterator<Item = LeafAndProof>) {
        for leaf in leaves {
            if !self.has(leaf.log(), leaf.index) {
                self.leaves.push(leaf);
            }
        }
        let logs: Vec<String> = self.logs().into_iter().map(str::to_owned).collect();
        self.leaves.sort_by_cached_key(|leaf| (logs.iter().position(|log| log == leaf.log()), leaf.index));
    }

    /// The logs of the leaves, each once, the oldest first.
    #[must_use]
    pub fn logs(&self) -> Vec<&str> {
        let mut logs = Vec::new();
        for leaf in &self.leaves {
            if !logs.contains(&leaf.log()) {
                logs.push(leaf.log());
            }
        }
        logs
    }

    /// Statements of persons that stand here, whether entered, waiting or refused.
    pub fn statements(&self, org: OrgId) -> impl Iterator<Item = Signed<Event>> {
        let entered = self.leaves.iter().filter_map(move |kept| kept.leaf(org)?.signed().ok());
        let signed_here = self.pending.iter().chain(&self.refused);
        entered.chain(signed_here.filter_map(move |note| statement::read(note, org)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{Kept, LeafAndProof};

    #[test]
    fn evidence_comes_back_and_no_leaf_twice() {
        let leaf = |index| LeafAndProof { index, proof: format!("leaf {index}") };
        let mut kept = Kept::new();
        kept.add([leaf(7), leaf(5), leaf(7)]);
        assert_eq!(kept.leaves.iter().map(|leaf| leaf.index).collect::<Vec<_>>(), [5, 7]);
        // Another log has another leaf at the same place, and comes behind.
        let next = |index| LeafAndProof { index, proof: format!("leaf {index}\n\nlog-2\n") };
        kept.add([next(7), next(6), next(7)]);
        assert_eq!(kept.logs(), ["", "log-2"]);
        assert_eq!(kept.leaves.iter().map(|leaf| leaf.index).collect::<Vec<_>>(), [5, 7, 6, 7]);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("e.json");
        kept.write(&path).unwrap();
        assert_eq!(Kept::read(&path).unwrap(), kept);
        std::fs::write(&path, b"{}").unwrap();
        assert_eq!(Kept::read(&path).unwrap_err().message.key(), "home-damaged");
    }
}
