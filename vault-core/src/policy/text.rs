//! The text of a policy in both versions, and the rules of the whole (docs/policy.md, "Text").

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use vault_keys::digest::OrgId;
use vault_keys::json;
use vault_keys::note::{Text, TextError};

use super::Policy;
use super::acts::ActRule;
use super::catalogue::Catalogue;
use super::further::{Further, Profile, ReturnRule};
use super::level::LevelRule;
use super::section::Section;
use super::standing::StandingRule;
use crate::level::Level;
use crate::limits::TEXT_MAX;

vault_keys::text_type! {
    /// The type of a policy that an organisation wrote itself.
    pub struct PolicyType = "vault-policy/2";
}

/// The type of a policy of levels alone, as the built-in ones are.
pub const POLICY_1: &str = "vault-policy/1";

impl Text for Policy {
    const TYPE: &'static str = PolicyType::NAME;
    const EARLIER: &'static [&'static str] = &[POLICY_1];

    fn org(&self) -> OrgId {
        self.org
    }

    fn check_form(&self) -> Result<(), TextError> {
        if self.number == 0 {
            return Err(TextError::new("number", "policies are numbered from 1"));
        }
        if self.name.is_empty() || self.name.len() > TEXT_MAX {
            return Err(TextError::new("name", format!("not 1 to {TEXT_MAX} bytes")));
        }
        json::check_str(&self.name).map_err(|error| TextError::new("name", error.to_string()))?;
        if !self.levels.iter().map(|rule| rule.level).eq(Level::ALL) {
            return Err(TextError::new("levels", "not the four levels, ascending"));
        }
        if !(1..=365).contains(&self.demand_days) || self.hold_days > 3650 {
            return Err(TextError::new("demand_days", "not 1 to 365, or hold_days above 3650"));
        }
        let further = self.further();
        // Version 1 never said which words are roles, and is read for ever.
        let check = if further.is_some() { LevelRule::check } else { LevelRule::check_floor };
        for rule in &self.levels {
            check(rule).map_err(|fault| TextError::new("levels", format!("{}: {fault}", rule.level)))?;
        }
        further.map_or(Ok(()), Further::check_floor)
    }
}

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Policy", 15)?;
        out.serialize_field("type", if self.further.is_some() { PolicyType::NAME } else { POLICY_1 })?;
        out.serialize_field("org", &self.org)?;
        out.serialize_field("number", &self.number)?;
        out.serialize_field("name", &self.name)?;
        out.serialize_field("levels", &self.levels)?;
        out.serialize_field("hold_days", &self.hold_days)?;
        out.serialize_field("demand_days", &self.demand_days)?;
        if let Some(further) = &self.further {
            out.serialize_field("profile", &further.profile)?;
            out.serialize_field("decide_days", &further.decide_days)?;
            out.serialize_field("remind_hours", &further.remind_hours)?;
            out.serialize_field("return_days", &further.return_days)?;
            out.serialize_field("acts", &further.acts)?;
            out.serialize_field("standing", &further.standing)?;
            out.serialize_field("catalogues", &further.catalogues)?;
            out.serialize_field("sections", &further.sections)?;
        }
        out.end()
    }
}

/// Both versions at once. What a version does not have gets lost here, and the comparison of the re-encoded value
/// with the input then refuses the text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(rename = "type")]
    tag: String,
    org: OrgId,
    number: u32,
    name: String,
    levels: Vec<LevelRule>,
    hold_days: u16,
    demand_days: u16,
    profile: Option<Profile>,
    decide_days: Option<u16>,
    remind_hours: Option<u16>,
    return_days: Option<Vec<ReturnRule>>,
    acts: Option<Vec<ActRule>>,
    standing: Option<StandingRule>,
    catalogues: Option<Vec<Catalogue>>,
    sections: Option<Vec<Section>>,
}

impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        let further = match wire.tag.as_str() {
            POLICY_1 => None,
            PolicyType::NAME => Some(Box::new(Further {
                profile: needed(wire.profile, "profile")?,
                decide_days: needed(wire.decide_days, "decide_days")?,
                remind_hours: needed(wire.remind_hours, "remind_hours")?,
                return_days: needed(wire.return_days, "return_days")?,
                acts: needed(wire.acts, "acts")?,
                standing: wire.standing,
                catalogues: needed(wire.catalogues, "catalogues")?,
                sections: needed(wire.sections, "sections")?,
            })),
            other => return Err(de::Error::custom(format_args!("{other:?} is no policy"))),
        };
        Ok(Self {
            org: wire.org,
            number: wire.number,
            name: wire.name,
            levels: wire.levels,
            hold_days: wire.hold_days,
            demand_days: wire.demand_days,
            further,
        })
    }
}

fn needed<T, E: de::Error>(field: Option<T>, name: &'static str) -> Result<T, E> {
    field.ok_or_else(|| E::missing_field(name))
}
