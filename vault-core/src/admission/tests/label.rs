//! Labels as a changed client might sign them, at the relay and at the reader.

use vault_keys::digest::PolicyHash;
use vault_keys::directory::{KeyState, PersonState};
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::note::NoteLine;
use vault_keys::numbers::PersonNo;

use super::*;
use crate::item::{Approval, ApprovalKind, LabelHash, NumberedCopy, Right};
use crate::level::Level;
use crate::policy::{Policy, RecoveryRule};
use crate::scope::Ascending;
use crate::sealing::RecoveryChoice;
use crate::term::Term;
use crate::test_world::unit_no;

/// What relay and reader both refuse a changed label for.
#[track_caller]
fn both(world: &World, change: impl FnOnce(&mut Label, &mut Vec<Wrap>), expected: &[Code]) {
    let (item, _) = item(world, change);
    assert_eq!(relay_codes(world, &item), expected, "at the relay");
    assert_eq!(reader_codes(world, &item), expected, "at the reader");
}

#[test]
fn a_top_secret_label_is_refused_first_whatever_else_is_wrong() {
    let world = World::new();
    let (item, file_key) = item(&world, |_, _| {});
    for level in ["\"top-secret\"", "\"绝密\"", "\"\"", "\"restricted\"", "null", "3"] {
        let text = item.label().text().replace("\"internal\"", level);
        let note = item.label().encode();
        let note = String::from_utf8(note).unwrap().replace(item.label().text(), &text);
        let error = reassemble(&item, &file_key, note.into_bytes(), item.access().encode()).unwrap_err();
        assert_eq!(form_codes(&world, &error), [Code::TopSecret], "{level}");
    }
    let without = item.label().text().replace("\"level\":\"internal\",", "");
    let note = String::from_utf8(item.label().encode()).unwrap().replace(item.label().text(), &without);
    let error = reassemble(&item, &file_key, note.into_bytes(), item.access().encode()).unwrap_err();
    assert_eq!(form_codes(&world, &error), [Code::TopSecret]);
}

#[test]
fn an_item_without_a_label_has_no_level() {
    let world = World::new();
    let (item, file_key) = item(&world, |_, _| {});
    let stanzas: Vec<Stanza> =
        item.header().stanzas().iter().filter(|stanza| stanza.tag() != item_header::LABEL).cloned().collect();
    let error = ItemHeader::from_header(Header::write(&stanzas, &file_key).unwrap()).unwrap_err();
    assert_eq!(form_codes(&world, &error), [Code::TopSecret]);
    let bare = Header::write(item.recipients(), &file_key).unwrap();
    assert_eq!(form_codes(&world, &ItemHeader::from_header(bare).unwrap_err()), [Code::NotAnItem]);
}

#[test]
fn texts_of_another_purpose_or_organisation_are_refused() {
    let world = World::new();
    let (item, file_key) = item(&world, |_, _| {});
    let error = reassemble(&item, &file_key, item.access().encode(), item.access().encode()).unwrap_err();
    assert_eq!(form_codes(&world, &error), [Code::WrongType]);
    let error = reassemble(&item, &file_key, item.label().encode(), item.label().encode()).unwrap_err();
    assert_eq!(form_codes(&world, &error), [Code::WrongType]);
    // A rehearsal of the same people with the same keys is another organisation.
    let rehearsal = World::under(Policy::internal_without_decision, |root| root.name = "演练单位".to_owned());
    assert_eq!(relay_codes(&rehearsal, &item), [Code::WrongOrg]);
}

#[test]
fn other_suites_are_refused() {
    let world = World::new();
    let error = {
        let ready = world.ready(&world.draft(&[3]), LENGTH, 1).unwrap();
        let (mut label, wraps) = (ready.label().clone(), ready.wraps());
        label.suite = vault_keys::opening::Suite::Classic;
        let name = KeyName::person(&label.org, label.sender.person);
        let writer = Writer { name: &name, key: &world.member(1).signing };
        let plaintext = PlaintextLen::new(LENGTH).unwrap();
        Plan::new(label, ready.manifest(), wraps, Vec::new(), plaintext, writer, &mut SeededRng::new(1))
            .unwrap_err()
    };
    let crate::item::build::BuildError::Item(error) = error else { panic!("{error}") };
    assert_eq!(form_codes(&world, &error), [Code::SuiteMixed]);
}

