//! `vault request …`, `vault widen`, `change`, `declassify`, `release`: ask for what is missing, show one form, take one
//! yes, sign.

use std::path::{Path, PathBuf};

use serde_json::json;
use vault_core::decision::{Act, Parameters, RequestFile};
use vault_core::level::Level;
use vault_core::mark::TypedMark;
use vault_core::register::event::EventKind;
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Day;

use super::widen;
use crate::cli::requests::{AskingArgs, ChangeAsk, ForHolders, ForItems, RequestAct, WidenArgs};
use crate::context::Context;
use crate::custody::Opened;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::item_words::parse_day;
use crate::leave::asking::{self, Wish};
use crate::leave::course::{Standing, act_words};
use crate::leave::files::{self, Requests};
use crate::leave::subject::Subject;
use crate::leave::{at_relay, using};
use crate::outbox::short;
use crate::relay::Line;
use crate::statement::ByLeave;
use crate::ui::Ui;
use crate::{drafting, form, label_words, msg, people};

pub(super) fn run(context: &Context, act: RequestAct) -> Outcome {
    match act {
        RequestAct::List => list(context),
        RequestAct::Show { files } => show(context, &files),
        RequestAct::Use { item, with } => make_use(context, &item, &with),
        RequestAct::Back { item } => back(context, &item),
        RequestAct::Widen(args) => holders(context, Act::Widen, &args, Parameters::default()),
        RequestAct::Copy(args) => {
            // One for each who gets one, where nobody says otherwise.
            let each = args.ask.to.len().max(1).to_string();
            let count = number(&context.ui, args.count, &msg!("asking-ask-count"), &each)?;
            let parameters = Parameters { count: Some(count), ..Parameters::default() };
            holders(context, Act::Copy, &args.ask, parameters)
        }
        RequestAct::Export(args) => items(context, Act::Export, &args),
        RequestAct::CarryOut(args) => {
            let parameters =
                Parameters { due: Some(due(&context.ui, args.due.as_deref())?), ..Parameters::default() };
            asked(context, Act::CarryOut, &args.ask.items, Vec::new(), parameters, &args.ask.asking)
        }
        RequestAct::LendOutside(args) => {
            let desk = Desk::open(context)?;
            let due = due(&context.ui, args.due.as_deref())?;
            let briefed_by = match &args.briefed_by {
                Some(word) => word.clone(),
                None => context.ui.ask(&msg!("asking-ask-briefed"), None, "--briefed-by")?,
            };
            let briefed_by = Some(person(&context.ui, &desk, &briefed_by)?);
            let parameters = Parameters { due: Some(due), briefed_by, ..Parameters::default() };
            holders(context, Act::LendOutside, &args.ask, parameters)
        }
        RequestAct::Change(args) => change(context, &args),
        RequestAct::Declassify(args) => declassify(context, &args),
        RequestAct::Release(args) => release(context, &args),
        RequestAct::Destroy(args) => items(context, Act::Destroy, &args),
        RequestAct::Recover(args) => items(context, Act::Recover, &args),
        RequestAct::Standing(args) => {
            let ui = &context.ui;
            let count = number(ui, args.count, &msg!("asking-ask-uses"), "100")?;
            let parameters = Parameters { count: Some(count), ..Parameters::default() };
            let desk = Desk::open(context)?;
            let to = found(ui, &desk, &args.to)?;
            asked(context, Act::Standing, &[], to, parameters, &args.asking)
        }
        RequestAct::Derive(args) => items(context, Act::Derive, &args),
    }
}

/// `vault widen`: asks, or carries a decided request out.
pub(super) fn widen(context: &Context, args: &WidenArgs) -> Outcome {
    if args.with.is_empty() {
        return holders(context, Act::Widen, &args.ask, Parameters::default());
    }
    let [item] = args.ask.items.as_slice() else {
        return Err(Failure::usage(msg!("widen-one")));
    };
    match &args.ask.asking.output {
        Some(output) => widen::by_file(context, item, &args.with, output),
        None => widen::at_relay(context, item, &args.with),
    }
}

/// `vault change`.
pub(super) fn change(context: &Context, args: &ChangeAsk) -> Outcome {
    let mut parameters = Parameters::default();
    if let Some(mark) = &args.mark {
        let typed = TypedMark::read(mark).map_err(|error| label_words::mark_failure(&error))?;
        parameters.level = Some(typed.level);
        parameters.term = typed.term;
    }
    if let Some(words) = &args.term {
        parameters.term = Some(drafting::read_term(words)?);
    }
    if parameters.level.is_none() && parameters.term.is_none() {
        let words = context.ui.ask(&msg!("asking-ask-mark"), None, "--mark")?;
        let typed = TypedMark::read(&words).map_err(|error| label_words::mark_failure(&error))?;
        parameters = Parameters { level: Some(typed.level), term: typed.term, ..parameters };
    }
    if parameters.level == Some(Level::Unclassified) {
        return Err(Failure::usage(msg!("change-unclassified")).hint(msg!("change-unclassified-next")));
    }
    asked(context, Act::Change, &args.ask.items, Vec::new(), parameters, &args.ask.asking)
}

