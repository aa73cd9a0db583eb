//! `vault keys enrol`: enter a new member into the next directory, after one summary and one yes.

use serde_json::json;
use vault_core::level::Level;
use vault_core::mark::TypedMark;
use vault_keys::directory::{Affiliation, Clearance, LevelWord, Role};

use crate::cli::EnrolArgs;
use crate::cli::officer::AffiliationWord;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::read_limited;
use crate::officer::{Enrolment, NextDirectory};
use crate::request::{JoinText, REQUEST_MAX};
use crate::{clock, label_words, msg, trust};

pub(super) fn run(context: &Context, args: &EnrolArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    let mut next = NextDirectory::open(&home)?;
    let known = trust::load(&home)?;
    let request = read_limited(&args.request, REQUEST_MAX as u64)?;
    let request = JoinText::verify(&request, known.organisation.org())?;
    let enrolment = complete(context, args, request)?;
    if !ui.is_json() {
        let mut facts = vec![
            (msg!("name-name"), format!("{} ({})", enrolment.name, enrolment.pinyin)),
            (msg!("name-post"), format!("{} {}", enrolment.unit, enrolment.post)),
            (msg!("name-clearance"), clearance_words(context, enrolment.clearance)),
        ];
        let roles: Vec<String> = enrolment.roles.iter().map(|role| ui.words(&role_words(*role))).collect();
        if !roles.is_empty() {
            facts.push((msg!("name-roles"), ui.list(&roles)));
        }
        if enrolment.clerk {
            facts.push((msg!("name-roles"), ui.words(&msg!("role-clerk"))));
        }
        facts.push((msg!("name-request-number"), enrolment.request.fingerprint()));
        ui.facts(&facts);
    }
    ui.confirm(&msg!("enrol-ask"))?;
    let enrolled = next.enrol(&enrolment, clock::now())?;
    next.save(&home)?;
    ui.json(&json!({
        "person": enrolled.person.to_string(),
        "unit": enrolled.unit.to_string(),
        "new_unit": enrolled.new_unit,
        "name": enrolment.name,
        "request_fingerprint": enrolment.request.fingerprint(),
    }));
    ui.done(&msg!("enrolled", name = &enrolment.name, number = enrolled.person.to_string()));
    if enrolled.new_unit {
        ui.done(&msg!("enrolled-unit", name = &enrolment.unit, number = enrolled.unit.to_string()));
    }
    ui.note(&msg!("enrolled-next"));
    Ok(())
}

fn complete(context: &Context, args: &EnrolArgs, request: JoinText) -> Outcome<Enrolment> {
    let ui = &context.ui;
    let unit = match &args.unit {
        Some(unit) => unit.trim().to_owned(),
        None => ui.ask(&msg!("ask-unit"), None, "--unit")?,
    };
    let post = match &args.post {
        Some(post) => post.trim().to_owned(),
        None => ui.ask(&msg!("ask-post"), None, "--post")?,
    };
    let clearance = match &args.clearance {
        Some(word) => word.clone(),
        None => ui.ask(&msg!("ask-clearance"), None, "--clearance")?,
    };
    Ok(Enrolment {
        name: args.name.clone().unwrap_or_else(|| request.name.clone()),
        pinyin: args.pinyin.clone().unwrap_or_else(|| request.pinyin.clone()),
        unit,
        post,
        clearance: read_clearance(&clearance)?,
        roles: args.role.iter().map(|word| read_role(word)).collect::<Outcome<_>>()?,
        affiliation: match args.affiliation {
            None | Some(AffiliationWord::Own) => Affiliation::Own,
            Some(AffiliationWord::Outside) => Affiliation::Outside,
            Some(AffiliationWord::Foreign) => Affiliation::Foreign,
        },
        clerk: args.clerk,
        unit_level: match &args.unit_level {
            Some(word) => Some(read_level(word)?),
            None => None,
        },
        request,
    })
}

/// The officer may type the ASCII word of the directory or the Chinese level; the summary shows both.
pub(super) fn read_level(word: &str) -> Outcome<LevelWord> {
    if let Ok(level) = word.trim().parse::<LevelWord>() {
        return Ok(level);
    }
    match TypedMark::read(word) {
        Ok(mark) => Ok(match mark.level {
            Level::Unclassified => LevelWord::Unclassified,
            Level::Internal => LevelWord::Internal,
            Level::Confidential => LevelWord::Confidential,
            Level::Secret => LevelWord::Secret,
        }),
        Err(error) => Err(label_words::mark_failure(&error)),
    }
}

pub(super) fn read_clearance(word: &str) -> Outcome<Clearance> {
    if matches!(word.trim(), "none" | "无") {
        return Ok(Clearance::None);
    }
    Ok(match read_level(word)? {
        LevelWord::Unclassified => Clearance::Unclassified,
        LevelWord::Internal => Clearance::Internal,
        LevelWord::Confidential => Clearance::Confidential,
        LevelWord::Secret => Clearance::Secret,
    })
}

pub(super) fn read_role(word: &str) -> Outcome<Role> {
    let word = word.trim();
    let chinese = match word {
        "承办人" => Some(Role::Handler),
        "审核人" => Some(Role::Reviewer),
        "批准人" => Some(Role::Approver),
        "机要员" => Some(Role::Clerk),
        "定密责任人" => Some(Role::ClassificationOfficer),
        "密钥管理员" => Some(Role::KeyOfficer),
        "保管人" => Some(Role::Custodian),
        "监督人" => Some(Role::Supervisor),
        "检查人" => Some(Role::Inspector),
        _ => None,
    };
    chinese.map_or_else(
        || {
            word.parse().map_err(|_| {
                let known: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
                Failure::usage(msg!("role-unknown", word = word))
                    .hint(msg!("role-known", words = known.join(", ")))
            })
        },
        Ok,
    )
}

pub(super) fn role_words(role: Role) -> crate::lang::Msg {
    match role {
        Role::Handler => msg!("role-handler"),
        Role::Reviewer => msg!("role-reviewer"),
        Role::Approver => msg!("role-approver"),
        Role::Clerk => msg!("role-clerk"),
        Role::ClassificationOfficer => msg!("role-classification-officer"),
        Role::KeyOfficer => msg!("role-key-officer"),
        Role::Custodian => msg!("role-custodian"),
        Role::Supervisor => msg!("role-supervisor"),
        Role::Inspector => msg!("role-inspector"),
    }
}

pub(super) fn clearance_words(context: &Context, clearance: Clearance) -> String {
    match clearance.level().and_then(|word| Level::from_word(word.as_str()).ok()) {
        Some(level) => label_words::level(&context.ui, level),
        None => context.ui.words(&msg!("term-none")),
    }
}
