//! Sizes, rates, lengths of time and dates as people read them.

use std::time::Duration;

use crate::lang::Msg;
use crate::msg;

/// A size in decimal units, as file managers show it: `0 B`, `999 B`, `1.0 kB`, `3.4 GB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut tenths = bytes / 100;
    let mut unit = 0;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or("PB");
    if tenths >= 1000 {
        format!("{} {name}", tenths / 10)
    } else {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    }
}

/// A rate; nothing sensible can be said of the first instant.
#[must_use]
pub fn rate(bytes: u64, elapsed: Duration) -> Option<String> {
    let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    if millis < 50 {
        return None;
    }
    Some(format!(
        "{}/s",
        size(u64::try_from(u128::from(bytes) * 1000 / u128::from(millis)).unwrap_or(u64::MAX))
    ))
}

/// The time left at the present rate, rounded up so that it never promises too much.
#[must_use]
pub fn time_left(done: u64, total: u64, elapsed: Duration) -> Option<Duration> {
    if done == 0 || elapsed < Duration::from_millis(200) {
        return None;
    }
    let left = u128::from(total.saturating_sub(done));
    let millis = (left * elapsed.as_millis()).div_ceil(u128::from(done));
    Some(Duration::from_secs(u64::try_from(millis.div_ceil(1000)).unwrap_or(u64::MAX)))
}

/// A length of time in at most two units: `8 s`, `3 min 20 s`, `2 h 5 min`, `3 days`.
#[must_use]
pub fn span(length: Duration) -> Msg {
    let seconds = length.as_secs();
    match seconds {
        0..60 => msg!("span-seconds", seconds = seconds),
        60..3600 if seconds.is_multiple_of(60) => msg!("span-whole-minutes", minutes = seconds / 60),
        60..3600 => msg!("span-minutes", minutes = seconds / 60, seconds = seconds % 60),
        3600..172_800 if seconds % 3600 < 60 => msg!("span-whole-hours", hours = seconds / 3600),
        3600..172_800 => msg!("span-hours", hours = seconds / 3600, minutes = seconds % 3600 / 60),
        _ => msg!("span-days", days = seconds / 86_400),
    }
}

/// Reads lengths such as `8h`, `30m`, `90s`, `2d`, `45` (minutes); Chinese units too.
#[must_use]
pub fn parse_span(words: &str) -> Option<Duration> {
    let words = words.trim();
    let digits = words.find(|c: char| !c.is_ascii_digit()).unwrap_or(words.len());
    let (number, unit) = words.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    let seconds = match unit.trim() {
        "s" | "秒" => 1,
        "" | "m" | "min" | "分" | "分钟" => 60,
        "h" | "小时" | "时" => 3600,
        "d" | "天" | "日" => 86_400,
        _ => return None,
    };
    number.checked_mul(seconds).filter(|&all| all > 0).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::time::Duration;

    use super::{parse_span, rate, size, span, time_left};
    use crate::lang::{Lang, Texts};

    #[test]
    fn sizes() {
        let cases = [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (1550, "1.5 kB"),
            (99_999, "99.9 kB"),
            (100_000, "100 kB"),
            (4_194_304, "4.1 MB"),
            (1_073_741_824, "1.0 GB"),
            (u64::MAX, "18446 PB"),
        ];
        for (bytes, words) in cases {
            assert_eq!(size(bytes), words);
        }
    }

    #[test]
    fn rates_and_time_left() {
        assert_eq!(rate(10, Duration::from_millis(10)), None);
        assert_eq!(rate(2_000_000, Duration::from_secs(2)).unwrap(), "1.0 MB/s");
        assert_eq!(time_left(0, 100, Duration::from_secs(5)), None);
        assert_eq!(time_left(25, 100, Duration::from_secs(5)), Some(Duration::from_secs(15)));
        assert_eq!(time_left(99, 100, Duration::from_secs(5)), Some(Duration::from_secs(1)));
        assert_eq!(time_left(100, 100, Duration::from_secs(5)), Some(Duration::ZERO));
    }

    #[test]
    fn spans_in_both_languages() {
        let (zh, en) = (Texts::load(Lang::Zh), Texts::load(Lang::En));
        let say = |seconds| {
            let words = span(Duration::from_secs(seconds));
            (zh.say(&words), en.say(&words))
        };
        assert_eq!(say(8), ("8 秒".into(), "8 s".into()));
        assert_eq!(say(200), ("3 分 20 秒".into(), "3 min 20 s".into()));
        assert_eq!(say(7500), ("2 小时 5 分".into(), "2 h 5 min".into()));
        assert_eq!(say(28_800), ("8 小时".into(), "8 h".into()));
        assert_eq!(say(1800), ("30 分钟".into(), "30 min".into()));
        assert_eq!(say(260_000), ("3 天".into(), "3 days".into()));
    }

    #[test]
    fn spans_are_read_back() {
        assert_eq!(parse_span("8h"), Some(Duration::from_secs(28_800)));
        assert_eq!(parse_span("30 分钟"), Some(Duration::from_secs(1800)));
        assert_eq!(parse_span("45"), Some(Duration::from_secs(2700)));
        for bad in ["", "h", "-1h", "8x", "0s", "99999999999999999999h"] {
            assert_eq!(parse_span(bad), None, "{bad}");
        }
    }
}