/// `vault declassify`.
pub(super) fn declassify(context: &Context, args: &ForItems) -> Outcome {
    items(context, Act::Declassify, args)
}

/// `vault release`.
pub(super) fn release(context: &Context, args: &ForItems) -> Outcome {
    items(context, Act::Release, args)
}

fn items(context: &Context, act: Act, args: &ForItems) -> Outcome {
    asked(context, act, &args.items, Vec::new(), Parameters::default(), &args.asking)
}

fn holders(context: &Context, act: Act, args: &ForHolders, parameters: Parameters) -> Outcome {
    let desk = Desk::open(context)?;
    let to = found(&context.ui, &desk, &args.to)?;
    asked(context, act, &args.items, to, parameters, &args.asking)
}

/// Draws up, shows, takes the yes, signs, writes.
fn asked(
    context: &Context,
    act: Act,
    words: &[String],
    holders: Vec<Holder>,
    parameters: Parameters,
    args: &AskingArgs,
) -> Outcome {
    let ui = &context.ui;
    if let Some(output) = args.output.as_deref().filter(|output| output.exists()) {
        let path = output.display().to_string();
        return Err(Failure::failed(msg!("io-exists", path = path)).hint(msg!("io-exists-next")));
    }
    let desk = Desk::open(context)?;
    let items: Vec<Subject> = words.iter().map(|word| Subject::find(&desk, word)).collect::<Outcome<_>>()?;
    let drawn = asking::draw(ui, &desk, Wish { act, items, holders, parameters }, args)?;
    summary(ui, &desk, &drawn);
    ui.confirm(&msg!("asking-sign-ask"))?;
    let keys = desk.unlock(context)?;
    let file = asking::sign(&desk, &keys, drawn)?;
    Requests::open(&desk.home, desk.known.organisation.org())?.keep(&file)?;
    let Some(output) = &args.output else { return hand_in(context, &desk, &file) };
    files::write(output, &file)?;
    ui.json(&document(&file, output));
    ui.done(&msg!("asking-asked", path = output.display().to_string()));
    ui.note(&msg!("asking-asked-next", path = output.display().to_string()));
    desk.warn(ui);
    Ok(())
}

/// What will be signed: once, completely, before the one yes.
fn summary(ui: &Ui, desk: &Desk, drawn: &asking::Drawn) {
    form::of_draft(ui, desk, &drawn.text, &drawn.labels, &drawn.reason).print(ui);
}

fn document(file: &RequestFile, output: &Path) -> serde_json::Value {
    let request: serde_json::Value =
        serde_json::from_str(file.request.text()).unwrap_or(serde_json::Value::Null);
    json!({
        "request": file.request.hash().to_string(),
        "text": request,
        "state": Standing::of(file).word(),
        "file": output,
    })
}

/// Without a file named the request goes to the relay.
fn hand_in(context: &Context, desk: &Desk, file: &RequestFile) -> Outcome {
    let ui = &context.ui;
    let line = Line::dial(&desk.home, &desk.known)?;
    let evidence = line.wait(line.client().ask(&file.request))?;
    line.close()?;
    let name = at_relay::short(file);
    let mut document = document(file, Path::new(""));
    document["name"] = json!(name);
    document["leaf"] = json!(evidence.leaf.index);
    ui.json(&document);
    ui.done(&msg!("asking-handed-in", name = &name));
    ui.note(&msg!("asking-handed-in-next"));
    desk.warn(ui);
    Ok(())
}

/// `vault request list`: what waits for me, what I asked, what was decided about what I hold.
fn list(context: &Context) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let line = Line::dial(&desk.home, &desk.known)?;
    let desk = desk.synced(ui, &line)?;
    let files = at_relay::sync(&line, &desk)?;
    line.close()?;
    ui.json(&json!({ "requests": at_relay::document(&desk, &files) }));
    if files.is_empty() {
        ui.say(&msg!("asking-nothing"));
    }
    at_relay::table(ui, &desk, &files);
    Ok(())
}

