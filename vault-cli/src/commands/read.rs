//! `vault read`: look at a received item; nothing of it is left behind.

use std::io::Write as _;

use serde_json::json;
use vault_core::register::event::EventKind;

use crate::cli::ReadArgs;
use crate::context::Context;
use crate::custody::Opened;
use crate::error::{Failure, Outcome};
use crate::payload::is_text;
use crate::{content, item_words, msg, reading};

/// Longer texts are for a viewer.
const ON_TERMINAL_MAX: u64 = 256 * 1024;

pub(super) fn run(context: &Context, args: &ReadArgs) -> Outcome {
    let ui = &context.ui;
    let opened = Opened::find(context, &args.item)?;
    let manifest = opened.unlocked.manifest();
    let Some(file) = manifest.files.first() else { return Err(Failure::failed(msg!("open-damaged"))) };
    let textual = manifest.files.len() == 1
        && is_text(&file.media)
        && opened.unlocked.plaintext_len().bytes() <= ON_TERMINAL_MAX;
    let wants_viewer = args.path || args.viewer.is_some();
    if args.stdout && ui.is_json() {
        return Err(Failure::usage(msg!("usage-conflict", what = "--stdout", other = "--json")));
    }
    let can_show = ui.can_ask() || textual && reading::on_terminal();
    if !args.stdout && !wants_viewer && !can_show {
        return Err(Failure::usage(msg!("read-how")).hint(msg!("read-how-next")));
    }
    // The entry comes first: an opening that cannot be entered does not happen.
    opened.enter(context, EventKind::Opened)?;
    if args.stdout {
        return content::to_stdout(&opened.unlocked, &opened.content);
    }
    if !ui.is_json() {
        ui.facts(&[
            (msg!("name-title"), manifest.title.clone()),
            (
                msg!("name-sender"),
                item_words::holder_words(&opened.desk.everyone, opened.unlocked.label().sender.person.into()),
            ),
            (msg!("name-copying"), ui.words(&item_words::copying(opened.unlocked.label().copying))),
            (msg!("name-mark"), item_words::mark(ui, opened.unlocked.label())),
        ]);
    }
    if textual && !wants_viewer && !reading::has_desktop() {
        return on_terminal(context, &opened);
    }
    let folder = reading::private_folder()?;
    let shown = content::write(ui, &opened.unlocked, &opened.content, folder.path())?;
    ui.json(&json!({ "item": opened.item.to_string(), "title": manifest.title, "path": shown }));
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

fn on_terminal(context: &Context, opened: &Opened) -> Outcome {
    let mut bytes = zeroize::Zeroizing::new(Vec::new());
    let progress = vault_core::stream::Progress::new();
    opened
        .unlocked
        .open_payload_to(&opened.content, &mut *bytes, &vault_core::stream::Work::new(&progress))
        .map_err(|error| crate::opening::failure(&error))?;
    let text = zeroize::Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned());
    context.ui.gap();
    let mut out = reading::printable(&text).into_bytes();
    if !out.ends_with(b"\n") {
        out.push(b'\n');
    }
    context.ui.bytes(&out).map_err(|error| Failure::failed(msg!("output-broken")).because(&error))?;
    drop(std::io::stdout().flush());
    Ok(())
}
