//! `vault watch`: says when something comes, while it happens. The relay tells that there is something; what it is is asked for.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::approval::news;
use crate::cli::WatchArgs;
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Kind, Outcome};
use crate::everything::Everything;
use crate::lang::Msg;
use crate::leave;
use crate::outbox::{Outbox, short};
use crate::relay::Line;
use crate::tidings::{self, Event};
use crate::ui::Ui;
use crate::{clock, identity, item_words, msg};

/// The shortest and the longest time until the relay is dialled again.
const AGAIN: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(60)];

pub(super) fn run(context: &Context, args: &WatchArgs) -> Outcome {
    let home = context.home()?;
    let mut watch = Watch { context, hook: args.run.clone(), notify: args.notify, seen: None, away: false };
    let mut pause = AGAIN[0];
    loop {
        match watch.listen(Desk::at(home.clone())?) {
            Ok(()) => {}
            // Never reached at all: whoever started this should know at once, and why.
            Err(failure) if failure.kind == Kind::Network && watch.seen.is_none() && !watch.away => {
                context.ui.warn(&failure.message);
            }
            Err(failure) if failure.kind == Kind::Network => {}
            Err(failure) => return Err(failure),
        }
        if !watch.away {
            (watch.away, pause) = (true, AGAIN[0]);
            said(&context.ui, "away", &msg!("watch-away"));
        }
        thread::sleep(pause);
        pause = (pause * 2).min(AGAIN[1]);
    }
}

/// What the watch remembers from one connection to the next.
struct Watch<'a> {
    context: &'a Context,
    hook: Option<PathBuf>,
    notify: bool,
    /// What was told; none before the first look.
    seen: Option<BTreeSet<Event>>,
    /// Whether the relay cannot be reached, as far as was told.
    away: bool,
}

impl Watch<'_> {
    /// Listens on one connection until the relay closes down.
    fn listen(&mut self, desk: Desk) -> Outcome {
        let ui = &self.context.ui;
        let line = Line::dial(&desk.home, &desk.known)?;
        let mut desk = desk.in_step(ui, &line)?;
        let mut watch = line.wait(line.client().watch())?;
        let mut last: Option<vault_relay::client::News> = None;
        while let Some(news) = line.wait(watch.next())? {
            if std::mem::take(&mut self.away) {
                said(ui, "back", &msg!("watch-back"));
            }
            if last.replace(news).is_some_and(|last| !last.is_same_organisation(&news)) {
                desk = desk.in_step(ui, &line)?;
            }
            self.look(&line, &desk)?;
        }
        line.close()
    }

    /// Asks for everything, and tells what was not told before.
    fn look(&mut self, line: &Line, desk: &Desk) -> Outcome {
        let ui = &self.context.ui;
        let outbox = Outbox::open(&desk.home)?;
        let found = Everything::ask(ui, line, desk, &outbox)?;
        let now: BTreeSet<Event> = tidings::events(&found).collect();
        let first = self.seen.is_none();
        let seen = self.seen.get_or_insert_default();
        let new: Vec<Event> = now.iter().filter(|event| !seen.contains(event)).cloned().collect();
        *seen = now;
        if first {
            said(ui, "begun", &msg!("watch-begun"));
        }
        for event in &new {
            ui.json(&document(event));
        }
        self.tell(desk, &outbox, &found, &new);
        if new.is_empty() {
            return Ok(());
        }
        if self.notify
            && let Err(failure) = tidings::notify(ui, new.len())
        {
            ui.warn(&failure.message);
        }
        if let Some(hook) = &self.hook {
            for event in &new {
                if let Err(failure) = tidings::run(hook, event) {
                    ui.warn(&failure.message);
                }
            }
        }
        Ok(())
    }

    fn tell(&self, desk: &Desk, outbox: &Outbox, found: &Everything, new: &[Event]) {
        let ui = &self.context.ui;
        for one in &found.waiting {
            if new.contains(&Event::arrived(one)) {
                let label = one.listed.label.value();
                ui.say(&msg!(
                    "watch-arrived",
                    time = clock::local(one.since()),
                    item = short(one.item()),
                    sender = item_words::sender(label, &desk.everyone),
                    mark = item_words::mark(ui, label)
                ));
            }
        }
        let pending: Vec<_> =
            found.pending.iter().filter(|one| new.contains(&Event::to_decide(one))).collect();
        for one in pending {
            let label = one.listed.label.value();
            ui.say(&msg!(
                "watch-decide",
                time = clock::local(one.listed.accepted),
                item = short(label.item),
                sender = item_words::sender(label, &desk.everyone),
                mark = item_words::mark(ui, label)
            ));
        }
        if found.requests.iter().any(|file| new.contains(&Event::asked(file))) {
            leave::at_relay::tell_waiting(ui, desk, &found.requests);
        }
        if !found.news.is_empty() {
            let is_open = identity::is_unlocked(&desk.home);
            let keys = if is_open { desk.unlock(self.context).ok() } else { None };
            news::tell(ui, desk, outbox, &found.news, keys.as_ref());
        }
    }
}

/// What concerns the watch itself, for eyes and for programs.
fn said(ui: &Ui, word: &str, words: &Msg) {
    ui.json(&json!({ "event": word, "about": null }));
    ui.note(words);
}

fn document(event: &Event) -> Value {
    json!({ "event": event.kind.word(), "about": event.about })
}
