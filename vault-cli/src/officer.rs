//! The key officer's side: founding an organisation, entering people, signing the next directory.
//!
//! One officer for now: thresholds are 1 of 1, and the texts have their final form. The next directory
//! is kept as a draft beside the officer's key until it is published.

use serde::{Deserialize, Serialize};
use vault_core::policy::{BuiltIn, Policy};
use vault_keys::bytes::Bytes;
use vault_keys::digest::{DirectoryHash, OrgId, PolicyHash};
use vault_keys::directory::{
    Affiliation, Clearance, Draft, Key, LevelWord, LogText, NotaryText, Officer, Organisation, PersonEntry,
    PersonState, PersonType, Post, Relay, Role, RoleGrant, Root, RootText, RootType, Thresholds, UnitEntry,
    UnitType,
};
use vault_keys::key_id::KeyKind;
use vault_keys::keyfile::OfficerKeys;
use vault_keys::note::{KeyName, OfficeName, Signed};
use vault_keys::numbers::{PersonNo, UnitNo};
use vault_keys::signing::OfficeKey;
use vault_keys::time::Time;
use vault_relay::card::RelayCard;

use crate::clock;
use crate::error::{Failure, Outcome};
use crate::home::Home;
use crate::identity;
use crate::msg;
use crate::request::JoinText;
use crate::trust;

const FOLDER: &str = "officer";
const KEY_FILE: &str = "officer/officer.age";
const DRAFT_FILE: &str = "officer/draft.json";
/// The name of the only officer's key.
const OFFICE: &str = "o1";
/// A root is renewed when officers change; ten years is the outer limit.
const ROOT_DAYS: u32 = 3650;
/// How long a directory serves for sealing (design section 6).
const DIRECTORY_DAYS: u32 = 60;

/// What founding an organisation takes.
#[derive(Debug)]
pub struct Founding<'a> {
    /// The organisation's name.
    pub name: &'a str,
    /// Who the officer is, in words.
    pub officer: &'a str,
    /// The relay and its log.
    pub card: &'a RelayCard,
    /// Which built-in policy.
    pub policy: BuiltIn,
    /// What locks the officer's key.
    pub passphrase: &'a str,
    /// Now.
    pub now: Time,
}

/// Founds an organisation in this home: officer key, root 1, policy, an empty directory 1.
///
/// # Errors
/// There is one already, the card does not fit, or the disk refuses.
pub fn found(home: &Home, founding: &Founding<'_>) -> Outcome<Organisation> {
    if home.has(KEY_FILE) || home.has("trust.json") {
        return Err(Failure::failed(msg!("officer-exists")).hint(msg!("identity-exists-next")));
    }
    let key = OfficeKey::generate(&mut clock::randomness());
    let office: OfficeName = OFFICE.parse().map_err(|error| ours(&error))?;
    let officers = [(&office, &key)];
    let root = Root::sign_first(root_text(founding, &office, &key)?, &officers)
        .map_err(|error| Failure::failed(msg!("officer-root")).because(&error))?;
    let signer = KeyName::office(&root.org(), &office);
    let policy = Signed::sign(Policy::built_in(root.org(), founding.policy), &signer, &key)
        .map_err(|error| ours(&error))?;
    let draft = Draft {
        made: founding.now,
        expires: founding.now.plus_days(DIRECTORY_DAYS),
        policy: PolicyHash::of_note(policy.hash()),
        stop: None,
        persons: Vec::new(),
        units: Vec::new(),
    };
    let directory = draft.sign(&root, None, &officers).map_err(|error| ours(&error))?;
    let (_, policy) = policy.into_parts();
    let keys = OfficerKeys { org: Some(root.org()), name: OFFICE.to_owned(), key };
    let organisation =
        Organisation::new(vec![root], policy, directory, Vec::new()).map_err(|error| ours(&error))?;
    let file = keys
        .lock(founding.passphrase, identity::cost())
        .map_err(|error| Failure::failed(msg!("identity-not-locked")).because(&error))?;
    home.folder(FOLDER)?;
    home.write(KEY_FILE, &file)?;
    trust::pin(home, &organisation)?;
    Ok(organisation)
}

