//! `vault approve` and `vault refuse`: one verb whatever the step. Shown once, one yes, signed; whoever gives the completing
//! yes releases the item in the same act.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vault_core::decision::{Answer, Taken};
use vault_core::stream::at::Shifted;
use vault_core::stream::{Progress, Work};

use crate::approval::answer::{self, Answered, Capacity, Wish};
use crate::approval::finish::{self, Withheld};
use crate::approval::proposal::Proposal;
use crate::approval::traces::Traces;
use crate::approval::{by_file, steps};
use crate::cli::{ApproveArgs, DecideArgs, RefuseArgs};
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::history::History;
use crate::itemfile::ItemFile;
use crate::ui::Ui;
use crate::{clock, item_words, leave, msg, opening};

/// `vault approve`.
pub(super) fn approve(context: &Context, args: &ApproveArgs) -> Outcome {
    let wish = wish(Answer::Agree, &args.place, args.opinion.as_deref());
    run(context, &args.item, &args.place, &wish)
}

/// `vault refuse`.
pub(super) fn refuse(context: &Context, args: &RefuseArgs) -> Outcome {
    // Whoever made the paper has to know what to change.
    let reason = match &args.reason {
        Some(reason) => reason.clone(),
        None => context.ui.ask(&msg!("ask-reason"), None, "--reason")?,
    };
    let wish = wish(Answer::Refuse, &args.place, Some(&reason));
    run(context, &args.item, &args.place, &wish)
}

fn wish<'a>(answer: Answer, place: &'a DecideArgs, opinion: Option<&'a str>) -> Wish<'a> {
    Wish { answer, step: place.step.as_deref(), principal: place.principal.as_deref(), opinion }
}

fn run(context: &Context, word: &str, place: &DecideArgs, wish: &Wish<'_>) -> Outcome {
    // Any other act than sending is asked for by a request, which goes round as a file.
    if leave::files::is_request(word) {
        return leave::deciding::run(context, Path::new(word), wish, &place.with, place.output.as_deref());
    }
    if leave::at_relay::is_name(word) {
        return leave::deciding::at_relay(context, word, wish);
    }
    match by_file::sealed(word) {
        Some(path) => on_file(context, &path, place, wish),
        None => super::deciding::at_relay(context, word, place, wish),
    }
}

/// A sealed file, without a relay: the answer is a file beside it, or the released item.
fn on_file(context: &Context, path: &Path, place: &DecideArgs, wish: &Wish<'_>) -> Outcome {
    let ui = &context.ui;
    if let Some(output) = &place.output {
        must_be_free(output)?;
    }
    let desk = Desk::open(context)?;
    let _lock = desk.home.lock()?;
    desk.known.may_seal(clock::now())?;
    let file = ItemFile::open(path)?;
    let given = by_file::given(&file.header, &place.with)?;
    let keys = desk.unlock(context)?;
    let (header, history) = (file.header.clone(), History::default());
    let proposal = Proposal::unlock(&desk, &keys, header, &history, given, false)?;
    let opened = Traces::open(&desk.home)?.opened(proposal.label().item)?.is_some();
    let capacity = answer::capacity(ui, &desk, &proposal, wish)?;
    let next = format!("vault read {}", path.display());
    let answered = ask_and_sign(context, &desk, &proposal, (&keys, &capacity, wish, opened), &next)?;
    let mut document = document(&proposal, &capacity, wish, &answered, opened);
    let output = output(path, place, &capacity, &answered);
    must_be_free(&output)?;
    if answered.taken == Taken::Completed {
        let finished = finish::header(&desk, &keys, &proposal, &answered.given)?;
        // What is released must open for those who get it.
        let content = Shifted::new(file.file, file.header.len() as u64);
        let progress = Progress::new();
        let length = proposal.label().content.length;
        ui.progress(&msg!("progress-verify"), length)
            .during(
                || progress.done_bytes(),
                || proposal.unlocked.verify_payload(&content, &Work::new(&progress)),
            )
            .map_err(|error| opening::failure(&error))?;
        ItemFile::open(path)?.write_with(&finished.header, &output)?;
        tell_withheld(ui, &desk, &finished.withheld);
        document["withheld"] = withheld_document(&finished.withheld);
        document["file"] = json!(output);
        ui.json(&document);
        ui.done(&msg!("released-file", path = output.display().to_string()));
        ui.note(&msg!("released-file-next"));
        return Ok(());
    }
    by_file::write(&output, &answered.note)?;
    document["file"] = json!(output);
    ui.json(&document);
    said(ui, &desk, &proposal, &capacity, &answered);
    ui.done(&msg!("note-written", path = output.display().to_string()));
    ui.note(&match answered.taken {
        Taken::Refused => msg!("note-refused-next"),
        _ => msg!("note-next"),
    });
    Ok(())
}

/// What is signed with: keys, capacity, answer, whether it was opened here.
type Signing<'a> = (&'a vault_keys::keyfile::PersonKeys, &'a Capacity, &'a Wish<'a>, bool);

