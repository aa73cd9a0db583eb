//! One command, run as a process of its own: its wall time and its peak memory.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::shaped::Host;
use crate::recipes::Failure;

/// What one run of a command took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    /// From before it was started until it had ended.
    pub(super) wall: Duration,
    /// The most memory it held at once, in KiB.
    pub(super) peak_kib: u64,
}

/// A program with its arguments.
#[derive(Debug, Clone)]
pub(super) struct Line {
    program: PathBuf,
    arguments: Vec<std::ffi::OsString>,
}

impl Line {
    pub(super) fn new(program: impl AsRef<Path>) -> Self {
        Self { program: program.as_ref().to_owned(), arguments: Vec::new() }
    }

    pub(super) fn with<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// The same with one more variable in its surroundings.
    pub(super) fn under(self, name: &str, value: &str) -> Self {
        self.behind("env", vec![format!("{name}={value}")])
    }

    /// The same within another host.
    pub(super) fn on(self, host: &Host) -> Self {
        self.behind("ip", host.enter())
    }

    /// The same, started by another program behind these words.
    fn behind(self, starter: &str, words: Vec<String>) -> Self {
        let Self { program, arguments } = self;
        let words = words.into_iter().map(std::ffi::OsString::from);
        let arguments = words.chain([program.into_os_string()]).chain(arguments).collect();
        Self { program: PathBuf::from(starter), arguments }
    }

    /// Runs it and returns what it printed.
    pub(super) fn output(&self) -> Result<String, Failure> {
        let output = Command::new(&self.program).args(&self.arguments).stdin(Stdio::null()).output();
        let output = output.map_err(|error| format!("{}: {error}", self.program.display()))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("{} {:?} failed:\n{said}", self.program.display(), self.arguments).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Runs it under GNU `time`, which reads the peak memory from the kernel when the process ends; `note` is a file
    /// for its answer. Every contender runs this way, so what it costs cancels out.
    pub(super) fn measure(&self, note: &Path) -> Result<Taken, Failure> {
        let (wall, output) = self.timed(note)?;
        self.taken(wall, &output, note)
    }

    fn taken(&self, wall: Duration, output: &Output, note: &Path) -> Result<Taken, Failure> {
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("{} {:?} failed:\n{said}", self.program.display(), self.arguments).into());
        }
        Ok(Taken { wall, peak_kib: fs::read_to_string(note)?.trim().parse()? })
    }

    /// The same; what takes longer than this is ended, and has taken this long.
    pub(super) fn measure_within(self, patience: Duration, note: &Path) -> Result<Taken, Failure> {
        /// What GNU `timeout` exits with then.
        const TOO_LONG: i32 = 124;
        let line = self.behind("timeout", vec![patience.as_secs().to_string()]);
        let (wall, output) = line.timed(note)?;
        match output.status.code() {
            Some(TOO_LONG) => Ok(Taken { wall: patience, peak_kib: 0 }),
            _ => line.taken(wall, &output, note),
        }
    }

    fn timed(&self, note: &Path) -> Result<(Duration, Output), Failure> {
        let mut command = Command::new("/usr/bin/time");
        command.args(["-q", "-f", "%M", "-o"]).arg(note).arg(&self.program).args(&self.arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let start = Instant::now();
        let output = command.output().map_err(|error| format!("/usr/bin/time (apt: time): {error}"))?;
        Ok((start.elapsed(), output))
    }
}

/// All runs of one contender.
#[derive(Debug, Default, Clone)]
pub(super) struct Runs(Vec<Taken>);

impl Runs {
    pub(super) fn add(&mut self, taken: Taken) {
        self.0.push(taken);
    }

    /// The middle of the wall times, in seconds.
    pub(super) fn median(&self) -> f64 {
        let mut times: Vec<f64> = self.0.iter().map(|taken| taken.wall.as_secs_f64()).collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// The shortest wall time, in seconds.
    pub(super) fn shortest(&self) -> f64 {
        self.0.iter().map(|taken| taken.wall.as_secs_f64()).fold(f64::INFINITY, f64::min)
    }

    /// The longest wall time, in seconds.
    pub(super) fn longest(&self) -> f64 {
        self.0.iter().map(|taken| taken.wall.as_secs_f64()).fold(0.0, f64::max)
    }

    /// The highest peak of memory, in MiB, rounded up.
    pub(super) fn peak_mib(&self) -> u64 {
        self.0.iter().map(|taken| taken.peak_kib).max().unwrap_or_default().div_ceil(1024)
    }
}
