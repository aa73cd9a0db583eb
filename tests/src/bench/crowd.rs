//! An organisation of many people, made from fixed seeds: what directories are measured with.

use vault_core::policy::Policy;
use vault_core::test_world::SeededRng;
use vault_keys::bytes::Bytes;
use vault_keys::digest::{OrgId, PolicyHash};
use vault_keys::directory::{
    Affiliation, Clearance, Directory, Draft, Key, LevelWord, LogText, NotaryText, Officer, Organisation,
    PersonEntry, PersonState, PersonType, Post, Relay, Role, RoleGrant, Root, RootText, RootType, Thresholds,
    UnitEntry, UnitType,
};
use vault_keys::key_id::KeyKind;
use vault_keys::note::{KeyName, Note, OfficeName, Signed};
use vault_keys::numbers::{PersonNo, UnitNo};
use vault_keys::opening::{Identity, Suite};
use vault_keys::signing::{OfficeKey, SigningKey};
use vault_keys::station::StationKey;
use vault_keys::time::Time;
use vault_relay::card::RelayCard;

use crate::recipes::Failure;

/// People in one unit.
const PER_UNIT: u32 = 25;

/// Three officers, of whom two sign, and everybody else.
#[derive(Debug)]
pub(super) struct Crowd {
    pub(super) root: Root,
    officers: Vec<(OfficeName, OfficeKey)>,
    policy: Note,
    made: Time,
    persons: Vec<PersonEntry>,
    units: Vec<UnitEntry>,
}

impl Crowd {
    /// `people` persons; the first of them have these stations. With a relay's card, root names that relay.
    pub(super) fn found(
        people: u32,
        stations: &[StationKey],
        card: Option<&RelayCard>,
        made: Time,
    ) -> Result<Self, Failure> {
        let rng = &mut SeededRng::new(6);
        let officers = (1..=3)
            .map(|number| Ok((format!("o{number}").parse()?, OfficeKey::generate(rng))))
            .collect::<Result<Vec<(OfficeName, OfficeKey)>, Failure>>()?;
        let signers: Vec<_> = officers.iter().take(2).map(|(name, key)| (name, key)).collect();
        let root = Root::sign_first(root_text(&officers, card, made, rng)?, &signers)?;
        let policy = policy(&root, &officers)?;
        let persons = (1..=people)
            .zip(stations.iter().map(Some).chain(std::iter::repeat(None)))
            .map(|(number, station)| person(&root, number, station, made, rng))
            .collect::<Result<_, Failure>>()?;
        let units = (1..=people.div_ceil(PER_UNIT))
            .map(|number| unit(&root, number, people))
            .collect::<Result<_, Failure>>()?;
        Ok(Self { root, officers, policy, made, persons, units })
    }

    /// Directory 1.
    pub(super) fn first(&self) -> Result<Organisation, Failure> {
        self.organisation(self.draft(self.made).sign(&self.root, None, &self.signers())?, Vec::new())
    }

    /// The directory after `before`, in which one person has another post title and one key more.
    pub(super) fn with_one_changed(&mut self, before: &Organisation) -> Result<Organisation, Failure> {
        let rng = &mut SeededRng::new(7);
        let made = before.directory().made().plus_seconds(60);
        let middle = self.persons.len() / 2;
        let entry = self.persons.get_mut(middle).ok_or("nobody to change")?;
        entry.salt = salt(rng);
        for post in &mut entry.posts {
            post.title = "科长".to_owned();
        }
        entry.keys.push(Key::active(KeyKind::Station, &StationKey::generate(rng).public(), made));
        entry.keys.sort_by_key(|key| key.id);
        let next = self.draft(made).sign(&self.root, Some(before.directory()), &self.signers())?;
        let mut earlier = before.earlier().to_vec();
        earlier.push(before.directory().head().clone());
        self.organisation(next, earlier)
    }

    fn signers(&self) -> Vec<(&OfficeName, &OfficeKey)> {
        self.officers.iter().take(2).map(|(name, key)| (name, key)).collect()
    }

    fn draft(&self, made: Time) -> Draft {
        Draft {
            made,
            expires: made.plus_days(60),
            policy: PolicyHash::of_note(self.policy.hash()),
            stop: None,
            persons: self.persons.clone(),
            units: self.units.clone(),
        }
    }

    fn organisation(
        &self,
        directory: Directory,
        earlier: Vec<Signed<vault_keys::directory::DirectoryText>>,
    ) -> Result<Organisation, Failure> {
        Ok(Organisation::new(vec![self.root.clone()], self.policy.clone(), directory, earlier)?)
    }
}

