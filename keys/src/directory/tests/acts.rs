//! Acts over the next directory: what they change, and every refusal.

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::in_force::in_force;
use super::stops::{stop, suspend};
use super::*;
use crate::joining::tests::{by_present, code, new_key, request, text};
use crate::joining::{Purpose, Request, RequestText, Secrets};
use crate::time::Time;

struct Desk {
    held: InForce,
    draft: Draft,
    rng: StdRng,
}

const MADE: &str = "2026-01-20T01:00:00Z";

fn desk_with(stops: Vec<Stop>) -> Desk {
    let held = in_force(stops, None);
    let mut rng = StdRng::seed_from_u64(1);
    let draft = Draft::over(&held, time(MADE), time("2026-03-20T01:00:00Z"), &mut rng);
    Desk { held, draft, rng }
}

fn desk() -> Desk {
    desk_with(vec![])
}

impl Desk {
    fn act(&mut self, act: Act) -> Result<Done, ActError> {
        self.draft.apply(act, &self.held, &mut self.rng)
    }

    fn sign(self) -> Directory {
        let root = root();
        let previous = self.held.signed_directory().clone();
        with_officers(&[1, 2], |officers| self.draft.sign(&root, Some(&previous), officers)).unwrap()
    }
}

fn enrolment(request: Request) -> Enrolment {
    Enrolment {
        request,
        number: None,
        name: "韩梅".to_owned(),
        pinyin: "han mei".to_owned(),
        posts: vec![Post { unit: u(1), title: "科员".to_owned() }],
        roles: vec![],
        clearance: Clearance::Internal,
        affiliation: Affiliation::Own,
        clerk_of: vec![u(1)],
        papers: None,
    }
}

fn enrol(change: impl FnOnce(&mut Enrolment)) -> Act {
    let mut enrolment = enrolment(request(&code(1), 7));
    change(&mut enrolment);
    Act::Enrol(Box::new(enrolment))
}

fn replacing(person: u32, seed: u8) -> Box<Request> {
    let (code, key) = (code(3), new_key(seed));
    let mut text = text(&code, seed);
    (text.purpose, text.person) = (Purpose::Replace, Some(p(person)));
    let secrets = Secrets { new: Some(&key), code: Some(&code), ..Secrets::default() };
    Box::new(Request::sign(text, &secrets).unwrap())
}

fn active(directory: &Directory, person: u32, kind: KeyKind) -> KeyId {
    directory.person(p(person)).unwrap().active_keys(kind).next().unwrap().id
}

#[test]
fn an_enrolment() {
    let mut desk = desk();
    let done = desk.act(enrol(|_| ())).unwrap();
    assert_eq!(done.holder, p(5).into());
    assert_eq!(done.cautions, []);
    let before = desk.held.signed_directory().clone();
    let after = desk.sign();
    assert_eq!(after.successor_of(&before), Ok(()));
    let entry = after.person(p(5)).unwrap();
    assert_eq!((entry.keys.len(), after.unit(u(1)).unwrap().clerks.as_slice()), (3, &[p(2), p(5)][..]));
    let changes = after.changes_since(&before);
    assert_eq!(changes[0], Change::Enrolled { person: p(5) });
    assert!(changes.contains(&Change::Clerks { unit: u(1), added: vec![p(5)], removed: vec![] }));
    // Whoever did not change keeps his bytes, so sync moves only what changed.
    let texts: Vec<&[u8]> = before.entry_texts().collect();
    assert_eq!(after.entry_texts().filter(|text| !texts.contains(text)).count(), 2);
}

#[test]
fn number_reused() {
    let mut desk = desk();
    for number in [1, 4] {
        let error = desk.act(enrol(|it| it.number = Some(p(number)))).unwrap_err();
        assert_eq!(error, ActError::NumberTaken { holder: p(number).into() }, "also of someone who has left");
    }
    let unit = NewUnit {
        number: Some(u(2)),
        name: "人事科".to_owned(),
        parent: None,
        max_level: LevelWord::Internal,
        clerks: vec![],
    };
    let error = desk.act(Act::AddUnit(Box::new(unit))).unwrap_err();
    assert_eq!(error, ActError::NumberTaken { holder: u(2).into() });
    // A directory that puts someone else under the number of one who has left forgets his keys.
    let before = directory(&root());
    let mut draft = desk.draft;
    draft.persons[3].keys = vec![Key::active(KeyKind::Sign, new_key(7).public().as_bytes(), time(MADE))];
    let error = with_officers(&[1, 2], |officers| draft.sign(&root(), Some(&before), officers)).unwrap_err();
    assert!(
        matches!(error, DirectoryError::Continuity(ContinuityError::KeyForgotten { person, .. }) if person == p(4))
    );
    let mut draft = self::desk().draft;
    draft.persons.pop();
    let error = with_officers(&[1, 2], |officers| draft.sign(&root(), Some(&before), officers)).unwrap_err();
    assert_eq!(error, DirectoryError::Continuity(ContinuityError::Dropped { holder: p(4).into() }));
}

