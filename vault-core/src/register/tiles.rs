//! Where hashes and leaves lie: the addresses of C2SP tlog-tiles and the form of entry bundles.
//!
//! A tile is up to 256 consecutive hashes of one height; a bundle is the up to 256 leaves under one
//! level-0 tile. Only names and byte forms stand here: nothing is hashed, read or written.
//! Follows `tlog-tiles` ("Merkle Tree", "Partial Tiles", "Log entries") and `docs/register.md`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Hashes in a full tile, and leaves in a full bundle.
pub const TILE_WIDTH: u64 = 256;

/// Tree levels spanned by one tile.
pub const TILE_HEIGHT: u32 = 8;

/// Bytes of one hash.
pub const HASH_LEN: usize = 32;

/// Longest leaf, in bytes: the length prefix of a bundle has 16 bits.
pub const LEAF_LEN_MAX: usize = 65_535;

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Hashes; level 0 holds leaf hashes, each level above the roots of full tiles below. 0 to 7: a
    /// 64-bit size needs no more.
    Hashes(u8),
    /// Leaves, each behind its length.
    Entries,
}

/// The address of one tile or bundle, complete or partial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl TileId {
    /// Highest hash level: 256^8 leaves are more than a 64-bit size can count.
    pub const LEVEL_MAX: u8 = 7;

    /// The tile of this kind and index as it stands in a tree of `size` leaves; `None` when it is
    /// empty there.
    #[must_use]
    pub fn at_size(kind: TileKind, index: u64, size: u64) -> Option<Self> {
        let nodes = match kind {
            TileKind::Entries => size,
            TileKind::Hashes(level) if level <= Self::LEVEL_MAX => size >> (TILE_HEIGHT * u32::from(level)),
            TileKind::Hashes(_) => return None,
        };
        let start = index.checked_mul(TILE_WIDTH)?;
        let width = nodes.checked_sub(start)?.min(TILE_WIDTH);
        let width = u16::try_from(width).ok().filter(|width| *width > 0)?;
        Some(Self { kind, index, width })
    }

    /// What it holds.
    #[must_use]
    pub fn kind(self) -> TileKind {
        self.kind
    }

    /// Its place within its level.
    #[must_use]
    pub fn index(self) -> u64 {
        self.index
    }

    /// Hashes or leaves it holds, 1 to 256.
    #[must_use]
    pub fn width(self) -> usize {
        usize::from(self.width)
    }

    /// Whether it holds 256 and will never change again.
    #[must_use]
    pub fn is_full(self) -> bool {
        u64::from(self.width) == TILE_WIDTH
    }

    /// The full tile this one grows into.
    #[must_use]
    pub fn full(self) -> Self {
        Self { width: 256, ..self }
    }

    /// Takes this tile's bytes out of those of the same tile at an equal or greater width; `None`
    /// when they are too short or not well formed.
    #[must_use]
    pub fn cut_from(self, wider: &[u8]) -> Option<&[u8]> {
        match self.kind {
            TileKind::Hashes(_) => wider.get(..self.width() * HASH_LEN),
            TileKind::Entries => {
                let mut rest = wider;
                for _ in 0..self.width {
                    let (_, after) = split_entry(rest)?;
                    rest = after;
                }
                wider.get(..wider.len() - rest.len())
            }
        }
    }
}

/// The path below the log's prefix, for example `tile/0/x001/x234/067.p/5`.
impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(f, "tile/{level}")?,
            TileKind::Entries => f.write_str("tile/entries")?,
        }
        let mut groups = Vec::new();
        let mut rest = self.index;
        loop {
            groups.push(rest % 1000);
            rest /= 1000;
            if rest == 0 {
                break;
            }
        }
        for (place, group) in groups.iter().enumerate().rev() {
            let mark = if place == 0 { "" } else { "x" };
            write!(f, "/{mark}{group:03}")?;
        }
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

/// A text that is no path of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not the path of a tile or bundle")]
pub struct TilePathError;

