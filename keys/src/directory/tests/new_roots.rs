//! A root with its directory, signed by file exchange: foundings and later roots.

use std::sync::LazyLock;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::stops::suspend;
use super::*;
use crate::note::{OfficeName, Text};

/// A stand-in for the policy, whose content is not this crate's affair.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(rename = "type")]
    tag: String,
    org: OrgId,
}

impl Text for Rules {
    const TYPE: &'static str = "vault-policy/1";

    fn org(&self) -> OrgId {
        self.org
    }
}

fn rules(org: OrgId) -> Rules {
    Rules { tag: Rules::TYPE.to_owned(), org }
}

pub(super) fn founding() -> NewRoot {
    NewRoot::founding(&root_text(), rules, |org, policy| Draft {
        made: time("2026-01-05T01:00:00Z"),
        expires: time("2026-03-05T01:00:00Z"),
        policy,
        stop: None,
        persons: vec![],
        units: vec![UnitEntry { org, ..unit(&root(), 1, "办公室", None, &[]) }],
    })
    .unwrap()
}

fn signed(mut new: NewRoot, before: Option<&Organisation>, officers: &[u8]) -> NewRoot {
    for officer in officers {
        assert!(!new.sign(before, &office_key(*officer)).unwrap().is_empty(), "officer {officer}");
    }
    new
}

fn names(names: &[OfficeName]) -> Vec<&str> {
    names.iter().map(OfficeName::as_str).collect()
}

fn organisation() -> Organisation {
    signed(founding(), None, &[1, 2]).finish(None).unwrap()
}

/// Root 2: officer 3 goes, officer 4 comes; and a directory that changes nothing else.
fn replacement(before: &Organisation, changes: impl IntoIterator<Item = RootChange>) -> NewRoot {
    let text =
        before.root().next_text(time("2026-02-01T00:00:00Z"), time("2029-02-01T00:00:00Z"), changes).unwrap();
    NewRoot::after(before, &text, draft_after(before)).unwrap()
}

fn draft_after(before: &Organisation) -> Draft {
    let (made, expires) = (time("2026-02-01T00:00:00Z"), time("2026-04-01T00:00:00Z"));
    Draft::over(before.in_force(), made, expires, &mut StdRng::seed_from_u64(1))
}

fn third_by_fourth() -> [RootChange; 2] {
    let officer = roots::second_root(&root()).value().officers[2].clone();
    [RootChange::RemoveOfficer(office("o3")), RootChange::AddOfficer(Box::new(officer))]
}

#[test]
fn three_officers_found_an_organisation_by_files() {
    let bare = founding();
    assert_eq!(bare.fingerprint().unwrap(), root().fingerprint());
    assert_eq!(bare.policy::<Rules>().unwrap().unwrap(), rules(root().org()));
    let preview = bare.preview(None).unwrap();
    assert_eq!((preview.text, preview.org), (root_text(), root().org()));
    assert_eq!(preview.directory.units()[0].name, "办公室");
    assert!(preview.root_changes.is_empty());
    assert_eq!(preview.directory.changes(), [Change::UnitAdded { unit: u(1) }]);

    let one = signed(NewRoot::parse(&bare.encode()).unwrap(), None, &[1]);
    let progress = one.progress(None).unwrap();
    assert_eq!((names(&progress.new.signed), progress.new.enough), (vec!["o1"], false));
    assert!(one.finish(None).is_err());
    let mut three = signed(NewRoot::parse(&bare.encode()).unwrap(), None, &[3]);
    three.merge(&one).unwrap();
    three.merge(&one).unwrap();
    let progress = three.progress(None).unwrap();
    assert_eq!((names(&progress.new.signed), progress.new.enough), (vec!["o1", "o3"], true));
    let founded = three.finish(None).unwrap();
    assert_eq!(founded.root().fingerprint(), root().fingerprint());
    assert_eq!((founded.directory().number(), founded.directory().units().len()), (1, 1));
    // Whoever is no officer adds nothing, and two foundings are not merged.
    assert!(three.sign(None, &office_key(4)).unwrap().is_empty());
    let other = NewRoot::founding(
        &RootText { name: "另一单位".to_owned(), ..root_text() },
        rules,
        |_, policy| Draft { policy, persons: vec![], units: vec![], ..draft(&root()) },
    );
    let other = other.unwrap();
    assert!(matches!(three.merge(&other), Err(ProposalError::Different)));
    // What founds another organisation was not overtaken: it never belonged here.
    let foreign = other.preview(Some(&founded));
    assert!(matches!(foreign, Err(ProposalError::Text(NoteError::Org { .. }))), "{foreign:?}");
    // Founded already: there is no second root 1 over it.
    assert!(matches!(three.preview(Some(&founded)), Err(ProposalError::Overtaken { what: "root" })));
}

