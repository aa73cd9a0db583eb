//! From wishes to a request: what it is about, who decides, until when; judged by every rule before it is signed.

use vault_core::admission::{Code, Refusal, judge_request_draft, who_may_decide};
use vault_core::decision::{Act, Closed, Parameters, REQUEST_DAYS_MAX, Request, RequestFile, RequestType};
use vault_core::item::{Decider, DirectoryRef, Label, LabelHash, Parent, Sender};
use vault_core::level::Level;
use vault_core::policy::Policy;
use vault_core::scope::Ascending;
use vault_keys::directory::{Directory, PersonEntry};
use vault_keys::keyfile::PersonKeys;
use vault_keys::note::{KeyName, Signed};
use vault_keys::numbers::{Holder, PersonNo, UnitNo};
use vault_keys::opening::Recipient;
use vault_keys::time::Time;

use super::files;
use super::subject::Subject;
use crate::approval::steps;
use crate::cli::requests::AskingArgs;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::item_words::{holder_words, parse_day_end};
use crate::people;
use crate::ui::Ui;
use crate::{clock, msg, refusals, trust};

/// Days a leave is good for after the day by which it must be decided, where nobody says anything.
const USE_DAYS: u32 = 14;

/// What somebody wants.
#[derive(Debug)]
pub struct Wish {
    /// The act.
    pub act: Act,
    /// The items.
    pub items: Vec<Subject>,
    /// Who gets something.
    pub holders: Vec<Holder>,
    /// What the act needs besides.
    pub parameters: Parameters,
}

/// A request that no rule refuses, not yet signed.
#[derive(Debug)]
pub struct Drawn {
    /// The text; its reason is closed when it is signed.
    pub text: Request,
    /// The labels of its items.
    pub labels: Vec<Signed<Label>>,
    /// The reason.
    pub reason: String,
}

/// Draws the request up and has every rule judge it.
///
/// # Errors
/// Something is missing and nobody can be asked, nobody can decide, or a rule refuses.
pub fn draw(ui: &Ui, desk: &Desk, wish: Wish, args: &AskingArgs) -> Outcome<Drawn> {
    let now = clock::now();
    desk.known.may_seal(now)?;
    let directory = desk.known.directory();
    let policy = trust::policy(&desk.known.organisation)?;
    let labels: Vec<Signed<Label>> = wish.items.iter().map(|item| item.file.header.label().clone()).collect();
    files::prove_labels(desk, &labels)?;
    let unit = unit(ui, desk, wish.act, &labels, args)?;
    let level = labels.iter().map(|label| label.value().level).max().unwrap_or(Level::Internal);
    let reason = match &args.reason {
        Some(reason) => reason.trim().to_owned(),
        None => ui.ask(&msg!("asking-ask-reason"), None, "--reason")?,
    };
    let custodian = match &args.custodian {
        Some(word) => Some(people::resolve(ui, &desk.everyone, word)?.holder)
            .map(|holder| holder.person().ok_or_else(|| no_person(desk, holder)))
            .transpose()?,
        None => None,
    };
    let day = |words: Option<&str>, option: &'static str| match words.map(parse_day_end) {
        None => Ok(None),
        Some(Some(time)) => Ok(Some(time)),
        Some(None) => {
            Err(Failure::usage(msg!("usage-bad-value", value = words.unwrap_or_default(), what = option))
                .hint(msg!("day-form")))
        }
    };
    let until = day(args.until.as_deref(), "--until")?;
    let decide_by = day(args.decide_by.as_deref(), "--decide-by")?;
    let (decide_by, not_after) = times(wish.act, now, policy.value(), decide_by, until);
    let asked = asked(ui, desk, policy.value(), wish.act, unit, level, args)?;
    let text = Request {
        tag: RequestType,
        org: directory.org(),
        act: wish.act,
        items: labels
            .iter()
            .map(|label| Parent { item: label.value().item, label: LabelHash::of_note(label.hash()) })
            .collect(),
        copies: Ascending::empty(),
        holders: Ascending::of(wish.holders),
        custodian,
        parameters: wish.parameters,
        level,
        unit,
        requester: Sender { person: desk.me, key: desk.card.signing_id() },
        station: desk.card.station_id(),
        reason: None,
        deciders: asked,
        policy: directory.policy(),
        directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
        made: now,
        decide_by,
        not_after,
    };
    let all: Vec<&Signed<Label>> = labels.iter().collect();
    desk.published(None, |published| judge_request_draft(published, &text, &all, now))?
        .map_err(|refused| refusals::failure(&refused, &desk.everyone))?;
    Ok(Drawn { text, labels, reason })
}

/// Closes the reason to whoever asks and decides, and signs.
///
/// # Errors
/// The reason cannot travel, or too many people are asked to close it to them all.
pub fn sign(desk: &Desk, keys: &PersonKeys, drawn: Drawn) -> Outcome<RequestFile> {
    let Drawn { mut text, labels, reason } = drawn;
    let to = readers(desk, desk.me, &text.deciders);
    text.reason = Some(close(&reason, &to)?);
    let name = KeyName::person(&text.org, desk.me);
    let request = Signed::sign(text, &name, &keys.signing)
        .map_err(|error| Failure::failed(msg!("statement-unsigned")).because(&error))?;
    Ok(RequestFile::of(request, labels))
}

