//! `vault keys fresh`: say what is newest, on a machine of the notary's own.
//!
//! Where the relay is the notary it does this by itself. A notary elsewhere sees what the relay withholds, and the
//! relay cannot call an old stop list the newest.

use std::path::PathBuf;

use serde_json::json;
use vault_core::register::checkpoint::CheckpointNote;
use vault_keys::directory::{
    CheckpointRef, DirectoryVersion, Fresh, FreshText, FreshType, From, Organisation, RegisterHash,
};

use vault_relay::client::Peer;

use super::publish;
use crate::cli::FreshArgs;
use crate::context::Context;
use crate::error::{Failure, Kind, Outcome};
use crate::home::{Existing, Home, write_whole};
use crate::officer::{self, Hands};
use crate::relay::Line;
use crate::{clock, msg, trust};

pub(super) fn run(context: &Context, args: &FreshArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    if args.relay {
        let known = trust::load(&home)?;
        let line = Line::dial(&home, &known)?;
        if let Some(newer) = line.wait(line.client().sync(&known.organisation))? {
            trust::accept(&home, &newer, From::Relay)?.told(ui);
        }
        line.close()?;
    }
    let organisation = trust::load(&home)?.organisation;
    let text = text(&home, &organisation)?;
    ui.say(&msg!(
        "fresh-shown",
        root = text.root.number,
        directory = text.directory.number,
        stop = text.stop.map_or(0, |stop| stop.number),
        size = text.checkpoint.size.to_string()
    ));
    ui.confirm(&msg!("fresh-ask"))?;
    let hands = Hands::unlock(context, &home, &[])?;
    let key = hands.keys().next().ok_or_else(|| Failure::failed(msg!("officer-none")))?;
    let fresh = Fresh::sign(text, organisation.root(), key).map_err(|error| {
        Failure::new(Kind::Refused, msg!("fresh-not-notary"))
            .code("not-the-notary")
            .because(&error)
            .hint(msg!("fresh-not-notary-next"))
    })?;
    let made = fresh.made();
    let next = organisation
        .with(organisation.in_force().stops().to_vec(), Some(fresh))
        .map_err(|error| Failure::new(Kind::Integrity, msg!("org-broken")).because(&error))?;
    officer::take_into_use(&home, &next)?;
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from("organisation.json"));
    write_whole(&output, &next.encode(), Existing::Replace)?;
    ui.done(&msg!("fresh-signed", path = output.display().to_string()));
    let mut handed = None;
    if args.relay {
        handed = Some(publish::hand_over(&home, &next, Some(&output))?);
        handed.into_iter().for_each(|handed| publish::told(ui, handed));
    }
    let answer = handed.map(publish::answer);
    ui.json(&json!({ "made": made.to_string(), "file": output, "relay": args.relay, "answer": answer }));
    Ok(())
}

/// What this home knows to be newest.
fn text(home: &Home, organisation: &Organisation) -> Outcome<FreshText> {
    let in_force = organisation.in_force();
    let (root, directory) = (in_force.root(), in_force.signed_directory());
    let unseen = || Failure::failed(msg!("fresh-unseen")).hint(msg!("fresh-unseen-next"));
    let peer = Peer::from_root(root).map_err(|error| Failure::failed(msg!("relay-none")).because(&error))?;
    let checkpoint = trust::last_checkpoint(home).ok_or_else(unseen)?;
    let checkpoint = CheckpointNote::parse(&checkpoint)
        .and_then(|note| note.verified_by(&peer.log.verifier))
        .map_err(|error| unseen().because(&error))?;
    let checkpoint = checkpoint.checkpoint();
    // Later than the note before: two notes of one time would be a fork.
    let before = in_force.fresh().map(Fresh::made);
    let made = before.map_or_else(clock::now, |before| clock::now().max(before.plus_seconds(1)));
    Ok(FreshText {
        tag: FreshType,
        org: in_force.org(),
        made,
        root: root.reference(),
        directory: DirectoryVersion { number: directory.number(), hash: directory.hash() },
        stop: in_force.last_stop(),
        checkpoint: CheckpointRef {
            origin: root.log_origin().clone(),
            size: checkpoint.size(),
            hash: RegisterHash::from_bytes(*checkpoint.root().as_bytes()),
        },
    })
}
