//! `vault keys publish`: put into force what enough officers have signed, write the organisation file, hand it
//! to the relay.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vault_keys::digest::NoteHash;
use vault_keys::directory::{ORGANISATION_MAX, Organisation, Stop};
use vault_relay::client::Handed;

use super::showing::Shown;
use super::{showing, sign};
use crate::cli::PublishArgs;
use crate::context::Context;
use crate::error::{Failure, Kind, Outcome};
use crate::home::{Existing, Home, read_limited, write_whole};
use crate::officer::{self, Finished, Hands, NextDirectory, Paper, Verb};
use crate::relay::Line;
use crate::ui::Ui;
use crate::{clock, msg, trust};

pub(super) fn run(context: &Context, args: &PublishArgs) -> Outcome {
    let ui = &context.ui;
    let home = context.home()?;
    let _lock = home.lock()?;
    let mut before = officer::known(&home)?;
    if let [file] = args.files.as_slice()
        && args.relay
        && let Some(next) = organisation(file, before.as_ref())?
    {
        // Published before, by this officer or another: the relay is all that is missing.
        officer::take_into_use(&home, &next)?;
        let handed = hand_over(&home, &next, Some(file))?;
        told(ui, handed);
        ui.json(&json!({
            "directory": next.directory().number(),
            "file": file,
            "relay": true,
            "answer": answer(handed),
        }));
        return Ok(());
    }
    let output = args.output.as_deref();
    if args.files.is_empty()
        && let Some(now) = &before
    {
        if NextDirectory::is_published(&home, now)? {
            ui.json(&again(context, &home, now, None, Some(file_of(output)), args.relay)?);
            return Ok(());
        }
        if args.relay && officer::present(&home) && !NextDirectory::is_pending(&home) {
            // Where one officer is not enough, nothing but the way to the relay can be meant.
            let too_few = usize::from(now.root().value().thresholds.enrol) > 1 + args.at_terminal.len();
            if relay_is_behind(&home)? || too_few {
                ui.json(&again(context, &home, now, None, args.output.clone(), true)?);
                return Ok(());
            }
            before = officer::known(&home)?;
        }
    }
    let mut paper = match args.files.split_first() {
        None => Paper::Proposal(NextDirectory::open(&home)?.propose(&home, clock::now())?),
        Some((first, copies)) => {
            let mut paper = Paper::read(first)?;
            for copy in copies {
                paper.merge(&Paper::read(copy)?)?;
            }
            paper
        }
    };
    if let Some(now) = before.as_ref().filter(|now| paper.was_published(now)) {
        ui.json(&again(context, &home, now, Some(paper.hash()), Some(file_of(output)), args.relay)?);
        return Ok(());
    }
    let shown = sign::show(context, &home, &paper, before.as_ref())?;
    if args.files.is_empty() {
        ui.confirm(&msg!("publish-ask"))?;
        paper.sign(&Hands::unlock(context, &home, &args.at_terminal)?, before.as_ref())?;
    } else {
        // Refused before the question where it would be refused after it.
        paper.finish(before.as_ref())?;
        ui.confirm(&msg!("publish-signed-ask"))?;
    }
    let document = publish(context, &home, &paper, before.as_ref(), &shown, output, args.relay)?;
    ui.json(&document);
    Ok(())
}

/// Puts a finished paper into force: here, in a file, and at the relay if asked for.
///
/// Cut off anywhere, the same command again goes on: what is in force here already is not made a second time.
pub(super) fn publish(
    context: &Context,
    home: &Home,
    paper: &Paper,
    before: Option<&Organisation>,
    shown: &Shown,
    output: Option<&Path>,
    relay: bool,
) -> Outcome<Value> {
    let ui = &context.ui;
    let progress = paper.progress(before)?;
    let next = match paper.finish(before)? {
        Finished::Organisation(next) => next,
        Finished::Note(note) => {
            let output = output.ok_or_else(|| Failure::usage(msg!("publish-note-where")))?;
            let bytes = note.encode();
            let written = output.exists() && read_limited(output, ORGANISATION_MAX as u64)? == bytes;
            if !written {
                write_whole(output, &bytes, Existing::Keep)?;
            }
            sign::record(home, Verb::Published, paper, &progress, shown)?;
            let path = output.display().to_string();
            ui.done(&msg!("published-note", path = path.clone()));
            return Ok(json!({ "file": path, "hash": paper.hash().to_string() }));
        }
    };
    officer::take_into_use(home, &next)?;
    sign::record(home, Verb::Published, paper, &progress, shown)?;
    let output = file_of(output);
    // The officer's own file of the same name is what it replaces.
    write_whole(&output, &next.encode(), Existing::Replace)?;
    let path = output.display().to_string();
    match (paper, before) {
        (Paper::NewRoot(_), None) => {
            ui.done(&msg!("org-founded", name = next.root().name()));
            ui.facts(&[(msg!("name-fingerprint"), next.root().fingerprint())]);
        }
        _ => {
            let day = next.directory().expires().day().to_string();
            ui.done(&msg!("published", number = next.directory().number(), day = day));
        }
    }
    tell_stop(context, &next);
    ui.done(&msg!("org-written", path = path.clone()));
    let mut handed = None;
    if relay {
        handed = Some(hand_over(home, &next, Some(&output))?);
        handed.into_iter().for_each(|handed| told(ui, handed));
    } else if before.is_none() {
        ui.note(&msg!("org-founded-next"));
    } else {
        ui.note(&msg!("published-next", path = path));
    }
    // Last: by the draft the same command knows that it was here before.
    NextDirectory::settle(home, &next)?;
    let mut document = document(&next, Some(&output), handed);
    document["changes"] = json!(shown.lines);
    document["progress"] = showing::document(&progress);
    Ok(document)
}

