//! Letting somebody in by leave: into a file of one's own, or at the relay, where whoever is let in is offered a copy.

use std::path::{Path, PathBuf};

use serde_json::json;
use vault_core::decision::{Act, RequestFile};
use vault_core::item::{ItemHeader, ItemId};
use vault_core::opening::UnlockedItem;
use vault_core::rewrap::Rewrapped;

use crate::approval::{news, proposal};
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::evidence::LeafAndProof;
use crate::history::History;
use crate::inbox::Inbox;
use crate::itemfile::ItemFile;
use crate::leave::at_relay as requests;
use crate::leave::course::act_words;
use crate::leave::files::{self, Requests};
use crate::leave::subject::Subject;
use crate::leave::widening;
use crate::outbox::{Outbox, find_item, short};
use crate::relay::Line;
use crate::rewrapping::{self, Ready};
use crate::ui::Ui;
use crate::{delivery, msg, opening};

/// Lets somebody in by a decided request: the item with its next header, as a file.
pub(super) fn by_file(context: &Context, word: &str, with: &[PathBuf], output: &Path) -> Outcome {
    let ui = &context.ui;
    if output.exists() {
        let path = output.display().to_string();
        return Err(Failure::failed(msg!("io-exists", path = path)).hint(msg!("io-exists-next")));
    }
    let desk = Desk::open(context)?;
    desk.known.may_seal(crate::clock::now())?;
    let leave = files::read(with, desk.known.organisation.org())?;
    let subject = Subject::find(&desk, word)?;
    let header = &subject.file.header;
    widening::judge(&desk, &leave, Act::Widen, (header.label().value(), header.label_hash()))?;
    let Some(whole) = subject.whole(&desk) else {
        return Err(Failure::new(Kind::Failed, msg!("widen-at-relay")).code("content-not-here"));
    };
    let keys = desk.unlock(context)?;
    let history = History::here();
    let unlocked = opening::unlock(&desk, subject.file.header, &keys, &history)?;
    let widened = widening::header(&desk, &keys, &unlocked, &leave)?;
    widening_facts(ui, &desk, &unlocked, &widened);
    ui.confirm(&msg!("widen-ask"))?;
    ItemFile::open(&whole)?.write_with(&widened.header, output)?;
    Requests::open(&desk.home, desk.known.organisation.org())?.keep(&leave)?;
    let mut document = widening_document(&unlocked, &leave, &widened);
    document["file"] = json!(output);
    ui.json(&document);
    ui.done(&msg!("widened", path = output.display().to_string()));
    tell_withheld(ui, &desk, &widened);
    ui.note(&msg!("widened-next"));
    Ok(())
}

/// Of an item sent from here, or received by the leave's custodian: the next header goes to the relay, and whom it lets in is
/// offered a copy. What the relay keeps no more is brought again where it was received.
pub(super) fn at_relay(context: &Context, word: &str, with: &[PathBuf]) -> Outcome {
    let ui = &context.ui;
    let (_lock, desk, line) = Desk::at_relay(context)?;
    desk.known.may_seal(crate::clock::now())?;
    let here = Here::find(&desk, word)?;
    let leave = match with {
        [one] if requests::is_name(&one.display().to_string()) => {
            requests::find(&line, &desk, &one.display().to_string())?
        }
        files => files::read(files, desk.known.organisation.org())?,
    };
    let (before, history) = here.header(&desk, &line)?;
    widening::judge(&desk, &leave, Act::Widen, (before.label().value(), before.label_hash()))?;
    let keys = desk.unlock(context)?;
    let unlocked = opening::unlock(&desk, before.clone(), &keys, &history)?;
    let widened = widening::header(&desk, &keys, &unlocked, &leave)?;
    widening_facts(ui, &desk, &unlocked, &widened);
    ui.confirm(&msg!("widen-ask"))?;
    let leaf = here.hand_in(ui, &line, before, &widened)?;
    line.close()?;
    Requests::open(&desk.home, desk.known.organisation.org())?.keep(&leave)?;
    let mut document = widening_document(&unlocked, &leave, &widened);
    document["leaf"] = json!(leaf);
    ui.json(&document);
    ui.done(&msg!("widened-at-relay", item = short(unlocked.label().item)));
    tell_withheld(ui, &desk, &widened);
    Ok(())
}

