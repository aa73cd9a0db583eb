//! What is sealed, under which rules: items, streams, labels, policy, admission, transfer, register.
//!
//! No network, no async runtime, no wall clock. Threads only in `stream/`, a disk only behind the
//! feature `disk`.

pub mod admission;
pub mod bundle;
pub mod decision;
#[cfg(feature = "disk")]
pub mod disk;
pub mod item;
pub mod level;
pub mod limits;
pub mod mark;
#[cfg(feature = "open")]
pub mod opening;
pub mod policy;
#[cfg(feature = "open")]
pub mod recovery;
pub mod register;
#[cfg(feature = "open")]
pub mod rewrap;
pub mod scope;
#[cfg(feature = "open")]
pub mod sealing;
pub mod stream;
pub mod term;
#[cfg(all(feature = "open", any(test, feature = "test-hooks")))]
pub mod test_world;
pub mod transfer;
pub mod weak_unit;
