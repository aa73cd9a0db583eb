//! Who decides, in which order, on which bytes, and what stands without it.

use vault_core::admission::Code;
use vault_core::decision::{About, Answer, DecisionNote};
use vault_core::item::build::Wrap;
use vault_core::item::{DirectoryRef, Label, LabelHash, Right};
use vault_core::test_world::World;
use vault_keys::directory::{Clearance, Role, RoleGrant};

use super::lazy::{Lazy, plain, with_deciders};
use super::proposal::Proposal;
use super::world::{asked, at_both, draft_in, made_of, secret, time};
use super::{Case, Judge, Which};

/// The relay hears a decision on the proposal that `make` left.
fn heard(make: impl FnOnce(&mut Proposal) -> DecisionNote) -> Judge {
    let mut proposal = Proposal::new();
    let note = make(&mut proposal);
    let (note, now) = (proposal.sign(note), proposal.world.now());
    Box::new(move || proposal.heard(&note, now))
}

/// p8's agreement as an honest client makes it.
fn review(proposal: &Proposal) -> DecisionNote {
    proposal.decision(8, "review", Answer::Agree)
}

/// Lets p1 approve as well, were it not his own matter.
fn with_p1_as_approver() -> Lazy {
    let mut world = with_deciders();
    world.change(|persons, _| {
        let from = "2026-10-01".parse().expect("a day");
        persons[0].roles = vec![RoleGrant { role: Role::Approver, unit: None, from, to: None }];
    });
    world
}

/// A proposed item whose label p1 changed before he signed it.
fn proposed(which: Which, change: impl FnOnce(&mut Label, &mut Vec<Wrap>)) -> Judge {
    let world = with_deciders();
    let mut draft = world.draft(&[3]);
    draft.mark = "机密★10年".to_owned();
    draft.term = None;
    draft.asked = asked(&world, &[8], &[9]);
    let made = made_of(&world, &draft, |label, wraps| {
        if which.is_refused() {
            change(label, wraps);
        }
    });
    at_both(world, made.item)
}

