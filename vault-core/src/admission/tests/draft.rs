//! The sender's dry run: levels, people and scope.

use vault_keys::directory::{Affiliation, Clearance, KeyState, LevelWord, PersonState};
use vault_keys::key_id::KeyKind;
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::opening::Suite;

use super::*;
use crate::item::{Right, Starts, StartsBy};
use crate::policy::{Policy, RecoveryRule};
use crate::scope::Ascending;
use crate::sealing::RecoveryChoice;
use crate::term::Term;
use crate::test_world::unit_no;

/// What a draft of p1's to p3 is refused for after a change.
fn codes_of(world: &World, change: impl FnOnce(&mut Draft)) -> Vec<Code> {
    let mut draft = world.draft(&[3]);
    change(&mut draft);
    draft_codes(world, &draft)
}

fn with_mark(mark: &str) -> impl FnOnce(&mut Draft) + '_ {
    move |draft| {
        mark.clone_into(&mut draft.mark);
        draft.term = None;
    }
}

#[test]
fn top_secret_in_every_spelling_is_refused_first() {
    let world = World::new();
    for mark in [
        "绝密",
        "绝密★30年",
        "絕密★30年",
        "绝 密",
        "绝\u{3000}密",
        "ＴＯＰ　ＳＥＣＲＥＴ",
        "top secret",
        "Top-Secret",
        "TOPSECRET",
        "",
        " ",
        "核心",
        "UM",
    ] {
        let codes = codes_of(&world, |draft| {
            with_mark(mark)(draft);
            draft.title = "机密★10年 通知".to_owned();
        });
        assert_eq!(codes.first(), Some(&Code::TopSecret), "{mark:?}");
    }
    assert_eq!(codes_of(&world, with_mark("English")).first(), Some(&Code::TopSecret));
    assert_eq!(codes_of(&world, with_mark("confidential")), [Code::MarkUnreadable]);
}

#[test]
fn titles_and_names_with_a_higher_mark_are_refused() {
    let world = World::new();
    let title = |title: &str| codes_of(&world, |draft| title.clone_into(&mut draft.title));
    assert_eq!(title("秘密★10年 会议纪要"), [Code::TitleMark]);
    assert_eq!(title("绝密★30年 会议纪要"), [Code::TopSecret]);
    assert_eq!(title("关于保守秘密的通知"), []);
    assert_eq!(title("内部 通知"), []);
    assert_eq!(title(""), [Code::ManifestUnfit]);
}

#[test]
fn levels_with_steps_cannot_be_sent_yet() {
    let world = World::new();
    assert_eq!(codes_of(&world, with_mark("秘密★10年")), [Code::DeciderMissing]);
    assert_eq!(codes_of(&world, with_mark("机密★20年")), [Code::DeciderMissing]);
    let standard = World::under(Policy::standard, |_| {});
    assert_eq!(codes_of(&standard, |_| {}), [Code::DeciderMissing]);
    assert_eq!(codes_of(&world, |_| {}), []);
}

#[test]
fn unclassified_is_not_sendable_unless_the_policy_allows_it() {
    let mut world = World::new();
    assert_eq!(codes_of(&world, with_mark("无密级")), [Code::LevelNotSendable]);
    let policy = world.policies[0].value().clone();
    let mut rule = policy.level(crate::level::Level::Unclassified).clone();
    rule.send = true;
    world.change_policy(policy.with(rule));
    assert_eq!(codes_of(&world, with_mark("无密级")), []);
    let derived = |draft: &mut Draft| {
        with_mark("无密级")(draft);
        draft.origin = derived_origin();
    };
    assert_eq!(codes_of(&world, derived), [Code::DerivedUnclassified, Code::ParentMissing]);
}

fn derived_origin() -> crate::item::Origin {
    crate::item::Origin {
        kind: crate::item::OriginKind::Derived,
        parents: vec![crate::item::Parent {
            item: crate::test_world::item_id(9),
            label: crate::item::LabelHash::from_bytes([9; 32]),
        }],
        reason: Some("summary".parse().unwrap()),
    }
}

