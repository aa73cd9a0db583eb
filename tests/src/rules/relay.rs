//! What the relay refuses beside the admission check: a relay in this process, stations that speak to it.

use std::sync::{Arc, Mutex};

use vault_core::item::LabelHash;
use vault_core::policy::Policy;
use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::LeafHash;
use vault_core::register::proof::Evidence;
use vault_core::sealing::Draft;
use vault_core::stream::ContentLen;
use vault_core::test_world::{NOW, SealedBytes, SeededRng, World};
use vault_keys::bytes::Bytes;
use vault_keys::directory::{NotaryText, PersonState, Relay as NamedRelay};
use vault_keys::note::{KeyName, Signed};
use vault_keys::station::StationKey;
use vault_keys::time::Time;
use vault_relay::client::{Acceptance, Client, ClientError, DialError, Folder, Payload, Peer, Transfer};
use vault_relay::proto::codes::RelayCode;
use vault_relay::server::{self, Clock, NewRelay, Relay};

use super::{Case, Judge, Refusals, Which};

const TEXT: &[u8] = "各科室：会议改在周五。\n".as_bytes();

/// The time of the test world, for ever.
#[derive(Debug)]
struct Standing;

impl Clock for Standing {
    fn now(&self) -> Time {
        NOW.parse().expect("a time")
    }
}

/// A relay that runs in this process, and the world that it serves.
struct Office {
    world: World,
    relay: Relay,
    _folder: tempfile::TempDir,
}

impl Office {
    async fn open(change: impl FnOnce(&mut World)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let new = NewRelay {
            name: "relay-1".to_owned(),
            listen: vec!["127.0.0.1:0".parse().expect("an address")],
            addresses: Vec::new(),
            origin: Some("vault.example/register".to_owned()),
        };
        let made = server::init(&folder.path().join("relay"), new, &Standing, &mut SeededRng::new(99));
        let (config, card) = made.expect("a relay");
        let mut world = World::under(Policy::internal_without_decision, |root| {
            root.log.origin = card.log.origin.parse().expect("an origin");
            root.log.ed25519 = card.log.ed25519;
            root.log.ml_dsa_44 = card.log.ml_dsa_44;
            root.notary = Some(NotaryText { ed25519: card.notary.ed25519, ml_dsa_44: card.notary.ml_dsa_44 });
            root.relays = vec![NamedRelay {
                name: card.name.parse().expect("a name"),
                addresses: vec!["relay.example:7443".to_owned()],
                ed25519: Bytes(card.ed25519.0),
            }];
        });
        change(&mut world);
        server::import(&config, &world.organisation().encode()).expect("an organisation");
        let relay = Relay::start_with(config, Arc::new(Standing)).await.expect("it starts");
        Self { world, relay, _folder: folder }
    }

    fn peer(&self) -> Peer {
        let mut peer = Peer::from_root(&self.world.root).expect("root names it");
        peer.addresses = vec![self.relay.address().expect("it listens").to_string()];
        peer
    }

    async fn station(&self, number: u32) -> Client {
        let station = &self.world.member(number).station;
        Client::dial(&self.peer(), station).await.expect("the relay answers")
    }

    /// An item from p1 to p3 that the relay has accepted.
    async fn accepted(&self, change: impl FnOnce(&mut Draft)) -> SealedBytes {
        let item = self.sealed(1, change);
        drop(self.submit(&item, &item.content).await.expect("it is accepted"));
        item
    }

    fn sealed(&self, seed: u64, change: impl FnOnce(&mut Draft)) -> SealedBytes {
        let mut draft = self.world.draft(&[3]);
        change(&mut draft);
        self.world.seal(&draft, TEXT, seed)
    }

    async fn submit(&self, item: &SealedBytes, content: &[u8]) -> Result<Acceptance, ClientError> {
        let length = ContentLen::new(content.len() as u64).expect("a payload's length");
        let payload = Payload { spool: Arc::new(content.to_vec()), offset: 0, length };
        let transfer = Arc::new(Transfer::default());
        let client = self.station(1).await;
        client.submit(hash(item), item.header.bytes(), &payload, &transfer).await
    }

