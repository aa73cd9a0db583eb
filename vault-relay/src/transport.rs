//! QUIC settings of both sides in one place (docs/relay-protocol.md, "Transport").
//!
//! The library's defaults are meant for 100 Mbit/s at 100 ms; offices have faster lines, and one long line to
//! the next town. Memory stays bounded: a connection can make the other side hold no more than its windows.

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use quinn_proto::congestion::{BbrConfig, ControllerFactory, CubicConfig};
use quinn_proto::{AckFrequencyConfig, IdleTimeout, TransportConfig, VarInt};
use socket2::{Domain, Protocol, Socket, Type};

use crate::congestion::Congestion;

/// What one stream may have under way towards us (16 MiB: 320 MB/s at 50 ms).
const STREAM_WINDOW: u32 = 16 << 20;
/// What one connection may have under way towards a client.
const CLIENT_WINDOW: u32 = 64 << 20;
/// What one connection may have under way towards the relay, which serves many.
const RELAY_WINDOW: u32 = 32 << 20;
/// Sent and not yet acknowledged, client side.
const CLIENT_SEND_WINDOW: u64 = 32 << 20;
/// The same on the relay: this times the connections allowed bounds its memory.
const RELAY_SEND_WINDOW: u64 = 16 << 20;
/// The first congestion window: a small item leaves in the first round trip.
const INITIAL_WINDOW: u64 = 128 << 10;
/// Kernel buffers of the UDP socket.
const SOCKET_BUFFER: usize = 4 << 20;
/// Requests one connection may have open at the relay.
pub const REQUESTS_PER_CONNECTION: u32 = 32;
/// A connection on which nothing arrives for this long is closed.
const IDLE: Duration = Duration::from_secs(30);
/// A quiet connection is kept alive at this interval.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// Settings of a client: it opens requests and accepts none.
pub fn client(congestion: Congestion) -> Arc<TransportConfig> {
    let mut config = common(congestion);
    config
        .receive_window(VarInt::from_u32(CLIENT_WINDOW))
        .send_window(CLIENT_SEND_WINDOW)
        .max_concurrent_bidi_streams(VarInt::from_u32(0))
        .keep_alive_interval(Some(KEEP_ALIVE));
    Arc::new(config)
}

/// Settings of the relay.
pub fn relay(congestion: Congestion) -> Arc<TransportConfig> {
    let mut config = common(congestion);
    config
        .receive_window(VarInt::from_u32(RELAY_WINDOW))
        .send_window(RELAY_SEND_WINDOW)
        .max_concurrent_bidi_streams(VarInt::from_u32(REQUESTS_PER_CONNECTION));
    Arc::new(config)
}

/// A UDP socket with room for bursts.
///
/// The kernel may grant less than asked for; that costs speed, not correctness, so it is no error.
pub fn socket(address: SocketAddr) -> std::io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_nonblocking(true)?;
    if let Err(error) =
        socket.set_recv_buffer_size(SOCKET_BUFFER).and_then(|()| socket.set_send_buffer_size(SOCKET_BUFFER))
    {
        tracing::debug!(%error, "the kernel keeps its own UDP buffer sizes");
    }
    socket.bind(&address.into())?;
    Ok(socket.into())
}

fn common(congestion: Congestion) -> TransportConfig {
    let mut acks = AckFrequencyConfig::default();
    acks.ack_eliciting_threshold(VarInt::from_u32(10));
    let controller: Arc<dyn ControllerFactory + Send + Sync> = match congestion {
        Congestion::Cubic => {
            let mut cubic = CubicConfig::default();
            cubic.initial_window(INITIAL_WINDOW);
            Arc::new(cubic)
        }
        Congestion::Bbr => {
            let mut bbr = BbrConfig::default();
            bbr.initial_window(INITIAL_WINDOW);
            Arc::new(bbr)
        }
    };

    let mut config = TransportConfig::default();
    config
        .stream_receive_window(VarInt::from_u32(STREAM_WINDOW))
        .max_concurrent_uni_streams(VarInt::from_u32(0))
        .datagram_receive_buffer_size(None)
        .max_idle_timeout(IdleTimeout::try_from(IDLE).ok())
        .ack_frequency_config(Some(acks))
        .congestion_controller_factory(controller);
    config
}
