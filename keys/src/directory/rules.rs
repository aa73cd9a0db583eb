//! Rules of entries: those one entry can break alone, and those between entries (docs/directory.md, "Rules").

use std::collections::BTreeMap;

use super::entry::{Key, KeyState, PersonEntry, RecoveryKey, UnitEntry};
use super::personnel;
use super::root::Root;
use crate::json;
use crate::key_id::{KeyId, KeyKind};
use crate::note::TextError;
use crate::numbers::{Holder, PersonNo, UnitNo};
use crate::opening::Recipient;
use crate::signing::VerifyingKey;
use crate::unicode::is_odd_blank;

/// The longest name of a person or unit, and the longest title, in bytes.
const NAME_MAX: usize = 192;
/// The longest list inside an entry.
const LIST_MAX: usize = 256;

/// A rule between entries that is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EntryError {
    /// An entry names a person who is not in the directory.
    #[error("{by} names {person}, who is not in the directory")]
    UnknownPerson {
        /// The entry that names.
        by: Holder,
        /// The person named.
        person: PersonNo,
    },
    /// An entry names a unit that is not in the directory.
    #[error("{by} names {unit}, which is not in the directory")]
    UnknownUnit {
        /// The entry that names.
        by: Holder,
        /// The unit named.
        unit: UnitNo,
    },
    /// A unit is its own ancestor.
    #[error("{unit} is above itself")]
    Circle {
        /// The unit.
        unit: UnitNo,
    },
    /// One public key stands in two places.
    #[error("the public key of {first} is also used by {second}")]
    SharedKey {
        /// Who has it first, in words.
        first: String,
        /// Who has it again, in words.
        second: String,
    },
}

/// As [`check_name`], for a field of a text.
pub(super) fn named(field: &'static str, name: &str) -> Result<(), TextError> {
    check_name(name).map_err(|fault| TextError::new(field, fault.to_string()))
}

/// Rules of one person's entry.
pub(super) fn check_person(entry: &PersonEntry) -> Result<(), TextError> {
    named("name", &entry.name)?;
    if !is_pinyin(&entry.pinyin) {
        return Err(TextError::new("pinyin", "lower-case syllables a-z parted by single spaces"));
    }
    let lists = [entry.posts.len(), entry.roles.len(), entry.keys.len(), entry.deputies.len()];
    if lists.into_iter().any(|len| len > LIST_MAX) {
        return Err(TextError::new("posts, roles, keys, deputies", "more than 256 in one list"));
    }
    for post in &entry.posts {
        check_title(&post.title).map_err(|fault| TextError::new("posts", format!("a title {fault}")))?;
    }
    if has_twice(&entry.posts) {
        return Err(TextError::new("posts", "the same post twice"));
    }
    if entry.roles.iter().any(|grant| grant.to.is_some_and(|to| to < grant.from)) {
        return Err(TextError::new("roles", "a role ends before it begins"));
    }
    if has_twice(&entry.roles) {
        return Err(TextError::new("roles", "the same role twice"));
    }
    for deputy in &entry.deputies {
        if deputy.person == entry.number {
            return Err(TextError::new("deputies", "a person is no deputy of himself"));
        }
        if deputy.to < deputy.from {
            return Err(TextError::new("deputies", "a deputy's time ends before it begins"));
        }
    }
    if has_twice(&entry.deputies) {
        return Err(TextError::new("deputies", "the same deputy twice"));
    }
    if !entry.keys.is_sorted_by(|one, next| one.id < next.id) {
        return Err(TextError::new("keys", "not ascending by id, or one twice"));
    }
    entry.keys.iter().try_for_each(check_key)?;
    for kind in [KeyKind::OpeningHybrid, KeyKind::OpeningClassic, KeyKind::Sign] {
        if entry.active_keys(kind).count() > 1 {
            return Err(TextError::new("keys", format!("more than one active key of kind {kind}")));
        }
    }
    personnel::check(entry)
}

/// Rules of one unit's entry.
pub(super) fn check_unit(entry: &UnitEntry) -> Result<(), TextError> {
    named("name", &entry.name)?;
    if entry.clerks.len() > LIST_MAX {
        return Err(TextError::new("clerks", "more than 256"));
    }
    if !entry.clerks.is_sorted_by(|one, next| one < next) {
        return Err(TextError::new("clerks", "not ascending, or one twice"));
    }
    if let Some(RecoveryKey { id, kind, key }) = &entry.recovery {
        if !kind.is_opening() {
            return Err(TextError::new("recovery", format!("{kind} is no opening key")));
        }
        check_public("recovery", id, *kind, &key.0)?;
    }
    Ok(())
}

/// Rules between entries: what they name exists, and no public key has two places.
pub(super) fn check_together(
    root: &Root,
    persons: &[PersonEntry],
    units: &[UnitEntry],
) -> Result<(), EntryError> {
    let person_exists = |by: Holder, person: PersonNo| {
        let found = persons.binary_search_by_key(&person, |entry| entry.number).is_ok();
        if found { Ok(()) } else { Err(EntryError::UnknownPerson { by, person }) }
    };
    let unit_exists = |by: Holder, unit: UnitNo| {
        let found = units.binary_search_by_key(&unit, |entry| entry.number).is_ok();
        if found { Ok(()) } else { Err(EntryError::UnknownUnit { by, unit }) }
    };
    for entry in persons {
        let by = Holder::Person(entry.number);
        let posts = entry.posts.iter().map(|post| post.unit);
        let roles = entry.roles.iter().filter_map(|grant| grant.unit);
        posts.chain(roles).try_for_each(|unit| unit_exists(by, unit))?;
        entry.deputies.iter().try_for_each(|deputy| person_exists(by, deputy.person))?;
    }
    for entry in units {
        let by = Holder::Unit(entry.number);
        entry.parent.map_or(Ok(()), |parent| unit_exists(by, parent))?;
        entry.clerks.iter().try_for_each(|clerk| person_exists(by, *clerk))?;
    }
    check_no_circle(units)?;
    check_keys_apart(root, persons, units)
}

