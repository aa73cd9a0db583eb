//! `vault keys stop`: take keys or rights away at once, before the next directory does.

use std::path::PathBuf;

use vault_keys::directory::{
    KeyState, Organisation, PersonEntry, Position, Proposal, Stop, StopAct, StopReason,
};
use vault_keys::key_id::{KeyId, KeyKind};
use vault_keys::numbers::Holder;

use super::{publish, sign};
use crate::cli::StopArgs;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::officer::{Hands, Paper, act_failure, proposal_failure};
use crate::{clock, msg, people, trust};

pub(super) fn run(context: &Context, args: &StopArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    let known = trust::load(&home)?;
    let before = known.organisation.clone();
    let everyone = known.everyone();
    let Holder::Person(person) = people::resolve(ui, &everyone, &args.who)?.holder else {
        return Err(Failure::usage(msg!("stop-person")));
    };
    // As signed, without the lists over it: asked for again, what those of the chain took is found again. What stands
    // beside the chain is lifted by the next directory: it may be taken again, upon the list that leads.
    let chain = before.in_force().of_chain();
    let entry = before.directory().person(person).ok_or_else(|| Failure::usage(msg!("stop-person")))?;
    let (done, acts): (Vec<StopAct>, Vec<StopAct>) =
        acts(args, entry, &before)?.into_iter().partition(|act| listed(act, &before).is_some());
    if acts.is_empty() {
        // In force here: what may be missing is the file, or the way to the relay.
        let last = done.iter().filter_map(|act| listed(act, &before)).max_by_key(|stop| stop.number());
        let hash = last.map(|stop| stop.signed().hash());
        let output = publish::file_of(args.output.as_deref());
        let document = publish::again(context, &home, &before, hash, Some(output), args.relay)?;
        ui.note(&msg!("stop-next", who = entry.name.as_str()));
        ui.json(&document);
        return Ok(());
    }
    let made = clock::now().max(before.root().value().made);
    let text = chain.stop_text(made, acts).map_err(|error| act_failure(&error))?;
    let mut paper = Paper::Proposal(Proposal::stop(&text).map_err(|error| proposal_failure(&error))?);
    let shown = sign::show(context, &home, &paper, Some(&before))?;
    ui.confirm(&msg!("stop-ask"))?;
    let hands = Hands::unlock(context, &home, &args.at_terminal)?;
    paper.sign(&hands, Some(&before))?;
    let enough = paper.progress(Some(&before))?.iter().all(|one| one.enough);
    let document = if enough {
        let output = args.output.as_deref();
        let document = publish::publish(context, &home, &paper, Some(&before), &shown, output, args.relay)?;
        ui.note(&msg!("stop-next", who = entry.name.as_str()));
        document
    } else {
        let output =
            args.output.clone().unwrap_or_else(|| PathBuf::from(format!("stop-{}.json", text.number)));
        sign::sign(context, &home, &mut paper, Some(&before), &hands, &shown, &output)?
    };
    ui.json(&document);
    Ok(())
}

/// The list in force that took this first.
fn listed<'a>(act: &StopAct, before: &'a Organisation) -> Option<&'a Stop> {
    let stops = before.in_force().stops();
    // Of a key it is the same for whichever reason; a person may be taken more for another one.
    let same = |had: &&StopAct| {
        (had.person, had.key, had.kind, &had.since) == (act.person, act.key, act.kind, &act.since)
            && (had.key.is_some() || had.reason == act.reason)
    };
    let had = stops.last()?.value().acts.iter().find(same)?;
    stops.iter().find(|stop| stop.number() == had.stop)
}

fn acts(args: &StopArgs, entry: &PersonEntry, before: &Organisation) -> Outcome<Vec<StopAct>> {
    let reason: StopReason = args.reason.parse().map_err(|_| {
        let words: Vec<&str> = StopReason::ALL.iter().map(|reason| reason.as_str()).collect();
        Failure::usage(msg!("stop-reason", word = args.reason.as_str(), words = words.join(", ")))
    })?;
    let person = entry.number;
    let acts: Vec<StopAct> = if args.suspend {
        vec![StopAct::suspend(person, reason)]
    } else if args.station {
        let stations = entry.active_keys(KeyKind::Station);
        stations.map(|key| StopAct::revoke_key(person, key.id, reason)).collect()
    } else if let Some(digits) = &args.key {
        vec![StopAct::revoke_key(person, key(entry, digits)?, reason)]
    } else {
        vec![StopAct::revoke_person(person, reason)]
    };
    if acts.is_empty() {
        return Err(Failure::usage(msg!("stop-no-station", name = entry.name.as_str())));
    }
    Ok(match args.since {
        None => acts,
        Some(size) => {
            let origin = before.root().log_origin();
            acts.into_iter().map(|act| act.since(Position { origin: origin.clone(), size })).collect()
        }
    })
}

/// The one key whose number begins so.
fn key(entry: &PersonEntry, digits: &str) -> Outcome<KeyId> {
    let digits: String = digits.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let mut found = entry.keys.iter().filter(|key| key.id.to_string().starts_with(&digits));
    match (found.next(), found.next()) {
        (Some(key), None) if digits.len() >= 4 => Ok(key.id),
        _ => {
            let active = entry.keys.iter().filter(|key| key.state != KeyState::Stopped);
            let keys: Vec<String> = active.map(|key| format!("{} {}", key.id.groups(), key.kind)).collect();
            Err(Failure::usage(msg!("stop-which-key", keys = keys.join("; "))))
        }
    }
}