fn root_text(
    officers: &[(OfficeName, OfficeKey)],
    card: Option<&RelayCard>,
    made: Time,
    rng: &mut SeededRng,
) -> Result<RootText, Failure> {
    let log = match card {
        Some(card) => LogText {
            origin: card.log.origin.parse()?,
            ed25519: card.log.ed25519,
            ml_dsa_44: card.log.ml_dsa_44,
            succeeds: None,
        },
        None => {
            let key = OfficeKey::generate(rng).public();
            LogText {
                origin: "bench.example/log".parse()?,
                ed25519: Bytes(*key.ed25519().as_bytes()),
                ml_dsa_44: Bytes(*key.ml_dsa()),
                succeeds: None,
            }
        }
    };
    let notary =
        card.map(|card| NotaryText { ed25519: card.notary.ed25519, ml_dsa_44: card.notary.ml_dsa_44 });
    let officer = |(name, key): &(OfficeName, OfficeKey)| Officer {
        name: name.clone(),
        holder: format!("officer {name}"),
        ed25519: Bytes(*key.public().ed25519().as_bytes()),
        ml_dsa_44: Bytes(*key.public().ml_dsa()),
    };
    let relay = |card: &RelayCard| {
        Ok::<_, Failure>(Relay {
            name: card.name.parse()?,
            addresses: card.addresses.clone(),
            ed25519: card.ed25519,
        })
    };
    Ok(RootText {
        tag: RootType,
        org: OrgId::ZERO,
        number: 1,
        name: "示例集团".to_owned(),
        made,
        expires: made.plus_days(3650),
        officers: officers.iter().map(officer).collect(),
        thresholds: Thresholds { root: 2, enrol: 2, stop: 1 },
        log,
        notary,
        relays: card.iter().map(|card| relay(card)).collect::<Result<_, Failure>>()?,
        witnesses: Vec::new(),
        previous: None,
    })
}

fn policy(root: &Root, officers: &[(OfficeName, OfficeKey)]) -> Result<Note, Failure> {
    let mut signers = officers.iter().take(2);
    let (name, key) = signers.next().ok_or("no officer")?;
    let policy = Policy::standard(root.org());
    let (_, mut note) = Signed::sign(policy, &KeyName::office(&root.org(), name), key)?.into_parts();
    for (name, key) in signers {
        note.cosign(&KeyName::office(&root.org(), name), key)?;
    }
    Ok(note)
}

fn person(
    root: &Root,
    number: u32,
    station: Option<&StationKey>,
    from: Time,
    rng: &mut SeededRng,
) -> Result<PersonEntry, Failure> {
    let opening = Identity::generate(Suite::Hybrid, rng).to_recipient();
    let signing = SigningKey::generate(rng).public();
    let station = station.map_or_else(|| StationKey::generate(rng).public(), StationKey::public);
    let mut keys = vec![
        Key::active(opening.kind(), &opening.public_bytes(), from),
        Key::active(KeyKind::Sign, signing.as_bytes(), from),
        Key::active(KeyKind::Station, &station, from),
    ];
    keys.sort_by_key(|key| key.id);
    let unit = UnitNo::new((number - 1) / PER_UNIT + 1)?;
    Ok(PersonEntry {
        tag: PersonType,
        org: root.org(),
        number: PersonNo::new(number)?,
        salt: salt(rng),
        name: format!("张三{number}"),
        pinyin: "zhang san".to_owned(),
        state: PersonState::Active,
        posts: vec![Post { unit, title: "科员".to_owned() }],
        roles: vec![RoleGrant { role: Role::Handler, unit: Some(unit), from: from.day(), to: None }],
        clearance: Clearance::Secret,
        affiliation: Affiliation::Own,
        keys,
        deputies: Vec::new(),
        vetting: None,
        training: None,
        letter: None,
        personnel: None,
    })
}

fn unit(root: &Root, number: u32, people: u32) -> Result<UnitEntry, Failure> {
    let first = (number - 1) * PER_UNIT + 1;
    let clerks = [first, (first + 1).min(people)];
    let mut clerks = clerks.into_iter().map(PersonNo::new).collect::<Result<Vec<_>, _>>()?;
    clerks.dedup();
    Ok(UnitEntry {
        tag: UnitType,
        org: root.org(),
        number: UnitNo::new(number)?,
        salt: salt(&mut SeededRng::new(u64::from(number))),
        name: format!("第{number}科"),
        parent: (number > 1).then(|| UnitNo::new(1)).transpose()?,
        max_level: LevelWord::Secret,
        clerks,
        recovery: None,
    })
}

fn salt(rng: &mut SeededRng) -> Bytes<16> {
    use rand_core::Rng as _;
    let mut bytes = [0; 16];
    rng.fill_bytes(&mut bytes);
    Bytes(bytes)
}
