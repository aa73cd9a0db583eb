//! `vault keys recovery`: a unit's recovery key dealt among holders, looked at, asked for, handed over.

use serde_json::{Value, json};
use vault_core::item::LabelHash;
use vault_keys::directory::Act;
use vault_keys::numbers::{Holder, PersonNo, UnitNo};
use vault_keys::recovery::{RecoveryReason, RecoverySetText};

use super::acting::Acting;
use crate::cli::{AskArgs, DealArgs, GiveArgs, ReasonWord, RecoveryAct, ShareArgs};
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::home::{Existing, write_whole};
use crate::people::Listed;
use crate::recovery::{self, Asking, Dealing, Sets};
use crate::trust::{self, Known};
use crate::{clock, msg, people};

pub(super) fn run(context: &Context, act: RecoveryAct) -> Outcome {
    match act {
        RecoveryAct::New(args) => deal(context, &args),
        RecoveryAct::List => list(context),
        RecoveryAct::Check(args) => check(context, &args),
        RecoveryAct::Ask(args) => ask(context, &args),
        RecoveryAct::Give(args) => give(context, &args),
    }
}

fn deal(context: &Context, args: &DealArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    let known = trust::load(&home)?;
    let everyone = known.everyone();
    let unit = unit(&everyone, &args.unit)?;
    let holders =
        args.holders.iter().map(|who| person(context, &everyone, who)).collect::<Outcome<Vec<_>>>()?;
    let acting = Acting::open(context, &home)?;
    let dealt = recovery::deal(&Dealing {
        directory: known.directory(),
        everyone: &everyone,
        unit,
        holders: &holders,
        need: args.need,
        now: clock::now(),
    })?;
    // Written before the act is kept: a key in the directory without shares could never be used.
    let (set, shares) = dealt.write(&args.output)?;
    let facts: Vec<_> = shares
        .iter()
        .map(|(who, path)| {
            let name = crate::item_words::holder_words(&everyone, (*who).into());
            msg!("recovery-share-for", who = name, path = path.display().to_string())
        })
        .chain([msg!("recovery-set-written", path = set.display().to_string())])
        .collect();
    let kept = acting.finish(vec![Act::SetRecovery { unit, key: Some(dealt.key()) }], &facts);
    if kept.is_err() {
        // Nobody said yes: shares of a key that is in no directory would only confuse.
        drop(std::fs::remove_dir_all(&args.output));
        return kept;
    }
    ui.note(&msg!("recovery-dealt-next"));
    Ok(())
}

fn list(context: &Context) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let known = trust::load(&home)?;
    let everyone = known.everyone();
    let sets = Sets::of(&home, &known.organisation).all()?;
    let present = |set: &vault_keys::recovery::RecoverySet| {
        known.directory().unit(set.value().unit).is_some_and(|unit| set.is_of(unit))
    };
    let documents: Vec<Value> = sets.iter().map(|set| document(set.value(), present(set))).collect();
    ui.json(&json!({ "sets": documents }));
    for set in &sets {
        ui.facts(&recovery::set_facts(ui, &everyone, known.directory(), set.value()));
        if !present(set) {
            ui.note(&msg!("recovery-set-former"));
        }
    }
    for unit in known.directory().units().iter().filter(|unit| unit.recovery.is_none()) {
        ui.warn(&msg!("warn-no-recovery", unit = unit.name.as_str()));
    }
    Ok(())
}

fn check(context: &Context, args: &ShareArgs) -> Outcome {
    let desk = Desk::open(context)?;
    let set = Sets::of(&desk.home, &desk.known.organisation).learn(&args.set)?;
    let number = recovery::inspect(&args.share, &desk.unlock(context)?, &set)?;
    context.ui.json(&json!({ "share": number, "set": document(set.value(), true) }));
    context.ui.facts(&recovery::set_facts(&context.ui, &desk.everyone, desk.known.directory(), set.value()));
    context.ui.done(&msg!("share-good", number = u64::from(number)));
    Ok(())
}

fn ask(context: &Context, args: &AskArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    recovery::wipe(&home)?;
    let known = trust::load(&home)?;
    let everyone = known.everyone();
    let set = Sets::of(&home, &known.organisation).learn(&args.set)?;
    let items = args.label.iter().map(|word| label(word)).collect::<Outcome<Vec<_>>>()?;
    let reason = match args.reason {
        ReasonWord::Forgotten => RecoveryReason::Forgotten,
        ReasonWord::Lost => RecoveryReason::Lost,
        ReasonWord::Departed => RecoveryReason::Departed,
        ReasonWord::Ordered => RecoveryReason::Ordered,
    };
    let passphrase = context.passphrase.fresh(ui, &msg!("recovery-run-passphrase"))?;
    let asking = Asking {
        directory: known.directory(),
        everyone: &everyone,
        set: set.value(),
        person: person(context, &everyone, &args.who)?,
        items,
        reason,
        days: args.days,
        now: clock::now(),
    };
    let (text, proposal) = recovery::ask(&home, &asking, &passphrase)?;
    write_whole(&args.output, &proposal.encode(), Existing::Keep)?;
    ui.json(&json!({ "request": args.output, "hash": proposal.hash().to_string() }));
    ui.facts(&recovery::request_facts(ui, &everyone, known.directory(), &text));
    ui.done(&msg!("written", path = args.output.display().to_string()));
    ui.note(&msg!("recovery-asked-next"));
    Ok(())
}

fn give(context: &Context, args: &GiveArgs) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let known: &Known = &desk.known;
    let request = recovery::request(&known.organisation, &args.request)?;
    let set = Sets::of(&desk.home, &known.organisation).learn(&args.set)?;
    recovery::check_request(&request, &set, known.in_force(), &desk.everyone)?;
    if !ui.is_json() {
        ui.facts(&recovery::request_facts(ui, &desk.everyone, known.directory(), request.value()));
    }
    ui.confirm(&msg!("recovery-give-ask"))?;
    let (number, handed) = recovery::hand_over(&args.share, &desk.unlock(context)?, &set, &request)?;
    write_whole(&args.output, &handed, Existing::Keep)?;
    ui.json(&json!({ "share": number, "written": args.output }));
    ui.done(&msg!("written", path = args.output.display().to_string()));
    ui.note(&msg!("recovery-given-next"));
    Ok(())
}

fn document(set: &RecoverySetText, present: bool) -> Value {
    json!({
        "set": set.set.to_string(),
        "unit": set.unit.to_string(),
        "key": set.key.id.to_string(),
        "made": set.made.to_string(),
        "need": set.threshold,
        "holders": set.shares.iter().map(|share| share.person.to_string()).collect::<Vec<_>>(),
        "present": present,
    })
}

fn person(context: &Context, everyone: &[Listed], word: &str) -> Outcome<PersonNo> {
    match people::resolve(&context.ui, everyone, word)?.holder {
        Holder::Person(person) => Ok(person),
        Holder::Unit(_) => Err(Failure::usage(msg!("act-person", word = word))),
    }
}

fn unit(everyone: &[Listed], word: &str) -> Outcome<UnitNo> {
    let found = people::find_unit(everyone, word).map(|(_, unit)| unit);
    found
        .ok_or_else(|| Failure::usage(msg!("act-unit", word = word)).hint(msg!("act-unit-next", word = word)))
}

fn label(word: &str) -> Outcome<LabelHash> {
    word.parse().map_err(|_| Failure::usage(msg!("recovery-label-unreadable", word = word)))
}