/// Goes on with what is in force here already: into the transcript, into a file, to the relay.
pub(super) fn again(
    context: &Context,
    home: &Home,
    now: &Organisation,
    hash: Option<NoteHash>,
    output: Option<PathBuf>,
    relay: bool,
) -> Outcome<Value> {
    let ui = &context.ui;
    officer::take_into_use(home, now)?;
    if let Some(hash) = hash {
        sign::record_again(context, home, hash)?;
    }
    let directory = now.directory();
    let day = directory.expires().day().to_string();
    ui.done(&msg!("published-already", number = directory.number(), day = day));
    tell_stop(context, now);
    if let Some(output) = &output {
        write_whole(output, &now.encode(), Existing::Replace)?;
        ui.done(&msg!("org-written", path = output.display().to_string()));
    }
    let mut handed = None;
    if relay {
        handed = Some(hand_over(home, now, output.as_deref())?);
        handed.into_iter().for_each(|handed| told(ui, handed));
    } else if let Some(output) = &output {
        ui.note(&msg!("published-next", path = output.display().to_string()));
    }
    NextDirectory::settle(home, now)?;
    let mut document = document(now, output.as_deref(), handed);
    document["already"] = json!(true);
    Ok(document)
}

fn tell_stop(context: &Context, now: &Organisation) {
    if let Some(stop) = now.in_force().stops().last() {
        context.ui.done(&msg!("published-stop", number = stop.number()));
    }
}

fn document(now: &Organisation, file: Option<&Path>, handed: Option<Handed>) -> Value {
    let directory = now.directory();
    json!({
        "organisation": now.root().name(),
        "fingerprint": now.root().fingerprint(),
        "root": now.root().number(),
        "directory": directory.number(),
        "hash": directory.hash().to_string(),
        "stop": now.in_force().last_stop().map(|stop| stop.number),
        "expires": directory.expires().to_string(),
        "persons": directory.persons().len(),
        "units": directory.units().len(),
        "file": file,
        "relay": handed.is_some(),
        "answer": handed.map(answer),
    })
}

/// Where the organisation file goes.
pub(super) fn file_of(output: Option<&Path>) -> PathBuf {
    output.map_or_else(|| PathBuf::from("organisation.json"), Path::to_path_buf)
}

/// Whether the relay lacks something of what is in force here. What it has and this home lacks is taken into use.
fn relay_is_behind(home: &Home) -> Outcome<bool> {
    let line = Line::dial(home, &trust::load(home)?)?;
    match line.sync(home) {
        Ok(_) => {
            line.close()?;
            Ok(trust::load(home)?.is_unheard())
        }
        Err(failure) if failure.code.as_deref() == Some("rollback") => Ok(true),
        Err(failure) => Err(failure),
    }
}

/// Hands an organisation to the relay, and takes the note in which it says so. It is in force here by then, and the file
/// is written: what fails is only the way to the relay.
pub(super) fn hand_over(home: &Home, next: &Organisation, file: Option<&Path>) -> Outcome<Handed> {
    let handed = Line::dial(home, &trust::load(home)?).and_then(|line| {
        let handed = match line.wait(line.client().publish(next)) {
            Err(failure) if failure.code.as_deref() == Some(OVERTAKEN) => {
                return Err(overtaken(home, &line)?);
            }
            other => other?,
        };
        line.sync(home)?;
        line.close()?;
        Ok(handed)
    });
    handed.map_err(|failure| match (failure.code.as_deref(), file) {
        (Some(OVERTAKEN), _) => failure,
        // Somebody stopped this station, perhaps the very officer that is being removed: the operator takes the file.
        (Some("station-unknown"), Some(file)) => {
            failure.hint(msg!("published-relay-import", path = file.display().to_string()))
        }
        (_, Some(file)) => failure.hint(msg!("published-relay-next", path = file.display().to_string())),
        (_, None) => failure.hint(msg!("published-relay-again")),
    })
}

/// The relay's code for a stop list whose number another has taken.
const OVERTAKEN: &str = "stop-overtaken";

/// Another officer's stop list of the same number was published first. The relay's chain is taken into use, so that
/// the same can be stopped again upon it.
fn overtaken(home: &Home, line: &Line) -> Outcome<Failure> {
    let taken = line.sync(home)?;
    let known = trust::load(home)?;
    let first = known.in_force().beside().first().map_or(0, Stop::number);
    let failure = Failure::new(Kind::Refused, msg!("stop-overtaken", number = first)).code(OVERTAKEN);
    let again = officer::stop_again(&known, &taken.lost);
    Ok(again.into_iter().fold(failure, Failure::hint))
}

/// Says what the relay made of it.
pub(super) fn told(ui: &Ui, handed: Handed) {
    match handed {
        Handed::Taken => ui.done(&msg!("published-relay")),
        Handed::Already => ui.done(&msg!("published-relay-already")),
        Handed::Newer { directory, stop } => {
            ui.warn(&msg!("published-relay-newer", directory = directory, stop = stop));
        }
    }
}

/// The same as a word for programs.
pub(super) const fn answer(handed: Handed) -> &'static str {
    match handed {
        Handed::Taken => "taken",
        Handed::Already => "already-in-force",
        Handed::Newer { .. } => "newer-in-force",
    }
}

/// What stands in an organisation file; `None` if it is another file.
fn organisation(file: &Path, before: Option<&Organisation>) -> Outcome<Option<Organisation>> {
    let bytes = read_limited(file, ORGANISATION_MAX as u64)?;
    let head: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    if head["format"] != "vault-organisation/1" {
        return Ok(None);
    }
    trust::parse(&bytes, before.map(Organisation::org)).map(Some)
}
