//! From the file's tables to the rules of a policy. What the file leaves out is as in the built-in policy; only the
//! written rules of the office have nothing to fall back on.

use vault_core::decision::Act;
use vault_core::level::Level;
use vault_core::policy::catalogue::Together;
use vault_core::policy::{
    ActRule, BuiltIn, Catalogue, Fault, Further, LevelRule, Policy, Profile, ReturnRule, Section,
    SectionName, StandingRule, Step,
};
use vault_core::term::YEARS_MAX;
use vault_keys::digest::OrgId;

use super::sheet::{Table, Value};
use super::{Tables, table, words};
use crate::error::Failure;
use crate::{msg, policy_words};

pub(super) fn policy(whole: &Table<'_>, tables: &Tables<'_>, org: OrgId, number: u32) -> Option<Policy> {
    let mut policy = Policy::built_in(org, BuiltIn::Standard);
    policy.number = number;
    let name = whole.needed("name").and_then(|name| name.text().map(|text| (text.trim().to_owned(), name)));
    let days = |name: &'static str, least: u16, most: u16, otherwise: u16| {
        let number = whole.field(name).map(|value| value.number(least.into(), most.into()));
        number.map_or(Some(otherwise), |number| u16::try_from(number?).ok())
    };
    let hold_days = days("hold_days", 0, 3650, policy.hold_days);
    let demand_days = days("demand_days", 1, 365, policy.demand_days);
    let decide_days = days("decide_days", 1, 90, policy.decide_days());
    let remind_hours = days("remind_hours", 1, 720, policy.remind_hours());
    let profile = whole.field("profile").map_or(Some(Profile::Network), |value| value.read(words::profile));
    let mut return_days = Level::ALL.map(|level| ReturnRule { level, days: None });
    let levels = whole.field("levels").and_then(|levels| levels.table());
    for (word, value) in levels.iter().flat_map(Table::entries) {
        let level = match words::read_level(&word) {
            Ok(level) => level,
            Err(failure) => {
                value.refused(failure);
                continue;
            }
        };
        let Some(fields) = value.table() else { continue };
        let rule = level_rule(&fields, policy.level(level).clone());
        let days = fields.field("return_days").and_then(|days| days.number(1, 3650));
        fields.close();
        return_days.iter_mut().filter(|rule| rule.level == level).for_each(|rule| {
            rule.days = days.and_then(|days| u16::try_from(days).ok());
        });
        if let Some(rule) = rule {
            fault(&value, rule.check());
            policy = policy.with(rule);
        }
    }
    let acts = whole.field("acts").and_then(|acts| acts.table());
    let acts = act_rules(acts.as_ref());
    let standing = whole.field("standing").and_then(|value| standing(&value));
    let catalogues = whole.field("catalogues").and_then(|value| catalogues(&value, tables));
    let sections = whole.needed("sections").and_then(|value| sections(&value));
    whole.close();
    let (name, value) = name?;
    if name.is_empty() || name.len() > vault_core::limits::TEXT_MAX {
        value.wrong(policy_words::fault(&Fault::Line { max: vault_core::limits::TEXT_MAX }));
    }
    (policy.name, policy.hold_days, policy.demand_days) = (name, hold_days?, demand_days?);
    Some(policy.with_further(Further {
        profile: profile?,
        decide_days: decide_days?,
        remind_hours: remind_hours?,
        return_days: return_days.to_vec(),
        acts,
        standing,
        catalogues: catalogues.unwrap_or_default(),
        sections: sections?,
    }))
}

fn level_rule(fields: &Table<'_>, built_in: LevelRule) -> Option<LevelRule> {
    let LevelRule { level, .. } = built_in;
    let send = fields.field("send").map_or(Some(built_in.send), |value| value.yes());
    let steps = fields.field("steps").map_or(Some(built_in.steps), |value| steps(&value));
    let suites = fields.field("suites").map_or(Some(built_in.suites), |value| {
        value.list()?.iter().map(|suite| suite.read(words::suite)).collect()
    });
    let longest_years = fields.field("longest_years").map_or(Some(built_in.longest_years), |value| {
        let years = value.number(1, YEARS_MAX.into())?;
        Some(u8::try_from(years).ok())
    });
    let recovery =
        fields.field("recovery").map_or(Some(built_in.recovery), |value| value.read(words::recovery));
    Some(LevelRule {
        level,
        send: send?,
        steps: steps?,
        suites: suites?,
        longest_years: longest_years?,
        recovery: recovery?,
    })
}

