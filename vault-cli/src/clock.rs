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
    use super::local;

    #[test]
    fn instants_are_shown_in_utc_plus_8() {
        assert_eq!(local("2026-11-22T15:59:59Z".parse().unwrap()), "2026-11-22 23:59");
        assert_eq!(local("2026-11-22T16:00:00Z".parse().unwrap()), "2026-11-23 00:00");
    }
}
