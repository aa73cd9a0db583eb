//! Decisions: who may give them, in which order, over which bytes, and what stands without them.

use vault_keys::digest::NoteHash;
use vault_keys::directory::{
    Affiliation, Clearance, Deputy, InForce, KeyState, PersonEntry, PersonState, Role, StopAct, StopKind,
    StopReason,
};
use vault_keys::note::{KeyName, Note, Signed};
use vault_keys::opening::Suite;
use vault_keys::secret::FileKey;
use vault_keys::time::Time;

use super::{Code, Side, Subject, codes, judge, time};
use crate::admission::{
    Brought, Entered, Matter, Reader, Refused, Relay, Stored, capacities, hear, is_offered, principals,
};
use crate::decision::{About, Answer, Course, DecisionNote, DecisionType, Taken};
use crate::item::build::{NewWraps, Place, Wrap, Writer, rewrap};
use crate::item::{DirectoryRef, ItemHeader, Label, LabelHash, Right};
use crate::opening::AdmittedItem;
use crate::rewrap::{RewrapError, Rewrapper};
use crate::scope::Ascending;
use crate::sealing::Draft;
use crate::test_world::{SealedBytes, SeededRng, World};

/// A 机密 item by p1 to p3, asked of p8 to review and p9 to approve, and what was decided so far.
struct Proposal {
    world: World,
    item: SealedBytes,
    entered: Vec<(Signed<DecisionNote>, Time)>,
}

fn draft(world: &World) -> Draft {
    let mut draft = world.draft(&[3]);
    draft.mark = "机密★10年".to_owned();
    draft.term = None;
    draft.asked = vec![
        ("review".parse().unwrap(), Ascending::of([world.member(8).person])),
        ("approval".parse().unwrap(), Ascending::of([world.member(9).person])),
    ];
    draft
}

impl Proposal {
    fn new() -> Self {
        Self::of(World::with_deciders(), |_| {})
    }

    fn of(world: World, change: impl FnOnce(&mut Draft)) -> Self {
        let mut draft = draft(&world);
        change(&mut draft);
        let item = world.seal(&draft, b"content", 1);
        Self { world, item, entered: Vec::new() }
    }

    fn label(&self) -> &Label {
        self.item.header.label().value()
    }

    fn hash(&self) -> LabelHash {
        self.item.header.label_hash()
    }

    /// A decision as an honest client of this person would make it now.
    fn decision(&self, person: u32, step: &str, answer: Answer) -> DecisionNote {
        let (member, directory) = (self.world.member(person), self.world.directory());
        DecisionNote {
            tag: DecisionType,
            org: self.label().org,
            about: About::label(self.hash()),
            step: step.parse().unwrap(),
            person: member.person,
            key: member.signing.key_id(),
            station: member.station.key_id(),
            principal: None,
            answer,
            opened: true,
            previous: self.course().previous(),
            directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
            made: self.world.now(),
            not_after: None,
            opinion: None,
        }
    }

    fn sign(&self, note: DecisionNote) -> Signed<DecisionNote> {
        let member = self.world.members.iter().find(|member| member.person == note.person).unwrap();
        Signed::sign(note, &KeyName::person(&self.label().org, member.person), &member.signing).unwrap()
    }

    fn course(&self) -> Course {
        let mut course = Course::default();
        for (note, time) in &self.entered {
            course.take(&self.label().deciders, note.hash(), note.value(), *time).unwrap();
        }
        course
    }

    fn chain(&self) -> Vec<Entered<'_>> {
        self.entered.iter().map(|(note, time)| Entered { note, time: *time, place: None }).collect()
    }

    /// What the relay says to a decision.
    fn hear(&self, note: &Signed<DecisionNote>) -> Result<Taken, Refused> {
        self.hear_at(note, self.world.now())
    }

    fn hear_at(&self, note: &Signed<DecisionNote>, time: Time) -> Result<Taken, Refused> {
        let shelf = self.world.shelf();
        let matter = Matter::of_label(self.label(), self.hash());
        let new = Entered { note, time, place: None };
        let rows = &self.item.header.access().value().rows;
        hear(&shelf.published(), self.label(), rows, &matter, &self.chain(), &new)
    }

    /// The codes with which the relay refuses a decision.
    fn refused(&self, note: DecisionNote) -> Vec<Code> {
        refusals(self.hear(&self.sign(note)))
    }

    /// Has an honest decision entered.
    fn decide(&mut self, person: u32, step: &str, answer: Answer) -> Taken {
        self.enter(self.decision(person, step, answer))
    }

    fn enter(&mut self, note: DecisionNote) -> Taken {
        let note = self.sign(note);
        let taken = self.hear(&note).unwrap();
        self.entered.push((note, self.world.now()));
        taken
    }

    /// The header that this decider makes to release the item.
    fn finished(&self, person: u32, notes: Vec<Note>) -> Result<ItemHeader, RewrapError> {
        let shelf = self.world.shelf();
        let member = self.world.member(person);
        let keys = [member.opening.to_recipient().key_id()];
        let reader = Reader { known: None, ..Reader::new(&keys) };
        let header = self.item.header.clone();
        let admitted = AdmittedItem::new(header, &shelf.published(), reader, self.world.now()).unwrap();
        let unlocked = admitted.unlock(&[&member.opening]).unwrap();
        let in_force: &InForce = &shelf.in_force;
        let rewrapper =
            Rewrapper::new(member.person, &member.signing, &[&member.opening], in_force.directory());
        rewrapper.release(&unlocked, notes, &mut SeededRng::new(9)).map(|made| made.header)
    }

    /// The file key, as p9 finds it.
    fn file_key(&self, header: &ItemHeader) -> FileKey {
        let (shelf, member) = (self.world.shelf(), self.world.member(9));
        let keys = [member.opening.to_recipient().key_id()];
        let reader = Reader::new(&keys);
        let admitted =
            AdmittedItem::new(header.clone(), &shelf.published(), reader, self.world.now()).unwrap();
        FileKey::from_bytes(admitted.unlock(&[&member.opening]).unwrap().file_key().expose())
    }

    fn notes(&self) -> Vec<Note> {
        self.entered.iter().map(|(note, _)| note.note().clone()).collect()
    }

    /// Reviewed by p8, approved by p9, released by p9.
    fn released() -> (Self, ItemHeader) {
        let mut proposal = Self::new();
        proposal.decide(8, "review", Answer::Agree);
        proposal.decide(9, "approval", Answer::Agree);
        let header = proposal.finished(9, proposal.notes()).unwrap();
        (proposal, header)
    }

    fn release_codes(&self, header: &ItemHeader, submitter: u32) -> Vec<Code> {
        self.release_codes_at(header, submitter, self.world.now())
    }

    fn release_codes_at(&self, header: &ItemHeader, submitter: u32, now: Time) -> Vec<Code> {
        let chain = self.chain();
        let stored = Stored { access: self.item.header.access(), decisions: &chain };
        let submitter = self.world.member(submitter).person;
        let side = Side::Relay(Relay { submitter, brought: Brought::Release(stored) });
        codes(&judge(&self.world, Subject::Sealed(header), side, now))
    }

    fn reader_codes(&self, header: &ItemHeader, chain: Option<&[Entered<'_>]>) -> Vec<Code> {
        let keys = [self.world.member(3).opening.to_recipient().key_id()];
        let reader = Reader { decisions: chain, ..Reader::new(&keys) };
        codes(&judge(&self.world, Subject::Sealed(header), Side::Reader(reader), self.world.now()))
    }
}

