//! The only rooms of this crate that know a disk: files as positional sources and sinks, private files that appear
//! whole or not at all, durable writes, and a folder of immutable blobs.
//!
//! Everything durable goes through [`durable::Disk`], a handful of calls with one promise each, so that a test double
//! can drop what was not synced. Linux first: nothing outside this folder assumes it.

pub mod blobs;
pub mod durable;
pub mod early;
mod file;
pub mod lock;
#[cfg(any(test, feature = "test-hooks"))]
pub mod power_cut;
pub mod private;
pub mod private_folder;
mod together;
