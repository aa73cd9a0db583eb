//! Signing by file exchange.

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::in_force::in_force;
use super::stops::suspend;
use super::*;
use crate::note::OfficeName;

fn draft_next() -> Draft {
    let held = in_force(vec![], None);
    let rng = &mut StdRng::seed_from_u64(1);
    let mut draft = Draft::over(&held, time("2026-01-20T01:00:00Z"), time("2026-03-20T01:00:00Z"), rng);
    let clearance = Some(Clearance::Internal);
    let act = Act::ChangePerson { person: p(1), name: None, clearance };
    draft.apply(act, &held, rng).unwrap();
    draft
}

fn proposal() -> Proposal {
    let root = root();
    Proposal::directory(draft_next(), &root, &directory(&root)).unwrap()
}

fn held(root: &Root, directory: &Directory) -> InForce {
    InForce::new(root.clone(), directory.clone(), vec![], None).unwrap()
}

fn sign(proposal: &mut Proposal, root: &Root, officer: u8) -> Result<(), ProposalError> {
    proposal.sign(root, &office(&format!("o{officer}")), &office_key(officer))
}

fn names(names: &[OfficeName]) -> Vec<&str> {
    names.iter().map(OfficeName::as_str).collect()
}

#[test]
fn officers_sign_copies_which_are_merged() {
    let (root, before) = (root(), directory(&root()));
    let bare = proposal();
    let progress = bare.progress(&root).unwrap();
    assert_eq!((progress.needed, progress.enough), (2, false));
    assert_eq!(names(&progress.missing), ["o1", "o2", "o3"]);
    assert!(matches!(
        bare.finish_directory(&held(&root, &before)),
        Err(ProposalError::Text(NoteError::NoLines))
    ));
    // Only the changed entry travels; what it changes is read from the texts.
    let size = bare.encode().len();
    assert!(size < 16 * 1024, "{size}");
    let preview = bare.preview(&held(&root, &before)).unwrap();
    let clearance = Change::Clearance { person: p(1), from: Clearance::Secret, to: Clearance::Internal };
    assert!(preview.changes().contains(&clearance));
    assert_eq!(preview.person(p(1)).unwrap().clearance, Clearance::Internal);

    let mut one = Proposal::parse(&bare.encode()).unwrap();
    assert_eq!(one, bare);
    sign(&mut one, &root, 1).unwrap();
    let progress = one.progress(&root).unwrap();
    assert_eq!((names(&progress.signed), progress.enough), (vec!["o1"], false));
    assert!(matches!(one.finish_directory(&held(&root, &before)), Err(ProposalError::Directory(_))));
    let mut three = Proposal::parse(&bare.encode()).unwrap();
    sign(&mut three, &root, 3).unwrap();
    let mut merged = Proposal::parse(&one.encode()).unwrap();
    merged.merge(&three).unwrap();
    merged.merge(&one).unwrap();
    let progress = merged.progress(&root).unwrap();
    assert_eq!((names(&progress.signed), progress.enough), (vec!["o1", "o3"], true));
    let after = merged.finish_directory(&held(&root, &before)).unwrap();
    assert_eq!(after.successor_of(&before), Ok(()));
    assert_eq!(after.person(p(1)).unwrap().clearance, Clearance::Internal);
}

#[test]
fn officer_stopped_between_proposal_and_publication() {
    // Officers 1 and 3 sign; before publication root 2 replaces officer 3 by officer 4.
    let (root, before) = (root(), directory(&root()));
    let mut proposal = proposal();
    sign(&mut proposal, &root, 1).unwrap();
    sign(&mut proposal, &root, 3).unwrap();
    assert!(proposal.progress(&root).unwrap().enough);
    let second = roots::second_root(&root);
    let under = next(&second, &before, |_| ());
    let outdated = |error| matches!(error, ProposalError::Outdated { found: 1, wanted: 2 });
    assert!(outdated(proposal.progress(&second).unwrap_err()));
    assert!(outdated(proposal.finish_directory(&held(&second, &under)).unwrap_err()));
    assert!(outdated(sign(&mut proposal, &second, 2).unwrap_err()));
    // Proposed anew upon root 2, officer 3 signs no more, and a line he made elsewhere counts for nothing.
    let mut anew = Proposal::directory(draft_next(), &second, &under).unwrap();
    assert!(matches!(sign(&mut anew, &second, 3), Err(ProposalError::NotAnOfficer { .. })));
    sign(&mut anew, &second, 1).unwrap();
    let line = office_key(3).sign_note(&KeyName::office(&root.org(), &office("o3")), anew.text());
    let mut file: serde_json::Value = serde_json::from_slice(&anew.encode()).unwrap();
    file["lines"].as_array_mut().unwrap().extend(line.iter().map(|line| line.to_string().into()));
    let forged = Proposal::parse(&serde_json::to_vec(&file).unwrap()).unwrap();
    let progress = forged.progress(&second).unwrap();
    assert_eq!((names(&progress.signed), progress.enough), (vec!["o1"], false));
    assert_eq!(progress.not_counted, [KeyName::office(&root.org(), &office("o3"))]);
    assert!(forged.finish_directory(&held(&second, &under)).is_err());
}

