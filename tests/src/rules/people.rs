//! Who may send, hold and receive: clearance, affiliation, scope, copies, recovery keys.

use vault_core::admission::Code;
use vault_core::level::Level;
use vault_core::policy::RecoveryRule;
use vault_core::scope::Ascending;
use vault_core::sealing::{Draft, RecoveryChoice};
use vault_core::test_world::{World, unit_no};
use vault_keys::directory::{
    Absence, Affiliation, Clearance, KeyState, LevelWord, PersonState, Personnel, StationClass, StationFacts,
};
use vault_keys::key_id::KeyKind;
use vault_keys::numbers::{Holder, PersonNo};

use super::world::{draft, holders, policy, secret};
use super::{Case, Which};

/// To these people or units only.
fn to(draft: &mut Draft, holders: &[Holder]) {
    draft.scope = holders.iter().copied().collect();
    draft.copies = holders.to_vec();
}

/// p1's machine, as his entry describes it.
fn station(world: &mut World, class: StationClass, inspected: Option<&str>) {
    let key = world.member(1).station.key_id();
    let inspected = inspected.map(|day| day.parse().expect("a day"));
    let facts = Personnel { stations: vec![StationFacts { key, class, inspected }], ..Personnel::default() };
    world.change(|persons, _| persons[0].personnel = Some(Box::new(facts)));
}

fn to_unit_2(draft: &mut Draft) {
    to(draft, &[Holder::Unit(unit_no(2))]);
}

fn recovery<const N: usize>(units: [u32; N]) -> RecoveryChoice {
    RecoveryChoice::Units(Ascending::of(units.map(unit_no)))
}

fn under(world: &mut World, rule: RecoveryRule) {
    policy(world, Level::Internal, |internal| internal.recovery = rule);
}

