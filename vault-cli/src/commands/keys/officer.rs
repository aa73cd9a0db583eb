//! `vault keys officer`: an officer's own key, made on the officer's own machine.

use std::path::PathBuf;

use serde_json::json;
use vault_keys::directory::{OFFICER_CARD_MAX, ORGANISATION_MAX, OfficerCard};

use super::showing;
use crate::cli::OfficerArgs;
use crate::context::Context;
use crate::error::{Failure, Kind, Outcome};
use crate::home::{Existing, Home, read_limited, write_whole};
use crate::{clock, msg, officer, trust};

pub(super) fn run(context: &Context, args: &OfficerArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.new_home()?;
    let _lock = home.lock()?;
    let card = if args.name.is_none() && args.take.is_none() && args.organisation.is_some() {
        None
    } else {
        key(context, &home, args)?
    };
    if let Some(file) = &args.organisation {
        let organisation = trust::parse(&read_limited(file, ORGANISATION_MAX as u64)?, None)?;
        let fingerprint = organisation.root().fingerprint();
        ui.facts(&[
            (msg!("name-organisation"), organisation.root().name().to_owned()),
            (msg!("name-fingerprint"), fingerprint.clone()),
        ]);
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        match &args.fingerprint {
            Some(told) if digits(told) == digits(&fingerprint) => {}
            Some(_) => {
                return Err(Failure::new(Kind::Integrity, msg!("fingerprint-differs"))
                    .code("wrong-org")
                    .hint(msg!("fingerprint-differs-next")));
            }
            None => ui.confirm(&msg!("fingerprint-ask"))?,
        }
        trust::pin(&home, &organisation)?;
        ui.done(&msg!("joined", name = organisation.root().name()));
        // Whoever prepared the founding could have put other keys under this officer's name.
        if !ui.is_json() {
            for line in showing::officers(context, organisation.root()) {
                ui.line(&format!("  - {line}"));
            }
        }
        ui.note(&msg!("officer-own-digits"));
    }
    ui.json(&json!({
        "card": card.as_ref().map(|(_, path)| path),
        "number": card.as_ref().map(|(card, _)| card.digits()),
        "organisation": officer::known(&home)?.map(|known| known.root().name().to_owned()),
    }));
    Ok(())
}

fn key(context: &Context, home: &Home, args: &OfficerArgs) -> Outcome<Option<(OfficerCard, PathBuf)>> {
    let ui = &context.ui;
    if let Some(file) = &args.take {
        officer::take(context, home, file)?;
        ui.done(&msg!("officer-taken"));
        return Ok(None);
    }
    let name = match &args.name {
        Some(name) => name.trim().to_owned(),
        None => ui.ask(&msg!("ask-officer"), None, "--name")?,
    };
    let path = args.output.clone().unwrap_or_else(|| PathBuf::from("officer-card.note"));
    let card = match officer::card(home, &name)? {
        // Made before, by a command that was cut off perhaps: the same card goes out, with the same number.
        Some(card) => {
            let written = path.exists() && read_limited(&path, OFFICER_CARD_MAX as u64)? == card.encode();
            if !written {
                write_whole(&path, &card.encode(), Existing::Keep)?;
            }
            ui.done(&msg!("officer-made-before"));
            card
        }
        None => {
            if path.exists() {
                let path = path.display().to_string();
                return Err(Failure::failed(msg!("io-exists", path = path)).hint(msg!("io-exists-next")));
            }
            let passphrase = context.passphrase.fresh(ui, &msg!("passphrase-officer-new"))?;
            let card = officer::make(home, &name, &passphrase, clock::now())?;
            write_whole(&path, &card.encode(), Existing::Keep)?;
            ui.done(&msg!("officer-made"));
            card
        }
    };
    ui.done(&msg!("officer-card-written", path = path.display().to_string()));
    ui.facts(&[(msg!("name-card-number"), card.digits())]);
    ui.note(&msg!("officer-made-next"));
    Ok(Some((card, path)))
}