fn root_text(founding: &Founding<'_>, office: &OfficeName, key: &OfficeKey) -> Outcome<RootText> {
    let card = founding.card;
    let unfit = || Failure::failed(msg!("officer-card"));
    let public = key.public();
    let ml_dsa = |bytes: &[u8]| <[u8; 1312]>::try_from(bytes).map(Bytes).map_err(|_| unfit());
    Ok(RootText {
        tag: RootType,
        org: OrgId::ZERO,
        number: 1,
        name: founding.name.to_owned(),
        made: founding.now,
        expires: founding.now.plus_days(ROOT_DAYS),
        officers: vec![Officer {
            name: office.clone(),
            holder: founding.officer.to_owned(),
            ed25519: Bytes(*public.ed25519().as_bytes()),
            ml_dsa_44: Bytes(*public.ml_dsa()),
        }],
        thresholds: Thresholds { root: 1, enrol: 1, stop: 1 },
        log: LogText {
            origin: card.log.origin.parse().map_err(|error| unfit().because(&error))?,
            ed25519: card.log.ed25519,
            ml_dsa_44: ml_dsa(&card.log.ml_dsa_44.0)?,
        },
        notary: Some(NotaryText {
            ed25519: card.notary.ed25519,
            ml_dsa_44: ml_dsa(&card.notary.ml_dsa_44.0)?,
        }),
        relays: vec![Relay {
            name: card.name.parse().map_err(|error| unfit().because(&error))?,
            addresses: card.addresses.clone(),
            ed25519: card.ed25519,
        }],
        witnesses: Vec::new(),
        previous: None,
    })
}

/// The next directory while it is being written.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NextDirectory {
    format: String,
    base: DirectoryHash,
    /// All persons it will have.
    pub persons: Vec<PersonEntry>,
    /// All units it will have.
    pub units: Vec<UnitEntry>,
}

/// What the officer decides about a new member.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// The request, verified.
    pub request: JoinText,
    /// The name as it is entered.
    pub name: String,
    /// Its sound.
    pub pinyin: String,
    /// The unit's name; made if there is none.
    pub unit: String,
    /// The post held there.
    pub post: String,
    /// The highest level the person may see.
    pub clearance: Clearance,
    /// Roles held in the unit from today on.
    pub roles: Vec<Role>,
    /// Whose employee the person is.
    pub affiliation: Affiliation,
    /// Whether the person receives for the unit.
    pub clerk: bool,
    /// The highest level the unit may handle, where it is new or changed.
    pub unit_level: Option<LevelWord>,
}

/// What entering someone led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// The person's number.
    pub person: PersonNo,
    /// The unit's number.
    pub unit: UnitNo,
    /// Whether the unit was made for this.
    pub new_unit: bool,
}

impl NextDirectory {
    /// The draft in this home, or a new one upon the directory in force.
    ///
    /// # Errors
    /// This is no officer's home, or the directory in force has changed since the draft was begun.
    pub fn open(home: &Home) -> Outcome<Self> {
        if !home.has(KEY_FILE) {
            return Err(Failure::failed(msg!("officer-none")).hint(msg!("officer-none-next")));
        }
        let known = trust::load(home)?;
        let directory = known.directory();
        if !home.has(DRAFT_FILE) {
            return Ok(Self {
                format: "vault-draft/1".to_owned(),
                base: directory.hash(),
                persons: directory.persons().to_vec(),
                units: directory.units().to_vec(),
            });
        }
        let draft: Self = home.read_json(DRAFT_FILE)?;
        if draft.base == directory.hash() {
            Ok(draft)
        } else {
            Err(Failure::failed(msg!("officer-draft-old")).hint(msg!("officer-draft-old-next")))
        }
    }

    /// Whether something would change.
    #[must_use]
    pub fn is_pending(home: &Home) -> bool {
        home.has(DRAFT_FILE)
    }

