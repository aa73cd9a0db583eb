//! A server that runs beside a bench, and ends with it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::recipes::Failure;

/// A running server.
#[derive(Debug)]
pub(super) struct Serving(Child);

impl Serving {
    /// Starts it and waits until it says, on standard output or standard error, that it is ready.
    pub(super) fn start(command: &Command, ready: &str) -> Result<Self, Failure> {
        let shell = r#"exec "$0" "$@" 2>&1"#;
        let mut merged = Command::new("sh");
        merged.args(["-c", shell]).arg(command.get_program()).args(command.get_args());
        if let Some(folder) = command.get_current_dir() {
            merged.current_dir(folder);
        }
        let mut child = merged.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().ok_or("no output")?;
        let serving = Self(child);
        let mut lines = BufReader::new(out).lines();
        let found = lines.by_ref().map_while(Result::ok).any(|line| line.contains(ready));
        // Read on, or a server that talks would come to a stand.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        if found { Ok(serving) } else { Err(format!("{:?} did not start", command.get_program()).into()) }
    }

    /// Its resident memory in KiB.
    pub(super) fn memory_kib(&self) -> Result<u64, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = resident.and_then(|text| text.split_whitespace().next()).ok_or("no resident memory")?;
        Ok(kib.parse()?)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let ended = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        if ended.is_err() {
            self.0.kill().ok();
        }
        self.0.wait().ok();
    }
}
