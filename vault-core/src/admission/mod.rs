//! The one admission check (design sections 2, 5 to 8): the same pure function serves the sender's dry
//! run, the relay at commit, the receiving client and the import of a file.
//!
//! [`check()`] looks at facts that were handed in and at a time that was handed in. It opens nothing, fetches
//! nothing and remembers nothing, so the four places cannot drift apart. It collects every refusal instead of
//! stopping at the first, except where a malformed header leaves nothing to judge. What it cannot know, it does
//! not claim: that a stanza truly wraps for the key its row names, only the holder of that key can tell
//! ([`crate::opening`]).
//!
//! | module | what it judges |
//! |---|---|
//! | [`code`], [`refusal`] | the codes, and the answer |
//! | [`facts`] | what is handed in |
//! | [`deciding`] | whether decisions count, for the item's own check and for one that reaches the relay |
//! | [`mod@check`], `ground` | in which order, and which directory judges what |
//! | `form`, `level`, `handling`, `basis`, `signatures`, `standing`, `policy`, `clearance`, `scope`, `resealed`, `access`, `own` and `rows`, [`limits`] | one family of rules each |

mod access;
mod basis;
mod capacity;
pub mod check;
mod clearance;
pub mod code;
pub mod deciding;
mod derived;
pub mod facts;
mod form;
mod ground;
mod handling;
#[cfg(feature = "test-hooks")]
pub mod hooks;
mod level;
pub mod limits;
#[cfg(feature = "open")]
mod names;
mod own;
mod passed;
#[cfg(feature = "open")]
mod planned;
mod policy;
mod recovery;
pub mod refusal;
mod request;
mod resealed;
mod rows;
mod scope;
mod signatures;
mod standing;
mod standing_approval;

#[cfg(all(test, feature = "open"))]
mod tests;

pub use capacity::{capacities, deputies_in_force};
pub use check::check;
pub(crate) use clearance::handles;
pub use clearance::judge_served;
#[cfg(feature = "open")]
pub(crate) use clearance::{fit_clerks, may_hold};
pub use code::{Code, Family, Words};
pub use deciding::{Entered, Matter, hear, principals, who_may_decide};
pub use derived::inherited;
pub use facts::{
    Arrival, Brought, Facts, NoDirectory, Positions, Published, Reader, Relay, Side, Stored, Subject,
};
pub use passed::{Passed, passed};
#[cfg(feature = "open")]
pub use planned::NextRows;
#[cfg(feature = "open")]
pub(crate) use planned::{plan_next, plan_own, plan_release};
pub use recovery::recovery_unit;
pub(crate) use recovery::recovery_unit_among;
pub use refusal::{Decision, Refusal, Refused, Remark};
pub use request::{
    carries_decisions, hear_on_request, judge_cited, judge_leave, judge_request, judge_request_draft,
    judge_use,
};
#[cfg(feature = "open")]
pub(crate) use rows::has_ended;
pub use rows::is_offered;
#[cfg(feature = "open")]
pub(crate) use {
    level::longest_years, level::term_refusal, names::judge_names, planned::plan_first as plan_rows,
};
