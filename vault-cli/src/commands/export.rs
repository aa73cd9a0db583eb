//! `vault export`: write the content of a received item elsewhere. The label's `copying` decides, and the
//! register gets an entry before anything is written.

use serde_json::json;
use vault_core::decision::{Act, RequestFile};
use vault_core::item::Copying;
use vault_core::register::event::EventKind;

use crate::cli::ExportArgs;
use crate::context::Context;
use crate::custody::Opened;
use crate::error::{Failure, Kind, Outcome};
use crate::leave::using;
use crate::outbox::short;
use crate::statement::ByLeave;
use crate::{content, msg};

pub(super) fn run(context: &Context, args: &ExportArgs) -> Outcome {
    let ui = &context.ui;
    let opened = Opened::find(context, &args.item)?;
    let leave = leave(&opened, args)?;
    ui.confirm(&msg!("export-confirm", path = args.output.display().to_string()))?;
    match &leave {
        None => opened.enter(context, EventKind::Exported)?,
        Some(leave) => {
            let approval = Some(leave.request.hash());
            let act = ByLeave { kind: EventKind::Exported, approval, to: None, refers: None };
            opened.enter_by_leave(context, &act)?;
        }
    }
    let written = content::write(ui, &opened.unlocked, &opened.content, &args.output)?;
    ui.json(&json!({
        "item": opened.item.to_string(),
        "output": written,
        "approval": leave.as_ref().map(|leave| leave.request.hash().to_string()),
    }));
    ui.done(&msg!("exported", path = written.display().to_string()));
    ui.note(&msg!("exported-next"));
    Ok(())
}

/// The leave that the label or the wish to publish demands; none where nothing does.
fn leave(opened: &Opened, args: &ExportArgs) -> Outcome<Option<RequestFile>> {
    let (label, hash) = (opened.unlocked.label(), opened.unlocked.header().label_hash());
    let act = match (args.release, label.copying) {
        (true, _) => Act::Release,
        (false, Copying::Allowed) if args.with.is_empty() => return Ok(None),
        _ => Act::Export,
    };
    let kept = opened.inbox.evidence(opened.item)?;
    if let Some(leave) = using::find(&opened.desk, act, (label, hash), &args.with, &kept)? {
        return Ok(Some(leave));
    }
    let item = short(opened.item);
    if act == Act::Release {
        return Err(Failure::new(Kind::Refused, msg!("export-unreleased"))
            .code("release-missing")
            .hint(msg!("export-unreleased-next", item = item)));
    }
    let (words, code) = match label.copying {
        Copying::None => (msg!("export-none"), "copying-none"),
        _ => (msg!("export-ask"), "copying-ask"),
    };
    Err(Failure::new(Kind::Refused, words).code(code).hint(msg!("export-leave-next", item = item)))
}