/// Follows parents upwards; each chain is walked once, so the whole takes linear time.
fn check_no_circle(units: &[UnitEntry]) -> Result<(), EntryError> {
    let parents: BTreeMap<UnitNo, Option<UnitNo>> =
        units.iter().map(|entry| (entry.number, entry.parent)).collect();
    // Which walk saw a unit first: meeting one's own walk again is a circle, an older walk's unit is fine.
    let mut seen: BTreeMap<UnitNo, UnitNo> = BTreeMap::new();
    for &start in parents.keys() {
        let mut at = Some(start);
        while let Some(unit) = at {
            match seen.get(&unit) {
                Some(walk) if *walk == start => return Err(EntryError::Circle { unit }),
                Some(_) => break,
                None => {
                    seen.insert(unit, start);
                    at = parents.get(&unit).copied().flatten();
                }
            }
        }
    }
    Ok(())
}

/// One public key serves one holder in one kind: whoever has two places could speak for another.
fn check_keys_apart(root: &Root, persons: &[PersonEntry], units: &[UnitEntry]) -> Result<(), EntryError> {
    let of_root = root.public_keys().map(|(owner, public)| (public, owner));
    let of_persons = persons.iter().flat_map(|entry| {
        entry.keys.iter().map(|key| (key.key.0.as_slice(), format!("{} ({})", entry.number, key.kind)))
    });
    let of_units = units.iter().flat_map(|entry| {
        entry.recovery.iter().map(|key| (key.key.0.as_slice(), format!("{} (recovery)", entry.number)))
    });
    let mut owners: BTreeMap<&[u8], String> = BTreeMap::new();
    for (public, owner) in of_root.chain(of_persons).chain(of_units) {
        if let Some(first) = owners.get(public) {
            return Err(EntryError::SharedKey { first: first.clone(), second: owner });
        }
        owners.insert(public, owner);
    }
    Ok(())
}

fn check_key(key: &Key) -> Result<(), TextError> {
    let of_person = key.kind.is_opening() || matches!(key.kind, KeyKind::Sign | KeyKind::Station);
    if !of_person {
        return Err(TextError::new("keys", format!("{} is no kind of key for a person", key.kind)));
    }
    check_public("keys", &key.id, key.kind, &key.key.0)?;
    match (key.state, key.to) {
        (KeyState::Active, Some(_)) => Err(TextError::new("keys", "an active key has no end")),
        (KeyState::Retired | KeyState::Stopped, None) => {
            Err(TextError::new("keys", "a retired or stopped key has an end"))
        }
        (_, Some(to)) if to < key.from => Err(TextError::new("keys", "a key ends before it begins")),
        _ => Ok(()),
    }
}

/// The id is the key's, and the key is one that cannot weaken what is sealed to it or signed by it.
fn check_public(field: &'static str, id: &KeyId, kind: KeyKind, public: &[u8]) -> Result<(), TextError> {
    let refused = |reason: String| TextError::new(field, format!("key {}: {reason}", id.groups()));
    if kind.is_opening() {
        Recipient::from_public(kind, public).map_err(|error| refused(error.to_string()))?;
    } else {
        VerifyingKey::from_slice(public).map_err(|error| refused(error.to_string()))?;
    }
    if KeyId::of(kind, public) == *id {
        Ok(())
    } else {
        Err(refused("the id is not that of the key".to_owned()))
    }
}

/// Why a text is no name of a person, unit, officer or post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameFault {
    /// Nothing stands there.
    #[error("empty")]
    Empty,
    /// More than 192 bytes.
    #[error("longer than 192 bytes")]
    TooLong,
    /// `@` would part an address in the wrong place.
    #[error("contains @")]
    At,
    /// A space at either end, or two side by side.
    #[error("begins or ends with a space, or has two side by side")]
    Spaces,
    /// A space of another width, or another sign that shows as nothing: two names would look the same.
    #[error("contains a blank that is no plain space")]
    Blank,
    /// A character that no signed text may contain, or not normalisation form C.
    #[error("contains a forbidden character, or is not in normalisation form C")]
    Forbidden,
}

/// Checks the name of a person, unit or officer.
pub fn check_name(name: &str) -> Result<(), NameFault> {
    if name.is_empty() {
        return Err(NameFault::Empty);
    }
    if name.contains('@') {
        return Err(NameFault::At);
    }
    check_title(name)
}

/// Checks the title of a post, which may be empty and may contain `@`.
pub fn check_title(title: &str) -> Result<(), NameFault> {
    if title.len() > NAME_MAX {
        Err(NameFault::TooLong)
    } else if json::check_str(title).is_err() {
        Err(NameFault::Forbidden)
    } else if title.chars().any(is_odd_blank) {
        Err(NameFault::Blank)
    } else if title.trim() != title || title.contains("  ") {
        Err(NameFault::Spaces)
    } else {
        Ok(())
    }
}

/// Whether this is the sound of a name: at most 192 bytes of lower-case syllables a-z parted by single spaces, or nothing.
pub fn is_pinyin(text: &str) -> bool {
    let syllable = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    text.len() <= NAME_MAX && (text.is_empty() || text.split(' ').all(syllable))
}

fn has_twice<T: PartialEq>(list: &[T]) -> bool {
    list.iter().enumerate().any(|(index, one)| list.iter().take(index).any(|other| other == one))
}
