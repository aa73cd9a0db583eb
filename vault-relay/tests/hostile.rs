//! Clients that mean harm and break no rule of TLS: whatever they send gets its code or an end, and everybody else is served
//! meanwhile (docs/relay-protocol.md, "Limits").
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]

mod common;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use common::raw::{Raw, data, encode, head};
use common::{Office, Sealed, demand, fetch, receipt};
use tokio::net::UdpSocket;
use tokio::sync::oneshot;
use vault_keys::directory::{StopAct, StopReason};
use vault_relay::client::Folder;
use vault_relay::proto::frame::{self, Message};
use vault_relay::proto::message::{
    Announce, Answer, Commit, Decide, Fetch, HEADER_MAX, Invite, ItemRequest, KeyRequest, List, NoteRequest,
    Open, Part, Publish, RegisterRequest, Replace, Requests, Restate, Stops, Sync, Verb, Watch,
};

/// Long enough for any machine; nothing waits for it unless the test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request of one verb, whole in form, about nothing that there is.
struct Request {
    verb: Verb,
    message: Vec<u8>,
    max: usize,
}

impl Request {
    fn of<M: Message>(verb: Verb, message: &M) -> Self {
        Self { verb, message: encode(message), max: M::MAX }
    }

    fn whole(&self) -> Vec<u8> {
        [head(self.verb), self.message.clone()].concat()
    }

    fn only_asks(&self) -> bool {
        use Verb::{Asked, List, Register, Requests, Stops, Sync, Watch};
        matches!(self.verb, Asked | List | Register | Requests | Stops | Sync | Watch)
    }

    /// Whether data frames follow the message.
    fn goes_on(&self) -> bool {
        matches!(self.verb, Verb::Part | Verb::Publish)
    }
}

fn requests() -> Vec<Request> {
    let bytes = || b"nothing".to_vec().into();
    let (label, demand) = ([1; 32], [2; 32]);
    let note = || NoteRequest { note: bytes() };
    let item = || ItemRequest { label: label.into() };
    let part = Part { upload: label.into(), index: 0, length: 100, chaining: demand.into() };
    let fetch = Fetch { label: label.into(), demand: demand.into(), offset: 0, length: None };
    let all = vec![
        Request::of(Verb::Open, &Open { header: bytes() }),
        Request::of(Verb::Part, &part),
        Request::of(Verb::Commit, &Commit { upload: label.into() }),
        Request::of(Verb::List, &List { folder: 0, after: 0, most: 10 }),
        Request::of(Verb::Header, &item()),
        Request::of(Verb::Demand, &note()),
        Request::of(Verb::Fetch, &fetch),
        Request::of(Verb::Receipt, &note()),
        Request::of(Verb::Event, &note()),
        Request::of(Verb::Status, &item()),
        Request::of(Verb::Sync, &Sync { root: 1, directory: 1, hash: None, stop: 0, fresh: 0 }),
        Request::of(Verb::Publish, &Publish { length: 100 }),
        Request::of(Verb::Register, &RegisterRequest { from: None, tile: Some("tile/0/9".to_owned()) }),
        Request::of(Verb::Invite, &Invite { note: bytes() }),
        Request::of(Verb::Request, &KeyRequest { note: bytes() }),
        Request::of(Verb::Requests, &Requests {}),
        Request::of(Verb::Watch, &Watch {}),
        Request::of(Verb::Replace, &Replace { label: label.into(), header: bytes() }),
        Request::of(Verb::Stops, &Stops { after: 0 }),
        Request::of(Verb::Decide, &Decide { label: label.into(), note: bytes(), header: None }),
        Request::of(Verb::Ask, &note()),
        Request::of(Verb::Asked, &Requests {}),
        Request::of(Verb::Respond, &note()),
        Request::of(Verb::Restate, &Restate { proof: bytes() }),
        Request::of(
            Verb::Announce,
            &Announce { item: "none".to_owned(), level: "none".to_owned(), length: 100 },
        ),
    ];
    assert_eq!(all.iter().map(|one| one.verb).collect::<Vec<_>>(), Verb::ALL, "a verb without a request");
    all
}

/// The whole way of an item, for people who mean no harm.
async fn one_item(office: &Office, seed: u64) {
    let sealed = office.seal(seed, b"content", &[office.holder(3)]);
    sealed.submit(&office.station(1).await).await;
    let (reader, member) = (office.station(3).await, office.world.member(3));
    let leaf = reader.demand(&demand(&office.world, member, &sealed)).await.unwrap().leaf.leaf.hash();
    assert_eq!(fetch(&reader, &sealed, leaf, 0).await.unwrap(), sealed.content);
    reader.receipt(&receipt(&office.world, member, &sealed, leaf)).await.unwrap();
}