pub(super) const CASES: &[Case] = &[
    Case::tool("nobody-to-approve", &[24, 66], Code::DeciderMissing, |which| {
        let world = which.of(plain(), with_deciders());
        draft_in(world, "通知.txt", |_, draft| {
            draft.mark = "秘密★1年".to_owned();
            draft.term = None;
        })
    }),
    Case::tool("one-decision-instead-of-two", &[23, 24, 66], Code::DecidersDiffer, |which| {
        proposed(which, |label, wraps| {
            let approval = label.deciders.pop().expect("two steps").step;
            wraps.retain(|wrap| wrap.right != Right::Decider(approval.clone()));
        })
    }),
    Case::tool("no-time-to-decide", &[22], Code::DecideByMissing, |which| {
        proposed(which, |label, _| label.decide_by = None)
    }),
    Case::tool("sender-asked-to-approve", &[22, 24], Code::DeciderOwnMatter, |which| {
        draft_in(with_p1_as_approver(), "通知.txt", |world, draft| {
            draft.mark = "机密★1年".to_owned();
            draft.term = None;
            draft.asked = asked(world, &[8], which.of(&[1, 9], &[9]));
        })
    }),
    Case::tool("review-used-as-a-channel", &[23, 45, 19], Code::DeciderRole, |which| {
        secret("机密★1年", |world, draft| draft.asked = asked(world, which.of(&[4, 8], &[8]), &[9]))
    }),
    Case::tool("decider-not-cleared", &[23, 124], Code::DeciderClearance, |which| {
        secret("机密★1年", |world, _| {
            world.change(|persons, _| {
                let clearance = which.of(Clearance::Confidential, Clearance::Secret);
                let reviewer = persons.iter_mut().find(|person| person.number.value() == 8);
                reviewer.expect("p8").clearance = clearance;
            });
        })
    }),
    Case::tool("decider-who-could-not-read-it", &[23], Code::DeciderWithoutRow, |which| {
        let world = with_deciders();
        let mut draft = world.draft(&[3]);
        draft.mark = "机密★10年".to_owned();
        draft.term = None;
        draft.asked = asked(&world, &[8], &[9]);
        let reviewer = world.member(8).holder();
        let made = made_of(&world, &draft, |_, wraps| {
            if which.is_refused() {
                wraps.retain(|wrap| wrap.holder != reviewer);
            }
        });
        at_both(world, made.item)
    }),
    Case::tool("decision-over-another-label", &[24], Code::DecisionOther, |which| {
        heard(|proposal| {
            let right = About::label(proposal.hash());
            let other = About::label(LabelHash::from_bytes([9; 32]));
            DecisionNote { about: which.of(other, right), ..review(proposal) }
        })
    }),
    Case::tool("decision-by-somebody-not-asked", &[23], Code::DeciderNotAsked, |which| {
        heard(|proposal| proposal.decision(which.of(11, 8), "review", Answer::Agree))
    }),
    Case::tool("decision-signed-by-another", &[23, 40], Code::DecisionSignature, |which| {
        let proposal = Proposal::new();
        let note = proposal.signed_by(review(&proposal), which.of(9, 8));
        let now = proposal.world.now();
        Box::new(move || proposal.heard(&note, now))
    }),
    Case::tool("decision-under-an-older-directory", &[23, 19], Code::DecisionDirectory, |which| {
        heard(|proposal| {
            let directory = &proposal.world.directories[which.of(0, 1)];
            let named = DirectoryRef { version: directory.number(), hash: directory.hash() };
            DecisionNote { directory: named, ..review(proposal) }
        })
    })
    // p8 was not there yet.
    .with(&[Code::NumberUnknown]),
    Case::tool("step-that-nobody-asked-for", &[23], Code::DecisionStep, |which| {
        heard(|proposal| proposal.decision(8, which.of("blessing", "review"), Answer::Agree))
    }),
    Case::tool("approval-before-the-review", &[23, 24], Code::DecisionOrder, |which| {
        heard(|proposal| {
            if !which.is_refused() {
                proposal.agree(8, "review");
            }
            proposal.decision(9, "approval", Answer::Agree)
        })
    }),
    Case::tool("the-same-person-at-both-steps", &[23, 24], Code::DeciderTwice, |which| {
        let mut proposal = Proposal::of(with_deciders(), |draft| {
            let people = asked(&with_deciders(), &[11], &[9, 11]);
            draft.asked = people;
        });
        proposal.agree(11, "review");
        let note = proposal.sign(proposal.decision(which.of(11, 9), "approval", Answer::Agree));
        let now = proposal.world.now();
        Box::new(move || proposal.heard(&note, now))
    }),
    Case::tool("deputy-outside-his-dates", &[24], Code::DeputyNotInForce, |which| {
        let mut world = with_deciders();
        let until = which.of("2026-11-21", "2026-11-22").parse().expect("a day");
        world.change(|persons, _| {
            let absent = persons.iter_mut().find(|person| person.number.value() == 9);
            absent.expect("p9").deputies[0].to = until;
        });
        let mut proposal = Proposal::of(world, |_| {});
        proposal.agree(8, "review");
        let principal = Some(proposal.world.member(9).person);
        let note = DecisionNote { principal, ..proposal.decision(10, "approval", Answer::Agree) };
        let (note, now) = (proposal.sign(note), proposal.world.now());
        Box::new(move || proposal.heard(&note, now))
    }),
    Case::tool("agreement-that-has-expired", &[23], Code::DecisionExpired, |which| {
        let mut proposal = Proposal::new();
        let until = Some(time("2026-11-22T09:00:00Z"));
        proposal.enter(DecisionNote { not_after: until, ..review(&proposal) });
        let note = proposal.sign(proposal.decision(9, "approval", Answer::Agree));
        let at = time(which.of("2026-11-22T09:00:01Z", "2026-11-22T09:00:00Z"));
        Box::new(move || proposal.heard(&note, at))
    }),
    Case::tool("decided-too-late", &[22], Code::DecideByPassed, |which| {
        let mut proposal = Proposal::new();
        proposal.agree(8, "review");
        let note = proposal.sign(proposal.decision(9, "approval", Answer::Agree));
        let by = proposal.label().decide_by.expect("it waits for decisions");
        let at = by.plus_seconds(which.of(1, 0));
        Box::new(move || proposal.heard(&note, at))
    }),
    Case::tool("approved-after-a-refusal", &[23, 24], Code::DecisionRefused, |which| {
        heard(|proposal| {
            let approval = {
                let mut other = Proposal::new();
                other.agree(8, "review");
                other.decision(9, "approval", Answer::Agree)
            };
            let answer = which.of(Answer::Refuse, Answer::Agree);
            proposal.enter(DecisionNote { answer, ..review(proposal) });
            approval
        })
    }),
    Case::tool("withdrawing-what-another-agreed-to", &[23], Code::DecisionNothingToWithdraw, |which| {
        let people = |world: &World| asked(world, &[8, 11], &[9]);
        let mut proposal = Proposal::of(with_deciders(), |draft| {
            draft.asked = people(&with_deciders());
        });
        proposal.agree(8, "review");
        let own = proposal.entered[0].0.hash();
        let withdrawal = proposal.decision(which.of(11, 8), "review", Answer::Withdraw);
        let note = proposal.sign(DecisionNote { previous: Some(own), ..withdrawal });
        let now = proposal.world.now();
        Box::new(move || proposal.heard(&note, now))
    }),
    Case::tool("released-without-the-approval", &[24, 44, 66], Code::DecisionMissing, |which| {
        let mut proposal = Proposal::new();
        proposal.agree(8, "review");
        if !which.is_refused() {
            proposal.agree(9, "approval");
        }
        let header = proposal.finished(proposal.notes());
        Box::new(move || proposal.released_as(&header))
    })
    // Whoever has not completed the steps writes no note either.
    .with(&[Code::AccessWriter]),
    Case::tool("reader-of-what-nobody-approved", &[24, 66], Code::DecisionMissing, |which| {
        let mut proposal = Proposal::new();
        proposal.agree(8, "review");
        if !which.is_refused() {
            proposal.agree(9, "approval");
        }
        let header = proposal.finished(proposal.notes());
        Box::new(move || proposal.read(&header))
    }),
    Case::tool("withdrawal-left-out-by-the-relay", &[24, 40], Code::DecisionLeftOut, |which| {
        let (mut proposal, header) = Proposal::released();
        if which.is_refused() {
            let (own, now) = (proposal.entered[0].0.hash(), proposal.world.now());
            let withdrawal = proposal.decision(8, "review", Answer::Withdraw);
            let note = proposal.sign(DecisionNote { previous: Some(own), ..withdrawal });
            proposal.entered.insert(1, (note, now));
        }
        Box::new(move || proposal.read(&header))
    })
    // With the withdrawal the approval has no review to rest on.
    .with(&[Code::DecisionOrder, Code::DecisionMissing]),
    Case::tool("decision-the-register-does-not-hold", &[40], Code::DecisionNotEntered, |which| {
        let (mut proposal, header) = Proposal::released();
        if which.is_refused() {
            proposal.entered.pop();
        }
        Box::new(move || proposal.read(&header))
    })
    .with(&[Code::DecisionMissing]),
    Case::tool("copy-forgotten-at-release", &[44, 45], Code::CopyWithoutRow, |which| {
        let mut proposal = Proposal::new();
        proposal.agree(8, "review");
        proposal.agree(9, "approval");
        set_state(&mut proposal.world, which.of(true, false));
        let header = proposal.finished(proposal.notes());
        set_state(&mut proposal.world, false);
        Box::new(move || proposal.released_as(&header))
    }),
    Case::crypto("recipient-before-the-decisions", &[24, 44, 66], "no-wrap", |which| {
        let (proposal, released) = Proposal::released();
        let header = which.of(proposal.item.header.clone(), released);
        Box::new(move || match proposal.world.member(3).opening.unwrap_any(header.recipients()) {
            Ok(Some(_)) => Vec::new(),
            Ok(None) => vec!["no-wrap".to_owned()],
            Err(error) => vec![error.to_string()],
        })
    }),
];

/// Suspends p3, or takes him back.
fn set_state(world: &mut World, suspended: bool) {
    use vault_keys::directory::PersonState::{Active, Suspended};
    world.change(|persons, _| persons[2].state = if suspended { Suspended } else { Active });
}
