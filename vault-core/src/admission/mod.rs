//! The one admission check (design sections 2, 5 to 8): the same pure function serves the sender's dry
//! run, the relay at commit, the receiving client and the import of a file.
//!
//! [`check`](check::check) looks at facts that were handed in and at a time that was handed in. It
//! opens nothing, fetches nothing and remembers nothing, so the four places cannot drift apart. It
//! collects every refusal instead of stopping at the first, except where a malformed header leaves
//! nothing to judge. What it cannot know, it does not claim: that a stanza truly wraps for the key its
//! row names, only the holder of that key can tell (`opening`).

pub mod code;
pub mod refusal;

pub use code::{Code, Family, Words};
pub use refusal::{Decision, Refusal, Refused, Remark};
