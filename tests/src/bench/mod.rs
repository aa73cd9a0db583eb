//! Benches beside peers: in turn, in one run, on one machine; ratios, never absolute promises.

mod machine;
mod measure;
mod office;
mod report;
pub mod seal;
