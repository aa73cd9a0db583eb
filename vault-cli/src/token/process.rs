//! A plugin as a child process: bounded in time and in bytes, with an empty environment, and gone afterwards.

use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use thiserror::Error;
use vault_keys::plugin::{Heard, LINE_MAX, Person, Talk, TalkError};
use zeroize::Zeroizing;

/// What a plugin keeps of our environment: the language of its messages.
const KEPT: [&str; 3] = ["LANG", "LC_ALL", "LC_MESSAGES"];

/// How long a plugin that is done may take to end.
const FAREWELL: Duration = Duration::from_secs(2);

/// How long and how much a plugin may talk.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Until its first line.
    pub first: Duration,
    /// For all of it, without the time that a person takes to answer its questions.
    pub whole: Duration,
    /// Bytes of all its lines together.
    pub bytes: usize,
}

impl Limits {
    /// 10 seconds, 2 minutes (somebody has to find the token and touch it), 256 KiB.
    #[must_use]
    pub fn standard() -> Self {
        Self { first: Duration::from_secs(10), whole: Duration::from_secs(120), bytes: 256 * 1024 }
    }
}

/// Why a talk ended early. The plugin is killed by then.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunError {
    /// The system could not start it.
    #[error("the plugin could not be started")]
    Start(#[source] io::Error),
    /// It said nothing for too long.
    #[error("the plugin did not finish within {after:?}")]
    Hangs {
        /// The limit that was passed.
        after: Duration,
    },
    /// It said more than anybody needs.
    #[error("the plugin sent too much")]
    Floods,
    /// It ended before it was done.
    #[error("the plugin ended early")]
    Ends,
    /// It broke the protocol.
    #[error(transparent)]
    Talk(#[from] TalkError),
}

/// Starts the program, has the talk, and sees that it is gone.
///
/// # Errors
/// The program does not start, takes too long, says too much, ends early or breaks the protocol.
pub fn converse(
    program: &Path,
    talk: &mut Talk,
    person: &mut dyn Person,
    limits: Limits,
) -> Result<(), RunError> {
    let mut plugin = Plugin::start(program, talk.argument(), limits.bytes)?;
    plugin.say(talk.opening());
    let started = Instant::now();
    let mut asking = Duration::ZERO;
    let mut limit = limits.first;
    loop {
        let spent = started.elapsed().saturating_sub(asking);
        let line = match plugin.lines.recv_timeout(limit.saturating_sub(spent)) {
            Ok(Ok(line)) => line,
            Ok(Err(error)) => return Err(error),
            Err(RecvTimeoutError::Timeout) => return Err(RunError::Hangs { after: limit }),
            Err(RecvTimeoutError::Disconnected) => return Err(RunError::Ends),
        };
        limit = limits.whole;
        let before = Instant::now();
        let heard = talk.hear(&line, person)?;
        asking += before.elapsed();
        match heard {
            Heard::Part => {}
            Heard::Answer(answer) => plugin.say(answer),
            Heard::Done => {
                plugin.farewell();
                return Ok(());
            }
        }
    }
}

type Line = Result<Zeroizing<Vec<u8>>, RunError>;

/// A running plugin. Dropping it kills it and whatever it has started.
struct Plugin {
    child: Child,
    lines: Receiver<Line>,
    answers: Option<Sender<Zeroizing<Vec<u8>>>>,
}

impl Plugin {
    fn start(program: &Path, argument: &str, bytes: usize) -> Result<Self, RunError> {
        let mut command = Command::new(program);
        command.arg(argument).env_clear().env("PATH", "/usr/bin:/bin").current_dir("/");
        command.envs(KEPT.iter().filter_map(|name| Some((*name, std::env::var_os(name)?))));
        // What it prints on standard error is for nobody: it could hold anything.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // A group of its own: it can be killed with its children, and cannot read our terminal.
        command.process_group(0);
        let mut child = command.spawn().map_err(RunError::Start)?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        // Few lines wait at a time: a flood fills the pipe and not our memory.
        let (hear, lines) = sync_channel(16);
        let (answers, says) = channel::<Zeroizing<Vec<u8>>>();
        // Both threads end when the plugin's pipes close, which dropping sees to.
        thread::spawn(move || {
            if let Some(stdout) = stdout {
                read_lines(stdout, bytes, &hear);
            }
        });
        thread::spawn(move || {
            let Some(mut stdin) = stdin else { return };
            // A plugin that has gone is noticed where its lines end.
            while let Ok(answer) = says.recv() {
                if stdin.write_all(&answer).and_then(|()| stdin.flush()).is_err() {
                    return;
                }
            }
        });
        Ok(Self { child, lines, answers: Some(answers) })
    }

    fn say(&self, words: Zeroizing<Vec<u8>>) {
        if let Some(answers) = &self.answers {
            // As above: not heard means gone.
            let _heard = answers.send(words);
        }
    }

    /// Lets it end by itself: some give the token back then.
    fn farewell(&mut self) {
        self.answers = None;
        let until = Instant::now() + FAREWELL;
        while let Ok(_more) = self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {}
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        // Before it is waited for, so that its number cannot have become another process's.
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _gone_already = kill_process_group(group, Signal::KILL);
        }
        let _ended = self.child.wait();
    }
}

/// Hands on whole lines without their LF, until the plugin ends or has said too much.
fn read_lines(mut from: impl io::Read, bytes: usize, to: &SyncSender<Line>) {
    let mut buffer = Zeroizing::new([0; LINE_MAX]);
    let mut line = Zeroizing::new(Vec::with_capacity(LINE_MAX));
    let mut heard = 0;
    loop {
        let read = match from.read(&mut *buffer) {
            Ok(0) => return,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => return,
        };
        heard += read;
        for byte in buffer.iter().take(read) {
            if *byte == b'\n' {
                let whole = std::mem::replace(&mut line, Zeroizing::new(Vec::with_capacity(LINE_MAX)));
                if to.send(Ok(whole)).is_err() {
                    return;
                }
            } else if line.len() == LINE_MAX {
                let _heard = to.send(Err(RunError::Floods));
                return;
            } else {
                line.push(*byte);
            }
        }
        if heard > bytes {
            let _heard = to.send(Err(RunError::Floods));
            return;
        }
    }
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plugin({})", self.child.id())
    }
}
