//! `vault keys sync`: the newest directory, from the relay or from a file.

use serde_json::json;
use vault_keys::directory::ORGANISATION_MAX;

use crate::cli::SyncArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::home::{Home, read_limited};
use crate::relay::Line;
use crate::{clock, identity, msg, renewal, trust};

pub(super) fn run(context: &Context, args: &SyncArgs) -> Outcome {
    let home = context.home()?;
    if args.watch {
        return watch(context, &home);
    }
    let _lock = home.lock()?;
    let waited = waits(&home)?;
    let newer = match &args.from {
        Some(file) => {
            let pinned = trust::pinned(&home)?;
            let organisation = trust::parse(&read_limited(file, ORGANISATION_MAX as u64)?, Some(pinned))?;
            let newer = trust::accept(&home, &organisation)?;
            renewal::settle(&home, &trust::load(&home)?)? || newer
        }
        None => {
            let line = Line::dial(&home, &trust::load(&home)?)?;
            let newer = line.sync(&home)?;
            line.close()?;
            newer
        }
    };
    told(context, &home, newer, waited)
}

/// Stays connected and takes each version into use as the relay tells of it.
fn watch(context: &Context, home: &Home) -> Outcome {
    let line = Line::dial(home, &trust::load(home)?)?;
    let mut watch = line.wait(line.client().watch())?;
    while let Some(_news) = line.wait(watch.next())? {
        // Another command may be at work in this home; what it leaves is synced by the next news.
        let Ok(_lock) = home.lock() else { continue };
        let waited = waits(home)?;
        let newer = line.sync(home)?;
        told(context, home, newer, waited)?;
    }
    line.close()?;
    context.ui.note(&msg!("watch-ended"));
    Ok(())
}

/// Whether new keys of this person wait for the directory.
fn waits(home: &Home) -> Outcome<bool> {
    Ok(renewal::waiting(home, trust::pinned(home)?)?.is_some())
}

fn told(context: &Context, home: &Home, newer: bool, waited: bool) -> Outcome {
    let ui = &context.ui;
    let known = trust::load(home)?;
    let number = known.directory().number();
    let stop = known.in_force().last_stop().map_or(0, |stop| stop.number);
    let waiting = renewal::waiting(home, known.organisation.org())?;
    let me = identity::card(home).and_then(|card| known.me(&card)).ok();
    ui.json(&json!({
        "root": known.organisation.root().number(),
        "directory": number,
        "stop": stop,
        "fresh": known.in_force().fresh().map(|fresh| fresh.made().to_string()),
        "newer": newer,
        "renewed": waited && waiting.is_none(),
        "waiting": waiting.as_ref().map(|request| request.fingerprint()),
        "person": me.map(|person| person.to_string()),
    }));
    ui.done(&if newer { msg!("synced", number = number) } else { msg!("synced-already", number = number) });
    match me {
        Some(person) => ui.done(&msg!("synced-me", number = person.to_string())),
        None if identity::exists(home) => ui.note(&msg!("me-unknown")),
        None => {}
    }
    match waiting {
        Some(request) => ui.note(&msg!("renewal-waits", number = request.fingerprint())),
        None if waited => {
            ui.done(&msg!("renewed"));
            ui.note(&msg!("renewed-next"));
        }
        None => {}
    }
    for warning in known.warnings(clock::now()) {
        ui.warn(&warning);
    }
    Ok(())
}
