//! `vault keys officers`: who the officers are, and the next root.

use std::path::PathBuf;

use serde_json::json;
use vault_keys::directory::Organisation;

use super::{init, showing, sign};
use crate::cli::OfficersArgs;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::{Existing, write_whole};
use crate::officer::{self, Hands, Paper, RootPlan};
use crate::{clock, msg};

pub(super) fn run(context: &Context, args: &OfficersArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let before = officer::known(&home)?
        .ok_or_else(|| Failure::failed(msg!("org-none")).hint(msg!("officer-organisation-next")))?;
    let asked =
        !args.add.is_empty() || !args.remove.is_empty() || args.root.is_some() || args.enrol.is_some();
    let asked = asked
        || args.stop.is_some()
        || args.relay_card.is_some()
        || args.no_notary
        || args.renew
        || args.notary.is_some();
    if !asked {
        list(context, &before);
        return Ok(());
    }
    let _lock = home.lock()?;
    let plan = RootPlan {
        add: args.add.iter().map(|path| init::officer_card(path)).collect::<Outcome<_>>()?,
        remove: args.remove.clone(),
        root: args.root,
        enrol: args.enrol,
        stop: args.stop,
        relay: args.relay_card.as_deref().map(init::relay_card).transpose()?,
        notary: args.notary.as_deref().map(init::officer_card).transpose()?,
        no_notary: args.no_notary,
    };
    let mut paper = Paper::NewRoot(officer::propose_root(&before, &plan, clock::now())?);
    let output = args
        .output
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("root-{}.json", before.root().number() + 1)));
    if output.exists() {
        let path = output.display().to_string();
        return Err(Failure::failed(msg!("io-exists", path = path)).hint(msg!("io-exists-next")));
    }
    for card in plan.add.iter().chain(&plan.notary) {
        let number = card.digits();
        ui.say(&msg!("officers-card", name = card.holder(), number = number));
    }
    let shown = sign::show(context, &home, &paper, Some(&before))?;
    ui.confirm(&msg!("sign-ask", count = 1_usize))?;
    let document = if officer::present(&home) || !args.at_terminal.is_empty() {
        let hands = Hands::unlock(context, &home, &args.at_terminal)?;
        sign::sign(context, &home, &mut paper, Some(&before), &hands, &shown, &output)?
    } else {
        write_whole(&output, &paper.encode(), Existing::Keep)?;
        let path = output.display().to_string();
        ui.note(&msg!("signed-next", path = path.clone()));
        let progress = showing::document(&paper.progress(Some(&before))?);
        json!({ "file": path, "hash": paper.hash().to_string(),
        "number": paper.number(), "changes": shown.lines, "progress": progress })
    };
    ui.json(&document);
    Ok(())
}

fn list(context: &Context, organisation: &Organisation) {
    let ui = &context.ui;
    let root = organisation.root();
    let needed = root.value().thresholds;
    let officers = &root.value().officers;
    ui.json(&json!({
        "root": root.number(),
        "fingerprint": root.fingerprint(),
        "expires": root.value().expires.to_string(),
        "officers": officers.iter().map(|officer| json!({
            "office": officer.name.as_str(), "holder": officer.holder,
        })).collect::<Vec<_>>(),
        "thresholds": { "root": needed.root, "enrol": needed.enrol, "stop": needed.stop },
        "notary": root.value().notary.is_some(),
    }));
    let rows: Vec<Vec<String>> =
        officers.iter().map(|officer| vec![officer.name.to_string(), officer.holder.clone()]).collect();
    ui.table(&[msg!("name-office"), msg!("name-name")], &rows);
    ui.gap();
    let count = |count: u8| usize::from(count);
    let (of_root, enrol, stop) = (count(needed.root), count(needed.enrol), count(needed.stop));
    ui.say(&msg!("show-thresholds", root = of_root, enrol = enrol, stop = stop));
    ui.say(&msg!("show-expires", day = root.value().expires.day().to_string()));
    if officers.len() == 1 {
        ui.warn(&msg!("officer-alone"));
    }
}
