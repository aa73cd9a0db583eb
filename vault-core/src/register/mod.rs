//! The register 登记簿: one append-only Merkle log of everything that happened to items (design section 9).
//!
//! - [`leaf`], [`event`], [`returned`]: what is written down; [`tiles`], [`tree`]: where it lies and how it hashes together;
//! - [`checkpoint`], [`proof`]: what the log signs, and evidence that anyone checks offline;
//! - [`sequencer`]: the one writer; [`succession`]: what takes the place of a log that lost leaves; [`audit`]: reading a whole register against its checkpoint;
//! - `folder` (feature `disk`): a register as files, in the layout of C2SP tlog-tiles.
//!
//! Nothing here decides whether something may be entered; whoever appends has decided that.

pub mod audit;
pub mod checkpoint;
pub mod event;
#[cfg(feature = "disk")]
pub mod folder;
pub mod leaf;
pub mod proof;
pub mod returned;
pub mod sequencer;
pub mod succession;
pub mod tiles;
pub mod tree;

#[cfg(test)]
mod tests;
