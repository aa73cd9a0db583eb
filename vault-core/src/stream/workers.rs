//! The only threads of this crate: scoped workers that take one numbered piece of work after the other.
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
    /// Counts `amount` as done, and says whether to go on.
    pub(crate) fn advance(&self, amount: u64) -> Result<(), Stopped> {
        self.work.progress.add(amount);
        if self.failed.load(Ordering::Relaxed) || self.work.progress.is_cancelled() {
            return Err(Stopped);
        }
        Ok(())
    }
}

/// Runs `take` once for every span of a content, each thread with a scratch of its own.
pub(crate) fn for_each_span<S, E: Send>(
    length: ContentLen,
    work: &Work<'_>,
    scratch: impl Fn() -> S + Sync,
    take: impl Fn(&Pass<'_>, &mut S, Span) -> Result<(), E> + Sync,
) -> Result<(), E> {
    for_each_number(length.parts(), work, scratch, |pass, own, part| take(pass, own, Span::of(length, part)))
}

/// Runs `take` once for every number below `count`, which is not 0, on `work.threads` threads.
///
/// Numbers are handed out in order, so those in work at any moment are neighbours. Returns the error that came first.
pub(crate) fn for_each_number<S, E: Send>(
    count: u64,
    work: &Work<'_>,
    scratch: impl Fn() -> S + Sync,
    take: impl Fn(&Pass<'_>, &mut S, u64) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let pass = Pass { work, failed: AtomicBool::new(false) };
    let next = AtomicU64::new(0);
    let first_error = Mutex::new(None);
    let worker = || {
        let mut own = scratch();
        while !pass.failed.load(Ordering::Relaxed) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                break;
            }
            if let Err(error) = take(&pass, &mut own, number) {
                first_error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                pass.failed.store(true, Ordering::Relaxed);
            }
        }
    };
    let helpers = (work.threads.get() as u64).min(count).saturating_sub(1);
    thread::scope(|scope| {
        for _ in 0..helpers {
            scope.spawn(worker);
        }
        worker();
    });
    first_error.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}
