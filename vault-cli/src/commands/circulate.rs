//! `vault circulate` 传阅: a received copy goes along its scope, each reader signing it over to the next, through the relay or
//! as a file.
//!
//! Passing it on says that one has read it. Where the relay keeps the content no more, it is brought again from here.

use std::path::Path;

use serde_json::json;
use vault_core::admission::{Code, Passed, passed as passed_on};
use vault_core::item::{ItemHeader, ItemId, Label};
use vault_core::register::event::EventKind;
use vault_core::rewrap::Rewrapper;
use vault_keys::note::Note;
use vault_keys::numbers::{Holder, PersonNo};

use crate::approval::by_file;
use crate::cli::CirculateArgs;
use crate::context::Context;
use crate::custody;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::evidence::LeafAndProof;
use crate::history::History;
use crate::inbox::Inbox;
use crate::itemfile::ItemFile;
use crate::outbox::short;
use crate::relay::Line;
use crate::ui::Ui;
use crate::{clock, delivery, item_words, msg, opening, people, statement};

pub(super) fn run(context: &Context, args: &CirculateArgs) -> Outcome {
    let Some(to) = &args.to else { return show(context, &args.item) };
    match (&args.output, by_file::sealed(&args.item)) {
        (Some(output), _) => to_file(context, &args.item, to, output),
        (None, None) => at_relay(context, &args.item, to),
        (None, Some(_)) => Err(Failure::usage(msg!("circulate-output")).hint(msg!("circulate-output-next"))),
    }
}

/// Into a file for the next reader.
fn to_file(context: &Context, word: &str, to: &str, output: &Path) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let copy = Copy::find(&desk, word)?;
    let (number, to) = confirmed(ui, &desk, &copy, to)?;
    let header = sign_over(context, &desk, &copy, number, to)?;
    copy.file.write_with(&header, output)?;
    let (item, name) = (header.label().value().item, item_words::holder_words(&desk.everyone, to.into()));
    ui.json(&json!({ "item": item.to_string(), "copy": number, "to": to.to_string(), "output": output }));
    ui.done(&msg!("circulated", path = output.display().to_string(), name = name));
    ui.note(&msg!("circulated-next"));
    Ok(())
}

/// Through the relay, which offers the copy to the next reader.
fn at_relay(context: &Context, word: &str, to: &str) -> Outcome {
    let ui = &context.ui;
    let (_lock, desk, line) = Desk::at_relay(context)?;
    desk.known.may_seal(clock::now())?;
    let inbox = Inbox::open(&desk.home)?;
    let item = inbox.find(word)?;
    // What was signed before, and its answer lost, is handed in again: one signs a copy over once.
    let settled = inbox.passing(item)?.map(|begun| settle(ui, &line, &inbox, item, &begun)).transpose()?;
    let copy = Copy::find(&desk, word)?;
    let (to, leaf) = match settled.zip(copy.way(&desk)?.last()) {
        Some((leaf, passed)) => (passed.to, leaf),
        None => {
            let (number, to) = confirmed(ui, &desk, &copy, to)?;
            let header = sign_over(context, &desk, &copy, number, to)?;
            inbox.keep_passing(item, &header)?;
            (to, settle(ui, &line, &inbox, item, &header)?)
        }
    };
    line.close()?;
    let name = item_words::holder_words(&desk.everyone, to.into());
    ui.json(&json!({ "item": item.to_string(), "to": to.to_string(), "leaf": leaf }));
    ui.done(&msg!("circulated-at-relay", item = short(item), name = name));
    Ok(())
}

/// Hands in what is signed, and keeps the evidence. What the relay refuses for good is given up.
fn settle(ui: &Ui, line: &Line, inbox: &Inbox, item: ItemId, header: &ItemHeader) -> Outcome<u64> {
    let entered = delivery::next_header(ui, line, header, || inbox.item(item));
    let evidence = match entered {
        Ok(evidence) => evidence,
        Err(failure) => {
            if failure.kind == Kind::Refused {
                inbox.forget_passing(item)?;
            }
            return Err(failure);
        }
    };
    let mut kept = inbox.evidence(item)?;
    kept.add([LeafAndProof::from(&evidence)]);
    inbox.keep(item, &kept)?;
    inbox.forget_passing(item)?;
    Ok(evidence.leaf.index)
}

/// The number of the copy in this person's hands, and to whom it goes, once that was confirmed.
fn confirmed(ui: &Ui, desk: &Desk, copy: &Copy, to: &str) -> Outcome<(u32, PersonNo)> {
    let to = people::resolve(ui, &desk.everyone, to)?.holder;
    let to = to.person().ok_or_else(|| Failure::usage(msg!("circulate-person")))?;
    let number = number(desk, copy.header.label().value(), &copy.way(desk)?)
        .ok_or_else(|| Failure::failed(msg!("circulate-not-held")).hint(msg!("circulate-not-held-next")))?;
    let name = item_words::holder_words(&desk.everyone, to.into());
    ui.confirm(&msg!("circulate-confirm", number = format!("{number:06}"), name = name))?;
    Ok((number, to))
}

/// A copy in this person's hands: received here, or a file.
struct Copy {
    /// As it came: what is passed on is this content.
    file: ItemFile,
    /// The header it is read by.
    header: ItemHeader,
    inbox: Option<Inbox>,
}

impl Copy {
    fn find(desk: &Desk, word: &str) -> Outcome<Self> {
        if let Some(path) = by_file::sealed(word) {
            let file = ItemFile::open(Path::new(&path))?;
            return Ok(Self { header: file.header.clone(), file, inbox: None });
        }
        let inbox = Inbox::open(&desk.home)?;
        let item = inbox.find(word)?;
        let file = inbox.item(item)?;
        let header = inbox.own(item)?.unwrap_or_else(|| file.header.clone());
        Ok(Self { file, header, inbox: Some(inbox) })
    }

