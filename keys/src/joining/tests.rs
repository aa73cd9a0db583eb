#![allow(clippy::unwrap_used, reason = "tests")]
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;
use crate::bytes::{ByteString, Bytes};
use crate::digest::OrgId;
use crate::directory::testing::{directory, office, office_key, p, root, signing_key, time};
use crate::directory::{InForce, Inactive, Stop, StopAct, StopReason};
use crate::key_id::KeyKind;
use crate::note::{KeyName, NoteError, Signed};
use crate::numbers::PersonNo;
use crate::signing::{PublicKeyError, SigningKey};
use crate::time::Time;

pub(crate) fn code(seed: u64) -> JoinCode {
    JoinCode::generate(&mut StdRng::seed_from_u64(seed))
}

fn opening(seed: u8) -> OpeningPublic {
    // Any point that is not of low order will do for a public key.
    let mut key = [0; 32];
    key[0] = 9;
    key[1] = seed;
    OpeningPublic { kind: KeyKind::OpeningClassic, key: ByteString(key.to_vec()) }
}

/// A request to join, made with this code; keys from the seed.
pub(crate) fn text(code: &JoinCode, seed: u8) -> RequestText {
    let org = root().org();
    RequestText {
        tag: RequestType,
        org,
        purpose: Purpose::Join,
        person: None,
        invitation: Some(code.id(&org)),
        name: "韩梅".to_owned(),
        pinyin: "han mei".to_owned(),
        opening: Some(opening(seed)),
        signing: Some(Bytes(*new_key(seed).public().as_bytes())),
        station: Some(Bytes(*SigningKey::from_seed(&[seed ^ 0x80; 32]).public().as_bytes())),
        made: time("2026-01-07T00:00:00Z"),
    }
}

pub(crate) fn new_key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

pub(crate) fn request(code: &JoinCode, seed: u8) -> Request {
    let key = new_key(seed);
    Request::sign(text(code, seed), &Secrets { new: Some(&key), code: Some(code), ..Secrets::default() })
        .unwrap()
}

/// A request of person `p1` by his present key.
pub(crate) fn by_present(change: impl FnOnce(&mut RequestText), new: Option<&SigningKey>) -> Request {
    let mut text = text(&code(1), 7);
    (text.person, text.invitation) = (Some(p(1)), None);
    change(&mut text);
    let present = signing_key(1);
    Request::sign(text, &Secrets { new, present: Some(&present), code: None }).unwrap()
}

fn in_force() -> InForce {
    InForce::new(root(), directory(&root()), vec![], None).unwrap()
}

fn inbox(invitations: Vec<Invitation>) -> Inbox {
    let list = InvitationList::sign(
        &root(),
        time("2026-01-07T00:00:00Z"),
        invitations,
        (&office("o3"), &office_key(3)),
    );
    Inbox::new(list.unwrap().invitations(), [])
}

fn invite(code: &JoinCode, person: Option<PersonNo>) -> Invitation {
    InvitationEntry::of(code, &root().org(), person, time("2026-01-14T00:00:00Z"))
}

const NOW: &str = "2026-01-08T00:00:00Z";

fn now() -> Time {
    time(NOW)
}

#[test]
fn a_code_reads_back_however_it_is_typed() {
    for seed in 0..20 {
        let code = code(seed);
        let text = code.to_text();
        assert_eq!(text.len(), 34);
        for typed in [
            text.to_string(),
            text.to_lowercase(),
            text.replace('-', " "),
            text.replace('0', "o").replace('1', "l"),
        ] {
            assert_eq!(*JoinCode::parse(&typed).unwrap().to_text(), *text, "{seed}");
        }
    }
}

#[test]
fn a_code_that_was_mistyped() {
    let text = code(1).to_text().to_string();
    let mut noticed = 0;
    for at in 0..text.len() {
        let mut typed: Vec<char> = text.chars().collect();
        if typed[at] == '-' {
            continue;
        }
        typed[at] = if typed[at] == '7' { '8' } else { '7' };
        let typed: String = typed.into_iter().collect();
        noticed += u32::from(JoinCode::parse(&typed).is_err_and(|error| error == CodeError::Checksum));
    }
    assert_eq!(noticed, 28);
    for bad in [
        "",
        "ABCD",
        text.strip_prefix(char::is_alphanumeric).unwrap(),
        &format!("{text}0"),
        &text.replace('-', "_"),
        "U".repeat(28).as_str(),
    ] {
        assert_eq!(JoinCode::parse(bad).unwrap_err(), CodeError::Form, "{bad}");
    }
}

