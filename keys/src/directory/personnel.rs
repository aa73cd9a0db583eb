//! What version 2 of a person's entry adds: classes and hashes of papers, stations' classes, absence
//! (docs/directory.md, "Person, version 2").
//!
//! Papers themselves never enter the directory: their class, the day until which they are valid, and their
//! hash. An entry without these facts is written as version 1, one with them as version 2: one encoding each.

use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

use super::entry::{
    Affiliation, Clearance, Deputy, Key, PersonEntry, PersonState, PersonType, Post, RoleGrant, WordError,
    words,
};
use crate::bytes::Bytes;
use crate::digest::OrgId;
use crate::digest_type;
use crate::key_id::KeyId;
use crate::note::TextError;
use crate::numbers::{PersonNo, text_forms};
use crate::time::{Day, Time};

/// The type of version 2.
pub(super) const PERSON_2: &str = "vault-person/2";
/// The most stations of one person.
const STATIONS_MAX: usize = 64;
/// The longest class of a paper in bytes.
const CLASS_MAX: usize = 32;

digest_type! {
    /// SHA-256 of a paper: a vetting record, a certificate, a signed letter.
    pub struct PaperHash;
}

words! {
    /// Which class of secrecy staff a person belongs to (涉密人员).
    Category {
        /// Not among them.
        None = "none",
        /// 一般.
        General = "general",
        /// 重要.
        Important = "important",
        /// 核心.
        Core = "core",
    }
}

words! {
    /// What a station may be used for; an item needs a class of at least its level.
    StationClass {
        /// On the internet: nothing classified.
        Internet = "internet",
        /// On the internal network: up to 工作秘密.
        Internal = "internal",
        /// For state secrets.
        Classified = "classified",
    }
}

/// What version 2 of a person's entry adds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Personnel {
    /// The class of secrecy staff.
    pub category: Category,
    /// The vetting; present exactly where the entry's `vetting` day is.
    pub vetting: Option<Paper>,
    /// The training; present exactly where the entry's `training` day is.
    pub training: Option<Paper>,
    /// The secrecy letter; present exactly where the entry's `letter` day is.
    pub letter: Option<Paper>,
    /// The last day of the cooling-off time after leaving.
    pub cooling_off: Option<Day>,
    /// Days abroad: nothing is received on them.
    pub abroad: Option<Absence>,
    /// Classes of this person's stations, ascending by key.
    pub stations: Vec<StationFacts>,
}

/// A paper that is kept elsewhere. The day until which it is valid stands in the entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Paper {
    /// Its class: 1 to 32 of a-z, 0-9 and hyphen.
    pub class: String,
    /// Its hash; `None` where only the day was known, in version 1 of the entry.
    pub hash: Option<PaperHash>,
}

/// Days on which someone is away, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absence {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

/// What a station may be used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StationFacts {
    /// The station's key; one of this person's.
    pub key: KeyId,
    /// Its class.
    pub class: StationClass,
    /// The day until which its inspection is valid.
    pub inspected: Option<Day>,
}

impl Default for Personnel {
    fn default() -> Self {
        Self {
            category: Category::None,
            vetting: None,
            training: None,
            letter: None,
            cooling_off: None,
            abroad: None,
            stations: Vec::new(),
        }
    }
}

/// The class of a paper of which version 1 knew only the day.
const EARLIER: &str = "earlier";

impl PersonEntry {
    /// What version 2 adds, after making the entry one of version 2. Days it had are kept.
    pub fn personnel_mut(&mut self) -> &mut Personnel {
        let carried = |until: Option<Day>| until.map(|_| Paper { class: EARLIER.to_owned(), hash: None });
        let (vetting, training, letter) = (self.vetting, self.training, self.letter);
        self.personnel.get_or_insert_with(|| {
            Box::new(Personnel {
                vetting: carried(vetting),
                training: carried(training),
                letter: carried(letter),
                ..Personnel::default()
            })
        })
    }

    /// Whether the person is abroad on `day`.
    pub fn is_abroad(&self, day: Day) -> bool {
        let absence = self.personnel.as_ref().and_then(|facts| facts.abroad);
        absence.is_some_and(|absence| absence.from <= day && day <= absence.to)
    }

    /// What is known of a station of this person beyond its key.
    pub fn station_facts(&self, key: &KeyId) -> Option<&StationFacts> {
        self.personnel.as_ref()?.stations.iter().find(|station| station.key == *key)
    }
}

/// Rules of what version 2 adds.
pub(super) fn check(entry: &PersonEntry) -> Result<(), TextError> {
    let Some(facts) = &entry.personnel else { return Ok(()) };
    let papers = [
        ("vetting", entry.vetting, &facts.vetting),
        ("training", entry.training, &facts.training),
        ("letter", entry.letter, &facts.letter),
    ];
    for (field, until, paper) in papers {
        if until.is_some() != paper.is_some() {
            return Err(TextError::new(field, "a paper has a class, a hash and a day, or is not there"));
        }
        if paper.as_ref().is_some_and(|paper| !Paper::is_class(&paper.class)) {
            return Err(TextError::new(field, "a class is 1 to 32 of a-z, 0-9 and hyphen"));
        }
    }
    if facts.abroad.is_some_and(|absence| absence.to < absence.from) {
        return Err(TextError::new("abroad", "ends before it begins"));
    }
    if facts.stations.len() > STATIONS_MAX || !facts.stations.is_sorted_by(|one, next| one.key < next.key) {
        return Err(TextError::new("stations", "more than 64, not ascending by key, or one twice"));
    }
    let is_station =
        |key: &KeyId| entry.key(key).is_some_and(|key| key.kind == crate::key_id::KeyKind::Station);
    if !facts.stations.iter().all(|station| is_station(&station.key)) {
        return Err(TextError::new("stations", "not a station of this person"));
    }
    Ok(())
}

