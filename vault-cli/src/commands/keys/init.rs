//! `vault keys init`: found an organisation around a relay's card.

use std::path::PathBuf;

use serde_json::json;
use vault_core::policy::BuiltIn;
use vault_relay::card::{CARD_MAX, RelayCard};

use crate::cli::InitArgs;
use crate::cli::officer::InternalWord;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::{Existing, read_limited, write_whole};
use crate::officer::{self, Founding};
use crate::{clock, msg};

pub(super) fn run(context: &Context, args: &InitArgs) -> Outcome {
    let ui = &context.ui;
    let card = read_limited(&args.relay_card, CARD_MAX as u64)?;
    let card = RelayCard::parse(&card).map_err(|error| {
        Failure::failed(msg!("officer-card")).because(&error).hint(msg!("officer-card-next"))
    })?;
    let name = match &args.name {
        Some(name) => name.trim().to_owned(),
        None => ui.ask(&msg!("ask-organisation"), None, "--name")?,
    };
    let officer = match &args.officer {
        Some(name) => name.trim().to_owned(),
        None => ui.ask(&msg!("ask-officer"), None, "--officer")?,
    };
    let policy = match args.internal {
        Some(InternalWord::Free) => BuiltIn::InternalWithoutDecision,
        Some(InternalWord::Decide) | None => BuiltIn::Standard,
    };
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from("organisation.json"));
    if output.exists() {
        let path = output.display().to_string();
        return Err(Failure::failed(msg!("io-exists", path = path)).hint(msg!("io-exists-next")));
    }
    let passphrase = context.passphrase.fresh(ui, &msg!("passphrase-officer-new"))?;
    let home = context.new_home()?;
    let _lock = home.lock()?;
    let founding = Founding {
        name: &name,
        officer: &officer,
        card: &card,
        policy,
        passphrase: &passphrase,
        now: clock::now(),
    };
    let organisation = officer::found(&home, &founding)?;
    write_whole(&output, &organisation.encode(), Existing::Keep)?;
    let fingerprint = organisation.root().fingerprint();
    ui.json(&json!({
        "organisation": organisation.root().name(),
        "org": organisation.org().to_string(),
        "fingerprint": fingerprint,
        "directory": organisation.directory().number(),
        "file": output,
    }));
    ui.done(&msg!("org-founded", name = &name));
    ui.done(&msg!("org-written", path = output.display().to_string()));
    ui.facts(&[(msg!("name-fingerprint"), fingerprint)]);
    if policy == BuiltIn::Standard {
        ui.note(&msg!("org-internal-decide"));
    }
    ui.note(&msg!("org-founded-next"));
    Ok(())
}
