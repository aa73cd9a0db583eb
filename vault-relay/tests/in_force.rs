//! Stop lists and freshness at a running relay: what is taken away is gone at once, and everybody hears of it.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::raw::Raw;
use common::{Office, demand};
use vault_core::policy::Policy;
use vault_core::test_world::World;
use vault_core::transfer::copy::CopyState;
use vault_keys::directory::{Organisation, Stop, StopAct, StopReason};
use vault_keys::note::OfficeName;
use vault_relay::client::{Client, ClientError, Folder, Handed};

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
async fn station_stopped_on_a_live_connection() {
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
    // The same again is fine, and makes no second leaf and no note.
    assert_eq!(officer.publish(&with_stops(&office.world)).await.unwrap(), Handed::Already);
    assert!(officer.sync(&synced).await.unwrap().is_none());
    assert_eq!(synced.in_force().fresh().unwrap().value().checkpoint.size, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_list_lower_or_forked() {
    let mut office = Office::open().await;
    let officer = office.station(1).await;
    let first = revoke(&office.world, 3);
    office.world.stop(vec![first], None);
    let one = with_stops(&office.world);
    let second = revoke(&office.world, 4);
    office.world.stop(vec![second], None);
    officer.publish(&with_stops(&office.world)).await.unwrap();

    // Lower: a file that knows less takes nothing away.
    assert_eq!(officer.publish(&one).await.unwrap(), Handed::Newer { directory: 1, stop: 2 });
    let synced = officer.sync(&office.world.organisation()).await.unwrap().unwrap();
    assert_eq!(synced.in_force().stops().len(), 2);

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
    let refused = officer.publish(&fork).await.unwrap_err();
    assert!(
        matches!(&refused, ClientError::Refused { code, reason, .. }
            if code == "stop-overtaken" && reason.contains("fork: there are two stop lists 2")),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_who_missed_a_directory_can_still_stop_someone() {
    let mut office = Office::open().await;
    let officer = office.station(1).await;
    let act = revoke(&office.world, 3);
    office.world.stop(vec![act], None);
    let older = with_stops(&office.world);
    office.world.change(|_, units| units[0].name = "综合办公室".to_owned());
    let newer = office.organisation(&[]).with(Vec::new(), None).unwrap();
    officer.publish(&newer).await.unwrap();
    assert!(office.station(3).await.list(Folder::In, 0).await.is_ok());

    officer.publish(&older).await.unwrap();
    let synced = officer.sync(&newer).await.unwrap().unwrap();
    assert_eq!((synced.directory().number(), synced.in_force().stops().len()), (2, 1));
    cut_off(&office).await;
}

/// The organisation file with these stop lists, whether they fit or not.
fn file_with(world: &World, stops: &[&[u8]]) -> Vec<u8> {
    let mut file: serde_json::Value = serde_json::from_slice(&world.organisation().encode()).unwrap();
    file["stops"] = stops.iter().map(|note| std::str::from_utf8(note).unwrap()).collect();
    serde_json::to_vec(&file).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_that_grants() {
    let mut office = Office::open().await;
    let raw = Raw::dial(&office).await;
    let first = revoke(&office.world, 3);
    office.world.stop(vec![first], None);
    office.station(1).await.publish(&with_stops(&office.world)).await.unwrap();

    // Leaves out what the first list took.
    let (world, name) = (&office.world, "o1".parse::<OfficeName>().unwrap());
    let sign = |text| Stop::sign(text, &world.root, &[(&name, &world.officer)]).unwrap().signed().encode();
    let one = world.stops[0].signed().encode();
    let next = Stop::next_text(&world.root, None, world.stops.first(), world.now(), [revoke(world, 4)]);
    let mut less = next.clone();
    less.acts.remove(0);
    // The next list as it should be, but for a word that gives; and signed by nobody.
    let good = String::from_utf8(sign(next)).unwrap();
    let resume = good.replacen("\"revoke\"", "\"resume\"", 1);
    let unsigned = format!("{}\n\n", good.split("\n\n").next().unwrap());
    for (what, note) in [("less", sign(less)), ("resume", resume.into()), ("unsigned", unsigned.into())] {
        let refused = raw.publish(&file_with(world, &[&one, &note])).await.unwrap();
        assert_eq!(refused.code, "organisation-refused", "{what}");
    }
    cut_off(&office).await;
    let synced = office.station(1).await.sync(&world.organisation()).await.unwrap().unwrap();
    assert_eq!(synced.in_force().stops().len(), 1);
    assert!(
        raw.publish(&file_with(world, &[&one, good.as_bytes()])).await.is_none(),
        "the good one is taken"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stop_list_skipped_or_repeated() {
    let mut office = Office::open().await;
    let raw = Raw::dial(&office).await;
    for number in [3, 4, 5] {
        let act = revoke(&office.world, number);
        office.world.stop(vec![act], None);
    }
    let world = &office.world;
    let notes: Vec<Vec<u8>> = world.stops.iter().map(|stop| stop.signed().encode()).collect();
    assert!(raw.publish(&file_with(world, &[&notes[0]])).await.is_none());
    let skipped = [&notes[0][..], &notes[2]];
    let repeated = [&notes[0][..], &notes[0], &notes[1]];
    let backwards = [&notes[1][..], &notes[0]];
    let beheaded = [&notes[2][..]];
    for stops in [&skipped[..], &repeated, &backwards, &beheaded] {
        let refused = raw.publish(&file_with(world, stops)).await.unwrap();
        assert_eq!(refused.code, "organisation-refused");
    }
    let synced = office.station(1).await.sync(&world.organisation()).await.unwrap().unwrap();
    assert_eq!(synced.in_force().stops().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn directory_lower_repeated_skipped_or_forked() {
    let mut office = Office::open().await;
    let officer = office.station(1).await;
    let first = office.world.organisation();
    office.world.change(|_, units| units[0].name = "综合办公室".to_owned());
    let second = office.world.directory().clone();
    let newer = office.organisation(&[]);
    // Repeated: the same again is fine and changes nothing.
    for handed in [Handed::Taken, Handed::Already] {
        assert_eq!(officer.publish(&newer).await.unwrap(), handed);
    }
    assert_eq!(officer.sync(&first).await.unwrap().unwrap().directory().number(), 2);

    // Lower: nothing is taken from it.
    assert_eq!(officer.publish(&first).await.unwrap(), Handed::Newer { directory: 2, stop: 0 });
    // Another second directory, by an officer who did not see this one.
    office.world.directories.pop();
    office.world.change(|_, units| units[0].name = "行政办公室".to_owned());
    let reason = refused(&officer, &office.organisation(&[])).await;
    assert!(reason.contains("fork"), "{reason}");
    // The fourth without the head of the third.
    *office.world.directories.last_mut().unwrap() = second.clone();
    office.world.change(|_, _| {});
    office.world.change(|_, _| {});
    let reason = refused(&officer, &office.world.organisation()).await;
    assert!(reason.contains("gap"), "{reason}");
    let synced = officer.sync(&first).await.unwrap().unwrap();
    assert_eq!(synced.directory().hash(), second.hash());
    // With the heads between, it is taken: nobody is kept from going on.
    officer.publish(&office.organisation(&[])).await.unwrap();
    assert_eq!(officer.sync(&first).await.unwrap().unwrap().directory().number(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_that_was_replaced_is_not_put_in_force_again() {
    let mut office = Office::open().await;
    let officer = office.station(1).await;
    let org = office.world.root.org();
    let numbered = |number: u32| {
        let mut policy = Policy::standard(org);
        policy.number = number;
        policy
    };
    office.world.change_policy(numbered(3));
    officer.publish(&office.world.organisation()).await.unwrap();
    // Enough officers signed both directory and policy, once.
    office.world.change_policy(numbered(2));
    let reason = refused(&officer, &office.world.organisation()).await;
    assert!(reason.contains("policy 2 does not follow policy 3"), "{reason}");
    // What is in force stands, and the next takes its place.
    let (policies, directories) = (&mut office.world.policies, &mut office.world.directories);
    policies.pop();
    directories.pop();
    office.world.change_policy(numbered(4));
    officer.publish(&office.world.organisation()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_whoever_is_stopped_stands_behind_the_stop_list() {
    let mut office = Office::open().await;
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    sealed.submit(&office.station(1).await).await;
    let (officer, stolen) = (office.station(2).await, office.station(3).await);
    let act = revoke(&office.world, 3);
    office.world.stop(vec![act], None);
    // Whoever writes waits, so that list and demand meet and share a commit, the list first.
    let held = rusqlite::Connection::open(office.config.data.join("relay.sqlite")).unwrap();
    held.execute_batch("BEGIN IMMEDIATE").unwrap();
    let organisation = with_stops(&office.world);
    let publishing = tokio::spawn(async move { officer.publish(&organisation).await });
    tokio::time::sleep(Duration::from_secs(2)).await;
    let note = demand(&office.world, office.world.member(3), &sealed);
    let demanding = tokio::spawn(async move { stolen.demand(&note).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    held.execute_batch("ROLLBACK").unwrap();
    publishing.await.unwrap().unwrap();
    demanding.await.unwrap().unwrap_err();
    let status = office.station(1).await.status(sealed.hash()).await.unwrap();
    assert_eq!(status.copies[0].state, CopyState::Available);
}