    /// A statement of p3's about copy 1, signed by `signer`.
    fn statement(
        &self,
        item: &SealedBytes,
        kind: EventKind,
        signer: u32,
        refers: Option<LeafHash>,
    ) -> Signed<Event> {
        let (label, member) = (item.header.label().value(), self.world.member(3));
        let event = Event {
            item: Some(label.item),
            label: Some(hash(item)),
            access: Some(item.header.access_hash()),
            content: Some(label.content.blake3),
            copy: Some(1),
            station: Some(member.station.key_id()),
            refers,
            ..Event::of_person(label.org, kind, member.person, member.signing.key_id(), self.world.now())
        };
        let name = KeyName::person(&label.org, member.person);
        Signed::sign(event, &name, &self.world.member(signer).signing).expect("a statement")
    }

    async fn demanded(&self, reader: &Client, item: &SealedBytes) -> LeafHash {
        let demand = self.statement(item, EventKind::Demanded, 3, None);
        reader.demand(&demand).await.expect("p3 may demand it").leaf.leaf.hash()
    }
}

fn hash(item: &SealedBytes) -> LabelHash {
    item.header.label_hash()
}

fn code<T>(result: Result<T, ClientError>) -> Refusals {
    match result {
        Ok(_) => Vec::new(),
        Err(ClientError::Refused { code, .. }) => vec![code],
        Err(ClientError::StationRefused) => vec![RelayCode::StationUnknown.as_str().to_owned()],
        Err(other) => vec![other.to_string()],
    }
}

/// Runs a scene each time it is judged.
fn scene<F: Future<Output = Refusals>>(play: impl Fn() -> F + 'static) -> Judge {
    Box::new(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.expect("a runtime").block_on(play())
    })
}

async fn bytes_without_a_demand(which: Which) -> Refusals {
    let office = Office::open(|_| {}).await;
    let item = office.accepted(|_| {}).await;
    let reader = office.station(3).await;
    let demand = match which {
        Which::Refused => LeafHash::from_bytes([0; 32]),
        Which::Accepted => office.demanded(&reader, &item).await,
    };
    let sink = Mutex::new(Vec::new());
    let length = item.content.len() as u64;
    code(reader.fetch(hash(&item), demand, 0, length, &sink, &Transfer::default()).await)
}

async fn receipt_without_a_demand(which: Which) -> Refusals {
    let office = Office::open(|_| {}).await;
    let item = office.accepted(|_| {}).await;
    let reader = office.station(3).await;
    let demand = match which {
        Which::Refused => LeafHash::from_bytes([1; 32]),
        Which::Accepted => office.demanded(&reader, &item).await,
    };
    let receipt = office.statement(&item, EventKind::Received, 3, Some(demand));
    code(reader.receipt(&receipt).await)
}

async fn demand_signed_by_another(which: Which) -> Refusals {
    let office = Office::open(|_| {}).await;
    let item = office.accepted(|_| {}).await;
    let demand = office.statement(&item, EventKind::Demanded, which.of(4, 3), None);
    code(office.station(3).await.demand(&demand).await)
}

async fn somebody_else_asks(which: Which) -> Refusals {
    let office = Office::open(|_| {}).await;
    let item = office.accepted(|_| {}).await;
    code(office.station(which.of(4, 3)).await.header(hash(&item)).await)
}

async fn shown_before_its_day(which: Which) -> Refusals {
    let office = Office::open(|_| {}).await;
    let later = office.world.now().plus_seconds(3600);
    let item = office.accepted(|draft| draft.not_before = which.of(Some(later), None)).await;
    code(office.station(3).await.header(hash(&item)).await)
}

async fn station_of_somebody_suspended(which: Which) -> Refusals {
    let state = which.of(PersonState::Suspended, PersonState::Active);
    let office = Office::open(|world| world.change(|persons, _| persons[6].state = state)).await;
    match Client::dial(&office.peer(), &office.world.member(7).station).await {
        // The handshake may end before the relay has judged the station; the first request hears it.
        Ok(client) => match client.list(Folder::In, 0).await {
            Err(ClientError::Connection(_)) => vec![RelayCode::StationUnknown.as_str().to_owned()],
            other => code(other),
        },
        Err(DialError::Unreachable { .. }) => vec![RelayCode::StationUnknown.as_str().to_owned()],
        Err(other) => vec![other.to_string()],
    }
}