/// `vault request show`.
fn show(context: &Context, paths: &[PathBuf]) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let file = files::read(paths, desk.known.organisation.org())?;
    files::prove_labels(&desk, &file.labels)?;
    let keys = if crate::identity::is_unlocked(&desk.home) { Some(desk.unlock(context)?) } else { None };
    let form = form::of_request(ui, &desk, &file, keys.as_ref());
    form.print(ui);
    // A decided change is the notice 变更通知 itself: kept, so that the item is shown with it.
    if Standing::of(&file).is_complete() {
        Requests::open(&desk.home, desk.known.organisation.org())?.keep(&file)?;
    }
    let mut document = document(&file, paths.first().map_or_else(|| Path::new(""), PathBuf::as_path));
    document["form"] = form.document();
    document["decisions"] = file
        .decisions
        .iter()
        .map(|decision| serde_json::from_str(decision.text()).unwrap_or(serde_json::Value::Null))
        .collect();
    ui.json(&document);
    Ok(())
}

/// `vault request use`.
fn make_use(context: &Context, word: &str, with: &[PathBuf]) -> Outcome {
    let ui = &context.ui;
    let opened = Opened::find(context, word)?;
    let (hash, kept) = (opened.unlocked.header().label_hash(), opened.inbox.evidence(opened.item)?);
    let acts = [Act::Copy, Act::CarryOut, Act::LendOutside];
    let Some(leave) = using::find_any(&opened.desk, &acts, (opened.unlocked.label(), hash), with, &kept)?
    else {
        return Err(Failure::new(Kind::Refused, msg!("leave-none-here"))
            .code("leave-missing")
            .hint(msg!("leave-none-here-next")));
    };
    let request = leave.request.value();
    let kind = match request.act {
        Act::Copy => EventKind::Copied,
        Act::CarryOut => EventKind::CarriedOut,
        _ => EventKind::Lent,
    };
    let to = request.holders.iter().next().copied().filter(|_| kind != EventKind::CarriedOut);
    let act = ByLeave { kind, approval: Some(leave.request.hash()), to, refers: None };
    let words = act_words(request.act);
    ui.confirm(&msg!("leave-use-ask", act = words.clone()))?;
    opened.enter_by_leave(context, &act)?;
    ui.json(&json!({
        "item": opened.item.to_string(),
        "event": kind.word(),
        "approval": leave.request.hash().to_string(),
        "due": request.parameters.due.map(|day| day.to_string()),
    }));
    ui.done(&msg!("leave-used", act = words, item = short(opened.item)));
    Ok(())
}

/// `vault request back`.
fn back(context: &Context, word: &str) -> Outcome {
    let ui = &context.ui;
    let opened = Opened::find(context, word)?;
    let kept = opened.inbox.evidence(opened.item)?;
    let Some((leaf, kind)) = using::outside(&opened.desk, &kept) else {
        return Err(Failure::failed(msg!("leave-not-out")).code("not-out").hint(msg!("leave-not-out-next")));
    };
    opened.enter_by_leave(context, &ByLeave { kind, approval: None, to: None, refers: Some(leaf) })?;
    ui.json(&json!({ "item": opened.item.to_string(), "event": kind.word() }));
    ui.done(&msg!("leave-back", item = short(opened.item)));
    Ok(())
}

fn found(ui: &Ui, desk: &Desk, words: &[String]) -> Outcome<Vec<Holder>> {
    let asked: Vec<String>;
    let words = if words.is_empty() {
        let answer = ui.ask(&msg!("ask-to"), None, "--to")?;
        asked =
            answer.split([',', '，', '、', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        &asked
    } else {
        words
    };
    words.iter().map(|word| people::resolve(ui, &desk.everyone, word).map(|one| one.holder)).collect()
}

fn person(ui: &Ui, desk: &Desk, word: &str) -> Outcome<PersonNo> {
    let one = people::resolve(ui, &desk.everyone, word)?;
    one.holder.person().ok_or_else(|| Failure::usage(msg!("asking-person", who = one.line())))
}

fn number(ui: &Ui, given: Option<u32>, question: &crate::lang::Msg, default: &str) -> Outcome<u32> {
    match given {
        Some(count) => Ok(count),
        None => {
            let words = ui.ask(question, Some(default), "--count")?;
            let bad = || Failure::usage(msg!("usage-bad-value", value = &words, what = "--count"));
            words.trim().parse().map_err(|_| bad())
        }
    }
}

fn due(ui: &Ui, given: Option<&str>) -> Outcome<Day> {
    let words = match given {
        Some(words) => words.to_owned(),
        None => ui.ask(&msg!("asking-ask-due"), None, "--due")?,
    };
    parse_day(&words).ok_or_else(|| {
        Failure::usage(msg!("usage-bad-value", value = &words, what = "--due")).hint(msg!("day-form"))
    })
}
