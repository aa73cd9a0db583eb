//! Whose statement is taken, when, and what repeating it does.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Office, demand, fetch, receipt, state};
use vault_core::register::event::{Event, EventKind};
use vault_core::register::returned::ReturnReason;
use vault_core::transfer::copy::CopyState;
use vault_keys::digest::NoteHash;
use vault_keys::directory::{Clearance, Key, KeyState};
use vault_keys::key_id::KeyKind;
use vault_keys::note::{KeyName, Signed};
use vault_keys::signing::SigningKey;
use vault_relay::client::ClientError;

const DAY: i64 = 24 * 3600;

fn code<T: std::fmt::Debug>(result: Result<T, ClientError>) -> String {
    match result {
        Err(ClientError::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_is_reported_of_ones_own_demand_only() {
    let mut office = Office::open().await;
    office.world.change(|_, units| {
        let clerk = vault_keys::numbers::PersonNo::new(3).unwrap();
        units[1].clerks.insert(0, clerk);
    });
    office.station(1).await.publish(&office.world.organisation()).await.unwrap();
    let sealed = office.seal(1, b"for the unit", &[vault_core::test_world::unit_no(2).into()]);
    sealed.submit(&office.station(1).await).await;
    let (first, second) = (office.station(3).await, office.station(4).await);
    let (member, colleague) = (office.world.member(3), office.world.member(4));

    let leaf = first.demand(&demand(&office.world, member, &sealed)).await.unwrap().leaf.leaf.hash();
    let damaged = |member, refers| {
        state(&office.world, member, &sealed, EventKind::Damaged, |event| event.refers = refers)
    };
    assert_eq!(code(second.statement(&damaged(colleague, Some(leaf))).await), "no-demand");
    // Without naming a demand he says that the header was of no use to him: nobody's demand ends by that.
    second.statement(&damaged(colleague, None)).await.unwrap();
    let status = first.status(sealed.hash()).await.unwrap();
    assert_eq!((status.copies[0].state, status.copies[0].person), (CopyState::Demanded, Some(member.person)));
    assert!(fetch(&first, &sealed, leaf, 0).await.unwrap() == sealed.content);
    first.receipt(&receipt(&office.world, member, &sealed, leaf)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_entered_once_gets_its_leaf_however_late_it_is_repeated() {
    let office = Office::open().await;
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    sealed.submit(&office.station(1).await).await;
    let (reader, member) = (office.station(3).await, office.world.member(3));
    let demand = demand(&office.world, member, &sealed);
    let leaf = reader.demand(&demand).await.unwrap().leaf.leaf.hash();
    let receipt = receipt(&office.world, member, &sealed, leaf);
    let entered = reader.receipt(&receipt).await.unwrap().leaf;

    // The answers were lost, and the station comes back after a long weekend.
    office.clock.forward(3 * DAY);
    assert_eq!(reader.demand(&demand).await.unwrap().leaf.leaf.hash(), leaf);
    assert_eq!(reader.receipt(&receipt).await.unwrap().leaf.index, entered.index);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_signed_without_a_connection_is_entered_days_later_but_never_ahead_of_time() {
    let office = Office::open().await;
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    sealed.submit(&office.station(1).await).await;
    let (reader, member) = (office.station(3).await, office.world.member(3));
    let opened = |days: i64| {
        state(&office.world, member, &sealed, EventKind::Opened, |event| {
            event.time = event.time.plus_seconds(days * DAY);
        })
    };
    reader.statement(&opened(-5)).await.unwrap();
    assert_eq!(code(reader.statement(&opened(2)).await), "statement-time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_not_cleared_any_more_is_served_nothing() {
    let mut office = Office::open().await;
    let [waits, demanded] = [1, 2].map(|seed| office.seal(seed, b"content", &[office.holder(3)]));
    let to_unit = office.seal(3, b"for the unit", &[vault_core::test_world::unit_no(2).into()]);
    for sealed in [&waits, &demanded, &to_unit] {
        sealed.submit(&office.station(1).await).await;
    }
    let reader = office.station(3).await;
    let note = demand(&office.world, office.world.member(3), &demanded);
    let leaf = reader.demand(&note).await.unwrap().leaf.leaf.hash();
    // The clerk of the unit, too: a colleague who is cleared may take it.
    office.world.change(|persons, units| {
        persons[2].clearance = Clearance::None;
        units[1].clerks.insert(0, persons[2].number);
    });
    office.publish().await;
    assert_eq!(code(reader.header(waits.hash()).await), "holder-clearance");
    let note = demand(&office.world, office.world.member(3), &waits);
    assert_eq!(code(reader.demand(&note).await), "holder-clearance");
    assert_eq!(code(fetch(&reader, &demanded, leaf, 0).await), "holder-clearance");
    assert_eq!(code(reader.header(to_unit.hash()).await), "holder-clearance");
    office.station(4).await.header(to_unit.hash()).await.unwrap();
    // What he has not taken he may give back.
    let returned = state(&office.world, office.world.member(3), &waits, EventKind::Returned, |event| {
        event.code = Some(ReturnReason::NotForMe.word().to_owned());
    });
    reader.statement(&returned).await.unwrap();
    office.world.change(|persons, _| persons[2].clearance = Clearance::Internal);
    office.publish().await;
    assert!(fetch(&reader, &demanded, leaf, 0).await.unwrap() == demanded.content);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_recovery_gave_back_is_entered_by_its_holder_with_the_key_in_force() {
    let mut office = Office::open().await;
    let sealed = office.seal(1, b"content", &[office.holder(3), office.holder(4)]);
    sealed.submit(&office.station(1).await).await;
    // p3 has lost the signing key and has another one.
    let fresh = SigningKey::from_seed(&[50; 32]);
    let now = office.world.now();
    office.world.change(|persons, _| {
        let entry = &mut persons[2];
        for old in entry.keys.iter_mut().filter(|key| key.kind == KeyKind::Sign) {
            (old.state, old.to) = (KeyState::Stopped, Some(now));
        }
        entry.keys.push(Key::active(KeyKind::Sign, fresh.public().as_bytes(), now));
        entry.keys.sort_by_key(|key| key.id);
    });
    office.station(1).await.publish(&office.organisation(&[])).await.unwrap();
    let (holder, member) = (office.station(3).await, office.world.member(3));
    let request = NoteHash::from_bytes([9; 32]);
    let recovered = |member, key: &SigningKey, copy| {
        let draft = state(&office.world, member, &sealed, EventKind::Recovered, |event| {
            (event.approval, event.copy, event.key) = (Some(request), Some(copy), Some(key.key_id()));
        });
        let org = draft.value().org;
        Signed::sign(draft.value().clone(), &KeyName::person(&org, member.person), key).unwrap()
    };
    let before = holder.status(sealed.hash()).await.unwrap();
    let old = recovered(member, &member.signing, 1);
    assert_eq!(code(holder.statement(&old).await), "statement-signer", "the lost key");
    assert_eq!(
        code(holder.statement(&recovered(member, &fresh, 2)).await),
        "statement-mismatch",
        "another's copy"
    );
    let stranger = office.world.member(5);
    let foreign = recovered(stranger, &stranger.signing, 1);
    assert_eq!(code(office.station(5).await.statement(&foreign).await), "no-such-item");

    let entry = recovered(member, &fresh, 1);
    let leaf = holder.statement(&entry).await.unwrap().leaf;
    assert_eq!(holder.statement(&entry).await.unwrap().leaf, leaf, "the same again, the same leaf");
    let after = holder.status(sealed.hash()).await.unwrap();
    assert_eq!(after.copies[0].state, before.copies[0].state, "nothing moves");
    // Holder and sender have it as evidence; whoever holds another copy does not see it.
    for (number, sees) in [(3, true), (1, true), (4, false)] {
        let status = office.station(number).await.status(sealed.hash()).await.unwrap();
        let found = status.evidence.iter().find(|evidence| evidence.leaf == leaf);
        let said = found.map(|evidence| evidence.leaf.leaf.signed::<Event>().unwrap());
        assert_eq!(said.is_some(), sees, "p{number}");
        assert!(said.is_none_or(|said| said.value().approval == Some(request)));
    }
}
