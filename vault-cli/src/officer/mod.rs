//! The key officer's side: founding an organisation, entering people, signing the next directory.
//!
//! One officer for now: thresholds are 1 of 1, and the texts have their final form. The next directory
//! is kept as a draft beside the officer's key until it is published.

mod founding;
mod keys;
mod next;
mod publishing;

pub use founding::{Founding, found};
pub use next::{Enrolled, Enrolment, NextDirectory};
pub use publishing::publish;

use crate::error::Failure;
use crate::msg;

/// How long a directory serves for sealing (design section 6).
const DIRECTORY_DAYS: u32 = 60;

fn ours(error: &dyn std::error::Error) -> Failure {
    Failure::failed(msg!("officer-internal")).because(error)
}