    /// Through whose hands it went, as its notes and the evidence kept here show.
    fn way(&self, desk: &Desk) -> Outcome<Vec<Passed>> {
        let (label, hash) = (self.header.label().value(), self.header.label_hash());
        let mut notes = self.header.notes().to_vec();
        if let Some(inbox) = &self.inbox {
            let kept = inbox.evidence(label.item)?;
            let passed = kept.statements(label.org).filter(|said| said.value().kind == EventKind::Passed);
            let new: Vec<Note> = passed.map(|said| said.note().clone()).collect();
            notes.extend(new.into_iter().filter(|note| !self.header.notes().contains(note)));
        }
        desk.published(opening::versions(&self.header), |published| passed_on(published, label, hash, &notes))
    }
}

/// Who of the scope has neither the copy's first holder's place nor had it passed to him, nor sent it.
fn left(desk: &Desk, label: &Label, way: &[Passed]) -> Vec<Holder> {
    let has = |holder: &Holder| {
        let given = label.copies.iter().any(|copy| copy.holder == *holder);
        given
            || holder.person().is_some_and(|person| person == desk.me || way.iter().any(|it| it.to == person))
    };
    label.scope.iter().filter(|holder| !has(holder)).copied().collect()
}

/// The number of the copy that this person holds last.
fn number(desk: &Desk, label: &Label, way: &[Passed]) -> Option<u32> {
    let last = |no: u32| way.iter().rev().find(|it| it.copy == no).map(|it| it.to);
    let first = |holder: Holder| desk.known.directory().acts_for(holder, desk.me);
    let mut copies = label.copies.iter().filter(|copy| copy.no > 0);
    copies
        .find(|copy| last(copy.no).map_or_else(|| first(copy.holder), |to| to == desk.me))
        .map(|copy| copy.no)
}

/// Signs the copy over, and makes the header with which it goes on. What no rule lets the next have is not written.
fn sign_over(context: &Context, desk: &Desk, copy: &Copy, number: u32, to: PersonNo) -> Outcome<ItemHeader> {
    let keys = desk.unlock(context)?;
    let unlocked = match &copy.inbox {
        Some(inbox) => custody::unlock(desk, inbox, &copy.file.header, &keys)?,
        None => opening::unlock(desk, copy.header.clone(), &keys, &History::default())?,
    };
    let passed = statement::sign_passed(desk, &keys, &copy.header, number, to)?;
    let identities: Vec<_> = keys.identities().collect();
    let rewrapper = Rewrapper::new(desk.me, &keys.signing, &identities, desk.known.directory());
    let made = rewrapper
        .pass(&unlocked, &passed, &mut clock::randomness())
        .map_err(|error| Failure::failed(msg!("circulate-failed")).because(&error))?;
    let (label, hash) = (made.header.label().value(), made.header.label_hash());
    let way = desk.published(opening::versions(&made.header), |published| {
        passed_on(published, label, hash, made.header.notes())
    })?;
    if !way.contains(&Passed { copy: number, to }) {
        // The statement leads nowhere, and it is this person's own.
        return Err(Failure::rule(Code::OutsideScope));
    }
    // As the next reader will judge it, but for his own key.
    opening::admit(desk, made.header.clone(), &[], &History::default())?;
    Ok(made.header)
}

/// Who had it, in order, and who has not.
fn show(context: &Context, word: &str) -> Outcome {
    let ui = &context.ui;
    let desk = Desk::open(context)?;
    let copy = Copy::find(&desk, word)?;
    if let Some(inbox) = &copy.inbox
        && let Err(failure) = news(&desk, inbox, &copy.header)
    {
        // What is known here is shown all the same.
        ui.warn(&failure.message);
    }
    let label = copy.header.label().value();
    let way = copy.way(&desk)?;
    let left = left(&desk, label, &way);
    let name = |holder: Holder| item_words::holder_words(&desk.everyone, holder);
    ui.json(&json!({
        "item": label.item.to_string(),
        "passed": way.iter().map(|it| json!({ "copy": it.copy, "to": it.to.to_string() })).collect::<Vec<_>>(),
        "left": left.iter().map(ToString::to_string).collect::<Vec<_>>(),
    }));
    if ui.is_json() {
        return Ok(());
    }
    for copy in label.copies.iter().filter(|copy| copy.no > 0) {
        let passed = way.iter().filter(|it| it.copy == copy.no).map(|it| name(it.to.into()));
        let line: Vec<String> = std::iter::once(name(copy.holder)).chain(passed).collect();
        ui.say(&msg!("circulate-way", number = format!("{:06}", copy.no), names = line.join(" → ")));
    }
    if left.is_empty() {
        ui.say(&msg!("circulate-all"));
    } else {
        let names: Vec<String> = left.iter().map(|holder| name(*holder)).collect();
        ui.say(&msg!("circulate-left", names = ui.list(&names)));
    }
    Ok(())
}

/// Asks the relay where the copy went since.
fn news(desk: &Desk, inbox: &Inbox, header: &ItemHeader) -> Outcome {
    let line = Line::dial(&desk.home, &desk.known)?;
    let status = line.wait(line.client().status(header.label_hash()))?;
    line.close()?;
    let item = header.label().value().item;
    let mut kept = inbox.evidence(item)?;
    kept.add(status.evidence.iter().map(LeafAndProof::from));
    inbox.keep(item, &kept)
}