#[test]
fn recovery_keys_are_those_the_policy_wants() {
    let mut world = World::new();
    let mut draft = world.draft(&[3]);
    draft.recovery = RecoveryChoice::Units(Ascending::of([unit_no(1)]));
    let under = |world: &mut World, rule| {
        let policy = world.policies[0].value().clone();
        let mut internal = policy.level(Level::Internal).clone();
        internal.recovery = rule;
        world.change_policy(policy.with(internal));
    };
    under(&mut world, RecoveryRule::Required);
    let (kept, _) = item_of(&world, &draft, |_, _| {});
    let (missing, _) = item_of(&world, &draft, |label, wraps| {
        label.recovery = Ascending::empty();
        wraps.retain(|wrap| wrap.right != Right::Recovery);
    });
    for codes in [relay_codes, reader_codes] {
        assert_eq!(codes(&world, &kept), []);
        assert_eq!(codes(&world, &missing), [Code::RecoveryMissing]);
    }
    under(&mut world, RecoveryRule::Forbidden);
    let key = world.directory().unit(unit_no(1)).unwrap().recovery.clone().unwrap();
    let (recipient, holder) = (key.recipient().unwrap(), unit_no(1).into());
    let surplus = |label: &mut Label, wraps: &mut Vec<Wrap>| {
        label.recovery = Ascending::of([unit_no(1)]);
        wraps.push(Wrap { recipient, holder, right: Right::Recovery });
    };
    both(&world, surplus, &[Code::RecoverySurplus]);
}

#[test]
fn marks_say_what_level_and_term_say() {
    let world = World::new();
    both(&world, |label, _| label.mark = "秘密★5年".to_owned(), &[Code::MarkDiffers]);
    both(&world, |label, _| label.term = Term::Years(6), &[]); // 内部 prints no term
    both(&world, |label, _| label.term = Term::None, &[Code::TermUnfit]);
    both(&world, |label, _| label.ends = Some("2031-11-22".parse().unwrap()), &[Code::EndsDiffer]);
    both(
        &world,
        |label, _| {
            label.level = Level::Secret;
            label.mark = "机密★21年".to_owned();
            label.term = Term::Years(21);
        },
        &[Code::TermTooLong, Code::DecidersDiffer],
    );
}

#[test]
fn document_numbers_carry_no_higher_mark() {
    let world = World::new();
    let doc_no = |text: &str| {
        let text = Some(text.to_owned());
        move |label: &mut Label, _: &mut Vec<Wrap>| label.doc_no = text
    };
    both(&world, doc_no("绝密〔2026〕1号"), &[Code::TopSecret]);
    both(&world, doc_no("机密〔2026〕1号"), &[Code::MarkDiffers]);
    both(&world, doc_no("内部〔2026〕1号"), &[]);
    both(&world, doc_no("国密局发〔2026〕1号"), &[]);
}

#[test]
fn the_end_is_stated_where_it_is_known() {
    let world = World::new();
    let issued = |ends: Option<&str>| {
        let ends = ends.map(|day| day.parse().unwrap());
        move |label: &mut Label, _: &mut Vec<Wrap>| {
            label.starts.by = crate::item::StartsBy::Issued;
            label.starts.date = Some("2026-11-20".parse().unwrap());
            label.ends = ends;
        }
    };
    both(&world, issued(Some("2031-11-20")), &[]);
    both(&world, issued(Some("2031-11-21")), &[Code::EndsDiffer]);
    both(&world, issued(None), &[Code::EndsDiffer]);
}

