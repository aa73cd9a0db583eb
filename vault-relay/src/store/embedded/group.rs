//! Group commit: transactions of callers that meet become one transaction of the database, with one sync.
//!
//! Each caller runs its work in a savepoint of its own, so an error undoes that work and nothing else. Whoever finds
//! nobody behind himself commits for all; the others wait. Nobody is answered before the commit is durable, and if it
//! fails, all are told: what one saw of another's work is kept or undone with it.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use rusqlite::{Connection, ErrorCode, ffi};
use vault_core::disk::durable::{Disk as _, Step};

use super::super::disk::StoreDisk;
use super::super::{End, StoreError, Transaction};
use super::rows::failed;
use super::{Session, lock};

/// Callers who share one commit at most, so that the first does not wait for ever.
const MOST: usize = 64;

/// The one connection that writes.
#[derive(Debug)]
pub(super) struct Writer {
    /// Callers who will take the turn without anybody's help.
    coming: AtomicUsize,
    turn: Mutex<Turn>,
    ended: Condvar,
}

#[derive(Debug)]
struct Turn {
    db: Connection,
    disk: StoreDisk,
    /// The transaction that is open, if one is.
    open: Option<Open>,
    /// Commits so far.
    commits: usize,
}

#[derive(Debug)]
struct Open {
    outcome: Outcome,
    members: usize,
}

/// How a group ended, known to each of its members.
type Outcome = Arc<OnceLock<Result<(), Arc<StoreError>>>>;

impl Writer {
    pub(super) fn new(db: Connection, disk: StoreDisk) -> Self {
        Self {
            coming: AtomicUsize::new(0),
            turn: Mutex::new(Turn { db, disk, open: None, commits: 0 }),
            ended: Condvar::new(),
        }
    }

    /// Runs `work` within the present group; returns when that is durable, or undone.
    pub(super) fn write(&self, work: &mut dyn FnMut(&mut dyn Transaction) -> End) -> Result<(), StoreError> {
        self.coming.fetch_add(1, Ordering::SeqCst);
        let mut turn = lock(&self.turn);
        self.coming.fetch_sub(1, Ordering::SeqCst);
        let outcome = turn.join()?;
        // A panic must not leave a group that nobody ends.
        let ran = catch_unwind(AssertUnwindSafe(|| turn.run(work)));
        if turn.db.is_autocommit() {
            // The database undid the whole group by itself: its disk is full, or fails.
            turn.settle(&self.ended, Err(undone()));
        } else if self.coming.load(Ordering::SeqCst) == 0 || turn.is_full() {
            let committed = turn.commit();
            turn.settle(&self.ended, committed);
        }
        let ended = self.wait(turn, &outcome);
        match ran {
            Err(panic) => resume_unwind(panic),
            Ok(result) => result.and(ended),
        }
    }

    /// Callers who wait for their turn.
    #[cfg(test)]
    pub(super) fn coming(&self) -> usize {
        self.coming.load(Ordering::SeqCst)
    }

    /// Commits so far.
    #[cfg(test)]
    pub(super) fn commits(&self) -> usize {
        lock(&self.turn).commits
    }

    /// Waits until the group of this outcome has ended. Somebody is behind: he ends it, or hands it on.
    fn wait(&self, mut turn: MutexGuard<'_, Turn>, outcome: &Outcome) -> Result<(), StoreError> {
        loop {
            match outcome.get() {
                Some(Ok(())) => return Ok(()),
                Some(Err(error)) => return Err(StoreError::Shared(Arc::clone(error))),
                None => turn = self.ended.wait(turn).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

impl Turn {
    /// Joins the open group, or begins one.
    fn join(&mut self) -> Result<Outcome, StoreError> {
        let open = match &mut self.open {
            Some(open) => open,
            none => {
                self.db.execute_batch("BEGIN IMMEDIATE").map_err(failed("beginning a transaction"))?;
                none.insert(Open { outcome: Outcome::default(), members: 0 })
            }
        };
        open.members += 1;
        Ok(Arc::clone(&open.outcome))
    }

    fn run(&mut self, work: &mut dyn FnMut(&mut dyn Transaction) -> End) -> Result<(), StoreError> {
        // Dropped on any way out but the last, a panic included, the savepoint is undone.
        let savepoint = self.db.savepoint().map_err(failed("beginning a transaction"))?;
        match work(&mut Session { db: &savepoint }) {
            End::Commit => savepoint.commit().map_err(failed("committing")),
            End::Undo => savepoint.finish().map_err(failed("undoing a transaction")),
        }
    }

    fn is_full(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.members >= MOST)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.commits += 1;
        let step = |step| {
            let failed = |source| StoreError::Database { context: "committing", source: Box::new(source) };
            self.disk.step(step).map_err(failed)
        };
        let committed = step(Step::Commit)
            .and_then(|()| self.db.execute_batch("COMMIT").map_err(failed("committing")))
            .and_then(|()| step(Step::Committed));
        if committed.is_err() && !self.db.is_autocommit() {
            // The next group must find no transaction open, whatever this says.
            self.db.execute_batch("ROLLBACK").ok();
        }
        committed
    }

    fn settle(&mut self, ended: &Condvar, result: Result<(), StoreError>) {
        if let Some(open) = self.open.take() {
            // Set once: only the open group is settled, and it is open no more.
            open.outcome.set(result.map_err(Arc::new)).ok();
            ended.notify_all();
        }
    }
}

fn undone() -> StoreError {
    let error = ffi::Error { code: ErrorCode::OperationAborted, extended_code: ffi::SQLITE_ABORT_ROLLBACK };
    let said = "the transactions that shared this commit were undone".to_owned();
    failed("committing")(rusqlite::Error::SqliteFailure(error, Some(said)))
}
