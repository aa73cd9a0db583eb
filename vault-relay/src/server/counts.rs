//! What the relay has done since its start, counted for its operator: numbers, verbs and codes only.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::tally::lock;

/// Requests by verb and outcome, and payload bytes in and out.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    requests: Mutex<BTreeMap<(&'static str, &'static str), u64>>,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
}

impl Counts {
    /// One more request of this verb, with `done`, the code it was refused with, `failed` or `broken-off`.
    pub(crate) fn request(&self, verb: &'static str, outcome: &'static str) {
        *lock(&self.requests).entry((verb, outcome)).or_default() += 1;
    }

    /// Payload bytes that came.
    pub(crate) fn took(&self, bytes: u64) {
        self.bytes_in.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Payload bytes that went.
    pub(crate) fn gave(&self, bytes: u64) {
        self.bytes_out.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Requests so far: verb, outcome, number.
    pub(crate) fn requests(&self) -> Vec<(&'static str, &'static str, u64)> {
        lock(&self.requests).iter().map(|((verb, outcome), count)| (*verb, *outcome, *count)).collect()
    }

    /// Payload bytes so far, in and out.
    pub(crate) fn bytes(&self) -> (u64, u64) {
        (self.bytes_in.load(Ordering::Relaxed), self.bytes_out.load(Ordering::Relaxed))
    }
}
