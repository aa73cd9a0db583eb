//! From the arguments of the classification record to the draft: nothing is judged here.

use clap::ValueEnum;
use vault_core::item::{FieldName, FieldReason, Flag, ItemId, Starts, StartsBy, Word};
use vault_core::scope::Ascending;
use vault_core::sealing::Draft;
use vault_keys::numbers::Holder;

use crate::cli::record::RecordArgs;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::item_words::parse_day;
use crate::msg;
use crate::people;
use crate::ui::Ui;

/// Puts into a draft what was said for the record.
///
/// # Errors
/// A day, person, item or field cannot be read.
pub fn fill(ui: &Ui, desk: &Desk, args: &RecordArgs, draft: &mut Draft) -> Outcome {
    if let Some(class) = args.class {
        draft.class = word(class);
    }
    if let Some(kind) = args.kind.and_then(word) {
        draft.kind = kind;
    }
    if let Some(carrier) = args.carrier.and_then(word) {
        draft.carrier = carrier;
    }
    if let Some(starts) = starts(args)? {
        draft.starts = starts;
    }
    if args.no_minutes {
        draft.flags = Ascending::of([Flag::NoMinutes]);
    }
    let pass_down: Vec<Holder> = args
        .pass_down
        .iter()
        .map(|who| people::resolve(ui, &desk.everyone, who).map(|one| one.holder))
        .collect::<Outcome<_>>()?;
    draft.pass_down = Ascending::of(pass_down);
    draft.drafts = Ascending::of(args.draft.iter().map(|item| item_id(item)).collect::<Outcome<Vec<_>>>()?);
    if let Some(who) = &args.handler {
        let found = people::resolve(ui, &desk.everyone, who)?.holder;
        let person = found.person().ok_or_else(|| unread(who, "--handler"))?;
        draft.handler = Some(person);
    }
    for why in &args.why {
        draft.reasons.push(reason(why)?);
    }
    Ok(())
}

/// The word of a choice as texts have it: the choices are the words.
fn word(choice: impl ValueEnum) -> Option<Word> {
    choice.to_possible_value().and_then(|value| value.get_name().parse().ok())
}

fn starts(args: &RecordArgs) -> Outcome<Option<Starts>> {
    let (by, words, option) = match (&args.issued, &args.notified) {
        (Some(words), _) => (StartsBy::Issued, words, "--issued"),
        (None, Some(words)) => (StartsBy::Notified, words, "--notified"),
        (None, None) => return Ok(None),
    };
    let day = parse_day(words).ok_or_else(|| unread(words, option).hint(msg!("day-form")))?;
    Ok(Some(Starts { by, date: Some(day) }))
}

fn item_id(words: &str) -> Outcome<ItemId> {
    words.parse().map_err(|_| unread(words, "--draft").hint(msg!("draft-form")))
}

/// `basis=第三条，因……`.
fn reason(words: &str) -> Outcome<FieldReason> {
    let split = words.split_once('=').or_else(|| words.split_once('＝'));
    let parsed = split.and_then(|(field, text)| {
        let field = FieldName::try_from(field.trim().to_owned()).ok()?;
        Some(FieldReason { field, text: text.trim().to_owned() })
    });
    parsed.ok_or_else(|| unread(words, "--why").hint(msg!("why-form")))
}

fn unread(words: &str, option: &'static str) -> Failure {
    Failure::usage(msg!("usage-bad-value", value = words, what = option))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::cli::record::{CarrierWord, ClassWord, KindWord};

    #[test]
    fn every_choice_is_a_word_of_the_specification() {
        let document = include_str!("../../docs/item.md");
        let words = |row: &str| document.lines().find(|line| line.starts_with(row)).unwrap().to_owned();
        let (classes, kinds, carriers) =
            (words("| `class` | `"), words("| `kind` | `"), words("| `carrier` | `"));
        let named = |row: &str, word: &Word| row.contains(&format!("`{word}`"));
        assert!(ClassWord::value_variants().iter().all(|it| named(&classes, &word(*it).unwrap())));
        assert!(KindWord::value_variants().iter().all(|it| named(&kinds, &word(*it).unwrap())));
        assert!(CarrierWord::value_variants().iter().all(|it| named(&carriers, &word(*it).unwrap())));
    }

    #[test]
    fn reasons_name_a_field() {
        let read = reason("basis=第三条").unwrap();
        assert_eq!((String::from(read.field).as_str(), read.text.as_str()), ("basis", "第三条"));
        assert!(reason("because").is_err());
        assert!(reason("=because").is_err());
    }
}
