//! How an item moves through a relay: small state machines without input or output.
//!
//! The relay loads a state, calls one method, and stores the new state and the register leaf in one
//! transaction; the client uses the same machines to show where an item stands. Nothing here knows
//! who may act (that is `admission`): only what may follow what. Design section 8, "States".

pub mod copy;
pub mod item;
pub mod upload;
