//! Decisions: what is asked, who answers, and what an answer allows (design section 7).
//!
//! For sealing and sending the label itself is the request. Every other act is named by one word of a closed
//! list, and the policy says for each of them which steps decide.

pub mod act;

pub use act::Act;
