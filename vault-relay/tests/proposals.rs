//! Items that wait for decision: who sees them, what decides, and how their waiting ends.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use common::deciding::{
    code, completing, course, decide, decision, draft, finished, proposed, proposed_as, release, review,
    sign, signed,
};
use common::{Office, Sealed, demand, fetch, files_below, state};
use vault_core::admission::Reader;
use vault_core::decision::{About, Answer, Chain, ChainError, DecisionNote};
use vault_core::item::build::{NewWraps, Place, Wrap, Writer, rewrap};
use vault_core::item::{DirectoryRef, ItemHeader, Right};
use vault_core::opening::AdmittedItem;
use vault_core::policy::{Policy, Step};
use vault_core::register::event::EventKind;
use vault_core::test_world::SeededRng;
use vault_core::transfer::copy::CopyState;
use vault_core::transfer::item::ItemState;
use vault_keys::directory::{PersonState, StopAct, StopKind, StopReason};
use vault_keys::note::{KeyName, Signed};
use vault_relay::client::{Client, ClientError, Evidence, Folder};

const AGREE: Answer = Answer::Agree;

async fn listed(client: &Client, folder: Folder) -> usize {
    client.list(folder, 0).await.unwrap().items.len()
}

fn kinds(evidence: &[Evidence]) -> Vec<String> {
    let word = |one: &Evidence| match one.leaf.leaf.event() {
        Some(event) => event.kind.word().to_owned(),
        None => {
            let signed = one.leaf.leaf.signed::<vault_core::register::event::Event>();
            signed.map_or_else(|_| "note".to_owned(), |note| note.value().kind.word().to_owned())
        }
    };
    evidence.iter().map(word).collect()
}