impl FromStr for TileId {
    type Err = TilePathError;

    /// Reads exactly what `Display` writes, nothing else.
    fn from_str(text: &str) -> Result<Self, TilePathError> {
        let rest = text.strip_prefix("tile/").ok_or(TilePathError)?;
        let (level, rest) = rest.split_once('/').ok_or(TilePathError)?;
        let kind = if level == "entries" {
            TileKind::Entries
        } else {
            let level: u8 = level.parse().map_err(|_| TilePathError)?;
            if level > Self::LEVEL_MAX {
                return Err(TilePathError);
            }
            TileKind::Hashes(level)
        };
        let (path, width) = match rest.split_once(".p/") {
            Some((path, width)) => (path, width.parse().map_err(|_| TilePathError)?),
            None => (rest, 256),
        };
        let mut index = 0_u64;
        for group in path.split('/') {
            let digits = group.strip_prefix('x').unwrap_or(group);
            let group: u64 = digits.parse().map_err(|_| TilePathError)?;
            index =
                index.checked_mul(1000).and_then(|index| index.checked_add(group)).ok_or(TilePathError)?;
        }
        let tile = Self { kind, index, width };
        // Everything lenient above (signs, zeros, a stray `x`, width 0 or 256) fails here.
        if (1..=256).contains(&width) && tile.to_string() == text { Ok(tile) } else { Err(TilePathError) }
    }
}

/// A leaf longer than 65,535 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("leaf of {len} bytes: at most {LEAF_LEN_MAX} fit into the register")]
pub struct LeafTooLong {
    /// Its length in bytes.
    pub len: usize,
}

/// Appends one leaf to a bundle: 16-bit big-endian length, then the bytes.
///
/// # Errors
/// When the leaf is longer than [`LEAF_LEN_MAX`]; the bundle is unchanged then.
pub fn push_entry(bundle: &mut Vec<u8>, leaf: &[u8]) -> Result<(), LeafTooLong> {
    let len = u16::try_from(leaf.len()).map_err(|_| LeafTooLong { len: leaf.len() })?;
    bundle.extend_from_slice(&len.to_be_bytes());
    bundle.extend_from_slice(leaf);
    Ok(())
}

/// A bundle whose bytes do not hold the leaves its address promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BundleError {
    /// It ends inside a leaf or before the last one.
    #[error("the bundle ends before its {expected} leaves")]
    Truncated {
        /// Leaves it should hold.
        expected: usize,
    },
    /// Bytes follow the last leaf.
    #[error("{count} bytes follow the last leaf of the bundle")]
    Trailing {
        /// How many.
        count: usize,
    },
}

/// Splits a bundle into exactly `count` leaves.
///
/// # Errors
/// When it holds fewer, ends inside one, or goes on after the last.
pub fn split_bundle(bundle: &[u8], count: usize) -> Result<Vec<&[u8]>, BundleError> {
    let mut leaves = Vec::with_capacity(count.min(256));
    let mut rest = bundle;
    for _ in 0..count {
        let (leaf, after) = split_entry(rest).ok_or(BundleError::Truncated { expected: count })?;
        leaves.push(leaf);
        rest = after;
    }
    if rest.is_empty() { Ok(leaves) } else { Err(BundleError::Trailing { count: rest.len() }) }
}

