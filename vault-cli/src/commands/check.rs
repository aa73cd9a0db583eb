//! `vault check`: a dry run. For files, every refusal that sending them would meet; for a sealed file,
//! every rule the reader's side asks, the signatures among them.

use std::path::Path;

use serde_json::json;

use crate::approval::standing::{self, Standing};
use crate::approval::{by_file, proposal};
use crate::cli::CheckArgs;
use crate::context::Context;
use crate::desk::Desk;
use crate::drafting::Asking;
use crate::error::Outcome;
use crate::history::History;
use crate::itemfile::{ItemFile, looks_sealed};
use crate::{item_words, msg, opening, sealing};

pub(super) fn run(context: &Context, args: &CheckArgs) -> Outcome {
    match args.files.as_slice() {
        [one] if looks_sealed(one) && args.draft.to.is_empty() && args.draft.mark.is_none() => {
            item(context, one, args)
        }
        files => {
            let ui = &context.ui;
            let desk = Desk::open(context)?;
            let prepared = sealing::prepare(ui, &desk, files, &args.draft, Asking::DryRun)?;
            ui.json(&json!({ "refused": false, "mark": prepared.ready.label().mark }));
            sealing::summary(ui, &desk, &prepared);
            ui.done(&msg!("check-passed"));
            Ok(())
        }
    }
}

fn item(context: &Context, path: &Path, args: &CheckArgs) -> Outcome {
    let ui = &context.ui;
    let file = ItemFile::open(path)?;
    let desk = Desk::open(context)?;
    let whole = file.is_whole();
    let admitted = opening::admit(&desk, file.header, &[], &History::default())?;
    let header = admitted.header();
    let given = by_file::given(header, &args.with)?;
    by_file::judge(&desk, header, &given)?;
    let standing = Standing::of(header.label().value(), header.label_hash(), &given);
    let remarks: Vec<&str> = admitted.remarks().iter().map(|remark| remark.as_str()).collect();
    let mut document = item_words::document(admitted.header());
    if let Some(fields) = document.as_object_mut() {
        fields.insert("refused".to_owned(), json!(false));
        fields.insert("whole".to_owned(), json!(whole));
        fields.insert("signatures".to_owned(), json!("hold"));
        fields.insert("remarks".to_owned(), json!(remarks));
        fields.insert("decisions".to_owned(), proposal::document(ui, header, &standing));
    }
    ui.json(&document);
    ui.facts(&item_words::facts(ui, admitted.header().label().value(), &desk.everyone));
    if !standing.steps.is_empty() {
        ui.gap();
        standing::table(ui, &desk.everyone, Some(desk.known.directory()), &standing);
        proposal::tell(ui, header, &standing);
    }
    if args.opinions {
        let keys = desk.unlock(context)?;
        let unlocked = opening::unlock(&desk, header.clone(), &keys, &History::default())?;
        standing::opinions(ui, &desk.everyone, &given, header.label_hash(), unlocked.file_key());
    }
    ui.done(&msg!("check-item-passed"));
    for remark in remarks {
        ui.warn(&opening::remark_words(remark));
    }
    Ok(())
}
