//! Which clauses look like what someone typed: for offers to people, never for judging.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::catalogue::Clause;

/// Only the letters and digits, in one spelling.
fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|character| character.is_alphanumeric()).collect()
}

/// A text as people tell it from another: full-width and half-width, case and spaces make no difference.
#[must_use]
pub fn as_seen(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|character| !character.is_whitespace()).collect()
}

/// The clauses with something in common with `query`, the nearest first and otherwise in their order; all of them
/// where nothing was typed.
///
/// Chinese is not written in words, so pairs of neighbouring characters are what is compared. What holds the whole
/// query comes before what shares pairs with it.
pub(super) fn matches<'a>(clauses: impl Iterator<Item = &'a Clause>, query: &str) -> Vec<&'a Clause> {
    let query = folded(query);
    let pairs = pairs(&query);
    let score = |clause: &Clause| {
        let (id, text) = (folded(&clause.clause), folded(&clause.text));
        let whole = query.is_empty() || id.contains(&query) || text.contains(&query) || query.contains(&id);
        let shared = pairs.iter().filter(|pair| id.contains(*pair) || text.contains(*pair)).count();
        (id == query, whole, shared)
    };
    let mut scored: Vec<_> = clauses.map(|clause| (score(clause), clause)).collect();
    scored.retain(|((_, whole, shared), _)| *whole || *shared > 0);
    scored.sort_by_key(|(score, _)| Reverse(*score));
    scored.into_iter().map(|(_, clause)| clause).collect()
}

fn pairs(text: &str) -> BTreeSet<String> {
    text.chars().zip(text.chars().skip(1)).map(|(one, next)| String::from_iter([one, next])).collect()
}
