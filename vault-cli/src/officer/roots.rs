//! The next root: officers, thresholds, relay, notary; with the directory that must follow it.

use vault_keys::directory::{
    Draft, NewRoot, NotaryText, Officer, OfficerCard, Organisation, RootChange, RootChangeError, Thresholds,
};
use vault_keys::note::OfficeName;
use vault_keys::time::Time;
use vault_relay::card::RelayCard;

use super::founding::of_card;
use super::refusals::proposal_failure;
use super::{DIRECTORY_DAYS, ROOT_DAYS, ours};
use crate::clock;
use crate::error::{Failure, Outcome};
use crate::msg;

/// What the next root changes. Nothing at all renews it.
#[derive(Debug, Default)]
pub struct RootPlan {
    /// Who becomes an officer.
    pub add: Vec<OfficerCard>,
    /// Who ceases to be one: an office's name or its holder's.
    pub remove: Vec<String>,
    /// For a new root.
    pub root: Option<u8>,
    /// For a directory.
    pub enrol: Option<u8>,
    /// For a stop list.
    pub stop: Option<u8>,
    /// The relay, its register and notary as they are from now on.
    pub relay: Option<RelayCard>,
    /// Who says from now on what is newest: the card of a key on a machine of its own.
    pub notary: Option<OfficerCard>,
    /// Whether the organisation goes without a notary.
    pub no_notary: bool,
}

/// The paper of the next root and the directory that goes with it.
///
/// # Errors
/// Nobody of that name is an officer, or a rule of roots is broken.
pub fn propose(before: &Organisation, plan: &RootPlan, now: Time) -> Outcome<NewRoot> {
    let root = before.root();
    let mut changes = Vec::new();
    for who in &plan.remove {
        let found = root.value().officers.iter().find(|it| it.name.as_str() == who || it.holder == *who);
        let officer = found.ok_or_else(|| {
            Failure::usage(msg!("officers-nobody", who = who)).hint(msg!("officers-list-next"))
        })?;
        changes.push(RootChange::RemoveOfficer(officer.name.clone()));
    }
    let mut highest = highest_office(before);
    for card in &plan.add {
        highest += 1;
        let name: OfficeName = format!("o{highest}").parse().map_err(|error| ours(&error))?;
        changes.push(RootChange::AddOfficer(Box::new(card.officer(name))));
    }
    let now_needed = root.value().thresholds;
    let thresholds = Thresholds {
        root: plan.root.unwrap_or(now_needed.root),
        enrol: plan.enrol.unwrap_or(now_needed.enrol),
        stop: plan.stop.unwrap_or(now_needed.stop),
    };
    if thresholds != now_needed {
        changes.push(RootChange::Thresholds(thresholds));
    }
    if let Some(card) = &plan.relay {
        let (mut log, notary, relay) = of_card(card)?;
        let present = &root.value().log;
        if log.origin == present.origin {
            log.succeeds = present.succeeds.clone();
        }
        let others = root.relays().iter().filter(|other| other.name != relay.name).cloned();
        let relays = others.chain([relay.clone()]).collect();
        changes.extend([
            RootChange::Log(Box::new(log)),
            RootChange::Notary(Some(Box::new(notary))),
            RootChange::Relays(relays),
        ]);
    }
    if let Some(card) = &plan.notary {
        // The name is dropped: the office of the notary is called so in every root.
        let Officer { ed25519, ml_dsa_44, .. } =
            card.officer("notary".parse().map_err(|error| ours(&error))?);
        changes.push(RootChange::Notary(Some(Box::new(NotaryText { ed25519, ml_dsa_44 }))));
    }
    if plan.no_notary {
        changes.push(RootChange::Notary(None));
    }
    // Never before its predecessors, whatever this machine's clock says.
    let made = now.max(root.value().made).max(before.directory().made());
    let text = root.next_text(made, made.plus_days(ROOT_DAYS), changes).map_err(|error| unfit(&error))?;
    let draft =
        Draft::over(before.in_force(), made, made.plus_days(DIRECTORY_DAYS), &mut clock::randomness());
    NewRoot::after(before, &text, draft).map_err(|error| proposal_failure(&error))
}

/// The highest number of any office there ever was: a name once given is not given again.
fn highest_office(before: &Organisation) -> u32 {
    let officers = before.roots().iter().flat_map(|root| root.officers());
    let number = |name: &OfficeName| name.as_str().strip_prefix('o').and_then(|digits| digits.parse().ok());
    officers.filter_map(|(name, _)| number(name)).max().unwrap_or(0)
}

fn unfit(error: &RootChangeError) -> Failure {
    Failure::usage(msg!("officers-unfit")).code("root-unfit").because(error).hint(msg!("officers-unfit-next"))
}
