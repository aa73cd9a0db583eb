//! The policy 规章 (`vault-policy/1`): what each level demands, signed by the officers.
//!
//! docs/item.md "Policy". A policy can tighten the floor of the law and of this product and never loosen it; a
//! text below the floor is malformed. From the first day on there is one: [`Policy::built_in`] is a fixed text
//! into which only the organisation is filled.

use serde::{Deserialize, Serialize};
use vault_keys::digest::OrgId;
use vault_keys::directory::{Root, Task, ThresholdError};
use vault_keys::json;
use vault_keys::note::{Note, NoteError, Signed, Text, TextError};
use vault_keys::opening::Suite;

use crate::item::Word;
use crate::level::Level;
use crate::limits::{LIST_MAX, TEXT_MAX};
use crate::scope::Ascending;
use crate::term::YEARS_MAX;

vault_keys::text_type! {
    /// The type of a policy.
    pub struct PolicyType = "vault-policy/1";
}

/// Longest policy note, in bytes.
pub const POLICY_MAX: usize = 128 * 1024;

/// What each level demands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// `vault-policy/1`.
    #[serde(rename = "type")]
    pub tag: PolicyType,
    /// The organisation.
    pub org: OrgId,
    /// The policy's number, from 1.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// One rule for each level, all four, ascending.
    levels: Vec<LevelRule>,
    /// How many days a person may hold a copy; then it goes back or to the archive.
    pub hold_days: u16,
    /// After how many days a demand without receipt lapses.
    pub demand_days: u16,
}

/// What one level demands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelRule {
    /// The level.
    pub level: Level,
    /// Whether items of this level may be sent at all.
    pub send: bool,
    /// The decisions demanded before release, in their order.
    pub steps: Vec<Step>,
    /// The suites allowed, `hybrid` before `classic`.
    pub suites: Ascending<Suite>,
    /// The longest term in years; null where there is none.
    pub longest_years: Option<u8>,
    /// Whether a unit's recovery key stands among the recipients.
    pub recovery: RecoveryRule,
}

/// Whether a unit's recovery key stands among the recipients of a level's items (docs/recovery.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecoveryRule {
    /// It must: an item without it is refused.
    Required,
    /// It may: whoever seals adds it where there is one, and can leave it out.
    Allowed,
    /// It must not: nobody opens what its holders lost.
    Forbidden,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name.
    pub step: Word,
    /// The role that takes it.
    pub role: Word,
}

/// The policies that need nobody to write them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// Review and approval for 机密 and 秘密, approval for 内部.
    Standard,
    /// As standard, and 内部 goes out without a decision.
    InternalWithoutDecision,
}

impl Policy {
    /// The fixed text of a built-in policy for an organisation.
    #[must_use]
    pub fn built_in(org: OrgId, which: BuiltIn) -> Self {
        let internal: &[Step] = match which {
            BuiltIn::Standard => &[approval()],
            BuiltIn::InternalWithoutDecision => &[],
        };
        let both = [review(), approval()];
        let name = match which {
            BuiltIn::Standard => "内置规章",
            BuiltIn::InternalWithoutDecision => "内置规章（工作秘密免审批）",
        };
        let rule = |level: Level, send, steps: &[Step], suites: &[Suite]| LevelRule {
            level,
            send,
            steps: steps.to_vec(),
            suites: suites.iter().copied().collect(),
            longest_years: level.longest_years(),
            recovery: RecoveryRule::Allowed,
        };
        Self {
            tag: PolicyType,
            org,
            number: 1,
            name: name.to_owned(),
            levels: vec![
                rule(Level::Unclassified, false, &[], &[Suite::Hybrid, Suite::Classic]),
                rule(Level::Internal, true, internal, &[Suite::Hybrid, Suite::Classic]),
                rule(Level::Confidential, true, &both, &[Suite::Hybrid]),
                rule(Level::Secret, true, &both, &[Suite::Hybrid]),
            ],
            hold_days: 30,
            demand_days: 7,
        }
    }

    /// [`BuiltIn::Standard`].
    #[must_use]
    pub fn standard(org: OrgId) -> Self {
        Self::built_in(org, BuiltIn::Standard)
    }

    /// [`BuiltIn::InternalWithoutDecision`].
    #[must_use]
    pub fn internal_without_decision(org: OrgId) -> Self {
        Self::built_in(org, BuiltIn::InternalWithoutDecision)
    }

    /// Reads a policy and checks that enough officers of a root signed it.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn verify(root: &Root, bytes: &[u8]) -> Result<Signed<Self>, PolicyError> {
        let note = Note::parse(bytes, POLICY_MAX)?;
        root.check_threshold(&note, Task::Enrol)?;
        Ok(Signed::from_note(note, root.org())?)
    }

    /// What a level demands.
    #[must_use]
    pub fn level(&self, level: Level) -> &LevelRule {
        #[expect(clippy::expect_used, reason = "made and read with all four levels")]
        self.levels.iter().find(|rule| rule.level == level).expect("a policy has a rule for each level")
    }

    /// Every level's rule, ascending.
    #[must_use]
    pub fn levels(&self) -> &[LevelRule] {
        &self.levels
    }

    /// The same policy with one level's rule replaced; whether it is still above the floor is checked when it is
    /// signed.
    #[must_use]
    pub fn with(mut self, rule: LevelRule) -> Self {
        for own in &mut self.levels {
            if own.level == rule.level {
                *own = rule.clone();
            }
        }
        self
    }
}

impl LevelRule {
    /// Whether a suite may be used.
    #[must_use]
    pub fn allows(&self, suite: Suite) -> bool {
        self.suites.has(&suite)
    }
}

