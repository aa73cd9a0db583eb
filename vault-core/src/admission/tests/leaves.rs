//! Requests and what their leaves allow: letting somebody in, sending under a standing approval, deriving.

use vault_keys::directory::{KeyState, StopAct, StopReason};
use vault_keys::note::{KeyName, Note, Signed};
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::opening::Suite;
use vault_keys::time::Time;

use super::{Code, Side, Subject, codes, judge};
use crate::admission::{
    Arrival, Brought, Entered, Reader, Refused, Relay, Stored, hear_on_request, inherited, judge_leave,
    judge_request,
};
use crate::decision::{
    About, Act, Answer, DecisionNote, DecisionType, Parameters, Request, RequestType, Taken,
};
use crate::item::{
    Copying, Decider, DirectoryRef, Flag, ItemHeader, LabelHash, Origin, OriginKind, Parent, Sender,
};
use crate::level::Level;
use crate::opening::AdmittedItem;
use crate::policy::{BuiltIn, Further, Policy, StandingRule, Step};
use crate::rewrap::Rewrapper;
use crate::scope::Ascending;
use crate::sealing::Draft;
use crate::term::Term;
use crate::test_world::{SealedBytes, SeededRng, World, written_policy};

fn person(number: u32) -> PersonNo {
    PersonNo::new(number).unwrap()
}

fn holders(numbers: &[u32]) -> Ascending<Holder> {
    Ascending::of(numbers.iter().map(|number| Holder::Person(person(*number))))
}

/// A request by this person about these items, as an honest client would make it.
fn request(world: &World, by: u32, act: Act, items: &[&ItemHeader]) -> Request {
    let (member, directory) = (world.member(by), world.directory());
    let (org, now) = (directory.org(), world.now());
    let policy = Policy::built_in(org, BuiltIn::InternalWithoutDecision);
    let who = |role: &str| match role {
        "reviewer" => 8,
        _ => 9,
    };
    Request {
        tag: RequestType,
        org,
        act,
        items: items
            .iter()
            .map(|it| Parent { item: it.label().value().item, label: it.label_hash() })
            .collect(),
        copies: Ascending::empty(),
        holders: Ascending::empty(),
        custodian: None,
        parameters: Parameters::default(),
        level: items.iter().map(|it| it.label().value().level).max().unwrap_or(Level::Internal),
        unit: "u1".parse().unwrap(),
        requester: Sender { person: member.person, key: member.signing.key_id() },
        station: member.station.key_id(),
        reason: None,
        deciders: policy
            .act(act)
            .iter()
            .map(|step| Decider {
                step: step.step.clone(),
                role: step.role.clone(),
                asked: Ascending::of([person(who(step.role.as_str()))]),
            })
            .collect(),
        policy: directory.policy(),
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        made: now,
        decide_by: now.plus_days(7),
        not_after: now.plus_days(14),
    }
}

fn sign(world: &World, request: Request) -> Signed<Request> {
    let by = request.requester.person;
    let name = KeyName::person(&request.org, by);
    Signed::sign(request, &name, &world.member(by.value()).signing).unwrap()
}

fn decision(
    world: &World,
    request: &Signed<Request>,
    by: u32,
    step: &str,
    answer: Answer,
) -> Signed<DecisionNote> {
    let (member, directory) = (world.member(by), world.directory());
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
        previous: None,
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        made: world.now(),
        not_after: None,
        opinion: None,
    };
    Signed::sign(note, &KeyName::person(&directory.org(), member.person), &member.signing).unwrap()
}

fn hear(
    world: &World,
    request: &Signed<Request>,
    before: &[&Signed<DecisionNote>],
    new: &Signed<DecisionNote>,
) -> Result<Taken, Refused> {
    let shelf = world.shelf();
    let entered = |note| Entered { note, time: world.now(), place: None };
    let before: Vec<Entered<'_>> = before.iter().map(|note| entered(*note)).collect();
    hear_on_request(&shelf.published(), request, &before, &entered(new))
}

fn of<T>(result: Result<T, Refused>) -> Vec<Code> {
    let mut codes: Vec<Code> =
        result.err().into_iter().flat_map(|it| it.refusals).map(|refusal| refusal.code).collect();
    codes.dedup();
    codes
}