fn split_entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*len)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn tile(kind: TileKind, index: u64, width: u16) -> TileId {
        TileId { kind, index, width }
    }

    #[test]
    fn paths_are_those_of_tlog_tiles() {
        for (id, path) in [
            (tile(TileKind::Hashes(0), 1_234_067, 256), "tile/0/x001/x234/067"),
            (tile(TileKind::Hashes(0), 0, 256), "tile/0/000"),
            (tile(TileKind::Hashes(1), 7, 17), "tile/1/007.p/17"),
            (tile(TileKind::Hashes(7), 999, 1), "tile/7/999.p/1"),
            (tile(TileKind::Entries, 1000, 255), "tile/entries/x001/000.p/255"),
            (tile(TileKind::Entries, 1_000_000, 256), "tile/entries/x001/x000/000"),
        ] {
            assert_eq!(id.to_string(), path);
            assert_eq!(path.parse(), Ok(id));
        }
    }

    #[test]
    fn only_the_one_spelling_of_a_path_is_read() {
        for path in [
            "",
            "tile",
            "tile/0",
            "tile/0/",
            "tile/0/0",
            "tile/0/00",
            "tile/0/0000",
            "tile/8/000",
            "tile/00/000",
            "tile/+0/000",
            "tile/0/x000/000",
            "tile/0/001/000",
            "tile/0/x001",
            "tile/0/+01",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/+1",
            "tile/0/000.p/",
            "tile/0/000.p/1/",
            "tile/data/000",
            "/tile/0/000",
            "tile/0/../000",
            "tile/0/000.p/65537",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(path.parse::<TileId>(), Err(TilePathError), "{path}");
        }
    }

    #[test]
    fn a_tree_of_70_000_has_the_tiles_of_the_specification() {
        let at = |level, index| TileId::at_size(TileKind::Hashes(level), index, 70_000).map(TileId::width);
        assert_eq!((at(0, 272), at(0, 273), at(0, 274)), (Some(256), Some(112), None));
        assert_eq!((at(1, 0), at(1, 1), at(1, 2)), (Some(256), Some(17), None));
        assert_eq!((at(2, 0), at(2, 1), at(3, 0)), (Some(1), None, None));
        assert_eq!(at(8, 0), None);
        let small = |level| TileId::at_size(TileKind::Hashes(level), 0, 256).map(TileId::width);
        assert_eq!((small(0), small(1), small(2)), (Some(256), Some(1), None));
    }

    #[test]
    fn leaf_of_65_535_bytes_is_taken_and_65_536_refused() {
        let mut bundle = Vec::new();
        push_entry(&mut bundle, &vec![7; LEAF_LEN_MAX]).unwrap();
        assert_eq!(push_entry(&mut bundle, &vec![7; LEAF_LEN_MAX + 1]), Err(LeafTooLong { len: 65_536 }));
        assert_eq!(split_bundle(&bundle, 1).unwrap(), [vec![7; LEAF_LEN_MAX]]);
    }

    #[test]
    fn a_bundle_is_a_row_of_length_and_leaf() {
        let mut bundle = Vec::new();
        push_entry(&mut bundle, b"one").unwrap();
        push_entry(&mut bundle, b"").unwrap();
        assert_eq!(bundle, [0, 3, b'o', b'n', b'e', 0, 0]);
        assert_eq!(split_bundle(&bundle, 1), Err(BundleError::Trailing { count: 2 }));
        assert_eq!(split_bundle(&bundle, 3), Err(BundleError::Truncated { expected: 3 }));
    }

    proptest! {
        #[test]
        fn bundles_come_back_and_no_cut_passes(
            leaves in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..20),
        ) {
            let mut bundle = Vec::new();
            for leaf in &leaves {
                push_entry(&mut bundle, leaf).unwrap();
            }
            prop_assert_eq!(split_bundle(&bundle, leaves.len()).unwrap(), leaves.clone());
            for end in 0..bundle.len() {
                prop_assert!(split_bundle(&bundle[..end], leaves.len()).is_err());
            }
            for width in 1..=leaves.len() {
                let id = TileId::at_size(TileKind::Entries, 0, width as u64).unwrap();
                let cut = id.cut_from(&bundle).unwrap();
                prop_assert_eq!(split_bundle(cut, width).unwrap(), &leaves[..width]);
            }
        }

        #[test]
        fn every_path_comes_back(level in 0_u8..=8, index in any::<u64>(), width in 1_u16..=256) {
            let kind = if level == 8 { TileKind::Entries } else { TileKind::Hashes(level) };
            let id = tile(kind, index, width);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }
    }
}
