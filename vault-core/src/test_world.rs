//! A small organisation with fixed keys, for tests of every house (feature `test-hooks`).
//!
//! Two units, seven people, one officer. Everything is derived from fixed seeds, so items made from it can be
//! compared byte for byte. Its secrets are known to everyone: nothing outside tests may use it.
//!
//! | number | name | unit | clearance | what for |
//! |---|---|---|---|---|
//! | p1 | 张伟 | u1 办公室 | secret | sends |
//! | p2 | 王芳 | u1 办公室, clerk | secret | |
//! | p3 | 李娜 | u2 财务科 | secret | receives |
//! | p4 | 赵磊 | u2 财务科, clerk | secret | receives for the unit |
//! | p5 | 陈静 | u2 财务科 | none | not cleared |
//! | p6 | 刘洋 | u2 财务科 | secret | of another organisation |
//! | p7 | 孙丽 | u1 办公室 | secret | suspended |
//!
//! [`World::with_deciders`] adds, all in u1 and cleared for secret:
//!
//! | number | name | what for |
//! |---|---|---|
//! | p8 | 周明 | reviewer |
//! | p9 | 吴静 | approver |
//! | p10 | 郑浩 | deputy of p9 as approver, in November and December 2026 |
//! | p11 | 冯雪 | reviewer and approver |
#![expect(clippy::expect_used, reason = "fixed inputs; a failure here is a failed test")]

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};

use rand_core::{CryptoRng, TryCryptoRng, TryRng};
use vault_keys::bytes::Bytes;
use vault_keys::digest::{OrgId, PolicyHash, sha256_of};
use vault_keys::directory::{
    Affiliation, Clearance, Deputy, Directory, Draft as DirectoryDraft, InForce, Key, KeyState, LevelWord,
    LogText, Officer, Organisation, PersonEntry, PersonState, PersonType, Place, Post, RecoveryKey, Role,
    RoleGrant, Root, RootText, RootType, Stop, StopAct, Thresholds, UnitEntry, UnitType,
};
use vault_keys::key_id::KeyKind;
use vault_keys::note::{KeyName, OfficeName, Signed};
use vault_keys::numbers::{Holder, PersonNo, UnitNo};
use vault_keys::opening::{Identity, Suite};
use vault_keys::signing::{OfficeKey, SigningKey};
use vault_keys::station::StationKey;
use vault_keys::time::Time;

use crate::admission::{Published, Refused};
use crate::item::{FileEntry, ItemHeader, ItemId, PayloadForm};
use crate::level::Level;
use crate::policy::{
    ActRule, Catalogue, CatalogueKind, Clause, Field, Further, Policy, Profile, ReturnRule, Section,
    SectionName, StandingRule,
};
use crate::sealing::{Author, Draft, Payload, ReadyDraft, RecoveryChoice};
use crate::stream::parts::PartValue;
use crate::stream::{PlaintextLen, Progress, Work};
use crate::term::Term;

/// The time at which tests of the world take place.
pub const NOW: &str = "2026-11-22T08:00:00Z";

/// Deterministic bytes in place of randomness: SHA-256 of a seed and a counter.
#[derive(Debug, Clone)]
pub struct SeededRng {
    seed: u64,
    counter: u64,
    block: Vec<u8>,
}

impl SeededRng {
    /// The stream of this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed, counter: 0, block: Vec::new() }
    }
}

impl TryRng for SeededRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        for byte in out {
            if self.block.is_empty() {
                let block =
                    sha256_of(&[b"vault/test-world", &self.seed.to_le_bytes(), &self.counter.to_le_bytes()]);
                self.block = block.to_vec();
                self.counter += 1;
            }
            *byte = self.block.pop().expect("refilled above");
        }
        Ok(())
    }
}

impl TryCryptoRng for SeededRng {}

/// One person with every secret.
#[derive(Debug)]
pub struct Member {
    /// The number.
    pub person: PersonNo,
    /// The signing key.
    pub signing: SigningKey,
    /// The station key.
    pub station: StationKey,
    /// The hybrid opening key.
    pub opening: Identity,
    /// The classic opening key.
    pub classic: Identity,
}

impl Member {
    /// The person as the author of an item sealed on the own station.
    #[must_use]
    pub fn author(&self) -> Author {
        Author { person: self.person, key: self.signing.key_id(), station: self.station.key_id() }
    }

    /// The person as a holder.
    #[must_use]
    pub const fn holder(&self) -> Holder {
        Holder::Person(self.person)
    }
}