#[test]
fn an_officer_is_replaced_in_one_sitting() {
    let before = organisation();
    let new = signed(replacement(&before, third_by_fourth()), Some(&before), &[1, 4]);
    let progress = new.progress(Some(&before)).unwrap();
    let old = progress.before.unwrap();
    assert_eq!((names(&old.signed), old.enough, old.not_counted.len()), (vec!["o1"], false, 0));
    assert_eq!((names(&progress.new.signed), progress.new.enough), (vec!["o1", "o4"], true));
    assert!(new.finish(Some(&before)).is_err(), "one of root 1 is too few");
    let whole = signed(new, Some(&before), &[3]);
    assert!(whole.progress(Some(&before)).unwrap().before.unwrap().enough);
    let after = whole.finish(Some(&before)).unwrap();
    assert_eq!((after.root().number(), after.directory().number()), (2, 2));
    assert_eq!(after.successor_of(before.directory()), Ok(()));
    let seen = Seen::first(before.in_force());
    seen.advance(&after, time("2026-02-02T00:00:00Z")).unwrap();
    // Once it is in force, the same file changes nothing more.
    assert!(matches!(whole.finish(Some(&after)), Err(ProposalError::Outdated { found: 1, wanted: 2 })));
}

#[test]
fn root_not_signed_by_n() {
    let before = organisation();
    let new = signed(replacement(&before, third_by_fourth()), Some(&before), &[2, 4]);
    let error = new.finish(Some(&before)).unwrap_err();
    assert!(matches!(error, ProposalError::Root(RootError::Threshold(ThresholdError::TooFew { .. }))));
}

#[test]
fn root_not_signed_by_n_plus_1() {
    let before = organisation();
    let new = signed(replacement(&before, third_by_fourth()), Some(&before), &[1, 3]);
    let progress = new.progress(Some(&before)).unwrap();
    assert!(progress.before.unwrap().enough && !progress.new.enough);
    assert_eq!(names(&progress.new.signed), ["o1"]);
    let error = new.finish(Some(&before)).unwrap_err();
    assert!(matches!(error, ProposalError::Root(RootError::Threshold(ThresholdError::TooFew { .. }))));
}

#[test]
fn one_officer_inventing_root_n_minus_1() {
    // One officer makes a root 2 of his own, and upon it a root 3 that both "roots" would carry.
    let before = organisation();
    let alone = [
        RootChange::Thresholds(Thresholds { root: 1, enrol: 1, stop: 1 }),
        RootChange::RemoveOfficer(office("o2")),
        RootChange::RemoveOfficer(office("o3")),
    ];
    let invented = signed(replacement(&before, alone), Some(&before), &[1]);
    assert!(invented.progress(Some(&before)).unwrap().new.enough, "his own threshold is met");
    let error = invented.finish(Some(&before)).unwrap_err();
    assert!(matches!(error, ProposalError::Root(RootError::Threshold(ThresholdError::TooFew { .. }))));
}

