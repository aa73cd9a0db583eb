//! A relay in this process, stations that speak to it, and items made from the test world.
#![allow(
    dead_code,
    unreachable_pub,
    missing_debug_implementations,
    clippy::unwrap_used,
    reason = "tests; each file uses a part of this"
)]

pub mod deciding;
pub mod raw;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use vault_core::item::{Label, LabelHash};
use vault_core::policy::Policy;
use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::{LeafBody, LeafHash};
use vault_core::sealing::{Draft, Payload as Files, ReadyDraft, SealedItem};
use vault_core::stream::{Progress, Work};
use vault_core::term::Term;
use vault_core::test_world::{Member, NOW, SeededRng, World, item_id};
use vault_keys::bytes::Bytes;
use vault_keys::directory::{NotaryText, Organisation, Relay as NamedRelay, Root, RootChange, RootText};
use vault_keys::note::{KeyName, Signed};
use vault_keys::numbers::Holder;
use vault_keys::time::Time;
use vault_relay::card::RelayCard;
use vault_relay::client::{Client, Evidence, Payload, Peer, Transfer};
use vault_relay::server::{self, Clock, Config, Keyring, NewRelay, Relay};

/// A clock that stands until it is moved.
#[derive(Debug)]
pub struct TestClock(Mutex<(Time, Instant)>);

impl TestClock {
    /// Time passes.
    pub fn forward(&self, seconds: i64) {
        self.set(seconds);
        let mut now = self.0.lock().unwrap();
        now.1 += Duration::from_secs(seconds.try_into().unwrap());
    }

    /// Somebody sets the clock.
    pub fn set(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        now.0 = now.0.plus_seconds(seconds);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Time {
        self.0.lock().unwrap().0
    }

    fn steady(&self) -> Instant {
        self.0.lock().unwrap().1
    }
}

/// A world with one relay that runs.
pub struct Office {
    pub world: World,
    pub relay: Option<Relay>,
    pub config: Config,
    pub clock: Arc<TestClock>,
    _folder: tempfile::TempDir,
}

impl Office {
    pub async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::under(change, |_| {}).await
    }

    /// With another configuration, and a root that says something else.
    pub async fn under(change: impl FnOnce(&mut Config), root: impl FnOnce(&mut RootText)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(Mutex::new((NOW.parse().unwrap(), Instant::now()))));
        let relay = NewRelay {
            name: "relay-1".to_owned(),
            listen: vec!["127.0.0.1:0".parse().unwrap()],
            addresses: Vec::new(),
            origin: Some("vault.example/register".to_owned()),
        };
        let (mut config, card) =
            server::init(&folder.path().join("relay"), relay, &*clock, &mut SeededRng::new(99)).unwrap();
        change(&mut config);
        let world = world_under(&card, root);
        server::import(&config, &world.organisation().encode()).unwrap();
        let mut office = Self { world, relay: None, config, clock, _folder: folder };
        office.start().await;
        office
    }

    /// With people who review and approve.
    pub async fn with_deciders() -> Self {
        let mut office = Self::open().await;
        office.world.add_deciders();
        office.publish().await;
        office
    }

    /// Puts the world's newest directory and stop lists in force.
    pub async fn publish(&self) {
        self.station(1).await.publish(&self.organisation(&[])).await.unwrap();
    }

    pub async fn start(&mut self) {
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        self.relay = Some(Relay::start_with(self.config.clone(), clock).await.unwrap());
    }

    pub async fn stop(&mut self) {
        self.relay.take().unwrap().shutdown().await;
    }

    /// The organisation with every root, every head and every stop list of the world.
    pub fn organisation(&self, roots: &[Root]) -> Organisation {
        let world = &self.world;
        let policy = world.policies.last().unwrap().note().clone();
        let earlier = world.directories.len() - 1;
        let heads = world.directories.iter().take(earlier).map(|one| one.head().clone()).collect();
        let roots = roots.iter().chain([&world.root]).cloned().collect();
        let organisation = Organisation::new(roots, policy, world.directory().clone(), heads).unwrap();
        organisation.with(world.stops.clone(), None).unwrap()
    }

    /// Puts the next root in the place of the present one, which is answered. It wants a directory of its own.
    pub fn next_root(&mut self) -> Root {
        self.next_root_with([])
    }

    /// The same with changes.
    pub fn next_root_with(&mut self, changes: impl IntoIterator<Item = RootChange>) -> Root {
        let old = self.world.root.clone();
        let (made, name) = (self.world.now(), "o1".parse().unwrap());
        let text = old.next_text(made, made.plus_days(3650), changes).unwrap();
        self.world.root = old.sign_next(text, &[(&name, &self.world.officer)]).unwrap();
        old
    }

    pub fn keys(&self) -> Keyring {
        Keyring::load(&self.config.keys).unwrap()
    }

    /// The relay as root names it, at the address it really has.
    pub fn peer(&self) -> Peer {
        let mut peer = Peer::from_root(&self.world.root).unwrap();
        peer.addresses = vec![self.relay.as_ref().unwrap().address().unwrap().to_string()];
        peer
    }

    pub async fn station(&self, number: u32) -> Client {
        Client::dial(&self.peer(), &self.world.member(number).station).await.unwrap()
    }

    /// An item of 内部 from p1 to these holders.
    pub fn seal(&self, seed: u64, plaintext: &[u8], to: &[Holder]) -> Sealed {
        self.seal_by(1, seed, plaintext, to)
    }

    pub fn seal_by(&self, sender: u32, seed: u64, plaintext: &[u8], to: &[Holder]) -> Sealed {
        let mut draft = Draft::new("关于测试的通知", "内部", to);
        draft.term = Some(Term::Long);
        seal_by(&self.world, sender, seed, plaintext, &draft)
    }

    pub fn seal_draft(&self, seed: u64, plaintext: &[u8], draft: &Draft) -> Sealed {
        seal(&self.world, seed, plaintext, draft)
    }

    pub fn holder(&self, number: u32) -> Holder {
        self.world.member(number).holder()
    }
}

