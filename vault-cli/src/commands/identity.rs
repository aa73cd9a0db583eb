//! `vault identity`: make, show, back up and lock a person's keys.

use std::path::Path;

use serde_json::json;
use vault_core::item::ItemId;
use vault_keys::keyfile::LockedBy;
use vault_keys::plugin::{Token, Tokens};

use super::renewing;
use crate::cli::{IdentityAct, TokenArgs};
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::home::{Existing, Home, write_whole};
use crate::identity::{self, PublicCard};
use crate::inbox::Inbox;
use crate::passphrase::Source;
use crate::{flush, msg, recovery, token};

pub(super) fn run(context: &Context, act: IdentityAct) -> Outcome {
    match act {
        IdentityAct::Recovered { files } => recovered(context, &files),
        IdentityAct::New(args) => new(context, &args),
        IdentityAct::Show => show(context),
        IdentityAct::Backup { file } => back_up(context, &file),
        IdentityAct::Passphrase { new_passphrase_file } => passphrase(context, new_passphrase_file),
        IdentityAct::Rotate(args) => renewing::rotate(context, &args),
        IdentityAct::Replace(args) => renewing::replace(context, &args),
        IdentityAct::Restore(args) => renewing::restore(context, &args),
        IdentityAct::Token { args, remove, new_passphrase_file } => {
            if remove {
                remove_tokens(context, new_passphrase_file)
            } else {
                lock_by_tokens(context, &args)
            }
        }
        IdentityAct::Export { file } => export(context, file.as_deref()),
    }
}

fn new(context: &Context, args: &TokenArgs) -> Outcome {
    let tokens = chosen(context, args)?;
    let home = context.new_home()?;
    let _lock = home.lock()?;
    let (card, _keys) = identity::create(context, &home, tokens.clone())?;
    context.ui.done(&if tokens.is_some() { msg!("identity-made-token") } else { msg!("identity-made") });
    print(context, &home, &card)?;
    context.ui.note(&msg!("identity-made-next"));
    Ok(())
}

/// The tokens that were named, if any were.
fn chosen(context: &Context, args: &TokenArgs) -> Outcome<Option<Tokens>> {
    let identities = args.identity.as_ref();
    identities.map(|identities| token::chosen(context, &args.recipient, identities)).transpose()
}

fn lock_by_tokens(context: &Context, args: &TokenArgs) -> Outcome {
    let home = context.home()?;
    let _lock = home.lock()?;
    let Some(tokens) = chosen(context, args)? else {
        return Err(Failure::usage(msg!("token-texts")).hint(msg!("token-texts-next")));
    };
    identity::lock_by_tokens(context, &home, &tokens)?;
    context.ui.json(&json!({ "locked_by": "token", "tokens": tokens_json(&tokens) }));
    context.ui.done(&msg!("token-locked"));
    context.ui.note(&msg!("token-changed-next"));
    if tokens.as_slice().len() == 1 {
        context.ui.warn(&msg!("token-single"));
    }
    Ok(())
}

fn remove_tokens(context: &Context, new: Option<std::path::PathBuf>) -> Outcome {
    let home = context.home()?;
    let _lock = home.lock()?;
    identity::remove_tokens(context, &home, &Source::of_new(new))?;
    context.ui.json(&json!({ "locked_by": "passphrase" }));
    context.ui.done(&msg!("token-removed"));
    context.ui.note(&msg!("token-changed-next"));
    Ok(())
}

