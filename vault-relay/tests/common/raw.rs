//! A client of bytes: it says whatever it is told to.

use std::net::SocketAddr;
use std::sync::Arc;

use quinn::{Connecting, Connection, Endpoint, EndpointConfig, ReadToEndError, TokioRuntime};
use vault_keys::station::StationKey;
use vault_relay::proto::frame::{self, Message};
use vault_relay::proto::message::{Answer, Head, MAGIC, Publish, Refused, Verb};
use vault_relay::tls::{self, TlsKey};
use vault_relay::transport;

use super::Office;

/// A handshake that has begun.
pub struct Dialling {
    connecting: Connecting,
    endpoint: Endpoint,
}

impl Dialling {
    pub async fn finish(self) -> Raw {
        Raw { connection: self.connecting.await.unwrap(), endpoint: self.endpoint }
    }

    /// Says that nothing comes of it.
    pub async fn give_up(self) {
        drop(self.connecting);
        self.endpoint.close(0_u32.into(), b"");
        self.endpoint.wait_idle().await;
    }
}

/// A connection that says whatever it is told to.
pub struct Raw {
    pub connection: Connection,
    endpoint: Endpoint,
}

impl Raw {
    pub async fn dial(office: &Office) -> Self {
        Self::dial_as(office, &office.world.member(1).station).await
    }

    pub async fn dial_as(office: &Office, station: &StationKey) -> Self {
        let to = office.peer().addresses[0].parse().unwrap();
        Self::begin(office, station, "127.0.0.1:0", to).finish().await
    }

    /// Begins a connection from this address to that one.
    pub fn begin(office: &Office, station: &StationKey, from: &str, to: SocketAddr) -> Dialling {
        let (config, _) = tls::client(&TlsKey::new(station).unwrap(), office.peer().key).unwrap();
        let mut config = quinn::ClientConfig::new(Arc::new(tls::quic_client(config).unwrap()));
        config.transport_config(transport::client(vault_relay::congestion::Congestion::default()));
        let socket = transport::socket(from.parse().unwrap()).unwrap();
        let endpoint =
            Endpoint::new(EndpointConfig::default(), None, socket, Arc::new(TokioRuntime)).unwrap();
        let connecting = endpoint.connect_with(config, to, "relay").unwrap();
        Dialling { connecting, endpoint }
    }

    /// Sends bytes as one whole request and reads the relay's yes or no; an error when it breaks the stream off.
    pub async fn say(&self, bytes: &[u8]) -> Result<Option<Refused>, ReadToEndError> {
        let (mut send, mut recv) = self.connection.open_bi().await.unwrap();
        // The relay may have refused before it has read everything.
        if send.write_all(bytes).await.is_ok() {
            send.finish().ok();
        }
        let reply = recv.read_to_end(1 << 20).await?;
        let length = u32::from_be_bytes(reply[..4].try_into().unwrap()) as usize;
        Ok(frame::decode::<Answer>(&reply[4..4 + length]).unwrap().refused)
    }

    /// Hangs up, and waits until the relay can have heard of it.
    pub async fn hang_up(self) {
        self.connection.close(0_u32.into(), b"");
        self.endpoint.wait_idle().await;
    }

    pub async fn code(&self, frames: &[&[u8]]) -> String {
        self.say(&frames.concat()).await.unwrap().unwrap().code
    }

    /// Hands these bytes in as an organisation file; what the relay says to it.
    pub async fn publish(&self, file: &[u8]) -> Option<Refused> {
        let publish = Publish { length: file.len() as u64 };
        self.say(&[head(Verb::Publish), encode(&publish), data(file)].concat()).await.unwrap()
    }
}

pub fn head(verb: Verb) -> Vec<u8> {
    encode(&Head { magic: MAGIC.to_owned(), version: 1, verb: verb as u8 })
}

pub fn encode<M: Message>(message: &M) -> Vec<u8> {
    frame::encode(message).unwrap()
}

pub fn data(bytes: &[u8]) -> Vec<u8> {
    let mut frame = u32::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
    frame.extend_from_slice(bytes);
    frame
}
