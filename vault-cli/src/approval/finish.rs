//! The completing decision: the header that lets the copies be opened, judged here before it goes anywhere, and who is
//! left out of it.

use vault_core::admission::Reader;
use vault_core::item::{ItemHeader, Label, Right};
use vault_core::opening::AdmittedItem;
use vault_core::rewrap::{RewrapError, Rewrapper};
use vault_keys::directory::Directory;
use vault_keys::keyfile::PersonKeys;
use vault_keys::note::Note;
use vault_keys::numbers::Holder;

use super::proposal::Proposal;
use super::standing::Given;
use crate::desk::Desk;
use crate::error::{Failure, Outcome};
use crate::lang::Msg;
use crate::{clock, msg, opening, refusals};

/// The header that releases an item.
#[derive(Debug)]
pub struct Finished {
    /// With the copies' wraps and every decision.
    pub header: ItemHeader,
    /// Copies that get no wrap now, with the reason.
    pub withheld: Vec<Withheld>,
}

/// A copy that is not offered.
#[derive(Debug)]
pub struct Withheld {
    /// Its number.
    pub copy: u32,
    /// Whose it would be.
    pub holder: Holder,
    /// Why not.
    pub reason: Msg,
}

/// Makes the finished header out of a proposal and the answer that completes it.
///
/// # Errors
/// A rule refuses the outcome, or the header cannot be made.
pub fn header(desk: &Desk, keys: &PersonKeys, proposal: &Proposal, own: &Given) -> Outcome<Finished> {
    let directory = desk.known.directory();
    let identities: Vec<_> = keys.identities().collect();
    let rewrapper = Rewrapper::new(desk.me, &keys.signing, &identities, directory);
    let all: Vec<&Given> = proposal.given.iter().chain([own]).collect();
    let notes: Vec<Note> = all.iter().map(|given| given.note.note().clone()).collect();
    let made = rewrapper
        .release(&proposal.unlocked, notes, &mut clock::randomness())
        .map_err(|error| failure(desk, &error))?;
    let header = made.header;
    let withheld = withheld(proposal.label(), &header, directory);
    // As its readers will: what they would refuse must not be released.
    let entered: Vec<_> = all.iter().map(|given| given.entered()).collect();
    let reader = Reader { decisions: proposal.entered.then_some(&entered[..]), ..Reader::default() };
    let judged = desk.published(proposal.versions(), |published| {
        AdmittedItem::new(header.clone(), published, reader, clock::now()).map(drop)
    })?;
    judged.map_err(|refused| opening::refused_words(desk, &refused))?;
    Ok(Finished { header, withheld })
}

/// The copies for which a finished header has no row that serves their holder.
fn withheld(label: &Label, header: &ItemHeader, directory: &Directory) -> Vec<Withheld> {
    let rows = &header.access().value().rows;
    let mut left_out = Vec::new();
    for copy in label.copies.iter().filter(|copy| copy.no > 0) {
        let reads = |holder: Holder| rows.iter().any(|row| row.holder == holder);
        let served = rows.iter().any(|row| row.right == Right::Copy(copy.no)) || reads(copy.holder);
        if !served {
            left_out.push(Withheld {
                copy: copy.no,
                holder: copy.holder,
                reason: reason(label, copy.holder, directory),
            });
        }
    }
    left_out
}

/// Why somebody cannot be given a copy now.
#[must_use]
pub fn reason(label: &Label, holder: Holder, directory: &Directory) -> Msg {
    let Holder::Person(number) = holder else { return msg!("withheld-unit") };
    match directory.person(number) {
        Some(person) if !person.is_active() => msg!("withheld-inactive"),
        Some(person) if person.opening_key(label.suite.kind()).is_none() => msg!("withheld-keyless"),
        Some(_) => msg!("withheld-uncleared"),
        None => msg!("withheld-unknown"),
    }
}

/// Why no header was made, in words.
fn failure(desk: &Desk, error: &RewrapError) -> Failure {
    match error {
        RewrapError::NotDecider { .. } => {
            Failure::failed(msg!("release-no-row")).code("not-a-decider").because(error)
        }
        RewrapError::Open(vault_core::opening::OpenError::Refused(refused)) => {
            refusals::failure(refused, &desk.everyone)
        }
        RewrapError::Open(error) => opening::failure(error),
        other => Failure::failed(msg!("release-failed")).because(other),
    }
}