fn refusals<T>(result: Result<T, Refused>) -> Vec<Code> {
    match result {
        Ok(_) => Vec::new(),
        Err(refused) => {
            let mut codes: Vec<Code> = refused.refusals.iter().map(|refusal| refusal.code).collect();
            codes.dedup();
            codes
        }
    }
}

#[test]
fn a_secret_goes_out_after_review_and_approval() {
    let mut proposal = Proposal::new();
    let relay = Side::Relay(Relay::item(proposal.world.member(1).person));
    let subject = Subject::Sealed(&proposal.item.header);
    assert_eq!(codes(&judge(&proposal.world, subject, relay, proposal.world.now())), []);
    assert_eq!(proposal.decide(8, "review", Answer::Agree), Taken::Step);
    assert_eq!(proposal.decide(9, "approval", Answer::Agree), Taken::Completed);
    let header = proposal.finished(9, proposal.notes()).unwrap();
    assert_eq!(proposal.release_codes(&header, 9), []);
    assert_eq!(proposal.reader_codes(&header, Some(&proposal.chain())), []);
    assert_eq!(proposal.reader_codes(&header, None), []);
    // The handler, the deciders and p3: nobody else.
    let rights: Vec<Right> = header.access().value().rows.iter().map(|row| row.right.clone()).collect();
    let decider = |step: &str| Right::Decider(step.parse().unwrap());
    let expected =
        [Right::Copy(0), decider("review"), decider("approval"), decider("approval"), Right::Copy(1)];
    assert_eq!(rights, expected);
}

#[test]
fn before_release_no_copy_opens() {
    let proposal = Proposal::new();
    let rows = &proposal.item.header.access().value().rows;
    assert!(rows.iter().all(|row| row.holder != proposal.world.member(3).holder()));
    assert_eq!(proposal.reader_codes(&proposal.item.header, None), [Code::ReaderNotListed]);
}

#[test]
fn decision_over_another_label() {
    let proposal = Proposal::new();
    let other = proposal.world.seal(&draft(&proposal.world), b"content", 2);
    let note = DecisionNote {
        about: About::label(other.header.label_hash()),
        ..proposal.decision(8, "review", Answer::Agree)
    };
    assert_eq!(proposal.refused(note), [Code::DecisionOther]);
    let request = DecisionNote {
        about: About::request(NoteHash::from_bytes(*proposal.hash().as_bytes())),
        ..proposal.decision(8, "review", Answer::Agree)
    };
    assert_eq!(proposal.refused(request), [Code::DecisionOther]);
}

#[test]
fn label_changed_after_a_decision() {
    let (proposal, _) = Proposal::released();
    type Change = fn(&World, &mut Draft);
    let changes: [(&str, Change); 5] = [
        ("level", |_, draft| draft.mark = "秘密★10年".to_owned()),
        ("term", |_, draft| draft.mark = "机密★9年".to_owned()),
        ("scope", |world, draft| draft.scope = Ascending::of([3, 4].map(|it| world.member(it).holder()))),
        ("copies", |world, draft| {
            draft.copies.push(world.member(4).holder());
            draft.scope = Ascending::of(draft.copies.iter().copied());
        }),
        ("deciders", |world, draft| {
            draft.asked[0].1 = Ascending::of([8, 11].map(|it| world.member(it).person));
        }),
    ];
    for (field, change) in changes {
        // The same item id, sealed anew with one thing changed, and the old decisions put beside it.
        let mut changed = Proposal::of(World::with_deciders(), |it| change(&World::with_deciders(), it));
        changed.entered = proposal.entered.clone();
        for (note, _) in &proposal.entered {
            assert!(refusals(changed.hear(note)).contains(&Code::DecisionOther), "{field}");
        }
        let header = changed.finished(9, proposal.notes()).unwrap();
        let found = changed.release_codes(&header, 9);
        assert!(
            found.contains(&Code::DecisionOther) || found.contains(&Code::DecisionMissing),
            "{field}: {found:?}"
        );
        assert!(changed.reader_codes(&header, None).contains(&Code::DecisionMissing), "{field}");
    }
    // One byte of the content is another commitment to it in the label.
    let world = World::with_deciders();
    let item = world.seal(&draft(&world), b"Content", 1);
    assert_ne!(item.header.label_hash(), proposal.hash());
}