async fn relay_that_root_does_not_name(which: Which) -> Refusals {
    let office = Office::open(|_| {}).await;
    let mut peer = office.peer();
    if which.is_refused() {
        peer.key = StationKey::generate(&mut SeededRng::new(7)).public();
    }
    match Client::dial(&peer, &office.world.member(1).station).await {
        Ok(_) => Vec::new(),
        Err(DialError::WrongRelayKey { .. }) => vec!["wrong-relay-key".to_owned()],
        Err(other) => vec![other.to_string()],
    }
}

async fn recipient_before_the_decisions(which: Which) -> Refusals {
    let office = Office::open(World::add_deciders).await;
    let item = office.sealed(1, |draft| {
        draft.mark = "机密★10年".to_owned();
        draft.term = None;
    });
    drop(office.submit(&item, &item.content).await.expect("it is held for decision"));
    // p3 gets copy 1, p8 is asked to review.
    code(office.station(which.of(3, 8)).await.header(hash(&item)).await)
}

async fn other_content_than_the_labels(which: Which) -> Refusals {
    let office = Office::open(|_| {}).await;
    let item = office.sealed(1, |_| {});
    let mut content = item.content.clone();
    content[40] ^= which.of(1, 0);
    code(office.submit(&item, &content).await)
}

async fn two_labels_under_one_number(which: Which) -> Refusals {
    let office = Office::open(|_| {}).await;
    office.accepted(|_| {}).await;
    let again = office.sealed(1, |draft| {
        if which.is_refused() {
            draft.doc_no = Some("财办〔2026〕2号".to_owned());
        }
    });
    code(office.submit(&again, &again.content).await)
}

async fn evidence_changed_afterwards(which: Which) -> Refusals {
    let office = Office::open(|_| {}).await;
    let item = office.sealed(1, |_| {});
    let accepted = office.submit(&item, &item.content).await.expect("it is accepted");
    let evidence = accepted.evidence.first().expect("its label's leaf");
    let evidence = Evidence::parse(&evidence.text).expect("its own text");
    let mut leaf = evidence.leaf().to_vec();
    leaf[40] ^= which.of(1, 0);
    let path = evidence.path().to_vec();
    let shown = Evidence::from_parts(leaf, evidence.index(), path, evidence.checkpoint().clone());
    let log = office.peer().log;
    match shown.verify(&log.verifier, log.org) {
        Ok(_) => Vec::new(),
        Err(_) => vec!["proves-nothing".to_owned()],
    }
}

pub(super) const CASES: &[Case] = &[
    Case::relay("bytes-without-a-signed-demand", &[41, 61], RelayCode::NoDemand, |which| {
        scene(move || bytes_without_a_demand(which))
    }),
    Case::relay("receipt-that-answers-no-demand", &[41, 77], RelayCode::NoDemand, |which| {
        scene(move || receipt_without_a_demand(which))
    }),
    Case::relay("demand-signed-by-another", &[40, 41], RelayCode::StatementSigner, |which| {
        scene(move || demand_signed_by_another(which))
    }),
    Case::relay("somebody-else-asks-for-it", &[45, 76], RelayCode::NoSuchItem, |which| {
        scene(move || somebody_else_asks(which))
    }),
    Case::relay("recipient-asks-before-the-decisions", &[44, 66], RelayCode::NoSuchItem, |which| {
        scene(move || recipient_before_the_decisions(which))
    }),
    Case::relay("shown-before-its-day", &[148, 121], RelayCode::NotReleased, |which| {
        scene(move || shown_before_its_day(which))
    }),
    Case::relay("station-of-somebody-suspended", &[124, 108], RelayCode::StationUnknown, |which| {
        scene(move || station_of_somebody_suspended(which))
    }),
    Case::crypto("relay-that-root-does-not-name", &[67, 74], "wrong-relay-key", |which| {
        scene(move || relay_that_root_does_not_name(which))
    }),
    Case::crypto("evidence-changed-in-one-bit", &[40, 140], "proves-nothing", |which| {
        scene(move || evidence_changed_afterwards(which))
    }),
    Case::relay("other-content-than-the-label-says", &[1, 64], RelayCode::ContentMismatch, |which| {
        scene(move || other_content_than_the_labels(which))
    }),
    Case::relay("two-labels-under-one-item-number", &[40, 61], RelayCode::LabelConflict, |which| {
        scene(move || two_labels_under_one_number(which))
    }),
];