#[test]
fn a_code_belongs_to_one_organisation() {
    let (code, org, other) = (code(1), root().org(), OrgId::from_bytes([1; 32]));
    assert_ne!(code.id(&org), code.id(&other));
    assert_ne!(code.key(&org).public().as_bytes(), code.key(&other).public().as_bytes());
    assert_eq!(format!("{code:?}"), "JoinCode(Secret<16>(..))");
}

#[test]
fn a_request_comes_back() {
    let request = request(&code(1), 7);
    let read = Request::verify(&request.signed().encode(), root().org()).unwrap();
    assert_eq!(read, request);
    assert_eq!(read.fingerprint().replace(' ', "").len(), 30);
    assert_eq!(read.keys().count(), 3);
    let other = Request::verify(&request.signed().encode(), OrgId::from_bytes([1; 32])).unwrap_err();
    assert!(matches!(other, RequestError::Note(NoteError::Org { .. })));
}

#[test]
fn request_without_proof_of_possession() {
    let code = code(1);
    // Signed with the code alone, and with another key than the one it names.
    let bare = Request::sign(text(&code, 7), &Secrets { code: Some(&code), ..Secrets::default() });
    assert!(matches!(bare, Err(RequestError::NoProof(_))));
    let other = new_key(8);
    let foreign = Request::sign(
        text(&code, 7),
        &Secrets { new: Some(&other), code: Some(&code), ..Secrets::default() },
    );
    assert!(matches!(foreign, Err(RequestError::NoProof(_))));
}

#[test]
fn request_with_one_key_for_two_kinds_or_a_weak_key() {
    let code = code(1);
    let refused = |change: fn(&mut RequestText)| {
        let mut text = text(&code, 7);
        change(&mut text);
        let key = new_key(7);
        Request::sign(text, &Secrets { new: Some(&key), code: Some(&code), ..Secrets::default() })
            .unwrap_err()
    };
    assert_eq!(refused(|text| text.station = text.signing), RequestError::OneKeyTwoKinds);
    let weak = refused(|text| text.station = Some(Bytes([0; 32])));
    assert_eq!(weak, RequestError::Key { kind: KeyKind::Station, reason: PublicKeyError::SmallOrder });
    let weak = refused(|text| text.opening.as_mut().unwrap().key = ByteString(vec![0; 32]));
    assert!(matches!(weak, RequestError::Opening(_)));
    let kind = refused(|text| text.opening.as_mut().unwrap().kind = KeyKind::Sign);
    assert!(matches!(kind, RequestError::Opening(_)));
    for change in [
        (|text| text.station = None) as fn(&mut RequestText),
        |text| text.invitation = None,
        |text| text.person = Some(p(1)),
        |text| text.purpose = Purpose::Rotate,
        |text| text.name.clear(),
    ] {
        assert!(matches!(refused(change), RequestError::Note(NoteError::Text(_))));
    }
}

#[test]
fn only_the_present_key_asks_for_a_station_or_rotation() {
    let station = |text: &mut RequestText| {
        (text.purpose, text.opening, text.signing) = (Purpose::Station, None, None);
    };
    let request = by_present(station, None);
    assert_eq!(request.authorised(&in_force()), Ok(p(1)));
    let foreign = by_present(
        |text| {
            station(text);
            text.person = Some(p(2));
        },
        None,
    );
    assert_eq!(foreign.authorised(&in_force()), Err(RequestError::NotAuthorised));
    // A revoked person asks for nothing.
    let root = root();
    let acts = vec![StopAct::revoke_person(p(1), StopReason::Stolen)];
    let text = Stop::next_text(&root, None, None, time("2026-01-07T00:00:00Z"), acts);
    let stop = Stop::sign(text, &root, &[(&office("o1"), &office_key(1))]).unwrap();
    let held = InForce::new(root.clone(), directory(&root), vec![stop], None).unwrap();
    assert_eq!(request.authorised(&held), Err(RequestError::Inactive(Inactive::Suspended)));
}

#[test]
fn code_used_twice() {
    let code = code(1);
    let mut inbox = inbox(vec![invite(&code, None)]);
    assert_eq!(inbox.admit(&request(&code, 7), now()), Ok(Admitted::New));
    assert_eq!(inbox.admit(&request(&code, 7), now()), Ok(Admitted::Again), "the same request again");
    assert_eq!(inbox.admit(&request(&code, 8), now()), Err(InviteError::Used));
    assert_eq!((inbox.used().count(), inbox.left(now())), (1, 0));
}

#[test]
fn code_expired() {
    let code = code(1);
    let invitation = invite(&code, None);
    let at = invitation.expires;
    let mut inbox = inbox(vec![invitation]);
    assert_eq!(inbox.left(at), 0);
    assert_eq!(inbox.admit(&request(&code, 7), at), Err(InviteError::Expired { at }));
    assert_eq!(inbox.admit(&request(&code, 7), at.plus_seconds(-1)), Ok(Admitted::New));
}