#[test]
fn a_proposal_that_was_overtaken() {
    let root = root();
    let mut proposal = proposal();
    sign(&mut proposal, &root, 1).unwrap();
    sign(&mut proposal, &root, 2).unwrap();
    let meanwhile = next(&root, &directory(&root), |_| ());
    let overtaken =
        |result: Result<(), ProposalError>| matches!(result, Err(ProposalError::Overtaken { .. }));
    assert!(overtaken(proposal.finish_directory(&held(&root, &meanwhile)).map(|_| ())));
    assert!(overtaken(proposal.preview(&held(&root, &meanwhile)).map(|_| ())));
}

#[test]
fn lines_of_another_proposal_are_not_merged() {
    let mut one = proposal();
    let held = in_force(vec![], None);
    let text = held.stop_text(time("2026-01-20T00:00:00Z"), vec![suspend(1)]).unwrap();
    let two = Proposal::stop(&text).unwrap();
    assert!(matches!(one.merge(&two), Err(ProposalError::Different)));
    assert!(matches!(two.finish_directory(&held), Err(ProposalError::Subject)));
}

#[test]
fn a_changed_file_is_noticed() {
    let (root, before) = (root(), directory(&root()));
    let mut proposal = proposal();
    sign(&mut proposal, &root, 1).unwrap();
    sign(&mut proposal, &root, 2).unwrap();
    let file = String::from_utf8(proposal.encode()).unwrap();
    let swapped = file.replace("\\\"clearance\\\":\\\"internal\\\"", "\\\"clearance\\\":\\\"secret\\\"");
    assert_ne!(swapped, file);
    let swapped = Proposal::parse(swapped.as_bytes()).unwrap();
    let merkle = |error| matches!(error, ProposalError::Directory(DirectoryError::Merkle { .. }));
    assert!(merkle(swapped.finish_directory(&held(&root, &before)).unwrap_err()));
    assert!(merkle(swapped.preview(&held(&root, &before)).unwrap_err()));
    let retold = file.replace("2026-03-20T01:00:00Z", "2026-09-20T01:00:00Z");
    let retold = Proposal::parse(retold.as_bytes()).unwrap();
    assert!(matches!(retold.progress(&root), Err(ProposalError::Threshold(ThresholdError::Wrong(_)))));
    for bad in ["", "{}", "{\"format\":\"vault-proposal/2\"}"] {
        assert!(matches!(Proposal::parse(bad.as_bytes()), Err(ProposalError::Format(_))));
    }
    let broken = file.replace("— ", "- ");
    assert!(matches!(Proposal::parse(broken.as_bytes()), Err(ProposalError::Line(_))));
}

#[test]
fn a_stop_list_by_one_officer_or_by_two_if_it_reaches_back() {
    let root = root();
    let held = in_force(vec![], None);
    let made = time("2026-01-20T00:00:00Z");
    let mut plain = Proposal::stop(&held.stop_text(made, vec![suspend(1)]).unwrap()).unwrap();
    sign(&mut plain, &root, 2).unwrap();
    assert!(plain.progress(&root).unwrap().enough);
    assert_eq!(plain.finish_stop(&root).unwrap().number(), 1);
    let since = Position { origin: root.log_origin().clone(), size: 3 };
    let act = StopAct::revoke_person(p(1), StopReason::Compromised).since(since);
    let mut back = Proposal::stop(&held.stop_text(made, vec![act]).unwrap()).unwrap();
    sign(&mut back, &root, 2).unwrap();
    let progress = back.progress(&root).unwrap();
    assert_eq!((progress.needed, progress.enough), (2, false));
    assert!(matches!(back.finish_stop(&root), Err(ProposalError::Stop(StopError::Since(_)))));
    sign(&mut back, &root, 3).unwrap();
    assert!(back.finish_stop(&root).is_ok());
}

