//! `vault policy`: check a file, sign what it means, put it into force, look at what is in force.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vault_core::policy::{Direction, Policy};
use vault_keys::digest::{OrgId, PolicyHash};
use vault_keys::directory::{ORGANISATION_MAX, Organisation};

use super::keys;
use crate::cli::{PolicyAct, PolicySignArgs, PublishArgs, SignArgs};
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::read_limited;
use crate::officer::{self, NextDirectory};
use crate::{msg, policy_file, policy_words, trust};

/// Where a proposal goes if nobody says.
const PROPOSAL: &str = "policy.proposal";

pub(super) fn run(context: &Context, act: PolicyAct) -> Outcome {
    match act {
        PolicyAct::Check { file, clauses } => check(context, &file, clauses),
        PolicyAct::Sign(args) => sign(context, args),
        PolicyAct::Publish(args) => publish(context, &args),
        PolicyAct::Show { clauses } => show(context, clauses),
    }
}

/// Says what a file means, against the policy in force here, or against the built-in one where none is known.
fn check(context: &Context, file: &Path, clauses: bool) -> Outcome {
    let ui = &context.ui;
    let known = known(context)?;
    let (org, before) = match &known {
        Some(organisation) => (organisation.org(), trust::policy(organisation)?.value().clone()),
        None => (OrgId::ZERO, Policy::standard(OrgId::ZERO)),
    };
    let policy = policy_file::read(file, org, before.number.saturating_add(u32::from(known.is_some())))?;
    explain(context, &policy, clauses);
    let changes = policy_words::changes(ui, &policy, &before);
    ui.gap();
    ui.heading(&match known {
        Some(_) => msg!("policy-heading-changes", number = before.number),
        None => msg!("policy-heading-built-in"),
    });
    changes.iter().for_each(|line| ui.line(&format!("  {line}")));
    if changes.is_empty() {
        ui.line(&format!("  {}", ui.words(&msg!("policy-same"))));
    }
    let looser =
        policy.changes_since(&before).iter().filter(|it| it.direction() == Direction::Loosens).count();
    if looser > 0 {
        ui.warn(&msg!("policy-loosened", count = looser));
    }
    let shown = file.display().to_string();
    ui.json(&json!({
        "name": policy.name,
        "number": policy.number,
        "rules": policy_words::rules(ui, &policy),
        "changes": changes,
        "looser": looser,
        "policy": policy_json(&policy),
    }));
    ui.done(&msg!("policy-fine", file = shown.as_str()));
    if !changes.is_empty() {
        ui.note(&msg!("policy-fine-next", file = shown));
    }
    Ok(())
}

/// Takes the policy of a file into the draft of the next directory, and signs both in one paper. What another officer
/// passed on is signed as `keys sign` does.
fn sign(context: &Context, args: PolicySignArgs) -> Outcome {
    let PolicySignArgs { file, merge, at_terminal, output } = args;
    if is_paper(&file)? {
        return keys::sign_drafted(
            context,
            &SignArgs { files: vec![file], merge, at_terminal, output: None },
        );
    }
    if !merge.is_empty() {
        return Err(Failure::usage(msg!("sign-merge-one")));
    }
    let output = output.unwrap_or_else(|| PathBuf::from(PROPOSAL));
    if output.exists() {
        // Before the draft is touched: the same command again is then no riddle.
        let path = output.display().to_string();
        return Err(Failure::failed(msg!("io-exists", path = path)).hint(msg!("io-exists-next")));
    }
    {
        let home = context.home()?;
        let _lock = home.lock()?;
        let mut next = NextDirectory::open(&home)?;
        let organisation = trust::load(&home)?.organisation;
        let before = trust::policy(&organisation)?.value().clone();
        let policy = policy_file::read(&file, organisation.org(), before.number.saturating_add(1))?;
        if policy.changes_since(&before).is_empty() {
            return Err(Failure::usage(msg!("policy-same-next")).code("policy-same"));
        }
        next.set_policy(&policy);
        next.save(&home)?;
        context.ui.done(&msg!("policy-drafted", number = policy.number));
    }
    keys::sign_drafted(
        context,
        &SignArgs { files: Vec::new(), merge: Vec::new(), at_terminal, output: Some(output) },
    )
}

/// As `keys publish`; without a file, only if a policy is drafted here.
fn publish(context: &Context, args: &PublishArgs) -> Outcome {
    if args.files.is_empty() {
        let home = context.home()?;
        let pending = NextDirectory::is_pending(&home) && {
            let current = trust::load(&home)?.organisation;
            NextDirectory::open(&home)?.policy(&current)?.is_some()
        };
        if !pending {
            return Err(Failure::usage(msg!("policy-not-drafted")).code("policy-not-drafted"));
        }
    }
    keys::publish_drafted(context, args)
}

fn show(context: &Context, clauses: bool) -> Outcome {
    let organisation = trust::load(&context.home()?)?.organisation;
    let policy = trust::policy(&organisation)?;
    let (hash, policy) = (PolicyHash::of_note(policy.hash()).to_string(), policy.value());
    explain(context, policy, clauses);
    context.ui.json(&json!({
        "name": policy.name,
        "number": policy.number,
        "hash": hash,
        "rules": policy_words::rules(&context.ui, policy),
        "policy": policy_json(policy),
    }));
    Ok(())
}

/// The rules in words; with `clauses` also the wording of catalogues and written rules.
fn explain(context: &Context, policy: &Policy, clauses: bool) {
    let ui = &context.ui;
    ui.heading(&msg!("policy-title", name = policy.name.as_str(), number = policy.number));
    ui.heading(&msg!("policy-heading-rules"));
    policy_words::rules(ui, policy).iter().for_each(|line| ui.line(&format!("  {line}")));
    if !clauses {
        return;
    }
    for catalogue in policy.catalogues() {
        ui.gap();
        ui.heading(&msg!("policy-heading-clauses", name = catalogue.name.as_str()));
        policy_words::clauses(ui, catalogue).iter().for_each(|line| ui.line(&format!("  {line}")));
    }
    if !policy.sections().is_empty() {
        ui.gap();
        ui.heading(&msg!("policy-heading-sections"));
    }
    for section in policy.sections() {
        ui.line(&format!("  {}", policy_words::section_name(ui, section.name)));
        section.text.iter().for_each(|text| ui.line(&format!("    {text}")));
    }
}

fn policy_json(policy: &Policy) -> Value {
    serde_json::to_value(policy).unwrap_or_default()
}

/// The organisation known here; a check needs none.
fn known(context: &Context) -> Outcome<Option<Organisation>> {
    match context.home() {
        Ok(home) => officer::known(&home),
        Err(_) => Ok(None),
    }
}

/// Whether a file is what officers pass around, and not the policy's own.
fn is_paper(file: &Path) -> Outcome<bool> {
    let bytes = read_limited(file, ORGANISATION_MAX as u64)?;
    Ok(bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{'))
}
