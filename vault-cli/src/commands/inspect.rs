//! `vault inspect`: the label of a sealed file, without any key and without the directory. It says what
//! the label claims; whether the signature holds is for those who have the directory (`vault check`).

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::approval::standing::{self, Standing};
use crate::approval::{by_file, proposal};
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::itemfile::ItemFile;
use crate::leave::changes;
use crate::{item_words, msg};

pub(super) fn run(context: &Context, path: &Path, with: &[PathBuf]) -> Outcome {
    let ui = &context.ui;
    let item = ItemFile::open(path)?;
    let header = &item.header;
    ui.facts(&item_words::facts(ui, header.label().value(), &[]));
    if !item.is_whole() {
        return Err(Failure::new(Kind::Integrity, msg!("item-length"))
            .code("content-length")
            .hint(msg!("item-cut-next")));
    }
    // What this home knows of a change stands beside the mark; without a home there is nothing to know.
    let changes = match Desk::open(context) {
        Ok(desk) => {
            let label = (header.label().value(), header.label_hash());
            let changes = changes::of(&desk, label)?;
            ui.facts(&changes::facts(ui, &desk, label.0, &changes, None));
            changes.iter().map(changes::Change::document).collect()
        }
        Err(_) => Vec::new(),
    };
    let given = by_file::given(header, with)?;
    let standing = Standing::of(header.label().value(), header.label_hash(), &given);
    let mut document = item_words::document(header);
    if let Some(fields) = document.as_object_mut() {
        fields.insert("whole".to_owned(), json!(true));
        fields.insert("signatures".to_owned(), json!("not-checked"));
        fields.insert("changes".to_owned(), json!(changes));
        fields.insert("decisions".to_owned(), proposal::document(ui, header, &standing));
    }
    ui.json(&document);
    if !standing.steps.is_empty() {
        ui.gap();
        standing::table(ui, &[], None, &standing);
        proposal::tell(ui, header, &standing);
    }
    ui.note(&msg!("inspect-unchecked"));
    Ok(())
}
