//! The one writer of a register: appends leaves, then signs what stands.
//!
//! Order of every append, each step durable before the next:
//!
//! 1. entry bundles and tiles of the new size;
//! 2. the new checkpoint outside the register's own storage ([`LastCheckpoint`]);
//! 3. the new checkpoint inside it: from here on it is published.
//!
//! After a crash between two steps [`Sequencer::open`] finds either the old tree (1 had begun: its tiles are
//! written again by the next append) or the new one (2 was done: 3 is caught up). It never signs a tree that
//! does not continue the last checkpoint, so a restored backup or a copied folder stops here instead of
//! splitting the register's history. Which leaf gets which index is decided before, in the relay's own
//! transaction; [`Sequencer::append`] may therefore be repeated with the same leaves.

use std::io;

use thiserror::Error;
use vault_keys::time::Time;

use super::checkpoint::{Checkpoint, CheckpointError, CheckpointNote, LogKey, SignedCheckpoint};
use super::leaf::LeafHash;
use super::tiles::{LeafTooLong, TILE_WIDTH, TileId, TileKind, push_entry};
use super::tree::{Edge, ReadTiles, Tree, TreeError};

/// Where a register's tiles, bundles and checkpoint lie.
pub trait LogStore: ReadTiles {
    /// Writes tiles and bundles, replacing what is there; all are durable when it returns.
    ///
    /// # Errors
    /// When the storage fails; some may have been written then.
    fn write_tiles(&self, tiles: &[(TileId, Vec<u8>)]) -> io::Result<()>;

    /// The published checkpoint, if there is one.
    ///
    /// # Errors
    /// When the storage fails.
    fn read_checkpoint(&self) -> io::Result<Option<Vec<u8>>>;

    /// Replaces the published checkpoint at once and durably.
    ///
    /// # Errors
    /// When the storage fails; the old one stands then.
    fn write_checkpoint(&self, checkpoint: &[u8]) -> io::Result<()>;

    /// Removes narrower forms of these tiles, which nobody needs any more.
    ///
    /// # Errors
    /// When the storage fails; leftovers do no harm.
    fn retire(&self, tiles: &[TileId]) -> io::Result<()>;
}

/// The last checkpoint, kept where restoring the register's storage does not reach it.
pub trait LastCheckpoint {
    /// The last checkpoint, if there ever was one.
    ///
    /// # Errors
    /// When the storage fails.
    fn read(&self) -> io::Result<Option<Vec<u8>>>;

    /// Replaces it at once and durably.
    ///
    /// # Errors
    /// When the storage fails.
    fn write(&self, checkpoint: &[u8]) -> io::Result<()>;
}

/// Why the sequencer does not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenLogError {
    /// There is no register here: it has to be made first.
    #[error("there is no register here yet")]
    NotThere,
    /// There is a register here already.
    #[error("there is a register here already, or a last checkpoint of one")]
    AlreadyThere,
    /// The copy of the last checkpoint outside the folder is gone.
    #[error("the copy of the last checkpoint kept outside the register is missing")]
    LastMissing,
    /// The register ends before its last checkpoint: a restored backup, or lost tiles.
    #[error(
        "the register ends at {stored} leaves, but {signed} have been signed: refusing to sign below that"
    )]
    BelowLast {
        /// Leaves under the register's own checkpoint.
        stored: u64,
        /// Leaves under the last checkpoint.
        signed: u64,
    },
    /// The register does not continue its last checkpoint.
    #[error("the register is a fork: at {size} leaves it is not what was signed")]
    Fork {
        /// Where it differs.
        size: u64,
    },
    /// The tiles are not those of the register's own checkpoint.
    #[error("the tiles do not make the root of the register's checkpoint at {size} leaves")]
    OtherTiles {
        /// Leaves under the checkpoint.
        size: u64,
    },
    /// One of the two checkpoints is not one of this log.
    #[error("the checkpoint {place} is not accepted")]
    Checkpoint {
        /// Which of the two.
        place: CheckpointPlace,
        /// Why.
        source: CheckpointError,
    },
    /// The tree cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The storage failed.
    #[error("the register's storage failed")]
    Storage(#[from] io::Error),
}

/// Where a checkpoint was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointPlace {
    /// In the register.
    Register,
    /// Outside it.
    Outside,
}

impl std::fmt::Display for CheckpointPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Register => "in the register",
            Self::Outside => "kept outside the register",
        })
    }
}

