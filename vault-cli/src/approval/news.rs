//! What became of items since their sender last looked: released, refused, lapsed; copies that were not offered, came back,
//! expired or are damaged. Each is told once; `vault status` tells it as often as it is asked.

use serde_json::{Value, json};
use vault_core::item::{ItemHeader, ItemId, Label, LabelHash};
use vault_core::register::event::EventKind;
use vault_core::transfer::copy::CopyState;
use vault_core::transfer::item::ItemState;
use vault_keys::keyfile::PersonKeys;
use vault_keys::numbers::Holder;
use vault_relay::client::{Folder, ItemStatus};

use super::finish;
use super::pending;
use super::standing::{self, Given};
use super::steps;
use crate::desk::Desk;
use crate::entries::{self, Entry, What};
use crate::error::Outcome;
use crate::evidence::LeafAndProof;
use crate::history::History;
use crate::lang::Msg;
use crate::outbox::{Outbox, short};
use crate::relay::Line;
use crate::ui::Ui;
use crate::{item_words, msg, opening, waiting};

/// What became of one item.
#[derive(Debug)]
pub struct News {
    /// Which one.
    pub item: ItemId,
    /// Where it stands.
    pub state: ItemState,
    /// Who refused it.
    pub refusal: Option<Given>,
    /// Whether its state was told before, and only its copies are news.
    pub known: bool,
    /// Copies that were not offered.
    pub withheld: Vec<(u32, Holder)>,
    /// What happened to copies since, and that the content is damaged.
    pub happened: Vec<Entry>,
    label: Label,
    hash: LabelHash,
}

/// Looks for what is new, and remembers that it was told.
///
/// # Errors
/// The relay cannot be asked, or what it shows does not hold.
pub fn look(line: &Line, desk: &Desk, outbox: &Outbox) -> Outcome<Vec<News>> {
    let mut news = Vec::new();
    let sent = outbox.sent()?;
    for listed in waiting::all(line, Folder::Sent)? {
        let label = listed.label.value();
        if listed.state == ItemState::Proposed || !sent.contains(&label.item) {
            continue;
        }
        let mut kept = outbox.evidence(label.item)?;
        let told = kept.told.as_deref();
        if told == Some(ENDED) || (told == Some(listed.state.word()) && listed.state != ItemState::Released) {
            continue;
        }
        // That an item is released which needed no decision is no news.
        let known = told == Some(listed.state.word()) || label.deciders.is_empty();
        let hash = listed.hash();
        let status = line.wait(line.client().status(hash))?;
        let given = pending::given(line, label, hash, &status)?;
        let refusal = standing::Standing::of(label, hash, &given).refused.cloned();
        let new = status.evidence.iter().filter(|one| !kept.knows(one));
        let happened: Vec<Entry> = new.map(Entry::of).filter(is_news).collect();
        kept.add(status.evidence.iter().map(LeafAndProof::from));
        let ended =
            status.state == ItemState::Released && status.copies.iter().all(|copy| copy.state.is_final());
        kept.told = Some(if ended { ENDED } else { status.state.word() }.to_owned());
        outbox.keep(label.item, &kept)?;
        if status.state == ItemState::Released {
            adopt(line, desk, outbox, label.item)?;
        }
        let withheld = if known { Vec::new() } else { withheld(&status) };
        if known && happened.is_empty() {
            continue;
        }
        let (item, state, label) = (label.item, status.state, label.clone());
        news.push(News { item, state, refusal, known, withheld, happened, label, hash });
    }
    Ok(news)
}

/// What is told of an item whose copies have all ended: nothing more will happen to it.
const ENDED: &str = "ended";

/// What a sender wants to hear of without asking.
fn is_news(entry: &Entry) -> bool {
    use EventKind::{Damaged, Expired, Returned, Spoilt};
    matches!(entry.what, What::Event(Damaged | Expired | Returned | Spoilt))
}

/// Copies that were not offered.
#[must_use]
pub fn withheld(status: &ItemStatus) -> Vec<(u32, Holder)> {
    let withheld = status.copies.iter().filter(|copy| copy.state == CopyState::Withheld);
    withheld.map(|copy| (copy.no, copy.holder)).collect()
}

