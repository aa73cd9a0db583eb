//! The payload: 64 KiB chunks sealed and opened in one parallel pass with fixed memory (`docs/item.md`, "Payload").
//!
//! A payload's *content* is every byte after the header: the 16-byte payload nonce, then the chunks of age v1
//! (ChaCha20-Poly1305 in the STREAM construction). It is hashed with BLAKE3 and moved in *parts* of 4 MiB.
//!
//! | module | what it holds |
//! |---|---|
//! | [`at`] | positional reads and writes, handed in; no file is named here |
//! | [`layout`] | lengths, chunks and parts as arithmetic |
//! | [`parts`] | the hash of a part, and the fold of all parts to the content hash |
//! | [`blocks`] | many small pieces of other work on the same threads |
//! | [`seal`], [`open`], [`seek`] | whole payloads in, whole payloads out, and reading in the middle (feature `open`) |
//! | [`plain`] | a payload read as its plaintext, to be sealed anew (feature `open`) |
//!
//! Nothing here reads a header, checks a label, or names a file. What it refuses: a payload whose length, hash or
//! chunks differ from what the caller expects, and a source that shrinks or grows while it is sealed.

pub mod at;
pub mod layout;
pub mod parts;
pub mod progress;

#[cfg(feature = "open")]
pub mod blocks;
#[cfg(feature = "open")]
pub mod chunk;
#[cfg(feature = "open")]
mod joint;
#[cfg(feature = "open")]
pub mod nonce;
#[cfg(feature = "open")]
pub mod open;
#[cfg(feature = "open")]
pub mod plain;
#[cfg(feature = "open")]
pub mod seal;
#[cfg(feature = "open")]
pub mod seek;
#[cfg(feature = "open")]
mod workers;

pub use layout::{ContentLen, PlaintextLen};
pub use parts::{ContentHash, PART_LEN};
pub use progress::{Progress, Work};

#[cfg(all(test, feature = "open"))]
mod tests;
