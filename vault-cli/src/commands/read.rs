//! `vault read`: look at a received item, or at one that waits for a decision; nothing of it is left behind.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use serde_json::json;
use vault_core::opening::UnlockedItem;
use vault_core::register::event::EventKind;
use vault_core::stream::at::Shifted;

use super::deciding;
use crate::approval::traces::Traces;
use crate::approval::{by_file, proposal, standing};
use crate::cli::ReadArgs;
use crate::context::Context;
use crate::custody::Opened;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::history::History;
use crate::inbox::Inbox;
use crate::payload::is_text;
use crate::{clock, content, item_words, msg, opening, reading};

/// Longer texts are for a viewer.
const ON_TERMINAL_MAX: u64 = 256 * 1024;

pub(super) fn run(context: &Context, args: &ReadArgs) -> Outcome {
    if let Some(path) = by_file::sealed(&args.item) {
        return on_file(context, args, &path);
    }
    let desk = Desk::open(context)?;
    match Inbox::open(&desk.home)?.find(&args.item) {
        Ok(_) => received(context, args),
        // Not among what was received: perhaps it waits for a decision.
        Err(failure) => deciding::read(context, args, failure),
    }
}

fn received(context: &Context, args: &ReadArgs) -> Outcome {
    let opened = Opened::find(context, &args.item)?;
    let show = Show::new(context, &opened.desk, args, &opened.unlocked)?;
    // The entry comes first: an opening that cannot be entered does not happen.
    opened.enter(context, EventKind::Opened)?;
    opened.enter_changes(context)?;
    show.content(&opened.content)
}

/// A sealed file, looked at in memory: whoever decides on it without a network reads it like this.
fn on_file(context: &Context, args: &ReadArgs, path: &Path) -> Outcome {
    let source = content::source(path)?;
    let desk = Desk::open(context)?;
    let keys = desk.unlock(context)?;
    let unlocked = opening::unlock(&desk, source.header, &keys, &History::default())?;
    opening::tell(&context.ui, &unlocked);
    let show = Show::new(context, &desk, args, &unlocked)?;
    if proposal::is_open(unlocked.header()) {
        Traces::open(&desk.home)?.remember_opened(unlocked.label().item, clock::now())?;
    }
    show.content(&source.content)
}

/// What is shown, once it is clear that it can be.
pub(super) struct Show<'a> {
    context: &'a Context,
    desk: &'a Desk,
    args: &'a ReadArgs,
    unlocked: &'a UnlockedItem,
    textual: bool,
}

impl<'a> Show<'a> {
    /// Asks for a way to show it before anything is entered or fetched.
    ///
    /// # Errors
    /// There is none here.
    pub(super) fn new(
        context: &'a Context,
        desk: &'a Desk,
        args: &'a ReadArgs,
        unlocked: &'a UnlockedItem,
    ) -> Outcome<Self> {
        if args.stdout && context.ui.is_json() {
            return Err(Failure::usage(msg!("usage-conflict", what = "--stdout", other = "--json")));
        }
        let manifest = unlocked.manifest();
        let Some(file) = manifest.files.first() else { return Err(Failure::failed(msg!("open-damaged"))) };
        let textual = manifest.files.len() == 1
            && is_text(&file.media)
            && unlocked.plaintext_len().bytes() <= ON_TERMINAL_MAX;
        let wants_viewer = args.path || args.viewer.is_some();
        let can_show = context.ui.can_ask() || textual && reading::on_terminal();
        if !args.stdout && !wants_viewer && !can_show {
            return Err(Failure::usage(msg!("read-how")).hint(msg!("read-how-next")));
        }
        Ok(Self { context, desk, args, unlocked, textual })
    }

    /// Shows it.
    ///
    /// # Errors
    /// It is damaged, or nothing here can show it.
    pub(super) fn content(&self, content: &Shifted<File>) -> Outcome {
        let (ui, unlocked, args) = (&self.context.ui, self.unlocked, self.args);
        let (manifest, label) = (unlocked.manifest(), unlocked.label());
        if args.stdout {
            return content::to_stdout(unlocked, content);
        }
        if !ui.is_json() {
            ui.facts(&[
                (msg!("name-title"), manifest.title.clone()),
                (
                    msg!("name-sender"),
                    item_words::holder_words(&self.desk.everyone, label.sender.person.into()),
                ),
                (msg!("name-copying"), ui.words(&item_words::copying(label.copying))),
                (msg!("name-mark"), item_words::mark(ui, label)),
            ]);
            // Whoever holds the item may read what was said when it was decided on.
            let given = proposal::carried(unlocked.header());
            let (label, key) = (unlocked.header().label_hash(), unlocked.file_key());
            standing::opinions(ui, &self.desk.everyone, &given, label, key);
        }
        let wants_viewer = args.path || args.viewer.is_some();
        if self.textual && !wants_viewer && !reading::has_desktop() {
            return self.on_terminal(content);
        }
        let folder = reading::private_folder()?;
        let shown = content::write(ui, unlocked, content, folder.path())?;
        let item = label.item.to_string();
        ui.json(&json!({ "item": item, "title": manifest.title, "path": shown }));
        if args.path {
            ui.line(&shown.display().to_string());
        } else {
            reading::view(&shown, args.viewer.as_deref())?;
        }
        if args.path || args.viewer.is_none() {
            ui.note(&msg!("read-enter"));
            reading::wait_for_enter();
        }
        drop(folder);
        ui.note(&msg!("read-gone"));
        Ok(())
    }

    fn on_terminal(&self, content: &Shifted<File>) -> Outcome {
        let mut bytes = zeroize::Zeroizing::new(Vec::new());
        let progress = vault_core::stream::Progress::new();
        self.unlocked
            .open_payload_to(content, &mut *bytes, &vault_core::stream::Work::new(&progress))
            .map_err(|error| opening::failure(&error))?;
        let text = zeroize::Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned());
        let ui = &self.context.ui;
        ui.gap();
        let mut out = reading::printable(&text).into_bytes();
        if !out.ends_with(b"\n") {
            out.push(b'\n');
        }
        ui.bytes(&out).map_err(|error| Failure::failed(msg!("output-broken")).because(&error))?;
        drop(std::io::stdout().flush());
        Ok(())
    }
}
