//! Requests for leave at the relay: who is shown what of them, and who makes use of a leave.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::deciding::code;
use common::{Office, Sealed, state};
use vault_core::decision::{
    About, Act, Answer, DecisionNote, DecisionType, Parameters, Request, RequestFile, RequestType,
};
use vault_core::item::{Decider, DirectoryRef, LabelHash, Parent, Sender};
use vault_core::register::event::EventKind;
use vault_core::scope::Ascending;
use vault_keys::digest::NoteHash;
use vault_keys::note::{KeyName, Signed};
use vault_keys::numbers::Holder;

/// A request by this person about these items, changed before he signs it.
fn request(
    office: &Office,
    (by, act): (u32, Act),
    items: &[&Sealed],
    change: impl FnOnce(&mut Request),
) -> Signed<Request> {
    let (world, now) = (&office.world, office.world.now());
    let (member, directory) = (world.member(by), world.directory());
    let policy = world.policies.last().unwrap().value();
    let deciders = policy.act(act).iter().map(|step| Decider {
        step: step.step.clone(),
        role: step.role.clone(),
        asked: Ascending::of([world.member(if step.role.as_str() == "reviewer" { 8 } else { 9 }).person]),
    });
    let mut text = Request {
        tag: RequestType,
        org: directory.org(),
        act,
        items: items.iter().map(|it| Parent { item: it.label().item, label: it.hash() }).collect(),
        copies: Ascending::empty(),
        holders: Ascending::empty(),
        custodian: None,
        parameters: Parameters::default(),
        level: items.iter().map(|it| it.label().level).max().unwrap(),
        unit: "u1".parse().unwrap(),
        requester: Sender { person: member.person, key: member.signing.key_id() },
        station: member.station.key_id(),
        reason: None,
        deciders: deciders.collect(),
        policy: directory.policy(),
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        made: now,
        decide_by: now.plus_days(7),
        not_after: now.plus_days(14),
    };
    change(&mut text);
    let name = KeyName::person(&text.org, member.person);
    Signed::sign(text, &name, &member.signing).unwrap()
}

/// A person's answer at a step, so many seconds from now by his clock.
fn answer(
    office: &Office,
    request: &Signed<Request>,
    (by, step, answer): (u32, &str, Answer),
    previous: Option<NoteHash>,
    later: i64,
) -> Signed<DecisionNote> {
    let (member, directory) = (office.world.member(by), office.world.directory());
    let note = DecisionNote {
        tag: DecisionType,
        org: directory.org(),
        about: About::request(request.hash()),
        step: step.parse().unwrap(),
        person: member.person,
        key: member.signing.key_id(),
        station: member.station.key_id(),
        principal: None,
        answer,
        opened: false,
        previous,
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        made: office.world.now().plus_seconds(later),
        not_after: None,
        opinion: None,
    };
    let name = KeyName::person(&directory.org(), member.person);
    Signed::sign(note, &name, &member.signing).unwrap()
}

/// p8 reviews, p9 approves.
async fn decide(office: &Office, request: &Signed<Request>) {
    let reviewed = answer(office, request, (8, "review", Answer::Agree), None, 0);
    office.station(8).await.respond(&reviewed).await.unwrap();
    let approved = answer(office, request, (9, "approval", Answer::Agree), Some(reviewed.hash()), 0);
    office.station(9).await.respond(&approved).await.unwrap();
}

