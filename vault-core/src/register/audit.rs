//! Reading a whole register: every leaf hashed again, every tile compared, the root held against a checkpoint.
//!
//! One pass with fixed memory. A damaged or missing file is named and the rest is still read, so the findings say
//! what has to be restored.

use std::io;

use thiserror::Error;
use vault_keys::merkle;

use super::checkpoint::Checkpoint;
use super::leaf::LeafHash;
use super::tiles::{HASH_LEN, TILE_WIDTH, TileId, TileKind, split_bundle};
use super::tree::{Edge, ReadTiles};

/// Findings are counted beyond this number, not listed.
pub const FINDINGS_MAX: usize = 1000;

/// What is wrong with one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// It is not there.
    Missing,
    /// It is too short, too long or not well formed.
    Form,
    /// It does not agree with the leaves (a tile) or with the tile above (a bundle).
    Content,
}

/// One file of the register that is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The tile or bundle.
    pub tile: TileId,
    /// What is wrong with it.
    pub damage: Damage,
}

/// What reading a register found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Leaves read and hashed.
    pub leaves: u64,
    /// The files that are not what they should be; at most [`FINDINGS_MAX`].
    pub findings: Vec<Finding>,
    /// Findings beyond those.
    pub more: u64,
    /// Whether the leaves make the checkpoint's root. Without findings, no means another register.
    pub root_matches: bool,
}

impl Audit {
    /// Whether everything is what the checkpoint says.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.root_matches && self.findings.is_empty()
    }

    fn find(&mut self, tile: TileId, damage: Damage) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding { tile, damage });
        } else {
            self.more += 1;
        }
    }
}

/// The storage failed while a register was being read.
#[derive(Debug, Error)]
#[error("reading {tile} failed")]
pub struct AuditError {
    /// What was being read.
    pub tile: TileId,
    /// Why.
    pub source: io::Error,
}

/// Reads the register under a (verified) checkpoint and hands every good leaf to `visit` with its index.
///
/// # Errors
/// When the storage fails; damage is no error but a finding.
pub fn audit<R: ReadTiles>(
    tiles: &R,
    checkpoint: &Checkpoint,
    mut visit: impl FnMut(u64, &[u8]),
) -> Result<Audit, AuditError> {
    let size = checkpoint.size();
    let mut auditor = Auditor { tiles, checkpoint, report: Audit::default() };
    // `None` from the first stretch on whose hashes are lost: nothing above it can be computed.
    let mut edge = Some(Edge::default());
    for index in 0..size.div_ceil(TILE_WIDTH) {
        let at = |kind| TileId::at_size(kind, index, size);
        let (Some(bundle), Some(tile)) = (at(TileKind::Entries), at(TileKind::Hashes(0))) else { break };
        let bytes = auditor.read(bundle)?;
        let leaves = bytes.as_deref().and_then(|bytes| split_bundle(bytes, bundle.width()).ok());
        let computed: Option<Vec<LeafHash>> =
            leaves.as_ref().map(|leaves| leaves.iter().map(|leaf| LeafHash::of(leaf)).collect());
        let stated: Option<Vec<LeafHash>> = auditor.read(tile)?.map(|bytes| {
            bytes.as_chunks::<HASH_LEN>().0.iter().map(|hash| LeafHash::from_bytes(*hash)).collect()
        });
        let good = match (stated, computed) {
            (Some(stated), Some(computed)) if stated != computed => {
                auditor.settle(bundle, tile, edge.as_ref(), stated, &computed)?
            }
            (stated, computed) => computed.or(stated),
        };
        for (at, leaf) in leaves.into_iter().flatten().enumerate() {
            if good.as_ref().and_then(|good| good.get(at)) == Some(&LeafHash::of(leaf)) {
                auditor.report.leaves += 1;
                visit(index * TILE_WIDTH + at as u64, leaf);
            }
        }
        match (good, &mut edge) {
            (Some(good), Some(edge)) => {
                for (tile, bytes) in edge.extend(good) {
                    auditor.compare(tile, &bytes)?;
                }
            }
            _ => edge = None,
        }
    }
    match edge {
        Some(edge) => {
            for (tile, bytes) in edge.partial_tiles() {
                auditor.compare(tile, &bytes)?;
            }
            auditor.report.root_matches = edge.root() == checkpoint.root();
        }
        None => auditor.look_for_upper_tiles()?,
    }
    Ok(auditor.report)
}

