//! Requests that break the protocol, spoken by a client of bytes: each gets its code, none disturbs the relay.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::time::Duration;

use common::raw::{Raw, data, encode, head};
use common::{Office, Sealed};
use vault_core::item::LabelHash;
use vault_core::stream::parts::part_value;
use vault_keys::directory::{Role, RoleGrant, StopAct, StopReason};
use vault_relay::client::Folder;
use vault_relay::proto::frame::{self, Message};
use vault_relay::proto::message::{
    Answer, Commit, HEADER_MAX, Head, Invite, ItemRequest, KeyRequest, List, MAGIC, ORGANISATION_MAX, Open,
    Part, Publish, Replace, Requests, Stops, Sync, Verb, Watch,
};

fn part(sealed: &Sealed, label: LabelHash, index: u32, length: u32) -> Part {
    let content = vault_core::stream::ContentLen::new(sealed.content.len() as u64).unwrap();
    let value = part_value(content, 0, &sealed.content).unwrap();
    Part { upload: (*label.as_bytes()).into(), index, length, chaining: (*value.as_bytes()).into() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn heads_of_another_protocol_version_or_verb() {
    let office = Office::open().await;
    let raw = Raw::dial(&office).await;
    let with = |magic: &str, version, verb| encode(&Head { magic: magic.to_owned(), version, verb });
    assert_eq!(raw.code(&[&with("other", 1, 1)]).await, "malformed-request");
    assert_eq!(raw.code(&[&with(MAGIC, 9, 1)]).await, "unsupported-version");
    assert_eq!(raw.code(&[&with(MAGIC, 1, 99)]).await, "unknown-verb");
    assert_eq!(raw.code(&[&with(MAGIC, 1, 0)]).await, "unknown-verb");
    assert_eq!(raw.code(&[b"\x00\x00\x00\x05hello"]).await, "malformed-request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn oversize_truncated_and_out_of_order_frames() {
    let office = Office::open().await;
    let raw = Raw::dial(&office).await;
    let list = encode(&List { folder: 0, after: 0, most: 10 });
    assert_eq!(raw.code(&[&[0xff; 4]]).await, "frame-too-large");
    assert_eq!(raw.code(&[&head(Verb::Open), &u32::MAX.to_be_bytes()]).await, "frame-too-large");
    let over = u32::try_from(HEADER_MAX + 17).unwrap();
    assert_eq!(raw.code(&[&head(Verb::Open), &over.to_be_bytes()]).await, "frame-too-large");
    // The message of another verb, the message before the head, bytes behind the last frame.
    assert_eq!(raw.code(&[&head(Verb::Part), &list]).await, "malformed-request");
    assert_eq!(raw.code(&[&list, &head(Verb::List)]).await, "malformed-request");
    assert_eq!(raw.code(&[&head(Verb::List), &list, b"x"]).await, "malformed-request");
    // Cut anywhere: there is nobody to answer, and nothing happens.
    let whole = [head(Verb::List), list].concat();
    for cut in [0, 3, 4, 9, whole.len() - 1] {
        assert!(raw.say(&whole[..cut]).await.is_err(), "cut at {cut}");
    }
    assert_eq!(raw.say(&whole).await.unwrap(), None, "the connection is as good as before");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_without_upload_out_of_place_damaged_and_commit_before_parts() {
    let office = Office::open().await;
    let raw = Raw::dial(&office).await;
    let sealed = office.seal(1, &[3; 1000], &[office.holder(3)]);
    let length = u32::try_from(sealed.content.len()).unwrap();
    let (label, bytes) = (sealed.hash(), data(&sealed.content));
    let send = |part: Part, bytes: &[u8]| [head(Verb::Part), encode(&part), bytes.to_vec()].concat();
    let commit = [head(Verb::Commit), encode(&Commit { upload: (*label.as_bytes()).into() })].concat();

    assert_eq!(raw.code(&[&send(part(&sealed, label, 0, length), &bytes)]).await, "no-such-upload");
    assert_eq!(raw.code(&[&commit]).await, "no-such-upload");
    let open = encode(&Open { header: sealed.header().to_vec().into() });
    assert_eq!(raw.say(&[head(Verb::Open), open].concat()).await.unwrap(), None);
    assert_eq!(raw.code(&[&commit]).await, "parts-missing");
    assert_eq!(raw.code(&[&send(part(&sealed, label, 1, length), &bytes)]).await, "part-out-of-place");
    assert_eq!(raw.code(&[&send(part(&sealed, label, 0, length - 1), &bytes)]).await, "part-out-of-place");
    let mut other = sealed.content.clone();
    other[500] ^= 1;
    assert_eq!(raw.code(&[&send(part(&sealed, label, 0, length), &data(&other))]).await, "part-damaged");
    // An empty data frame, a data frame above the part's length, data cut short.
    assert_eq!(raw.code(&[&send(part(&sealed, label, 0, length), &[0; 4])]).await, "malformed-request");
    let long = data(&[sealed.content.as_slice(), b"x"].concat());
    assert_eq!(raw.code(&[&send(part(&sealed, label, 0, length), &long)]).await, "frame-too-large");
    let short = send(part(&sealed, label, 0, length), &bytes[..200]);
    assert!(raw.say(&short).await.is_err());
    assert_eq!(raw.code(&[&commit]).await, "parts-missing");

    assert_eq!(raw.say(&send(part(&sealed, label, 0, length), &bytes)).await.unwrap(), None);
    assert_eq!(raw.say(&commit).await.unwrap(), None);
    assert_eq!(office.station(1).await.list(Folder::Sent, 0).await.unwrap().items.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_of_bytes_that_are_no_item_gets_the_admissions_code() {
    let office = Office::open().await;
    let raw = Raw::dial(&office).await;
    let open = |header: &[u8]| [head(Verb::Open), encode(&Open { header: header.to_vec().into() })].concat();
    assert_eq!(raw.code(&[&open(b"hello")]).await, "not-an-item");
    let sealed = office.seal(1, b"x", &[office.holder(3)]);
    let longer = [sealed.header(), b"x"].concat();
    assert_eq!(raw.code(&[&open(&longer)]).await, "malformed-request");
    let nobody = ItemRequest { label: [9; 32].into() };
    assert_eq!(raw.code(&[&head(Verb::Status), &encode(&nobody)]).await, "no-such-item");
}

/// Whoever hands in an organisation file byte by byte holds one turn, not a queue of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_slow_organisation_file_of_each_person() {
    let office = Office::open().await;
    let raw = Raw::dial(&office).await;
    let publish = [head(Verb::Publish), encode(&Publish { length: 1000 })].concat();
    let (mut one, mut from_one) = raw.connection.open_bi().await.unwrap();
    let (mut two, mut from_two) = raw.connection.open_bi().await.unwrap();
    one.write_all(&publish).await.unwrap();
    two.write_all(&publish).await.unwrap();
    // Whichever the relay hears of later is answered at once, the other is waited for.
    let mut prefix = [0; 4];
    let mut other = [0; 4];
    let answered = tokio::select! {
        read = from_one.read_exact(&mut prefix) => { read.unwrap(); &mut from_one }
        read = from_two.read_exact(&mut other) => { read.unwrap(); prefix = other; &mut from_two }
    };
    let mut body = vec![0; u32::from_be_bytes(prefix) as usize];
    answered.read_exact(&mut body).await.unwrap();
    assert_eq!(frame::decode::<Answer>(&body).unwrap().refused.unwrap().code, "relay-busy");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_parts_of_one_number_at_once_one_is_taken() {
    let office = Office::open().await;
    let (raw, again) = (Raw::dial(&office).await, Raw::dial(&office).await);
    for seed in 0..8 {
        let sealed = office.seal(seed, &[3; 300_000], &[office.holder(3)]);
        let open = encode(&Open { header: sealed.header().to_vec().into() });
        assert_eq!(raw.say(&[head(Verb::Open), open].concat()).await.unwrap(), None);
        let send = |content: Vec<u8>| {
            let length = vault_core::stream::ContentLen::new(content.len() as u64).unwrap();
            let chaining = (*part_value(length, 0, &content).unwrap().as_bytes()).into();
            let part =
                Part { chaining, ..part(&sealed, sealed.hash(), 0, content.len().try_into().unwrap()) };
            [head(Verb::Part), encode(&part), data(&content)].concat()
        };
        let mut changed = sealed.content.clone();
        changed[500] ^= 1;
        let (right, wrong) = (send(sealed.content.clone()), send(changed));
        let (right, wrong) = tokio::join!(raw.say(&right), again.say(&wrong));
        let [right, wrong] = [right, wrong].map(|said| said.unwrap().map(|refused| refused.code));
        let commit = [head(Verb::Commit), encode(&Commit { upload: (*sealed.hash().as_bytes()).into() })];
        let committed = raw.say(&commit.concat()).await.unwrap().map(|refused| refused.code);
        // Whichever was taken is what lies there, and what is judged.
        let damaged = Some("part-damaged".to_owned());
        if right.is_none() {
            assert_eq!((wrong, committed), (damaged, None));
        } else {
            assert_eq!((right, wrong, committed), (damaged, None, Some("content-mismatch".to_owned())));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_organisation_file_keeps_no_officer_waiting() {
    let mut office = Office::open().await;
    office.world.change(|persons, _| {
        let from = "2026-01-01".parse().unwrap();
        persons[1].roles.push(RoleGrant { role: Role::KeyOfficer, unit: None, from, to: None });
    });
    office.publish().await;
    let raw = Raw::dial_as(&office, &office.world.member(3).station).await;
    let (mut slow, _answer) = raw.connection.open_bi().await.unwrap();
    let begun = [head(Verb::Publish), encode(&Publish { length: 1000 })].concat();
    slow.write_all(&begun).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let act = StopAct::revoke_person(office.world.member(3).person, StopReason::Stolen);
    office.world.stop(vec![act], None);
    let (officer, organisation) = (office.station(2).await, office.organisation(&[]));
    let published = tokio::time::timeout(Duration::from_secs(20), officer.publish(&organisation)).await;
    published.unwrap().unwrap();
}

/// For each verb about root, directory, stop lists, requests and headers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_of_the_officers_verbs_truncated_and_oversized() {
    async fn check<M: Message>(raw: &Raw, verb: Verb, message: &M) {
        let (head, message) = (head(verb), encode(message));
        let over = u32::try_from(M::MAX + 1).unwrap().to_be_bytes();
        assert_eq!(raw.code(&[&head, &over]).await, "frame-too-large", "{verb:?}");
        assert_eq!(raw.code(&[&head, &message, b"x"]).await, "malformed-request", "{verb:?}");
        assert_eq!(raw.code(&[&head, &data(b"\xff")]).await, "malformed-request", "{verb:?}");
        // One field, as no message of these has it.
        assert_eq!(raw.code(&[&head, &data(b"\x81\xf4")]).await, "malformed-request", "{verb:?}");
        let whole = [head, message].concat();
        for cut in [whole.len() - 1, whole.len() / 2, 4] {
            assert!(raw.say(&whole[..cut]).await.is_err(), "{verb:?} cut at {cut}");
        }
    }
    let office = Office::open().await;
    let raw = Raw::dial(&office).await;
    let note = || b"no note".to_vec().into();
    check(&raw, Verb::Invite, &Invite { note: note() }).await;
    check(&raw, Verb::Request, &KeyRequest { note: note() }).await;
    check(&raw, Verb::Requests, &Requests {}).await;
    check(&raw, Verb::Watch, &Watch {}).await;
    check(&raw, Verb::Replace, &Replace { label: [1; 32].into(), header: note() }).await;
    check(&raw, Verb::Stops, &Stops { after: 0 }).await;
    check(&raw, Verb::Sync, &Sync { root: 1, directory: 1, hash: None, stop: 0, fresh: 0 }).await;
    // Whole, but no notes: each gets the code of its verb.
    assert_eq!(
        raw.code(&[&head(Verb::Invite), &encode(&Invite { note: note() })]).await,
        "invitations-refused"
    );
    assert_eq!(
        raw.code(&[&head(Verb::Request), &encode(&KeyRequest { note: note() })]).await,
        "not-admitted"
    );
    assert_eq!(raw.code(&[&head(Verb::Requests), &encode(&Requests {})]).await, "officers-only");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn organisation_files_truncated_oversized_or_of_another_length() {
    let office = Office::open().await;
    let raw = Raw::dial(&office).await;
    let announce = |length| [head(Verb::Publish), encode(&Publish { length })].concat();
    let over = u32::try_from(Publish::MAX + 1).unwrap().to_be_bytes();
    assert_eq!(raw.code(&[&head(Verb::Publish), &over]).await, "frame-too-large");
    assert_eq!(raw.code(&[&announce(ORGANISATION_MAX + 1)]).await, "frame-too-large");
    // More in a frame than was announced, nothing in a frame, more behind the last.
    assert_eq!(raw.code(&[&announce(99), &data(&[b' '; 100])]).await, "frame-too-large");
    assert_eq!(raw.code(&[&announce(99), &data(&[])]).await, "malformed-request");
    assert_eq!(raw.code(&[&announce(99), &data(&[b' '; 99]), b"x"]).await, "malformed-request");
    // Less than was announced, and a frame that breaks off.
    let file = office.world.organisation().encode();
    let length = file.len() as u64;
    assert!(raw.say(&[announce(length), data(&file[1..])].concat()).await.is_err());
    assert!(raw.say(&[announce(length), data(&file)[..1000].to_vec()].concat()).await.is_err());
    assert_eq!(raw.code(&[&announce(0)]).await, "organisation-refused");
    assert_eq!(raw.code(&[&announce(99), &data(&[b' '; 99])]).await, "organisation-refused");
    // Whole, in several frames: taken.
    let (one, two) = file.split_at(1000);
    assert_eq!(raw.say(&[announce(length), data(one), data(two)].concat()).await.unwrap(), None);
}
