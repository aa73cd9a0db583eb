//! `vault keys recover`: an approved run, once, on the machine kept for it.

use serde_json::json;

use crate::cli::RecoverArgs;
use crate::context::Context;
use crate::error::{Failure, Kind, Outcome};
use crate::recovery::{self, Running, Sets};
use crate::{msg, trust};

pub(super) fn run(context: &Context, args: &RecoverArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    recovery::wipe(&home)?;
    let known = trust::load(&home)?;
    let everyone = known.everyone();
    let request = recovery::request(&known.organisation, &args.request)?;
    let set = Sets::of(&home, &known.organisation).learn(&args.set)?;
    if !ui.is_json() {
        ui.facts(&recovery::request_facts(ui, &everyone, known.directory(), request.value()));
    }
    ui.confirm(&msg!("recover-ask"))?;
    let passphrase = context.passphrase.existing(ui, &msg!("recovery-run-passphrase"))?;
    let running = Running {
        home: &home,
        known: &known,
        everyone: &everyone,
        request: &request,
        set: &set,
        shares: &args.share,
        items: &args.items,
        output: &args.output,
    };
    let outcomes = recovery::restore(&running, &passphrase)?;
    ui.json(&json!({
        "restored": outcomes.restored.iter().map(|(item, file)| json!({ "item": item, "file": file })).collect::<Vec<_>>(),
        "left_out": outcomes.left_out.iter().map(|(item, why)| json!({ "item": item, "code": why.code })).collect::<Vec<_>>(),
        "output": args.output,
    }));
    for (path, why) in &outcomes.left_out {
        ui.warn(&msg!("recover-left-out", path = path.display().to_string(), why = ui.words(&why.message)));
    }
    let count = outcomes.restored.len();
    if count == 0 {
        return Err(Failure::new(Kind::Refused, msg!("recover-nothing")).code("recover-nothing"));
    }
    ui.done(&msg!("recovered-run", count = count, path = args.output.display().to_string()));
    ui.warn(&msg!("recover-key-known"));
    ui.note(&msg!("recover-next"));
    Ok(())
}
