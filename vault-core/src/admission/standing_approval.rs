//! Sending under a standing approval 常设审批: within its ceiling, scope, time and count (docs/decisions.md,
//! "Standing approvals").

use vault_keys::note::Note;
use vault_keys::time::Time;

use super::code::Code;
use super::facts::{Brought, Facts, Side};
use super::refusal::{Decision, Refusal};
use super::request;
use crate::decision::Act;
use crate::item::{ApprovalKind, Label};

/// Judges a label that names a standing approval, which stands among the item's notes with the decisions on it.
pub(super) fn judge(facts: &Facts<'_>, label: &Label, notes: &[Note], now: Time, decision: &mut Decision) {
    // Whoever reads it later reads what was sent in time.
    let sent = if matches!(facts.side, Side::Reader(_)) { label.made } else { now };
    if let Some(most) = within(facts, label, notes, sent, decision) {
        count(facts, most, decision);
    }
}

/// Judges all but the count of uses, which it answers: the most there may be. Nothing is said of a label that names none.
pub(super) fn within(
    facts: &Facts<'_>,
    label: &Label,
    notes: &[Note],
    sent: Time,
    decision: &mut Decision,
) -> Option<u32> {
    let hash = label.approval.request.filter(|_| label.approval.kind == ApprovalKind::Standing)?;
    let uses = request::Use::by_item(facts);
    let Some(approval) = request::leave_in(facts, notes, hash, uses, decision) else {
        decision.refuse(Refusal::new(Code::LeaveMissing, "standing"));
        return None;
    };
    let text = approval.value();
    if text.act != Act::Standing || text.unit != label.unit {
        decision.refuse(Refusal::new(Code::LeaveOther, text.act));
    }
    request::under_policy(&facts.published, label.policy, text, decision);
    if label.level > text.level {
        decision.refuse(Refusal::new(Code::StandingBeyond, label.level));
    }
    for copy in label.copies.iter().skip(1).filter(|copy| !text.holders.has(&copy.holder)) {
        decision.refuse(Refusal::new(Code::StandingBeyond, format_args!("copy {} {}", copy.no, copy.holder)));
    }
    for holder in label.scope.iter().filter(|holder| !text.holders.has(holder)) {
        if *holder != label.sender.person.into() {
            decision.refuse(Refusal::new(Code::StandingBeyond, holder));
        }
    }
    if sent > text.not_after {
        decision.refuse(Refusal::new(Code::LeaveExpired, text.not_after));
    }
    Some(text.parameters.count.unwrap_or_default())
}

/// The relay counts the uses and the released leaf carries the number; by file nobody does.
fn count(facts: &Facts<'_>, most: u32, decision: &mut Decision) {
    let number = match facts.side {
        Side::Sender => return,
        Side::Relay(relay) => match relay.brought {
            Brought::Standing(number) => Some(number),
            Brought::Header(_) | Brought::Passed(_) => return,
            Brought::Item | Brought::Release(_) => None,
        },
        Side::Reader(reader) => reader.use_no,
    };
    match number {
        Some(number) if (1..=most).contains(&number) => {}
        Some(number) => {
            decision.refuse(Refusal::new(Code::StandingUsedUp, format_args!("{number} > {most}")));
        }
        None => decision.refuse(Code::StandingByFile),
    }
}