/// What the relay says to a request about these items.
fn asked(world: &World, request: Request, items: &[&ItemHeader]) -> Vec<Code> {
    let shelf = world.shelf();
    let labels: Vec<_> = items.iter().map(|item| item.label()).collect();
    let side = Side::Relay(Relay::item(request.requester.person));
    of(judge_request(&shelf.published(), &sign(world, request), &labels, side, world.now()))
}

/// An 内部 item by p1 to p3, p4's leave to read it asked for by p3, and p9's agreement.
struct Widened {
    world: World,
    item: SealedBytes,
    leave: Signed<Request>,
    agreed: Signed<DecisionNote>,
}

impl Widened {
    fn new(change: impl FnOnce(&mut Request)) -> Self {
        Self::of(World::with_deciders(), change)
    }

    fn of(world: World, change: impl FnOnce(&mut Request)) -> Self {
        let item = world.seal(&world.draft(&[3]), b"content", 1);
        let mut asked = request(&world, 3, Act::Widen, &[&item.header]);
        asked.holders = holders(&[4]);
        change(&mut asked);
        let leave = sign(&world, asked);
        let agreed = decision(&world, &leave, 9, "approval", Answer::Agree);
        Self { world, item, leave, agreed }
    }

    /// The header that this person makes by the leave.
    fn header(&self, by: u32, notes: &[&Signed<DecisionNote>]) -> ItemHeader {
        let (shelf, member) = (self.world.shelf(), self.world.member(by));
        let keys = [member.opening.to_recipient().key_id()];
        let header = self.item.header.clone();
        let item =
            AdmittedItem::new(header, &shelf.published(), Reader::new(&keys), self.world.now()).unwrap();
        let item = item.unlock(&[&member.opening]).unwrap();
        let directory = shelf.in_force.directory();
        let rewrapper = Rewrapper::new(member.person, &member.signing, &[&member.opening], directory);
        let notes = notes.iter().map(|note| note.note().clone());
        rewrapper.widen(&item, &self.leave, notes, &mut SeededRng::new(4)).unwrap().header
    }

    fn relay(&self, header: &ItemHeader, stored: &ItemHeader, by: u32, now: Time) -> Vec<Code> {
        let stored = Stored { access: stored.access(), decisions: &[] };
        let side = Side::Relay(Relay::header(person(by), stored));
        codes(&judge(&self.world, Subject::Sealed(header), side, now))
    }

    fn reader(&self, header: &ItemHeader, who: u32) -> Vec<Code> {
        let keys = [self.world.member(who).opening.to_recipient().key_id()];
        let reader = Reader { decisions: Some(&[]), ..Reader::new(&keys) };
        codes(&judge(&self.world, Subject::Sealed(header), Side::Reader(reader), self.world.now()))
    }
}

#[test]
fn somebody_is_let_in_by_leave() {
    let case = Widened::new(|_| {});
    assert_eq!(asked(&case.world, case.leave.value().clone(), &[&case.item.header]), []);
    assert_eq!(hear(&case.world, &case.leave, &[], &case.agreed), Ok(Taken::Completed));
    let header = case.header(1, &[&case.agreed]);
    assert_eq!(case.relay(&header, &case.item.header, 1, case.world.now()), []);
    assert_eq!(case.reader(&header, 4), []);
    assert_eq!(case.reader(&header, 3), []);
    assert_eq!(case.reader(&case.item.header, 4), [Code::ReaderNotListed]);
}

#[test]
fn access_note_widening_without_a_leave() {
    let case = Widened::new(|_| {});
    let undecided = case.header(1, &[]);
    assert_eq!(case.reader(&undecided, 4), [Code::LeaveUndecided]);
    assert_eq!(case.relay(&undecided, &case.item.header, 1, case.world.now()), [Code::LeaveUndecided]);
    // A refusal gives none either.
    let refused = decision(&case.world, &case.leave, 9, "approval", Answer::Refuse);
    assert_eq!(case.reader(&case.header(1, &[&refused]), 4), [Code::LeaveUndecided]);
}

