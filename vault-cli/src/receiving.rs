//! Receiving 领取与签收: the header is judged and unlocked first, then signed for, then the bytes are
//! fetched, verified and synced, then the receipt is signed. Design section 8.
//!
//! An interrupted transfer goes on under the demand it was begun with.

use std::fs::File;
use std::os::unix::fs::OpenOptionsExt as _;

use vault_core::disk::early::synced_early;
use vault_core::item::{AccessHash, ItemHeader, ItemId, Label};
use vault_core::opening::{OpenError, UnlockedItem};
use vault_core::register::event::{Event, EventKind};
use vault_core::register::leaf::LeafHash;
use vault_core::stream::at::{Shifted, WriteAt as _};
use vault_core::stream::{Progress, Work};
use vault_keys::keyfile::PersonKeys;
use vault_keys::note::Signed;
use vault_relay::client::{Evidence, Transfer};

use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::evidence::{Kept, LeafAndProof};
use crate::history::History;
use crate::inbox::Inbox;
use crate::relay::Line;
use crate::ui::Ui;
use crate::waiting::Waiting;
use crate::{clock, msg, opening, statement};

/// A received item.
#[derive(Debug)]
pub struct Received {
    /// The item.
    pub item: ItemId,
    /// Its title, known from here on.
    pub title: String,
    /// The leaf of the demand.
    pub demand: u64,
    /// The leaf of the receipt.
    pub receipt: u64,
}

/// What one transfer works with.
#[derive(Debug)]
pub struct Counter<'a> {
    /// Where to print.
    pub ui: &'a Ui,
    /// Who receives.
    pub desk: &'a Desk,
    /// With which keys.
    pub keys: &'a PersonKeys,
    /// Over which connection.
    pub line: &'a Line,
    /// Into which folders.
    pub inbox: &'a Inbox,
}

