//! What all acts on persons and units share: the draft they go into, the words shown before the one yes.

use std::path::Path;

use serde_json::json;
use vault_keys::digest::sha256;
use vault_keys::directory::{Act, Caution, Organisation, Paper as Record, PaperHash, PersonEntry, UnitEntry};
use vault_keys::numbers::{Holder, PersonNo, UnitNo};
use vault_keys::time::{Day, Time};

use super::showing;
use crate::context::Context;
use crate::error::{Failure, Kind, Outcome};
use crate::home::{Home, read_limited};
use crate::lang::Msg;
use crate::officer::{NextDirectory, Paper, Recorded};
use crate::people::{self, Listed};
use crate::{clock, msg, trust, weak_units};

/// The largest paper whose hash is taken, in bytes: a scan of many pages.
const RECORD_MAX: u64 = 256 * 1024 * 1024;

/// The draft of the next directory while acts go into it.
pub(super) struct Acting<'a> {
    context: &'a Context,
    home: &'a Home,
    before: Organisation,
    next: NextDirectory,
    everyone: Vec<Listed>,
    now: Time,
}

impl<'a> Acting<'a> {
    /// Opens the draft of a home whose lock is held.
    pub(super) fn open(context: &'a Context, home: &'a Home) -> Outcome<Self> {
        let next = NextDirectory::open(home)?;
        let everyone = people::everyone(&next.persons, &next.units);
        let before = trust::load(home)?.organisation;
        Ok(Self { context, home, before, next, everyone, now: clock::now() })
    }

    /// Today, by this machine.
    pub(super) fn today(&self) -> Day {
        self.now.day()
    }

    /// Whether this person's entry stands so in the directory in force, not only in the draft.
    pub(super) fn in_force(&self, person: PersonNo) -> Option<&PersonEntry> {
        self.before.directory().person(person)
    }

    /// The person a word means, as drafted.
    pub(super) fn person(&self, word: &str) -> Outcome<&PersonEntry> {
        let found = people::resolve(&self.context.ui, &self.everyone, word)?;
        let Holder::Person(number) = found.holder else {
            return Err(Failure::usage(msg!("act-person", word = word)));
        };
        let entry = self.next.persons.iter().find(|entry| entry.number == number);
        entry.ok_or_else(|| Failure::usage(msg!("act-person", word = word)))
    }

    /// The unit a word means, as drafted.
    pub(super) fn unit(&self, word: &str) -> Outcome<&UnitEntry> {
        let found = people::find_unit(&self.everyone, word).map(|(_, number)| number);
        let entry = found.and_then(|number| self.next.units.iter().find(|entry| entry.number == number));
        entry.ok_or_else(|| {
            Failure::usage(msg!("act-unit", word = word)).hint(msg!("act-unit-next", word = word))
        })
    }

    /// The clerks of a unit, as drafted.
    pub(super) fn clerks(&self, unit: UnitNo) -> Vec<PersonNo> {
        let entry = self.next.units.iter().find(|entry| entry.number == unit);
        entry.map_or_else(Vec::new, |entry| entry.clerks.clone())
    }

    /// Applies the acts, shows what they bring, takes one yes and keeps the draft.
    ///
    /// `facts` are what the changes between directories do not say by themselves.
    pub(super) fn finish(mut self, acts: Vec<Act>, facts: &[Msg]) -> Outcome {
        let ui = &self.context.ui;
        let old = self.next.clone();
        let drafted = self.lines(&old)?;
        let mut cautions: Vec<Caution> = Vec::new();
        for act in acts {
            let done = self.next.apply(self.home, act)?;
            for caution in done.cautions {
                if !cautions.contains(&caution) {
                    cautions.push(caution);
                }
            }
        }
        if self.next.says_what(&old) {
            return Err(Failure::new(Kind::Refused, msg!("act-nothing")));
        }
        let lines = self.lines(&self.next)?;
        let new: Vec<&String> = lines.iter().filter(|line| !drafted.contains(line)).collect();
        let gone: Vec<&String> = drafted.iter().filter(|line| !lines.contains(line)).collect();
        let facts: Vec<String> = facts.iter().map(|fact| ui.words(fact)).collect();
        let weak = self.next.weak_units(&self.before)?;
        let weak = weak.into_iter().map(|weak| weak_units::words(ui, weak, &self.next.units));
        let warnings: Vec<String> = cautions
            .iter()
            .filter_map(|caution| words(*caution))
            .chain(weak)
            .map(|msg| ui.words(&msg))
            .collect();
        if !ui.is_json() {
            for line in new.iter().copied().chain(&facts) {
                ui.line(&format!("  - {line}"));
            }
            for line in &gone {
                ui.line(&format!("  - {}", ui.words(&msg!("act-gone", line = line.as_str()))));
            }
            for line in &warnings {
                ui.line(&format!("  ! {line}"));
            }
        }
        ui.confirm(&msg!("act-ask"))?;
        self.next.save(self.home)?;
        ui.json(&json!({
            "drafted": new, "taken_back": gone, "facts": facts, "warnings": warnings, "pending": true,
        }));
        ui.done(&msg!("act-drafted"));
        ui.note(&msg!("act-next"));
        Ok(())
    }