async fn shown(office: &Office, number: u32) -> Vec<RequestFile> {
    office.station(number).await.asked(office.world.directory().org()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notice_shows_a_holder_the_labels_of_his_items_and_of_no_other() {
    let office = Office::with_deciders().await;
    let mine = office.seal(1, b"one", &[office.holder(3)]);
    let other = office.seal(2, b"two", &[office.holder(4)]);
    for sealed in [&mine, &other] {
        sealed.submit(&office.station(1).await).await;
    }
    let asked = request(&office, (1, Act::Declassify), &[&mine, &other], |_| {});
    office.station(1).await.ask(&asked).await.unwrap();
    decide(&office, &asked).await;
    let labels = |files: &[RequestFile]| -> Vec<LabelHash> {
        let [file] = files else { panic!("{} requests", files.len()) };
        file.labels.iter().map(|label| LabelHash::of_note(label.hash())).collect()
    };
    assert_eq!(labels(&shown(&office, 3).await), [mine.hash()]);
    assert_eq!(labels(&shown(&office, 4).await), [other.hash()]);
    // Who asked and who decides see what they ask and decide about.
    for number in [1, 8, 9] {
        assert_eq!(labels(&shown(&office, number).await).len(), 2, "p{number}");
    }
    assert!(shown(&office, 5).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_leave_is_used_by_whom_it_was_given_for_what_it_was_given() {
    let office = Office::with_deciders().await;
    let sealed = office.seal(1, b"content", &[office.holder(3), office.holder(4)]);
    sealed.submit(&office.station(1).await).await;
    let leave = |act: Act| {
        request(&office, (3, act), &[&sealed], |text| {
            text.unit = "u1".parse().unwrap();
            text.parameters.count = (act == Act::Copy).then_some(1);
            text.holders = if act == Act::Copy {
                Ascending::of([Holder::Person(office.world.member(4).person)])
            } else {
                Ascending::empty()
            };
        })
    };
    let copy = leave(Act::Copy);
    let (reader, colleague) = (office.station(3).await, office.station(4).await);
    reader.ask(&copy).await.unwrap();
    let cites = |number: u32, copy_no: u32, kind, hash| {
        state(&office.world, office.world.member(number), &sealed, kind, |event| {
            (event.copy, event.approval) = (Some(copy_no), Some(hash));
            event.to = (kind == EventKind::Copied).then(|| office.holder(4));
        })
    };
    let copied = cites(3, 1, EventKind::Copied, copy.hash());
    assert_eq!(code(reader.statement(&copied).await), "leave-undecided");
    let agreed = answer(&office, &copy, (9, "approval", Answer::Agree), None, 0);
    office.station(9).await.respond(&agreed).await.unwrap();
    // Somebody else neither uses it nor uses it up, whatever he calls what he did.
    let foreign = cites(4, 2, EventKind::Copied, copy.hash());
    assert_eq!(code(colleague.statement(&foreign).await), "leave-other");
    let opened = cites(4, 2, EventKind::Opened, copy.hash());
    assert_eq!(code(colleague.statement(&opened).await), "leave-other");
    // What recovery gave back names a request of another kind; named there, a leave is not used up either.
    colleague.statement(&cites(4, 2, EventKind::Recovered, copy.hash())).await.unwrap();
    // Nor does it serve for another act.
    assert_eq!(code(reader.statement(&cites(3, 1, EventKind::Exported, copy.hash())).await), "leave-other");
    // Done too late, by what its doer says.
    let late = state(&office.world, office.world.member(3), &sealed, EventKind::Copied, |event| {
        (event.approval, event.to) = (Some(copy.hash()), Some(office.holder(4)));
        event.time = copy.value().not_after.plus_seconds(1);
    });
    office.clock.forward(15 * 24 * 3600);
    assert_eq!(code(reader.statement(&late).await), "leave-expired");
    // What was done in time is entered whenever it is told.
    reader.statement(&copied).await.unwrap();
    let again = state(&office.world, office.world.member(3), &sealed, EventKind::Copied, |event| {
        (event.approval, event.to) = (Some(copy.hash()), Some(office.holder(4)));
        event.time = event.time.plus_seconds(60);
    });
    assert_eq!(code(reader.statement(&again).await), "leave-used");
    // One that was decided by file stands here nowhere: what is said of it is entered.
    reader.statement(&cites(3, 1, EventKind::Copied, NoteHash::from_bytes([7; 32]))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_nobody_answered_in_time_wait_no_more() {
    let office = Office::with_deciders().await;
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    sealed.submit(&office.station(1).await).await;
    let asker = office.station(1).await;
    let asks = |seconds: i64| {
        request(&office, (1, Act::Declassify), &[&sealed], |text| {
            text.decide_by = text.decide_by.plus_seconds(seconds);
            text.not_after = text.not_after.max(text.decide_by);
        })
    };
    for turn in 0..200 {
        asker.ask(&asks(turn)).await.unwrap();
    }
    assert_eq!(code(asker.ask(&asks(200)).await), "requests-full");
    let day = 24 * 3600;
    office.clock.forward(8 * day);
    assert_eq!(code(asker.ask(&asks(2 * day)).await), "requests-full");
    office.clock.forward(23 * day);
    let later = asks(25 * day);
    asker.ask(&later).await.unwrap();
    // Who is asked finds what waits for him, however many came since that wait no more.
    assert!(shown(&office, 9).await.iter().any(|file| file.request.hash() == later.hash()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_no_request_file_would_hold_are_not_taken() {
    let office = Office::with_deciders().await;
    let sealed = office.seal(1, b"content", &[office.holder(3)]);
    sealed.submit(&office.station(1).await).await;
    let asked = request(&office, (1, Act::Declassify), &[&sealed], |_| {});
    office.station(1).await.ask(&asked).await.unwrap();
    let (reviewer, approver) = (office.station(8).await, office.station(9).await);
    let (mut last, mut refused) = (None, None);
    for turn in 0..200 {
        let agree = answer(&office, &asked, (8, "review", Answer::Agree), None, turn * 2 - 200);
        let back = (8, "review", Answer::Withdraw);
        let withdraw = answer(&office, &asked, back, Some(agree.hash()), turn * 2 - 199);
        reviewer.respond(&agree).await.unwrap();
        last = Some(agree.hash());
        if let Err(error) = reviewer.respond(&withdraw).await {
            refused = Some(code::<()>(Err(error)));
            break;
        }
    }
    assert_eq!(refused.as_deref(), Some("statements-full"));
    // Everybody still reads it, and the next ends it.
    assert!(shown(&office, 1).await[0].decisions.len() > 200);
    let refuse = answer(&office, &asked, (9, "approval", Answer::Refuse), last, 0);
    assert_eq!(approver.respond(&refuse).await.unwrap().1, "refused");
    assert_eq!(shown(&office, 1).await.len(), 1);
}
