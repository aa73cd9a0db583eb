//! The disk under parts and register: the machine's own, or in tests one on which the power goes.

#[cfg(not(feature = "test-hooks"))]
pub use vault_core::disk::durable::RealDisk as StoreDisk;
#[cfg(feature = "test-hooks")]
pub use vault_core::disk::power_cut::TestDisk as StoreDisk;

/// The machine's own disk.
#[must_use]
pub fn own() -> StoreDisk {
    #[cfg(not(feature = "test-hooks"))]
    return StoreDisk;
    #[cfg(feature = "test-hooks")]
    return StoreDisk::default();
}