#[test]
fn code_guessed_at() {
    let (right, guess) = (code(1), code(2));
    let mut inbox = inbox(vec![invite(&right, None)]);
    assert_eq!(inbox.admit(&request(&guess, 7), now()), Err(InviteError::Unknown));
    // The id is public; without the code it admits nothing, not even to the relay that knows the list.
    let mut named = text(&guess, 7);
    named.invitation = Some(right.id(&root().org()));
    let key = new_key(7);
    let forged =
        Request::sign(named, &Secrets { new: Some(&key), code: Some(&guess), ..Secrets::default() }).unwrap();
    assert_eq!(inbox.admit(&forged, now()), Err(InviteError::WrongCode));
    assert_eq!(inbox.admit(&request(&right, 7), now()), Ok(Admitted::New), "guessing uses nothing up");
}

#[test]
fn code_for_another_person_or_purpose() {
    let code = code(1);
    let mut inbox = inbox(vec![invite(&code, Some(p(1)))]);
    assert_eq!(inbox.admit(&request(&code, 7), now()), Err(InviteError::NotForThis));
    let key = new_key(7);
    let replace = |person| {
        let mut text = text(&code, 7);
        (text.purpose, text.person) = (Purpose::Replace, Some(p(person)));
        Request::sign(text, &Secrets { new: Some(&key), code: Some(&code), ..Secrets::default() }).unwrap()
    };
    assert_eq!(inbox.admit(&replace(2), now()), Err(InviteError::NotForThis));
    assert_eq!(inbox.admit(&replace(1), now()), Ok(Admitted::New));
}

#[test]
fn enrolment_inbox_flooded() {
    // Whatever comes in, no more stays than there are invitations.
    let codes: Vec<JoinCode> = (0..3).map(code).collect();
    let mut inbox = inbox(codes.iter().map(|code| invite(code, None)).collect());
    let mut admitted = 0;
    for seed in 0..40 {
        for code in codes.iter().chain([&code(99)]) {
            admitted += u32::from(inbox.admit(&request(code, seed), now()) == Ok(Admitted::New));
        }
    }
    assert_eq!((admitted, inbox.used().count(), inbox.left(now())), (3, 3, 0));
}

#[test]
fn an_officer_signs_his_own_list_and_nobody_elses() {
    let root = root();
    let (made, invitations) = (time("2026-01-07T00:00:00Z"), vec![invite(&code(1), None)]);
    let sign = |name: &str, key| {
        InvitationList::sign(&root, made, invitations.clone(), (&office(name), &office_key(key)))
    };
    assert_eq!(sign("o2", 2).unwrap().officer(), &office("o2"));
    assert_eq!(sign("o2", 3), Err(InvitationsError::NotSigned { name: office("o2") }));
    assert_eq!(sign("o4", 4), Err(InvitationsError::NoOfficer { name: office("o4") }));
    // A line of another officer below it makes it nobody else's.
    let mut text = sign("o2", 2).unwrap().signed().value().clone();
    text.officer = office("o3");
    let signed = Signed::sign(text, &KeyName::office(&root.org(), &office("o2")), &office_key(2)).unwrap();
    let foreign = InvitationList::verify(&root, &signed.encode());
    assert_eq!(foreign, Err(InvitationsError::NotSigned { name: office("o3") }));
    let twice = vec![invite(&code(1), None), invite(&code(1), None)];
    let error = InvitationList::sign(&root, made, twice, (&office("o1"), &office_key(1))).unwrap_err();
    assert!(matches!(error, InvitationsError::Note(NoteError::Text(_))));
    assert_eq!(sign("o1", 1).unwrap().signed().value().root, root.reference());
}

#[test]
fn an_invitation_is_found_by_its_id_and_a_list_by_what_it_follows() {
    let (root, codes) = (root(), (0..9).map(code).collect::<Vec<_>>());
    let list = |day: &str, codes: &[JoinCode]| {
        let invitations = codes.iter().map(|code| invite(code, None)).collect();
        InvitationList::sign(&root, time(day), invitations, (&office("o1"), &office_key(1))).unwrap()
    };
    let first = list("2026-01-07T00:00:00Z", &codes);
    for code in &codes {
        assert_eq!(first.invitation(code.id(&root.org())), Some(&invite(code, None)));
    }
    assert_eq!(first.invitation(code(99).id(&root.org())), None);
    let (second, other) = (list("2026-01-07T00:00:01Z", &codes), list("2026-01-07T00:00:00Z", &codes[..3]));
    assert!(second.follows(&first) && first.follows(&first));
    assert!(!first.follows(&second) && !other.follows(&first), "older, or another of the same second");
}
