//! What keeping up to date costs on the wire: every UDP byte of both directions. `cargo xtask bench-keys` measures ten
//! thousand people; here two directories of other sizes show that what does not change costs nothing.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::Office;
use vault_core::test_world::SeededRng;
use vault_keys::directory::{Key, PersonEntry};
use vault_keys::key_id::KeyKind;
use vault_keys::numbers::PersonNo;
use vault_keys::opening::{Identity, Suite};
use vault_keys::signing::SigningKey;
use vault_keys::station::StationKey;
use vault_relay::client::Client;

const MOST: u64 = 64 << 10;
/// What acknowledgements, and packets lost on a busy machine, may make of a difference.
const NOISE: u64 = 8 << 10;

/// Another person, with keys as everybody has them.
fn another(like: &PersonEntry, number: u32) -> PersonEntry {
    // The seeds of the world and the relay are small numbers.
    let rng = &mut SeededRng::new(1_000_000 + u64::from(number));
    let (from, opening) = (like.keys[0].from, Identity::generate(Suite::Hybrid, rng).to_recipient());
    let mut keys = vec![
        Key::active(KeyKind::OpeningHybrid, &opening.public_bytes(), from),
        Key::active(KeyKind::Sign, SigningKey::generate(rng).public().as_bytes(), from),
        Key::active(KeyKind::Station, &StationKey::generate(rng).public(), from),
    ];
    keys.sort_by_key(|key| key.id);
    PersonEntry { number: PersonNo::new(number).unwrap(), keys, ..like.clone() }
}

/// Bytes that an exchange took.
struct Spent {
    everything: u64,
    one_entry: u64,
    nothing: u64,
}

async fn spent_with(people: u32) -> Spent {
    let mut office = Office::open().await;
    let like = office.world.directory().persons()[0].clone();
    let before = office.world.organisation();
    office.world.add((8..=people).map(|number| another(&like, number)));
    let (officer, client) = (office.station(1).await, office.station(3).await);
    officer.publish(&office.organisation(&[])).await.unwrap();
    let begun = total(&client);
    let had = client.sync(&before).await.unwrap().unwrap();
    let everything = total(&client) - begun;

    office.world.change(|persons, _| persons[50].posts[0].title = "科长".to_owned());
    officer.publish(&office.organisation(&[])).await.unwrap();
    let begun = total(&client);
    let now = client.sync(&had).await.unwrap().unwrap();
    let one_entry = total(&client) - begun;
    assert_eq!(now.directory().hash(), office.world.directory().hash());

    let begun = total(&client);
    assert!(client.sync(&now).await.unwrap().is_none());
    Spent { everything, one_entry, nothing: total(&client) - begun }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_changed_entry_travels_alone() {
    let (small, large) = (spent_with(100).await, spent_with(400).await);
    let grown = large.everything - small.everything;
    assert!(grown > 4 * MOST, "300 people more are {grown} bytes; sending them again must show");
    for spent in [&small, &large] {
        assert!(spent.one_entry <= MOST, "one changed entry took {} bytes", spent.one_entry);
        assert!(spent.nothing <= NOISE, "no change took {} bytes", spent.nothing);
    }
    let difference = large.one_entry.abs_diff(small.one_entry);
    assert!(difference <= NOISE, "300 people who did not change cost {difference} bytes");
}

fn total(client: &Client) -> u64 {
    let (sent, received) = client.traffic();
    sent + received
}
