//! What a program that holds secrets asks of the system: no core dumps, no other process looking in, no swap.
//!
//! None of it is a guarantee: root reads everything, and hibernation writes all memory to disk. Called once, at the
//! start, before a secret is read and before there are threads.

use rustix::io::Errno;
use rustix::mm::{MlockAllFlags, mlockall};
use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};

/// What could be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guarded {
    /// Whether crashes write no memory to disk and processes of the same user cannot look in.
    pub dumps: bool,
    /// Whether memory stays out of swap.
    pub swap: Swap,
}

/// Whether memory stays out of swap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swap {
    /// Every page is locked in memory once it is used.
    Locked,
    /// The limit on locked memory is too low (`ulimit -l`): locking future pages would make the program fail.
    Limited,
    /// The system refuses.
    Refused,
}

/// Asks for all of it and says what could be had. Nothing here makes a program fail.
#[must_use]
pub fn guard() -> Guarded {
    Guarded { dumps: close(), swap: lock() }
}

/// Asks that no crash writes memory to disk and no process of the same user looks in; false if that was refused.
#[must_use]
pub fn close() -> bool {
    let no_core = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    no_core.is_ok() & set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
}

fn lock() -> Swap {
    // Under a finite limit, later allocations beyond it would fail: half a lock is worse than none.
    let endless = Rlimit { current: None, maximum: None };
    if getrlimit(Resource::Memlock).current.is_some() && setrlimit(Resource::Memlock, endless).is_err() {
        return Swap::Limited;
    }
    // On fault: pages are locked as they are used, and memory use stays what it was.
    match mlockall(MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT) {
        Ok(()) => Swap::Locked,
        Err(Errno::NOMEM | Errno::AGAIN) => Swap::Limited,
        Err(_) => Swap::Refused,
    }
}
