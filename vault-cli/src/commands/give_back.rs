//! `vault return` 退回: a copy that waits goes back to its sender instead of being signed for, with a reason.

use serde_json::json;
use vault_core::register::returned::ReturnReason;

use crate::approval::traces::Traces;
use crate::cli::{ReturnArgs, ReturnWord};
use crate::context::Context;
use crate::desk::Desk;
use crate::entries::reason_words;
use crate::error::{Failure, Outcome};
use crate::evidence::LeafAndProof;
use crate::inbox::Inbox;
use crate::outbox::short;
use crate::{item_words, msg, statement, waiting};

pub(super) fn run(context: &Context, args: &ReturnArgs) -> Outcome {
    let ui = &context.ui;
    let (_lock, desk, line) = Desk::at_relay(context)?;
    let chosen = waiting::chosen(ui, &line, &desk, std::slice::from_ref(&args.item))?;
    let [one] = chosen.as_slice() else {
        return Err(Failure::usage(msg!("item-none", word = &args.item)).hint(msg!("item-none-next")));
    };
    let (label, copy, reason) = (one.listed.label.value(), one.copy.no, reason(args.reason));
    ui.facts(&[
        (msg!("name-item"), short(one.item())),
        (msg!("name-copy"), format!("{copy:06}")),
        (msg!("name-sender"), item_words::sender(label, &desk.everyone)),
        (msg!("name-reason"), ui.words(&reason_words(reason))),
        (msg!("name-mark"), item_words::mark(ui, label)),
    ]);
    ui.confirm(&msg!("return-ask"))?;
    let keys = desk.unlock(context)?;
    let said = statement::sign_taken_back(&desk, &keys, (label, one.listed.hash()), copy, Some(reason))?;
    let evidence = line.wait(line.client().statement(&said))?;
    line.close()?;
    // Nothing of the item stays here but the evidence that it went back.
    Inbox::open(&desk.home)?.forget_partial(one.item());
    Traces::open(&desk.home)?.keep(one.item(), [LeafAndProof::from(&evidence)])?;
    ui.json(&json!({
        "item": one.item().to_string(),
        "copy": copy,
        "result": "returned",
        "reason": reason.word(),
        "leaf": evidence.leaf.index,
    }));
    ui.done(&msg!("return-done", item = short(one.item())));
    ui.note(&msg!("return-next"));
    Ok(())
}

fn reason(word: ReturnWord) -> ReturnReason {
    match word {
        ReturnWord::NotForMe => ReturnReason::NotForMe,
        ReturnWord::Incomplete => ReturnReason::Incomplete,
        ReturnWord::WrongMark => ReturnReason::WrongMark,
        ReturnWord::Twice => ReturnReason::Twice,
        ReturnWord::Other => ReturnReason::Other,
    }
}
