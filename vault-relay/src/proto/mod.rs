//! The wire: frames, messages and reply codes, shared by client and server (docs/relay-protocol.md).
//!
//! [`frame`] and [`message`] are pure: bytes in, values out. [`wire`] moves frames over any ordered byte
//! stream, so the same bytes serve QUIC now and TLS over TCP later. Nothing here knows a rule.

pub mod codes;
pub mod frame;
pub mod message;
pub mod wire;

/// The ALPN word of this protocol; a peer that does not offer it is not spoken to.
pub const ALPN: &[u8] = b"vault-relay/1";

/// The version every request names in its first frame.
pub const VERSION: u16 = 1;