#[test]
fn the_requester_as_decider() {
    let world = World::with_deciders();
    let mut asked = draft(&world);
    asked.asked[0].1 = Ascending::of([world.member(1).person]);
    let refused = world.ready(&asked, 7, 1).map(|_| ());
    assert_eq!(refusals(refused), [Code::DeciderOwnMatter, Code::DeciderRole]);
    // Whoever handles it does not decide on it either.
    let proposal = Proposal::of(world, |draft| {
        draft.handler = Some("p8".parse().unwrap());
        draft.asked[0].1 = Ascending::of(["p11".parse().unwrap()]);
    });
    let note = proposal.decision(8, "review", Answer::Agree);
    assert_eq!(proposal.refused(note), [Code::DeciderOwnMatter, Code::DeciderNotAsked]);
    let proposal = Proposal::new();
    let note = DecisionNote {
        person: proposal.world.member(1).person,
        ..proposal.decision(1, "review", Answer::Agree)
    };
    assert_eq!(proposal.refused(note), [Code::DeciderOwnMatter, Code::DeciderRole, Code::DeciderNotAsked]);
}

#[test]
fn somebody_policy_does_not_name() {
    let proposal = Proposal::new();
    // p2 holds no role, and p11 holds it but was not asked.
    let note = proposal.decision(2, "review", Answer::Agree);
    assert_eq!(proposal.refused(note), [Code::DeciderRole, Code::DeciderNotAsked]);
    let note = proposal.decision(11, "review", Answer::Agree);
    assert_eq!(proposal.refused(note), [Code::DeciderNotAsked]);
    assert_eq!(proposal.refused(proposal.decision(8, "review", Answer::Agree)), []);
}

#[test]
fn review_used_as_a_channel() {
    let world = World::with_deciders();
    let mut asked = draft(&world);
    asked.asked[0].1 = Ascending::of([4, 8].map(|it| world.member(it).person));
    assert_eq!(refusals(world.ready(&asked, 7, 1).map(|_| ())), [Code::DeciderRole]);
}

/// The item again in its sender's next note, with one more row: this person's, to decide at the review.
fn with_reviewer(world: &World, (item, file_key): (&ItemHeader, &FileKey), number: u32) -> ItemHeader {
    let wrap = Wrap {
        recipient: world.member(number).opening.to_recipient(),
        holder: world.member(number).holder(),
        right: Right::Decider("review".parse().unwrap()),
    };
    let access = item.access().value();
    let kept: Vec<usize> = (0..access.rows.len()).collect();
    let name = KeyName::person(&item.org(), world.member(1).person);
    let writer = Writer { name: &name, key: &world.member(1).signing };
    let directory = DirectoryRef { version: world.directory().number(), hash: world.directory().hash() };
    let place = Place::Next { seq: access.seq.unwrap() + 1, previous: item.access_hash() };
    let notes = item.notes().to_vec();
    let new = NewWraps { kept: &kept, wraps: &[wrap], place, directory, notes };
    rewrap(item, file_key, new, writer, &mut SeededRng::new(3)).unwrap()
}

#[test]
fn a_decider_s_row_for_whoever_could_never_decide() {
    // p1, who sent it, wraps his waiting item for p4 as a reviewer, in a note of which p4 has seen no other before.
    let add = |world: &World, number: u32| {
        let (item, file_key) = super::item_of(world, &draft(world), |_, _| {});
        let header = with_reviewer(world, (&item, &file_key), number);
        let keys = [world.member(number).opening.to_recipient().key_id()];
        let reader = Side::Reader(Reader::new(&keys));
        let at_reader = codes(&judge(world, Subject::Sealed(&header), reader, world.now()));
        let side = super::relay(world, Some(item.access()));
        assert_eq!(codes(&judge(world, Subject::Sealed(&header), side, world.now())), at_reader);
        at_reader
    };
    let world = World::with_deciders();
    assert_eq!(add(&world, 4), [Code::RowRight], "review used as a channel");
    // p11 holds the role, and can be asked.
    assert_eq!(add(&world, 11), []);
    // The role makes nobody cleared, and nobody of the house.
    let changed = |change: fn(&mut PersonEntry)| {
        let mut world = World::with_deciders();
        world.change(|persons, _| change(&mut persons[10]));
        add(&world, 11)
    };
    assert_eq!(changed(|p11| p11.clearance = Clearance::Confidential), [Code::DeciderClearance]);
    assert_eq!(changed(|p11| p11.affiliation = Affiliation::Outside), [Code::Affiliation]);
}

#[test]
fn a_deputy_who_is_not_cleared_gets_no_row() {
    let mut world = World::with_deciders();
    world.change(|persons, _| persons[9].clearance = Clearance::Confidential);
    let wrapped = |given: bool| {
        let (item, _) = super::item_of(&world, &draft(&world), |_, wraps| {
            let deputy = world.member(10);
            assert!(
                !wraps.iter().any(|wrap| wrap.holder == deputy.holder()),
                "an honest client wraps for none"
            );
            let right = Right::Decider("approval".parse().unwrap());
            let wrap = Wrap { recipient: deputy.opening.to_recipient(), holder: deputy.holder(), right };
            wraps.extend(given.then_some(wrap));
        });
        super::relay_codes(&world, &item)
    };
    assert_eq!(wrapped(true), [Code::DeciderClearance]);
    assert_eq!(wrapped(false), []);
}

#[test]
fn nobody_is_asked_to_decide_on_what_is_decided() {
    // p1 lets p11 in as one more reviewer of what was reviewed and released long ago: a channel past the scope.
    let (proposal, released) = Proposal::released();
    let world = &proposal.world;
    let file_key = proposal.file_key(&released);
    let at_relay = |before: &ItemHeader, header: &ItemHeader, by: u32| {
        let chain = proposal.chain();
        let stored = Stored { access: before.access(), decisions: &chain };
        let side = Side::Relay(Relay::header(world.member(by).person, stored));
        codes(&judge(world, Subject::Sealed(header), side, world.now()))
    };
    let late = with_reviewer(world, (&released, &file_key), 11);
    assert_eq!(at_relay(&released, &late, 1), [Code::RowRight]);
    // Whoever saw the note before sees as much without the relay.
    let keys = [world.member(3).opening.to_recipient().key_id()];
    let reader = Reader { known: Some(released.access()), ..Reader::new(&keys) };
    let read = judge(world, Subject::Sealed(&late), Side::Reader(reader), world.now());
    assert_eq!(codes(&read), [Code::RowRight]);
}

