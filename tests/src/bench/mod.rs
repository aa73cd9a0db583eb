//! Benches beside peers: in turn, in one run, on one machine; ratios, never absolute promises.

mod crowd;
mod files;
mod halves;
pub mod keys;
mod machine;
mod measure;
mod office;
mod programs;
pub mod relay;
mod report;
pub mod seal;
mod serving;
mod shaped;
