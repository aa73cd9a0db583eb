//! Progress of long work: how far, how fast, how long still. On a terminal one line is redrawn; into
//! a file or log a plain line appears every ten seconds; with `--json` or `-q` nothing does.
//!
//! The work only counts; a thread beside it looks at the counter and draws, so bulk work never waits for
//! the terminal.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::format::{rate, size, span, time_left};
use super::{Loudness, Ui};
use crate::lang::{Lang, Msg, Texts};
use crate::msg;

/// How often a terminal line is redrawn.
const REDRAWN_EVERY: Duration = Duration::from_millis(100);
/// How often a plain line appears in a log.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// One piece of long work.
#[derive(Debug)]
pub struct Progress {
    title: String,
    lang: Lang,
    total: u64,
    counted: Counted,
    drawing: Drawing,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    Bytes,
    Items,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drawing {
    Nothing,
    Redrawn,
    Lines,
}

impl Ui {
    /// Prepares a piece of work of `total` bytes.
    #[must_use]
    pub fn progress(&self, title: &Msg, total: u64) -> Progress {
        self.progress_of(title, total, Counted::Bytes)
    }

    /// Prepares a piece of work on `total` items.
    #[must_use]
    pub fn progress_of_items(&self, title: &Msg, total: u64) -> Progress {
        self.progress_of(title, total, Counted::Items)
    }

    fn progress_of(&self, title: &Msg, total: u64, counted: Counted) -> Progress {
        let drawing = if self.manner().json || self.manner().loudness == Loudness::Quiet || !self.live {
            Drawing::Nothing
        } else if io::stderr().is_terminal() {
            Drawing::Redrawn
        } else {
            Drawing::Lines
        };
        Progress { title: self.words(title), lang: self.manner().lang, total, counted, drawing }
    }
}

impl Progress {
    /// Does the work while another thread shows how far `done` says it is.
    pub fn during<T>(&self, done: impl Fn() -> u64 + Sync, work: impl FnOnce() -> T) -> T {
        if self.drawing == Drawing::Nothing {
            return work();
        }
        let (stop, stopped) = mpsc::channel::<()>();
        std::thread::scope(|scope| {
            let done = &done;
            scope.spawn(move || self.draw(done, &stopped));
            let result = work();
            // The drawing thread ends when the channel closes, whether or not the work succeeded.
            drop(stop);
            result
        })
    }

    fn draw(&self, done: impl Fn() -> u64, stopped: &mpsc::Receiver<()>) {
        let texts = Texts::load(self.lang);
        let started = Instant::now();
        let pause = if self.drawing == Drawing::Redrawn { REDRAWN_EVERY } else { LINE_EVERY };
        let mut drawn = false;
        while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
            let words = self.line(&texts, done(), started.elapsed());
            match self.drawing {
                Drawing::Redrawn => write(&format!("{CLEAR}{words}")),
                _ => write(&format!("{words}\n")),
            }
            drawn = true;
        }
        if drawn && self.drawing == Drawing::Redrawn {
            write(CLEAR);
        }
    }
}

const CLEAR: &str = "\r\u{1b}[2K";

fn write(words: &str) {
    let mut err = io::stderr().lock();
    // Nobody is left to be told about a closed standard error.
    drop(err.write_all(words.as_bytes()).and_then(|()| err.flush()));
}

impl Progress {
    fn line(&self, texts: &Texts, done: u64, elapsed: Duration) -> String {
        match self.counted {
            Counted::Bytes => line(texts, &self.title, done, self.total, elapsed),
            Counted::Items => {
                let mut words = format!("{} {done} / {}", self.title, self.total);
                if let Some(left) = time_left(done, self.total, elapsed) {
                    words.push_str(&format!(" · {}", texts.say(&msg!("time-left", time = span(left)))));
                }
                words
            }
        }
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