impl Counter<'_> {
    /// Receives one item, from header to receipt.
    ///
    /// # Errors
    /// A rule refuses, the bytes are damaged, or the connection breaks; what was fetched by then is kept for
    /// going on, except where it is damaged.
    pub fn receive(&self, waiting: &Waiting) -> Outcome<Received> {
        let label = waiting.listed.hash();
        let shown = self.line.wait(self.line.client().header(label))?;
        let item = waiting.item();
        if !proves_release(&shown.evidence, &shown.header) {
            return Err(Failure::new(Kind::Integrity, msg!("evidence-missing"))
                .code("evidence-missing")
                .hint(msg!("open-damaged-next")));
        }
        // Judged and unlocked before anything is signed for: a receipt is given for what can be read.
        let leaves = shown.evidence.iter().map(|one| (one.leaf.index, &one.leaf.leaf));
        let history = History::proved(self.desk, &shown.header, leaves);
        // A refusal or withdrawal that the relay leaves out would show nowhere else.
        if !shown.header.label().value().deciders.is_empty() && !history.proves_decisions() {
            return Err(Failure::new(Kind::Integrity, msg!("decisions-unproved"))
                .code("decisions-unproved")
                .hint(msg!("decisions-unproved-next")));
        }
        let unlocked = match opening::unlock(self.desk, shown.header.clone(), self.keys, &history) {
            Ok(unlocked) => unlocked,
            Err(failure) => {
                if failure.kind == Kind::Integrity {
                    self.report_damage(&shown.header, waiting.copy.no, None);
                }
                return Err(failure);
            }
        };
        opening::tell(self.ui, &unlocked);
        let mut kept = self.begun(item, shown.access);
        kept.add(shown.evidence.iter().map(LeafAndProof::from));
        kept.number = Some(waiting.copy.number);
        let demand = match demand_leaf(self.desk, &kept) {
            Some(leaf) => leaf,
            None => self.demand(&shown.header, waiting.copy.no, &mut kept)?,
        };
        self.fetch(&shown.header, &unlocked, demand, waiting.copy.no)?;
        let receipt = self.sign(EventKind::Received, &shown.header, waiting.copy.no, Some(demand))?;
        kept.receipt = Some(text(&receipt));
        // Kept before it is handed in: should the answer be lost, `settle` asks for it again.
        kept.write(&self.inbox.partial_evidence(item))?;
        let receipt = hand_in(self.line, self.inbox, item, &receipt, &mut kept)?;
        Ok(Received {
            item,
            title: unlocked.manifest().title.clone(),
            demand: index_of(&kept, demand, self.desk).unwrap_or_default(),
            receipt,
        })
    }

    /// What an earlier attempt left, if it was for the same header.
    fn begun(&self, item: ItemId, access: AccessHash) -> Kept {
        let left = Kept::read(&self.inbox.partial_evidence(item)).ok();
        let same = |kept: &Kept| {
            let demand = kept.demand.as_deref().and_then(|note| self.statement(note));
            demand.is_some_and(|event| event.value().access == Some(access))
        };
        match left.filter(same) {
            Some(kept) => kept,
            None => {
                self.inbox.forget_partial(item);
                Kept::new()
            }
        }
    }

    /// A statement signed here, as it was kept.
    fn statement(&self, note: &str) -> Option<Signed<Event>> {
        statement::read(note, self.desk.known.organisation.org())
    }

    fn demand(&self, header: &ItemHeader, copy: u32, kept: &mut Kept) -> Outcome<LeafHash> {
        let demand = self.sign(EventKind::Demanded, header, copy, None)?;
        let evidence = self.line.wait(self.line.client().demand(&demand))?;
        kept.demand = Some(text(&demand));
        kept.add([LeafAndProof::from(&evidence)]);
        kept.write(&self.inbox.partial_evidence(header.label().value().item))?;
        Ok(evidence.leaf.leaf.hash())
    }

    fn fetch(&self, header: &ItemHeader, item: &UnlockedItem, demand: LeafHash, copy: u32) -> Outcome {
        let label = header.label().value();
        let path = self.inbox.partial(label.item);
        let fail = |error: std::io::Error| Failure::io(&path, &error);
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(fail)?;
        file.write_all_at(header.bytes(), 0).map_err(fail)?;
        let (start, length) = (header.len() as u64, label.content.length);
        let have = file.metadata().map_err(fail)?.len().saturating_sub(start).min(length);
        let (disk, content) = (file.try_clone().map_err(fail)?, Shifted::new(file, start));
        let transfer = Transfer::default();
        if have < length {
            let fetch = || {
                let (hash, client) = (header.label_hash(), self.line.client());
                self.line.wait(client.fetch(hash, demand, have, length, &content, &transfer))
            };
            let (fetched, synced) = self
                .ui
                .progress(&msg!("progress-receive"), length)
                .during(|| transfer.moved_bytes(), || synced_early(&disk, fetch));
            fetched?;
            synced.map_err(fail)?;
        }
        let progress = Progress::new();
        let verified = self
            .ui
            .progress(&msg!("progress-verify"), length)
            .during(|| progress.done_bytes(), || item.verify_payload(&content, &Work::new(&progress)));
        // Once, on storing: a resealed item is what its first sender sealed.
        let proved = verified.and_then(|_| {
            let progress = Progress::new();
            item.prove_resealed(&content, &Work::new(&progress))
        });
        if let Err(error) = proved {
            self.inbox.forget_partial(label.item);
            if !matches!(&error, OpenError::Payload(inner) if crate::sealing::storage_full(inner).is_some()) {
                self.report_damage(header, copy, Some(demand));
            }
            return Err(opening::failure(&error));
        }
        disk.sync_all().map_err(fail)
    }

    /// Tells the relay and the sender that this copy is of no use. Not being able to does not hide the damage.
    fn report_damage(&self, header: &ItemHeader, copy: u32, demand: Option<LeafHash>) {
        let Ok(statement) = self.sign(EventKind::Damaged, header, copy, demand) else { return };
        match self.line.wait(self.line.client().statement(&statement)) {
            Ok(_) => self.ui.warn(&msg!("damage-reported")),
            Err(_) => self.ui.warn(&msg!("damage-unreported")),
        }
    }

    fn sign(
        &self,
        kind: EventKind,
        header: &ItemHeader,
        copy: u32,
        refers: Option<LeafHash>,
    ) -> Outcome<Signed<Event>> {
        statement::sign(self.desk, self.keys, kind, header, Some(copy), refers)
    }
}

