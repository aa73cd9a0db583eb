//! The enrolment inbox of a running relay: what a code admits, what nobody admits, and that a flood disturbs nobody.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::Office;
use vault_core::test_world::SeededRng;
use vault_keys::bytes::{ByteString, Bytes};
use vault_keys::directory::{Role, RoleGrant};
use vault_keys::joining::{
    Invitation, InvitationList, JoinCode, OpeningPublic, Purpose, Request, RequestText, RequestType, Secrets,
};
use vault_keys::key_id::KeyKind;
use vault_keys::note::OfficeName;
use vault_keys::opening::{Identity, Suite};
use vault_keys::signing::SigningKey;
use vault_keys::station::StationKey;
use vault_relay::client::{Client, ClientError, Folder};

/// Someone who is not in the directory yet.
struct Newcomer {
    code: JoinCode,
    signing: SigningKey,
    station: StationKey,
    opening: OpeningPublic,
}

impl Newcomer {
    fn new(seed: u64) -> Self {
        let rng = &mut SeededRng::new(seed);
        let opening = Identity::generate(Suite::Classic, rng).to_recipient();
        Self {
            code: JoinCode::generate(rng),
            signing: SigningKey::generate(rng),
            station: StationKey::generate(rng),
            opening: OpeningPublic { kind: opening.kind(), key: ByteString(opening.public_bytes()) },
        }
    }

    fn request(&self, office: &Office, name: &str) -> Request {
        self.request_by(office, name, &self.code)
    }

    fn request_by(&self, office: &Office, name: &str, code: &JoinCode) -> Request {
        let org = office.world.root.org();
        let text = RequestText {
            tag: RequestType,
            org,
            purpose: Purpose::Join,
            person: None,
            invitation: Some(self.code.id(&org)),
            name: name.to_owned(),
            pinyin: String::new(),
            opening: Some(self.opening.clone()),
            signing: Some(Bytes(*self.signing.public().as_bytes())),
            station: Some(Bytes(self.station.public())),
            made: office.world.now(),
        };
        let secrets = Secrets { new: Some(&self.signing), code: Some(code), ..Secrets::default() };
        Request::sign(text, &secrets).unwrap()
    }

    async fn dial(&self, office: &Office) -> Client {
        Client::dial(&office.peer(), &self.station).await.unwrap()
    }
}

/// A relay whose p1 is a key officer and has invited these newcomers for an hour.
async fn inviting(newcomers: &[&Newcomer]) -> Office {
    let mut office = Office::open().await;
    office.world.change(|persons, _| {
        let from = "2026-01-01".parse().unwrap();
        persons[0].roles.push(RoleGrant { role: Role::KeyOfficer, unit: None, from, to: None });
    });
    let officer = office.station(1).await;
    officer.publish(&office.world.organisation()).await.unwrap();
    officer.invite(&list(&office, newcomers, 0)).await.unwrap();
    office
}

fn list(office: &Office, newcomers: &[&Newcomer], later_s: i64) -> InvitationList {
    let (root, made) = (&office.world.root, office.world.now().plus_seconds(later_s));
    let expires = office.world.now().plus_seconds(3600);
    let invitations = newcomers.iter().map(|one| Invitation::of(&one.code, &root.org(), None, expires));
    let name: OfficeName = "o1".parse().unwrap();
    InvitationList::sign(root, made, invitations.collect(), (&name, &office.world.officer)).unwrap()
}

async fn waiting(office: &Office) -> Vec<String> {
    let requests = office.station(1).await.requests(&office.world.organisation()).await.unwrap();
    requests.iter().map(|request| request.value().name.clone()).collect()
}