#[test]
fn who_was_added_while_it_was_open_decides_and_stays() {
    let mut proposal = Proposal::new();
    let file_key = proposal.file_key(&proposal.item.header);
    proposal.item.header = with_reviewer(&proposal.world, (&proposal.item.header, &file_key), 11);
    proposal.decide(11, "review", Answer::Agree);
    proposal.decide(9, "approval", Answer::Agree);
    let header = proposal.finished(9, proposal.notes()).unwrap();
    assert_eq!(proposal.release_codes(&header, 9), []);
    assert_eq!(proposal.reader_codes(&header, Some(&proposal.chain())), [], "who has seen no note before");
    let keys = [proposal.world.member(11).opening.to_recipient().key_id()];
    let reader = Reader { known: Some(proposal.item.header.access()), ..Reader::new(&keys) };
    let read = judge(&proposal.world, Subject::Sealed(&header), Side::Reader(reader), proposal.world.now());
    assert_eq!(codes(&read), []);
}

#[test]
fn the_one_who_releases_adds_no_decider_and_writes_no_note_after_it() {
    let (mut proposal, released) = Proposal::released();
    let file_key = proposal.file_key(&released);
    // p9 releases, and in the same note lets p11 in as one more who approves.
    let write = |before: &ItemHeader, wraps: &[Wrap], kept: usize| {
        let world = &proposal.world;
        let name = KeyName::person(&before.org(), world.member(9).person);
        let writer = Writer { name: &name, key: &world.member(9).signing };
        let directory = DirectoryRef { version: world.directory().number(), hash: world.directory().hash() };
        let seq = before.access().value().seq.unwrap() + 1;
        let place = Place::Next { seq, previous: before.access_hash() };
        let kept: Vec<usize> = (0..kept).collect();
        let new = NewWraps { kept: &kept, wraps, place, directory, notes: proposal.notes() };
        rewrap(before, &file_key, new, writer, &mut SeededRng::new(5)).unwrap()
    };
    let wrap = |number: u32, right: Right| Wrap {
        recipient: proposal.world.member(number).opening.to_recipient(),
        holder: proposal.world.member(number).holder(),
        right,
    };
    let first = &proposal.item.header;
    let rows = first.access().value().rows.len();
    let (copy, more) = (wrap(3, Right::Copy(1)), wrap(11, Right::Decider("approval".parse().unwrap())));
    let with_more = write(first, &[copy.clone(), more], rows);
    let without = write(first, &[copy], rows);
    assert_eq!(proposal.release_codes(&with_more, 9), [Code::RowRight]);
    assert_eq!(proposal.release_codes(&without, 9), []);
    // p3 has another key later. His sender wraps for it; the approver's part was over with the release.
    let old = proposal.world.replace_opening(3, Suite::Hybrid, KeyState::Retired, 33);
    drop(old);
    let write_again = |by: u32| {
        let world = &proposal.world;
        let name = KeyName::person(&released.org(), world.member(by).person);
        let writer = Writer { name: &name, key: &world.member(by).signing };
        let directory = DirectoryRef { version: world.directory().number(), hash: world.directory().hash() };
        let place = Place::Next { seq: 3, previous: released.access_hash() };
        let kept: Vec<usize> = (0..released.access().value().rows.len()).collect();
        let wraps = [Wrap {
            recipient: world.member(3).opening.to_recipient(),
            holder: world.member(3).holder(),
            right: Right::Copy(1),
        }];
        let new = NewWraps { kept: &kept, wraps: &wraps, place, directory, notes: proposal.notes() };
        let header = rewrap(&released, &file_key, new, writer, &mut SeededRng::new(6)).unwrap();
        let chain = proposal.chain();
        let stored = Stored { access: released.access(), decisions: &chain };
        let side = Side::Relay(Relay::header(world.member(by).person, stored));
        codes(&judge(world, Subject::Sealed(&header), side, world.now()))
    };
    assert_eq!(write_again(9), [Code::AccessWriter]);
    assert_eq!(write_again(1), []);
}

#[test]
fn order_swapped() {
    let mut proposal = Proposal::new();
    let early = proposal.decision(9, "approval", Answer::Agree);
    assert_eq!(proposal.refused(early.clone()), [Code::DecisionOrder]);
    proposal.decide(8, "review", Answer::Agree);
    // It rests on no review.
    assert_eq!(proposal.refused(early), [Code::DecisionOrder]);
    assert_eq!(proposal.refused(proposal.decision(9, "approval", Answer::Agree)), []);
}

#[test]
fn an_unknown_step() {
    let proposal = Proposal::new();
    assert_eq!(proposal.refused(proposal.decision(8, "blessing", Answer::Agree)), [Code::DecisionStep]);
}

#[test]
fn the_same_person_at_two_steps() {
    let mut proposal = Proposal::of(World::with_deciders(), |draft| {
        let p11 = Ascending::of(["p11".parse().unwrap()]);
        draft.asked.iter_mut().for_each(|(_, asked)| *asked = p11.clone());
    });
    proposal.decide(11, "review", Answer::Agree);
    assert_eq!(proposal.refused(proposal.decision(11, "approval", Answer::Agree)), [Code::DeciderTwice]);
}

