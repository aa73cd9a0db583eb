//! Many small pieces of work from an iterator: done in parallel, answered in order, with memory for one block only.

use std::sync::OnceLock;

use thiserror::Error;

use super::progress::Work;
use super::workers::{Stopped, for_each_number};

/// [`Progress::cancel`](super::Progress::cancel) was called. What was delivered by then stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the work was cancelled")]
pub struct Cancelled;

/// Pieces for each thread in one block: enough that threads waiting for the last piece cost little.
const PER_THREAD: usize = 64;

/// Runs `act` on every piece, on the threads of `work`, and hands number and outcome to `deliver` in the order of the
/// pieces. `work.progress` counts pieces.
///
/// # Errors
/// [`Cancelled`]; whole blocks were delivered until then.
pub fn in_order<T: Sync + Send, R: Send + Sync>(
    pieces: impl Iterator<Item = T>,
    work: &Work<'_>,
    act: impl Fn(u64, &T) -> R + Sync,
    mut deliver: impl FnMut(u64, R),
) -> Result<(), Cancelled> {
    let mut pieces = pieces.fuse();
    let mut first = 0;
    loop {
        let block: Vec<T> = pieces.by_ref().take(PER_THREAD * work.threads.get()).collect();
        if block.is_empty() {
            return Ok(());
        }
        let outcomes: Vec<OnceLock<R>> = block.iter().map(|_| OnceLock::new()).collect();
        let done = for_each_number(
            block.len() as u64,
            work,
            || (),
            |pass, (), number| {
                let place = usize::try_from(number).map_err(|_| Stopped)?;
                if let Some((piece, outcome)) = block.get(place).zip(outcomes.get(place)) {
                    // Every number is handed out once, so the place is empty.
                    outcome.set(act(first + number, piece)).map_err(|_| Stopped)?;
                }
                pass.advance(1)
            },
        );
        for outcome in outcomes {
            // After a cancellation the outcomes end at the first that is missing.
            let Some(outcome) = outcome.into_inner() else { break };
            deliver(first, outcome);
            first += 1;
        }
        done.map_err(|Stopped| Cancelled)?;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::num::NonZeroUsize;

    use super::super::Progress;
    use super::*;

    fn work(progress: &Progress, threads: usize) -> Work<'_> {
        Work { threads: NonZeroUsize::new(threads).unwrap(), progress }
    }

    #[test]
    fn outcomes_come_in_order_on_any_number_of_threads() {
        for threads in [1, 2, 7] {
            for count in [0, 1, 63, 64, 65, 1000_u64] {
                let progress = Progress::new();
                let mut seen = Vec::new();
                let act = |number: u64, piece: &u64| (number, piece * piece);
                let deliver = |number, (own, square)| {
                    assert_eq!(number, own);
                    seen.push(square);
                };
                in_order(0..count, &work(&progress, threads), act, deliver).unwrap();
                assert_eq!(seen, (0..count).map(|piece| piece * piece).collect::<Vec<_>>());
                assert_eq!(progress.done_bytes(), count);
            }
        }
    }

    #[test]
    fn cancelling_leaves_a_beginning_without_gaps() {
        let progress = Progress::new();
        let mut seen = Vec::new();
        let act = |number: u64, _: &u64| {
            if number == 100 {
                progress.cancel();
            }
            number
        };
        let end = in_order(0..10_000, &work(&progress, 2), act, |number, _| seen.push(number));
        assert_eq!(end, Err(Cancelled));
        assert!(seen.len() >= 64 && seen.len() < 300, "{}", seen.len());
        assert_eq!(seen, (0..seen.len() as u64).collect::<Vec<_>>());
    }
}
