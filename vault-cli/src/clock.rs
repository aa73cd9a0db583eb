//! The one place where the program reads the clock and draws randomness; the libraries get both handed in.

use std::time::{SystemTime, UNIX_EPOCH};

use rand_core::UnwrapErr;
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

/// The time of a person's next answer on a matter: now, yet after every earlier one of his. Twice the same answer in one
/// second would be one and the same note, which says nothing new.
#[must_use]
pub fn after_own(earlier: impl IntoIterator<Item = Time>) -> Time {
    let now = now();
    // A clock that has been put back by more stays as it is: by file its answers are refused, by relay the register orders.
    let close = |time: &Time| (0..SAME_MOMENT_S).contains(&time.seconds_since(now));
    earlier.into_iter().filter(close).max().map_or(now, |last| last.plus_seconds(1))
}

/// How far ahead of the clock an own earlier answer may stand for the next to follow it, in seconds.
const SAME_MOMENT_S: i64 = 10;

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
    use super::{after_own, local, now};

    #[test]
    fn two_answers_of_one_second_have_times_of_their_own() {
        let before = now();
        let time = after_own([before.plus_seconds(2), before.plus_seconds(-5), before.plus_seconds(3600)]);
        assert_eq!(time, before.plus_seconds(3));
        assert!(after_own([]) >= before);
    }

    #[test]
    fn instants_are_shown_in_utc_plus_8() {
        assert_eq!(local("2026-11-22T15:59:59Z".parse().unwrap()), "2026-11-22 23:59");
        assert_eq!(local("2026-11-22T16:00:00Z".parse().unwrap()), "2026-11-23 00:00");
    }
}
