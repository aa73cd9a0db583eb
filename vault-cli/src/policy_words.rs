//! What a policy says, in plain words: for `policy check` and `show`, and for whoever signs one.

use vault_core::decision::Act;
use vault_core::item::Word;
use vault_core::level::Level;
use vault_core::policy::catalogue::{Catalogue, CatalogueKind, Clause};
use vault_core::policy::{
    Change, Direction, Fault, LevelRule, Of, Policy, Profile, RecoveryRule, SectionName, StandingRule, Step,
};
use vault_keys::opening::Suite;

use crate::lang::{Lang, Msg};
use crate::ui::Ui;
use crate::{label_words, msg};

/// Every rule of a policy but the wording of clauses and written rules, a line each.
#[must_use]
pub fn rules(ui: &Ui, policy: &Policy) -> Vec<String> {
    let mut lines: Vec<String> =
        Level::ALL.iter().rev().map(|level| level_line(ui, policy, *level)).collect();
    for act in Act::ALL {
        let (act_words, steps) = (act_name(ui, *act), steps(ui, policy.act(*act)));
        lines.push(ui.words(&msg!("policy-act", act = act_words, steps = steps)));
    }
    let line = |what: Msg, value: String| ui.words(&msg!("policy-line-of", what = what, value = value));
    lines.push(line(msg!("policy-what-standing"), standing(ui, policy.standing())));
    lines.push(line(msg!("policy-what-profile"), profile(ui, policy.profile())));
    lines.push(ui.words(&msg!("policy-hold", days = u32::from(policy.hold_days))));
    lines.push(ui.words(&msg!("policy-demand", days = u32::from(policy.demand_days))));
    lines.push(ui.words(&msg!("policy-decide", days = u32::from(policy.decide_days()))));
    lines.push(ui.words(&msg!("policy-remind", hours = u32::from(policy.remind_hours()))));
    for catalogue in policy.catalogues() {
        lines.push(ui.words(&msg!(
            "policy-catalogue",
            name = catalogue.name.as_str(),
            kind = kind(catalogue.kind),
            count = catalogue.clauses.len()
        )));
    }
    if policy.catalogues().is_empty() {
        lines.push(ui.words(&msg!("policy-no-catalogue")));
    }
    for section in policy.sections() {
        let (name, count) = (section_name(ui, section.name), section.text.len());
        lines.push(ui.words(&msg!("policy-section", name = name, count = count)));
    }
    lines
}

/// Everything in which a policy differs from the one before, with the direction where there is one.
#[must_use]
pub fn changes(ui: &Ui, policy: &Policy, before: &Policy) -> Vec<String> {
    policy.changes_since(before).iter().flat_map(|one| change(ui, one)).collect()
}

/// All that a policy says, for whoever signs it: its rules, and every clause and written rule that the one in force
/// does not have word for word.
#[must_use]
pub fn whole(ui: &Ui, policy: &Policy, before: Option<&Policy>) -> Vec<String> {
    let bare = Policy::standard(policy.org);
    let changes = policy.changes_since(before.unwrap_or(&bare));
    let long = |one: &&Change<'_>| {
        matches!(
            one,
            Change::ClauseAdded { .. }
                | Change::ClauseChanged { .. }
                | Change::ClauseDropped { .. }
                | Change::Catalogues { .. }
                | Change::Section { .. }
        )
    };
    let mut lines = Vec::new();
    if before.is_some() {
        // First what a reader of two lists would have to find for himself.
        lines.extend(changes.iter().filter(|one| !long(one)).flat_map(|one| change(ui, one)));
    }
    lines.extend(rules(ui, policy));
    lines.extend(changes.iter().filter(long).flat_map(|one| change(ui, one)));
    lines
}

/// The catalogues with every clause, a line each.
#[must_use]
pub fn clauses(ui: &Ui, catalogue: &Catalogue) -> Vec<String> {
    catalogue.clauses.iter().map(|one| clause(ui, one)).collect()
}

/// A clause in one line.
#[must_use]
pub fn clause(ui: &Ui, clause: &Clause) -> String {
    let mut words = vec![label_words::level(ui, clause.level), years(ui, clause.years)];
    if clause.special {
        words.push(ui.words(&msg!("policy-special")));
    }
    if let Some(field) = clause.field {
        words.push(match ui.manner().lang {
            Lang::Zh => field.name().to_owned(),
            Lang::En => format!("{} ({})", field.name(), field.word()),
        });
    }
    let limits = ui.list(&words);
    ui.words(&msg!(
        "policy-clause-line",
        clause = clause.clause.as_str(),
        text = clause.text.as_str(),
        limits = limits
    ))
}

/// The name of a written rule.
#[must_use]
pub fn section_name(ui: &Ui, name: SectionName) -> String {
    match ui.manner().lang {
        Lang::Zh => name.name().to_owned(),
        Lang::En => format!("{} ({})", name.name(), name.word()),
    }
}

