//! The relay's clock: the one place of this crate where time is read.

use std::fmt::Debug;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use vault_keys::time::Time;

/// Where the relay gets the time from.
pub trait Clock: Debug + Send + Sync {
    /// The present time, to the second.
    fn now(&self) -> Time;

    /// The present moment of a clock that nobody sets.
    fn steady(&self) -> Instant {
        Instant::now()
    }
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        // A clock before 1970 or after 9999 is refused nowhere else: take the nearest time there is.
        let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(_) => 0,
        };
        Time::from_unix(seconds).unwrap_or(Time::MAX)
    }
}