#[test]
fn stop_that_grants() {
    let root = root();
    let first = {
        let held = in_force(vec![], None);
        let text = held.stop_text(time("2026-01-20T00:00:00Z"), vec![suspend(1)]).unwrap();
        let mut proposal = Proposal::stop(&text).unwrap();
        assert_eq!(proposal.preview_stop(&held).unwrap(), text);
        sign(&mut proposal, &root, 1).unwrap();
        proposal.finish_stop(&root).unwrap()
    };
    let held = in_force(vec![first], None);
    let text = held.stop_text(time("2026-01-21T00:00:00Z"), vec![suspend(2)]).unwrap();
    assert_eq!(Proposal::stop(&text).unwrap().preview_stop(&held).unwrap().acts.len(), 2);
    // Made upon list 1, the same text follows nothing where list 1 is not in hand.
    let overtaken = Proposal::stop(&text).unwrap().preview_stop(&in_force(vec![], None)).unwrap_err();
    assert!(matches!(overtaken, ProposalError::Overtaken { what: "stop list" }));
    // Nor is it left out by claiming a directory that folds it, which nobody here has.
    let mut claiming = text.clone();
    claiming.folded = claiming.previous.map(|hash| StopRef { number: 1, hash });
    claiming.acts.remove(0);
    let error = Proposal::stop(&claiming).unwrap().preview_stop(&held).unwrap_err();
    assert!(matches!(error, ProposalError::Overtaken { what: "directory" }));
    // Leaving out what list 1 took would give it back.
    let mut granting = text;
    granting.acts.remove(0);
    let error = Proposal::stop(&granting).unwrap().preview_stop(&held).unwrap_err();
    let grants = StopSuccessionError::Grants { have: 1, found: 2 };
    assert!(matches!(error, ProposalError::InForce(InForceError::Stops(found)) if found == grants));
}

#[test]
fn what_a_stop_list_took_is_seen_when_it_is_given_back() {
    let root = root();
    let bare = in_force(vec![], None);
    let made = time("2026-01-10T00:00:00Z");
    let station = bare.directory().person(p(2)).unwrap().active_keys(KeyKind::Station).next().unwrap().id;
    let acts = vec![suspend(1), StopAct::revoke_key(p(2), station, StopReason::Stolen)];
    let text = bare.stop_text(made, acts).unwrap();
    let stop = with_officers(&[1], |officers| Stop::sign(text, &root, officers)).unwrap();
    let held = in_force(vec![stop.clone()], None);
    let (made, expires) = (time("2026-01-20T01:00:00Z"), time("2026-03-20T01:00:00Z"));
    let rng = &mut StdRng::seed_from_u64(1);
    let propose = |draft: Draft| Proposal::directory(draft, &root, &directory(&root)).unwrap();
    let preview = |draft: Draft| propose(draft).preview(&held);

    // A draft begun before the list: folded in, it changes nothing that is in force.
    let mut draft = Draft::over(&bare, made, expires, rng);
    let early = draft.clone();
    draft.fold(&held, rng);
    assert_eq!(draft.persons, {
        let mut over = Draft::over(&held, made, expires, rng).persons;
        over.iter_mut().zip(&draft.persons).for_each(|(one, other)| one.salt = other.salt);
        over
    });
    let quiet = preview(draft.clone()).unwrap();
    let matter = |change: &&Change| !matches!(change, Change::Folds { .. } | Change::Expires { .. });
    assert_eq!(quiet.changes().iter().filter(matter).count(), 0);
    // Lifting the suspension is a change that everybody sees.
    draft.apply(Act::Resume { person: p(1) }, &held, rng).unwrap();
    let lifted = Change::State { person: p(1), from: PersonState::Suspended, to: PersonState::Active };
    assert!(preview(draft).unwrap().changes().contains(&lifted));
    // Not folding the list leaves it in force over the directory.
    assert_eq!(preview(early.clone()).unwrap().changes().iter().filter(matter).count(), 0);
    // Folding it and keeping the revoked key would revive it.
    let mut reviving = early.clone();
    reviving.stop = Some(stop.reference());
    let error = preview(reviving).unwrap_err();
    let revived = ContinuityError::KeyRevived { person: p(2), key: station };
    assert!(matches!(error, ProposalError::Directory(DirectoryError::Continuity(found)) if found == revived));
    // Folding a list that nobody has would disarm the lists to come.
    let mut ahead = early;
    ahead.stop = Some(StopRef { number: 9, hash: stop.hash() });
    assert!(matches!(preview(ahead), Err(ProposalError::Overtaken { what: "stop list" })));
}