#[test]
fn a_leave_for_somebody_else_or_another_item() {
    let case = Widened::new(|_| {});
    let other = case.world.seal(&case.world.draft(&[3]), b"content", 2);
    let elsewhere = Widened { item: other, ..case };
    let header = elsewhere.header(1, &[&elsewhere.agreed]);
    assert_eq!(elsewhere.reader(&header, 4), [Code::LeaveOther]);
    // An act that lets nobody in.
    let export = Widened::new(|asked| {
        asked.act = Act::Copy;
        asked.parameters.count = Some(1);
    });
    let header = export.header(1, &[&export.agreed]);
    assert_eq!(export.reader(&header, 4), [], "a copy made by leave is a wrap for whom it names");
}

/// Where p9 approves for every unit.
fn decided_by_u2() -> World {
    let mut world = World::with_deciders();
    world.change(|persons, _| persons[8].roles.iter_mut().for_each(|role| role.unit = None));
    world
}

#[test]
fn a_leave_of_another_unit_or_for_something_lower() {
    // p9 decides for another unit, too; by file no relay has held the request to the item.
    let elsewhere = Widened::of(decided_by_u2(), |asked| asked.unit = "u2".parse().unwrap());
    let header = elsewhere.header(1, &[&elsewhere.agreed]);
    assert_eq!(elsewhere.reader(&header, 4), [Code::RequestUnit]);
    let now = elsewhere.world.now();
    // Nor where a client makes use of it, or shows a change that was decided.
    let shelf = elsewhere.world.shelf();
    let over = (elsewhere.item.header.label().value(), elsewhere.item.header.label_hash());
    let agreed = std::slice::from_ref(&elsewhere.agreed);
    let used = judge_leave(&shelf.published(), &elsewhere.leave, agreed, Some(over), now);
    assert_eq!(of(used), [Code::RequestUnit]);
    assert_eq!(elsewhere.relay(&header, &elsewhere.item.header, 1, now), [Code::RequestUnit]);
    let lower = Widened::new(|asked| asked.level = Level::Unclassified);
    let header = lower.header(1, &[&lower.agreed]);
    assert_eq!(lower.reader(&header, 4), [Code::RequestLevel]);
}

#[test]
fn only_a_leaves_custodian_or_the_sender_writes_it() {
    let mut case = Widened::new(|_| {});
    let by_holder = case.header(3, &[&case.agreed]);
    assert_eq!(case.relay(&by_holder, &case.item.header, 3, case.world.now()), [Code::AccessWriter]);
    case = Widened::new(|asked| asked.custodian = Some(person(3)));
    let by_custodian = case.header(3, &[&case.agreed]);
    assert_eq!(case.relay(&by_custodian, &case.item.header, 3, case.world.now()), []);
}

#[test]
fn leave_used_twice_and_expired() {
    let case =
        Widened::new(|asked| asked.holders = Ascending::of(["p2".parse().unwrap(), "p4".parse().unwrap()]));
    let now = case.world.now();
    let header = case.header(1, &[&case.agreed]);
    assert_eq!(case.relay(&header, &case.item.header, 1, now), []);
    let late = case.leave.value().not_after.plus_seconds(1);
    assert_eq!(case.relay(&header, &case.item.header, 1, late), [Code::LeaveExpired]);
    assert_eq!(case.relay(&header, &case.item.header, 1, late.plus_seconds(-1)), []);
    // p2 left while the first use was made; later he is added under the same leave.
    let mut twice = Widened { world: World::with_deciders(), ..case };
    twice.world.change(|persons, _| persons[1].clearance = vault_keys::directory::Clearance::None);
    let first = twice.header(1, &[&twice.agreed]);
    assert_eq!(twice.relay(&first, &twice.item.header, 1, now), []);
    twice.world.change(|persons, _| persons[1].clearance = vault_keys::directory::Clearance::Secret);
    let again = Widened { item: SealedBytes { header: first.clone(), ..twice.item.clone() }, ..twice };
    let second = again.header(1, &[&again.agreed]);
    assert_eq!(again.relay(&second, &first, 1, now), [Code::LeaveUsed]);
}

