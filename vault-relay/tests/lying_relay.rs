//! A relay with the right key that answers what it should not: the client notices and ends.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::Arc;

use common::{Office, seal};
use quinn::{Endpoint, EndpointConfig, ServerConfig, TokioRuntime};
use vault_core::sealing::Draft;
use vault_core::term::Term;
use vault_relay::client::{Client, ClientError, Folder, Peer};
use vault_relay::proto::frame::{self, Message};
use vault_relay::proto::message::{Answer, Header, Listing};
use vault_relay::tls::{self, PublicKey, StationGate, TlsKey};
use vault_relay::transport;

#[derive(Debug)]
struct Everybody;

impl StationGate for Everybody {
    fn admits(&self, _key: &PublicKey) -> bool {
        true
    }
}

/// Answers every request with yes and these bytes.
fn liar(office: &Office, reply: Vec<u8>) -> (Peer, Endpoint) {
    let key = TlsKey::new(&office.keys().tls).unwrap();
    let config = tls::quic_server(tls::server(&key, Arc::new(Everybody)).unwrap()).unwrap();
    let mut server = ServerConfig::with_crypto(Arc::new(config));
    server.transport_config(transport::relay());
    let socket = transport::socket("127.0.0.1:0".parse().unwrap()).unwrap();
    let endpoint =
        Endpoint::new(EndpointConfig::default(), Some(server), socket, Arc::new(TokioRuntime)).unwrap();
    let peer = Peer { addresses: vec![endpoint.local_addr().unwrap().to_string()], ..office.peer() };
    let listening = endpoint.clone();
    tokio::spawn(async move {
        let connection = listening.accept().await.unwrap().await.unwrap();
        while let Ok((mut send, mut recv)) = connection.accept_bi().await {
            recv.read_to_end(1 << 16).await.unwrap();
            send.write_all(&[yes(), reply.clone()].concat()).await.unwrap();
            send.finish().unwrap();
        }
    });
    (peer, endpoint)
}

fn yes() -> Vec<u8> {
    encode(&Answer { refused: None })
}

fn encode<M: Message>(message: &M) -> Vec<u8> {
    frame::encode(message).unwrap()
}

async fn told(office: &Office, reply: Vec<u8>) -> (Client, Endpoint) {
    let (peer, endpoint) = liar(office, reply);
    (Client::dial(&peer, &office.world.member(3).station).await.unwrap(), endpoint)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listing_without_end() {
    let office = Office::open().await;
    let (client, _endpoint) = told(&office, encode(&Listing { entries: 0, more: true })).await;
    let refused = client.list(Folder::In, 0).await.unwrap_err();
    assert!(matches!(refused, ClientError::Protocol(_)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_header_of_another_item_or_another_access_note() {
    let office = Office::open().await;
    let mut draft = Draft::new("通知", "内部", &[office.holder(3)]);
    draft.term = Some(Term::Long);
    let (wanted, other) = (seal(&office.world, 1, b"one", &draft), seal(&office.world, 2, b"two", &draft));
    let access = |sealed: &common::Sealed| (*sealed.item.header.access_hash().as_bytes()).into();
    for (header, access) in [(&other, access(&other)), (&wanted, access(&other))] {
        let shown = Header { header: header.header().to_vec().into(), access, leaves: 0 };
        let (client, _endpoint) = told(&office, encode(&shown)).await;
        let refused = client.header(wanted.hash()).await.unwrap_err();
        assert!(matches!(refused, ClientError::Protocol(_)), "{refused:?}");
    }
}