impl Paper {
    /// Whether this may be a paper's class: 1 to 32 of a-z, 0-9 and hyphen.
    pub fn is_class(text: &str) -> bool {
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=CLASS_MAX).contains(&text.len()) && text.bytes().all(known)
    }
}

/// A paper as version 2 writes it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PaperText {
    class: String,
    until: Day,
    hash: Option<PaperHash>,
}

impl PaperText {
    fn of(until: Option<Day>, paper: Option<&Paper>) -> Option<Self> {
        let (until, paper) = until.zip(paper)?;
        Some(Self { class: paper.class.clone(), until, hash: paper.hash })
    }
}

impl Serialize for PersonEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("PersonEntry", 20)?;
        let version = if self.personnel.is_some() { PERSON_2 } else { PersonType::NAME };
        out.serialize_field("type", version)?;
        out.serialize_field("org", &self.org)?;
        out.serialize_field("number", &self.number)?;
        out.serialize_field("salt", &self.salt)?;
        out.serialize_field("name", &self.name)?;
        out.serialize_field("pinyin", &self.pinyin)?;
        out.serialize_field("state", &self.state)?;
        out.serialize_field("posts", &self.posts)?;
        out.serialize_field("roles", &self.roles)?;
        out.serialize_field("clearance", &self.clearance)?;
        out.serialize_field("affiliation", &self.affiliation)?;
        out.serialize_field("keys", &self.keys)?;
        out.serialize_field("deputies", &self.deputies)?;
        if let Some(facts) = &self.personnel {
            out.serialize_field("category", &facts.category)?;
            out.serialize_field("vetting", &PaperText::of(self.vetting, facts.vetting.as_ref()))?;
            out.serialize_field("training", &PaperText::of(self.training, facts.training.as_ref()))?;
            out.serialize_field("letter", &PaperText::of(self.letter, facts.letter.as_ref()))?;
            out.serialize_field("cooling_off", &facts.cooling_off)?;
            out.serialize_field("abroad", &facts.abroad)?;
            out.serialize_field("stations", &facts.stations)?;
        } else {
            out.serialize_field("vetting", &self.vetting)?;
            out.serialize_field("training", &self.training)?;
            out.serialize_field("letter", &self.letter)?;
        }
        out.end()
    }
}

/// A paper in either version.
#[derive(Deserialize)]
#[serde(untagged)]
enum Valid {
    Until(Day),
    Paper(PaperText),
}

/// Both versions at once. What a version does not have gets lost here, and the comparison of the re-encoded
/// value with the input then refuses the text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(rename = "type")]
    tag: String,
    org: OrgId,
    number: PersonNo,
    salt: Bytes<16>,
    name: String,
    pinyin: String,
    state: PersonState,
    posts: Vec<Post>,
    roles: Vec<RoleGrant>,
    clearance: Clearance,
    affiliation: Affiliation,
    keys: Vec<Key>,
    deputies: Vec<Deputy>,
    category: Option<Category>,
    vetting: Option<Valid>,
    training: Option<Valid>,
    letter: Option<Valid>,
    cooling_off: Option<Day>,
    abroad: Option<Absence>,
    #[serde(default)]
    stations: Vec<StationFacts>,
}

impl<'de> Deserialize<'de> for PersonEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        let parted = |valid: Option<Valid>| match valid {
            None => (None, None),
            Some(Valid::Until(day)) => (Some(day), None),
            Some(Valid::Paper(PaperText { class, until, hash })) => {
                (Some(until), Some(Paper { class, hash }))
            }
        };
        let (vetting, vetting_paper) = parted(wire.vetting);
        let (training, training_paper) = parted(wire.training);
        let (letter, letter_paper) = parted(wire.letter);
        let personnel = match wire.tag.as_str() {
            PersonType::NAME => None,
            PERSON_2 => Some(Box::new(Personnel {
                category: wire.category.ok_or_else(|| serde::de::Error::missing_field("category"))?,
                vetting: vetting_paper,
                training: training_paper,
                letter: letter_paper,
                cooling_off: wire.cooling_off,
                abroad: wire.abroad,
                stations: wire.stations,
            })),
            other => return Err(serde::de::Error::custom(format_args!("{other:?} is no person's entry"))),
        };
        Ok(Self {
            tag: PersonType,
            org: wire.org,
            number: wire.number,
            salt: wire.salt,
            name: wire.name,
            pinyin: wire.pinyin,
            state: wire.state,
            posts: wire.posts,
            roles: wire.roles,
            clearance: wire.clearance,
            affiliation: wire.affiliation,
            keys: wire.keys,
            deputies: wire.deputies,
            vetting,
            training,
            letter,
            personnel,
        })
    }
}

impl Key {
    /// Ends the key's use at `at`, or at its beginning if that is later.
    pub(super) fn end(&mut self, state: super::entry::KeyState, at: Time) {
        self.state = state;
        self.to = Some(at.max(self.from));
    }
}
