//! The key officer's side: founding an organisation, entering people, signing, publishing, stopping.
//!
//! Whatever officers sign is a [`Paper`]: a file that goes from officer to officer until enough have signed.
//! The next directory is kept as a draft beside the officer's key until it is proposed.

mod founding;
mod invitations;
mod keys;
mod next;
mod overtaken;
mod paper;
mod publishing;
mod refusals;
mod roots;
mod transcript;

pub use founding::{
    Drawn, Plan, default_thresholds, founded, is_begun, keep as keep_drawn, propose as propose_founding,
};
pub use invitations::{Invitations, Planned, Recorded};
pub use keys::{Hands, card, make, present, take};
pub use next::{Enrolled, NextDirectory};
pub use overtaken::stop_again;
pub use paper::{Finished, Paper};
pub use publishing::{known, take_into_use};
pub use refusals::{act_failure, proposal_failure};
pub use roots::{RootPlan, propose as propose_root};
pub use transcript::{Entry, Reading, Transcript, Verb};

use crate::error::Failure;
use crate::msg;

/// How long a directory serves for sealing (design section 6).
const DIRECTORY_DAYS: u32 = 60;
/// A root is renewed when officers change; ten years is the outer limit.
const ROOT_DAYS: u32 = 3650;

fn ours(error: &dyn std::error::Error) -> Failure {
    Failure::failed(msg!("officer-internal")).because(error)
}