/// Closes a text of a request.
///
/// # Errors
/// It cannot travel, or there are too many to close it to.
pub fn close(text: &str, to: &[Recipient]) -> Outcome<Closed> {
    use vault_core::decision::closed::ClosedError;
    Closed::seal(text.trim(), to, &mut clock::randomness()).map_err(|error| {
        let words = match error {
            ClosedError::Text => msg!("asking-text-unfit"),
            _ => msg!("asking-too-many"),
        };
        Failure::usage(words).hint(msg!("asking-too-many-next")).because(&error)
    })
}

/// The keys of whoever may read reason and opinions: who asks, who is asked, and who acts in their place.
#[must_use]
pub fn readers(desk: &Desk, requester: PersonNo, deciders: &[Decider]) -> Vec<Recipient> {
    let (directory, day) = (desk.known.directory(), clock::now().day());
    let asked = deciders.iter().flat_map(|decider| decider.asked.iter());
    let entries = asked.filter_map(|person| directory.person(*person));
    let deputies =
        entries.flat_map(|entry| entry.deputies.iter()).filter(|it| it.from <= day && day <= it.to);
    let asked = deciders.iter().flat_map(|decider| decider.asked.iter().copied());
    let all = Ascending::of([requester].into_iter().chain(asked).chain(deputies.map(|it| it.person)));
    all.iter().filter_map(|person| opening_key(directory, *person)).collect()
}

fn opening_key(directory: &Directory, person: PersonNo) -> Option<Recipient> {
    let entry: &PersonEntry = directory.person(person)?;
    entry.keys.iter().find(|key| key.is_active() && key.kind.is_opening())?.recipient()
}

fn no_person(desk: &Desk, holder: Holder) -> Failure {
    Failure::usage(msg!("asking-person", who = holder_words(&desk.everyone, holder)))
}

/// The unit that decides: the one that issued the items, or the asker's own.
fn unit(ui: &Ui, desk: &Desk, act: Act, labels: &[Signed<Label>], args: &AskingArgs) -> Outcome<UnitNo> {
    if Request::is_issuers(act) {
        let mut units: Vec<UnitNo> = labels.iter().map(|label| label.value().unit).collect();
        units.dedup();
        return match units.as_slice() {
            [unit] => Ok(*unit),
            _ => Err(Failure::usage(msg!("asking-several-units")).hint(msg!("asking-several-units-next"))),
        };
    }
    if let Some(word) = &args.unit {
        let found = people::find_unit(&desk.everyone, word);
        return found.map(|(_, unit)| unit).ok_or_else(|| Failure::usage(msg!("who-nobody", word = word)));
    }
    let posts = desk.known.directory().person(desk.me).map(|me| me.posts.as_slice()).unwrap_or_default();
    if let [post] = posts {
        return Ok(post.unit);
    }
    let first = posts.first().map(|post| holder_words(&desk.everyone, post.unit.into()));
    let word = ui.ask(&msg!("asking-ask-unit"), first.as_deref(), "--unit")?;
    if first.as_deref() == Some(word.as_str())
        && let Some(post) = posts.first()
    {
        return Ok(post.unit);
    }
    people::find_unit(&desk.everyone, &word)
        .map(|(_, unit)| unit)
        .ok_or_else(|| Failure::usage(msg!("who-nobody", word = word)))
}

/// Until when it is decided and used: as asked, or as the policy has it.
fn times(act: Act, now: Time, policy: &Policy, decide_by: Option<Time>, until: Option<Time>) -> (Time, Time) {
    let decide_by = decide_by.unwrap_or_else(|| now.plus_days(policy.decide_days().into()));
    let longest = if act == Act::Standing {
        policy.standing().map_or(REQUEST_DAYS_MAX, |rule| rule.longest_days.into())
    } else {
        REQUEST_DAYS_MAX
    };
    let until = until.unwrap_or_else(|| {
        let wished =
            if act == Act::Standing { now.plus_days(longest) } else { decide_by.plus_days(USE_DAYS) };
        wished.min(now.plus_days(longest))
    });
    // Whoever needs it soon has it decided by then.
    (decide_by.min(until), until)
}

/// Who is asked, step by step: as named, or everybody who may decide, but for whoever asks.
fn asked(
    ui: &Ui,
    desk: &Desk,
    policy: &Policy,
    act: Act,
    unit: UnitNo,
    level: Level,
    args: &AskingArgs,
) -> Outcome<Vec<Decider>> {
    let demanded = policy.act(act);
    let named = steps::asked(ui, &desk.everyone, &steps::of(demanded), &args.ask)?;
    let (directory, day) = (desk.known.directory(), clock::now().day());
    let mut deciders = Vec::with_capacity(demanded.len());
    for step in demanded {
        let chosen = named.iter().find(|(known, _)| known == &step.step).map(|(_, persons)| persons);
        let asked = chosen.cloned().unwrap_or_else(|| {
            let all = who_may_decide(directory, &step.role, unit, level, day);
            Ascending::of(all.into_iter().filter(|person| *person != desk.me))
        });
        if asked.is_empty() {
            let about = format!("{} {unit}", step.step);
            return Err(refusals::one(&Refusal::new(Code::DeciderMissing, about), &desk.everyone));
        }
        deciders.push(Decider { step: step.step.clone(), role: step.role.clone(), asked });
    }
    Ok(deciders)
}
