//! Requests 申请 for every act but sealing and sending, and the leaves they become (docs/decisions.md, "Requests",
//! "Leaves"). The rules are `vault-core`'s; here they meet people, items and files.
//!
//! | module | what it is |
//! |---|---|
//! | [`subject`] | the items that words on a command line mean |
//! | [`asking`] | from wishes to a request that no rule refuses, signed |
//! | [`files`] | request files, read and written, and those this home keeps |
//! | [`course`] | how far a request has come |
//! | [`deciding`] | my answer to a request that came as a file |
//! | [`widening`] | the header that lets somebody in by leave |
//! | [`standing`] | sending under a standing approval |
//! | [`using`] | a leave found, judged and cited, once |
//! | [`at_relay`] | requests handed in, answered and listed over the relay |
//! | [`changes`] | changed, declassified, or at the end of its term |

pub mod asking;
pub mod at_relay;
pub mod changes;
pub mod course;
pub mod deciding;
pub mod files;
pub mod standing;
pub mod subject;
pub mod using;
pub mod widening;
