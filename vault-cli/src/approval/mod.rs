//! Approvals 审批: who is asked, what was decided, what I may decide, and the note that says it (docs/decisions.md,
//! design section 7). The rules are `vault-core`'s; here they meet people, files and the relay.
//!
//! | module | what it is |
//! |---|---|
//! | [`steps`] | the names of steps, and whom `--ask` asks |
//! | [`standing`] | how far an item has come, in words and as a document |
//! | [`proposal`] | an item unlocked for a decision, with the decisions so far |
//! | [`answer`] | my answer: at which step, for whom, signed and judged as the relay will judge it |
//! | [`finish`] | the header that a completing decision makes, and who is left out |
//! | [`by_file`] | decisions and items as files, for machines without a network |
//! | [`pending`] | what waits at the relay for my decision |
//! | [`news`] | what became of items since their sender last looked |
//! | [`traces`] | what a decider's home keeps: that it opened the item, and its own evidence |

pub mod answer;
pub mod by_file;
pub mod finish;
pub mod news;
pub mod pending;
pub mod proposal;
pub mod standing;
pub mod steps;
pub mod traces;
