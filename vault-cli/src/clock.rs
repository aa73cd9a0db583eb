//! The one place where the program reads the clock and draws randomness; the libraries get both handed in.

use std::time::{SystemTime, UNIX_EPOCH};

use rand_core::UnwrapErr;
use vault_core::admission::limits::CLOCK_SKEW_S;
use vault_keys::time::Time;

/// The system's randomness. A machine without it cannot go on, so its failure ends the process.
#[must_use]
pub fn randomness() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

/// Now, in whole seconds.
#[must_use]
pub fn now() -> Time {
    #[cfg(feature = "test-hooks")]
    if let Some(time) = std::env::var("VAULT_TEST_TIME").ok().and_then(|words| words.parse().ok()) {
        return time;
    }
    let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    };
    Time::from_unix(seconds).unwrap_or(if seconds < 0 { Time::MIN } else { Time::MAX })
}

/// The time of a next answer on a matter: now, yet after every one given before it. Twice the same answer of one person in
/// one second would be one and the same note, which says nothing new; and by file times are all there is to order them.
#[must_use]
pub fn after(given: impl IntoIterator<Item = Time>) -> Time {
    let now = now();
    // Machines differ by moments. What lies further ahead stays ahead: one of the two clocks is wrong.
    let close = |time: &Time| (0..CLOCK_SKEW_S).contains(&time.seconds_since(now));
    given.into_iter().filter(close).max().map_or(now, |last| last.plus_seconds(1))
}

/// An instant as people here read it: UTC+8, to the minute.
#[must_use]
pub fn local(time: Time) -> String {
    let day = time.day();
    let minutes = time.seconds_since(day.begin()) / 60;
    format!("{day} {:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{after, local, now};

    #[test]
    fn an_answer_is_later_than_those_given_before_it() {
        let before = now();
        let time = after([before.plus_seconds(2), before.plus_seconds(-5)]);
        assert_eq!(time, before.plus_seconds(3));
        // A clock that is wrong by an hour orders nothing.
        assert!(after([before.plus_seconds(3600)]) < before.plus_seconds(60));
        assert!(after([]) >= before);
    }

    #[test]
    fn instants_are_shown_in_utc_plus_8() {
        assert_eq!(local("2026-11-22T15:59:59Z".parse().unwrap()), "2026-11-22 23:59");
        assert_eq!(local("2026-11-22T16:00:00Z".parse().unwrap()), "2026-11-23 00:00");
    }
}
