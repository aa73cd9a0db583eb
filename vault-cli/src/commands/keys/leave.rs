//! `vault keys leave`: the end of someone's service, once nothing is held and the letter is signed.
//!
//! Relay and archive do not answer yet what someone holds: the officer states the numbers, and they are shown
//! before he says yes.

use vault_keys::directory::{Act, Checklist};

use super::acting::{Acting, read_day, read_record};
use super::papers::fact;
use crate::cli::LeaveArgs;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::msg;

pub(super) fn run(context: &Context, args: &LeaveArgs) -> Outcome {
    let home = context.home()?;
    let _lock = home.lock()?;
    let acting = Acting::open(context, &home)?;
    let entry = acting.person(&args.who)?;
    let person = entry.number;
    let count = |given: Option<u32>, question: &crate::lang::Msg, option: &str| -> Outcome<u32> {
        let Some(count) = given else {
            let typed = context.ui.ask(question, None, option)?;
            let count = typed.trim().parse();
            return count.map_err(|_| Failure::usage(msg!("count-unreadable", word = typed)));
        };
        Ok(count)
    };
    let held = count(args.held, &msg!("leave-held-ask", who = entry.name.as_str()), "--held")?;
    let pending = count(args.pending, &msg!("leave-pending-ask", who = entry.name.as_str()), "--pending")?;
    let letter = args.letter.as_deref().map(read_record).transpose()?;
    let cooling_off = args.cooling_off.as_deref().map(read_day).transpose()?;
    let mut facts = vec![msg!("leave-held", held = held.to_string(), pending = pending.to_string())];
    facts.extend(letter.as_ref().map(|letter| fact(msg!("paper-letter"), letter)));
    facts.extend(cooling_off.map(|day| msg!("leave-cooling-off", day = day.to_string())));
    facts.push(msg!("leave-keys"));
    let checklist = Checklist { held, pending, letter, cooling_off };
    acting.finish(vec![Act::EndService { person, checklist }], &facts)
}
