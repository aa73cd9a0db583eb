//! Looking at opened content: in a private folder that lies in memory and goes when reading ends.
//!
//! The content never touches a disk of ours. What the viewer does with it is the viewer's affair, which
//! the guide says.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Failure, Outcome};
use crate::interrupt::Fleeting;
use crate::lang::steers;
use crate::msg;

/// Linux: the magic numbers of file systems that live in memory.
const TMPFS: i128 = 0x0102_1994;
const RAMFS: i128 = 0x8584_58f6;

/// A private, memory-backed folder that is removed when dropped or when the process is interrupted.
///
/// # Errors
/// This machine has no such place.
pub fn private_folder() -> Outcome<Fleeting> {
    let places = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    for place in places.into_iter().chain([PathBuf::from("/dev/shm"), PathBuf::from("/run/shm")]) {
        if !lies_in_memory(&place) {
            continue;
        }
        let made = tempfile::Builder::new()
            .prefix("vault-")
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(&place);
        if let Ok(folder) = made {
            return Ok(Fleeting::new(folder.keep()));
        }
    }
    Err(Failure::failed(msg!("read-no-memory")).hint(msg!("read-no-memory-next")))
}

fn lies_in_memory(place: &Path) -> bool {
    rustix::fs::statfs(place).is_ok_and(|found| {
        // The field's width differs between machines.
        let kind = i128::from(found.f_type);
        kind == TMPFS || kind == RAMFS
    })
}

/// Shows a file with a program and waits for it; with the system's viewer, which returns at once, the
/// caller has to wait for the reader.
///
/// # Errors
/// The program cannot be started.
pub fn view(path: &Path, program: Option<&str>) -> Outcome {
    let program = program.unwrap_or("xdg-open");
    Command::new(program)
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map(|_| ())
        .map_err(|error| Failure::failed(msg!("viewer-failed", program = program)).because(&error))
}

/// Whether a graphical viewer could appear.
#[must_use]
pub fn has_desktop() -> bool {
    ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Text for a terminal: control characters of a document must not steer the terminal it is shown on, nor direction
/// marks show it in another order than it has.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars()
        .filter(|c| *c != '\u{feff}')
        .map(|c| if steers(c) && !matches!(c, '\n' | '\t') { '\u{fffd}' } else { c })
        .collect::<String>()
        .replace("\u{fffd}\n", "\n")
}

/// Waits until the reader presses Enter, or standard input ends.
pub fn wait_for_enter() {
    let mut line = String::new();
    // A closed input means that nobody is going to press anything.
    drop(io::stdin().read_line(&mut line));
}

/// Whether standard output is a terminal.
#[must_use]
pub fn on_terminal() -> bool {
    io::stdout().is_terminal()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::{printable, private_folder};

    #[test]
    fn the_folder_is_private_and_goes() {
        let Ok(folder) = private_folder() else { return };
        assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
        let path = folder.path().join("通知.txt");
        fs::write(&path, b"text").unwrap();
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn a_document_cannot_steer_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\r\nc\td"), "a\u{fffd}[31mb\nc\td");
        assert_eq!(printable("\u{feff}pay \u{202e}001"), "pay \u{fffd}001");
    }
}
