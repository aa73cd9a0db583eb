//! A received copy that its holder passes on along the scope 传阅 (docs/decisions.md, "Circulation"): the statement by which
//! he signs it over stands among the notes of the header he brings; the next reader is offered a consignment of his own
//! under the same copy number.

use vault_core::admission::{Code, Passed, Refusal, Refused, passed};
use vault_core::register::event::{Event, EventKind, events_in};
use vault_core::transfer::copy::{Consignment, CopyState};
use vault_keys::numbers::{Holder, PersonNo};
use vault_keys::time::Time;

use super::super::context::Caller;
use super::super::entry::Chain;
use super::super::failure::Failure;
use super::super::force::Force;
use super::judge::{self, Parsed};
use super::next::Beside;
use super::party::Party;
use super::release;
use super::statement::{self, Statement};
use crate::proto::codes::RelayCode;
use crate::store::{CopyRecord, Transaction};

/// What a header that passes a copy on comes to.
pub(super) enum Found {
    /// It was entered before, under this leaf.
    Entered(u64),
    /// It may be entered.
    New(Box<Pass>),
}

/// A copy that is passed on.
pub(super) struct Pass {
    /// By which its holder signs it over.
    statement: Statement,
    /// The consignment it came to him with.
    from: CopyRecord,
    /// Who has it next.
    to: PersonNo,
}

impl Pass {
    /// The statement in an admitted header that is not entered yet, and whether it may be; or the leaf it was entered under.
    pub(super) fn find(
        transaction: &dyn Transaction,
        (force, parsed): (&Force, &Parsed),
        party: &Party,
        caller: Caller,
        now: Time,
    ) -> Result<Found, Failure> {
        let label = parsed.label;
        let mismatch = |reason: &str| {
            Failure::refuse(RelayCode::StatementMismatch, reason).about(party.item.item, label)
        };
        let (mut new, mut entered) = (Vec::new(), None);
        for event in events_in(parsed.item.notes(), parsed.item.org()) {
            if event.value().kind != EventKind::Passed {
                continue;
            }
            match transaction.leaf_of_note(label, event.hash())? {
                Some(leaf) if event.value().person == Some(caller.person) => entered = Some(leaf.index),
                Some(_) => {}
                None => new.push(event),
            }
        }
        let signed = match (new.pop(), entered) {
            (Some(event), _) => event,
            (None, Some(index)) => return Ok(Found::Entered(index)),
            (None, None) => return Err(mismatch("the header passes no copy on")),
        };
        if !new.is_empty() {
            return Err(mismatch("the copy was passed on by file before; go on by file"));
        }
        let statement = statement::verify(&signed.encode(), &[EventKind::Passed], force, caller)?;
        statement.names(party)?;
        statement.is_of_now(now)?;
        let event = statement.event();
        let (copy, to) = (event.copy.unwrap_or_default(), event.to.and_then(|to| to.person()));
        let to = to.ok_or_else(|| mismatch("a copy is passed on to a person"))?;
        Statement::has_room(party, Some(copy), force, caller)?;
        let all = transaction.copies(label)?;
        let mut ways = all.iter().filter(|known| known.copy == copy);
        let from = ways.clone().next_back().filter(|last| party.copies.contains(last));
        let from = from.filter(|last| last.state() == CopyState::Received).ok_or_else(|| {
            let reason = "this copy is not in your hands: only who has received it last passes it on";
            Failure::refuse(RelayCode::CopyState, reason)
        })?;
        if ways.any(|known| known.holder == to.into()) {
            let reason = "whoever had the copy before is not passed it again";
            return Err(Failure::refuse(RelayCode::CopyState, reason));
        }
        if party.item.not_after.is_some_and(|time| now > time) {
            return Err(Failure::refuse(RelayCode::CopyState, "the time to read it has passed"));
        }
        let numbers = [parsed.item.label().value().directory.version];
        let named = judge::versions(force, transaction, numbers)?;
        let way = judge::with_published(force, &named, |published| {
            passed(published, parsed.item.label().value(), label, parsed.item.notes())
        });
        // The rule has the last word: signed by whoever held it, to somebody in the scope.
        if way.iter().rfind(|one| one.copy == copy) != Some(&Passed { copy, to }) {
            let refused = Refused::from(Refusal::new(Code::OutsideScope, to));
            return Err(Failure::by_rule(&refused).about(party.item.item, label));
        }
        Ok(Found::New(Box::new(Self { statement, from: from.clone(), to })))
    }

    /// Enters the statement and offers the copy to its next reader; answers the index of the statement's leaf.
    pub(super) fn enter(
        self,
        beside: Beside<'_>,
        transaction: &mut dyn Transaction,
        header: &[u8],
    ) -> Result<u64, Failure> {
        beside.has_content()?;
        let Beside { context, force, now, parsed, party, .. } = beside;
        let (mut item, label, copy) = (party.item, parsed.label, self.from.copy);
        let mut chain = Chain::new(context, force, Some(item.last_leaf));
        let index = chain.note(transaction, self.statement.signed.note(), (label, Some(copy)), now)?;
        let holder = Holder::Person(self.to);
        let number = transaction.next_number(holder)?;
        let available = Event {
            copy: Some(copy),
            number: Some(number),
            to: Some(holder),
            refers: Some(chain.last()?),
            ..release::about(force, &parsed.item, EventKind::Available, now)
        };
        let offered = chain.event(transaction, &available)?;
        let consignment = Consignment::available(parsed.item.access_hash());
        let hop = self.from.hop.saturating_add(1);
        let record =
            CopyRecord { label, copy, hop, holder, number, consignment, since: now, person: None, offered };
        transaction.put_copy(&record)?;
        transaction.put_passed_header(&record, header)?;
        item.last_leaf = chain.last()?;
        transaction.update_item(&item)?;
        Ok(index)
    }
}
