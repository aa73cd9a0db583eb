//! `vault keys init`: found an organisation around a relay's card.
//!
//! At one terminal each officer types a passphrase in turn, and the organisation stands at the end. With cards
//! from other machines a founding paper is written, which goes from officer to officer.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vault_core::policy::BuiltIn;
use vault_keys::directory::{LevelWord, OFFICER_CARD_MAX, Officer, OfficerCard, Organisation, Thresholds};
use vault_keys::note::OfficeName;
use vault_relay::card::{CARD_MAX, RelayCard};

use super::enrol::read_level;
use super::{publish, sign};
use crate::cli::InitArgs;
use crate::cli::officer::InternalWord;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::{Existing, Home, read_limited, write_whole};
use crate::officer::{self, Drawn, Hands, Paper, Plan};
use crate::{clock, msg};

pub(super) fn run(context: &Context, args: &InitArgs) -> Outcome {
    let ui = &context.ui;
    let card = match &args.relay_card {
        Some(path) => relay_card(path)?,
        None => relay_card(Path::new(&ui.ask(&msg!("ask-relay-card"), None, "--relay-card")?))?,
    };
    let name = match &args.name {
        Some(name) => name.trim().to_owned(),
        None => ui.ask(&msg!("ask-organisation"), None, "--name")?,
    };
    let holders = holders(context, args)?;
    let count = holders.len().max(args.card.len());
    let units = units(context, args)?;
    let unit_level = args.unit_level.as_deref().map_or(Ok(LevelWord::Internal), read_level)?;
    let thresholds = thresholds(context, args, count)?;
    let policy = match args.internal {
        Some(InternalWord::Free) => BuiltIn::InternalWithoutDecision,
        Some(InternalWord::Decide) => BuiltIn::Standard,
        None if !ui.can_ask() => BuiltIn::Standard,
        None => {
            let choices = [ui.words(&msg!("internal-decide")), ui.words(&msg!("internal-free"))];
            let chosen =
                ui.choose(&msg!("ask-internal"), &choices, || Failure::usage(msg!("ask-internal")))?;
            if chosen == 0 { BuiltIn::Standard } else { BuiltIn::InternalWithoutDecision }
        }
    };
    let by_files = !args.card.is_empty();
    let unnamed = if by_files { "founding.json" } else { "organisation.json" };
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from(unnamed));
    let home = context.new_home()?;
    let _lock = home.lock()?;
    if let Some(now) = officer::known(&home)? {
        if officer::is_begun(&home) && now.root().name() == name {
            return finish(context, &home, &now, output);
        }
        return Err(Failure::failed(msg!("officer-exists")).hint(msg!("identity-exists-next")));
    }
    if output.exists() {
        let path = output.display().to_string();
        return Err(Failure::failed(msg!("io-exists", path = path)).hint(msg!("io-exists-next")));
    }
    let drawn = if by_files { Vec::new() } else { draw(context, &home, &holders)? };
    let officers =
        if by_files { cards(&args.card)? } else { drawn.iter().map(|drawn| drawn.officer.clone()).collect() };
    let plan = Plan {
        name: &name,
        officers,
        thresholds,
        card: &card,
        policy,
        units: &units,
        unit_level,
        now: clock::now(),
    };
    let mut paper = Paper::NewRoot(officer::propose_founding(&plan)?);
    let shown = sign::show(context, &home, &paper, None)?;
    ui.confirm(&msg!("init-ask"))?;
    if !by_files {
        officer::keep_drawn(&home, &drawn, &output)?;
        let hands = Hands::from(drawn.into_iter().map(Drawn::into_key).collect::<Vec<_>>());
        paper.sign(&hands, None)?;
        let mut document = publish::publish(context, &home, &paper, None, &shown, Some(&output), false)?;
        document["key_files"] = key_files(context, &home)?;
        if policy == BuiltIn::Standard {
            ui.note(&msg!("org-internal-decide"));
        }
        ui.json(&document);
        return Ok(());
    }
    let document = if officer::present(&home) {
        let hands = Hands::unlock(context, &home, &[])?;
        sign::sign(context, &home, &mut paper, None, &hands, &shown, &output)?
    } else {
        write_whole(&output, &paper.encode(), Existing::Keep)?;
        let path = output.display().to_string();
        ui.note(&msg!("signed-next", path = path.clone()));
        json!({ "file": path, "hash": paper.hash().to_string(),
        "number": paper.number(), "changes": shown.lines, "enough": false })
    };
    ui.json(&document);
    Ok(())
}

