//! Who is meant by what a person types: a name, its sound in pinyin, a unit, an address such as
//! `李娜@财务科`, or a number. An ambiguous word is listed, never guessed. Design section 11.

use vault_keys::directory::{PersonEntry, UnitEntry};
use vault_keys::numbers::{Holder, PersonNo, UnitNo};

use crate::error::{Failure, Outcome};
use crate::lang::Msg;
use crate::msg;
use crate::names::pinyin_of;
use crate::ui::Ui;

/// One person or unit as lists and questions show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The permanent number.
    pub holder: Holder,
    /// The name.
    pub name: String,
    /// The name's sound, as the directory has it; empty for units.
    pub pinyin: String,
    /// Units and posts held; for a unit itself none.
    pub posts: Vec<Post>,
    /// Whether the directory has it in force.
    pub active: bool,
}

/// A post in a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The unit's number.
    pub unit: UnitNo,
    /// The unit's name.
    pub unit_name: String,
    /// The title held.
    pub title: String,
}

impl Listed {
    /// `李娜@财务科`, or the unit's name.
    #[must_use]
    pub fn address(&self) -> String {
        match self.posts.first() {
            Some(post) => format!("{}@{}", self.name, post.unit_name),
            None => self.name.clone(),
        }
    }

    /// `李娜 · 财务科 科员 · p3`.
    #[must_use]
    pub fn line(&self) -> String {
        let mut words = self.name.clone();
        for post in &self.posts {
            words.push_str(&format!(" · {} {}", post.unit_name, post.title));
        }
        words.push_str(&format!(" · {}", self.holder));
        words
    }
}

/// Everybody and every unit of these entries.
#[must_use]
pub fn everyone(persons: &[PersonEntry], units: &[UnitEntry]) -> Vec<Listed> {
    let unit_name = |number: UnitNo| {
        let unit = units.iter().find(|unit| unit.number == number);
        unit.map_or_else(|| number.to_string(), |unit| unit.name.clone())
    };
    let persons = persons.iter().map(|person| Listed {
        holder: Holder::Person(person.number),
        name: person.name.clone(),
        pinyin: person.pinyin.clone(),
        posts: person
            .posts
            .iter()
            .map(|post| Post { unit: post.unit, unit_name: unit_name(post.unit), title: post.title.clone() })
            .collect(),
        active: person.is_active(),
    });
    let units = units.iter().map(|unit| Listed {
        holder: Holder::Unit(unit.number),
        name: unit.name.clone(),
        pinyin: String::new(),
        posts: Vec::new(),
        active: true,
    });
    persons.chain(units).collect()
}

/// What a typed word leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// Exactly one.
    One(&'a Listed),
    /// More than one, equally good.
    Several(Vec<&'a Listed>),
    /// None; perhaps one of these was meant.
    None(Vec<&'a Listed>),
}

/// Looks a word up. The best kind of match wins: number, address, name, pinyin, initials.
#[must_use]
pub fn find<'a>(everyone: &'a [Listed], word: &str) -> Found<'a> {
    let word = word.trim();
    let sound = sound_of(word);
    let by = |test: &dyn Fn(&Listed) -> bool| everyone.iter().filter(|one| test(one)).collect::<Vec<_>>();
    let kinds: [&dyn Fn(&Listed) -> bool; 5] = [
        &|one| one.holder.to_string() == word.to_ascii_lowercase(),
        &|one| matches_address(one, word),
        &|one| one.name == word,
        &|one| !sound.is_empty() && is_latin(word) && sounds(one).contains(&sound),
        &|one| !sound.is_empty() && is_latin(word) && initials(one).as_deref() == Some(&sound),
    ];
    for kind in kinds {
        let mut found = by(kind);
        // Someone who has left stands in nobody's way, but is found if nobody else is.
        if found.iter().any(|one| one.active) {
            found.retain(|one| one.active);
        }
        match found.as_slice() {
            [] => {}
            [one] => return Found::One(one),
            _ => return Found::Several(found),
        }
    }
    let near = by(&|one| {
        !word.is_empty()
            && (one.name.contains(word)
                || !sound.is_empty() && is_latin(word) && sounds(one).iter().any(|s| s.starts_with(&sound)))
    });
    Found::None(near.into_iter().take(8).collect())
}

/// Looks a word up, asks which one if several fit and somebody can be asked.
///
/// # Errors
/// Nobody fits, or several do and nobody can be asked; the message lists them.
pub fn resolve<'a>(ui: &Ui, everyone: &'a [Listed], word: &str) -> Outcome<&'a Listed> {
    match find(everyone, word) {
        Found::One(one) => Ok(one),
        Found::Several(several) => {
            let lines: Vec<String> = several.iter().map(|one| one.line()).collect();
            let question = msg!("who-of-several", word = word);
            let chosen = ui.choose(&question, &lines, || {
                let failure = Failure::usage(question.clone());
                lines
                    .iter()
                    .fold(failure, |failure, line| failure.hint(msg!("who-candidate", line = line)))
                    .hint(msg!("who-of-several-next"))
            })?;
            several.get(chosen).copied().ok_or_else(|| Failure::usage(question))
        }
        Found::None(near) => {
            let failure = Failure::usage(msg!("who-nobody", word = word));
            let failure = near.iter().fold(failure, |failure, one| {
                failure.hint(Msg::new("who-candidate").with("line", one.line()))
            });
            Err(failure.hint(msg!("who-nobody-next")))
        }
    }
}