/// A policy as an organisation writes one (version 2): that of the world, with two catalogues.
#[must_use]
pub fn written_policy(org: OrgId) -> Policy {
    let clause = |id: &str, text: &str, level, years, field| Clause {
        clause: id.to_owned(),
        text: text.to_owned(),
        level,
        years,
        special: false,
        field,
    };
    let further = Further {
        profile: Profile::Network,
        decide_days: 7,
        remind_hours: 24,
        return_days: Level::ALL.map(|level| ReturnRule { level, days: None }).to_vec(),
        acts: ActRule::built_in(),
        standing: Some(StandingRule { ceiling: Level::Internal, longest_days: 92, most_uses: 500 }),
        catalogues: vec![
            Catalogue {
                name: "国家秘密范围".to_owned(),
                kind: CatalogueKind::StateSecrets,
                clauses: vec![
                    clause(
                        "国3.1",
                        "未公布的全年财政收支计划",
                        Level::Secret,
                        Some(10),
                        Some(Field::Economy),
                    ),
                    clause("国3.2", "正在拟订的价格调整方案", Level::Confidential, Some(5), None),
                ],
            },
            Catalogue {
                name: "工作秘密事项范围表".to_owned(),
                kind: CatalogueKind::WorkSecrets,
                clauses: vec![
                    clause("工1", "未公开的干部人事调整安排", Level::Internal, None, None),
                    clause("工2", "征地补偿的内部测算", Level::Internal, Some(3), None),
                ],
            },
        ],
        sections: SectionName::ALL
            .iter()
            .map(|name| Section { name: *name, text: vec![format!("{}。", name.name())] })
            .collect(),
    };
    let mut policy = Policy::internal_without_decision(org);
    policy.number = 2;
    policy.with_further(further)
}

/// The organisation.
#[derive(Debug)]
pub struct World {
    /// Root 1.
    pub root: Root,
    /// The officer's key, whose office is `o1`.
    pub officer: OfficeKey,
    /// The register's key.
    pub log: OfficeKey,
    /// Policies, the one in force last.
    pub policies: Vec<Signed<Policy>>,
    /// Directories from 1 on, the one in force last.
    pub directories: Vec<Directory>,
    /// Stop lists from 1 on; no directory folds them.
    pub stops: Vec<Stop>,
    /// Where each of them stands in the register, if that is known.
    pub stop_leaves: Vec<Option<Place>>,
    /// p1 to p7 in order, then those who decide.
    pub members: Vec<Member>,
}

impl World {
    /// The world under the policy that demands no decision for 内部.
    #[must_use]
    pub fn new() -> Self {
        Self::under(Policy::internal_without_decision, |_| {})
    }

    /// The world with people who review and approve for u1.
    #[must_use]
    pub fn with_deciders() -> Self {
        let mut world = Self::new();
        world.add_deciders();
        world
    }

    /// Publishes the next directory with the people who review and approve for u1.
    pub fn add_deciders(&mut self) {
        let mut rng = SeededRng::new(8);
        self.members.extend((8..=11).map(|number| member(number, &mut rng)));
        let people = [
            (8, "周明", "zhou ming"),
            (9, "吴静", "wu jing"),
            (10, "郑浩", "zheng hao"),
            (11, "冯雪", "feng xue"),
        ];
        let entries = people.map(|(number, name, pinyin)| {
            let mut entry = self.person(self.member(number), name, pinyin, unit_no(1));
            let roles: &[Role] = match number {
                8 => &[Role::Reviewer],
                9 => &[Role::Approver],
                11 => &[Role::Reviewer, Role::Approver],
                _ => &[],
            };
            let from = "2026-10-01".parse().expect("a day");
            entry.roles = roles
                .iter()
                .map(|role| RoleGrant { role: *role, unit: Some(unit_no(1)), from, to: None })
                .collect();
            if number == 9 {
                entry.deputies = vec![Deputy {
                    role: Role::Approver,
                    person: self.member(10).person,
                    from: "2026-11-01".parse().expect("a day"),
                    to: "2026-12-31".parse().expect("a day"),
                }];
            }
            entry
        });
        self.add(entries);
    }

    /// The world under another policy, or with a root that names relays or other register keys.
    #[must_use]
    pub fn under(policy: impl FnOnce(OrgId) -> Policy, root_text: impl FnOnce(&mut RootText)) -> Self {
        let mut rng = SeededRng::new(1);
        let officer = OfficeKey::generate(&mut rng);
        let log = OfficeKey::generate(&mut rng);
        let members: Vec<Member> = (1..=7).map(|number| member(number, &mut rng)).collect();
        let root = root(&officer, &log, root_text);
        let policy = policy(root.org());
        let policy = Signed::sign(policy, &officer_name(&root), &officer).expect("a built-in policy signs");
        let mut world = Self {
            root,
            officer,
            log,
            policies: vec![policy],
            directories: Vec::new(),
            stops: Vec::new(),
            stop_leaves: Vec::new(),
            members,
        };
        let (persons, units) = world.first_entries();
        world.publish(persons, units);
        world
    }