    /// Keeps the draft until it is published.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn save(&self, home: &Home) -> Outcome {
        home.write_json(DRAFT_FILE, self)
    }

    /// Enters a new member.
    ///
    /// # Errors
    /// A key of the request is in the directory already.
    pub fn enrol(&mut self, enrolment: &Enrolment, now: Time) -> Outcome<Enrolled> {
        let request = &enrolment.request;
        let keys = [
            Key::active(request.opening.kind, &request.opening.key.0, now),
            Key::active(KeyKind::Sign, &request.signing.0, now),
            Key::active(KeyKind::Station, &request.station.0, now),
        ];
        let mut taken = self.persons.iter().flat_map(|person| &person.keys);
        if taken.any(|known| keys.iter().any(|key| key.id == known.id)) {
            return Err(Failure::failed(msg!("enrol-twice")));
        }
        let person = next_person(&self.persons)?;
        let (unit, new_unit) = self.unit(enrolment)?;
        let mut keys = keys.to_vec();
        keys.sort_by_key(|key| key.id);
        let mut roles = enrolment.roles.clone();
        if enrolment.clerk {
            roles.push(Role::Clerk);
        }
        roles.sort();
        roles.dedup();
        self.persons.push(PersonEntry {
            tag: PersonType,
            org: request.org,
            number: person,
            salt: salt(),
            name: enrolment.name.clone(),
            pinyin: enrolment.pinyin.clone(),
            state: PersonState::Active,
            posts: vec![Post { unit, title: enrolment.post.clone() }],
            roles: roles
                .into_iter()
                .map(|role| RoleGrant { role, unit: Some(unit), from: now.day(), to: None })
                .collect(),
            clearance: enrolment.clearance,
            affiliation: enrolment.affiliation,
            keys,
            deputies: Vec::new(),
            vetting: None,
            training: None,
            letter: None,
            personnel: None,
        });
        if enrolment.clerk
            && let Some(entry) = self.units.iter_mut().find(|entry| entry.number == unit)
        {
            entry.clerks.push(person);
            entry.clerks.sort();
            entry.salt = salt();
        }
        Ok(Enrolled { person, unit, new_unit })
    }

    fn unit(&mut self, enrolment: &Enrolment) -> Outcome<(UnitNo, bool)> {
        let found = self
            .units
            .iter_mut()
            .find(|entry| entry.name == enrolment.unit || entry.number.to_string() == enrolment.unit);
        if let Some(entry) = found {
            if let Some(level) = enrolment.unit_level
                && entry.max_level != level
            {
                entry.max_level = level;
                entry.salt = salt();
            }
            return Ok((entry.number, false));
        }
        let highest = self.units.iter().map(|entry| entry.number.value()).max().unwrap_or(0);
        let number = UnitNo::new(highest + 1).map_err(|error| ours(&error))?;
        self.units.push(UnitEntry {
            tag: UnitType,
            org: enrolment.request.org,
            number,
            salt: salt(),
            name: enrolment.unit.clone(),
            parent: None,
            max_level: enrolment.unit_level.unwrap_or(LevelWord::Internal),
            clerks: Vec::new(),
            recovery: None,
        });
        Ok((number, true))
    }
}

/// Signs the next directory and takes it into use here.
///
/// # Errors
/// The passphrase is wrong, the draft does not pass verification, or the disk refuses.
pub fn publish(home: &Home, passphrase: &str, now: Time) -> Outcome<Organisation> {
    let draft = NextDirectory::open(home)?;
    let known = trust::load(home)?;
    let current = &known.organisation;
    let keys = OfficerKeys::unlock(&home.read_secret(KEY_FILE)?, passphrase)
        .map_err(|error| identity::unlock_failure(&error))?;
    let office: OfficeName = keys.name.parse().map_err(|error| ours(&error))?;
    let next = Draft {
        // Never before its predecessor, whatever this machine's clock says.
        made: now.max(current.directory().made()),
        expires: now.max(current.directory().made()).plus_days(DIRECTORY_DAYS),
        policy: current.directory().policy(),
        stop: current.directory().value().stop,
        persons: draft.persons,
        units: draft.units,
    };
    let directory = next
        .sign(current.root(), Some(current.directory()), &[(&office, &keys.key)])
        .map_err(|error| Failure::failed(msg!("publish-unfit")).because(&error))?;
    let mut earlier = current.earlier().to_vec();
    earlier.push(current.directory().head().clone());
    let organisation =
        Organisation::new(current.roots().to_vec(), current.policy().clone(), directory, earlier)
            .map_err(|error| ours(&error))?;
    trust::accept(home, &organisation)?;
    if home.has(DRAFT_FILE) {
        let path = home.path(DRAFT_FILE);
        std::fs::remove_file(&path).map_err(|error| Failure::io(&path, &error))?;
    }
    Ok(organisation)
}

fn next_person(persons: &[PersonEntry]) -> Outcome<PersonNo> {
    // Numbers are never reused: entries of those who left stay in the directory.
    let highest = persons.iter().map(|entry| entry.number.value()).max().unwrap_or(0);
    PersonNo::new(highest + 1).map_err(|error| ours(&error))
}

fn salt() -> Bytes<16> {
    use rand_core::Rng as _;
    let mut bytes = [0; 16];
    clock::randomness().fill_bytes(&mut bytes);
    Bytes(bytes)
}

fn ours(error: &dyn std::error::Error) -> Failure {
    Failure::failed(msg!("officer-internal")).because(error)
}
