//! The only place that prints. Text for people goes to standard output, what accompanies it
//! (questions, progress, warnings, failures) to standard error; with `--json` standard output
//! carries one JSON document and nothing else. Design section 11.
//!
//! A closed pipe is quiet success: whoever reads us has read enough.

pub mod format;
pub mod progress;
pub mod prompt;
pub mod table;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::{self, IsTerminal as _, Write};

use serde_json::{Value, json};

use crate::error::Failure;
use crate::lang::{Lang, Msg, Texts};
use crate::msg;

/// How much is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loudness {
    /// Only what was asked for, and failures.
    Quiet,
    /// The everyday amount.
    #[default]
    Normal,
    /// Technical causes too.
    Verbose,
}

/// What the global options decide about output.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// The language of every text.
    pub lang: Lang,
    /// One JSON document instead of text.
    pub json: bool,
    /// How much is said.
    pub loudness: Loudness,
    /// Whether questions that want a yes are taken as answered.
    pub yes: bool,
}

/// Where a command prints and asks.
pub struct Ui {
    texts: Texts,
    manner: Manner,
    out: RefCell<Box<dyn Write>>,
    err: RefCell<Box<dyn Write>>,
    style: Style,
    /// Whether this prints to the process's own streams.
    live: bool,
    /// Whether a person sits at the terminal and can be asked.
    can_ask: bool,
    /// The reader of our output has gone.
    closed: Cell<bool>,
    /// Why output was lost that somebody waits for: a full disk under a redirection.
    lost: RefCell<Option<io::Error>>,
}

impl fmt::Debug for Ui {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ui").field("manner", &self.manner).finish_non_exhaustive()
    }
}

/// Emphasis on a terminal; nothing elsewhere, or where `NO_COLOR` is set.
#[derive(Clone, Copy, Debug, Default)]
struct Style {
    out: bool,
    err: bool,
}

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const PLAIN: &str = "\u{1b}[0m";

impl Ui {
    /// Prints to the process's own streams.
    #[must_use]
    pub fn standard(manner: Manner) -> Self {
        let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let (out, err) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        Self {
            texts: Texts::load(manner.lang),
            manner,
            out: RefCell::new(Box::new(io::stdout())),
            err: RefCell::new(Box::new(io::stderr())),
            style: Style { out: colour && out, err: colour && err },
            live: true,
            can_ask: io::stdin().is_terminal() && err && !manner.json,
            closed: Cell::new(false),
            lost: RefCell::new(None),
        }
    }

    /// Prints into the given writers and never asks: for tests and for the demonstration's inner steps.
    #[must_use]
    pub fn captured(manner: Manner, out: Box<dyn Write>, err: Box<dyn Write>) -> Self {
        Self {
            texts: Texts::load(manner.lang),
            manner,
            out: RefCell::new(out),
            err: RefCell::new(err),
            style: Style::default(),
            live: false,
            can_ask: false,
            closed: Cell::new(false),
            lost: RefCell::new(None),
        }
    }

    /// Ends a command: what was to be printed and could not be is a failure, even if all else went well.
    ///
    /// # Errors
    /// Standard output took not everything, for another reason than a closed pipe.
    pub fn finish(&self) -> crate::error::Outcome {
        match self.lost.take() {
            None => Ok(()),
            Some(error) => Err(Failure::failed(msg!("output-broken")).because(&error)),
        }
    }