    /// The time at which tests take place.
    #[must_use]
    pub fn now(&self) -> Time {
        NOW.parse().expect("a time")
    }

    /// The person of this number.
    #[must_use]
    pub fn member(&self, number: u32) -> &Member {
        self.members.iter().find(|member| member.person.value() == number).expect("one of the members")
    }

    /// The directory in force.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        self.directories.last().expect("directory 1 is published at the start")
    }

    /// Everything published so far, to borrow [`Published`] from.
    #[must_use]
    pub fn shelf(&self) -> Shelf<'_> {
        self.shelf_until(self.directory().number())
    }

    /// What somebody has who has seen no directory after `number`, but every stop list.
    #[must_use]
    pub fn shelf_until(&self, number: u32) -> Shelf<'_> {
        let known = self.directories.iter().filter(|directory| directory.number() <= number);
        let mut known: Vec<&Directory> = known.collect();
        let newest = known.pop().expect("directory 1 is known to everybody").clone();
        let in_force = InForce::new(self.root.clone(), newest, self.stops.clone(), None);
        let mut in_force = in_force.expect("stop lists follow each other");
        for (stop, place) in self.stops.iter().zip(&self.stop_leaves) {
            if let Some(place) = place {
                in_force = in_force.with_stop_leaf(stop.number(), place.clone());
            }
        }
        Shelf { in_force, earlier: known, policies: self.policies.iter().collect() }
    }

    /// Publishes the next stop list, whose leaf stands at `index` of the register, or at none that is known.
    pub fn stop(&mut self, acts: Vec<StopAct>, index: Option<u64>) {
        let text = Stop::next_text(&self.root, None, self.stops.last(), self.now(), acts);
        let office: OfficeName = "o1".parse().expect("an office");
        let stop = Stop::sign(text, &self.root, &[(&office, &self.officer)]).expect("a stop list");
        self.stops.push(stop);
        self.stop_leaves.push(index.map(|index| self.place(index)));
    }

    /// Gives the person another opening key of the suite: the next directory has it as active, and the old one in this
    /// state. Answers the old key.
    pub fn replace_opening(&mut self, number: u32, suite: Suite, old: KeyState, seed: u64) -> Identity {
        let fresh = Identity::generate(suite, &mut SeededRng::new(seed));
        let (now, public) = (self.now(), fresh.to_recipient().public_bytes());
        let index = usize::try_from(number).expect("a small number") - 1;
        self.change(|persons, _| {
            let keys = &mut persons[index].keys;
            for key in keys.iter_mut().filter(|key| key.kind == suite.kind() && key.is_active()) {
                key.state = old;
                key.to = Some(now);
            }
            keys.push(Key::active(suite.kind(), &public, now));
            keys.sort_by_key(|key| key.id);
        });
        let member = &mut self.members[index];
        let held = match suite {
            Suite::Hybrid => &mut member.opening,
            Suite::Classic => &mut member.classic,
        };
        std::mem::replace(held, fresh)
    }

    /// The place of a leaf in this organisation's register.
    #[must_use]
    pub fn place(&self, index: u64) -> Place {
        Place { origin: self.root.log_origin().clone(), index }
    }

    /// The organisation file with the directory in force.
    #[must_use]
    pub fn organisation(&self) -> Organisation {
        let policy = self.policies.last().expect("there is a policy").note().clone();
        Organisation::new(vec![self.root.clone()], policy, self.directory().clone(), Vec::new())
            .expect("the world is in order")
    }

    /// Publishes the next directory after a change to the entries.
    pub fn change(&mut self, change: impl FnOnce(&mut [PersonEntry], &mut [UnitEntry])) {
        let mut persons = self.directory().persons().to_vec();
        let mut units = self.directory().units().to_vec();
        change(&mut persons, &mut units);
        self.publish(persons, units);
    }

    /// Publishes the next directory with further people, in order of their numbers.
    pub fn add(&mut self, people: impl IntoIterator<Item = PersonEntry>) {
        let mut persons = self.directory().persons().to_vec();
        persons.extend(people);
        self.publish(persons, self.directory().units().to_vec());
    }

    /// Puts another policy in force with the next directory.
    pub fn change_policy(&mut self, policy: Policy) {
        let policy =
            Signed::sign(policy, &officer_name(&self.root), &self.officer).expect("the policy signs");
        self.policies.push(policy);
        self.change(|_, _| {});
    }

    /// A draft by p1 that no rule refuses: 内部 for five years, to these people, without a recovery key.
    #[must_use]
    pub fn draft(&self, to: &[u32]) -> Draft {
        let to: Vec<Holder> = to.iter().map(|number| self.member(*number).holder()).collect();
        let mut draft = Draft::new("关于办公用品采购的通知", "内部", &to);
        draft.term = Some(Term::Years(5));
        draft.recovery = RecoveryChoice::Units(crate::scope::Ascending::empty());
        draft
    }

    /// Judges a draft of p1's for one file of `length` bytes.
    ///
    /// # Errors
    /// As [`ReadyDraft::new`].
    pub fn ready(&self, draft: &Draft, length: u64, seed: u64) -> Result<ReadyDraft, Refused> {
        let file = FileEntry {
            name: "通知.txt".parse().expect("a file name"),
            size: length,
            media: "text/plain".to_owned(),
        };
        let payload = Payload { form: PayloadForm::File, files: vec![file] };
        let author = self.member(1).author();
        ReadyDraft::new(draft, payload, author, &self.shelf().published(), item_id(seed), self.now())
    }

    /// Seals `plaintext` in memory as p1; the same arguments give the same bytes.
    #[must_use]
    pub fn seal(&self, draft: &Draft, plaintext: &[u8], seed: u64) -> SealedBytes {
        let length = plaintext.len() as u64;
        let ready = self.ready(draft, length, seed).expect("no rule refuses the draft");
        let plaintext_len = PlaintextLen::new(length).expect("a short plaintext");
        let mut rng = SeededRng::new(seed);
        let sealing = ready.begin(plaintext_len, &self.member(1).signing, &mut rng).expect("a header");
        let content = Mutex::new(Vec::new());
        let progress = Progress::new();
        let item = sealing.seal(&plaintext, &content, &Work::new(&progress)).expect("memory does not fail");
        SealedBytes {
            header: item.header,
            content: content.into_inner().unwrap_or_else(PoisonError::into_inner),
            parts: item.parts,
        }
    }

    fn publish(&mut self, persons: Vec<PersonEntry>, units: Vec<UnitEntry>) {
        let made = "2026-11-01T00:00:00Z".parse::<Time>().expect("a time");
        let draft = DirectoryDraft {
            made: made.plus_days(u32::try_from(self.directories.len()).expect("few directories")),
            expires: made.plus_days(60),
            policy: PolicyHash::of_note(self.policies.last().expect("there is a policy").hash()),
            stop: None,
            persons,
            units,
        };
        let office: OfficeName = "o1".parse().expect("an office");
        let directory = draft.sign(&self.root, self.directories.last(), &[(&office, &self.officer)]);
        self.directories.push(directory.expect("the entries keep the rules"));
    }

    fn first_entries(&self) -> (Vec<PersonEntry>, Vec<UnitEntry>) {
        let people = [
            (1, "张伟", "zhang wei", 1),
            (2, "王芳", "wang fang", 1),
            (3, "李娜", "li na", 2),
            (4, "赵磊", "zhao lei", 2),
            (5, "陈静", "chen jing", 2),
            (6, "刘洋", "liu yang", 2),
            (7, "孙丽", "sun li", 1),
        ];
        let persons = people.map(|(number, name, pinyin, unit)| {
            let mut entry = self.person(self.member(number), name, pinyin, unit_no(unit));
            match number {
                5 => entry.clearance = Clearance::None,
                6 => entry.affiliation = Affiliation::Outside,
                7 => entry.state = PersonState::Suspended,
                _ => {}
            }
            entry
        });
        let recovery = Identity::generate(Suite::Hybrid, &mut SeededRng::new(2)).to_recipient();
        let recovery = RecoveryKey {
            id: recovery.key_id(),
            kind: recovery.kind(),
            key: vault_keys::bytes::ByteString(recovery.public_bytes()),
        };
        let units = vec![self.unit(1, "办公室", 2, Some(recovery)), self.unit(2, "财务科", 4, None)];
        (persons.into(), units)
    }

    fn person(&self, member: &Member, name: &str, pinyin: &str, unit: UnitNo) -> PersonEntry {
        let from = "2026-10-01T00:00:00Z".parse().expect("a time");
        let (opening, classic) = (member.opening.to_recipient(), member.classic.to_recipient());
        let mut keys = vec![
            Key::active(KeyKind::OpeningHybrid, &opening.public_bytes(), from),
            Key::active(KeyKind::OpeningClassic, &classic.public_bytes(), from),
            Key::active(KeyKind::Sign, member.signing.public().as_bytes(), from),
            Key::active(KeyKind::Station, &member.station.public(), from),
        ];
        keys.sort_by_key(|key| key.id);
        PersonEntry {
            tag: PersonType,
            org: self.root.org(),
            number: member.person,
            salt: Bytes([7; 16]),
            name: name.to_owned(),
            pinyin: pinyin.to_owned(),
            state: PersonState::Active,
            posts: vec![Post { unit, title: "科员".to_owned() }],
            roles: Vec::new(),
            clearance: Clearance::Secret,
            affiliation: Affiliation::Own,
            keys,
            deputies: Vec::new(),
            vetting: None,
            training: None,
            letter: None,
            personnel: None,
        }
    }

    fn unit(&self, number: u32, name: &str, clerk: u32, recovery: Option<RecoveryKey>) -> UnitEntry {
        UnitEntry {
            tag: UnitType,
            org: self.root.org(),
            number: unit_no(number),
            salt: Bytes([8; 16]),
            name: name.to_owned(),
            parent: None,
            max_level: LevelWord::Secret,
            clerks: vec![self.member(clerk).person],
            recovery,
        }
    }
}