#[test]
fn terms_fit_the_level_and_stay_within_the_longest() {
    let mut world = World::new();
    assert_eq!(codes_of(&world, with_mark("内部")), [Code::TermUnfit]);
    assert_eq!(codes_of(&world, with_mark("秘密★11年")), [Code::TermTooLong]);
    assert_eq!(codes_of(&world, with_mark("机密★21年")), [Code::TermTooLong]);
    let mark_against_term = |draft: &mut Draft| draft.mark = "内部 6年".to_owned();
    assert_eq!(codes_of(&world, mark_against_term), [Code::MarkDiffers]);
    let until = |day: &str| {
        let day = day.parse().unwrap();
        move |draft: &mut Draft| {
            draft.mark = "秘密★".to_owned();
            draft.term = None;
            draft.mark = format!("秘密★{}", Term::Until(day));
        }
    };
    assert_eq!(codes_of(&world, until("2036-11-22")), [Code::DeciderMissing]);
    assert!(codes_of(&world, until("2036-11-23")).contains(&Code::TermTooLong));
    // A policy may set a shorter longest term.
    let policy = world.policies[0].value().clone();
    let mut rule = policy.level(crate::level::Level::Internal).clone();
    rule.longest_years = Some(5);
    world.change_policy(policy.with(rule));
    assert_eq!(codes_of(&world, |draft| draft.term = Some(Term::Years(5))), []);
    assert_eq!(codes_of(&world, |draft| draft.term = Some(Term::Years(6))), [Code::TermTooLong]);
}

#[test]
fn the_end_is_computed_where_the_start_is_known() {
    let world = World::new();
    let mut draft = world.draft(&[3]);
    draft.starts = Starts { by: StartsBy::Issued, date: Some("2026-11-20".parse().unwrap()) };
    let ready = world.ready(&draft, LENGTH, 1).unwrap();
    assert_eq!(ready.label().ends, Some("2031-11-20".parse().unwrap()));
}

#[test]
fn classic_is_for_internal_at_most() {
    let world = World::new();
    assert_eq!(codes_of(&world, |draft| draft.suite = Suite::Classic), []);
    let secret = |draft: &mut Draft| {
        with_mark("机密★10年")(draft);
        draft.suite = Suite::Classic;
    };
    assert!(codes_of(&world, secret).contains(&Code::SuiteNotAllowed));
    let hybrid = codes_of(&world, with_mark("机密★10年"));
    assert!(!hybrid.contains(&Code::SuiteNotAllowed));
}

#[test]
fn holders_need_clearance() {
    let mut world = World::new();
    // p5 is not cleared.
    let to_p5 = draft_codes(&world, &world.draft(&[5]));
    assert_eq!(to_p5, [Code::HolderClearance]);
    world.change(|persons, _| persons[4].clearance = Clearance::Internal);
    assert_eq!(draft_codes(&world, &world.draft(&[5])), []);
    world.change(|persons, _| persons[0].clearance = Clearance::Unclassified);
    assert_eq!(codes_of(&world, |_| {}), [Code::SenderClearance]);
}

#[test]
fn people_of_elsewhere_hold_no_state_secret() {
    let mut world = World::new();
    // p6 belongs to another organisation: work secrets yes, state secrets no.
    assert_eq!(draft_codes(&world, &world.draft(&[6])), []);
    let secret = |world: &World| {
        let mut draft = world.draft(&[6]);
        with_mark("秘密★1年")(&mut draft);
        draft_codes(world, &draft)
    };
    assert_eq!(secret(&world), [Code::Affiliation, Code::DeciderMissing]);
    world.change(|persons, _| persons[5].affiliation = Affiliation::Foreign);
    assert!(secret(&world).contains(&Code::Affiliation));
    world.change(|persons, _| persons[5].affiliation = Affiliation::Own);
    assert_eq!(secret(&world), [Code::DeciderMissing]);
}