#[test]
fn predecessor_hash_wrong() {
    let before = organisation();
    let text =
        before.root().next_text(time("2026-02-01T00:00:00Z"), time("2029-02-01T00:00:00Z"), []).unwrap();
    let wrong = RootText { previous: Some(crate::digest::RootHash::from_bytes([7; 32])), ..text };
    let error = NewRoot::after(&before, &wrong, draft_after(&before)).unwrap_err();
    assert!(matches!(error, ProposalError::Root(RootError::Fork { number: 2 })));
}

#[test]
fn version_skipped_repeated_lower() {
    let before = organisation();
    let text =
        before.root().next_text(time("2026-02-01T00:00:00Z"), time("2029-02-01T00:00:00Z"), []).unwrap();
    for number in [3, 4] {
        let text = RootText { number, ..text.clone() };
        let error = NewRoot::after(&before, &text, draft_after(&before)).unwrap_err();
        assert!(matches!(error, ProposalError::Root(RootError::Sequence { wanted: 2, .. })), "{error}");
    }
    let later = signed(replacement(&before, []), Some(&before), &[1, 2]).finish(Some(&before)).unwrap();
    let repeated = NewRoot::after(&later, &text, draft_after(&later)).unwrap_err();
    assert!(matches!(repeated, ProposalError::Root(RootError::Sequence { found: 2, wanted: 3 })));
}

#[test]
fn a_new_root_folds_the_stop_lists_before_it() {
    let root = root();
    let before = Organisation::new(vec![root.clone()], policy(&root), directory(&root), vec![]).unwrap();
    let stop = before.in_force().stop_text(time("2026-01-20T00:00:00Z"), vec![suspend(1)]).unwrap();
    let stop = with_officers(&[1], |officers| Stop::sign(stop, &root, officers)).unwrap();
    let stopped = before.stopped_by(stop).unwrap();
    assert_eq!(stopped.in_force().directory().person(p(1)).unwrap().state, PersonState::Suspended);
    let after = signed(replacement(&stopped, []), Some(&stopped), &[1, 2]).finish(Some(&stopped)).unwrap();
    assert_eq!(after.directory().person(p(1)).unwrap().state, PersonState::Suspended);
    assert_eq!(after.directory().value().stop.unwrap().number, 1);
    // Proposed before the stop list: the directory would leave a list of root 1 over root 2.
    let early = signed(replacement(&before, []), Some(&stopped), &[1, 2]);
    assert!(matches!(early.finish(Some(&stopped)), Err(ProposalError::InForce(_))));
}

#[test]
fn changes_of_a_root_are_all_of_them() {
    let root = root();
    let mut other = root_text();
    other.officers.remove(0);
    other.officers.push(roots::second_root(&root).value().officers[2].clone());
    other.thresholds = Thresholds { root: 3, enrol: 2, stop: 2 };
    other.notary = None;
    other.log.origin = "other.example/log".parse().unwrap();
    other.relays[0].addresses.push("second.example:7443".to_owned());
    other.witnesses.push(WitnessText {
        name: office("w1"),
        ed25519: Bytes(*office_key(21).public().ed25519().as_bytes()),
        ml_dsa_44: Bytes(*office_key(21).public().ml_dsa()),
    });
    other.name = "新名".to_owned();
    let changes = other.changes_since(root.value());
    assert_eq!(changes.len(), 8);
    let (made, expires) = (time("2026-02-01T00:00:00Z"), time("2029-02-01T00:00:00Z"));
    let rebuilt = root.next_text(made, expires, changes).unwrap();
    assert_eq!(rebuilt.changes_since(&other), []);
    assert_eq!(root.value().changes_since(root.value()), []);
    // Changes that no root can have.
    let change = |changes: Vec<RootChange>| root.next_text(made, expires, changes).unwrap_err();
    let nobody = RootChange::RemoveOfficer(office("o9"));
    assert_eq!(change(vec![nobody]), RootChangeError::NoOfficer { name: office("o9") });
    let [_, add] = third_by_fourth();
    assert_eq!(change(vec![add.clone(), add]), RootChangeError::OfficerExists { name: office("o4") });
    let thresholds = RootChange::Thresholds(Thresholds { root: 4, enrol: 2, stop: 1 });
    assert!(matches!(change(vec![thresholds]), RootChangeError::Text(_)));
    let all = ["o1", "o2"].map(|name| RootChange::RemoveOfficer(office(name))).to_vec();
    assert!(matches!(change(all), RootChangeError::Text(_)), "the thresholds would not be met");
    let early = root.next_text(time("2026-01-01T00:00:00Z"), expires, []);
    assert_eq!(early, Err(RootChangeError::Backdated));
}

