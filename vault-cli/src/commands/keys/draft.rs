//! `vault keys draft`: what the next directory would bring as it is drafted here, or takes all of it back.

use serde_json::json;

use super::showing;
use crate::cli::DraftActArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::officer::{NextDirectory, Paper};
use crate::{clock, msg, trust};

pub(super) fn run(context: &Context, args: DraftActArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    if args.drop && NextDirectory::is_pending(&home) {
        // Also one that another publication has overtaken, which cannot be opened any more.
        ui.confirm(&msg!("draft-drop-ask"))?;
        NextDirectory::clear(&home)?;
        ui.json(&json!({ "pending": false }));
        ui.done(&msg!("draft-dropped"));
        return Ok(());
    }
    if let Some((proposal, begun_on)) = NextDirectory::overtaken(&home, clock::now())? {
        // For the officer to enter again what still holds.
        let shown = showing::paper(context, &Paper::Proposal(proposal), Some(&begun_on))?;
        if !ui.is_json() {
            shown.print(context);
        }
        ui.json(&json!({
            "pending": true, "overtaken": true, "changes": shown.lines, "warnings": shown.warnings,
        }));
        ui.warn(&msg!("officer-draft-old"));
        ui.note(&msg!("officer-draft-old-next"));
        return Ok(());
    }
    let next = NextDirectory::open(&home)?;
    if !NextDirectory::is_pending(&home) {
        ui.json(&json!({ "pending": false, "changes": [] }));
        ui.say(&msg!("draft-none"));
        return Ok(());
    }
    let before = trust::load(&home)?.organisation;
    let proposal = Paper::Proposal(next.proposal(&home, clock::now())?);
    let shown = showing::paper(context, &proposal, Some(&before))?;
    if !ui.is_json() {
        shown.print(context);
    }
    ui.json(
        &json!({ "pending": true, "overtaken": false, "changes": shown.lines, "warnings": shown.warnings }),
    );
    ui.note(&msg!("act-next"));
    Ok(())
}
