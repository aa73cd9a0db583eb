//! Finding people and units by what people type (docs/directory.md, "Finding").
//!
//! Everything that matches is returned. Choosing among several is for whoever asked, never for this code.

use unicode_normalization::UnicodeNormalization as _;

use super::entry::{PersonEntry, PersonState, UnitEntry};
use super::verify::Directory;
use crate::numbers::Holder;

/// Someone or some unit that matches.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Match {
    /// Whom it found.
    pub holder: Holder,
    /// What matched.
    pub by: MatchedBy,
}

/// What of an entry matched, the surest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum MatchedBy {
    /// The permanent number.
    Number,
    /// An address `name@unit`.
    Address,
    /// The whole name of a person or unit.
    Name,
    /// All syllables of the name.
    Pinyin,
    /// The first letters of the syllables.
    Initials,
}

impl Directory {
    /// All persons and units that `query` can mean, ascending by number.
    ///
    /// A number finds its holder alone. `name@unit` finds persons with a post in that unit. Anything else is
    /// compared with whole names, pinyin and initials. Persons who have left are found by number only.
    pub fn find(&self, query: &str) -> Vec<Match> {
        let query: String = query.trim().nfc().collect();
        if let Ok(holder) = query.to_ascii_lowercase().parse::<Holder>() {
            return self.with_number(holder).into_iter().collect();
        }
        match query.split_once('@') {
            Some((name, unit)) => self.with_address(name.trim(), unit.trim()),
            None => self.with_name(&query),
        }
    }

    /// The unit's name, or its number if the directory lacks it.
    fn with_number(&self, holder: Holder) -> Option<Match> {
        let known = match holder {
            Holder::Person(person) => self.person(person).is_some(),
            Holder::Unit(unit) => self.unit(unit).is_some(),
        };
        known.then_some(Match { holder, by: MatchedBy::Number })
    }

    fn with_address(&self, name: &str, unit: &str) -> Vec<Match> {
        let is_unit = |entry: &&UnitEntry| entry.name == unit || entry.number.to_string() == unit;
        let units: Vec<&UnitEntry> = self.units().iter().filter(is_unit).collect();
        let in_units = |entry: &PersonEntry| units.iter().any(|unit| entry.has_post_in(unit.number));
        let named = |entry: &&PersonEntry| is_findable(entry) && matched_by(entry, name).is_some();
        let found = self.persons().iter().filter(named).filter(|entry| in_units(entry));
        found.map(|entry| Match { holder: entry.number.into(), by: MatchedBy::Address }).collect()
    }

    fn with_name(&self, query: &str) -> Vec<Match> {
        let persons =
            self.persons().iter().filter(|entry| is_findable(entry)).filter_map(|entry| {
                Some(Match { holder: entry.number.into(), by: matched_by(entry, query)? })
            });
        let units = self.units().iter().filter(|entry| entry.name == query);
        let units = units.map(|entry| Match { holder: entry.number.into(), by: MatchedBy::Name });
        persons.chain(units).collect()
    }

    /// A person's addresses, `name@unit` for each post, the main one first.
    pub fn addresses<'a>(&'a self, person: &'a PersonEntry) -> impl Iterator<Item = String> + 'a {
        let units = person.posts.iter().filter_map(|post| self.unit(post.unit));
        units.map(|unit| format!("{}@{}", person.name, unit.name))
    }
}

fn is_findable(entry: &PersonEntry) -> bool {
    entry.state != PersonState::Closed
}

/// How a name or its sound matches one person.
fn matched_by(entry: &PersonEntry, query: &str) -> Option<MatchedBy> {
    if entry.name == query {
        return Some(MatchedBy::Name);
    }
    let typed: String = query.chars().filter(|typed| !matches!(typed, ' ' | '\'' | '-')).collect();
    let typed = typed.to_lowercase().replace('ü', "v");
    if typed.is_empty() || entry.pinyin.is_empty() {
        return None;
    }
    let syllables = || entry.pinyin.split(' ');
    if syllables().collect::<String>() == typed {
        return Some(MatchedBy::Pinyin);
    }
    let initials: String = syllables().filter_map(|syllable| syllable.chars().next()).collect();
    (initials == typed).then_some(MatchedBy::Initials)
}