#[test]
fn a_card_proves_both_keys() {
    let made = time("2026-01-05T01:00:00Z");
    let card = OfficerCard::sign("周明", made, &office_key(1)).unwrap();
    let read = OfficerCard::parse(&card.encode()).unwrap();
    assert_eq!(read, card);
    assert_eq!(read.officer(office("o1")), root_text().officers[0]);
    assert_eq!(read.digits().len(), 35);
    // The same digits as in a paper that names the officer, whatever he is called there.
    assert_eq!(read.officer("o7".parse().unwrap()).digits(), read.digits());
    // Another's keys, with proof for one or none of them.
    let bytes = String::from_utf8(card.encode()).unwrap();
    let other = OfficerCard::sign("周明", made, &office_key(2)).unwrap();
    let lines = |card: &OfficerCard| -> Vec<String> {
        let note = String::from_utf8(card.encode()).unwrap();
        note.split_once("\n\n").unwrap().1.lines().map(str::to_owned).collect()
    };
    let text = bytes.split_once("\n\n").unwrap().0;
    for kept in [vec![&lines(&card)[0]], vec![&lines(&card)[1]], lines(&other).iter().collect()] {
        let forged: String = kept.into_iter().map(|line| format!("{line}\n")).collect();
        let error = OfficerCard::parse(format!("{text}\n\n{forged}").as_bytes()).unwrap_err();
        assert!(matches!(error, OfficerCardError::Possession(_)), "{error}");
    }
    let nobody = OfficerCard::sign("", made, &office_key(1)).unwrap_err();
    assert!(matches!(nobody, OfficerCardError::Note(NoteError::Text(_))));
}

#[test]
fn a_founding_hides_nobody() {
    let hidden = NewRoot::founding(&root_text(), rules, |org, policy| {
        let persons = vec![PersonEntry { org, ..person(&root(), 1, "李娜", "li na", 1) }];
        let units = vec![UnitEntry { org, ..unit(&root(), 1, "办公室", None, &[1]) }];
        Draft { policy, persons, units, ..draft(&root()) }
    })
    .unwrap();
    let changes = hidden.preview(None).unwrap().directory.changes().to_vec();
    assert!(changes.contains(&Change::Enrolled { person: p(1) }));
    assert!(changes.iter().any(|change| matches!(change, Change::Clerks { added, .. } if added == &[p(1)])));
}

/// What the property below changes, made once: signing is what takes the time.
static FILE: LazyLock<(Organisation, Vec<u8>)> = LazyLock::new(|| {
    let before = organisation();
    let file = signed(replacement(&before, []), Some(&before), &[1, 2]).encode();
    (before, file)
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Files come from other people's sticks: whatever is in them, reading ends in a value or an error.
    #[test]
    fn any_change_of_a_file_is_refused_or_counts_for_nothing(at in 0_usize..20_000, byte: u8, cut: bool) {
        let (before, file) = &*FILE;
        let at = at % file.len();
        let mut changed = file.clone();
        if cut { changed.truncate(at) } else { changed[at] = byte }
        if let Ok(new) = NewRoot::parse(&changed)
            && let Ok(after) = new.finish(Some(before))
        {
            let whole = NewRoot::parse(file).unwrap().finish(Some(before)).unwrap();
            prop_assert_eq!(after.root().hash(), whole.root().hash());
            prop_assert_eq!(after.directory().hash(), whole.directory().hash());
        }
        let proposal = Proposal::parse(&changed);
        prop_assert!(proposal.is_err());
    }
}