#[test]
fn requests_are_held_to_item_unit_steps_and_people() {
    let case = Widened::new(|_| {});
    let ask = |change: fn(&mut Request)| {
        let mut text = case.leave.value().clone();
        change(&mut text);
        asked(&case.world, text, &[&case.item.header])
    };
    assert_eq!(ask(|_| {}), []);
    assert_eq!(ask(|it| it.level = Level::Unclassified), [Code::RequestLevel]);
    assert_eq!(ask(|it| it.unit = "u2".parse().unwrap()), [Code::DeciderRole, Code::RequestUnit]);
    assert_eq!(ask(|it| it.items[0].label = LabelHash::from_bytes([1; 32])), [Code::RequestItem]);
    assert_eq!(ask(|it| it.holders = holders(&[5])), [Code::HolderClearance]);
    assert_eq!(ask(|it| it.deciders[0].asked = Ascending::of([person(8)])), [Code::DeciderRole]);
    assert_eq!(
        ask(|it| it.deciders[0].asked = Ascending::of([person(3)])),
        [Code::DeciderOwnMatter, Code::DeciderRole]
    );
    assert_eq!(ask(|it| it.deciders[0].step = "review".parse().unwrap()), [Code::DecidersDiffer]);
    let release = request(&case.world, 3, Act::Release, &[&case.item.header]);
    // The classification officer's step is nobody's here.
    assert_eq!(asked(&case.world, release, &[&case.item.header]), [Code::DeciderRole]);
    // What the requester's own unit decides is not taken to another, where an approver may be easier to find.
    let export = |unit: &str| {
        let mut text = request(&case.world, 2, Act::Export, &[&case.item.header]);
        text.unit = unit.parse().unwrap();
        asked(&case.world, text, &[&case.item.header])
    };
    assert_eq!(export("u1"), []);
    assert_eq!(export("u2"), [Code::DeciderRole, Code::RequestUnit]);
    // The signature of somebody else.
    let name = KeyName::person(&case.item.header.org(), person(3));
    let forged = Signed::sign(case.leave.value().clone(), &name, &case.world.member(4).signing).unwrap();
    let shelf = case.world.shelf();
    let side = Side::Relay(Relay::item(person(3)));
    let labels = [case.item.header.label()];
    let answer = judge_request(&shelf.published(), &forged, &labels, side, case.world.now());
    assert_eq!(of(answer), [Code::RequestSignature]);
}

#[test]
fn a_request_is_no_item() {
    let case = Widened::new(|_| {});
    let subject = Subject::Request(case.leave.value());
    let side = Side::Relay(Relay::item(person(3)));
    assert_eq!(codes(&judge(&case.world, subject, side, case.world.now())), [Code::WrongType]);
}

#[test]
fn a_decision_over_another_request() {
    let case = Widened::new(|_| {});
    let other = Widened::new(|asked| asked.holders = holders(&[2]));
    assert_eq!(of(hear(&case.world, &case.leave, &[], &other.agreed)), [Code::DecisionOther]);
    let own = decision(&case.world, &case.leave, 3, "approval", Answer::Agree);
    let found = of(hear(&case.world, &case.leave, &[], &own));
    assert_eq!(found, [Code::DeciderOwnMatter, Code::DeciderRole, Code::DeciderNotAsked]);
}

/// A world whose policy demands an approval for 内部, and a standing approval of p1's unit for sending to p3 and p4.
fn standing(change: impl FnOnce(&mut Request)) -> (World, Signed<Request>, Vec<Note>) {
    let mut world = World::with_deciders();
    let mut policy = Policy::standard(world.directory().org());
    policy.number = 2;
    world.change_policy(policy);
    let mut asked = request(&world, 2, Act::Standing, &[]);
    asked.holders = holders(&[3, 4]);
    asked.parameters.count = Some(2);
    asked.not_after = world.now().plus_days(100);
    change(&mut asked);
    let approval = sign(&world, asked);
    let agreed = decision(&world, &approval, 9, "approval", Answer::Agree);
    let notes = vec![approval.note().clone(), agreed.note().clone()];
    (world, approval, notes)
}

fn under(approval: &Signed<Request>, notes: Vec<Note>, mut draft: Draft) -> Draft {
    draft.standing = Some(approval.hash());
    draft.notes = notes;
    draft
}