#[test]
fn no_end_day_beyond_the_policys_longest_term() {
    let mut world = World::new();
    let policy = Policy::internal_without_decision(world.root.org());
    let mut rule = policy.level(Level::Internal).clone();
    rule.longest_years = Some(3);
    world.change_policy(policy.with(rule));
    let mut draft = world.draft(&[3, 4]);
    for (term, expected) in [
        (Term::Years(3), vec![]),
        (Term::Years(4), vec![Code::TermTooLong]),
        (Term::Until("2029-11-22".parse().unwrap()), vec![]),
        (Term::Until("2029-11-23".parse().unwrap()), vec![Code::TermTooLong]),
        (Term::Months(11), vec![]),
        (Term::Long, vec![]),
    ] {
        draft.term = Some(term.clone());
        assert_eq!(draft_codes(&world, &draft), expected, "{term}");
    }
}

#[test]
fn deciders_where_none_are_demanded_are_refused() {
    let world = World::new();
    let standing = Approval {
        kind: ApprovalKind::Standing,
        request: Some(vault_keys::digest::NoteHash::from_bytes([3; 32])),
    };
    both(&world, |label, _| label.approval = standing, &[Code::DecidersDiffer, Code::LeaveMissing]);
}

#[test]
fn labels_are_signed_by_an_active_key_of_their_sender() {
    let world = World::new();
    let (own, file_key) = item(&world, |_, _| {});
    // The label of p1, signed by p2: no line of p1's key.
    let name = KeyName::person(&own.org(), world.member(2).person);
    let other = Signed::sign(own.label().value().clone(), &name, &world.member(2).signing).unwrap();
    let item2 = reassemble(&own, &file_key, other.encode(), own.access().encode()).unwrap();
    assert_eq!(relay_codes(&world, &item2), [Code::LabelSignature]);
    // Signed by p2 under p1's name.
    let name = KeyName::person(&own.org(), world.member(1).person);
    let other = Signed::sign(own.label().value().clone(), &name, &world.member(2).signing).unwrap();
    let item2 = reassemble(&own, &file_key, other.encode(), own.access().encode()).unwrap();
    assert_eq!(reader_codes(&world, &item2), [Code::LabelSignature]);
    // A key of p2's, a station key of p1's, no key at all.
    let of_p2 = world.member(2).signing.key_id();
    both(&world, |label, _| label.sender.key = of_p2, &[Code::SenderKey]);
    let station = world.member(1).station.key_id();
    both(&world, |label, _| label.sender.key = station, &[Code::SenderKey]);
    both(&world, |label, _| label.station = KeyId::from_bytes([1; 32]), &[Code::StationKey]);
    let other_station = world.member(2).station.key_id();
    both(&world, |label, _| label.station = other_station, &[Code::StationKey]);
}

#[test]
fn appended_signature_lines_change_nothing() {
    let world = World::new();
    let (item, file_key) = item(&world, |_, _| {});
    let append = |note: &vault_keys::note::Note| {
        let mut note = note.clone();
        let stranger: KeyName = "witness.example/w1".parse().unwrap();
        note.add_lines([NoteLine::with_key_hash(stranger, [1, 2, 3, 4], vec![5; 64])]).unwrap();
        let member = world.member(2);
        note.cosign(&KeyName::person(&item.org(), member.person), &member.signing).unwrap();
        note.encode()
    };
    let more =
        reassemble(&item, &file_key, append(item.label().note()), append(item.access().note())).unwrap();
    assert_eq!(more.label_hash(), item.label_hash());
    assert_eq!(relay_codes(&world, &more), []);
    assert_eq!(reader_codes(&world, &more), []);
}

#[test]
fn only_the_sender_submits() {
    let world = World::new();
    let (item, _) = item(&world, |_, _| {});
    let side = Side::Relay(Relay::item(world.member(2).person));
    let decision = judge(&world, Subject::Sealed(&item), side, world.now());
    assert_eq!(codes(&decision), [Code::SubmitterDiffers]);
}