#[test]
fn two_persons_with_one_key() {
    let mut desk = desk();
    desk.act(enrol(|_| ())).unwrap();
    let again = desk.act(enrol(|_| ()));
    assert_eq!(again, Err(ActError::KeyTaken { owner: p(5).into() }));
    assert_eq!(desk.draft.persons.len(), 5, "a refused act leaves the draft as it was");
}

#[test]
fn one_key_for_two_kinds() {
    // The present signing key of p1 as the station key of someone new.
    let (code, key) = (code(1), new_key(7));
    let mut text = text(&code, 7);
    text.station = Some(Bytes(*signing_key(1).public().as_bytes()));
    let secrets = Secrets { new: Some(&key), code: Some(&code), ..Secrets::default() };
    let request = Request::sign(text, &secrets).unwrap();
    let error = desk().act(Act::Enrol(Box::new(enrolment(request)))).unwrap_err();
    assert_eq!(error, ActError::KeyTaken { owner: p(1).into() });
}

#[test]
fn enrolments_that_are_refused() {
    let mut desk = desk();
    let unknown = desk.act(enrol(|it| it.posts[0].unit = u(9)));
    assert_eq!(unknown, Err(ActError::Unknown { holder: u(9).into() }));
    let unknown = desk.act(enrol(|it| it.clerk_of = vec![u(9)]));
    assert_eq!(unknown, Err(ActError::Unknown { holder: u(9).into() }));
    assert!(matches!(desk.act(enrol(|it| it.name = "a@b".to_owned())), Err(ActError::Text(_))));
    let other = *replacing(1, 39);
    assert_eq!(desk.act(enrol(|it| it.request = other)), Err(ActError::Purpose));
}

#[test]
fn cautions_before_anyone_signs() {
    let mut desk = desk();
    let done = desk.act(enrol(|it| {
        (it.clearance, it.name) = (Clearance::Secret, "李娜".to_owned());
        it.clerk_of.clear();
    }));
    assert_eq!(
        done.unwrap().cautions,
        [Caution::NoVetting, Caution::NoTraining, Caution::NoLetter, Caution::SameName { person: p(1) },]
    );
}

#[test]
fn a_clerk_who_has_left_is_none() {
    let mut desk = desk();
    desk.act(Act::SetClerks { unit: u(2), clerks: vec![p(3), p(3)] }).unwrap();
    let closed = desk.act(Act::SetClerks { unit: u(2), clerks: vec![p(4)] });
    assert_eq!(closed, Err(ActError::Closed { person: p(4) }));
    assert_eq!(desk.sign().unit(u(2)).unwrap().clerks, [p(3)], "none twice");
}

fn only_station(text: &mut RequestText) {
    (text.purpose, text.opening, text.signing) = (Purpose::Station, None, None);
}

#[test]
fn a_second_station() {
    let mut desk = desk();
    let request = Box::new(by_present(only_station, None));
    desk.act(Act::AddStation { request: request.clone(), class: Some(StationClass::Classified) }).unwrap();
    let again = desk.act(Act::AddStation { request, class: None });
    assert_eq!(again, Err(ActError::KeyTaken { owner: p(1).into() }));
    let old = active(desk.held.directory(), 1, KeyKind::Station);
    let after = desk.sign();
    let entry = after.person(p(1)).unwrap();
    assert_eq!(entry.active_keys(KeyKind::Station).count(), 2);
    let facts = &entry.personnel.as_ref().unwrap().stations;
    assert_eq!((facts.len(), facts[0].class), (1, StationClass::Classified));
    // Out of use again.
    let held = InForce::new(root(), after, vec![], None).unwrap();
    let mut rng = StdRng::seed_from_u64(2);
    let draft = Draft::over(&held, time("2026-01-21T01:00:00Z"), time("2026-03-20T01:00:00Z"), &mut rng);
    let mut desk = Desk { held, draft, rng };
    desk.act(Act::RetireStation { person: p(1), key: old }).unwrap();
    let again = desk.act(Act::RetireStation { person: p(1), key: old });
    assert_eq!(again, Err(ActError::NoSuchKey { person: p(1) }));
    assert_eq!(desk.sign().key(&old).unwrap().1.state, KeyState::Retired);
}

