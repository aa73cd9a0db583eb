//! Bases that a catalogue knows or does not know, and items under a policy of machines that stand alone.

use super::*;
use crate::item::{Origin, OriginKind, Parent};
use crate::level::Level;
use crate::policy::{Policy, Profile};
use crate::term::Term;
use crate::test_world::written_policy;

/// The world under a policy with catalogues, in which 秘密 and 机密 go out as 内部 does: what their decisions are is
/// judged elsewhere.
fn world() -> World {
    World::under(written_policy, |_| {})
}

/// What relay and reader refuse an item with this basis and term for, decisions aside.
fn with(world: &World, level: Level, basis: &[&str], term: Term) -> Vec<Code> {
    let mut draft = world.draft(&[3, 4]);
    draft.basis = vec!["工1".to_owned()];
    let (item, _) = item_of(world, &draft, |label, _| {
        label.basis = basis.iter().map(|id| (*id).to_owned()).collect();
        label.mark = crate::mark::Mark::new(level, term.clone()).unwrap().to_string();
        (label.level, label.term) = (level, term);
    });
    let judged = relay_codes(world, &item);
    assert_eq!(reader_codes(world, &item), judged);
    let of_basis = [Code::BasisMissing, Code::BasisUnknown, Code::BasisLevel, Code::BasisTerm];
    judged.into_iter().filter(|code| of_basis.contains(code) || level == Level::Internal).collect()
}

#[test]
fn a_secret_without_a_basis_is_refused_where_there_is_a_catalogue() {
    let world = world();
    let five = || Term::Years(5);
    assert_eq!(with(&world, Level::Internal, &[], five()), [Code::BasisMissing]);
    assert_eq!(with(&world, Level::Internal, &["工1"], five()), []);
    assert_eq!(with(&world, Level::Confidential, &[], five()), [Code::BasisMissing]);
    assert_eq!(with(&world, Level::Confidential, &["国3.2"], five()), []);
    // Where the policy has no catalogue, what the sender wrote is what stands there.
    let (bare, _) = item(&World::new(), |label, _| label.basis = Vec::new());
    assert_eq!(relay_codes(&World::new(), &bare), []);
}

#[test]
fn a_catalogue_of_one_kind_judges_no_other() {
    let world = World::under(
        |org| {
            let mut further = written_policy(org).further().unwrap().clone();
            further.catalogues.remove(0);
            written_policy(org).with_further(further)
        },
        |_| {},
    );
    assert_eq!(with(&world, Level::Confidential, &[], Term::Years(10)), []);
    assert_eq!(with(&world, Level::Internal, &[], Term::Years(1)), [Code::BasisMissing]);
}

#[test]
fn a_clause_that_no_catalogue_has_is_refused() {
    let world = world();
    for id in ["工9", "工１", " 工1", "征地补偿的内部测算"] {
        assert_eq!(with(&world, Level::Internal, &[id], Term::Years(1)), [Code::BasisUnknown], "{id:?}");
    }
    assert_eq!(with(&world, Level::Internal, &["工1", "工9"], Term::Years(1)), [Code::BasisUnknown]);
    assert_eq!(with(&world, Level::Internal, &["工1", "工2"], Term::Years(1)), []);
}

#[test]
fn a_level_above_the_clauses_highest_is_refused() {
    let world = world();
    assert_eq!(with(&world, Level::Secret, &["国3.2"], Term::Years(5)), [Code::BasisLevel]);
    assert_eq!(with(&world, Level::Secret, &["国3.1"], Term::Years(5)), []);
    assert_eq!(with(&world, Level::Confidential, &["国3.1"], Term::Years(5)), [], "below the highest");
    // A state secret is no work secret, and the other way round.
    assert_eq!(with(&world, Level::Confidential, &["工1"], Term::Years(5)), [Code::BasisLevel]);
    assert_eq!(with(&world, Level::Internal, &["国3.2"], Term::Years(5)), [Code::BasisLevel]);
    // One clause among several is enough.
    assert_eq!(with(&world, Level::Secret, &["国3.1", "国3.2"], Term::Years(5)), []);
}

#[test]
fn a_term_longer_than_the_clauses_is_refused() {
    let world = world();
    assert_eq!(with(&world, Level::Confidential, &["国3.2"], Term::Years(6)), [Code::BasisTerm]);
    assert_eq!(with(&world, Level::Confidential, &["国3.2"], Term::Years(5)), []);
    assert_eq!(with(&world, Level::Confidential, &["国3.1", "国3.2"], Term::Years(6)), []);
    assert_eq!(with(&world, Level::Confidential, &["国3.2"], Term::Long), [Code::BasisTerm]);
    assert_eq!(with(&world, Level::Internal, &["工2"], Term::Years(4)), [Code::BasisTerm]);
    assert_eq!(with(&world, Level::Internal, &["工2"], Term::Years(3)), []);
    assert_eq!(with(&world, Level::Internal, &["工1"], Term::Years(50)), []);
}

