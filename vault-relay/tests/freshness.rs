//! Who says at a relay what is newest: the relay itself only where root names its key.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::Office;
use vault_core::test_world::SeededRng;
use vault_keys::bytes::Bytes;
use vault_keys::directory::{Fresh, FreshText, NotaryText, Organisation, StopAct, StopReason};
use vault_keys::signing::OfficeKey;
use vault_relay::client::{ClientError, Handed};
use vault_relay::server::Clock as _;

/// An office whose root names this notary, or none.
async fn under(notary: Option<&OfficeKey>) -> Office {
    let notary = notary.map(|key| NotaryText {
        ed25519: Bytes(*key.public().ed25519().as_bytes()),
        ml_dsa_44: Bytes(*key.public().ml_dsa()),
    });
    Office::under(|_| {}, |root| root.notary = notary).await
}

/// What the relay has for someone who has the bare directory.
async fn fresh_of(office: &Office) -> Option<Fresh> {
    let synced = office.station(3).await.sync(&office.world.organisation()).await.unwrap();
    synced.and_then(|organisation| organisation.in_force().fresh().cloned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_relay_as_notary_says_so_at_its_start_and_after_each_change() {
    let mut office = Office::open().await;
    office.world.change(|_, units| units[0].name = "综合办公室".to_owned());
    let newer = office.organisation(&[]);
    office.station(1).await.publish(&newer).await.unwrap();
    let second = fresh_of(&office).await.unwrap();
    assert_eq!(second.value().directory.number, 2);
    office.stop().await;
    office.clock.forward(3600);
    office.start().await;
    let mut watch = office.station(3).await.watch().await.unwrap();
    let made = u64::try_from(second.made().unix()).unwrap();
    while watch.next().await.unwrap().unwrap().fresh <= made {}
    let third = fresh_of(&office).await.unwrap();
    assert_eq!(third.made(), office.clock.now());
}

/// The note under the old root is gone by then; one of the same time under the new one would be called a fork.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_root_within_a_second_gets_a_later_note() {
    let mut office = Office::open().await;
    let client = office.station(3).await;
    let mut watch = client.watch().await.unwrap();
    while watch.next().await.unwrap().unwrap().fresh == 0 {}
    let had = client.sync(&office.world.organisation()).await.unwrap().unwrap();
    let seen = had.in_force().fresh().unwrap().made();
    let old = office.next_root();
    office.world.change(|_, _| {});
    office.station(1).await.publish(&office.organisation(&[old])).await.unwrap();
    let now = client.sync(&had).await.unwrap().unwrap();
    assert_eq!(now.root().number(), 2);
    assert!(now.in_force().fresh().unwrap().made() > seen);
}

/// Whoever may connect could otherwise push the note ahead of every clock, and shut all of them out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_in_force_already_makes_no_note() {
    let mut office = Office::open().await;
    office.world.change(|_, _| {});
    let client = office.station(3).await;
    assert_eq!(client.publish(&office.organisation(&[])).await.unwrap(), Handed::Taken);
    let made = fresh_of(&office).await.unwrap().made();
    for _ in 0..100 {
        assert_eq!(client.publish(&office.organisation(&[])).await.unwrap(), Handed::Already);
    }
    assert_eq!(fresh_of(&office).await.unwrap().made(), made);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clock_set_back_at_the_relay() {
    let mut office = Office::open().await;
    office.world.change(|_, _| {});
    office.station(1).await.publish(&office.organisation(&[])).await.unwrap();
    let last = fresh_of(&office).await.unwrap();
    // Hours behind: the last good note is served on, after a restart too, and nothing is dated ahead.
    office.clock.set(-7200);
    office.stop().await;
    office.start().await;
    office.relay.as_ref().unwrap().upkeep_now().await;
    assert_eq!(fresh_of(&office).await.unwrap().hash(), last.hash());
    // Once the clock has passed it the next one is made when it is due.
    office.clock.forward(7200 + 3700);
    office.relay.as_ref().unwrap().upkeep_now().await;
    assert_eq!(fresh_of(&office).await.unwrap().made(), office.clock.now());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_set_ahead_for_a_moment_dates_no_note_ahead() {
    let mut office = Office::open().await;
    let upkeep = async |office: &Office| office.relay.as_ref().unwrap().upkeep_now().await;
    upkeep(&office).await;
    let before = fresh_of(&office).await.unwrap();
    office.clock.set(300 * 86_400);
    upkeep(&office).await;
    assert_eq!(fresh_of(&office).await.unwrap().hash(), before.hash());
    // A change is in force at once; the note that names it follows when the clock is put right.
    office.world.change(|_, units| units[0].name = "综合办公室".to_owned());
    office.station(1).await.publish(&office.organisation(&[])).await.unwrap();
    office.clock.set(-300 * 86_400);
    office.clock.forward(3700);
    upkeep(&office).await;
    office.clock.forward(3700);
    upkeep(&office).await;
    let after = fresh_of(&office).await.unwrap();
    assert_eq!((after.made(), after.value().directory.number), (office.clock.now(), 2));
}

/// A change that comes while the clock is behind is in force at once; the note that names it follows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_does_not_wait_for_a_note_that_must() {
    let mut office = Office::open().await;
    let client = office.station(1).await;
    office.world.change(|_, _| {});
    client.publish(&office.organisation(&[])).await.unwrap();
    let last = fresh_of(&office).await.unwrap();
    office.clock.set(-240);
    office.world.change(|_, _| {});
    assert_eq!(client.publish(&office.organisation(&[])).await.unwrap(), Handed::Taken);
    let synced = client.sync(&office.organisation(&[])).await.unwrap().unwrap();
    assert_eq!(synced.in_force().fresh().unwrap().hash(), last.hash());
    office.clock.forward(240);
    office.relay.as_ref().unwrap().upkeep_now().await;
    assert_eq!(fresh_of(&office).await.unwrap().value().directory.number, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_dated_ahead_keeps_no_stop_list_back() {
    let notary = OfficeKey::generate(&mut SeededRng::new(41));
    let mut office = under(Some(&notary)).await;
    let act = StopAct::revoke_person(office.world.member(3).person, StopReason::Stolen);
    office.world.stop(vec![act], None);
    let world = &office.world;
    let ahead = Fresh::sign(text(&office, 7200), &world.root, &notary).unwrap();
    let file = world.organisation().with(world.stops.clone(), Some(ahead)).unwrap();
    let client = office.station(1).await;
    assert_eq!(client.publish(&file).await.unwrap(), Handed::Taken);
    let synced = client.sync(&world.organisation()).await.unwrap().unwrap();
    assert_eq!((synced.in_force().stops().len(), synced.in_force().fresh()), (1, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_notary_in_root_the_relay_signs_nothing() {
    let mut office = under(None).await;
    office.world.change(|_, _| {});
    office.station(1).await.publish(&office.organisation(&[])).await.unwrap();
    assert_eq!(fresh_of(&office).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notary_on_another_machine_brings_its_notes() {
    let notary = OfficeKey::generate(&mut SeededRng::new(41));
    // Root names a notary this relay has no key of.
    let mut office = under(Some(&notary)).await;
    assert_eq!(fresh_of(&office).await, None);
    let world = &office.world;
    assert!(Fresh::sign(text(&office, 0), &world.root, &office.keys().notary).is_err(), "not named by root");

    let with = |later_s: i64| -> (Fresh, Organisation) {
        let fresh = Fresh::sign(text(&office, later_s), &world.root, &notary).unwrap();
        (fresh.clone(), world.organisation().with(Vec::new(), Some(fresh)).unwrap())
    };
    let (client, (earlier, old), (later, new)) = (office.station(3).await, with(0), with(60));
    client.publish(&old).await.unwrap();
    assert_eq!(fresh_of(&office).await.unwrap().hash(), earlier.hash());
    client.publish(&new).await.unwrap();
    // An older note takes nothing away, and one dated ahead hides nothing that comes.
    client.publish(&old).await.unwrap();
    let ahead = client.publish(&with(7200).1).await.unwrap_err();
    assert!(
        matches!(&ahead, ClientError::Refused { code, .. } if code == "organisation-refused"),
        "{ahead:?}"
    );
    assert_eq!(fresh_of(&office).await.unwrap().hash(), later.hash());
    office.stop().await;
    office.start().await;
    assert_eq!(fresh_of(&office).await.unwrap().hash(), later.hash());
}

fn text(office: &Office, later_s: i64) -> FreshText {
    use vault_keys::directory::{CheckpointRef, DirectoryVersion, FreshType, RegisterHash};
    let (root, directory) = (&office.world.root, office.world.directory());
    FreshText {
        tag: FreshType,
        org: root.org(),
        made: office.world.now().plus_seconds(later_s),
        root: root.reference(),
        directory: DirectoryVersion { number: directory.number(), hash: directory.hash() },
        stop: None,
        checkpoint: CheckpointRef {
            origin: root.log_origin().clone(),
            size: 0,
            hash: RegisterHash::from_bytes(vault_keys::merkle::root(&[])),
        },
    }
}