#[test]
fn a_planned_rotation_retires_the_old_key() {
    let mut desk = desk();
    let key = new_key(7);
    let rotate = |text: &mut RequestText| (text.purpose, text.station) = (Purpose::Rotate, None);
    let request = Box::new(by_present(rotate, Some(&key)));
    let done = desk.act(Act::Rotate { request }).unwrap();
    assert!(done.cautions.contains(&Caution::OldKeyStillOpens));
    let before = desk.held.directory().clone();
    let (old_opening, old_sign) =
        (active(&before, 1, KeyKind::OpeningHybrid), active(&before, 1, KeyKind::Sign));
    let station = active(&before, 1, KeyKind::Station);
    let after = desk.sign();
    for old in [old_opening, old_sign] {
        assert_eq!(after.key(&old).unwrap().1.state, KeyState::Retired);
    }
    assert!(after.key(&station).unwrap().1.is_active());
    let entry = after.person(p(1)).unwrap();
    assert_eq!(entry.signing_key().unwrap().id, key.key_id());
    assert!(
        entry.opening_key(KeyKind::OpeningClassic).is_some()
            && entry.opening_key(KeyKind::OpeningHybrid).is_none()
    );
    let changes = after.changes_since(&before);
    let ended = Change::KeyEnded { person: p(1), key: old_sign, kind: KeyKind::Sign, to: KeyState::Retired };
    assert!(changes.contains(&ended));
    // What he signed before still counts.
    let held = InForce::new(root(), after, vec![], None).unwrap();
    assert_eq!(held.standing(&old_sign, None), Standing::Good);
    assert_eq!(held.key_now(&old_sign).unwrap_err(), Inactive::Retired);
}

#[test]
fn a_rotation_that_another_asks_for() {
    let key = new_key(7);
    let mut desk = desk();
    let request = by_present(
        |text| (text.purpose, text.station, text.person) = (Purpose::Rotate, None, Some(p(2))),
        Some(&key),
    );
    let error = desk.act(Act::Rotate { request: Box::new(request) }).unwrap_err();
    assert_eq!(error, ActError::Request(crate::joining::RequestError::NotAuthorised));
}

#[test]
fn a_stolen_laptop_stop_then_replace() {
    let acts = vec![StopAct::revoke_person(p(1), StopReason::Stolen)];
    let mut desk = desk_with(vec![stop(None, None, acts)]);
    assert_eq!(desk.draft.stop, desk.held.last_stop());
    desk.act(Act::Replace { person: p(1), request: replacing(1, 39) }).unwrap();
    desk.act(Act::Resume { person: p(1) }).unwrap();
    let other = desk.act(Act::Replace { person: p(2), request: replacing(1, 41) });
    assert_eq!(other, Err(ActError::Purpose));
    let before = directory(&root());
    let old = active(&before, 1, KeyKind::Sign);
    let stops = desk.held.stops().to_vec();
    let after = desk.sign();
    assert_eq!(after.key(&old).unwrap().1.state, KeyState::Stopped);
    let held = InForce::new(root(), after, stops, None).unwrap();
    assert!(held.key_now(&new_key(39).key_id()).is_ok());
    let held = held.with_stop_leaf(1, Place { origin: root().log_origin().clone(), index: 5 });
    let at = |index| Place { origin: root().log_origin().clone(), index };
    assert_eq!(held.standing(&old, Some(&at(4))), Standing::Good);
    assert_eq!(held.standing(&old, Some(&at(6))), Standing::Revoked);
    assert_eq!(held.standing(&new_key(39).key_id(), Some(&at(6))), Standing::Good, "the new key came later");
}