#[test]
fn internal_traffic_goes_out_under_a_standing_approval() {
    let (world, approval, notes) = standing(|_| {});
    let item = world.seal(&under(&approval, notes, world.draft(&[3])), b"content", 1).header;
    let at_relay = |number, now| {
        let side = Side::Relay(Relay { submitter: person(1), brought: Brought::Standing(number) });
        codes(&judge(&world, Subject::Sealed(&item), side, now))
    };
    assert_eq!(at_relay(1, world.now()), []);
    assert_eq!(at_relay(2, world.now()), []);
    assert_eq!(at_relay(3, world.now()), [Code::StandingUsedUp]);
    assert_eq!(at_relay(0, world.now()), [Code::StandingUsedUp]);
    let keys = [world.member(3).opening.to_recipient().key_id()];
    let reads = |use_no| {
        let reader = Reader { use_no, ..Reader::new(&keys) };
        codes(&judge(&world, Subject::Sealed(&item), Side::Reader(reader), world.now()))
    };
    assert_eq!(reads(Some(2)), []);
    assert_eq!(reads(Some(3)), [Code::StandingUsedUp]);
    assert_eq!(reads(None), [Code::StandingByFile]);
}

#[test]
fn standing_approval_beyond_ceiling_count_scope_and_date() {
    let (world, approval, notes) = standing(|_| {});
    let refused = |change: fn(&mut Draft), notes: &[Note]| {
        let mut draft = under(&approval, notes.to_vec(), world.draft(&[3]));
        change(&mut draft);
        of(world.ready(&draft, 7, 1).map(drop))
    };
    assert_eq!(refused(|_| {}, &notes), []);
    let above = refused(
        |draft| {
            draft.mark = "秘密★5年".to_owned();
            draft.term = None;
        },
        &notes,
    );
    assert_eq!(above, [Code::StandingBeyond]);
    let wider = refused(|draft| draft.scope = holders(&[2, 3]), &notes);
    assert_eq!(wider, [Code::StandingBeyond]);
    assert_eq!(refused(|_| {}, &notes[..1]), [Code::LeaveUndecided]);
    assert_eq!(refused(|_| {}, &[]), [Code::LeaveMissing]);
    // One that says too much is none.
    let beyond = |change: fn(&mut Request)| {
        let (world, approval, _) = standing(change);
        asked(&world, approval.value().clone(), &[])
    };
    assert_eq!(beyond(|_| {}), []);
    assert_eq!(beyond(|it| it.level = Level::Confidential), [Code::StandingBeyond]);
    assert_eq!(beyond(|it| it.parameters.count = Some(10_001)), [Code::StandingBeyond]);
    assert_eq!(beyond(|it| it.not_after = it.made.plus_days(367)), [Code::StandingBeyond]);
}

#[test]
fn standing_approval_after_its_last_day() {
    let (world, approval, notes) = standing(|it| it.not_after = it.decide_by);
    let item = world.seal(&under(&approval, notes, world.draft(&[3])), b"content", 1).header;
    let late = approval.value().not_after.plus_seconds(1);
    let side = Side::Relay(Relay { submitter: person(1), brought: Brought::Standing(1) });
    assert_eq!(codes(&judge(&world, Subject::Sealed(&item), side, late)), [Code::LeaveExpired]);
    // What was sent in time stays readable.
    let keys = [world.member(3).opening.to_recipient().key_id()];
    let reader = Reader { use_no: Some(1), arrival: Arrival::Before, ..Reader::new(&keys) };
    assert_eq!(codes(&judge(&world, Subject::Sealed(&item), Side::Reader(reader), late)), []);
}

/// An 内部 source by p1 of u1 to p3 and p4 for five years from a day, and a draft by p1 derived from it.
fn derived(world: &World, source: impl FnOnce(&mut Draft), change: impl FnOnce(&mut Draft)) -> Vec<Code> {
    let mut original = world.draft(&[3, 4]);
    source(&mut original);
    let original = world.seal(&original, b"content", 1).header;
    let mut draft = world.draft(&[3]);
    let (item, label) = (original.label().value().item, original.label_hash());
    draft.origin = Origin {
        kind: OriginKind::Derived,
        parents: vec![Parent { item, label }],
        reason: Some("summary".parse().unwrap()),
    };
    draft.notes = vec![original.label().note().clone()];
    change(&mut draft);
    of(world.ready(&draft, 7, 2).map(drop))
}