/// Shows everything once, takes one yes, signs.
pub(super) fn ask_and_sign(
    context: &Context,
    desk: &Desk,
    proposal: &Proposal,
    (keys, capacity, wish, opened): Signing<'_>,
    read_it: &str,
) -> Outcome<Answered> {
    let ui = &context.ui;
    // Judged before anybody is asked: what is refused anyway needs no yes.
    let answered = answer::sign(desk, keys, proposal, capacity, wish, opened)?;
    let mut facts = vec![(msg!("name-step"), steps::with_word(ui, &capacity.decider.step))];
    if let Some(principal) = capacity.principal {
        facts.push((msg!("name-for"), item_words::holder_words(&desk.everyone, principal.into())));
    }
    if let Some(text) = wish.opinion {
        let name = if wish.answer == Answer::Refuse { msg!("name-reason") } else { msg!("name-opinion") };
        facts.push((name, text.trim().to_owned()));
    }
    proposal.show(ui, desk, facts);
    if !opened {
        ui.warn(&msg!("not-opened"));
        ui.note(&msg!("not-opened-next", command = read_it));
    }
    ui.confirm(&match (wish.answer, answered.taken, opened) {
        (Answer::Refuse, ..) => msg!("refuse-ask"),
        (_, Taken::Completed, true) => msg!("approve-last-ask"),
        (_, Taken::Completed, false) => msg!("approve-last-unopened-ask"),
        (.., true) => msg!("approve-ask"),
        (.., false) => msg!("approve-unopened-ask"),
    })?;
    Ok(answered)
}

/// What was said, in one line, and who comes next.
pub(super) fn said(ui: &Ui, desk: &Desk, proposal: &Proposal, capacity: &Capacity, answered: &Answered) {
    let step = steps::words(&capacity.decider.step);
    match answered.taken {
        Taken::Refused => ui.done(&msg!("said-refuse", step = step)),
        Taken::Withdrawn => ui.done(&msg!("said-withdraw", step = step)),
        Taken::Completed => ui.done(&msg!("said-last", step = step)),
        Taken::Step => {
            ui.done(&msg!("said-agree", step = step));
            let place = proposal.label().deciders.iter().position(|one| one.step == capacity.decider.step);
            let next = place.and_then(|place| proposal.label().deciders.get(place + 1));
            if let Some(next) = next {
                let directory = desk.known.directory();
                let who = steps::signers(ui, &desk.everyone, directory, next, clock::now().day());
                ui.aside(&ui.words(&msg!("said-next", step = steps::words(&next.step), who = who)));
            }
        }
    }
}

/// Tells whom a release leaves out.
pub(super) fn tell_withheld(ui: &Ui, desk: &Desk, withheld: &[Withheld]) {
    for one in withheld {
        let holder = item_words::holder_words(&desk.everyone, one.holder);
        let copy = format!("{:06}", one.copy);
        ui.warn(&msg!("withheld-line", copy = copy, holder = holder, reason = one.reason.clone()));
    }
}

pub(super) fn withheld_document(withheld: &[Withheld]) -> Value {
    let one = |one: &Withheld| {
        json!({
            "copy": one.copy,
            "holder": one.holder.to_string(),
            "reason": one.reason.key().trim_start_matches("withheld-"),
        })
    };
    Value::Array(withheld.iter().map(one).collect())
}

/// The answer as `--json` shows it.
pub(super) fn document(
    proposal: &Proposal,
    capacity: &Capacity,
    wish: &Wish<'_>,
    answered: &Answered,
    opened: bool,
) -> Value {
    let result = match answered.taken {
        Taken::Step => "agreed",
        Taken::Completed => "released",
        Taken::Refused => "refused",
        Taken::Withdrawn => "withdrawn",
    };
    json!({
        "item": proposal.label().item.to_string(),
        "step": capacity.decider.step.as_str(),
        "for": capacity.principal.map(|principal| principal.to_string()),
        "answer": wish.answer.word(),
        "opened": opened,
        "result": result,
        "decision": answered.note.hash().to_string(),
        "withheld": [],
        "file": null,
        "leaf": null,
    })
}

fn must_be_free(output: &Path) -> Outcome {
    if output.symlink_metadata().is_err() {
        return Ok(());
    }
    let path = output.display().to_string();
    Err(Failure::failed(msg!("io-exists", path = path)).hint(msg!("io-exists-next")))
}

/// Beside the item, by what it is: `报告.docx.review.note`, `报告.docx.released.age`.
fn output(path: &Path, place: &DecideArgs, capacity: &Capacity, answered: &Answered) -> PathBuf {
    if let Some(output) = &place.output {
        return output.clone();
    }
    let step = capacity.decider.step.as_str();
    path.with_extension(match answered.taken {
        Taken::Completed => "released.age".to_owned(),
        Taken::Refused => format!("{step}-refused.note"),
        Taken::Step | Taken::Withdrawn => format!("{step}.note"),
    })
}