/// The name of an act.
#[must_use]
pub fn act_name(ui: &Ui, act: Act) -> String {
    match ui.manner().lang {
        Lang::Zh => act.name().to_owned(),
        Lang::En => format!("{} ({})", act.name(), act.word()),
    }
}

/// Steps in their order: `审核（审核人）→ 批准（批准人）`.
#[must_use]
pub fn steps(ui: &Ui, steps: &[Step]) -> String {
    if steps.is_empty() {
        return ui.words(&msg!("policy-no-steps"));
    }
    let step = |step: &Step| {
        let (name, role) = (step_name(ui, &step.step), role(ui, &step.role));
        ui.words(&msg!("policy-step", step = name, role = role))
    };
    steps.iter().map(step).collect::<Vec<_>>().join(" → ")
}

/// The name of a step; one that an organisation made up stands as it is.
#[must_use]
pub fn step_name(ui: &Ui, step: &Word) -> String {
    match step.as_str() {
        "review" => ui.words(&msg!("policy-step-review")),
        "approval" => ui.words(&msg!("policy-step-approval")),
        other => other.to_owned(),
    }
}

/// The name of a role that decides; another word stands as it is.
#[must_use]
pub fn role(ui: &Ui, role: &Word) -> String {
    match role.as_str() {
        "reviewer" => ui.words(&msg!("role-reviewer")),
        "approver" => ui.words(&msg!("role-approver")),
        "classification-officer" => ui.words(&msg!("role-classification-officer")),
        "custodian" => ui.words(&msg!("role-custodian")),
        "supervisor" => ui.words(&msg!("role-supervisor")),
        other => other.to_owned(),
    }
}

/// What is wrong with one rule.
#[must_use]
pub fn fault(fault: &Fault) -> Msg {
    match fault {
        Fault::FewSteps { floor } => msg!("policy-few-steps", floor = *floor),
        Fault::ManySteps => msg!("policy-many", most = vault_core::limits::LIST_MAX),
        Fault::StepTwice { step } => msg!("policy-step-twice", step = step.as_str()),
        Fault::NoDecider { role } => msg!("policy-no-decider", role = role.as_str()),
        Fault::ReleaseOrder => msg!("policy-release-order"),
        Fault::NoSuite => msg!("policy-no-suite"),
        Fault::Classic => msg!("policy-classic"),
        Fault::BeyondLaw { longest } => msg!("policy-beyond-law", years = u32::from(*longest)),
        Fault::Years => msg!("policy-years"),
        Fault::Number { least, most } => msg!("policy-number-wanted", least = *least, most = *most),
        Fault::Ceiling => msg!("policy-ceiling"),
        Fault::Line { max } => msg!("policy-line", most = *max),
        Fault::ClauseLevel => msg!("policy-clause-level"),
        Fault::ClauseEndless => msg!("policy-clause-endless"),
        Fault::ClauseSpecial => msg!("policy-clause-special"),
        Fault::ClauseTwice => msg!("policy-clause-twice"),
        Fault::NoClause => msg!("policy-clause-none"),
        Fault::CatalogueTwice => msg!("policy-catalogue-twice"),
        Fault::Many { max } => msg!("policy-many", most = *max),
        Fault::Paragraphs { max } => msg!("policy-paragraphs", most = *max),
        _ => msg!("policy-characters"),
    }
}

fn level_line(ui: &Ui, policy: &Policy, level: Level) -> String {
    let rule = policy.level(level);
    let level_words = label_words::level(ui, level);
    if !rule.send {
        return ui.words(&msg!("policy-level-closed", level = level_words));
    }
    let LevelRule { steps: demanded, suites: allowed, longest_years, recovery, .. } = rule;
    let words = msg!(
        "policy-level",
        level = level_words,
        steps = steps(ui, demanded),
        term = years(ui, *longest_years),
        suites = suites(ui, allowed),
        recovery = self::recovery(*recovery),
        returned = returned(ui, policy.return_days(level))
    );
    ui.words(&words)
}

fn years(ui: &Ui, years: Option<u8>) -> String {
    ui.words(&match years {
        Some(years) => msg!("policy-years-most", years = u32::from(years)),
        None => msg!("policy-years-open"),
    })
}

fn returned(ui: &Ui, days: Option<u16>) -> String {
    ui.words(&match days {
        Some(days) => msg!("policy-return", days = u32::from(days)),
        None => msg!("policy-return-none"),
    })
}

fn suites(ui: &Ui, suites: &[Suite]) -> String {
    let words = suites.iter().map(|suite| {
        ui.words(&match suite {
            Suite::Hybrid => msg!("policy-hybrid"),
            Suite::Classic => msg!("policy-suite-classic"),
        })
    });
    ui.list(&words.collect::<Vec<_>>())
}

