//! My answer to a request that came as a file: at which step, for whom; judged here, signed, and put into the next file,
//! which goes on to the next decider or back to whoever asked.

use std::path::{Path, PathBuf};

use serde_json::json;
use vault_core::admission::{Entered, Matter, Reader, Side, capacities, hear_on_request, judge_request};
use vault_core::decision::{About, Answer, DecisionNote, DecisionType, Opinion, RequestFile, Taken};
use vault_core::item::{Decider, DirectoryRef, Label};
use vault_keys::digest::NoteHash;
use vault_keys::keyfile::PersonKeys;
use vault_keys::note::{KeyName, Signed};
use vault_keys::numbers::PersonNo;

use super::asking::{close, readers};
use super::course::{Standing, step_words};
use super::files::{self, Requests};
use crate::approval::answer::{self, Wish};
use crate::approval::steps;
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::form;
use crate::ui::Ui;
use crate::{clock, msg, refusals};

/// `vault approve` and `refuse` of a request that is a file.
///
/// # Errors
/// It is no such file, it is not this person's turn, or a rule refuses.
pub fn run(
    context: &Context,
    request: &Path,
    said: &Wish<'_>,
    with: &[PathBuf],
    output: Option<&Path>,
) -> Outcome {
    let desk = Desk::open(context)?;
    let org = desk.known.organisation.org();
    let paths: Vec<&Path> = std::iter::once(request).chain(with.iter().map(PathBuf::as_path)).collect();
    let file = files::read(&paths, org)?;
    let output = match output {
        Some(path) => path.to_owned(),
        None => beside(request),
    };
    if output.exists() {
        let path = output.display().to_string();
        return Err(Failure::failed(msg!("io-exists", path = path)).hint(msg!("io-exists-next")));
    }
    let (file, hash, step, taken) = answered(context, &desk, file, said)?;
    files::write(&output, &file)?;
    let ui = &context.ui;
    let mut document = document(&file, hash, &step, said);
    document["file"] = json!(output);
    ui.json(&document);
    ui.done(&msg!("asking-answered", path = output.display().to_string()));
    ui.note(&match taken {
        Taken::Completed => msg!("asking-answered-complete"),
        Taken::Refused => msg!("asking-answered-refused"),
        Taken::Step | Taken::Withdrawn => msg!("asking-answered-next"),
    });
    Ok(())
}

/// The same of a request at the relay, named by `req-…`.
///
/// # Errors
/// The relay cannot be asked, has no such request, or a rule refuses.
pub fn at_relay(context: &Context, word: &str, said: &Wish<'_>) -> Outcome {
    let ui = &context.ui;
    let (_lock, desk, line) = Desk::at_relay(context)?;
    let file = super::at_relay::find(&line, &desk, word)?;
    let (file, hash, step, _) = answered(context, &desk, file, said)?;
    let own = file.decisions.iter().find(|note| note.hash() == hash);
    let Some(own) = own else { return Err(Failure::failed(msg!("statement-unsigned"))) };
    let (evidence, state) = line.wait(line.client().respond(own))?;
    line.close()?;
    Requests::open(&desk.home, desk.known.organisation.org())?.keep(&file)?;
    let mut document = document(&file, hash, &step, said);
    document["state"] = json!(state);
    document["leaf"] = json!(evidence.leaf.index);
    ui.json(&document);
    ui.done(&msg!("asking-responded", name = super::at_relay::short(&file)));
    Ok(())
}

/// The request with a new answer: judged, shown, confirmed, signed.
fn answered(
    context: &Context,
    desk: &Desk,
    mut file: RequestFile,
    said: &Wish<'_>,
) -> Outcome<(RequestFile, NoteHash, String, Taken)> {
    let ui = &context.ui;
    files::prove_labels(desk, &file.labels)?;
    judge(desk, &file)?;
    let standing = Standing::of(&file);
    let decider = step(ui, desk, &file, &standing, said)?.clone();
    let (matter, day) = (Matter::of_request(&file.request), clock::now().day());
    let all = capacities(&matter, &decider, &[], desk.known.directory(), desk.me, day);
    let principal = answer::principal(ui, desk, &all, said.principal)?;
    let keys = desk.unlock(context)?;
    form::of_request(ui, desk, &file, Some(&keys)).print(ui);
    let question = match said.answer {
        Answer::Agree => msg!("asking-approve-ask", step = step_words(&decider.step)),
        Answer::Refuse => msg!("asking-refuse-ask", step = step_words(&decider.step)),
        Answer::Withdraw => msg!("asking-withdraw-ask", step = step_words(&decider.step)),
    };
    ui.confirm(&question)?;
    let (note, taken) = sign(desk, &keys, &file, &decider, principal, said)?;
    let hash = note.hash();
    file.add(note);
    Requests::open(&desk.home, desk.known.organisation.org())?.keep(&file)?;
    Ok((file, hash, decider.step.to_string(), taken))
}

/// The request as every decider finds it: in order, and of its items what their labels say.
fn judge(desk: &Desk, file: &RequestFile) -> Outcome {
    let labels: Vec<&Signed<Label>> = file.labels.iter().collect();
    desk.published(file.versions(), |published| {
        let side = Side::Reader(Reader::default());
        judge_request(published, &file.request, &labels, side, clock::now())
    })?
    .map_err(|refused| refusals::failure(&refused, &desk.everyone))
}

