//! Progress of long work: how far, how fast, how long still. On a terminal one line is redrawn; into
//! a file or log a plain line appears every ten seconds; with `--json` or `-q` nothing does.
//!
//! Workers on other threads only add to a counter; drawing happens on whichever of them finds that
//! a tenth of a second has passed, so bulk work never waits for the terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::format::{rate, size, span, time_left};
use super::{Loudness, Ui};
use crate::lang::{Lang, Msg, Texts};
use crate::msg;

/// One piece of long work.
#[derive(Debug)]
pub struct Progress {
    title: String,
    lang: Lang,
    total: AtomicU64,
    done: AtomicU64,
    started: Instant,
    drawn: Mutex<Instant>,
    manner: Drawing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drawing {
    Nothing,
    Redrawn,
    Lines,
}

impl Ui {
    /// Begins a piece of work of `total` bytes.
    #[must_use]
    pub fn progress(&self, title: &Msg, total: u64) -> Progress {
        let manner = if self.manner().json || self.manner().loudness == Loudness::Quiet || !self.live {
            Drawing::Nothing
        } else if io::stderr().is_terminal() {
            Drawing::Redrawn
        } else {
            Drawing::Lines
        };
        let now = Instant::now();
        Progress {
            title: self.words(title),
            lang: self.manner().lang,
            total: AtomicU64::new(total),
            done: AtomicU64::new(0),
            started: now,
            drawn: Mutex::new(now),
            manner,
        }
    }
}

impl Progress {
    /// Counts bytes that are done.
    pub fn advance(&self, bytes: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        self.draw(done);
    }

    /// Sets how many bytes are done.
    pub fn reached(&self, bytes: u64) {
        self.done.store(bytes, Ordering::Relaxed);
        self.draw(bytes);
    }

    /// Corrects the total once it is known.
    pub fn expect(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    fn draw(&self, done: u64) {
        let pause = match self.manner {
            Drawing::Nothing => return,
            Drawing::Redrawn => Duration::from_millis(100),
            Drawing::Lines => Duration::from_secs(10),
        };
        let Ok(mut drawn) = self.drawn.try_lock() else { return };
        if drawn.elapsed() < pause {
            return;
        }
        *drawn = Instant::now();
        let words = self.words(done);
        let words = if self.manner == Drawing::Redrawn {
            format!("\r\u{1b}[2K{words}")
        } else {
            format!("{words}\n")
        };
        let mut err = io::stderr().lock();
        drop(err.write_all(words.as_bytes()).and_then(|()| err.flush()));
    }

    fn words(&self, done: u64) -> String {
        let total = self.total.load(Ordering::Relaxed);
        let elapsed = self.started.elapsed();
        // Texts are read anew only when a line is drawn: the Fluent bundle cannot cross threads.
        let texts = Texts::load(self.lang);
        line(&texts, &self.title, done, total, elapsed)
    }
}

fn line(texts: &Texts, title: &str, done: u64, total: u64, elapsed: Duration) -> String {
    let percent = if total == 0 { 100 } else { (u128::from(done) * 100 / u128::from(total)).min(100) };
    let mut words = format!("{title} {percent}% · {} / {}", size(done), size(total));
    if let Some(rate) = rate(done, elapsed) {
        words.push_str(&format!(" · {rate}"));
    }
    if let Some(left) = time_left(done, total, elapsed) {
        words.push_str(&format!(" · {}", texts.say(&msg!("time-left", time = span(left)))));
    }
    words
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.manner == Drawing::Redrawn {
            let mut err = io::stderr().lock();
            drop(err.write_all(b"\r\x1b[2K").and_then(|()| err.flush()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::line;
    use crate::lang::{Lang, Texts};

    #[test]
    fn a_line_says_how_far_how_fast_and_how_long() {
        let words =
            |lang| line(&Texts::load(lang), "加密", 250_000_000, 1_000_000_000, Duration::from_secs(1));
        assert_eq!(words(Lang::Zh), "加密 25% · 250 MB / 1.0 GB · 250 MB/s · 还剩 3 秒");
        assert_eq!(words(Lang::En), "加密 25% · 250 MB / 1.0 GB · 250 MB/s · 3 s left");
    }
}
