//! What the relay refuses, with which code, and what it leaves behind: nothing but the event.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, clippy::string_slice, reason = "tests")]

mod common;

use std::sync::Arc;

use common::raw::{Raw, encode, head};
use common::{Office, Sealed, demand, fetch, payload, receipt, state};
use vault_core::register::event::EventKind;
use vault_core::register::leaf::LeafHash;
use vault_core::sealing::Draft;
use vault_core::term::Term;
use vault_core::transfer::copy::CopyState;
use vault_keys::directory::{PersonState, SuccessionError};
use vault_keys::station::StationKey;
use vault_relay::client::{Client, ClientError, DialError, Folder, Handed, Standing, Transfer};
use vault_relay::proto::message::{Fetch, Verb};

fn code<T>(result: Result<T, ClientError>) -> String {
    match result {
        Ok(_) => panic!("not refused"),
        Err(ClientError::Refused { code, .. }) => code,
        Err(other) => panic!("{other:?}"),
    }
}

async fn submit(client: &Client, sealed: &Sealed, content: &[u8]) -> Result<(), ClientError> {
    let transfer = Arc::new(Transfer::default());
    client.submit(sealed.hash(), sealed.header(), &payload(content), &transfer).await.map(drop)
}

/// Leaves in the register now.
async fn leaves(client: &Client) -> u64 {
    match client.checkpoint(None).await.unwrap() {
        Standing::Continues(checkpoint) => checkpoint.checkpoint().size(),
        Standing::Split { .. } => panic!(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_station_suspended_person_and_wrong_relay_key_are_refused() {
    let office = Office::open().await;
    let stranger = StationKey::generate(&mut vault_core::test_world::SeededRng::new(7));
    for station in [&stranger, &office.world.member(7).station] {
        let refused = match Client::dial(&office.peer(), station).await {
            // The handshake ends before the relay has judged the station; the first request hears it.
            Ok(client) => client.list(Folder::In, 0).await.unwrap_err(),
            Err(DialError::Unreachable { .. }) => continue,
            Err(other) => panic!("{other:?}"),
        };
        assert!(matches!(refused, ClientError::StationRefused), "{refused:?}");
    }
    let mut other = office.peer();
    other.key = stranger.public();
    let refused = Client::dial(&other, &office.world.member(1).station).await.unwrap_err();
    assert!(matches!(refused, DialError::WrongRelayKey { .. }), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn top_secret_is_refused_by_the_relay_and_leaves_an_event() {
    let office = Office::open().await;
    let client = office.station(1).await;
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    for level in ["top-secret", "", "geheim", "绝密"] {
        let header = relabelled(sealed.header(), "\"internal\"", &format!("\"{level}\""));
        let before = leaves(&client).await;
        let transfer = Arc::new(Transfer::default());
        let refused = client.submit(sealed.hash(), &header, &sealed.payload(), &transfer).await;
        assert_eq!(code(refused), "top-secret", "{level:?}");
        wait_for_leaves(&client, before + 1).await;
    }
    assert_eq!(common::files_below(&office.config.data.join("parts")), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_missing_wrong_or_of_another_content_never_become_an_item() {
    let office = Office::open().await;
    let client = office.station(1).await;
    let sealed = office.seal(2, &vec![5; 5 << 20], &[office.holder(3)]);

    // Announced with the value of other bytes than those that follow, and of other content than the label's.
    let mut changed = sealed.content.clone();
    changed[4_500_000] ^= 1;
    assert_eq!(code(submit(&client, &sealed, &changed).await), "content-mismatch");
    assert!(client.list(Folder::Sent, 0).await.unwrap().items.is_empty());
    assert_eq!(common::files_below(&office.config.data.join("parts")), 0, "wrong parts are not kept");
    // With the right bytes it begins anew.
    sealed.submit(&client).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_id_belongs_to_one_label_for_ever() {
    let office = Office::open().await;
    let client = office.station(1).await;
    let first = office.seal(3, b"one", &[office.holder(3)]);
    let mut draft = Draft::new("另一份", "内部", &[office.holder(3)]);
    draft.term = Some(Term::Years(1));
    let second = office.seal_draft(3, b"two", &draft);
    assert_eq!(first.label().item, second.label().item);
    first.submit(&client).await;
    let before = leaves(&client).await;
    assert_eq!(code(submit(&client, &second, &second.content).await), "label-conflict");
    wait_for_leaves(&client, before + 1).await;
    first.submit(&client).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_else_submits_sees_or_takes_an_item() {
    let office = Office::open().await;
    let (sender, reader, other) = (office.station(1).await, office.station(3).await, office.station(4).await);
    let sealed = office.seal(4, b"for p3", &[office.holder(3)]);
    assert_eq!(code(submit(&other, &sealed, &sealed.content).await), "submitter-differs");
    sealed.submit(&sender).await;

    assert_eq!(code(other.header(sealed.hash()).await), "no-such-item");
    assert_eq!(code(other.status(sealed.hash()).await), "no-such-item");
    let world = &office.world;
    assert_eq!(code(other.demand(&demand(world, world.member(4), &sealed)).await), "no-such-item");
    // His demand in another's hands, and the other way round.
    assert_eq!(code(other.demand(&demand(world, world.member(3), &sealed)).await), "statement-signer");
    let leaf = reader.demand(&demand(world, world.member(3), &sealed)).await.unwrap().leaf.leaf.hash();
    assert_eq!(code(fetch(&other, &sealed, leaf, 0).await), "no-such-item");
    assert_eq!(code(fetch(&sender, &sealed, leaf, 0).await), "no-demand");
    assert_eq!(code(sender.demand(&demand(world, world.member(1), &sealed)).await), "statement-mismatch");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_must_fit_what_the_relay_holds() {
    let office = Office::open().await;
    let reader = office.station(3).await;
    let world = &office.world;
    let (sealed, other) =
        (office.seal(5, b"five", &[office.holder(3)]), office.seal(6, b"six", &[office.holder(3)]));
    sealed.submit(&office.station(1).await).await;
    other.submit(&office.station(1).await).await;
    let member = world.member(3);

    assert_eq!(code(fetch(&reader, &sealed, LeafHash::from_bytes([0; 32]), 0).await), "no-demand");
    let wrong_copy = state(world, member, &sealed, EventKind::Demanded, |event| event.copy = Some(2));
    assert_eq!(code(reader.demand(&wrong_copy).await), "statement-mismatch");
    let wrong_access = state(world, member, &sealed, EventKind::Demanded, |event| {
        event.access = Some(other.item.header.access_hash());
    });
    assert_eq!(code(reader.demand(&wrong_access).await), "statement-mismatch");
    let wrong_content = state(world, member, &sealed, EventKind::Demanded, |event| {
        event.content = Some(other.label().content.blake3);
    });
    assert_eq!(code(reader.demand(&wrong_content).await), "statement-mismatch");
    let wrong_key = state(world, member, &sealed, EventKind::Demanded, |event| {
        event.key = Some(world.member(4).signing.key_id());
    });
    assert_eq!(code(reader.demand(&wrong_key).await), "statement-signer");
    let long_ago = state(world, member, &sealed, EventKind::Demanded, |event| {
        event.time = event.time.plus_seconds(-2 * 24 * 3600);
    });
    assert_eq!(code(reader.demand(&long_ago).await), "statement-time");
    assert_eq!(code(reader.receipt(&demand(world, member, &sealed)).await), "statement-kind");

    // A receipt before any demand, and one that answers the demand of another item.
    let early = receipt(world, member, &sealed, LeafHash::from_bytes([1; 32]));
    assert_eq!(code(reader.receipt(&early).await), "no-demand");
    let leaf = reader.demand(&demand(world, member, &other)).await.unwrap().leaf.leaf.hash();
    assert_eq!(code(reader.receipt(&receipt(world, member, &sealed, leaf)).await), "no-demand");
    assert_eq!(code(fetch(&reader, &sealed, leaf, 0).await), "no-demand");
    for (offset, length) in [(u64::MAX, None), (0, Some(u64::MAX)), (other.content.len() as u64, Some(1))] {
        let label = (*other.hash().as_bytes()).into();
        let fetch = Fetch { label, demand: (*leaf.as_bytes()).into(), offset, length };
        let raw = Raw::dial_as(&office, &office.world.member(3).station).await;
        assert_eq!(raw.code(&[&head(Verb::Fetch), &encode(&fetch)]).await, "range-outside");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_before_is_kept_and_a_demand_lapses() {
    let office = Office::open().await;
    let (sender, reader) = (office.station(1).await, office.station(3).await);
    let mut draft = Draft::new("稍后", "内部", &[office.holder(3)]);
    draft.term = Some(Term::Long);
    draft.not_before = Some(office.world.now().plus_seconds(3600));
    let sealed = office.seal_draft(7, b"later", &draft);
    sealed.submit(&sender).await;
    assert_eq!(reader.list(Folder::In, 0).await.unwrap().items.len(), 1);
    assert_eq!(code(reader.header(sealed.hash()).await), "not-released");
    let world = &office.world;
    let note = demand(world, world.member(3), &sealed);
    assert_eq!(code(reader.demand(&note).await), "not-released");
    office.clock.forward(3600);
    reader.header(sealed.hash()).await.unwrap();
    let leaf = reader.demand(&note).await.unwrap().leaf.leaf.hash();

    office.clock.forward(30 * 24 * 3600);
    office.relay.as_ref().unwrap().upkeep_now().await;
    let status = sender.status(sealed.hash()).await.unwrap();
    assert_eq!(status.copies[0].state, CopyState::Available);
    assert_eq!(code(fetch(&reader, &sealed, leaf, 0).await), "no-demand");
    // The bytes were fetched before; the late receipt is still taken.
    let late = state(world, world.member(3), &sealed, EventKind::Received, |event| {
        event.refers = Some(leaf);
        event.time = event.time.plus_seconds(30 * 24 * 3600);
    });
    reader.receipt(&late).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undemanded_copies_expire_and_the_payload_goes() {
    let office = Office::open().await;
    let (sender, reader) = (office.station(1).await, office.station(3).await);
    let mut draft = Draft::new("限时", "内部", &[office.holder(3), office.holder(4)]);
    draft.term = Some(Term::Long);
    draft.keep_until = Some(office.world.now().plus_seconds(3600));
    let sealed = office.seal_draft(10, b"until then", &draft);
    sealed.submit(&sender).await;
    let world = &office.world;
    let leaf = reader.demand(&demand(world, world.member(3), &sealed)).await.unwrap().leaf.leaf.hash();
    office.clock.forward(3601);
    let other = state(world, world.member(4), &sealed, EventKind::Demanded, |event| event.copy = Some(2));
    assert_eq!(code(office.station(4).await.demand(&other).await), "copy-state");
    office.relay.as_ref().unwrap().upkeep_now().await;
    let states = async || {
        let status = sender.status(sealed.hash()).await.unwrap();
        status.copies.iter().map(|copy| copy.state).collect::<Vec<_>>()
    };
    assert_eq!(states().await, [CopyState::Demanded, CopyState::Expired]);
    // Demanded in time: served and settled after it.
    assert!(fetch(&reader, &sealed, leaf, 0).await.unwrap() == sealed.content);
    reader.receipt(&receipt(world, world.member(3), &sealed, leaf)).await.unwrap();
    assert_eq!(states().await, [CopyState::Received, CopyState::Expired]);
    assert_eq!(common::files_below(&office.config.data.join("parts")), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_directory_cuts_live_connections_and_syncs_only_what_changed() {
    let mut office = Office::open().await;
    let (publisher, reader) = (office.station(1).await, office.station(3).await);
    let old = office.world.organisation();
    // The notary has said so; nothing else is new.
    let same = publisher.sync(&old).await.unwrap();
    assert!(same.is_none_or(|same| same.directory().hash() == old.directory().hash()));
    office.world.change(|persons, _| persons[2].state = PersonState::Suspended);
    publisher.publish(&office.world.organisation()).await.unwrap();
    // The same again is fine, the older one is of no use; whoever brings it is told so.
    assert_eq!(publisher.publish(&office.world.organisation()).await.unwrap(), Handed::Already);
    let newer = Handed::Newer { directory: 2, stop: 0 };
    assert_eq!(publisher.publish(&old).await.unwrap(), newer);

    let refused = reader.list(Folder::In, 0).await.unwrap_err();
    let cut = matches!(&refused, ClientError::StationRefused | ClientError::Connection(_))
        || matches!(&refused, ClientError::Refused { code, .. } if code == "station-unknown");
    assert!(cut, "{refused:?}");

    let newer = publisher.sync(&old).await.unwrap().unwrap();
    assert_eq!(newer.directory().hash(), office.world.directory().hash());
    assert!(publisher.sync(&newer).await.unwrap().is_none());

    // A client that has a newer one than the relay hears that the relay is behind.
    office.world.change(|persons, _| persons[3].state = PersonState::Suspended);
    let behind = publisher.sync(&office.world.organisation()).await.unwrap_err();
    assert!(matches!(behind, ClientError::Succession(SuccessionError::Rollback { .. })), "{behind:?}");

    // And the stored one is in force after a restart.
    office.stop().await;
    office.start().await;
    let publisher = office.station(1).await;
    assert!(publisher.sync(&newer).await.unwrap().is_none());
    assert_eq!(publisher.sync(&old).await.unwrap().unwrap().directory().number(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_directory_accepts_nothing_new_and_still_serves() {
    let office = Office::open().await;
    let (sender, reader) = (office.station(1).await, office.station(3).await);
    let (first, second) =
        (office.seal(8, b"in time", &[office.holder(3)]), office.seal(9, b"too late", &[office.holder(3)]));
    first.submit(&sender).await;
    office.clock.forward(60 * 24 * 3600);
    assert_eq!(code(submit(&sender, &second, &second.content).await), "directory-expired");
    reader.header(first.hash()).await.unwrap();
}

/// A refusal's event is entered behind the answer.
async fn wait_for_leaves(client: &Client, wanted: u64) {
    for _ in 0..1000 {
        if leaves(client).await == wanted {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the register has {} leaves, not {wanted}", leaves(client).await);
}

/// The header with one piece of its label's text replaced, as a client would write it that skips its own checks.
fn relabelled(header: &[u8], from: &str, to: &str) -> Vec<u8> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    let text = std::str::from_utf8(header).unwrap();
    let start = text.find("-> vault-label 1\n").unwrap() + "-> vault-label 1\n".len();
    let end = start + text[start..].find("-> vault-manifest").unwrap();
    let body = STANDARD_NO_PAD.decode(text[start..end].replace('\n', "")).unwrap();
    let note = String::from_utf8(body).unwrap();
    assert!(note.contains(from));
    let encoded = STANDARD_NO_PAD.encode(note.replacen(from, to, 1));
    let mut lines: Vec<&str> = Vec::new();
    let mut rest = encoded.as_str();
    while rest.len() >= 64 {
        lines.push(&rest[..64]);
        rest = &rest[64..];
    }
    lines.push(rest);
    format!("{}{}\n{}", &text[..start], lines.join("\n"), &text[end..]).into_bytes()
}
