//! Recovery keys at the command line: dealt, asked for, handed over, joined, completed (docs/recovery.md).
//!
//! The library does every step over bytes; here is where files come from, what the machine remembers, and which
//! words a refusal has. Secrets live in memory only: a run's own key is the one thing kept, and it is locked.

mod approved;
mod asking;
mod completing;
mod dealing;
mod refusals;
mod running;
mod shares;
mod words;

pub use approved::{Sets, check_request, request};
pub use asking::{Asking, ask};
pub use completing::{Completed, complete};
pub use dealing::{Dealing, Dealt, deal};
pub use running::{Outcomes, Running, restore, wipe};
pub use shares::{hand_over, inspect};
pub use words::{request_facts, set_facts};
