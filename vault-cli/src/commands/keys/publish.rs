//! `vault keys publish`: sign the next directory, write the organisation file, hand it to the relay.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::PublishArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::home::{Existing, write_whole};
use crate::relay::Line;
use crate::{clock, msg, officer, trust};

pub(super) fn run(context: &Context, args: &PublishArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    let draft = officer::NextDirectory::open(&home)?;
    let (persons, units) = (draft.persons.len(), draft.units.len());
    ui.confirm(&msg!("publish-ask", persons = persons, units = units))?;
    let passphrase = context.passphrase.existing(ui, &msg!("passphrase-officer"))?;
    let organisation = officer::publish(&home, &passphrase, clock::now())?;
    let directory = organisation.directory();
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from("organisation.json"));
    // The officer's own file of the same name is what it replaces.
    write_whole(&output, &organisation.encode(), Existing::Replace)?;
    if args.relay {
        let line = Line::dial(&home, &trust::load(&home)?)?;
        line.wait(line.client().publish(&organisation))?;
        line.close()?;
    }
    ui.json(&json!({
        "directory": directory.number(),
        "hash": directory.hash().to_string(),
        "expires": directory.expires().to_string(),
        "persons": persons,
        "units": units,
        "file": output,
        "relay": args.relay,
    }));
    ui.done(&msg!("published", number = directory.number(), day = directory.expires().day().to_string()));
    ui.done(&msg!("org-written", path = output.display().to_string()));
    if args.relay {
        ui.done(&msg!("published-relay"));
    } else {
        ui.note(&msg!("published-next", path = output.display().to_string()));
    }
    Ok(())
}