    /// The texts of the chosen language.
    #[must_use]
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// Whether the output is a JSON document.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.manner.json
    }

    /// How output was asked for.
    #[must_use]
    pub fn manner(&self) -> Manner {
        self.manner
    }

    /// Whether technical causes are wanted.
    #[must_use]
    pub fn is_verbose(&self) -> bool {
        self.manner.loudness == Loudness::Verbose
    }

    /// The words of a message in the chosen language.
    #[must_use]
    pub fn words(&self, msg: &Msg) -> String {
        self.texts.say(msg)
    }

    /// Several words as a list, with the comma of the language.
    #[must_use]
    pub fn list<W: AsRef<str>>(&self, words: &[W]) -> String {
        let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        words.join(if self.manner.lang == Lang::Zh { "、" } else { ", " })
    }

    /// Prints what was asked for.
    pub fn say(&self, msg: &Msg) {
        self.line(&self.texts.say(msg));
    }

    /// Prints a line that is not a sentence of ours: a path, a mark, a fingerprint.
    pub fn line(&self, words: &str) {
        if !self.manner.json {
            self.write_out(&format!("{words}\n"));
        }
    }

    /// Prints an empty line.
    pub fn gap(&self) {
        self.line("");
    }

    /// Prints a heading.
    pub fn heading(&self, msg: &Msg) {
        let words = self.texts.say(msg);
        if self.style.out { self.line(&format!("{BOLD}{words}{PLAIN}")) } else { self.line(&words) }
    }

    /// Prints an accomplished step.
    pub fn done(&self, msg: &Msg) {
        let words = self.texts.say(msg);
        if self.manner.loudness == Loudness::Quiet {
            return;
        }
        if self.style.out {
            self.line(&format!("{GREEN}✓{PLAIN} {words}"));
        } else {
            self.line(&format!("✓ {words}"));
        }
    }

    /// Prints a step that was refused as it should be, or a fact that wants attention.
    pub fn refused(&self, msg: &Msg) {
        let words = self.texts.say(msg);
        if self.style.out {
            self.line(&format!("{RED}✗{PLAIN} {words}"));
        } else {
            self.line(&format!("✗ {words}"));
        }
    }

    /// Prints a command line as somebody types it.
    pub fn prompt(&self, who: &str, typed: &str) {
        if self.style.out {
            self.line(&format!("  {DIM}{who} ${PLAIN} {BOLD}{typed}{PLAIN}"));
        } else {
            self.line(&format!("  {who} $ {typed}"));
        }
    }

    /// Prints a quieter line, indented.
    pub fn aside(&self, words: &str) {
        if self.manner.loudness == Loudness::Quiet {
            return;
        }
        if self.style.out {
            self.line(&format!("  {DIM}{words}{PLAIN}"));
        } else {
            self.line(&format!("  {words}"));
        }
    }

    /// Tells something beside the result, on standard error.
    pub fn note(&self, msg: &Msg) {
        if self.manner.loudness != Loudness::Quiet && !self.manner.json {
            self.write_err(&format!("{}\n", self.texts.say(msg)));
        }
    }

    /// Warns, also when quiet.
    pub fn warn(&self, msg: &Msg) {
        if !self.manner.json {
            self.write_err(&format!("{}{}\n", self.texts.text("warn-lead"), self.texts.say(msg)));
        }
    }

    /// Prints the JSON document of a command; does nothing in text mode.
    pub fn json(&self, document: &Value) {
        if self.manner.json {
            self.write_out(&format!("{document:#}\n"));
        }
    }

    /// Hands bytes to standard output unchanged.
    ///
    /// # Errors
    /// Whatever the stream reports, save a closed pipe.
    pub fn bytes(&self, bytes: &[u8]) -> io::Result<()> {
        let result = self.out.borrow_mut().write_all(bytes);
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed.set(true);
                Ok(())
            }
            other => other,
        }
    }

    /// Prints how a command ended badly.
    pub fn fail(&self, failure: &Failure) {
        if self.manner.json {
            self.json(&json!({ "error": self.failure_json(failure) }));
            return;
        }
        self.fail_text(failure);
        for other in &failure.also {
            self.fail_text(other);
        }
    }

    fn fail_text(&self, failure: &Failure) {
        let lead = match failure.kind {
            crate::error::Kind::Refused => self.texts.text("refused-lead"),
            _ => self.texts.text("failed-lead"),
        };
        let (on, off) = if self.style.err { (RED, PLAIN) } else { ("", "") };
        let mut words = format!("{on}{lead}{off}{}", self.texts.say(&failure.message));
        if let Some(code) = &failure.code {
            words.push_str(&self.texts.say(&msg!("code-in-brackets", code = code)));
        }
        words.push('\n');
        if let Some(about) = &failure.about {
            words.push_str(&format!("  {}\n", self.texts.say(&msg!("about", what = about))));
        }
        for hint in &failure.hints {
            words.push_str(&format!("  → {}\n", self.texts.say(hint)));
        }
        // Technical, and in the words of a library: for whoever asks for it.
        if self.is_verbose()
            && let Some(detail) = &failure.detail
        {
            words.push_str(&format!("  {}\n", self.texts.say(&msg!("cause", detail = detail))));
        }
        self.write_err(&words);
    }

    fn failure_json(&self, failure: &Failure) -> Value {
        json!({
            "kind": failure.kind.word(),
            "code": failure.code,
            "message": self.texts.say(&failure.message),
            "about": failure.about,
            "detail": failure.detail,
            "next": failure.hints.iter().map(|hint| self.texts.say(hint)).collect::<Vec<_>>(),
            "also": failure.also.iter().map(|other| self.failure_json(other)).collect::<Vec<_>>(),
        })
    }

    fn write_out(&self, words: &str) {
        if self.closed.get() {
            return;
        }
        let mut out = self.out.borrow_mut();
        if let Err(error) = out.write_all(words.as_bytes()).and_then(|()| out.flush()) {
            self.closed.set(true);
            if error.kind() != io::ErrorKind::BrokenPipe {
                self.lost.replace(Some(error));
            }
        }
    }

    pub(crate) fn write_err(&self, words: &str) {
        let mut err = self.err.borrow_mut();
        // Nobody is left to be told about a closed standard error.
        drop(err.write_all(words.as_bytes()).and_then(|()| err.flush()));
    }
}
