//! `vault ask`: one more person to decide at a step of a proposed item, by its sender or by who decides at that step. Label
//! and decisions stay as they are.

use serde_json::json;
use vault_core::item::{LabelHash, Word};
use vault_core::rewrap::Rewrapper;
use vault_keys::numbers::PersonNo;

use crate::approval::{pending, proposal, steps};
use crate::context::Context;
use crate::desk::Desk;
use crate::error::{Failure, Kind, Outcome};
use crate::evidence::LeafAndProof;
use crate::history::History;
use crate::outbox::{Outbox, find_item, short};
use crate::relay::Line;
use crate::rewrapping::{self, Ready};
use crate::{clock, item_words, msg, opening};

pub(super) fn run(context: &Context, word: &str, who: &[String]) -> Outcome {
    let ui = &context.ui;
    let (_lock, desk, line) = Desk::at_relay(context)?;
    desk.known.may_seal(clock::now())?;
    let outbox = Outbox::open(&desk.home)?;
    let (hash, sent) = found(&line, &outbox, word)?;
    let shown = line.wait(line.client().header(hash))?;
    if !proposal::is_open(&shown.header) {
        return Err(Failure::new(Kind::Refused, msg!("chase-nothing-here"))
            .code("item-state")
            .hint(msg!("chase-nothing-here-next")));
    }
    let label = shown.header.label().value().clone();
    let of_label: Vec<(&Word, &Word)> = label.deciders.iter().map(|it| (&it.step, &it.role)).collect();
    let asked = steps::asked(ui, &desk.everyone, &of_label, who)?;
    let [(step, persons)] = asked.as_slice() else {
        return Err(Failure::usage(msg!("ask-one-step")).hint(msg!("ask-form")));
    };
    let persons: Vec<PersonNo> = persons.iter().copied().collect();
    let keys = desk.unlock(context)?;
    let leaves = shown.evidence.iter().map(|one| (one.leaf.index, &one.leaf.leaf));
    let history = History::proved(&desk, &shown.header, leaves);
    let unlocked = opening::unlock(&desk, shown.header.clone(), &keys, &history)?;
    let identities: Vec<_> = keys.identities().collect();
    let rewrapper = Rewrapper::new(desk.me, &keys.signing, &identities, desk.known.directory());
    let made = rewrapper
        .ask(&unlocked, step, &persons, &mut clock::randomness())
        .map_err(|error| Failure::failed(msg!("rewrap-failed")).because(&error))?;
    if made.rows.added.is_empty() {
        return Err(Failure::new(Kind::Refused, msg!("ask-reads-already")).code("reads-already"));
    }
    let names: Vec<String> =
        made.rows.added.iter().map(|row| item_words::holder_words(&desk.everyone, row.holder)).collect();
    ui.facts(&[
        (msg!("name-title"), unlocked.manifest().title.clone()),
        (msg!("name-step"), ui.words(&steps::words(step))),
        (msg!("name-signer"), ui.list(&names)),
        (msg!("name-mark"), item_words::mark(ui, &label)),
    ]);
    ui.confirm(&msg!("ask-ask"))?;
    let leaf = if sent {
        // What others added meanwhile stands in the relay's header, not in the one kept here.
        let before = outbox.sent_header(label.item)?.header;
        rewrapping::hand_in(
            &line,
            &outbox,
            &Ready { item: label.item, before, header: made.header, rows: None },
        )?
    } else {
        let evidence = line.wait(line.client().replace_header(hash, made.header.bytes()))?;
        let traces = crate::approval::traces::Traces::open(&desk.home)?;
        traces.keep(label.item, [LeafAndProof::from(&evidence)])?;
        evidence.leaf.index
    };
    line.close()?;
    ui.json(&json!({
        "item": label.item.to_string(),
        "step": step.as_str(),
        "added": persons.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "leaf": leaf,
    }));
    ui.done(&msg!("asked-also", item = short(label.item), who = ui.list(&names)));
    Ok(())
}

/// An item sent from here, or one that waits for a decision of mine; and whether it was sent from here.
fn found(line: &Line, outbox: &Outbox, word: &str) -> Outcome<(LabelHash, bool)> {
    match find_item(&outbox.sent()?, word) {
        Ok(item) => Ok((outbox.sent_header(item)?.header.label_hash(), true)),
        Err(_) => Ok((pending::find(line, word)?.hash(), false)),
    }
}
