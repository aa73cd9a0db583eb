//! Store-and-forward between offices over QUIC. The relay checks every rule and can read nothing:
//! it is built without everything that opens items.

pub mod card;
#[cfg(feature = "client")]
pub mod client;
pub mod congestion;
pub mod memory;
pub mod proto;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "server")]
pub mod store;
#[cfg(feature = "network")]
pub mod tls;
#[cfg(feature = "network")]
pub mod transport;
