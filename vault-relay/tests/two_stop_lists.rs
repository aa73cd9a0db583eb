//! Two officers who stop somebody at the same time: the relay keeps to the list that came first, nobody is cut off, and
//! a directory decides.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::Office;
use vault_core::test_world::{SeededRng, World};
use vault_keys::directory::{
    Draft, From, Organisation, Stop, StopAct, StopReason, StopRef, SuccessionError, weave,
};
use vault_keys::note::OfficeName;
use vault_relay::client::{ClientError, Folder, Handed};

fn name() -> OfficeName {
    "o1".parse().unwrap()
}

/// Stop list 1 over the world's directory, against one member.
fn first_stop(world: &World, number: u32) -> Stop {
    let act = StopAct::revoke_person(world.member(number).person, StopReason::Stolen);
    let text = Stop::next_text(&world.root, None, None, world.now(), [act]);
    Stop::sign(text, &world.root, &[(&name(), &world.officer)]).unwrap()
}

fn with(world: &World, stop: &Stop) -> Organisation {
    world.organisation().with(vec![stop.clone()], None).unwrap()
}

/// As a client takes what the relay shows.
fn taken(mine: &Organisation, shown: &Organisation) -> Organisation {
    let woven = weave(mine.in_force(), shown.in_force(), From::Relay).unwrap();
    shown.with(woven.chain, shown.in_force().fresh().cloned()).unwrap().with_beside(woven.beside)
}

/// Directory 2, which folds this list and takes what it took.
fn folding(world: &World, stop: &Stop) -> Organisation {
    let held = with(world, stop);
    let made = world.now();
    let draft = Draft::over(held.in_force(), made, made.plus_days(60), &mut SeededRng::new(8));
    assert_eq!(draft.stop, Some(stop.reference()));
    let next = draft.sign(&world.root, Some(held.directory()), &[(&name(), &world.officer)]).unwrap();
    held.followed_by(next).unwrap()
}

fn last(organisation: &Organisation) -> Option<StopRef> {
    organisation.in_force().last_stop()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_the_other_stop_list_goes_on() {
    let office = Office::open().await;
    let world = &office.world;
    let (one, two) = (first_stop(world, 3), first_stop(world, 4));
    let client = office.station(1).await;
    assert_eq!(client.publish(&with(world, &one)).await.unwrap(), Handed::Taken);
    let refused = client.publish(&with(world, &two)).await.unwrap_err();
    assert!(matches!(&refused, ClientError::Refused { code, .. } if code == "stop-overtaken"), "{refused:?}");
    // What the list took that came second is taken from nobody at the relay.
    office.station(4).await.list(Folder::In, 0).await.unwrap();

    let mine = with(world, &two);
    let shown = client.sync(&mine).await.unwrap().unwrap();
    assert_eq!(last(&shown), Some(one.reference()));
    let both = taken(&mine, &shown);
    for number in [3, 4] {
        assert!(both.in_force().person_now(world.member(number).person).is_err());
    }
    assert!(client.sync(&both).await.unwrap().is_none(), "in step with the relay");
    assert_eq!(client.stop_places(&both, 0).await.unwrap().len(), 1);
    // Longer than the relay's chain: no number tells, the note does.
    let act = StopAct::suspend(world.member(2).person, StopReason::Inquiry);
    let text = Stop::next_text(&world.root, None, Some(&two), world.now(), [act]);
    let more = Stop::sign(text, &world.root, &[(&name(), &world.officer)]).unwrap();
    let longer = world.organisation().with(vec![two, more], None).unwrap();
    let both = taken(&longer, &client.sync(&longer).await.unwrap().unwrap());
    assert_eq!((last(&both), both.in_force().beside().len()), (Some(one.reference()), 2));
}

/// One officer revokes the others' stations; their new root without him comes in all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stopped_officers_sign_is_imported_by_the_operator() {
    let mut office = Office::open().await;
    let stop = first_stop(&office.world, 1);
    let held = with(&office.world, &stop);
    office.station(2).await.publish(&held).await.unwrap();
    let old = office.next_root();
    let (world, made) = (&office.world, office.world.now());
    let draft = Draft::over(held.in_force(), made, made.plus_days(60), &mut SeededRng::new(8));
    let next = draft.sign(&world.root, Some(held.directory()), &[(&name(), &world.officer)]).unwrap();
    let policy = world.policies.last().unwrap().note().clone();
    let heads = vec![held.directory().head().clone()];
    let next = Organisation::new(vec![old, world.root.clone()], policy, next, heads).unwrap();
    // p1's station is stopped, whatever he brings.
    let refused = match vault_relay::client::Client::dial(&office.peer(), &world.member(1).station).await {
        Ok(client) => client.publish(&next).await.is_err(),
        Err(_) => true,
    };
    assert!(refused);
    office.stop().await;
    vault_relay::server::import(&office.config, &next.encode()).unwrap();
    office.start().await;
    let synced = office.station(2).await.sync(&held).await.unwrap().unwrap();
    assert_eq!((synced.root().number(), synced.directory().number()), (2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_decides_for_the_list_that_came_second() {
    let mut office = Office::open().await;
    let (one, two) = (first_stop(&office.world, 3), first_stop(&office.world, 4));
    let client = office.station(1).await;
    client.publish(&with(&office.world, &one)).await.unwrap();
    let held = client.sync(&office.world.organisation()).await.unwrap().unwrap();
    let decided = folding(&office.world, &two);
    assert_eq!(client.publish(&decided).await.unwrap(), Handed::Taken);
    let settled = client.sync(&held).await.unwrap().unwrap();
    assert_eq!((settled.directory().number(), last(&settled)), (2, Some(two.reference())));
    let settled = taken(&held, &settled);
    assert_eq!(settled.in_force().beside(), []);
    // Old files bring the other one back to nobody.
    let old = client.publish(&with(&office.world, &one)).await.unwrap();
    assert_eq!(old, Handed::Newer { directory: 2, stop: 1 });
    office.stop().await;
    office.start().await;
    let client = office.station(1).await;
    let again = client.sync(&office.world.organisation()).await.unwrap().unwrap();
    assert_eq!(last(&again), Some(two.reference()));
    office.station(3).await.list(Folder::In, 0).await.unwrap();
    assert!(matches!(again.successor_of(settled.directory()), Err(SuccessionError::Same { .. })));
}