impl Text for Policy {
    const TYPE: &'static str = PolicyType::NAME;

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
        self.levels.iter().try_for_each(check_floor)
    }
}

/// What no policy may loosen (design section 2).
fn check_floor(rule: &LevelRule) -> Result<(), TextError> {
    let fails = |reason: &str| Err(TextError::new("levels", format!("{}: {reason}", rule.level)));
    let floor = match rule.level {
        Level::Unclassified | Level::Internal => 0,
        Level::Confidential => 1,
        Level::Secret => 2,
    };
    if rule.steps.len() < floor {
        return fails("fewer decisions than the floor demands");
    }
    if rule.steps.len() > LIST_MAX {
        return fails("too many steps");
    }
    for (step, others) in rule.steps.iter().zip(1..) {
        if rule.steps.iter().skip(others).any(|other| other.step == step.step) {
            return fails("a step stands there twice");
        }
    }
    if rule.suites.is_empty() {
        return fails("no suite is allowed");
    }
    if rule.level > Level::Internal && rule.allows(Suite::Classic) {
        return fails("classic is for internal items at most");
    }
    let years = rule.longest_years;
    match rule.level.longest_years() {
        Some(longest) if !years.is_some_and(|years| (1..=longest).contains(&years)) => {
            fails("a longer term than the law allows")
        }
        _ if years.is_some_and(|years| !(1..=YEARS_MAX).contains(&years)) => fails("not 1 to 99 years"),
        _ => Ok(()),
    }
}

/// Why a policy is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// It is malformed, of another organisation, or below the floor.
    #[error("the policy is malformed or below the floor")]
    Text(#[from] NoteError),
    /// Not enough officers signed it.
    #[error("the policy is not signed by enough officers")]
    Threshold(#[from] ThresholdError),
}

fn review() -> Step {
    step("review", "reviewer")
}

fn approval() -> Step {
    step("approval", "approver")
}

fn step(name: &str, role: &str) -> Step {
    #[expect(clippy::expect_used, reason = "only the words above are handed in")]
    let word = |text: &str| text.parse().expect("a constant of the form of a word");
    Step { step: word(name), role: word(role) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use vault_keys::digest::PolicyHash;
    use vault_keys::note::parse_text;

    use super::*;

    const ORG: OrgId = OrgId::from_bytes([7; 32]);

    fn read(policy: &Policy) -> Result<Policy, NoteError> {
        parse_text(&json::to_line(policy), ORG)
    }

    #[test]
    fn built_in_texts_are_fixed() {
        let hash = |which| {
            let line = json::to_line(&Policy::built_in(ORG, which));
            PolicyHash::from_bytes(vault_keys::digest::sha256(&line)).to_string()
        };
        assert_eq!(
            hash(BuiltIn::Standard),
            "c013d2f4d81808d965f6bac3764677f79883c74ff1ec040abb15889af4d43e4b"
        );
        assert_eq!(
            hash(BuiltIn::InternalWithoutDecision),
            "a71914cc5edfd1b4ff32798ef4981c166080df21fe5eaedc0b1a533890f17aa8"
        );
    }

    #[test]
    fn built_in_texts_are_above_the_floor() {
        for which in [BuiltIn::Standard, BuiltIn::InternalWithoutDecision] {
            let policy = Policy::built_in(ORG, which);
            assert_eq!(read(&policy).unwrap(), policy);
            assert!(!policy.level(Level::Unclassified).send);
            assert_eq!(policy.level(Level::Secret).steps.len(), 2);
        }
        assert_eq!(Policy::standard(ORG).level(Level::Internal).steps.len(), 1);
        assert!(Policy::internal_without_decision(ORG).level(Level::Internal).steps.is_empty());
    }

    #[test]
    fn a_policy_below_the_floor_is_malformed() {
        let changed = |level: Level, change: fn(&mut LevelRule)| {
            let policy = Policy::standard(ORG);
            let mut rule = policy.level(level).clone();
            change(&mut rule);
            read(&policy.with(rule))
        };
        assert!(changed(Level::Secret, |rule| rule.steps.truncate(1)).is_err());
        assert!(changed(Level::Confidential, |rule| rule.steps.clear()).is_err());
        assert!(changed(Level::Confidential, |rule| rule.steps.truncate(1)).is_ok());
        assert!(changed(Level::Secret, |rule| rule.longest_years = Some(21)).is_err());
        assert!(changed(Level::Secret, |rule| rule.longest_years = None).is_err());
        assert!(changed(Level::Secret, |rule| rule.longest_years = Some(5)).is_ok());
        assert!(changed(Level::Confidential, |rule| rule.suites = Ascending::of([Suite::Classic])).is_err());
        assert!(changed(Level::Internal, |rule| rule.suites = Ascending::empty()).is_err());
        assert!(changed(Level::Secret, |rule| rule.steps = vec![review(), review()]).is_err());
        assert!(changed(Level::Unclassified, |rule| rule.send = true).is_ok());
    }

    #[test]
    fn all_four_levels_in_order() {
        let mut policy = Policy::standard(ORG);
        policy.levels.swap(0, 1);
        assert!(read(&policy).is_err());
        let mut policy = Policy::standard(ORG);
        policy.levels.pop();
        assert!(read(&policy).is_err());
        let top = String::from_utf8(json::to_line(&Policy::standard(ORG))).unwrap();
        let top = top.replace("\"level\":\"secret\"", "\"level\":\"top-secret\"");
        assert!(parse_text::<Policy>(top.as_bytes(), ORG).is_err());
    }
}
