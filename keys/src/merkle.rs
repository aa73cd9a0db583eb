//! Merkle trees of RFC 6962: roots, inclusion and consistency (docs/notes.md, "Merkle trees").
//!
//! The directory hashes its entries and the register its leaves with these functions and no others. Proofs
//! are checked with the algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2.

use crate::digest::{sha256, sha256_of};

/// A hash of a leaf or node.
pub type Hash = [u8; 32];

/// A proof does not lead to the root it is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The index or size lies outside the tree.
    #[error("the proof speaks of a place outside the tree")]
    Range,
    /// Fewer or more hashes than this place needs.
    #[error("the proof has another length than its place in the tree needs")]
    Length,
    /// The hashes lead to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// SHA-256(0x00 || leaf).
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    sha256_of(&[&[0], leaf])
}

/// SHA-256(0x01 || left || right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256_of(&[&[1], left, right])
}

/// The root over leaf hashes; SHA-256 of nothing for none.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(b""),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(&root(left), &root(right))
        }
    }
}

/// The hashes that lead from leaf `index` to the root, lowest first; `None` outside the tree.
pub fn inclusion_path(index: usize, leaves: &[Hash]) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    let (mut index, mut leaves) = (index, leaves);
    while leaves.len() > 1 {
        let (left, right) = leaves.split_at(split(leaves.len()));
        if index < left.len() {
            path.push(root(right));
            leaves = left;
        } else {
            path.push(root(left));
            index -= left.len();
            leaves = right;
        }
    }
    path.reverse();
    Some(path)
}

/// Accepts `path` if it leads from the leaf hash at `index` to `root` of a tree of `size` leaves.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Range);
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in path {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if hash == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// The proof that the tree over all `leaves` extends the one over the first `old`; `None` outside the tree.
///
/// It is empty for `old` of zero or of all leaves.
pub fn consistency_path(old: usize, leaves: &[Hash]) -> Option<Vec<Hash>> {
    if old > leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    if old > 0 {
        subproof(old, leaves, true, &mut path);
    }
    Some(path)
}

/// Accepts `path` if it shows that the tree of `new_size` and `new_root` extends that of `old_size` and `old_root`.
///
/// Every tree extends the empty one.
pub fn verify_consistency(
    old_size: u64,
    old_root: &Hash,
    new_size: u64,
    new_root: &Hash,
    path: &[Hash],
) -> Result<(), ProofError> {
    if old_size > new_size {
        return Err(ProofError::Range);
    }
    if old_size == new_size || old_size == 0 {
        if !path.is_empty() {
            return Err(ProofError::Length);
        }
        let expected = if old_size == 0 { sha256(b"") } else { *new_root };
        let empty_is_empty = new_size != 0 || *new_root == expected;
        return if *old_root == expected && empty_is_empty { Ok(()) } else { Err(ProofError::Root) };
    }
    // RFC 9162 2.1.4.2: a power of two is itself the first node of the path.
    let mut hashes = path.iter();
    let first =
        if old_size.is_power_of_two() { old_root } else { hashes.next().ok_or(ProofError::Length)? };
    let (mut node, mut last) = (old_size - 1, new_size - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in hashes {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if old_hash == *old_root && new_hash == *new_root { Ok(()) } else { Err(ProofError::Root) }
}

/// The largest power of two below `len`, which is at least two.
const fn split(len: usize) -> usize {
    let half = len.next_power_of_two() / 2;
    if half == 0 { 1 } else { half }
}

/// RFC 9162 2.1.4.1; `whole` says that the subtree's root is the old root, which the verifier knows.
fn subproof(old: usize, leaves: &[Hash], whole: bool, path: &mut Vec<Hash>) {
    if old == leaves.len() {
        if !whole {
            path.push(root(leaves));
        }
        return;
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    if old <= left.len() {
        subproof(old, left, whole, path);
        path.push(root(right));
    } else {
        subproof(old - left.len(), right, false, path);
        path.push(root(left));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn leaves(count: u8) -> Vec<Hash> {
        (0..count).map(|byte| leaf_hash(&[byte])).collect()
    }

    #[test]
    fn known_roots() {
        // RFC 6962 test tree of the reference implementation (certificate-transparency, merkle_tree_test).
        let inputs: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let hashes: Vec<Hash> = inputs.iter().map(|input| leaf_hash(input)).collect();
        let expected = [
            (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
            (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
            (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
            (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
            (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
        ];
        for (count, hex) in expected {
            assert_eq!(root(&hashes[..count]), crate::digest::parse_hex(hex).unwrap(), "{count}");
        }
    }

    #[test]
    fn every_inclusion_proof_verifies_and_no_changed_one() {
        for size in 1..=20_u8 {
            let leaves = leaves(size);
            let root = root(&leaves);
            for index in 0..size {
                let path = inclusion_path(index.into(), &leaves).unwrap();
                let (at, size) = (u64::from(index), u64::from(size));
                let leaf = &leaves[usize::from(index)];
                assert_eq!(verify_inclusion(leaf, at, size, &path, &root), Ok(()));
                assert!(verify_inclusion(leaf, at + 1, size, &path, &root).is_err());
                assert!(verify_inclusion(leaf, at, size, &path, &[0; 32]).is_err());
                assert!(verify_inclusion(&[0; 32], at, size, &path, &root).is_err());
                let longer = [path.as_slice(), &[[0; 32]]].concat();
                assert_eq!(verify_inclusion(leaf, at, size, &longer, &root), Err(ProofError::Length));
                if let Some((_, shorter)) = path.split_last() {
                    assert_eq!(verify_inclusion(leaf, at, size, shorter, &root), Err(ProofError::Length));
                }
                for place in 0..path.len() {
                    let mut changed = path.clone();
                    changed[place][0] ^= 1;
                    assert_eq!(verify_inclusion(leaf, at, size, &changed, &root), Err(ProofError::Root));
                }
            }
            assert_eq!(inclusion_path(size.into(), &leaves), None);
        }
        assert_eq!(verify_inclusion(&[0; 32], 0, 0, &[], &root(&[])), Err(ProofError::Range));
    }

    #[test]
    fn every_consistency_proof_verifies_and_no_changed_one() {
        let all = leaves(20);
        for new in 0..=all.len() {
            let new_root = root(&all[..new]);
            for old in 0..=new {
                let old_root = root(&all[..old]);
                let path = consistency_path(old, &all[..new]).unwrap();
                let check = |old_root: &Hash, new_root: &Hash, path: &[Hash]| {
                    verify_consistency(old as u64, old_root, new as u64, new_root, path)
                };
                assert_eq!(check(&old_root, &new_root, &path), Ok(()), "{old} {new}");
                assert!(check(&[1; 32], &new_root, &path).is_err());
                if old > 0 {
                    assert!(check(&old_root, &[1; 32], &path).is_err());
                }
                let longer = [path.as_slice(), &[[0; 32]]].concat();
                assert!(check(&old_root, &new_root, &longer).is_err());
                if let Some((_, shorter)) = path.split_last() {
                    assert!(check(&old_root, &new_root, shorter).is_err());
                }
                for place in 0..path.len() {
                    let mut changed = path.clone();
                    changed[place][31] ^= 1;
                    assert!(check(&old_root, &new_root, &changed).is_err());
                }
            }
        }
        assert_eq!(consistency_path(21, &all), None);
        assert_eq!(verify_consistency(2, &root(&all), 1, &root(&all), &[]), Err(ProofError::Range));
    }
}