struct Auditor<'a, R> {
    tiles: &'a R,
    checkpoint: &'a Checkpoint,
    report: Audit,
}

impl<R: ReadTiles> Auditor<'_, R> {
    /// A bundle and its tile disagree: the level above, or at the right edge the root, says which is damaged.
    fn settle(
        &mut self,
        bundle: TileId,
        tile: TileId,
        edge: Option<&Edge>,
        stated: Vec<LeafHash>,
        computed: &[LeafHash],
    ) -> Result<Option<Vec<LeafHash>>, AuditError> {
        if self.is_witnessed(tile, edge, &stated)? {
            self.report.find(bundle, Damage::Content);
            return Ok(Some(stated));
        }
        if !self.is_witnessed(tile, edge, computed)? {
            self.report.find(bundle, Damage::Content);
        }
        self.report.find(tile, Damage::Content);
        Ok(Some(computed.to_vec()))
    }

    fn is_witnessed(
        &self,
        tile: TileId,
        edge: Option<&Edge>,
        hashes: &[LeafHash],
    ) -> Result<bool, AuditError> {
        let size = self.checkpoint.size();
        if !tile.is_full() {
            return Ok(edge.is_some_and(|edge| {
                let mut edge = edge.clone();
                drop(edge.extend(hashes.iter().copied()));
                edge.root() == self.checkpoint.root()
            }));
        }
        let Some(above) = TileId::at_size(TileKind::Hashes(1), tile.index() / TILE_WIDTH, size) else {
            return Ok(false);
        };
        let bytes = self.tiles.read_tile(above).map_err(|source| AuditError { tile: above, source })?;
        let nodes: Vec<[u8; HASH_LEN]> = hashes.iter().map(|hash| *hash.as_bytes()).collect();
        let place = usize::try_from(tile.index() % TILE_WIDTH).unwrap_or(usize::MAX);
        Ok(bytes.is_some_and(|bytes| bytes.as_chunks().0.get(place) == Some(&merkle::root(&nodes))))
    }

    /// Compares a tile above level 0 with what the levels below make of it.
    fn compare(&mut self, tile: TileId, expected: &[u8]) -> Result<(), AuditError> {
        if tile.kind() != TileKind::Hashes(0) && self.read(tile)?.is_some_and(|bytes| bytes != expected) {
            self.report.find(tile, Damage::Content);
        }
        Ok(())
    }

    fn look_for_upper_tiles(&mut self) -> Result<(), AuditError> {
        let size = self.checkpoint.size();
        for level in 1..=TileId::LEVEL_MAX {
            for index in 0.. {
                let Some(tile) = TileId::at_size(TileKind::Hashes(level), index, size) else { break };
                drop(self.read(tile)?);
            }
        }
        Ok(())
    }

    /// The bytes of exactly this tile; a finding when they are missing or not of its form.
    fn read(&mut self, tile: TileId) -> Result<Option<Vec<u8>>, AuditError> {
        let bytes = self.tiles.read_tile(tile).map_err(|source| AuditError { tile, source })?;
        let Some(mut bytes) = bytes else {
            self.report.find(tile, Damage::Missing);
            return Ok(None);
        };
        match tile.cut_from(&bytes).map(<[u8]>::len) {
            // A partial tile may be cut from a wider one; a full one has nothing behind it.
            Some(len) if len == bytes.len() || !tile.is_full() => {
                bytes.truncate(len);
                Ok(Some(bytes))
            }
            _ => {
                self.report.find(tile, Damage::Form);
                Ok(None)
            }
        }
    }
}