#[test]
fn suspended_people_neither_send_nor_receive() {
    let mut world = World::new();
    assert_eq!(draft_codes(&world, &world.draft(&[7])), [Code::PersonNotActive]);
    world.change(|persons, _| persons[6].state = PersonState::Active);
    assert_eq!(draft_codes(&world, &world.draft(&[7])), []);
    world.change(|persons, _| persons[0].state = PersonState::Closed);
    assert_eq!(codes_of(&world, |_| {}), [Code::PersonNotActive]);
}

#[test]
fn a_unit_and_one_of_its_clerks_both_get_a_copy() {
    let mut world = World::new();
    let (unit, p4) = (Holder::Unit(unit_no(2)), world.member(4).holder());
    let clerks = [world.member(3).person, world.member(4).person];
    let to_both = |world: &World| {
        codes_of(world, |draft| {
            draft.scope = Ascending::of([unit, p4]);
            draft.copies = vec![unit, p4];
        })
    };
    // Its only clerk holds copy 2: nobody is left for the unit's.
    assert_eq!(to_both(&world), [Code::CopyWithoutRow]);
    world.change(|_, units| units[1].clerks = clerks.to_vec());
    assert_eq!(to_both(&world), []);
}

#[test]
fn units_receive_through_their_clerks() {
    let mut world = World::new();
    let to_unit = |world: &World| {
        let unit = Holder::Unit(unit_no(2));
        codes_of(world, |draft| {
            draft.scope = Ascending::of([unit]);
            draft.copies = vec![unit];
        })
    };
    assert_eq!(to_unit(&world), []);
    world.change(|_, units| units[1].max_level = LevelWord::Unclassified);
    assert_eq!(to_unit(&world), [Code::UnitLevel]);
    world.change(|_, units| units[1].max_level = LevelWord::Internal);
    assert_eq!(to_unit(&world), []);
    world.change(|_, units| units[1].clerks = Vec::new());
    assert_eq!(to_unit(&world), [Code::UnitWithoutClerk, Code::CopyWithoutRow]);
    // A clerk who is not cleared gets no wrap.
    world.change(|_, units| units[1].clerks = vec![PersonNo::new(5).unwrap()]);
    assert_eq!(to_unit(&world), [Code::UnitWithoutClerk, Code::CopyWithoutRow]);
}

#[test]
fn the_senders_own_unit_must_be_allowed_the_level() {
    let mut world = World::new();
    world.change(|_, units| units[0].max_level = LevelWord::Unclassified);
    assert_eq!(codes_of(&world, |_| {}), [Code::UnitLevel]);
    // What is derived takes its source's level whatever the unit may make itself.
    assert_eq!(codes_of(&world, |draft| draft.origin = derived_origin()), [Code::ParentMissing]);
    assert_eq!(codes_of(&world, |draft| draft.unit = Some(unit_no(2))), [Code::SenderUnit]);
}

#[test]
fn copies_stay_inside_the_scope() {
    let world = World::new();
    let p4 = world.member(4).holder();
    let unit = Holder::Unit(unit_no(2));
    assert_eq!(codes_of(&world, |draft| draft.copies.push(p4)), [Code::OutsideScope]);
    // A unit in the scope admits its clerks, not everyone in it.
    assert_eq!(
        codes_of(&world, |draft| {
            draft.copies = vec![p4];
            draft.scope = Ascending::of([unit]);
        }),
        []
    );
    assert_eq!(codes_of(&world, |draft| draft.scope = Ascending::of([unit])), [Code::OutsideScope]);
    assert_eq!(
        codes_of(&world, |draft| draft.scope = Ascending::empty()),
        [Code::ScopeMissing, Code::OutsideScope]
    );
    let stranger = Holder::Person(PersonNo::new(99).unwrap());
    assert_eq!(codes_of(&world, |draft| draft.pass_down = Ascending::of([stranger])), [Code::NumberUnknown]);
}