/// An item in memory.
#[derive(Debug, Clone)]
pub struct SealedBytes {
    /// Its header.
    pub header: ItemHeader,
    /// Every byte behind it.
    pub content: Vec<u8>,
    /// The value of each part of the content.
    pub parts: Vec<PartValue>,
}

impl SealedBytes {
    /// The item as one file.
    #[must_use]
    pub fn file(&self) -> Vec<u8> {
        [self.header.bytes(), self.content.as_slice()].concat()
    }
}

/// What a world has published; taking entries off makes somebody who has not seen them.
#[derive(Debug)]
pub struct Shelf<'a> {
    /// What is in force.
    pub in_force: InForce,
    /// Directories before that, ascending.
    pub earlier: Vec<&'a Directory>,
    /// Policies.
    pub policies: Vec<&'a Signed<Policy>>,
}

impl Shelf<'_> {
    /// As the admission check takes it.
    #[must_use]
    pub fn published(&self) -> Published<'_> {
        Published { in_force: &self.in_force, earlier: &self.earlier, policies: &self.policies }
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// The unit of this number.
#[must_use]
pub fn unit_no(number: u32) -> UnitNo {
    UnitNo::new(number).expect("a small number")
}

/// A fixed item id.
#[must_use]
pub fn item_id(seed: u64) -> ItemId {
    ItemId::generate(NOW.parse().expect("a time"), &mut SeededRng::new(seed))
}

