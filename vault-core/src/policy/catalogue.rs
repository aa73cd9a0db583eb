//! Catalogues of classification bases 定密依据: the clauses that give a level, and how far each goes.
//!
//! They stand inside the policy (docs/adr/0027-catalogues-in-the-policy.md): one signature and one hash for both, and
//! whoever judges a label has what it was classified by.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use vault_keys::json;
use vault_keys::note::TextError;

use super::fault::Fault;
use super::matching::as_seen;
use crate::level::Level;
use crate::limits::{LIST_MAX, TEXT_MAX};
use crate::term::{Term, YEARS_MAX};

/// Most clauses of all catalogues together.
pub const CLAUSES_MAX: usize = 2000;

/// Longest id of a clause, in bytes.
pub const CLAUSE_ID_MAX: usize = 100;

/// Longest text of a clause, in bytes.
pub const CLAUSE_TEXT_MAX: usize = 600;

/// One list of bases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Its name.
    pub name: String,
    /// What its clauses make.
    pub kind: CatalogueKind,
    /// The clauses, never none.
    pub clauses: Vec<Clause>,
}

/// What the clauses of a catalogue make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CatalogueKind {
    /// 国家秘密: 《国家秘密及其密级具体范围的规定》.
    StateSecrets,
    /// 工作秘密: the unit's own 工作秘密事项范围表.
    WorkSecrets,
}

/// One basis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its id, which labels name; no other clause of the policy has it.
    pub clause: String,
    /// What it covers.
    pub text: String,
    /// The highest level it gives.
    pub level: Level,
    /// The longest term it gives, in years; null for no limit, which only a work secret can have.
    pub years: Option<u8>,
    /// Whether it provides for more than the level's ordinary longest term (特殊规定): for as many years as it says,
    /// and for 长期.
    pub special: bool,
    /// The statutory field; null where the catalogue does not say.
    pub field: Option<Field>,
}

impl CatalogueKind {
    /// The kind that items of a level are based on; `None` for what is no secret.
    #[must_use]
    pub const fn of(level: Level) -> Option<Self> {
        match level {
            Level::Unclassified => None,
            Level::Internal => Some(Self::WorkSecrets),
            Level::Confidential | Level::Secret => Some(Self::StateSecrets),
        }
    }
}

impl Clause {
    /// Whether an item of this level can rest on the clause: one of the same kind, not above its highest.
    #[must_use]
    pub fn gives(&self, level: Level) -> bool {
        CatalogueKind::of(level) == CatalogueKind::of(self.level) && level <= self.level
    }

    /// Whether the clause alone would allow a term that starts on a day. One that hangs on an event has no length to
    /// compare; 长期 is for special clauses and work secrets without a limit.
    #[must_use]
    pub fn allows(&self, term: &Term, start: vault_keys::time::Day) -> bool {
        let Some(years) = self.years else { return true };
        match term {
            Term::Long => self.special,
            Term::Condition(_) | Term::None => true,
            Term::Years(_) | Term::Months(_) | Term::Until(_) => {
                let longest = start.plus_years(u32::from(years));
                term.last_day(start).zip(longest.ok()).is_none_or(|(last, longest)| last <= longest)
            }
        }
    }

    /// What holds for a clause of a catalogue of this kind.
    ///
    /// # Errors
    /// [`Fault`] names the first rule broken.
    pub fn check(&self, kind: CatalogueKind) -> Result<(), Fault> {
        let Self { clause, text, level, years, special, field: _ } = self;
        line(clause, CLAUSE_ID_MAX)?;
        line(text, CLAUSE_TEXT_MAX)?;
        if CatalogueKind::of(*level) != Some(kind) {
            return Err(Fault::ClauseLevel);
        }
        if years.is_some_and(|years| !(1..=YEARS_MAX).contains(&years)) {
            return Err(Fault::Years);
        }
        match level.longest_years() {
            None if *special => Err(Fault::ClauseSpecial),
            None => Ok(()),
            Some(_) if years.is_none() => Err(Fault::ClauseEndless),
            Some(longest) if !special && *years > Some(longest) => Err(Fault::BeyondLaw { longest }),
            Some(_) => Ok(()),
        }
    }
}

