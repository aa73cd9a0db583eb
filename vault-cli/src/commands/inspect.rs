//! `vault inspect`: the label of a sealed file, without any key and without the directory. It says what
//! the label claims; whether the signature holds is for those who have the directory (`vault check`).

use std::path::Path;

use serde_json::json;

use crate::context::Context;
use crate::error::{Failure, Kind, Outcome};
use crate::itemfile::ItemFile;
use crate::{item_words, msg};

pub(super) fn run(context: &Context, path: &Path) -> Outcome {
    let item = ItemFile::open(path)?;
    let header = &item.header;
    context.ui.facts(&item_words::facts(&context.ui, header.label().value(), &[]));
    if !item.is_whole() {
        return Err(Failure::new(Kind::Integrity, msg!("item-length"))
            .code("content-length")
            .hint(msg!("item-cut-next")));
    }
    let mut document = item_words::document(header);
    if let Some(fields) = document.as_object_mut() {
        fields.insert("whole".to_owned(), json!(true));
        fields.insert("signatures".to_owned(), json!("not-checked"));
    }
    context.ui.json(&document);
    context.ui.note(&msg!("inspect-unchecked"));
    Ok(())
}