/// Takes the finished header of a released item in place of the one it was proposed with: later headers follow it.
///
/// # Errors
/// The relay cannot be asked, or a rule refuses what it shows.
pub fn adopt(line: &Line, desk: &Desk, outbox: &Outbox, item: ItemId) -> Outcome {
    let before = outbox.sent_header(item)?.header;
    if !super::proposal::is_open(&before) {
        return Ok(());
    }
    let shown = line.wait(line.client().header(before.label_hash()))?;
    let leaves = shown.evidence.iter().map(|one| (one.leaf.index, &one.leaf.leaf));
    let history = History::proved(desk, &shown.header, leaves).with_shared(before.access());
    if !history.proves_decisions() {
        return Err(pending::unproved());
    }
    drop(opening::admit(desk, shown.header.clone(), &[], &history)?);
    let mut kept = outbox.evidence(item)?;
    kept.add(shown.evidence.iter().map(LeafAndProof::from));
    outbox.keep_next(item, &shown.header)?;
    outbox.replaced(item, &before, &kept)
}

/// Tells what is new; reasons are sealed and shown where the keys are open.
pub fn tell(ui: &Ui, desk: &Desk, outbox: &Outbox, news: &[News], keys: Option<&PersonKeys>) {
    for one in news {
        let item = short(one.item);
        match one.state {
            _ if one.known => {}
            ItemState::Released => ui.done(&msg!("news-released", item = item)),
            ItemState::Refused => {
                let Some(refusal) = &one.refusal else { continue };
                let step = steps::words(&refusal.note.value().step);
                let who = standing::signer(ui, &desk.everyone, refusal);
                ui.refused(&msg!("news-refused", item = &item, step = step, who = who));
                match keys.and_then(|keys| reason(desk, outbox, one, refusal, keys)) {
                    Some(text) => ui.aside(&text),
                    None => ui.aside(&ui.words(&msg!("news-reason-sealed", item = item))),
                }
            }
            ItemState::Lapsed => ui.refused(&msg!("news-lapsed", item = item)),
            ItemState::Withdrawn | ItemState::Proposed => {}
        }
        tell_withheld(ui, desk, &one.label, &one.withheld);
        for entry in &one.happened {
            ui.warn(&happened(desk, one, entry));
        }
    }
}

fn happened(desk: &Desk, one: &News, entry: &Entry) -> Msg {
    let item = short(one.item);
    let named = one.label.copies.iter().find(|copy| Some(copy.no) == entry.copy).map(|copy| copy.holder);
    let holder = entry.person.map(Holder::from).or(named);
    let who = holder.map(|holder| item_words::holder_words(&desk.everyone, holder)).unwrap_or_default();
    match (entry.what, entry.reason) {
        (_, Some(reason)) => {
            msg!("news-returned", item = item, who = who, reason = entries::reason_words(reason))
        }
        (What::Event(EventKind::Expired), None) => msg!("news-expired", item = item, who = who),
        (What::Event(EventKind::Spoilt), None) => msg!("news-spoilt", item = item),
        _ => msg!("news-damaged", item = item, who = who),
    }
}

/// Tells of copies that were not offered, and why as far as the directory here says.
pub fn tell_withheld(ui: &Ui, desk: &Desk, label: &Label, withheld: &[(u32, Holder)]) {
    for (no, holder) in withheld {
        let reason = finish::reason(label, *holder, desk.known.directory());
        // The relay knew more than this home: nothing here says why.
        let reason = if reason.key() == "withheld-uncleared" { msg!("withheld-now") } else { reason };
        let (copy, holder) = (format!("{no:06}"), item_words::holder_words(&desk.everyone, *holder));
        ui.warn(&msg!("withheld-line", copy = copy, holder = holder, reason = reason));
    }
}

fn reason(desk: &Desk, outbox: &Outbox, one: &News, refusal: &Given, keys: &PersonKeys) -> Option<String> {
    let header: ItemHeader = outbox.sent_header(one.item).ok()?.header;
    let kept = outbox.evidence(one.item).ok()?;
    let history = History::kept(desk, &header, &kept);
    let unlocked = opening::unlock(desk, header, keys, &history).ok()?;
    standing::opinion(&refusal.note, one.hash, unlocked.file_key())
}

/// As `--json` shows it.
#[must_use]
pub fn document(news: &[News]) -> Value {
    let one = |one: &News| {
        let refusal = one.refusal.as_ref().map(|given| given.note.value());
        json!({
            "item": one.item.to_string(),
            "state": one.state.word(),
            "copies": one.happened.iter().map(Entry::document).collect::<Vec<_>>(),
            "refused_by": refusal.map(|note| note.person.to_string()),
            "step": refusal.map(|note| note.step.as_str()),
            "withheld": one.withheld.iter().map(|(copy, holder)| json!({
                "copy": copy, "holder": holder.to_string(),
            })).collect::<Vec<_>>(),
        })
    };
    Value::Array(news.iter().map(one).collect())
}