#[test]
fn the_same_person_with_two_keys_of_one_number() {
    let mut world = World::with_deciders();
    let second = vault_keys::signing::SigningKey::generate(&mut SeededRng::new(77));
    let from = "2026-11-20T00:00:00Z".parse().unwrap();
    // Two active signing keys cannot stand in one entry: the second replaced the first.
    world.change(|persons, _| {
        let entry = persons.iter_mut().find(|entry| entry.number.value() == 11).unwrap();
        let kind = vault_keys::key_id::KeyKind::Sign;
        for key in entry.keys.iter_mut().filter(|key| key.kind == kind) {
            (key.state, key.to) = (KeyState::Retired, Some(from));
        }
        entry.keys.push(vault_keys::directory::Key::active(kind, second.public().as_bytes(), from));
        entry.keys.sort_by_key(|key| key.id);
    });
    let first = std::mem::replace(&mut world.members[10].signing, second);
    let mut proposal = Proposal::of(world, |draft| {
        let p11 = Ascending::of(["p11".parse().unwrap()]);
        draft.asked.iter_mut().for_each(|(_, asked)| *asked = p11.clone());
    });
    proposal.decide(11, "review", Answer::Agree);
    assert_eq!(proposal.refused(proposal.decision(11, "approval", Answer::Agree)), [Code::DeciderTwice]);
    // With the key that was replaced it is no signature either.
    let note = DecisionNote { key: first.key_id(), ..proposal.decision(11, "approval", Answer::Agree) };
    let name = KeyName::person(&proposal.label().org, note.person);
    let note = Signed::sign(note, &name, &first).unwrap();
    assert_eq!(refusals(proposal.hear(&note)), [Code::DeciderTwice, Code::DecisionSignature]);
}

#[test]
fn the_same_person_on_two_stations() {
    let mut proposal = Proposal::of(World::with_deciders(), |draft| {
        let p11 = Ascending::of(["p11".parse().unwrap()]);
        draft.asked.iter_mut().for_each(|(_, asked)| *asked = p11.clone());
    });
    proposal.decide(11, "review", Answer::Agree);
    let strange = proposal.world.member(2).station.key_id();
    let note = DecisionNote { station: strange, ..proposal.decision(11, "approval", Answer::Agree) };
    assert_eq!(proposal.refused(note), [Code::StationKey, Code::DeciderTwice]);
}

#[test]
fn a_deputy_decides_for_whom_he_stands() {
    let mut proposal = Proposal::new();
    proposal.decide(8, "review", Answer::Agree);
    let deputy = |proposal: &Proposal| DecisionNote {
        principal: Some(proposal.world.member(9).person),
        ..proposal.decision(10, "approval", Answer::Agree)
    };
    // Without saying for whom, he was not asked and holds no role.
    let bare = proposal.decision(10, "approval", Answer::Agree);
    assert_eq!(proposal.refused(bare), [Code::DeciderRole]);
    assert_eq!(proposal.enter(deputy(&proposal)), Taken::Completed);
    let header = proposal.finished(10, proposal.notes()).unwrap();
    assert_eq!(proposal.release_codes(&header, 10), []);
    assert_eq!(proposal.reader_codes(&header, Some(&proposal.chain())), []);
}

#[test]
fn deputy_outside_his_dates() {
    let mut world = World::with_deciders();
    world.change(|persons, _| {
        let entry = persons.iter_mut().find(|entry| entry.number.value() == 9).unwrap();
        entry.deputies[0].to = "2026-11-21".parse().unwrap();
    });
    let mut proposal = Proposal::of(world, |_| {});
    proposal.decide(8, "review", Answer::Agree);
    let note = DecisionNote {
        principal: Some(proposal.world.member(9).person),
        ..proposal.decision(10, "approval", Answer::Agree)
    };
    assert_eq!(proposal.refused(note), [Code::DeputyNotInForce]);
}

#[test]
fn as_deputy_of_himself() {
    let proposal = Proposal::new();
    let p9 = proposal.world.member(9).person;
    let note = DecisionNote { principal: Some(p9), ..proposal.decision(9, "approval", Answer::Agree) };
    let name = KeyName::person(&proposal.label().org, p9);
    assert!(Signed::sign(note, &name, &proposal.world.member(9).signing).is_err());
}

#[test]
fn as_deputy_of_two() {
    let mut world = World::with_deciders();
    world.change(|persons, _| {
        let mut deputy = persons[8].deputies[0].clone();
        deputy.role = Role::Reviewer;
        persons[7].deputies = vec![deputy];
    });
    let mut proposal = Proposal::of(world, |_| {});
    let for_whom = |proposal: &Proposal, step: &str, whom: u32| DecisionNote {
        principal: Some(proposal.world.member(whom).person),
        ..proposal.decision(10, step, Answer::Agree)
    };
    proposal.enter(for_whom(&proposal, "review", 8));
    assert_eq!(proposal.refused(for_whom(&proposal, "approval", 9)), [Code::DeciderTwice]);
    // Nor does whom he stood for decide at the next step.
    assert_eq!(proposal.refused(proposal.decision(9, "approval", Answer::Agree)), []);
}

#[test]
fn role_outside_its_dates() {
    let mut world = World::with_deciders();
    world.change(|persons, _| {
        let entry = persons.iter_mut().find(|entry| entry.number.value() == 8).unwrap();
        entry.roles[0].to = Some("2026-11-22".parse().unwrap());
    });
    let proposal = Proposal::of(world, |_| {});
    let note = proposal.sign(proposal.decision(8, "review", Answer::Agree));
    assert_eq!(refusals(proposal.hear_at(&note, time("2026-11-22T15:59:59Z"))), []);
    assert_eq!(refusals(proposal.hear_at(&note, time("2026-11-22T16:00:00Z"))), [Code::DeciderRole]);
}

#[test]
fn a_decision_that_expired() {
    let mut proposal = Proposal::new();
    let until = time("2026-11-22T12:00:00Z");
    let review = DecisionNote { not_after: Some(until), ..proposal.decision(8, "review", Answer::Agree) };
    let signed = proposal.sign(review.clone());
    assert_eq!(refusals(proposal.hear_at(&signed, time("2026-11-22T12:00:01Z"))), [Code::DecisionExpired]);
    proposal.enter(review);
    let approval = proposal.sign(proposal.decision(9, "approval", Answer::Agree));
    assert_eq!(refusals(proposal.hear_at(&approval, until)), []);
    assert_eq!(refusals(proposal.hear_at(&approval, time("2026-11-22T12:00:01Z"))), [Code::DecisionExpired]);
}

