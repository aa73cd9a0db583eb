//! Payload bytes in the folder of parts: immutable blobs with checksums, each upload its own folder.

use std::path::Path;

use vault_core::disk::blobs::{BlobError, Blobs};

use super::super::disk::StoreDisk;
use super::super::{Parts, PartsName, StoreError};

const PARTS: &str = "parts";

/// The folder of parts of one relay.
#[derive(Debug)]
pub struct PartsFolder(Blobs<StoreDisk>);

impl PartsFolder {
    /// Opens `parts` in the data folder and sweeps what was never finished.
    pub(super) fn open(disk: StoreDisk, data: &Path) -> Result<Self, StoreError> {
        Blobs::open(disk, &data.join(PARTS)).map(Self).map_err(|error| StoreError::Parts(Box::new(error)))
    }
}

impl Parts for PartsFolder {
    fn put(&self, name: PartsName, index: u64, bytes: &[u8]) -> Result<(), StoreError> {
        self.0.put(*name.as_bytes(), index, bytes).map_err(of_blob)
    }

    fn read(&self, name: PartsName, index: u64, offset: u64, length: usize) -> Result<Vec<u8>, StoreError> {
        self.0.read_at(*name.as_bytes(), index, offset, length).map_err(of_blob)
    }

    fn holds(&self, name: PartsName, index: u64, length: u64) -> Result<bool, StoreError> {
        self.0.holds(*name.as_bytes(), index, length).map_err(of_blob)
    }

    fn set_aside(&self, name: PartsName, index: u64) -> Result<(), StoreError> {
        self.0.set_aside(*name.as_bytes(), index).map_err(of_blob)
    }

    fn names(&self) -> Result<Vec<PartsName>, StoreError> {
        Ok(self.0.owners().map_err(of_blob)?.into_iter().map(PartsName::from_bytes).collect())
    }

    fn remove(&self, name: PartsName) -> Result<(), StoreError> {
        self.0.remove(*name.as_bytes()).map_err(of_blob)
    }
}

fn of_blob(error: BlobError) -> StoreError {
    match error {
        BlobError::Missing { index, .. } | BlobError::Damaged { index, .. } => {
            StoreError::PartDamaged { index }
        }
        BlobError::Conflict { index, .. } => StoreError::PartConflict { index },
        other => StoreError::Parts(Box::new(other)),
    }
}