impl Catalogue {
    /// What holds for its name and size; its clauses have rules of their own.
    ///
    /// # Errors
    /// [`Fault`] names the first rule broken.
    pub fn check(&self) -> Result<(), Fault> {
        line(&self.name, TEXT_MAX)?;
        if self.clauses.is_empty() { Err(Fault::NoClause) } else { Ok(()) }
    }
}

/// What catalogues and clauses must not share with each other; they are handed in one by one.
#[derive(Debug, Default)]
pub struct Together {
    names: BTreeSet<String>,
    ids: BTreeSet<String>,
}

impl Together {
    /// Takes the next catalogue's name.
    ///
    /// # Errors
    /// [`Fault`]: one before has it, or there are too many.
    pub fn catalogue(&mut self, name: &str) -> Result<(), Fault> {
        if !self.names.insert(as_seen(name)) {
            return Err(Fault::CatalogueTwice);
        }
        if self.names.len() > LIST_MAX { Err(Fault::Many { max: LIST_MAX }) } else { Ok(()) }
    }

    /// Takes the next clause's id. Two ids that people cannot tell apart would be one basis to them.
    ///
    /// # Errors
    /// [`Fault`]: one before has it, or there are too many.
    pub fn clause(&mut self, id: &str) -> Result<(), Fault> {
        if !self.ids.insert(as_seen(id)) {
            return Err(Fault::ClauseTwice);
        }
        if self.ids.len() > CLAUSES_MAX { Err(Fault::Many { max: CLAUSES_MAX }) } else { Ok(()) }
    }
}

/// The rules of all catalogues of a policy.
pub(super) fn check(catalogues: &[Catalogue]) -> Result<(), TextError> {
    let mut together = Together::default();
    for catalogue in catalogues {
        let named = |fault| TextError::new("catalogues", format!("{}: {fault}", catalogue.name));
        catalogue.check().and_then(|()| together.catalogue(&catalogue.name)).map_err(named)?;
        for clause in &catalogue.clauses {
            let named = |fault| TextError::new("catalogues", format!("{}: {fault}", clause.clause));
            clause.check(catalogue.kind).and_then(|()| together.clause(&clause.clause)).map_err(named)?;
        }
    }
    Ok(())
}

/// A text of one line that neither begins nor ends with a space.
fn line(text: &str, max: usize) -> Result<(), Fault> {
    if text.is_empty() || text.len() > max || text.trim() != text {
        return Err(Fault::Line { max });
    }
    Ok(json::check_str(text)?)
}

macro_rules! fields {
    ($( $(#[doc = $doc:literal])+ $variant:ident $word:literal $name:literal )+) => {
        /// The seven statutory fields in which state secrets arise.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $( $(#[doc = $doc])+ $variant, )+
        }

        impl Field {
            /// Every field, in the order of the law.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that stands in the text.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The Chinese name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

fields! {
    /// Major decisions in state affairs.
    StateAffairs "state-affairs" "国家事务重大决策"
    /// National defence and the armed forces.
    Defence "defence" "国防建设和武装力量活动"
    /// Foreign affairs, and what other countries are owed secrecy for.
    ForeignAffairs "foreign-affairs" "外交和外事活动"
    /// National economy and social development.
    Economy "economy" "国民经济和社会发展"
    /// Science and technology.
    Science "science" "科学技术"
    /// State security and criminal investigation.
    Security "security" "维护国家安全和追查刑事犯罪"
    /// Others determined by the department in charge of secrecy.
    Other "other" "其他"
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let found = Self::ALL.iter().copied().find(|field| field.word() == word);
        found.ok_or_else(|| de::Error::custom("no field of this name"))
    }
}
