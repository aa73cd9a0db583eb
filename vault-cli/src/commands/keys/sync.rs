//! `vault keys sync`: the newest directory, from the relay or from a file.

use serde_json::json;
use vault_keys::directory::ORGANISATION_MAX;

use crate::cli::SyncArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::home::read_limited;
use crate::{identity, msg, trust};

pub(super) fn run(context: &Context, args: &SyncArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    let newer = match &args.from {
        Some(file) => {
            let pinned = trust::Trust::load(&home)?.org;
            let organisation = trust::parse(&read_limited(file, ORGANISATION_MAX as u64)?, Some(pinned))?;
            trust::accept(&home, &organisation)?
        }
        None => {
            let line = crate::relay::Line::dial(&home, &trust::load(&home)?)?;
            let newer = line.sync(&home)?;
            line.close()?;
            newer
        }
    };
    let known = trust::load(&home)?;
    let number = known.directory().number();
    let me = identity::card(&home).and_then(|card| known.me(&card)).ok();
    ui.json(&json!({ "directory": number, "newer": newer, "person": me.map(|person| person.to_string()) }));
    ui.done(&if newer { msg!("synced", number = number) } else { msg!("synced-already", number = number) });
    match me {
        Some(person) => ui.done(&msg!("synced-me", number = person.to_string())),
        None if identity::exists(&home) => ui.note(&msg!("me-unknown")),
        None => {}
    }
    Ok(())
}