pub(super) const CASES: &[Case] = &[
    Case::tool("nobody-in-the-scope", &[8, 29, 146], Code::ScopeMissing, |which| {
        draft(|world, draft| {
            draft.copies = Vec::new();
            draft.scope = holders(world, which.of(&[], &[3]));
        })
    }),
    Case::tool("copy-outside-the-scope", &[45, 9, 148], Code::OutsideScope, |which| {
        draft(|world, draft| {
            draft.copies = vec![world.member(3).holder(), world.member(4).holder()];
            draft.scope = holders(world, which.of(&[3], &[3, 4]));
        })
    }),
    Case::tool("two-copies-for-one", &[32], Code::HolderTwice, |which| {
        draft(|world, draft| {
            let first = world.member(3).holder();
            draft.scope = holders(world, &[3, 4]);
            draft.copies = vec![first, which.of(first, world.member(4).holder())];
        })
    })
    // One key stands in one row, so the second copy has none.
    .with(&[Code::CopyWithoutRow]),
    Case::tool("holder-not-cleared", &[124, 45], Code::HolderClearance, |which| {
        draft(|world, draft| {
            let clearance = which.of(Clearance::None, Clearance::Internal);
            world.change(|persons, _| persons[4].clearance = clearance);
            to(draft, &[world.member(5).holder()]);
        })
    }),
    Case::tool("sender-not-cleared", &[33, 124], Code::SenderClearance, |which| {
        draft(|world, _| {
            let clearance = which.of(Clearance::Unclassified, Clearance::Internal);
            world.change(|persons, _| persons[0].clearance = clearance);
        })
    }),
    Case::tool("unit-not-allowed-the-level", &[33, 17], Code::UnitLevel, |which| {
        draft(|world, _| {
            let level = which.of(LevelWord::Unclassified, LevelWord::Internal);
            world.change(|_, units| units[0].max_level = level);
        })
    }),
    Case::tool("receiving-unit-not-allowed-the-level", &[43], Code::UnitLevel, |which| {
        draft(|world, draft| {
            let level = which.of(LevelWord::Unclassified, LevelWord::Internal);
            world.change(|_, units| units[1].max_level = level);
            to_unit_2(draft);
        })
    }),
    Case::tool("unit-without-a-clerk", &[43], Code::UnitWithoutClerk, |which| {
        draft(|world, draft| {
            let clerks = which.of(Vec::new(), vec![world.member(4).person]);
            world.change(|_, units| units[1].clerks = clerks);
            to_unit_2(draft);
        })
    })
    .with(&[Code::CopyWithoutRow]),
    Case::tool("state-secret-for-somebody-from-outside", &[13], Code::Affiliation, |which| {
        secret("秘密★1年", |world, draft| {
            let affiliation = which.of(Affiliation::Outside, Affiliation::Own);
            world.change(|persons, _| persons[5].affiliation = affiliation);
            to(draft, &[world.member(6).holder()]);
        })
    }),
    Case::tool("state-secret-for-somebody-from-abroad", &[13], Code::Affiliation, |which| {
        secret("机密★1年", |world, draft| {
            let affiliation = which.of(Affiliation::Foreign, Affiliation::Own);
            world.change(|persons, _| persons[5].affiliation = affiliation);
            to(draft, &[world.member(6).holder()]);
        })
    }),
    Case::tool("recipient-abroad", &[81], Code::HolderAbroad, |which| {
        draft(|world, _| {
            let from = "2026-11-20".parse().expect("a day");
            let to = which.of("2026-11-22", "2026-11-21").parse().expect("a day");
            let facts = Personnel { abroad: Some(Absence { from, to }), ..Personnel::default() };
            world.change(|persons, _| persons[2].personnel = Some(Box::new(facts)));
        })
    }),
    Case::tool("state-secret-on-a-machine-for-work-secrets", &[33, 71, 72], Code::StationClass, |which| {
        secret("秘密★1年", |world, _| {
            station(world, which.of(StationClass::Internal, StationClass::Classified), None);
        })
    }),
    Case::tool("work-secret-on-a-machine-on-the-internet", &[67, 71], Code::StationClass, |which| {
        draft(|world, _| station(world, which.of(StationClass::Internet, StationClass::Internal), None))
    }),
    Case::tool("machine-whose-inspection-has-lapsed", &[83], Code::StationUninspected, |which| {
        draft(|world, _| {
            station(world, StationClass::Internal, Some(which.of("2026-11-21", "2026-11-22")));
        })
    }),
    Case::tool("petition-for-more-than-its-recipients", &[7], Code::ClassScope, |which| {
        draft(|world, draft| {
            draft.class = Some("petition".parse().expect("a word"));
            draft.scope = holders(world, which.of(&[3, 4], &[3]));
        })
    }),
    Case::tool("suspended-recipient", &[124, 108], Code::PersonNotActive, |which| {
        draft(|world, draft| {
            let state = which.of(PersonState::Suspended, PersonState::Active);
            world.change(|persons, _| persons[6].state = state);
            to(draft, &[world.member(7).holder()]);
        })
    }),
    Case::tool("sender-who-left", &[108, 129], Code::PersonNotActive, |which| {
        draft(|world, _| {
            let state = which.of(PersonState::Closed, PersonState::Active);
            world.change(|persons, _| persons[0].state = state);
        })
    }),
    Case::tool("recipient-nobody-entered", &[15, 60], Code::NumberUnknown, |which| {
        draft(|world, draft| {
            let stranger = Holder::Person(PersonNo::new(99).expect("a small number"));
            draft.pass_down = Ascending::of([which.of(stranger, world.member(4).holder())]);
        })
    }),
    Case::tool("recipient-without-a-key", &[15, 9], Code::CopyWithoutRow, |which| {
        draft(|world, _| {
            let now = world.now();
            let state = which.of(KeyState::Retired, KeyState::Active);
            world.change(|persons, _| {
                for key in persons[2].keys.iter_mut().filter(|key| key.kind == KeyKind::OpeningHybrid) {
                    key.state = state;
                    key.to = which.of(Some(now), None);
                }
            });
        })
    }),
    Case::tool("in-the-name-of-another-unit", &[17], Code::SenderUnit, |which| {
        draft(|_, draft| draft.unit = Some(unit_no(which.of(2, 1))))
    }),
    Case::tool("recovery-key-left-out", &[11], Code::RecoveryMissing, |which| {
        draft(|world, draft| {
            under(world, RecoveryRule::Required);
            draft.recovery = match which {
                Which::Refused => recovery([]),
                Which::Accepted => recovery([1]),
            };
        })
    }),
    Case::tool("recovery-key-the-policy-forbids", &[9, 11], Code::RecoverySurplus, |which| {
        draft(|world, draft| {
            under(world, which.of(RecoveryRule::Forbidden, RecoveryRule::Allowed));
            draft.recovery = recovery([1]);
        })
    }),
    Case::tool("recovery-key-of-another-unit", &[9], Code::RecoverySurplus, |which| {
        draft(|world, draft| {
            world.change(|_, units| {
                units[1].recovery = units[0].recovery.take();
                units[0].parent = which.of(None, Some(unit_no(2)));
            });
            draft.recovery = recovery([2]);
        })
    }),
    Case::tool("recovery-unit-without-a-key", &[11], Code::RecoveryWithoutRow, |which| {
        draft(|world, draft| {
            world.change(|_, units| {
                if which.is_refused() {
                    units[0].recovery = None;
                }
            });
            draft.recovery = recovery([1]);
        })
    }),
];