#[test]
fn decide_by_passed() {
    let proposal = Proposal::new();
    let by = proposal.label().decide_by.unwrap();
    assert_eq!(by, proposal.world.now().plus_days(14));
    let note = proposal.sign(proposal.decision(8, "review", Answer::Agree));
    assert_eq!(refusals(proposal.hear_at(&note, by)), []);
    assert_eq!(refusals(proposal.hear_at(&note, by.plus_seconds(1))), [Code::DecideByPassed]);
    // Nor is a header released that comes too late.
    let (proposal, header) = Proposal::released();
    assert_eq!(proposal.release_codes_at(&header, 9, by), [Code::TimePassed]);
}

#[test]
fn withdrawn() {
    let mut proposal = Proposal::new();
    proposal.decide(8, "review", Answer::Agree);
    let own = proposal.course().previous();
    let withdraw = DecisionNote { previous: own, ..proposal.decision(8, "review", Answer::Withdraw) };
    // Nobody takes back what another agreed to.
    let others = DecisionNote { previous: own, ..proposal.decision(11, "review", Answer::Withdraw) };
    assert_eq!(proposal.refused(others), [Code::DeciderNotAsked, Code::DecisionNothingToWithdraw]);
    assert_eq!(proposal.enter(withdraw), Taken::Withdrawn);
    let approval = DecisionNote { previous: own, ..proposal.decision(9, "approval", Answer::Agree) };
    assert_eq!(proposal.refused(approval), [Code::DecisionOrder]);
    // He may think again.
    let again =
        DecisionNote { made: time("2026-11-22T08:00:01Z"), ..proposal.decision(8, "review", Answer::Agree) };
    assert_eq!(proposal.enter(again), Taken::Step);
}

#[test]
fn refused_then_approved() {
    let mut proposal = Proposal::new();
    assert_eq!(proposal.decide(8, "review", Answer::Refuse), Taken::Refused);
    assert_eq!(proposal.refused(proposal.decision(8, "review", Answer::Agree)), [Code::DecisionRefused]);
    assert_eq!(proposal.refused(proposal.decision(9, "approval", Answer::Agree)), [Code::DecisionRefused]);
}

#[test]
fn two_completing_decisions_at_once() {
    let mut proposal = Proposal::of(World::with_deciders(), |draft| {
        draft.asked[1].1 = Ascending::of(["p9".parse().unwrap(), "p11".parse().unwrap()]);
    });
    proposal.decide(8, "review", Answer::Agree);
    let second = proposal.decision(11, "approval", Answer::Agree);
    assert_eq!(proposal.decide(9, "approval", Answer::Agree), Taken::Completed);
    assert_eq!(proposal.refused(second), [Code::DecisionOrder]);
}

#[test]
fn a_header_released_without_all_decisions() {
    let mut proposal = Proposal::new();
    proposal.decide(8, "review", Answer::Agree);
    let header = proposal.finished(9, proposal.notes()).unwrap();
    let found = proposal.release_codes(&header, 9);
    assert_eq!(found, [Code::AccessWriter, Code::DecisionMissing]);
    let chain = proposal.chain();
    let found = proposal.reader_codes(&header, Some(&chain));
    assert_eq!(found, [Code::DecisionMissing], "a reader refuses a relay that ignores one");
    assert_eq!(proposal.reader_codes(&header, None), [Code::DecisionMissing]);
}

#[test]
fn the_sender_releases_his_own_item() {
    let (proposal, header) = Proposal::released();
    // p1 opens his own copy and wraps for p3 himself, without any decision.
    let proposal = Proposal { entered: Vec::new(), ..proposal };
    assert!(proposal.reader_codes(&header, Some(&[])).contains(&Code::DecisionNotEntered));
    let empty = proposal.finished(9, Vec::new()).unwrap();
    assert!(proposal.reader_codes(&empty, None).contains(&Code::DecisionMissing));
}

#[test]
fn refusal_or_withdrawal_left_out_by_the_relay() {
    let (mut proposal, header) = Proposal::released();
    // The register holds a withdrawal between the two that the header does not show.
    let own = proposal.entered[0].0.hash();
    let withdrawal = DecisionNote { previous: Some(own), ..proposal.decision(8, "review", Answer::Withdraw) };
    let withdrawal = proposal.sign(withdrawal);
    let now = proposal.world.now();
    proposal.entered.insert(1, (withdrawal, now));
    let found = proposal.reader_codes(&header, Some(&proposal.chain()));
    assert!(found.contains(&Code::DecisionLeftOut), "{found:?}");
    assert!(found.contains(&Code::DecisionMissing), "{found:?}");
    // By file nothing can show it, and the reader is told that.
    let reader = Side::Reader(Reader::default());
    let verdict = judge(&proposal.world, Subject::Sealed(&header), reader, now);
    assert!(verdict.remarks().contains(&crate::admission::Remark::DecisionsByFile));
}

#[test]
fn a_person_stopped_between_proposal_and_release_gets_no_wrap() {
    let mut proposal = Proposal::of(World::with_deciders(), |draft| {
        draft.copies.push("p4".parse().unwrap());
        draft.scope = Ascending::of(draft.copies.iter().copied());
    });
    proposal.decide(8, "review", Answer::Agree);
    proposal.world.change(|persons, _| persons[2].state = PersonState::Suspended);
    proposal.decide(9, "approval", Answer::Agree);
    let header = proposal.finished(9, proposal.notes()).unwrap();
    let holders: Vec<_> = header.access().value().rows.iter().map(|row| row.holder).collect();
    assert!(!holders.contains(&proposal.world.member(3).holder()));
    assert!(holders.contains(&proposal.world.member(4).holder()));
    assert_eq!(proposal.release_codes(&header, 9), []);
}