/// Whether the leaves show this very label entered and this very item released: what an item by file lacks.
fn proves_release(evidence: &[Evidence], header: &ItemHeader) -> bool {
    let entered = evidence
        .iter()
        .any(|one| one.leaf.leaf.signed::<Label>().is_ok_and(|label| label.hash() == header.label().hash()));
    let released = evidence
        .iter()
        .filter_map(|one| one.leaf.leaf.event())
        .any(|event| event.kind == EventKind::Released && event.label == Some(header.label_hash()));
    entered && released
}

/// A transfer that was finished by asking for a lost answer again.
#[derive(Debug)]
pub struct Settled {
    /// The item, which is among the received ones now.
    pub item: ItemId,
    /// The number of the consignment.
    pub number: Option<u64>,
    /// The leaf of the receipt.
    pub receipt: u64,
}

/// Finishes transfers whose receipt was signed before: the relay may have entered it without its answer arriving
/// here, and then lists the copy no longer.
///
/// # Errors
/// The relay cannot be asked, or the disk refuses.
pub fn settle(line: &Line, desk: &Desk, inbox: &Inbox) -> Outcome<Vec<Settled>> {
    let org = desk.known.organisation.org();
    let mut settled = Vec::new();
    for item in inbox.begun()? {
        let Ok(mut kept) = Kept::read(&inbox.partial_evidence(item)) else { continue };
        let Some(receipt) = kept.receipt.as_deref().and_then(|note| statement::read(note, org)) else {
            continue;
        };
        match hand_in(line, inbox, item, &receipt, &mut kept) {
            Ok(leaf) => settled.push(Settled { item, number: kept.number, receipt: leaf }),
            // Not taken any more: if the copy still waits, it is received and signed for anew.
            Err(failure) if failure.kind == Kind::Refused => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(settled)
}

/// Hands a receipt in and gives its item its place; answers the receipt's leaf.
fn hand_in(
    line: &Line,
    inbox: &Inbox,
    item: ItemId,
    receipt: &Signed<Event>,
    kept: &mut Kept,
) -> Outcome<u64> {
    let evidence = line.wait(line.client().receipt(receipt))?;
    kept.add([LeafAndProof::from(&evidence)]);
    kept.time = Some(clock::now());
    inbox.complete(item, kept)?;
    Ok(evidence.leaf.index)
}

fn text(note: &Signed<Event>) -> String {
    String::from_utf8_lossy(&note.encode()).into_owned()
}

/// The leaf under which the kept demand was entered.
fn demand_leaf(desk: &Desk, kept: &Kept) -> Option<LeafHash> {
    let wanted = statement::read(kept.demand.as_deref()?, desk.known.organisation.org())?.hash();
    leaves(desk, kept)
        .find(|(_, leaf)| leaf.signed::<Event>().is_ok_and(|event| event.hash() == wanted))
        .map(|(_, leaf)| leaf.hash())
}

fn index_of(kept: &Kept, hash: LeafHash, desk: &Desk) -> Option<u64> {
    leaves(desk, kept).find(|(_, leaf)| leaf.hash() == hash).map(|(index, _)| index)
}

fn leaves<'a>(
    desk: &'a Desk,
    kept: &'a Kept,
) -> impl Iterator<Item = (u64, vault_core::register::leaf::Leaf)> + 'a {
    let org = desk.known.organisation.org();
    kept.leaves.iter().filter_map(move |kept| Some((kept.index, kept.leaf(org)?)))
}
