//! Things that have come, as a person is told of them away from the terminal: a notice on the desktop that names nobody and nothing,
//! and a program of his own that is run for each.

use std::io;
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::approval::pending::Pending;
use crate::error::{Failure, Outcome};
use crate::everything::Everything;
use crate::msg;
use crate::ui::Ui;
use crate::waiting::Waiting;
use vault_core::decision::RequestFile;

/// How long the person's own program may take for one event.
const HOOK_TIME: Duration = Duration::from_secs(60);

/// How often it is looked whether a program has ended.
const LOOK: Duration = Duration::from_millis(20);

/// Where the system's own programs lie. No search path is believed.
const PLACES: [&str; 3] = ["/usr/bin", "/usr/local/bin", "/bin"];

/// Something that came: what, and about what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// What came.
    pub kind: EventKind,
    /// An item's id, or the hash of a request.
    pub about: String,
    /// Which of several about the same.
    which: String,
}

/// What came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// A copy to receive.
    Arrived,
    /// An item to decide on.
    Decide,
    /// A request for leave to answer.
    Asked,
    /// Something that happened to an item sent from here.
    Happened,
}

impl EventKind {
    /// Its word in `--json` and for programs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Decide => "decide",
            Self::Asked => "asked",
            Self::Happened => "happened",
        }
    }
}

impl Event {
    /// A copy that waits. One that comes to the same person again has another number.
    #[must_use]
    pub fn arrived(one: &Waiting) -> Self {
        Self { kind: EventKind::Arrived, about: one.item().to_string(), which: one.copy.number.to_string() }
    }

    /// An item that waits for a decision, at the step that is next.
    #[must_use]
    pub fn to_decide(one: &Pending) -> Self {
        let about = one.listed.label.value().item.to_string();
        Self { kind: EventKind::Decide, about, which: one.step.step.to_string() }
    }

    /// A request that waits for an answer.
    #[must_use]
    pub fn asked(file: &RequestFile) -> Self {
        let about = file.request.hash().to_string();
        Self { kind: EventKind::Asked, about, which: String::new() }
    }
}

/// All that there is, one event each. What happened to an item is told once by itself, so it is always new.
pub fn events(found: &Everything) -> impl Iterator<Item = Event> + '_ {
    let happened = found.news.iter().map(|one| {
        let which = one.happened.iter().map(|entry| entry.index).max().unwrap_or_default();
        let which = format!("{} {which}", one.state.word());
        Event { kind: EventKind::Happened, about: one.item.to_string(), which }
    });
    let waiting = found.waiting.iter().map(Event::arrived);
    let pending = found.pending.iter().map(Event::to_decide);
    waiting.chain(pending).chain(found.requests.iter().map(Event::asked)).chain(happened)
}

/// A notice on the desktop that so much has come, and nothing else: whoever looks over a shoulder learns no more.
///
/// # Errors
/// The system has no program for it, or it fails.
pub fn notify(ui: &Ui, count: usize) -> Outcome {
    let program = PLACES.iter().map(|place| Path::new(place).join("notify-send")).find(|path| path.is_file());
    let program = program.ok_or_else(|| Failure::failed(msg!("notice-none")))?;
    let mut command = Command::new(program);
    command.args(["--app-name=vault", "vault"]).arg(ui.words(&msg!("notice", count = count)));
    finished(&mut command, Duration::from_secs(5))
        .map_err(|reason| Failure::failed(msg!("notice-failed")).because(&reason))
}

/// Runs the person's program for an event, with `VAULT_EVENT` and `VAULT_ABOUT` in its environment, and none of our other settings.
///
/// # Errors
/// It cannot be started, fails, or takes longer than a minute; it is ended then.
pub fn run(program: &PathBuf, event: &Event) -> Outcome {
    let mut command = Command::new(program);
    let ours = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("VAULT_"));
    for (name, _) in ours {
        command.env_remove(name);
    }
    command.env("VAULT_EVENT", event.kind.word()).env("VAULT_ABOUT", &event.about);
    finished(&mut command, HOOK_TIME).map_err(|reason| {
        Failure::failed(msg!("hook-failed", path = program.display().to_string())).because(&reason)
    })
}

/// Runs a program to its end. What it prints goes to standard error: standard output is for documents.
fn finished(command: &mut Command, limit: Duration) -> io::Result<()> {
    use std::os::unix::process::CommandExt as _;
    let printed = Stdio::from(io::stderr().as_fd().try_clone_to_owned()?);
    // A group of its own: it can be ended with whatever it has started.
    let mut child = command.stdin(Stdio::null()).stdout(printed).process_group(0).spawn()?;
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) };
        }
        if begun.elapsed() > limit {
            kill_process_group(Pid::from_child(&child), Signal::KILL)?;
            child.wait()?;
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("ended after {} s", limit.as_secs()),
            ));
        }
        thread::sleep(LOOK);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_program_that_fails_hangs_or_is_not_there() {
        finished(&mut Command::new("/bin/true"), HOOK_TIME).unwrap();
        let failed = finished(&mut Command::new("/bin/false"), HOOK_TIME).unwrap_err();
        assert!(failed.to_string().contains("exit status: 1"), "{failed}");
        assert!(finished(&mut Command::new("/bin/none-such"), HOOK_TIME).is_err());
        let mut hangs = Command::new("/bin/sh");
        hangs.args(["-c", "sleep 600 & wait"]);
        let hangs = finished(&mut hangs, Duration::from_millis(50)).unwrap_err();
        assert_eq!(hangs.kind(), io::ErrorKind::TimedOut);
    }
}
