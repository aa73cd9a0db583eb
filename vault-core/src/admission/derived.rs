//! What is derived 派生 from other items takes over their classification (rules 26 and 27; docs/decisions.md,
//! "Derivation").

use vault_keys::directory::Directory;
use vault_keys::note::{Note, Signed};
use vault_keys::numbers::Holder;

use super::code::Code;
use super::facts::Facts;
use super::refusal::{Decision, Refusal};
use super::{request, scope, signatures};
use crate::decision::{Act, requests_in};
use crate::item::{Copying, Flag, Label, LabelHash, OriginKind, Parent};
use crate::level::Level;
use crate::term::Term;

/// Judges a derived item against the labels of its sources, which stand among its notes.
pub(super) fn judge(facts: &Facts<'_>, label: &Label, notes: &[Note], decision: &mut Decision) {
    if label.origin.kind != OriginKind::Derived {
        return;
    }
    let mut parents = Vec::new();
    for parent in &label.origin.parents {
        let Some(source) = source(notes, label, parent) else {
            decision.refuse(Refusal::new(Code::ParentMissing, parent.item));
            continue;
        };
        signatures::judge_earlier(facts, &source, Refusal::new(Code::ParentMissing, parent.item), decision);
        parents.push(source);
    }
    for parent in &parents {
        handling(facts, label, parent, notes, decision);
        within_scope(label, parent.value(), facts.published.present(), decision);
    }
    level_and_term(label, &parents, decision);
}

fn source(notes: &[Note], label: &Label, parent: &Parent) -> Option<Signed<Label>> {
    let note = notes.iter().find(|note| LabelHash::of_note(note.hash()) == parent.label)?;
    let source = Signed::<Label>::from_note(note.clone(), label.org).ok()?;
    (source.value().item == parent.item).then_some(source)
}

/// What an item made today takes over from its sources: the highest level, and at that level the longest term, said so that
/// it ends with theirs.
#[must_use]
pub fn inherited(sources: &[&Label], today: vault_keys::time::Day) -> Option<(Level, Term)> {
    let (level, longest) = longest(sources)?;
    let term = match end(longest) {
        Some(last) if longest.term.last_day(today) != Some(last) => Term::Until(last),
        _ => longest.term.clone(),
    };
    Some((level, term))
}

/// What the source says may be made of it, and whether its issuer gave leave.
fn handling(
    facts: &Facts<'_>,
    label: &Label,
    parent: &Signed<Label>,
    notes: &[Note],
    decision: &mut Decision,
) {
    let source = parent.value();
    if source.flags.has(&Flag::NoMinutes) {
        decision.refuse(Refusal::new(Code::DerivedNoMinutes, source.item));
    }
    // The issuer needs no leave of his own; of a secret nobody else makes anything without.
    let asks = source.level >= Level::Secret || source.copying != Copying::Allowed;
    if source.unit == label.unit || !asks {
        return;
    }
    let hash = LabelHash::of_note(parent.hash());
    let given = requests_in(notes, label.org).any(|leave| {
        let mut faults = Decision::default();
        let text = leave.value();
        request::reaches(text, source, &mut faults);
        request::under_policy(&facts.published, label.policy, text, &mut faults);
        let fits =
            text.act == Act::Derive && text.concerns(hash) && text.requester.person == label.sender.person;
        let uses = request::Use::by_item(facts);
        fits && request::leave_in(facts, notes, leave.hash(), uses, &mut faults).is_some()
            && faults.is_accepted()
            && label.made <= text.not_after
    });
    if !given {
        decision.refuse(Refusal::new(Code::DerivedLeave, source.item));
    }
}

/// The highest level; at that level, the longest term of the sources that have it, no longer and no shorter.
fn level_and_term(label: &Label, parents: &[Signed<Label>], decision: &mut Decision) {
    let sources: Vec<&Label> = parents.iter().map(Signed::value).collect();
    let Some((highest, longest)) = longest(&sources) else { return };
    if label.level < highest {
        decision.refuse(Refusal::new(Code::DerivedLevel, format_args!("{} < {highest}", label.level)));
    }
    if label.level == highest && !same_term(label, longest) {
        decision.refuse(Refusal::new(Code::DerivedTerm, format_args!("{}, {}", label.term, longest.term)));
    }
}

/// The highest level of several sources, and of those that have it the one whose term reaches furthest.
fn longest<'a>(sources: &[&'a Label]) -> Option<(Level, &'a Label)> {
    let level = sources.iter().map(|source| source.level).max()?;
    let of_level = sources.iter().filter(|source| source.level == level);
    of_level.max_by_key(|source| reach(source)).map(|longest| (level, *longest))
}

/// How far a term reaches: a known last day, and above every day what has none.
fn reach(label: &Label) -> (bool, Option<vault_keys::time::Day>) {
    let end = end(label);
    (end.is_none(), end)
}

/// The last day of a label's term, counted from when it was made where no start is known.
fn end(label: &Label) -> Option<vault_keys::time::Day> {
    label.ends.or_else(|| label.term.last_day(label.starts.date.unwrap_or_else(|| label.made.day())))
}

/// The term is the source's: the same last day, or the same condition.
fn same_term(label: &Label, source: &Label) -> bool {
    match (end(label), end(source)) {
        (Some(own), Some(of_source)) => own == of_source,
        (None, None) => label.term == source.term,
        _ => false,
    }
}

/// Nobody who was not in the scope of every source, but for whoever makes it.
fn within_scope(label: &Label, source: &Label, directory: &Directory, decision: &mut Decision) {
    let within = |holder: &Holder| {
        scope::is_in(source, directory, *holder) || *holder == Holder::Person(source.sender.person)
    };
    let own = Holder::Person(label.sender.person);
    for holder in label.scope.iter().filter(|holder| **holder != own) {
        if !within(holder) {
            decision.refuse(Refusal::new(Code::DerivedScope, format_args!("{holder} {}", source.item)));
        }
    }
}