#[test]
fn a_person_suspended_by_a_stop_list_alone_gets_no_wrap() {
    let mut proposal = Proposal::new();
    proposal.decide(8, "review", Answer::Agree);
    let act = StopAct {
        kind: StopKind::Suspend,
        person: proposal.world.member(3).person,
        key: None,
        since: None,
        stop: 1,
        reason: StopReason::Inquiry,
    };
    proposal.world.stop(vec![act], Some(20));
    proposal.decide(9, "approval", Answer::Agree);
    let header = proposal.finished(9, proposal.notes()).unwrap();
    let rows = &header.access().value().rows;
    assert!(rows.iter().all(|row| row.holder != proposal.world.member(3).holder()));
    // The directory that the access note names, as it was signed, has him active still.
    assert_eq!(proposal.release_codes(&header, 9), []);
}

#[test]
fn a_copy_left_out_at_release_although_its_holder_qualifies() {
    let (proposal, header) = Proposal::released();
    assert_eq!(proposal.release_codes(&header, 9), []);
    // A decider who leaves p3 out.
    let mut lone = Proposal::new();
    lone.decide(8, "review", Answer::Agree);
    lone.decide(9, "approval", Answer::Agree);
    lone.world.change(|persons, _| persons[2].state = PersonState::Suspended);
    let header = lone.finished(9, lone.notes()).unwrap();
    lone.world.change(|persons, _| persons[2].state = PersonState::Active);
    assert_eq!(lone.release_codes(&header, 9), [Code::CopyWithoutRow]);
}

#[test]
fn a_key_rotated_between_proposal_and_release() {
    let mut proposal = Proposal::new();
    proposal.decide(8, "review", Answer::Agree);
    let old = proposal.world.replace_opening(3, Suite::Hybrid, KeyState::Retired, 33);
    proposal.decide(9, "approval", Answer::Agree);
    let header = proposal.finished(9, proposal.notes()).unwrap();
    assert_eq!(proposal.release_codes(&header, 9), []);
    let keys: Vec<_> = header.access().value().rows.iter().map(|row| row.key).collect();
    assert!(!keys.contains(&old.to_recipient().key_id()));
    assert!(keys.contains(&proposal.world.member(3).opening.to_recipient().key_id()));
}

#[test]
fn clerk_changed_between_proposal_and_release() {
    let mut proposal = Proposal::of(World::with_deciders(), |draft| {
        draft.copies = vec!["u2".parse().unwrap()];
        draft.scope = Ascending::of(draft.copies.iter().copied());
    });
    proposal.decide(8, "review", Answer::Agree);
    proposal.world.change(|_, units| units[1].clerks = vec!["p3".parse().unwrap()]);
    proposal.decide(9, "approval", Answer::Agree);
    let header = proposal.finished(9, proposal.notes()).unwrap();
    assert_eq!(proposal.release_codes(&header, 9), []);
    let holders: Vec<_> = header.access().value().rows.iter().map(|row| row.holder).collect();
    assert!(holders.contains(&proposal.world.member(3).holder()));
    assert!(!holders.contains(&proposal.world.member(4).holder()));
}

#[test]
fn decider_stopped_before_at_and_after_the_position() {
    let stop = |world: &World| StopAct {
        kind: StopKind::Revoke,
        person: world.member(8).person,
        key: Some(world.member(8).signing.key_id()),
        since: None,
        stop: 1,
        reason: StopReason::Lost,
    };
    // Stopped before: the relay refuses, whatever the directory says.
    let mut before = Proposal::new();
    let act = stop(&before.world);
    before.world.stop(vec![act], Some(20));
    let codes = before.refused(before.decision(8, "review", Answer::Agree));
    assert_eq!(codes, [Code::DecisionSignature]);
    // Stopped later: what stands before the stop counts, what stands behind it does not.
    for (leaf, expected) in [(19, vec![]), (20, vec![Code::SignerRevoked]), (21, vec![Code::SignerRevoked])] {
        let (mut proposal, header) = Proposal::released();
        let act = stop(&proposal.world);
        proposal.world.stop(vec![act], Some(20));
        let place = proposal.world.place(leaf);
        let mut chain = proposal.chain();
        chain[0].place = Some(&place);
        let later = proposal.world.place(30);
        chain[1].place = Some(&later);
        let found = proposal.reader_codes(&header, Some(&chain));
        assert_eq!(found, expected, "leaf {leaf}");
    }
}

#[test]
fn decisions_that_stand_in_the_register_alone_while_the_item_waits() {
    let mut proposal = Proposal::new();
    proposal.decide(8, "review", Answer::Agree);
    // The approver reads the header as it was proposed, and knows of the review from the chain.
    let keys = [proposal.world.member(9).opening.to_recipient().key_id()];
    let chain = proposal.chain();
    let side = Side::Reader(Reader { decisions: Some(&chain), ..Reader::new(&keys) });
    let subject = Subject::Sealed(&proposal.item.header);
    assert_eq!(codes(&judge(&proposal.world, subject, side, proposal.world.now())), []);
    // So does the relay the sender's next header; with copies in it every decision is carried.
    let stored = Stored { access: proposal.item.header.access(), decisions: &chain };
    let side = Side::Relay(Relay::header(proposal.world.member(1).person, stored));
    assert_eq!(codes(&judge(&proposal.world, subject, side, proposal.world.now())), []);
    proposal.decide(9, "approval", Answer::Agree);
    let header = proposal.finished(9, proposal.notes().split_off(1)).unwrap();
    assert_eq!(proposal.release_codes(&header, 9), [Code::DecisionLeftOut]);
}

#[test]
fn the_header_before_release_is_none_that_releases() {
    let (proposal, _) = Proposal::released();
    assert_eq!(proposal.release_codes(&proposal.item.header, 9), [Code::CopyWithoutRow]);
}

