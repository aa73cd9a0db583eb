//! Instants and days (docs/notes.md, "Times and days").
//!
//! Instants are whole seconds in UTC. Days are civil days of UTC+8, the one time of the organisations this
//! serves, and no zone table is consulted. Nothing here reads a clock: the caller hands in `now`.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::numbers::text_forms;

/// Seconds by which a day of UTC+8 begins before the same day of UTC.
const UTC8_SECONDS: i64 = 8 * 3600;
const DAY_SECONDS: i64 = 24 * 3600;
const YEAR_MIN: i16 = 1900;
const YEAR_MAX: i16 = 9999;

/// An instant in whole seconds, written `2026-11-22T03:04:05Z`.
///
/// It lies between the beginning of 1900-01-01 and the end of 9999-12-31, both in UTC+8.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// A civil day of UTC+8, written `2026-11-22`, from 1900-01-01 to 9999-12-31.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// Why a text or number is not a time or day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeError {
    /// Not an instant in the one accepted form.
    #[error("a time is written YYYY-MM-DDTHH:MM:SSZ")]
    Time,
    /// Not a day in the one accepted form.
    #[error("a day is written YYYY-MM-DD")]
    Day,
    /// Before 1900 or after 9999.
    #[error("a time or day lies in the years 1900 to 9999")]
    Range,
}

impl Time {
    /// The earliest time: the beginning of 1900-01-01 in UTC+8.
    pub const MIN: Self = Self(-2_209_017_600);
    /// The latest time: the end of 9999-12-31 in UTC+8.
    pub const MAX: Self = Self(253_402_272_000);

    /// The instant `seconds` after 1970-01-01T00:00:00Z, leap seconds not counted.
    pub const fn from_unix(seconds: i64) -> Result<Self, TimeError> {
        if seconds < Self::MIN.0 || seconds > Self::MAX.0 {
            return Err(TimeError::Range);
        }
        Ok(Self(seconds))
    }

    /// Seconds since 1970-01-01T00:00:00Z; negative before.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// The civil day of UTC+8 in which the instant lies.
    pub fn day(self) -> Day {
        // MAX is the end of the last day, not an instant within it.
        let seconds = self.0.min(Self::MAX.0 - 1) + UTC8_SECONDS;
        Day(civil_of(seconds.div_euclid(DAY_SECONDS)))
    }

    /// The instant `seconds` later, or earlier if negative; never beyond [`Self::MIN`] and [`Self::MAX`].
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds).clamp(Self::MIN.0, Self::MAX.0))
    }

    /// The instant `days` times 24 hours later; never beyond [`Self::MAX`].
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        self.plus_seconds(i64::from(days) * DAY_SECONDS)
    }

    /// Seconds from `earlier` to this instant; negative if `earlier` is later.
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        // Both lie within Time's range, so the difference cannot overflow.
        self.0 - earlier.0
    }
}

impl Day {
    /// The day with this year, month and day of month.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, TimeError> {
        if !(YEAR_MIN..=YEAR_MAX).contains(&year) {
            return Err(TimeError::Range);
        }
        Date::new(year, month, day).map(Self).map_err(|_| TimeError::Day)
    }

    /// The same day `years` on; the month's last day where there is none.
    pub fn plus_years(self, years: u32) -> Result<Self, TimeError> {
        self.plus_months(years.checked_mul(12).ok_or(TimeError::Range)?)
    }

    /// The same day `months` on; the month's last day where there is none.
    pub fn plus_months(self, months: u32) -> Result<Self, TimeError> {
        let months = i32::try_from(months).map_err(|_| TimeError::Range)?;
        let span = jiff::Span::new().try_months(months).map_err(|_| TimeError::Range)?;
        // jiff constrains to the last day of the month, as design section 5 demands.
        self.0.checked_add(span).map(Self).map_err(|_| TimeError::Range)
    }

    /// The day `days` on.
    pub fn plus_days(self, days: u32) -> Result<Self, TimeError> {
        let days = i32::try_from(days).map_err(|_| TimeError::Range)?;
        let span = jiff::Span::new().try_days(days).map_err(|_| TimeError::Range)?;
        self.0.checked_add(span).map(Self).map_err(|_| TimeError::Range)
    }

    /// The end of the day: 24:00 in UTC+8, which is 16:00 in UTC.
    pub fn end(self) -> Time {
        Time((days_of(self.0) + 1) * DAY_SECONDS - UTC8_SECONDS)
    }

    /// The beginning of the day: 00:00 in UTC+8.
    pub fn begin(self) -> Time {
        Time(days_of(self.0) * DAY_SECONDS - UTC8_SECONDS)
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    pub fn day_of_month(self) -> i8 {
        self.0.day()
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = civil_of(self.0.div_euclid(DAY_SECONDS));
        let second = self.0.rem_euclid(DAY_SECONDS);
        write_date(date, f)?;
        write!(f, "T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_date(self.0, f)
    }
}

impl FromStr for Time {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let bytes: &[u8; 20] = text.as_bytes().try_into().map_err(|_| TimeError::Time)?;
        let [date @ .., b'T', h1, h0, b':', m1, m0, b':', s1, s0, b'Z'] = bytes else {
            return Err(TimeError::Time);
        };
        let date = parse_date(date).ok_or(TimeError::Time)?;
        let hour = two_digits(*h1, *h0).filter(|hour| *hour < 24).ok_or(TimeError::Time)?;
        let minute = two_digits(*m1, *m0).filter(|minute| *minute < 60).ok_or(TimeError::Time)?;
        let second = two_digits(*s1, *s0).filter(|second| *second < 60).ok_or(TimeError::Time)?;
        let in_day = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Self::from_unix(days_of(date) * DAY_SECONDS + in_day)
    }
}

