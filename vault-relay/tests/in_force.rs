//! Stop lists and freshness at a running relay: what is taken away is gone at once, and everybody hears of it.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::Office;
use vault_core::test_world::World;
use vault_keys::directory::{Organisation, Stop, StopAct, StopReason};
use vault_keys::note::OfficeName;
use vault_relay::client::{Client, ClientError, Folder};

/// The organisation with all stop lists of the world.
fn with_stops(world: &World) -> Organisation {
    world.organisation().with(world.stops.clone(), None).unwrap()
}

fn revoke(world: &World, number: u32) -> StopAct {
    StopAct::revoke_person(world.member(number).person, StopReason::Stolen)
}

/// The station of p3 is not let in. TLS 1.3 tells a client so with its first request.
async fn cut_off(office: &Office) {
    let refused = match Client::dial(&office.peer(), &office.world.member(3).station).await {
        Ok(client) => client.list(Folder::In, 0).await.is_err(),
        Err(_) => true,
    };
    assert!(refused);
}

async fn refused(client: &Client, organisation: &Organisation) -> String {
    match client.publish(organisation).await {
        Err(ClientError::Refused { code, reason, .. }) if code == "organisation-refused" => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_cuts_live_connections_and_reaches_everybody() {
    let mut office = Office::open().await;
    let (officer, stolen, other) =
        (office.station(1).await, office.station(3).await, office.station(2).await);
    stolen.list(Folder::In, 0).await.unwrap();
    let before = office.world.organisation();
    let act = revoke(&office.world, 3);
    office.world.stop(vec![act], None);
    officer.publish(&with_stops(&office.world)).await.unwrap();

    let gone = stolen.list(Folder::In, 0).await.unwrap_err();
    assert!(matches!(gone, ClientError::StationRefused | ClientError::Connection(_)), "{gone:?}");
    let synced = other.sync(&before).await.unwrap().unwrap();
    let in_force = synced.in_force();
    assert_eq!(in_force.stops().len(), 1);
    assert!(in_force.person_now(office.world.member(3).person).is_err());
    assert!(in_force.person_now(office.world.member(2).person).is_ok());
    // The notary has named the stop list already: whoever hides it is found out.
    let fresh = in_force.fresh().unwrap().value();
    assert_eq!(fresh.stop, Some(in_force.stops()[0].reference()));
    assert_eq!(fresh.checkpoint.size, 1, "the stop list has its leaf");

    // All that is in force outlives a restart.
    office.stop().await;
    office.start().await;
    cut_off(&office).await;
    let again = office.station(2).await.sync(&before).await.unwrap().unwrap();
    assert_eq!(again.in_force().stops().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_changed_nothing_is_fetched() {
    let mut office = Office::open().await;
    let officer = office.station(1).await;
    let act = revoke(&office.world, 3);
    office.world.stop(vec![act], None);
    officer.publish(&with_stops(&office.world)).await.unwrap();
    let synced = officer.sync(&office.world.organisation()).await.unwrap().unwrap();
    assert!(officer.sync(&synced).await.unwrap().is_none());
    // The same again is fine, and makes no second leaf.
    officer.publish(&with_stops(&office.world)).await.unwrap();
    let later = officer.sync(&synced).await.unwrap().unwrap();
    assert_eq!(later.in_force().fresh().unwrap().value().checkpoint.size, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_lists_repeated_lower_skipped_and_forked() {
    let mut office = Office::open().await;
    let officer = office.station(1).await;
    let first = revoke(&office.world, 3);
    office.world.stop(vec![first], None);
    let one = with_stops(&office.world);
    let second = revoke(&office.world, 4);
    office.world.stop(vec![second], None);
    officer.publish(&with_stops(&office.world)).await.unwrap();

    // Lower: a file that knows less takes nothing away.
    officer.publish(&one).await.unwrap();
    let synced = officer.sync(&office.world.organisation()).await.unwrap().unwrap();
    assert_eq!(synced.in_force().stops().len(), 2);

    // Skipped: list 4 without list 3.
    let mut ahead = office.world.stops.clone();
    for number in [2, 5] {
        let act = revoke(&office.world, number);
        office.world.stop(vec![act], None);
        ahead.push(office.world.stops.last().unwrap().clone());
    }
    ahead.remove(2);
    assert!(office.world.organisation().with(ahead[2..].to_vec(), None).is_err());

    // Forked: another second list.
    let (root, officer_key) = (&office.world.root, &office.world.officer);
    let name: OfficeName = "o1".parse().unwrap();
    let text = Stop::next_text(
        root,
        None,
        office.world.stops.first(),
        office.world.now(),
        [revoke(&office.world, 6)],
    );
    let other = Stop::sign(text, root, &[(&name, officer_key)]).unwrap();
    let fork = vec![office.world.stops[0].clone(), other];
    let fork = office.world.organisation().with(fork, None).unwrap();
    let reason = refused(&officer, &fork).await;
    assert!(reason.contains("fork: there are two stop lists 2"), "{reason}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_who_missed_a_directory_can_still_stop_someone() {
    let mut office = Office::open().await;
    let officer = office.station(1).await;
    let act = revoke(&office.world, 3);
    office.world.stop(vec![act], None);
    let older = with_stops(&office.world);
    office.world.change(|_, units| units[0].name = "综合办公室".to_owned());
    let policy = office.world.policies.last().unwrap().note().clone();
    let heads = vec![office.world.directories[0].head().clone()];
    let (root, directory) = (office.world.root.clone(), office.world.directory().clone());
    let newer = Organisation::new(vec![root], policy, directory, heads).unwrap();
    officer.publish(&newer).await.unwrap();
    assert!(office.station(3).await.list(Folder::In, 0).await.is_ok());

    officer.publish(&older).await.unwrap();
    let synced = officer.sync(&newer).await.unwrap().unwrap();
    assert_eq!((synced.directory().number(), synced.in_force().stops().len()), (2, 1));
    cut_off(&office).await;
}