    /// What a draft would change, in words.
    fn lines(&self, next: &NextDirectory) -> Outcome<Vec<String>> {
        let proposal = next.proposal(self.home, self.now)?;
        let shown = showing::paper(self.context, &Paper::Proposal(proposal), Some(&self.before))?;
        Ok(shown.lines)
    }
}

/// Something to point out, in words.
pub(super) fn words(caution: Caution) -> Option<Msg> {
    Some(match caution {
        Caution::NoVetting => msg!("caution-no-vetting"),
        Caution::NoTraining => msg!("caution-no-training"),
        Caution::NoLetter => msg!("caution-no-letter"),
        Caution::SameName { person } => msg!("caution-same-name", person = person.to_string()),
        Caution::OldKeyStillOpens => msg!("caution-old-key"),
        _ => return None,
    })
}

/// Reads a day, `2026-12-31`; full-width digits are digits.
pub(super) fn read_day(word: &str) -> Outcome<Day> {
    plain_digits(word.trim()).parse().map_err(|_| Failure::usage(msg!("day-unreadable", word = word)))
}

/// Reads `CLASS:DAY` or `CLASS:DAY:FILE`. Of the file only its hash is kept.
pub(super) fn read_record(words: &str) -> Outcome<(Record, Day)> {
    let unreadable = || Failure::usage(msg!("paper-words", words = words));
    let mut parts = words.splitn(3, ':');
    let class = parts.next().map(str::trim).filter(|class| !class.is_empty()).ok_or_else(unreadable)?;
    let day = read_day(parts.next().ok_or_else(unreadable)?)?;
    let hash = match parts.next() {
        None => None,
        Some(file) => Some(PaperHash::from_bytes(sha256(&read_limited(Path::new(file.trim()), RECORD_MAX)?))),
    };
    Ok((Record { class: class.to_owned(), hash }, day))
}

/// Reads `CLASS:DAY` or `CLASS:DAY:HASH`, where the paper itself is not at hand: full-width colons are colons.
pub(super) fn read_recorded(words: &str) -> Outcome<Recorded> {
    let unreadable = || Failure::usage(msg!("paper-recorded", words = words));
    let plain = words.replace('\u{ff1a}', ":");
    let mut parts = plain.splitn(3, ':').map(str::trim);
    let class = parts.next().filter(|class| !class.is_empty()).ok_or_else(unreadable)?;
    let until = read_day(parts.next().ok_or_else(unreadable)?)?;
    let hash = parts.next().map(|hash| hash.to_ascii_lowercase().parse()).transpose();
    Ok(Recorded { class: class.to_owned(), until, hash: hash.map_err(|_| unreadable())? })
}

/// Full-width digits, hyphens and colons as a Chinese keyboard types them, in their plain form.
fn plain_digits(word: &str) -> String {
    word.chars()
        .map(|typed| match typed {
            '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(typed) - 0xff10, 10).unwrap_or(typed),
            '\u{ff0d}' => '-',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn days_are_read_with_full_width_digits_and_nothing_else_is() {
        let day: Day = "2026-12-31".parse().unwrap();
        for typed in ["2026-12-31", " 2026-12-31 ", "２０２６－１２－３１", "２026-12-31"] {
            assert_eq!(read_day(typed).unwrap(), day, "{typed}");
        }
        for typed in ["", "2026-02-30", "31.12.2026", "tomorrow", "2026-12-31x"] {
            assert_eq!(read_day(typed).unwrap_err().message.key(), "day-unreadable", "{typed}");
        }
    }

    #[test]
    fn a_recorded_paper_is_a_class_a_day_and_a_hash() {
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let recorded = read_recorded(&format!("standard：２０２８-06-30:{}", hash.to_uppercase())).unwrap();
        assert_eq!((recorded.class.as_str(), recorded.until), ("standard", "2028-06-30".parse().unwrap()));
        assert_eq!(recorded.hash.unwrap().to_string(), hash);
        assert_eq!(read_recorded("standard:2028-06-30").unwrap().hash, None);
        // A path is no hash: the table goes from hand to hand, the paper does not.
        for words in ["standard", "", ":2028-06-30", "standard:soon", "standard:2028-06-30:paper.pdf"] {
            assert!(read_recorded(words).is_err(), "{words}");
        }
    }

    #[test]
    fn a_paper_is_a_class_a_day_and_the_hash_of_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc").unwrap();
        let (record, day) = read_record("standard:2028-06-30").unwrap();
        assert_eq!(
            (record.class.as_str(), record.hash, day.to_string()),
            ("standard", None, "2028-06-30".into())
        );
        let (record, _) = read_record(&format!("standard:2028-06-30:{}", file.path().display())).unwrap();
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(record.hash.unwrap().to_string(), hash);
        for words in ["standard", ":2028-06-30", "", "standard:soon"] {
            assert!(read_record(words).is_err(), "{words}");
        }
        assert!(read_record("standard:2028-06-30:/nowhere/at/all").is_err());
    }
}
