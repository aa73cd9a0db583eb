//! `vault unlock` and `vault lock`: the keys in the kernel's keyring for a while.

use std::time::Duration;

use serde_json::json;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::ui::format::{parse_span, span};
use crate::{clock, identity, msg};

/// Longer than a day defeats the passphrase.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// Shorter is of no use to anybody.
const SHORTEST: Duration = Duration::from_secs(60);

pub(super) fn run(context: &Context, time: &str) -> Outcome {
    let time = parse_span(time)
        .filter(|time| (SHORTEST..=LONGEST).contains(time))
        .ok_or_else(|| Failure::usage(msg!("unlock-time", time = time)).hint(msg!("unlock-time-next")))?;
    let home = context.home()?;
    identity::keep_unlocked(context, &home, time)?;
    context.ui.json(&json!({ "unlocked_seconds": time.as_secs() }));
    context.ui.done(&msg!("unlocked", time = span(time)));
    Ok(())
}

/// Says whether the keys are open, and until when.
pub(super) fn status(context: &Context) -> Outcome {
    let home = context.home()?;
    let until = identity::unlocked_until(&home)?;
    context.ui.json(&json!({ "unlocked_until": until.map(|time| time.to_string()) }));
    match until {
        Some(time) => context.ui.say(&msg!("unlocked-until", time = clock::local(time))),
        None => context.ui.say(&msg!("locked-already")),
    }
    Ok(())
}

pub(super) fn end(context: &Context) -> Outcome {
    let was_open = identity::lock_again(&context.home()?)?;
    context.ui.json(&json!({ "was_unlocked": was_open }));
    context.ui.done(&if was_open { msg!("locked") } else { msg!("locked-already") });
    Ok(())
}