/// Where the item is in this home.
enum Here {
    /// Sent from here.
    Sent(Outbox, ItemId),
    /// Received here.
    Received(Inbox, ItemId),
}

impl Here {
    fn find(desk: &Desk, word: &str) -> Outcome<Self> {
        let outbox = Outbox::open(&desk.home)?;
        let missing = match find_item(&outbox.sent()?, word) {
            Ok(item) => return Ok(Self::Sent(outbox, item)),
            Err(missing) => missing,
        };
        let inbox = Inbox::open(&desk.home)?;
        let item = inbox.find(word).map_err(|_| missing)?;
        Ok(Self::Received(inbox, item))
    }

    /// The shared header now in force.
    fn header(&self, desk: &Desk, line: &Line) -> Outcome<(ItemHeader, History)> {
        match self {
            Self::Sent(outbox, item) => {
                if proposal::is_open(&outbox.sent_header(*item)?.header) {
                    news::adopt(line, desk, outbox, *item)?;
                }
                Ok((outbox.sent_header(*item)?.header, History::here()))
            }
            // Others may have let somebody in since it was received.
            Self::Received(inbox, item) => {
                let label = inbox.item(*item)?.header.label_hash();
                let shown = line.wait(line.client().header(label))?;
                let leaves = shown.evidence.iter().map(|one| (one.leaf.index, &one.leaf.leaf));
                let history = History::proved(desk, &shown.header, leaves);
                Ok((shown.header, history))
            }
        }
    }

    /// Hands the widened header in; answers its leaf.
    fn hand_in(&self, ui: &Ui, line: &Line, before: ItemHeader, widened: &Rewrapped) -> Outcome<u64> {
        let (header, rows) = (widened.header.clone(), Some(widened.rows.clone()));
        match self {
            Self::Sent(outbox, item) => {
                rewrapping::hand_in(line, outbox, &Ready { item: *item, before, header, rows })
            }
            Self::Received(inbox, item) => {
                let evidence = delivery::next_header(ui, line, &header, || inbox.item(*item))?;
                let mut kept = inbox.evidence(*item)?;
                kept.add([LeafAndProof::from(&evidence)]);
                inbox.keep(*item, &kept)?;
                Ok(evidence.leaf.index)
            }
        }
    }
}

fn names(desk: &Desk, rows: &[vault_core::item::Row]) -> Vec<String> {
    rows.iter().map(|row| crate::item_words::holder_words(&desk.everyone, row.holder)).collect()
}

fn widening_facts(ui: &Ui, desk: &Desk, unlocked: &UnlockedItem, widened: &Rewrapped) {
    ui.facts(&[
        (msg!("form-act"), ui.words(&act_words(Act::Widen))),
        (msg!("name-item"), short(unlocked.label().item)),
        (msg!("form-holders"), ui.list(&names(desk, &widened.rows.added))),
    ]);
}

fn widening_document(unlocked: &UnlockedItem, leave: &RequestFile, widened: &Rewrapped) -> serde_json::Value {
    json!({
        "item": unlocked.label().item.to_string(),
        "request": leave.request.hash().to_string(),
        "added": widened.rows.added.iter().map(|row| row.holder.to_string()).collect::<Vec<_>>(),
        "withheld": widened.rows.withheld.iter().map(|row| row.holder.to_string()).collect::<Vec<_>>(),
        "seq": widened.header.access().value().seq,
    })
}

fn tell_withheld(ui: &Ui, desk: &Desk, widened: &Rewrapped) {
    let withheld = names(desk, &widened.rows.withheld);
    if !withheld.is_empty() {
        ui.warn(&msg!("widen-withheld", names = ui.list(&withheld)));
    }
}