fn member(number: u32, rng: &mut dyn CryptoRng) -> Member {
    Member {
        person: PersonNo::new(number).expect("a small number"),
        signing: SigningKey::generate(rng),
        station: StationKey::generate(rng),
        opening: Identity::generate(Suite::Hybrid, rng),
        classic: Identity::generate(Suite::Classic, rng),
    }
}

fn root(officer: &OfficeKey, log: &OfficeKey, change: impl FnOnce(&mut RootText)) -> Root {
    let (public, log) = (officer.public(), log.public());
    let mut text = RootText {
        tag: RootType,
        org: OrgId::ZERO,
        number: 1,
        name: "示例单位".to_owned(),
        made: "2026-10-01T00:00:00Z".parse().expect("a time"),
        expires: "2036-10-01T00:00:00Z".parse().expect("a time"),
        officers: vec![Officer {
            name: "o1".parse().expect("an office"),
            holder: "周敏".to_owned(),
            ed25519: Bytes(*public.ed25519().as_bytes()),
            ml_dsa_44: Bytes(*public.ml_dsa()),
        }],
        thresholds: Thresholds { root: 1, enrol: 1, stop: 1 },
        log: LogText {
            origin: "vault.example/register".parse().expect("a key name"),
            ed25519: Bytes(*log.ed25519().as_bytes()),
            ml_dsa_44: Bytes(*log.ml_dsa()),
            succeeds: None,
        },
        notary: None,
        relays: Vec::new(),
        witnesses: Vec::new(),
        previous: None,
    };
    change(&mut text);
    let office: OfficeName = "o1".parse().expect("an office");
    Root::sign_first(text, &[(&office, officer)]).expect("the root keeps the rules")
}

fn officer_name(root: &Root) -> KeyName {
    KeyName::office(&root.org(), &"o1".parse().expect("an office"))
}
