//! What a root names: officers, thresholds, relays, register, notary, witnesses. Each key stands with the digits that
//! its holder reads out.

use vault_core::register::tree::TreeRoot;
use vault_keys::directory::{
    EndedLog, LogText, NotaryText, Officer, Organisation, Relay, RootChange, Thresholds, WitnessText,
};

use super::Words;
use crate::msg;

impl Words<'_> {
    pub(super) fn root_change(&self, change: &RootChange, before: &Organisation) -> Vec<String> {
        let one = match change {
            RootChange::AddOfficer(officer) => self.say(&msg!(
                "show-officer-new",
                office = officer.name.as_str(),
                name = officer.holder.as_str(),
                digits = officer.digits()
            )),
            RootChange::RemoveOfficer(name) => {
                let officer = before.root().value().officers.iter().find(|officer| officer.name == *name);
                let holder = officer.map_or_else(String::new, |officer| officer.holder.clone());
                self.say(&msg!("show-officer-gone", office = name.as_str(), name = holder))
            }
            RootChange::Thresholds(thresholds) => self.thresholds(*thresholds),
            RootChange::Notary(notary) => self.notary(notary.as_deref()),
            RootChange::Log(log) => return self.log(log),
            RootChange::Relays(relays) => return relays.iter().map(|relay| self.relay(relay)).collect(),
            RootChange::Witnesses(witnesses) => return self.witnesses(witnesses),
            RootChange::Name(name) => self.say(&msg!("show-name", name = name.as_str())),
        };
        vec![one]
    }

    pub(super) fn officer(&self, officer: &Officer) -> String {
        let (office, name) = (officer.name.as_str(), officer.holder.as_str());
        self.say(&msg!("show-officer", office = office, name = name, digits = officer.digits()))
    }

    pub(super) fn thresholds(&self, thresholds: Thresholds) -> String {
        let count = |count: u8| usize::from(count);
        let Thresholds { root, enrol, stop } = thresholds;
        self.say(&msg!("show-thresholds", root = count(root), enrol = count(enrol), stop = count(stop)))
    }

    pub(super) fn relay(&self, relay: &Relay) -> String {
        let addresses = self.list(relay.addresses.clone());
        let name = relay.name.as_str();
        self.say(&msg!("show-relay", name = name, addresses = addresses, digits = relay.digits()))
    }

    pub(super) fn log(&self, log: &LogText) -> Vec<String> {
        let LogText { origin, succeeds, .. } = log;
        let itself = self.say(&msg!("show-log", origin = origin.as_str(), digits = log.digits()));
        let ended = succeeds.iter().map(|EndedLog { origin, size, root }| {
            let (origin, root) = (origin.as_str(), TreeRoot::from_bytes(root.0).to_string());
            self.say(&msg!("show-log-ended", origin = origin, size = *size, root = root))
        });
        [itself].into_iter().chain(ended).collect()
    }

    pub(super) fn notary(&self, notary: Option<&NotaryText>) -> String {
        match notary {
            Some(notary) => self.say(&msg!("show-notary", digits = notary.digits())),
            None => self.say(&msg!("show-no-notary")),
        }
    }

    pub(super) fn witnesses(&self, witnesses: &[WitnessText]) -> Vec<String> {
        if witnesses.is_empty() {
            return vec![self.say(&msg!("show-witnesses-none"))];
        }
        let one = |witness: &WitnessText| {
            self.say(&msg!("show-witness", name = witness.name.as_str(), digits = witness.digits()))
        };
        witnesses.iter().map(one).collect()
    }
}
