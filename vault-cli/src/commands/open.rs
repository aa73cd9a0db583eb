//! `vault open`: a sealed file, without a relay. Every rule is asked as when it comes over the relay; what
//! only the register can tell is said to be missing.

use serde_json::json;
use vault_core::stream::{Progress, Work};

use crate::cli::OpenArgs;
use crate::context::Context;
use crate::desk::Desk;
use crate::error::Outcome;
use crate::history::History;
use crate::{content, item_words, msg, opening};

pub(super) fn run(context: &Context, args: &OpenArgs) -> Outcome {
    let ui = &context.ui;
    let source = content::source(&args.file)?;
    let desk = Desk::open(context)?;
    // Asked before the passphrase: what is refused anyway need not be unlocked for.
    opening::admit(&desk, source.header.clone(), &[], &History::default())?;
    let keys = desk.unlock(context)?;
    let item = opening::unlock(&desk, source.header, &keys, &History::default())?;
    opening::tell(ui, &item);
    item.prove_resealed(&source.content, &Work::new(&Progress::new()))
        .map_err(|error| opening::failure(&error))?;
    if args.stdout {
        return content::to_stdout(&item, &source.content);
    }
    let output = args.output.clone().unwrap_or_else(|| args.file.with_file_name(content::name(&item)));
    let written = content::write(ui, &item, &source.content, &output)?;
    let mut document = item_words::document(item.header());
    if let Some(fields) = document.as_object_mut() {
        fields.insert("title".to_owned(), json!(item.manifest().title));
        fields.insert("output".to_owned(), json!(written));
    }
    ui.json(&document);
    ui.done(&msg!("opened", path = written.display().to_string()));
    ui.facts(&[
        (msg!("name-title"), item.manifest().title.clone()),
        (msg!("name-sender"), item_words::holder_words(&desk.everyone, item.label().sender.person.into())),
        (msg!("name-mark"), item_words::mark(ui, item.label())),
    ]);
    ui.note(&msg!("opened-no-register"));
    Ok(())
}