#[test]
fn what_is_derived_takes_over_level_term_and_scope() {
    let world = World::with_deciders();
    let secret = |draft: &mut Draft| {
        draft.mark = "机密★10年".to_owned();
        draft.term = None;
    };
    assert_eq!(derived(&world, |_| {}, |_| {}), []);
    assert_eq!(derived(&world, secret, secret), []);
    assert_eq!(derived(&world, secret, |_| {}), [Code::DerivedLevel], "one level lower");
    assert_eq!(derived(&world, |_| {}, secret), [], "higher is another matter, decided as such");
    assert_eq!(derived(&world, |_| {}, |it| it.term = Some(Term::Years(6))), [Code::DerivedTerm]);
    let until = |day: &str| Some(Term::Until(day.parse().unwrap()));
    assert_eq!(derived(&world, |_| {}, |it| it.term = until("2031-11-22")), []);
    assert_eq!(
        derived(&world, |_| {}, |it| it.term = until("2031-11-23")),
        [Code::DerivedTerm],
        "one day longer"
    );
    assert_eq!(derived(&world, |_| {}, |it| it.term = until("2031-11-21")), [Code::DerivedTerm]);
    assert_eq!(
        derived(&world, |_| {}, |it| it.scope = holders(&[2, 3])),
        [Code::DerivedScope],
        "one person wider"
    );
    assert_eq!(derived(&world, |_| {}, |it| it.scope = holders(&[3, 4])), []);
    assert_eq!(derived(&world, |_| {}, |it| it.notes.clear()), [Code::ParentMissing]);
    let no_minutes = |it: &mut Draft| it.flags = Ascending::of([Flag::NoMinutes]);
    assert_eq!(derived(&world, no_minutes, |_| {}), [Code::DerivedNoMinutes]);
}

#[test]
fn of_several_sources_the_highest_level_and_the_longest_term() {
    let world = World::with_deciders();
    let with_term = |years, seed| {
        let mut draft = world.draft(&[3, 4]);
        draft.term = Some(Term::Years(years));
        world.seal(&draft, b"content", seed).header
    };
    let sources = [with_term(3, 1), with_term(8, 2)];
    let ready = |years| {
        let mut draft = world.draft(&[3]);
        draft.term = Some(Term::Years(years));
        draft.origin = Origin {
            kind: OriginKind::Derived,
            parents: sources
                .iter()
                .map(|it| Parent { item: it.label().value().item, label: it.label_hash() })
                .collect(),
            reason: Some("points".parse().unwrap()),
        };
        draft.notes = sources.iter().map(|it| it.label().note().clone()).collect();
        of(world.ready(&draft, 7, 3).map(drop))
    };
    assert_eq!(ready(8), []);
    assert_eq!(ready(3), [Code::DerivedTerm]);
    // What a client fills in by itself: the same years on the same day, and later the day on which they end.
    let labels: Vec<_> = sources.iter().map(|it| it.label().value()).collect();
    let today = world.now().day();
    assert_eq!(inherited(&labels, today), Some((Level::Internal, Term::Years(8))));
    let last = today.plus_years(8).unwrap();
    assert_eq!(inherited(&labels, today.plus_days(40).unwrap()), Some((Level::Internal, Term::Until(last))));
    assert_eq!(inherited(&[], today), None);
}

