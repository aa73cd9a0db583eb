//! Proposals and decisions as honest clients make them.

use vault_core::admission::Reader;
use vault_core::decision::{About, Answer, Chain, Course, DecisionNote, DecisionType};
use vault_core::item::{DirectoryRef, ItemHeader, Label};
use vault_core::opening::AdmittedItem;
use vault_core::register::event::EventKind;
use vault_core::rewrap::Rewrapper;
use vault_core::scope::Ascending;
use vault_core::sealing::Draft;
use vault_core::test_world::{Member, SeededRng, World};
use vault_keys::directory::InForce;
use vault_keys::note::{KeyName, Note, Signed};
use vault_relay::client::{Client, ClientError, Decided};

use super::{Office, Sealed, state};

/// 机密 by p1 to these people, asked of p8 to review and of these to approve.
pub fn draft(world: &World, to: &[u32], approvers: &[u32]) -> Draft {
    let mut draft = world.draft(to);
    draft.mark = "机密★10年".to_owned();
    draft.term = None;
    let asked = |numbers: &[u32]| Ascending::of(numbers.iter().map(|number| world.member(*number).person));
    draft.asked =
        vec![("review".parse().unwrap(), asked(&[8])), ("approval".parse().unwrap(), asked(approvers))];
    draft
}

/// A proposal of such an item to p3, approved by p9.
pub async fn proposed(office: &Office) -> Sealed {
    proposed_as(office, &draft(&office.world, &[3], &[9])).await
}

pub async fn proposed_as(office: &Office, draft: &Draft) -> Sealed {
    let sealed = office.seal_draft(1, b"content", draft);
    sealed.submit(&office.station(1).await).await;
    sealed
}

/// How far the decisions of a chain lead.
pub fn course(label: &Label, chain: &Chain) -> Course {
    let mut course = Course::default();
    for one in chain.decisions() {
        course.take(&label.deciders, one.note.hash(), one.note.value(), one.time).unwrap();
    }
    course
}

/// What this person decides after the decisions of a chain.
pub fn decision(
    office: &Office,
    sealed: &Sealed,
    chain: &Chain,
    (number, step, answer): (u32, &str, Answer),
) -> DecisionNote {
    let (member, directory) = (office.world.member(number), office.world.directory());
    let course = course(sealed.label(), chain);
    DecisionNote {
        tag: DecisionType,
        org: sealed.label().org,
        about: About::label(sealed.hash()),
        step: step.parse().unwrap(),
        person: member.person,
        key: member.signing.key_id(),
        station: member.station.key_id(),
        principal: None,
        answer,
        opened: true,
        previous: course.previous(),
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        made: office.world.now(),
        not_after: None,
        opinion: None,
    }
}

pub fn sign(office: &Office, note: DecisionNote) -> Signed<DecisionNote> {
    let member = office.world.members.iter().find(|member| member.person == note.person).unwrap();
    Signed::sign(note.clone(), &KeyName::person(&note.org, member.person), &member.signing).unwrap()
}

/// Looks at the item and signs what the person decides next.
pub async fn signed(
    office: &Office,
    sealed: &Sealed,
    client: &Client,
    what: (u32, &str, Answer),
) -> Signed<DecisionNote> {
    let chain = client.header(sealed.hash()).await.unwrap().chain(client).unwrap();
    sign(office, decision(office, sealed, &chain, what))
}

/// The same, handed in without a header.
pub async fn decide(
    office: &Office,
    sealed: &Sealed,
    what: (u32, &str, Answer),
) -> Result<Decided, ClientError> {
    let client = office.station(what.0).await;
    let note = signed(office, sealed, &client, what).await;
    client.decide(sealed.hash(), &note, None).await
}

/// The header this decider makes to release the item with these decisions.
pub fn finished(office: &Office, number: u32, header: &ItemHeader, notes: Vec<Note>) -> ItemHeader {
    let shelf = office.world.shelf();
    let member = office.world.member(number);
    let keys = [member.opening.to_recipient().key_id()];
    let now = office.world.now();
    let admitted = AdmittedItem::new(header.clone(), &shelf.published(), Reader::new(&keys), now).unwrap();
    let unlocked = admitted.unlock(&[&member.opening]).unwrap();
    let in_force: &InForce = &shelf.in_force;
    let rewrapper = Rewrapper::new(member.person, &member.signing, &[&member.opening], in_force.directory());
    rewrapper.release(&unlocked, notes, &mut SeededRng::new(9 + u64::from(number))).unwrap().header
}

/// The last decision with the header that releases, as this person makes both now.
pub async fn completing(
    office: &Office,
    sealed: &Sealed,
    client: &Client,
    what: (u32, &str, Answer),
) -> (Signed<DecisionNote>, ItemHeader) {
    let shown = client.header(sealed.hash()).await.unwrap();
    let chain = shown.chain(client).unwrap();
    let note = sign(office, decision(office, sealed, &chain, what));
    let notes = chain.decisions().iter().map(|one| &one.note).chain([&note]).map(|one| one.note().clone());
    let header = finished(office, what.0, &shown.header, notes.collect());
    (note, header)
}

/// Reviewed by p8; approved and released by p9.
pub async fn release(office: &Office, sealed: &Sealed) -> Decided {
    decide(office, sealed, (8, "review", Answer::Agree)).await.unwrap();
    let client = office.station(9).await;
    let (note, header) = completing(office, sealed, &client, (9, "approval", Answer::Agree)).await;
    client.decide(sealed.hash(), &note, Some(&header)).await.unwrap()
}

/// A decider's demand for the bytes.
pub fn review(
    office: &Office,
    member: &Member,
    sealed: &Sealed,
) -> Signed<vault_core::register::event::Event> {
    state(&office.world, member, sealed, EventKind::Review, |event| event.copy = None)
}

pub fn code<T>(result: Result<T, ClientError>) -> String {
    match result {
        Ok(_) => panic!("not refused"),
        Err(ClientError::Refused { code, .. }) => code,
        Err(other) => panic!("{other:?}"),
    }
}