/// Why leaves were not appended.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AppendError {
    /// A leaf is longer than 65,535 bytes; nothing was appended.
    #[error(transparent)]
    LeafTooLong(#[from] LeafTooLong),
    /// Leaves between the register's end and the first of these are missing.
    #[error("the register has {size} leaves; leaf {first} cannot follow")]
    Gap {
        /// Leaves in the register.
        size: u64,
        /// Index of the first leaf given.
        first: u64,
    },
    /// Another leaf has this index already.
    #[error("leaf {index} of the register is another one")]
    Taken {
        /// The index.
        index: u64,
    },
    /// An earlier append failed half-way, and the register does not read as it should since.
    #[error("an earlier append failed, and the register cannot be read again")]
    Broken(#[source] Box<OpenLogError>),
    /// The checkpoint could not be signed.
    #[error("the checkpoint could not be signed")]
    Sign(#[source] CheckpointError),
    /// The tree cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The storage failed. When a checkpoint may have been written, the next append reads the register again first.
    #[error("the register's storage failed")]
    Storage(#[from] io::Error),
}

/// The one writer of a register. The caller sees to it that there is only one.
#[derive(Debug)]
pub struct Sequencer<S, L> {
    store: S,
    last: L,
    key: LogKey,
    edge: Edge,
    /// The not yet full entry bundle.
    bundle: Vec<u8>,
    checkpoint: SignedCheckpoint,
    broken: bool,
}

impl<S: LogStore, L: LastCheckpoint> Sequencer<S, L> {
    /// Begins an empty register and signs its first checkpoint.
    ///
    /// # Errors
    /// When there is one already, or the storage fails.
    pub fn create(store: S, last: L, key: LogKey, now: Time) -> Result<Self, OpenLogError> {
        if store.read_checkpoint()?.is_some() || last.read()?.is_some() {
            return Err(OpenLogError::AlreadyThere);
        }
        let edge = Edge::default();
        let checkpoint = key
            .sign(&Checkpoint::new(key.origin().clone(), 0, edge.root()), now)
            .map_err(|source| OpenLogError::Checkpoint { place: CheckpointPlace::Register, source })?;
        // The other way round than when appending: an empty register without its copy is told apart from
        // one that lost it by being empty (see `open`), so a crash here needs no one's help.
        store.write_checkpoint(&checkpoint.encode())?;
        last.write(&checkpoint.encode())?;
        Ok(Self { store, last, key, edge, bundle: Vec::new(), checkpoint, broken: false })
    }

    /// Opens a register, checks it against its last checkpoint, and finishes what a crash interrupted.
    ///
    /// # Errors
    /// When there is none, when it ends before or is a fork of what was signed, or cannot be read.
    pub fn open(store: S, last: L, key: LogKey) -> Result<Self, OpenLogError> {
        let Standing { edge, bundle, checkpoint } = Standing::read(&store, &last, &key)?;
        Ok(Self { store, last, key, edge, bundle, checkpoint, broken: false })
    }

    /// The checkpoint that stands published.
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    /// Leaves under it.
    pub fn size(&self) -> u64 {
        self.edge.size()
    }

    /// Where the tiles lie.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Appends leaves of which the first has index `first`, and publishes one checkpoint over all.
    ///
    /// Leaves that stand there already are compared and skipped, so a caller who does not know how far
    /// an earlier call came repeats it.
    ///
    /// # Errors
    /// When a leaf is too long, leaves are missing before the first, another leaf has its index, or the
    /// storage fails. Nothing is published then, except that the storage may fail after the fact. What an earlier
    /// append left half done is settled first: which of the two trees stands is read from the storage.
    pub fn append<B: AsRef<[u8]>>(
        &mut self,
        first: u64,
        leaves: &[B],
        now: Time,
    ) -> Result<&SignedCheckpoint, AppendError> {
        if self.broken {
            let read = Standing::read(&self.store, &self.last, &self.key);
            let Standing { edge, bundle, checkpoint } =
                read.map_err(|error| AppendError::Broken(Box::new(error)))?;
            (self.edge, self.bundle, self.checkpoint, self.broken) = (edge, bundle, checkpoint, false);
        }
        let size = self.edge.size();
        let known = usize::try_from(size.checked_sub(first).ok_or(AppendError::Gap { size, first })?);
        let known = known.unwrap_or(usize::MAX).min(leaves.len());
        let (standing, new) = leaves.split_at(known);
        self.compare(first, standing)?;
        if new.is_empty() {
            return Ok(&self.checkpoint);
        }

        // All on copies: a failure leaves this writer where it was.
        let (mut edge, mut bundle) = (self.edge.clone(), self.bundle.clone());
        let (mut tiles, mut full) = (Vec::new(), Vec::new());
        for leaf in new {
            push_entry(&mut bundle, leaf.as_ref())?;
            full.extend(edge.extend([LeafHash::of(leaf.as_ref())]));
            if edge.size().is_multiple_of(TILE_WIDTH) {
                let place = edge.size() / TILE_WIDTH - 1;
                let id = TileId::at_size(TileKind::Entries, place, edge.size());
                full.extend(id.map(|id| (id, std::mem::take(&mut bundle))));
            }
        }
        let partial = TileId::at_size(TileKind::Entries, edge.size() / TILE_WIDTH, edge.size());
        let mut retired: Vec<TileId> = full.iter().map(|(tile, _)| *tile).collect();
        retired.extend(partial);
        tiles.extend(full);
        tiles.extend(partial.map(|tile| (tile, bundle.clone())));
        tiles.extend(edge.partial_tiles());
        self.store.write_tiles(&tiles)?;

        let next = Checkpoint::new(self.key.origin().clone(), edge.size(), edge.root());
        // A clock set back must not make the newer checkpoint look older.
        let next = self.key.sign(&next, now.max(self.checkpoint.time())).map_err(AppendError::Sign)?;
        // From here on the new tree may count as signed whatever this call returns.
        self.broken = true;
        self.last.write(&next.encode())?;
        self.store.write_checkpoint(&next.encode())?;
        self.broken = false;
        (self.edge, self.bundle, self.checkpoint) = (edge, bundle, next);
        // The append is done; leftovers that could not be removed do no harm.
        let _leftovers = self.store.retire(&retired);
        Ok(&self.checkpoint)
    }

    fn compare<B: AsRef<[u8]>>(&self, first: u64, leaves: &[B]) -> Result<(), AppendError> {
        let tree = Tree::new(&self.store, self.edge.size());
        for (index, leaf) in (first..).zip(leaves) {
            if tree.leaf_hash(index)? != LeafHash::of(leaf.as_ref()) {
                return Err(AppendError::Taken { index });
            }
        }
        Ok(())
    }
}

/// What stands in a register: read when it is opened, and again when a write may or may not have come through.
struct Standing {
    edge: Edge,
    bundle: Vec<u8>,
    checkpoint: SignedCheckpoint,
}

impl Standing {
    /// Holds the register against its last checkpoint, and finishes what a crash interrupted.
    fn read<S: LogStore, L: LastCheckpoint>(store: &S, last: &L, key: &LogKey) -> Result<Self, OpenLogError> {
        let stored = read(key, CheckpointPlace::Register, store.read_checkpoint()?)?;
        let signed = read(key, CheckpointPlace::Outside, last.read()?)?;
        let (stored, signed) = match (stored, signed) {
            (None, None) => return Err(OpenLogError::NotThere),
            (None, Some(signed)) => {
                return Err(OpenLogError::BelowLast { stored: 0, signed: signed.checkpoint().size() });
            }
            (Some(stored), Some(signed)) => (stored, signed),
            (Some(stored), None) if stored.checkpoint().size() == 0 => {
                last.write(&stored.encode())?;
                (stored.clone(), stored)
            }
            (Some(_), None) => return Err(OpenLogError::LastMissing),
        };
        let (stored_size, signed_size) = (stored.checkpoint().size(), signed.checkpoint().size());
        let size = stored_size.max(signed_size);
        let tree = Tree::new(store, size);
        let below = |error: TreeError| match error {
            // Step 2 was done, so step 1 was: tiles missing now were lost since.
            TreeError::Missing(_) | TreeError::Damaged(_) if signed_size > stored_size => {
                OpenLogError::BelowLast { stored: stored_size, signed: signed_size }
            }
            other => OpenLogError::Tree(other),
        };
        if tree.root_at(signed_size).map_err(below)? != signed.checkpoint().root() {
            return Err(match signed_size.cmp(&stored_size) {
                std::cmp::Ordering::Greater => {
                    OpenLogError::BelowLast { stored: stored_size, signed: signed_size }
                }
                _ if stored.checkpoint().size() == signed_size
                    && stored.checkpoint().root() == signed.checkpoint().root() =>
                {
                    OpenLogError::OtherTiles { size: signed_size }
                }
                _ => OpenLogError::Fork { size: signed_size },
            });
        }
        if tree.root_at(stored_size)? != stored.checkpoint().root() {
            return Err(OpenLogError::OtherTiles { size: stored_size });
        }
        let edge = Edge::load(&tree)?;
        let bundle = match TileId::at_size(TileKind::Entries, size / TILE_WIDTH, size) {
            Some(tile) => tree.bundle(tile)?,
            None => Vec::new(),
        };
        let checkpoint = if signed_size > stored_size {
            store.write_checkpoint(&signed.encode())?;
            signed
        } else {
            stored
        };
        Ok(Self { edge, bundle, checkpoint })
    }
}

fn read(
    key: &LogKey,
    place: CheckpointPlace,
    bytes: Option<Vec<u8>>,
) -> Result<Option<SignedCheckpoint>, OpenLogError> {
    let Some(bytes) = bytes else { return Ok(None) };
    CheckpointNote::parse(&bytes)
        .and_then(|checkpoint| checkpoint.verified_by(&key.verifier()))
        .map(Some)
        .map_err(|source| OpenLogError::Checkpoint { place, source })
}