#[test]
fn nobody_holds_two_copies() {
    let world = World::new();
    let (p1, p3, p4) = (world.member(1).holder(), world.member(3).holder(), world.member(4).holder());
    let unit = Holder::Unit(unit_no(2));
    // One key stands in one row, so the second copy would have none.
    let twice = codes_of(&world, |draft| draft.copies = vec![p3, p3]);
    assert_eq!(twice, [Code::HolderTwice, Code::CopyWithoutRow]);
    let to_self = |draft: &mut Draft| {
        draft.copies = vec![p1];
        draft.scope = Ascending::of([p1]);
    };
    assert!(codes_of(&world, to_self).contains(&Code::HolderTwice));
    // The only clerk already holds a copy: the unit's own could not be opened by anyone else.
    let person_and_unit = |draft: &mut Draft| {
        draft.copies = vec![p4, unit];
        draft.scope = Ascending::of([p4, unit]);
    };
    assert_eq!(codes_of(&world, person_and_unit), [Code::CopyWithoutRow]);
    let other_and_unit = |draft: &mut Draft| {
        draft.copies = vec![p3, unit];
        draft.scope = Ascending::of([p3, unit]);
    };
    assert_eq!(codes_of(&world, other_and_unit), []);
}

#[test]
fn a_holder_without_an_active_key_of_the_suite_gets_no_copy() {
    let mut world = World::new();
    let now = world.now();
    world.change(|persons, _| {
        for key in persons[2].keys.iter_mut().filter(|key| key.kind == KeyKind::OpeningHybrid) {
            key.state = KeyState::Retired;
            key.to = Some(now);
        }
    });
    assert_eq!(codes_of(&world, |_| {}), [Code::CopyWithoutRow]);
    assert_eq!(codes_of(&world, |draft| draft.suite = Suite::Classic), []);
}

#[test]
fn recovery_needs_the_units_recovery_key() {
    let mut world = World::new();
    let wrapped_to = |number| move |draft: &mut Draft| draft.recovery = units([number]);
    assert_eq!(codes_of(&world, wrapped_to(1)), []);
    world.change(|_, units| units[0].parent = Some(unit_no(2)));
    assert_eq!(codes_of(&world, wrapped_to(2)), [Code::RecoveryWithoutRow]);
    // A unit that may not handle the level is no place to recover it in.
    world.change(|_, units| {
        units[1].recovery = units[0].recovery.take();
        units[1].max_level = LevelWord::Unclassified;
    });
    assert_eq!(codes_of(&world, wrapped_to(2)), [Code::UnitLevel]);
    world.change(|_, units| units[1].max_level = LevelWord::Internal);
    assert_eq!(codes_of(&world, wrapped_to(2)), []);
}

fn units<const N: usize>(numbers: [u32; N]) -> RecoveryChoice {
    RecoveryChoice::Units(Ascending::of(numbers.map(unit_no)))
}

/// The world with another rule about recovery keys of 内部 items.
fn with_recovery(rule: RecoveryRule) -> World {
    let mut world = World::new();
    let policy = world.policies[0].value().clone();
    let mut internal = policy.level(crate::level::Level::Internal).clone();
    internal.recovery = rule;
    world.change_policy(policy.with(internal));
    world
}

/// The units whose recovery keys a draft is wrapped to when nobody chooses.
fn recovered_by(world: &World, suite: Suite) -> Vec<u32> {
    let mut draft = world.draft(&[3]);
    (draft.recovery, draft.suite) = (RecoveryChoice::ByPolicy, suite);
    let ready = world.ready(&draft, LENGTH, 1).unwrap();
    let wrapped = ready.wraps().iter().filter(|wrap| wrap.right == Right::Recovery);
    wrapped.map(|wrap| wrap.holder.unit().unwrap().value()).collect()
}

#[test]
fn recovery_key_required_and_missing() {
    let mut world = with_recovery(RecoveryRule::Required);
    assert_eq!(codes_of(&world, |draft| draft.recovery = units([])), [Code::RecoveryMissing]);
    assert_eq!(codes_of(&world, |draft| draft.recovery = units([1])), []);
    assert_eq!(recovered_by(&world, Suite::Hybrid), [1]);
    // A unit without a key of its own leans on the one above it; with none there, nothing is sealed.
    world.change(|_, units| {
        units[1].recovery = units[0].recovery.take();
        units[0].parent = Some(unit_no(2));
    });
    assert_eq!(recovered_by(&world, Suite::Hybrid), [2]);
    world.change(|_, units| units[0].parent = None);
    let by_policy = |draft: &mut Draft| draft.recovery = RecoveryChoice::ByPolicy;
    assert_eq!(codes_of(&world, by_policy), [Code::RecoveryMissing]);
}

