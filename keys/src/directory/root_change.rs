//! The next root: officers, thresholds, keys of the organisation (docs/directory.md, "Root").

use super::root::Root;
use super::root_text::{LogText, NotaryText, Officer, Relay, RootText, RootType, Thresholds, WitnessText};
use crate::note::{OfficeName, Text as _, TextError};
use crate::time::Time;

/// One change from a root to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootChange {
    /// A new key officer. The office's name is new too: an old one would let old lines be taken for new.
    AddOfficer(Box<Officer>),
    /// An officer goes.
    RemoveOfficer(OfficeName),
    /// Other thresholds.
    Thresholds(Thresholds),
    /// The notary's keys, or none.
    Notary(Option<Box<NotaryText>>),
    /// The register's name and keys.
    Log(Box<LogText>),
    /// The relays.
    Relays(Vec<Relay>),
    /// The witnesses.
    Witnesses(Vec<WitnessText>),
    /// The organisation's name.
    Name(String),
}

/// Why a root cannot be changed so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RootChangeError {
    /// No officer of this name.
    #[error("there is no officer {name}")]
    NoOfficer {
        /// The name.
        name: OfficeName,
    },
    /// The name is an officer's already.
    #[error("there is an officer {name} already")]
    OfficerExists {
        /// The name.
        name: OfficeName,
    },
    /// Dated before the root it follows.
    #[error("the next root would be dated before the present one")]
    Backdated,
    /// The outcome would break a rule: thresholds above the number of officers, one key twice.
    #[error(transparent)]
    Text(#[from] TextError),
}

impl Root {
    /// The text of the next root. It takes the thresholds of this root and of itself.
    pub fn next_text(
        &self,
        made: Time,
        expires: Time,
        changes: impl IntoIterator<Item = RootChange>,
    ) -> Result<RootText, RootChangeError> {
        if made < self.value().made {
            return Err(RootChangeError::Backdated);
        }
        let mut text = RootText {
            tag: RootType,
            org: self.org(),
            number: self.number().saturating_add(1),
            made,
            expires,
            previous: Some(self.hash()),
            ..self.value().clone()
        };
        for change in changes {
            change.apply(&mut text)?;
        }
        text.check_form()?;
        Ok(text)
    }
}

impl RootText {
    /// Everything that this root changes, seen from `older`, times aside: applied to it, these changes give it.
    pub fn changes_since(&self, older: &Self) -> Vec<RootChange> {
        let mut changes = Vec::new();
        let gone = older.officers.iter().filter(|officer| !self.officers.contains(officer));
        changes.extend(gone.map(|officer| RootChange::RemoveOfficer(officer.name.clone())));
        let new = self.officers.iter().filter(|officer| !older.officers.contains(officer));
        changes.extend(new.map(|officer| RootChange::AddOfficer(Box::new(officer.clone()))));
        let mut change = |differs: bool, to: RootChange| {
            if differs {
                changes.push(to);
            }
        };
        change(self.thresholds != older.thresholds, RootChange::Thresholds(self.thresholds));
        change(self.notary != older.notary, RootChange::Notary(self.notary.clone().map(Box::new)));
        change(self.log != older.log, RootChange::Log(Box::new(self.log.clone())));
        change(self.relays != older.relays, RootChange::Relays(self.relays.clone()));
        change(self.witnesses != older.witnesses, RootChange::Witnesses(self.witnesses.clone()));
        change(self.name != older.name, RootChange::Name(self.name.clone()));
        changes
    }
}

impl RootChange {
    fn apply(self, text: &mut RootText) -> Result<(), RootChangeError> {
        let has = |text: &RootText, name: &OfficeName| text.officers.iter().any(|it| it.name == *name);
        match self {
            Self::AddOfficer(officer) if has(text, &officer.name) => {
                return Err(RootChangeError::OfficerExists { name: officer.name });
            }
            Self::RemoveOfficer(name) if !has(text, &name) => {
                return Err(RootChangeError::NoOfficer { name });
            }
            Self::AddOfficer(officer) => text.officers.push(*officer),
            Self::RemoveOfficer(name) => text.officers.retain(|officer| officer.name != name),
            Self::Thresholds(thresholds) => text.thresholds = thresholds,
            Self::Notary(notary) => text.notary = notary.map(|notary| *notary),
            Self::Log(log) => text.log = *log,
            Self::Relays(relays) => text.relays = relays,
            Self::Witnesses(witnesses) => text.witnesses = witnesses,
            Self::Name(name) => text.name = name,
        }
        Ok(())
    }
}