#[test]
fn a_suspension_is_folded_and_lifted() {
    let mut desk = desk_with(vec![stop(None, None, vec![suspend(1)])]);
    assert_eq!(desk.draft.persons[0].state, PersonState::Suspended);
    assert_ne!(desk.draft.persons[0].salt, Bytes([1; 16]), "a changed entry has a new salt");
    assert_eq!(desk.act(Act::Resume { person: p(2) }), Err(ActError::NotSuspended { person: p(2) }));
    desk.act(Act::Resume { person: p(1) }).unwrap();
    let stops = desk.held.stops().to_vec();
    let after = desk.sign();
    let held = InForce::new(root(), after, stops, None).unwrap();
    assert!(held.person_now(p(1)).is_ok());
}

#[test]
fn whose_keys_are_all_revoked_is_not_resumed() {
    let mut desk = desk_with(vec![stop(None, None, vec![StopAct::revoke_person(p(1), StopReason::Other)])]);
    assert_eq!(desk.draft.persons[0].state, PersonState::Suspended);
    assert_eq!(desk.act(Act::Resume { person: p(1) }), Err(ActError::NoKeyLeft { person: p(1) }));
    assert_eq!(desk.draft.persons[0].state, PersonState::Suspended);
}

#[test]
fn posts_roles_and_deputies() {
    let mut desk = desk();
    let role = RoleGrant { role: Role::Approver, unit: Some(u(1)), from: day("2026-02-01"), to: None };
    let post = Post { unit: u(1), title: "科长".to_owned() };
    let change = Act::ChangePosts { person: p(1), posts: vec![post], roles: vec![role.clone()] };
    desk.act(change).unwrap();
    let deputy =
        Deputy { role: Role::Approver, person: p(3), from: day("2026-02-01"), to: day("2026-02-28") };
    desk.act(Act::SetDeputies { person: p(1), deputies: vec![deputy.clone()] }).unwrap();
    let gone = Deputy { person: p(4), ..deputy };
    assert_eq!(
        desk.act(Act::SetDeputies { person: p(1), deputies: vec![gone] }),
        Err(ActError::Closed { person: p(4) })
    );
    let oneself = Deputy { person: p(1), ..deputy };
    let error = desk.act(Act::SetDeputies { person: p(1), deputies: vec![oneself] });
    assert!(matches!(error, Err(ActError::Text(_))));
    let name = Some(("李娜娜".to_owned(), "li na na".to_owned()));
    desk.act(Act::ChangePerson { person: p(1), name, clearance: Some(Clearance::Internal) }).unwrap();
    let before = directory(&root());
    let changes = desk.sign().changes_since(&before);
    assert!(changes.contains(&Change::Roles { person: p(1), added: vec![role], removed: vec![] }));
    assert!(changes.contains(&Change::Deputies { person: p(1), added: vec![deputy], removed: vec![] }));
    assert!(changes.contains(&Change::Clearance {
        person: p(1),
        from: Clearance::Secret,
        to: Clearance::Internal
    }));
    let renamed = Change::Renamed { person: p(1), from: "李娜".to_owned(), to: "李娜娜".to_owned() };
    assert!(changes.contains(&renamed));
}

fn checklist() -> Checklist {
    let paper = Paper { class: "leaving".to_owned(), hash: Some(PaperHash::from_bytes([1; 32])) };
    Checklist {
        held: 0,
        pending: 0,
        letter: Some((paper, day("2029-01-20"))),
        cooling_off: Some(day("2028-01-20")),
    }
}

