//! The enrolment inbox of a running relay: what a code admits, what nobody admits, and that a flood disturbs nobody.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::Office;
use common::raw::{Raw, encode, head};
use vault_core::test_world::SeededRng;
use vault_keys::bytes::{ByteString, Bytes};
use vault_keys::directory::{Officer, Role, RoleGrant};
use vault_keys::joining::{
    Invitation, InvitationList, JoinCode, OpeningPublic, Purpose, Request, RequestText, RequestType, Secrets,
};
use vault_keys::key_id::KeyKind;
use vault_keys::opening::{Identity, Suite};
use vault_keys::signing::{OfficeKey, SigningKey};
use vault_keys::station::StationKey;
use vault_keys::time::Time;
use vault_relay::client::{Client, ClientError, Folder, News, Watch};
use vault_relay::proto::frame::Message;
use vault_relay::proto::message::{KeyRequest, Verb};
use vault_relay::server::Clock as _;
use vault_relay::store::disk;
use vault_relay::store::embedded::{DataFolder, Database};
use vault_relay::store::{self, RequestRecord, StoreError};

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

/// Reads news until they are of these versions, and of a later freshness note.
async fn heard(watch: &mut Watch, (root, directory, stop): (u32, u32, u32), fresh: u64) -> News {
    let reading = async {
        loop {
            let news = watch.next().await.unwrap().unwrap();
            if (news.root, news.directory, news.stop) == (root, directory, stop) && news.fresh > fresh {
                return news;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), reading).await.expect("news of a newer version")
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

/// The list of o1, dated so much later, with codes for an hour.
fn list(office: &Office, newcomers: &[&Newcomer], later_s: i64) -> InvitationList {
    let expires = office.world.now().plus_seconds(3600);
    signed(office, later_s, newcomers.iter().map(|one| (*one, expires)))
}

/// The list of o1 as of the relay's time, with codes for so many seconds from then on.
fn lasting(office: &Office, newcomers: &[(&Newcomer, i64)]) -> InvitationList {
    let now = office.clock.now();
    let later_s = now.seconds_since(office.world.now());
    signed(office, later_s, newcomers.iter().map(|(one, seconds)| (*one, now.plus_seconds(*seconds))))
}

fn signed<'a>(
    office: &Office,
    later_s: i64,
    newcomers: impl Iterator<Item = (&'a Newcomer, Time)>,
) -> InvitationList {
    signed_by(office, later_s, newcomers, ("o1", &office.world.officer))
}

fn signed_by<'a>(
    office: &Office,
    later_s: i64,
    newcomers: impl Iterator<Item = (&'a Newcomer, Time)>,
    (name, key): (&str, &OfficeKey),
) -> InvitationList {
    let (root, made) = (&office.world.root, office.world.now().plus_seconds(later_s));
    let invitations = newcomers.map(|(one, expires)| Invitation::of(&one.code, &root.org(), None, expires));
    InvitationList::sign(root, made, invitations.collect(), (&name.parse().unwrap(), key)).unwrap()
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
    let office = inviting(&[&newcomer]).await;
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

    // Others than key officers do not see who asked.
    let refused = office.station(3).await.requests(&office.world.organisation()).await.unwrap_err();
    assert!(matches!(&refused, ClientError::Refused { code, .. } if code == "officers-only"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn code_used_twice() {
    let newcomer = Newcomer::new(1);
    let mut office = inviting(&[&newcomer]).await;
    newcomer.dial(&office).await.request(&newcomer.request(&office, "韩梅")).await.unwrap();
    let second = newcomer.request(&office, "冒名");
    assert_eq!(code_of(newcomer.dial(&office).await.request(&second).await), "not-admitted");
    // Nor after a restart, nor by a later list that has it again.
    office.stop().await;
    office.start().await;
    assert_eq!(code_of(newcomer.dial(&office).await.request(&second).await), "not-admitted");
    office.station(1).await.invite(&list(&office, &[&newcomer], 1)).await.unwrap();
    assert_eq!(code_of(newcomer.dial(&office).await.request(&second).await), "not-admitted");
    assert_eq!(waiting(&office).await, ["韩梅"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn code_expired() {
    let (late, member) = (Newcomer::new(1), Newcomer::new(2));
    let office = inviting(&[&late]).await;
    office.clock.forward(3600);
    // The door is shut to strangers altogether.
    let request = late.request(&office, "迟");
    let refused = late.dial(&office).await.request(&request).await.unwrap_err();
    assert!(matches!(refused, ClientError::StationRefused), "{refused:?}");
    // While another code is open it is open to this one as well, and the answer is as for every other fault.
    let officer = office.station(1).await;
    officer.invite(&lasting(&office, &[(&late, 0), (&member, 3600)])).await.unwrap();
    assert_eq!(code_of(late.dial(&office).await.request(&request).await), "not-admitted");
    assert!(waiting(&office).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn code_guessed_at() {
    let (invited, guessing) = (Newcomer::new(1), Newcomer::new(2));
    let office = inviting(&[&invited]).await;
    // No such invitation; the right invitation with another code.
    let unknown = guessing.request(&office, "猜");
    assert_eq!(code_of(guessing.dial(&office).await.request(&unknown).await), "not-admitted");
    let named = invited.request_by(&office, "猜", &guessing.code);
    assert_eq!(code_of(guessing.dial(&office).await.request(&named).await), "not-admitted");
    // A member who guesses is told no more.
    assert_eq!(code_of(office.station(3).await.request(&named).await), "not-admitted");
    assert!(waiting(&office).await.is_empty());
    invited.dial(&office).await.request(&invited.request(&office, "韩梅")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn code_withdrawn() {
    let (withdrawn, kept) = (Newcomer::new(1), Newcomer::new(2));
    let office = inviting(&[&withdrawn, &kept]).await;
    let officer = office.station(1).await;
    officer.invite(&list(&office, &[&kept], 1)).await.unwrap();
    let request = withdrawn.request(&office, "韩梅");
    assert_eq!(code_of(withdrawn.dial(&office).await.request(&request).await), "not-admitted");
    // An older list does not come back.
    let older = officer.invite(&list(&office, &[&withdrawn], 0)).await;
    assert_eq!(code_of(older), "invitations-refused");
    assert_eq!(code_of(withdrawn.dial(&office).await.request(&request).await), "not-admitted");
    kept.dial(&office).await.request(&kept.request(&office, "林芳")).await.unwrap();
}

/// A list dated ahead would otherwise be the last one of its officer for as long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn list_of_invitations_dated_ahead() {
    let newcomer = Newcomer::new(1);
    let office = inviting(&[&newcomer]).await;
    let officer = office.station(1).await;
    let ahead = officer.invite(&list(&office, &[], 301)).await;
    assert_eq!(code_of(ahead), "invitations-ahead");
    newcomer.dial(&office).await.request(&newcomer.request(&office, "韩梅")).await.unwrap();
    officer.invite(&list(&office, &[], 300)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_officers_invite_at_the_same_time() {
    let second = OfficeKey::generate(&mut SeededRng::new(42));
    let mut office = Office::under(|_| {}, |root| root.officers.push(officer("o2", "副主任", &second))).await;
    let (one, two, withdrawn) = (Newcomer::new(1), Newcomer::new(2), Newcomer::new(3));
    let by_second = |office: &Office, later_s: i64, newcomers: &[&Newcomer]| {
        let expires = office.world.now().plus_seconds(3600);
        signed_by(office, later_s, newcomers.iter().map(|one| (*one, expires)), ("o2", &second))
    };
    let client = office.station(1).await;
    client.invite(&list(&office, &[&one], 0)).await.unwrap();
    // Of the same second, and later ones: the other's codes stay as they were.
    client.invite(&by_second(&office, 0, &[&two, &withdrawn])).await.unwrap();
    client.invite(&by_second(&office, 1, &[&two])).await.unwrap();
    for _ in 0..2 {
        let request = withdrawn.request(&office, "冒名");
        assert_eq!(code_of(withdrawn.dial(&office).await.request(&request).await), "not-admitted");
        one.dial(&office).await.request(&one.request(&office, "韩梅")).await.unwrap();
        two.dial(&office).await.request(&two.request(&office, "林芳")).await.unwrap();
        office.stop().await;
        office.start().await;
    }
    // Nobody takes another's code into his own list, to keep it open or to have it used up under another key.
    let client = office.station(1).await;
    assert_eq!(code_of(client.invite(&by_second(&office, 2, &[&one])).await), "invitations-refused");
    // Each is held to the order of his own lists.
    assert_eq!(code_of(client.invite(&by_second(&office, 0, &[&withdrawn])).await), "invitations-refused");
    client.invite(&list(&office, &[], 1)).await.unwrap();
    client.invite(&by_second(&office, 2, &[&withdrawn])).await.unwrap();
    let request = withdrawn.request(&office, "韩雪");
    withdrawn.dial(&office).await.request(&request).await.unwrap();
}

/// One more officer of the root.
fn officer(name: &str, holder: &str, key: &OfficeKey) -> Officer {
    let public = key.public();
    Officer {
        name: name.parse().unwrap(),
        holder: holder.to_owned(),
        ed25519: Bytes(*public.ed25519().as_bytes()),
        ml_dsa_44: Bytes(*public.ml_dsa()),
    }
}

/// The door is open to strangers by somebody else's code all the while.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_on_a_new_machine_needs_a_code_or_his_other_machine() {
    let (newcomer, machine) = (Newcomer::new(1), Newcomer::new(2));
    let office = inviting(&[&newcomer]).await;
    let (world, member) = (&office.world, office.world.member(3));
    let org = world.root.org();
    let text = |purpose, invitation| RequestText {
        tag: RequestType,
        org,
        purpose,
        person: Some(member.person),
        invitation,
        name: String::new(),
        pinyin: String::new(),
        opening: None,
        signing: None,
        station: Some(Bytes(machine.station.public())),
        made: world.now(),
    };
    // Signed with his present key, from a backup; brought by the new machine, by a colleague's, by his other one.
    let present = Secrets { present: Some(&member.signing), ..Secrets::default() };
    let station = Request::sign(text(Purpose::Station, None), &present).unwrap();
    assert_eq!(code_of(machine.dial(&office).await.request(&station).await), "not-admitted");
    assert_eq!(code_of(office.station(4).await.request(&station).await), "not-admitted");
    office.station(3).await.request(&station).await.unwrap();

    // All keys lost: by a code for this person, and by no other.
    let replace = |code: &JoinCode| {
        let id = Some(code.id(&org));
        let text = RequestText {
            opening: Some(machine.opening.clone()),
            signing: Some(Bytes(*machine.signing.public().as_bytes())),
            ..text(Purpose::Replace, id)
        };
        let secrets = Secrets { new: Some(&machine.signing), code: Some(code), ..Secrets::default() };
        Request::sign(text, &secrets).unwrap()
    };
    assert_eq!(code_of(machine.dial(&office).await.request(&replace(&newcomer.code)).await), "not-admitted");
    let expires = world.now().plus_seconds(3600);
    let for_him = |person| vec![Invitation::of(&machine.code, &org, Some(person), expires)];
    let (name, officer) = ("o1".parse().unwrap(), office.station(1).await);
    for (later_s, number) in [(1, 4), (2, 3)] {
        let made = world.now().plus_seconds(later_s);
        let invitations = for_him(world.member(number).person);
        let list = InvitationList::sign(&world.root, made, invitations, (&name, &world.officer)).unwrap();
        officer.invite(&list).await.unwrap();
        let result = machine.dial(&office).await.request(&replace(&machine.code)).await;
        assert_eq!(result.is_ok(), number == 3, "a code for p{number}: {result:?}");
    }
    assert_eq!(waiting(&office).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn enrolment_inbox_flooded() {
    let newcomer = Newcomer::new(1);
    let office = inviting(&[&newcomer]).await;
    let known = office.station(3).await;
    // Strangers who hold their connections open, more than one address gets.
    let mut held = Vec::new();
    for seed in 0..12 {
        held.push(Newcomer::new(100 + seed).dial(&office).await);
    }
    // Whoever is known does not notice, whether he was there before or comes now.
    known.list(Folder::In, 0).await.unwrap();
    assert_eq!(waiting(&office).await.len(), 0);
    office.seal(1, b"notice", &[office.holder(3)]).submit(&office.station(1).await).await;
    assert_eq!(known.list(Folder::In, 0).await.unwrap().items.len(), 1);
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
    // Another takes the place of the oldest, also where four older ones wait that nobody carries out.
    let signing = |seed: u8| Bytes(*SigningKey::from_seed(&[seed; 32]).public().as_bytes());
    let waiting = async |office: &Office| {
        let requests = office.station(1).await.requests(&office.world.organisation()).await.unwrap();
        requests.iter().map(|one| one.value().signing.unwrap()).collect::<Vec<_>>()
    };
    office.clock.forward(1);
    member.request(&ask(3, 56)).await.unwrap();
    let now = waiting(&office).await;
    assert!(now.len() == 4 && now.last() == Some(&signing(56)), "{now:?}");
    let gone = [50, 52, 53, 54].into_iter().filter(|seed| !now.contains(&signing(*seed))).count();
    assert_eq!(gone, 1, "{now:?}");
    // Handed in again, one that was replaced is a new one.
    office.clock.forward(1);
    member.request(&ask(3, 50)).await.unwrap();
    assert!(waiting(&office).await.contains(&signing(50)));

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
    let newer = office.organisation(&[]);
    let officer = office.station(1).await;
    officer.publish(&newer).await.unwrap();
    assert_eq!(officer.requests(&newer).await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watchers_hear_of_every_root_directory_stop_and_freshness_note() {
    let mut office = inviting(&[]).await;
    let (client, officer) = (office.station(3).await, office.station(1).await);
    let mut watch = client.watch().await.unwrap();
    let first = watch.next().await.unwrap().unwrap();
    assert_eq!((first.root, first.directory, first.stop), (1, 2, 0));
    let now = u64::try_from(office.clock.now().unix()).unwrap();
    assert!(first.fresh >= now, "{first:?}");

    // A directory; then a root with its directory; then a stop list. Each brings a new freshness note.
    office.world.change(|_, units| units[0].name = "综合办公室".to_owned());
    office.clock.forward(60);
    officer.publish(&office.organisation(&[])).await.unwrap();
    let second = heard(&mut watch, (1, 3, 0), first.fresh).await;
    let old = office.next_root();
    office.world.change(|_, _| {});
    office.clock.forward(60);
    officer.publish(&office.organisation(std::slice::from_ref(&old))).await.unwrap();
    let third = heard(&mut watch, (2, 4, 0), second.fresh).await;
    let person = office.world.member(4).person;
    let act =
        vault_keys::directory::StopAct::revoke_person(person, vault_keys::directory::StopReason::Stolen);
    office.world.stop(vec![act], None);
    office.clock.forward(60);
    officer.publish(&office.organisation(&[old])).await.unwrap();
    heard(&mut watch, (2, 4, 1), third.fresh).await;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watch_of_a_stopped_station() {
    let mut office = inviting(&[]).await;
    let client = office.station(3).await;
    let mut watch = client.watch().await.unwrap();
    watch.next().await.unwrap().unwrap();
    let person = office.world.member(3).person;
    let act =
        vault_keys::directory::StopAct::revoke_person(person, vault_keys::directory::StopReason::Stolen);
    office.world.stop(vec![act], None);
    office.station(1).await.publish(&office.organisation(&[])).await.unwrap();
    // What was under way may still come; then it is over, and it does not begin again.
    while let Ok(news) = watch.next().await {
        assert!(news.is_some(), "cut off, not ended in good order");
    }
    assert!(client.watch().await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_watches_from_sixteen_places_at_most() {
    let office = Office::open().await;
    let client = office.station(3).await;
    let mut watches = Vec::new();
    for _ in 0..16 {
        watches.push(client.watch().await.unwrap());
    }
    let refused = client.watch().await.unwrap_err();
    assert!(matches!(&refused, ClientError::Refused { code, .. } if code == "relay-busy"), "{refused:?}");
    office.station(2).await.watch().await.unwrap();
    // A watch that is dropped gives its place back as soon as the relay hears of it.
    watches.pop();
    let again = async {
        while client.watch().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), again).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_root_ends_the_invitations_of_the_one_before() {
    let newcomer = Newcomer::new(1);
    let mut office = inviting(&[&newcomer]).await;
    let old = office.next_root();
    office.world.change(|_, _| {});
    let officer = office.station(1).await;
    officer.publish(&office.organisation(std::slice::from_ref(&old))).await.unwrap();
    let request = newcomer.request(&office, "韩梅");
    for _ in 0..2 {
        let refused = newcomer.dial(&office).await.request(&request).await.unwrap_err();
        assert!(matches!(refused, ClientError::StationRefused), "{refused:?}");
        office.stop().await;
        office.start().await;
    }
    // Signed again under the new root, the same codes admit.
    office.station(1).await.invite(&list(&office, &[&newcomer], 1)).await.unwrap();
    newcomer.dial(&office).await.request(&request).await.unwrap();
    let waiting = office.station(1).await.requests(&office.organisation(&[old])).await.unwrap();
    assert_eq!(waiting.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_with_malformed_oversized_or_further_requests() {
    let newcomer = Newcomer::new(1);
    let office = inviting(&[&newcomer]).await;
    let over = u32::try_from(KeyRequest::MAX + 1).unwrap().to_be_bytes();
    let raw = Raw::dial_as(&office, &newcomer.station).await;
    assert_eq!(raw.code(&[&head(Verb::Request), &over]).await, "frame-too-large");
    // One stream, whatever came in it.
    raw.connection.closed().await;
    let raw = Raw::dial_as(&office, &newcomer.station).await;
    let note = KeyRequest { note: b"no note".to_vec().into() };
    assert_eq!(raw.code(&[&head(Verb::Request), &encode(&note)]).await, "not-admitted");
    raw.hang_up().await;
    for verb in Verb::ALL.iter().filter(|verb| **verb != Verb::Request) {
        let raw = Raw::dial_as(&office, &newcomer.station).await;
        assert_eq!(raw.code(&[&head(*verb)]).await, "station-unknown", "{verb:?}");
        raw.hang_up().await;
    }
    newcomer.dial(&office).await.request(&newcomer.request(&office, "韩梅")).await.unwrap();
}

/// More requests than one listing shows were carried out lately: what waits behind them is shown all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_carried_out_hides_nothing_that_waits() {
    let newcomer = Newcomer::new(1);
    let mut office = inviting(&[&newcomer]).await;
    office.stop().await;
    let (world, member) = (&office.world, office.world.member(3));
    let carried_out = |number: u32| {
        let made = world.now().plus_seconds(-i64::from(number));
        let text = RequestText {
            tag: RequestType,
            org: world.root.org(),
            purpose: Purpose::Station,
            person: Some(member.person),
            invitation: None,
            name: String::new(),
            pinyin: String::new(),
            opening: None,
            signing: None,
            station: Some(Bytes(member.station.public())),
            made,
        };
        let secrets = Secrets { present: Some(&member.signing), ..Secrets::default() };
        let request = Request::sign(text, &secrets).unwrap();
        RequestRecord {
            hash: request.hash(),
            invitation: None,
            person: Some(member.person),
            note: request.signed().encode(),
            received: made,
        }
    };
    let database = Database::open(DataFolder::take(disk::own(), &office.config.data).unwrap()).unwrap();
    store::write::<_, StoreError>(&database, |transaction| {
        (1..=2_100).try_for_each(|number| transaction.put_request(&carried_out(number)))
    })
    .unwrap();
    drop(database);
    office.start().await;
    newcomer.dial(&office).await.request(&newcomer.request(&office, "韩梅")).await.unwrap();
    assert_eq!(waiting(&office).await, ["韩梅"]);
}
