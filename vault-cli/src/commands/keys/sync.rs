//! `vault keys sync`: the newest directory, from the relay or from a file.

use std::pin::pin;
use std::time::Duration;

use serde_json::json;
use vault_keys::directory::{From, ORGANISATION_MAX};
use vault_relay::client::{ClientError, News};

use crate::cli::SyncArgs;
use crate::context::Context;
use crate::error::Outcome;
use crate::home::{Home, read_limited};
use crate::own_entry::Misfit;
use crate::relay::Line;
use crate::trust::Taken;
use crate::{clock, identity, msg, officer, own_entry, renewal, trust, weak_units};

pub(super) fn run(context: &Context, args: &SyncArgs) -> Outcome {
    let home = context.home()?;
    if args.watch {
        return watch(context, &home);
    }
    let _lock = home.lock()?;
    trust::settle(&home)?;
    let waited = waits(&home)?;
    let taken = match &args.from {
        Some(file) => {
            let pinned = trust::pinned(&home)?;
            let organisation = trust::parse(&read_limited(file, ORGANISATION_MAX as u64)?, Some(pinned))?;
            let taken = trust::accept(&home, &organisation, From::File)?;
            let newer = renewal::settle(&home, &trust::load(&home)?)? || taken.newer;
            Taken { newer, ..taken }
        }
        None => {
            let line = Line::dial(&home, &trust::load(&home)?)?;
            let taken = line.sync(&home)?;
            line.close()?;
            taken
        }
    };
    told(context, &home, &taken, waited)
}

/// How often a watch looks whether the home is free again, while a version waits to be taken into use.
const BUSY_RETRY: Duration = Duration::from_millis(500);

/// Stays connected and takes each version into use as the relay tells of it.
///
/// Another command may be at work in this home when news come. They are owed then, not dropped: the watch goes on
/// listening and takes what is newest as soon as that command has ended.
fn watch(context: &Context, home: &Home) -> Outcome {
    let line = Line::dial(home, &trust::load(home)?)?;
    let mut watch = line.wait(line.client().watch())?;
    let mut owed = false;
    let mut last: Option<News> = None;
    loop {
        let mut next = pin!(watch.next());
        let news = loop {
            match line.wait(within(owed.then_some(BUSY_RETRY), next.as_mut()))? {
                Some(news) => break news,
                None => owed = !take(context, home, &line)?,
            }
        };
        let Some(news) = news else { break };
        // The relay also tells of documents; those are for `vault watch`.
        if last.replace(news).is_some_and(|last| last.is_same_organisation(&news)) && !owed {
            continue;
        }
        let first = !owed;
        owed = !take(context, home, &line)?;
        if owed && first {
            context.ui.note(&msg!("watch-busy"));
        }
    }
    line.close()?;
    context.ui.note(&msg!("watch-ended"));
    Ok(())
}

/// What comes within this time; without one, whatever comes.
async fn within<T>(
    time: Option<Duration>,
    answer: impl Future<Output = Result<T, ClientError>>,
) -> Result<Option<T>, ClientError> {
    match time {
        Some(time) => tokio::time::timeout(time, answer).await.ok().transpose(),
        None => answer.await.map(Some),
    }
}

/// Takes what is newest into use; false while another command is at work in this home.
fn take(context: &Context, home: &Home, line: &Line) -> Outcome<bool> {
    let Some(_lock) = home.lock_if_free()? else { return Ok(false) };
    let waited = waits(home)?;
    let taken = line.sync(home)?;
    told(context, home, &taken, waited)?;
    Ok(true)
}

/// Whether new keys of this person wait for the directory.
fn waits(home: &Home) -> Outcome<bool> {
    Ok(renewal::waiting(home, trust::pinned(home)?)?.is_some())
}

fn told(context: &Context, home: &Home, taken: &Taken, waited: bool) -> Outcome {
    let ui = &context.ui;
    let newer = taken.told(ui);
    let known = trust::load(home)?;
    let number = known.directory().number();
    let stop = known.in_force().last_stop().map_or(0, |stop| stop.number);
    let waiting = renewal::waiting(home, known.organisation.org())?;
    let misfits = own_entry::misfits(home, &known)?;
    let me = identity::card(home).and_then(|card| known.me(&card)).ok();
    ui.json(&json!({
        "root": known.organisation.root().number(),
        "directory": number,
        "stop": stop,
        "fresh": known.in_force().fresh().map(|fresh| fresh.made().to_string()),
        "newer": newer,
        "beside": known.in_force().beside().iter().map(|stop| stop.number()).collect::<Vec<_>>(),
        "renewed": waited && waiting.is_none(),
        "waiting": waiting.as_ref().map(|request| request.fingerprint()),
        "person": me.map(|person| person.to_string()),
        "own_keys": misfits.iter().map(misfit).collect::<Vec<_>>(),
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
    for misfit in &misfits {
        ui.warn(&misfit.words());
    }
    for warning in known.warnings(clock::now()) {
        ui.warn(&warning);
    }
    if officer::present(home) {
        officer::stop_again(&known, &taken.lost).iter().for_each(|words| ui.note(words));
        if known.is_unheard() {
            ui.warn(&msg!("unheard"));
        }
    }
    weak_units::warn(ui, &known, |_| true);
    Ok(())
}

fn misfit(misfit: &Misfit) -> serde_json::Value {
    json!({
        "finding": misfit.word(),
        "kind": misfit.kind().as_str(),
        "key": misfit.key().map(|key| key.to_string()),
    })
}
