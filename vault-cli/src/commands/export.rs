//! `vault export`: write the content of a received item elsewhere. The label's `copying` decides, and the
//! register gets an entry before anything is written.

use serde_json::json;
use vault_core::item::Copying;
use vault_core::register::event::EventKind;

use crate::cli::ExportArgs;
use crate::context::Context;
use crate::custody::Opened;
use crate::error::{Failure, Kind, Outcome};
use crate::{content, msg};

pub(super) fn run(context: &Context, args: &ExportArgs) -> Outcome {
    let ui = &context.ui;
    let opened = Opened::find(context, &args.item)?;
    match opened.unlocked.label().copying {
        Copying::Allowed => {}
        Copying::Ask => {
            return Err(Failure::new(Kind::Refused, msg!("export-ask"))
                .code("copying-ask")
                .hint(msg!("export-ask-next")));
        }
        Copying::None => {
            return Err(Failure::new(Kind::Refused, msg!("export-none"))
                .code("copying-none")
                .hint(msg!("export-none-next")));
        }
    }
    ui.confirm(&msg!("export-confirm", path = args.output.display().to_string()))?;
    opened.enter(context, EventKind::Exported)?;
    let written = content::write(ui, &opened.unlocked, &opened.content, &args.output)?;
    ui.json(&json!({ "item": opened.item.to_string(), "output": written }));
    ui.done(&msg!("exported", path = written.display().to_string()));
    ui.note(&msg!("exported-next"));
    Ok(())
}
