//! Who may open and who may sign: keys, key files, signed notes and the directory.
//!
//! This crate computes. It opens no socket, starts no thread, reads no clock and draws no randomness:
//! time and random bytes are handed in.
#![warn(missing_docs)]

pub mod bytes;
mod curve25519;
pub mod derive;
pub mod digest;
pub mod directory;
pub mod joining;
pub mod json;
pub mod key_id;
mod key_text;
#[cfg(feature = "open")]
pub mod keyfile;
pub mod merkle;
pub mod note;
pub mod numbers;
pub mod opening;
#[cfg(feature = "open")]
pub mod plugin;
#[cfg(feature = "open")]
pub mod recovery;
pub mod secret;
pub mod signing;
pub mod station;
pub mod time;
pub mod unicode;

/// Whether this build contains the code that opens items. Features of packages built together add up, so a
/// program that must not contain it says so at run time, too (`vault-relay check`).
pub const OPENS_ITEMS: bool = cfg!(feature = "open");