/// Does harm while others work, and sees that they got something done.
async fn beside_work(office: &Office, harm: impl Future<Output = ()>) {
    let (over, done) = (AtomicBool::new(false), AtomicU32::new(0));
    let work = async {
        while !over.load(Ordering::Relaxed) || done.load(Ordering::Relaxed) == 0 {
            one_item(office, 1000 + u64::from(done.fetch_add(1, Ordering::Relaxed))).await;
        }
    };
    let harm = async {
        harm.await;
        over.store(true, Ordering::Relaxed);
    };
    tokio::join!(work, harm);
    let listed = office.station(1).await.list(Folder::Sent, 0).await.unwrap();
    assert!(!listed.items.is_empty());
}

/// What this process has in memory, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() << 10
}

/// Every way to break one request.
async fn break_request(raw: &Raw, request: &Request, others: &[Request]) {
    let (name, whole, begun) = (request.verb.name(), request.whole(), head(request.verb));
    for cut in 0..whole.len() {
        assert!(raw.say(&whole[..cut]).await.is_err(), "{name} cut at {cut}");
    }
    let over = u32::try_from(request.max + 1).unwrap().to_be_bytes();
    assert_eq!(raw.code(&[&begun, &over]).await, "frame-too-large", "{name}");
    assert_eq!(raw.code(&[&begun, &[0xff; 4]]).await, "frame-too-large", "{name}");
    assert_eq!(raw.code(&[&begun, &[0; 4]]).await, "malformed-request", "{name}: an empty message");
    assert_eq!(raw.code(&[&begun, &data(&[0xff])]).await, "malformed-request", "{name}: no message");
    assert_eq!(raw.code(&[&request.message, &begun]).await, without_head(request), "{name}: without head");
    assert_eq!(raw.code(&[&begun, &begun]).await, twice_head(request), "{name}: head twice");
    if !request.goes_on() {
        for more in [&b"x"[..], &request.message, &whole] {
            assert_eq!(raw.code(&[&whole, more]).await, "malformed-request", "{name}: more behind it");
        }
    }
    for other in others.iter().filter(|other| other.message != request.message) {
        // The message of another verb: whatever it says, nothing is changed by it.
        let said = raw.say(&[begun.clone(), other.message.clone()].concat()).await;
        let taken = matches!(said, Ok(None));
        assert!(!taken || request.only_asks(), "{name} with what {:?} says", other.verb);
    }
}

/// The first frame is longer than a head may be, or is none.
fn without_head(request: &Request) -> &'static str {
    let head_max = 32;
    if request.message.len() - 4 > head_max { "frame-too-large" } else { "malformed-request" }
}

