//! A label as people read it: one fact a line, numbers with names where a directory is at hand.

use serde_json::{Value, json};
use vault_core::item::{Copying, ItemHeader, Label, Right, StartsBy, Urgency};
use vault_core::term::Term;
use vault_keys::numbers::Holder;
use vault_keys::time::{Day, Time};

use crate::clock;
use crate::label_words;
use crate::lang::Msg;
use crate::msg;
use crate::people::Listed;
use crate::ui::Ui;
use crate::ui::format::size;

/// What a label says, in words; `everyone` may be empty.
#[must_use]
pub fn facts(ui: &Ui, label: &Label, everyone: &[Listed]) -> Vec<(Msg, String)> {
    let name = |holder: Holder| holder_words(everyone, holder);
    let mut facts = vec![
        (msg!("name-item"), label.item.to_string()),
        (msg!("name-level"), label_words::level(ui, label.level)),
        (msg!("name-term"), term(ui, label)),
    ];
    let mut more = |name: Msg, value: Option<String>| facts.extend(value.map(|value| (name, value)));
    more(msg!("name-basis"), Some(label.basis.join("；")).filter(|words| !words.is_empty()));
    more(msg!("name-doc-no"), label.doc_no.clone());
    more(msg!("name-urgency"), (label.urgency != Urgency::Normal).then(|| ui.words(&urgency(label.urgency))));
    more(msg!("name-copying"), Some(ui.words(&copying(label.copying))));
    more(msg!("name-sender"), Some(sender(label, everyone)));
    more(
        msg!("name-scope"),
        Some(ui.list(&label.scope.iter().map(|holder| name(*holder)).collect::<Vec<_>>())),
    );
    let copies = label.copies.iter().map(|copy| {
        let kept = if copy.no == 0 { ui.words(&msg!("copy-kept")) } else { String::new() };
        format!("{:06} {}{kept}", copy.no, name(copy.holder))
    });
    more(msg!("name-copies"), Some(ui.list(&copies.collect::<Vec<_>>())));
    more(msg!("name-read-by"), label.read_by.map(clock::local));
    more(msg!("name-not-before"), label.not_before.map(clock::local));
    more(msg!("name-keep-until"), label.keep_until.map(clock::local));
    more(msg!("name-made"), Some(clock::local(label.made)));
    more(msg!("name-size"), Some(size(label.content.length)));
    more(
        msg!("name-suite"),
        Some(ui.words(&match label.suite {
            vault_keys::opening::Suite::Hybrid => msg!("suite-hybrid"),
            vault_keys::opening::Suite::Classic => msg!("suite-classic"),
        })),
    );
    // Last: terminals disagree about the width of ★.
    more(msg!("name-mark"), Some(mark(ui, label)));
    facts
}

/// The mark as printed, or what stands for it where there is none.
#[must_use]
pub fn mark(ui: &Ui, label: &Label) -> String {
    if label.mark.is_empty() { label_words::level(ui, label.level) } else { label.mark.clone() }
}

/// Who sent it, in whose name: `王建国 (p1) · 办公室 (u1)`.
#[must_use]
pub fn sender(label: &Label, everyone: &[Listed]) -> String {
    let name = |holder: Holder| holder_words(everyone, holder);
    format!("{} · {}", name(label.sender.person.into()), name(label.unit.into()))
}

/// A number with its name where it is known.
#[must_use]
pub fn holder_words(everyone: &[Listed], holder: Holder) -> String {
    match everyone.iter().find(|one| one.holder == holder) {
        Some(one) => format!("{} ({holder})", one.name),
        None => holder.to_string(),
    }
}

/// A name alone, where numbers would only be in the way.
#[must_use]
pub fn name_words(everyone: &[Listed], holder: Holder) -> String {
    match everyone.iter().find(|one| one.holder == holder) {
        Some(one) => one.name.clone(),
        None => holder.to_string(),
    }
}

/// By what right a row stands.
#[must_use]
pub fn right(right: &Right) -> Msg {
    match right {
        Right::Copy(0) => msg!("right-sender"),
        Right::Copy(number) => msg!("right-copy", number = *number),
        Right::Decider(_) => msg!("right-decider"),
        Right::Recovery => msg!("right-recovery"),
        Right::Leave(_) => msg!("right-leave"),
    }
}

/// The label as `--json` shows it: the signed text itself, and what follows from it.
#[must_use]
pub fn document(header: &ItemHeader) -> Value {
    let label: Value = serde_json::from_str(header.label().text()).unwrap_or(Value::Null);
    json!({
        "item": header.label().value().item.to_string(),
        "label_hash": header.label_hash().to_string(),
        "access_hash": header.access_hash().to_string(),
        "label": label,
        "level_zh": header.label().value().level.name(),
        "header_bytes": header.len(),
    })
}

/// The term with its beginning and end, where they are known.
#[must_use]
pub fn term(ui: &Ui, label: &Label) -> String {
    let words = match &label.term {
        Term::None => ui.words(&msg!("term-none")),
        term => term.to_string(),
    };
    let start = match (label.starts.by, label.starts.date) {
        _ if label.term == Term::None => return words,
        (StartsBy::Released, _) => msg!("starts-released"),
        (_, Some(day)) => msg!("starts-on", day = day.to_string()),
        (StartsBy::Issued, None) => msg!("starts-issued"),
        (StartsBy::Notified, None) => msg!("starts-notified"),
    };
    let end = label.ends.map(|day| ui.words(&msg!("ends-on", day = day.to_string()))).unwrap_or_default();
    format!("{words}{}{end}", ui.words(&start))
}

/// 紧急程度.
#[must_use]
pub fn urgency(urgency: Urgency) -> Msg {
    match urgency {
        Urgency::Normal => msg!("urgency-normal"),
        Urgency::Urgent => msg!("urgency-urgent"),
        Urgency::ExtraUrgent => msg!("urgency-extra"),
    }
}

/// What may be done with copies.
#[must_use]
pub fn copying(copying: Copying) -> Msg {
    match copying {
        Copying::None => msg!("copying-none"),
        Copying::Ask => msg!("copying-ask"),
        Copying::Allowed => msg!("copying-allowed"),
    }
}

/// A day typed as `2026-12-31`, `2026.12.31` or `2026年12月31日`.
#[must_use]
pub fn parse_day(words: &str) -> Option<Day> {
    let words = words.trim().replace(['年', '月', '.', '/'], "-").replace('日', "");
    let mut parts = words.split('-').map(str::parse::<i16>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    if parts.next().is_some() {
        return None;
    }
    Day::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The end of a typed day.
#[must_use]
pub fn parse_day_end(words: &str) -> Option<Time> {
    parse_day(words).map(Day::end)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::parse_day;

    #[test]
    fn days_as_people_type_them() {
        for words in ["2026-12-31", "2026.12.31", "2026年12月31日", " 2026/12/31 "] {
            assert_eq!(parse_day(words).unwrap().to_string(), "2026-12-31", "{words}");
        }
        for words in ["", "2026", "2026-13-01", "2026-02-30", "2026-1-2-3", "明天"] {
            assert!(parse_day(words).is_none(), "{words}");
        }
    }
}
