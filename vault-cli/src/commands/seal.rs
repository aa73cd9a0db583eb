//! `vault seal`: an item as a file, without a relay. The same rules hold as for sending.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::SealArgs;
use crate::context::Context;
use crate::desk::Desk;
use crate::drafting::Asking;
use crate::error::{Failure, Outcome};
use crate::{item_words, msg, sealing, weak_units};

pub(super) fn run(context: &Context, args: &SealArgs) -> Outcome {
    let ui = &context.ui;
    let output = args.output.clone().unwrap_or_else(|| beside(&args.files));
    if output.exists() {
        let path = output.display().to_string();
        return Err(Failure::failed(msg!("io-exists", path = path)).hint(msg!("io-exists-next")));
    }
    let desk = Desk::open(context)?;
    let prepared = sealing::prepare(ui, &desk, &args.files, &args.draft, Asking::Complete)?;
    sealing::summary(ui, &desk, &prepared);
    let weak = sealing::weak_recipients(&desk, &prepared);
    ui.confirm(&msg!("seal-ask"))?;
    let keys = desk.unlock(context)?;
    let sealed = sealing::seal(ui, prepared, &keys, &output)?;
    let mut document = item_words::document(&sealed.header);
    if let Some(fields) = document.as_object_mut() {
        fields.insert("weak_units".to_owned(), weak_units::document(&weak));
        fields.insert("file".to_owned(), json!(output));
    }
    ui.json(&document);
    ui.done(&msg!("sealed", path = output.display().to_string()));
    if sealed.header.label().value().deciders.is_empty() {
        ui.note(&msg!("sealed-next"));
    } else {
        ui.note(&msg!("sealed-proposal-next"));
    }
    Ok(())
}

fn beside(files: &[PathBuf]) -> PathBuf {
    let first = files.first().map_or_else(|| Path::new("item"), PathBuf::as_path);
    let mut name = first.file_name().unwrap_or_default().to_owned();
    name.push(".age");
    first.with_file_name(name)
}
