//! How many workers run, how far they are, and how to stop them.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Shared between the workers and whoever draws a progress bar or catches Ctrl-C.
#[derive(Debug, Default)]
pub struct Progress {
    done_bytes: AtomicU64,
    cancelled: AtomicBool,
}

impl Progress {
    /// Nothing done, not cancelled.
    pub const fn new() -> Self {
        Self { done_bytes: AtomicU64::new(0), cancelled: AtomicBool::new(false) }
    }

    /// Plaintext bytes done so far, over all passes that shared this counter; pieces, where [`super::blocks`] counts.
    pub fn done_bytes(&self) -> u64 {
        self.done_bytes.load(Ordering::Relaxed)
    }

    /// Asks the workers to stop; the pass then ends with its `Cancelled` error.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether [`Progress::cancel`] was called.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    #[cfg(feature = "open")]
    pub(crate) fn add(&self, bytes: u64) {
        self.done_bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// How a pass runs: its threads and its progress.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// Threads that seal or open; each holds about 0.6 MiB. [`Work::new`] takes one per core, at most 8.
    pub threads: NonZeroUsize,
    /// Counted up by the workers, and looked at between chunks.
    pub progress: &'a Progress,
}

impl<'a> Work<'a> {
    /// One thread per core this process may use, at most 8: beyond that memory bandwidth is the limit.
    pub fn new(progress: &'a Progress) -> Self {
        let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { threads: cores.min(THREADS_MAX), progress }
    }
}

const THREADS_MAX: NonZeroUsize = NonZeroUsize::new(8).expect("8 is not zero");