impl FromStr for Day {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let bytes: &[u8; 10] = text.as_bytes().try_into().map_err(|_| TimeError::Day)?;
        let date = parse_date(bytes).ok_or(TimeError::Day)?;
        Self::new(date.year(), date.month(), date.day())
    }
}

text_forms!(Time);
text_forms!(Day);

fn write_date(date: Date, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

fn parse_date(bytes: &[u8; 10]) -> Option<Date> {
    let [y3, y2, y1, y0, b'-', m1, m0, b'-', d1, d0] = bytes else { return None };
    let year = i16::from(two_digits(*y3, *y2)?) * 100 + i16::from(two_digits(*y1, *y0)?);
    Date::new(year, two_digits(*m1, *m0)?, two_digits(*d1, *d0)?).ok()
}

fn two_digits(tens: u8, ones: u8) -> Option<i8> {
    if !tens.is_ascii_digit() || !ones.is_ascii_digit() {
        return None;
    }
    i8::try_from((tens - b'0') * 10 + (ones - b'0')).ok()
}

const EPOCH: Date = Date::constant(1970, 1, 1);

/// Days from 1970-01-01 to `date`.
fn days_of(date: Date) -> i64 {
    let span = EPOCH.until(date).unwrap_or_default();
    i64::from(span.get_days())
}

/// The civil date `days` after 1970-01-01.
fn civil_of(days: i64) -> Date {
    // Within Time's range every day number is a date of jiff, which reaches from -9999 to 9999.
    i32::try_from(days).ok().and_then(|days| EPOCH.checked_add(days.days()).ok()).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn time(text: &str) -> Time {
        text.parse().unwrap()
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn bounds_are_whole_days_of_utc8() {
        assert_eq!(Time::MIN.to_string(), "1899-12-31T16:00:00Z");
        assert_eq!(Time::MAX.to_string(), "9999-12-31T16:00:00Z");
        assert_eq!(day("1900-01-01").begin(), Time::MIN);
        assert_eq!(day("9999-12-31").end(), Time::MAX);
        assert_eq!(Time::MAX.day(), day("9999-12-31"));
        assert_eq!(Time::MIN.day(), day("1900-01-01"));
        assert_eq!("1899-12-31T15:59:59Z".parse::<Time>(), Err(TimeError::Range));
        assert_eq!("9999-12-31T16:00:01Z".parse::<Time>(), Err(TimeError::Range));
        assert_eq!("1899-12-31".parse::<Day>(), Err(TimeError::Range));
        assert_eq!(Time::MAX.plus_days(1), Time::MAX);
    }

    #[test]
    fn one_text_form_only() {
        assert_eq!(time("1970-01-01T00:00:00Z").unix(), 0);
        assert_eq!(time("2026-11-22T03:04:05Z").unix(), 1_795_316_645);
        for bad in [
            "",
            "2026-11-22",
            "2026-11-22T03:04:05",
            "2026-11-22t03:04:05Z",
            "2026-11-22 03:04:05Z",
            "2026-11-22T03:04:05+00:00",
            "2026-11-22T03:04:05.0Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T23:59:60Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "+026-11-22T03:04:05Z",
            "2026-11-22T03:0a:05Z",
        ] {
            assert_eq!(bad.parse::<Time>(), Err(TimeError::Time), "{bad}");
        }
        for bad in ["", "2026-2-29", "2026-02-30", "2026/02/03", "20260203", "2026-02-03T"] {
            assert_eq!(bad.parse::<Day>(), Err(TimeError::Day), "{bad}");
        }
    }

    #[test]
    fn days_begin_eight_hours_before_utc() {
        assert_eq!(time("2026-11-21T15:59:59Z").day(), day("2026-11-21"));
        assert_eq!(time("2026-11-21T16:00:00Z").day(), day("2026-11-22"));
        assert_eq!(day("2026-11-22").end(), time("2026-11-22T16:00:00Z"));
    }

    #[test]
    fn terms_fall_on_the_last_day_where_there_is_none() {
        assert_eq!(day("2024-02-29").plus_years(1), Ok(day("2025-02-28")));
        assert_eq!(day("2024-02-29").plus_years(4), Ok(day("2028-02-29")));
        assert_eq!(day("2026-08-31").plus_months(1), Ok(day("2026-09-30")));
        assert_eq!(day("2026-08-31").plus_months(6), Ok(day("2027-02-28")));
        assert_eq!(day("2026-11-22").plus_years(20), Ok(day("2046-11-22")));
        assert_eq!(day("9999-11-22").plus_months(2), Err(TimeError::Range));
        assert_eq!(day("2026-11-22").plus_years(u32::MAX), Err(TimeError::Range));
        assert_eq!(day("2026-11-22").plus_days(10), Ok(day("2026-12-02")));
    }

    proptest! {
        #[test]
        fn times_round_trip(seconds in Time::MIN.unix()..=Time::MAX.unix()) {
            let time = Time::from_unix(seconds).unwrap();
            prop_assert_eq!(time.to_string().parse::<Time>(), Ok(time));
            prop_assert!(time.day().begin() <= time && time <= time.day().end());
        }
    }
}
