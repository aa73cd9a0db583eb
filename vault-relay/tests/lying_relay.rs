//! A relay with the right key that answers what it should not: the client notices and ends.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::Arc;

use common::{Office, seal};
use quinn::{Endpoint, EndpointConfig, ServerConfig, TokioRuntime};
use vault_core::disk::durable::RealDisk;
use vault_core::register::checkpoint::{LogKey, SignedCheckpoint};
use vault_core::register::folder::{CheckpointFile, LogFolder};
use vault_core::register::leaf::LeafHash;
use vault_core::register::proof::Evidence;
use vault_core::register::sequencer::Sequencer;
use vault_core::sealing::Draft;
use vault_core::term::Term;
use vault_core::test_world::World;
use vault_keys::directory::SuccessionError;
use vault_relay::client::{Client, ClientError, Folder, Peer, Transfer};
use vault_relay::proto::frame::{self, Message};
use vault_relay::proto::message::{Answer, Done, Header, Listing, Opened, RegisterReply, Status, Synced};
use vault_relay::tls::{self, PublicKey, StationGate, TlsKey};
use vault_relay::transport;

#[derive(Debug)]
struct Everybody;

impl StationGate for Everybody {
    fn admits(&self, _key: &PublicKey) -> bool {
        true
    }
}

/// Answers each request with yes and the next of these bytes.
fn liar(office: &Office, replies: Vec<Vec<u8>>) -> (Peer, Endpoint) {
    let key = TlsKey::new(&office.keys().tls).unwrap();
    let config = tls::quic_server(tls::server(&key, Arc::new(Everybody)).unwrap()).unwrap();
    let mut server = ServerConfig::with_crypto(Arc::new(config));
    server.transport_config(transport::relay(vault_relay::congestion::Congestion::default()));
    let socket = transport::socket("127.0.0.1:0".parse().unwrap()).unwrap();
    let endpoint =
        Endpoint::new(EndpointConfig::default(), Some(server), socket, Arc::new(TokioRuntime)).unwrap();
    let peer = Peer { addresses: vec![endpoint.local_addr().unwrap().to_string()], ..office.peer() };
    let listening = endpoint.clone();
    tokio::spawn(async move {
        let connection = listening.accept().await.unwrap().await.unwrap();
        for reply in replies {
            let Ok((mut send, mut recv)) = connection.accept_bi().await else { return };
            recv.read_to_end(1 << 16).await.unwrap();
            send.write_all(&[yes(), reply].concat()).await.unwrap();
            send.finish().unwrap();
        }
        connection.closed().await;
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
    told_in_turn(office, vec![reply]).await
}

async fn told_in_turn(office: &Office, replies: Vec<Vec<u8>>) -> (Client, Endpoint) {
    let (peer, endpoint) = liar(office, replies);
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

/// Evidence of the first of these leaves in a log of just them, signed with the relay's own key, and its checkpoint.
fn log_of(office: &Office, leaves: &[&[u8]]) -> (Vec<u8>, SignedCheckpoint) {
    let folder = tempfile::tempdir().unwrap();
    let key = LogKey::new("vault.example/register".parse().unwrap(), office.keys().log);
    let guard = CheckpointFile::new(RealDisk, &folder.path().join("guard"));
    let log = LogFolder::take(RealDisk, &folder.path().join("log")).unwrap();
    let mut sequencer = Sequencer::create(log, guard, key, office.world.now()).unwrap();
    sequencer.append(0, leaves, office.world.now()).unwrap();
    let checkpoint = sequencer.checkpoint().clone();
    let tiles = LogFolder::reader(RealDisk, &folder.path().join("log"));
    (Evidence::collect(&tiles, 0, &checkpoint).unwrap().encode(), checkpoint)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_register_that_forks_for_one_reply() {
    let office = Office::open().await;
    let sealed = office.seal(1, b"one", &[office.holder(3)]);
    let station = office.station(1).await;
    station.checkpoint(None).await.unwrap();
    let honest = sealed.submit(&station).await.evidence;
    let newest = station.confirm().await.unwrap().unwrap();
    assert_eq!(newest, honest.last().unwrap().leaf.checkpoint, "an honest one is confirmed");

    let [one, two] = [0, 1].map(|at| honest[at].leaf.leaf.bytes().to_vec());
    let status = |evidence: &[u8]| {
        let label = (*sealed.hash().as_bytes()).into();
        let state = "released".to_owned();
        let status = Status { label, state, accepted: 0, released: None, copies: Vec::new(), leaves: 1 };
        let prefix = frame::prefix(evidence.len(), "evidence").unwrap();
        [&encode(&status), &prefix[..], evidence].concat()
    };
    let (first, _) = log_of(&office, &[&one]);
    let (other, _) = log_of(&office, &[&two]);
    let (client, _endpoint) = told_in_turn(&office, vec![status(&first), status(&other)]).await;
    client.status(sealed.hash()).await.unwrap();
    let refused = client.status(sealed.hash()).await.unwrap_err();
    assert!(matches!(refused, ClientError::Split { .. }), "{refused:?}");

    // Back on the true line afterwards, with a path that is right for it.
    let (_, truth) = log_of(&office, &[&two, &one]);
    let path = vec![(*LeafHash::of(&one).as_bytes()).into()];
    let shown =
        encode(&RegisterReply { checkpoint: truth.encode().into(), consistency: path, tile: vec![].into() });
    for (evidence, is_on_the_line) in [(&other, true), (&first, false)] {
        let replies = vec![status(evidence), shown.clone(), shown.clone()];
        let (client, _endpoint) = told_in_turn(&office, replies).await;
        client.status(sealed.hash()).await.unwrap();
        client.checkpoint(None).await.unwrap();
        assert_eq!(client.confirm().await.is_ok(), is_on_the_line);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acceptance_without_leaves_or_with_those_of_another_item() {
    let office = Office::open().await;
    let [sealed, other] = [1, 2].map(|seed| office.seal(seed, b"text", &[office.holder(3)]));
    let evidence = sealed.submit(&office.station(1).await).await.evidence;
    let done = |leaves: &[&vault_relay::client::Evidence]| {
        let texts = leaves
            .iter()
            .flat_map(|one| [&frame::prefix(one.text.len(), "evidence").unwrap()[..], &one.text].concat());
        let done = encode(&Done { leaves: u32::try_from(leaves.len()).unwrap() });
        done.into_iter().chain(texts).collect::<Vec<u8>>()
    };
    let all: Vec<_> = evidence.iter().collect();
    for (item, leaves, is_believed) in [
        (&sealed, &all[..], true),
        (&sealed, &all[..0], false),
        (&sealed, &all[..1], false),
        (&sealed, &all[1..], false),
        (&other, &all[..], false),
    ] {
        let upload = (*item.hash().as_bytes()).into();
        let opened = Opened { committed: true, parts: 1, have: vec![].into(), upload };
        let (client, _endpoint) = told_in_turn(&office, vec![encode(&opened), done(leaves)]).await;
        let transfer = Arc::new(Transfer::default());
        let submitted = client.submit(item.hash(), item.header(), &item.payload(), &transfer).await;
        match submitted {
            Ok(_) => assert!(is_believed),
            Err(ClientError::Evidence(_)) => assert!(!is_believed),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_directory_of_one_number_is_evidence_if_officers_signed_it() {
    let office = Office::open().await;
    let mut other = World::new();
    other.change(|_, units| units[0].name = "乙".to_owned());
    let mut ours = World::new();
    ours.change(|_, units| units[0].name = "甲".to_owned());
    let have = ours.organisation();
    let head = other.directory().head().encode();
    let mut forged = head.clone();
    let at = forged.iter().rposition(|byte| *byte == b'A').unwrap();
    forged[at] = b'B';
    for (shown, is_evidence) in [(head, true), (forged, false)] {
        let synced =
            Synced { roots: 0, newer: true, earlier: 0, whole: true, entries: 0, stops: 0, fresh: false };
        let policy = ours.policies[0].note().encode();
        let frames = [("policy", &policy), ("directory", &shown)];
        let frames =
            frames.map(|(name, text)| [&frame::prefix(text.len(), name).unwrap()[..], text].concat());
        let reply = [encode(&synced), frames.concat()].concat();
        let (client, _endpoint) = told_in_turn(&office, vec![reply.clone(), reply]).await;
        match client.sync(&have).await.unwrap_err() {
            ClientError::Contradiction { shown: kept, error } if is_evidence => {
                assert_eq!(kept, shown);
                assert!(matches!(*error, ClientError::Succession(SuccessionError::Fork { number: 2 })));
            }
            ClientError::Organisation(_) if !is_evidence => {}
            other => panic!("{other:?}"),
        }
    }
}