pub(super) fn relay_card(path: &Path) -> Outcome<RelayCard> {
    let card = read_limited(path, CARD_MAX as u64)?;
    RelayCard::parse(&card).map_err(|error| {
        Failure::failed(msg!("officer-card")).because(&error).hint(msg!("officer-card-next"))
    })
}

/// Cards of people who are to become officers.
pub(super) fn officer_card(path: &Path) -> Outcome<OfficerCard> {
    OfficerCard::parse(&read_limited(path, OFFICER_CARD_MAX as u64)?).map_err(|error| {
        let path = path.display().to_string();
        Failure::new(crate::error::Kind::Integrity, msg!("officer-card-bad", path = path)).because(&error)
    })
}

fn cards(paths: &[PathBuf]) -> Outcome<Vec<Officer>> {
    paths.iter().zip(1..).map(|(path, number)| Ok(officer_card(path)?.officer(office(number)?))).collect()
}

/// Each officer types a passphrase in turn. Nothing is kept before the founding was shown and agreed to.
fn draw(context: &Context, home: &Home, holders: &[String]) -> Outcome<Vec<Drawn>> {
    if officer::present(home) && !officer::is_begun(home) {
        return Err(Failure::failed(msg!("officer-key-exists")).hint(msg!("officer-key-exists-next")));
    }
    let one = |(holder, number): (&String, usize)| {
        let question = msg!("passphrase-officer-new-of", name = holder);
        let passphrase = context.passphrase.fresh(&context.ui, &question)?;
        Drawn::new(holder, &office(number)?, clock::now(), passphrase)
    };
    holders.iter().zip(1..).map(one).collect()
}

/// Goes on where a founding at one terminal was cut off: the organisation stands, and its file may be missing.
fn finish(context: &Context, home: &Home, now: &Organisation, output: PathBuf) -> Outcome {
    let mut document = publish::again(context, home, now, None, Some(output), false)?;
    document["key_files"] = key_files(context, home)?;
    context.ui.json(&document);
    Ok(())
}

/// Says where the other officers' key files are. From then on the founding is over.
fn key_files(context: &Context, home: &Home) -> Outcome<Value> {
    let away = officer::founded(home)?;
    for path in &away {
        context.ui.done(&msg!("officer-key-away", path = path.display().to_string()));
    }
    Ok(json!(away))
}

fn office(number: usize) -> Outcome<OfficeName> {
    format!("o{number}").parse().map_err(|error| Failure::failed(msg!("officer-internal")).because(&error))
}

fn holders(context: &Context, args: &InitArgs) -> Outcome<Vec<String>> {
    if !args.card.is_empty() {
        return Ok(Vec::new());
    }
    if !args.officer.is_empty() {
        return Ok(args.officer.iter().flat_map(|words| names(words)).collect());
    }
    Ok(names(&context.ui.ask(&msg!("ask-officers"), None, "--officer")?))
}

fn units(context: &Context, args: &InitArgs) -> Outcome<Vec<String>> {
    if !args.unit.is_empty() {
        return Ok(args.unit.iter().flat_map(|words| names(words)).collect());
    }
    // Offices can be made later as well: nobody has to answer.
    Ok(context.ui.ask_optional(&msg!("ask-units"))?.map(|words| names(&words)).unwrap_or_default())
}

/// Names on one line, with the commas of either language between.
fn names(words: &str) -> Vec<String> {
    let words = words.split([',', '，', '、']).map(str::trim);
    words.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn thresholds(context: &Context, args: &InitArgs, count: usize) -> Outcome<Thresholds> {
    let asked = match args.thresholds.as_slice() {
        [] if count > 1 => {
            let Thresholds { root, enrol, stop } = officer::default_thresholds(count);
            let default = format!("{root},{enrol},{stop}");
            names(&context.ui.ask(&msg!("ask-thresholds"), Some(&default), "--thresholds")?)
        }
        [] => return Ok(officer::default_thresholds(count)),
        given => given.iter().map(ToString::to_string).collect(),
    };
    let counts: Option<Vec<u8>> = asked.iter().map(|word| word.parse().ok()).collect();
    match counts.as_deref() {
        Some(&[root, enrol, stop]) => Ok(Thresholds { root, enrol, stop }),
        _ => Err(Failure::usage(msg!("init-thresholds"))),
    }
}
