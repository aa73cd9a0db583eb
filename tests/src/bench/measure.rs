//! One command, run as a process of its own: its wall time and its peak memory.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

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
        let mut command = Command::new("/usr/bin/time");
        command.args(["-q", "-f", "%M", "-o"]).arg(note).arg(&self.program).args(&self.arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let status = command.status().map_err(|error| format!("/usr/bin/time (apt: time): {error}"))?;
        let wall = start.elapsed();
        if !status.success() {
            return Err(format!("{} {:?} failed", self.program.display(), self.arguments).into());
        }
        Ok(Taken { wall, peak_kib: fs::read_to_string(note)?.trim().parse()? })
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
