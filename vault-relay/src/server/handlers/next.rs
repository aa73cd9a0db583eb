//! The next header of an item, as `replace` brings it, or `open` and `commit` where its content is brought again
//! (design section 8, "consignment").
//!
//! A shared note comes from the label's sender, from a leave's custodian, or while the item is proposed from a decider who
//! adds others to his step; a holder's own note comes with the copy he passes on. Each is judged by the check of a commit
//! with what is stored beside it, and the check says who may write what.

use vault_core::admission::{Brought, Entered, Stored};
use vault_core::decision::OnLeaf;
use vault_core::item::{Access, ItemHeader, Line, Right};
use vault_core::register::event::{Event, EventKind};
use vault_core::transfer::copy::Consignment;
use vault_core::transfer::item::{ItemState, Viewer};
use vault_keys::digest::NoteHash;
use vault_keys::note::{KeyName, Signed};
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Time;

use super::super::context::{Caller, Context};
use super::super::entry::Chain;
use super::super::failure::Failure;
use super::super::force::Force;
use super::judge::{self, Parsed};
use super::party::{self, Party};
use super::pass::{Found, Pass};
use super::{proposal, release};
use crate::proto::codes::RelayCode;
use crate::store::{CopyRecord, ItemRecord, PartsName, Transaction};

/// Further headers of one person that an item takes.
const HEADERS_MAX: usize = 128;

/// A header that is admitted as an item's next.
pub(super) struct Next<'a> {
    what: What,
    beside: Beside<'a>,
}

/// The header, and what it stands beside.
pub(super) struct Beside<'a> {
    pub(super) context: &'a Context,
    pub(super) force: &'a Force,
    pub(super) now: Time,
    /// Who brings it.
    caller: Caller,
    pub(super) parsed: &'a Parsed,
    pub(super) party: Party,
}

/// What it brings.
enum What {
    /// A shared note, after this one.
    Shared(Box<ItemHeader>),
    /// An own note, with a copy that is passed on.
    Pass(Box<Pass>),
}

/// What became of it.
pub(super) enum Judged<'a> {
    /// It was entered before, under this leaf.
    Entered(u64),
    /// It may be entered.
    Next(Box<Next<'a>>),
}

/// Whether this header goes on from the one stored, so that it is a consignment of its own and no repeated submission.
pub(super) fn goes_on(parsed: &Parsed, item: &ItemRecord) -> bool {
    let access = parsed.item.access().value();
    access.line == Line::Own
        || (access.previous == Some(item.access) && parsed.item.access_hash() != item.access)
}

/// Judges a header beside what is stored of its item. Nothing is written.
pub(super) fn judge<'a>(
    context: &'a Context,
    transaction: &dyn Transaction,
    (force, parsed): (&'a Force, &'a Parsed),
    caller: Caller,
    now: Time,
) -> Result<Judged<'a>, Failure> {
    let label = parsed.label;
    let party = party::find(transaction, force, caller, label, now)?;
    let waits = party.item.state == ItemState::Proposed;
    // Before release nobody but the sender and those who decide knows of it; after it, those who only decided do not.
    let comes_near = match party.viewer {
        Viewer::Sender => true,
        Viewer::Holder => !waits || party.decides,
        Viewer::Decider => waits,
    };
    if !comes_near {
        return Err(Failure::refuse(RelayCode::NoSuchItem, "there is no such item for you here"));
    }
    let stored = proposal::stored_header(transaction, label)?;
    if party.item.state != ItemState::Released {
        proposal::awaits_decision(&party.item, stored.label().value().decide_by, now)?;
    }
    let signed = parsed.item.access();
    let passes = signed.value().line == Line::Own && !waits;
    let decisions = proposal::entered(force, &party.leaves)?;
    let decisions: Vec<Entered<'_>> = decisions.iter().map(OnLeaf::entered).collect();
    let stored_beside = Stored { access: stored.access(), decisions: &decisions };
    let brought = if passes { Brought::Passed(stored_beside) } else { Brought::Header(stored_beside) };
    judge::admit_as(parsed, brought, force, transaction, caller, now)?;
    if parsed.item.access_hash() == party.item.access {
        // The same again gets the same answer; the first note of a line is covered by its acceptance.
        let known = transaction.leaf_of_note(label, signed.hash())?;
        return known.map(|leaf| Judged::Entered(leaf.index)).ok_or_else(|| {
            Failure::refuse(RelayCode::CopyState, "this header is the one in force since the acceptance")
        });
    }
    let what = if passes {
        match Pass::find(transaction, (force, parsed), &party, caller, now)? {
            Found::New(pass) => What::Pass(pass),
            Found::Entered(index) => return Ok(Judged::Entered(index)),
        }
    } else {
        What::Shared(Box::new(stored))
    };
    let beside = Beside { context, force, now, caller, parsed, party };
    Ok(Judged::Next(Box::new(Next { what, beside })))
}

impl Next<'_> {
    /// Enters it; `brings` names the parts of its content where they came with it. Answers the index of its leaf.
    pub(super) fn enter(
        mut self,
        transaction: &mut dyn Transaction,
        header: &[u8],
        brings: Option<PartsName>,
    ) -> Result<u64, Failure> {
        self.beside.take_content(transaction, brings)?;
        match self.what {
            What::Shared(stored) => self.beside.enter_shared(transaction, header, &stored),
            What::Pass(pass) => pass.enter(self.beside, transaction, header),
        }
    }
}