#[test]
fn recovery_key_allowed_is_added_and_can_be_left_out() {
    let world = with_recovery(RecoveryRule::Allowed);
    assert_eq!(recovered_by(&world, Suite::Hybrid), [1]);
    assert_eq!(recovered_by(&world, Suite::Classic), [0_u32; 0], "the key is of the other suite");
    assert_eq!(codes_of(&world, |draft| draft.recovery = units([])), []);
}

#[test]
fn recovery_key_forbidden_and_there() {
    let world = with_recovery(RecoveryRule::Forbidden);
    assert_eq!(codes_of(&world, |draft| draft.recovery = units([1])), [Code::RecoverySurplus]);
    assert_eq!(recovered_by(&world, Suite::Hybrid), [0_u32; 0]);
}

#[test]
fn recovery_key_of_a_unit_that_is_not_the_senders() {
    let mut world = World::new();
    world.change(|_, units| units[1].recovery = units[0].recovery.take());
    assert_eq!(codes_of(&world, |draft| draft.recovery = units([2])), [Code::RecoverySurplus]);
    world.change(|_, units| units[0].parent = Some(unit_no(2)));
    assert_eq!(codes_of(&world, |draft| draft.recovery = units([2])), []);
}

#[test]
fn fields_too_long_are_named_before_sealing() {
    let world = World::new();
    assert_eq!(codes_of(&world, |draft| draft.doc_no = Some("号".repeat(67))), [Code::LabelUnfit]);
    assert_eq!(codes_of(&world, |draft| draft.doc_no = Some("号".repeat(66))), []);
    assert_eq!(codes_of(&world, |draft| draft.title = "题".repeat(201)), [Code::ManifestUnfit]);
    assert_eq!(codes_of(&world, |draft| draft.title = "题".repeat(200)), []);
}

#[test]
fn sealing_against_an_expired_directory_is_refused_and_reading_is_not() {
    let world = World::new();
    let (item, _) = item(&world, |_, _| {});
    let late = time("2027-06-01T00:00:00Z");
    let relay = Side::Relay(Relay::item(world.member(1).person));
    assert_eq!(codes(&judge(&world, Subject::Sealed(&item), relay, late)), [Code::DirectoryExpired]);
    let reader = judge(&world, Subject::Sealed(&item), Side::Reader(Reader::default()), late);
    assert_eq!(codes(&reader), []);
    assert_eq!(reader.remarks(), [super::super::Remark::DirectoryExpired]);
}

#[test]
fn times_stand_in_order_and_ahead() {
    let world = World::new();
    let (soon, later, past) =
        (time("2026-11-23T00:00:00Z"), time("2026-12-23T00:00:00Z"), time("2026-11-22T07:00:00Z"));
    assert_eq!(
        codes_of(&world, |draft| {
            draft.not_before = Some(soon);
            draft.read_by = Some(later);
            draft.keep_until = Some(later);
        }),
        []
    );
    assert_eq!(
        codes_of(&world, |draft| {
            draft.not_before = Some(later);
            draft.read_by = Some(soon);
        }),
        [Code::TimesOrder]
    );
    assert_eq!(codes_of(&world, |draft| draft.read_by = Some(past)), [Code::TimesOrder, Code::TimePassed]);
    let (item, _) = item(&world, |label, _| label.keep_until = Some(soon));
    let relay = Side::Relay(Relay::item(world.member(1).person));
    assert_eq!(codes(&judge(&world, Subject::Sealed(&item), relay, soon)), [Code::TimePassed]);
    assert_eq!(codes(&judge(&world, Subject::Sealed(&item), relay, past.plus_seconds(3600))), []);
    // What is late to be read is still read.
    let reader = Side::Reader(Reader::default());
    assert_eq!(codes(&judge(&world, Subject::Sealed(&item), reader, later)), []);
}
