//! Sizes, clocks and days.

use vault_keys::time::Time;

use super::code::Code;
use super::facts::{Arrival, Brought, Facts, Relay, Side};
use super::refusal::{Decision, Refusal};
use crate::item::Label;
use crate::stream::ContentLen;

/// How far two clocks may disagree, in seconds, before an item counts as made in the future.
pub const CLOCK_SKEW_S: i64 = 5 * 60;

/// From which distance, in seconds, a clock counts as far off: nobody works ahead by a day.
pub const CLOCK_FAR_S: i64 = 24 * 60 * 60;

/// Judges times and lengths.
pub(super) fn judge(facts: &Facts<'_>, label: &Label, now: Time, decision: &mut Decision) {
    if matches!(facts.subject, super::Subject::Sealed(_)) && ContentLen::new(label.content.length).is_err() {
        decision.refuse(Refusal::new(Code::ContentLength, label.content.length));
    }
    let kept = matches!(facts.side, Side::Reader(reader) if reader.arrival == Arrival::Before);
    if !kept {
        clock(facts, label, now, decision);
    }
    if let Ok(directory) = facts.published.directory(&label.directory)
        && directory.made().seconds_since(label.made) > CLOCK_SKEW_S
    {
        decision.refuse(Refusal::new(Code::MadeBeforeDirectory, label.made));
    }
    order(label, decision);
    match facts.side {
        Side::Sender => passed(label, now, decision),
        Side::Relay(Relay { brought: Brought::Header(_) | Brought::Passed(_), .. }) | Side::Reader(_) => {}
        Side::Relay(_) => passed(label, now, decision),
    }
}

/// The clock here against what is dated: for whatever is made or taken in now. What was accepted before stays readable
/// where the clock was set back (docs/directory.md, "In force").
fn clock(facts: &Facts<'_>, label: &Label, now: Time, decision: &mut Decision) {
    let ahead = label.made.seconds_since(now);
    // What officers signed is dated; a clock before it is wrong, and so is every answer about time here.
    let behind = facts.published.present().made().seconds_since(now);
    if ahead > CLOCK_FAR_S || behind > CLOCK_SKEW_S {
        decision.refuse(Refusal::new(Code::ClockFarOff, format_args!("{now}, {}", label.made)));
    } else if ahead > CLOCK_SKEW_S {
        decision.refuse(Refusal::new(Code::MadeInFuture, label.made));
    }
}

/// made comes first; decide_by and not_before, in either order, come before read_by, and that before keep_until.
fn order(label: &Label, decision: &mut Decision) {
    let made = ("made", Some(label.made));
    let decide = ("decide_by", label.decide_by);
    let from = ("not_before", label.not_before);
    let read = ("read_by", label.read_by);
    let keep = ("keep_until", label.keep_until);
    for (earlier, later) in [
        (made, decide),
        (made, from),
        (made, read),
        (made, keep),
        (decide, read),
        (decide, keep),
        (from, read),
        (from, keep),
        (read, keep),
    ] {
        if let (Some(first), Some(second)) = (earlier.1, later.1)
            && second < first
        {
            decision.refuse(Refusal::new(
                Code::TimesOrder,
                format_args!("{} {second} < {} {first}", later.0, earlier.0),
            ));
        }
    }
}

/// What must still lie ahead when the item is sealed or accepted.
fn passed(label: &Label, now: Time, decision: &mut Decision) {
    let times =
        [("decide_by", label.decide_by), ("read_by", label.read_by), ("keep_until", label.keep_until)];
    for (name, time) in times {
        if let Some(time) = time
            && time <= now
        {
            decision.refuse(Refusal::new(Code::TimePassed, format_args!("{name} {time}")));
        }
    }
}