impl Beside<'_> {
    /// The parts brought become the item's where it has none, and go where it has.
    fn take_content(
        &mut self,
        transaction: &mut dyn Transaction,
        brings: Option<PartsName>,
    ) -> Result<(), Failure> {
        match (self.party.item.payload, brings) {
            (None, Some(parts)) => {
                let item = &mut self.party.item;
                item.payload = Some(parts);
                item.brought_by = Some(self.caller.person).filter(|person| *person != item.sender);
                Ok(transaction.forget_damage(self.parsed.label)?)
            }
            (Some(kept), Some(parts)) if kept != parts => Ok(transaction.put_removal(parts)?),
            _ => Ok(()),
        }
    }

    /// Refuses where there is nothing to offer to whoever is let in.
    pub(super) fn has_content(&self) -> Result<(), Failure> {
        if self.party.item.payload.is_some() {
            return Ok(());
        }
        Err(Failure::refuse(
            RelayCode::PayloadGone,
            "the content is not kept any more; bring it with the header",
        ))
    }

    /// Refuses one more shared note of somebody who has written very many: each goes to every party, with every answer about
    /// the item. Counted for each person, so that nobody uses up another's room.
    fn has_room(&self) -> Result<(), Failure> {
        let name = KeyName::person(&self.force.org(), self.caller.person);
        let mut count = 0;
        for record in self.party.leaves.iter().filter(|record| record.leaf.note.is_some()) {
            let leaf = proposal::parse(self.force, record)?;
            let written = |note: Signed<Access>| note.note().lines().iter().any(|line| *line.name() == name);
            count += usize::from(leaf.signed::<Access>().is_ok_and(written));
        }
        if count < HEADERS_MAX {
            return Ok(());
        }
        let reason = format!("{HEADERS_MAX} headers of yours followed on this item; no more are taken");
        Err(Failure::refuse(RelayCode::StatementsFull, reason))
    }

    fn enter_shared(
        self,
        transaction: &mut dyn Transaction,
        header: &[u8],
        stored: &ItemHeader,
    ) -> Result<u64, Failure> {
        let (label, signed) = (self.parsed.label, self.parsed.item.access());
        self.has_room()?;
        let access = self.parsed.item.access_hash();
        // Of a proposed item no copy is offered yet; its deciders and its sender read by the header.
        let mut serves = self.party.item.state == ItemState::Proposed;
        for mut copy in transaction.copies(label)? {
            // Who was passed a copy reads by the note of whoever passed it on.
            if copy.hop == 0 && copy.consignment.replace_header(access).is_ok() {
                serves = true;
                transaction.put_copy(&copy)?;
            }
        }
        let let_in = let_in(stored.access().value(), signed.value());
        if let_in.is_empty() && !serves {
            let reason = "every copy has ended; nobody would be served by it";
            return Err(Failure::refuse(RelayCode::CopyState, reason));
        }
        if !let_in.is_empty() {
            if self.party.item.state != ItemState::Released {
                return Err(Failure::refuse(RelayCode::ItemState, "nobody is let in before the release"));
            }
            self.has_content()?;
        }
        let mut item = self.party.item;
        let mut chain = Chain::new(self.context, self.force, Some(item.last_leaf));
        let index = chain.note(transaction, signed.note(), (label, None), self.now)?;
        for (person, leave) in let_in {
            offer(self.force, transaction, &mut chain, &self.parsed.item, (person, leave), self.now)?;
        }
        (item.access, item.last_leaf) = (access, chain.last()?);
        transaction.put_header(label, header)?;
        transaction.put_deciders(label, &proposal::deciders_of(stored.label().value(), signed.value()))?;
        transaction.update_item(&item)?;
        Ok(index)
    }
}

/// Whom a note lets in by leave who was not in the one before; each once, whatever the number of his keys.
fn let_in(before: &Access, access: &Access) -> Vec<(PersonNo, NoteHash)> {
    let mut let_in: Vec<(PersonNo, NoteHash)> = Vec::new();
    for row in &access.rows {
        let (Right::Leave(leave), Holder::Person(person)) = (&row.right, row.holder) else { continue };
        let was_in = before.rows.iter().any(|old| old.holder == row.holder && old.right == row.right);
        if !was_in && !let_in.iter().any(|(known, _)| *known == person) {
            let_in.push((person, *leave));
        }
    }
    let_in
}

/// Offers somebody let in by leave a copy under the next number.
fn offer(
    force: &Force,
    transaction: &mut dyn Transaction,
    chain: &mut Chain<'_>,
    item: &ItemHeader,
    (person, leave): (PersonNo, NoteHash),
    now: Time,
) -> Result<(), Failure> {
    let label = item.label_hash();
    let given = transaction.copies(label)?.iter().map(|copy| copy.copy).max();
    let named = item.label().value().copies.iter().map(|copy| copy.no).max();
    let copy = given.max(named).unwrap_or_default().saturating_add(1);
    let holder = Holder::Person(person);
    let number = transaction.next_number(holder)?;
    let event = Event {
        copy: Some(copy),
        number: Some(number),
        approval: Some(leave),
        to: Some(holder),
        ..release::about(force, item, EventKind::Available, now)
    };
    let offered = chain.event(transaction, &event)?;
    let consignment = Consignment::available(item.access_hash());
    Ok(transaction.put_copy(&CopyRecord {
        label,
        copy,
        hop: 0,
        holder,
        number,
        consignment,
        since: now,
        person: None,
        offered,
    })?)
}