/// Looks a unit up by name or number.
#[must_use]
pub fn find_unit<'a>(everyone: &'a [Listed], word: &str) -> Option<(&'a Listed, UnitNo)> {
    everyone.iter().find_map(|one| match one.holder {
        Holder::Unit(number) if one.name == word.trim() || number.to_string() == word.trim() => {
            Some((one, number))
        }
        _ => None,
    })
}

/// Whoever has this number.
#[must_use]
pub fn by_number(everyone: &[Listed], person: PersonNo) -> Option<&Listed> {
    everyone.iter().find(|one| one.holder == Holder::Person(person))
}

/// A name with its sound, where one is known.
#[must_use]
pub fn with_sound(name: &str, pinyin: &str) -> String {
    if pinyin.is_empty() { name.to_owned() } else { format!("{name} ({pinyin})") }
}

fn matches_address(one: &Listed, word: &str) -> bool {
    let Some((name, unit)) = word.split_once(['@', '＠']) else { return false };
    let (name, unit) = (name.trim(), unit.trim());
    let same = one.name == name || is_latin(name) && sounds(one).contains(&sound_of(name));
    same && one.posts.iter().any(|post| post.unit_name == unit || post.unit.to_string() == unit)
}

fn is_latin(word: &str) -> bool {
    word.is_ascii()
}

fn sound_of(word: &str) -> String {
    word.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

fn spelled(one: &Listed) -> String {
    if one.pinyin.is_empty() { pinyin_of(&one.name) } else { one.pinyin.clone() }
}

fn sounds(one: &Listed) -> Vec<String> {
    vec![sound_of(&spelled(one))]
}

fn initials(one: &Listed) -> Option<String> {
    let spelled = spelled(one);
    let letters: String = spelled.split_whitespace().filter_map(|word| word.chars().next()).collect();
    (letters.chars().count() > 1).then_some(letters)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{Found, Listed, Post, find, find_unit};
    use crate::names::pinyin_of;

    fn person(number: &str, name: &str, unit: (&str, &str), active: bool) -> Listed {
        Listed {
            holder: number.parse().unwrap(),
            name: name.to_owned(),
            pinyin: pinyin_of(name),
            posts: vec![Post {
                unit: unit.0.parse().unwrap(),
                unit_name: unit.1.to_owned(),
                title: "科员".to_owned(),
            }],
            active,
        }
    }

    fn everyone() -> Vec<Listed> {
        let unit = |number: &str, name: &str| Listed {
            holder: number.parse().unwrap(),
            name: name.to_owned(),
            pinyin: String::new(),
            posts: Vec::new(),
            active: true,
        };
        vec![
            person("p1", "王建国", ("u1", "办公室"), true),
            person("p2", "李娜", ("u2", "财务科"), true),
            person("p3", "李娜", ("u1", "办公室"), true),
            person("p4", "李纳", ("u1", "办公室"), true),
            person("p5", "张伟", ("u1", "办公室"), false),
            person("p6", "张伟", ("u2", "财务科"), true),
            unit("u1", "办公室"),
            unit("u2", "财务科"),
        ]
    }

    fn check(word: &str, expected: &str) {
        let everyone = everyone();
        let all =
            |found: &[&Listed]| found.iter().map(|one| one.holder.to_string()).collect::<Vec<_>>().join(" ");
        let got = match find(&everyone, word) {
            Found::One(one) => one.holder.to_string(),
            Found::Several(several) => format!("several {}", all(&several)),
            Found::None(near) => format!("none {}", all(&near)),
        };
        assert_eq!(got, expected, "{word}");
    }

    #[test]
    fn one_is_meant() {
        check("王建国", "p1");
        check("wangjianguo", "p1");
        check("Wang Jianguo", "p1");
        check("wjg", "p1");
        check("p4", "p4");
        check("P4", "p4");
        check("李娜@财务科", "p2");
        check("lina@财务科", "p2");
        check("李娜＠办公室", "p3");
        check("财务科", "u2");
        check("caiwuke", "u2");
        check("u1", "u1");
    }

    #[test]
    fn ambiguous_words_are_listed_never_guessed() {
        check("李娜", "several p2 p3");
        check("lina", "several p2 p3 p4");
    }

    #[test]
    fn those_who_left_stand_in_nobodys_way() {
        check("张伟", "p6");
        check("张伟@办公室", "p5");
    }

    #[test]
    fn near_ones_are_offered_but_not_taken() {
        check("王", "none p1");
        check("wang", "none p1");
        check("赵六", "none ");
        check("", "none ");
        check("@", "none ");
    }

    #[test]
    fn units_are_found_by_name_and_number() {
        let everyone = everyone();
        assert_eq!(find_unit(&everyone, "财务科").unwrap().1.to_string(), "u2");
        assert_eq!(find_unit(&everyone, "u1").unwrap().0.name, "办公室");
        assert!(find_unit(&everyone, "李娜").is_none());
    }
}