#[test]
fn deriving_from_what_another_unit_issued_needs_its_leave() {
    let mut world = decided_by_u2();
    // p1 belongs to u2 as well, in whose name he writes the summary.
    world.change(|persons, _| {
        let post = vault_keys::directory::Post { unit: "u2".parse().unwrap(), title: "兼职".to_owned() };
        persons[0].posts.push(post);
    });
    let elsewhere = |draft: &mut Draft| draft.unit = Some("u2".parse().unwrap());
    let allowed = |draft: &mut Draft| draft.copying = Copying::Allowed;
    assert_eq!(derived(&world, |_| {}, elsewhere), [Code::DerivedLeave]);
    assert_eq!(derived(&world, allowed, elsewhere), []);
    let source = world.seal(&world.draft(&[3, 4]), b"content", 1).header;
    let leave = sign(&world, request(&world, 1, Act::Derive, &[&source]));
    let agreed = decision(&world, &leave, 9, "approval", Answer::Agree);
    let with_leave = |draft: &mut Draft| {
        elsewhere(draft);
        draft.notes.extend([leave.note().clone(), agreed.note().clone()]);
    };
    assert_eq!(derived(&world, |_| {}, with_leave), []);
    // Nor does the unit that derives give itself leave.
    let mut own = request(&world, 1, Act::Derive, &[&source]);
    own.unit = "u2".parse().unwrap();
    let own = sign(&world, own);
    let agreed = decision(&world, &own, 9, "approval", Answer::Agree);
    let with_own = |draft: &mut Draft| {
        elsewhere(draft);
        draft.notes.extend([own.note().clone(), agreed.note().clone()]);
    };
    assert_eq!(derived(&world, |_| {}, with_own), [Code::DerivedLeave]);
    // A leave given to somebody else is none.
    let other = sign(&world, request(&world, 3, Act::Derive, &[&source]));
    let agreed = decision(&world, &other, 9, "approval", Answer::Agree);
    let with_other = |draft: &mut Draft| {
        elsewhere(draft);
        draft.notes.extend([other.note().clone(), agreed.note().clone()]);
    };
    assert_eq!(derived(&world, |_| {}, with_other), [Code::DerivedLeave]);
}

#[test]
fn a_change_beyond_the_longest_term_or_below_declassification() {
    let world = World::with_deciders();
    let mut secret = world.draft(&[3]);
    (secret.mark, secret.term) = ("机密★10年".to_owned(), None);
    let item = world.seal(&secret, b"content", 1).header;
    let change = |level: Option<Level>, term: Option<Term>| {
        let mut text = request(&world, 3, Act::Change, &[&item]);
        text.parameters = Parameters { level, term, ..Parameters::default() };
        asked(&world, text, &[&item])
    };
    let until = |day: &str| Some(Term::Until(day.parse().unwrap()));
    assert_eq!(change(None, Some(Term::Years(20))), []);
    assert_eq!(change(None, Some(Term::Years(21))), [Code::TermTooLong]);
    assert_eq!(change(None, until("2046-11-22")), []);
    assert_eq!(change(None, until("2046-11-23")), [Code::TermTooLong], "one day longer");
    assert_eq!(change(None, until("2026-11-22")), [Code::TermUnfit], "over before it begins");
    assert_eq!(change(Some(Level::Confidential), None), []);
    assert_eq!(change(Some(Level::Confidential), Some(Term::Years(11))), [Code::TermTooLong]);
    // The same where the change is shown to holders, by file too.
    let mut text = request(&world, 3, Act::Change, &[&item]);
    text.parameters.term = Some(Term::Years(30));
    let long = sign(&world, text);
    let reviewed = decision(&world, &long, 8, "review", Answer::Agree);
    let mut approved = decision(&world, &long, 9, "approval", Answer::Agree).value().clone();
    approved.previous = Some(reviewed.hash());
    let name = KeyName::person(&approved.org, approved.person);
    let approved = Signed::sign(approved, &name, &world.member(9).signing).unwrap();
    let over = Some((item.label().value(), item.label_hash()));
    let shelf = world.shelf();
    let used = judge_leave(&shelf.published(), &long, &[reviewed, approved], over, world.now());
    assert_eq!(of(used), [Code::TermTooLong]);
}

/// A policy of this world that says this of acts and standing approvals.
fn stricter(world: &World, change: impl FnOnce(&mut Further)) -> Policy {
    let org = world.directory().org();
    let mut further = written_policy(org).further().unwrap().clone();
    further.catalogues.clear();
    change(&mut further);
    let mut policy = Policy::standard(org).with_further(further);
    policy.number = 9;
    policy
}

#[test]
fn standing_approval_that_a_later_policy_does_not_allow() {
    let sent = |change: fn(&mut Further)| {
        let (mut world, approval, notes) = standing(|_| {});
        let policy = stricter(&world, change);
        world.change_policy(policy);
        let draft = under(&approval, notes, world.draft(&[3]));
        of(world.ready(&draft, 7, 1).map(drop))
    };
    assert_eq!(sent(|further| further.standing = Some(StandingRule::FLOOR)), []);
    assert_eq!(sent(|further| further.standing = None), [Code::StandingBeyond]);
    let days = |further: &mut Further| {
        further.standing = Some(StandingRule { longest_days: 99, ..StandingRule::FLOOR });
    };
    assert_eq!(sent(days), [Code::StandingBeyond]);
    let uses = |further: &mut Further| {
        further.standing = Some(StandingRule { most_uses: 1, ..StandingRule::FLOOR });
    };
    assert_eq!(sent(uses), [Code::StandingBeyond]);
}

