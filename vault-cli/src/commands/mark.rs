//! `vault mark`: what a typed mark means, and how it is printed.

use serde_json::json;
use vault_core::mark::TypedMark;

use crate::context::Context;
use crate::error::Outcome;
use crate::label_words;
use crate::msg;

pub(super) fn run(context: &Context, marks: &[String]) -> Outcome {
    let mut documents = Vec::new();
    let mut rows = Vec::new();
    for typed in marks {
        let read = TypedMark::read(typed).map_err(|error| label_words::mark_failure(&error))?;
        let printed = label_words::printed(&read);
        let term = read.term.as_ref().map(ToString::to_string);
        documents.push(json!({
            "typed": typed,
            "level": read.level.word(),
            "level_zh": read.level.name(),
            "term": term,
            "mark": printed,
        }));
        let shown_term = match &read.term {
            Some(term) => term.to_string(),
            None => context.ui.words(&label_words::open_term(read.level)),
        };
        rows.push(vec![label_words::level(&context.ui, read.level), shown_term, printed]);
    }
    context.ui.json(&json!({ "marks": documents }));
    context.ui.table(&[msg!("name-level"), msg!("name-term"), msg!("name-mark")], &rows);
    Ok(())
}
