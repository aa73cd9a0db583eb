//! What becomes of people and units. Nothing that is signed is left out: an entry that is new is read out whole, a
//! change of one says what it is.

use vault_keys::directory::{
    Affiliation, Change, Deputy, Key, KeyState, LevelWord, Paper, PersonEntry, PersonState, Personnel, Post,
    Preview, RoleGrant,
};
use vault_keys::numbers::{PersonNo, UnitNo};
use vault_keys::time::Day;

use super::Words;
use crate::commands::keys::enrol::{clearance_words, role_words, station_words};
use crate::commands::keys::papers::category_words;
use crate::commands::keys::show::{key_state_words, state_words};
use crate::identity::kind_words;
use crate::lang::Msg;
use crate::{clock, msg, people};

impl Words<'_> {
    pub(super) fn changes(&self, preview: &Preview) -> Vec<String> {
        preview.changes().iter().flat_map(|change| self.change(change, preview)).collect()
    }

    fn change(&self, change: &Change, preview: &Preview) -> Vec<String> {
        let who = |person: PersonNo| person_words(preview, person);
        let unit = |unit: UnitNo| unit_words(preview, unit);
        let message = match change {
            Change::Enrolled { person } => {
                return preview
                    .person(*person)
                    .map(|entry| self.enrolled(entry, preview))
                    .unwrap_or_default();
            }
            Change::State { person, from, to } => {
                msg!("show-state", who = who(*person), from = state_words(*from), to = state_words(*to))
            }
            Change::KeyAdded { person, key, kind } => {
                let key = preview.person(*person).and_then(|entry| entry.key(key));
                let words = key.map_or_else(String::new, |key| self.key(key));
                msg!("show-key-added", who = who(*person), kind = kind_words(*kind), key = words)
            }
            Change::KeyEnded { person, key, kind, to } => {
                let opens = kind.is_opening();
                let (who, kind, key) = (who(*person), kind_words(*kind), key.groups());
                match to {
                    KeyState::Stopped => msg!("show-key-stopped", who = who, kind = kind, key = key),
                    _ if opens => msg!("show-key-retired", who = who, kind = kind, key = key),
                    _ => msg!("show-key-retired-other", who = who, kind = kind, key = key),
                }
            }
            Change::KeyEnd { person, key, from, to } => {
                let time = |time: &Option<_>| time.map_or_else(|| self.none(), clock::local);
                msg!("show-key-end", who = who(*person), key = key.groups(), from = time(from), to = time(to))
            }
            Change::Renamed { person, from, to } => {
                msg!("show-renamed", who = who(*person), from = from.as_str(), to = to.as_str())
            }
            Change::Sound { person, from, to } => {
                let words = |sound: &str| if sound.is_empty() { self.none() } else { sound.to_owned() };
                msg!("show-sound", who = who(*person), from = words(from), to = words(to))
            }
            Change::Posts { person, from, to } => msg!(
                "show-posts",
                who = who(*person),
                from = self.posts(from, preview),
                to = self.posts(to, preview)
            ),
            Change::Roles { person, added, removed } => msg!(
                "show-roles",
                who = who(*person),
                added = self.roles(added, preview),
                removed = self.roles(removed, preview)
            ),
            Change::Clearance { person, from, to } => msg!(
                "show-clearance",
                who = who(*person),
                from = clearance_words(self.context, *from),
                to = clearance_words(self.context, *to)
            ),
            Change::Deputies { person, added, removed } => msg!(
                "show-deputies",
                who = who(*person),
                added = self.deputies(added, preview),
                removed = self.deputies(removed, preview)
            ),
            Change::Papers { person } => {
                let facts = preview.person(*person).map(|entry| self.papers(entry)).unwrap_or_default();
                msg!("show-papers", who = who(*person), facts = self.list(facts))
            }
            Change::UnitAdded { unit: number } => {
                let entry = preview.unit(*number);
                let level = entry.map(|entry| self.level(entry.max_level)).unwrap_or_default();
                match entry.and_then(|entry| entry.parent) {
                    Some(above) => {
                        msg!("show-unit-under", name = unit(*number), above = unit(above), level = level)
                    }
                    None => msg!("show-unit-new", name = unit(*number), level = level),
                }
            }
            Change::Unit { unit: number, from, to } => {
                let facts = |(name, parent, level): &(String, Option<UnitNo>, LevelWord)| {
                    let parent = parent.map(unit).unwrap_or_default();
                    format!("{name} {parent} {}", self.level(*level)).replace("  ", " ")
                };
                msg!("show-unit", unit = unit(*number), from = facts(from), to = facts(to))
            }
            Change::Clerks { unit: number, added, removed } => {
                let people = |list: &[PersonNo]| self.list(list.iter().map(|one| who(*one)).collect());
                msg!("show-clerks", unit = unit(*number), added = people(added), removed = people(removed))
            }
            Change::Recovery { unit: number, to, .. } => match to {
                Some(key) => msg!("show-recovery", unit = unit(*number), key = key.groups()),
                None => msg!("show-recovery-none", unit = unit(*number)),
            },
            Change::Policy { to, .. } => msg!("show-policy-other", hash = to.to_string()),
            Change::Root { to, .. } => msg!("show-rests", number = *to),
            Change::Folds { to, .. } => {
                msg!("show-folds", number = to.map_or(0, |stop| stop.number))
            }
            Change::Expires { to, .. } => msg!("show-until", day = to.day().to_string()),
            // A kind of change that these words do not know is still said, by its name in the library.
            other => msg!("show-other", what = format!("{other:?}")),
        };
        vec![self.say(&message)]
    }

    /// Someone new: one line, and one more for each thing that is not as it is for most. The keys are changes of
    /// their own.
    fn enrolled(&self, entry: &PersonEntry, preview: &Preview) -> Vec<String> {
        // Every field by name, so that none is added which nobody reads before signing.
        let PersonEntry {
            tag: _,
            org: _,
            number,
            salt: _,
            name,
            pinyin,
            state,
            posts,
            roles,
            clearance,
            affiliation,
            keys: _,
            deputies,
            vetting,
            training,
            letter,
            personnel,
        } = entry;
        let who = format!("{} ({number})", people::with_sound(name, pinyin));
        let mut lines = vec![self.say(&msg!(
            "show-enrolled",
            who = who.as_str(),
            posts = self.posts(posts, preview),
            level = clearance_words(self.context, *clearance),
            roles = self.roles(roles, preview)
        ))];
        if *state != PersonState::Active {
            let state = state_words(*state);
            lines.push(self.say(&msg!("show-state-new", who = who.as_str(), state = state)));
        }
        if !deputies.is_empty() {
            let deputies = self.deputies(deputies, preview);
            lines.push(self.say(&msg!("show-deputies-new", who = who.as_str(), deputies = deputies)));
        }
        let papers = vetting.is_some() || training.is_some() || letter.is_some() || personnel.is_some();
        if papers || *affiliation != Affiliation::Own {
            let facts = self.list(self.papers(entry));
            lines.push(self.say(&msg!("show-papers", who = who, facts = facts)));
        }
        lines
    }

    /// A key as it stands in the entry.
    fn key(&self, key: &Key) -> String {
        let since = self.say(&msg!("show-key-since", key = key.id.groups(), time = clock::local(key.from)));
        match key.state {
            KeyState::Active => since,
            state => format!("{since} ({})", self.say(&key_state_words(state))),
        }
    }

    /// Affiliation, papers, class of staff, absence and classes of stations, as they are afterwards.
    fn papers(&self, entry: &PersonEntry) -> Vec<String> {
        let none = Personnel::default();
        let Personnel { category, vetting, training, letter, cooling_off, abroad, stations } =
            entry.personnel.as_deref().unwrap_or(&none);
        let mut facts = vec![self.say(&affiliation_words(entry.affiliation))];
        if entry.personnel.is_some() {
            facts.push(self.say(&msg!("paper-category", word = self.say(&category_words(*category)))));
        }
        for (name, until, paper) in [
            (msg!("paper-vetting"), entry.vetting, vetting),
            (msg!("paper-training"), entry.training, training),
            (msg!("paper-letter"), entry.letter, letter),
        ] {
            facts.extend(until.map(|until| self.paper(&name, until, paper.as_ref())));
        }
        facts.extend(cooling_off.map(|day| self.say(&msg!("leave-cooling-off", day = day.to_string()))));
        facts.extend(abroad.map(|days| {
            self.say(&msg!("paper-abroad", from = days.from.to_string(), to = days.to.to_string()))
        }));
        for station in stations {
            let class = station_words(station.class);
            let inspected = station.inspected.map_or_else(|| self.none(), |day| day.to_string());
            facts.push(self.say(&msg!(
                "paper-station",
                key = station.key.groups(),
                class = class,
                inspected = inspected
            )));
        }
        facts
    }

    fn paper(&self, name: &Msg, until: Day, paper: Option<&Paper>) -> String {
        let name = self.say(name);
        let (class, hash) = paper.map_or((None, None), |paper| (Some(paper.class.as_str()), paper.hash));
        let hash = hash.map_or_else(|| self.none(), |hash| hash.to_string().chars().take(16).collect());
        let class = class.map_or_else(|| self.none(), str::to_owned);
        self.say(&msg!("paper-line", name = name, class = class, day = until.to_string(), hash = hash))
    }

    fn deputies(&self, list: &[Deputy], preview: &Preview) -> String {
        let words = list.iter().map(|deputy| {
            let who = person_words(preview, deputy.person);
            format!("{who} {} {} – {}", self.say(&role_words(deputy.role)), deputy.from, deputy.to)
        });
        self.list(words.collect())
    }

    fn posts(&self, posts: &[Post], preview: &Preview) -> String {
        let words = posts.iter().map(|post| {
            let unit =
                preview.unit(post.unit).map_or_else(|| post.unit.to_string(), |unit| unit.name.clone());
            format!("{unit} {}", post.title)
        });
        self.list(words.collect())
    }

    fn roles(&self, roles: &[RoleGrant], preview: &Preview) -> String {
        let words = roles.iter().map(|grant| {
            let role = self.say(&role_words(grant.role));
            let unit = grant.unit.and_then(|unit| preview.unit(unit)).map(|unit| unit.name.clone());
            let role = unit.map_or_else(|| role.clone(), |unit| format!("{unit} {role}"));
            let from = grant.from.to_string();
            match grant.to {
                Some(to) => self.say(&msg!("show-role-to", role = role, from = from, to = to.to_string())),
                None => self.say(&msg!("show-role-from", role = role, from = from)),
            }
        });
        self.list(words.collect())
    }
}

fn person_words(preview: &Preview, person: PersonNo) -> String {
    preview.person(person).map_or_else(|| person.to_string(), |entry| format!("{} ({person})", entry.name))
}

fn unit_words(preview: &Preview, unit: UnitNo) -> String {
    preview.unit(unit).map_or_else(|| unit.to_string(), |entry| format!("{} ({unit})", entry.name))
}

pub(in crate::commands::keys) fn affiliation_words(affiliation: Affiliation) -> Msg {
    match affiliation {
        Affiliation::Own => msg!("affiliation-own"),
        Affiliation::Outside => msg!("affiliation-outside"),
        Affiliation::Foreign => msg!("affiliation-foreign"),
    }
}