fn stored_parts(office: &Office) -> usize {
    files_below(&office.config.data.join("parts"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decider_who_is_not_cleared_any_more_is_served_nothing() {
    let mut office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    let reviewer = office.station(8).await;
    let note = review(&office, office.world.member(8), &sealed);
    let leaf = reviewer.demand(&note).await.unwrap().leaf.leaf.hash();
    let p8 = office.world.member(8).person;
    office.world.change(|persons, _| {
        let entry = persons.iter_mut().find(|person| person.number == p8);
        entry.unwrap().clearance = vault_keys::directory::Clearance::Internal;
    });
    office.publish().await;
    assert_eq!(code(reviewer.header(sealed.hash()).await), "decider-clearance");
    assert_eq!(code(fetch(&reviewer, &sealed, leaf, 0).await), "decider-clearance");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proposed_item_is_held_and_nobody_but_its_deciders_sees_it() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    let sender = office.station(1).await;
    let status = sender.status(sealed.hash()).await.unwrap();
    assert_eq!((status.state, status.copies.len()), (ItemState::Proposed, 0));
    assert_eq!(kinds(&status.evidence), ["note", "accepted"]);
    assert_eq!(sender.list(Folder::Sent, 0).await.unwrap().items[0].state, ItemState::Proposed);
    // Reviewer, approver, and the approver's deputy of today.
    for number in [8, 9, 10] {
        let decider = office.station(number).await;
        assert_eq!(listed(&decider, Folder::Deciding).await, 1, "p{number}");
        let shown = decider.header(sealed.hash()).await.unwrap();
        assert_eq!(shown.header.bytes(), sealed.header());
        shown.chain(&decider).unwrap();
    }
    // Its recipient, the sender's colleague, and somebody who holds both roles but was not asked.
    for number in [2, 3, 11] {
        let stranger = office.station(number).await;
        for folder in Folder::ALL {
            assert_eq!(listed(&stranger, folder).await, 0, "p{number}");
        }
        assert_eq!(code(stranger.header(sealed.hash()).await), "no-such-item");
        assert_eq!(code(stranger.status(sealed.hash()).await), "no-such-item");
        let member = office.world.member(number);
        assert_eq!(code(stranger.demand(&demand(&office.world, member, &sealed)).await), "no-such-item");
        let note = sign(
            &office,
            decision(&office, &sealed, &chain_of_label(&office, &sealed).await, (number, "review", AGREE)),
        );
        assert_eq!(code(stranger.decide(sealed.hash(), &note, None).await), "no-such-item");
        assert_eq!(code(stranger.replace_header(sealed.hash(), sealed.header()).await), "no-such-item");
    }
}

/// The chain as the sender sees it.
async fn chain_of_label(office: &Office, sealed: &Sealed) -> Chain {
    let sender = office.station(1).await;
    sender.status(sealed.hash()).await.unwrap().chain(&sender, sealed.hash()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_completing_decision_releases() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    let first = decide(&office, &sealed, (8, "review", AGREE)).await.unwrap();
    assert_eq!(first.state, ItemState::Proposed);
    let approver = office.station(9).await;
    let (note, header) = completing(&office, &sealed, &approver, (9, "approval", AGREE)).await;
    assert_eq!(listed(&office.station(3).await, Folder::In).await, 0);
    let last = approver.decide(sealed.hash(), &note, Some(&header)).await.unwrap();
    assert_eq!(last.state, ItemState::Released);

    let reader = office.station(3).await;
    assert_eq!(listed(&reader, Folder::In).await, 1);
    assert_eq!(listed(&approver, Folder::Deciding).await, 0);
    let shown = reader.header(sealed.hash()).await.unwrap();
    assert_eq!(shown.header.bytes(), header.bytes());
    let chain = shown.chain(&reader).unwrap();
    assert_eq!(chain.decisions().len(), 2);
    assert_eq!(chain.released().unwrap().access, header.access_hash());
    assert!(course(sealed.label(), &chain).is_complete(&sealed.label().deciders));
    // The reader's own check, with the chain.
    let (entered, shelf) = (chain.entered(), office.world.shelf());
    let member = office.world.member(3);
    let keys = [member.opening.to_recipient().key_id()];
    let known = Reader { decisions: Some(&entered), ..Reader::new(&keys) };
    let now = office.world.now();
    let admitted = AdmittedItem::new(shown.header.clone(), &shelf.published(), known, now).unwrap();
    admitted.unlock(&[&member.opening]).unwrap();
    // Signed for, fetched, received.
    let access = Some(header.access_hash());
    let note = state(&office.world, member, &sealed, EventKind::Demanded, |event| event.access = access);
    let leaf = reader.demand(&note).await.unwrap().leaf.leaf.hash();
    assert!(fetch(&reader, &sealed, leaf, 0).await.unwrap() == sealed.content);
    let note = state(&office.world, member, &sealed, EventKind::Received, |event| {
        (event.access, event.refers) = (access, Some(leaf));
    });
    reader.receipt(&note).await.unwrap();
    let status = office.station(1).await.status(sealed.hash()).await.unwrap();
    assert_eq!((status.state, status.copies[0].state), (ItemState::Released, CopyState::Received));
    let expected = [
        "note",
        "accepted",
        "shown",
        "note",
        "shown",
        "note",
        "note",
        "released",
        "available",
        "shown",
        "demanded",
        "received",
        "removed",
    ];
    assert_eq!(kinds(&status.evidence), expected);
    let released = status.evidence[7].leaf.leaf.event().unwrap();
    assert_eq!(released.policy, Some(office.world.directory().policy()));
    assert_eq!(released.directory.unwrap().number, u64::from(office.world.directory().number()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_or_withdrawal_left_out_of_the_chain() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    let reviewer = office.station(8).await;
    decide(&office, &sealed, (8, "review", AGREE)).await.unwrap();
    decide(&office, &sealed, (8, "review", Answer::Withdraw)).await.unwrap();
    let chain = reviewer.header(sealed.hash()).await.unwrap().chain(&reviewer).unwrap();
    let again = decision(&office, &sealed, &chain, (8, "review", AGREE));
    let again = sign(&office, DecisionNote { made: again.made.plus_seconds(1), ..again });
    reviewer.decide(sealed.hash(), &again, None).await.unwrap();
    let approver = office.station(9).await;
    let (note, header) = completing(&office, &sealed, &approver, (9, "approval", AGREE)).await;
    approver.decide(sealed.hash(), &note, Some(&header)).await.unwrap();
    let reader = office.station(3).await;
    let evidence = reader.header(sealed.hash()).await.unwrap().evidence;
    assert_eq!(reader.chain(sealed.hash(), &evidence).unwrap().decisions().len(), 4);
    // Whichever leaf a relay leaves out up to the release, or puts elsewhere, the reader notices.
    let end = evidence
        .iter()
        .position(|one| one.leaf.leaf.event().is_some_and(|it| it.kind == EventKind::Released));
    for missing in 0..end.unwrap() {
        let mut shorter = evidence.clone();
        shorter.remove(missing);
        assert!(matches!(reader.chain(sealed.hash(), &shorter), Err(ClientError::Chain(_))), "{missing}");
        let mut swapped = evidence.clone();
        swapped.swap(missing, missing + 1);
        assert!(matches!(reader.chain(sealed.hash(), &swapped), Err(ClientError::Chain(_))), "{missing}");
    }
    // Nor is it the chain of another item.
    let other = office.seal(2, b"other", &[office.holder(3)]);
    let refused = reader.chain(other.hash(), &evidence).unwrap_err();
    assert!(matches!(refused, ClientError::Chain(ChainError::Beginning)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_leaves_a_decision_out_of_the_header() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    decide(&office, &sealed, (8, "review", AGREE)).await.unwrap();
    let approver = office.station(9).await;
    let note = signed(&office, &sealed, &approver, (9, "approval", AGREE)).await;
    let header = finished(&office, 9, &sealed.item.header, vec![note.note().clone()]);
    assert_eq!(code(approver.decide(sealed.hash(), &note, Some(&header)).await), "decision-left-out");
    // Neither was the decision stored.
    let status = approver.status(sealed.hash()).await.unwrap();
    assert_eq!(status.state, ItemState::Proposed);
    assert_eq!(status.chain(&approver, sealed.hash()).unwrap().decisions().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn header_needed() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    // A header beside a decision that completes nothing is not looked at.
    let reviewer = office.station(8).await;
    let note = signed(&office, &sealed, &reviewer, (8, "review", AGREE)).await;
    let other = office.seal(2, b"other", &[office.holder(3)]);
    reviewer.decide(sealed.hash(), &note, Some(&other.item.header)).await.unwrap();
    let approver = office.station(9).await;
    let (note, header) = completing(&office, &sealed, &approver, (9, "approval", AGREE)).await;
    assert_eq!(code(approver.decide(sealed.hash(), &note, None).await), "header-needed");
    let status = approver.status(sealed.hash()).await.unwrap();
    assert_eq!(status.chain(&approver, sealed.hash()).unwrap().decisions().len(), 1);
    // The header before release is none that releases.
    assert_eq!(
        code(approver.decide(sealed.hash(), &note, Some(&sealed.item.header)).await),
        "copy-without-row"
    );
    let done = approver.decide(sealed.hash(), &note, Some(&header)).await.unwrap();
    assert_eq!(done.state, ItemState::Released);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_completing_decisions_at_once() {
    let office = Office::with_deciders().await;
    let sealed = proposed_as(&office, &draft(&office.world, &[3], &[9, 11])).await;
    decide(&office, &sealed, (8, "review", AGREE)).await.unwrap();
    let (one, other) = (office.station(9).await, office.station(11).await);
    let (first, first_header) = completing(&office, &sealed, &one, (9, "approval", AGREE)).await;
    let (second, second_header) = completing(&office, &sealed, &other, (11, "approval", AGREE)).await;
    let both = tokio::join!(
        one.decide(sealed.hash(), &first, Some(&first_header)),
        other.decide(sealed.hash(), &second, Some(&second_header)),
    );
    let lost = match both {
        (Ok(won), Err(lost)) | (Err(lost), Ok(won)) => {
            assert_eq!(won.state, ItemState::Released);
            lost
        }
        other => panic!("{other:?}"),
    };
    let ClientError::Refused { code, reason, .. } = lost else { panic!("{lost:?}") };
    assert_eq!(code, "decision-order");
    assert!(reason.contains("released"), "{reason}");
    let status = office.station(1).await.status(sealed.hash()).await.unwrap();
    assert_eq!(kinds(&status.evidence).iter().filter(|kind| *kind == "available").count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_ends_it() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    assert_eq!(stored_parts(&office), 1);
    let refused = decide(&office, &sealed, (8, "review", Answer::Refuse)).await.unwrap();
    assert_eq!(refused.state, ItemState::Refused);
    assert_eq!(stored_parts(&office), 0);
    let (reviewer, approver) = (office.station(8).await, office.station(9).await);
    assert_eq!(listed(&approver, Folder::Deciding).await, 0);
    let chain = chain_of_label(&office, &sealed).await;
    let late = DecisionNote { previous: None, ..decision_after(&office, &sealed, (9, "approval", AGREE)) };
    assert_eq!(code(approver.decide(sealed.hash(), &sign(&office, late), None).await), "decision-refused");
    assert_eq!(code(reviewer.header(sealed.hash()).await), "item-state");
    assert_eq!(code(reviewer.demand(&review(&office, office.world.member(8), &sealed)).await), "item-state");
    // The sender sees who, and reads why: the opinion opens with his own copy.
    assert_eq!(chain.decisions().last().unwrap().note.value().answer, Answer::Refuse);
    let sender = office.station(1).await;
    sender.header(sealed.hash()).await.unwrap();
    let status = sender.status(sealed.hash()).await.unwrap();
    assert_eq!(kinds(&status.evidence)[..5], ["note", "accepted", "shown", "note", "removed"]);
    assert_eq!(code(sender.replace_header(sealed.hash(), sealed.header()).await), "item-state");
}

/// A decision that rests on nothing.
fn decision_after(office: &Office, sealed: &Sealed, what: (u32, &str, Answer)) -> DecisionNote {
    let (member, directory) = (office.world.member(what.0), office.world.directory());
    DecisionNote {
        tag: vault_core::decision::DecisionType,
        org: sealed.label().org,
        about: About::label(sealed.hash()),
        step: what.1.parse().unwrap(),
        person: member.person,
        key: member.signing.key_id(),
        station: member.station.key_id(),
        principal: None,
        answer: what.2,
        opened: true,
        previous: None,
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        made: office.world.now(),
        not_after: None,
        opinion: None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn withdrawn_by_its_sender() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    decide(&office, &sealed, (8, "review", AGREE)).await.unwrap();
    let withdrawn = |number: u32| {
        state(&office.world, office.world.member(number), &sealed, EventKind::Withdrawn, |event| {
            event.copy = None;
        })
    };
    let approver = office.station(9).await;
    let (note, header) = completing(&office, &sealed, &approver, (9, "approval", AGREE)).await;
    assert_eq!(code(approver.statement(&withdrawn(9)).await), "statement-kind");
    let sender = office.station(1).await;
    let evidence = sender.statement(&withdrawn(1)).await.unwrap();
    // The same again: same leaf.
    assert_eq!(sender.statement(&withdrawn(1)).await.unwrap().leaf.leaf, evidence.leaf.leaf);
    assert_eq!(stored_parts(&office), 0);
    assert_eq!(sender.status(sealed.hash()).await.unwrap().state, ItemState::Withdrawn);
    assert_eq!(code(approver.decide(sealed.hash(), &note, Some(&header)).await), "item-state");
    assert_eq!(code(approver.header(sealed.hash()).await), "item-state");
    assert_eq!(code(office.station(3).await.header(sealed.hash()).await), "no-such-item");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_released_is_not_withdrawn() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    release(&office, &sealed).await;
    let member = office.world.member(1);
    let note = state(&office.world, member, &sealed, EventKind::Withdrawn, |event| event.copy = None);
    assert_eq!(code(office.station(1).await.statement(&note).await), "item-state");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decide_by_passed() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    let reviewer = office.station(8).await;
    let note = signed(&office, &sealed, &reviewer, (8, "review", AGREE)).await;
    let demanded = reviewer.demand(&review(&office, office.world.member(8), &sealed)).await.unwrap();
    let leaf = demanded.leaf.leaf.hash();
    let by = sealed.label().decide_by.unwrap();
    office.clock.forward(by.seconds_since(office.world.now()) + 1);
    // Before the relay has gone through its list, and after.
    for state in [ItemState::Proposed, ItemState::Lapsed] {
        assert_eq!(reviewer.status(sealed.hash()).await.unwrap().state, state);
        assert_eq!(code(reviewer.decide(sealed.hash(), &note, None).await), "decide-by-passed", "{state:?}");
        assert_eq!(code(reviewer.header(sealed.hash()).await), "decide-by-passed", "{state:?}");
        assert_eq!(code(fetch(&reviewer, &sealed, leaf, 0).await), "decide-by-passed", "{state:?}");
        office.relay.as_ref().unwrap().upkeep_now().await;
    }
    let status = office.station(1).await.status(sealed.hash()).await.unwrap();
    assert_eq!(kinds(&status.evidence), ["note", "accepted", "shown", "review", "lapsed", "removed"]);
    assert_eq!(stored_parts(&office), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_stopped_between_proposal_and_release_is_withheld_and_the_sender_sees_it() {
    let mut office = Office::with_deciders().await;
    let sealed = proposed_as(&office, &draft(&office.world, &[3, 4], &[9])).await;
    decide(&office, &sealed, (8, "review", AGREE)).await.unwrap();
    office.world.change(|persons, _| persons[2].state = PersonState::Suspended);
    office.publish().await;
    let approver = office.station(9).await;
    let (note, header) = completing(&office, &sealed, &approver, (9, "approval", AGREE)).await;
    approver.decide(sealed.hash(), &note, Some(&header)).await.unwrap();
    let status = office.station(1).await.status(sealed.hash()).await.unwrap();
    let states: Vec<_> = status.copies.iter().map(|copy| (copy.no, copy.state, copy.number)).collect();
    assert_eq!(states, [(1, CopyState::Withheld, 1), (2, CopyState::Available, 1)]);
    assert!(kinds(&status.evidence).contains(&"withheld".to_owned()));
    // Back in office he sees that something was withheld, and gets nothing.
    office.world.change(|persons, _| persons[2].state = PersonState::Active);
    office.publish().await;
    let reader = office.station(3).await;
    assert_eq!(reader.list(Folder::In, 0).await.unwrap().items[0].copies[0].state, CopyState::Withheld);
    assert_eq!(code(reader.header(sealed.hash()).await), "copy-state");
    let member = office.world.member(3);
    let access = Some(header.access_hash());
    let note = state(&office.world, member, &sealed, EventKind::Demanded, |event| event.access = access);
    assert_eq!(code(reader.demand(&note).await), "copy-state");
}

fn stop(office: &mut Office, number: u32) {
    let member = office.world.member(number);
    let act = StopAct {
        kind: StopKind::Revoke,
        person: member.person,
        key: Some(member.signing.key_id()),
        since: None,
        stop: 1,
        reason: StopReason::Lost,
    };
    office.world.stop(vec![act], None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decider_stopped_before_his_decision() {
    let mut office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    let reviewer = office.station(8).await;
    let note = signed(&office, &sealed, &reviewer, (8, "review", AGREE)).await;
    stop(&mut office, 8);
    office.publish().await;
    assert_eq!(code(reviewer.decide(sealed.hash(), &note, None).await), "decision-signature");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decider_stopped_after_his_decision() {
    let mut office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    decide(&office, &sealed, (8, "review", AGREE)).await.unwrap();
    stop(&mut office, 8);
    office.publish().await;
    let approver = office.station(9).await;
    let (note, header) = completing(&office, &sealed, &approver, (9, "approval", AGREE)).await;
    let released = approver.decide(sealed.hash(), &note, Some(&header)).await.unwrap();
    assert_eq!(released.state, ItemState::Released);
    let status = approver.status(sealed.hash()).await.unwrap();
    let leaf = status.evidence.iter().filter_map(|one| one.leaf.leaf.event());
    let leaf = leaf.into_iter().find(|event| event.kind == EventKind::Released).unwrap();
    assert_eq!(leaf.stop.unwrap().number, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn policy_changed_between_proposal_and_release() {
    let mut office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    decide(&office, &sealed, (8, "review", AGREE)).await.unwrap();
    // From now on a second review is demanded.
    let mut policy = Policy::internal_without_decision(sealed.label().org);
    policy.number = 2;
    let mut rule = policy.level(sealed.label().level).clone();
    let more = Step { step: "second-review".parse().unwrap(), ..rule.steps[0].clone() };
    rule.steps.insert(1, more);
    office.world.change_policy(policy.with(rule));
    office.publish().await;
    let approver = office.station(9).await;
    let (note, header) = completing(&office, &sealed, &approver, (9, "approval", AGREE)).await;
    assert_eq!(code(approver.decide(sealed.hash(), &note, Some(&header)).await), "deciders-differ");
    assert_eq!(approver.status(sealed.hash()).await.unwrap().state, ItemState::Proposed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn review_demanded_by_a_stranger() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    for number in [3, 11] {
        let note = review(&office, office.world.member(number), &sealed);
        assert_eq!(code(office.station(number).await.demand(&note).await), "no-such-item");
    }
    let by_sender = review(&office, office.world.member(1), &sealed);
    assert_eq!(code(office.station(1).await.demand(&by_sender).await), "decider-not-asked");
    let (reviewer, approver) = (office.station(8).await, office.station(9).await);
    let note = review(&office, office.world.member(8), &sealed);
    // In the hands of another.
    assert_eq!(code(approver.demand(&note).await), "statement-signer");
    let leaf = reviewer.demand(&note).await.unwrap().leaf.leaf.hash();
    assert_eq!(reviewer.demand(&note).await.unwrap().leaf.leaf.hash(), leaf);
    assert!(fetch(&reviewer, &sealed, leaf, 0).await.unwrap() == sealed.content);
    assert_eq!(code(fetch(&approver, &sealed, leaf, 0).await), "no-demand");
    let own = review(&office, office.world.member(9), &sealed);
    let own = approver.demand(&own).await.unwrap().leaf.leaf.hash();
    release(&office, &sealed).await;
    // Once it is decided nobody reviews it any more.
    for (client, leaf) in [(&reviewer, leaf), (&approver, own)] {
        assert_eq!(code(fetch(client, &sealed, leaf, 0).await), "item-state");
    }
    assert_eq!(code(fetch(&office.station(3).await, &sealed, leaf, 0).await), "no-demand");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_between_decisions() {
    let mut office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    decide(&office, &sealed, (8, "review", AGREE)).await.unwrap();
    office.stop().await;
    office.start().await;
    let approver = office.station(9).await;
    assert_eq!(listed(&approver, Folder::Deciding).await, 1);
    let (note, header) = completing(&office, &sealed, &approver, (9, "approval", AGREE)).await;
    let released = approver.decide(sealed.hash(), &note, Some(&header)).await.unwrap();
    office.stop().await;
    office.start().await;
    let again = office.station(9).await.decide(sealed.hash(), &note, Some(&header)).await.unwrap();
    assert_eq!(again.evidence.leaf.leaf, released.evidence.leaf.leaf);
    let reader = office.station(3).await;
    reader.header(sealed.hash()).await.unwrap().chain(&reader).unwrap().released().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_decision_twice() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    let reviewer = office.station(8).await;
    let note = signed(&office, &sealed, &reviewer, (8, "review", AGREE)).await;
    let first = reviewer.decide(sealed.hash(), &note, None).await.unwrap();
    let second = reviewer.decide(sealed.hash(), &note, None).await.unwrap();
    assert_eq!(first.evidence.leaf.leaf, second.evidence.leaf.leaf);
    assert_eq!(chain_of_label(&office, &sealed).await.decisions().len(), 1);
    // Another one by him is another decision, and his step has its agreement.
    let mut other = note.value().clone();
    other.made = other.made.plus_seconds(1);
    let other = sign(&office, other);
    assert_eq!(code(reviewer.decide(sealed.hash(), &other, None).await), "decision-order");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_decisions_and_headers() {
    let mut office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    let old = office.world.directory();
    let old = DirectoryRef { version: old.number(), hash: old.hash() };
    office.world.change(|_, _| {});
    office.publish().await;
    let reviewer = office.station(8).await;
    let honest = signed(&office, &sealed, &reviewer, (8, "review", AGREE)).await;
    let other = office.seal_draft(2, b"other", &draft(&office.world, &[3], &[9]));
    let hash = sealed.hash();
    let say = async |note: DecisionNote| code(reviewer.decide(hash, &sign(&office, note), None).await);
    let note = || honest.value().clone();
    assert_eq!(say(DecisionNote { about: About::label(other.hash()), ..note() }).await, "decision-other");
    assert_eq!(say(DecisionNote { directory: old, ..note() }).await, "decision-directory");
    assert_eq!(say(DecisionNote { step: "blessing".parse().unwrap(), ..note() }).await, "decision-step");
    let station = office.world.member(9).station.key_id();
    assert_eq!(say(DecisionNote { station, ..note() }).await, "statement-signer");
    // Signed by one, brought by another; signed with another's key; of another organisation; too long.
    assert_eq!(code(office.station(9).await.decide(hash, &honest, None).await), "statement-signer");
    let (name, key) = (KeyName::person(&note().org, note().person), &office.world.member(9).signing);
    let forged = Signed::sign(note(), &name, key).unwrap();
    assert_eq!(code(reviewer.decide(hash, &forged, None).await), "decision-signature");
    let foreign = DecisionNote { org: vault_keys::digest::OrgId::from_bytes([7; 32]), ..note() };
    assert_eq!(say(foreign).await, "statement-form");
    assert_eq!(chain_of_label(&office, &sealed).await.decisions().len(), 0);

    reviewer.decide(hash, &honest, None).await.unwrap();
    let approver = office.station(9).await;
    let (note, header) = completing(&office, &sealed, &approver, (9, "approval", AGREE)).await;
    let foreign = finished(&office, 9, &other.item.header, vec![honest.note().clone(), note.note().clone()]);
    assert_eq!(code(approver.decide(hash, &note, Some(&foreign)).await), "malformed-request");
    assert_eq!(code(office.station(11).await.decide(hash, &note, Some(&header)).await), "statement-signer");
    assert_eq!(approver.status(hash).await.unwrap().state, ItemState::Proposed);
}

/// The next header of a proposed item by this person: the rows as they are, and these.
fn next(office: &Office, by: u32, header: &ItemHeader, added: &[(u32, Right)]) -> ItemHeader {
    let (world, shelf) = (&office.world, office.world.shelf());
    let (member, directory) = (world.member(by), world.directory());
    let admitted =
        AdmittedItem::new(header.clone(), &shelf.published(), Reader::default(), world.now()).unwrap();
    let unlocked = admitted.unlock(&[&member.opening]).unwrap();
    let kept: Vec<usize> = (0..header.access().value().rows.len()).collect();
    let wraps: Vec<Wrap> = added
        .iter()
        .map(|(number, right)| Wrap {
            recipient: world.member(*number).opening.to_recipient(),
            holder: world.member(*number).holder(),
            right: right.clone(),
        })
        .collect();
    let seq = header.access().value().seq.unwrap() + 1;
    let new = NewWraps {
        kept: &kept,
        wraps: &wraps,
        place: Place::Next { seq, previous: header.access_hash() },
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        notes: header.notes().to_vec(),
    };
    let name = KeyName::person(&header.org(), member.person);
    let writer = Writer { name: &name, key: &member.signing };
    rewrap(header, unlocked.file_key(), new, writer, &mut SeededRng::new(u64::from(by + seq))).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decider_adds_another_to_his_own_step_and_to_no_other() {
    let office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    let (reviewer, added) = (office.station(8).await, office.station(11).await);
    let right = |step: &str| Right::Decider(step.parse().unwrap());
    let original = &sealed.item.header;
    for wrong in [(11, right("approval")), (3, Right::Copy(1))] {
        let header = next(&office, 8, original, &[wrong]);
        let refused = code(reviewer.replace_header(sealed.hash(), header.bytes()).await);
        assert!(["access-writer", "decision-missing"].contains(&refused.as_str()), "{refused}");
    }
    let header = next(&office, 8, original, &[(11, right("review"))]);
    reviewer.replace_header(sealed.hash(), header.bytes()).await.unwrap();
    assert_eq!(listed(&added, Folder::Deciding).await, 1);
    // Added, he decides in the place of the one who was asked.
    decide(&office, &sealed, (11, "review", AGREE)).await.unwrap();
    let approver = office.station(9).await;
    let (note, finished) = completing(&office, &sealed, &approver, (9, "approval", AGREE)).await;
    approver.decide(sealed.hash(), &note, Some(&finished)).await.unwrap();
    // Once it is released, deciders replace nothing.
    let late = next(&office, 9, &finished, &[(10, right("approval"))]);
    assert_eq!(code(approver.replace_header(sealed.hash(), late.bytes()).await), "no-such-item");
    let reader = office.station(3).await;
    reader.header(sealed.hash()).await.unwrap().chain(&reader).unwrap().released().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sender_re_wraps_what_is_proposed() {
    let mut office = Office::with_deciders().await;
    let sealed = proposed(&office).await;
    decide(&office, &sealed, (8, "review", AGREE)).await.unwrap();
    // The approver has another key since.
    office.world.replace_opening(
        9,
        vault_keys::opening::Suite::Hybrid,
        vault_keys::directory::KeyState::Retired,
        5,
    );
    office.publish().await;
    let header = next(&office, 1, &sealed.item.header, &[(9, Right::Decider("approval".parse().unwrap()))]);
    let sender = office.station(1).await;
    let evidence = sender.replace_header(sealed.hash(), header.bytes()).await.unwrap();
    let again = sender.replace_header(sealed.hash(), header.bytes()).await.unwrap();
    assert_eq!(evidence.leaf.leaf, again.leaf.leaf);
    // Decided with the new key.
    let approver = office.station(9).await;
    let (note, finished) = completing(&office, &sealed, &approver, (9, "approval", AGREE)).await;
    let done = approver.decide(sealed.hash(), &note, Some(&finished)).await.unwrap();
    assert_eq!(done.state, ItemState::Released);
}