#[test]
fn end_of_service_and_its_checklist() {
    let mut desk = desk();
    let mut leave = |change: fn(&mut Checklist)| {
        let mut checklist = checklist();
        change(&mut checklist);
        desk.act(Act::EndService { person: p(3), checklist })
    };
    let holds = leave(|list| (list.held, list.pending) = (2, 1));
    assert_eq!(holds, Err(ActError::StillHolds { held: 2, pending: 1 }));
    assert_eq!(leave(|list| list.letter = None), Err(ActError::NoLetter));
    assert_eq!(leave(|list| list.cooling_off = None), Err(ActError::NoCoolingOff));
    let done = leave(|_| ()).unwrap();
    assert_eq!(done.cautions, []);
    assert_eq!(leave(|_| ()), Err(ActError::Closed { person: p(3) }));
    let after = desk.sign();
    let entry = after.person(p(3)).unwrap();
    assert_eq!((entry.state, entry.letter), (PersonState::Closed, Some(day("2029-01-20"))));
    assert!(entry.keys.iter().all(|key| key.state == KeyState::Retired));
    assert_eq!(after.unit(u(2)).unwrap().clerks, [p(1)]);
    assert!(after.person(p(2)).unwrap().deputies.is_empty(), "nobody's deputy any more");
    // He may come back under his own number, after the cooling-off time.
    let held = InForce::new(root(), after, vec![], None).unwrap();
    let rng = &mut StdRng::seed_from_u64(3);
    let back = |made: Time, rng: &mut StdRng| {
        let mut draft = Draft::over(&held, made, made.plus_days(60), rng);
        draft.apply(Act::Return { person: p(3), request: replacing(3, 39) }, &held, rng)
    };
    let until = day("2028-01-20");
    assert_eq!(back(time("2028-01-19T00:00:00Z"), rng), Err(ActError::CoolingOff { until }));
    assert!(back(time("2028-01-20T16:00:00Z"), rng).is_ok());
    let mut draft = Draft::over(&held, time("2028-02-01T00:00:00Z"), time("2028-03-01T00:00:00Z"), rng);
    let present = draft.apply(Act::Return { person: p(1), request: replacing(1, 39) }, &held, rng);
    assert_eq!(present, Err(ActError::NotClosed { person: p(1) }));
}

#[test]
fn units_and_their_recovery_keys() {
    let mut desk = desk();
    let unit = NewUnit {
        number: None,
        name: "人事科".to_owned(),
        parent: Some(u(1)),
        max_level: LevelWord::Internal,
        clerks: vec![p(2), p(1)],
    };
    assert_eq!(desk.act(Act::AddUnit(Box::new(unit))).unwrap().holder, u(3).into());
    let change =
        Act::ChangeUnit { unit: u(3), name: None, parent: Some(None), max_level: Some(LevelWord::Secret) };
    desk.act(change).unwrap();
    let key = desk.held.directory().unit(u(2)).unwrap().recovery.clone();
    let taken = desk.act(Act::SetRecovery { unit: u(3), key: key.clone() });
    assert_eq!(taken, Err(ActError::KeyTaken { owner: u(2).into() }));
    desk.act(Act::SetRecovery { unit: u(2), key: None }).unwrap();
    desk.act(Act::SetRecovery { unit: u(3), key: key.clone() }).unwrap();
    let changes = desk.sign().changes_since(&directory(&root()));
    let id = key.map(|key| key.id);
    assert!(changes.contains(&Change::Recovery { unit: u(2), from: id, to: None }));
    assert!(changes.contains(&Change::Recovery { unit: u(3), from: None, to: id }));
}

#[test]
fn stops_that_would_take_nothing() {
    let held = in_force(vec![stop(None, None, vec![suspend(1)])], None);
    let made = time("2026-01-20T00:00:00Z");
    let refuse = |act: StopAct| held.stop_text(made, vec![act]).unwrap_err();
    assert_eq!(refuse(suspend(1)), ActError::Suspended { person: p(1) });
    assert_eq!(refuse(suspend(4)), ActError::Closed { person: p(4) });
    assert_eq!(refuse(suspend(9)), ActError::Unknown { holder: p(9).into() });
    let foreign = StopAct::revoke_key(p(1), signing_key(2).key_id(), StopReason::Lost);
    assert_eq!(refuse(foreign), ActError::NoSuchKey { person: p(1) });
    let text = held.stop_text(made, vec![StopAct::revoke_person(p(1), StopReason::Stolen)]).unwrap();
    assert_eq!((text.number, text.acts.len()), (2, 2));
}

#[test]
fn a_chain_of_stops_goes_on_after_a_fold() {
    let root = root();
    let first = stop(None, None, vec![suspend(1)]);
    let folded = next(&root, &directory(&root), |draft| {
        draft.made = time("2026-01-08T01:00:00Z");
        draft.stop = Some(first.reference());
    });
    let held = InForce::new(root.clone(), folded, vec![], None).unwrap();
    let text = held.stop_text(time("2026-01-20T00:00:00Z"), vec![suspend(2)]).unwrap();
    assert_eq!((text.number, text.previous, text.folded), (2, Some(first.hash()), Some(first.reference())));
    let second = with_officers(&[1], |officers| Stop::sign(text, &root, officers)).unwrap();
    assert_eq!(second.successor_of(&first), Ok(()));
}