fn code_of(result: Result<(), ClientError>) -> String {
    match result {
        Err(ClientError::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_admits_one_request_and_nothing_else() {
    let newcomer = Newcomer::new(1);
    let mut office = inviting(&[&newcomer]).await;
    let request = newcomer.request(&office, "韩梅");
    newcomer.dial(&office).await.request(&request).await.unwrap();
    assert_eq!(waiting(&office).await, ["韩梅"]);
    // The very same again: a lost answer costs nothing.
    newcomer.dial(&office).await.request(&request).await.unwrap();
    assert_eq!(waiting(&office).await.len(), 1);
    // Everything else is closed to a station in no directory.
    let refused = newcomer.dial(&office).await.list(Folder::In, 0).await.unwrap_err();
    assert!(
        matches!(&refused, ClientError::Refused { code, .. } if code == "station-unknown"),
        "{refused:?}"
    );

    // Code used twice, also after a restart.
    let second = newcomer.request(&office, "冒名");
    assert_eq!(code_of(newcomer.dial(&office).await.request(&second).await), "not-admitted");
    office.stop().await;
    office.start().await;
    assert_eq!(code_of(newcomer.dial(&office).await.request(&second).await), "not-admitted");
    assert_eq!(waiting(&office).await, ["韩梅"]);
    // Others than key officers do not see who asked.
    let refused = office.station(3).await.requests(&office.world.organisation()).await.unwrap_err();
    assert!(matches!(&refused, ClientError::Refused { code, .. } if code == "officers-only"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn code_expired_guessed_or_withdrawn() {
    let (invited, guessing, late) = (Newcomer::new(1), Newcomer::new(2), Newcomer::new(3));
    let office = inviting(&[&invited, &late]).await;
    let not_admitted = |result| assert_eq!(code_of(result), "not-admitted");
    // Guessed: no such invitation, and the right invitation with another code.
    let request = guessing.request(&office, "猜");
    not_admitted(guessing.dial(&office).await.request(&request).await);
    let request = invited.request_by(&office, "猜", &guessing.code);
    not_admitted(invited.dial(&office).await.request(&request).await);
    // Withdrawn: the later list leaves it out. An older list does not come back.
    let officer = office.station(1).await;
    officer.invite(&list(&office, &[&late], 1)).await.unwrap();
    let request = invited.request(&office, "韩梅");
    not_admitted(invited.dial(&office).await.request(&request).await);
    assert_eq!(code_of(officer.invite(&list(&office, &[&invited], 0)).await), "invitations-refused");
    // Expired: the door is shut to strangers altogether.
    office.clock.forward(3600);
    let request = late.request(&office, "迟");
    let refused = late.dial(&office).await.request(&request).await.unwrap_err();
    assert!(matches!(refused, ClientError::StationRefused), "{refused:?}");
    assert!(waiting(&office).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn enrolment_inbox_flooded() {
    let newcomer = Newcomer::new(1);
    let office = inviting(&[&newcomer]).await;
    // Strangers who hold their connections open, more than one address gets.
    let mut held = Vec::new();
    for seed in 0..12 {
        held.push(Newcomer::new(100 + seed).dial(&office).await);
    }
    // Whoever is known does not notice.
    assert_eq!(waiting(&office).await.len(), 0);
    // And what they say without a code leaves nothing behind.
    let mut refused = 0;
    for seed in 0..12 {
        let stranger = Newcomer::new(100 + seed);
        let request = stranger.request(&office, "洪水");
        if held.pop().unwrap().request(&request).await.is_err() {
            refused += 1;
        }
    }
    assert_eq!(refused, 12);
    assert_eq!(waiting(&office).await.len(), 0);
    newcomer.dial(&office).await.request(&newcomer.request(&office, "韩梅")).await.unwrap();
    assert_eq!(waiting(&office).await, ["韩梅"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_ask_for_their_own_keys_only() {
    let mut office = inviting(&[]).await;
    let world = &office.world;
    let ask = |number: u32, seed: u8| {
        let member = world.member(number);
        let fresh = SigningKey::from_seed(&[seed; 32]);
        let text = RequestText {
            tag: RequestType,
            org: world.root.org(),
            purpose: Purpose::Rotate,
            person: Some(member.person),
            invitation: None,
            name: String::new(),
            pinyin: String::new(),
            opening: None,
            signing: Some(Bytes(*fresh.public().as_bytes())),
            station: None,
            made: world.now(),
        };
        let secrets = Secrets { new: Some(&fresh), present: Some(&member.signing), ..Secrets::default() };
        Request::sign(text, &secrets).unwrap()
    };
    let member = office.station(3).await;
    member.request(&ask(3, 50)).await.unwrap();
    member.request(&ask(3, 50)).await.unwrap();
    let requests = office.station(1).await.requests(&world.organisation()).await.unwrap();
    assert_eq!(requests.len(), 1);
    assert_eq!(code_of(member.request(&ask(2, 51)).await), "not-admitted", "another's request");
    for seed in 52..55 {
        member.request(&ask(3, seed)).await.unwrap();
    }
    assert_eq!(code_of(member.request(&ask(3, 55)).await), "requests-full");

    // Carried out, a request waits no longer.
    let key = SigningKey::from_seed(&[50; 32]).public();
    let now = office.world.now();
    office.world.change(|persons, _| {
        let entry = &mut persons[2];
        for old in entry.keys.iter_mut().filter(|key| key.kind == KeyKind::Sign) {
            old.state = vault_keys::directory::KeyState::Retired;
            old.to = Some(now);
        }
        entry.keys.push(vault_keys::directory::Key::active(KeyKind::Sign, key.as_bytes(), now));
        entry.keys.sort_by_key(|key| key.id);
    });
    let policy = office.world.policies.last().unwrap().note().clone();
    let heads = office.world.directories.iter().take(2).map(|one| one.head().clone()).collect();
    let (root, directory) = (office.world.root.clone(), office.world.directory().clone());
    let newer = vault_keys::directory::Organisation::new(vec![root], policy, directory, heads).unwrap();
    let officer = office.station(1).await;
    officer.publish(&newer).await.unwrap();
    assert_eq!(officer.requests(&newer).await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchers_hear_of_every_version() {
    let mut office = inviting(&[]).await;
    let client = office.station(3).await;
    let mut watch = client.watch().await.unwrap();
    let first = watch.next().await.unwrap().unwrap();
    assert_eq!((first.root, first.directory, first.stop), (1, 2, 0));
    let act = vault_keys::directory::StopAct::revoke_person(
        office.world.member(4).person,
        vault_keys::directory::StopReason::Stolen,
    );
    office.world.stop(vec![act], None);
    let policy = office.world.policies.last().unwrap().note().clone();
    let (root, directory) = (office.world.root.clone(), office.world.directory().clone());
    let newer = vault_keys::directory::Organisation::new(vec![root], policy, directory, Vec::new()).unwrap();
    let newer = newer.with(office.world.stops.clone(), None).unwrap();
    office.station(1).await.publish(&newer).await.unwrap();
    let mut news = watch.next().await.unwrap().unwrap();
    while news.stop == 0 {
        news = watch.next().await.unwrap().unwrap();
    }
    assert_eq!((news.directory, news.stop), (2, 1));
    // A closing relay says so, and does not wait for its watchers.
    let closing = office.relay.take().unwrap();
    let closed = tokio::spawn(closing.shutdown());
    loop {
        match watch.next().await {
            Ok(Some(_)) => {}
            Ok(None) | Err(ClientError::Connection(_)) => break,
            Err(other) => panic!("{other:?}"),
        }
    }
    closed.await.unwrap();
}
