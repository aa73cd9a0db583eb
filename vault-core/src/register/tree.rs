//! The Merkle tree over tiles: root, inclusion and consistency proofs, and the right edge that grows.
//!
//! A proof or an append touches one tile per level, so O(log n) bytes. All hashing of nodes is
//! [`vault_keys::merkle`]; what stands here is only which tile holds which node. RFC 6962 section 2.1,
//! RFC 9162 sections 2.1.3 and 2.1.4.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::rc::Rc;

use thiserror::Error;
use vault_keys::merkle;

use super::leaf::LeafHash;
use super::tiles::{HASH_LEN, TILE_HEIGHT, TILE_WIDTH, TileId, TileKind, split_bundle};

vault_keys::digest_type! {
    /// The Merkle tree hash over all leaves of a register.
    pub struct TreeRoot;
}

/// A node of the tree, leaf hashes included.
pub type Node = [u8; HASH_LEN];

/// Where tiles and bundles are read from.
pub trait ReadTiles {
    /// The bytes of this tile, or of the same tile at a greater width; `None` when there are none.
    ///
    /// # Errors
    /// When the storage fails; absence is no failure.
    fn read_tile(&self, tile: TileId) -> io::Result<Option<Vec<u8>>>;
}

impl<T: ReadTiles + ?Sized> ReadTiles for &T {
    fn read_tile(&self, tile: TileId) -> io::Result<Option<Vec<u8>>> {
        (**self).read_tile(tile)
    }
}

/// Why a tree cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TreeError {
    /// A leaf or size beyond the tree.
    #[error("{index} lies outside a register of {size} leaves")]
    OutOfRange {
        /// What was asked for.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// A tile the tree needs is not there.
    #[error("{0} is missing")]
    Missing(TileId),
    /// A tile is too short, or a bundle is not well formed.
    #[error("{0} is truncated or damaged")]
    Damaged(TileId),
    /// The storage failed.
    #[error("reading {tile} failed")]
    Storage {
        /// What was being read.
        tile: TileId,
        /// Why.
        source: io::Error,
    },
}

/// A tree of a certain size, read from tiles. Each tile is read at most once.
#[derive(Debug)]
pub struct Tree<R> {
    tiles: R,
    size: u64,
    nodes: RefCell<HashMap<TileId, Rc<[Node]>>>,
}

impl<R: ReadTiles> Tree<R> {
    /// The tree of the first `size` leaves.
    pub fn new(tiles: R, size: u64) -> Self {
        Self { tiles, size, nodes: RefCell::default() }
    }

    /// Leaves in it.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hash over all leaves.
    ///
    /// # Errors
    /// When a tile is missing or damaged.
    pub fn root(&self) -> Result<TreeRoot, TreeError> {
        self.root_at(self.size)
    }

    /// The hash over the first `size` leaves.
    ///
    /// # Errors
    /// When `size` lies beyond the tree, or a tile is missing or damaged.
    pub fn root_at(&self, size: u64) -> Result<TreeRoot, TreeError> {
        if size > self.size {
            return Err(TreeError::OutOfRange { index: size, size: self.size });
        }
        let root = if size == 0 { merkle::root(&[]) } else { self.subtree(0, size)? };
        Ok(TreeRoot::from_bytes(root))
    }

    /// The hash of one leaf.
    ///
    /// # Errors
    /// When there is no such leaf, or its tile is missing or damaged.
    pub fn leaf_hash(&self, index: u64) -> Result<LeafHash, TreeError> {
        self.in_range(index)?;
        self.node(0, index).map(LeafHash::from_bytes)
    }

