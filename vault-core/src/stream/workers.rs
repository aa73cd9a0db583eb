//! The only threads of this crate: scoped workers that take one span after the other.
//!
//! The first error ends the pass: the others see it between two chunks and stop. No thread outlives the call.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::joint::Span;
use super::layout::ContentLen;
use super::progress::Work;

/// Asked between chunks: whether to go on.
pub(crate) struct Pass<'a> {
    work: &'a Work<'a>,
    failed: AtomicBool,
}

/// The pass was cancelled, or another worker failed.
pub(crate) struct Stopped;

impl Pass<'_> {
    /// Counts `bytes` of plaintext as done, and says whether to go on.
    pub(crate) fn advance(&self, bytes: u64) -> Result<(), Stopped> {
        self.work.progress.add(bytes);
        if self.failed.load(Ordering::Relaxed) || self.work.progress.is_cancelled() {
            return Err(Stopped);
        }
        Ok(())
    }
}

/// Runs `take` once for every span of a content, on `work.threads` threads, each with a scratch of its own.
///
/// Spans are handed out in order, so those in work at any moment are neighbours. Returns the error that came first.
pub(crate) fn for_each_span<S, E: Send>(
    length: ContentLen,
    work: &Work<'_>,
    scratch: impl Fn() -> S + Sync,
    take: impl Fn(&Pass<'_>, &mut S, Span) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let pass = Pass { work, failed: AtomicBool::new(false) };
    let next = AtomicU64::new(0);
    let first_error = Mutex::new(None);
    let worker = || {
        let mut own = scratch();
        while !pass.failed.load(Ordering::Relaxed) {
            let part = next.fetch_add(1, Ordering::Relaxed);
            if part >= length.parts() {
                break;
            }
            if let Err(error) = take(&pass, &mut own, Span::of(length, part)) {
                first_error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                pass.failed.store(true, Ordering::Relaxed);
            }
        }
    };
    let helpers = (work.threads.get() as u64).min(length.parts()) - 1;
    thread::scope(|scope| {
        for _ in 0..helpers {
            scope.spawn(worker);
        }
        worker();
    });
    first_error.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}