#[test]
fn what_the_relay_took_stands_before_every_stop_that_came_since() {
    let (mut proposal, header) = Proposal::released();
    let member = proposal.world.member(8);
    let act = |since| StopAct {
        kind: StopKind::Revoke,
        person: member.person,
        key: Some(member.signing.key_id()),
        since,
        stop: 1,
        reason: StopReason::Lost,
    };
    let (stopped, earlier) = (act(None), act(Some(proposal.world.place(5).position())));
    let place = proposal.world.place(9);
    let release = |proposal: &Proposal| {
        let mut chain = proposal.chain();
        chain[0].place = Some(&place);
        let stored = Stored { access: proposal.item.header.access(), decisions: &chain };
        let submitter = proposal.world.member(9).person;
        let side = Side::Relay(Relay { submitter, brought: Brought::Release(stored) });
        codes(&judge(&proposal.world, Subject::Sealed(&header), side, proposal.world.now()))
    };
    // Where the list's leaf is not at hand, too: the relay took the decision while the key was good.
    proposal.world.stop(vec![stopped], None);
    assert_eq!(release(&proposal), []);
    proposal.world.stop(vec![earlier], None);
    assert_eq!(release(&proposal), [Code::SignerRevoked], "revoked from a position before the decision");
}

#[test]
fn a_copy_is_offered_to_whoever_may_have_it_and_has_a_row() {
    let offered = |proposal: &Proposal, header: &ItemHeader| {
        let label = proposal.label();
        let rows = &header.access().value().rows;
        let directory = proposal.world.directory();
        let travelling = label.copies.iter().filter(|copy| copy.no > 0);
        travelling.map(|copy| is_offered(copy, label, rows, directory)).collect::<Vec<_>>()
    };
    // Copies of p3, of whoever approves, who reads by that, and of a unit.
    let mut proposal = Proposal::of(World::with_deciders(), |draft| {
        draft.copies.extend(["p9", "u2"].map(|it| it.parse::<vault_keys::numbers::Holder>().unwrap()));
        draft.scope = Ascending::of(draft.copies.iter().copied());
    });
    assert_eq!(offered(&proposal, &proposal.item.header), [false, true, false], "before release");
    proposal.decide(8, "review", Answer::Agree);
    proposal.decide(9, "approval", Answer::Agree);
    let header = proposal.finished(9, proposal.notes()).unwrap();
    assert_eq!(offered(&proposal, &header), [true, true, true]);
    proposal.world.change(|persons, units| {
        persons[8].state = PersonState::Suspended;
        units[1].clerks.clear();
    });
    assert_eq!(offered(&proposal, &header), [true, false, false]);
}

#[test]
fn for_whom_a_deputy_may_sign() {
    let world = World::with_deciders();
    let (p9, p10) = (world.member(9).person, world.member(10).person);
    let on = |day: &str| principals(world.directory(), p10, day.parse().unwrap());
    assert_eq!(on("2026-11-22"), [(p9, Role::Approver)]);
    assert_eq!(on("2026-10-31"), []);
    assert_eq!(on("2027-01-01"), []);
    assert_eq!(principals(world.directory(), p9, "2026-11-22".parse().unwrap()), []);
}

#[test]
fn one_is_asked_only_in_the_capacities_one_has() {
    let mut proposal = Proposal::new();
    let may = |proposal: &Proposal, person: u32, step: usize, day: &str| {
        let (label, directory) = (proposal.label(), proposal.world.directory());
        let matter = Matter::of_label(label, proposal.hash());
        let rows = &proposal.item.header.access().value().rows;
        let person = proposal.world.member(person).person;
        capacities(&matter, &label.deciders[step], rows, directory, person, day.parse().unwrap())
    };
    let p9 = proposal.world.member(9).person;
    assert_eq!(may(&proposal, 8, 0, "2026-11-22"), [None]);
    assert_eq!(may(&proposal, 8, 1, "2026-11-22"), []);
    assert_eq!(may(&proposal, 10, 1, "2026-11-22"), [Some(p9)], "a deputy, for whom he acts");
    assert_eq!(may(&proposal, 10, 1, "2028-01-01"), [], "deputy outside his dates");
    assert_eq!(may(&proposal, 11, 0, "2026-11-22"), [], "holds the role and was not asked");
    assert_eq!(may(&proposal, 1, 0, "2026-11-22"), [], "the requester");
    // Whoever may act for himself and for another is told both.
    proposal.world.change(|persons, _| {
        let deputy = Deputy {
            role: Role::Reviewer,
            person: "p11".parse().unwrap(),
            from: "2026-11-01".parse().unwrap(),
            to: "2026-12-31".parse().unwrap(),
        };
        persons.iter_mut().find(|entry| entry.number.value() == 8).unwrap().deputies = vec![deputy];
    });
    let both = Ascending::of(["p8".parse().unwrap(), "p11".parse().unwrap()]);
    let proposal = Proposal::of(proposal.world, |draft| draft.asked[0].1 = both);
    assert_eq!(may(&proposal, 11, 0, "2026-11-22"), [None, Some("p8".parse().unwrap())]);
}

#[test]
fn a_decision_dated_before_what_it_decides_on() {
    // A deputy whose dates are over dates himself back into them; by file nobody else has a clock.
    let mut world = World::with_deciders();
    world.change(|persons, _| {
        let entry = persons.iter_mut().find(|entry| entry.number.value() == 9).unwrap();
        entry.deputies[0].to = "2026-11-21".parse().unwrap();
    });
    let mut proposal = Proposal::of(world, |_| {});
    proposal.decide(8, "review", Answer::Agree);
    let note = DecisionNote {
        principal: Some(proposal.world.member(9).person),
        made: time("2026-11-21T08:00:00Z"),
        ..proposal.decision(10, "approval", Answer::Agree)
    };
    let signed = proposal.sign(note);
    assert_eq!(refusals(proposal.hear_at(&signed, signed.value().made)), [Code::DecisionOrder]);
}
