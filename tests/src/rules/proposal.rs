//! A state secret that waits for its decisions: what the relay hears, who releases it, and what a reader makes of it.

use vault_core::admission::{
    Brought, Entered, Facts, Matter, Reader, Relay, Side, Stored, Subject, check, hear,
};
use vault_core::decision::{About, Answer, Course, DecisionNote, DecisionType};
use vault_core::item::{DirectoryRef, ItemHeader, Label, LabelHash};
use vault_core::opening::AdmittedItem;
use vault_core::rewrap::Rewrapper;
use vault_core::sealing::Draft;
use vault_core::test_world::{SealedBytes, SeededRng};
use vault_keys::note::{KeyName, Note, Signed};
use vault_keys::time::Time;

use super::Refusals;
use super::lazy::{Lazy, with_deciders};
use super::world::{asked, codes, refused};

/// A 机密 item by p1 to p3, asked of p8 to review and of p9 to approve, and what was decided so far.
pub(super) struct Proposal {
    pub(super) world: Lazy,
    pub(super) item: SealedBytes,
    pub(super) entered: Vec<(Signed<DecisionNote>, Time)>,
}

impl Proposal {
    pub(super) fn new() -> Self {
        Self::of(with_deciders(), |_| {})
    }

    pub(super) fn of(world: Lazy, change: impl FnOnce(&mut Draft)) -> Self {
        let mut draft = world.draft(&[3]);
        draft.mark = "机密★10年".to_owned();
        draft.term = None;
        draft.asked = asked(&world, &[8], &[9]);
        change(&mut draft);
        let item = world.seal(&draft, b"content", 1);
        Self { world, item, entered: Vec::new() }
    }

    /// Reviewed by p8 and approved by p9, and the header that p9 makes then.
    pub(super) fn released() -> (Self, ItemHeader) {
        let mut proposal = Self::new();
        proposal.agree(8, "review");
        proposal.agree(9, "approval");
        let header = proposal.finished(proposal.notes());
        (proposal, header)
    }

    pub(super) fn label(&self) -> &Label {
        self.item.header.label().value()
    }

    pub(super) fn hash(&self) -> LabelHash {
        self.item.header.label_hash()
    }

    /// A decision as an honest client of this person would make it now.
    pub(super) fn decision(&self, person: u32, step: &str, answer: Answer) -> DecisionNote {
        let (member, directory) = (self.world.member(person), self.world.directory());
        let mut course = Course::default();
        for (note, time) in &self.entered {
            let taken = course.take(&self.label().deciders, note.hash(), note.value(), *time);
            taken.expect("what was entered follows its course");
        }
        DecisionNote {
            tag: DecisionType,
            org: self.label().org,
            about: About::label(self.hash()),
            step: step.parse().expect("a word"),
            person: member.person,
            key: member.signing.key_id(),
            station: member.station.key_id(),
            principal: None,
            answer,
            opened: true,
            previous: course.previous(),
            directory: DirectoryRef { version: directory.number(), hash: directory.hash() },
            made: self.world.now(),
            not_after: None,
            opinion: None,
        }
    }

    /// Signed with the key of the person it names.
    pub(super) fn sign(&self, note: DecisionNote) -> Signed<DecisionNote> {
        let signer = note.person.value();
        self.signed_by(note, signer)
    }

    /// Signed in the name of the person it names, with another's key.
    pub(super) fn signed_by(&self, note: DecisionNote, signer: u32) -> Signed<DecisionNote> {
        let name = KeyName::person(&self.label().org, note.person);
        Signed::sign(note, &name, &self.world.member(signer).signing).expect("a decision")
    }

    /// Enters a decision, whatever the rules would say to it.
    pub(super) fn enter(&mut self, note: DecisionNote) {
        let note = self.sign(note);
        self.entered.push((note, self.world.now()));
    }

    pub(super) fn agree(&mut self, person: u32, step: &str) {
        self.enter(self.decision(person, step, Answer::Agree));
    }

    fn chain(&self) -> Vec<Entered<'_>> {
        self.entered.iter().map(|(note, time)| Entered { note, time: *time, place: None }).collect()
    }

    pub(super) fn notes(&self) -> Vec<Note> {
        self.entered.iter().map(|(note, _)| note.note().clone()).collect()
    }

    /// What the relay says to a decision that comes at this time.
    pub(super) fn heard(&self, note: &Signed<DecisionNote>, time: Time) -> Refusals {
        let shelf = self.world.shelf();
        let matter = Matter::of_label(self.label(), self.hash());
        let rows = &self.item.header.access().value().rows;
        let new = Entered { note, time, place: None };
        refused(hear(&shelf.published(), self.label(), rows, &matter, &self.chain(), &new).map(drop))
    }

    /// The header that p9 makes to release the item, with these notes in it.
    pub(super) fn finished(&self, notes: Vec<Note>) -> ItemHeader {
        let (shelf, member) = (self.world.shelf(), self.world.member(9));
        let keys = [member.opening.to_recipient().key_id()];
        let header = self.item.header.clone();
        let admitted = AdmittedItem::new(header, &shelf.published(), Reader::new(&keys), self.world.now());
        let unlocked = admitted.expect("p9 is asked").unlock(&[&member.opening]).expect("he opens it");
        let directory = shelf.in_force.directory();
        let rewrapper = Rewrapper::new(member.person, &member.signing, &[&member.opening], directory);
        rewrapper.release(&unlocked, notes, &mut SeededRng::new(9)).expect("a header").header
    }

    /// What the relay says to the finished header that p9 brings.
    pub(super) fn released_as(&self, header: &ItemHeader) -> Refusals {
        let (chain, shelf) = (self.chain(), self.world.shelf());
        let stored = Stored { access: self.item.header.access(), decisions: &chain };
        let submitter = self.world.member(9).person;
        let side = Side::Relay(Relay { submitter, brought: Brought::Release(stored) });
        let facts = Facts { published: shelf.published(), subject: Subject::Sealed(header), side };
        codes(&check(&facts, self.world.now()))
    }

    /// What p3 says to the header, with the chain of leaves that the register holds.
    pub(super) fn read(&self, header: &ItemHeader) -> Refusals {
        let chain = self.chain();
        let (shelf, reader) = (self.world.shelf(), Reader { decisions: Some(&chain), ..Reader::default() });
        let side = Side::Reader(reader);
        let facts = Facts { published: shelf.published(), subject: Subject::Sealed(header), side };
        codes(&check(&facts, self.world.now()))
    }
}