#[test]
fn directory_and_policy_named_are_known_ones() {
    let mut world = World::new();
    both(&world, |label, _| label.directory.version = 7, &[Code::DirectoryUnknown]);
    both(
        &world,
        |label, _| label.directory.hash = vault_keys::digest::DirectoryHash::from_bytes([1; 32]),
        &[Code::DirectoryDiffers],
    );
    both(
        &world,
        |label, _| label.policy = PolicyHash::from_bytes([1; 32]),
        &[Code::PolicyUnknown, Code::PolicyDiffers],
    );
    // An item sealed under directory 1 is accepted under directory 2, as long as nothing it rests on was taken away.
    let (old, _) = item(&world, |_, _| {});
    world.change(|_, _| {});
    assert_eq!(relay_codes(&world, &old), []);
    assert_eq!(reader_codes(&world, &old), []);
    let standard = Policy::standard(world.root.org());
    world.change_policy(standard);
    assert_eq!(relay_codes(&world, &old), [Code::PolicyDiffers]);
    assert_eq!(reader_codes(&world, &old), []);
}

#[test]
fn a_reader_who_missed_a_directory_judges_by_the_next_one() {
    let mut world = World::new();
    world.change(|_, _| {});
    let (item, _) = item(&world, |_, _| {});
    let (now, sender_station) = (world.now(), world.member(1).station.key_id());
    let mut retire = |state, to: Time| {
        world.change(|persons, _| {
            for key in &mut persons[0].keys {
                key.state = state;
                key.to = Some(to);
            }
        });
        // Directories 1 and the newest are known, 2 was published and replaced while the reader was away.
        let known = [&world.directories[0]];
        let shelf = world.shelf();
        let published = super::super::Published { earlier: &known, ..shelf.published() };
        let side = Side::Reader(Reader::default());
        let decision = check(&Facts { published, subject: Subject::Sealed(&item), side }, now);
        let relay = Side::Relay(Relay::item(world.member(1).person));
        let at_relay = check(&Facts { published, subject: Subject::Sealed(&item), side: relay }, now);
        assert_eq!(
            at_relay.first(),
            Some(Code::SenderKey),
            "the relay knows every directory, and asks the newest"
        );
        (codes(&decision), decision.remarks().to_vec())
    };
    assert_eq!(item.label().value().station, sender_station);
    let later = super::super::Remark::JudgedByLaterDirectory;
    assert_eq!(retire(KeyState::Retired, now.plus_seconds(1)), (vec![], vec![later]));
    // What was retired before the item was made counts no longer, nor what was stopped: no claimed time proves it.
    let not_his = vec![Code::SenderKey, Code::StationKey, Code::AccessSignature, Code::RowKeyInactive];
    assert_eq!(retire(KeyState::Retired, now).0, not_his);
    let unproven = vec![Code::SignerUnproven, Code::RowKeyInactive];
    assert_eq!(retire(KeyState::Stopped, now.plus_seconds(1)).0, unproven);
    // An item under a directory that is yet to come is not judged by an older one.
    let shelf = world.shelf_until(1);
    let published = shelf.published();
    let side = Side::Reader(Reader::default());
    let decision = check(&Facts { published, subject: Subject::Sealed(&item), side }, now);
    assert_eq!(codes(&decision), [Code::DirectoryUnknown]);
}

#[test]
fn an_item_stays_readable_after_its_sender_left_also_for_whoever_missed_the_directory() {
    let mut world = World::new();
    world.change(|_, _| {});
    let (item, _) = item(&world, |_, _| {});
    let now = world.now();
    world.change(|persons, _| {
        persons[0].state = PersonState::Closed;
        for key in &mut persons[0].keys {
            key.state = KeyState::Retired;
            key.to = Some(now.plus_seconds(1));
        }
    });
    let known = [&world.directories[0]];
    let shelf = world.shelf();
    let published = super::super::Published { earlier: &known, ..shelf.published() };
    let side = Side::Reader(Reader::default());
    let decision = check(&Facts { published, subject: Subject::Sealed(&item), side }, now);
    assert_eq!(codes(&decision), []);
    assert_eq!(decision.remarks(), [super::super::Remark::JudgedByLaterDirectory]);
}