/// What a recovery run gave back, kept beside the items it is for and entered in the register.
fn recovered(context: &Context, files: &[std::path::PathBuf]) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let _lock = desk.home.lock()?;
    let completed = recovery::complete(&desk, &desk.unlock(context)?, files)?;
    let warn = |path: &Path, why: &Failure| {
        ui.warn(&msg!("recover-left-out", path = path.display().to_string(), why = ui.words(&why.message)));
    };
    if completed.items.is_empty() {
        completed.left_out.iter().for_each(|(path, why)| warn(path, why));
        return Err(Failure::new(Kind::Refused, msg!("recover-nothing")).code("recover-nothing"));
    }
    completed.left_out.iter().for_each(|(path, why)| warn(path, why));
    let inbox = Inbox::open(&desk.home)?;
    flush::now_or_later(context, &desk, &inbox)?;
    let waits = |item: &&ItemId| inbox.evidence(**item).is_ok_and(|kept| !kept.pending.is_empty());
    ui.json(&json!({
        "items": completed.items.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "waiting_for_relay": completed.items.iter().filter(waits).count(),
        "left_out": completed.left_out.iter().map(|(file, why)| json!({ "file": file, "code": why.code })).collect::<Vec<_>>(),
    }));
    ui.done(&msg!("recovered-items", count = completed.items.len()));
    Ok(())
}

fn show(context: &Context) -> Outcome {
    let home = context.home()?;
    print(context, &home, &identity::card(&home)?)
}

fn print(context: &Context, home: &Home, card: &PublicCard) -> Outcome {
    let tokens = match identity::locked_by(home)? {
        LockedBy::Token => Some(token::load(home)?),
        LockedBy::Passphrase => None,
    };
    let opening = card.recipient()?.key_id();
    let (signing, station) = (card.signing_id(), card.station_id());
    context.ui.json(&json!({
        "opening": { "id": opening.to_string(), "recipient": card.opening },
        "signing": { "id": signing.to_string(), "key": card.signing.to_string() },
        "station": { "id": station.to_string(), "key": card.station.to_string() },
        "locked_by": if tokens.is_some() { "token" } else { "passphrase" },
        "tokens": tokens.as_ref().map(tokens_json),
    }));
    context.ui.facts(&[
        (msg!("name-opening-key"), opening.groups()),
        (msg!("name-signing-key"), signing.groups()),
        (msg!("name-station-key"), station.groups()),
    ]);
    let Some(tokens) = tokens else {
        context.ui.note(&msg!("identity-by-passphrase"));
        return Ok(());
    };
    for token in tokens.as_slice() {
        let (recipient, path) = (token.recipient.to_string(), token.program.as_str());
        context.ui.note(&msg!("identity-by-token", recipient = recipient, path = path));
    }
    Ok(())
}

fn tokens_json(tokens: &Tokens) -> Vec<serde_json::Value> {
    let token = |token: &Token| json!({ "recipient": token.recipient.as_str(), "program": token.program });
    tokens.as_slice().iter().map(token).collect()
}

fn back_up(context: &Context, file: &Path) -> Outcome {
    let locked_by = identity::back_up(&context.home()?, file)?;
    context.ui.json(&json!({ "written": file }));
    context.ui.done(&msg!("identity-backed-up", path = file.display().to_string()));
    match locked_by {
        LockedBy::Passphrase => context.ui.note(&msg!("identity-backed-up-next")),
        LockedBy::Token => context.ui.warn(&msg!("token-backed-up-next")),
    }
    Ok(())
}

fn passphrase(context: &Context, new: Option<std::path::PathBuf>) -> Outcome {
    let home = context.home()?;
    let _lock = home.lock()?;
    identity::change_passphrase(context, &home, &Source::of_new(new))?;
    context.ui.json(&json!({ "changed": true }));
    context.ui.done(&msg!("passphrase-changed"));
    context.ui.note(&msg!("passphrase-changed-next"));
    Ok(())
}

fn export(context: &Context, file: Option<&Path>) -> Outcome {
    let card = identity::card(&context.home()?)?;
    let Some(file) = file else {
        context.ui.json(&json!(card));
        context.ui.line(&card.opening);
        return Ok(());
    };
    let mut bytes = serde_json::to_vec_pretty(&card).unwrap_or_default();
    bytes.push(b'\n');
    write_whole(file, &bytes, Existing::Keep)?;
    context.ui.json(&json!({ "written": file }));
    context.ui.done(&msg!("written", path = file.display().to_string()));
    Ok(())
}