/// The test world with a root that names this relay.
pub fn world_of(card: &RelayCard) -> World {
    world_under(card, |_| {})
}

fn world_under(card: &RelayCard, change: impl FnOnce(&mut RootText)) -> World {
    World::under(Policy::internal_without_decision, |root| {
        root.log.origin = card.log.origin.parse().unwrap();
        root.log.ed25519 = card.log.ed25519;
        root.log.ml_dsa_44 = card.log.ml_dsa_44;
        root.notary = Some(NotaryText { ed25519: card.notary.ed25519, ml_dsa_44: card.notary.ml_dsa_44 });
        root.relays = vec![NamedRelay {
            name: card.name.parse().unwrap(),
            addresses: vec!["relay.example:7443".to_owned()],
            ed25519: Bytes(card.ed25519.0),
        }];
        change(root);
    })
}

/// A sealed item in memory.
pub struct Sealed {
    pub item: SealedItem,
    pub content: Vec<u8>,
}

pub fn seal(world: &World, seed: u64, plaintext: &[u8], draft: &Draft) -> Sealed {
    seal_by(world, 1, seed, plaintext, draft)
}

/// An item that this member sends.
pub fn seal_by(world: &World, sender: u32, seed: u64, plaintext: &[u8], draft: &Draft) -> Sealed {
    let (shelf, sender) = (world.shelf(), world.member(sender));
    let files = Files {
        form: vault_core::item::PayloadForm::File,
        files: vec![vault_core::item::FileEntry {
            name: "通知.txt".parse().unwrap(),
            size: plaintext.len() as u64,
            media: "text/plain".to_owned(),
        }],
    };
    let ready =
        ReadyDraft::new(draft, files, sender.author(), &shelf.published(), item_id(seed), world.now())
            .unwrap();
    let progress = Progress::new();
    let output = Mutex::new(Vec::new());
    let length = vault_core::stream::PlaintextLen::new(plaintext.len() as u64).unwrap();
    let mut rng = SeededRng::new(seed + 1000);
    let sealing = ready.begin(length, &sender.signing, &mut rng).unwrap();
    let item = sealing.seal(&plaintext.to_vec(), &output, &Work::new(&progress)).unwrap();
    Sealed { item, content: output.into_inner().unwrap() }
}

impl Sealed {
    pub fn hash(&self) -> LabelHash {
        self.item.header.label_hash()
    }

    pub fn label(&self) -> &Label {
        self.item.header.label().value()
    }

    pub fn header(&self) -> &[u8] {
        self.item.header.bytes()
    }

    pub fn payload(&self) -> Payload {
        payload(&self.content)
    }

    pub async fn submit(&self, client: &Client) -> vault_relay::client::Acceptance {
        let transfer = Arc::new(Transfer::default());
        client.submit(self.hash(), self.header(), &self.payload(), &transfer).await.unwrap()
    }
}

pub fn payload(content: &[u8]) -> Payload {
    Payload {
        spool: Arc::new(content.to_vec()),
        offset: 0,
        length: vault_core::stream::ContentLen::new(content.len() as u64).unwrap(),
    }
}

/// A statement of a member about an item.
pub fn state(
    world: &World,
    member: &Member,
    sealed: &Sealed,
    kind: EventKind,
    change: impl FnOnce(&mut Event),
) -> Signed<Event> {
    let label = sealed.label();
    let mut event = Event {
        item: Some(label.item),
        label: Some(sealed.hash()),
        access: Some(sealed.item.header.access_hash()),
        content: Some(label.content.blake3),
        copy: Some(1),
        station: Some(member.station.key_id()),
        ..Event::of_person(label.org, kind, member.person, member.signing.key_id(), world.now())
    };
    change(&mut event);
    Signed::sign(event, &KeyName::person(&label.org, member.person), &member.signing).unwrap()
}

pub fn demand(world: &World, member: &Member, sealed: &Sealed) -> Signed<Event> {
    state(world, member, sealed, EventKind::Demanded, |_| {})
}

pub fn receipt(world: &World, member: &Member, sealed: &Sealed, demand: LeafHash) -> Signed<Event> {
    state(world, member, sealed, EventKind::Received, |event| event.refers = Some(demand))
}

/// Fetches a whole payload into memory.
pub async fn fetch(
    client: &Client,
    sealed: &Sealed,
    demand: LeafHash,
    from: u64,
) -> Result<Vec<u8>, vault_relay::client::ClientError> {
    let sink = Mutex::new(Vec::new());
    let length = sealed.content.len() as u64;
    client.fetch(sealed.hash(), demand, from, length, &sink, &Transfer::default()).await?;
    Ok(sink.into_inner().unwrap())
}

/// What each leaf says, in a word.
pub fn kinds(evidence: &[Evidence]) -> Vec<&'static str> {
    evidence
        .iter()
        .map(|one| match one.leaf.leaf.body() {
            LeafBody::Event(event) => event.kind.word(),
            LeafBody::Note(note) if note.text().contains("vault-label/1") => "label",
            LeafBody::Note(_) => {
                let event = one.leaf.leaf.signed::<Event>();
                event.unwrap().value().kind.word()
            }
        })
        .collect()
}

pub fn files_below(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, |entries| {
        entries
            .map(|entry| entry.unwrap().path())
            .map(|path| if path.is_dir() { files_below(&path) } else { 1 })
            .sum()
    })
}