fn recovery(rule: RecoveryRule) -> Msg {
    match rule {
        RecoveryRule::Required => msg!("policy-recovery-required"),
        RecoveryRule::Allowed => msg!("policy-recovery-allowed"),
        RecoveryRule::Forbidden => msg!("policy-recovery-forbidden"),
    }
}

fn profile(ui: &Ui, profile: Profile) -> String {
    ui.words(&match profile {
        Profile::Network => msg!("policy-network"),
        Profile::Standalone => msg!("policy-standalone"),
    })
}

fn standing(ui: &Ui, rule: Option<StandingRule>) -> String {
    let Some(StandingRule { ceiling, longest_days, most_uses }) = rule else {
        return ui.words(&msg!("policy-no-standing"));
    };
    ui.words(&msg!(
        "policy-standing",
        level = label_words::level(ui, ceiling),
        days = u32::from(longest_days),
        uses = most_uses
    ))
}

fn kind(kind: CatalogueKind) -> Msg {
    match kind {
        CatalogueKind::StateSecrets => msg!("policy-state-secrets"),
        CatalogueKind::WorkSecrets => msg!("policy-work-secrets"),
    }
}

/// A change in words: what it was, what it becomes, and which way that goes.
fn change(ui: &Ui, change: &Change<'_>) -> Vec<String> {
    let level = |level: Level| label_words::level(ui, level);
    let days = |days: u16| days.to_string();
    let (what, from, to) = match change {
        Change::ClauseAdded { clause: added, .. } => {
            return vec![ui.words(&msg!("policy-clause-added", clause = clause(ui, added)))];
        }
        Change::ClauseDropped { clause: dropped, .. } => {
            return vec![ui.words(&msg!("policy-clause-dropped", clause = clause(ui, dropped)))];
        }
        Change::Section { name, to } => {
            let name = section_name(ui, *name);
            if to.is_empty() {
                return vec![ui.words(&msg!("policy-section-dropped", name = name))];
            }
            let lead = ui.words(&msg!("policy-section-new", name = name));
            return std::iter::once(lead).chain(to.iter().map(|text| format!("    {text}"))).collect();
        }
        Change::Name { from, to } => (msg!("policy-what-name"), (*from).to_owned(), (*to).to_owned()),
        Change::Profile { from, to } => (msg!("policy-what-profile"), profile(ui, *from), profile(ui, *to)),
        Change::Send { level: one, to } => {
            let (no, yes) = (ui.words(&msg!("policy-sent-not")), ui.words(&msg!("policy-sent")));
            let what = msg!("policy-what-send", level = level(*one));
            if *to { (what, no, yes) } else { (what, yes, no) }
        }
        Change::Steps { of, from, to } => {
            let what = match of {
                Of::Level(one) => level(*one),
                Of::Act(act) => act_name(ui, *act),
            };
            (msg!("policy-what-steps", what = what), steps(ui, from), steps(ui, to))
        }
        Change::Suites { level: one, from, to } => {
            (msg!("policy-what-suites", level = level(*one)), suites(ui, from), suites(ui, to))
        }
        Change::Years { level: one, from, to } => {
            (msg!("policy-what-years", level = level(*one)), years(ui, *from), years(ui, *to))
        }
        Change::Recovery { level: one, from, to } => (
            msg!("policy-what-recovery", level = level(*one)),
            ui.words(&recovery(*from)),
            ui.words(&recovery(*to)),
        ),
        Change::Return { level: one, from, to } => {
            (msg!("policy-what-return", level = level(*one)), returned(ui, *from), returned(ui, *to))
        }
        Change::Hold { from, to } => (msg!("policy-what-hold"), days(*from), days(*to)),
        Change::Demand { from, to } => (msg!("policy-what-demand"), days(*from), days(*to)),
        Change::Decide { from, to } => (msg!("policy-what-decide"), days(*from), days(*to)),
        Change::Remind { from, to } => (msg!("policy-what-remind"), days(*from), days(*to)),
        Change::Standing { from, to } => {
            (msg!("policy-what-standing"), standing(ui, *from), standing(ui, *to))
        }
        Change::ClauseChanged { from, to } => {
            (msg!("policy-what-clause", clause = to.clause.as_str()), clause(ui, from), clause(ui, to))
        }
        Change::Catalogues { from, to } => {
            let names = |names: &[&str]| {
                if names.is_empty() { ui.words(&msg!("term-none")) } else { ui.list(names) }
            };
            (msg!("policy-what-catalogues"), names(from), names(to))
        }
    };
    let words = msg!("policy-change", what = what, from = from, to = to);
    vec![ui.words(&match change.direction() {
        Direction::Tightens => msg!("policy-tightens", change = words),
        Direction::Loosens => msg!("policy-loosens", change = words),
        Direction::Either => words,
    })]
}
