//! What is sealed, under which rules: items, streams, labels, policy, admission, transfer, register.
//!
//! No network, no async runtime, no wall clock. Threads only in `stream/`, a disk only behind the
//! feature `disk`.

pub mod admission;
#[cfg(feature = "disk")]
pub mod disk;
pub mod item;
pub mod level;
pub mod limits;
pub mod mark;
pub mod policy;
pub mod register;
pub mod scope;
pub mod stream;
pub mod term;
pub mod transfer;
