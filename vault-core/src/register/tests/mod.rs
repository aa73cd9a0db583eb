//! Tests across the files of the register: evidence, crashes, damage, and the example bytes of its document.
#![allow(clippy::unwrap_used, reason = "tests")]

mod checkpoints;
mod crash;
mod evidence;
mod leaves;
#[cfg(feature = "disk")]
mod on_disk;

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;

use vault_keys::digest::OrgId;
use vault_keys::signing::OfficeKey;
use vault_keys::time::Time;

use super::checkpoint::{LogKey, Origin};
use super::event::{Event, EventKind};
use super::leaf::{Leaf, LeafHead};
use super::sequencer::{LastCheckpoint, LogStore, Sequencer};
use super::tiles::TileId;
use super::tree::ReadTiles;

pub(super) fn org() -> OrgId {
    OrgId::from_bytes([0xab; 32])
}

pub(super) fn now() -> Time {
    "2026-11-22T02:00:00Z".parse().unwrap()
}

pub(super) fn origin() -> Origin {
    "relay.example/vault-log-1".parse().unwrap()
}

pub(super) fn log_key() -> LogKey {
    LogKey::new(origin(), OfficeKey::from_seeds(&[1; 32], &[2; 32]))
}

/// A small leaf that differs by `number`.
pub(super) fn leaf(number: u64) -> Leaf {
    let mut salt = [0; 16];
    salt[..8].copy_from_slice(&number.to_be_bytes());
    let head = LeafHead::new(org(), now(), None, "relay-1".parse().unwrap(), salt);
    let mut event = Event::of_relay(org(), EventKind::Refused, now());
    event.code = Some("malformed".to_owned());
    Leaf::of_event(&head, &event).unwrap()
}

pub(super) fn leaves(range: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    range.map(|number| leaf(number).bytes().to_vec()).collect()
}

/// Storage in memory that can die at any step, half-way through a write.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) tiles: RefCell<HashMap<TileId, Vec<u8>>>,
    pub(super) checkpoint: RefCell<Option<Vec<u8>>>,
    pub(super) last: RefCell<Option<Vec<u8>>>,
    /// Writes until the crash, if there is to be one.
    pub(super) writes_left: RefCell<Option<usize>>,
}

impl Memory {
    /// One write; fails, and keeps failing, once the crash has come.
    fn step(&self) -> io::Result<()> {
        match &mut *self.writes_left.borrow_mut() {
            None => Ok(()),
            Some(0) => Err(io::Error::other("the power is gone")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
        }
    }
}

impl ReadTiles for Memory {
    fn read_tile(&self, tile: TileId) -> io::Result<Option<Vec<u8>>> {
        let tiles = self.tiles.borrow();
        let wider = (tile.width()..=256).filter_map(|width| {
            let size = tile.index() * 256 + width as u64;
            let size = match tile.kind() {
                super::tiles::TileKind::Hashes(level) => size << (8 * u32::from(level)),
                super::tiles::TileKind::Entries => size,
            };
            tiles.get(&TileId::at_size(tile.kind(), tile.index(), size)?)
        });
        Ok(wider.into_iter().next().cloned())
    }
}

impl LogStore for &Memory {
    fn write_tiles(&self, tiles: &[(TileId, Vec<u8>)]) -> io::Result<()> {
        for (tile, bytes) in tiles {
            if let Err(error) = self.step() {
                // Torn: the last one is there in part.
                self.tiles.borrow_mut().insert(*tile, bytes[..bytes.len() / 2].to_vec());
                return Err(error);
            }
            self.tiles.borrow_mut().insert(*tile, bytes.clone());
        }
        Ok(())
    }

    fn read_checkpoint(&self) -> io::Result<Option<Vec<u8>>> {
        Ok(self.checkpoint.borrow().clone())
    }

    fn write_checkpoint(&self, checkpoint: &[u8]) -> io::Result<()> {
        self.step()?;
        *self.checkpoint.borrow_mut() = Some(checkpoint.to_vec());
        Ok(())
    }

    fn retire(&self, _tiles: &[TileId]) -> io::Result<()> {
        Ok(())
    }
}

impl LastCheckpoint for &Memory {
    fn read(&self) -> io::Result<Option<Vec<u8>>> {
        Ok(self.last.borrow().clone())
    }

    fn write(&self, checkpoint: &[u8]) -> io::Result<()> {
        self.step()?;
        *self.last.borrow_mut() = Some(checkpoint.to_vec());
        Ok(())
    }
}

pub(super) type MemoryLog<'a> = Sequencer<&'a Memory, &'a Memory>;

/// A register in memory with this many leaves.
pub(super) fn grown(memory: &Memory, count: u64) -> MemoryLog<'_> {
    let mut log = Sequencer::create(memory, memory, log_key(), now()).unwrap();
    log.append(0, &leaves(0..count), now()).unwrap();
    log
}
