//! Who decides at a relay in which capacity, what is counted, and hostile bytes.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::deciding::{
    code, completing, decide, decision, draft, proposed, proposed_as, release, review, sign, signed,
};
use common::raw::{Raw, data, encode, head};
use common::{Office, Sealed, demand, fetch, payload, state};
use std::sync::Arc;
use vault_core::decision::{
    Act, Answer, DECISION_MAX, DecisionNote, Opinion, Parameters, Request, RequestType,
};
use vault_core::item::{Decider, DirectoryRef, Sender};
use vault_core::policy::Policy;
use vault_core::register::event::EventKind;
use vault_core::scope::Ascending;
use vault_core::transfer::copy::CopyState;
use vault_core::transfer::item::ItemState;
use vault_keys::bytes::{ByteString, Bytes};
use vault_keys::directory::{Deputy, Role};
use vault_keys::note::{KeyName, Note, Signed};
use vault_relay::client::{ClientError, Folder, Transfer};
use vault_relay::proto::frame::Message as _;
use vault_relay::proto::message::{Decide, Verb};

const AGREE: Answer = Answer::Agree;

/// Names p2 as deputy of p8, the reviewer, for a while.
async fn name_deputy(office: &mut Office, to: &str) {
    let deputy = Deputy {
        role: Role::Reviewer,
        person: office.world.member(2).person,
        from: "2026-11-01".parse().unwrap(),
        to: to.parse().unwrap(),
    };
    office.world.change(|persons, _| {
        let entry = persons.iter_mut().find(|entry| entry.number.value() == 8).unwrap();
        entry.deputies = vec![deputy];
    });
    office.publish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deputy_in_force_decides_and_outside_his_dates_sees_nothing() {
    let mut office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    let deputy = office.station(2).await;
    assert_eq!(deputy.list(Folder::Deciding, 0).await.unwrap().items.len(), 0);
    // Named after the item was sealed: he has no wrap, and may decide all the same.
    name_deputy(&mut office, "2026-11-22").await;
    assert_eq!(deputy.list(Folder::Deciding, 0).await.unwrap().items.len(), 1);
    let chain = deputy.header(sealed.hash()).await.unwrap().chain(&deputy).unwrap();
    let own = decision(&office, &sealed, &chain, (2, "review", AGREE));
    assert_eq!(code(deputy.decide(sealed.hash(), &sign(&office, own.clone()), None).await), "decider-role");
    // 08:00 UTC is 16:00 in UTC+8: eight hours later it is the next day there.
    office.clock.forward(8 * 3600);
    let principal = Some(office.world.member(8).person);
    let late = sign(&office, DecisionNote { principal, ..own.clone() });
    assert_eq!(deputy.list(Folder::Deciding, 0).await.unwrap().items.len(), 0);
    assert_eq!(code(deputy.decide(sealed.hash(), &late, None).await), "no-such-item");
    office.clock.set(-1);
    deputy.decide(sealed.hash(), &late, None).await.unwrap();
    // p10 stands for the approver and was wrapped to when it was sealed: he releases it.
    let approver = office.station(10).await;
    let shown = approver.header(sealed.hash()).await.unwrap();
    let chain = shown.chain(&approver).unwrap();
    let note = decision(&office, &sealed, &chain, (10, "approval", AGREE));
    let principal = Some(office.world.member(9).person);
    let note = sign(&office, DecisionNote { principal, ..note });
    let notes: Vec<Note> =
        chain.decisions().iter().map(|one| &one.note).chain([&note]).map(|one| one.note().clone()).collect();
    let header = common::deciding::finished(&office, 10, &shown.header, notes);
    let done = approver.decide(sealed.hash(), &note, Some(&header)).await.unwrap();
    assert_eq!(done.state, ItemState::Released);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_decides_and_holds_a_copy_receives_it() {
    let office = Office::with_deciders().await;
    let unit = vault_core::test_world::unit_no(2).into();
    let mut draft = draft(&office.world, &[9], &[9]);
    draft.copies.push(unit);
    draft.scope = Ascending::of(draft.copies.iter().copied());
    let sealed = proposed_as(&office, &draft).await;
    // Before release the clerk of the unit is a stranger.
    assert_eq!(code(office.station(4).await.header(sealed.hash()).await), "no-such-item");
    release(&office, &sealed).await;
    for number in [9, 4] {
        let (client, member) = (office.station(number).await, office.world.member(number));
        assert_eq!(client.list(Folder::In, 0).await.unwrap().items.len(), 1, "p{number}");
        let shown = client.header(sealed.hash()).await.unwrap();
        shown.chain(&client).unwrap().released().unwrap();
        let copy = if number == 9 { 1 } else { 2 };
        let note = state(&office.world, member, &sealed, EventKind::Demanded, |event| {
            (event.copy, event.access) = (Some(copy), Some(shown.access));
        });
        let leaf = client.demand(&note).await.unwrap().leaf.leaf.hash();
        assert!(fetch(&client, &sealed, leaf, 0).await.unwrap() == sealed.content);
        let note = state(&office.world, member, &sealed, EventKind::Received, |event| {
            (event.copy, event.access, event.refers) = (Some(copy), Some(shown.access), Some(leaf));
        });
        client.receipt(&note).await.unwrap();
    }
    let status = office.station(1).await.status(sealed.hash()).await.unwrap();
    assert!(status.copies.iter().all(|copy| copy.state == CopyState::Received));
    // Looking again needs no second leaf; a decider who holds nothing may look too.
    let before = status.evidence.len();
    office.station(9).await.header(sealed.hash()).await.unwrap();
    office.station(8).await.header(sealed.hash()).await.unwrap();
    office.station(8).await.header(sealed.hash()).await.unwrap();
    let after = office.station(1).await.status(sealed.hash()).await.unwrap().evidence.len();
    assert_eq!(after, before + 1, "the reviewer is shown the released header once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_of_one_decider_leave_room_for_another() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    let reviewer = office.station(8).await;
    let member = office.world.member(8);
    let said = |kind, second| {
        state(&office.world, member, &sealed, kind, |event| {
            (event.copy, event.time) = (None, event.time.plus_seconds(second));
        })
    };
    for second in 0..63 {
        reviewer.demand(&said(EventKind::Review, second)).await.unwrap();
    }
    reviewer.statement(&said(EventKind::Opened, 0)).await.unwrap();
    assert_eq!(code(reviewer.demand(&said(EventKind::Review, 99)).await), "statements-full");
    assert_eq!(code(reviewer.statement(&said(EventKind::Damaged, 0)).await), "statements-full");
    let other = office.world.member(9);
    let approver = office.station(9).await;
    approver.demand(&review(&office, other, &sealed)).await.unwrap();
    // What is a holder's to say is not a decider's.
    let exported = state(&office.world, other, &sealed, EventKind::Exported, |event| event.copy = None);
    assert_eq!(code(approver.statement(&exported).await), "statement-kind");
    let demanded = demand(&office.world, other, &sealed);
    assert_eq!(code(approver.demand(&demanded).await), "statement-mismatch");
    // The chain holds, whatever was said between.
    decide(&office, &sealed, (8, "review", AGREE)).await.unwrap();
    assert_eq!(approver.header(sealed.hash()).await.unwrap().chain(&approver).unwrap().decisions().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decisions_that_would_fit_no_header() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    let reviewer = office.station(8).await;
    // Agreed and taken back, with the longest opinion, again and again.
    let opinion = Opinion { salt: Some(Bytes([1; 16])), hash: None, sealed: ByteString(vec![2; 4096 + 16]) };
    let say = async |answer: Answer, second: i64| {
        let chain = reviewer.header(sealed.hash()).await.unwrap().chain(&reviewer).unwrap();
        let note = decision(&office, &sealed, &chain, (8, "review", answer));
        let (made, opinion) = (note.made.plus_seconds(second), Some(opinion.clone()));
        let note = sign(&office, DecisionNote { made, opinion, ..note });
        reviewer.decide(sealed.hash(), &note, None).await
    };
    let mut taken = 0_u32;
    let refused = loop {
        let answer = if taken.is_multiple_of(2) { AGREE } else { Answer::Withdraw };
        match say(answer, taken.into()).await {
            Ok(_) => taken += 1,
            refused => break code(refused),
        }
        assert!(taken < 100);
    };
    assert_eq!(refused, "statements-full");
    assert!(taken > 30, "{taken}");
    // A refusal is always taken; the matter can end.
    let last = if taken.is_multiple_of(2) { (8, "review") } else { (9, "approval") };
    let ended = decide(&office, &sealed, (last.0, last.1, Answer::Refuse)).await.unwrap();
    assert_eq!(ended.state, ItemState::Refused);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn header_of_another_manifest() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    decide(&office, &sealed, (8, "review", AGREE)).await.unwrap();
    let approver = office.station(9).await;
    let (note, header) = completing(&office, &sealed, &approver, (9, "approval", AGREE)).await;
    let mut bytes = header.bytes().to_vec();
    let place = bytes.windows(17).position(|at| at == b"-> vault-manifest").unwrap();
    let body = place + bytes[place..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
    bytes[body] = if bytes[body] == b'A' { b'B' } else { b'A' };
    let decide = Decide {
        label: (*sealed.hash().as_bytes()).into(),
        note: note.encode().into(),
        header: Some(bytes.into()),
    };
    let raw = Raw::dial_as(&office, &office.world.member(9).station).await;
    assert_eq!(raw.code(&[&head(Verb::Decide), &encode(&decide)]).await, "other-manifest");
    assert_eq!(approver.status(sealed.hash()).await.unwrap().state, ItemState::Proposed);
    approver.decide(sealed.hash(), &note, Some(&header)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_larger_than_its_limit_or_no_decision() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    let reviewer = office.station(8).await;
    let honest = signed(&office, &sealed, &reviewer, (8, "review", AGREE)).await;
    let raw = Raw::dial_as(&office, &office.world.member(8).station).await;
    let say = async |note: Vec<u8>| {
        let label = (*sealed.hash().as_bytes()).into();
        raw.code(&[&head(Verb::Decide), &encode(&Decide { label, note: note.into(), header: None })]).await
    };
    // Signature lines of nobody, until it is too long.
    let mut long = honest.encode();
    let line = long[long.windows(2).position(|at| at == b"\n\n").unwrap() + 2..].to_vec();
    while long.len() <= DECISION_MAX {
        long.extend_from_slice(&line);
    }
    assert_eq!(say(long).await, "statement-form");
    assert_eq!(say(review(&office, office.world.member(8), &sealed).encode()).await, "statement-form");
    assert_eq!(say(sealed.item.header.label().encode()).await, "statement-form");
    assert_eq!(say(Vec::new()).await, "statement-form");
    let frame = data(&vec![0; Decide::MAX + 1]);
    assert_eq!(raw.code(&[&head(Verb::Decide), &frame]).await, "frame-too-large");
    assert_eq!(reviewer.status(sealed.hash()).await.unwrap().state, ItemState::Proposed);
    reviewer.decide(sealed.hash(), &honest, None).await.unwrap();
}

/// A standing approval of u1 for sending to p3 so many times, asked for by p2 and agreed to by p9.
fn standing(office: &Office, count: u32) -> (Signed<Request>, Vec<Note>) {
    let (world, directory) = (&office.world, office.world.directory());
    let (asks, approves) = (world.member(2), world.member(9));
    let (org, now) = (directory.org(), world.now());
    let named = DirectoryRef { version: directory.number(), hash: directory.hash() };
    let steps = world.policies.last().unwrap().value().act(Act::Standing);
    let request = Request {
        tag: RequestType,
        org,
        act: Act::Standing,
        items: Vec::new(),
        copies: Ascending::empty(),
        holders: Ascending::of([world.member(3).holder()]),
        custodian: None,
        parameters: Parameters { count: Some(count), ..Parameters::default() },
        level: vault_core::level::Level::Internal,
        unit: "u1".parse().unwrap(),
        requester: Sender { person: asks.person, key: asks.signing.key_id() },
        station: asks.station.key_id(),
        reason: None,
        deciders: steps
            .iter()
            .map(|step| Decider {
                step: step.step.clone(),
                role: step.role.clone(),
                asked: Ascending::of([approves.person]),
            })
            .collect(),
        policy: directory.policy(),
        directory: named,
        made: now,
        decide_by: now.plus_days(7),
        not_after: now.plus_days(60),
    };
    let request = Signed::sign(request, &KeyName::person(&org, asks.person), &asks.signing).unwrap();
    let agreed = DecisionNote {
        tag: vault_core::decision::DecisionType,
        org,
        about: vault_core::decision::About::request(request.hash()),
        step: request.value().deciders[0].step.clone(),
        person: approves.person,
        key: approves.signing.key_id(),
        station: approves.station.key_id(),
        principal: None,
        answer: AGREE,
        opened: true,
        previous: None,
        directory: named,
        made: now,
        not_after: None,
        opinion: None,
    };
    let agreed = sign(office, agreed);
    let notes = vec![request.note().clone(), agreed.note().clone()];
    (request, notes)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standing_approval_used_more_often_than_it_says() {
    let mut office = Office::with_deciders().await;
    let mut policy = Policy::standard(office.world.directory().org());
    policy.number = 2;
    office.world.change_policy(policy);
    office.publish().await;
    let (approval, notes) = standing(&office, 2);
    let mut draft = office.world.draft(&[3]);
    (draft.standing, draft.notes) = (Some(approval.hash()), notes);
    let items: Vec<Sealed> = (1..=4).map(|seed| office.seal_draft(seed, b"content", &draft)).collect();
    let sender = office.station(1).await;
    items[0].submit(&sender).await;
    // Two at once for the one use that is left, and the first once more, which counts no second time.
    let submit = async |sealed: &Sealed| {
        let transfer = Arc::new(Transfer::default());
        sender.submit(sealed.hash(), sealed.header(), &payload(&sealed.content), &transfer).await
    };
    let (first, second, again) = tokio::join!(submit(&items[1]), submit(&items[2]), submit(&items[0]));
    again.unwrap();
    let won = match (first, second) {
        (Ok(won), Err(ClientError::Refused { code, .. }))
        | (Err(ClientError::Refused { code, .. }), Ok(won)) => {
            assert_eq!(code, "standing-used-up");
            won
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(code(submit(&items[3]).await), "standing-used-up");
    let released = won.evidence.iter().filter_map(|one| one.leaf.leaf.event());
    let released = released.into_iter().find(|event| event.kind == EventKind::Released).unwrap();
    assert_eq!((released.approval, released.use_no), (Some(approval.hash()), Some(2)));
    let label = released.label.unwrap();
    // The reader holds the number against the approval.
    let chain = sender.chain(label, &won.evidence).unwrap();
    assert_eq!(chain.released().unwrap().use_no, Some(2));
}
