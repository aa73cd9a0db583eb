//! What version 2 of a policy adds: everything an organisation writes itself beyond the levels.

use serde::{Deserialize, Serialize};
use vault_keys::note::TextError;

use super::acts::{self, ActRule};
use super::catalogue::{self, Catalogue};
use super::section::{self, Section};
use super::standing::StandingRule;
use crate::level::Level;

/// How long deciders have where no policy says: days.
pub(super) const DECIDE_DAYS: u16 = 14;
/// After how long deciders are reminded where no policy says: hours.
pub(super) const REMIND_HOURS: u16 = 24;

/// What version 2 adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Further {
    /// How items travel.
    pub profile: Profile,
    /// How long deciders have where the sender says nothing, in days: 1 to 90.
    pub decide_days: u16,
    /// After how many hours without an answer deciders are reminded: 1 to 720.
    pub remind_hours: u16,
    /// When copies go back (清退), all four levels, ascending.
    pub return_days: Vec<ReturnRule>,
    /// What each act demands, all of them in the order of [`crate::decision::Act::ALL`].
    pub acts: Vec<ActRule>,
    /// What a standing approval may say; `None` where there are none.
    pub standing: Option<StandingRule>,
    /// Catalogues of classification bases.
    pub catalogues: Vec<Catalogue>,
    /// The written rules of the office, all of them in the order of [`super::SectionName::ALL`].
    pub sections: Vec<Section>,
}

/// How items travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Through the relay on the internal network, and by file.
    Network,
    /// By file only, between machines that stand alone: nothing passes a relay.
    Standalone,
}

/// After how many days copies of a level go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnRule {
    /// The level.
    pub level: Level,
    /// The days: 1 to 3650; null for no rhythm.
    pub days: Option<u16>,
}

impl Further {
    pub(super) fn check_floor(&self) -> Result<(), TextError> {
        if !(1..=90).contains(&self.decide_days) {
            return Err(TextError::new("decide_days", "not 1 to 90"));
        }
        if !(1..=720).contains(&self.remind_hours) {
            return Err(TextError::new("remind_hours", "not 1 to 720"));
        }
        if !self.return_days.iter().map(|rule| rule.level).eq(Level::ALL) {
            return Err(TextError::new("return_days", "not the four levels, ascending"));
        }
        if self.return_days.iter().filter_map(|rule| rule.days).any(|days| !(1..=3650).contains(&days)) {
            return Err(TextError::new("return_days", "not 1 to 3650"));
        }
        acts::check_floor(&self.acts)?;
        if let Some(standing) = self.standing {
            standing.check().map_err(|fault| TextError::new("standing", fault.to_string()))?;
        }
        catalogue::check(&self.catalogues)?;
        section::check(&self.sections)
    }
}