/// A head where the message should stand: too long for the shortest messages, and no other message either.
fn twice_head(request: &Request) -> &'static str {
    if head(request.verb).len() - 4 > request.max { "frame-too-large" } else { "malformed-request" }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_broken_in_every_way_while_others_are_served() {
    let office = Office::open().await;
    let (raw, all) = (Raw::dial(&office).await, requests());
    // Once to warm up: pools and caches are filled.
    for request in &all {
        break_request(&raw, request, &all).await;
    }
    let before = resident();
    let harm = async {
        for request in &all {
            break_request(&raw, request, &all).await;
        }
    };
    beside_work(&office, harm).await;
    let grown = resident().saturating_sub(before) >> 20;
    assert!(grown < 64, "{grown} MiB more");
    assert_eq!(raw.say(&requests()[3].whole()).await.unwrap(), None, "the connection is as good as before");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_read_from_a_stream_that_is_done() {
    let office = Office::open().await;
    let raw = Raw::dial(&office).await;
    let (mut send, mut recv) = raw.connection.open_bi().await.unwrap();
    // Refused before it has ended: what follows is not waited for.
    send.write_all(&[0xff; 8]).await.unwrap();
    assert!(recv.read_to_end(1 << 20).await.unwrap().len() > 4);
    let again = requests()[3].whole();
    send.write_all(&again).await.ok();
    let stopped = tokio::time::timeout(PATIENCE, send.stopped()).await.unwrap().unwrap();
    assert!(stopped.is_some(), "the relay goes on reading");
    assert_eq!(raw.say(&again).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_streams_on_one_connection() {
    let office = Office::open().await;
    let raw = Raw::dial(&office).await;
    let before = resident();
    let harm = async {
        for number in 0..10_000_u32 {
            let (mut send, recv) = raw.connection.open_bi().await.unwrap();
            // Nothing, half a head, or a head and half a message; then gone without a word.
            match number % 3 {
                0 => {}
                1 => send.write_all(&head(Verb::Open)[..9]).await.unwrap(),
                _ => send.write_all(&requests()[0].whole()[..24]).await.unwrap(),
            }
            send.reset(number.into()).unwrap();
            drop(recv);
        }
    };
    beside_work(&office, harm).await;
    let grown = resident().saturating_sub(before) >> 20;
    assert!(grown < 64, "{grown} MiB more");
    // Streams that stay open and say nothing: no more than a connection may have, and nobody else waits for them.
    let mut silent = Vec::new();
    while let Ok(opened) = tokio::time::timeout(Duration::from_millis(300), raw.connection.open_bi()).await {
        let (mut send, recv) = opened.unwrap();
        send.write_all(&head(Verb::Open)[..9]).await.unwrap();
        silent.push((send, recv));
    }
    // The right to open more is given in batches.
    assert!((24..=32).contains(&silent.len()), "{}", silent.len());
    one_item(&office, 1).await;
    drop(silent);
    assert_eq!(raw.say(&requests()[3].whole()).await.unwrap(), None);
}

/// A header all but its last byte.
fn long_open(office: &Office) -> Vec<u8> {
    let mut bytes = [head(Verb::Open), encode(&Open { header: vec![b'x'; HEADER_MAX].into() })].concat();
    assert!(bytes.len() > HEADER_MAX && !office.world.members.is_empty());
    bytes.pop();
    bytes
}

async fn answer(mut recv: quinn::RecvStream) -> String {
    let reply = tokio::time::timeout(PATIENCE, recv.read_to_end(1 << 20)).await.unwrap().unwrap();
    frame::decode::<Answer>(&reply[4..]).unwrap().refused.unwrap().code
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_never_end_take_no_more_memory_than_is_their_senders() {
    let office = Office::with(|config| {
        (config.limits.request_mib_per_person, config.limits.request_mib) = (2, 4);
    })
    .await;
    // One station, two connections: what a person has on the way counts together.
    let (one, two) = (Raw::dial(&office).await, Raw::dial(&office).await);
    let unfinished = long_open(&office);
    let (mut kept, mut waiting) = (Vec::new(), tokio::task::JoinSet::new());
    for raw in [&one, &two, &one, &two] {
        let (mut send, recv) = raw.connection.open_bi().await.unwrap();
        // Refused before it is all written, the stream is stopped.
        send.write_all(&unfinished).await.ok();
        kept.push(send);
        waiting.spawn(answer(recv));
    }
    for _ in 0..3 {
        assert_eq!(waiting.join_next().await.unwrap().unwrap(), "relay-busy");
    }
    // Others have room of their own, and small requests of the same person too.
    let other = Raw::dial_as(&office, &office.world.member(2).station).await;
    let whole = [unfinished.as_slice(), b"x"].concat();
    assert_eq!(other.code(&[&whole]).await, "not-an-item");
    assert_eq!(one.say(&requests()[3].whole()).await.unwrap(), None);
    one_item(&office, 1).await;
    // Whatever is given up takes no room any more, as soon as the relay has heard of it.
    waiting.abort_all();
    drop(kept);
    let again = async {
        loop {
            match two.code(&[&whole]).await.as_str() {
                "relay-busy" => {}
                code => break assert_eq!(code, "not-an-item"),
            }
        }
    };
    tokio::time::timeout(PATIENCE, again).await.unwrap();
}

/// Between a client and the relay: brings everything to the relay, and of what it says only that the address is to be shown.
async fn deaf_line(relay: SocketAddr) -> (SocketAddr, oneshot::Receiver<()>, tokio::task::JoinHandle<()>) {
    /// Long header packets of the type Retry (RFC 9000, section 17.2.5).
    const RETRY: u8 = 0xf0;
    let (near, far) =
        (UdpSocket::bind("127.0.0.1:0").await.unwrap(), UdpSocket::bind("127.0.0.1:0").await.unwrap());
    let address = near.local_addr().unwrap();
    far.connect(relay).await.unwrap();
    let (tell, begun) = oneshot::channel();
    let carry = tokio::spawn(async move {
        let (mut out, mut back, mut client, mut tell) = ([0; 2000], [0; 2000], None, Some(tell));
        loop {
            tokio::select! {
                Ok((length, from)) = near.recv_from(&mut out) => {
                    client = Some(from);
                    far.send(&out[..length]).await.unwrap();
                }
                Ok(length) = far.recv(&mut back) => match client {
                    Some(to) if back[0] & 0xf0 == RETRY => drop(near.send_to(&back[..length], to).await),
                    // The relay answers the handshake: a place is taken.
                    _ => drop(tell.take().map(|tell| tell.send(()))),
                },
                else => break,
            }
        }
    });
    (address, begun, carry)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handshakes_that_never_end_keep_nobody_out_but_their_own_address() {
    let office = Office::with(|config| config.limits.handshakes_per_address = 1).await;
    let relay: SocketAddr = office.peer().addresses[0].parse().unwrap();
    let (line, begun, carry) = deaf_line(relay).await;
    let station = &office.world.member(1).station;
    let half = Raw::begin(&office, station, "127.0.0.1:0", line);
    tokio::time::timeout(PATIENCE, begun).await.unwrap().unwrap();
    // From the same address: it waits. From another: served.
    let waits = Raw::begin(&office, station, "127.0.0.1:0", relay);
    let mut waits = std::pin::pin!(waits.finish());
    let served = async {
        let other = Raw::begin(&office, station, "127.0.0.2:0", relay).finish().await;
        assert_eq!(other.say(&requests()[3].whole()).await.unwrap(), None);
    };
    tokio::select! {
        biased;
        _ = &mut waits => panic!("let in beside a handshake that is not finished"),
        () = served => {}
    }
    // The other gives up, or ten seconds pass: the place is free.
    half.give_up().await;
    let raw = tokio::time::timeout(PATIENCE, waits).await.unwrap();
    assert_eq!(raw.say(&requests()[3].whole()).await.unwrap(), None);
    carry.abort();
}

fn as_part(sealed: &Sealed) -> Part {
    let length = vault_core::stream::ContentLen::new(sealed.content.len() as u64).unwrap();
    let value = vault_core::stream::parts::part_value(length, 0, &sealed.content).unwrap();
    Part {
        upload: (*sealed.hash().as_bytes()).into(),
        index: 0,
        length: u32::try_from(sealed.content.len()).unwrap(),
        chaining: (*value.as_bytes()).into(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_is_nobodys_but_its_senders_and_an_item_id_belongs_to_each_sender_apart() {
    let office = Office::open().await;
    let (owner, thief) =
        (Raw::dial(&office).await, Raw::dial_as(&office, &office.world.member(2).station).await);
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    let open = [head(Verb::Open), encode(&Open { header: sealed.header().to_vec().into() })].concat();
    let part = [head(Verb::Part), encode(&as_part(&sealed)), data(&sealed.content)].concat();
    let commit =
        [head(Verb::Commit), encode(&Commit { upload: (*sealed.hash().as_bytes()).into() })].concat();
    assert_eq!(owner.say(&open).await.unwrap(), None);
    // Somebody else's header, part and commit of an upload that is under way.
    assert_eq!(thief.code(&[&open]).await, "submitter-differs");
    assert_eq!(thief.code(&[&part]).await, "no-such-upload");
    assert_eq!(thief.code(&[&commit]).await, "no-such-upload");
    // An item of his own under the same item id, submitted first, takes nothing from anybody.
    let squatter = office.seal_by(2, 1, b"mine", &[office.holder(3)]);
    assert_eq!(squatter.label().item, sealed.label().item);
    squatter.submit(&office.station(2).await).await;
    assert_eq!(owner.say(&part).await.unwrap(), None);
    assert_eq!(owner.say(&commit).await.unwrap(), None);
    let listed = office.station(3).await.list(Folder::In, 0).await.unwrap().items;
    assert_eq!(listed.len(), 2);
    let sent = Arc::new(office.station(1).await);
    assert_eq!(sent.list(Folder::Sent, 0).await.unwrap().items.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_behind_a_stop_on_a_live_connection_enters_nothing() {
    let mut office = Office::open().await;
    let (sealed, stopped) = (office.seal(1, b"content", &[office.holder(3)]), Raw::dial(&office).await);
    let open = [head(Verb::Open), encode(&Open { header: sealed.header().to_vec().into() })].concat();
    let part = [head(Verb::Part), encode(&as_part(&sealed)), data(&sealed.content)].concat();
    let commit =
        [head(Verb::Commit), encode(&Commit { upload: (*sealed.hash().as_bytes()).into() })].concat();
    assert_eq!(stopped.say(&open).await.unwrap(), None);
    assert_eq!(stopped.say(&part).await.unwrap(), None);
    // Begun before the stop, ended behind it.
    let (mut send, mut recv) = stopped.connection.open_bi().await.unwrap();
    send.write_all(&commit[..commit.len() - 1]).await.unwrap();
    let act = StopAct::revoke_person(office.world.member(1).person, StopReason::Stolen);
    office.world.stop(vec![act], None);
    office.station(2).await.publish(&office.organisation(&[])).await.unwrap();
    if send.write_all(&commit[commit.len() - 1..]).await.is_ok() {
        send.finish().ok();
    }
    match recv.read_to_end(1 << 20).await {
        Err(_) => {}
        Ok(reply) => {
            let refused = frame::decode::<Answer>(&reply[4..]).unwrap().refused;
            assert_eq!(refused.unwrap().code, "station-unknown");
        }
    }
    tokio::time::timeout(PATIENCE, stopped.connection.closed()).await.unwrap();
    assert!(office.station(3).await.list(Folder::In, 0).await.unwrap().items.is_empty());
}
