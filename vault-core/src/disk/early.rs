//! A long write reaches the disk while it goes on, so that the sync at its end has little left to wait for.

use std::fs::File;
use std::io;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Between two early syncs. What takes less time than this is synced once, at its end.
const PAUSE: Duration = Duration::from_millis(50);

/// Does `work`, which writes to `file`, and meanwhile syncs what it has written. It promises nothing: the sync that does comes
/// afterwards. But the system tells of a failed write once only, so what an early sync was told is answered beside the
/// result, and is as good as a failure of the last one.
pub fn synced_early<T>(file: &File, work: impl FnOnce() -> T) -> (T, io::Result<()>) {
    along(|| file.sync_data(), work)
}

fn along<T>(sync: impl Fn() -> io::Result<()> + Send, work: impl FnOnce() -> T) -> (T, io::Result<()>) {
    thread::scope(|scope| {
        let (done, ended) = channel::<()>();
        let syncing = scope.spawn(move || {
            while ended.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
                sync()?;
            }
            Ok(())
        });
        let result = work();
        drop(done);
        let synced = syncing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (result, synced)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_written_is_synced_meanwhile() {
        let (tell, told) = channel();
        let synced =
            along(|| tell.send(()).map_err(io::Error::other), || (0..3).map(|_| told.recv()).collect());
        assert_eq!((synced.0, synced.1.is_ok()), (Ok::<Vec<()>, _>(vec![(); 3]), true));
    }

    #[test]
    fn a_failed_early_sync_is_not_forgotten() {
        let (tell, told) = channel();
        let fails = move || {
            tell.send(()).map_err(io::Error::other)?;
            Err(io::ErrorKind::StorageFull.into())
        };
        let (result, synced) = along(fails, || told.recv().unwrap());
        assert_eq!(((), io::ErrorKind::StorageFull), (result, synced.unwrap_err().kind()));
    }
}