#[test]
fn a_leave_decided_under_a_looser_policy() {
    let step = |step: &str, role: &str| Step { step: step.parse().unwrap(), role: role.parse().unwrap() };
    let two = vec![step("review", "reviewer"), step("approval", "approver")];
    let one = vec![step("approval", "approver")];
    let used = |steps: Vec<Step>| {
        let mut case = Widened::new(|_| {});
        let policy = stricter(&case.world, |further| {
            further
                .acts
                .iter_mut()
                .filter(|rule| rule.act == Act::Widen)
                .for_each(|rule| rule.steps = steps.clone());
        });
        let before = case.item.header.clone();
        case.world.change_policy(policy);
        let header = case.header(1, &[&case.agreed]);
        (case.relay(&header, &before, 1, case.world.now()), case.relay(&header, &header, 1, case.world.now()))
    };
    // Once used it stands, whatever came later.
    assert_eq!(used(two), (vec![Code::DecidersDiffer], vec![]));
    assert_eq!(used(one), (vec![], vec![]));
}

#[test]
fn a_leave_signed_with_a_key_that_was_revoked() {
    // By file nothing dates it: whoever stole p9's key, or p3's, dates what he signs with it back.
    for (thief, text) in [(9, "decision"), (3, "request")] {
        let mut case = Widened::new(|_| {});
        let (before, now) = (case.item.header.clone(), case.world.now());
        let header = case.header(1, &[&case.agreed]);
        assert_eq!(case.relay(&header, &before, 1, now), []);
        let key = case.world.member(thief).signing.key_id();
        let act = StopAct::revoke_key(case.world.member(thief).person, key, StopReason::Stolen);
        case.world.stop(vec![act], Some(50));
        let late = case.header(1, &[&case.agreed]);
        assert_eq!(case.relay(&late, &before, 1, now), [Code::SignerUnproven], "{text}");
        assert_eq!(case.reader(&late, 4), [Code::SignerUnproven], "{text}");
        // What stands on it since before the theft stays.
        assert_eq!(case.relay(&header, &header, 1, now), [], "{text}");
    }
}

#[test]
fn a_standing_approval_signed_with_a_key_that_was_revoked() {
    let (mut world, approval, notes) = standing(|_| {});
    let item = world.seal(&under(&approval, notes, world.draft(&[3])), b"content", 1).header;
    let at_relay = |world: &World| {
        let side = Side::Relay(Relay { submitter: person(1), brought: Brought::Standing(1) });
        codes(&judge(world, Subject::Sealed(&item), side, world.now()))
    };
    assert_eq!(at_relay(&world), []);
    let act = StopAct::revoke_key(person(9), world.member(9).signing.key_id(), StopReason::Stolen);
    world.stop(vec![act], Some(50));
    assert_eq!(at_relay(&world), [Code::SignerUnproven]);
}

#[test]
fn whoever_was_let_in_keeps_his_right_when_the_leave_is_over() {
    // p4 has another key when the leave has long expired; p1 wraps for it, and for nobody else.
    let mut case = Widened::new(|_| {});
    let header = case.header(1, &[&case.agreed]);
    let late = case.leave.value().not_after.plus_days(1);
    drop(case.world.replace_opening(4, Suite::Hybrid, KeyState::Retired, 44));
    let (shelf, member) = (case.world.shelf(), case.world.member(1));
    let keys = [member.opening.to_recipient().key_id()];
    let item = AdmittedItem::new(header.clone(), &shelf.published(), Reader::new(&keys), late).unwrap();
    let directory = shelf.in_force.directory();
    let rewrapper = Rewrapper::new(member.person, &member.signing, &[&member.opening], directory);
    let next = rewrapper.next(&item, &mut SeededRng::new(5)).unwrap().unwrap();
    assert_eq!(next.rows.added.len(), 1);
    assert_eq!(case.relay(&next.header, &header, 1, late), []);
}
