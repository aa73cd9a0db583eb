//! Payload bytes in the folder of parts: immutable blobs with checksums, each label its own folder.

use std::path::Path;

use vault_core::disk::blobs::{BlobError, Blobs};
use vault_core::item::LabelHash;

use super::super::disk::StoreDisk;
use super::super::{Parts, StoreError};

const PARTS: &str = "parts";

/// The folder of parts of one relay.
#[derive(Debug)]
pub struct PartsFolder(Blobs<StoreDisk>);

impl PartsFolder {
    /// Opens `parts` in the data folder and sweeps what was never finished.
    pub(super) fn open(disk: StoreDisk, data: &Path) -> Result<Self, StoreError> {
        Blobs::open(disk, &data.join(PARTS)).map(Self).map_err(|error| StoreError::Parts(Box::new(error)))
    }

    /// Every label that has parts, in no order: to find what no record names.
    pub fn labels(&self) -> Result<Vec<LabelHash>, StoreError> {
        Ok(self.0.owners().map_err(of_blob)?.into_iter().map(LabelHash::from_bytes).collect())
    }
}

impl Parts for PartsFolder {
    fn put(&self, label: LabelHash, index: u64, bytes: &[u8]) -> Result<(), StoreError> {
        self.0.put(*label.as_bytes(), index, bytes).map_err(of_blob)
    }

    fn read(&self, label: LabelHash, index: u64, offset: u64, length: usize) -> Result<Vec<u8>, StoreError> {
        self.0.read_at(*label.as_bytes(), index, offset, length).map_err(of_blob)
    }

    fn holds(&self, label: LabelHash, index: u64, length: u64) -> Result<bool, StoreError> {
        self.0.holds(*label.as_bytes(), index, length).map_err(of_blob)
    }

    fn set_aside(&self, label: LabelHash, index: u64) -> Result<(), StoreError> {
        self.0.set_aside(*label.as_bytes(), index).map_err(of_blob)
    }

    fn remove(&self, label: LabelHash) -> Result<(), StoreError> {
        self.0.remove(*label.as_bytes()).map_err(of_blob)
    }
}

fn of_blob(error: BlobError) -> StoreError {
    match error {
        BlobError::Missing { index, .. } | BlobError::Damaged { index, .. } => {
            StoreError::PartDamaged { index }
        }
        other => StoreError::Parts(Box::new(other)),
    }
}