#[test]
fn what_was_taken_away_since_is_refused_at_the_relay() {
    let mut world = World::new();
    let (old, _) = item(&world, |_, _| {});
    let now = world.now();
    world.change(|persons, _| {
        for key in persons[0].keys.iter_mut().filter(|key| key.kind == KeyKind::Sign) {
            key.state = KeyState::Stopped;
            key.to = Some(now);
        }
    });
    assert_eq!(relay_codes(&world, &old), [Code::SenderKey, Code::AccessSignature]);
    assert_eq!(reader_codes(&world, &old), [Code::SignerUnproven]);
}

#[test]
fn copies_are_numbered_and_the_sender_keeps_copy_0() {
    let world = World::new();
    both(
        &world,
        |label, wraps| {
            label.copies[2].no = 3;
            wraps[2].right = Right::Copy(3);
        },
        &[Code::CopiesNumbering],
    );
    both(
        &world,
        |label, wraps| {
            label.copies.swap(0, 1);
            for (copy, no) in label.copies.iter_mut().zip(0..) {
                copy.no = no;
            }
            wraps[0].right = Right::Copy(1);
            wraps[1].right = Right::Copy(0);
        },
        // Copy 0 is now p3's, and copy 1 the sender's, who is outside the scope.
        &[Code::OutsideScope, Code::CopyZero],
    );
    let unknown = PersonNo::new(99).unwrap();
    both(
        &world,
        |label, _| label.copies.push(NumberedCopy { no: 3, holder: unknown.into() }),
        &[Code::NumberUnknown, Code::OutsideScope, Code::CopyWithoutRow],
    );
}

#[test]
fn clocks_far_off_have_their_own_code() {
    let world = World::new();
    let at = |made: &str| {
        let made = time(made);
        item(&world, |label, _| label.made = made).0
    };
    assert_eq!(relay_codes(&world, &at("2026-11-22T08:05:00Z")), []);
    assert_eq!(relay_codes(&world, &at("2026-11-22T08:05:01Z")), [Code::MadeInFuture]);
    assert_eq!(relay_codes(&world, &at("2026-11-23T08:00:00Z")), [Code::MadeInFuture]);
    assert_eq!(relay_codes(&world, &at("2026-11-23T08:00:01Z")), [Code::ClockFarOff]);
    assert_eq!(
        reader_codes(&world, &at("2030-01-01T00:00:00Z")),
        [Code::DirectoryExpired, Code::ClockFarOff]
    );
    assert_eq!(relay_codes(&world, &at("2026-10-31T00:00:00Z")), [Code::MadeBeforeDirectory]);
    // Our own clock stands before what officers have signed.
    let item = at("2026-11-22T08:00:00Z");
    let side = Side::Reader(Reader::default());
    let early = judge(&world, Subject::Sealed(&item), side, time("2020-01-01T00:00:00Z"));
    assert_eq!(codes(&early), [Code::ClockFarOff]);
    // What was accepted before is read on, whatever the clock shows.
    let side = Side::Reader(Reader { arrival: crate::admission::Arrival::Before, ..Reader::default() });
    assert_eq!(codes(&judge(&world, Subject::Sealed(&item), side, time("2020-01-01T00:00:00Z"))), []);
}

#[test]
fn lengths_are_such_as_a_payload_can_have() {
    let world = World::new();
    let (good, file_key) = item(&world, |_, _| {});
    for length in [0, 31, 16 + 65_552 + 16, (1 << 50) + 16] {
        let mut label = good.label().value().clone();
        label.content.length = length;
        let name = KeyName::person(&label.org, label.sender.person);
        let label = Signed::sign(label, &name, &world.member(1).signing).unwrap();
        let hash = LabelHash::of_note(label.hash());
        let access = Signed::sign(
            Access { label: hash, ..good.access().value().clone() },
            &name,
            &world.member(1).signing,
        );
        let item = reassemble(&good, &file_key, label.encode(), access.unwrap().encode()).unwrap();
        assert_eq!(relay_codes(&world, &item), [Code::ContentLength], "{length}");
    }
}
