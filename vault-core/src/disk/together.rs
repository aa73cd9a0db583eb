//! Syncs that do not wait for each other: a disk takes about as long for several as for one.

use std::io;
use std::thread;

/// Does all of these at once, and answers the first failure by their order. All have ended when it returns.
pub(super) fn all<J: FnOnce() -> io::Result<()> + Send>(jobs: impl IntoIterator<Item = J>) -> io::Result<()> {
    let mut jobs = jobs.into_iter();
    let Some(first) = jobs.next() else { return Ok(()) };
    thread::scope(|scope| {
        let others: Vec<_> = jobs.map(|job| scope.spawn(job)).collect();
        // One is done here: where there is only one, no thread is made for it.
        let mut result = first();
        for other in others {
            let ended = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            result = result.and(ended);
        }
        result
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn they_run_at_once_and_the_first_failure_is_told() {
        // Nobody passes before all three are there.
        let barrier = Barrier::new(3);
        let job = |failure: Option<io::ErrorKind>| {
            let barrier = &barrier;
            move || {
                barrier.wait();
                failure.map_or(Ok(()), |kind| Err(kind.into()))
            }
        };
        all([job(None), job(None), job(None)]).unwrap();
        let failed =
            all([job(None), job(Some(io::ErrorKind::StorageFull)), job(Some(io::ErrorKind::NotFound))]);
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::StorageFull);
        all(Vec::<fn() -> io::Result<()>>::new()).unwrap();
    }
}