fn document(file: &RequestFile, decision: NoteHash, step: &str, said: &Wish<'_>) -> serde_json::Value {
    json!({
        "request": file.request.hash().to_string(),
        "act": file.request.value().act.word(),
        "step": step,
        "answer": said.answer.word(),
        "decision": decision.to_string(),
        "state": Standing::of(file).word(),
    })
}

/// `vault withdraw` of one's own agreement to a request that is a file.
///
/// # Errors
/// As [`run`].
pub fn withdraw(context: &Context, request: &Path, output: Option<&Path>) -> Outcome {
    let said = Wish { answer: Answer::Withdraw, step: None, principal: None, opinion: None };
    run(context, request, &said, &[], output)
}

/// The step that is answered: as said, one's own where an agreement is taken back, else the next one. One out of turn is
/// for the rules to refuse: they say why.
fn step<'a>(
    ui: &Ui,
    desk: &Desk,
    file: &'a RequestFile,
    standing: &Standing<'a>,
    said: &Wish<'_>,
) -> Outcome<&'a Decider> {
    let all = &file.request.value().deciders;
    if let Some(typed) = said.step {
        let known = all.iter().map(|decider| (&decider.step, &decider.role));
        let step = steps::find(known, typed).ok_or_else(|| {
            let known: Vec<String> = all.iter().map(|decider| steps::with_word(ui, &decider.step)).collect();
            Failure::usage(msg!("step-unknown", word = typed))
                .hint(msg!("step-known", steps = ui.list(&known)))
        })?;
        return all.iter().find(|decider| decider.step == *step).ok_or_else(decided);
    }
    let mut agreed = standing.steps.iter().rev();
    let own = agreed.find(|(_, agreed)| agreed.is_some_and(|note| note.value().person == desk.me));
    match (said.answer, own) {
        (Answer::Withdraw, Some((decider, _))) => Ok(decider),
        _ => standing.next().or_else(|| all.last()).ok_or_else(decided),
    }
}

fn decided() -> Failure {
    Failure::new(Kind::Refused, msg!("asking-decided")).code("decision-complete")
}

fn sign(
    desk: &Desk,
    keys: &PersonKeys,
    file: &RequestFile,
    decider: &Decider,
    principal: Option<PersonNo>,
    said: &Wish<'_>,
) -> Outcome<(Signed<DecisionNote>, Taken)> {
    let (request, now) = (&file.request, clock::after(file.decisions.iter().map(|note| note.value().made)));
    let mut course = Standing::of(file).course;
    course.expire(now);
    let previous = match said.answer {
        Answer::Agree | Answer::Refuse => course.previous(),
        Answer::Withdraw => {
            course.agreed().iter().rev().find(|one| one.signer == desk.me).map(|one| one.decision)
        }
    };
    // By file the clocks of the signers are all there is to order their answers.
    if let Some(ahead) = file.decisions.iter().map(|note| note.value().made).filter(|time| *time > now).max()
    {
        return Err(Failure::failed(msg!("asking-clock", time = clock::local(ahead))).code("clock-behind"));
    }
    let to = readers(desk, request.value().requester.person, &request.value().deciders);
    let opinion = said.opinion.map(|text| close(text, &to)).transpose()?;
    let opinion =
        opinion.map(|closed| Opinion { salt: None, hash: Some(closed.hash), sealed: closed.sealed });
    let directory = desk.known.directory();
    let note = DecisionNote {
        tag: DecisionType,
        org: directory.org(),
        about: About::request(request.hash()),
        step: decider.step.clone(),
        person: desk.me,
        key: keys.signing.key_id(),
        station: desk.card.station_id(),
        principal,
        answer: said.answer,
        // A request is decided by what it says; it has no document of its own to open.
        opened: false,
        previous,
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        made: now,
        not_after: None,
        opinion,
    };
    let name = KeyName::person(&note.org, desk.me);
    let note = Signed::sign(note, &name, &keys.signing)
        .map_err(|error| Failure::failed(msg!("statement-unsigned")).because(&error))?;
    let before: Vec<Entered<'_>> = file.decisions.iter().map(by_file).collect();
    let heard = desk.published(file.versions(), |published| {
        hear_on_request(published, request, &before, &by_file(&note))
    })?;
    let taken = heard.map_err(|refused| refusals::failure(&refused, &desk.everyone))?;
    Ok((note, taken))
}

fn by_file(note: &Signed<DecisionNote>) -> Entered<'_> {
    Entered { note, time: note.value().made, place: None }
}

/// `申请.note` becomes `申请-2.note`.
fn beside(path: &Path) -> PathBuf {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let (base, number) = match stem.rsplit_once('-') {
        Some((base, number)) if number.parse::<u32>().is_ok() => {
            (base.to_owned(), number.parse::<u32>().unwrap_or(1))
        }
        _ => (stem, 1),
    };
    let ending = path.extension().map_or_else(|| "note".into(), |it| it.to_string_lossy().into_owned());
    path.with_file_name(format!("{base}-{}.{ending}", number.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::beside;

    #[test]
    fn the_next_file_has_the_next_number() {
        for (from, to) in
            [("a/申请.note", "a/申请-2.note"), ("申请-2.note", "申请-3.note"), ("x", "x-2.note")]
        {
            assert_eq!(beside(Path::new(from)), Path::new(to));
        }
    }
}
