//! `vault keys papers`: class, last valid day and hash of papers that are kept elsewhere.

use vault_keys::directory::{Absence, Act, Category, Paper, Papers, PersonEntry};
use vault_keys::time::Day;

use super::acting::{Acting, read_day, read_record};
use crate::cli::PapersArgs;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::lang::Msg;
use crate::msg;

pub(super) fn run(context: &Context, args: &PapersArgs) -> Outcome {
    let home = context.home()?;
    let _lock = home.lock()?;
    let acting = Acting::open(context, &home)?;
    let entry = acting.person(&args.who)?;
    let person = entry.number;
    let mut papers = present(entry);
    let mut facts = Vec::new();
    let records = [
        (&args.vetting, &mut papers.vetting, msg!("paper-vetting")),
        (&args.training, &mut papers.training, msg!("paper-training")),
        (&args.letter, &mut papers.letter, msg!("paper-letter")),
    ];
    for (words, place, what) in records {
        if let Some(words) = words {
            *place = if is_none(words) { None } else { Some(read_record(words)?) };
            facts.push(match place {
                Some(record) => fact(what, record),
                None => msg!("paper-none", what = what),
            });
        }
    }
    if let Some(word) = &args.category {
        let category = read_category(word)?;
        papers.category = Some(category);
        facts.push(msg!("paper-category", word = context.ui.words(&category_words(category))));
    }
    if let Some(words) = &args.abroad {
        papers.abroad = if is_none(words) { None } else { Some(read_absence(words)?) };
        facts.push(match papers.abroad {
            Some(days) => msg!("paper-abroad", from = days.from.to_string(), to = days.to.to_string()),
            None => msg!("paper-abroad-none"),
        });
    }
    if facts.is_empty() {
        return Err(Failure::usage(msg!("papers-what")));
    }
    acting.finish(vec![Act::SetPapers { person, papers: Box::new(papers) }], &facts)
}

/// A paper in words: its class, its last valid day and its hash.
pub(super) fn fact(what: Msg, (paper, until): &(Paper, Day)) -> Msg {
    let hash = paper.hash.map_or_else(|| "-".to_owned(), |hash| hash.to_string());
    msg!("paper-record", what = what, class = paper.class.as_str(), day = until.to_string(), hash = hash)
}

/// What the entry says now: whatever is not named on the command line stays.
fn present(entry: &PersonEntry) -> Papers {
    let facts = entry.personnel.clone().unwrap_or_default();
    // Version 1 of entries knew the day only.
    let record = |paper: Option<Paper>, until: Option<Day>| {
        until.map(|until| (paper.unwrap_or_else(|| Paper { class: "unknown".to_owned(), hash: None }), until))
    };
    Papers {
        category: Some(facts.category),
        vetting: record(facts.vetting, entry.vetting),
        training: record(facts.training, entry.training),
        letter: record(facts.letter, entry.letter),
        abroad: facts.abroad,
        stations: facts.stations,
    }
}

fn read_absence(words: &str) -> Outcome<Absence> {
    let days = words.split_once(':').ok_or_else(|| Failure::usage(msg!("paper-days", words = words)))?;
    let (from, to) = (read_day(days.0)?, read_day(days.1)?);
    if to < from {
        return Err(Failure::usage(msg!("days-order", from = from.to_string(), to = to.to_string())));
    }
    Ok(Absence { from, to })
}

fn read_category(word: &str) -> Outcome<Category> {
    let word = word.trim();
    let chinese = match word {
        "非涉密" => Some(Category::None),
        "一般" => Some(Category::General),
        "重要" => Some(Category::Important),
        "核心" => Some(Category::Core),
        _ => word.parse().ok(),
    };
    chinese.ok_or_else(|| Failure::usage(msg!("category-unknown", word = word)))
}

pub(super) fn category_words(category: Category) -> Msg {
    match category {
        Category::None => msg!("category-none"),
        Category::General => msg!("category-general"),
        Category::Important => msg!("category-important"),
        Category::Core => msg!("category-core"),
    }
}

fn is_none(words: &str) -> bool {
    matches!(words.trim(), "none" | "无")
}
