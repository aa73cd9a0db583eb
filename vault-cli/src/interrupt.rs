//! Ctrl-C and termination leave nothing behind: what must not outlive the process is registered here
//! and removed before it ends. Outputs need no entry, as they appear by rename or not at all.

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, Once, PoisonError};

static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
static WATCH: Once = Once::new();

/// A folder that goes when this is dropped, or when the process is interrupted.
#[derive(Debug)]
pub struct Fleeting {
    path: PathBuf,
}

impl Fleeting {
    /// Takes charge of a folder that was just made.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        WATCH.call_once(watch);
        FOLDERS.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone());
        Self { path }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }
}

impl Drop for Fleeting {
    fn drop(&mut self) {
        // Should it fail, the folder lies in memory-backed storage and goes with the session.
        drop(fs::remove_dir_all(&self.path));
        FOLDERS.lock().unwrap_or_else(PoisonError::into_inner).retain(|path| *path != self.path);
    }
}

fn watch() {
    // A thread of its own, as most commands have no runtime. Should it not start, Ctrl-C ends the
    // process at once, as it would without us.
    drop(std::thread::Builder::new().name("interrupt".to_owned()).spawn(|| {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        runtime.block_on(wait());
        for path in FOLDERS.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            drop(fs::remove_dir_all(path));
        }
        #[expect(
            clippy::exit,
            reason = "the process was told to end; 130 is what shells expect after Ctrl-C"
        )]
        std::process::exit(130);
    }));
}

async fn wait() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    let Ok(mut hang_up) = signal(SignalKind::hangup()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = term.recv() => {}
        _ = hang_up.recv() => {}
    }
}
