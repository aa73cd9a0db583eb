//! `vault mark`: what a typed mark means and how it is printed; and the head of a first page, for a draft or a sealed file.

use serde_json::json;
use vault_core::item::Urgency;
use vault_core::mark::TypedMark;
use vault_core::mark::first_page::{FirstPage, copy_number, document_number};

use crate::cli::items::{MarkArgs, UrgencyWord};
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::itemfile::ItemFile;
use crate::label_words;
use crate::msg;

pub(super) fn run(context: &Context, args: &MarkArgs) -> Outcome {
    match &args.of {
        Some(path) => of_item(context, &ItemFile::open(path)?, args.copy),
        None => typed(context, args),
    }
}

fn typed(context: &Context, args: &MarkArgs) -> Outcome {
    let mut documents = Vec::new();
    let mut rows = Vec::new();
    let mut pages = Vec::new();
    for typed in &args.marks {
        let read = TypedMark::read(typed).map_err(|error| label_words::mark_failure(&error))?;
        let printed = label_words::printed(&read);
        let term = read.term.as_ref().map(ToString::to_string);
        let head = head(&read, args);
        documents.push(json!({
            "typed": typed,
            "level": read.level.word(),
            "level_zh": read.level.name(),
            "term": term,
            "mark": printed,
            "head": head,
        }));
        let shown_term = match &read.term {
            Some(term) => term.to_string(),
            None => context.ui.words(&label_words::open_term(read.level)),
        };
        rows.push(vec![label_words::level(&context.ui, read.level), shown_term, printed]);
        pages.extend(head);
    }
    let doc_no = args.doc_no.as_deref().map(document_number);
    context.ui.json(&json!({ "marks": documents, "doc_no": doc_no }));
    context.ui.table(&[msg!("name-level"), msg!("name-term"), msg!("name-mark")], &rows);
    show(context, &pages, doc_no.as_deref());
    Ok(())
}

/// The head that a draft with this mark would have, once its term is known and something of it was asked for.
fn head(read: &TypedMark, args: &MarkArgs) -> Option<Vec<String>> {
    let asked = args.copy.is_some() || args.urgency.is_some() || args.doc_no.is_some();
    let urgency = match args.urgency {
        None | Some(UrgencyWord::Normal) => Urgency::Normal,
        Some(UrgencyWord::Urgent) => Urgency::Urgent,
        Some(UrgencyWord::ExtraUrgent) => Urgency::ExtraUrgent,
    };
    let page = FirstPage::of_draft(read, urgency, args.copy).filter(|_| asked);
    page.map(|page| page.lines())
}

fn of_item(context: &Context, item: &ItemFile, copy: Option<u32>) -> Outcome {
    let label = item.header.label().value();
    // Copy 0 is the sender's file copy and is not handed out.
    let numbers: Vec<u32> = label.copies.iter().map(|copy| copy.no).filter(|no| *no > 0).collect();
    let numbers = match copy {
        None => numbers,
        Some(copy) if numbers.contains(&copy) => vec![copy],
        Some(copy) => return Err(Failure::usage(msg!("mark-no-copy", copy = copy_number(copy)))),
    };
    let heads: Vec<Vec<String>> =
        numbers.iter().map(|number| FirstPage::of_label(label, Some(*number)).lines()).collect();
    context.ui.json(&json!({ "heads": heads, "doc_no": label.doc_no }));
    show(context, &heads, label.doc_no.as_deref());
    Ok(())
}

fn show(context: &Context, heads: &[Vec<String>], doc_no: Option<&str>) {
    for head in heads {
        context.ui.heading(&msg!("mark-head"));
        head.iter().chain(doc_no.map(str::to_owned).as_ref()).for_each(|line| context.ui.line(line));
    }
}
