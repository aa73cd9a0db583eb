//! A policy put into force with a directory: one file, signed in one sitting.

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::in_force::in_force;
use super::*;
use crate::note::Text;

/// A stand-in for the policy, whose content is not this crate's affair.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(rename = "type")]
    tag: String,
    org: OrgId,
    number: u32,
}

impl Text for Rules {
    const TYPE: &'static str = "vault-policy/2";

    fn org(&self) -> OrgId {
        self.org
    }
}

fn rules(number: u32) -> Rules {
    Rules { tag: Rules::TYPE.to_owned(), org: root().org(), number }
}

fn next_draft() -> Draft {
    let rng = &mut StdRng::seed_from_u64(1);
    Draft::over(&in_force(vec![], None), time("2026-01-20T01:00:00Z"), time("2026-03-20T01:00:00Z"), rng)
}

fn proposal() -> Proposal {
    let root = root();
    Proposal::directory_with_policy(next_draft(), &rules(2), &root, &directory(&root)).unwrap()
}

fn before() -> Organisation {
    let root = root();
    Organisation::new(vec![root.clone()], policy(&root), directory(&root), vec![]).unwrap()
}

fn sign(proposal: &mut Proposal, officer: u8) {
    proposal.sign(&root(), &office(&format!("o{officer}")), &office_key(officer)).unwrap();
}

/// What comes of it where enough have signed.
fn finish(proposal: &Proposal) -> Result<Organisation, ProposalError> {
    let before = before();
    let directory = proposal.finish_directory(before.in_force())?;
    Ok(before.followed_under(directory, proposal.finish_policy(before.root())?)?)
}

#[test]
fn a_policy_comes_into_force_with_the_directory_that_names_it() {
    let mut one = proposal();
    assert_eq!(one.policy::<Rules>(root().org()).unwrap().unwrap(), rules(2));
    let preview = one.preview(before().in_force()).unwrap();
    assert!(preview.changes().iter().any(|change| matches!(change, Change::Policy { .. })));
    sign(&mut one, 1);
    let mut other = Proposal::parse(&proposal().encode()).unwrap();
    sign(&mut other, 2);
    one.merge(&other).unwrap();
    assert!(one.progress(&root()).unwrap().enough);
    let one = Proposal::parse(&one.encode()).unwrap();
    let organisation = finish(&one).unwrap();
    assert!(organisation.policy().text().contains("\"number\":2"));
    // It reads back, and later directories keep it.
    let read = Organisation::parse(&organisation.encode(), Some(organisation.org())).unwrap();
    assert_eq!(PolicyHash::of_note(read.policy().hash()), read.directory().policy());
}

#[test]
fn whoever_signed_the_directory_alone_has_not_signed() {
    let mut proposal = proposal();
    sign(&mut proposal, 1);
    sign(&mut proposal, 2);
    let mut file: serde_json::Value = serde_json::from_slice(&proposal.encode()).unwrap();
    // The second officer's two lines are taken off the policy.
    file["policy"]["lines"].as_array_mut().unwrap().truncate(2);
    let half = Proposal::parse(file.to_string().as_bytes()).unwrap();
    let progress = half.progress(&root()).unwrap();
    assert_eq!((progress.signed.len(), progress.enough), (1, false));
    assert!(matches!(finish(&half), Err(ProposalError::Threshold(_))));
    file["policy"]["lines"] = serde_json::json!([]);
    let none = Proposal::parse(file.to_string().as_bytes()).unwrap();
    assert!(matches!(finish(&none), Err(ProposalError::Text(NoteError::NoLines))));
}

#[test]
fn a_policy_that_the_directory_does_not_name_is_refused() {
    let root = root();
    let mut proposal = proposal();
    let file = String::from_utf8(proposal.encode()).unwrap();
    let swapped = file.replace("\\\"number\\\":2}", "\\\"number\\\":3}");
    assert_ne!(swapped, file);
    let mut swapped = Proposal::parse(swapped.as_bytes()).unwrap();
    assert!(matches!(swapped.preview(before().in_force()), Err(ProposalError::OtherPolicy)));
    sign(&mut swapped, 1);
    sign(&mut swapped, 2);
    assert!(matches!(finish(&swapped), Err(ProposalError::OtherPolicy)));
    // Copies with different policies are two proposals.
    assert!(matches!(proposal.merge(&swapped), Err(ProposalError::Different)));
    // A directory that names another policy and brings none.
    let draft = Draft { policy: PolicyHash::from_bytes([9; 32]), ..next_draft() };
    let bare = Proposal::directory(draft, &root, &directory(&root)).unwrap();
    assert!(matches!(bare.preview(before().in_force()), Err(ProposalError::OtherPolicy)));
}

#[test]
fn the_format_says_whether_a_policy_goes_along() {
    let file = |proposal: &Proposal| String::from_utf8(proposal.encode()).unwrap();
    let root = root();
    let (with, without) =
        (file(&proposal()), file(&Proposal::directory(next_draft(), &root, &directory(&root)).unwrap()));
    assert!(with.contains("vault-proposal/2") && without.contains("vault-proposal/1"));
    assert!(!without.contains("\"policy\": "));
    for bad in [
        with.replace("vault-proposal/2", "vault-proposal/1"),
        without.replace("vault-proposal/1", "vault-proposal/2"),
        with.replace("\"subject\": \"directory\"", "\"subject\": \"policy\""),
    ] {
        assert!(matches!(Proposal::parse(bad.as_bytes()), Err(ProposalError::Subject)));
    }
}