    /// The bytes of one leaf, checked against its hash.
    ///
    /// # Errors
    /// When there is no such leaf, or its bundle is missing or does not hold what was hashed.
    pub fn leaf(&self, index: u64) -> Result<Vec<u8>, TreeError> {
        self.in_range(index)?;
        let place = index / TILE_WIDTH;
        let bundle = self.tile(TileKind::Entries, place)?;
        let bytes = self.bundle(bundle)?;
        let leaves = split_bundle(&bytes, bundle.width()).map_err(|_| TreeError::Damaged(bundle))?;
        let at = index - place * TILE_WIDTH;
        let leaf = (0_u64..).zip(leaves).find(|(position, _)| *position == at).map(|(_, leaf)| leaf);
        let leaf = leaf.ok_or(TreeError::Damaged(bundle))?;
        if LeafHash::of(leaf) == self.leaf_hash(index)? {
            Ok(leaf.to_vec())
        } else {
            Err(TreeError::Damaged(bundle))
        }
    }

    /// The bytes of one entry bundle, cut to this tree's size; not checked against the tree.
    ///
    /// # Errors
    /// When it is missing or not well formed.
    pub fn bundle(&self, bundle: TileId) -> Result<Vec<u8>, TreeError> {
        self.read(bundle)
    }

    /// The nodes that prove leaf `index` to be in this tree, from its sibling up.
    ///
    /// # Errors
    /// When there is no such leaf, or a tile is missing or damaged.
    pub fn inclusion(&self, index: u64) -> Result<Vec<Node>, TreeError> {
        self.in_range(index)?;
        let mut path = Vec::new();
        let (mut start, mut end) = (0, self.size);
        while end - start > 1 {
            let middle = start + left_size(end - start);
            if index < middle {
                path.push(self.subtree(middle, end)?);
                end = middle;
            } else {
                path.push(self.subtree(start, middle)?);
                start = middle;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// The nodes that prove the tree of `earlier` leaves to be a beginning of this one; none when the sizes
    /// are equal or `earlier` is 0.
    ///
    /// # Errors
    /// When `earlier` lies beyond the tree, or a tile is missing or damaged.
    pub fn consistency(&self, earlier: u64) -> Result<Vec<Node>, TreeError> {
        if earlier > self.size {
            return Err(TreeError::OutOfRange { index: earlier, size: self.size });
        }
        if earlier == 0 || earlier == self.size {
            return Ok(Vec::new());
        }
        let mut path = Vec::new();
        let (mut start, mut end) = (0, self.size);
        // RFC 6962, 2.1.2: down to the subtree that ends with the earlier tree.
        while end != earlier {
            let middle = start + left_size(end - start);
            if earlier <= middle {
                path.push(self.subtree(middle, end)?);
                end = middle;
            } else {
                path.push(self.subtree(start, middle)?);
                start = middle;
            }
        }
        if start > 0 {
            // Otherwise that subtree is the whole earlier tree, which the verifier knows.
            path.push(self.subtree(start, end)?);
        }
        path.reverse();
        Ok(path)
    }

    /// The hash over leaves `start..end`, a subtree that the RFC's splitting produces.
    fn subtree(&self, start: u64, end: u64) -> Result<Node, TreeError> {
        let leaves = end - start;
        if leaves.is_power_of_two() {
            let height = leaves.trailing_zeros();
            return self.node(height, start >> height);
        }
        let middle = start + left_size(leaves);
        Ok(merkle::node_hash(&self.subtree(start, middle)?, &self.subtree(middle, end)?))
    }

    /// Node `index` of those that each span 2^`height` leaves.
    fn node(&self, height: u32, index: u64) -> Result<Node, TreeError> {
        let (level, below) = (height / TILE_HEIGHT, height % TILE_HEIGHT);
        let level = u8::try_from(level).map_err(|_| TreeError::OutOfRange { index, size: self.size })?;
        let first = index << below;
        let tile = self.tile(TileKind::Hashes(level), first / TILE_WIDTH)?;
        let nodes = self.nodes(tile)?;
        let place = usize::try_from(first % TILE_WIDTH).map_err(|_| TreeError::Damaged(tile))?;
        let span = nodes.get(place..place + (1 << below)).ok_or(TreeError::Damaged(tile))?;
        Ok(merkle::root(span))
    }

    fn nodes(&self, tile: TileId) -> Result<Rc<[Node]>, TreeError> {
        if let Some(known) = self.nodes.borrow().get(&tile) {
            return Ok(Rc::clone(known));
        }
        let bytes = self.read(tile)?;
        let nodes: Rc<[Node]> = bytes.as_chunks::<HASH_LEN>().0.into();
        self.nodes.borrow_mut().insert(tile, Rc::clone(&nodes));
        Ok(nodes)
    }

    /// The bytes of exactly this tile.
    fn read(&self, tile: TileId) -> Result<Vec<u8>, TreeError> {
        let bytes = self.tiles.read_tile(tile).map_err(|source| TreeError::Storage { tile, source })?;
        let mut bytes = bytes.ok_or(TreeError::Missing(tile))?;
        let len = tile.cut_from(&bytes).ok_or(TreeError::Damaged(tile))?.len();
        bytes.truncate(len);
        Ok(bytes)
    }

    fn tile(&self, kind: TileKind, index: u64) -> Result<TileId, TreeError> {
        TileId::at_size(kind, index, self.size).ok_or(TreeError::OutOfRange { index, size: self.size })
    }

    fn in_range(&self, index: u64) -> Result<(), TreeError> {
        if index < self.size { Ok(()) } else { Err(TreeError::OutOfRange { index, size: self.size }) }
    }
}

/// Leaves in the left subtree of a tree of `size` leaves: the largest power of two below `size`.
fn left_size(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}

/// The right edge of a tree: the not yet full tile of every level. All that appending needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<Node>>,
}

impl Edge {
    /// The edge of the tree that `tiles` hold.
    ///
    /// # Errors
    /// When a tile of the edge is missing or damaged.
    pub fn load<R: ReadTiles>(tree: &Tree<R>) -> Result<Self, TreeError> {
        let mut levels = Vec::new();
        for level in 0..=TileId::LEVEL_MAX {
            let nodes = tree.size >> (TILE_HEIGHT * u32::from(level));
            if nodes == 0 {
                break;
            }
            let kind = TileKind::Hashes(level);
            let last = TileId::at_size(kind, nodes / TILE_WIDTH, tree.size);
            levels.push(
                last.map_or_else(|| Ok(Vec::new()), |tile| tree.nodes(tile).map(|nodes| nodes.to_vec()))?,
            );
        }
        Ok(Self { size: tree.size, levels })
    }

    /// Leaves in the tree.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hash over all leaves.
    #[must_use]
    pub fn root(&self) -> TreeRoot {
        let mut tail: Option<Node> = None;
        for level in &self.levels {
            // An incomplete subtree stands to the right of the complete ones and counts as one more node:
            // the RFC splits at the same place, since all nodes but the last span equally many leaves.
            let nodes: Vec<Node> = level.iter().copied().chain(tail).collect();
            tail = (!nodes.is_empty()).then(|| merkle::root(&nodes));
        }
        TreeRoot::from_bytes(tail.unwrap_or_else(|| merkle::root(&[])))
    }

    /// Adds leaves and hands out every tile that became full on the way, with its bytes.
    pub fn extend(&mut self, leaves: impl IntoIterator<Item = LeafHash>) -> Vec<(TileId, Vec<u8>)> {
        let mut full = Vec::new();
        for leaf in leaves {
            self.size += 1;
            let mut node = *leaf.as_bytes();
            for level in 0..=TileId::LEVEL_MAX {
                if self.levels.len() == usize::from(level) {
                    self.levels.push(Vec::new());
                }
                let Some(nodes) = self.levels.get_mut(usize::from(level)) else { break };
                nodes.push(node);
                if nodes.len() as u64 != TILE_WIDTH {
                    break;
                }
                let nodes = std::mem::take(nodes);
                node = merkle::root(&nodes);
                let index = (self.size >> (TILE_HEIGHT * (u32::from(level) + 1))) - 1;
                let tile = TileId::at_size(TileKind::Hashes(level), index, self.size);
                full.extend(tile.map(|tile| (tile, nodes.concat())));
            }
        }
        full
    }

    /// The partial tiles of this size, with their bytes.
    #[must_use]
    pub fn partial_tiles(&self) -> Vec<(TileId, Vec<u8>)> {
        let mut tiles = Vec::new();
        for (level, nodes) in (0_u8..).zip(&self.levels) {
            let index = self.size >> (TILE_HEIGHT * (u32::from(level) + 1)).min(63);
            if let (Some(tile), false) =
                (TileId::at_size(TileKind::Hashes(level), index, self.size), nodes.is_empty())
            {
                tiles.push((tile, nodes.concat()));
            }
        }
        tiles
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::collections::HashMap;

    use proptest::prelude::*;
    use sha2::{Digest as _, Sha256};

    use super::*;

    /// RFC 6962 section 2.1 word for word, as the second opinion.
    fn naive_root(leaves: &[Vec<u8>]) -> Node {
        match leaves {
            [] => Sha256::digest(b"").into(),
            [leaf] => Sha256::new().chain_update([0]).chain_update(leaf).finalize().into(),
            _ => {
                let mut k = 1;
                while k * 2 < leaves.len() {
                    k *= 2;
                }
                let (left, right) = leaves.split_at(k);
                Sha256::new()
                    .chain_update([1])
                    .chain_update(naive_root(left))
                    .chain_update(naive_root(right))
                    .finalize()
                    .into()
            }
        }
    }

    #[derive(Default)]
    struct Tiles(HashMap<TileId, Vec<u8>>);

    impl ReadTiles for Tiles {
        fn read_tile(&self, tile: TileId) -> io::Result<Option<Vec<u8>>> {
            Ok(self.0.get(&tile).or_else(|| self.0.get(&tile.full())).cloned())
        }
    }

    fn leaves(count: u64) -> Vec<Vec<u8>> {
        (0..count).map(|index| format!("leaf {index}").into_bytes()).collect()
    }

    /// Grows a tree in batches of the given sizes, as the sequencer does.
    fn grow(batches: &[u64]) -> (Tiles, Edge) {
        let (mut tiles, mut edge) = (Tiles::default(), Edge::default());
        for batch in batches {
            let first = edge.size();
            let hashes = (first..first + batch).map(|index| LeafHash::of(format!("leaf {index}").as_bytes()));
            tiles.0.extend(edge.extend(hashes));
            tiles.0.extend(edge.partial_tiles());
        }
        (tiles, edge)
    }

    #[test]
    fn roots_are_those_of_the_naive_tree() {
        for size in (0..=70).chain([255, 256, 257, 511, 512, 513, 1000]) {
            let (tiles, edge) = grow(&[size]);
            let expected = TreeRoot::from_bytes(naive_root(&leaves(size)));
            assert_eq!(edge.root(), expected, "edge of {size}");
            assert_eq!(Tree::new(&tiles, size).root().unwrap(), expected, "tree of {size}");
        }
    }

    #[test]
    fn every_proof_up_to_seventy_leaves_verifies() {
        let (tiles, _) = grow(&[1; 70]);
        for size in 1..=70_u64 {
            let tree = Tree::new(&tiles, size);
            let root = tree.root().unwrap();
            for index in 0..size {
                let path = tree.inclusion(index).unwrap();
                let leaf = tree.leaf_hash(index).unwrap();
                merkle::verify_inclusion(leaf.as_bytes(), index, size, &path, root.as_bytes()).unwrap();
            }
            for earlier in 0..=size {
                let path = tree.consistency(earlier).unwrap();
                let old = tree.root_at(earlier).unwrap();
                merkle::verify_consistency(earlier, old.as_bytes(), size, root.as_bytes(), &path).unwrap();
            }
        }
    }

    #[test]
    fn a_tree_of_three_levels_proves_its_ends() {
        let (tiles, edge) = grow(&[65_000, 536, 1, 255, 44]);
        let tree = Tree::new(&tiles, edge.size());
        let root = tree.root().unwrap();
        assert_eq!(root, edge.root());
        assert_eq!(Edge::load(&tree).unwrap(), edge);
        for index in [0, 1, 255, 256, 65_279, 65_535, 65_536, edge.size() - 1] {
            let path = tree.inclusion(index).unwrap();
            let leaf = tree.leaf_hash(index).unwrap();
            merkle::verify_inclusion(leaf.as_bytes(), index, edge.size(), &path, root.as_bytes()).unwrap();
        }
        for earlier in [1, 256, 65_000, 65_535, 65_536, 65_537] {
            let path = tree.consistency(earlier).unwrap();
            let old = tree.root_at(earlier).unwrap();
            merkle::verify_consistency(earlier, old.as_bytes(), edge.size(), root.as_bytes(), &path).unwrap();
        }
    }

    #[test]
    fn missing_and_truncated_tiles_are_named() {
        let (mut tiles, edge) = grow(&[300]);
        let first = TileId::at_size(TileKind::Hashes(0), 0, 300).unwrap();
        let bytes = tiles.0.remove(&first).unwrap();
        let missing = Tree::new(&tiles, edge.size()).inclusion(3).unwrap_err();
        assert!(matches!(missing, TreeError::Missing(tile) if tile == first), "{missing}");
        tiles.0.insert(first, bytes[..bytes.len() - 1].to_vec());
        let truncated = Tree::new(&tiles, edge.size()).inclusion(3).unwrap_err();
        assert!(matches!(truncated, TreeError::Damaged(tile) if tile == first), "{truncated}");
    }

    #[test]
    fn nothing_beyond_the_size_is_proved() {
        let (tiles, _) = grow(&[5]);
        let tree = Tree::new(&tiles, 5);
        assert!(matches!(tree.inclusion(5), Err(TreeError::OutOfRange { index: 5, size: 5 })));
        assert!(matches!(tree.consistency(6), Err(TreeError::OutOfRange { index: 6, size: 5 })));
        assert!(matches!(tree.leaf_hash(u64::MAX), Err(TreeError::OutOfRange { .. })));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn larger_trees_in_any_batches(
            batches in prop::collection::vec(1_u64..700, 1..6), index in any::<u64>(), flip in 0_usize..256,
        ) {
            let (tiles, edge) = grow(&batches);
            let size = edge.size();
            let index = index % size;
            prop_assert_eq!(edge.root(), TreeRoot::from_bytes(naive_root(&leaves(size))));
            let tree = Tree::new(&tiles, size);
            prop_assert_eq!(&Edge::load(&tree).unwrap(), &edge);
            let root = tree.root().unwrap();
            let leaf = tree.leaf_hash(index).unwrap();
            let mut path = tree.inclusion(index).unwrap();
            prop_assert!(
                merkle::verify_inclusion(leaf.as_bytes(), index, size, &path, root.as_bytes()).is_ok()
            );
            let earlier = index;
            let mut between = tree.consistency(earlier).unwrap();
            let old = tree.root_at(earlier).unwrap();
            let check = |path: &[Node]| {
                merkle::verify_consistency(earlier, old.as_bytes(), size, root.as_bytes(), path).is_ok()
            };
            prop_assert!(check(&between));
            // Any flipped bit of either proof is noticed.
            if let Some(node) = path.get_mut(flip % 20) {
                node[flip / 8] ^= 1 << (flip % 8);
                prop_assert!(
                    merkle::verify_inclusion(leaf.as_bytes(), index, size, &path, root.as_bytes()).is_err()
                );
            }
            if let Some(node) = between.get_mut(flip % 20) {
                node[flip / 8] ^= 1 << (flip % 8);
                prop_assert!(!check(&between));
            }
        }
    }
}
