//! Whether the clock goes as time does (docs/reliability.md, "A clock that jumps").
//!
//! What upkeep ends by the clock stays ended, and a freshness note dated ahead keeps all later ones waiting. So both wait
//! for a while when the clock was set: long enough to put it right.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use vault_keys::time::Time;

use super::tally::lock;

/// A difference that counts as set, in seconds: what clients take for the same time.
const TOLERANCE_S: i64 = 300;
/// How long nothing is ended after the clock was set.
const HOLD: Duration = Duration::from_secs(3600);

/// The clock beside one that nobody sets.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    last: Option<(Time, Instant)>,
    held_until: Option<Instant>,
}

impl Pace {
    /// Looks at both clocks, and says whether the one that people set has gone evenly for the last hour.
    pub(crate) fn is_even(&self, now: Time, steady: Instant) -> bool {
        let mut seen = lock(&self.0);
        if let Some((then, before)) = seen.last {
            let passed =
                i64::try_from(steady.saturating_duration_since(before).as_secs()).unwrap_or(i64::MAX);
            let jumped_s = now.seconds_since(then).saturating_sub(passed);
            if jumped_s.abs() > TOLERANCE_S {
                tracing::error!(
                    jumped_s,
                    %now,
                    "the clock was set: for an hour nothing is ended by it and no freshness note is made; put it right if it is wrong"
                );
                seen.held_until = steady.checked_add(HOLD);
            }
        }
        seen.last = Some((now, steady));
        seen.held_until.is_none_or(|until| steady >= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_is_believed_after_an_hour() {
        let (start, steady): (Time, _) = ("2026-11-25T08:00:00Z".parse().expect("a time"), Instant::now());
        for jump_s in [-365 * 86_400, -3600, 3600, 365 * 86_400] {
            let pace = Pace::default();
            let look = |passed_s: u64, set_s: i64| {
                let passed = i64::try_from(passed_s).expect("small");
                pace.is_even(start.plus_seconds(passed + set_s), steady + Duration::from_secs(passed_s))
            };
            assert!(look(0, 0) && look(600, 0) && look(1200, 250), "as it goes, or put right by a little");
            assert!(!look(1800, jump_s) && !look(5000, jump_s), "{jump_s}");
            assert!(look(1800 + 3600, jump_s), "{jump_s}: an hour later");
            // Put right again: that is a jump, too.
            assert!(!look(6000, 0) && look(9600, 0), "{jump_s}");
        }
    }
}