/// `[{ step = "审核", role = "审核人" }, …]`.
fn steps(value: &Value<'_>) -> Option<Vec<Step>> {
    let read = |value: &Value<'_>| {
        let fields = value.table()?;
        let step = fields.needed("step").and_then(|value| value.read(words::step));
        let role = fields.needed("role").and_then(|value| value.read(words::role));
        fields.close();
        let role = role?.as_str().parse().ok()?;
        Some(Step { step: step?, role })
    };
    // All of them are read before one that is wrong makes an end.
    let steps: Vec<Option<Step>> = value.list()?.iter().map(read).collect();
    steps.into_iter().collect()
}

fn act_rules(table: Option<&Table<'_>>) -> Vec<ActRule> {
    let mut rules = ActRule::built_in();
    let mut seen: Vec<Act> = Vec::new();
    for (word, value) in table.into_iter().flat_map(Table::entries) {
        let act = match words::act(&word) {
            Ok(act) => act,
            Err(failure) => {
                value.refused(failure);
                continue;
            }
        };
        if seen.contains(&act) {
            value.wrong(msg!("policy-twice"));
        }
        seen.push(act);
        let Some(steps) = steps(&value) else { continue };
        let rule = ActRule { act, steps };
        fault(&value, rule.check());
        rules.iter_mut().filter(|other| other.act == act).for_each(|other| *other = rule.clone());
    }
    rules
}

fn standing(value: &Value<'_>) -> Option<StandingRule> {
    let fields = value.table()?;
    let floor = StandingRule::FLOOR;
    let ceiling = fields.needed("ceiling").and_then(|value| value.read(words::read_level));
    let longest_days =
        fields.needed("longest_days").and_then(|value| value.number(1, floor.longest_days.into()));
    let most_uses = fields.needed("most_uses").and_then(|value| value.number(1, floor.most_uses));
    fields.close();
    let longest_days = u16::try_from(longest_days?).ok()?;
    let rule = StandingRule { ceiling: ceiling?, longest_days, most_uses: most_uses? };
    fault(value, rule.check());
    Some(rule)
}

fn catalogues(value: &Value<'_>, tables: &Tables<'_>) -> Option<Vec<Catalogue>> {
    let mut together = Together::default();
    let mut catalogues = Vec::new();
    for value in value.list()? {
        let Some(fields) = value.table() else { continue };
        let name = fields.needed("name").and_then(|name| name.text());
        let kind = fields.needed("kind").and_then(|kind| kind.read(words::kind));
        let file = fields.needed("file");
        fields.close();
        let (Some(name), Some(kind)) = (name, kind) else { continue };
        let read = file.as_ref().and_then(|file| file.read(tables));
        let Some((file, bytes)) = read else { continue };
        // Every wrong row is named with its own line of its own file.
        match table::read(&file, &bytes, kind, &mut together) {
            Ok(clauses) => {
                let catalogue = Catalogue { name: name.trim().to_owned(), kind, clauses };
                fault(&value, catalogue.check().and_then(|()| together.catalogue(&catalogue.name)));
                catalogues.push(catalogue);
            }
            Err(mut failure) => {
                let more = std::mem::take(&mut failure.also);
                fields.sheet().keep(failure);
                more.into_iter().for_each(|failure| fields.sheet().keep(failure));
            }
        }
    }
    Some(catalogues)
}

/// Written rules: a paragraph to the line, empty lines between them as one likes.
fn sections(value: &Value<'_>) -> Option<Vec<Section>> {
    let table = value.table()?;
    let mut found: Vec<Section> = Vec::new();
    for (word, value) in table.entries() {
        let name = match words::section(&word) {
            Ok(name) => name,
            Err(failure) => {
                value.refused(failure);
                continue;
            }
        };
        let Some(text) = value.text() else { continue };
        let paragraphs = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        let section = Section { name, text: paragraphs.collect() };
        fault(&value, section.check());
        if found.iter().any(|other| other.name == name) {
            value.wrong(msg!("policy-twice"));
        }
        found.push(section);
    }
    let missing = SectionName::ALL.iter().filter(|name| !found.iter().any(|section| section.name == **name));
    for name in missing {
        let what = msg!("policy-section-missing", word = name.word(), name = name.name());
        value.refused(Failure::usage(what));
    }
    found.sort_by_key(|section| section.name);
    Some(found)
}

/// Keeps a rule's fault where the rule stands.
fn fault(value: &Value<'_>, result: Result<(), Fault>) {
    if let Err(fault) = result {
        value.wrong(policy_words::fault(&fault));
    }
}