#[test]
fn more_years_than_the_law_only_by_a_special_clause() {
    let world = World::under(
        |org| {
            let mut further = written_policy(org).further().unwrap().clone();
            let clauses = &mut further.catalogues[0].clauses;
            (clauses[0].years, clauses[0].special) = (Some(25), true);
            written_policy(org).with_further(further)
        },
        |_| {},
    );
    let codes = |basis: &[&str], level: Level, term: Term| {
        let mut draft = world.draft(&[3, 4]);
        draft.basis = vec!["工1".to_owned()];
        let (item, _) = item_of(&world, &draft, |label, _| {
            label.basis = basis.iter().map(|id| (*id).to_owned()).collect();
            label.mark = crate::mark::Mark::within(level, term.clone(), None).unwrap().to_string();
            (label.level, label.term) = (level, term);
        });
        let of_term = [Code::TermTooLong, Code::BasisTerm, Code::MarkDiffers];
        let mut found = relay_codes(&world, &item);
        assert_eq!(reader_codes(&world, &item), found);
        found.retain(|code| of_term.contains(code));
        found
    };
    // 机密 for 25 years: the law's 20 hold for every other clause.
    assert_eq!(codes(&["国3.1"], Level::Secret, Term::Years(25)), []);
    assert_eq!(codes(&["国3.1"], Level::Secret, Term::Years(26)), [Code::TermTooLong, Code::BasisTerm]);
    assert_eq!(codes(&["国3.2"], Level::Secret, Term::Years(21)), [Code::TermTooLong, Code::BasisTerm]);
    assert_eq!(codes(&[], Level::Secret, Term::Years(25)), [Code::TermTooLong]);
    let until = |day: &str| Term::Until(day.parse().unwrap());
    assert_eq!(codes(&["国3.1"], Level::Secret, until("2051-11-22")), []);
    assert_eq!(codes(&["国3.1"], Level::Secret, until("2051-11-23")), [Code::TermTooLong, Code::BasisTerm]);
    assert_eq!(codes(&["国3.1"], Level::Secret, Term::Long), []);
    // The sender's own dry run reads the mark with the same limit.
    let mut draft = world.draft(&[3, 4]);
    (draft.mark, draft.term) = ("机密".to_owned(), Some(Term::Years(25)));
    draft.basis = vec!["国3.1".to_owned()];
    assert!(!draft_codes(&world, &draft).contains(&Code::TermTooLong));
    draft.basis = vec!["国3.2".to_owned()];
    assert!(draft_codes(&world, &draft).contains(&Code::TermTooLong));
}

#[test]
fn what_is_derived_rests_on_its_source() {
    let world = world();
    let (item, _) = item_of(
        &world,
        &{
            let mut draft = world.draft(&[3, 4]);
            draft.basis = vec!["工1".to_owned()];
            draft
        },
        |label, _| {
            label.basis = vec!["旧目录第3条".to_owned()];
            let parent = Parent {
                item: crate::test_world::item_id(9),
                label: crate::item::LabelHash::from_bytes([9; 32]),
            };
            label.origin = Origin {
                kind: OriginKind::Derived,
                parents: vec![parent],
                reason: Some("summary".parse().unwrap()),
            };
        },
    );
    // That the source is not at hand is another test's matter.
    assert_eq!(relay_codes(&world, &item), [Code::ParentMissing]);
}

#[test]
fn the_senders_own_dry_run_judges_the_basis_too() {
    let world = world();
    let mut draft = world.draft(&[3]);
    assert_eq!(draft_codes(&world, &draft), [Code::BasisMissing]);
    draft.basis = vec!["清单3".to_owned()];
    assert_eq!(draft_codes(&world, &draft), [Code::BasisUnknown]);
    draft.basis = vec!["工1".to_owned()];
    assert_eq!(draft_codes(&world, &draft), []);
}

#[test]
fn nothing_passes_the_relay_where_machines_stand_alone() {
    let under = |profile| {
        World::under(
            |org| {
                let mut further = written_policy(org).further().unwrap().clone();
                further.profile = profile;
                Policy::internal_without_decision(org).with_further(further)
            },
            |_| {},
        )
    };
    for (profile, at_relay) in [(Profile::Standalone, vec![Code::Standalone]), (Profile::Network, vec![])] {
        let world = under(profile);
        let mut draft = world.draft(&[3, 4]);
        draft.basis = vec!["工1".to_owned()];
        let (item, _) = item_of(&world, &draft, |_, _| {});
        assert_eq!(relay_codes(&world, &item), at_relay);
        // By file everything goes on.
        assert_eq!(reader_codes(&world, &item), []);
        assert_eq!(draft_codes(&world, &draft), []);
    }
}
